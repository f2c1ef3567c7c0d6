"""One's own profile: every attribute that clients know is kept and given back, as it was written."""

import io
from typing import Any

import pytest
from PIL import Image

from perron.people.model import Account
from perron.people.standing import change_state
from perron.people.users import change_user_role
from tests.api.pictures import png
from tests.rig import Person, Site


def patch(person: Person, path: str = "/api/v1/profile", *, expect: int = 200, **more: Any) -> Any:
    return person.call("PATCH", path, expect=expect, **more)


def gif(size: tuple[int, int] = (800, 600), frames: int = 3) -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("RGB", size, color) for color in ("red", "green", "blue")[:frames]]
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return out.getvalue()


def picture(site: Site, url: str) -> Image.Image:
    reply = site.client.get(url.removeprefix(site.settings.public_origin))
    assert reply.status_code == 200, url
    return Image.open(io.BytesIO(reply.content))


def test_a_profile_is_given_back_as_it_was_written(ada: Person) -> None:
    wanted = {
        "display_name": "Ada L.",
        "note": "Bonjour *à* tous",
        "locked": True,
        "bot": True,
        "discoverable": True,
        "indexable": True,
        "hide_collections": True,
        "show_media": False,
        "show_media_replies": False,
        "show_featured": False,
        "avatar_description": "Elle sourit",
        "header_description": "Des marches",
        "attribution_domains": ["lepoint.example", "blog.example"],
    }
    lines = [{"name": "Site", "value": "https://ada.example/"}]
    made = patch(ada, json={**wanted, "fields_attributes": lines})

    assert made == ada.get("/api/v1/profile")
    assert {name: made[name] for name in wanted} == wanted
    assert made["fields"] == [{**lines[0], "verified_at": None}]
    assert [made[name] for name in ("avatar", "avatar_static", "header", "header_static")] == [None] * 4
    assert (made["id"], made["featured_tags"]) == (ada.id, [])


def test_what_is_not_sent_stays(ada: Person) -> None:
    patch(ada, json={"note": "Bonjour", "show_featured": False})
    made = patch(ada, json={"display_name": "Ada"})
    assert (made["note"], made["show_featured"], made["show_media"]) == ("Bonjour", False, True)


def test_a_profile_shows_the_tags_that_its_owner_chose(ada: Person) -> None:
    ada.post("/api/v1/featured_tags", {"name": "escaliers"})
    (tag,) = ada.get("/api/v1/profile")["featured_tags"]
    assert (tag["name"], tag["statuses_count"]) == ("escaliers", "0")


def test_older_clients_change_the_same(ada: Person) -> None:
    sent = {"attribution_domains[]": ["a.example", "*.B.example/"], "show_media": "false", "avatar_description": "Ada"}
    made = patch(ada, "/api/v1/accounts/update_credentials", data=sent)
    assert made["source"]["attribution_domains"] == ["a.example", "b.example"]
    assert (made["show_media"], made["avatar_description"]) == (False, "Ada")
    assert patch(ada, json={"attribution_domains": []})["attribution_domains"] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"attribution_domains": ["not a site"]}, "Attribution domains"),
        ({"attribution_domains": ["localhost"]}, "Attribution domains"),
        ({"attribution_domains": [f"a{n}.example" for n in range(11)]}, "at most 10"),
        ({"attribution_domains": [{}]}, "attribution_domains"),
        ({"avatar_description": "a" * 1501}, "A description has at most"),
    ],
)
def test_what_cannot_be_kept_changes_nothing(ada: Person, wrong: dict[str, Any], why: str) -> None:
    before = ada.get("/api/v1/profile")
    assert why in patch(ada, json={"note": "Neuf", **wrong}, expect=422)["error"]
    assert ada.get("/api/v1/profile") == before


def test_a_picture_is_cut_to_measure_and_one_that_moves_has_a_still(site: Site, ada: Person) -> None:
    files = {"avatar": ("a.gif", gif(), "image/gif"), "header": ("h.gif", gif((3000, 1500)), "image/gif")}
    made = patch(ada, files=files)
    account = ada.get(f"/api/v1/accounts/{ada.id}")
    assert [account[name] for name in ("avatar", "avatar_static", "header", "header_static")] == [
        made[name] for name in ("avatar", "avatar_static", "header", "header_static")
    ]

    moving, still = picture(site, made["avatar"]), picture(site, made["avatar_static"])
    assert (moving.size, getattr(moving, "n_frames", 1)) == ((400, 400), 3)
    assert (still.size, getattr(still, "n_frames", 1)) == ((400, 400), 1)
    band, rest = picture(site, made["header"]), picture(site, made["header_static"])
    assert (band.size, getattr(band, "n_frames", 1), rest.size) == ((1500, 500), 3, (1500, 500))

    plain = patch(ada, files={"avatar": ("a.png", png(50, 50), "image/png")})
    assert plain["avatar"] == plain["avatar_static"] != made["avatar"]
    assert ada.delete("/api/v1/profile/avatar")["avatar_static"].endswith("/avatars/ada.png")
    assert ada.get("/api/v1/profile")["avatar_static"] is None


