"""What clients may listen to, and what an open stream needs to hear it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from perron.entities.site import Site
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.people.may import CONFIDE, LOOK, check_may
from perron.people.model import Viewer
from perron.people.queries import find_account
from perron.people.scopes import grants
from perron.store import Db
from perron.streaming.hub import Channel, Stream
from perron.text.tags import fold
from perron.timelines.home import hidden_from, home_ring
from perron.timelines.lists import find_list, list_ring

PUBLIC = tuple(f"public{where}{media}" for where in ("", ":local", ":remote") for media in ("", ":media"))
MOST = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks to listen to, or to listen to no longer."""

    name: str
    tag: str = ""
    list_id: int = 0
    of_account: int = 0

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Wish":
        """Of a query or a message: `stream`, and where they matter `tag`, `list`, `account` and `only_media`."""
        name = str(said.get("stream", ""))
        if str(said.get("only_media", "")).lower() in ("1", "true") and f"{name}:media" in PUBLIC:
            name += ":media"
        return cls(name, str(said.get("tag", "")), _id(said.get("list", "")), _id(said.get("account", "")))


def _id(value: Any) -> int:
    number = str(value)
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def may_listen(viewer: Viewer) -> None:
    """Refuse a token that allows to read nothing of what is streamed."""
    check_may(viewer.role, LOOK)
    if not any(grants(viewer.scopes, scope) for scope in ("read:statuses", "read:notifications", "read:lists")):
        raise NotAllowed("Access token does not have the required scopes")


def channel_for(db: Db, stream: Stream, wish: Wish) -> Channel:
    """The channel that a client asks for by name; refused when its token does not allow it."""
    me, name = stream.account_id, wish.name
    if name in ("user", "user:notification"):
        _need(stream, "read:statuses" if name == "user" else "read:notifications")
        return Channel((name,), f"user:{me}" if name == "user" else f"notices:{me}")
    if name in PUBLIC:
        _need(stream, "read:statuses")
        return Channel((name,), name)
    if name in ("hashtag", "hashtag:local"):
        _need(stream, "read:statuses")
        key = fold(wish.tag)
        if not key:
            raise Invalid("Missing tag name parameter")
        return Channel((name, wish.tag), f"{name}:{key}")
    if name == "list":
        _need(stream, "read:lists")
        if find_list(db, me, wish.list_id) is None:
            raise NotFound("Record not found")
        return Channel((name, str(wish.list_id)), f"list:{wish.list_id}")
    if name == "account":
        _need(stream, "read:statuses")
        found = find_account(db, wish.of_account)
        if found is None or found.state != "active":
            raise NotFound("Record not found")
        return Channel((name, str(found.id)), f"account:{found.id}")
    if name == "direct":
        check_may(stream.viewer.role, CONFIDE)
        _need(stream, "read:statuses")
        return Channel((name,), f"direct:{me}")
    if name == "bank":
        _need(stream, "write:media")
        return Channel((name,), f"bank:{me}")
    raise Invalid(f"Unknown stream type {name[:50]!r}")


def _need(stream: Stream, scope: str) -> None:
    if not grants(stream.viewer.scopes, scope):
        raise NotAllowed("Access token does not have the required scopes")


def warm(site: Site, db: Db, stream: Stream) -> None:
    """Hold in memory what decides whether a stream hears a post: its home, its lists, whom it does not want to see."""
    me = stream.account_id
    stream.hidden = hidden_from(db, me, exclusive_too=False)
    if f"user:{me}" in stream.channels:
        home_ring(db, site.rings, me)
    for key in stream.channels:
        kind, _, id_ = key.partition(":")
        if kind == "list" and site.rings.get(int(id_)) is None:
            found = find_list(db, me, int(id_))
            if found is not None:
                list_ring(db, site.rings, found)
