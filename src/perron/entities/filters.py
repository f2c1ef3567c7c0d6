"""Filters as clients read them."""

from typing import Any

from perron.kit.time import iso
from perron.timelines.filters import Filter, FilteredPost, Keyword, Match


def filter_entity(one: Filter, *, whole: bool = True) -> dict[str, Any]:
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
    return entity


def keyword_entity(one: Keyword) -> dict[str, Any]:
    """A word of a filter."""
    return {"id": str(one.id), "keyword": one.keyword, "whole_word": one.whole_word}


def filtered_post_entity(one: FilteredPost) -> dict[str, Any]:
    """A post in a filter."""
    return {"id": str(one.id), "status_id": str(one.post_id)}


def match_entity(one: Match) -> dict[str, Any]:
    """Why a post is filtered."""
    return {
        "filter": filter_entity(one.filter, whole=False),
        "keyword_matches": list(one.words) or None,
        "status_matches": [str(each) for each in one.posts] or None,
    }
