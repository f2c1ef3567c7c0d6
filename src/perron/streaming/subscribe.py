"""What clients may listen to, and what an open stream needs to hear it."""

from perron.entities.site import Site
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.people.scopes import grants
from perron.store import Db
from perron.streaming.hub import Channel, Stream
from perron.text.tags import fold
from perron.timelines.home import fill_home, hidden_from
from perron.timelines.lists import fill_list, find_list

PUBLIC = tuple(f"public{where}{media}" for where in ("", ":local", ":remote") for media in ("", ":media"))
MOST = 50


def channel_for(db: Db, stream: Stream, name: str, *, tag: str = "", list_id: int = 0) -> Channel:
    """The channel that a client asks for by name; refused when its token does not allow it."""
    me = stream.account_id
    if name in ("user", "user:notification"):
        _need(stream, "read:statuses" if name == "user" else "read:notifications")
        return Channel((name,), f"user:{me}" if name == "user" else f"notices:{me}")
    if name in PUBLIC:
        _need(stream, "read:statuses")
        return Channel((name,), name)
    if name in ("hashtag", "hashtag:local"):
        _need(stream, "read:statuses")
        key = fold(tag)
        if not key:
            raise Invalid("Missing tag name parameter")
        return Channel((name, tag), f"{name}:{key}")
    if name == "list":
        _need(stream, "read:lists")
        if find_list(db, me, list_id) is None:
            raise NotFound("Record not found")
        return Channel((name, str(list_id)), f"list:{list_id}")
    if name == "direct":
        _need(stream, "read:statuses")
        return Channel((name,), f"direct:{me}")
    raise Invalid(f"Unknown stream type {name[:50]!r}")


def _need(stream: Stream, scope: str) -> None:
    if not grants(stream.viewer.scopes, scope):
        raise NotAllowed("Access token does not have the required scopes")


def warm(site: Site, db: Db, stream: Stream) -> None:
    """Hold in memory what decides whether a stream hears a post: its home, its lists, whom it does not want to see."""
    me = stream.account_id
    stream.hidden = hidden_from(db, me, exclusive_too=False)
    if f"user:{me}" in stream.channels and site.rings.get(me) is None:
        site.rings.keep(fill_home(db, me))
    for key in stream.channels:
        kind, _, id_ = key.partition(":")
        if kind == "list" and site.rings.get(int(id_)) is None:
            found = find_list(db, me, int(id_))
            if found is not None:
                site.rings.keep(fill_list(db, found))
