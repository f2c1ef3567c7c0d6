"""Organisations: brands, people and what they are to them, invitations, the journal."""

from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.teams import BrandRole, Organisation, Sheet, TeamBrand, TeamInvitation, TeamLine, TeamMember
from perron.entities.teams import accounts_by_id, line_entities, persons
from perron.kit import json
from perron.kit.errors import NotSignedIn
from perron.kit.time import iso
from perron.people.second_factor import second_factor_of
from perron.people.users import user_as_stored
from perron.store import Db, Tx
from perron.suite.teams import invite, model, organise
from perron.suite.teams.journal import journal_page
from perron.suite.teams.queries import brands_of, colleagues, organisations_of, roles_in
from perron.suite.teams.sheet import INDICATORS, UNITS, read_period, sheet_of


class AboutOrganisation(TypedDict, total=False):
    """What an organisation is called, and what it asks."""

    name: Annotated[str, Meta(description="At most 80 characters.")]
    two_factor_required: Annotated[bool, Meta(description="Ask everybody for a second step at their sign-in.")]


class NewBrand(TypedDict, total=False):
    """An account to bring, or one to open."""

    account_id: Annotated[Id, Meta(description="An account of one's own, of a brand or a robot.")]
    username: Annotated[str, Meta(description="How a new account is called.")]
    display_name: str
    color: str


class AboutBrand(TypedDict, total=False):
    """How a brand works."""

    four_eyes: bool
    byline: bool


class AboutMember(TypedDict, total=False):
    """What somebody is."""

    role: Annotated[str, Meta(description="In the organisation: owner or member.")]
    brands: Annotated[list[BrandRole], Meta(description="For each brand; an empty role takes it.")]


class NewInvitation(TypedDict, total=False):
    """Whom to ask in, and as what."""

    email: Annotated[str, Meta(description="Who gets a letter; without one, the answer holds a link.")]
    role: str
    brands: list[BrandRole]
    uses: Annotated[int, Meta(description="How many people can come by it, at most 100.")]
    days: Annotated[int, Meta(description="For how many days it holds, at most 30.")]


class Code(TypedDict, total=False):
    """What an invitation carries."""

    code: Required[str]


class Journal(Page, total=False):
    """Which page, and of which brand."""

    account_id: Id


class AskedSheet(TypedDict, total=False):
    """Which brands, and which days by UTC, both included."""

    account_ids: list[Id]
    since: Annotated[str, Meta(description="Such as 2026-06-01; thirty days where it is not sent.")]
    until: str


def my_user(call: Call) -> int:
    """The user who asks."""
    if call.viewer is None or call.viewer.user_id is None:
        raise NotSignedIn
    return call.viewer.user_id


def _within(call: Call, db: Db) -> model.Organisation:
    """The organisation in the path, for somebody who is in it."""
    return organise.within(db, my_user(call), call.id)


def _organisation(one: model.Organisation) -> dict[str, Any]:
    return {"id": str(one.id), "name": one.name, "role": one.role, "two_factor_required": bool(one.two_factor)}


@speaks(list[Organisation])
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations"""
    return [_organisation(one) for one in organisations_of(db, my_user(call))]


@speaks(Organisation, takes=AboutOrganisation)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations"""
    made = organise.found(tx, my_user(call), call.params.text("name"))
    return _organisation(organise.within(tx, my_user(call), made))


@speaks(Organisation)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id"""
    return _organisation(_within(call, db))


@speaks(Organisation, takes=AboutOrganisation)
def change(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/organisations/:id: what is not sent stays as it is."""
    before = _within(call, tx)
    asks = call.params.flag("two_factor_required", bool(before.two_factor))
    organise.change(tx, my_user(call), call.id, call.params.text("name", before.name), asks)
    return _organisation(_within(call, tx))


