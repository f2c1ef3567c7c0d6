"""Filters."""

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.api.params import Params
from perron.entities.filters import filter_entity, filtered_post_entity, keyword_entity
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.statuses import Filter as Shape
from perron.entities.shapes.statuses import FilterContext, FilterKeyword, FilterStatus
from perron.kit.errors import Invalid
from perron.kit.time import SECOND, now
from perron.store import Db, Tx
from perron.timelines import change_filters as changing
from perron.timelines.change_filters import FilterDraft, WordChange, filter_of_post, filter_of_word, own_filter
from perron.timelines.filters import Filter, filters_of

LONGEST_LIFE = 100 * 365 * 86400
BLUR = "blur_media"
"""Another name for `blur`, under which some apps know it."""


WholeWord = Annotated[bool, Meta(description="Whether it must stand alone; true when nothing is said.")]


class Word(TypedDict, total=False):
    """A word of a filter."""

    keyword: str
    whole_word: WholeWord


class WordOfFilter(Word, total=False):
    """A word to add; with `id`, one to change or to take out."""

    id: Id
    _destroy: bool


class HowToFilter(TypedDict, total=False):
    """How a filter works."""

    filter_action: Annotated[str, Meta(description="`warn` (when nothing is said), `hide`, or `blur` (its pictures).")]
    expires_in: Annotated[int | None, Meta(description="Seconds from now; never when it is empty.")]
    keywords_attributes: list[WordOfFilter]


class FilterWish(HowToFilter, total=False):
    """A filter as one wishes it; what is not sent stays as it is."""

    title: str
    context: list[FilterContext]


class NewFilter(HowToFilter):
    """A filter to begin with."""

    title: str
    context: list[FilterContext]


class NewWord(TypedDict):
    """A word to add."""

    keyword: str
    whole_word: NotRequired[WholeWord]


class PostToFilter(TypedDict):
    """A post to veil whatever its words."""

    status_id: Id


@speaks(list[Shape])
def index(call: Call, db: Db) -> Answer:
    """GET /api/v2/filters"""
    return [filter_entity(one) for one in filters_of(db, call.me.id)]


@speaks(Shape)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v2/filters/:id"""
    return filter_entity(own_filter(db, call.me.id, call.id))


@speaks(Shape, takes=NewFilter)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v2/filters"""
    return filter_entity(changing.make_filter(tx, call.me, read_filter(call.params, None)))


@speaks(Shape, takes=FilterWish)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v2/filters/:id: what is not sent stays as it is."""
    before = own_filter(tx, call.me.id, call.id)
    return filter_entity(changing.change_filter(tx, call.me, before.id, read_filter(call.params, before)))


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v2/filters/:id"""
    changing.remove_filter(tx, call.me, call.id)
    return {}


def read_filter(params: Params, before: Filter | None) -> FilterDraft:
    """A filter in Mastodon's words."""
    contexts = before.contexts if before else ()
    action = params.text("filter_action", before.action if before else "warn")
    return FilterDraft(
        title=params.text("title", before.title if before else "").strip(),
        contexts=tuple(dict.fromkeys(params.texts("context"))) if "context" in params.raw else contexts,
        action="blur" if action == BLUR else action,
        expires_at=read_end(params, before.expires_at if before else None),
        words=[read_word(one) for one in params.records("keywords_attributes")],
    )


def read_end(params: Params, before: int | None) -> int | None:
    """When a filter ends: `expires_in` seconds from now; never when that is sent empty."""
    if "expires_in" not in params.raw:
        return before
    if params.raw["expires_in"] in (None, ""):
        return None
    seconds = params.number("expires_in")
    if not 0 < seconds <= LONGEST_LIFE:
        raise Invalid("Validation failed: Expires in must be a number of seconds greater than 0")
    return now() + seconds * SECOND


def read_word(given: Params, word_id: int | None = None) -> WordChange:
    """A word to add, change or take out, in Mastodon's words."""
    return WordChange(
        id=word_id or given.id("id"),
        keyword=given.text("keyword") if given.has("keyword") else None,
        whole_word=given.maybe_flag("whole_word"),
        gone=given.flag("_destroy"),
    )


@speaks(list[FilterKeyword])
def words(call: Call, db: Db) -> Answer:
    """GET /api/v2/filters/:filter_id/keywords"""
    return [keyword_entity(one) for one in own_filter(db, call.me.id, call.id_called("filter_id")).keywords]


@speaks(FilterKeyword, takes=NewWord)
def add_word(call: Call, tx: Tx) -> Answer:
    """POST /api/v2/filters/:filter_id/keywords"""
    given: dict[str, Any] = {name: call.params.raw.get(name) for name in ("keyword", "whole_word")}
    word = read_word(Params(given))
    return keyword_entity(changing.add_word(tx, call.me, call.id_called("filter_id"), word))


@speaks(FilterKeyword)
def show_word(call: Call, db: Db) -> Answer:
    """GET /api/v2/filters/keywords/:id"""
    return keyword_entity(filter_of_word(db, call.me.id, call.id)[1])


@speaks(FilterKeyword, takes=Word)
def change_word(call: Call, tx: Tx) -> Answer:
    """PUT /api/v2/filters/keywords/:id"""
    given: dict[str, Any] = {name: call.params.raw.get(name) for name in ("keyword", "whole_word")}
    return keyword_entity(changing.change_word(tx, call.me, call.id, read_word(Params(given), call.id)))


@speaks(Empty)
def remove_word(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v2/filters/keywords/:id"""
    changing.remove_word(tx, call.me, call.id)
    return {}


@speaks(list[FilterStatus])
def posts(call: Call, db: Db) -> Answer:
    """GET /api/v2/filters/:filter_id/statuses"""
    return [filtered_post_entity(one) for one in own_filter(db, call.me.id, call.id_called("filter_id")).posts]


@speaks(FilterStatus, takes=PostToFilter)
def add_post(call: Call, tx: Tx) -> Answer:
    """POST /api/v2/filters/:filter_id/statuses"""
    post_id = call.params.id("status_id") or -1
    return filtered_post_entity(changing.filter_post(tx, call.me, call.id_called("filter_id"), post_id))


@speaks(FilterStatus)
def show_post(call: Call, db: Db) -> Answer:
    """GET /api/v2/filters/statuses/:id"""
    return filtered_post_entity(filter_of_post(db, call.me.id, call.id)[1])


@speaks(Empty)
def remove_post(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v2/filters/statuses/:id"""
    changing.unfilter_post(tx, call.me, call.id)
    return {}
