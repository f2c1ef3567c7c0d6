"""Whoever reads figures for a brand reads none of its messages: in no list, by no address, on no device."""

import json
from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse

from perron.people.members import let_speak, share
from perron.people.scopes import SCOPES, read_scopes
from perron.people.sessions import start_session
from perron.people.tokens import issue_token
from tests.rig import Person, Site

SECRET = "Between the two of us"
REFUSED = "You may read for this account, and not its messages."


class House:
    """A brand that was written to in private, its owner, and somebody in one more role."""

    def __init__(self, site: Site) -> None:
        self.site, self.brand, self.dirk = site, site.person("gazette"), site.person("dirk")
        self.said = self.dirk.says(f"@gazette {SECRET}", visibility="direct")
        self.answer = self.brand.says(f"@dirk {SECRET}", visibility="direct", in_reply_to_id=self.said["id"])
        self.planned = self.brand.says(f"@dirk {SECRET}", visibility="direct", scheduled_at="2031-01-01T10:00:00Z")
        site.run_jobs()

    def joined(self, role: str) -> Person:
        person, brand = self.site.person(f"the_{role}", locale="en"), self.brand.account

        def work(tx: Any) -> str:
            share(tx, brand.id, True)
            let_speak(tx, person.user_id, brand.id, role)
            return issue_token(tx, self.site.app_id, person.user_id, brand.id, read_scopes(" ".join(SCOPES)))

        return Person(self.site, brand, person.user_id, self.site.store.write(work))


@pytest.fixture
def house(site: Site) -> House:
    return House(site)


def addresses(house: House) -> list[str]:
    """Where the messages of an account can be read."""
    ids = [house.said["id"], house.answer["id"]]
    of_posts = ("", "/context", "/history", "/source", "/favourited_by", "/reblogged_by")
    return [
        *(f"/api/v1/statuses/{id_}{end}" for id_ in ids for end in of_posts),
        *("/api/v1/conversations", "/api/v1/timelines/direct", "/api/v1/timelines/home", "/api/v1/notifications"),
        *("/api/v2/notifications", f"/api/v2/search?q={SECRET.partition(' ')[0]}", "/api/v1/scheduled_statuses"),
        *(f"/api/v1/accounts/{house.brand.id}/statuses", f"/api/v1/accounts/{house.dirk.id}/statuses"),
        *(f"/api/v1/scheduled_statuses/{house.planned['id']}", "/api/perron/v1/threads"),
        *(f"/api/perron/v1/threads/{house.planned['id']}", f"/api/v1/statuses?id[]={ids[0]}"),
    ]


def test_an_analyst_reads_no_message_anywhere(house: House) -> None:
    analyst, found = house.joined("analyst"), 0
    for path in addresses(house):
        theirs = house.site.client.get(path, headers=analyst.headers)
        assert SECRET not in theirs.text, path
        found += SECRET in house.site.client.get(path, headers=house.brand.headers).text
    assert found >= 12
    for path in ("/api/v1/conversations", "/api/v1/timelines/direct"):
        assert analyst.get(path, expect=403) == {"error": REFUSED}


@pytest.mark.parametrize("role", ["editor", "author"])
def test_who_writes_for_a_brand_reads_what_it_is_told(house: House, role: str) -> None:
    writer = house.joined(role)
    assert SECRET in json.dumps(writer.get("/api/v1/conversations"))
    assert SECRET in writer.get(f"/api/v1/statuses/{house.said['id']}")["content"]


def test_an_analyst_finds_no_message_on_any_page(house: House) -> None:
    analyst = house.joined("analyst")
    value = house.site.store.write(lambda tx: start_session(tx, analyst.user_id, house.brand.account.id))
    cookie = {"cookie": f"perron_session={value}"}
    for path in (
        *("/home", "/messages", "/notices", "/inbox", "/search?q=Between", "/@gazette", "/scheduled", "/drafts"),
        *(f"/@dirk/{house.said['id']}", f"/@gazette/{house.answer['id']}", f"/@dirk/{house.said['id']}/quotes"),
    ):
        page = house.site.client.get(path, headers=cookie)
        assert SECRET not in page.text and page.status_code < 500, path
    assert REFUSED in house.site.client.get("/messages", headers=cookie).text


def test_streams_tell_an_analyst_no_message(house: House) -> None:
    analyst, editor = house.joined("analyst"), house.joined("editor")
    at = "/api/v1/streaming?stream=user&access_token="
    with (
        house.site.client.websocket_connect(at + analyst.token) as theirs,
        house.site.client.websocket_connect(at + editor.token) as ours,
    ):
        more = {"visibility": "direct", "in_reply_to_id": house.answer["id"]}
        house.dirk.says(f"@gazette {SECRET}, once more", **more)
        house.site.run_jobs()
        house.dirk.says("@gazette good morning to all of you")
        house.site.run_jobs()
        heard = {"ours": [told(ours), told(ours)], "theirs": [told(theirs)]}
    assert SECRET not in str(heard["theirs"]) and "good morning" in str(heard["theirs"])
    assert SECRET in str(heard["ours"])
    direct = at.replace("=user", "=direct")
    with (
        pytest.raises(WebSocketDenialResponse) as refusal,
        house.site.client.websocket_connect(direct + analyst.token),
    ):
        pass
    assert REFUSED in refusal.value.text


def told(stream: Any) -> Any:
    """The next notice that a stream tells of."""
    while (heard := json.loads(stream.receive_text()))["event"] != "notification":
        pass
    return heard


def test_a_device_of_an_analyst_is_told_no_message(house: House) -> None:
    from perron.timelines.notices import find_notice
    from perron.timelines.push import wants
    from perron.timelines.subscriptions import Subscription

    people = {role: house.joined(role) for role in ("analyst", "editor")}
    with house.site.store.read() as db:
        notice_id = int(house.brand.get("/api/v1/notifications")[0]["id"])
        notice = find_notice(db, house.brand.account.id, notice_id)
        assert notice is not None
        for role, one in people.items():
            device = subscribed(house, one, Subscription)
            assert wants(db, device, notice) is (role == "editor")


def subscribed(house: House, person: Person, shape: Any) -> Any:
    from sqlalchemy import text

    with house.site.store.read() as db:
        token = db.execute(
            text("SELECT id FROM tokens WHERE user_id = :u ORDER BY id DESC"), {"u": person.user_id}
        ).scalar()
    return shape(
        **{
            **dict.fromkeys(shape.__dataclass_fields__, ""),
            "token_id": token,
            "account_id": house.brand.account.id,
            "policy": "all",
        }
    )
