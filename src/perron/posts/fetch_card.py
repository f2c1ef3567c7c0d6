"""Look at a page that posts link to, and keep what it says of itself. Runs as a job, outside of any transaction."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Refused
from perron.kit.settings import Settings
from perron.kit.time import MINUTE, now
from perron.posts.cards import Card, card_as_stored, change_card, page_address
from perron.posts.model import CardWanted
from perron.store import Store, Tx
from perron.text.page_head import LONGEST, PageHead, one_line, read_head

if TYPE_CHECKING:
    from perron.kit.outside import Told

PATIENCE = 5.0
LATER = 10 * MINUTE
MOST_BYTES = 1 << 20
MOST_IMAGE_BYTES = 8 << 20
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,30})""", re.IGNORECASE)
_ENCODINGS = re.compile(
    r"utf-?8|us-ascii|iso-?8859-(?:[1-9]|1[0-6])|latin-?1|windows-125[0-8]|windows-874|koi8-[ru]|macintosh"
    r"|shift[_-]?jis|euc-jp|iso-2022-jp|euc-kr|gbk?|gb2312|gb18030|big5|utf-16(?:le|be)?"
)
_OLD = ("us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1")
Get = Callable[[str, str, int], "Told"]


def fetch_card(store: Store, event: dict[str, Any]) -> None:
    """After `CardWanted`: read the page, once. One that is none is remembered as such; one that does not answer is
    asked once more, some minutes later."""
    with store.read() as db:
        card = card_as_stored(db, event["card_id"])
    if card is None:
        return
    found = look_at(card, store.settings)
    again = found.state == "waiting" and card.state == "waiting"

    def keep(tx: Tx) -> None:
        if found.state == "ready":
            change_card(tx, found)
        elif (known := card_as_stored(tx, card.id)) is not None:
            # what was seen before, or by somebody else meanwhile, is better than nothing
            change_card(tx, replace(known, state="ready" if known.state == "ready" else "failed", fetched_at=now()))
        if again:
            emit(tx, CardWanted(card.id), due=now() + LATER)

    store.write(keep)


def look_at(card: Card, settings: Settings) -> Card:
    """A card with what its page says of itself now; `failed` when it is no page, `waiting` when nobody answered."""
    from perron.kit.outside import (
        Forbidden,
        Unreachable,
        fetch,
        hosts,
    )  # here, so that a server nobody links from starts without it

    def get(url: str, accept: str, enough: int) -> "Told":
        return fetch(
            "GET", url, headers={"accept": accept}, allow=settings.outside_allow, enough=enough, deadline=PATIENCE
        )

    with hosts.talk(card.url, PATIENCE):  # the page, and what it leads to on the same host
        failed = Card(card.id, card.url, "failed", fetched_at=now())
        try:
            told = get(card.url, "text/html, application/xhtml+xml;q=0.9", MOST_BYTES)
        except Forbidden:
            return failed
        except Unreachable:
            return replace(failed, state="waiting")
        if told.status >= 500:
            return replace(failed, state="waiting")
        if told.status != 200 or not is_html(told):
            return failed
        head = read_head(decode(told))
        if not head.title and head.oembed:
            head = with_oembed(head, urljoin(told.url, head.oembed), get)
        if not head.title:
            return failed
        return with_image(card_of(card, head, told.url, settings.domain), head, told.url, get, settings)


def card_of(card: Card, head: PageHead, url: str, here: str) -> Card:
    """A card from the head of a page that was found at an address in the end."""
    return Card(
        id=card.id,
        url=card.url,
        state="ready",
        title=head.title,
        description=head.description,
        author=head.author or head.creator,
        author_url=head.author_url if page_address(head.author_url) else "",
        provider=head.provider or (urlsplit(url).hostname or "").removeprefix("www."),
        language=head.language,
        fetched_at=now(),
        creator=creator_of(head.creator, here),
    )


def creator_of(said: str, here: str) -> str:
    """The handle that `fediverse:creator` names: `ada` for somebody of this server (`here`), else `zoe@far.example`."""
    name, _, domain = said.strip().lower().removeprefix("@").partition("@")
    if not re.fullmatch(r"[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?", name) or not domain or len(said) > 300:
        return ""
    return name if domain == here else f"{name}@{domain}"


def with_oembed(head: PageHead, url: str, get: Get) -> PageHead:
    """A head with the title that the page's own oEmbed answer gives; its HTML is never used."""
    from perron.kit.outside import Unreachable

    try:
        told = get(url, "application/json", 1 << 16)
        said = json.decode(told.body) if told.status == 200 else {}
    except (Unreachable, ValueError):
        return head
    if not isinstance(said, dict):
        return head

    def text(name: str, longest: int) -> str:
        return one_line(said[name], longest) if isinstance(said.get(name), str) else ""

    return replace(
        head,
        title=text("title", LONGEST["title"]),
        author=head.author or text("author_name", LONGEST["author"]),
        provider=head.provider or text("provider_name", LONGEST["provider"]),
    )


def with_image(card: Card, head: PageHead, base: str, get: Get, settings: Settings) -> Card:
    """A card with its picture, taken in and kept here; without one when it cannot be had."""
    from perron.kit.outside import Unreachable
    from perron.media.upload import accept_preview

    if not head.image:
        return card
    try:
        told = get(urljoin(base, head.image), "image/*", MOST_IMAGE_BYTES)
        if told.status != 200:
            return card
        key, still, blurhash = accept_preview(told.body, settings=settings)
    except (Unreachable, Refused, ValueError):
        return card
    return replace(
        card,
        image=key,
        image_description=head.image_description,
        width=still.width,
        height=still.height,
        blurhash=blurhash,
    )


def is_html(told: "Told") -> bool:
    """Whether an answer says that it is a page."""
    kind = told.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml")


def decode(told: "Told") -> str:
    """The text of a page, in the encoding it names; what cannot be read is replaced."""
    body = told.body
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    named = re.search(r"charset\s*=\s*\"?([\w-]+)", told.headers.get("content-type", ""), re.IGNORECASE)
    inside = _CHARSET.search(body[:4096])
    wanted = named[1] if named else inside[1].decode("ascii") if inside else "utf-8"
    encoding = wanted.lower() if _ENCODINGS.fullmatch(wanted.lower()) else "utf-8"
    return body.decode("cp1252" if encoding in _OLD else encoding, "replace").removeprefix("\ufeff")
