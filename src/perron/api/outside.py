"""People outside an organisation: guests who write, clients who look at a campaign, sponsors who read figures."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.api.organisations import my_user
from perron.api.submissions import entities
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.outside import Campaign, CampaignWhole, Given, Guest, Sponsor
from perron.entities.shapes.statuses import Status
from perron.kit.time import iso
from perron.people.may import ACT, may
from perron.store import Db, Tx
from perron.suite.teams import campaigns, guests, sponsors
from perron.suite.teams.links import CAMPAIGN, GUEST, SPONSOR, Link, links_of
from perron.suite.teams.model import Campaign as Row
from perron.suite.teams.model import Sponsor as SponsorRow
from perron.suite.teams.submissions import submission_as_stored, submissions_of_guest


class NewGuest(TypedDict, total=False):
    """Whom to ask, for which brand."""

    account_id: Required[Id]
    name: Required[str]
    brief: str
    posts: Annotated[int, Meta(description="How many they may hand in, from 1 to 20.")]
    named: Annotated[bool, Meta(description="Whether what they write bears their name.")]
    days: Annotated[int, Meta(description="For how many days the link holds, at most 366.")]


class NewCampaign(TypedDict, total=False):
    """A campaign of which brand."""

    account_id: Required[Id]
    name: Required[str]
    brief: str


class AboutCampaign(TypedDict, total=False):
    """What it is called and about; what is not sent stays."""

    name: str
    brief: str


class NewCampaignItem(TypedDict, total=False):
    """What to put in."""

    kind: Required[Literal["submission", "post"]]
    id: Required[Annotated[Id, Meta(description="Of a submission; or of a post, planned or published.")]]


class NewLink(TypedDict, total=False):
    """For whom a link is."""

    name: Required[str]
    days: int


class SaidOfItem(TypedDict, total=False):
    """What is said, about which submission."""

    submission_id: Required[Id]
    text: Required[str]


class NewSponsor(TypedDict, total=False):
    """Who pays, under the name that their disclosures bear."""

    name: Required[str]
    url: str


def _links(found: Iterable[Link]) -> list[dict[str, Any]]:
    return [{"id": str(one.id), "name": one.name, "expires_at": iso(one.expires_at)} for one in found]


# -- guests ------------------------------------------------------------------------------------------------------------


@speaks(list[Guest])
def all_guests(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/guests"""
    return [_guest(db, one) for one in guests.guests_of(db, my_user(call), call.id)]


def _guest(db: Db, one: guests.Guest) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "account_id": str(one.account_id),
        "name": one.name,
        "brief": one.brief,
        "named": bool(one.named),
        "posts_left": one.posts_left,
        "submission_ids": [str(each.id) for each in submissions_of_guest(db, one.id)],
        "links": _links(links_of(db, GUEST, one.id)),
    }


