"""The card of a page as clients read it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.kit import json
from perron.posts.cards import Card
from perron.store import Db, Prepared, among_texts, const
from perron.store.tables import accounts

ACCOUNT, END = b'"account":"perron:account:', b'"'
"""Where an author's account belongs in a fragment. Nobody's words can look like this: quotation marks in them are
escaped."""

_CREATORS = Prepared(
    select(accounts.c.handle, accounts.c.id, accounts.c.attribution_domains).where(
        among_texts(accounts.c.handle), accounts.c.state == const("active"), accounts.c.attribution_domains != "[]"
    )
)


def creators(db: Db, cards: Iterable[Card]) -> dict[int, int]:
    """Who wrote the pages of these cards, as page and account both say: account by card."""
    named = [card for card in cards if card.creator]
    if not named:
        return {}
    rows = db.all(_CREATORS, texts=json.encode_text(list({card.creator for card in named})))
    known = {handle: (id_, json.decode(domains)) for handle, id_, domains in rows}
    found = {}
    for card in named:
        id_, domains = known.get(card.creator, (0, []))
        host = urlsplit(card.url).hostname or ""
        if any(host == domain or host.endswith(f".{domain}") for domain in domains):
            found[card.id] = id_
    return found


def put_authors_in(fragment: bytes, known: Mapping[int, bytes]) -> bytes:
    """A fragment with the accounts of authors in their places; null for who cannot be shown."""
    before, mark, rest = fragment.partition(ACCOUNT)
    if not mark:
        return fragment
    id_, _, after = rest.partition(END)
    return before + b'"account":' + known.get(int(id_), b"null") + put_authors_in(after, known)


def authors_in(fragments: Iterable[bytes]) -> set[int]:
    """The accounts of authors that belong in fragments."""
    return {int(part.partition(END)[0]) for one in fragments if ACCOUNT in one for part in one.split(ACCOUNT)[1:]}


def card_entities(links: Links, db: Db, cards: Mapping[int, Card]) -> dict[int, dict[str, Any]]:
    """Cards by themselves, with the accounts of those who wrote the pages; those with nothing to show are left out."""
    wrote = creators(db, cards.values())
    known = accounts_by_id(links, db, [*set(wrote.values())]) if wrote else {}
    found = {}
    for id_, card in cards.items():
        entity = card_entity(links, card, "")
        if entity is not None:
            account = known.get(wrote.get(id_, 0))
            if account is not None:
                entity["authors"] = [{"name": card.author, "url": card.author_url, "account": json.decode(account)}]
            found[id_] = entity
    return found


def card_entity(links: Links, card: Card, own_title: str, author_id: int | None = None) -> dict[str, Any] | None:
    """A card under the title that the author of the post gave it, or its own; None while there is nothing to show.

    Of an author who has an account the place for it is marked: it is put in when the post is read.
    """
    if card.state != "ready" and not own_title:
        return None
    parts = urlsplit(card.url)
    account = f"perron:account:{author_id}" if author_id else None
    named = card.author or account
    authors = [{"name": card.author, "url": card.author_url, "account": account}] if named else []
    return {
        "url": card.url,
        "title": own_title or card.title,
        "perron_original_title": card.title,
        "description": card.description,
        "language": card.language or None,
        "type": card.kind,
        "author_name": card.author,
        "author_url": card.author_url,
        "provider_name": card.provider or (parts.hostname or "").removeprefix("www."),
        "provider_url": f"{parts.scheme}://{parts.netloc}/",
        "html": "",
        "width": card.width,
        "height": card.height,
        "image": links.file(card.image) if card.image else None,
        "image_description": card.image_description,
        "embed_url": "",
        "blurhash": card.blurhash or None,
        "published_at": None,
        "authors": authors,
    }
