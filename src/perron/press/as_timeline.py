"""A document as the JSON of TimelineJS (Knight Lab, version 3): a slide for each block that has a date, in their order.

What has no date of its own (words, pictures, pages) stands with the block before it that has one.
"""

from typing import Any

from perron.kit import json
from perron.kit.time import as_datetime
from perron.press import document as d
from perron.press.fit import fit
from perron.press.letters import escaped
from perron.press.markup import PAPER, block

_MEDIA = (d.Photo, d.Video, d.Link, d.FeedItem)


def to_timeline(document: d.Document) -> bytes:
    """The document as UTF-8 JSON that TimelineJS reads."""
    document = fit(document)
    title = {"text": {"headline": escaped(document.title), "text": escaped(document.subtitle)}}
    if document.cover:
        title["media"] = _media(document.cover.url, document.cover)
    return json.encode({"title": title, "events": _events(document)})


def _events(document: d.Document) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    at, before, headline = document.published or 0, "", ""
    for one in document.blocks:
        if isinstance(one, d.Heading):
            headline = one.text
            continue
        dated = when(one)
        if dated is None and not isinstance(one, _MEDIA):
            before += block(one, document.language, PAPER)
            continue
        at = at if dated is None else dated
        events.append(_event(one, at, headline, before, document.language))
        before = headline = ""
    if before:
        events.append({**_dated(at, "end"), "text": {"headline": escaped(headline), "text": before}})
    return events


def when(one: d.Block) -> int | None:
    """The moment at which a block was published, where that is known."""
    return one.published if isinstance(one, d.Post | d.FeedItem) else None


def _event(one: d.Block, at: int, headline: str, before: str, language: str) -> dict[str, Any]:
    said = {**_dated(at, one.key), "text": {"headline": escaped(headline), "text": before}}
    if isinstance(one, d.Post):
        said["text"] = {"headline": escaped(headline or one.author.name), "text": before + one.html}
        if one.pictures:
            said["media"] = _media(one.pictures[0].url, one.pictures[0])
    elif isinstance(one, d.Photo):
        said["media"] = {**_media(one.picture.url, one.picture), "caption": escaped(one.caption)}
    elif isinstance(one, d.Video):
        said["media"] = {"url": one.url, "caption": escaped(one.title), "credit": escaped(one.site)}
    elif isinstance(one, d.Link):
        said["text"] = {"headline": escaped(headline or one.title), "text": before + f"<p>{escaped(one.extract)}</p>"}
        said["media"] = {"url": one.url, "caption": escaped(one.title), "credit": escaped(one.site)}
    return said


def _dated(at: int, key: str) -> dict[str, Any]:
    then = as_datetime(at)
    parts = ("year", "month", "day", "hour", "minute", "second")
    return {"unique_id": key, "start_date": {part: getattr(then, part) for part in parts}}


def _media(url: str, picture: d.Picture) -> dict[str, str]:
    said = {"url": url, "alt": escaped(picture.alt), "credit": escaped(picture.credit)}
    return {name: value for name, value in said.items() if value}
