"""One's own profile, as one edits it: words as they were written."""

from perron.entities.accounts import account_rows
from perron.entities.links import Links
from perron.entities.shapes.featured import FeaturedTag
from perron.entities.shapes.profile import Profile
from perron.kit import json
from perron.kit.time import iso
from perron.store import Db


def profile_entity(links: Links, db: Db, account_id: int, tags: list[FeaturedTag]) -> Profile:
    """The profile of an account of this server, with the tags that it shows."""
    row = account_rows(db, [account_id])[account_id]
    pictures = {
        name: links.file(row[key]) if row[key] else None
        for name, key in (
            *(("avatar", "avatar"), ("avatar_static", "avatar_still" if row["avatar_still"] else "avatar")),
            *(("header", "header"), ("header_static", "header_still" if row["header_still"] else "header")),
        )
    }
    return {
        "id": str(account_id),
        "display_name": row["display_name"],
        "note": row["note"],
        "fields": [
            {"name": name, "value": value, "verified_at": iso(proved) if proved else None}
            for name, value, proved in json.decode(row["fields"])
        ],
        "avatar": pictures["avatar"],
        "avatar_static": pictures["avatar_static"],
        "avatar_description": row["avatar_description"],
        "header": pictures["header"],
        "header_static": pictures["header_static"],
        "header_description": row["header_description"],
        "locked": bool(row["locked"]),
        "bot": row["kind"] == "bot",
        "hide_collections": bool(row["hide_collections"]),
        "discoverable": bool(row["discoverable"]),
        "indexable": bool(row["indexable"]),
        "show_media": bool(row["show_media"]),
        "show_media_replies": bool(row["show_media_replies"]),
        "show_featured": bool(row["show_featured"]),
        "attribution_domains": json.decode(row["attribution_domains"]),
        "featured_tags": tags,
    }
