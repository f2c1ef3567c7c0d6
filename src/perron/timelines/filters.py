"""Filters: words and posts that an account does not want to meet, where, and what happens instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from perron.kit import json
from perron.kit.time import now
from perron.store import Db, Prepared, among
from perron.store.tables import filter_posts, filter_words, filters, media, polls, posts

CONTEXTS = ("home", "notifications", "public", "thread", "account")
ACTIONS = ("warn", "hide", "blur")


@dataclass(frozen=True, slots=True)
class Keyword:
    id: int
    keyword: str
    whole_word: bool


@dataclass(frozen=True, slots=True)
class FilteredPost:
    id: int
    post_id: int


@dataclass(slots=True)
class Filter:
    """One filter with its words and posts. `expires_at` in milliseconds since 1970."""

    id: int
    account_id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: int | None
    keywords: list[Keyword] = field(default_factory=list)
    posts: list[FilteredPost] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.expires_at is not None and self.expires_at <= now()

    def pattern(self) -> re.Pattern[str] | None:
        """One pattern for all its words, or None when it has none."""
        parts = [_word(one) for one in self.keywords if one.keyword.strip()]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _word(one: Keyword) -> str:
    literal = re.escape(one.keyword.strip())
    if not one.whole_word:
        return literal
    start = r"(?<!\w)" if re.match(r"\w", one.keyword.strip()) else ""
    end = r"(?!\w)" if re.search(r"\w$", one.keyword.strip()) else ""
    return f"{start}{literal}{end}"


@dataclass(frozen=True, slots=True)
class Match:
    """Why a post is filtered."""

    filter: Filter
    words: tuple[str, ...]
    posts: tuple[int, ...]


_FILTERS = Prepared(select(filters).where(filters.c.account_id == bindparam("of_account")).order_by(filters.c.id))
_WORDS = Prepared(select(filter_words).where(among(filter_words.c.filter_id)).order_by(filter_words.c.id))
_POSTS = Prepared(select(filter_posts).where(among(filter_posts.c.filter_id)).order_by(filter_posts.c.id))
_TEXTS = Prepared(
    select(posts.c.id, posts.c.author_id, posts.c.warning, posts.c.text, posts.c.html, polls.c.options)
    .outerjoin(polls, polls.c.id == posts.c.id)
    .where(among(posts.c.id), posts.c.boost_of_id.is_(None))
)
_DESCRIPTIONS = Prepared(select(media.c.post_id, media.c.description).where(among(media.c.post_id)))


def filters_of(db: Db, account_id: int) -> list[Filter]:
    """An account's filters, whole."""
    found = {
        row[0]: Filter(row[0], row[1], row[2], tuple(json.decode(row[3])), row[4], row[5])
        for row in db.all(_FILTERS, of_account=account_id)
    }
    if found:
        for id_, filter_id, keyword, whole in db.all(_WORDS, ids=db.id_list([*found])):
            found[filter_id].keywords.append(Keyword(id_, keyword, bool(whole)))
        for id_, filter_id, post_id in db.all(_POSTS, ids=db.id_list([*found])):
            found[filter_id].posts.append(FilteredPost(id_, post_id))
    return list(found.values())


class Filtering:
    """An account's filters held against a page of posts. One's own posts are never filtered."""

    def __init__(self, account_id: int, chosen: Sequence[Filter]) -> None:
        self.account_id = account_id
        self._chosen = [(one, one.pattern()) for one in chosen]
        self._found: dict[int, list[Match]] = {}

    @classmethod
    def of(cls, db: Db, account_id: int, context: str) -> "Filtering":
        """The filters of an account that hold in a context."""
        return cls(account_id, [one for one in filters_of(db, account_id) if context in one.contexts and not one.over])

    def look_at(self, db: Db, post_ids: Sequence[int]) -> None:
        """Read these posts and find which filters they meet."""
        if not self._chosen:
            return
        ids = db.id_list(post_ids)
        words: dict[int, list[str]] = {}
        for id_, author_id, warning, text, html, options in db.all(_TEXTS, ids=ids):
            if author_id != self.account_id:
                words[id_] = [warning, text or html or "", *(json.decode(options) if options else ())]
        for post_id, description in db.all(_DESCRIPTIONS, ids=ids):
            if post_id in words:
                words[post_id].append(description)
        for id_, parts in words.items():
            matches = [match for one, pattern in self._chosen if (match := _match(one, pattern, id_, "\n".join(parts)))]
            if matches:
                self._found[id_] = matches

    def hides(self, post_id: int) -> bool:
        """Whether a post is not to be shown at all."""
        return any(match.filter.action == "hide" for match in self._found.get(post_id, ()))

    def found(self, post_id: int) -> list[Match]:
        """Why a post is filtered."""
        return self._found.get(post_id, [])


def _match(one: Filter, pattern: re.Pattern[str] | None, post_id: int, text: str) -> Match | None:
    words = tuple(dict.fromkeys(found.group() for found in pattern.finditer(text))) if pattern else ()
    named = tuple(each.post_id for each in one.posts if each.post_id == post_id)
    return Match(one, words, named) if words or named else None
