"""What one's profile recommends: people, tags, collections; in which collections one is; whom one might follow."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.collections import collections_of, collections_with
from perron.people.endorse import endorsed_by
from perron.people.suggest import dismiss_suggestion, suggest
from perron.posts.featured_tags import MOST_FEATURED, feature_tag, featured_tags_of, tags_to_feature, unfeature_tag
from perron.posts.tag_history import used_tags
from perron.store import Db
from perron.store.paging import Paging
from perron.text.reading import Tag
from perron.text.tags import fold, is_tag
from perron.web.fields import Fields, read_id
from perron.web.open.featured import MOST_PEOPLE, collections_shown
from perron.web.shown import accounts_shown
from perron.web.visit import Visit

SUGGESTED = 20


async def show_featured(visit: Visit) -> Response:
    """People, tags and collections on one's profile, and the collections one is in."""
    visit.must_sign_in()
    return await _show(visit)


async def _show(visit: Visit, wrong: Refused | None = None, *, typed: str = "") -> Response:
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        rows = endorsed_by(db, me.id, Paging(limit=MOST_PEOPLE))
        own = collections_of(db, me.id, viewer=me.id)
        inside = [one for one in collections_with(db, me.id) if one.account_id != me.id]
        return {
            "people": accounts_shown(visit, db, [row[1] for row in rows]),
            "tags": featured_tags_of(db, me.id),
            "offered": used_tags(db, tags_to_feature(db, me.id)),
            "collections": collections_shown(visit, db, own),
            "inside": collections_shown(visit, db, inside),
        }

    shown = await visit.read(read)
    status, said = (wrong.status, visit.explain(wrong)) if wrong else (200, "")
    more = len(shown["collections"]) < visit.settings.collection_limit
    return visit.show(
        "own/featured.html", status=status, wrong=said, typed=typed, most=MOST_FEATURED, more=more, me=me, **shown
    )


async def add_tag(visit: Visit, fields: Fields) -> Response:
    """Show a tag on one's profile."""
    me, name = visit.must_write(), fields.text("name").replace("\x00", "").strip().removeprefix("#")
    try:
        if not is_tag(name):
            raise Refused("Validation failed: Tag is invalid")
        await visit.write(lambda tx: feature_tag(tx, me, Tag(name, fold(name))))
    except Refused as wrong:
        return await _show(visit, wrong, typed=name)
    return visit.go("/settings/featured")


async def remove_tag(visit: Visit, fields: Fields) -> Response:
    """Show it no longer."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: unfeature_tag(tx, me, id_))
    return visit.go("/settings/featured")


# -- whom one might follow ---------------------------------------------------------------------------------------------


async def suggestions(visit: Visit) -> Response:
    """People one might like to follow, and why."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        found = suggest(db, me.id, SUGGESTED)
        return {
            "people": accounts_shown(visit, db, [one.account_id for one in found]),
            "sources": {str(one.account_id): one.sources for one in found},
        }

    return visit.show("own/suggestions.html", **await visit.read(read))


async def dismiss(visit: Visit, fields: Fields) -> Response:
    """No longer suggest somebody."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    if id_ < 0:
        raise NotFound
    await visit.write(lambda tx: dismiss_suggestion(tx, me, id_))
    return visit.go("/suggestions")
