"""What waits for its time, as it is kept: one table for what apps, pages and the queue have planned."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import bindparam, select

from perron.kit import json
from perron.kit.zones import Moment, Wall, moment_of
from perron.posts.model import Draft, PollDraft
from perron.store import Db, Prepared
from perron.store.paging import Paged, Paging
from perron.store.tables import scheduled_posts

WAITING, HELD, FAILED = "waiting", "held", "failed"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A post, or a thread of several, that waits. `error`: why it could not be published when its time had come, empty
    until then. `held`: what holds it back meanwhile, one word for each who does."""

    id: int
    account_id: int
    due: int
    drafts: tuple[Draft, ...]
    error: str
    user_id: int | None = None
    wall: Wall | None = None
    held: tuple[str, ...] = ()
    queued: bool = False
    series_id: int | None = None
    note: str = ""
    version: int = 0

    @property
    def draft(self) -> Draft:
        """The first post, or the only one."""
        return self.drafts[0]

    @property
    def media(self) -> list[int]:
        """Every file, in order."""
        return list(dict.fromkeys(one for draft in self.drafts for one in draft.media))

    @property
    def state(self) -> str:
        """*waiting* for its time, *held* back by somebody, or *failed* when it had come."""
        return FAILED if self.error else HELD if self.held else WAITING

    @property
    def moment(self) -> Moment | None:
        """What becomes of its time on the wall; None where only a moment is known."""
        return moment_of(self.wall) if self.wall else None


_NAMES = (
    *("id", "account_id", "due", "draft", "error", "user_id", "thread", "wall", "zone", "fold", "held"),
    *("queued", "series_id", "note", "version"),
)
COLUMNS = tuple(scheduled_posts.c[name] for name in _NAMES)
MINE = (scheduled_posts.c.id == bindparam("of_post"), scheduled_posts.c.account_id == bindparam("of_account"))
_OWN = select(*COLUMNS).where(scheduled_posts.c.account_id == bindparam("of_account"))
_PAGE = Paged(_OWN, scheduled_posts.c.id)
_ALL = Prepared(_OWN.order_by(scheduled_posts.c.due, scheduled_posts.c.id))
_BETWEEN = Prepared(
    _OWN.where(scheduled_posts.c.due >= bindparam("since"), scheduled_posts.c.due < bindparam("to")).order_by(
        scheduled_posts.c.due, scheduled_posts.c.id
    )
)
_ONE = Prepared(select(*COLUMNS).where(*MINE))


def find_scheduled(db: Db, scheduled_id: int, *, account_id: int) -> Scheduled | None:
    """One post, or thread, that an account has planned."""
    row = db.one(_ONE, of_post=scheduled_id, of_account=account_id)
    return as_scheduled(row) if row else None


def scheduled_page(db: Db, account_id: int, paging: Paging) -> list[Scheduled]:
    """One page of what an account has planned, what was planned last first."""
    return [as_scheduled(row) for row in _PAGE.rows(db, paging, of_account=account_id)]


def scheduled_of(db: Db, account_id: int) -> list[Scheduled]:
    """Everything that an account has planned, the next to come first."""
    return [as_scheduled(row) for row in db.all(_ALL, of_account=account_id)]


def scheduled_between(db: Db, account_id: int, since: int, to: int) -> list[Scheduled]:
    """What an account has planned from one moment on until another, the next to come first."""
    return [as_scheduled(row) for row in db.all(_BETWEEN, of_account=account_id, since=since, to=to)]


def as_scheduled(row: Sequence[Any]) -> Scheduled:
    """What waits, from its row."""
    id_, account_id, due, draft, error, user_id, thread, wall, zone, fold, held, queued, series_id, note, version = row
    several = json.decode(thread)
    return Scheduled(
        id=id_,
        account_id=account_id,
        due=due,
        drafts=tuple(map(_draft, several)) or (_draft(json.decode(draft)),),
        error=error,
        user_id=user_id,
        wall=Wall(wall, zone, fold) if wall else None,
        held=tuple(held.split()),
        queued=bool(queued),
        series_id=series_id,
        note=note,
        version=version,
    )


def columns_of(drafts: Sequence[Draft]) -> dict[str, str]:
    """Drafts as columns. What is several has a first without words, so that no older program publishes it alone."""
    if len(drafts) == 1:
        return {"draft": json.encode_text(asdict(drafts[0])), "thread": "[]"}
    return {"draft": json.encode_text(asdict(Draft(""))), "thread": json.encode_text([*map(asdict, drafts)])}


def _draft(told: dict[str, Any]) -> Draft:
    kept = {name: told[name] for name in Draft.__slots__ if name in told}  # an older version may have kept more
    poll = kept.pop("poll", None)
    if poll:
        poll = PollDraft(**{**poll, "options": tuple(poll["options"])})
    lists = {name: tuple(kept.get(name) or ()) for name in ("media", "outlets")}
    return Draft(**{**kept, **lists, "poll": poll})
