"""Posts as HTML, drawn once for all visitors.

What a visitor sees of a post follows from its JSON (`entities/posts.py`), the kind of its author, the language and the
time of day; so that is what the HTML is kept by, and nothing has to be forgotten when something changes. What somebody
sees who is signed in is drawn for them alone.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from perron.entities.accounts import accounts_by_id
from perron.entities.heads import heads
from perron.entities.links import Links
from perron.entities.posts import posts_by_id
from perron.kit import json
from perron.kit.ids import born
from perron.kit.settings import Settings
from perron.kit.time import DAY, MINUTE, iso, now
from perron.people.model import Viewer
from perron.people.preferences import Preferences
from perron.store import Db
from perron.web.environment import environment
from perron.web.shown import PAGE, Sheet, brands_among, quoted_in
from perron.web.visit import Visit
from perron.web.words import Words

MOST_BYTES = 8 * 2**20
Brands = tuple[bool, bool, bool]
"""Whether a post, what it boosts and what is quoted in it are by brands."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A post ready to be shown in a stream."""

    id: int
    created_at: str
    html: Markup


class Anybody:
    """Who looks at what is drawn for all: a visit without an address, a cookie or a name, so that none can slip in."""

    signed_in = user = viewer = account = reader = reader_id = None

    def __init__(self, settings: Settings, links: Links, words: Words, here: str) -> None:
        self.settings, self.links, self.words, self.here = settings, links, words, here
        self.locale = words.locale

    say, ours = Visit.say, Visit.ours
    part, preferences = False, Preferences()


