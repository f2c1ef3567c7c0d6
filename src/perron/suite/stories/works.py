"""What takes long, as rows: files that are made of stories, and files that are read into them. Each is a job that says
how far it is, can be called off, and leaves its file for some days."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import Event, emit
from perron.kit.errors import NotFound, TooMany
from perron.kit.ids import born, new_id
from perron.kit.later import later
from perron.kit.settings import Settings
from perron.kit.time import DAY, now
from perron.media.model import MediaRemoved
from perron.media.parcels import drop_parcel, parcel_at
from perron.store import Db, Prepared, Store, Tx, const, insert
from perron.store.tables import story_works
from perron.suite.stories.model import LONGEST_WORDS

with later(__name__):
    from perron.press.forms import form_called

KEPT = 3 * DAY
"""How long a file waits for whoever asked for it, and how long one reads what became of an import."""
MOST_RUNNING = 20
"""Works of one account that are not done yet; more are put off."""
MOST_LISTED = 50
EXPORT, ALL, IMPORT = "export", "exports", "import"


@dataclass(frozen=True, slots=True)
class Work:
    """One of them. `kind`: EXPORT (of one story), ALL (every story in one zip), IMPORT; `state`: waiting, working,
    ready, failed; `done` of `of`; `made_of`: the hash of what a file holds; `why`: what went wrong, as a sentence.
    Of an import, `fetches`: whether pictures of other servers are taken in, `fetched`: how many were,
    of `bytes` in all, and `missing`: addresses of those that were not."""

    id: int
    account_id: int
    user_id: int | None
    story_id: int | None
    kind: str
    form: str = ""
    name: str = ""
    state: str = "waiting"
    done: int = 0
    of: int = 0
    left_out: int = 0
    why: str = ""
    made_of: str = ""
    file: str = ""
    bytes: int = 0
    ready_at: int | None = None
    fetches: bool = False
    fetched: int = 0
    missing: str = ""

    @property
    def running(self) -> bool:
        """Whether it is not done yet."""
        return self.state in ("waiting", "working")

    @property
    def progress(self) -> float:
        """How far it is, from 0 to 1."""
        return 1.0 if self.state == "ready" else round(self.done / self.of, 3) if self.of else 0.0

    @property
    def until(self) -> int:
        """When it is removed."""
        return born(self.id) + KEPT


@dataclass(frozen=True)
class StoryWorkAsked(Event):
    work_id: int


@dataclass(frozen=True)
class StoryWorkExpired(Event):
    work_id: int


@dataclass(frozen=True)
class StoryWorkRemoved(Event):
    """The file of a work that is no more is to go."""

    work_id: int
    form: str = ""
    file: str = ""


class Unwanted(Exception):
    """It was called off, or its account is gone."""


_COLUMNS = tuple(story_works.c[name] for name in Work.__slots__)
_THIS = story_works.c.id == bindparam("of_work")
_OF_ACCOUNT = story_works.c.account_id == bindparam("of_account")
_RUNNING = story_works.c.state.in_([const("waiting"), const("working")])
_ADD = insert(story_works, *Work.__slots__)
_ONE = Prepared(select(*_COLUMNS).where(_THIS))
_ASKED = Prepared(
    select(*_COLUMNS)
    .where(_OF_ACCOUNT, story_works.c.user_id.is_not(None))
    .order_by(story_works.c.id.desc())
    .limit(MOST_LISTED)
)
_EVERY = Prepared(select(*_COLUMNS).where(_OF_ACCOUNT))
_BUSY = Prepared(select(story_works.c.id).where(_OF_ACCOUNT, _RUNNING).limit(MOST_RUNNING))
_MADE_OF = Prepared(
    select(*_COLUMNS).where(story_works.c.made_of == bindparam("hash")).order_by(story_works.c.id.desc()).limit(1)
)
_OF_STORY = Prepared(
    select(*_COLUMNS).where(story_works.c.story_id == bindparam("of_story"), story_works.c.kind == const(EXPORT))
)
_LET_GO_OF_STORY = Prepared(
    update(story_works).where(story_works.c.story_id == bindparam("of_story")).values(story_id=None)
)
_PROCEED = Prepared(
    update(story_works)
    .where(_THIS, _RUNNING)
    .values(
        state="working",
        done=bindparam("so_far"),
        of=bindparam("in_all"),
        left_out=bindparam("not_taken"),
        story_id=bindparam("into"),
        fetched=bindparam("taken_in"),
        bytes=bindparam("weight"),
        missing=bindparam("not_come"),
    )
)
_FINISH = Prepared(
    update(story_works)
    .where(_THIS, _RUNNING)
    .values(
        state="ready",
        file=bindparam("named"),
        bytes=bindparam("weight"),
        made_of=bindparam("hash"),
        left_out=bindparam("not_taken"),
        ready_at=bindparam("at"),
    )
)
_FAIL = Prepared(
    update(story_works)
    .where(_THIS, _RUNNING)
    .values(state="failed", why=bindparam("said"), file="", ready_at=bindparam("at"))
)
_REMOVE = Prepared(delete(story_works).where(_THIS))


def ask_for_work(tx: Tx, work: Work) -> Work:
    """Have something done that takes long."""
    if len(tx.column(_BUSY, of_account=work.account_id)) >= MOST_RUNNING:
        raise TooMany("Many files are being made at the moment. Please ask again in a minute.", 60)
    tx.run(_ADD, **{name: getattr(work, name) for name in Work.__slots__})
    emit(tx, StoryWorkAsked(work.id))
    emit(tx, StoryWorkExpired(work.id), due=born(work.id) + KEPT)
    return work


def new_work(account_id: int, user_id: int | None, kind: str, **more: Any) -> Work:
    """A work that nobody has asked for yet."""
    return Work(new_id(), account_id, user_id, more.pop("story_id", None), kind, **more)


def begin_import(tx: Tx, account_id: int, user_id: int, key: str, name: str, *, fetches: bool = False) -> Work:
    """Have a file that lies among the kept ones read into stories. `fetches`: with pictures of other servers."""
    shown = " ".join(name.split())[:LONGEST_WORDS]
    return ask_for_work(tx, new_work(account_id, user_id, IMPORT, name=shown, file=key, fetches=fetches))


def all_under_way(db: Db, account_id: int) -> Work | None:
    """The zip of all stories of an account that is being made."""
    return next((one for one in works_of(db, account_id) if one.kind == ALL and one.running), None)


def works_of(db: Db, account_id: int) -> list[Work]:
    """What was asked for in the name of an account, the newest first."""
    return [Work(*row) for row in db.all(_ASKED, of_account=account_id)]


def find_work(db: Db, work_id: int, *, account_id: int) -> Work:
    """One of them; to others it is not there."""
    found = work_as_stored(db, work_id)
    if found is None or found.account_id != account_id or found.user_id is None:
        raise NotFound
    return found


def work_as_stored(db: Db, work_id: int) -> Work | None:
    """A work, whoever's it is: for jobs."""
    row = db.one(_ONE, of_work=work_id)
    return Work(*row) if row else None


