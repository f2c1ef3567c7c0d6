"""Using pictures of a bank in posts: each post has a copy of its own, which shares the files; who used what is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from perron.kit.errors import Invalid
from perron.media.model import Media
from perron.media.queries import copy_kept
from perron.store import Tx, tell
from perron.suite.atelier.bank.model import KEEPER, Bank, Item
from perron.suite.atelier.bank.queries import (
    add_use,
    item_as_stored,
    items_among,
    items_noted_for,
    items_shown_in,
    remove_use,
)
from perron.suite.atelier.bank.say import say_day


def today() -> int:
    """This day (UTC) as the number `20261122`."""
    now = datetime.now(UTC)
    return now.year * 10000 + now.month * 100 + now.day


def pick(tx: Tx, bank: Bank, ids: Sequence[int], *, owner_id: int, most: int) -> list[Media]:
    """Copies of pictures for a post of `owner_id`, with their descriptions; refused when the right to one has ended."""
    found = items_among(tx, bank, ids)
    if len(found) > most:
        raise Invalid(f"Validation failed: A post has at most {most} files.")
    for one in found:
        if 0 < one.about.usable_until < today():
            raise Invalid(f"The right to use {one.name or 'this picture'} ended on {say_day(one.about.usable_until)}.")
    return copy_kept(tx, {one.id: one.about.alt for one in found}, keeper=KEEPER, owner_id=owner_id)


def credits_line(items: Sequence[Item]) -> str:
    """Who made these pictures, each once: `Ada Lovelace / AFP · Rol`."""
    return " · ".join(dict.fromkeys(one.about.credit for one in items if one.about.credit))


def record_uses(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostPublished`, `PostEdited` and `PostDeleted`: what a post shows is what is known to be used in it."""
    post_id = event["post_id"]
    shown, noted = set(items_shown_in(tx, post_id)), set(items_noted_for(tx, post_id))
    for item_id in sorted(shown ^ noted):
        if (item := item_as_stored(tx, item_id)) is None:
            continue
        (add_use if item_id in shown else remove_use)(tx, item, post_id)
        tell(tx, "bank", item.bank_id)
