"""The form in which one writes: a thread of one or more parts, what was typed into it, and the drafts it makes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from perron.entities.media import media_entity
from perron.kit.ids import born
from perron.kit.secrets import new_secret
from perron.kit.time import HOUR, SECOND, now
from perron.media.model import Media
from perron.media.queries import find_media
from perron.posts.model import VISIBILITIES, Draft, PollDraft
from perron.posts.undo import TIME
from perron.store import Db
from perron.web.fields import Fields, read_id, safe_next
from perron.web.shown import Entity, posts_shown
from perron.web.visit import Visit

OURS = {"public": "public", "unlisted": "unlisted", "private": "followers", "direct": "mentioned"}
LASTS = (1, 6, 24, 72, 168)
"""Hours for which a poll can be open."""
MOST_PARTS = 25
"""Posts that one form can hold."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that was taken in, with what was said of it; `focus` is `x,y`, each from -1 to 1."""

    id: int
    description: str = ""
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One post of the form. `mark` is what the names of its fields end with: nothing for the first, `_1`, `_2` …"""

    mark: str = ""
    text: str = ""
    warning: str = ""
    options: tuple[str, ...] = ()
    lasts: int = 24
    multiple: bool = False
    hide_totals: bool = False
    sensitive: bool = False
    files: tuple[File, ...] = ()
    via: str = ""
    card_title: str = ""
    quote_of: int = 0
    otherwise: dict[int, str] = field(default_factory=dict)
    """Its words as other accounts say it, by account."""
    wrong: str = ""

    @property
    def has_poll(self) -> bool:
        """Whether anything was typed into the poll."""
        return any(one.strip() for one in self.options)

    @property
    def blank(self) -> bool:
        """Whether nothing was said or shown."""
        return not (self.text.strip() or self.files or self.has_poll or self.warning or self.quote_of)


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the form: its parts, and what they share."""

    parts: tuple[Part, ...] = (Part(),)
    visibility: str = "public"
    language: str = ""
    reply_to: int = 0
    answering: str = ""
    loudest: str = "public"
    key: str = ""
    next: str = "/home"
    later: str = ""
    """When to publish it, as a form says it (`2030-05-01T08:30`); empty: now. `zone`: by whose clock, one's own when it
    is empty; `fold`: the second of two times that look the same."""
    zone: str = ""
    fold: bool = False
    note: str = ""
    queue: bool = False
    """At the next free slot of the queue, whenever that is. `series`: which series it is part of."""
    series: int = 0
    tie: str = ""
    """What is disclosed of all its posts: sponsor or employer, who and where; `byline`: a guest who wrote them."""
    tied_to: str = ""
    tied_url: str = ""
    byline: str = ""
    bundle: str = ""
    """Of what it is one variant, for whoever approves; `embargo`: before when nobody publishes it."""
    embargo: str = ""
    outlets: tuple[int, ...] = ()
    """Where it goes besides here, and `places`: where it could, with what would become of it there."""
    places: tuple[dict[str, Any], ...] = ()
    also: tuple[int, ...] = ()
    """The other accounts as which it is said too, and `tongues`: in which language, where that is another one;
    `voices`: as which it could be, with what each would say."""
    tongues: dict[int, str] = field(default_factory=dict)
    voices: tuple[dict[str, Any], ...] = ()
    draft: int = 0
    version: int = 0
    theirs: int = 0
    """The draft as somebody kept it elsewhere meanwhile, when that is why this was refused."""
    published: int = 0
    """What was published a moment ago, and `left`: for how many seconds it can still be taken back."""
    left: int = 0
    echoes: int = 0
    """As how many other accounts it was said too."""
    wrong: str = ""
    elsewhere: str = ""
    """Another account of theirs, whom the post that they answer speaks to: it is asked for which one they speak."""
    sure: bool = False
    repeats: str = ""
    """What was said before, as ids, of which its author has been told: nobody is told twice."""
    earlier: tuple[dict[str, Any], ...] = ()
    again: dict[str, str] = field(default_factory=dict)
    """`earlier`: what that is, as pages show it; `again`: when a brand may say it in other words."""
    pictures: dict[int, Entity] = field(default_factory=dict)
    quoted: dict[int, Entity] = field(default_factory=dict)

    @property
    def files(self) -> tuple[File, ...]:
        """Every file of every part."""
        return tuple(one for part in self.parts for one in part.files)

    @property
    def audiences(self) -> Sequence[str]:
        """For whom it may be: an answer is never louder than what it answers."""
        return VISIBILITIES[VISIBILITIES.index(self.loudest) :]

    def first(self, **more: Any) -> "Given":
        """The form with something changed in its first part."""
        return replace(self, parts=(replace(self.parts[0], **more), *self.parts[1:]))