class Drawings:
    """HTML by what it follows from; what was drawn first goes when there are too many bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.size = most, 0
        self._kept: dict[tuple[Any, ...], tuple[Any, int]] = {}
        self._lock = threading.Lock()

    def find(self, key: tuple[Any, ...]) -> Any:
        """What was drawn of just this, or None."""
        found = self._kept.get(key)
        return found[0] if found else None

    def put(self, key: tuple[Any, ...], drawn: Any, weight: int) -> None:
        """Keep it for the next who looks; `weight` is about how many bytes this takes."""
        with self._lock:
            self.size += weight - self._kept.get(key, (None, 0))[1]
            self._kept[key] = drawn, weight
            while self.size > self.most:
                self.size -= self._kept.pop(next(iter(self._kept)))[1]

    def clear(self) -> None:
        """Draw everything anew."""
        with self._lock:
            self._kept.clear()
            self.size = 0


DRAWINGS = Drawings()


def stream(visit: Visit, db: Db, ids: Sequence[int], context: str = "") -> Sheet:
    """A page of posts from a page of ids, ready to be shown."""
    return Sheet(drawn(visit, db, ids, context), ids[-1] if len(ids) >= PAGE else 0)


def drawn(
    visit: Visit, db: Db, ids: Sequence[int], context: str = "", *, line: str = "", dated: bool = False, spot: str = ""
) -> list[Any]:
    """Posts that the visitor may see, in the order of their ids, ready to be shown; `line`: how each stands in a
    conversation, `dated`: with its date in full, `spot`: where it stands, when it may stand on one page twice."""
    viewer: Viewer | None = visit.reader
    found = posts_by_id(visit.links, db, ids, viewer=viewer, context=context)
    return draw(visit, db, found, line=line, dated=dated, spot=spot)


def draw(
    visit: Visit, db: Db, found: dict[int, bytes], *, line: str = "", dated: bool = False, spot: str = ""
) -> list[Drawn]:
    """Posts that were read for this visitor (`posts_by_id`), ready to be shown."""
    brands = _brands(visit.links, db, found)
    pen = _Pen(visit, line, dated, spot)
    return [Drawn(id_, iso(born(id_)), pen.draw(id_, said, brands)) for id_, said in found.items()]


def _brands(links: Links, db: Db, found: dict[int, bytes]) -> dict[int, Brands]:
    """Of each post, whether it, what it boosts and what is quoted in it are by brands."""
    known = heads(links, db, found)
    own = [known[id_] for id_ in found]
    boosted = {one.boost_of_id for one in own if one.boost_of_id is not None}
    originals = heads(links, db, boosted) if boosted else {}
    inner = [originals[one.boost_of_id] if one.boost_of_id is not None else one for one in own]
    quoted = {one.quote_of_id for one in inner if one.quote_of_id is not None}
    others = {id_: one.author_id for id_, one in heads(links, db, quoted).items() if id_ in quoted} if quoted else {}
    brands = brands_among(db, {*(one.author_id for one in (*own, *inner)), *others.values()})
    return {
        outer.id: (
            outer.author_id in brands,
            outer is not one and one.author_id in brands,
            one.quote_of_id is not None and others.get(one.quote_of_id) in brands,
        )
        for outer, one in zip(own, inner, strict=True)
    }


class _Pen:
    """Draws the posts of one answer."""

    def __init__(self, visit: Visit, line: str, dated: bool, spot: str) -> None:
        self._visit, self._line, self._dated, self._spot, self._now = visit, line, dated, spot, now()
        self._bits: Any = None

    def draw(self, id_: int, said: bytes, brands: dict[int, Brands]) -> Markup:
        by = brands[id_]
        if self._visit.reader is not None:
            return self._render(self._visit, said, by)
        key, turn = ("post", said, by, self._visit.locale, self._line, self._dated), self._turn(id_, said)
        html: Markup | None
        drawn_in, html = DRAWINGS.find(key) or (turn, None)
        if html is None or drawn_in != turn:  # what was drawn in an earlier turn gives its place to this one
            visit = self._visit
            anybody = Anybody(visit.settings, visit.links, visit.words, f"/posts/{id_}")
            html = self._render(anybody, said, by)
            DRAWINGS.put(key, (turn, html), len(said) + 2 * len(html) + 300)
        return html

    def _turn(self, id_: int, said: bytes) -> int:
        """How long what is said of time stays true: for a minute of what is new, for a day of what is not."""
        young = self._now - born(id_) < DAY + MINUTE or b'"edited_at":null' not in said
        return self._now // MINUTE if young else -(self._now // DAY)

    def _render(self, visit: Visit | Anybody, said: bytes, by: Brands) -> Markup:
        if self._bits is None or isinstance(visit, Anybody):
            context = {"visit": visit, "settings": visit.settings}
            self._bits = environment(visit.locale).get_template("bits.html").make_module(context)
        post = json.decode(said)
        post["account"]["brand"], inner, inset = by
        if post["reblog"]:
            post["reblog"]["account"]["brand"] = inner
        for quoted in quoted_in(post):
            quoted["account"]["brand"] = inset
        how = {"dated": self._dated, "spot": self._spot}
        made = self._bits.one(post, line=self._line, **how) if self._line else self._bits.item(post, **how)
        return Markup(made)


def strip(visit: Visit, db: Db, ids: Sequence[int]) -> Markup:
    """A strip of accounts, in this order."""
    return piece(visit, "people_strip", *_accounts(visit, db, ids))


def piece(visit: Visit, macro: str, said: Sequence[bytes], brands: Sequence[bool]) -> Markup:
    """What a macro of `bits.html` makes of a list of accounts, drawn once for all visitors."""
    key = (macro, *said, *brands, visit.locale)
    html: Markup | None = DRAWINGS.find(key) if visit.reader is None else None
    if html is None:
        looks: Visit | Anybody = visit
        if visit.reader is None:
            looks = Anybody(visit.settings, visit.links, visit.words, "/")
        bits: Any = (
            environment(visit.locale)
            .get_template("bits.html")
            .make_module({"visit": looks, "settings": visit.settings})
        )
        accounts = [{**json.decode(one), "brand": brand} for one, brand in zip(said, brands, strict=True)]
        html = Markup(getattr(bits, macro)(accounts))
        if visit.reader is None:
            DRAWINGS.put(key, html, sum(map(len, said)) + 2 * len(html))
    return html


def _accounts(visit: Visit, db: Db, ids: Sequence[int]) -> tuple[list[bytes], list[bool]]:
    known = accounts_by_id(visit.links, db, ids)
    there = [id_ for id_ in ids if id_ in known]
    brands = brands_among(db, set(there))
    return [known[id_] for id_ in there], [id_ in brands for id_ in there]
