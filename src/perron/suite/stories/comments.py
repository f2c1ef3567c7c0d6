"""What is said of a story: answers to one post of its teller's, under the rule that the teller set."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from perron.entities.links import Links
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.people.queries import find_account
from perron.posts.answering import Answering, answering
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.store import Db, Prepared, Tx, among
from perron.store.tables import posts
from perron.suite.stories import queries
from perron.suite.stories.model import Story
from perron.text.letters import graphemes, shortened

_TALKS = Prepared(
    select(posts.c.id, posts.c.replies_count, posts.c.boosts_count, posts.c.quotes_count).where(among(posts.c.id))
)


class Talk(NamedTuple):
    """How much a story is talked about: answers to the post that tells of it, its boosts and its quotes."""

    post_id: int
    answers: int
    boosts: int
    quotes: int


def comments_now(story: Story) -> Answering:
    """Who may comment on a story at this moment, and until when."""
    return answering(story.comments, story.comments_days, story.published_at, now())


def talks_of(db: Db, stories: Sequence[Story]) -> dict[int, Talk]:
    """How much these stories are talked about, by the post that tells of each."""
    ids = [one.post_id for one in stories if one.post_id]
    return {row[0]: Talk(*row) for row in db.all(_TALKS, ids=db.id_list(ids))} if ids else {}


def begin_talk(tx: Tx, story: Story, writer_id: int | None, at: int | None) -> None:
    """Tell of a story in a post, once: what is said of the story stands under it. Where nobody may say anything, there
    is no post."""
    if story.post_id is not None or story.comments == "closed":
        return
    teller = find_account(tx, story.account_id)
    assert teller is not None
    url = Links(tx.settings).story(teller.handle, story.id)
    draft = Draft(telling(story.title, url, tx.settings), language=story.language, writer_id=writer_id, at=at)
    queries.set_talk(tx, story.id, publish(tx, teller, draft, tx.settings).id)


def telling(title: str, url: str, settings: Settings) -> str:
    """The words of that post: title and address. Nobody who is named in a title is told of it by this."""
    room = settings.post_max_chars - graphemes(url) - 1
    words = title.replace("@", "\uff20")
    return f"{shortened(words, room, graphemes)}\n{url}"
