"""Quotes: who may, who sees what, and what ends them. Through the API, as apps meet them."""

import json
from itertools import product
from typing import Any

import pytest

from perron.entities.posts import posts_json
from perron.people.model import Viewer
from tests.rig import Person, Site
from tests.statements import statements


def quotes(person: Person, post: dict[str, Any], text: str = "À lire", **more: Any) -> Any:
    return person.says(text, quoted_status_id=post["id"], **more)


def seen(person: Person, post: dict[str, Any]) -> Any:
    return person.get(f"/api/v1/statuses/{post['id']}")["quote"]


def count(person: Person, post: dict[str, Any]) -> Any:
    return person.get(f"/api/v1/statuses/{post['id']}")["quotes_count"]


def test_a_quote_carries_the_post_and_tells_its_author(site: Site, ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(bea, said)
    site.run_jobs()

    assert made["quote"]["state"] == "accepted"
    assert made["quote"]["quoted_status"]["id"] == said["id"]
    assert made["quote"]["quoted_status"]["content"] == "<p>Bonjour</p>"
    assert ("quote", "bea") in ada.notices()
    assert next(one for one in ada.get("/api/v1/notifications") if one["type"] == "quote")["status"]["id"] == made["id"]
    assert count(ada, said) == 1
    assert [one["id"] for one in ada.get(f"/api/v1/statuses/{said['id']}/quotes")] == [made["id"]]
    assert site.anybody(f"/api/v1/statuses/{made['id']}")["quote"]["quoted_status"]["id"] == said["id"]
    assert ada.says("sans")["quote"] is None


def test_a_quote_within_a_quote_is_only_named(ada: Person, bea: Person, dirk: Person) -> None:
    first = ada.says("un")
    second = quotes(bea, first, "deux")
    third = quotes(dirk, second, "trois")

    inner = third["quote"]["quoted_status"]
    assert inner["id"] == second["id"]
    assert inner["quote"] == {"state": "accepted", "quoted_status_id": first["id"]}


def test_a_boosted_quote_is_whole_and_quoting_a_boost_quotes_the_original(ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(bea, said)
    boost = ada.post(f"/api/v1/statuses/{made['id']}/reblog")
    assert boost["quote"] is None
    assert boost["reblog"]["quote"]["quoted_status"]["id"] == said["id"]

    again = quotes(ada, boost)
    assert again["quote"]["quoted_status"]["id"] == made["id"]


@pytest.mark.parametrize(("policy", "who", "may"), [
    *(("public", who, True) for who in ("ada", "bea", "dirk")),
    *(("followers", who, who != "dirk") for who in ("ada", "bea", "dirk")),
    *(("nobody", who, who == "ada") for who in ("ada", "bea", "dirk")),
])  # fmt: skip
def test_the_author_decides_who_may_quote(
    ada: Person, bea: Person, dirk: Person, policy: str, who: str, may: bool
) -> None:
    said = ada.says("Bonjour", quote_approval_policy=policy)
    reader = {"ada": ada, "bea": bea, "dirk": dirk}[who]

    approval = reader.get(f"/api/v1/statuses/{said['id']}")["quote_approval"]
    assert approval["automatic"] == ([policy] if policy != "nobody" else [])
    assert approval["current_user"] == ("automatic" if may else "denied")
    quotes(reader, said) if may else reader.says("x", quoted_status_id=said["id"], expect=403)


def test_the_policy_of_the_account_holds_unless_the_post_says_otherwise(ada: Person, dirk: Person) -> None:
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "nobody"}})
    closed, opened = ada.says("un"), ada.says("deux", quote_approval_policy="public")

    dirk.says("x", quoted_status_id=closed["id"], expect=403)
    quotes(dirk, opened)
    changed = ada.put(f"/api/v1/statuses/{closed['id']}/interaction_policy", {"quote_approval_policy": "public"})
    assert changed["quote_approval"]["automatic"] == ["public"]
    assert changed["edited_at"] is None
    quotes(dirk, closed)
    dirk.put(f"/api/v1/statuses/{closed['id']}/interaction_policy", {"quote_approval_policy": "public"}, expect=404)
    ada.put(f"/api/v1/statuses/{closed['id']}/interaction_policy", {"quote_approval_policy": "x"}, expect=422)


