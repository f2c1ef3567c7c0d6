"""Organisations, brands and people in them, one statement each."""

from sqlalchemy import bindparam, delete, exists, func, select, update

from perron.store import Db, Prepared, Tx, const, insert, insert_new, upsert
from perron.store.tables import brand_roles, organisation_brands, organisation_members, organisations, users
from perron.suite.teams.model import Brand, Colleague, Organisation

_ORGANISATION = (organisations.c.id, organisations.c.name, organisations.c.two_factor)
_BRAND = tuple(organisation_brands.c[name] for name in Brand._fields)
_ADD = insert(organisations, "id", "name", "two_factor")
_CHANGE = Prepared(
    update(organisations)
    .where(organisations.c.id == bindparam("of_organisation"))
    .values(name=bindparam("called"), two_factor=bindparam("asks"))
)
_STORED = Prepared(select(*_ORGANISATION).where(organisations.c.id == bindparam("of_organisation")))
_MINE = Prepared(
    select(*_ORGANISATION, organisation_members.c.role)
    .join(organisation_members, organisation_members.c.organisation_id == organisations.c.id)
    .where(organisation_members.c.user_id == bindparam("of_user"))
    .order_by(organisations.c.id)
)
_ONE = Prepared(
    select(*_ORGANISATION, organisation_members.c.role)
    .join(organisation_members, organisation_members.c.organisation_id == organisations.c.id)
    .where(organisations.c.id == bindparam("of_organisation"), organisation_members.c.user_id == bindparam("of_user"))
)
_LET_IN = upsert(organisation_members, "organisation_id", "user_id", "role", key=("organisation_id", "user_id"))
_INITIALS = Prepared(
    update(organisation_members)
    .where(
        organisation_members.c.organisation_id == bindparam("of_organisation"),
        organisation_members.c.user_id == bindparam("of_user"),
    )
    .values(initials=bindparam("signs"))
)
_LET_OUT = Prepared(
    delete(organisation_members).where(
        organisation_members.c.organisation_id == bindparam("of_organisation"),
        organisation_members.c.user_id == bindparam("of_user"),
    )
)
_PEOPLE = Prepared(
    select(*(organisation_members.c[name] for name in Colleague._fields))
    .where(organisation_members.c.organisation_id == bindparam("of_organisation"))
    .order_by(organisation_members.c.user_id)
)
_OWNERS = Prepared(
    select(func.count())
    .select_from(organisation_members)
    .where(
        organisation_members.c.organisation_id == bindparam("of_organisation"),
        organisation_members.c.role == const("owner"),
    )
)
_ADD_BRAND = insert_new(organisation_brands, "account_id", "organisation_id")
_BRANDS = Prepared(
    select(*_BRAND)
    .where(organisation_brands.c.organisation_id == bindparam("of_organisation"))
    .order_by(organisation_brands.c.account_id)
)
_ONE_BRAND = Prepared(select(*_BRAND).where(organisation_brands.c.account_id == bindparam("of_account")))
_CHANGE_BRAND = Prepared(
    update(organisation_brands)
    .where(organisation_brands.c.account_id == bindparam("of_account"))
    .values(four_eyes=bindparam("four"), byline=bindparam("signed"))
)
_PAUSE = Prepared(
    update(organisation_brands)
    .where(organisation_brands.c.account_id == bindparam("of_account"))
    .values(paused_at=bindparam("since"), paused_by=bindparam("by"))
)
_REMOVE_BRAND = Prepared(delete(organisation_brands).where(organisation_brands.c.account_id == bindparam("of_account")))
_GIVE = upsert(brand_roles, "account_id", "user_id", "organisation_id", "role", key=("account_id", "user_id"))
_TAKE = Prepared(
    delete(brand_roles).where(
        brand_roles.c.account_id == bindparam("of_account"), brand_roles.c.user_id == bindparam("of_user")
    )
)
_TAKE_ALL = Prepared(delete(brand_roles).where(brand_roles.c.account_id == bindparam("of_account")))
_GONE = tuple(
    Prepared(delete(table).where(~exists().where(users.c.id == table.c.user_id)))
    for table in (organisation_members, brand_roles)
)
_ROLES = Prepared(
    select(brand_roles.c.user_id, brand_roles.c.account_id, brand_roles.c.role)
    .where(brand_roles.c.organisation_id == bindparam("of_organisation"))
    .order_by(brand_roles.c.account_id)
)


