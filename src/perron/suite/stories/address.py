"""What an address that was pasted becomes in a story: a post from here, a video, or a page."""

import re

from perron.press.markup import frame_of
from perron.suite.stories.model import Wish
from perron.suite.stories.read import read_item

_POST = re.compile(r"/@[^/?#]+/(\d{1,18})/?")


def wish_at(url: str, origin: str, title: str = "") -> Wish:
    """The item that stands for an address; refused when it is none."""
    url = url.strip()
    if post_id := post_at(url, origin):
        return Wish("post", {}, post_id)
    named = {"title": title} if title.strip() else {}
    return read_item({"type": "video" if frame_of(url) else "link", "url": url, **named})


def post_at(url: str, origin: str) -> int:
    """The post from here that an address is of; 0 for any other address."""
    found = _POST.fullmatch(url.partition("#")[0].removeprefix(origin)) if url.startswith(origin + "/") else None
    return int(found[1]) if found else 0
