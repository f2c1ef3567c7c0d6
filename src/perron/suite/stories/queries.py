"""Stories in the database, one statement a function."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from perron.kit import json
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, among, const, insert, insert_new
from perron.store.paging import Paged, Paging
from perron.store.tables import (
    stories,
    story_acts,
    story_days,
    story_depths,
    story_items,
    story_people,
    story_readers,
    story_rivals,
    story_seats,
)
from perron.suite.stories.model import MOST_ACTS, MOST_ITEMS, Act, Head, Item, Quoted, Story

_STORY = tuple(stories.c[name] for name in Story.__slots__)
_ITEM = tuple(story_items.c[name] for name in Item.__slots__)
_BODY = Item.__slots__.index("body")
_HEAD = Head.__slots__
_THIS = stories.c.id == bindparam("of_story")
_THIS_ITEM = story_items.c.id == bindparam("of_item")
_ITS_ITEMS = story_items.c.story_id == bindparam("of_story")

_ONE = Prepared(select(*_STORY).where(_THIS))
_HOLD = Prepared(select(*_STORY).where(_THIS).with_for_update())  # said on PostgreSQL only
_SOME = Prepared(select(*_STORY).where(among(stories.c.id)).order_by(stories.c.id.desc()))
_OF_ACCOUNT = Paged(select(*_STORY).where(stories.c.account_id == bindparam("of_account")), stories.c.id)
_PUBLISHED = Prepared(
    select(*_STORY)
    .where(stories.c.account_id == bindparam("of_account"), stories.c.state == const("published"))
    .order_by(stories.c.published_at.desc(), stories.c.id.desc())
    .limit(bindparam("limit"))
)
_IDS_OF = Prepared(
    select(stories.c.id).where(stories.c.account_id == bindparam("of_account")).limit(bindparam("limit"))
)
_ADD = insert(stories, *(name for name in Story.__slots__ if name not in ("items_count", "published_at", "post_id")))
_CHANGE = Prepared(
    update(stories)
    .where(_THIS, stories.c.version == bindparam("before"))
    .values(
        {name: bindparam(f"new_{name}") for name in _HEAD}
        | {"version": stories.c.version + 1, "changed_at": bindparam("at")}
    )
)
_COUNT = Prepared(
    update(stories)
    .where(_THIS, stories.c.items_count + bindparam("by") <= MOST_ITEMS)
    .values(items_count=stories.c.items_count + bindparam("by"), changed_at=bindparam("at"))
)
_STATE = Prepared(
    update(stories)
    .where(_THIS)
    .values(state=bindparam("to"), published_at=func.coalesce(stories.c.published_at, bindparam("at")))
)
_REMOVE = [
    Prepared(delete(story_items).where(_ITS_ITEMS)),
    Prepared(delete(story_people).where(story_people.c.story_id == bindparam("of_story"))),
    *(
        Prepared(delete(one).where(one.c.story_id == bindparam("of_story")))
        for one in (story_acts, story_days, story_depths, story_readers, story_rivals, story_seats)
    ),
    Prepared(delete(stories).where(_THIS)),
]

_ITEMS = Prepared(select(*_ITEM).where(_ITS_ITEMS).order_by(story_items.c.rank, story_items.c.id))
_FIND_ITEM = Prepared(select(*_ITEM).where(_THIS_ITEM, _ITS_ITEMS))
_LAST = Prepared(select(func.max(story_items.c.rank)).where(_ITS_ITEMS))
_PLACES = Prepared(
    select(story_items.c.id, story_items.c.rank).where(_ITS_ITEMS).order_by(story_items.c.rank, story_items.c.id)
)
_ADD_ITEM = insert(story_items, *Item.__slots__)
_CHANGE_ITEM = Prepared(
    update(story_items)
    .where(_THIS_ITEM, story_items.c.version == bindparam("before"))
    .values(
        body=bindparam("new_body"),
        card_id=bindparam("new_card"),
        version=story_items.c.version + 1,
        changed_at=bindparam("at"),
    )
)
_PLACE = Prepared(update(story_items).where(_THIS_ITEM).values(rank=bindparam("at_rank")))
_REMOVE_ITEM = Prepared(delete(story_items).where(_THIS_ITEM, story_items.c.version == bindparam("before")))
_POST_GONE = [
    Prepared(update(one).where(one.c.post_id == bindparam("of_post")).values(post_id=None))
    for one in (story_items, stories)
]
_TALK = Prepared(update(stories).where(_THIS).values(post_id=bindparam("of_post")))

_ADD_ACT = insert(story_acts, "id", "story_id", "user_id", "back")
_ACTS = Prepared(
    select(story_acts.c.id, story_acts.c.back)
    .where(
        story_acts.c.story_id == bindparam("of_story"), story_acts.c.user_id == bindparam("by"), ~story_acts.c.undone
    )
    .order_by(story_acts.c.id.desc())
    .limit(1)
)
_UNDONE = Prepared(update(story_acts).where(story_acts.c.id == bindparam("of_act")).values(undone=True))
_OLD_ACTS = Prepared(
    select(story_acts.c.id)
    .where(story_acts.c.story_id == bindparam("of_story"))
    .order_by(story_acts.c.id.desc())
    .offset(MOST_ACTS)
    .limit(MOST_ACTS)
)
_DROP_ACTS = Prepared(delete(story_acts).where(among(story_acts.c.id)))

_AUTHORS = Prepared(
    select(story_items.c.author_id)
    .where(_ITS_ITEMS, story_items.c.author_id.is_not(None))
    .order_by(story_items.c.rank, story_items.c.id)
)
_PEOPLE = Prepared(
    select(story_people.c.account_id, story_people.c.told_at, story_people.c.left_at, story_people.c.named_at).where(
        story_people.c.story_id == bindparam("of_story")
    )
)
_ADD_PERSON = insert_new(story_people, "story_id", "account_id")
_THAT_PERSON = (
    story_people.c.story_id == bindparam("of_story"),
    story_people.c.account_id == bindparam("of_account"),
)
_SET_PERSON = {
    name: Prepared(
        update(story_people).where(*_THAT_PERSON, story_people.c[name].is_(None)).values({name: bindparam("at")})
    )
    for name in ("told_at", "left_at", "named_at")
}


# -- stories -----------------------------------------------------------------------------------------------------------


def story_as_stored(db: Db, story_id: int) -> Story | None:
    """A story, whoever looks: who may is decided in `keep.py`."""
    row = db.one(_ONE, of_story=story_id)
    return Story(*row) if row else None


def hold_story(tx: Tx, story_id: int) -> Story | None:
    """The same, and whoever else works on it waits until this is done."""
    row = tx.one(_HOLD, of_story=story_id)
    return Story(*row) if row else None


def stories_of(db: Db, account_id: int, paging: Paging) -> list[Story]:
    """One page of the stories of an account, whatever their state, the newest first."""
    return [Story(*row) for row in _OF_ACCOUNT.rows(db, paging, of_account=account_id)]


def stories_among(db: Db, ids: Sequence[int]) -> list[Story]:
    """These stories, whosesoever they are, the newest first."""
    return [Story(*row) for row in db.all(_SOME, ids=db.id_list([*ids]))] if ids else []


def published_stories_of(db: Db, account_id: int, limit: int = 50) -> list[Story]:
    """Those that anybody may read, the last published first."""
    return [Story(*row) for row in db.all(_PUBLISHED, of_account=account_id, limit=limit)]


def story_ids_of(db: Db, account_id: int, limit: int) -> list[int]:
    """Ids of stories of an account, at most so many."""
    return db.column(_IDS_OF, of_account=account_id, limit=limit)


def add_story(tx: Tx, account_id: int, user_id: int, head: Head) -> Story:
    """Begin a story that has no items."""
    values: dict[str, Any] = {name: getattr(head, name) for name in _HEAD}
    values |= {"id": new_id(), "account_id": account_id, "user_id": user_id, "state": "draft", "version": 1}
    tx.run(_ADD, **values, changed_at=now())
    return Story(**values, items_count=0, published_at=None, changed_at=now())


def change_head(tx: Tx, story: Story, head: Head) -> bool:
    """Put another head on a story; False when the one that was seen is not there any more."""
    values = {f"new_{name}": getattr(head, name) for name in _HEAD}
    return tx.run(_CHANGE, of_story=story.id, before=story.version, at=now(), **values) > 0


def count_items(tx: Tx, story_id: int, by: int) -> bool:
    """Note that a story has more or fewer items, or (0) that one of them changed; False when there would be too many.
    Whoever else changes it waits."""
    return tx.run(_COUNT, of_story=story_id, by=by, at=now()) > 0


def change_state(tx: Tx, story_id: int, state: str, *, at: int | None = None) -> None:
    """Publish a story or take it back; when it was published first is kept."""
    tx.run(_STATE, of_story=story_id, to=state, at=(at or now()) if state == "published" else None)


def set_talk(tx: Tx, story_id: int, post_id: int) -> None:
    """Name the post under which a story is talked about."""
    tx.run(_TALK, of_story=story_id, of_post=post_id)


def remove_story(tx: Tx, story_id: int) -> None:
    """Remove a story with everything that is its own."""
    for statement in _REMOVE:
        tx.run(statement, of_story=story_id)


# -- items -------------------------------------------------------------------------------------------------------------


def items_of(db: Db, story_id: int) -> list[Item]:
    """The items of a story, in its order."""
    return [_item(row) for row in db.all(_ITEMS, of_story=story_id)]


def find_item(db: Db, story_id: int, item_id: int) -> Item | None:
    """One of its items."""
    row = db.one(_FIND_ITEM, of_story=story_id, of_item=item_id)
    return _item(row) if row else None


def places_in(db: Db, story_id: int) -> list[tuple[int, int]]:
    """(id, rank) of its items, in its order."""
    return [(row[0], row[1]) for row in db.all(_PLACES, of_story=story_id)]


def last_rank(db: Db, story_id: int) -> int:
    """The rank of its last item; 0 when it has none."""
    return int(db.value(_LAST, of_story=story_id) or 0)


def add_item(tx: Tx, item: Item) -> None:
    """Add an item as it is."""
    tx.run(_ADD_ITEM, **_values(item))


def change_item(tx: Tx, item: Item, body: Mapping[str, str], card_id: int | None) -> bool:
    """Give an item other words; False when it is not the one that was seen any more."""
    values = {"new_body": json.encode_text(body), "new_card": card_id}
    return tx.run(_CHANGE_ITEM, of_item=item.id, before=item.version, at=now(), **values) > 0


def place_item(tx: Tx, item_id: int, rank: int) -> None:
    """Put an item at a rank."""
    tx.run(_PLACE, of_item=item_id, at_rank=rank)


def place_items(tx: Tx, ranks: Mapping[int, int]) -> None:
    """Put several items at their ranks."""
    tx.many(_PLACE, [{"of_item": id_, "at_rank": rank} for id_, rank in ranks.items()])


def remove_item(tx: Tx, item: Item) -> bool:
    """Remove an item; False when it is not the one that was seen any more."""
    return tx.run(_REMOVE_ITEM, of_item=item.id, before=item.version) > 0


def clear_post(tx: Tx, post_id: int) -> None:
    """Items that quoted a post that is gone name it no longer, nor does the story that was talked about under it."""
    for statement in _POST_GONE:
        tx.run(statement, of_post=post_id)


def _values(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in Item.__slots__} | {"body": json.encode_text(item.body)}


def _item(row: tuple[Any, ...]) -> Item:
    values = list(row)
    values[_BODY] = json.decode(row[_BODY])
    return Item(*values)


# -- acts that can be undone -------------------------------------------------------------------------------------------


def add_act(tx: Tx, story_id: int, user_id: int, back: Act) -> None:
    """Remember how to undo something; what was long ago cannot be undone any more."""
    tx.run(_ADD_ACT, id=new_id(), story_id=story_id, user_id=user_id, back=json.encode_text(back))
    old = tx.column(_OLD_ACTS, of_story=story_id)
    if old:
        tx.run(_DROP_ACTS, ids=tx.id_list(old))


def last_act(db: Db, story_id: int, user_id: int) -> tuple[int, Act] | None:
    """The last thing that somebody did to a story, as the way back."""
    row = db.one(_ACTS, of_story=story_id, by=user_id)
    return (row[0], json.decode(row[1])) if row else None


def strike_act(tx: Tx, act_id: int) -> None:
    """It was undone."""
    tx.run(_UNDONE, of_act=act_id)


# -- people ------------------------------------------------------------------------------------------------------------


def authors_in(db: Db, story_id: int) -> list[int]:
    """Who is quoted in a story, in the order in which they come, each once."""
    return list(dict.fromkeys(db.column(_AUTHORS, of_story=story_id)))


def people_of(db: Db, story_id: int) -> dict[int, Quoted]:
    """What those who are quoted were told and decided, by account."""
    return {row[0]: Quoted(*row) for row in db.all(_PEOPLE, of_story=story_id)}


def set_person(tx: Tx, story_id: int, account_id: int, what: str) -> bool:
    """Note that somebody was told (`told_at`), took themselves out (`left_at`) or was named (`named_at`); False when
    that was noted before."""
    tx.run(_ADD_PERSON, story_id=story_id, account_id=account_id)
    return tx.run(_SET_PERSON[what], of_story=story_id, of_account=account_id, at=now()) > 0
