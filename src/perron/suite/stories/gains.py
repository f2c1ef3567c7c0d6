"""What somebody gained by being quoted in a story: told to them, and to nobody else.

That more happened after a story than before does not say that it happened because of it. What can be said is by how
much more, and whether chance alone would do.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, func, select

from perron.kit.errors import NotFound
from perron.kit.estimates import Change, change_of
from perron.kit.ids import born, first_id_at
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, const
from perron.store.tables import follows, marks, posts, stories, story_people
from perron.suite.stories.model import QUOTING, Story
from perron.suite.stories.queries import items_of, people_of
from perron.suite.stories.told import quoted_now

LONGEST = 7
"""Days before and after that are held against each other."""
ENOUGH = 10
"""How often something must have happened in both together, so that a change says something."""
MOST = 100

_between: dict[str, Any] = {"since": bindparam("since"), "until": bindparam("until")}
_ON: Any = bindparam("on_post")
_COUNTS = [
    Prepared(
        select(func.count()).where(
            marks.c.post_id == _ON,
            marks.c.favourite_id >= _between["since"],
            marks.c.favourite_id < _between["until"],
        )
    ),
    *(
        Prepared(
            select(func.count()).where(column == _ON, posts.c.id >= _between["since"], posts.c.id < _between["until"])
        )
        for column in (posts.c.boost_of_id, posts.c.quote_of_id)
    ),
]
_FOLLOWED = Prepared(
    select(func.count()).where(
        follows.c.target_id == bindparam("of_account"),
        follows.c.id >= _between["since"],
        follows.c.id < _between["until"],
    )
)
_QUOTING_ME = Prepared(
    select(story_people.c.story_id)
    .join(stories, stories.c.id == story_people.c.story_id)
    .where(
        story_people.c.account_id == bindparam("of_account"),
        story_people.c.left_at.is_(None),
        stories.c.state == const("published"),
    )
    .order_by(stories.c.id.desc())
    .limit(bindparam("limit"))
)


class Span(NamedTuple):
    """How often something happened in so many days before a story and after it came out; `change` is None where that is
    too seldom to say anything."""

    days: int
    before: int
    after: int
    change: Change | None

    @property
    def likely(self) -> Literal["more", "less", "same"] | None:
        """Whether it happened more or less often than chance alone explains; None where that cannot be said."""
        if self.change is None or not self.change.certain:
            return None if self.change is None else "same"
        return "more" if self.change.least > 1 else "less"


class PostGain(NamedTuple):
    """A post that is quoted, and its favourites, boosts and quotes around the story."""

    post_id: int
    item_id: int
    marks: Span


class Gains(NamedTuple):
    """What a story brought somebody whom it quotes: their items, their followers around it, and their posts."""

    items: list[int]
    followers: Span
    posts: list[PostGain]


def gains_of(db: Db, account_id: int, story: Story) -> Gains:
    """What a story that is out brought an account that it quotes."""
    items = items_of(db, story.id)
    shown = quoted_now(db, story, items) if story.published and account_id != story.account_id else {}
    mine = [one for one in items if one.kind in QUOTING and shown.get(one.post_id or 0) == account_id]
    if not mine and (not story.published or account_id not in people_of(db, story.id)):
        raise NotFound("You are not quoted in this story.")
    ids = {one.post_id: one.id for one in mine if one.post_id}
    found = [PostGain(post_id, item_id, marked_around(db, post_id, story)) for post_id, item_id in ids.items()]
    return Gains([one.id for one in mine], followers_around(db, account_id, story), found)


def quoting(db: Db, account_id: int, limit: int = MOST) -> list[int]:
    """Stories that quote an account, the newest first."""
    return db.column(_QUOTING_ME, of_account=account_id, limit=limit)


def followers_around(db: Db, account_id: int, story: Story) -> Span:
    """New followers who are still there, around a story."""
    return _span(story, 0, lambda bounds: int(db.value(_FOLLOWED, of_account=account_id, **bounds)))


def marked_around(db: Db, post_id: int, story: Story) -> Span:
    """Favourites, boosts and quotes of a post, around a story that shows it."""

    def counted(bounds: dict[str, int]) -> int:
        return sum(int(db.value(one, on_post=post_id, **bounds)) for one in _COUNTS)

    return _span(story, born(post_id), counted)


def _span(story: Story, since: int, count: Callable[[dict[str, int]], int]) -> Span:
    """Spans of one length on both sides of the day it came out, no longer than there was something to count."""
    out = story.published_at or now()
    days = min(LONGEST, (now() - out) // DAY, (out - since) // DAY)
    if days < 1:
        return Span(0, 0, 0, None)
    before = count({"since": first_id_at(out - days * DAY), "until": first_id_at(out)})
    after = count({"since": first_id_at(out), "until": first_id_at(out + days * DAY)})
    return Span(days, before, after, change_of(before, after) if before + after >= ENOUGH else None)
