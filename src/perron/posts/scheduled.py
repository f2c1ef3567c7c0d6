"""Posts that wait for their time: planned, moved, cancelled, and published once when it has come."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from perron.jobs import cancel, emit
from perron.kit import json
from perron.kit.errors import Invalid, NotFound, Refused, Unavailable
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import DAY, MINUTE, iso, now
from perron.media.queries import check_free
from perron.people.may import ACT, may
from perron.people.members import role_of
from perron.people.model import Account
from perron.people.queries import find_account
from perron.posts.model import Draft, PollDraft, PostDue
from perron.posts.publish import admit, hold_key, keep_key, key_of, move_key, publish
from perron.store import Db, Prepared, Tx, const, insert, insert_new
from perron.store.paging import Paged, Paging
from perron.store.tables import memberships, scheduled_media, scheduled_posts, users

SOONEST, LATEST = 5 * MINUTE, 3653 * DAY
MOST, MOST_A_DAY = 300, 25

_COLUMNS = tuple(scheduled_posts.c[name] for name in ("id", "account_id", "due", "draft", "error"))
_MINE = (scheduled_posts.c.id == bindparam("of_post"), scheduled_posts.c.account_id == bindparam("of_account"))
_OWN = select(*_COLUMNS).where(scheduled_posts.c.account_id == bindparam("of_account"))
_PAGE = Paged(_OWN, scheduled_posts.c.id)
_ALL = Prepared(_OWN.order_by(scheduled_posts.c.due, scheduled_posts.c.id))
_ONE = Prepared(select(*_COLUMNS).where(*_MINE))
_HELD = Prepared(  # said on PostgreSQL only: whoever moves or cancels it meanwhile waits
    select(*_COLUMNS).where(scheduled_posts.c.id == bindparam("of_post")).with_for_update()
)
_ADD = insert(scheduled_posts, "id", "account_id", "app_id", "due", "draft")
_MOVE = Prepared(update(scheduled_posts).where(*_MINE).values(due=bindparam("at"), error=""))
_FAIL = Prepared(
    update(scheduled_posts).where(scheduled_posts.c.id == bindparam("of_post")).values(error=bindparam("why"))
)
_REMOVE = Prepared(delete(scheduled_posts).where(*_MINE))
_COUNT = Prepared(
    select(func.count()).select_from(scheduled_posts).where(scheduled_posts.c.account_id == bindparam("of_account"))
)
_COUNT_BETWEEN = Prepared(
    select(func.count())
    .select_from(scheduled_posts)
    .where(
        scheduled_posts.c.account_id == bindparam("of_account"),
        scheduled_posts.c.id != bindparam("but"),
        scheduled_posts.c.due >= bindparam("since"),
        scheduled_posts.c.due < bindparam("to"),
    )
)
_SPEAKS = Prepared(  # somebody who may sign in still speaks for the account
    select(memberships.c.user_id)
    .join(users, users.c.id == memberships.c.user_id)
    .where(memberships.c.account_id == bindparam("of_account"), users.c.state == const("active"))
    .limit(1)
)
_TAKE = insert_new(scheduled_media, "scheduled_id", "media_id")
_LET_GO = Prepared(delete(scheduled_media).where(scheduled_media.c.scheduled_id == bindparam("of_post")))


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A post that waits. `error`: why it could not be published when its time had come, empty until then."""

    id: int
    account_id: int
    due: int
    draft: Draft
    error: str


def schedule(tx: Tx, author: Account, draft: Draft, due: int, settings: Settings) -> int:
    """Plan a draft for a moment (milliseconds); its id. What could not be published now is refused now."""
    check_due(due)
    if tx.value(_COUNT, of_account=author.id) >= MOST:
        raise Invalid(f"Validation failed: You have {MOST} posts planned already, which is the most.")
    _check_day(tx, author.id, due)
    admitted = admit(tx, author, draft, settings)
    draft = replace(draft, visibility=admitted.visibility, quote_policy=admitted.quote_policy)
    check_free(tx, draft.media, owner_id=author.id)

    id_ = new_id()
    text = json.encode_text(asdict(draft))
    tx.run(_ADD, id=id_, account_id=author.id, app_id=draft.app_id, due=due, draft=text)
    tx.many(_TAKE, [{"scheduled_id": id_, "media_id": one} for one in dict.fromkeys(draft.media)])
    emit(tx, PostDue(id_), due=due)
    return id_