def blank(visit: Visit, **more: Any) -> Given:
    """The form as it is before anything was typed."""
    account = visit.account
    assert account is not None
    given = Given(
        parts=(Part(sensitive=bool(account.default_sensitive)),),
        visibility=account.default_visibility,
        language=account.default_language or visit.locale,
        key=new_secret(12),
    )
    return replace(_after_publishing(visit, given), **more)


def _after_publishing(visit: Visit, given: Given) -> Given:
    """The form that offers to take back what was published a moment ago."""
    post_id = read_id(visit.query.get("published", ""))
    left = (born(post_id) + TIME - now()) // SECOND if post_id > 0 else 0
    if not 0 < left <= TIME // SECOND:
        return given
    return replace(given, published=post_id, left=left, echoes=max(read_id(visit.query.get("also", "")), 0))


def answer_to(visit: Visit, post: Entity) -> Given:
    """The form under a post: it names who is in the conversation, and speaks no louder than they did."""
    me = visit.account
    assert me is not None
    author = post["account"]
    names = [author["acct"], *(one["acct"] for one in post["mentions"])]
    others = [name for name in dict.fromkeys(names) if name != me.handle]
    meant = [voice.handle for voice in visit.frame.voices if voice.handle in names]
    given = blank(
        visit,
        visibility=softer(me.default_visibility, OURS[post["visibility"]]),
        loudest=OURS[post["visibility"]],
        reply_to=int(post["id"]),
        answering=author["acct"] if author["acct"] != me.handle else "",
        elsewhere=meant[0] if meant and me.handle not in meant else "",
        next=visit.ours(post["url"]) or "/home",
    )
    return given.first(text="".join(f"@{name} " for name in others), warning=post["spoiler_text"])


def softer(one: str, other: str) -> str:
    """The visibility of two that reaches fewer people."""
    return max(one, other, key=VISIBILITIES.index)


# -- what was typed ----------------------------------------------------------------------------------------------------


def read_given(fields: Fields) -> Given:
    """What stands in a form that was sent."""
    marks = [each for each in dict.fromkeys(fields.texts("part")) if _is_mark(each)][:MOST_PARTS]
    visibility, loudest = fields.text("visibility") or "public", fields.text("loudest")
    also = _ids(fields, "also")
    return Given(
        parts=tuple(_read_part(fields, mark, also) for mark in marks or ("",)),
        visibility=visibility,
        language=fields.text("language"),
        reply_to=max(read_id(fields.text("reply_to")), 0),
        answering=fields.text("answering")[:300],
        elsewhere=fields.text("elsewhere")[:300],
        sure="sure" in fields,
        repeats=fields.text("repeats")[:400],
        loudest=loudest if loudest in VISIBILITIES else "public",
        key=fields.text("key")[:100],
        next=safe_next(fields.text("next") or "/home").partition("#")[0],
        later=fields.text("later").strip()[:40],
        zone=fields.text("zone").strip()[:100],
        fold="fold" in fields,
        queue="queue" in fields,
        series=max(read_id(fields.text("series")), 0),
        tie=fields.text("tie") if fields.text("tied_to").strip() else "",
        tied_to=fields.text("tied_to").strip()[:200],
        tied_url=fields.text("tied_url").strip()[:600],
        byline=fields.text("byline").strip()[:200],
        bundle=fields.text("bundle").strip()[:60],
        embargo=fields.text("embargo").strip()[:40],
        note=fields.text("note").replace("\x00", "").strip(),
        outlets=_ids(fields, "outlet"),
        also=also,
        tongues={one: said for one in also if (said := fields.text(f"language_as_{one}"))},
        draft=max(read_id(fields.text("draft")), 0),
        version=max(read_id(fields.text("version")), 0),
    )


def _is_mark(text: str) -> bool:
    return not text or (text[0] == "_" and text[1:].isascii() and text[1:].isdigit() and len(text) < 6)


def _ids(fields: Fields, name: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one for each in fields.texts(name) if (one := read_id(each)) > 0))