@speaks(Given, takes=NewGuest)
def ask_guest(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/guests"""
    params = call.params
    guests.guests_of(tx, my_user(call), call.id)
    id_, code = guests.ask_guest(
        tx,
        my_user(call),
        params.id("account_id") or -1,
        name=params.text("name"),
        brief=params.text("brief"),
        posts=params.number("posts", 1),
        named=params.flag("named", True),
        days=params.number("days", 30),
    )
    return {"id": str(id_), "url": f"{call.links.origin}/guest/{code}"}


@speaks(Empty)
def end_guest(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/organisations/:id/guests/:guest_id"""
    guests.let_guest_go(tx, my_user(call), call.id, call.id_called("guest_id"))
    return {}


# -- campaigns ---------------------------------------------------------------------------------------------------------


@speaks(list[Campaign])
def all_campaigns(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/campaigns: of the brands for which one has a role."""
    return [_campaign(one) for one in campaigns.campaigns_of(db, my_user(call), call.id)]


@speaks(list[Campaign])
def read_campaigns(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/campaigns: those that one reads from outside."""
    return [_campaign(one) for one in campaigns.campaigns_read_by(db, my_user(call))]


def _campaign(one: Row) -> dict[str, Any]:
    return {"id": str(one.id), "account_id": str(one.account_id), "name": one.name, "brief": one.brief}


@speaks(CampaignWhole, takes=NewCampaign)
def begin_campaign(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/campaigns"""
    account_id, name, brief = call.params.id("account_id") or -1, call.params.text("name"), call.params.text("brief")
    return _whole(call, tx, campaigns.begin_campaign(tx, my_user(call), call.id, account_id, name, brief))


@speaks(CampaignWhole)
def show_campaign(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/campaigns/:id"""
    return _whole(call, db, call.id)


def _whole(call: Call, db: Db, campaign_id: int) -> dict[str, Any]:
    one, role = campaigns.find_campaign(db, my_user(call), campaign_id)
    items = campaigns.items_of(db, one.id)
    handed = [submission_as_stored(db, each.item_id) for each in items if each.kind == campaigns.SUBMISSION]
    return {
        **_campaign(one),
        "outside": not role,
        "submissions": entities(call, db, [each for each in handed if each], outside=not role),
        "status_ids": [str(each.item_id) for each in items if each.kind == campaigns.POST],
        "links": _links(links_of(db, CAMPAIGN, one.id)) if may(role, ACT) else [],
    }


@speaks(CampaignWhole, takes=AboutCampaign)
def change_campaign(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/campaigns/:id"""
    one, _ = campaigns.find_campaign(tx, my_user(call), call.id)
    name, brief = call.params.text("name", one.name), call.params.text("brief", one.brief)
    campaigns.change_campaign(tx, my_user(call), one.id, name, brief)
    return _whole(call, tx, one.id)


@speaks(Empty)
def end_campaign(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/campaigns/:id"""
    campaigns.end_campaign(tx, my_user(call), call.id)
    return {}


@speaks(CampaignWhole, takes=NewCampaignItem)
def put_in(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/campaigns/:id/items"""
    campaigns.put_in(tx, my_user(call), call.id, call.params.text("kind"), call.params.id("id") or -1)
    return _whole(call, tx, call.id)


@speaks(CampaignWhole)
def take_out(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/campaigns/:id/items/:item_id"""
    campaigns.take_out(tx, my_user(call), call.id, call.id_called("item_id"))
    return _whole(call, tx, call.id)


@speaks(Given, takes=NewLink)
def show_outside(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/campaigns/:id/links"""
    params = call.params
    code = campaigns.show_outside(tx, my_user(call), call.id, params.text("name"), params.number("days", 30))
    made = links_of(tx, CAMPAIGN, call.id)[-1]
    return {"id": str(made.id), "url": f"{call.links.origin}/campaign/{code}"}


@speaks(Empty)
def hide_outside(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/campaigns/:id/links/:link_id"""
    campaigns.hide_outside(tx, my_user(call), call.id, call.id_called("link_id"))
    return {}


@speaks(CampaignWhole, takes=SaidOfItem)
def say_of_item(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/campaigns/:id/comments: people outside read it too."""
    user_id = my_user(call)
    one, role = campaigns.find_campaign(tx, user_id, call.id)
    name = "" if role else campaigns.readers_of(tx, one.id).get(user_id, "")
    about, text = call.params.id("submission_id") or -1, call.params.text("text")
    campaigns.say_outside(tx, one, about, text, name=name, user_id=user_id if role else None)
    return _whole(call, tx, one.id)


# -- sponsors ----------------------------------------------------------------------------------------------------------


@speaks(list[Sponsor])
def all_sponsors(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/sponsors: with what became of their posts."""
    return [_sponsor(db, one) for one in sponsors.sponsors_of(db, my_user(call), call.id)]


def _sponsor(db: Db, one: SponsorRow) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "url": one.url or None,
        "figures": sponsors.figures_for(db, one)._asdict(),
        "links": _links(links_of(db, SPONSOR, one.id)),
    }


@speaks(Sponsor, takes=NewSponsor)
def add_sponsor(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/sponsors"""
    made = sponsors.add_sponsor(tx, my_user(call), call.id, call.params.text("name"), call.params.text("url"))
    return _sponsor(tx, sponsors.find_sponsor(tx, my_user(call), made))


@speaks(Empty)
def remove_sponsor(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/sponsors/:id"""
    sponsors.remove_sponsor(tx, my_user(call), call.id)
    return {}


@speaks(list[Status], takes=Page, paged=True)
def posts_of_sponsor(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/sponsors/:id/statuses"""
    one = sponsors.find_sponsor(db, my_user(call), call.id)
    ids = sponsors.posts_for(db, one, call.params.id("max_id") or 2**62)
    return Reply(join(call.posts(db, ids)), headers=call.link_header(ids))


@speaks(Given, takes=NewLink)
def show_sponsor(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/sponsors/:id/links"""
    params = call.params
    code = sponsors.show_sponsor(tx, my_user(call), call.id, params.text("name"), params.number("days", 90))
    made = links_of(tx, SPONSOR, call.id)[-1]
    return {"id": str(made.id), "url": f"{call.links.origin}/sponsors/{code}"}


@speaks(Empty)
def hide_sponsor(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/sponsors/:id/links/:link_id"""
    sponsors.hide_sponsor(tx, my_user(call), call.id, call.id_called("link_id"))
    return {}
