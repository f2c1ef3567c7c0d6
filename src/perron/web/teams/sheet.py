"""The sheet of shared figures: as a table, drawn, and as CSV; each figure says what it means."""

import csv
import io
from typing import Any

from starlette.responses import Response

from perron.kit.errors import Invalid
from perron.store import Db
from perron.suite.teams.sheet import INDICATORS, UNITS, Cell, Period, read_period, sheet_of
from perron.web.fields import read_id
from perron.web.teams.kit import brands, me, mine, show
from perron.web.visit import Visit


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


NAMES = {
    "posts": _("Posts published"),
    "paid": _("Paid posts"),
    "answers": _("Answers to a post"),
    "echoes": _("Echoes of a post"),
    "followers": _("New followers"),
    "asked": _("Things said to the brand"),
    "answered": _("Share that was answered"),
    "first_answer": _("First answer"),
    "satisfied": _("Whom the answer helped"),
}
MEANS = {
    "posts": _("Public and unlisted posts of these days, answers among them, boosts not."),
    "paid": _("Those of them that disclose a sponsor."),
    "answers": _("Answers there are now to posts of these days, on average."),
    "echoes": _("Favourites, boosts and quotes there are now of posts of these days, on average."),
    "followers": _("Who began to follow in these days and still does."),
    "asked": _("Mentions and messages of these days, in the inbox."),
    "answered": _("Of these, how many had an answer from the brand."),
    "first_answer": _("Half of the answered ones waited less than this."),
    "satisfied": _("Of those who were asked and said something, how many said yes."),
}


async def show_sheet(visit: Visit) -> Response:
    """The figures of the chosen brands over the same days."""
    wrong, period = _asked(visit)
    found = await visit.read(lambda db: _read(visit, db, period))
    rows = [] if wrong else [_row(visit, name, found["columns"]) for name in INDICATORS]
    days = {"since": period.first.isoformat(), "until": period.last.isoformat()}
    return show(visit, "teams/sheet.html", wrong, rows=rows, names=NAMES, **days, **found)


def _asked(visit: Visit) -> tuple[Invalid | None, Period]:
    try:
        return None, read_period(visit.query.get("since", ""), visit.query.get("until", ""))
    except Invalid as wrong:
        return wrong, read_period("", "")


def _read(visit: Visit, db: Db, period: Period) -> dict[str, Any]:
    organisation = mine(visit, db)
    chosen = [read_id(one) for one in visit.request.query_params.getlist("brand")]
    sheet = sheet_of(db, me(visit), organisation.id, chosen, period)
    kept = [one for one in brands(visit, db, organisation) if one["voice"]]
    return {
        "organisation": organisation,
        "choices": [one | {"chosen": one["brand"].account_id in sheet} for one in kept],
        "columns": [
            one | {"cells": sheet[one["brand"].account_id]} for one in kept if one["brand"].account_id in sheet
        ],
    }


def _row(visit: Visit, name: str, columns: list[dict[str, Any]]) -> dict[str, Any]:
    cells: list[Cell] = [one["cells"][name] for one in columns]
    most = max((cell.value or 0 for cell in cells), default=0)
    return {
        "name": NAMES[name],
        "means": MEANS[name],
        "cells": [
            {
                "told": _told(visit, name, cell),
                "n": cell.n,
                "share": round(100 * (cell.value or 0) / most) if most else 0,
            }
            for cell in cells
        ],
    }


def _told(visit: Visit, name: str, cell: Cell) -> str:
    """A figure with its unit, or that there is too little."""
    if cell.value is None:
        return visit.say("not enough data")
    unit = UNITS.get(name, "")
    number = _number(visit, cell.value)
    return f"{number}\u202f%" if unit == "percent" else f"{number}\u00a0min" if unit == "minutes" else number


def _number(visit: Visit, value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if visit.locale == "fr" else text


async def download_sheet(visit: Visit) -> Response:
    """The same as CSV, a line for each brand and indicator."""
    period = read_period(visit.query.get("since", ""), visit.query.get("until", ""))
    found = await visit.read(lambda db: _read(visit, db, period))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["brand", "indicator", "value", "unit", "n", "since", "until", "definition"])
    for one in found["columns"]:
        for name in INDICATORS:
            cell: Cell = one["cells"][name]
            value = "" if cell.value is None else round(cell.value, 2)
            told = [f"@{one['account']['acct']}", name, value, UNITS.get(name, "number"), cell.n]
            lines.writerow([*told, period.first, period.last, visit.say(MEANS[name])])
    name = f"perron-{period.first}-{period.last}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
