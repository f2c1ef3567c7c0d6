"""A status as it was written, and as it was before it was changed."""

from typing import Any

from perron.api.kit import Answer, Call, speaks
from perron.api.statuses import own_post
from perron.entities.accounts import account_entity
from perron.entities.emojis import emojis_in
from perron.entities.fragments import content_html
from perron.entities.media import media_entity
from perron.entities.shapes.statuses import StatusEdit, StatusSource
from perron.kit.errors import NotFound
from perron.kit.ids import born
from perron.kit.time import iso
from perron.media.queries import media_of_posts
from perron.people.queries import find_accounts
from perron.posts.edit import edits_of
from perron.posts.polls import polls_of
from perron.posts.queries import find_post, mentioned
from perron.store import Db


@speaks(StatusSource)
def source(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/source"""
    post = own_post(call, db)
    return {"id": str(post.id), "text": post.text, "spoiler_text": post.warning}


@speaks(list[StatusEdit])
def history(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/history: all versions, oldest first, the present one last."""
    post = find_post(db, call.id, viewer=call.my_id)
    if post is None or post.boost_of_id or not call.is_told(post.visibility):
        raise NotFound
    account = account_entity(call.links, db, post.author_id)
    media = {str(one.id): media_entity(call.links, one) for one in media_of_posts(db, [post.id]).get(post.id, [])}
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    named = named_rows(db, post.id)
    versions: list[tuple[int, str, str, bool, list[dict[str, Any]], list[str]]] = [
        (one.id, one.text, one.warning, one.sensitive, _as_it_was(media, one.media), one.poll)
        for one in edits_of(db, post.id)
    ]
    now_poll = list(poll.options) if poll else []
    at = (post.edited_at or born(post.id)) << 16
    versions.append((at, post.text, post.warning, post.sensitive, [*media.values()], now_poll))
    return [
        {
            "content": content_html(call.links, text, named, post.language),
            "spoiler_text": warning,
            "sensitive": bool(sensitive),
            "created_at": iso(born(id_)),
            "account": account,
            "media_attachments": files,
            "emojis": emojis_in(call.links, db, text, warning, *options),
            "poll": {"options": [{"title": option} for option in options]} if options else None,
        }
        for id_, text, warning, sensitive, files, options in versions
    ]


def _as_it_was(media: dict[str, dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files of an earlier version that are still there, with what was said of them then."""
    kept = [(media[str(one["id"])], one["description"]) for one in before if str(one["id"]) in media]
    return [{**file, "description": said or None} for file, said in kept]


def named_rows(db: Db, post_id: int) -> list[tuple[Any, ...]]:
    """Those whom a post names, as `content_html` wants them."""
    return [(one.id, one.username, one.domain, None, one.handle) for one in find_accounts(db, mentioned(db, post_id))]
