"""Lists as clients read them."""

from typing import cast

from perron.entities.shapes.lists import List as Shape
from perron.entities.shapes.lists import RepliesPolicy
from perron.timelines.lists import List


def list_entity(one: List) -> Shape:
    """A list."""
    replies = cast(RepliesPolicy, one.replies)
    return {"id": str(one.id), "title": one.title, "replies_policy": replies, "exclusive": bool(one.exclusive)}
