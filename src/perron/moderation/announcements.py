"""Announcements: what those who run the server tell everybody who reads here."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, exists, or_, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.moderation.audit import record
from perron.store import Db, Prepared, Tx, insert, insert_new
from perron.store.tables import announcement_reads, announcements

LONGEST = 5000

_COLUMNS = tuple(
    announcements.c[name] for name in ("id", "text", "starts_at", "ends_at", "all_day", "published_at", "changed_at")
)
_read = exists().where(
    announcement_reads.c.account_id == bindparam("reader"), announcement_reads.c.announcement_id == announcements.c.id
)
_CURRENT = (
    announcements.c.published_at.is_not(None),
    or_(announcements.c.starts_at.is_(None), announcements.c.starts_at <= bindparam("at")),
    or_(announcements.c.ends_at.is_(None), announcements.c.ends_at > bindparam("at")),
)
_SHOWN = Prepared(select(*_COLUMNS, _read).where(*_CURRENT).order_by(announcements.c.published_at.desc()).limit(40))
_UNREAD = Prepared(select(*_COLUMNS).where(*_CURRENT, ~_read).order_by(announcements.c.published_at.desc()).limit(3))
_ONE_SHOWN = Prepared(select(announcements.c.id).where(announcements.c.id == bindparam("wanted"), *_CURRENT))
_ALL = Prepared(select(*_COLUMNS).order_by(announcements.c.id.desc()).limit(200))
_ONE = Prepared(select(*_COLUMNS).where(announcements.c.id == bindparam("wanted")))
_ADD = insert(announcements, "id", "text", "starts_at", "ends_at", "all_day", "published_at", "changed_at")
_CHANGE = Prepared(
    update(announcements)
    .where(announcements.c.id == bindparam("wanted"))
    .values(
        text=bindparam("says"),
        starts_at=bindparam("begins"),
        ends_at=bindparam("is_over"),
        all_day=bindparam("whole_days"),
        published_at=bindparam("out_at"),
        changed_at=bindparam("at"),
    )
)
_REMOVE = Prepared(delete(announcements).where(announcements.c.id == bindparam("wanted")))
_FORGET = Prepared(delete(announcement_reads).where(announcement_reads.c.announcement_id == bindparam("wanted")))
_NOTE = insert_new(announcement_reads, "account_id", "announcement_id")


class Announcement(NamedTuple):
    """One announcement; it is shown once it is published, between its start and its end where it has them.

    `all_day`: start and end are days rather than moments. Times are milliseconds since 1970.
    """

    id: int
    text: str
    starts_at: int | None
    ends_at: int | None
    all_day: bool
    published_at: int | None
    changed_at: int | None


class Wish(NamedTuple):
    """What somebody wishes to announce."""

    text: str
    starts_at: int | None = None
    ends_at: int | None = None
    all_day: bool = False
    published: bool = True


def current(db: Db, reader: int) -> list[tuple[Announcement, bool]]:
    """What is announced now, newest first, and whether this account has read it."""
    return [(Announcement(*row[:-1]), bool(row[-1])) for row in db.all(_SHOWN, reader=reader, at=now())]


def unread(db: Db, reader: int) -> list[Announcement]:
    """What is announced now and this account has not read yet, the three newest."""
    return [Announcement(*row) for row in db.all(_UNREAD, reader=reader, at=now())]


def dismiss(tx: Tx, reader: int, announcement_id: int) -> None:
    """Show an announcement to this account no more."""
    if tx.one(_ONE_SHOWN, wanted=announcement_id, at=now()) is None:
        raise NotFound
    tx.run(_NOTE, account_id=reader, announcement_id=announcement_id)


def all_announcements(db: Db) -> list[Announcement]:
    """Every announcement, whether it is shown or not, the newest first."""
    return [Announcement(*row) for row in db.all(_ALL)]


def announcement_as_stored(db: Db, announcement_id: int) -> Announcement:
    """One announcement, whether it is shown or not."""
    row = db.one(_ONE, wanted=announcement_id)
    if row is None:
        raise NotFound
    return Announcement(*row)


def announce(tx: Tx, by: int | None, wanted: Wish) -> Announcement:
    """Keep an announcement and, when it is to be published, show it."""
    text = _words(wanted)

    made = Announcement(
        new_id(), text, wanted.starts_at, wanted.ends_at, wanted.all_day, now() if wanted.published else None, None
    )
    tx.run(_ADD, **made._asdict())
    record(tx, by, "publish_announcement" if wanted.published else "add_announcement", "announcement", made.id, text)
    return made


def change_announcement(tx: Tx, by: int | None, announcement_id: int, wanted: Wish) -> None:
    """Say it in other words or at another time. Who has read it is not asked to read it again."""
    before = announcement_as_stored(tx, announcement_id)
    text = _words(wanted)

    out = (before.published_at or now()) if wanted.published else None
    tx.run(
        _CHANGE,
        wanted=announcement_id,
        says=text,
        begins=wanted.starts_at,
        is_over=wanted.ends_at,
        whole_days=wanted.all_day,
        out_at=out,
        at=now(),
    )
    verb = "change_announcement" if bool(before.published_at) == wanted.published else "publish_announcement"
    if before.published_at and not wanted.published:
        verb = "withdraw_announcement"
    record(tx, by, verb, "announcement", announcement_id, text, before=before.text)


def remove_announcement(tx: Tx, by: int | None, announcement_id: int) -> None:
    """Remove an announcement, and who has read it."""
    before = announcement_as_stored(tx, announcement_id)

    tx.run(_FORGET, wanted=announcement_id)
    tx.run(_REMOVE, wanted=announcement_id)
    record(tx, by, "remove_announcement", "announcement", announcement_id, before.text)


def _words(wanted: Wish) -> str:
    text = wanted.text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("An announcement needs words.")
    if len(text) > LONGEST:
        raise Invalid(f"An announcement has at most {LONGEST} characters.")
    if wanted.starts_at is not None and wanted.ends_at is not None and wanted.ends_at <= wanted.starts_at:
        raise Invalid("An announcement ends after it starts.")
    return text
