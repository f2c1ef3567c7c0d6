"""Where an account publishes besides here: webhooks, feeds of its own, mail; what went there, and what nobody knows."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.may import ACT
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.suite.atelier.outlets import keep, queries, readers
from perron.suite.atelier.outlets.model import FEED, MAIL, TELLS, WEBHOOK
from perron.suite.atelier.outlets.told import delivery_entity, outlet_entity, reader_entity
from perron.web.fields import Fields, read_id
from perron.web.plan.outlet_words import CHANGES, KINDS, SAID, STATES
from perron.web.visit import Visit

PAGE = 30


async def show_all(visit: Visit) -> Response:
    """The outlets of the account, and how to open another."""
    visit.must_write()
    return await _all(visit)


async def open_one(visit: Visit, fields: Fields) -> Response:
    """Open an outlet; what signs for a webhook is shown this once."""
    me = visit.must_write()
    about: dict[str, Any] = {"kind": fields.text("kind"), "name": fields.text("name"), "url": fields.text("url")}
    try:
        made, secret = await visit.write(lambda tx: keep.open_outlet(tx, me.id, open_="open" in fields, **about))
    except Refused as wrong:
        return await _all(visit, wrong, about)
    return await _one(visit, made.id, secret=secret) if secret else visit.go(f"/outlets/{made.id}")


async def show_one(visit: Visit) -> Response:
    """One outlet: what it is, who reads it, what went there."""
    visit.must_write()
    return await _one(visit, read_id(visit.path["id"]))


async def change(visit: Visit, fields: Fields) -> Response:
    """Change what an outlet is."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    changes: dict[str, Any] = {"name": fields.text("name"), "open": "open" in fields}
    if fields.text("url"):
        changes["url"] = fields.text("url")
    changes["tells"] = " ".join(one for one in TELLS if one in fields.texts("tells"))
    return await _done(visit, id_, lambda tx: keep.change_outlet(tx, me.id, id_, **changes))


async def act(visit: Visit, fields: Fields) -> Response:
    """Another secret, off, on, a try, or away with it."""
    me, id_, what = visit.must_write(), read_id(visit.path["id"]), visit.path["act"]
    if what == "secret":
        secret = await visit.write(lambda tx: keep.renew_secret(tx, me.id, id_))
        one = await visit.read(lambda db: keep.own_outlet(db, me.id, id_))
        return await _one(visit, id_, secret=secret) if one.kind == WEBHOOK else visit.go(f"/outlets/{id_}")
    acts: dict[str, Callable[[Tx], object]] = {
        "on": lambda tx: keep.switch(tx, me.id, id_, on=True),
        "off": lambda tx: keep.switch(tx, me.id, id_, on=False),
        "test": lambda tx: keep.try_out(tx, me.id, id_),
        "readers": lambda tx: readers.ask_readers(tx, me.id, id_, fields.text("emails").split(), visit.locale),
        "remove": lambda tx: keep.drop_outlet(tx, me.id, id_),
    }
    if what not in acts:
        raise NotFound
    return await _done(visit, id_, acts[what], "/outlets" if what == "remove" else "")


async def act_on_reader(visit: Visit, fields: Fields) -> Response:
    """Take somebody off a list."""
    me, id_, reader_id = visit.must_write(), read_id(visit.path["id"]), read_id(visit.path["reader_id"])
    return await _done(visit, id_, lambda tx: readers.take_off(tx, me.id, id_, reader_id), f"/outlets/{id_}#readers")


async def act_on_delivery(visit: Visit, fields: Fields) -> Response:
    """Send once more what did not arrive, or say that it did."""
    me, delivery_id, what = visit.must_write(), read_id(visit.path["id"]), visit.path["act"]
    acts = {"resend": keep.resend, "settle": keep.settle}
    if what not in acts:
        raise NotFound
    outlet_id = (await visit.read(lambda db: keep.own_delivery(db, me.id, delivery_id))).outlet_id
    work = acts[what]
    return await _done(visit, outlet_id, lambda tx: work(tx, me.id, delivery_id), f"/outlets/{outlet_id}#deliveries")


async def _done(visit: Visit, id_: int, work: Callable[[Tx], object], to: str = "") -> Response:
    try:
        await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _one(visit, id_, wrong)
    return visit.go(to or f"/outlets/{id_}")


async def _all(visit: Visit, wrong: Refused | None = None, typed: dict[str, Any] | None = None) -> Response:
    me = visit.must_write()

    def read(db: Db) -> list[Any]:
        return [outlet_entity(visit.links, db, visit.settings.data, one) for one in queries.outlets_of(db, me.id)]

    return visit.show(
        "plan/outlets.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        kept=await visit.read(read),
        kinds=[kind for kind in KINDS if kind != MAIL or visit.settings.mail_list_most],
        names=KINDS,
        wrong=visit.explain(wrong) if wrong else "",
        typed=typed or {"kind": WEBHOOK, "name": "", "url": ""},
    )


async def _one(visit: Visit, id_: int, wrong: Refused | None = None, secret: str = "") -> Response:
    me = visit.must(ACT)

    def read(db: Db) -> dict[str, Any]:
        one = keep.own_outlet(db, me.id, id_)
        page = queries.deliveries_page(db, one.id, Paging(below=visit.below, limit=PAGE))
        unknown = [each for each in queries.unknown_of(db, one.id) if each.id not in {other.id for other in page}]
        return {
            "one": outlet_entity(visit.links, db, visit.settings.data, one),
            "deliveries": [delivery_entity(db, each) for each in (*unknown, *page)],
            "older": page[-1].id if len(page) == PAGE else 0,
            "readers": [reader_entity(each) for each in queries.readers_of(db, one.id)] if one.kind == MAIL else [],
            "items": len(queries.items_of(db, one.id)) if one.kind == FEED else 0,
        }

    return visit.show(
        "plan/outlet.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        secret=secret,
        names=KINDS,
        changes=CHANGES,
        states=STATES,
        said=SAID,
        wrong=visit.explain(wrong) if wrong else "",
        **await visit.read(read),
    )
