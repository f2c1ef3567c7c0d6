import pytest

from perron.kit.errors import NotAllowed, NotFound
from perron.moderation.promote import change_role, roles_to_give
from perron.people.model import Account
from perron.people.standing import user_of

from .conftest import Village

RANKED = ("user", "moderator", "admin", "owner")


def role_of(village: Village, who: Account) -> str:
    with village.store.read() as db:
        user = user_of(db, who.id)
    assert user is not None
    return user.role


@pytest.mark.parametrize("by", RANKED)
@pytest.mark.parametrize("role", [*RANKED, "emperor"])
@pytest.mark.parametrize("before", RANKED)
def test_admins_and_owners_give_roles_below_their_own(village: Village, by: str, role: str, before: str) -> None:
    who, target = village.moderator("olga", by), village.person("tess", before)
    rank = RANKED.index(by)
    allowed = by in ("admin", "owner") and before in RANKED[:rank] and role in RANKED[:rank]

    if allowed:
        village.store.write(lambda tx: change_role(tx, who, target.id, role))
    else:
        with pytest.raises(NotFound if by == "user" else NotAllowed):
            village.store.write(lambda tx: change_role(tx, who, target.id, role))

    assert role_of(village, target) == (role if allowed else before)
    assert len(village.rows("audit")) == int(allowed and role != before)
    assert roles_to_give(who) == (list(RANKED[:rank]) if by in ("admin", "owner") else [])


def test_nobody_changes_their_own_role(village: Village) -> None:
    olga = village.moderator("olga", "owner")
    with pytest.raises(NotAllowed):
        village.store.write(lambda tx: change_role(tx, olga, olga.account_id, "user"))
