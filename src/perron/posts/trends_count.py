"""Counting what is talked about: few statements over the last days, however much was written before."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, exists, func, literal, select, union_all

from perron.kit.ids import first_id_at
from perron.kit.time import DAY, HOUR
from perron.posts.trends_score import BEFORE, LATELY, score
from perron.store import Db, Prepared, among, const
from perron.store.tables import accounts, card_days, cards, marks, post_tags, posts, tag_days, tags, trend_reviews

CANDIDATES = 200
NEWEST = 20_000
"""Posts that are looked at for those that people boost or mark, the newest."""
KEPT = 60
"""Of each kind."""
_HOUR_OF_IDS = literal(first_id_at(HOUR), BigInteger)

_speakers = accounts.alias("speaker")


def _is_heard(account_id: Any) -> ColumnElement[bool]:
    """Somebody who is heard: no program, and nobody whom moderators have limited."""
    return exists().where(
        _speakers.c.id == account_id,
        _speakers.c.state == const("active"),
        ~_speakers.c.silenced,
        _speakers.c.kind != const("bot"),
    )


def shown_by_itself(post: Any) -> ColumnElement[bool]:
    """A post that may be shown to people who did not look for it: public, nothing to veil, by somebody who wishes to be
    found. Replies may not: they belong to a talk."""
    wishes = exists().where(_speakers.c.id == post.c.author_id, _speakers.c.discoverable, ~_speakers.c.sensitized)
    veiled = post.c.sensitive | (post.c.warning != "")
    return and_(post.c.listed, ~veiled, _is_heard(post.c.author_id), wishes)


class Found(NamedTuple):
    """Something that is talked about, before anybody has said whether it may be shown."""

    kind: str
    subject_id: int
    score: float
    people: int
    usual: int
    language: str = ""


def _often(days: Any, subject: Any) -> Prepared:
    """What was used by most people on these days (each named, so that no other is looked at)."""
    return Prepared(
        select(subject)
        .where(among(days.c.day))
        .group_by(subject)
        .having(func.sum(days.c.people) >= bindparam("fewest"))
        .order_by(func.sum(days.c.people).desc(), subject.desc())
        .limit(CANDIDATES)
    )


def _usual(days: Any, subject: Any) -> Prepared:
    """By how many people it was used in the weeks before."""
    before = (days.c.day > bindparam("after"), days.c.day <= bindparam("until"))
    return Prepared(select(subject, func.sum(days.c.people)).where(among(subject), *before).group_by(subject))


def _hours(spoken: Any) -> Prepared:
    """From rows of (subject, person, id of what they did): how many people spoke last in which hour since 1970."""
    uses = spoken.subquery()
    subject, person, did = uses.c
    last = select(subject, (func.max(did) // _HOUR_OF_IDS).label("hour")).group_by(subject, person).subquery()
    subject, hour = last.c
    return Prepared(select(subject, hour, func.count()).group_by(subject, hour))


_TAGS, _TAG_USUAL = _often(tag_days, tag_days.c.tag_id), _usual(tag_days, tag_days.c.tag_id)
_TAG_HEARD = _hours(
    select(post_tags.c.tag_id, post_tags.c.author_id, post_tags.c.post_id)
    .join(tags, tags.c.id == post_tags.c.tag_id)
    .where(
        among(post_tags.c.tag_id),
        post_tags.c.post_id >= bindparam("since"),
        post_tags.c.listed,
        tags.c.usable,
        tags.c.listable,
        _is_heard(post_tags.c.author_id),
    )
)
_LINKS, _LINK_USUAL = _often(card_days, card_days.c.card_id), _usual(card_days, card_days.c.card_id)
_LINK_HEARD = _hours(
    select(posts.c.card_id, posts.c.author_id, posts.c.id)
    .join(cards, cards.c.id == posts.c.card_id)
    .where(
        among(posts.c.card_id),
        posts.c.id >= bindparam("since"),
        posts.c.visibility == const("public"),
        ~posts.c.sensitive,
        cards.c.state == const("ready"),
        _is_heard(posts.c.author_id),
    )
)
_LANGUAGES = Prepared(select(cards.c.id, cards.c.language).where(among(cards.c.id)))

_recent = (
    select(posts.c.id).where(posts.c.listed, posts.c.id >= bindparam("since")).order_by(posts.c.id.desc()).limit(NEWEST)
)
_marked = posts.c.boosts_count + posts.c.favourites_count
_refused = exists().where(
    trend_reviews.c.kind == const("post"), trend_reviews.c.subject_id == posts.c.id, ~trend_reviews.c.allowed
)
_POSTS = Prepared(
    select(posts.c.id, posts.c.author_id, posts.c.language)
    .where(posts.c.id.in_(_recent), _marked >= bindparam("fewest"), shown_by_itself(posts), ~_refused)
    .order_by(_marked.desc(), posts.c.id.desc())
    .limit(CANDIDATES)
)
_boosts = posts.alias("boosting")
_marking = (
    select(marks.c.post_id, marks.c.account_id, marks.c.favourite_id)
    .join(posts, posts.c.id == marks.c.post_id)
    .where(
        among(marks.c.post_id),
        marks.c.favourite_id >= bindparam("since"),
        marks.c.account_id != posts.c.author_id,
        _is_heard(marks.c.account_id),
    )
)
_boosting = (
    select(_boosts.c.boost_of_id, _boosts.c.author_id, _boosts.c.id)
    .join(posts, posts.c.id == _boosts.c.boost_of_id)
    .where(
        among(_boosts.c.boost_of_id),
        _boosts.c.id >= bindparam("since"),
        _boosts.c.author_id != posts.c.author_id,
        _is_heard(_boosts.c.author_id),
    )
)
_POST_HEARD = _hours(union_all(_marking, _boosting))
"""What authors do with their own posts is not counted."""


def count_tags(db: Db, at: int, fewest: int) -> list[Found]:
    """Tags that more people than usual have used."""
    return _ranked(_used(db, "tag", at, fewest, (_TAGS, _TAG_HEARD, _TAG_USUAL)))


def count_links(db: Db, at: int, fewest: int) -> list[Found]:
    """Pages that more people than usual link to."""
    found = _ranked(_used(db, "link", at, fewest, (_LINKS, _LINK_HEARD, _LINK_USUAL)))
    ids = db.id_list([one.subject_id for one in found])
    languages = {row[0]: row[1] for row in db.all(_LANGUAGES, ids=ids)}
    return [one._replace(language=languages.get(one.subject_id, "")) for one in found]


def count_posts(db: Db, at: int, fewest: int) -> list[Found]:
    """Posts that people boost and mark, one of each author."""
    since = first_id_at(at - LATELY * DAY)
    rows = {row[0]: row for row in db.all(_POSTS, since=since, fewest=fewest)}
    heard = _heard_of(db, _POST_HEARD, at, [*rows], since)
    found = [_found("post", id_, own, 0, fewest, rows[id_][2]) for id_, own in heard.items()]
    best: dict[int, Found] = {}
    for one in sorted(found, key=_order):
        best.setdefault(rows[one.subject_id][1], one)
    return _ranked([*best.values()])


def _used(db: Db, kind: str, at: int, fewest: int, asked: tuple[Prepared, Prepared, Prepared]) -> list[Found]:
    often, heard_of, usual_of = asked
    first = at // DAY - LATELY - 1  # the last day of which no use is as young as that
    ids = db.column(often, ids=db.id_list(range(first + 1, at // DAY + 1)), fewest=fewest)
    heard = _heard_of(db, heard_of, at, ids, first_id_at(at - LATELY * DAY))
    rows = db.all(usual_of, ids=db.id_list(ids), after=first - BEFORE, until=first)
    usual = {row[0]: int(row[1]) * LATELY / BEFORE for row in rows}
    return [_found(kind, id_, own, usual.get(id_, 0), fewest) for id_, own in heard.items()]


def _found(kind: str, id_: int, heard: dict[int, int], usual: float, fewest: int, language: str = "") -> Found:
    return Found(kind, id_, score(heard, usual, fewest), sum(heard.values()), round(usual), language)


def _heard_of(db: Db, asked: Prepared, at: int, ids: Sequence[int], since: int) -> dict[int, dict[int, int]]:
    """By subject: how many people spoke of it last so many hours ago."""
    found: dict[int, dict[int, int]] = {}
    for subject, hour, count in db.all(asked, ids=db.id_list(ids), since=since) if ids else ():
        found.setdefault(subject, {})[at // HOUR - int(hour)] = count
    return found


def _order(one: Found) -> tuple[float, int]:
    return (-one.score, -one.subject_id)


def _ranked(found: Sequence[Found]) -> list[Found]:
    return sorted((one for one in found if one.score > 0), key=_order)[:KEPT]


COUNTS: tuple[Callable[[Db, int, int], list[Found]], ...] = (count_tags, count_posts, count_links)
