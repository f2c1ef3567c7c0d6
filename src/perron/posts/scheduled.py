"""Posts and threads that wait for their time: planned, moved, rewritten, cancelled; published once, when it comes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from perron.jobs import cancel, emit
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import DAY, MINUTE, iso, now
from perron.kit.zones import Wall, moment_of, wall_at
from perron.media.queries import check_free
from perron.people.may import ACT, may
from perron.people.members import role_of
from perron.people.model import Account
from perron.people.queries import find_account
from perron.posts.drafts import Behind
from perron.posts.hold_back import PAUSED, hold_back, is_paused
from perron.posts.model import Draft, PlanChanged, PlanPublished, PostDue
from perron.posts.planned import COLUMNS, MINE, Scheduled, as_scheduled, columns_of, find_scheduled
from perron.posts.publish import admit, hold_key, keep_key, key_of, move_key
from perron.posts.publish_thread import check_number, keep_rest, put_out
from perron.store import Db, Prepared, Tx, const, insert, insert_new
from perron.store.tables import memberships, scheduled_media, scheduled_posts, users

SOONEST, LATEST = 5 * MINUTE, 3653 * DAY
MOST, MOST_A_DAY = 300, 25
"""What apps of the Mastodon API can plan, as they expect it: how many at all, and for one day."""
MOST_AT_ALL = 5000
"""How much an account can have planned on its own pages and by our own API."""
LONGEST_NOTE = 2000

_HELD = Prepared(  # said on PostgreSQL only: whoever moves or cancels it meanwhile waits
    select(*COLUMNS).where(scheduled_posts.c.id == bindparam("of_post")).with_for_update()
)
_ADD = insert(
    scheduled_posts,
    *("id", "account_id", "app_id", "due", "draft", "user_id", "thread", "wall", "zone", "fold", "rules"),
    *("held", "queued", "series_id", "note", "version"),
)
_MOVE = Prepared(
    update(scheduled_posts)
    .where(*MINE)
    .values(
        due=bindparam("at"),
        wall=bindparam("local"),
        zone=bindparam("place"),
        fold=bindparam("which"),
        rules=bindparam("by"),
        queued=bindparam("in_queue"),
        version=scheduled_posts.c.version + 1,
        error="",
    )
)
_REWRITE = Prepared(
    update(scheduled_posts)
    .where(*MINE)
    .values(
        draft=bindparam("first"),
        thread=bindparam("several"),
        note=bindparam("aside"),
        version=scheduled_posts.c.version + 1,
        error="",
    )
)
_FAIL = Prepared(
    update(scheduled_posts).where(scheduled_posts.c.id == bindparam("of_post")).values(error=bindparam("why"))
)
_REMOVE = Prepared(delete(scheduled_posts).where(*MINE))
_COUNT = Prepared(
    select(func.count()).select_from(scheduled_posts).where(scheduled_posts.c.account_id == bindparam("of_account"))
)
_BY_APPS = (scheduled_posts.c.account_id == bindparam("of_account"), scheduled_posts.c.wall == "")
_COUNT_BY_APPS = Prepared(select(func.count()).select_from(scheduled_posts).where(*_BY_APPS))
_COUNT_BETWEEN = Prepared(
    select(func.count())
    .select_from(scheduled_posts)
    .where(
        *_BY_APPS,
        scheduled_posts.c.id != bindparam("but"),
        scheduled_posts.c.due >= bindparam("since"),
        scheduled_posts.c.due < bindparam("to"),
    )
)
_SPEAKS = Prepared(  # somebody who may sign in still speaks for the account
    select(memberships.c.user_id)
    .join(users, users.c.id == memberships.c.user_id)
    .where(memberships.c.account_id == bindparam("of_account"), users.c.state == const("active"))
)
_TAKE = insert_new(scheduled_media, "scheduled_id", "media_id")
_LET_GO = Prepared(delete(scheduled_media).where(scheduled_media.c.scheduled_id == bindparam("of_post")))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be published at a time: by a clock on a wall or, where none is named, at a moment (milliseconds).
    `note` is for oneself; `series_id`, the series that it is part of; `queued`, whether its time is a slot of the
    queue; `held`, what holds it back from the beginning."""

    drafts: tuple[Draft, ...]
    wall: Wall | None = None
    due: int = 0
    user_id: int | None = None
    queued: bool = False
    series_id: int | None = None
    note: str = ""
    held: str = ""


# -- planning ----------------------------------------------------------------------------------------------------------


def schedule(tx: Tx, author: Account, draft: Draft, due: int, settings: Settings, user_id: int | None = None) -> int:
    """Plan a draft for a moment, as apps of the Mastodon API do and with the limits that they know; its id."""
    check_due(due)
    if tx.value(_COUNT_BY_APPS, of_account=author.id) >= MOST:
        raise Invalid(f"Validation failed: You have {MOST} posts planned already, which is the most.")
    _check_day(tx, author.id, due)
    return _add(tx, author, Plan((draft,), due=due, user_id=user_id), settings)


