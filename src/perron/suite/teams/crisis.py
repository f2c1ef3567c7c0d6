"""One press, and nothing of the chosen brands goes out by itself; each thing goes on when somebody says so."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select

from perron.kit.errors import Invalid
from perron.kit.ids import first_id_at
from perron.kit.time import DAY, HOUR, now
from perron.people.may import ACT, check_may
from perron.people.members import role_of
from perron.posts.hold_back import PAUSED, hold_back, let_go_on
from perron.posts.planned import Scheduled, scheduled_of
from perron.store import Db, Prepared, Tx, const
from perron.store.tables import notices
from perron.suite.teams.approve import go_on, hold_approved
from perron.suite.teams.journal import note
from perron.suite.teams.model import Brand
from perron.suite.teams.organise import brand_in, within
from perron.suite.teams.queries import change_pause

_MENTIONS = Prepared(
    select(func.count())
    .select_from(notices)
    .where(
        notices.c.account_id == bindparam("of_account"),
        notices.c.id >= bindparam("since"),
        notices.c.id < bindparam("to"),
        notices.c.type == const("mention"),
    )
)


def pause(tx: Tx, user_id: int, organisation_id: int, account_ids: Sequence[int]) -> int:
    """Hold back everything that is planned for these brands, and whatever is planned from now on; how much it was."""
    found = [_brand(tx, user_id, organisation_id, one) for one in dict.fromkeys(account_ids)]
    if not found:
        raise Invalid("Choose at least one brand.")
    held = 0
    for brand in found:
        those = [*hold_back(tx, brand.account_id, PAUSED), *hold_approved(tx, brand.account_id)]
        held += len(those)
        if brand.paused_at is None:
            change_pause(tx, brand.account_id, now(), user_id)
        note(tx, organisation_id, user_id, "pause", brand=brand.account_id, held=len(those))
    return held


def resume_one(
    tx: Tx, user_id: int, organisation_id: int, account_id: int, *, plan: int = 0, submission: int = 0
) -> None:
    """Let one thing go on."""
    brand = _brand(tx, user_id, organisation_id, account_id)
    if plan:
        let_go_on(tx, brand.account_id, PAUSED, [plan])
    if submission:
        go_on(tx, brand.account_id, submission)
    note(tx, organisation_id, user_id, "resume_one", brand=account_id, thing=str(plan or submission))


def end_pause(tx: Tx, user_id: int, organisation_id: int, account_id: int) -> None:
    """What is planned from now on goes out again; what was held waits until each is let go on."""
    brand = _brand(tx, user_id, organisation_id, account_id)
    change_pause(tx, brand.account_id, None, None)
    note(tx, organisation_id, user_id, "end_pause", brand=account_id)


def _brand(tx: Tx, user_id: int, organisation_id: int, account_id: int) -> Brand:
    organisation = within(tx, user_id, organisation_id)
    brand = brand_in(tx, organisation, account_id)
    check_may(role_of(tx, user_id, account_id), ACT)
    return brand


def held_of(db: Db, account_id: int) -> list[Scheduled]:
    """What waits because of a pause, the next to come first."""
    return [one for one in scheduled_of(db, account_id) if PAUSED in one.held]


def mentions_of(db: Db, account_id: int) -> tuple[int, int, int]:
    """How often a brand was mentioned in the last hour, the last day, and the day before that."""
    at = now()
    spans = ((at - HOUR, at + HOUR), (at - DAY, at + HOUR), (at - 2 * DAY, at - DAY))
    counts = [
        db.value(_MENTIONS, of_account=account_id, since=first_id_at(one), to=first_id_at(to)) for one, to in spans
    ]
    return int(counts[0]), int(counts[1]), int(counts[2])
