"""Taking a file into a bank: once, however often it is sent, cleaned as every upload, with what it says of itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perron.kit.settings import Settings
from perron.kit.time import now
from perron.media.files import digest_of
from perron.media.kinds import HEAD, kind_of
from perron.media.queries import keep, remove_kept
from perron.media.upload import Accepted, accept, add, drop
from perron.store import Db, Tx, tell
from perron.suite.atelier.bank.about import read_about
from perron.suite.atelier.bank.model import KEEPER, About, Bank, Item, Taken
from perron.suite.atelier.bank.queries import add_item, dated, item_by_hash
from perron.suite.atelier.bank.say import checked

SQUARE = 0.03
"""How much longer than high a picture may be, and still be called square."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was taken in and lies among the kept files, with its fingerprint and what it says of itself."""

    accepted: Accepted
    digest: bytes
    told: About


def receive(data: bytes | Path, *, declared: str | None, settings: Settings) -> Sent:
    """Read a file and keep it, without the database. What it says of itself is read first: then it is cleaned."""
    told = About()
    if _is_picture(data):
        told = read_about(data if isinstance(data, bytes) else data.read_bytes())
    digest = digest_of(data)
    return Sent(accept(data, declared=declared, settings=settings), digest, told)


def already_there(db: Db, bank: Bank | None, data: bytes | Path) -> Item | None:
    """The picture that this file is, when the bank has it."""
    return item_by_hash(db, bank, digest_of(data))


def put_in(
    tx: Tx,
    bank: Bank,
    account_id: int,
    sent: Sent,
    about: About,
    *,
    name: str = "",
    box_id: int | None = None,
    sender: str = "",
    import_id: int | None = None,
) -> Taken:
    """Give what was received its place. What people say stands before what the file says. One that is there stays as it
    is, and the file that came is let go of by the caller (`let_go_unless_new`)."""
    known = item_by_hash(tx, bank, sent.digest)
    if known is not None:
        return Taken(known, is_new=False)
    media = add(tx, account_id, sent.accepted)
    keep(tx, media.id, KEEPER)
    item = dated(
        Item(
            id=media.id,
            bank_id=bank.id,
            account_id=account_id,
            hash=sent.digest,
            kind=media.kind,
            shape=shape_of(sent.accepted.meta),
            name=" ".join(name.split())[:200],
            about=checked(about.over(sent.told)),
            box_id=box_id,
            sender=sender,
            import_id=import_id,
            changed_at=now(),
        )
    )
    if not add_item(tx, item):  # somebody sent the same file at the same moment, and was quicker
        remove_kept(tx, [item.id], keeper=KEEPER)
        known = item_by_hash(tx, bank, sent.digest)
        return Taken(known or item, is_new=False)
    tell(tx, "bank", bank.id)
    return Taken(item)


def shape_of(meta: dict[str, Any]) -> str:
    """Whether a picture lies, stands, or is as wide as high; "" where that is not known."""
    size = meta.get("original", {})
    width, height = size.get("width", 0), size.get("height", 0)
    if not width or not height:
        return ""
    if abs(width / height - 1) <= SQUARE:
        return "square"
    return "landscape" if width > height else "portrait"


def let_go_unless_new(sent: Sent, taken: Taken | None, settings: Settings) -> None:
    """Let go of a file that found no place."""
    if taken is None or not taken.is_new:
        drop(sent.accepted, settings=settings)


async def take(
    read: Callable[[Callable[[Db], Item | None]], Awaitable[Item | None]],
    write: Callable[[Callable[[Tx], Taken]], Awaitable[Taken]],
    find: Callable[[Db], Item | None],
    data: bytes,
    place: Callable[[Tx, Sent], Taken],
    *,
    declared: str | None,
    settings: Settings,
) -> Taken:
    """Take a file in for a door, which says how it reads and writes. One that is known is not worked on again."""
    known = await read(find)
    if known is not None:
        return Taken(known, is_new=False)
    sent, taken = await asyncio.to_thread(receive, data, declared=declared, settings=settings), None
    try:
        taken = await write(lambda tx: place(tx, sent))
    finally:
        let_go_unless_new(sent, taken, settings)
    return taken


def _is_picture(data: bytes | Path) -> bool:
    if isinstance(data, bytes):
        head = data[:HEAD]
    else:
        with data.open("rb") as file:
            head = file.read(HEAD)
    kind = kind_of(head)
    return kind is not None and kind.family == "image"