@speaks(list[TeamBrand])
def brands(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/brands"""
    return _brands(call, db)


def _brands(call: Call, db: Db, only: int = 0) -> list[dict[str, Any]]:
    organisation = _within(call, db)
    found = [one for one in brands_of(db, organisation.id) if only in (0, one.account_id)]
    roles = roles_in(db, organisation.id).get(my_user(call), {})
    shown = accounts_by_id(call.links, db, [one.account_id for one in found])
    return [
        {
            "account": shown[one.account_id],
            "role": roles.get(one.account_id),
            "four_eyes": bool(one.four_eyes),
            "byline": bool(one.byline),
            "paused_at": iso(one.paused_at) if one.paused_at else None,
        }
        for one in found
        if one.account_id in shown
    ]


@speaks(TeamBrand, takes=NewBrand)
def add_brand(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/brands: bring an account, or open one."""
    user_id, account_id = my_user(call), call.params.id("account_id")
    if account_id is not None:
        organise.bring_brand(tx, user_id, call.id, account_id)
    else:
        about = {"display_name": call.params.text("display_name"), "color": call.params.text("color")}
        username = call.params.text("username")
        account_id = organise.open_brand(tx, user_as_stored(tx, user_id), call.id, username, **about).id
    tx.settle()
    return _brands(call, tx, account_id)[0]


@speaks(TeamBrand, takes=AboutBrand)
def change_brand(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/organisations/:id/brands/:account_id"""
    organisation = organise.ruled(tx, my_user(call), call.id)
    before = organise.brand_in(tx, organisation, call.id_called("account_id"))
    four_eyes = call.params.flag("four_eyes", bool(before.four_eyes))
    byline = call.params.flag("byline", bool(before.byline))
    organise.set_brand(tx, my_user(call), call.id, before.account_id, four_eyes=four_eyes, byline=byline)
    return _brands(call, tx, before.account_id)[0]


@speaks(Empty)
def remove_brand(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/organisations/:id/brands/:account_id"""
    organise.let_brand_go(tx, my_user(call), call.id, call.id_called("account_id"))
    return {}


@speaks(list[TeamMember])
def members(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/members"""
    return _members(call, db)


def _members(call: Call, db: Db, only: int = 0) -> list[dict[str, Any]]:
    organisation = _within(call, db)
    found = [one for one in colleagues(db, organisation.id) if only in (0, one.user_id)]
    roles, who = roles_in(db, organisation.id), persons(call.links, db, [one.user_id for one in found])
    return [
        {
            "user_id": str(one.user_id),
            "account": who.get(one.user_id),
            "role": one.role,
            "initials": one.initials,
            "held": bool(organisation.two_factor) and not second_factor_of(db, one.user_id).on,
            "brands": [{"account_id": str(id_), "role": role} for id_, role in roles.get(one.user_id, {}).items()],
        }
        for one in found
    ]


@speaks(TeamMember, takes=AboutMember)
def change_member(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/organisations/:id/members/:user_id: it holds at once."""
    user_id, whom = my_user(call), call.id_called("user_id")
    if call.params.has("role"):
        organise.set_colleague(tx, user_id, call.id, whom, call.params.text("role"))
    organise.give_roles(tx, user_id, call.id, whom, _roles(call))
    return _members(call, tx, whom)[0]


@speaks(Empty)
def remove_member(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/organisations/:id/members/:user_id: take somebody out, or leave."""
    organise.let_go(tx, my_user(call), call.id, call.id_called("user_id"))
    return {}


def _roles(call: Call) -> dict[int, str]:
    return {one.id("account_id") or -1: one.text("role") for one in call.params.records("brands")}


@speaks(list[TeamInvitation])
def invitations(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/invitations"""
    organisation = organise.ruled(db, my_user(call), call.id)
    return [_invitation(one) for one in invite.invitations_of(db, organisation.id)]


def _invitation(one: model.Invitation, url: str | None = None) -> dict[str, Any]:
    expires = iso(one.expires_at)
    return {
        "id": str(one.id),
        "email": one.email or None,
        "uses_left": one.uses_left,
        "expires_at": expires,
        "url": url,
    }


@speaks(TeamInvitation, takes=NewInvitation)
def ask_in(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/invitations"""
    params = call.params
    code = invite.invite(
        tx,
        my_user(call),
        call.id,
        email=params.text("email"),
        role=params.text("role", "member"),
        roles=_roles(call),
        uses=params.number("uses", 1),
        days=params.number("days", 7),
    )
    made = invite.invitations_of(tx, call.id)[-1]
    return _invitation(made, None if made.email else f"{call.links.origin}/join/{code}")


@speaks(Empty)
def end_invitation(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/organisations/:id/invitations/:invitation_id"""
    invite.end_invitation(tx, my_user(call), call.id, call.id_called("invitation_id"))
    return {}


@speaks(Organisation, takes=Code)
def join(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/join"""
    joined = invite.accept(tx, my_user(call), call.params.text("code"))
    return _organisation(organise.within(tx, my_user(call), joined))


@speaks(list[TeamLine], takes=Journal, paged=True)
def journal(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/journal: newest first."""
    organisation = _within(call, db)
    lines = journal_page(db, organisation.id, call.paging(), brand=call.params.id("account_id") or 0)
    made = json.encode(line_entities(call.links, db, lines))
    return Reply(made, headers=call.link_header([one.id for one in lines]))


@speaks(Sheet, takes=AskedSheet)
def figures(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/figures: of the chosen brands, or of all that one may read."""
    period = read_period(call.params.text("since"), call.params.text("until"))
    found = sheet_of(db, my_user(call), call.id, call.params.ids("account_ids"), period)
    return {
        "since": period.first.isoformat(),
        "until": period.last.isoformat(),
        "brands": [
            {
                "account_id": str(account_id),
                "figures": [
                    {"name": name, "value": cells[name].value, "unit": UNITS.get(name, "number"), "n": cells[name].n}
                    for name in INDICATORS
                ],
            }
            for account_id, cells in found.items()
        ],
    }
