"""The card of a page as clients read it."""

from typing import Any
from urllib.parse import urlsplit

from perron.entities.links import Links
from perron.posts.cards import Card


def card_entity(links: Links, card: Card, own_title: str) -> dict[str, Any] | None:
    """A card under the title that the author of the post gave it, or its own; None while there is nothing to show."""
    if card.state != "ready" and not own_title:
        return None
    parts = urlsplit(card.url)
    authors = [{"name": card.author, "url": card.author_url, "account": None}] if card.author else []
    return {
        "url": card.url,
        "title": own_title or card.title,
        "perron_original_title": card.title,
        "description": card.description,
        "language": card.language or None,
        "type": card.kind,
        "author_name": card.author,
        "author_url": card.author_url,
        "provider_name": card.provider or (parts.hostname or "").removeprefix("www."),
        "provider_url": f"{parts.scheme}://{parts.netloc}/",
        "html": "",
        "width": card.width,
        "height": card.height,
        "image": links.file(card.image) if card.image else None,
        "image_description": card.image_description,
        "embed_url": "",
        "blurhash": card.blurhash or None,
        "published_at": None,
        "authors": authors,
    }
