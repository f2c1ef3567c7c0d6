"""Found an organisation, bring brands into it, say who is what; all of it written down."""

from typing import Any

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.people.members import end_speaking, hold_speaking, let_speak, members_of, role_of, share
from perron.people.model import Account, User
from perron.people.queries import find_account
from perron.people.second_factor import second_factor_of
from perron.people.voices import color_to_offer, open_account, voices_of
from perron.store import Db, Tx
from perron.suite.teams.forget import forget_outside
from perron.suite.teams.journal import note
from perron.suite.teams.model import ROLES, Brand, Organisation
from perron.suite.teams.queries import (
    add_brand_row,
    add_organisation,
    brand_as_stored,
    brands_of,
    change_brand,
    change_brand_role,
    change_colleague,
    change_initials,
    change_organisation,
    colleagues,
    count_owners,
    find_organisation,
    forget_gone,
    organisation_as_stored,
    organisations_of,
    remove_brand_row,
    remove_colleague,
    roles_in,
)
from perron.suite.teams.submissions import remove_submissions_of

MOST_ORGANISATIONS = 12
LONGEST_NAME = 80
LONGEST_INITIALS = 4


def within(db: Db, user_id: int, organisation_id: int) -> Organisation:
    """An organisation that somebody is in; to others it is not there."""
    found = find_organisation(db, organisation_id, user_id=user_id)
    if found is None:
        raise NotFound
    return found


def ruled(db: Db, user_id: int, organisation_id: int) -> Organisation:
    """An organisation in which somebody decides."""
    found = within(db, user_id, organisation_id)
    if not found.mine:
        raise NotAllowed("Only an owner of the organisation may do this.")
    return found


def brand_in(db: Db, organisation: Organisation, account_id: int) -> Brand:
    """A brand of an organisation."""
    found = brand_as_stored(db, account_id)
    if found is None or found.organisation_id != organisation.id:
        raise NotFound
    return found


def read_name(text: str) -> str:
    """What an organisation is called."""
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Invalid("An organisation needs a name.")
    if len(name) > LONGEST_NAME:
        raise Invalid("The name of an organisation has at most 80 characters.")
    return name


def found(tx: Tx, user_id: int, name: str) -> int:
    """Found an organisation; whoever does decides in it."""
    name = read_name(name)
    if len(organisations_of(tx, user_id)) >= MOST_ORGANISATIONS:
        raise Invalid("You are in twelve organisations already, which is as many as one person can be in.")
    id_ = new_id()
    add_organisation(tx, id_, name)
    change_colleague(tx, id_, user_id, "owner")
    note(tx, id_, user_id, "found", label=name)
    return id_


def change(tx: Tx, user_id: int, organisation_id: int, name: str, two_factor: bool) -> None:
    """Another name, or another demand. Whoever has no second step speaks for no brand until they have one."""
    before = ruled(tx, user_id, organisation_id)
    name = read_name(name)
    if two_factor and not second_factor_of(tx, user_id).on:
        raise NotAllowed("Ask for a second step at your own sign-in first. Nothing was changed.")
    change_organisation(tx, before.id, name, two_factor)
    if name != before.name:
        note(tx, before.id, user_id, "rename", label=name, before=before.name)
    if two_factor != bool(before.two_factor):
        note(tx, before.id, user_id, "two_factor" if two_factor else "no_two_factor")
        for one in colleagues(tx, before.id):
            let_speak_as_agreed(tx, before.id, one.user_id)


