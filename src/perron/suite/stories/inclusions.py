"""In which stories a post is: told to its author, and to nobody else. What its author may not read is not counted."""

from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, exists, or_, select

from perron.kit.errors import NotFound
from perron.people.model import Account
from perron.people.queries import find_accounts
from perron.posts.model import Post
from perron.posts.queries import find_post
from perron.store import Db, Prepared, const
from perron.store.tables import accounts, blocks, follows, stories, story_items, story_people
from perron.suite.stories.gains import Span, marked_around
from perron.suite.stories.model import Story
from perron.suite.stories.queries import stories_among

MOST = 100
"""Stories that are counted; more are said to be more."""
MOST_COMPARED = 20
"""Of the newest of them it is said what the post was met with before and after."""

_teller = stories.c.account_id
_author: Any = bindparam("by_author")
_keep_apart = blocks.alias("apart")
_policy: Any = bindparam("policy", type_=Text)
_IN = Prepared(
    select(stories.c.id)
    .where(
        stories.c.state == const("published"),
        exists().where(story_items.c.story_id == stories.c.id, story_items.c.post_id == bindparam("of_post")),
        exists().where(accounts.c.id == _teller, accounts.c.state == const("active")),
        ~exists().where(
            or_(
                (_keep_apart.c.owner_id == _author) & (_keep_apart.c.target_id == _teller),
                (_keep_apart.c.owner_id == _teller) & (_keep_apart.c.target_id == _author),
            )
        ),
        ~exists().where(
            story_people.c.story_id == stories.c.id,
            story_people.c.account_id == _author,
            story_people.c.left_at.is_not(None),
        ),
        or_(
            _teller == _author,
            _policy == const("public"),
            (_policy == const("followers"))
            & exists().where(follows.c.follower_id == _teller, follows.c.target_id == _author),
        ),
    )
    .order_by(stories.c.id.desc())
    .limit(MOST + 1)
)


class Inclusion(NamedTuple):
    """A story that shows the post, who tells it, and how often the post was favourited, boosted and quoted around it
    (None: not among the newest, or a story of the author's own)."""

    story: Story
    teller: Account
    marks: Span | None


class Inclusions(NamedTuple):
    """How many stories show a post (`more`: than are counted), and which."""

    number: int
    more: bool
    stories: list[Inclusion]


def own_post(db: Db, account_id: int, post_id: int) -> Post:
    """A post of one's own; to others, this says as little as of a post that is not there."""
    post = find_post(db, post_id, viewer=account_id)
    if post is None or post.author_id != account_id or post.boost_of_id is not None:
        raise NotFound
    return post


def count_inclusions(db: Db, post: Post) -> int:
    """In how many stories a post is, up to one more than are counted; only its author is told."""
    return len(_ids(db, post))


def inclusions_of(db: Db, post: Post) -> Inclusions:
    """Which stories show a post at this moment, the newest first; only its author is told."""
    ids = _ids(db, post)
    found = stories_among(db, ids[:MOST])
    tellers = {one.id: one for one in find_accounts(db, {one.account_id for one in found})}
    rows = [
        Inclusion(one, tellers[one.account_id], _around(db, post, one) if place < MOST_COMPARED else None)
        for place, one in enumerate(found)
        if one.account_id in tellers
    ]
    return Inclusions(len(rows), len(ids) > MOST, rows)


def _ids(db: Db, post: Post) -> list[int]:
    """None of a post that not everybody may see: no story shows it."""
    if not post.open:
        return []
    return db.column(_IN, of_post=post.id, by_author=post.author_id, policy=post.quote_policy)


def _around(db: Db, post: Post, story: Story) -> Span | None:
    return None if story.account_id == post.author_id else marked_around(db, post.id, story)
