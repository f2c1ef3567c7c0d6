"""Who is not meant to see a post meets no byte of it, wherever they look, and cannot tell that it exists."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from starlette.routing import Route as Page

from perron.api.kit import Route
from perron.people.sessions import start_session
from tests.refusals.asking import (
    NAMED,
    WORDED,
    WRITING,
    Asker,
    Question,
    filled,
    has_id,
    label,
    parameters,
    question,
    routes,
)
from tests.refusals.world import ENTITLED, GATHERED, NEVER, QUIET, WORDS, World, answer_of, build, every_id
from tests.rig import Site

OTHERS = [viewer for viewer in ENTITLED if viewer != "author"]
KEPT_OUT = ["anybody", "stranger", "requester", "blocked", "mentioned", "moderator"]
ELSEWHERE = (*WORDED,)


@pytest.fixture(scope="module")
def world(site: Site, ask: Asker) -> World:
    return build(site, ask)


def queries(world: World, ids: list[str]) -> Iterator[str]:
    """Everything that one might ask of an address that lists or searches."""
    private = [id_ for kind in ("private", "direct") for id_ in world.posts[kind]]
    yield ""
    for start in range(0, len(ids), 40):
        yield urlencode([("id[]", one) for one in ids[start : start + 40]] + [("limit", "80")])
    for word in WORDS.values():
        for shape in ("{}text", "{}", "{}*", '"{}text"', "from:alice {}text", "#{}tag", "{}tag", "{}seen", "{}one"):
            yield urlencode({"q": shape.format(word), "limit": 40, "resolve": "true"})
            yield urlencode({"q": shape.format(word), "type": "statuses", "account_id": world.alice.id})
    for id_ in private:
        url = f"http://localhost:8000/@alice/{id_}"
        yield urlencode({"url": url, "q": url, "resolve": "true"})
    yield urlencode({"acct": "alice", "name": "alice", "q": "alice", "limit": 80})
    yield urlencode({"local": "true", "only_media": "true", "limit": 40})
    yield urlencode({"types[]": ["mention", "status", "poll"], "account_id": world.alice.id}, doseq=True)
    yield urlencode({"timeline[]": ["home", "notifications"]}, doseq=True)


def heeded(route: Route, queries: list[str]) -> list[str]:
    """Of these queries one for each that the route can tell apart. (It reads what it says it takes: see
    `tests/answers.py`.)"""
    read = {*parameters(route)}
    told = {}
    for query in queries:
        told.setdefault(tuple(pair for pair in parse_qsl(query) if pair[0].partition("[")[0] in read), query)
    return [*told.values()]


def asked_of(world: World, viewer: str, ids: list[str]) -> Iterator[Question]:
    """Every reading address with everything that could be put in it."""
    token = world.token(viewer)
    rich = [*queries(world, ids)]
    for route in routes("GET"):
        names = NAMED.findall(route.path)
        if not names:
            yield from (Question("GET", route.path, token, query=query) for query in heeded(route, rich))
        elif names[0] in ELSEWHERE:
            for value in ("alice", "mia", "1"):
                yield Question("GET", filled(route, value), token)
        else:
            for id_ in [*ids, NEVER]:
                yield Question("GET", filled(route, id_), token)
    for name, id_ in (("statuses", world.alice.id), ("statuses", world.people["stranger"].id)):
        for query in ("pinned=true", "only_media=true", "exclude_reblogs=true", "tagged=kwfolltag", "limit=40"):
            yield Question("GET", f"/api/v1/accounts/{id_}/{name}", token, query=query)


@dataclass
class Walk:
    """What somebody met on every reading address."""

    faults: list[str]
    met: dict[str, set[str]]
    """The addresses at which each of the words was met."""


def walk(world: World, viewer: str) -> Walk:
    """Ask everything; whatever a viewer may not meet is a fault."""
    forbidden = world.forbidden(viewer)
    asked = [*asked_of(world, viewer, every_id(world.site))]
    found = Walk([], {word: set() for word in (*WORDS.values(), GATHERED, QUIET)})
    for one, answer in zip(asked, world.ask(*asked), strict=True):
        body = answer.body.lower()
        if answer.status >= 500:
            found.faults.append(f"{one}: {answer}")
        for word in forbidden:
            if word in body:
                place = body.index(word)
                found.faults.append(f"{one}: …{body[max(0, place - 200) : place + 60]!r}")
        for known, places in found.met.items():
            if known.encode() in body:
                places.add(one.path)
    return found


@pytest.fixture(scope="module")
def walks(world: World) -> Callable[[str], Walk]:
    """The walk of each viewer, who walks once."""
    return cache(lambda viewer: walk(world, viewer))


@pytest.mark.parametrize("viewer", ENTITLED)
def test_a_post_is_shown_to_those_it_is_for(world: World, viewer: str) -> None:
    """The other half of what follows: that those who are entitled do see it."""
    for visibility, ids in world.posts.items():
        for id_ in ids:
            status, _ = answer_of(world, viewer, "GET", f"/api/v1/statuses/{id_}")
            if viewer == "blocked":
                assert status == 404
            else:
                assert status == (200 if visibility in ENTITLED[viewer] else 404), (visibility, id_)


@pytest.mark.parametrize("viewer", OTHERS)
def test_no_byte_of_a_post_reaches_who_may_not_see_it(walks: Callable[[str], Walk], viewer: str) -> None:
    found = walks(viewer)

    assert not found.faults, f"{len(found.faults)} leaks, such as {found.faults[:3]}"
    met = {kind for kind, word in WORDS.items() if found.met[word]}
    assert met == ENTITLED[viewer] or (viewer == "blocked" and met <= ENTITLED[viewer]), met


@pytest.mark.parametrize("viewer", ["anybody", "stranger", "requester", "blocked", "muted"])
def test_a_collection_is_met_by_those_who_may_and_where_they_may(
    world: World, walks: Callable[[str], Walk], viewer: str
) -> None:
    """Whoever its owner blocks meets it nowhere; one that is not to be discovered is met at its address alone, and by
    those who are in it."""
    met = walks(viewer).met

    address = f"/api/v1/collections/{world.collections[QUIET]}"
    told = {place for place in met[QUIET] if "notifications" in place or place.endswith("/in_collections")}
    assert bool(met[GATHERED]) == (viewer != "blocked")
    assert met[QUIET] - told == (set() if viewer == "blocked" else {address})
    assert bool(told) == (viewer == "stranger"), told


def test_the_walk_would_find_a_leak(walks: Callable[[str], Walk]) -> None:
    """The author meets every word on the same walk: were it not so, silence would prove nothing."""
    met = walks("author").met

    for word in WORDS.values():
        places = {NAMED.sub("", path).strip("/0123456789") for path in met[word]}
        assert len(places) >= 6, (word, places)


def page_path(page: Page, id_: str) -> str:
    """A page's address with this id, and alice, in it."""
    path = page.path
    for name in page.param_convertors:
        path = re.sub(rf"{{{name}(:\w+)?}}", id_ if "id" in name else "alice", path)
    return quote(path, safe="/@.-_")


