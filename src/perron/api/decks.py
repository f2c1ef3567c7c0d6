"""Decks: columns side by side, kept for a user who acts for an account. Ours alone."""

from typing import Annotated, Any, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.decks import Deck as Shape
from perron.entities.shapes.decks import DeckPlace, Kind, Tells
from perron.kit.errors import Invalid, NotSignedIn
from perron.kit.time import iso
from perron.store import Db, Tx
from perron.suite.atelier.deck.keep import forget_deck, make_deck, own_deck, replace_deck
from perron.suite.atelier.deck.model import Arrangement, Deck
from perron.suite.atelier.deck.queries import decks_of
from perron.suite.atelier.deck.read import arrangement_said, read_columns, read_layouts


class ColumnWish(TypedDict, total=False):
    """A column as one wishes it; `id` is given when it is not said."""

    id: Id
    kind: Kind
    of: str
    title: str
    only_media: bool
    boosts: bool
    replies: bool
    tells: Tells


class LayoutWish(TypedDict, total=False):
    """Order and widths by the size of the screen."""

    phone: list[DeckPlace]
    laptop: list[DeckPlace]
    wide: list[DeckPlace]


class NewDeck(TypedDict, total=False):
    """A deck to begin with."""

    name: str
    columns: list[ColumnWish]
    layouts: LayoutWish


class DeckWish(NewDeck, total=False):
    """A deck as one wishes it; what is not sent stays as it is."""

    version: Annotated[int, Meta(description="The version that this changes; 409 when it is not the newest any more.")]


@speaks(list[Shape])
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/decks: those of the user whose token it is, for the account it speaks for."""
    return [deck_entity(one) for one in decks_of(db, _user(call), call.me.id)]


@speaks(Shape)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/decks/:id"""
    return deck_entity(_own(call, db))


@speaks(Shape, takes=NewDeck)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/decks"""
    holds = _holds(call, Arrangement())
    return deck_entity(make_deck(tx, _user(call), call.me.id, call.params.text("name"), holds))


@speaks(Shape, takes=DeckWish)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/decks/:id: what is not sent stays as it is. Who is behind is told so with 409, and nothing is
    overwritten."""
    before = _own(call, tx)
    if not call.params.has("version"):
        raise Invalid("Please say which version of the deck this changes.")
    name = call.params.text("name", before.name)
    return deck_entity(replace_deck(tx, before, call.params.number("version"), name, _holds(call, before.holds)))


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/decks/:id"""
    forget_deck(tx, _user(call), call.me.id, call.id)
    return {}


def deck_entity(deck: Deck) -> dict[str, Any]:
    """A deck, as it is told."""
    head = {"id": str(deck.id), "name": deck.name, "version": deck.version, "changed_at": iso(deck.changed_at)}
    return {**head, **arrangement_said(deck.holds)}


def _own(call: Call, db: Db) -> Deck:
    return own_deck(db, _user(call), call.me.id, call.id)


def _user(call: Call) -> int:
    if call.viewer is None or call.viewer.user_id is None:
        raise NotSignedIn
    return call.viewer.user_id


def _holds(call: Call, before: Arrangement) -> Arrangement:
    """What a deck is to hold: what is not sent is as before."""
    params = call.params
    columns = (
        read_columns([one.raw for one in params.records("columns")]) if "columns" in params.raw else before.columns
    )
    layouts = params.record("layouts")
    said = arrangement_said(Arrangement(columns, before.layouts))["layouts"] if layouts is None else layouts.raw
    return Arrangement(columns, read_layouts(said, columns))
