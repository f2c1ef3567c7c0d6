"""Whoever is quoted in a story: told once, named once, and out of it with one word."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from perron.kit.errors import NotFound
from perron.people.model import Account
from perron.people.queries import find_accounts
from perron.store import Db, Prepared, Tx, among
from perron.store.tables import posts
from perron.suite.stories import queries
from perron.suite.stories.model import Quoted, Story
from perron.suite.stories.told import quoted_now
from perron.text.letters import graphemes, shortened
from perron.timelines.notices import drop_notice, notify

_POLICIES = Prepared(select(posts.c.author_id, posts.c.quote_policy).where(among(posts.c.id)))
_STRICTNESS = ("public", "followers", "nobody")


def tell_quoted(tx: Tx, event: dict[str, Any]) -> None:
    """After `StoryPublished`: everybody who is quoted in it is told, each once for ever."""
    story = queries.story_as_stored(tx, event["story_id"])
    if story is None or not story.published:
        return
    for account_id in quoted_in(tx, story):
        if account_id != story.account_id and queries.set_person(tx, story.id, account_id, "told_at"):
            notify(tx, account_id, "story", story.account_id, about_id=story.id)


def quoted_in(db: Db, story: Story) -> list[int]:
    """Whose posts a story shows at this moment, in the order in which they come."""
    items = queries.items_of(db, story.id)
    shown = quoted_now(db, story, items)
    return list(dict.fromkeys(shown[one.post_id] for one in items if one.post_id in shown))


def allows(db: Db, story: Story) -> dict[int, str]:
    """What those who are quoted have allowed: the strictest policy of what is shown of each (`public`: whoever can read
    it, `followers`: those who follow them, `nobody`: the teller alone, of their own)."""
    shown = quoted_now(db, story, queries.items_of(db, story.id))
    found: dict[int, str] = {}
    for author, policy in db.all(_POLICIES, ids=db.id_list([*shown])) if shown else ():
        found[author] = max(found.get(author, "public"), policy, key=_STRICTNESS.index)
    return found


def leave(tx: Tx, account_id: int, story_id: int) -> None:
    """Take oneself out of a story: what it shows of oneself is gone from everything made of it, and stays out."""
    story = queries.hold_story(tx, story_id)
    if story is None or account_id not in {*queries.authors_in(tx, story_id), *queries.people_of(tx, story_id)}:
        raise NotFound("You are not quoted in this story.")
    queries.set_person(tx, story.id, account_id, "left_at")
    queries.count_items(tx, story.id, 0)
    drop_notice(tx, account_id, "story", story.account_id, story.id)


def has_left(db: Db, story_id: int, account_id: int) -> bool:
    """Whether somebody has taken themselves out."""
    found = queries.people_of(db, story_id).get(account_id)
    return found is not None and found.left_at is not None


# -- one public mention ------------------------------------------------------------------------------------------------


def to_name(db: Db, story: Story) -> list[Account]:
    """Whom a public mention may name: who is shown in the story and was not named before. Who took themselves out is
    shown no more, and so is left in peace."""
    people = queries.people_of(db, story.id)
    wanted = [
        one for one in quoted_in(db, story) if one != story.account_id and people.get(one, Quoted(one)).named_at is None
    ]
    known = {one.id: one for one in find_accounts(db, wanted)}
    return [known[one] for one in wanted if one in known and known[one].state == "active"]


def mentions_of(people: Sequence[Account], title: str, url: str, most: int, *, words: str) -> list[str]:
    """Posts that name these people and lead to the story, each within `most` characters; `words` has a place for the
    title. People are never split from their names, and stand in the order in which they are quoted."""
    tail = f"\n{url}"
    room = max(most - graphemes(words.replace("{}", "")) - graphemes(tail) - 1, 0)
    made: list[str] = []
    for names in _packed([f"@{one.handle}" for one in people], room // 2):
        left = room - graphemes(" ".join(names))
        shown = shortened(title, left, graphemes)
        made.append(f"{words.replace('{}', shown)}\n{' '.join(names)}{tail}")
    return made


def _packed(names: Sequence[str], room: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for name in names:
        if rows and len(" ".join([*rows[-1], name])) <= room:
            rows[-1].append(name)
        else:
            rows.append([name])
    return rows


def note_named(tx: Tx, story: Story, people: Sequence[Account], texts: Sequence[str]) -> None:
    """Those of them who are named in what was published: nobody is offered a second mention."""
    named = {one.lower().strip("@.,;:!?") for text in texts for one in text.split() if one.startswith("@")}
    for one in people:
        if one.handle in named:
            queries.set_person(tx, story.id, one.id, "named_at")
