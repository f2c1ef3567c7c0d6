"""The rules of the house, kept by machine. Each stands twice: on our tree, and on a small tree that breaks it."""

from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path

import pytest

from tests.house import rules

TOP = Path(__file__).resolve().parents[2]
HOUSE = TOP / "src" / "perron"


@pytest.fixture(scope="module")
def owners() -> dict[str, str]:
    """The name of each table, as `tables.py` calls it, and the room that may write it."""
    page = import_module("perron.store.tables")
    named = {id(table): name for name, table in vars(page).items()}
    return {named[id(table)]: table.info["owner"] for table in page.metadata.tables.values()}


# -- on our tree -------------------------------------------------------------------------------------------------------


def test_every_table_belongs_to_a_room(owners: dict[str, str]) -> None:
    assert owners
    assert {name: room for name, room in owners.items() if not (HOUSE / room.replace(".", "/")).is_dir()} == {}


def test_only_the_owner_writes_a_table(owners: dict[str, str]) -> None:
    assert rules.strays(HOUSE, owners) == []


def test_no_sql_as_text_outside_the_store() -> None:
    assert rules.sql_by_string(HOUSE) == []


def test_only_doors_know_http() -> None:
    assert rules.http_behind_the_doors(HOUSE) == []


def test_one_way_to_the_network() -> None:
    assert rules.ways_outside(HOUSE) == []


def test_rooms_never_commit() -> None:
    assert rules.commits(HOUSE) == []


def test_the_plan_names_every_room() -> None:
    assert rules.rooms_without_a_name(HOUSE, (TOP / "ARCHITECTURE.md").read_text()) == []


def test_nothing_names_the_workplace() -> None:
    assert rules.names_the_workplace(rules.our_files(TOP)) == []


def test_links_between_documents_lead_somewhere() -> None:
    assert rules.dead_links([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")]) == []


def test_no_page_asks_a_third_party() -> None:
    assert rules.third_party_requests(HOUSE) == []


def test_every_event_has_consequences() -> None:
    consequences = import_module("perron.wiring").CONSEQUENCES
    assert rules.events_without_consequences(HOUSE, set(consequences)) == []


def test_every_event_is_stated_somewhere() -> None:
    assert rules.events_nobody_states(HOUSE) == []


def test_every_consequence_answers_to_an_event() -> None:
    consequences = import_module("perron.wiring").CONSEQUENCES
    assert set(consequences) - set(rules.event_classes(HOUSE)) == set()


def test_every_route_has_a_scope_and_a_mode() -> None:
    routes = import_module("perron.api.routes").ROUTES
    assert routes
    assert rules.routes_amiss(routes, import_module("perron.people.scopes").SCOPES) == []


def test_every_setting_has_its_sentence() -> None:
    settings = import_module("perron.kit.settings").Settings
    assert rules.settings_without_a_sentence({one.name: one.metadata["says"] for one in fields(settings)}) == []


# -- each rule, broken once on purpose ---------------------------------------------------------------------------------


def house(tmp_path: Path, **files: str) -> Path:
    """A small tree: `posts__publish="…"` is the file posts/publish.py."""
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "stray",
    [
        "from perron.store.tables import posts\ntx.execute(posts.insert().values(id=1))",
        "from perron.store.tables import posts as p\ntx.execute(p.update())",
        "from perron.store import tables as t\ntx.execute(t.posts.delete())",
        "from perron.store import tables\n_ADD = Prepared(insert(tables.posts))",
        "from perron.store.tables import posts\n_ADD = insert(posts, 'id', 'text')",
        "from perron.store.tables import posts\nfrom sqlalchemy import delete as strike\nstrike(posts)",
        "from perron.store.tables import posts\nimport sqlalchemy as sa\nsa.update(posts)",
        "from perron.store.tables import posts\nupsert(table=posts)",
        "from perron.store.tables import posts\ninsert_new(tx, posts)",
        "import perron.store.tables\nperron.store.tables.posts.insert()",
        "from perron.store import tables as t\nmine = t.posts\nmine.insert()",
    ],
)
def test_a_stray_write_is_found(tmp_path: Path, stray: str) -> None:
    owners = {"posts": "posts", "accounts": "people"}
    root = house(tmp_path, people__queries=stray, posts__queries=stray)
    found = rules.strays(root, owners)
    assert [line.partition(":")[0] for line in found] == ["people/queries.py"]


@pytest.mark.parametrize(
    "harmless",
    [
        "from perron.store.tables import posts\nselect(posts).where(posts.c.id == 1)",
        "posts = []\nposts.insert(0, 'a list')",
        "from perron.people.model import accounts\nseen.update(accounts)",
    ],
)
def test_reading_is_not_writing(tmp_path: Path, harmless: str) -> None:
    assert rules.strays(house(tmp_path, timelines__home=harmless), {"posts": "posts", "accounts": "people"}) == []


@pytest.mark.parametrize(
    "sentence",
    [
        'from sqlalchemy import text\ndb.execute(text("SELECT 1"))',
        'import sqlalchemy as sa\nq = sa.text("now()")',
        'db.connection.exec_driver_sql("VACUUM")',
        'cursor.execute("VACUUM")',
        'cursor.execute(f"VACUUM {name}")',
        'cursor.executemany("inser" + "t", rows)',
        'Q = "SELECT id FROM posts"',
        'Q = f"DELETE FROM {table}"',
    ],
)
def test_sql_as_text_is_found(tmp_path: Path, sentence: str) -> None:
    root = house(tmp_path, store__engine=sentence, posts__queries=sentence)
    assert [line.partition(":")[0] for line in rules.sql_by_string(root)] == ["posts/queries.py"]


def test_prose_is_not_sql(tmp_path: Path) -> None:
    prose = (
        '"""SELECT a colour FROM the list."""\nfrom perron.text import render\nrender.text("hello")\nrun(text("hi"))'
    )
    assert rules.sql_by_string(house(tmp_path, posts__publish=prose)) == []


def test_http_behind_the_doors_is_found(tmp_path: Path) -> None:
    guilty = "def answer():\n    from starlette.responses import Response"
    root = house(tmp_path, api__call=guilty, app=guilty, posts__publish=guilty, apiary=guilty)
    found = [line.partition(":")[0] for line in rules.http_behind_the_doors(root)]
    assert found == ["apiary.py", "posts/publish.py"]


def test_a_second_way_outside_is_found(tmp_path: Path) -> None:
    root = house(
        tmp_path, kit__outside="import httpx", media__cards="from urllib import request", web__x="import httpx"
    )
    assert [line.partition(":")[0] for line in rules.ways_outside(root)] == ["media/cards.py", "web/x.py"]


def test_a_room_that_commits_is_found(tmp_path: Path) -> None:
    root = house(tmp_path, store__writer="raw.commit()", posts__publish="tx.connection.commit()")
    assert rules.commits(root) == ["posts/publish.py:1 calls .commit()"]


def test_a_room_without_a_name_is_found(tmp_path: Path) -> None:
    root = house(tmp_path, posts__publish="", people__follow="", app="")
    assert rules.rooms_without_a_name(root, "`posts/` holds posts") == ["ARCHITECTURE.md does not name people/"]


def test_the_workplace_is_found(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("calm\nsee " + "/wor" + "k/main for more\n")
    (tmp_path / "more.txt").write_text("far" + "m-hand")
    (tmp_path / "fine.txt").write_text("homework/ and farms")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "x").write_text("/wor" + "k/")
    found = rules.names_the_workplace(rules.our_files(tmp_path))
    assert found == [f"{tmp_path}/more.txt:1", f"{tmp_path}/notes.md:2"]


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("[a](README.md#top) [b](https://a.example/x) [c](gone.md)")
    assert rules.dead_links([page]) == [f"{page}: gone.md"]


def test_a_third_party_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="https://x.example">\n<script async\n src="https://x.example/x.js"></script>'
    )
    (tmp_path / "b.css").write_text("@font-face { src: url(//x.example/f.woff2) }")
    (tmp_path / "c.html").write_text('<img src="/media/x.png"><link rel="canonical" href="{{ url }}">')
    assert rules.third_party_requests(tmp_path) == ["a.html:2", "b.css:1"]


