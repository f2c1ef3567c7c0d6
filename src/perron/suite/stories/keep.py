"""Begin, change, publish and forget stories, and who may do so. A story belongs to an account: whoever may publish for
it works on its stories."""

from typing import Any

from perron.jobs import emit_once
from perron.kit.errors import Invalid, NotFound
from perron.media.queries import find_media
from perron.people.model import Account
from perron.people.queries import find_account
from perron.store import Db, Tx
from perron.suite.stories import queries
from perron.suite.stories.comments import begin_talk
from perron.suite.stories.model import MOST_STORIES, Behind, Head, Item, Story, StoryPublished
from perron.suite.stories.works import let_go_of_story
from perron.timelines.notices import drop_notices_about

GONE = "This story is gone, or not for you to see."
BEHIND = "This was changed elsewhere meanwhile. Nothing was overwritten."


def own_story(db: Db, account_id: int, story_id: int) -> Story:
    """A story of an account; refused when it is not theirs."""
    return _theirs(queries.story_as_stored(db, story_id), account_id)


def own_story_held(tx: Tx, account_id: int, story_id: int) -> Story:
    """The same, and whoever else works on it waits until this is done."""
    return _theirs(queries.hold_story(tx, story_id), account_id)


def _theirs(found: Story | None, account_id: int) -> Story:
    if found is None or found.account_id != account_id:
        raise NotFound(GONE)
    return found


def find_story(db: Db, story_id: int, *, viewer: int | None) -> tuple[Story, Account] | None:
    """A story, and who tells it: one that is published and whose teller stands, or one's own."""
    found = queries.story_as_stored(db, story_id)
    teller = find_account(db, found.account_id) if found else None
    if found is None or teller is None or teller.state != "active":
        return None
    return (found, teller) if found.published or found.account_id == viewer else None


def begin_story(tx: Tx, account: Account, user_id: int, head: Head) -> Story:
    """Begin a story; nobody sees it yet."""
    if len(queries.story_ids_of(tx, account.id, MOST_STORIES)) >= MOST_STORIES:
        raise Invalid(f"There are {MOST_STORIES} stories already. Remove one to begin another.")
    check_cover(tx, account.id, head)
    return queries.add_story(tx, account.id, user_id, head)


def change_story(tx: Tx, story: Story, user_id: int, head: Head, *, version: int | None = None) -> Story:
    """Put another head on a story that somebody has seen as `version`; refused when it is not that any more, unless it
    would be just the same."""
    if head == story.head:
        return story
    check_cover(tx, story.account_id, head)
    if version not in (None, story.version) or not queries.change_head(tx, story, head):
        raise Behind(BEHIND)
    before = {name: getattr(story.head, name) for name in Head.__slots__}
    queries.add_act(tx, story.id, user_id, {"do": "head", "version": story.version + 1, "head": before})
    return own_story(tx, story.account_id, story.id)


def publish_story(tx: Tx, story: Story, writer_id: int | None = None, *, at: int | None = None) -> Story:
    """Put a story before everybody, at one address for good; those quoted in it are told once. Unless its comments are
    closed, a post of the teller's tells of it (`writer_id`, `at`: as in a draft), and they stand under that."""
    if not own_story(tx, story.account_id, story.id).items_count:
        raise Invalid("A story needs something in it before it is published.")
    queries.change_state(tx, story.id, "published", at=at)
    begin_talk(tx, story, writer_id, at)
    emit_once(tx, StoryPublished(story.id))
    return own_story(tx, story.account_id, story.id)


def take_back_story(tx: Tx, story: Story) -> Story:
    """Make a story a draft again: nobody else finds it, and published anew it has the same address."""
    queries.change_state(tx, story.id, "draft")
    return own_story(tx, story.account_id, story.id)


def forget_story(tx: Tx, story: Story) -> None:
    """Remove a story. What it quoted is where it was."""
    _remove(tx, story.id)


def forget_stories(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its stories are gone."""
    for story_id in queries.story_ids_of(tx, event["account_id"], MOST_STORIES):
        _remove(tx, story_id)


def _remove(tx: Tx, story_id: int) -> None:
    queries.remove_story(tx, story_id)
    let_go_of_story(tx, story_id)
    drop_notices_about(tx, story_id)


def forget_post(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDeleted`: its place in stories names it no longer. It was shown in none since it was deleted."""
    queries.clear_post(tx, event["post_id"])


def tell_of_new(tx: Tx, story: Story, item: Item) -> None:
    """Something was put into a story that is out already: if somebody new is quoted by it, they are told."""
    if story.published and item.author_id not in (None, story.account_id):
        emit_once(tx, StoryPublished(story.id))


def check_cover(tx: Tx, account_id: int, head: Head) -> None:
    """The cover of a story is a picture of its account."""
    if head.cover_id is None:
        return
    found = find_media(tx, head.cover_id, owner_id=account_id)
    if found is None or found.kind != "image":
        raise Invalid("The cover of a story is a picture of your own.")
