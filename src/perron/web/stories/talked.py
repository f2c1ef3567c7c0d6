"""What is said of a story, below it: the first comments, and who may say something until when."""

from dataclasses import dataclass
from typing import Any

from perron.kit.time import iso
from perron.people.model import Account
from perron.posts.queries import find_post
from perron.posts.thread import around
from perron.store import Db
from perron.suite.stories.comments import comments_now, talks_of
from perron.suite.stories.model import Story
from perron.web.drawn import drawn
from perron.web.visit import Visit

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Talked:
    """Who may comment (`open`, `members`, `closed`), until when, how many have, and the first of them as they are
    shown; without a post to answer, `post_id` is 0."""

    who: str
    until: str = ""
    post_id: int = 0
    count: int = 0
    path: str = ""
    drawn: tuple[Any, ...] = ()


def rule_of(story: Story) -> Talked:
    """Who may comment on a story, were it out."""
    may = comments_now(story)
    return Talked(may.who, iso(may.until) if may.until else "")


def talk_under(visit: Visit, db: Db, story: Story, teller: Account) -> Talked:
    """What is said of a story."""
    rule = rule_of(story)
    post = find_post(db, story.post_id, viewer=visit.reader_id) if story.post_id else None
    if post is None:
        return Talked("closed") if story.published else rule
    count = talks_of(db, [story])[post.id].answers
    _, below = around(db, post, viewer=visit.reader_id) if count else ([], [])
    shown = tuple(drawn(visit, db, below[:MOST_SHOWN], "thread")) if below else ()
    return Talked(rule.who, rule.until, post.id, count, visit.ours(visit.links.post(teller.handle, post.id)), shown)