def _read_part(fields: Fields, mark: str, also: Sequence[int]) -> Part:
    def text(name: str) -> str:
        return fields.text(name + mark).replace("\x00", "")

    ids = [read_id(each) for each in dict.fromkeys(fields.texts("media_id" + mark))]
    files = [File(one, fields.text(f"description_{one}"), fields.text(f"focus_{one}")) for one in ids if one > 0]
    return Part(
        mark=mark,
        text=text("text"),
        warning=text("warning").strip(),
        options=tuple(one.replace("\x00", "") for one in fields.texts("option" + mark)),
        lasts=next((each for each in LASTS if str(each) == text("lasts")), 24),
        multiple="multiple" + mark in fields,
        hide_totals="hide_totals" + mark in fields,
        sensitive="sensitive" + mark in fields,
        files=tuple(files),
        via=text("via").strip(),
        card_title=text("card_title").strip(),
        quote_of=max(read_id(fields.text("quote_of" + mark)), 0),
        otherwise={one: own for one in also if (own := text(f"text_as_{one}")).strip()},
    )


def as_drafts(given: Given) -> list[Draft]:
    """What stands in the form, as drafts in their order. Empty answers of a poll are passed over."""
    return [as_draft(given, part) for part in given.parts]


def as_draft(given: Given, part: Part) -> Draft:
    """One part as a draft."""
    options = tuple(one.strip() for one in part.options if one.strip())
    poll = PollDraft(options, part.lasts * HOUR, part.multiple, part.hide_totals) if options else None
    return Draft(
        text=part.text,
        visibility=given.visibility,
        reply_to=given.reply_to or None if part is given.parts[0] else None,
        warning=part.warning,
        sensitive=part.sensitive,
        language=given.language,
        media=tuple(one.id for one in part.files),
        poll=poll,
        quote_of=part.quote_of or None,
        via=part.via,
        card_title=part.card_title,
        tie=given.tie,
        tied_to=given.tied_to,
        tied_url=given.tied_url,
        byline=given.byline,
        outlets=given.outlets if part is given.parts[0] else (),
        undoable=True,
    )


# -- what buttons do to the form, for those without a script -----------------------------------------------------------


def arranged(given: Given, what: str) -> Given:
    """The form after one of its own buttons was pressed: `add`, `remove _1`, `up _1`, `drop 12`, `at 2031-05-01T08:30
    Europe/Paris` …"""
    verb, _, which = what.partition(" ")
    if verb == "add" and len(given.parts) < MOST_PARTS:
        taken = {part.mark for part in given.parts}
        mark = next(f"_{n}" for n in range(1, MOST_PARTS + 1) if f"_{n}" not in taken)
        return replace(given, parts=(*given.parts, Part(mark=mark)))
    if verb == "remove" and len(given.parts) > 1:
        return replace(given, parts=tuple(part for part in given.parts if part.mark != which))
    if verb in ("up", "down"):
        at = next((n for n, part in enumerate(given.parts) if part.mark == which), 0)
        return replace(given, parts=_shifted(given.parts, at, -1 if verb == "up" else 1))
    if verb == "at":
        later, _, zone = which.partition(" ")
        return replace(given, later=later[:40], zone=zone[:100], queue=False, repeats="")
    if verb == "unquote":
        return replace(
            given, parts=tuple(replace(part, quote_of=0) if part.mark == which else part for part in given.parts)
        )
    if verb in ("drop", "earlier", "later"):
        return replace(given, parts=tuple(_with_file(part, verb, read_id(which)) for part in given.parts))
    return given


def _with_file(part: Part, verb: str, file_id: int) -> Part:
    at = next((n for n, one in enumerate(part.files) if one.id == file_id), -1)
    if at < 0:
        return part
    if verb == "drop":
        return replace(part, files=(*part.files[:at], *part.files[at + 1 :]))
    return replace(part, files=_shifted(part.files, at, -1 if verb == "earlier" else 1))


def _shifted(things: tuple[Any, ...], at: int, by: int) -> tuple[Any, ...]:
    to = max(0, min(len(things) - 1, at + by))
    moved = [*things[:at], *things[at + 1 :]]
    return (*moved[:to], things[at], *moved[to:])


# -- what is shown around it -------------------------------------------------------------------------------------------


def seen(visit: Visit, db: Db, given: Given) -> Given:
    """The form with its pictures and quoted posts looked up; files that are gone or another's are left out."""
    me = visit.account
    assert me is not None
    found = [find_media(db, one.id, owner_id=me.id) for one in given.files]
    pictures = {one.id: media_entity(visit.links, one) for one in found if one and one.state != "failed"}
    quoted = posts_shown(visit, db, [part.quote_of for part in given.parts if part.quote_of])
    parts = [replace(part, files=tuple(one for one in part.files if one.id in pictures)) for part in given.parts]
    return replace(given, parts=tuple(parts), pictures=pictures, quoted={int(one["id"]): one for one in quoted})


def focus_of(one: Media) -> str:
    """Where to look in a file, as the form says it."""
    return f"{one.focus_x:g},{one.focus_y:g}" if one.focus_x is not None and one.focus_y is not None else ""
