"""Filters as apps of before 2022 know them: each word is a filter."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.filters import read_end
from perron.api.kit import Answer, Call, speaks
from perron.entities.filters import filter_v1
from perron.entities.shapes.common import Empty
from perron.entities.shapes.filters import V1Filter
from perron.entities.shapes.statuses import FilterContext
from perron.kit.errors import Invalid
from perron.store import Db, Tx
from perron.timelines.change_filters import (
    FilterDraft,
    WordChange,
    change_filter,
    filter_of_word,
    make_filter,
    remove_word,
)
from perron.timelines.filters import Filter, filters_of


class HowToFilter(TypedDict, total=False):
    """How to filter by a word."""

    irreversible: Annotated[bool, Meta(description="Whether posts with it are not shown at all.")]
    whole_word: bool
    expires_in: Annotated[int | None, Meta(description="Seconds from now; never when it is empty.")]


class Phrase(HowToFilter, total=False):
    """A word to filter by; what is not sent stays as it is."""

    phrase: str
    context: list[FilterContext]


class NewPhrase(HowToFilter):
    """A word to filter by."""

    phrase: str
    context: list[FilterContext]


@speaks(list[V1Filter])
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/filters: one entry for each word."""
    return [filter_v1(one, word) for one in filters_of(db, call.me.id) for word in one.keywords]


@speaks(V1Filter)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/filters/:id"""
    return filter_v1(*filter_of_word(db, call.me.id, call.id))


@speaks(V1Filter, takes=NewPhrase)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/filters: a filter with one word, called as that word is."""
    word = WordChange(keyword=_phrase(call), whole_word=call.params.flag("whole_word"))
    made = make_filter(tx, call.me, _draft(call, None, word))
    return filter_v1(made, made.keywords[0])


@speaks(V1Filter, takes=Phrase)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/filters/:id: where and how it holds is changed only while the filter has no other words."""
    before, word = filter_of_word(tx, call.me.id, call.id)
    phrase = _phrase(call) if call.params.has("phrase") else None
    draft = _draft(call, before, WordChange(word.id, phrase, call.params.maybe_flag("whole_word")))
    now_so, then_so = ((set(one.contexts), one.action == "hide", one.expires_at) for one in (before, draft))
    if len(before.keywords) > 1 and now_so != then_so:
        raise Invalid(
            "These parameters cannot be changed from this application because they apply to more than one filter "
            "keyword. Use a more recent application or the web interface."
        )
    change_filter(tx, call.me, before.id, draft)
    return filter_v1(*filter_of_word(tx, call.me.id, word.id))


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/filters/:id: takes one word out of its filter."""
    remove_word(tx, call.me, call.id)
    return {}


def _phrase(call: Call) -> str:
    phrase = call.params.text("phrase").strip()
    if not phrase:
        raise Invalid("Validation failed: Phrase can't be blank")
    return phrase


def _draft(call: Call, before: Filter | None, word: WordChange) -> FilterDraft:
    params = call.params
    action = before.action if before else "warn"
    if params.has("irreversible") and params.flag("irreversible") != (action == "hide"):
        action = "hide" if params.flag("irreversible") else "warn"
    if "context" in params.raw:
        contexts = tuple(dict.fromkeys(params.texts("context")))
    else:
        contexts = before.contexts if before else ()
    end = read_end(params, before.expires_at if before else None)
    return FilterDraft(before.title if before else (word.keyword or "")[:256], contexts, action, end, [word])
