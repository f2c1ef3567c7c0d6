"""Links for people outside: each opens one thing for somebody named, until it is too old or ended; kept as a hash."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import outside_links

GUEST, CAMPAIGN, SPONSOR = "guest", "campaign", "sponsor"
LONGEST, MOST_OPEN = 366, 50
GONE = "This link is too old, was ended, or was never given."


class Link(NamedTuple):
    """What a link opens, and for whom."""

    id: int
    organisation_id: int
    kind: str
    about_id: int
    name: str
    expires_at: int


_COLUMNS = tuple(outside_links.c[name] for name in Link._fields)
_ABOUT = (outside_links.c.kind == bindparam("of_kind"), outside_links.c.about_id == bindparam("of_thing"))
_HOLDS = outside_links.c.expires_at > bindparam("at")
_ADD = insert(outside_links, "id", "organisation_id", "kind", "about_id", "code", "name", "expires_at")
_BY_CODE = Prepared(
    select(*_COLUMNS).where(
        outside_links.c.code == bindparam("hash"), outside_links.c.kind == bindparam("of_kind"), _HOLDS
    )
)
_OF = Prepared(select(*_COLUMNS).where(*_ABOUT, _HOLDS).order_by(outside_links.c.id))
_END = Prepared(delete(outside_links).where(*_ABOUT, outside_links.c.id == bindparam("wanted")))
_END_ALL = Prepared(delete(outside_links).where(*_ABOUT))
_FORGET = Prepared(delete(outside_links).where(outside_links.c.expires_at < bindparam("at")))


def read_name(text: str) -> str:
    """For whom a link is."""
    name = " ".join(text.replace("\x00", "").split())
    if not 1 <= len(name) <= 60:
        raise Invalid("Say for whom the link is, in 1 to 60 characters.")
    return name


def give_link(tx: Tx, organisation_id: int, kind: str, about_id: int, name: str, days: int) -> str:
    """A code that opens one thing, in plain text, this once."""
    name = read_name(name)
    if not 1 <= days <= LONGEST:
        raise Invalid("A link holds for 1 to 366 days.")
    if len(links_of(tx, kind, about_id)) >= MOST_OPEN:
        raise Invalid("There are fifty open links already. End one of them first.")
    code = new_secret(16)
    what = {"organisation_id": organisation_id, "kind": kind, "about_id": about_id, "name": name}
    tx.run(_ADD, id=new_id(), code=fingerprint(code), expires_at=now() + days * DAY, **what)
    return code


def find_link(db: Db, kind: str, code: str) -> Link:
    """What a code opens; nothing when it is too old, was ended, or is for something else."""
    row = db.one(_BY_CODE, hash=fingerprint(code), of_kind=kind, at=now())
    if row is None:
        raise NotFound(GONE)
    return Link(*row)


def links_of(db: Db, kind: str, about_id: int) -> list[Link]:
    """The links by which something can still be reached."""
    return [Link(*row) for row in db.all(_OF, of_kind=kind, of_thing=about_id, at=now())]


def end_link(tx: Tx, kind: str, about_id: int, link_id: int) -> Link:
    """Let nobody come by a link any more; what it was."""
    found = next((one for one in links_of(tx, kind, about_id) if one.id == link_id), None)
    if found is None or not tx.run(_END, of_kind=kind, of_thing=about_id, wanted=link_id):
        raise NotFound
    return found


def end_links(tx: Tx, kind: str, about_id: int) -> None:
    """Let nobody come to something by any link."""
    tx.run(_END_ALL, of_kind=kind, of_thing=about_id)


def forget_outside_links(tx: Tx) -> None:
    """Links that are too old are let go."""
    tx.run(_FORGET, at=now())
