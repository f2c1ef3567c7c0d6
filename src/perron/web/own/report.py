"""Report an account to those who look after this server."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused, TooMany
from perron.moderation.report import LONGEST_COMMENT, report
from perron.moderation.rules import rules
from perron.people.model import Account
from perron.people.queries import find_account
from perron.people.relations import relations
from perron.posts.queries import find_post
from perron.store import Db
from perron.store.paging import Paging
from perron.timelines.public import account_page
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import CATEGORIES
from perron.web.shown import accounts_shown, posts_shown
from perron.web.trust import limits
from perron.web.visit import Visit

OFFERED = 10
"""Posts among which one chooses, beside the one that was in view."""
MOST, AN_HOUR = 30, 3600


async def show_report(visit: Visit) -> Response:
    """The form: about an account, or about a post and whoever wrote it."""
    me = visit.must_write()
    post = read_id(visit.query.get("post", ""))
    typed = {"category": "", "comment": "", "rules": [], "posts": [str(post)] if post > 0 else []}
    return await _form(visit, me, read_id(visit.query.get("account", "")), typed)


async def send_report(visit: Visit, fields: Fields) -> Response:
    """Tell the moderators; what was typed is kept when something is refused."""
    me, target = visit.must_write(), read_id(fields.text("account"))
    typed = {
        "category": fields.text("category"),
        "comment": fields.text("comment"),
        "rules": fields.texts("rule"),
        "posts": fields.texts("chosen"),
    }
    try:
        if not typed["category"]:
            raise Refused("Please say what is wrong.")
        _count(visit, me)
        made = await visit.write(
            lambda tx: report(
                tx,
                me,
                target,
                visit.settings,
                category=fields.text("category"),
                words=fields.text("comment"),
                rules=[read_id(one) for one in fields.texts("rule")] if typed["category"] == "violation" else (),
                post_ids=[read_id(one) for one in fields.texts("chosen")],
            )
        )
    except NotFound:
        raise
    except Refused as wrong:
        return await _form(visit, me, target, typed, wrong)
    return visit.go(f"/report/sent?account={made.target_id}")


async def sent(visit: Visit) -> Response:
    """What will happen now, and what one can do oneself."""
    me, target_id = visit.must_write(), read_id(visit.query.get("account", ""))
    return visit.show("own/report_sent.html", **await visit.read(lambda db: _about(visit, db, me, target_id)))


async def _form(
    visit: Visit, me: Account, target_id: int, typed: dict[str, Any], wrong: Refused | None = None
) -> Response:
    def read(db: Db) -> dict[str, Any]:
        about, wanted = target_id, [read_id(one) for one in typed["posts"]]
        seen = [post for post in (find_post(db, one, viewer=me.id) for one in wanted) if post is not None]
        if about < 0 and seen:
            about = seen[0].author_id
        found = _about(visit, db, me, about)
        offered = account_page(db, about, Paging(limit=OFFERED), viewer=me.id, boosts=False)
        ids = sorted({*offered, *(post.id for post in seen if post.author_id == about)}, reverse=True)
        return {**found, "posts": posts_shown(visit, db, ids), "rules": rules(db, visit.settings)}

    found = await visit.read(read)
    return show_form(
        visit,
        "own/report.html",
        wrong,
        typed=typed,
        categories=CATEGORIES,
        longest=LONGEST_COMMENT,
        **found,
    )


def _about(visit: Visit, db: Db, me: Account, target_id: int) -> dict[str, Any]:
    target = find_account(db, target_id) if target_id > 0 else None
    if target is None or target.state != "active" or target.id == me.id:
        raise NotFound
    return {
        "account": accounts_shown(visit, db, [target.id])[0],
        "between": relations(db, me.id, [target.id])[target.id],
    }


def _count(visit: Visit, me: Account) -> None:
    if visit.settings.rate_limit == "off":
        return
    counted = limits(visit.request).hit(f"reports of {me.id}", MOST, AN_HOUR)
    if not counted.allowed:
        raise TooMany("Too many requests. Please slow down.", counted.retry_after)
