"""A locked account with a post of every visibility, and everybody who stands in some relation to it."""

import io
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from perron.kit.time import DAY, iso, now
from perron.posts.trends_job import recount
from tests.refusals.asking import Asker, question
from tests.rig import ALL, Person, Site

WORDS = {"public": "kwopen", "unlisted": "kwhalf", "private": "kwfoll", "direct": "kwment"}
"""Every word of a post with this visibility begins with this; nothing else does."""
ENTITLED = {
    "anybody": {"public", "unlisted"},
    "stranger": {"public", "unlisted"},
    "requester": {"public", "unlisted"},
    "blocked": {"public", "unlisted"},  # at most; at least nothing
    "moderator": {"public", "unlisted"},  # what is reported is shown to them, and nothing else
    "follower": {"public", "unlisted", "private"},
    "muted": {"public", "unlisted", "private"},
    "mentioned": {"public", "unlisted", "direct"},
    "author": {"public", "unlisted", "private", "direct"},
}
GATHERED, QUIET = "kwgather", "kwquiet"
"""Words of a collection that is shown to all, and of one that is shown to who has its address."""
NEVER = "103000000000000001"


def picture() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 60)).save(out, "PNG")
    return out.getvalue()


def push_subscription() -> dict[str, Any]:
    """What a browser hands to an app."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": urlsafe_b64encode(raw).decode().rstrip("="), "auth": urlsafe_b64encode(b"0" * 16).decode()}
    return {"endpoint": "https://push.example/endpoint", "keys": keys}


@dataclass
class World:
    """Alice, and those around her."""

    site: Site
    ask: Asker
    people: dict[str, Person]
    posts: dict[str, list[str]] = field(default_factory=dict)
    """Ids by visibility."""
    media: dict[str, str] = field(default_factory=dict)
    boosts: list[str] = field(default_factory=list)
    public_post: str = ""
    deleted: str = ""
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)

    @property
    def alice(self) -> Person:
        return self.people["author"]

    def token(self, viewer: str) -> str:
        return self.people[viewer].token if viewer in self.people else ""

    def unseen(self, viewer: str) -> list[str]:
        """Ids of posts that a viewer is not entitled to see."""
        return [id_ for kind, ids in self.posts.items() if kind not in ENTITLED[viewer] for id_ in ids]

    def forbidden(self, viewer: str) -> list[bytes]:
        """Beginnings of words that a viewer must never meet."""
        return [word.encode() for kind, word in WORDS.items() if kind not in ENTITLED[viewer]]


def build(site: Site, ask: Asker) -> World:
    """Everybody does what they do through the API."""
    alice = site.person("alice", locked=True)
    people = {"author": alice}
    for part, name in (
        ("stranger", "stan"),
        ("requester", "bob"),
        ("follower", "carol"),
        ("muted", "moe"),
        ("blocked", "blake"),
        ("mentioned", "mia"),
    ):
        people[part] = site.person(name)
    people["moderator"] = site.person("mona", role="moderator", scopes=f"{ALL} admin:read admin:write")
    for part in ("requester", "follower", "muted", "blocked"):
        people[part].follows(alice)
        if part != "requester":
            alice.post(f"/api/v1/follow_requests/{people[part].id}/authorize")
    alice.post(f"/api/v1/accounts/{people['muted'].id}/mute")
    alice.post(f"/api/v1/accounts/{people['blocked'].id}/block")

    world = World(site, ask, people)
    world.public_post = people["stranger"].says("What do you think?")["id"]
    for visibility, word in WORDS.items():
        _post_all(world, visibility, word)
    _others_act(world)
    _gather(world)
    _people_talk(world)
    alice.says("kwfollplan kwmentplan", scheduled_at=iso(now() + DAY))
    world.deleted = alice.says("kwgone", visibility="private")["id"]
    alice.delete(f"/api/v1/statuses/{world.deleted}")
    site.run_jobs()
    return world


def _post_all(world: World, visibility: str, word: str) -> None:
    alice = world.alice
    named = "@mia " if visibility == "direct" else ""
    with_poll = alice.says(
        f"{named}{word}text #{word}tag",
        visibility=visibility,
        spoiler_text=f"{word}warning",
        poll={"options": [f"{word}one", f"{word}two"], "expires_in": 3600},
    )
    reply = alice.says(f"{named}{word}old", visibility=visibility, in_reply_to_id=world.public_post)
    alice.put(f"/api/v1/statuses/{reply['id']}", {"status": f"{named}{word}new"})
    thread = alice.says(f"{named}{word}thread", visibility=visibility, in_reply_to_id=reply["id"])
    made = [with_poll["id"], reply["id"], thread["id"]]
    uploaded = alice.call(
        "POST",
        "/api/v2/media",
        files={"file": (f"{word}.png", picture(), "image/png")},
        data={"description": f"{word}seen"},
        expect=200,
    )
    world.media[visibility] = uploaded["id"]
    made.append(alice.says(f"{named}{word}picture", visibility=visibility, media_ids=[uploaded["id"]])["id"])
    world.posts[visibility] = made


def _others_act(world: World) -> None:
    people, alice = world.people, world.alice
    for part, kind in (("follower", "private"), ("mentioned", "direct"), ("muted", "private"), ("follower", "public")):
        for id_ in world.posts[kind][:2]:
            people[part].post(f"/api/v1/statuses/{id_}/favourite")
            people[part].post(f"/api/v1/statuses/{id_}/bookmark")
        people[part].post(f"/api/v1/polls/{world.posts[kind][0]}/votes", {"choices": [0]})
    for kind in ("public", "private"):
        alice.post(f"/api/v1/statuses/{world.posts[kind][0]}/pin")
        world.boosts.append(alice.post(f"/api/v1/statuses/{world.posts[kind][1]}/reblog")["id"])
    world.posts["private"].append(world.boosts[1])
    people["mentioned"].says("@alice kwmentanswer", visibility="direct", in_reply_to_id=world.posts["direct"][0])
    for part, person in people.items():
        belongings = world.own.setdefault(part, {})
        belongings["list"] = person.post("/api/v1/lists", {"title": f"list of {part}"})["id"]
        made = person.post("/api/v2/filters", {"title": "hidden", "context": ["home"], "keywords_attributes": []})
        belongings["filter"] = made["id"]
    people["follower"].post(f"/api/v1/lists/{world.own['follower']['list']}/accounts", {"account_ids": [alice.id]})


def _people_talk(world: World) -> None:
    """Two people pass on a post of every visibility that they see: what may be shown of it is shown to anybody."""
    world.alice.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
    for kind in ("public", "unlisted", "private"):
        for part in ("follower", "muted"):
            world.people[part].post(f"/api/v1/statuses/{world.posts[kind][3]}/favourite")
    recount(world.site.store)
    assert [one["id"] for one in world.site.anybody("/api/v1/trends/statuses")] == [world.posts["public"][3]]


def _gather(world: World) -> None:
    """Alice recommends some of those around her: where anybody sees it, and where one must have the address."""
    alice, inside = world.alice, [world.people[part] for part in ("stranger", "follower", "blocked")]
    for one in inside:
        one.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
    for word, open_ in ((GATHERED, True), (QUIET, False)):
        body = {"name": f"{word}name", "description": f"{word}words", "tag_name": f"{word}tag", "discoverable": open_}
        made = alice.post("/api/v1/collections", body | {"account_ids": [inside[0].id, inside[1].id]})["collection"]
        world.collections[word] = made["id"]


def every_id(site: Site) -> list[str]:
    """The id of everything there is."""
    from perron.store.tables import metadata

    left_out = {"tokens", "users", "sessions", "apps", "changes", "jobs"}
    with site.store.engine.connect() as db:
        found = {
            str(row[0])
            for table in metadata.sorted_tables
            if "id" in table.c and table.name not in left_out
            for row in db.execute(table.select().with_only_columns(table.c.id))
        }
    return sorted(found)


def answer_of(world: World, viewer: str, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
    """Status and body, which is all that somebody can compare."""
    (answer,) = world.ask(question(method, path, world.token(viewer), body))
    return answer.status, answer.body
