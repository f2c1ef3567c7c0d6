"""Saying the same again: whether a draft links to what was linked to lately, or says what was said; and when to again.

Nothing is kept for this. Whoever asks pays: one statement over the account's own posts of thirty days, by an index that
is there for its profile. Publishing by applications does not ask, and costs what it did.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from perron.kit.ids import born, first_id_at
from perron.kit.time import DAY, MINUTE, now
from perron.kit.zones import Wall, moment_of, wall_at
from perron.posts.model import Draft
from perron.posts.planned import scheduled_between
from perron.store import Db, Prepared, const
from perron.store.tables import posts
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.slots import free_slots
from perron.text.letters import shortened
from perron.text.likeness import addresses, alike, core

WINDOW = 30 * DAY
"""How long something counts as said."""
MOST = 2000
"""Posts that are looked at, the newest: more than sixty a day."""
APART, AHEAD = 7 * DAY, 2 * DAY
"""How long after the first time, and from now, the second is proposed."""
LONGEST_WORDS = 120
_WORDS = re.compile(r"(?<=[/?&=])[A-Za-z0-9]{3,}")
"""Of an address: what stands in it as it was typed, so that most texts need not be read to know it is not there."""

_SAID = Prepared(  # answers and letters may say the same to several people
    select(posts.c.id, posts.c.text)
    .where(
        posts.c.author_id == bindparam("by"),
        posts.c.id >= bindparam("since"),
        posts.c.boost_of_id.is_(None),
        posts.c.visibility != const("mentioned"),
        or_(posts.c.reply_to_account_id.is_(None), posts.c.reply_to_account_id == bindparam("by")),
    )
    .order_by(posts.c.id.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at a moment, or will be: a post, or something planned."""

    id: int
    at: int
    text: str
    planned: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """That a draft, the one at this place, says again what was said. `kind`: *link*, the same page, or *text*."""

    place: int
    kind: str
    link: str
    said: Said

    @property
    def words(self) -> str:
        """How what was said begins."""
        words = " ".join(self.said.text.split())
        return shortened(words, LONGEST_WORDS)


def repeats_in(
    db: Db, account_id: int, drafts: Sequence[Draft], *, at: int | None = None, but: int = 0
) -> list[Repeat]:
    """What of these drafts, at a moment (now), says again what their author said within thirty days before it, or has
    planned within thirty days of it; once for each draft. `but` names something planned that does not count."""
    watched = [(place, one) for place, one in enumerate(drafts) if _is_watched(one)]
    if not watched:
        return []
    said = [*_said(db, account_id, at or now(), but)]
    found = (_repeat(place, one.text, said) for place, one in watched)
    return [one for one in found if one]


def again_at(db: Db, account_id: int, said_at: int, zone: str) -> Wall | None:
    """When to say something again: at a slot that is free then or, where there are none, at the same time of day."""
    soonest = max(said_at + APART, now() + AHEAD)
    if queue_of(db, account_id).slots:
        for wall in free_slots(db, account_id):
            moment = moment_of(wall)
            if moment and moment.at >= soonest:
                return wall
    days = -(-(soonest - said_at) // DAY)
    return wall_at((said_at + days * DAY) // MINUTE * MINUTE, zone)


def _is_watched(draft: Draft) -> bool:
    return draft.visibility != "mentioned" and not draft.reply_to and bool(draft.text.strip())


def _said(db: Db, account_id: int, at: int, but: int) -> Iterator[Said]:
    """What was said or is planned around a moment, what comes last first."""
    for one in reversed(scheduled_between(db, account_id, at - WINDOW, at + WINDOW)):
        if one.id != but:
            yield from (Said(one.id, one.due, each.text, True) for each in one.drafts if _is_watched(each))
    for id_, text in db.all(_SAID, by=account_id, since=first_id_at(at - WINDOW)):
        yield Said(id_, born(id_), text, False)


def _repeat(place: int, text: str, said: Sequence[Said]) -> Repeat | None:
    links, words = addresses(text), core(text)
    marks = {max(_WORDS.findall(one), key=len, default="") for one in links}
    for one in said:
        likely = "://" in one.text and ("%" in one.text or any(mark in one.text for mark in marks))
        if links and likely and (same := links & addresses(one.text)):
            return Repeat(place, "link", min(same), one)
        if alike(words, core(one.text)):
            return Repeat(place, "text", "", one)
    return None
