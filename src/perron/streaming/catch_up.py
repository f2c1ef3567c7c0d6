"""What a page has missed between being written and its stream being opened, or while it was cut off."""

from collections.abc import Callable

from perron.entities.conversations import conversations_json
from perron.entities.notices import notices_json
from perron.entities.posts import posts_json
from perron.entities.site import Site
from perron.people.relations import relation
from perron.store import Db
from perron.store.changes import hear, oldest
from perron.streaming.hub import Hub, Stream
from perron.timelines.conversations import find_conversation
from perron.timelines.notices import find_notice

MOST = 1000
"""Changes that are told again; whoever missed more is told so, and looks for themselves."""


def catch_up(site: Site, db: Db, hub: Hub, stream: Stream, since: int) -> None:
    """Tell a stream of its own account what has changed after `since` (an id of the log of changes), as it would have
    heard it; `missed` when that is not known any more."""
    if since >= hub.position:
        return
    changes = hear(db, since)
    if since + 1 < oldest(db) or len(changes) >= MOST:
        hub.send(f"user:{stream.account_id}", "missed", b"{}", [stream])
        return
    for id_, kind, about in changes:
        tell = _TELL.get(kind)
        if tell is not None and id_ <= hub.position:
            tell(site, db, hub, stream, *about)


def _post(site: Site, db: Db, hub: Hub, stream: Stream, post_id: int, *_: int) -> None:
    _if_held(site, db, hub, stream, "update", post_id)


def _post_changed(site: Site, db: Db, hub: Hub, stream: Stream, post_id: int, *_: int) -> None:
    _if_held(site, db, hub, stream, "status.update", post_id)


def _if_held(site: Site, db: Db, hub: Hub, stream: Stream, event: str, post_id: int) -> None:
    ring = site.rings.get(stream.account_id)
    if ring is not None and ring.holds(post_id):
        for made in posts_json(site.links, db, [post_id], viewer=stream.viewer, context="home"):
            hub.send(f"user:{stream.account_id}", event, made, [stream])


def _post_gone(site: Site, db: Db, hub: Hub, stream: Stream, post_id: int, author_id: int, listed: int = 0) -> None:
    me = stream.account_id
    if listed or author_id == me or relation(db, me, author_id).following is not None:
        hub.send(f"user:{me}", "delete", str(post_id), [stream])


def _notice(site: Site, db: Db, hub: Hub, stream: Stream, account_id: int, notice_id: int) -> None:
    notice = find_notice(db, account_id, notice_id) if account_id == stream.account_id else None
    if notice is not None and not notice.filtered:
        for _, made in notices_json(site.links, db, [notice], stream.viewer):
            hub.send(f"user:{account_id}", "notification", made, [stream])


def _conversation(site: Site, db: Db, hub: Hub, stream: Stream, account_id: int, conversation_id: int) -> None:
    found = find_conversation(db, account_id, conversation_id) if account_id == stream.account_id else None
    if found is not None:
        for made in conversations_json(site.links, db, [found], stream.viewer):
            hub.send(f"direct:{account_id}", "conversation", made, [stream])


_TELL: dict[str, Callable[..., None]] = {
    "post": _post,
    "post_changed": _post_changed,
    "post_gone": _post_gone,
    "notice": _notice,
    "conversation": _conversation,
}
