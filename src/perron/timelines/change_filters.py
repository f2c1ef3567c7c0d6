"""Make filters, change them, let them go. Whoever reads anything is told at once, on every device."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.people.flags import set_flag
from perron.people.model import Account
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import filter_posts, filter_words, filters
from perron.timelines.filters import ACTIONS, CONTEXTS, Filter, FilteredPost, Keyword, filters_of

LONGEST_TITLE = 256
LONGEST_WORD = 512
MOST_FILTERS, MOST_WORDS = 200, 500

_ADD = insert(filters, "id", "account_id", "title", "contexts", "action", "expires_at")
_CHANGE = Prepared(
    update(filters)
    .where(filters.c.id == bindparam("of_filter"))
    .values(
        title=bindparam("new_title"),
        contexts=bindparam("new_contexts"),
        action=bindparam("new_action"),
        expires_at=bindparam("new_end"),
    )
)
_REMOVE = Prepared(delete(filters).where(filters.c.id == bindparam("of_filter")))
_REMOVE_WORDS = Prepared(delete(filter_words).where(filter_words.c.filter_id == bindparam("of_filter")))
_REMOVE_POSTS = Prepared(delete(filter_posts).where(filter_posts.c.filter_id == bindparam("of_filter")))
_ADD_WORD = insert(filter_words, "id", "filter_id", "keyword", "whole_word")
_CHANGE_WORD = Prepared(
    update(filter_words)
    .where(filter_words.c.id == bindparam("of_word"))
    .values(keyword=bindparam("new_keyword"), whole_word=bindparam("new_whole"))
)
_REMOVE_WORD = Prepared(delete(filter_words).where(filter_words.c.id == bindparam("of_word")))
_ADD_POST = insert(filter_posts, "id", "filter_id", "post_id")
_REMOVE_POST = Prepared(delete(filter_posts).where(filter_posts.c.id == bindparam("of_entry")))
_FILTER_OF_WORD = Prepared(select(filter_words.c.filter_id).where(filter_words.c.id == bindparam("of_word")))
_FILTER_OF_POST = Prepared(select(filter_posts.c.filter_id).where(filter_posts.c.id == bindparam("of_entry")))


@dataclass(frozen=True, slots=True)
class WordChange:
    """A word to add (no `id`), to change, or to take out; None leaves a thing as it is."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class FilterDraft:
    """A filter as somebody wishes it."""

    title: str
    contexts: tuple[str, ...]
    action: str = "warn"
    expires_at: int | None = None
    words: Sequence[WordChange] = ()


def own_filter(db: Db, owner_id: int, filter_id: int) -> Filter:
    """One of an account's own filters; NotFound when it is not."""
    for one in filters_of(db, owner_id):
        if one.id == filter_id:
            return one
    raise NotFound


def filter_of_word(db: Db, owner_id: int, word_id: int) -> tuple[Filter, Keyword]:
    """A word of one of an account's own filters, with its filter."""
    found = own_filter(db, owner_id, db.value(_FILTER_OF_WORD, of_word=word_id) or 0)
    return found, next(one for one in found.keywords if one.id == word_id)


def filter_of_post(db: Db, owner_id: int, entry_id: int) -> tuple[Filter, FilteredPost]:
    """A post in one of an account's own filters, with its filter."""
    found = own_filter(db, owner_id, db.value(_FILTER_OF_POST, of_entry=entry_id) or 0)
    return found, next(one for one in found.posts if one.id == entry_id)


def make_filter(tx: Tx, owner: Account, draft: FilterDraft) -> Filter:
    """Begin to filter."""
    check_filter(draft)
    if len(filters_of(tx, owner.id)) >= MOST_FILTERS:
        raise Invalid(f"Validation failed: One has at most {MOST_FILTERS} filters")
    id_ = new_id()
    tx.run(
        _ADD,
        id=id_,
        account_id=owner.id,
        title=draft.title,
        contexts=json.encode_text(draft.contexts),
        action=draft.action,
        expires_at=draft.expires_at,
    )
    _change_words(tx, Filter(id_, owner.id, "", (), "", None), draft.words)
    set_flag(tx, owner.id, "has_filters", True)
    tell(tx, "filters", owner.id)
    return own_filter(tx, owner.id, id_)


def change_filter(tx: Tx, owner: Account, filter_id: int, draft: FilterDraft) -> Filter:
    """Filter otherwise; words that are not named stay."""
    before = own_filter(tx, owner.id, filter_id)
    check_filter(draft)
    tx.run(
        _CHANGE,
        of_filter=before.id,
        new_title=draft.title,
        new_contexts=json.encode_text(draft.contexts),
        new_action=draft.action,
        new_end=draft.expires_at,
    )
    _change_words(tx, before, draft.words)
    tell(tx, "filters", owner.id)
    return own_filter(tx, owner.id, before.id)