def test_what_is_for_few_is_quoted_by_its_author_alone_and_for_few(ada: Person, bea: Person, dirk: Person) -> None:
    said = ada.says("entre nous", visibility="private")
    bea.says("x", quoted_status_id=said["id"], expect=403)
    dirk.says("x", quoted_status_id=said["id"], expect=404)

    assert ada.get(f"/api/v1/statuses/{said['id']}")["quote_approval"]["current_user"] == "automatic"
    assert bea.get(f"/api/v1/statuses/{said['id']}")["quote_approval"]["current_user"] == "denied"
    made = quotes(ada, said, visibility="public")
    assert made["visibility"] == "private"
    assert seen(bea, made)["quoted_status"]["id"] == said["id"]
    dirk.get(f"/api/v1/statuses/{made['id']}", expect=404)


def test_who_sees_what_inside_a_quote(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    """Each visibility of the quoted post, for each reader: exactly as if they opened it by itself."""
    readers = {"ada": ada, "bea": bea, "dirk": dirk}
    for quoted_is, quoting_is in product(
        ("public", "unlisted", "private"), ("public", "unlisted", "private", "direct")
    ):
        said = ada.says("lis", visibility=quoted_is)
        made = quotes(ada, said, "@bea @dirk voyez", visibility=quoting_is)
        for name, reader in readers.items():
            alone = reader.site.client.get(f"/api/v1/statuses/{said['id']}", headers=reader.headers).status_code == 200
            page = reader.site.client.get(f"/api/v1/statuses/{made['id']}", headers=reader.headers)
            assert page.status_code == 200, (quoted_is, quoting_is, name)
            quote = page.json()["quote"]
            if alone:
                assert quote["quoted_status"]["id"] == said["id"], (quoted_is, quoting_is, name)
                assert quote["state"] == "accepted"
            else:
                assert quote == {"state": "unauthorized", "quoted_status": None}, (quoted_is, quoting_is, name)
                assert said["id"] not in page.text


def test_a_revoked_quote_shows_nothing_of_the_post(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(dirk, said)
    path = f"/api/v1/statuses/{said['id']}/quotes/{made['id']}/revoke"

    bea.post(path, expect=403)
    dirk.post(path, expect=403)
    bea.post(f"/api/v1/statuses/{made['id']}/quotes/{made['id']}/revoke", expect=404)
    for _ in range(2):
        assert ada.post(path)["quote"] == {"state": "revoked", "quoted_status": None}
    assert seen(bea, made) == seen(dirk, made) == {"state": "revoked", "quoted_status": None}
    assert count(ada, said) == 0
    assert ada.get(f"/api/v1/statuses/{said['id']}/quotes") == []
    dirk.delete(f"/api/v1/statuses/{made['id']}")
    assert count(ada, said) == 0


def test_one_revokes_the_quote_of_somebody_whom_one_cannot_see(site: Site, ada: Person, dirk: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(dirk, said)
    dirk.post(f"/api/v1/accounts/{ada.id}/block")

    assert ada.post(f"/api/v1/statuses/{said['id']}/quotes/{made['id']}/revoke") == {}
    assert seen(dirk, made)["state"] == "revoked"


def test_when_the_quoted_post_is_deleted_its_place_says_so(ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(bea, said)
    ada.delete(f"/api/v1/statuses/{said['id']}")

    assert seen(bea, made) == {"state": "deleted", "quoted_status": None}
    assert quotes(ada, made)["quote"]["quoted_status"]["quote"] == {"state": "deleted", "quoted_status_id": None}


def test_when_the_quote_is_deleted_it_counts_no_more(ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(bea, said)
    bea.delete(f"/api/v1/statuses/{made['id']}")
    assert count(ada, said) == 0


def test_blocks_and_mutes_hold_at_once(ada: Person, bea: Person, dirk: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(dirk, said)

    bea.post(f"/api/v1/accounts/{ada.id}/mute")
    assert seen(bea, made)["state"] == "muted_account"
    bea.post(f"/api/v1/accounts/{ada.id}/unmute")
    bea.post(f"/api/v1/accounts/{ada.id}/block")
    assert seen(bea, made)["state"] == "blocked_account"
    bea.post(f"/api/v1/accounts/{ada.id}/unblock")
    assert seen(bea, made)["state"] == "accepted"

    ada.post(f"/api/v1/accounts/{bea.id}/block")
    assert seen(bea, made) == {"state": "unauthorized", "quoted_status": None}
    ada.post(f"/api/v1/accounts/{bea.id}/unblock")
    ada.post(f"/api/v1/accounts/{dirk.id}/block")
    assert seen(bea, made) == seen(dirk, made) == {"state": "unauthorized", "quoted_status": None}
    dirk.says("x", quoted_status_id=said["id"], expect=404)


def test_one_does_not_quote_whom_one_blocks(ada: Person, dirk: Person) -> None:
    said = ada.says("Bonjour")
    dirk.post(f"/api/v1/accounts/{ada.id}/block")
    dirk.says("x", quoted_status_id=said["id"], expect=403)


def test_the_list_of_quotes_holds_what_its_reader_may_see(ada: Person, bea: Person, dirk: Person) -> None:
    said = ada.says("Bonjour")
    public, few = quotes(dirk, said), quotes(dirk, said, visibility="private")
    path = f"/api/v1/statuses/{said['id']}/quotes"

    assert [one["id"] for one in dirk.get(path)] == [few["id"], public["id"]]
    assert [one["id"] for one in bea.get(path)] == [public["id"]]
    assert [one["id"] for one in dirk.get(path, limit=1, max_id=few["id"])] == [public["id"]]
    hidden = ada.says("entre nous", visibility="private")
    dirk.get(f"/api/v1/statuses/{hidden['id']}/quotes", expect=404)


def test_those_who_quote_are_told_of_an_edit(site: Site, ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(bea, said)
    ada.put(f"/api/v1/statuses/{said['id']}", {"status": "Bonsoir"})
    site.run_jobs()

    told = bea.get("/api/v1/notifications", types="quoted_update")
    assert [(one["account"]["acct"], one["status"]["id"]) for one in told] == [("ada", made["id"])]
    assert seen(bea, made)["quoted_status"]["content"] == "<p>Bonsoir</p>"


def test_when_the_quoted_account_is_deleted_its_place_says_so(site: Site, ada: Person, bea: Person) -> None:
    from perron.jobs import emit
    from perron.people.model import AccountDeleted

    said = ada.says("Bonjour")
    made = quotes(bea, said, via="ada")
    site.store.write(lambda tx: emit(tx, AccountDeleted(ada.account.id)))
    site.run_jobs()

    page = bea.get(f"/api/v1/statuses/{made['id']}")
    assert page["quote"] == {"state": "deleted", "quoted_status": None}
    assert page["via"] is None


def test_a_page_without_quotes_costs_no_more_than_before(site: Site, ada: Person, bea: Person) -> None:
    plain, quoting = ada.says("Bonjour"), quotes(bea, ada.says("Bonsoir"))
    viewer = Viewer(bea.account, bea.user_id, 0, 0, frozenset())

    def cost(post: dict[str, Any]) -> int:
        with site.store.read() as db:
            return statements(lambda: posts_json(site.site.links, db, [int(post["id"])], viewer=viewer))

    assert cost(plain) == 2
    assert cost(quoting) == 5


def test_each_stream_hears_of_a_quote_what_its_reader_may_see(site: Site, ada: Person, bea: Person) -> None:
    dirk = site.person("dirk", follows=bea)
    zoe = site.person("zoe", follows=bea)
    said = ada.says("Bonjour")
    dirk.post(f"/api/v1/accounts/{ada.id}/mute")
    ada.post(f"/api/v1/accounts/{zoe.id}/block")
    heard = {}
    for name, reader in (("bea", bea), ("dirk", dirk), ("zoe", zoe)):
        with site.client.websocket_connect("/api/v1/streaming?stream=user", headers=reader.headers) as stream:
            quotes(bea, said, f"pour {name}")
            heard[name] = json.loads(stream.receive_json()["payload"])["quote"]
    assert heard["bea"]["quoted_status"]["id"] == said["id"]
    assert heard["dirk"]["state"] == "muted_account"
    assert heard["zoe"] == {"state": "unauthorized", "quoted_status": None}


def test_streams_hear_that_a_quote_is_revoked(site: Site, ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    made = quotes(bea, said)
    with site.client.websocket_connect("/api/v1/streaming?stream=user", headers=bea.headers) as stream:
        bea.home()
        ada.post(f"/api/v1/statuses/{said['id']}/quotes/{made['id']}/revoke")
        heard = stream.receive_json()
    assert heard["event"] == "status.update"
    assert json.loads(heard["payload"])["quote"]["state"] == "revoked"