def plan(tx: Tx, author: Account, wished: Plan, settings: Settings) -> int:
    """Plan a draft, or a thread, for a time on the wall; its id. What could not be published now is refused now."""
    check_wall(wished.wall, wished.due)
    return _add(tx, author, wished, settings)


def schedule_once(
    tx: Tx, author: Account, key: str, draft: Draft, due: int, settings: Settings, user_id: int | None = None
) -> int:
    """Plan a draft, unless this author's draft with this key was planned or published before; the id of what it is."""
    digest = key_of(key)
    if (before := hold_key(tx, author, digest)) is not None:
        return before
    made = schedule(tx, author, draft, due, settings, user_id)
    keep_key(tx, author, digest, made)
    return made


def plan_once(tx: Tx, author: Account, key: str, wished: Plan, settings: Settings) -> int:
    """The same for a plan."""
    digest = key_of(key)
    if (before := hold_key(tx, author, digest)) is not None:
        return before
    made = plan(tx, author, wished, settings)
    keep_key(tx, author, digest, made)
    return made


def _add(tx: Tx, author: Account, wished: Plan, settings: Settings) -> int:
    if tx.value(_COUNT, of_account=author.id) >= MOST_AT_ALL:
        raise Invalid(f"Validation failed: You have {MOST_AT_ALL} posts planned already, which is the most.")
    drafts = _admitted(tx, author, wished.drafts, settings)
    note = check_note(wished.note)
    check_free(tx, _media(drafts), owner_id=author.id)

    id_, when = new_id(), _columns_of_time(wished.wall, wished.due)
    tx.run(
        _ADD,
        id=id_,
        account_id=author.id,
        app_id=drafts[0].app_id,
        user_id=wished.user_id,
        held=wished.held,
        queued=wished.queued,
        series_id=wished.series_id,
        note=note,
        version=1,
        **when,
        **columns_of(drafts),
    )
    tx.many(_TAKE, [{"scheduled_id": id_, "media_id": one} for one in _media(drafts)])
    if not wished.held:
        emit(tx, PostDue(id_), due=when["due"])
    emit(tx, PlanChanged(author.id, id_, "created"))
    return id_


def _admitted(tx: Tx, author: Account, drafts: Sequence[Draft], settings: Settings) -> list[Draft]:
    """Drafts as they would be published now; what is refused names its place."""
    check_number(drafts)
    if len(_media(drafts)) < sum(len(one.media) for one in drafts):
        raise Invalid("A file can stand in one post only.")
    made = []
    for place, draft in enumerate(drafts):
        try:
            admitted = admit(tx, author, draft, settings)
        except Refused as wrong:
            wrong.place = place
            raise
        made.append(replace(draft, visibility=admitted.visibility, quote_policy=admitted.quote_policy, undoable=False))
    return made


def _media(drafts: Sequence[Draft]) -> list[int]:
    return list(dict.fromkeys(one for draft in drafts for one in draft.media))


def _columns_of_time(wall: Wall | None, due: int) -> dict[str, Any]:
    moment = moment_of(wall) if wall else None
    if wall is None or moment is None:
        return {"due": due, "wall": "", "zone": "", "fold": 0, "rules": ""}
    return {"due": moment.at, "wall": wall.local, "zone": wall.zone, "fold": wall.fold, "rules": moment.rules}


# -- changing ----------------------------------------------------------------------------------------------------------


def reschedule(tx: Tx, author: Account, scheduled_id: int, due: int) -> None:
    """Move it to another moment, as apps do; where it was planned by a clock, to what that clock will show then."""
    found = find_scheduled(tx, scheduled_id, account_id=author.id)
    if found is None:
        raise NotFound
    check_due(due)
    if found.wall is None:
        _check_day(tx, author.id, due, but=scheduled_id)

    wall = wall_at(due, found.wall.zone) if found.wall else None
    _move(tx, found, wall, due, queued=False)


def move(tx: Tx, account_id: int, scheduled_id: int, wall: Wall, *, queued: bool = False) -> None:
    """Move it to another time on the wall."""
    found = find_scheduled(tx, scheduled_id, account_id=account_id)
    if found is None:
        raise NotFound
    check_wall(wall)
    _move(tx, found, wall, 0, queued=queued)


def _move(tx: Tx, found: Scheduled, wall: Wall | None, due: int, *, queued: bool) -> None:
    cancel(tx, PostDue(found.id))  # before the row, as the worker goes: nobody waits for each other
    when = _columns_of_time(wall, due)
    moved = tx.run(
        _MOVE,
        of_post=found.id,
        of_account=found.account_id,
        at=when["due"],
        local=when["wall"],
        place=when["zone"],
        which=when["fold"],
        by=when["rules"],
        in_queue=queued,
    )
    if not moved:
        raise NotFound
    if not found.held:
        emit(tx, PostDue(found.id), due=when["due"])
    emit(tx, PlanChanged(found.account_id, found.id, "changed"))


