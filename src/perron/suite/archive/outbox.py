"""Posts and the account in the words of ActivityStreams 2.0, as the archives of Mastodon have them."""

from typing import Any

from perron.entities.links import Links
from perron.suite.archive.content import Entry

CONTEXT: list[Any] = [
    "https://www.w3.org/ns/activitystreams",
    {
        "toot": "http://joinmastodon.org/ns#",
        "sensitive": "as:sensitive",
        "Hashtag": "as:Hashtag",
        "blurhash": "toot:blurhash",
        "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"},
        "votersCount": "toot:votersCount",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
    },
]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def activity(post: Entry, actor: str) -> Entry:
    """What was done when a post was published: a Create, or for a boost an Announce."""
    to, cc = audience(post, actor)
    frame: Entry = {
        "id": f"{post['uri']}/activity",
        "type": "Announce" if post["boost_of"] else "Create",
        "actor": actor,
        "published": post["published"],
        "to": to,
        "cc": cc,
    }
    return frame | {"object": post["boost_of"]["uri"] if post["boost_of"] else note(post, actor, to, cc)}


def audience(post: Entry, actor: str) -> tuple[list[str], list[str]]:
    """For whom a post is: `to` and `cc`."""
    followers, named = f"{actor}/followers", [one["url"] for one in post["mentions"]]
    if post["visibility"] == "public":
        return [PUBLIC], [followers, *named]
    if post["visibility"] == "unlisted":
        return [followers], [PUBLIC, *named]
    if post["visibility"] == "followers":
        return [followers], named
    return named, []


def note(post: Entry, actor: str, to: list[str], cc: list[str]) -> Entry:
    """A post, or a question when it asks one."""
    made: Entry = {
        "id": post["uri"],
        "type": "Question" if post["poll"] else "Note",
        "summary": post["warning"] or None,
        "inReplyTo": post["reply_to"]["uri"] if post["reply_to"] else None,
        "published": post["published"],
        "url": post["url"],
        "attributedTo": actor,
        "to": to,
        "cc": cc,
        "sensitive": post["sensitive"],
        "content": post["html"],
        "attachment": [document(one) for one in post["media"]],
        "tag": [
            *({"type": "Mention", "href": one["url"], "name": f"@{one['acct']}"} for one in post["mentions"]),
            *({"type": "Hashtag", "href": one["url"], "name": f"#{one['name']}"} for one in post["tags"]),
        ],
    }
    if post["language"]:
        made["contentMap"] = {post["language"]: post["html"]}
    if post["edited"]:
        made["updated"] = post["edited"]
    if post["quote_of"]:
        made["quoteUrl"] = post["quote_of"]["uri"]
    return made | (question(post["poll"]) if post["poll"] else {})


def document(one: Entry) -> Entry:
    """A file of a post."""
    found = {
        "type": "Document",
        "mediaType": one["mime"],
        "url": f"/{one['file']}",
        "name": one["description"] or None,
        "blurhash": one["blurhash"] or None,
        "focalPoint": one["focus"],
        "width": one["size"].get("width"),
        "height": one["size"].get("height"),
    }
    return {name: value for name, value in found.items() if value is not None or name == "name"}


def question(poll: Entry) -> Entry:
    """The answers of a poll, with how often each was given."""
    answers = [
        {"type": "Note", "name": one["title"], "replies": {"type": "Collection", "totalItems": one["votes"]}}
        for one in poll["options"]
    ]
    return {
        "anyOf" if poll["multiple"] else "oneOf": answers,
        "endTime": poll["ends"],
        "votersCount": poll["voters"],
    }


def actor(profile: Entry, links: Links, avatar: str, header: str) -> Entry:
    """The account itself. Its pictures stand beside this file, where there are any."""
    uri = profile["uri"]
    made: Entry = {
        "@context": CONTEXT,
        "id": uri,
        "type": {"person": "Person", "brand": "Organization", "bot": "Service"}.get(profile["kind"], "Person"),
        "preferredUsername": profile["username"],
        "name": profile["display_name"] or profile["username"],
        "summary": profile["note"],
        "url": profile["url"],
        "published": profile["joined"],
        "manuallyApprovesFollowers": profile["locked"],
        "discoverable": profile["discoverable"],
        "indexable": profile["indexable"],
        "attachment": [{"type": "PropertyValue", **one} for one in profile["fields"]],
        "outbox": "outbox.json",
        "followers": f"{uri}/followers",
        "following": f"{uri}/following",
    }
    for name, file in (("icon", avatar), ("image", header)):
        if file:
            made[name] = {"type": "Image", "url": file}
    return made
