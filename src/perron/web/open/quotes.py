"""Who quotes a post, who may, and how its author takes it out of a quote."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.posts.model import QUOTE_POLICIES
from perron.posts.queries import find_post
from perron.posts.quote import change_quote_policy, quotes_page, revoke_quote
from perron.store import Db
from perron.web.drawn import stream
from perron.web.fields import Fields, read_id
from perron.web.shown import account_called, accounts_shown, paging
from perron.web.visit import Visit


async def quotes(visit: Visit) -> Response:
    """The posts that quote a post; its author also decides here who may."""

    def read(db: Db) -> dict[str, Any]:
        author = account_called(db, visit.path["handle"])
        post = find_post(db, read_id(visit.path["id"]), viewer=visit.reader_id)
        if post is None or post.author_id != author.id or post.boost_of_id or not visit.is_told(post.visibility):
            raise NotFound
        own = visit.reader_id == author.id and post.open
        return {
            "account": accounts_shown(visit, db, [author.id])[0],
            "post": post,
            "page": visit.ours(visit.links.post(author.handle, post.id)),
            "sheet": stream(visit, db, quotes_page(db, post.id, paging(visit), viewer=visit.reader_id)),
            "policies": QUOTE_POLICIES if own else (),
        }

    return visit.show("open/quotes.html", **await visit.read(read))


async def unquote(visit: Visit, fields: Fields) -> Response:
    """Take one's own post out of a post that quotes it."""
    me, quoting_id = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: revoke_quote(tx, me, quoting_id))
    return visit.go(fields.text("next"))


async def decide(visit: Visit, fields: Fields) -> Response:
    """Decide anew who may quote one's own post."""
    me, post_id = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: change_quote_policy(tx, me, post_id, fields.text("policy")))
    return visit.go(fields.text("next"))
