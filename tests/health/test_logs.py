"""What is written down of a request: enough to find it again, and nothing that opens a door."""

import json
import logging
import re

import pytest

from perron.kit.logs import AsJson, AsText, path_to_log, request_id
from tests.rig import Person, Site

SECRET = "AbCdEfGhIjKlMnOpQrStUvWxYz012345"


def record(message: str, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("perron.test", logging.INFO, __file__, 1, message, (), None)
    made.__dict__.update(more)
    return made


def test_every_answer_carries_the_id_of_its_request(site: Site) -> None:
    ours = site.client.get("/api/v2/instance").headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", ours)
    theirs = {"x-request-id": "proxy-7f3a9c21"}
    assert site.client.get("/", headers=theirs).headers["x-request-id"] == "proxy-7f3a9c21"


@pytest.mark.parametrize("given", ["a b", "x" * 65, "short", "new\tline-and-more", 'quote"quote"'])
def test_an_id_that_is_no_plain_word_is_replaced(site: Site, given: str) -> None:
    assert site.client.get("/", headers={"x-request-id": given}).headers["x-request-id"] != given


def test_a_line_for_machines_is_one_object_with_the_request_in_it() -> None:
    mark = request_id.set("abc12345")
    try:
        made = AsJson().format(record("Two\nlines", method="GET", status=200, ms=1.5))
    finally:
        request_id.reset(mark)
    assert "\n" not in made
    told = json.loads(made)
    assert (told["message"], told["request"], told["status"], told["ms"]) == ("Two\nlines", "abc12345", 200, 1.5)
    assert told["level"] == "info" and told["at"].endswith("+00:00")


def test_a_line_for_people_names_the_request_where_there_is_one() -> None:
    assert "[" not in AsText().format(record("Nobody asked"))
    mark = request_id.set("abc12345")
    try:
        assert "perron.test [abc12345]: Somebody asked" in AsText().format(record("Somebody asked"))
    finally:
        request_id.reset(mark)


def test_neither_query_nor_token_nor_password_is_written_down(
    site: Site, ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada.get(f"/api/v1/timelines/home?secret={SECRET}")
    site.client.get(f"/email/{SECRET}")
    site.client.post("/sign-in", data={"email": "ada@example.org", "password": SECRET})
    lines = [AsJson().format(one) for one in caplog.records if one.name.startswith("perron")]
    assert any('"path":"/api/v1/timelines/home"' in line for line in lines)
    assert any('"path":"/email/…"' in line for line in lines)
    assert not any(SECRET in line or ada.token in line for line in lines)


def test_a_path_stays_on_its_line() -> None:
    assert "\n" not in path_to_log("/a\nb") and "\x1b" not in path_to_log("/a\x1b[31mb")
