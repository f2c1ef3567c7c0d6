"""What can be done with an arrangement. Pure: each gives a new one, and what makes no sense changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from perron.suite.atelier.deck.model import SCREENS, WIDTHS, Arrangement, Column, Place

_LIKE = {
    "phone": ("phone", "laptop", "wide"),
    "laptop": ("laptop", "wide", "phone"),
    "wide": ("wide", "laptop", "phone"),
}
"""Whose order a screen takes over until it has one of its own."""


def places_on(held: Arrangement, screen: str) -> tuple[Place, ...]:
    """Every column in its order on a screen. Who never arranged this size finds the order of the nearest one, with
    every column in the deck; what was added since stands at the end."""
    known = {one.id for one in held.columns}
    nearest = next((one for one in _LIKE[screen] if one in held.layouts), "")
    kept = [one for one in held.layouts.get(nearest, ()) if one.column in known]
    if nearest != screen:
        kept = [replace(one, apart=False) for one in kept]
    there = {one.column for one in kept}
    return (*kept, *(Place(one.id) for one in held.columns if one.id not in there))


def next_number(held: Arrangement) -> int:
    """A number that no column bears."""
    return max((one.id for one in held.columns), default=0) + 1


def with_column(held: Arrangement, column: Column) -> Arrangement:
    """One more column, at the end on every screen."""
    return replace(held, columns=(*held.columns, column))


def without_column(held: Arrangement, id_: int) -> Arrangement:
    """The arrangement without a column."""
    layouts = {name: tuple(one for one in row if one.column != id_) for name, row in held.layouts.items()}
    return Arrangement(tuple(one for one in held.columns if one.id != id_), layouts)


def changed(held: Arrangement, id_: int, **how: Any) -> Arrangement:
    """A column that shows otherwise."""
    return replace(held, columns=tuple(replace(one, **how) if one.id == id_ else one for one in held.columns))


def placed(held: Arrangement, screen: str, places: Sequence[Place]) -> Arrangement:
    """The order of one size of screens, as a whole; columns that are not named keep their turn at the end."""
    row = {one.column: one for one in places if held.column(one.column)}
    rest = (one for one in places_on(held, screen) if one.column not in row)
    return replace(held, layouts={**held.layouts, screen: (*row.values(), *rest)})


def ordered(held: Arrangement, screen: str, ids: Sequence[int]) -> Arrangement:
    """The columns in this order on one size of screens."""
    now = {one.column: one for one in places_on(held, screen)}
    return placed(held, screen, [now[id_] for id_ in ids if id_ in now])


def moved(held: Arrangement, screen: str, id_: int, by: int) -> Arrangement:
    """A column moved past its neighbours, among those that stand in the deck."""
    now = places_on(held, screen)
    shown = [one.column for one in now if not one.apart]
    if id_ not in shown:
        return held
    at = shown.index(id_)
    to = min(max(at + by, 0), len(shown) - 1)
    shown.insert(to, shown.pop(at))
    return ordered(held, screen, [*shown, *(one.column for one in now if one.apart)])


def standing(held: Arrangement, screen: str, id_: int, *, width: str = "", apart: bool | None = None) -> Arrangement:
    """A column that is wider or narrower on one size of screens, in a window of its own, or back from there."""

    def new(one: Place) -> Place:
        if one.column != id_:
            return one
        return Place(id_, width if width in WIDTHS else one.width, one.apart if apart is None else apart)

    return placed(held, screen, [new(one) for one in places_on(held, screen)])


def screen_called(name: str) -> str:
    """A size of screens by its name; what is none is a laptop."""
    return name if name in SCREENS else "laptop"
