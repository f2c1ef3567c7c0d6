"""Where an account publishes besides here: webhooks, feeds, mail; ours, not Mastodon's."""

from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.api.threads import NewThread, read_drafts
from perron.entities.accounts import accounts_json
from perron.entities.shapes.common import Empty
from perron.entities.shapes.outlets import (
    AskedReaders,
    Delivery,
    Kind,
    NewlyOpened,
    Outlet,
    OutletPreview,
    OutletReader,
    Renewed,
)
from perron.kit import json
from perron.kit.errors import Invalid
from perron.store import Db, Tx
from perron.suite.atelier.outlets import keep, queries, readers
from perron.suite.atelier.outlets.deliver import previews
from perron.suite.atelier.outlets.model import FEED, ON, WEBHOOK
from perron.suite.atelier.outlets.told import (
    delivery_entity,
    outlet_entity,
    preview_entity,
    reader_entity,
    url_of,
)


class AboutOutlet(TypedDict, total=False):
    """What an outlet is."""

    name: str
    url: Annotated[str, Meta(description="Of a webhook.")]
    tells: Annotated[list[str], Meta(description="Changes a webhook hears of, beside what is published.")]
    open: Annotated[bool, Meta(description="Whether anybody may read the feed, or ask to be on the list.")]


class NewOutlet(AboutOutlet, total=False):
    """A new one, and of which kind."""

    kind: Required[Kind]


class ChangedOutlet(AboutOutlet, total=False):
    """What is to be otherwise."""

    state: Annotated[str, Meta(description="`on` or `off`.")]


class Addresses(TypedDict, total=False):
    """Who is to be asked, at most 200 at once."""

    emails: Required[list[str]]
    locale: Annotated[str, Meta(description="In which language they are written to: fr or en.")]


@speaks(list[Outlet])
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/outlets"""
    return [_entity(call, db, one) for one in queries.outlets_of(db, call.me.id)]


def _entity(call: Call, db: Db, one: Any) -> Outlet:
    return outlet_entity(call.links, db, call.settings.data, one)


@speaks(NewlyOpened, takes=NewOutlet)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/outlets"""
    params = call.params
    made, secret = keep.open_outlet(
        tx,
        call.me.id,
        kind=params.text("kind"),
        name=params.text("name"),
        url=params.text("url"),
        tells=params.texts("tells"),
        open_=params.flag("open"),
    )
    return {**_entity(call, tx, made), "secret": secret or None}


@speaks(Outlet)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/outlets/:id"""
    return _entity(call, db, keep.own_outlet(db, call.me.id, call.id))


@speaks(Outlet, takes=ChangedOutlet)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/outlets/:id: what is not sent stays as it is."""
    params = call.params
    changes: dict[str, Any] = {name: params.text(name) for name in ("name", "url") if params.has(name)}
    if params.has("tells"):
        changes["tells"] = " ".join(params.texts("tells"))
    if params.has("open"):
        changes["open"] = params.flag("open")
    keep.change_outlet(tx, call.me.id, call.id, **changes)
    if params.has("state"):
        keep.switch(tx, call.me.id, call.id, on=params.text("state") == ON)
    return _entity(call, tx, keep.own_outlet(tx, call.me.id, call.id))


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/outlets/:id"""
    keep.drop_outlet(tx, call.me.id, call.id)
    return {}


@speaks(Renewed)
def renew(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/outlets/:id/secret"""
    secret = keep.renew_secret(tx, call.me.id, call.id)
    one = keep.own_outlet(tx, call.me.id, call.id)
    return {
        "secret": secret if one.kind == WEBHOOK else None,
        "url": url_of(call.links, call.settings.data, one) if one.kind == FEED else None,
    }


@speaks(Delivery)
def try_out(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/outlets/:id/test"""
    return _delivery(call, tx, keep.try_out(tx, call.me.id, call.id))


@speaks(list[Delivery], takes=Page, paged=True)
def deliveries(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/outlets/:id/deliveries: of the last thirty days, the latest first."""
    one = keep.own_outlet(db, call.me.id, call.id)
    found = queries.deliveries_page(db, one.id, call.paging(20, 80))
    told = [delivery_entity(db, each) for each in found]
    return Reply(json.encode(told), headers=call.link_header([each.id for each in found]))


@speaks(Delivery)
def resend(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/deliveries/:id/resend"""
    keep.resend(tx, call.me.id, call.id)
    return _delivery(call, tx, call.id)


@speaks(Delivery)
def settle(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/deliveries/:id/settle"""
    keep.settle(tx, call.me.id, call.id)
    return _delivery(call, tx, call.id)


def _delivery(call: Call, db: Db, delivery_id: int) -> Delivery:
    return delivery_entity(db, keep.own_delivery(db, call.me.id, delivery_id))


@speaks(list[OutletReader])
def all_readers(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/outlets/:id/readers"""
    return [reader_entity(one) for one in queries.readers_of(db, keep.own_outlet(db, call.me.id, call.id).id)]


@speaks(AskedReaders, takes=Addresses)
def ask_readers(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/outlets/:id/readers: each is asked by mail, and written to once they have said yes."""
    locale = call.params.text("locale", "fr")
    return {"asked": readers.ask_readers(tx, call.me.id, call.id, call.params.texts("emails"), locale)}


@speaks(Empty)
def take_off(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/outlets/:id/readers/:reader_id"""
    readers.take_off(tx, call.me.id, call.id, call.id_called("reader_id"))
    return {}


@speaks(list[OutletPreview], takes=NewThread)
def preview(call: Call, db: Db) -> Answer:
    """POST /api/perron/v1/outlets/preview: what each of them would make of posts. Nothing is kept."""
    drafts = read_drafts(call)
    if not drafts:
        raise Invalid("Validation failed: Text can't be blank. A post needs words or media.")
    name = json.decode(accounts_json(call.links, db, [call.me.id])[0])["display_name"] or f"@{call.me.handle}"
    return [preview_entity(one, made) for one, made in previews(db, call.me.id, name, drafts)]
