"""oEmbed (oembed.com)."""

from typing import Literal, TypedDict

from perron.entities.shapes.common import Html, Url


class OEmbed(TypedDict):
    """How a page of another site shows a post of ours."""

    type: Literal["rich"]
    version: Literal["1.0"]
    title: str
    author_name: str
    author_url: Url
    provider_name: str
    provider_url: Url
    cache_age: int
    html: Html
    width: int
    height: int
