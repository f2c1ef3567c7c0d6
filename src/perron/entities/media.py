"""A file attached to a post as clients read it."""

from typing import Any

from perron.entities.links import Links
from perron.media.model import Media


def media_entity(links: Links, one: Media) -> dict[str, Any]:
    """One attachment; `url` is null while it is being made."""
    ready = one.state == "ready"
    meta: dict[str, Any] = dict(one.meta)
    meta.pop("work", None)
    if one.focus_x is not None and one.focus_y is not None:
        meta["focus"] = {"x": one.focus_x, "y": one.focus_y}
    return {
        "id": str(one.id),
        "type": one.kind,
        "url": links.file(one.file) if ready and one.file else None,
        "preview_url": links.file(one.small or one.file) if ready and (one.small or one.file) else None,
        "remote_url": one.remote_url or None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": one.description or None,
        "blurhash": one.blurhash or None,
    }