@pytest.mark.parametrize("viewer", KEPT_OUT)
def test_no_page_shows_it_either(world: World, viewer: str) -> None:
    """What people with a browser can open: pages, feeds, previews, discovery."""
    site, person = world.site, world.people.get(viewer)
    headers: tuple[tuple[str, str], ...] = ()
    if person is not None:
        secret = site.store.write(lambda tx: start_session(tx, person.user_id, person.account.id))
        headers = (("cookie", f"{site.settings.session_cookie}={secret}"),)
    asked = []
    private = [*world.posts["private"], *world.posts["direct"]]
    for page in site.app.web.routes:
        if not isinstance(page, Page) or "GET" not in (page.methods or ()):
            continue
        asked += [
            Question("GET", page_path(page, id_), headers=headers) for id_ in (private if "{" in page.path else [NEVER])
        ]
        for id_ in (private[0], private[-1]):
            query = urlencode({"q": "kwfolltext", "uri": f"http://localhost:8000/@alice/{id_}"})
            asked.append(Question("GET", page_path(page, id_), headers=headers, query=query))
    leaks = []
    for one, answer in zip(asked, world.ask(*asked), strict=True):
        body = answer.body.lower().replace(b"kwfolltext", b"")  # what was asked may be repeated
        if answer.status >= 500 or any(word in body for word in world.forbidden(viewer)):
            leaks.append(f"{one}: {answer}")
    assert not leaks, leaks[:3]


@pytest.mark.parametrize("viewer", KEPT_OUT)
def test_an_unseen_post_answers_as_one_that_never_was(world: World, viewer: str) -> None:
    """Byte for byte, on every address that takes an id, whether it reads or writes, and the same for a deleted one."""
    before = dict(_counts(world))
    differing = []
    for route in routes():
        if not has_id(route):
            continue
        ids = [NEVER, *world.unseen(viewer), world.deleted]
        for body in _bodies(route):
            asked = [question(route.method, filled(route, id_), world.token(viewer), body) for id_ in ids]
            never, *others = [(answer.status, answer.body) for answer in world.ask(*asked)]
            differing += [f"{label(route)} {body}: {found} instead of {never}" for found in others if found != never]
    assert not differing, differing[:3]
    assert dict(_counts(world)) == before


def _bodies(route: Route) -> list[dict[str, object] | None]:
    if route.method not in WRITING:
        return [None]
    return [{}] if route.method == "DELETE" else [{}, {"choices": [0], "status": "mine now", "comment": "x"}]


def _counts(world: World) -> Iterator[tuple[str, int]]:
    from perron.store.tables import metadata

    with world.site.store.engine.connect() as db:
        for table in metadata.sorted_tables:
            if table.name not in ("tokens", "changes"):
                yield table.name, db.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one()