def test_an_event_without_consequences_is_found(tmp_path: Path) -> None:
    model = "class PostPublished(Event): ...\nclass PostPinned(PostPublished): ...\nclass Post: ..."
    root = house(tmp_path, posts__model=model, posts__publish="emit(tx, PostPublished(1))")
    assert rules.events_without_consequences(root, {"PostPublished"}) == [
        "posts/model.py:2 PostPinned has no line in wiring.py"
    ]
    assert rules.events_nobody_states(root) == ["posts/model.py:2 PostPinned is never stated"]


@dataclass
class Route:
    method: str
    path: str
    mode: str
    scope: str
    who: str = "user"


@pytest.mark.parametrize(
    ("route", "complaint"),
    [
        (Route("GET", "/a", "reads", ""), "GET /a: no scope"),
        (Route("GET", "/a", "", "read"), "GET /a: '' is no mode"),
        (Route("GET", "/a", "reads", "read", "me"), "GET /a: 'me' is nobody"),
        (Route("GET", "/a", "reads", "raed"), "GET /a: nobody can grant 'raed'"),
        (Route("GET", "/a", "writes", "write"), "GET /a: a GET that writes"),
        (Route("POST", "/a", "writes", "read:a"), "POST /a: 'read:a' is for reading"),
        (Route("POST", "/whole", "writes", "write"), "POST /whole: said twice"),
    ],
)
def test_a_route_amiss_is_found(route: Route, complaint: str) -> None:
    whole = Route("POST", "/whole", "writes", "write")
    open_to_all = Route("GET", "/whole", "reads", "", "public")
    assert rules.routes_amiss([whole, open_to_all, route], {"read", "read:a", "write"}) == [complaint]


def test_a_setting_without_a_sentence_is_found() -> None:
    sentences = {"port": "Port to listen on.", "host": "address", "title": "", "locale": "The language"}
    assert rules.settings_without_a_sentence(sentences) == ["host", "title", "locale"]
