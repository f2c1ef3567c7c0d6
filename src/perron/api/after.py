"""What came out by plans, and what it met with; when an audience answers. Ours, not Mastodon's."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.entities.shapes.queues import AccountOrigin, AudienceHours, ComparedPlans, PublishedPost, StatusOrigin
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.time import iso
from perron.people.queries import find_account
from perron.posts.queries import find_post
from perron.store import Db
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.figures import compare, figures_of
from perron.suite.atelier.plan.hours import audience_of
from perron.suite.atelier.plan.origin import planned_for, share_of
from perron.suite.atelier.plan.told import audience_entity, compared_entity, published_entity


class AskedZone(TypedDict, total=False):
    """By which other clock."""

    zone: Annotated[str, Meta(description="A second zone, such as `America/Montreal`.")]


@speaks(list[PublishedPost], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/published: the newest first, with what was counted so far."""
    shown = queries.shown_page(db, call.me.id, call.paging(20, 80))
    figures = figures_of(db, shown)
    told = [published_entity(one, figures.get(one.post_id, {})) for one in shown]
    return Reply(json.encode(told), headers=call.link_header([one.post_id for one in shown]))


@speaks(ComparedPlans)
def compared(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/published/compared: no average of fewer than five posts is given."""
    return compared_entity(compare(db, call.me.id), queries.series_of(db, call.me.id))


@speaks(AudienceHours, takes=AskedZone)
def hours(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/audience/hours: by the clock of the queue and, with `zone`, by another."""
    own = queries.queue_of(db, call.me.id).zone or "UTC"
    other = call.params.text("zone")
    return audience_entity(audience_of(db, call.me.id, [own, other] if other else [own]))


@speaks(StatusOrigin)
def status_origin(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/statuses/:id/origin: for whoever may see the status."""
    post = find_post(db, call.id, viewer=call.viewer.account.id if call.viewer and call.viewer.account else None)
    author = find_account(db, post.author_id) if post else None
    if post is None or author is None:
        raise NotFound
    due = planned_for(db, post.id)
    return {"scheduled": due is not None, "scheduled_at": iso(due) if due else None, "automated": author.kind == "bot"}


@speaks(AccountOrigin)
def account_origin(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/accounts/:id/origin: as its profile says it."""
    account = find_account(db, call.id)
    if account is None or account.state != "active":
        raise NotFound
    found = share_of(db, account)
    return {
        "since": iso(found.since),
        "statuses": found.posts,
        "scheduled": found.planned,
        "share": round(found.part, 4),
        "automated": found.automated,
    }
