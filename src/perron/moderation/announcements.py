"""Announcements: what those who run the server tell everybody who reads here."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, or_, select, update

from perron.jobs import Event, cancel, emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.moderation.audit import record
from perron.store import Db, Prepared, Tx, insert, insert_new, tell
from perron.store.tables import announcement_reactions, announcement_reads, announcements

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
_FORGET = [
    Prepared(delete(table).where(table.c.announcement_id == bindparam("wanted")))
    for table in (announcement_reads, announcement_reactions)
]
_FORGET_READER = Prepared(delete(announcement_reads).where(announcement_reads.c.account_id == bindparam("gone")))
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


@dataclass(frozen=True)
class AnnouncementTurned(Event):
    """The moment has come at which an announcement starts or ends."""

    announcement_id: int


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
    must_be_shown(tx, announcement_id)
    tx.run(_NOTE, account_id=reader, announcement_id=announcement_id)


def must_be_shown(db: Db, announcement_id: int) -> None:
    """Refuse what is not announced now as what does not exist."""
    if not is_shown(db, announcement_id):
        raise NotFound


def is_shown(db: Db, announcement_id: int) -> bool:
    """Whether something is announced now."""
    return db.one(_ONE_SHOWN, wanted=announcement_id, at=now()) is not None


def all_announcements(db: Db) -> list[Announcement]:
    """Every announcement, whether it is shown or not, the newest first."""
    return [Announcement(*row) for row in db.all(_ALL)]


def announcement_as_stored(db: Db, announcement_id: int) -> Announcement:
    """One announcement, whether it is shown or not; NotFound when there is none."""
    found = find_announcement(db, announcement_id)
    if found is None:
        raise NotFound
    return found


def find_announcement(db: Db, announcement_id: int) -> Announcement | None:
    """One announcement, whether it is shown or not."""
    row = db.one(_ONE, wanted=announcement_id)
    return Announcement(*row) if row else None


def announce(tx: Tx, by: int | None, wanted: Wish) -> Announcement:
    """Keep an announcement and, when it is to be published, show it."""
    text = _words(wanted)

    made = Announcement(
        new_id(), text, wanted.starts_at, wanted.ends_at, wanted.all_day, now() if wanted.published else None, None
    )
    tx.run(_ADD, **made._asdict())
    record(tx, by, "publish_announcement" if wanted.published else "add_announcement", "announcement", made.id, text)
    _spread(tx, made.id, wanted)
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
    _spread(tx, announcement_id, wanted, was_out=before.published_at is not None)


def remove_announcement(tx: Tx, by: int | None, announcement_id: int) -> None:
    """Remove an announcement, who has read it, and what they thought of it."""
    before = announcement_as_stored(tx, announcement_id)

    for statement in (*_FORGET, _REMOVE):
        tx.run(statement, wanted=announcement_id)
    record(tx, by, "remove_announcement", "announcement", announcement_id, before.text)
    cancel(tx, AnnouncementTurned(announcement_id))
    if before.published_at is not None:
        tell(tx, "announcement_gone", announcement_id)


def turn(tx: Tx, event: dict[str, Any]) -> None:
    """After `AnnouncementTurned`: whoever listens hears that it starts, or that it is over."""
    found = find_announcement(tx, event["announcement_id"])
    if found is not None and found.published_at is not None:
        shown = is_shown(tx, event["announcement_id"])
        tell(tx, "announcement" if shown else "announcement_gone", event["announcement_id"])


def forget_reading(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: which announcements it has read is not known any more."""
    tx.run(_FORGET_READER, gone=event["account_id"])


def _spread(tx: Tx, announcement_id: int, wanted: Wish, *, was_out: bool = False) -> None:
    """Let those who listen hear of an announcement now, and at the moments at which it starts and ends."""
    turned = AnnouncementTurned(announcement_id)
    cancel(tx, turned)
    if wanted.published:
        for moment in (wanted.starts_at, wanted.ends_at):
            if moment is not None and moment > now():
                emit(tx, turned, due=moment)
    if is_shown(tx, announcement_id):
        tell(tx, "announcement", announcement_id)
    elif was_out:
        tell(tx, "announcement_gone", announcement_id)


def _words(wanted: Wish) -> str:
    text = wanted.text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("An announcement needs words.")
    if len(text) > LONGEST:
        raise Invalid(f"An announcement has at most {LONGEST} characters.")
    if wanted.starts_at is not None and wanted.ends_at is not None and wanted.ends_at <= wanted.starts_at:
        raise Invalid("An announcement ends after it starts.")
    return text
