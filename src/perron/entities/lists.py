"""Lists as clients read them."""

from typing import Any

from perron.timelines.lists import List


def list_entity(one: List) -> dict[str, Any]:
    """A list."""
    return {"id": str(one.id), "title": one.title, "replies_policy": one.replies, "exclusive": bool(one.exclusive)}