def schedule_once(tx: Tx, author: Account, key: str, draft: Draft, due: int, settings: Settings) -> int:
    """Plan a draft, unless this author's draft with this key was planned or published before; the id of what it is."""
    digest = key_of(key)
    if (before := hold_key(tx, author, digest)) is not None:
        return before
    made = schedule(tx, author, draft, due, settings)
    keep_key(tx, author, digest, made)
    return made


def reschedule(tx: Tx, author: Account, scheduled_id: int, due: int) -> None:
    """Move a post to another moment."""
    if find_scheduled(tx, scheduled_id, account_id=author.id) is None:
        raise NotFound
    check_due(due)
    _check_day(tx, author.id, due, but=scheduled_id)

    cancel(tx, PostDue(scheduled_id))  # before the row, as the worker goes: nobody waits for each other
    if not tx.run(_MOVE, of_post=scheduled_id, of_account=author.id, at=due):
        raise NotFound
    emit(tx, PostDue(scheduled_id), due=due)


def cancel_scheduled(tx: Tx, author: Account, scheduled_id: int) -> None:
    """Let a post that waits be as if it had never been; its files have a day to find a use."""
    if find_scheduled(tx, scheduled_id, account_id=author.id) is None:
        raise NotFound
    cancel(tx, PostDue(scheduled_id))
    if not tx.run(_REMOVE, of_post=scheduled_id, of_account=author.id):
        raise NotFound
    tx.run(_LET_GO, of_post=scheduled_id)


def publish_due(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDue`: publish it, and it waits no more; both or neither. What is refused stays, and says why."""
    row = tx.one(_HELD, of_post=event["scheduled_id"])
    one = _scheduled(row) if row else None
    if one is None or one.due > now():  # it was cancelled, or moved and has another job
        return
    point = tx.savepoint()
    try:
        _publish(tx, one)
    except Unavailable:
        point.undo()
        raise
    except Refused as wrong:
        point.undo()
        tx.run(_FAIL, of_post=one.id, why=str(wrong))
    else:
        point.keep()


def _publish(tx: Tx, one: Scheduled) -> None:
    author = find_account(tx, one.account_id)
    if author is None or author.state != "active" or not tx.one(_SPEAKS, of_account=author.id):
        raise Invalid("This account could not publish when the time had come.")
    if one.draft.writer_id and not may(role_of(tx, one.draft.writer_id, author.id), ACT):
        raise Invalid("Whoever planned this may no longer publish for this account. It waits for somebody else.")
    tx.run(_LET_GO, of_post=one.id)
    post = publish(tx, author, one.draft, tx.settings)
    move_key(tx, author, one.id, post.id)
    tx.run(_REMOVE, of_post=one.id, of_account=author.id)


def find_scheduled(db: Db, scheduled_id: int, *, account_id: int) -> Scheduled | None:
    """One post that an account has planned."""
    row = db.one(_ONE, of_post=scheduled_id, of_account=account_id)
    return _scheduled(row) if row else None


def scheduled_page(db: Db, account_id: int, paging: Paging) -> list[Scheduled]:
    """One page of what an account has planned, what was planned last first."""
    return [_scheduled(row) for row in _PAGE.rows(db, paging, of_account=account_id)]


def scheduled_of(db: Db, account_id: int) -> list[Scheduled]:
    """Everything that an account has planned, the next to come first."""
    return [_scheduled(row) for row in db.all(_ALL, of_account=account_id)]


def check_due(due: int) -> None:
    """Refuse a moment that is too near, or so far that nobody means it."""
    if due < now() + SOONEST:
        raise Invalid(
            "Validation failed: Scheduled at must be at least 5 minutes in the future. Nothing was published."
        )
    if due > now() + LATEST:
        raise Invalid("Validation failed: Scheduled at must be within ten years. Nothing was published.")


def _check_day(db: Db, account_id: int, due: int, but: int = 0) -> None:
    begins = due // DAY * DAY
    if db.value(_COUNT_BETWEEN, of_account=account_id, but=but, since=begins, to=begins + DAY) >= MOST_A_DAY:
        day = iso(due)[:10]
        raise Invalid(
            f"Validation failed: You have {MOST_A_DAY} posts planned for {day} (UTC) already, the most for a day."
        )


def _scheduled(row: tuple[Any, ...]) -> Scheduled:
    id_, account_id, due, text, error = row
    told: dict[str, Any] = json.decode(text)
    kept = {name: told[name] for name in Draft.__slots__ if name in told}  # an older version may have kept more
    poll = kept.pop("poll", None)
    if poll:
        poll = PollDraft(**{**poll, "options": tuple(poll["options"])})
    return Scheduled(id_, account_id, due, Draft(**{**kept, "media": tuple(kept["media"]), "poll": poll}), error)