def bring_brand(tx: Tx, user_id: int, organisation_id: int, account_id: int) -> None:
    """Make an account of one's own a brand of the organisation; those who speak for it already come along."""
    organisation, account = ruled(tx, user_id, organisation_id), find_account(tx, account_id)
    if account is None or role_of(tx, user_id, account_id) != "owner":
        raise NotFound
    if account.kind == "person":
        raise Invalid("This account is a person. An organisation takes brands and robots; a person stays their own.")
    if not add_brand_row(tx, organisation.id, account_id):
        raise Invalid("This account is a brand of an organisation already.")
    for member in members_of(tx, account_id):
        change_brand_role(tx, organisation.id, account_id, member.user_id, member.role)
        if find_organisation(tx, organisation.id, user_id=member.user_id) is None:
            change_colleague(tx, organisation.id, member.user_id, "member")
    share(tx, account_id, True)
    note(tx, organisation.id, user_id, "bring_brand", brand=account_id, label=f"@{account.handle}")


def open_brand(
    tx: Tx, user: User, organisation_id: int, username: str, *, display_name: str = "", color: str = ""
) -> Account:
    """Open a new account as a brand of the organisation; there is no limit to their number. When no colour is chosen,
    it is one by which nobody takes it for another account, nor for their own."""
    organisation = ruled(tx, user.id, organisation_id)
    color = color or color_to_offer(voices_of(tx, user.id))
    account = open_account(tx, user, username, kind="brand", display_name=display_name, color=color, team=True)
    add_brand_row(tx, organisation.id, account.id)
    change_brand_role(tx, organisation.id, account.id, user.id, "owner")
    note(tx, organisation.id, user.id, "open_brand", brand=account.id, label=f"@{account.handle}")
    return account


def set_brand(tx: Tx, user_id: int, organisation_id: int, account_id: int, *, four_eyes: bool, byline: bool) -> None:
    """How a brand works: whether one may approve what one wrote, whether initials are shown."""
    organisation = ruled(tx, user_id, organisation_id)
    before = brand_in(tx, organisation, account_id)
    change_brand(tx, account_id, four_eyes=four_eyes, byline=byline)
    if (four_eyes, byline) != (bool(before.four_eyes), bool(before.byline)):
        note(tx, organisation.id, user_id, "set_brand", brand=account_id, four_eyes=four_eyes, byline=byline)


def let_brand_go(tx: Tx, user_id: int, organisation_id: int, account_id: int) -> None:
    """Take a brand out of the organisation: it stays with those who own it, and with nobody else."""
    organisation = ruled(tx, user_id, organisation_id)
    brand_in(tx, organisation, account_id)
    owners = [one for one in members_of(tx, account_id) if one.role == "owner"]
    if not owners:
        raise NotAllowed("An account needs an owner. Make somebody else one first; nothing was changed.")
    for member in members_of(tx, account_id):
        if member.role != "owner":
            end_speaking(tx, member.user_id, account_id)
    _forget_brand(tx, account_id, shared=len(owners) > 1)
    note(tx, organisation.id, user_id, "let_brand_go", brand=account_id)


def _forget_brand(tx: Tx, account_id: int, *, shared: bool) -> None:
    remove_brand_row(tx, account_id)
    forget_outside(tx, account_id)
    share(tx, account_id, shared)


