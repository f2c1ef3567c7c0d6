"""What is done to the items of a story: put in, said otherwise, moved, taken out. Each is one row, remembered so that
it can be undone; two people at once overwrite nothing of each other's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.media.queries import find_media
from perron.posts.cards import want_card
from perron.posts.model import Post
from perron.posts.queries import find_post
from perron.posts.quote import may_quote
from perron.store import Tx
from perron.suite.stories import queries
from perron.suite.stories.keep import BEHIND, tell_of_new
from perron.suite.stories.model import LINKING, MOST_ITEMS, QUOTING, STEP, Behind, Item, Story, Wish
from perron.suite.stories.read import read_item

NOT_KEPT = ("facebook.com", "instagram.com", "threads.net", "threads.com", "fb.watch")
"""Sites whose terms forbid keeping a copy of what they say of a page: their pages stand as bare links."""
NO_ITEM = "This is not in the story any more."


def add_items(
    tx: Tx, story: Story, user_id: int, wishes: Sequence[Wish], settings: Settings, *, after: int | None = None
) -> list[Item]:
    """Put items into a story, after another (0: first of all; None: at the end). All of them, or none."""
    if not wishes:
        return []
    if not queries.count_items(tx, story.id, len(wishes)):
        raise Invalid(f"A story has at most {MOST_ITEMS} items. Begin another one for the rest, and link to it.")
    made: list[Item] = []
    for place, wish in enumerate(wishes):
        try:
            found = _looked_up(tx, story, wish, settings)
        except (Invalid, NotFound, NotAllowed) as wrong:
            wrong.place = place
            raise
        rank = _rank(tx, story.id, made[-1].id) if made and after is not None else _rank(tx, story.id, after)
        made.append(replace(found, rank=rank))
        queries.add_item(tx, made[-1])
        tell_of_new(tx, story, made[-1])
    if len(made) == 1:
        queries.add_act(tx, story.id, user_id, {"do": "remove", "item": made[0].id, "version": 1})
    return made


def change_item(
    tx: Tx, story: Story, user_id: int, item_id: int, raw: Mapping[str, Any], settings: Settings, *, version: int
) -> Item:
    """Say something else in an item that somebody has seen as `version`; refused when it is not that any more, unless
    it would be just the same."""
    item = own_item(tx, story, item_id)
    wish = read_item(raw, Wish(item.kind, item.body, item.post_id, item.media_id))
    if wish.body == item.body:
        return item
    card = _card(tx, wish, settings) if wish.kind in LINKING and wish.body["url"] != item.body["url"] else item.card_id
    if version != item.version or not queries.change_item(tx, item, wish.body, card):
        raise Behind(BEHIND)
    queries.count_items(tx, story.id, 0)
    back = {"do": "words", "item": item.id, "version": version + 1, "body": dict(item.body), "card": item.card_id}
    queries.add_act(tx, story.id, user_id, back)
    return own_item(tx, story, item_id)


def move_item(tx: Tx, story: Story, user_id: int, item_id: int, after: int) -> Item:
    """Let an item stand after another; 0: first of all."""
    item = own_item(tx, story, item_id)
    if after == item_id:
        return item
    queries.count_items(tx, story.id, 0)
    queries.place_item(tx, item.id, _rank(tx, story.id, after, moved=item.id))
    queries.add_act(tx, story.id, user_id, {"do": "place", "item": item.id, "rank": item.rank})
    return own_item(tx, story, item_id)


def remove_item(tx: Tx, story: Story, user_id: int, item_id: int, *, version: int | None = None) -> None:
    """Take an item out; refused when it says something else than what was seen."""
    item = own_item(tx, story, item_id)
    if version not in (None, item.version) or not queries.remove_item(tx, item):
        raise Behind(BEHIND)
    queries.count_items(tx, story.id, -1)
    kept = {name: getattr(item, name) for name in Item.__slots__}
    queries.add_act(tx, story.id, user_id, {"do": "restore", "item": kept})


def own_item(tx: Tx, story: Story, item_id: int) -> Item:
    """An item of a story; refused when it is not there."""
    found = queries.find_item(tx, story.id, item_id)
    if found is None:
        raise NotFound(NO_ITEM)
    return found


# -- what an item names ------------------------------------------------------------------------------------------------


def _looked_up(tx: Tx, story: Story, wish: Wish, settings: Settings) -> Item:
    """An item with what it names, which is there and may be used."""
    bare = Item(new_id(), story.id, 0, wish.kind, wish.body, changed_at=now())
    if wish.kind in QUOTING and wish.gone:
        return bare
    if wish.kind in QUOTING:
        post = quotable(tx, story.account_id, wish.post_id or 0)
        if wish.kind == "poll" and not post.has_poll:
            raise Invalid("This post asks nothing.")
        return replace(bare, post_id=post.id, author_id=post.author_id)
    if wish.kind in LINKING:
        return replace(bare, card_id=_card(tx, wish, settings))
    if wish.kind == "photo":
        return replace(bare, media_id=_picture(tx, story.account_id, wish.media_id or 0))
    return bare


def quotable(tx: Tx, account_id: int, post_id: int) -> Post:
    """A post that may enter a story (of a boost, the original): anybody may see it, and its author lets the teller
    quote it."""
    post = find_post(tx, post_id, viewer=account_id)
    if post is not None and post.boost_of_id is not None:
        post = find_post(tx, post.boost_of_id, viewer=account_id)
    if post is None:
        raise NotFound("This post is gone, or not for you to see.")
    if find_post(tx, post.id, viewer=None) is None:
        raise NotAllowed("Only what anybody may see can enter a story. This post was not written for everybody.")
    if not may_quote(tx, account_id, post):
        raise NotAllowed("Its author does not let this post be quoted.")
    return post


def _card(tx: Tx, wish: Wish, settings: Settings) -> int | None:
    """The card of the page that an item links to; none of pages here, and none where keeping one is forbidden."""
    url = wish.body["url"]
    host = (urlsplit(url).hostname or "").lower()
    forbidden = any(host == one or host.endswith(f".{one}") for one in NOT_KEPT)
    if forbidden or (url + "/").startswith(settings.public_origin + "/"):
        return None
    return want_card(tx, url)


def _picture(tx: Tx, account_id: int, media_id: int) -> int:
    found = find_media(tx, media_id, owner_id=account_id)
    if found is None:
        raise NotFound("There is no such picture among yours.")
    if found.kind != "image" or found.state == "failed":
        raise Invalid("A photo is a picture that could be read.")
    return found.id


# -- places ------------------------------------------------------------------------------------------------------------


def _rank(tx: Tx, story_id: int, after: int | None, *, moved: int = 0) -> int:
    """A rank after an item's (0: before all; None: after all) and before the next one's. Where there is none between
    them, all are numbered anew."""
    if after is None:
        return queries.last_rank(tx, story_id) + STEP
    places = [one for one in queries.places_in(tx, story_id) if one[0] != moved]
    found = _between(places, after)
    if found is None:
        fresh = {id_: (place + 1) * STEP for place, (id_, _) in enumerate(places)}
        queries.place_items(tx, fresh)
        found = _between([*fresh.items()], after)
    if found is None:
        raise Behind("What it was to stand beside is gone. Please look at the story again.")
    return found


def _between(places: Sequence[tuple[int, int]], after: int) -> int | None:
    """A rank between two neighbours; None when there is no room or no such item."""
    ids = [id_ for id_, _ in places]
    if after and after not in ids:
        return None
    at = ids.index(after) + 1 if after else 0
    high = places[at][1] if at < len(places) else (places[-1][1] + 2 * STEP if places else 2 * STEP)
    low = places[at - 1][1] if at else high - 2 * STEP
    return (low + high) // 2 if high - low > 1 else None
