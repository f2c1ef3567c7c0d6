"""One column of a deck: added, changed, moved, torn off into a window of its own, and what has come to it."""

from dataclasses import replace
from functools import partial
from typing import Any

from starlette.responses import Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.store import Db, Tx
from perron.suite.atelier.deck import arrange
from perron.suite.atelier.deck.keep import rearrange
from perron.suite.atelier.deck.model import TELLS, Arrangement, Column, Deck, Place
from perron.suite.atelier.deck.read import read_column
from perron.timelines.lists import own_list
from perron.web.deck.pages import as_kept, choices, deck_here, screen_of, user_and_account
from perron.web.deck.shown import PAGE, seen
from perron.web.fields import Fields, read_id
from perron.web.shown import account_called
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why

MOST_ASKED = 30


async def add(visit: Visit, fields: Fields) -> Response:
    """One more column: what is wished stands in a button (`list:12`), or was typed."""
    kind, _, of = fields.text("what").partition(":")
    typed = fields.text("of").strip()
    try:
        made = await visit.write(lambda tx: _add(visit, tx, kind, of or typed))
    except NotFound:
        if kind != "account":
            raise
        return await choices(visit, Invalid("Nobody here is called so. Please look at the name again."), typed, kind)
    except Refused as wrong:
        return await choices(visit, wrong, typed, kind)
    return visit.go(f"/deck/{made.id}#c{made.holds.columns[-1].id}")


def _add(visit: Visit, tx: Tx, kind: str, of: str) -> Deck:
    _, me = user_and_account(visit)
    deck = deck_here(visit, tx)
    if kind == "account":
        of = str(account_called(tx, of.removeprefix("@").removesuffix("@" + visit.settings.domain)).id)
    if kind == "list":
        own_list(tx, me.id, read_id(of))
    column = read_column({"kind": kind, "of": of}, arrange.next_number(deck.holds))
    return rearrange(tx, deck, lambda held: arrange.with_column(held, column))


async def alone(visit: Visit) -> Response:
    """A column in a window of its own; for our script, its next page."""
    visit.must_sign_in()
    piece = visit.part

    def read(db: Db) -> dict[str, Any]:
        deck = deck_here(visit, db)
        visit.whole = f"/deck/{deck.id}" if piece else ""
        column, place = _here(visit, deck)
        return {"deck": deck, "one": seen(visit, db, column, place, below=visit.below, limit=PAGE)}

    return visit.show("deck/alone.html", screen=screen_of(visit), **await visit.read_slowly(read))


async def fresh(visit: Visit) -> Response:
    """What has come to some columns: `c3=120` asks for what the third has above post 120."""
    asked = [(name[1:], value) for name, value in visit.request.query_params.items() if name[:1] == "c"]
    above = {read_id(number): max(read_id(value), 0) for number, value in asked[:MOST_ASKED]}

    def read(db: Db) -> dict[str, Any]:
        deck = deck_here(visit, db)
        visit.whole = f"/deck/{deck.id}"
        wanted = [one for one in deck.holds.columns if one.id in above]
        return {
            "deck": deck,
            "columns": [seen(visit, db, one, Place(one.id), above=above[one.id], limit=PAGE) for one in wanted],
            "most": PAGE,
        }

    return visit.show("deck/fresh.html", cache_control="no-store", **await visit.read_slowly(read))


async def change(visit: Visit, fields: Fields) -> Response:
    """What a column shows and how, where it stands, or that it stands here no longer."""
    screen, what = screen_of(visit, fields.text("screen")), fields.text("do")
    number = read_id(visit.path["column"])

    def work(tx: Tx) -> Deck:
        deck = deck_here(visit, tx)
        column, _ = _here(visit, deck)
        return rearrange(tx, deck, lambda held: _changed(held, column, screen, what, fields))

    try:
        kept = await visit.write(work)
    except Refused as wrong:
        if not visit.part:
            raise
        return tell_why(visit, wrong)
    if visit.part:
        return tell(as_kept(kept))
    if what == "apart":
        return visit.go(f"/deck/{kept.id}/columns/{number}")
    return visit.go(f"/deck/{kept.id}" + ("" if what == "remove" else f"#c{number}"))


def _changed(held: Arrangement, column: Column, screen: str, what: str, fields: Fields) -> Arrangement:
    acts = {
        "left": partial(arrange.moved, by=-1),
        "right": partial(arrange.moved, by=1),
        "apart": partial(arrange.standing, apart=True),
        "back": partial(arrange.standing, apart=False),
        **{width: partial(arrange.standing, width=width) for width in ("narrow", "medium", "broad")},
    }
    if what in acts:
        return acts[what](held, screen, column.id)
    if what == "remove":
        return arrange.without_column(held, column.id)
    if what == "save":
        return arrange.changed(held, column.id, **_wishes(column, fields))
    raise NotFound


def _wishes(column: Column, fields: Fields) -> dict[str, Any]:
    """What a form says of a column; what cannot be chosen for its kind stays."""
    tells = fields.text("tells")
    wished = replace(
        column,
        media="media" in fields,
        boosts="boosts" in fields,
        replies="replies" in fields,
        title=" ".join(fields.text("title").replace("\x00", "").split())[:60],
        tells=tells if tells in TELLS else column.tells,
    )
    if column.kind in ("notices", "scheduled"):
        wished = replace(wished, media=column.media, boosts=column.boosts, replies=column.replies)
    return {name: getattr(wished, name) for name in ("media", "boosts", "replies", "title", "tells")}


def _here(visit: Visit, deck: Deck) -> tuple[Column, Place]:
    """The column in the address."""
    number = read_id(visit.path["column"])
    column = deck.holds.column(number)
    if column is None:
        raise NotFound("This column is gone. The others are where they were.")
    screen = screen_of(visit)
    return column, next(one for one in arrange.places_on(deck.holds, screen) if one.column == number)
