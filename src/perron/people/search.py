"""Finding accounts by name: every account is in the index from the moment it is added, under what it is called now."""

from collections.abc import Iterable, Sequence

import regex
from sqlalchemy import Select, and_, bindparam, case, exists, select

from perron.store import Db, Prepared, Tx, among, const
from perron.store.search import account_words
from perron.store.tables import accounts, follows
from perron.text.letters import bare

_PARTS = regex.compile(r"[\p{L}\p{M}\p{N}]+").findall
MOST_WORDS = 8

_CALLED = Prepared(
    select(accounts.c.username, accounts.c.domain, accounts.c.display_name).where(
        accounts.c.id == bindparam("of_account")
    )
)
_PAGE = Prepared(
    select(accounts.c.id).where(accounts.c.id > bindparam("after")).order_by(accounts.c.id).limit(bindparam("limit"))
)
_STANDING = Prepared(
    select(accounts.c.id, accounts.c.username, accounts.c.domain, accounts.c.display_name).where(
        among(accounts.c.id), accounts.c.state != const("deleted")
    )
)
_followed = exists().where(follows.c.follower_id == bindparam("viewer"), follows.c.target_id == accounts.c.id)


def _search(*more: object) -> Prepared:
    query: Select[tuple[int]] = (
        select(accounts.c.id)
        .join(account_words.table, account_words.id == accounts.c.id)
        .where(account_words.matches("words"), accounts.c.state == const("active"), and_(True, *more))  # type: ignore[arg-type]
        .order_by(
            case((accounts.c.handle == bindparam("exactly"), 0), else_=1),
            case((_followed, 0), else_=1),
            accounts.c.followers_count.desc(),
            accounts.c.id,
        )
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )
    return Prepared(query)


_EVERYBODY, _FOLLOWED = _search(), _search(_followed)


def index_account(tx: Tx, account_id: int) -> None:
    """Make an account found by what it is called now; it must not be in the index."""
    if words := _words(tx, account_id):
        account_words.add(tx, account_id, words)


def forget_account(tx: Tx, account_id: int) -> None:
    """Make an account no longer found; to be done before what it is called changes."""
    if words := _words(tx, account_id):
        account_words.remove(tx, account_id, words)


def index_page(tx: Tx, after: int, limit: int) -> tuple[int, int]:
    """Put the next accounts into an index that is empty; how many, and the last one's id."""
    ids = tx.column(_PAGE, after=after, limit=limit)
    index_accounts(tx, ids)
    return len(ids), ids[-1] if ids else after


def index_accounts(tx: Tx, ids: Sequence[int]) -> None:
    """Put those of these accounts into the index that were not deleted; they must not be there."""
    standing = tx.all(_STANDING, ids=tx.id_list(ids))
    account_words.add_many(tx, [(row[0], words) for row in standing if (words := _words_of(row[1:]))])


def search_accounts(
    db: Db,
    query: str,
    *,
    viewer: int | None,
    handle: str = "",
    limit: int = 20,
    offset: int = 0,
    following: bool = False,
) -> list[int]:
    """Ids of accounts whose name or handle has words that begin so: the one called `handle` first, then those one
    follows, then those with many followers."""
    words = match(query)
    if not words:
        return []
    chosen = _FOLLOWED if following else _EVERYBODY
    asked = account_words.asked(db, words)
    return db.column(chosen, words=asked, viewer=viewer or 0, exactly=handle, limit=limit, offset=offset)


def match(query: str) -> str:
    """A query for the index: each word of the text as a prefix; "" when it has none."""
    return " ".join(f'"{word}"*' for word in _PARTS(bare(query))[:MOST_WORDS])


def _words(db: Db, account_id: int) -> str:
    row = db.one(_CALLED, of_account=account_id)
    return _words_of(row) if row else ""


def _words_of(called: Iterable[str | None]) -> str:
    return bare(" ".join(part for part in called if part))
