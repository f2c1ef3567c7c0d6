"""Undo what one did to a story last, act by act, unless somebody has changed the same thing since."""

from collections.abc import Callable

from perron.kit.errors import Invalid, Refused
from perron.store import Tx
from perron.suite.stories import queries
from perron.suite.stories.model import MOST_ITEMS, Act, Behind, Head, Item, Story

SINCE = "This cannot be undone: it was changed once more since."


def undo(tx: Tx, story: Story, user_id: int) -> str:
    """Undo one's last act that was not undone yet; which kind of way back that was."""
    found = queries.last_act(tx, story.id, user_id)
    if found is None:
        raise Invalid("There is nothing to undo.")
    act_id, back = found
    try:
        _WAYS[back["do"]](tx, story, back)
    finally:
        queries.strike_act(tx, act_id)
    queries.count_items(tx, story.id, 0)
    return str(back["do"])


def _remove(tx: Tx, story: Story, back: Act) -> None:
    item = queries.find_item(tx, story.id, back["item"])
    if item is None or item.version != back["version"] or not queries.remove_item(tx, item):
        raise Behind(SINCE)
    queries.count_items(tx, story.id, -1)


def _restore(tx: Tx, story: Story, back: Act) -> None:
    kept = Item(**back["item"])
    if queries.find_item(tx, story.id, kept.id) is not None:
        raise Behind(SINCE)
    if not queries.count_items(tx, story.id, 1):
        raise Refused(f"A story has at most {MOST_ITEMS} items. Begin another one for the rest, and link to it.")
    queries.add_item(tx, Item(**{**back["item"], "version": kept.version + 1}))


def _place(tx: Tx, story: Story, back: Act) -> None:
    if queries.find_item(tx, story.id, back["item"]) is None:
        raise Behind(SINCE)
    queries.place_item(tx, back["item"], back["rank"])


def _words(tx: Tx, story: Story, back: Act) -> None:
    item = queries.find_item(tx, story.id, back["item"])
    if item is None or item.version != back["version"] or not queries.change_item(tx, item, back["body"], back["card"]):
        raise Behind(SINCE)


def _head(tx: Tx, story: Story, back: Act) -> None:
    if story.version != back["version"] or not queries.change_head(tx, story, Head(**back["head"])):
        raise Behind(SINCE)


_WAYS: dict[str, Callable[[Tx, Story, Act], None]] = {
    "remove": _remove,
    "restore": _restore,
    "place": _place,
    "words": _words,
    "head": _head,
}