def remove_filter(tx: Tx, owner: Account, filter_id: int) -> None:
    """Filter no longer."""
    found = own_filter(tx, owner.id, filter_id)
    for statement in (_REMOVE_WORDS, _REMOVE_POSTS, _REMOVE):
        tx.run(statement, of_filter=found.id)
    set_flag(tx, owner.id, "has_filters", bool(filters_of(tx, owner.id)))
    tell(tx, "filters", owner.id)


def add_word(tx: Tx, owner: Account, filter_id: int, change: WordChange) -> Keyword:
    """Give a filter one word more."""
    found = own_filter(tx, owner.id, filter_id)
    _change_words(tx, found, [change], "Keyword")
    tell(tx, "filters", owner.id)
    return own_filter(tx, owner.id, found.id).keywords[-1]


def change_word(tx: Tx, owner: Account, word_id: int, change: WordChange) -> Keyword:
    """Change a word of a filter."""
    found, _ = filter_of_word(tx, owner.id, word_id)
    _change_words(tx, found, [change], "Keyword")
    tell(tx, "filters", owner.id)
    return filter_of_word(tx, owner.id, word_id)[1]


def remove_word(tx: Tx, owner: Account, word_id: int) -> None:
    """Take a word out of its filter."""
    filter_of_word(tx, owner.id, word_id)
    tx.run(_REMOVE_WORD, of_word=word_id)
    tell(tx, "filters", owner.id)


def filter_post(tx: Tx, owner: Account, filter_id: int, post_id: int) -> FilteredPost:
    """Have a filter hold for one post, whatever its words."""
    found = own_filter(tx, owner.id, filter_id)
    if find_post(tx, post_id, viewer=owner.id) is None:
        raise NotFound
    if any(one.post_id == post_id for one in found.posts):
        raise Invalid("Validation failed: Status has already been taken")
    made = FilteredPost(new_id(), post_id)
    tx.run(_ADD_POST, id=made.id, filter_id=found.id, post_id=post_id)
    tell(tx, "filters", owner.id)
    return made


def unfilter_post(tx: Tx, owner: Account, entry_id: int) -> None:
    """Take a post out of its filter."""
    filter_of_post(tx, owner.id, entry_id)
    tx.run(_REMOVE_POST, of_entry=entry_id)
    tell(tx, "filters", owner.id)


def check_filter(draft: FilterDraft) -> None:
    """Refuse a filter without a title, without a place, or with an unknown way of filtering."""
    if not draft.title.strip():
        raise Invalid("Validation failed: Title can't be blank")
    if len(draft.title) > LONGEST_TITLE:
        raise Invalid(f"Validation failed: Title is too long (maximum is {LONGEST_TITLE} characters)")
    if not draft.contexts:
        raise Invalid("Validation failed: Context None or invalid context supplied")
    if any(one not in CONTEXTS for one in draft.contexts):
        raise Invalid("Validation failed: Context None or invalid context supplied")
    if draft.action not in ACTIONS:
        raise Invalid("Validation failed: Filter action is not included in the list")


def _change_words(tx: Tx, found: Filter, changes: Sequence[WordChange], called: str = "Keywords keyword") -> None:
    known = {one.id: one for one in found.keywords}
    if len(known) + sum(one.id is None for one in changes) > MOST_WORDS:
        raise Invalid(f"Validation failed: A filter has at most {MOST_WORDS} words")
    for one in changes:
        if one.id is None:
            if not one.gone:
                word = _checked(one.keyword, called)
                whole = True if one.whole_word is None else one.whole_word
                tx.run(_ADD_WORD, id=new_id(), filter_id=found.id, keyword=word, whole_word=whole)
            continue
        before = known.get(one.id)
        if before is None:
            raise NotFound
        if one.gone:
            tx.run(_REMOVE_WORD, of_word=before.id)
            continue
        word = before.keyword if one.keyword is None else _checked(one.keyword, called)
        whole = before.whole_word if one.whole_word is None else one.whole_word
        tx.run(_CHANGE_WORD, of_word=before.id, new_keyword=word, new_whole=whole)


def _checked(keyword: str | None, called: str) -> str:
    word = (keyword or "").strip()
    if not word:
        raise Invalid(f"Validation failed: {called} can't be blank")
    if len(word) > LONGEST_WORD:
        raise Invalid(f"Validation failed: {called} is too long (maximum is {LONGEST_WORD} characters)")
    return word
