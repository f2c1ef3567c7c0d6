"""What a post that came out by a plan met with, one hour, one day and one week after; and what was left unanswered.

Perron counts no views: nobody's reading is watched. What can be said honestly is who did something, of how many who
followed then; and, of those whose applications tell how far they have read, how many have read past the post.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select

from perron.jobs import emit
from perron.kit.ids import born
from perron.kit.time import HOUR, now
from perron.posts.queries import post_as_stored
from perron.store import Db, Prepared, Store, Tx, among, const, insert_new
from perron.store.tables import accounts, follows, markers, marks, plan_figures, plan_posts, posts, votes
from perron.suite.atelier.plan.model import AFTER, FiguresDue, Shown

_ON: Any = bindparam("on_post")
_BY: Any = bindparam("by")
_FAVOURITES = Prepared(select(marks.c.account_id).where(marks.c.post_id == _ON, marks.c.favourite_id.is_not(None)))
_BOOSTS = Prepared(select(posts.c.author_id).where(posts.c.boost_of_id == _ON))
_REPLIES = Prepared(
    select(posts.c.author_id).where(posts.c.thread_id == bindparam("in_thread"), posts.c.reply_to_id == _ON)
)
_QUOTES = Prepared(select(posts.c.author_id).where(posts.c.quote_of_id == _ON))
_VOTES = Prepared(select(votes.c.account_id).where(votes.c.poll_id == _ON))
_FOLLOWERS = Prepared(select(accounts.c.followers_count).where(accounts.c.id == _BY))
_follows = (follows.c.target_id == _BY, among(follows.c.follower_id))
_FOLLOW = Prepared(select(follows.c.follower_id).where(*_follows))
_past = func.sum(case((markers.c.last_read_id >= _ON, 1), else_=0))
_home = (markers.c.account_id == follows.c.follower_id) & (markers.c.timeline == const("home"))
_TELL = Prepared(
    select(func.count(), _past).select_from(follows.join(markers, _home)).where(follows.c.target_id == _BY)
)
_PAST = Prepared(
    select(func.count()).select_from(follows.join(markers, _home)).where(*_follows, markers.c.last_read_id >= _ON)
)
_NAMES = (
    *("post_id", "after", "account_id", "at", "followers", "tell", "past", "people", "engaged", "engaged_past"),
    *("favourites", "boosts", "replies", "votes"),
)
_COLUMNS = tuple(plan_figures.c[name] for name in _NAMES)
_ADD = insert_new(plan_figures, *_NAMES)
_OF_POSTS = Prepared(select(*_COLUMNS).where(among(plan_figures.c.post_id)).order_by(plan_figures.c.after))
_LATELY = Prepared(  # one day after: the middle of the three, when most has been said
    select(*_COLUMNS, plan_posts.c.due, plan_posts.c.wall, plan_posts.c.queued, plan_posts.c.series_id)
    .join(plan_posts, plan_posts.c.post_id == plan_figures.c.post_id)
    .where(plan_figures.c.account_id == _BY, plan_figures.c.after == bindparam("hours"))
    .order_by(plan_figures.c.post_id.desc())
    .limit(2000)
)
_IS_SHOWN = Prepared(select(plan_posts.c.post_id).where(plan_posts.c.post_id == _ON))
_FORGET = Prepared(delete(plan_figures).where(plan_figures.c.post_id == _ON))
ENOUGH = 5
"""Posts from which on an average says something."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a post had met with so many hours after it came out, as counted at `at`.

    `followers` then, of whom `tell` use an application that says how far they have read, and `past` have read past it.
    `people` did something, of whom `engaged` followed, and `engaged_past` are among those who had read past it.
    """

    post_id: int
    after: int
    account_id: int
    at: int
    followers: int
    tell: int
    past: int
    people: int
    engaged: int
    engaged_past: int
    favourites: int
    boosts: int
    replies: int
    votes: int

    @property
    def silent(self) -> int:
        """Followers who did nothing with it."""
        return max(0, self.followers - self.engaged)

    @property
    def rate(self) -> float | None:
        """Which part of the followers did something; None where there were none."""
        return self.engaged / self.followers if self.followers else None

    @property
    def late(self) -> bool:
        """Whether it was counted more than an hour later than it says, as when the server stood still."""
        return self.at > born(self.post_id) + (self.after + 1) * HOUR


@dataclass(frozen=True, slots=True)
class Mean:
    """What several posts met with after one day: how many they are, and which part of the followers did something, on
    average; None where there is not enough to say."""

    n: int
    rate: float | None

    @property
    def enough(self) -> bool:
        return self.rate is not None


@dataclass(frozen=True, slots=True)
class Compared:
    """All that came out by plans, each series by its id, and each slot of the week by day (0 is Monday) and time."""

    whole: Mean
    series: dict[int, Mean]
    slots: dict[tuple[int, str], Mean]


def look_later(tx: Tx, account_id: int, post_ids: Sequence[int]) -> None:
    """Posts have come out: they are to be looked at after an hour, a day and a week."""
    for hours in AFTER:
        due = born(post_ids[0]) + hours * HOUR
        emit(tx, FiguresDue(account_id, tuple(post_ids), hours), due=due)


def count_figures(store: Store, event: dict[str, Any]) -> None:
    """After `FiguresDue`: count what each of them met with, and keep it as it was at that time."""
    with store.read() as db:
        found = [_counted(db, event["account_id"], one, event["after"]) for one in event["posts"]]
    store.write(lambda tx: _keep(tx, [one for one in found if one]))


def figures_of(db: Db, shown: Sequence[Shown]) -> dict[int, dict[int, Figures]]:
    """What posts met with: by post, then by hours after it."""
    found: dict[int, dict[int, Figures]] = {}
    for row in db.all(_OF_POSTS, ids=db.id_list([one.post_id for one in shown])):
        one = Figures(*row)
        found.setdefault(one.post_id, {})[one.after] = one
    return found


def compare(db: Db, account_id: int) -> Compared:
    """Series and slots beside each other, after one day. Of a thread, its first post counts."""
    firsts: dict[tuple[int, str], tuple[Figures, bool, int | None]] = {}
    for row in db.all(_LATELY, by=account_id, hours=24):
        figures, (due, wall, queued, series_id) = Figures(*row[: len(_NAMES)]), row[len(_NAMES) :]
        firsts[due, wall] = figures, bool(queued), series_id  # the newest come first, so what stays is the first
    rates: list[float] = []
    series: dict[int, list[float]] = {}
    slots: dict[tuple[int, str], list[float]] = {}
    for (_, wall), (figures, queued, series_id) in firsts.items():
        if figures.rate is None:
            continue
        rates.append(figures.rate)
        if series_id:
            series.setdefault(series_id, []).append(figures.rate)
        if queued and (slot := _slot(wall)):
            slots.setdefault(slot, []).append(figures.rate)
    return Compared(_mean(rates), {k: _mean(v) for k, v in series.items()}, {k: _mean(v) for k, v in slots.items()})


def forget_figures(tx: Tx, post_id: int) -> None:
    """A post is no longer there."""
    tx.run(_FORGET, on_post=post_id)


def _counted(db: Db, account_id: int, post_id: int, after: int) -> Figures | None:
    post = post_as_stored(db, post_id)
    if post is None:
        return None
    did = {
        "favourites": db.column(_FAVOURITES, on_post=post_id),
        "boosts": db.column(_BOOSTS, on_post=post_id) + db.column(_QUOTES, on_post=post_id),
        "replies": db.column(_REPLIES, on_post=post_id, in_thread=post.thread_id),
        "votes": db.column(_VOTES, on_post=post_id) if post.has_poll else [],
    }
    others = {kind: [one for one in by if one != account_id] for kind, by in did.items()}
    people = {one for by in others.values() for one in by}
    engaged = db.column(_FOLLOW, by=account_id, ids=db.id_list(people))
    tell, past = db.one(_TELL, by=account_id, on_post=post_id) or (0, 0)
    return Figures(
        post_id=post_id,
        after=after,
        account_id=account_id,
        at=now(),
        followers=max(db.value(_FOLLOWERS, by=account_id) or 0, len(engaged)),
        tell=tell,
        past=past or 0,
        people=len(people),
        engaged=len(engaged),
        engaged_past=db.value(_PAST, by=account_id, on_post=post_id, ids=db.id_list(engaged)) or 0,
        **{kind: len(by) for kind, by in others.items()},
    )


def _keep(tx: Tx, found: Sequence[Figures]) -> None:
    """Keep figures, the first that were counted; of a post that was deleted meanwhile, none."""
    for one in found:
        if tx.value(_IS_SHOWN, on_post=one.post_id) is not None:
            tx.run(_ADD, **{name: getattr(one, name) for name in _NAMES})


def _slot(wall: str) -> tuple[int, str] | None:
    local = wall.partition(" ")[0]
    return (datetime.fromisoformat(local).weekday(), local[11:16]) if local else None


def _mean(rates: Sequence[float]) -> Mean:
    return Mean(len(rates), sum(rates) / len(rates) if len(rates) >= ENOUGH else None)
