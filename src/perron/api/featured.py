"""What a profile shows of others: people one recommends, and tags."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.accounts import shown_account
from perron.api.kit import Answer, Call, Page, join, speaks
from perron.entities.accounts import accounts_json
from perron.entities.relations import relation_entity
from perron.entities.shapes.accounts import Account as AccountShape
from perron.entities.shapes.accounts import Relationship
from perron.entities.shapes.common import Empty
from perron.entities.shapes.featured import FeaturedTag
from perron.entities.shapes.tags import Tag as TagShape
from perron.entities.tags import featured_tag_entity, tag_entities
from perron.kit.errors import Invalid
from perron.people import endorse as recommending
from perron.people.model import Account
from perron.people.relations import relation
from perron.posts.featured_tags import feature_tag, featured_tags_of, tags_to_feature, unfeature_tag
from perron.posts.tag_history import used_tags
from perron.store import Db, Tx
from perron.text.reading import Tag
from perron.text.tags import fold, is_tag


@speaks(Relationship)
def endorse(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/endorse: recommend somebody whom one follows (`/pin` is its older name)."""
    recommending.endorse(tx, call.me, call.id)
    return relation_entity(call.id, relation(tx, call.me.id, call.id))


@speaks(Relationship)
def unendorse(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unendorse: recommend somebody no longer (`/unpin` is its older name)."""
    recommending.unendorse(tx, call.me, call.id)
    return relation_entity(call.id, relation(tx, call.me.id, call.id))


@speaks(list[AccountShape], takes=Page, paged=True)
def own_endorsements(call: Call, db: Db) -> Answer:
    """GET /api/v1/endorsements: whom one recommends on one's profile."""
    return _endorsed(call, db, call.me.id)


@speaks(list[AccountShape], takes=Page, paged=True)
def endorsements(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/endorsements: whom somebody recommends."""
    account = open_profile(call, db)
    return _endorsed(call, db, account.id) if account else join([])


@speaks(list[FeaturedTag])
def tags_of_account(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/featured_tags: the tags on somebody's profile."""
    account = open_profile(call, db)
    return _tags(call, db, account) if account else []


@speaks(list[FeaturedTag])
def own_tags(call: Call, db: Db) -> Answer:
    """GET /api/v1/featured_tags: the tags on one's profile."""
    return own_featured_tags(call, db)


def own_featured_tags(call: Call, db: Db) -> list[FeaturedTag]:
    """The tags that the caller shows on their profile."""
    return _tags(call, db, call.me)


class TagToFeature(TypedDict, total=False):
    """Which tag."""

    name: Required[Annotated[str, Meta(description="The tag, with or without `#`.")]]


@speaks(FeaturedTag, takes=TagToFeature)
def add_tag(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/featured_tags: show a tag on one's profile, at most ten."""
    name = call.params.text("name").strip().removeprefix("#")
    if not is_tag(name):
        raise Invalid("Validation failed: Tag is invalid")
    return featured_tag_entity(call.links, call.me.handle, feature_tag(tx, call.me, Tag(name, fold(name))))


@speaks(Empty)
def remove_tag(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/featured_tags/:id: show a tag no longer."""
    unfeature_tag(tx, call.me, call.id)
    return {}


@speaks(list[TagShape])
def tag_suggestions(call: Call, db: Db) -> Answer:
    """GET /api/v1/featured_tags/suggestions: the tags one used most in the last three months."""
    return tag_entities(call.links, db, used_tags(db, tags_to_feature(db, call.me.id)), viewer=call.me.id)


def open_profile(call: Call, db: Db) -> Account | None:
    """The account in the path, or None when what it gathered is not for the caller to see."""
    account = shown_account(call, db)
    if account.state != "active":
        return None
    if call.my_id is not None and relation(db, call.my_id, account.id).blocked_by:
        return None
    return account


def _endorsed(call: Call, db: Db, account_id: int) -> Answer:
    rows = recommending.endorsed_by(db, account_id, call.paging(40, 80))
    return call.page(accounts_json(call.links, db, [row[1] for row in rows]), [row[0] for row in rows])


def _tags(call: Call, db: Db, account: Account) -> list[FeaturedTag]:
    return [featured_tag_entity(call.links, account.handle, one) for one in featured_tags_of(db, account.id)]
