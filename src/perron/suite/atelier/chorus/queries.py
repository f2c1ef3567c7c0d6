"""Choruses in the database, one statement each."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, delete, exists, not_, or_, select

from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, Tx, among, const, insert_new
from perron.store.tables import accounts, chorus_lines, memberships, posts, scheduled_posts, submissions
from perron.suite.atelier.chorus.model import PLAN, POST, SUBMISSION, Also, Line

_beside = chorus_lines.alias("beside")
_OPEN = tuple(map(const, ("waiting", "changes", "approved")))
_THERE = or_(  # what was published, cancelled or withdrawn since is no longer made together with anything
    and_(chorus_lines.c.kind == const(PLAN), exists().where(scheduled_posts.c.id == chorus_lines.c.item_id)),
    and_(chorus_lines.c.kind == const(POST), exists().where(posts.c.id == chorus_lines.c.item_id)),
    and_(
        chorus_lines.c.kind == const(SUBMISSION),
        exists().where(submissions.c.id == chorus_lines.c.item_id, submissions.c.state.in_(_OPEN)),
    ),
)
_ADD = insert_new(chorus_lines, "item_id", "chorus_id", "account_id", "kind")
_CHORUS = Prepared(select(chorus_lines.c.chorus_id).where(chorus_lines.c.item_id == bindparam("item")))
_BESIDE = Prepared(
    select(
        _beside.c.item_id,
        chorus_lines.c.item_id,
        chorus_lines.c.account_id,
        chorus_lines.c.kind,
        accounts.c.handle,
        memberships.c.role,
    )
    .select_from(_beside)
    .join(
        chorus_lines,
        and_(chorus_lines.c.chorus_id == _beside.c.chorus_id, chorus_lines.c.item_id != _beside.c.item_id),
    )
    .join(
        memberships,
        and_(memberships.c.account_id == chorus_lines.c.account_id, memberships.c.user_id == bindparam("of_user")),
    )
    .join(accounts, accounts.c.id == chorus_lines.c.account_id)
    .where(among(_beside.c.item_id), _THERE)
    .order_by(_beside.c.item_id, chorus_lines.c.item_id)
)
_FORGET = Prepared(
    delete(chorus_lines).where(
        or_(not_(_THERE), and_(chorus_lines.c.kind == const(POST), chorus_lines.c.item_id < bindparam("before")))
    )
)


def chorus_of(db: Db, item_id: int) -> int | None:
    """The chorus of which something is a line."""
    found: int | None = db.value(_CHORUS, item=item_id)
    return found


def add_line(tx: Tx, chorus_id: int, line: Line) -> None:
    """Write down that something belongs to a chorus."""
    tx.run(_ADD, chorus_id=chorus_id, **line._asdict())


def made_with(db: Db, user_id: int, item_ids: Sequence[int]) -> dict[int, list[Also]]:
    """What was made together with each of these and is still there, as far as somebody has a role in its account."""
    found: dict[int, list[Also]] = {}
    rows = db.all(_BESIDE, ids=db.id_list(list(item_ids)), of_user=user_id) if item_ids else []
    for one in (Also(*row) for row in rows):
        found.setdefault(one.beside, []).append(one)
    return found


def forget_choruses(tx: Tx) -> None:
    """What came out a day ago is known no longer to have been made together, nor what is gone."""
    tx.run(_FORGET, before=first_id_at(now() - DAY))
