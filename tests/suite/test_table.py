"""Posts from a table: a dry run says what would happen, and an import plans everything or nothing."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.kit.errors import Invalid
from perron.suite.atelier.plan.table import read_table
from tests.rig import Person

API = "/api/perron/v1"
PARIS = "Europe/Paris"
TABLE = """texte;date;heure;fuseau;suite;visibilité
Un, avec une virgule;2031-05-01;9h30;;;
"Deux
lignes";01/06/2031;18:00;America/Montreal;;abonnés
Trois;2031-07-01 08:00;;;fil;publique
et la suite;;;;fil;
"""


def imports(person: Person, csv: str, **more: Any) -> Any:
    return person.post(f"{API}/threads/import", {"csv": csv, "zone": PARIS, **more})


def texts(person: Person) -> list[list[str]]:
    found = person.get(f"{API}/threads")
    return [[post["params"]["text"] for post in one["posts"]] for one in found][::-1]


def test_a_dry_run_says_what_would_happen_and_does_nothing(ada: Person) -> None:
    found = imports(ada, TABLE, dry_run=True)
    assert found["dry_run"] and found["imported"] == 0 and found["errors"] == []
    assert [one["line"] for one in found["planned"]] == [2, 3, 4]
    times = [(one["thread"]["at"]["local"], one["thread"]["at"]["zone"]) for one in found["planned"]]
    assert times == [("2031-05-01T09:30", PARIS), ("2031-06-01T18:00", "America/Montreal"), ("2031-07-01T08:00", PARIS)]
    assert texts(ada) == []


def test_an_import_plans_all_of_it_once(ada: Person, bea: Person) -> None:
    assert imports(ada, TABLE)["imported"] == 3
    assert texts(ada) == [["Un, avec une virgule"], ["Deux\nlignes"], ["Trois", "et la suite"]]
    assert imports(ada, TABLE)["imported"] == 3 and len(texts(ada)) == 3
    shown = ada.get(f"{API}/threads")
    assert shown[1]["posts"][0]["params"]["visibility"] == "private"
    assert texts(bea) == []


def test_nothing_is_half_imported(ada: Person) -> None:
    rows = ("Un,2031-05-01,09:30,", "Deux,2001-05-01,09:30,", "Trois,demain,9h,", "Quatre,2031-05-01,,")
    table = "\n".join(("text,date,time,series", *rows, "Cinq,2031-05-01,10:00,#WTF"))
    found = imports(ada, table)
    assert found["imported"] == 0 and [one["line"] for one in found["errors"]] == [3, 4, 5, 6]
    assert all(one["error"] for one in found["errors"]) and texts(ada) == []
    long = "text,date,time,thread\nUn,2031-05-01,09:30,a\n" + "x" * 501 + ",,,a\n"
    assert [one["line"] for one in imports(ada, long)["errors"]] == [3] and texts(ada) == []


def test_a_line_without_a_time_takes_the_next_slots(ada: Person) -> None:
    wrong = imports(ada, "text\nUn\nDeux\n")
    assert [one["line"] for one in wrong["errors"]] == [2, 3]
    ada.put(f"{API}/slots", {"zone": PARIS, "slots": [{"day": day, "time": "12:00"} for day in range(7)]})
    dry = [one["thread"]["at"]["local"] for one in imports(ada, "text\nUn\nDeux\n", dry_run=True)["planned"]]
    assert len(set(dry)) == 2 and ada.get(f"{API}/queue")["planned"] == []
    imports(ada, "text\nUn\nDeux\n")
    assert [one["at"]["local"] for one in ada.get(f"{API}/queue")["planned"]] == dry


@pytest.mark.parametrize("csv", ["", "date,time\n2031-05-01,09:30\n", "text\n" + "x\n" * 501])
def test_what_is_no_table_is_refused(ada: Person, csv: str) -> None:
    ada.post(f"{API}/threads/import", {"csv": csv}, expect=422)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, f"text,date\n{text}"):
        with suppress(Invalid):
            read_table(whole)
