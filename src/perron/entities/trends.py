"""What people talk about as clients read it, and as moderators do."""

from collections.abc import Iterator, Sequence
from typing import cast

from perron.entities.cards import card_entities
from perron.entities.links import Links
from perron.entities.shapes.tags import History
from perron.entities.shapes.trends import AdminTag, AdminTrendsLink, Publisher, TrendsLink
from perron.entities.tags import tag_entities
from perron.kit.time import DAY, SECOND, iso, now
from perron.posts.card_days import link_days
from perron.posts.cards import cards_as_stored
from perron.posts.tag_history import DAYS, used_tags
from perron.posts.tag_state import tags_as_stored
from perron.posts.trends_review import publisher_ids, publisher_of, word_for, words_about
from perron.store import Db


def link_entities(links: Links, db: Db, ids: Sequence[int]) -> list[TrendsLink]:
    """Pages with how often they were linked to on seven days, in the order of their ids."""
    return [entity for _, _, entity in _links(links, db, ids)]


def _links(links: Links, db: Db, ids: Sequence[int]) -> Iterator[tuple[int, str, TrendsLink]]:
    today = now() // DAY
    known, uses = cards_as_stored(db, [*ids]), link_days(db, ids, after=today - DAYS)
    shown = card_entities(links, db, known)
    for id_ in ids:
        card, entity = known.get(id_), shown.get(id_)
        if card is None or entity is None:
            continue
        days = [(day, *uses.get((id_, day), (0, 0))) for day in range(today, today - DAYS, -1)]
        history = [_day(*one) for one in days]
        yield id_, card.url, cast("TrendsLink", {**entity, "history": history})


def _day(day: int, uses: int, people: int) -> History:
    return {"day": str(day * DAY // SECOND), "uses": str(uses), "accounts": str(people)}


def admin_tags(links: Links, db: Db, ids: Sequence[int], *, mode: str, viewer: int) -> list[AdminTag]:
    """Tags with what moderators decided about each; `mode`: what holds for those of which nothing was said."""
    states, words = tags_as_stored(db, [*ids]), words_about(db, ids)
    found: list[AdminTag] = []
    for entity in tag_entities(links, db, used_tags(db, ids), viewer=viewer):
        state, said = states[int(entity["id"])], word_for(words, int(entity["id"]))
        shown = mode == "open" if said is None else said
        more = {"trendable": shown, "usable": state.usable, "listable": state.listable, "requires_review": said is None}
        found.append(cast("AdminTag", {**entity, **more}))
    return found


def admin_links(links: Links, db: Db, ids: Sequence[int]) -> list[AdminTrendsLink]:
    """Pages, with whether anybody has said that they may be shown: of the page itself, or of its publisher."""
    found = [*_links(links, db, ids)]
    sites = publisher_ids(db, [url for _, url, _ in found])
    words = words_about(db, [*ids, *sites.values()])
    return [
        {**entity, "id": str(id_), "requires_review": word_for(words, id_, sites.get(publisher_of(url), 0)) is None}
        for id_, url, entity in found
    ]


def publisher_entities(db: Db, found: Sequence[tuple[int, str]]) -> list[Publisher]:
    """Sites whose pages were talked about, with what moderators said of each."""
    words = words_about(db, [id_ for id_, _ in found])
    made: list[Publisher] = []
    for id_, domain in found:
        word = words.get(id_)
        said = word.allowed if word else None
        made.append(
            {
                "id": str(id_),
                "domain": domain,
                "trendable": said,
                "reviewed_at": iso(word.at) if word and said is not None else None,
                "requested_review_at": iso(word.at) if word and said is None else None,
                "requires_review": said is None,
            }
        )
    return made
