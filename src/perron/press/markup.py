"""A document as HTML that is XML too: the one body that pages, slides, frames, feeds, files and books show.

Each block stands with its key as anchor. Nothing in it acts, styles or asks another host for anything: pictures are
where `Setting.picture` says, a video is a link with a picture until somebody asks for it (`data-frame`, for a script).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from perron.kit.time import iso
from perron.press import document as d
from perron.press.letters import address, escaped, is_web, line, spaced, spaced_html, well_formed
from perron.press.themes import theme_called
from perron.press.words import counted, day, moment, word

FRAMES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com", "https://geo.dailymotion.com")
"""Who may fill the frame of a video once somebody has asked for it; a page names them in its `frame-src`."""
RIGHT_TO_LEFT = frozenset(("ar", "arc", "dv", "fa", "ckb", "he", "ps", "sd", "ug", "ur", "yi"))
_OUT = 'rel="nofollow noopener noreferrer"'
_VIDEOS = (
    (re.compile(r"https?://(?:www\.|m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/|embed/)([\w-]{11})"), 0),
    (re.compile(r"https?://youtu\.be/([\w-]{11})"), 0),
    (re.compile(r"https?://(?:www\.)?vimeo\.com/(\d{1,12})(?=[/?#]|$)"), 1),
    (re.compile(r"https?://(?:www\.)?dailymotion\.com/video/(\w{1,12})"), 2),
)
_PATHS = ("/embed/%s?autoplay=1", "/video/%s?autoplay=1&dnt=1", "/player.html?video=%s")


def where_it_is(picture: d.Picture) -> str:
    """A picture's own address, if it is one of the web."""
    return picture.url if is_web(picture.url) else ""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a document is set. `live`: on a page of ours, where something may be folded and come late; paper and books
    show everything. `picture`: where a picture is shown from ("": only its description is); `level`: of the title."""

    picture: Callable[[d.Picture], str] = where_it_is
    zone: tzinfo = UTC
    level: int = 1
    live: bool = True


LIVE = Setting()
PAPER = Setting(live=False)


def body(document: d.Document, setting: Setting = LIVE) -> str:
    """The whole document in one element, under the class of its theme (`press/themes.py`)."""
    return opening(document) + head(document, setting) + blocks(document, setting) + "</article>"


def opening(document: d.Document) -> str:
    """The tag around everything: theme, language, direction."""
    language = escaped(document.language)
    side = "rtl" if document.language.lower().partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    said = f' lang="{language}"' if language else ""
    return f'<article class="press pr-{theme_called(document.theme).name}"{said} dir="{side}">'


def head(document: d.Document, setting: Setting = LIVE) -> str:
    """Cover, title, subtitle, who wrote it and when."""
    write, level = spaced(document.language), setting.level
    title = escaped(write(line(document.title))) or word("untitled", document.language)
    subtitle = escaped(write(line(document.subtitle)))
    cover = _cover(document.cover, document.language, setting) if document.cover else ""
    return (
        f'<header class="pr-head{" pr-covered" if cover else ""}">{cover}<div class="pr-names">'
        f'<h{level} class="pr-title" dir="auto">{title}</h{level}>'
        + (f'<p class="pr-subtitle" dir="auto">{subtitle}</p>' if subtitle else "")
        + _byline(document, setting)
        + "</div></header>"
    )


def blocks(document: d.Document, setting: Setting = LIVE) -> str:
    """All blocks, in order."""
    language = document.language
    return "".join([_SET[type(one)](one, language, setting) for one in document.blocks])


def block(one: d.Block, language: str, setting: Setting = LIVE) -> str:
    """One block by itself: a slide, or what a live page puts in again."""
    return _SET[type(one)](one, language, setting)


def frame_of(url: str) -> str:
    """Where a video can be shown in a frame, of those in FRAMES; "" for all others."""
    for pattern, who in _VIDEOS:
        if found := pattern.match(url):
            return FRAMES[who] + _PATHS[who] % found[1]
    return ""


# -- the head ----------------------------------------------------------------------------------------------------------


def _cover(picture: d.Picture, language: str, setting: Setting) -> str:
    shown = _image(picture, setting, late=False)
    credit = _credit(picture.credit, language)
    under = f"<figcaption>{credit}</figcaption>" if credit else ""
    return f'<figure class="pr-cover">{shown}{under}</figure>' if shown else ""


def _byline(document: d.Document, setting: Setting) -> str:
    language = document.language
    names = [_named(person) for person in document.authors]
    said = [f"{word('by', language)} {_listed(names, language)}"] if names else []
    if document.published is not None:
        said.append(_day(document.published, language, setting))
    if document.updated is not None and document.updated != document.published:
        said.append(f"{word('updated', language)} {_day(document.updated, language, setting)}")
    return f'<p class="pr-by">{" · ".join(said)}</p>' if said else ""


def _listed(names: list[str], language: str) -> str:
    return f" {word('and', language)} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _named(person: d.Person) -> str:
    name = f'<bdi class="pr-name">{escaped(line(person.name) or line(person.handle)) or "?"}</bdi>'
    url = address(person.url)
    return f'<a class="pr-person" href="{url}" rel="author">{name}</a>' if url else name


def _day(at: int, language: str, setting: Setting) -> str:
    return f'<time datetime="{iso(at)}">{day(at, language, setting.zone)}</time>'


def _moment(at: int, language: str, setting: Setting) -> str:
    return f'<time datetime="{iso(at)}">{moment(at, language, setting.zone)}</time>'


# -- pictures ----------------------------------------------------------------------------------------------------------


def _image(picture: d.Picture, setting: Setting, late: bool = True) -> str:
    """The picture; nothing where it is not to be had."""
    url = escaped(setting.picture(picture))
    if not url:
        return ""
    size = f' width="{picture.width}" height="{picture.height}"' if picture.width > 0 and picture.height > 0 else ""
    comes = ' loading="lazy" decoding="async"' if setting.live and late else ""
    return f'<img src="{url}" alt="{escaped(picture.alt)}"{size}{comes} />'


def _seen(picture: d.Picture, language: str, setting: Setting) -> str:
    """The picture, or what is on it."""
    shown = _image(picture, setting)
    if shown:
        return shown
    said = f" : {picture.alt}" if picture.alt else ""
    return f'<span class="pr-unseen" dir="auto">{escaped(spaced(language)(word("picture", language) + said))}</span>'


def _credit(credit: str, language: str) -> str:
    said = escaped(line(credit))
    return (
        f'<small class="pr-credit">{word("photo", language)}{_colon(language)} <bdi>{said}</bdi></small>'
        if said
        else ""
    )


def _colon(language: str) -> str:
    return spaced(language)("a :")[1:] if spaced(language) is not str else ":"


# -- blocks ------------------------------------------------------------------------------------------------------------


def _heading(one: d.Heading, language: str, setting: Setting) -> str:
    level = min(setting.level + 1, 6)
    text = escaped(spaced(language)(line(one.text)))
    return f'<h{level} class="pr-item pr-heading" id="{escaped(one.key)}" dir="auto">{text}</h{level}>'


def _text(one: d.Text, language: str, setting: Setting) -> str:
    html = spaced_html(well_formed(one.html), language)
    return f'<div class="pr-item pr-text" id="{escaped(one.key)}" dir="auto">{html}</div>'


def _post(one: d.Post, language: str, setting: Setting) -> str:
    url = address(one.url)
    when = _moment(one.published, language, setting)
    if url:
        when = f'<a class="pr-when" href="{url}">{when}</a>'
    if one.edited is not None:
        when += f' <span class="pr-edited">· {word("edited", language)}</span>'
    handle = f' <bdi class="pr-handle">@{escaped(line(one.author.handle))}</bdi>' if one.author.handle else ""
    said = f' lang="{escaped(one.language)}"' if one.language else ""
    pictures = "".join([_pictured(picture, language, setting) for picture in one.pictures])
    many = f'<div class="pr-pictures pr-of-{min(len(one.pictures), 4)}">{pictures}</div>' if pictures else ""
    poll = _votes(one.poll, language, setting) if one.poll else ""
    cited = f' cite="{url}"' if url else ""
    words = f'<blockquote class="pr-words"{cited}{said} dir="auto">{well_formed(one.html)}</blockquote>{many}{poll}'
    return (
        f'<article class="pr-item pr-post" id="{escaped(one.key)}"><header class="pr-from">{_named(one.author)}{handle}'
        f' <span class="pr-times">{when}</span></header>'
        f"{_covered(one.content_warning, words, language, setting)}</article>"
    )


def _covered(warning: str, words: str, language: str, setting: Setting) -> str:
    warning = escaped(line(warning))
    if not warning:
        return words
    if setting.live:
        return f'<details class="pr-covers"><summary dir="auto">{warning}</summary>{words}</details>'
    return f'<p class="pr-warning" dir="auto">{word("warning", language)}{_colon(language)} {warning}</p>{words}'


def _pictured(picture: d.Picture, language: str, setting: Setting) -> str:
    credit = _credit(picture.credit, language)
    under = f"<figcaption>{credit}</figcaption>" if credit else ""
    return f'<figure class="pr-picture">{_seen(picture, language, setting)}{under}</figure>'


def _link(one: d.Link, language: str, setting: Setting, feed: str = "", at: int | None = None) -> str:
    url, write = address(one.url), spaced(language)
    title = escaped(write(line(one.title) or one.url))
    led = f'<a href="{url}" {_OUT}>{title}</a>' if url else title
    origin = [escaped(line(each)) for each in dict.fromkeys((one.site, feed)) if each]
    if at is not None:
        origin.append(_day(at, language, setting))
    extract = escaped(write(line(one.extract)))
    thumb = _image(one.picture, setting) if one.picture else ""
    return (
        f'<article class="pr-item pr-link" id="{escaped(one.key)}">'
        + (f'<div class="pr-thumb">{thumb}</div>' if thumb else "")
        + '<div class="pr-about">'
        + (f'<p class="pr-site" dir="auto">{" · ".join(origin)}</p>' if origin else "")
        + f'<p class="pr-name" dir="auto">{led}</p>'
        + (f'<p class="pr-extract" dir="auto">{extract}</p>' if extract else "")
        + "</div></article>"
    )


def _feed_item(one: d.FeedItem, language: str, setting: Setting) -> str:
    return _link(one, language, setting, one.feed, one.published)


def _photo(one: d.Photo, language: str, setting: Setting) -> str:
    caption = escaped(spaced(language)(line(one.caption)))
    credit = _credit(one.picture.credit, language)
    said = f'<span dir="auto">{caption}</span> ' if caption else ""
    under = f"<figcaption>{said}{credit}</figcaption>" if said or credit else ""
    shown = _seen(one.picture, language, setting)
    return f'<figure class="pr-item pr-photo" id="{escaped(one.key)}">{shown}{under}</figure>'


def _video(one: d.Video, language: str, setting: Setting) -> str:
    url, frame = address(one.url), frame_of(one.url) if setting.live else ""
    title, site = escaped(spaced(language)(line(one.title) or one.url)), line(one.site)
    shown = _image(one.poster, setting) if one.poster else ""
    ask = escaped(word("play_on", language) % site if site else word("play", language))
    framed = f' data-frame="{escaped(frame)}"' if frame else ""
    led = (
        f'<a class="pr-play" href="{url}" {_OUT}{framed}>{shown}<span class="pr-ask">{ask}</span></a>' if url else shown
    )
    notice = f' <small class="pr-small">{word("asks_before", language)}</small>' if frame else ""
    return (
        f'<figure class="pr-item pr-video" id="{escaped(one.key)}">{led}'
        f'<figcaption><span dir="auto">{title}</span>{notice}</figcaption></figure>'
    )


def _quotation(one: d.Quotation, language: str, setting: Setting) -> str:
    url, write = address(one.url), spaced(language)
    said = "".join([f"<p>{_lines(write(part))}</p>" for part in one.text.split("\n\n") if part.strip()])
    who = escaped(line(one.who)) or (url and escaped(line(one.url)))
    named = f'<a href="{url}" {_OUT}>{who}</a>' if url else who
    under = f'<figcaption dir="auto">{named}</figcaption>' if who else ""
    cited = f' cite="{url}"' if url else ""
    quoted = f'<blockquote{cited} dir="auto">{said}</blockquote>'
    return f'<figure class="pr-item pr-quotation" id="{escaped(one.key)}">{quoted}{under}</figure>'


def _lines(text: str) -> str:
    return escaped(text.strip()).replace("\n", "<br />")


def _poll(one: d.Poll, language: str, setting: Setting) -> str:
    return f'<section class="pr-item pr-asked" id="{escaped(one.key)}">{_votes(one, language, setting)}</section>'


def _votes(poll: d.Poll, language: str, setting: Setting) -> str:
    write = spaced(language)
    question = escaped(write(line(poll.question)))
    total = poll.voters or sum(each.votes or 0 for each in poll.options)
    rows = "".join([_answer(each, total, language) for each in poll.options])
    notes = [counted(poll.voters, language, "voter", "voters")] if poll.voters else []
    if poll.ends is not None:
        notes.append(f"{word('until', language)} {_moment(poll.ends, language, setting)}")
    return (
        '<div class="pr-poll">'
        + (f'<p class="pr-question" dir="auto">{question}</p>' if question else "")
        + f'<ul class="pr-answers">{rows}</ul>'
        + (f'<p class="pr-small">{" · ".join(notes)}</p>' if notes else "")
        + "</div>"
    )


def _answer(option: d.Option, total: int, language: str) -> str:
    text = escaped(spaced(language)(line(option.text)))
    if option.votes is None:
        return f'<li><span class="pr-answer" dir="auto">{text}</span></li>'
    share = round(100 * min(option.votes / total, 1)) if total > 0 else 0
    percent = f"{share}\u202f%" if _colon(language) != ":" else f"{share}%"
    return (
        f'<li class="pr-w{5 * round(share / 5)}"><span class="pr-answer" dir="auto">{text}</span> '
        f'<span class="pr-share">{counted(option.votes, language)} · {percent}</span></li>'
    )


def _gone(one: d.Gone, language: str, setting: Setting) -> str:
    reason = "author" if one.reason == d.AUTHOR else "gone"
    return f'<p class="pr-item pr-gone" id="{escaped(one.key)}">{word(reason, language)}</p>'


_SET: dict[type, Callable[[Any, str, Setting], str]] = {
    d.Heading: _heading,
    d.Text: _text,
    d.Post: _post,
    d.Link: _link,
    d.FeedItem: _feed_item,
    d.Photo: _photo,
    d.Video: _video,
    d.Quotation: _quotation,
    d.Poll: _poll,
    d.Gone: _gone,
}