def forget_brand(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: it is no brand any more."""
    forget_gone(tx)
    brand = brand_as_stored(tx, event["account_id"])
    if brand is not None:
        remove_brand_row(tx, brand.account_id)
        forget_outside(tx, brand.account_id)
        remove_submissions_of(tx, brand.account_id)
        note(tx, brand.organisation_id, None, "brand_deleted", brand=brand.account_id)


# -- people ------------------------------------------------------------------------------------------------------------


def give_roles(tx: Tx, user_id: int, organisation_id: int, whom: int, roles: dict[int, str]) -> None:
    """Say what somebody is to which brands; "" takes a role. It holds at once."""
    organisation = ruled(tx, user_id, organisation_id)
    if find_organisation(tx, organisation.id, user_id=whom) is None:
        raise NotFound
    before = roles_in(tx, organisation.id).get(whom, {})
    for account_id, role in roles.items():
        brand_in(tx, organisation, account_id)
        if role and role not in ROLES:
            raise Invalid("This is not one of the roles that there are.")
        if role == before.get(account_id, ""):
            continue
        if before.get(account_id) == "owner":
            _keep_brand_owner(tx, organisation.id, account_id, whom)
        change_brand_role(tx, organisation.id, account_id, whom, role)
        detail = {"before": before.get(account_id, ""), "after": role}
        note(tx, organisation.id, user_id, "give_role", brand=account_id, label=str(whom), **detail)
    let_speak_as_agreed(tx, organisation.id, whom)


def _keep_brand_owner(db: Db, organisation_id: int, account_id: int, but: int) -> None:
    if not any(roles.get(account_id) == "owner" for who, roles in roles_in(db, organisation_id).items() if who != but):
        raise NotAllowed("An account needs an owner. Make somebody else one first; nothing was changed.")


def set_colleague(tx: Tx, user_id: int, organisation_id: int, whom: int, role: str) -> None:
    """Let somebody decide in the organisation, or no longer."""
    organisation = ruled(tx, user_id, organisation_id)
    if role not in ("owner", "member"):
        raise Invalid("This is not one of the roles that there are.")
    before = within(tx, whom, organisation.id)
    if before.role == role:
        return
    if before.mine:
        _keep_owner(tx, organisation.id)
    change_colleague(tx, organisation.id, whom, role)
    note(tx, organisation.id, user_id, "set_colleague", label=str(whom), after=role)


def set_initials(tx: Tx, user_id: int, organisation_id: int, initials: str) -> None:
    """What one signs with, where a brand shows who writes."""
    organisation, initials = within(tx, user_id, organisation_id), initials.strip().replace("\x00", "")
    if len(initials) > LONGEST_INITIALS or not (initials.isalpha() or not initials):
        raise Invalid("Initials are one to four letters.")
    change_initials(tx, organisation.id, user_id, initials)


def let_go(tx: Tx, user_id: int, organisation_id: int, whom: int) -> None:
    """Take somebody out of the organisation, or leave it oneself: with every role, app and browser, at once."""
    organisation = within(tx, user_id, organisation_id) if whom == user_id else ruled(tx, user_id, organisation_id)
    if within(tx, whom, organisation.id).mine:
        _keep_owner(tx, organisation.id)
    for account_id, role in roles_in(tx, organisation.id).get(whom, {}).items():
        if role == "owner":
            _keep_brand_owner(tx, organisation.id, account_id, whom)
        change_brand_role(tx, organisation.id, account_id, whom, "")
    let_speak_as_agreed(tx, organisation.id, whom)
    remove_colleague(tx, organisation.id, whom)
    note(tx, organisation.id, user_id, "leave" if whom == user_id else "let_go", label=str(whom))


def _keep_owner(db: Db, organisation_id: int) -> None:
    if count_owners(db, organisation_id) < 2:
        raise NotAllowed("An organisation needs an owner. Make somebody else one first; nothing was changed.")


def let_speak_as_agreed(tx: Tx, organisation_id: int, user_id: int) -> None:
    """Make the memberships of somebody what was agreed: their roles, or none while a second step is missing."""
    organisation = organisation_as_stored(tx, organisation_id)
    agreed = roles_in(tx, organisation_id).get(user_id, {})
    if organisation is None or (organisation.two_factor and not second_factor_of(tx, user_id).on):
        agreed = {}
    for brand in brands_of(tx, organisation_id):
        now_is, shall_be = role_of(tx, user_id, brand.account_id), agreed.get(brand.account_id)
        if shall_be is None and now_is is not None:
            hold_speaking(tx, user_id, brand.account_id)
        elif shall_be is not None and shall_be != now_is:
            let_speak(tx, user_id, brand.account_id, shall_be)


def look_at_steps(tx: Tx, event: dict[str, Any]) -> None:
    """After `SafetyChanged`: whoever has a second step now speaks again, whoever has none no longer does."""
    for one in organisations_of(tx, event["user_id"]):
        if one.two_factor:
            let_speak_as_agreed(tx, one.id, event["user_id"])
