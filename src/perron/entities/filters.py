"""Filters as clients read them."""

from typing import Any, cast

from perron.entities.shapes.filters import V1Filter
from perron.entities.shapes.statuses import Filter as FilterShape
from perron.entities.shapes.statuses import FilterKeyword, FilterResult, FilterStatus
from perron.kit.time import iso
from perron.timelines.filters import Filter, FilteredPost, Keyword, Match


def filter_entity(one: Filter, *, whole: bool = True) -> FilterShape:
    """A filter, with its keywords and posts when `whole`."""
    entity: dict[str, Any] = {
        "id": str(one.id),
        "title": one.title,
        "context": list(one.contexts),
        "expires_at": iso(one.expires_at) if one.expires_at else None,
        "filter_action": one.action,
    }
    if whole:
        entity["keywords"] = [keyword_entity(each) for each in one.keywords]
        entity["statuses"] = [filtered_post_entity(each) for each in one.posts]
    return cast(FilterShape, entity)


def filter_v1(one: Filter, word: Keyword) -> V1Filter:
    """One word of a filter, as apps know it for which each word is a filter."""
    return cast(
        V1Filter,
        {
            "id": str(word.id),
            "phrase": word.keyword,
            "context": list(one.contexts),
            "whole_word": word.whole_word,
            "expires_at": iso(one.expires_at) if one.expires_at else None,
            "irreversible": one.action == "hide",
        },
    )


def keyword_entity(one: Keyword) -> FilterKeyword:
    """A word of a filter."""
    return {"id": str(one.id), "keyword": one.keyword, "whole_word": one.whole_word}


def filtered_post_entity(one: FilteredPost) -> FilterStatus:
    """A post in a filter."""
    return {"id": str(one.id), "status_id": str(one.post_id)}


def match_entity(one: Match) -> FilterResult:
    """Why a post is filtered."""
    return {
        "filter": filter_entity(one.filter, whole=False),
        "keyword_matches": list(one.words) or None,
        "status_matches": [str(each) for each in one.posts] or None,
    }