def add_organisation(tx: Tx, id_: int, name: str) -> None:
    """Add an organisation; `found` is the rule."""
    tx.run(_ADD, id=id_, name=name, two_factor=False)


def change_organisation(tx: Tx, organisation_id: int, name: str, two_factor: bool) -> None:
    """Call an organisation by another name, ask for a second step or no longer."""
    tx.run(_CHANGE, of_organisation=organisation_id, called=name, asks=two_factor)


def organisation_as_stored(db: Db, organisation_id: int) -> Organisation | None:
    """An organisation, whoever looks."""
    row = db.one(_STORED, of_organisation=organisation_id)
    return Organisation(*row) if row else None


def organisations_of(db: Db, user_id: int) -> list[Organisation]:
    """The organisations somebody is in, the oldest first."""
    return [Organisation(*row) for row in db.all(_MINE, of_user=user_id)]


def find_organisation(db: Db, organisation_id: int, *, user_id: int) -> Organisation | None:
    """An organisation, as somebody in it finds it; None for others."""
    row = db.one(_ONE, of_organisation=organisation_id, of_user=user_id)
    return Organisation(*row) if row else None


def change_colleague(tx: Tx, organisation_id: int, user_id: int, role: str) -> None:
    """Let somebody be in an organisation, with this role."""
    tx.run(_LET_IN, organisation_id=organisation_id, user_id=user_id, role=role)


def change_initials(tx: Tx, organisation_id: int, user_id: int, initials: str) -> None:
    """What somebody signs with, where a brand shows who writes."""
    tx.run(_INITIALS, of_organisation=organisation_id, of_user=user_id, signs=initials)


def remove_colleague(tx: Tx, organisation_id: int, user_id: int) -> None:
    """Let somebody be in an organisation no longer."""
    tx.run(_LET_OUT, of_organisation=organisation_id, of_user=user_id)


def colleagues(db: Db, organisation_id: int) -> list[Colleague]:
    """Everybody in an organisation, who came first first."""
    return [Colleague(*row) for row in db.all(_PEOPLE, of_organisation=organisation_id)]


def count_owners(db: Db, organisation_id: int) -> int:
    """How many decide in an organisation."""
    count: int = db.value(_OWNERS, of_organisation=organisation_id)
    return count


def add_brand_row(tx: Tx, organisation_id: int, account_id: int) -> bool:
    """Add a brand; False when it is one already, here or elsewhere."""
    return tx.run(_ADD_BRAND, organisation_id=organisation_id, account_id=account_id) > 0


def brands_of(db: Db, organisation_id: int) -> list[Brand]:
    """The brands of an organisation, the oldest account first."""
    return [Brand(*row) for row in db.all(_BRANDS, of_organisation=organisation_id)]


def brand_as_stored(db: Db, account_id: int) -> Brand | None:
    """An account as a brand, when it is one."""
    row = db.one(_ONE_BRAND, of_account=account_id)
    return Brand(*row) if row else None


def change_brand(tx: Tx, account_id: int, *, four_eyes: bool, byline: bool) -> None:
    """How a brand works from now on."""
    tx.run(_CHANGE_BRAND, of_account=account_id, four=four_eyes, signed=byline)


def change_pause(tx: Tx, account_id: int, since: int | None, by: int | None) -> None:
    """Let nothing of a brand go out by itself, since a moment; None: let it again."""
    tx.run(_PAUSE, of_account=account_id, since=since, by=by)


def remove_brand_row(tx: Tx, account_id: int) -> None:
    """An account is nobody's brand any more."""
    tx.run(_REMOVE_BRAND, of_account=account_id)
    tx.run(_TAKE_ALL, of_account=account_id)


def change_brand_role(tx: Tx, organisation_id: int, account_id: int, user_id: int, role: str) -> None:
    """What somebody is to a brand; nothing when `role` is empty."""
    if role:
        tx.run(_GIVE, account_id=account_id, user_id=user_id, organisation_id=organisation_id, role=role)
    else:
        tx.run(_TAKE, of_account=account_id, of_user=user_id)


def forget_gone(tx: Tx) -> None:
    """Users who are no longer here are in no organisation."""
    for each in _GONE:
        tx.run(each)


def roles_in(db: Db, organisation_id: int) -> dict[int, dict[int, str]]:
    """What everybody is to which brand: by user, then by account."""
    found: dict[int, dict[int, str]] = {}
    for user_id, account_id, role in db.all(_ROLES, of_organisation=organisation_id):
        found.setdefault(user_id, {})[account_id] = role
    return found