def rewrite(
    tx: Tx,
    author: Account,
    scheduled_id: int,
    drafts: Sequence[Draft],
    settings: Settings,
    *,
    note: str = "",
    version: int | None = None,
) -> None:
    """Put other words and files in the place of what waits; refused when `version` is not the one that is kept now."""
    found = find_scheduled(tx, scheduled_id, account_id=author.id)
    if found is None:
        raise NotFound
    if version is not None and version != found.version:
        raise Behind("This was changed elsewhere meanwhile. Nothing was overwritten.")
    fresh = _admitted(tx, author, drafts, settings)
    tx.run(_LET_GO, of_post=scheduled_id)
    check_free(tx, _media(fresh), owner_id=author.id)

    kept = columns_of(fresh)
    words = {"first": kept["draft"], "several": kept["thread"], "aside": check_note(note)}
    if not tx.run(_REWRITE, of_post=scheduled_id, of_account=author.id, **words):
        raise NotFound
    tx.many(_TAKE, [{"scheduled_id": scheduled_id, "media_id": one} for one in _media(fresh)])
    emit(tx, PlanChanged(author.id, scheduled_id, "changed"))


def cancel_scheduled(tx: Tx, author: Account, scheduled_id: int) -> None:
    """Let what waits be as if it had never been; its files have a day to find a use."""
    if find_scheduled(tx, scheduled_id, account_id=author.id) is None:
        raise NotFound
    cancel(tx, PostDue(scheduled_id))
    if not tx.run(_REMOVE, of_post=scheduled_id, of_account=author.id):
        raise NotFound
    tx.run(_LET_GO, of_post=scheduled_id)
    emit(tx, PlanChanged(author.id, scheduled_id, "cancelled"))


# -- when its time has come --------------------------------------------------------------------------------------------


def publish_due(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDue`: publish it, and it waits no more; both or neither. What is refused stays, and says why."""
    row = tx.one(_HELD, of_post=event["scheduled_id"])
    one = as_scheduled(row) if row else None
    if one is None or one.held or one.due > now():  # it was cancelled, held back, or moved and has another job
        return
    if is_paused(tx, one.account_id):
        hold_back(tx, one.account_id, PAUSED, [one.id])
        return
    if wrong := tx.refusal(lambda: _publish(tx, one)):
        tx.run(_FAIL, of_post=one.id, why=str(wrong))
        emit(tx, PlanChanged(one.account_id, one.id, "failed"))


def publish_now(tx: Tx, author: Account, scheduled_id: int) -> list[int]:
    """Publish what waits without waiting; the ids of its posts, in order."""
    row = tx.one(_HELD, of_post=scheduled_id)
    one = as_scheduled(row) if row else None
    if one is None or one.account_id != author.id:
        raise NotFound
    if one.held:
        raise Invalid("This is held back. Let it go on first.")
    cancel(tx, PostDue(scheduled_id))
    return _publish(tx, one)


def _publish(tx: Tx, one: Scheduled) -> list[int]:
    author = find_account(tx, one.account_id)
    who = [row[0] for row in tx.all(_SPEAKS, of_account=one.account_id)]
    if author is None or author.state != "active" or not who:
        raise Invalid("This account could not publish when the time had come.")
    planner = one.user_id or one.draft.writer_id
    if planner and not may(role_of(tx, planner, author.id), ACT):
        raise Invalid("Whoever planned this may no longer publish for this account. It waits for somebody else.")
    tx.run(_LET_GO, of_post=one.id)
    made = put_out(tx, author, one.drafts, tx.settings)
    move_key(tx, author, one.id, made[0])
    keep_rest(tx, author, made)
    tx.run(_REMOVE, of_post=one.id, of_account=author.id)
    wall = f"{one.wall.local} {one.wall.zone}" if one.wall else ""
    emit(tx, PlanPublished(author.id, tuple(made), one.due, wall, one.queued, one.series_id, one.id))
    return made


# -- what is refused ---------------------------------------------------------------------------------------------------


def check_due(due: int) -> None:
    """Refuse a moment that is too near for apps, or so far that nobody means it."""
    if due < now() + SOONEST:
        raise Invalid(
            "Validation failed: Scheduled at must be at least 5 minutes in the future. Nothing was published."
        )
    _check_far(due)


def check_wall(wall: Wall | None, due: int = 0) -> None:
    """Refuse a time that is over, or so far that nobody means it."""
    moment = moment_of(wall) if wall else None
    due = moment.at if moment else due
    if due <= now():
        raise Invalid("Validation failed: This moment is over. Nothing was published.")
    _check_far(due)


def check_note(note: str) -> str:
    """A note to oneself as it is kept."""
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"A note to yourself has at most {LONGEST_NOTE} characters.")
    return note.strip()


def _check_far(due: int) -> None:
    if due > now() + LATEST:
        raise Invalid("Validation failed: Scheduled at must be within ten years. Nothing was published.")


def _check_day(db: Db, account_id: int, due: int, but: int = 0) -> None:
    begins = due // DAY * DAY
    if db.value(_COUNT_BETWEEN, of_account=account_id, but=but, since=begins, to=begins + DAY) >= MOST_A_DAY:
        day = iso(due)[:10]
        raise Invalid(
            f"Validation failed: You have {MOST_A_DAY} posts planned for {day} (UTC) already, the most for a day."
        )
