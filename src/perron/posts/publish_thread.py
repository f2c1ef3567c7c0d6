"""Put several posts before their audience at once, each answering the one before: all of them, or none."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, select

from perron.kit.errors import Invalid, Refused
from perron.kit.settings import Settings
from perron.people.model import Account
from perron.posts.model import Draft
from perron.posts.publish import check_draft, hold_key, keep_key, key_of, publish, send_elsewhere
from perron.store import Db, Prepared, Tx
from perron.store.tables import idempotency

MOST = 50
_OF_KEY = Prepared(
    select(idempotency.c.key, idempotency.c.post_id)
    .where(
        idempotency.c.account_id == bindparam("by"),
        idempotency.c.key >= bindparam("first"),
        idempotency.c.key <= bindparam("last"),
    )
    .order_by(idempotency.c.key)
)
_KEY = Prepared(
    select(idempotency.c.key).where(
        idempotency.c.account_id == bindparam("by"), idempotency.c.post_id == bindparam("first")
    )
)


def publish_thread(tx: Tx, author: Account, key: str, drafts: Sequence[Draft], settings: Settings) -> list[int]:
    """Publish drafts as one thread, once for each key; their ids, in order. What is refused names its `place`."""
    check_number(drafts)
    _refuse(drafts, settings)
    digest = key_of(key)
    if hold_key(tx, author, digest) is not None:
        return [post_id for _, post_id in published_at_once(tx, author.id, digest)]

    made = put_out(tx, author, drafts, settings)
    for place, post_id in enumerate(made):
        if place:
            hold_key(tx, author, key_at(digest, place))
        keep_key(tx, author, key_at(digest, place), post_id)
    return made


def put_out(tx: Tx, author: Account, drafts: Sequence[Draft], settings: Settings) -> list[int]:
    """Publish drafts in order, each answering the one before; their ids. What is refused names its `place`."""
    made: list[int] = []
    for place, draft in enumerate(drafts):
        here = replace(draft, outlets=())  # elsewhere, a thread is one thing
        try:
            post = publish(tx, author, replace(here, reply_to=made[-1]) if made else here, settings)
        except Refused as wrong:
            wrong.place = place
            raise
        made.append(post.id)
    send_elsewhere(tx, author, made, drafts[0])
    return made


def keep_rest(tx: Tx, author: Account, made: Sequence[int]) -> None:
    """Write down which posts followed the first, where that was published with a key."""
    found = tx.value(_KEY, by=author.id, first=made[0]) if len(made) > 1 else None
    if found is None:
        return
    for place, post_id in enumerate(made[1:], 1):
        key = key_at(bytes(found), place)
        hold_key(tx, author, key)
        keep_key(tx, author, key, post_id)


def check_number(drafts: Sequence[Draft]) -> None:
    """Refuse a thread of none, or of too many."""
    if not drafts:
        raise Invalid("Validation failed: Text can't be blank. A post needs words or media.")
    if len(drafts) > MOST:
        raise Invalid(f"Validation failed: A thread has at most {MOST} posts.")


def published_at_once(db: Db, account_id: int, digest: bytes) -> list[tuple[bytes, int]]:
    """(key, post) of everything that an account published with a key, in order."""
    rows = db.all(_OF_KEY, by=account_id, first=digest, last=digest + b"\xff\xff")
    return [(bytes(row[0]), row[1]) for row in rows]


def key_at(digest: bytes, place: int) -> bytes:
    """Under which key the post at this place of a thread is kept; the first bears the key itself."""
    return digest + place.to_bytes(2, "big") if place else digest


def _refuse(drafts: Sequence[Draft], settings: Settings) -> None:
    for place, draft in enumerate(drafts):
        try:
            check_draft(draft, settings)
        except Refused as wrong:
            wrong.place = place
            raise