def test_a_picture_is_cut_around_the_point_one_chose(site: Site, ada: Person) -> None:
    out = io.BytesIO()
    half = Image.new("RGB", (800, 200), "red")
    half.paste("blue", (400, 0, 800, 200))
    half.save(out, "PNG")
    for focus, wanted in (("-1,0", (255, 0, 0)), ("1,0", (0, 0, 255))):
        made = patch(ada, files={"avatar": ("a.png", out.getvalue(), "image/png")}, data={"avatar_focus": focus})
        cut = picture(site, made["avatar"]).convert("RGB")
        assert cut.size == (200, 200)
        assert cut.getpixel((100, 100)) == wanted
    reply = patch(ada, files={"avatar": ("a.png", png(), "image/png")}, data={"avatar_focus": "9,9"}, expect=422)
    assert "focus" in reply["error"]


def test_files_that_found_no_owner_are_let_go(site: Site, ada: Person) -> None:
    def kept() -> int:
        return sum(path.is_file() for path in (site.settings.data / "media").glob("*/*/*"))

    before = kept()
    files = {"avatar": ("a.gif", gif(), "image/gif")}
    patch(ada, files=files, data={"note": "a" * 501}, expect=422)
    assert kept() == before


def test_who_looks_after_the_server_bears_a_badge(site: Site, ada: Person, bea: Person) -> None:
    assert (bea.get(f"/api/v1/accounts/{ada.id}")["roles"], role(ada)["id"]) == ([], "-99")
    for name, shown in (("moderator", "Moderator"), ("admin", "Admin"), ("owner", "Owner")):
        site.store.write(lambda tx, name=name: change_user_role(tx, ada.user_id, name))
        (badge,) = bea.get(f"/api/v1/accounts/{ada.id}")["roles"]
        assert (badge["name"], badge["highlighted"]) == (shown, True)
        assert (role(ada)["id"], role(ada)["name"]) == (badge["id"], shown)
    assert int(role(ada)["permissions"]) & 1
    assert not int(role(bea)["permissions"]) & 0x7FF
    site.store.write(lambda tx: change_user_role(tx, ada.user_id, "user"))
    assert bea.get(f"/api/v1/accounts/{ada.id}")["roles"] == []


def role(person: Person) -> Any:
    return person.get("/api/v1/accounts/verify_credentials")["role"]


def test_a_suspended_account_shows_nothing_of_itself(site: Site, ada: Person, bea: Person) -> None:
    files = {"avatar": ("a.png", png(), "image/png")}
    patch(ada, files=files, data={"display_name": "Ada", "note": "Bonjour"})
    site.store.write(lambda tx: change_state(tx, _account(ada), "suspended"))
    gone = bea.get(f"/api/v1/accounts/{ada.id}")
    assert gone["suspended"] is True
    assert (gone["display_name"], gone["note"], gone["fields"], gone["roles"]) == ("", "", [], [])
    assert gone["avatar"] == gone["avatar_static"] == f"{site.settings.public_origin}/avatars/ada.png"


def _account(person: Person) -> Account:
    return person.account


def test_links_of_a_profile_say_that_they_lead_to_the_same_person(site: Site, ada: Person) -> None:
    patch(ada, json={"note": "https://a.example", "fields_attributes": [{"name": "S", "value": "https://b.example"}]})
    made = ada.get(f"/api/v1/accounts/{ada.id}")
    assert 'rel="me nofollow noopener noreferrer"' in made["fields"][0]["value"]
    assert 'rel="nofollow noopener noreferrer"' in made["note"]
    page = site.client.get("/@ada").text
    assert 'rel="me nofollow noopener noreferrer"' in page


def test_a_token_that_reads_names_only_reads_its_profile_too(site: Site, ada: Person) -> None:
    for scopes, expect in (("profile", 200), ("read:accounts", 200), ("read:statuses", 403)):
        headers = {"authorization": f"Bearer {site.token(ada, scopes)}"}
        assert site.client.get("/api/v1/profile", headers=headers).status_code == expect
    headers = {"authorization": f"Bearer {site.token(ada, 'read profile')}"}
    assert site.client.patch("/api/v1/profile", headers=headers, json={}).status_code == 403
    assert site.client.get("/api/v1/profile").status_code == 401