@pytest.mark.parametrize("viewer", [viewer for viewer in KEPT_OUT if viewer != "anybody"])
def test_an_unseen_post_cannot_be_named_in_a_body(world: World, viewer: str) -> None:
    """As what is answered, quoted, filtered, reported or attached: as if it never was."""
    own = world.own[viewer]
    differing = []
    for unseen in [*world.unseen(viewer), world.deleted]:
        for path, body in (
            ("/api/v1/statuses", {"status": "x", "in_reply_to_id": "ID"}),
            ("/api/v1/statuses", {"status": "x", "quoted_status_id": "ID"}),
            (f"/api/v2/filters/{own['filter']}/statuses", {"status_id": "ID"}),
            ("/api/v1/reports", {"account_id": world.alice.id, "status_ids": ["ID"]}),
        ):
            pair = []
            for id_ in (unseen, NEVER):
                filled_in = {key: id_ if one == "ID" else [id_] if one == ["ID"] else one for key, one in body.items()}
                status, said = answer_of(world, viewer, "POST", path, filled_in)
                pair.append((status, but_its_birth(said) if "reports" in path else said))
            if pair[0] != pair[1] or (pair[0][0] == 200 and "reports" not in path):
                differing.append(f"{path} {body}: {pair}")
    assert not differing, differing[:3]


def but_its_birth(report: bytes) -> bytes:
    """A report without its own id and date, which no two share."""
    said = {name: value for name, value in json.loads(report).items() if name not in ("id", "created_at")}
    return json.dumps(said).encode()


def test_private_answers_are_not_counted(world: World) -> None:
    """What cannot be seen does not show in a number either (only the two open answers do)."""
    (answer,) = world.ask(question("GET", f"/api/v1/statuses/{world.public_post}"))

    assert answer.json["replies_count"] == 2


def test_a_private_tag_leaves_no_trace(world: World) -> None:
    for viewer in OTHERS:
        for word in (WORDS["private"], WORDS["direct"]):
            status, body = answer_of(world, viewer, "GET", f"/api/v1/timelines/tag/{word}tag")
            assert (status, body) == (200, b"[]"), (viewer, word)
            unused = answer_of(world, viewer, "GET", "/api/v1/tags/kwneverused")
            asked = answer_of(world, viewer, "GET", f"/api/v1/tags/{word}tag")
            assert asked[1].replace(f"{word}tag".encode(), b"kwneverused") == unused[1]


def test_an_edit_does_not_widen_who_sees(world: World) -> None:
    alice, id_ = world.alice, world.posts["private"][1]

    alice.put(f"/api/v1/statuses/{id_}", {"status": "kwfollwidened", "visibility": "public"})

    assert answer_of(world, "anybody", "GET", f"/api/v1/statuses/{id_}")[0] == 404
    assert alice.get(f"/api/v1/statuses/{id_}")["visibility"] == "private"


def test_a_boost_of_ones_own_private_post_stays_among_followers(world: World) -> None:
    alice, id_ = world.alice, world.posts["private"][0]

    boost = alice.post(f"/api/v1/statuses/{id_}/reblog", {"visibility": "public"})

    assert boost["visibility"] == "private"
    assert answer_of(world, "anybody", "GET", f"/api/v1/statuses/{boost['id']}")[0] == 404


def test_who_is_shown_the_door_sees_no_more(world: World) -> None:
    """A follower who leaves, is removed, or is blocked; also what waits in their home, lists, notices and bookmarks."""
    site, alice = world.site, world.alice
    for number, way in enumerate(("leaves", "is removed", "is blocked")):
        dora = site.person(f"dora{number}")
        dora.follows(alice)
        alice.post(f"/api/v1/follow_requests/{dora.id}/authorize")
        kept = alice.says(f"kwfoll @dora{number} is here, but this is for all followers", visibility="public")["id"]
        private = alice.says("kwfollsecret", visibility="private")["id"]
        site.run_jobs()
        assert any("kwfollsecret" in words for words in dora.home())
        dora.post(f"/api/v1/statuses/{private}/bookmark")
        dora.post(f"/api/v1/statuses/{private}/favourite")

        if way == "leaves":
            dora.post(f"/api/v1/accounts/{alice.id}/unfollow")
        elif way == "is removed":
            alice.post(f"/api/v1/accounts/{dora.id}/remove_from_followers")
        else:
            alice.post(f"/api/v1/accounts/{dora.id}/block")
        site.run_jobs()

        for path in ("timelines/home", "bookmarks", "favourites", "notifications", f"statuses/{private}"):
            (answer,) = world.ask(question("GET", f"/api/v1/{path}", dora))
            assert b"kwfollsecret" not in answer.body, (way, path)
        if way == "is blocked":
            assert answer_of(world, "blocked", "GET", f"/api/v1/statuses/{kept}")[0] == 404
