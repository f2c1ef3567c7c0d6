"""One inbox for a brand: what people say to it, who takes it up, how soon it was answered, and never two answers by
mistake."""

from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import born
from perron.kit.time import DAY, SECOND, now
from perron.people.may import ACT, CONFIDE, LOOK, SUBMIT, check_may, may
from perron.people.members import role_of
from perron.posts.drafts import Behind
from perron.store import Db, Prepared, Tx, const, insert_new
from perron.store.tables import mentions, organisation_brands, posts, tickets
from perron.suite.teams.journal import note
from perron.suite.teams.queries import brand_as_stored

OPEN, ANSWERED, DONE = "open", "answered", "done"
MENTION, MESSAGE = "mention", "message"
HOLDS = 45 * SECOND
"""For how long somebody who writes is shown as writing, unless their page says so again."""


class Ticket(NamedTuple):
    """What somebody said to a brand. `user_id`: who has taken it up; `version` changes with everything but the lock."""

    account_id: int
    post_id: int
    from_id: int
    kind: str
    state: str
    user_id: int | None
    answered_at: int | None
    answered_by: int | None
    answer_id: int | None
    writing_by: int | None
    writing_until: int
    version: int
    asked_at: int | None = None
    satisfied: str = ""

    @property
    def took(self) -> int | None:
        """How long the first answer took, in milliseconds."""
        return None if self.answered_at is None else max(0, self.answered_at - born(self.post_id))

    def writer(self, but: int) -> int | None:
        """Who else is writing an answer at the moment."""
        return self.writing_by if self.writing_by not in (None, but) and self.writing_until > now() else None


_COLUMNS = tuple(tickets.c[name] for name in Ticket._fields)
_ONE = (tickets.c.account_id == bindparam("of_account"), tickets.c.post_id == bindparam("of_post"))
_OPEN_ONE = insert_new(tickets, "account_id", "post_id", "from_id", "kind")
_FOR = Prepared(  # whom a post concerns: brands it names
    select(mentions.c.account_id)
    .join(organisation_brands, organisation_brands.c.account_id == mentions.c.account_id)
    .where(mentions.c.post_id == bindparam("of_post"))
)
_POST = Prepared(
    select(posts.c.author_id, posts.c.visibility, posts.c.reply_to_id, posts.c.thread_id).where(
        posts.c.id == bindparam("of_post")
    )
)
_PAGE = Prepared(
    select(*_COLUMNS)
    .where(
        tickets.c.account_id == bindparam("of_account"),
        or_(bindparam("any_state") == 1, tickets.c.state == bindparam("in_state")),
        or_(bindparam("any_user") == 1, tickets.c.user_id == bindparam("of_user")),
        or_(bindparam("confided") == 1, tickets.c.kind == const(MENTION)),
        tickets.c.post_id < bindparam("below"),
    )
    .order_by(tickets.c.post_id.desc())
    .limit(30)
)
_FIND = Prepared(select(*_COLUMNS).where(*_ONE))
_HELD = Prepared(select(*_COLUMNS).where(*_ONE).with_for_update())
_CHANGE = Prepared(
    update(tickets)
    .where(*_ONE, tickets.c.version == bindparam("before"))
    .values(
        state=bindparam("is_now"),
        user_id=bindparam("whose"),
        version=tickets.c.version + 1,
        writing_by=None,
        writing_until=0,
    )
)
_ANSWERED = Prepared(
    update(tickets)
    .where(*_ONE, tickets.c.answered_at.is_(None))
    .values(answered_at=bindparam("at"), answered_by=bindparam("by"), answer_id=bindparam("with_post"))
)
_ANSWER_STATE = Prepared(
    update(tickets)
    .where(*_ONE, tickets.c.state == const(OPEN))
    .values(state=const(ANSWERED), version=tickets.c.version + 1, writing_by=None, writing_until=0)
)
_WRITE = Prepared(
    update(tickets)
    .where(
        *_ONE,
        or_(
            tickets.c.writing_by.is_(None),
            tickets.c.writing_by == bindparam("by"),
            tickets.c.writing_until < bindparam("at"),
        ),
    )
    .values(writing_by=bindparam("by"), writing_until=bindparam("until"))
)
_STOP = Prepared(
    update(tickets).where(*_ONE, tickets.c.writing_by == bindparam("by")).values(writing_by=None, writing_until=0)
)
_GONE = Prepared(delete(tickets).where(tickets.c.post_id == bindparam("of_post")))
_COUNTS = Prepared(
    select(tickets.c.state, func.count())
    .where(tickets.c.account_id == bindparam("of_account"), tickets.c.state != const(DONE))
    .group_by(tickets.c.state)
)
_TOOK = Prepared(
    select(tickets.c.post_id, tickets.c.answered_at)
    .where(
        and_(tickets.c.account_id == bindparam("of_account"), tickets.c.answered_at >= bindparam("since")),
    )
    .order_by(tickets.c.answered_at)
    .limit(2000)
)