def work_made_of(db: Db, made_of: str) -> Work | None:
    """The newest file that holds just this, being made or ready; or why it could not be made."""
    row = db.one(_MADE_OF, hash=made_of)
    return Work(*row) if row else None


def proceed(tx: Tx, work: Work) -> None:
    """Say how far it is; Unwanted when it was called off."""
    values: dict[str, Any] = {"so_far": work.done, "in_all": work.of, "not_taken": work.left_out, "into": work.story_id}
    values |= {"taken_in": work.fetched, "weight": work.bytes, "not_come": work.missing}
    if not tx.run(_PROCEED, of_work=work.id, **values):
        raise Unwanted


def finish(tx: Tx, work: Work, file: str, weight: int) -> bool:
    """Say that it is ready; False when nobody wants it any more."""
    values = {"named": file, "weight": weight, "hash": work.made_of, "not_taken": work.left_out, "at": now()}
    if not tx.run(_FINISH, of_work=work.id, **values):
        return False
    if work.kind == IMPORT:
        emit(tx, MediaRemoved((work.file,)))
    return True


def fail(tx: Tx, work: Work, why: str) -> None:
    """It could not be done, with a sentence; what was brought for it goes."""
    if tx.run(_FAIL, of_work=work.id, said=why, at=now()) and work.kind == IMPORT:
        emit(tx, MediaRemoved((work.file,)))


def let_go(tx: Tx, work: Work) -> None:
    """Forget a work and what is left of it. If it is being done, its job sees that and stops."""
    tx.run(_REMOVE, of_work=work.id)
    if work.kind != IMPORT:
        emit(tx, StoryWorkRemoved(work.id, work.form, work.file))
    elif work.file:
        emit(tx, MediaRemoved((work.file,)))


def let_go_of_story(tx: Tx, story_id: int) -> None:
    """A story is removed: its files go, and an import that made it names it no more."""
    for one in tx.all(_OF_STORY, of_story=story_id):
        let_go(tx, Work(*one))
    tx.run(_LET_GO_OF_STORY, of_story=story_id)


def expire_work(tx: Tx, event: dict[str, Any]) -> None:
    """After `StoryWorkExpired`: it has waited for three days."""
    found = work_as_stored(tx, event["work_id"])
    if found is not None:
        let_go(tx, found)


def forget_works(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its files go too."""
    for row in tx.all(_EVERY, of_account=event["account_id"]):
        let_go(tx, Work(*row))


def remove_work_file(store: Store, event: dict[str, Any]) -> None:
    """After `StoryWorkRemoved`: its file goes."""
    drop_parcel(store, event.get("file", ""), path_of(store.settings, event["work_id"], event.get("form", "")))


def path_of(settings: Settings, work_id: int, form: str) -> Path:
    """Where the file of a work lies, unless it is kept far away."""
    return settings.data / "works" / f"{work_id}.{form_called(form or 'zip').suffix}"


def file_of(settings: Settings, work: Work) -> Path | None:
    """The file of a work that is ready; None when it is gone."""
    if work.state != "ready" or work.kind == IMPORT:
        return None
    return parcel_at(settings, work.file, path_of(settings, work.id, work.form))
