"""How often each page is linked to, and by how many people, day by day."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from perron.kit.ids import born, first_id_at
from perron.kit.time import DAY
from perron.posts.model import Post
from perron.store import Db, Prepared, Tx, among, const, insert_or_change
from perron.store.tables import card_days, posts

_USE = insert_or_change(
    card_days,
    *("card_id", "day", "uses", "people"),
    key=("card_id", "day"),
    to=lambda new: {"uses": card_days.c.uses + 1, "people": card_days.c.people + new.people},
)
_of_day = (card_days.c.card_id == bindparam("of_card"), card_days.c.day == bindparam("of_day"))
_UNUSE = Prepared(
    update(card_days).where(*_of_day).values(uses=card_days.c.uses - 1, people=card_days.c.people - bindparam("fewer"))
)
_NO_USE = Prepared(delete(card_days).where(*_of_day, card_days.c.uses < 1))
_LINKED_THAT_DAY = Prepared(
    select(posts.c.id)
    .where(
        posts.c.author_id == bindparam("by"),
        posts.c.id >= bindparam("since"),
        posts.c.id < bindparam("until"),
        posts.c.id != bindparam("but"),
        posts.c.card_id == bindparam("of_card"),
        posts.c.visibility == const("public"),
    )
    .limit(1)
)
_DAYS = Prepared(
    select(card_days.c.card_id, card_days.c.day, card_days.c.uses, card_days.c.people).where(
        among(card_days.c.card_id), card_days.c.day > bindparam("after")
    )
)


def count_link(tx: Tx, post: Post, card_id: int | None) -> None:
    """Write down that a public post links to a page."""
    if card_id is not None and post.visibility == "public":
        first = not _others(tx, post, card_id)
        tx.later(_USE, card_id, card_id=card_id, day=born(post.id) // DAY, uses=1, people=int(first))


def uncount_link(tx: Tx, post: Post) -> None:
    """Forget that a post ever linked to its page."""
    if post.card_id is not None and post.visibility == "public":
        day = {"of_card": post.card_id, "of_day": born(post.id) // DAY}
        tx.run(_UNUSE, fewer=int(not _others(tx, post, post.card_id)), **day)
        tx.run(_NO_USE, **day)


def link_days(db: Db, card_ids: Sequence[int], *, after: int) -> dict[tuple[int, int], tuple[int, int]]:
    """(posts, people) by page and day, for the days after this one."""
    rows = db.all(_DAYS, ids=db.id_list(card_ids), after=after) if card_ids else []
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _others(tx: Tx, post: Post, card_id: int) -> bool:
    """Whether the author links to the page in another post of that day."""
    day = born(post.id) // DAY
    window = {"since": first_id_at(day * DAY), "until": first_id_at((day + 1) * DAY)}
    return tx.value(_LINKED_THAT_DAY, by=post.author_id, but=post.id, of_card=card_id, **window) is not None
