"""Show on one's profile whom one recommends, among those one follows."""

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.people.model import Account
from perron.people.queries import find_account
from perron.people.relations import relation
from perron.store import Db, Prepared, Tx, const, insert_new, tell
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, endorsements

_ADD = insert_new(endorsements, "owner_id", "target_id", "id")
_REMOVE = Prepared(
    delete(endorsements).where(
        endorsements.c.owner_id == bindparam("who"), endorsements.c.target_id == bindparam("whom")
    )
)
_PAGE = Paged(
    select(endorsements.c.id, endorsements.c.target_id)
    .join(accounts, accounts.c.id == endorsements.c.target_id)
    .where(endorsements.c.owner_id == bindparam("who"), accounts.c.state == const("active")),
    endorsements.c.id,
)


def endorse(tx: Tx, who: Account, whom_id: int) -> None:
    """Show an account that one follows on one's profile."""
    whom = _somebody(tx, whom_id)
    if relation(tx, who.id, whom.id).following is None:
        raise Invalid("Validation failed: You must be already following the person you want to endorse")
    if tx.run(_ADD, owner_id=who.id, target_id=whom.id, id=new_id()):
        tell(tx, "relations", who.id, whom.id)


def unendorse(tx: Tx, who: Account, whom_id: int) -> None:
    """Show an account on one's profile no longer."""
    if tx.run(_REMOVE, who=who.id, whom=_somebody(tx, whom_id).id):
        tell(tx, "relations", who.id, whom_id)


def endorsed_by(db: Db, who: int, paging: Paging) -> list[tuple[int, int]]:
    """A page of those whom an account recommends: (id of the endorsement, account)."""
    return [(row[0], row[1]) for row in _PAGE.rows(db, paging, who=who)]


def _somebody(db: Db, account_id: int) -> Account:
    found = find_account(db, account_id)
    if found is None or found.state not in ("active", "suspended"):
        raise NotFound
    return found