def open_tickets(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostPublished`: what names a brand waits in its inbox; what a brand answers is answered there."""
    row = tx.one(_POST, of_post=event["post_id"])
    if row is None:
        return
    author_id, visibility, reply_to, _ = row
    for account_id in tx.column(_FOR, of_post=event["post_id"]):
        if account_id != author_id:
            kind = MESSAGE if visibility == "mentioned" else MENTION
            tx.run(_OPEN_ONE, account_id=account_id, post_id=event["post_id"], from_id=author_id, kind=kind)
    if reply_to is not None:
        _answered(tx, author_id, reply_to, event["post_id"])


def _answered(tx: Tx, account_id: int, post_id: int, answer_id: int, by: int | None = None) -> None:
    tx.run(_ANSWERED, of_account=account_id, of_post=post_id, at=born(answer_id), by=by, with_post=answer_id)
    tx.run(_ANSWER_STATE, of_account=account_id, of_post=post_id)


def forget_tickets(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDeleted`: what is gone waits for nobody."""
    tx.run(_GONE, of_post=event["post_id"])


def inbox_of(
    db: Db, user_id: int, account_id: int, *, state: str = "", whose: int = 0, below: int = 2**62
) -> list[Ticket]:
    """A page of the inbox of a brand, newest first: all of it, one state, what one person has taken up."""
    role = role_of(db, user_id, account_id)
    if brand_as_stored(db, account_id) is None or not may(role, LOOK):
        raise NotFound
    chosen: dict[str, Any] = {"any_state": int(not state), "in_state": state, "confided": int(may(role, CONFIDE))}
    chosen |= {"any_user": int(not whose), "of_user": whose}
    return [Ticket(*row) for row in db.all(_PAGE, of_account=account_id, below=below, **chosen)]


def find_ticket(db: Db, user_id: int, account_id: int, post_id: int) -> Ticket:
    """One thing in the inbox of a brand, for those who have a role in it."""
    row = db.one(_FIND, of_account=account_id, of_post=post_id)
    one, role = Ticket(*row) if row else None, role_of(db, user_id, account_id)
    if one is None or not may(role, LOOK if one.kind == MENTION else CONFIDE):
        raise NotFound
    return one


def _held(tx: Tx, user_id: int, account_id: int, post_id: int, act: str = SUBMIT) -> Ticket:
    find_ticket(tx, user_id, account_id, post_id)
    check_may(role_of(tx, user_id, account_id), act)
    return Ticket(*(tx.one(_HELD, of_account=account_id, of_post=post_id) or ()))


def take_up(tx: Tx, user_id: int, account_id: int, post_id: int, whom: int | None, version: int) -> None:
    """Say who deals with it; nobody when `whom` is None. Refused when somebody changed it meanwhile."""
    one = _held(tx, user_id, account_id, post_id)
    if whom is not None and not may(role_of(tx, whom, account_id), SUBMIT):
        raise Invalid("This person does not write for the brand.")
    _change(tx, one, one.state, whom, version)
    _note(tx, one, user_id, "assign", whom or 0)


def set_state(tx: Tx, user_id: int, account_id: int, post_id: int, state: str, version: int) -> None:
    """Say that it is open, answered or done."""
    one = _held(tx, user_id, account_id, post_id)
    if state not in (OPEN, ANSWERED, DONE):
        raise Invalid("This is not one of the choices.")
    _change(tx, one, state, one.user_id, version)
    _note(tx, one, user_id, state)


def _change(tx: Tx, one: Ticket, state: str, whose: int | None, version: int) -> None:
    values = {"is_now": state, "whose": whose, "before": version}
    if not tx.run(_CHANGE, of_account=one.account_id, of_post=one.post_id, **values):
        raise Behind("Somebody changed this meanwhile. Look at it again.")


def _note(tx: Tx, one: Ticket, user_id: int, verb: str, whom: int = 0) -> None:
    brand = brand_as_stored(tx, one.account_id)
    if brand is not None:
        label = str(whom) if whom else ""
        post, did = str(one.post_id), f"ticket_{verb}"
        note(tx, brand.organisation_id, user_id, did, brand=one.account_id, label=label, post=post)


def begin_writing(tx: Tx, user_id: int, account_id: int, post_id: int) -> int | None:
    """Say that one is writing an answer; who else is, when somebody was first."""
    one = _held(tx, user_id, account_id, post_id)
    at = now()
    tx.run(_WRITE, of_account=account_id, of_post=post_id, by=user_id, at=at, until=at + HOLDS)
    return one.writer(user_id)


def stop_writing(tx: Tx, user_id: int, account_id: int, post_id: int) -> None:
    """Say that one is writing no longer."""
    tx.run(_STOP, of_account=account_id, of_post=post_id, by=user_id)


def check_answer(tx: Tx, user_id: int, account_id: int, post_id: int, version: int, *, sure: bool) -> None:
    """Refuse an answer to what somebody else is answering, or has answered since one looked; not when one is sure."""
    one = _held(tx, user_id, account_id, post_id, ACT)
    if sure:
        return
    if one.writer(user_id) is not None:
        raise Behind("Somebody else is writing an answer to this. Nothing was sent; your words were kept.")
    if one.version != version and one.state != OPEN:
        raise Behind("Somebody answered this meanwhile. Nothing was sent; your words were kept.")


def note_answer(tx: Tx, user_id: int, account_id: int, post_id: int, answer_id: int) -> None:
    """Write down who answered, and when, in the transaction that publishes it."""
    _answered(tx, account_id, post_id, answer_id, user_id)


class Standing(NamedTuple):
    """How an inbox stands: what waits, and how long first answers took in the last thirty days (half of them less)."""

    open: int
    answered: int
    n: int
    half: int | None


def standing_of(db: Db, account_id: int) -> Standing:
    """How the inbox of a brand stands."""
    counts: dict[str, int] = dict(db.all(_COUNTS, of_account=account_id))
    rows = db.all(_TOOK, of_account=account_id, since=now() - 30 * DAY)
    took = sorted(max(0, at - born(post_id)) for post_id, at in rows)
    return Standing(counts.get(OPEN, 0), counts.get(ANSWERED, 0), len(took), took[len(took) // 2] if took else None)
