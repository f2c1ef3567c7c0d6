"""Cards: what is shown of a page that posts link to. Each page has one card, for all posts that link to it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, exists, select, update

from perron.jobs import cancel, emit
from perron.kit.errors import Invalid
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import DAY, now
from perron.people.queries import find_account
from perron.posts.model import CardWanted
from perron.store import Db, Prepared, Tx, among, insert_new, tell
from perron.store.tables import cards, posts, story_items
from perron.text.reading import LONGEST_URL, Reading

LONGEST_TITLE = 200
FRESH = 14 * DAY
"""A page is not looked at again before this, whatever came of it."""
MOST_TOLD = 100
"""Of how many posts open streams hear when the card they share has changed; the others show it when they are read."""


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a page. `image` is the key of a kept file; `state`: waiting, ready or failed."""

    id: int
    url: str
    state: str = "waiting"
    kind: str = "link"
    title: str = ""
    description: str = ""
    author: str = ""
    author_url: str = ""
    provider: str = ""
    language: str = ""
    image: str = ""
    image_description: str = ""
    width: int = 0
    height: int = 0
    blurhash: str = ""
    fetched_at: int | None = None
    creator: str = ""
    """The handle that the page names as its author's; whether they say so too, `entities/cards.py` looks up."""


_NAMES = Card.__slots__
_COLUMNS = tuple(cards.c[name] for name in _NAMES)
_BY_HASH = Prepared(select(*_COLUMNS).where(cards.c.hash == bindparam("of_hash")))
_BY_ID = Prepared(select(*_COLUMNS).where(cards.c.id == bindparam("of_card")))
_BY_IDS = Prepared(select(*_COLUMNS).where(among(cards.c.id)))
_ADD = insert_new(cards, "id", "hash", "url")
_SET = Prepared(
    update(cards)
    .where(cards.c.id == bindparam("of_card"))
    .values({name: bindparam(f"new_{name}") for name in _NAMES if name not in ("id", "url")})
)
_ASKED = Prepared(update(cards).where(cards.c.id == bindparam("of_card")).values(fetched_at=bindparam("at")))
_BEARING = Prepared(
    select(posts.c.id, posts.c.author_id)
    .where(posts.c.card_id == bindparam("of_card"))
    .order_by(posts.c.id.desc())
    .limit(bindparam("limit"))
)
_OUTDATE = Prepared(update(posts).where(posts.c.card_id == bindparam("of_card")).values(stamp=0))
_OUTDATE_BY = Prepared(
    update(posts)
    .where(posts.c.card_id.in_(select(cards.c.id).where(cards.c.creator == bindparam("of_creator"))))
    .values(stamp=0)
)
_REMOVE_UNUSED = Prepared(
    delete(cards).where(
        cards.c.id == bindparam("of_card"),
        ~exists().where(posts.c.card_id == cards.c.id),
        ~exists().where(story_items.c.card_id == cards.c.id),
    )
)


def card_for(db: Db, url: str) -> Card | None:
    """What is known of the page at an address; None when no post has linked to it."""
    address = page_address(url)
    row = db.one(_BY_HASH, of_hash=_hash(address)) if address else None
    return Card(*row) if row else None


def card_as_stored(db: Db, card_id: int) -> Card | None:
    """A card by its id."""
    row = db.one(_BY_ID, of_card=card_id)
    return Card(*row) if row else None


def cards_as_stored(db: Db, card_ids: Collection[int]) -> dict[int, Card]:
    """These cards, by id."""
    return {row[0]: Card(*row) for row in db.all(_BY_IDS, ids=db.id_list([*card_ids]))} if card_ids else {}


def want_card(tx: Tx, url: str) -> int | None:
    """The id of the card of a page, which is looked at after the commit unless that was done lately; None: no page."""
    address = page_address(url)
    if not address:
        return None
    digest = _hash(address)
    tx.run(_ADD, id=new_id(), hash=digest, url=address)
    row = tx.one(_BY_HASH, of_hash=digest)
    assert row is not None
    card = Card(*row)
    if card.fetched_at is None or card.fetched_at < now() - FRESH:
        tx.run(_ASKED, of_card=card.id, at=now())  # nobody else asks meanwhile
        emit(tx, CardWanted(card.id))
    return card.id


def card_wanted(tx: Tx, reading: Reading, settings: Settings) -> int | None:
    """The card of the first page elsewhere that a text links to."""
    ours = settings.public_origin + "/"
    elsewhere = (link for link in reading.links if not (link + "/").startswith(ours))
    first = next(elsewhere, None)
    return want_card(tx, first) if first else None


def check_card_title(title: str) -> str:
    """An author's own title for a card, as it is kept."""
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"Validation failed: Card title has at most {LONGEST_TITLE} characters.")
    return title


def change_card(tx: Tx, card: Card) -> None:
    """Keep what was found out; every post with this card shows it, and counts as no more edited than before."""
    values: dict[str, Any] = {f"new_{name}": getattr(card, name) for name in _NAMES if name not in ("id", "url")}
    if not tx.run(_SET, of_card=card.id, **values):
        return
    tx.run(_OUTDATE, of_card=card.id)
    for post_id, author_id in tx.all(_BEARING, of_card=card.id, limit=MOST_TOLD):
        tx.rerender("post", post_id)
        tell(tx, "post_changed", post_id, author_id)


def outdate_cards_by(tx: Tx, event: dict[str, Any]) -> None:
    """After `CreatorChanged`: posts that link to pages of an account are made anew when they are read."""
    account = find_account(tx, event["account_id"])
    if account is not None:
        tx.run(_OUTDATE_BY, of_creator=account.handle)


def drop_unused_card(tx: Tx, card_id: int) -> None:
    """Forget a page that no post links to."""
    if tx.run(_REMOVE_UNUSED, of_card=card_id):
        cancel(tx, CardWanted(card_id))


def page_address(url: str) -> str:
    """An address without what leads to a place within its page; empty when it is none."""
    address = url.partition("#")[0]
    try:
        parts = urlsplit(address)
        sound = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        sound = False
    return address if sound and len(address) <= LONGEST_URL else ""


def _hash(address: str) -> bytes:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).digest()
