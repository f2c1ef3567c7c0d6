"""A story as ActivityStreams 2.0 has it: an `Article`, its items quoted by reference and shown by their words."""

from typing import Any

from perron.entities.links import Links
from perron.kit.time import iso
from perron.people.model import Account
from perron.press import document as press
from perron.press import markup
from perron.suite.stories.model import Story

QUOTE = {"quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"}}
CONTEXT = ["https://www.w3.org/ns/activitystreams", QUOTE]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def article(links: Links, story: Story, teller: Account, document: press.Document) -> dict[str, Any]:
    """The object at the address of a published story. What was taken back is not in it, as it is in no product."""
    quoted = [one.url for one in document.blocks if isinstance(one, press.Post) and one.url]
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "id": document.url,
        "type": "Article",
        "name": document.title,
        "summary": document.subtitle or None,
        "content": markup.blocks(document, markup.PAPER),
        "url": document.url,
        "attributedTo": links.account_uri(teller.id),
        "published": iso(document.published or story.changed_at),
        "updated": iso(document.updated or document.published or story.changed_at),
        "to": [PUBLIC],
        "cc": [],
        "quote": quoted,
        "sensitive": False,
    }
    if document.language:
        found["contentMap"] = {document.language: found["content"]}
    if document.cover is not None:
        found["image"] = {"type": "Image", "url": document.cover.url, "name": document.cover.alt or None}
    return {name: value for name, value in found.items() if value is not None}
