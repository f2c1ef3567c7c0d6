"""A post in another language: what of it is translated, and how it is put together again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from perron.entities.fragments import render_posts
from perron.entities.links import Links
from perron.entities.shapes.translations import Translation
from perron.kit import json
from perron.kit.errors import NotAllowed, NotFound
from perron.kit.settings import Settings
from perron.media.queries import media_of_posts
from perron.posts.polls import polls_of
from perron.posts.queries import find_post
from perron.posts.translate import PROVIDER, translate
from perron.store import Db
from perron.text.sanitise import clean, plain

_EMOJI = re.compile(r"(?<![\w:]):\w{1,100}:(?![\w:])", re.ASCII)
_KEPT = re.compile(r'<span translate="no">(:\w{1,100}:)</span>', re.ASCII)


@dataclass(frozen=True, slots=True)
class ToTranslate:
    """The words of a post. `options` are those of its poll, `described` its files that have a description, by id."""

    post_id: int
    language: str
    html: str
    warning: str
    options: tuple[str, ...]
    described: tuple[tuple[int, str], ...]


def to_translate(links: Links, db: Db, post_id: int, *, viewer: int | None) -> ToTranslate:
    """The words of a post that a viewer may see and that is open; nothing that is for few is sent anywhere."""
    post = find_post(db, post_id, viewer=viewer)
    if post is not None and post.boost_of_id is not None:
        post = find_post(db, post.boost_of_id, viewer=viewer)
    if post is None:
        raise NotFound
    if not post.open:
        raise NotAllowed("Only public and unlisted posts are translated. This one is for few, and was sent nowhere.")
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    files = media_of_posts(db, [post.id]).get(post.id, []) if post.has_media else []
    return ToTranslate(
        post_id=post.id,
        language=post.language,
        html=json.decode(b"{" + render_posts(links, db, [post.id])[post.id] + b"}")["content"],
        warning=post.warning,
        options=poll.options if poll else (),
        described=tuple((one.id, one.description) for one in files if one.description),
    )


def translated(settings: Settings, words: ToTranslate, into: str) -> Translation:
    """A post in another language. It may take a while: the words go to another server."""
    whole = [words.html, *(escape(one, quote=False) for one in _texts(words))]
    said = [place for place, text in enumerate(whole) if text.strip()]
    made = translate(settings, [_spare(whole[place]) for place in said], words.language, into)
    told = [""] * len(whole)
    for place, text in zip(said, made.texts, strict=True):
        told[place] = _KEPT.sub(r"\1", text)
    content, warning, *rest = told
    options, described = rest[: len(words.options)], rest[len(words.options) :]
    return {
        "content": clean(content),
        "spoiler_text": plain(warning),
        "media_attachments": [
            {"id": str(id_), "description": plain(text)}
            for (id_, _), text in zip(words.described, described, strict=True)
        ],
        "poll": {"id": str(words.post_id), "options": [{"title": plain(one)} for one in options]} if options else None,
        "language": into,
        "detected_source_language": made.language or words.language,
        "provider": PROVIDER,
    }


def _texts(words: ToTranslate) -> Sequence[str]:
    return [words.warning, *words.options, *(text for _, text in words.described)]


def _spare(html: str) -> str:
    """Names of emojis are no words of any language."""
    return _EMOJI.sub(lambda found: f'<span translate="no">{found[0]}</span>', html)
