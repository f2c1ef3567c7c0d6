"""oEmbed (oembed.com): how a page of another site shows a post of ours.

Only public posts of accounts that wish to be found; anything else is answered as if it were not there.
"""

import re
from html import escape
from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Reply, speaks
from perron.entities.accounts import accounts_by_id
from perron.entities.posts import posts_json
from perron.entities.shapes.oembed import OEmbed
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.store import Db
from perron.suite.stories.keep import find_story
from perron.suite.stories.rival import shown_now
from perron.text.sanitise import plain

NARROWEST, USUAL, WIDEST = 220, 400, 550
WIDE, TALL = 720, 900
PER_LINE, LINE, PICTURE, AROUND = 44, 26, 280, 150
_PAGE = re.compile(r"/@([^/?#]+)/(\d{1,19})/?")


_STORY = re.compile(r"/@([^/?#]+)/stories/(\d{1,18})(?:/slides|/print)?/?")


class Embedding(TypedDict, total=False):
    """What to show on another page, and how large."""

    url: Required[Annotated[str, Meta(description="The address of a public post here.")]]
    maxwidth: int
    maxheight: int
    format: Annotated[str, Meta(description="`json`; there is no other.")]


@speaks(OEmbed, takes=Embedding)
def embed(call: Call, db: Db) -> Answer:
    """GET /api/oembed"""
    if call.params.text("format") not in ("", "json"):
        raise Invalid("Validation failed: Format is json, no other")
    url = call.params.text("url")
    if not url:
        raise Invalid("Validation failed: Url can't be blank")
    if story := _STORY.fullmatch(url.removeprefix(call.links.origin).partition("#")[0]):
        return _story(call, db, story[1], int(story[2]))
    post = embeddable(call, db, url)
    width = min(max(call.params.number("maxwidth") or USUAL, NARROWEST), WIDEST)
    height = _height(post, width)
    most = call.params.number("maxheight")
    if most > 0:
        height = min(height, most)
    account = post["account"]
    name = account["display_name"] or account["username"]
    src, title = escape(post["url"] + "/embed"), escape(f"{name} (@{account['acct']})")
    frame = (
        f'<iframe src="{src}" width="{width}" height="{height}" title="{title}" frameborder="0" loading="lazy" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    found: OEmbed = {
        "type": "rich",
        "version": "1.0",
        "title": f"{name} (@{account['acct']})",
        "author_name": name,
        "author_url": account["url"],
        "provider_name": call.settings.title,
        "provider_url": f"{call.links.origin}/",
        "cache_age": 3600,
        "html": frame,
        "width": width,
        "height": height,
    }
    return Reply(json.encode(found), headers=[(b"cache-control", b"public, max-age=60")])


def embeddable(call: Call, db: Db, url: str) -> dict[str, Any]:
    """The post at an address of ours, when other sites may show it."""
    page = _PAGE.fullmatch(url.removeprefix(call.links.origin))
    id_ = int(page[2]) if page else 0
    found = posts_json(call.links, db, [id_], viewer=None) if 0 < id_ < 2**63 else []
    post: dict[str, Any] = json.decode(found[0]) if found else {}
    if not post or post["reblog"] or post["url"] != url.rstrip("/"):
        raise NotFound
    if post["visibility"] != "public" or not post["account"]["indexable"]:
        raise NotFound
    return post


def _story(call: Call, db: Db, handle: str, id_: int) -> Reply:
    """A published story in a frame that is as high as it is wide, and as much again."""
    known = find_story(db, id_, viewer=None)
    if known is None or known[1].handle != handle.lower():
        raise NotFound
    (story,), teller = shown_now(db, known[:1]), known[1]
    person = json.decode(accounts_by_id(call.links, db, [teller.id])[teller.id])
    width = max(call.params.number("maxwidth") or WIDE, NARROWEST)
    height = min(call.params.number("maxheight") or TALL, TALL)
    url = call.links.story(teller.handle, story.id)
    frame = (
        f'<iframe src="{escape(url)}/embed" width="{width}" height="{height}" title="{escape(story.title)}" '
        'frameborder="0" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    found: OEmbed = {
        "type": "rich",
        "version": "1.0",
        "title": story.title,
        "author_name": person["display_name"] or person["username"],
        "author_url": call.links.account(teller.handle),
        "provider_name": call.settings.title,
        "provider_url": f"{call.links.origin}/",
        "cache_age": 60,
        "html": frame,
        "width": width,
        "height": height,
    }
    return Reply(json.encode(found), headers=[(b"cache-control", b"public, max-age=60")])


def _height(post: dict[str, Any], width: int) -> int:
    """About how high a post stands at this width; the frame scrolls when it is more."""
    words = post["spoiler_text"] or plain(post["content"])
    lines = sum(1 + len(line) * USUAL // (PER_LINE * width) for line in words.splitlines() or [""])
    shown = post["media_attachments"] and not post["sensitive"] and not post["spoiler_text"]
    return AROUND + LINE * lines + (PICTURE if shown else 0)
