"""What a viewer is shown inside of posts that quote: the state of each quote, as it is for them at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, false, select

from perron.posts.visibility import ForViewer, Viewer, barred, barriers, silences
from perron.store import Db, among
from perron.store.tables import account_domain_blocks, accounts, posts

SHOWN = ("accepted", "blocked_account", "blocked_domain", "muted_account")
"""States with which the quoted post is handed over; all but the first ask readers not to be shown it."""

_quoted = posts.alias("quoted")
_domains = account_domain_blocks.alias("shut_out")
_there = accounts.alias("quoted_author")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What one post carries inside: the id of the quoted post, and how that stands for the viewer."""

    id: int
    state: str

    @property
    def shown(self) -> bool:
        """Whether the post itself is handed over."""
        return self.state in SHOWN


def _states(viewer: Viewer) -> Select[Any]:
    blocked: Any = false()
    muted: Any = false()
    shut_out: Any = false()
    if viewer is not None:
        blocked = exists().where(barriers.c.owner_id == viewer, barriers.c.target_id == _quoted.c.author_id)
        muted = exists().where(silences.c.owner_id == viewer, silences.c.target_id == _quoted.c.author_id)
        shut_out = exists().where(
            _domains.c.owner_id == viewer, _domains.c.domain == _there.c.domain, _there.c.id == _quoted.c.author_id
        )
    columns = (posts.c.id, posts.c.quote_of_id, posts.c.quote_state, _quoted.c.id)
    return (
        select(*columns, barred(viewer, posts, _quoted), blocked, shut_out, muted)
        .outerjoin(_quoted, _quoted.c.id == posts.c.quote_of_id)
        .where(among(posts.c.id), posts.c.quote_of_id.is_not(None))
    )


_STATES = ForViewer(_states)


def quotes_in(db: Db, post_ids: Sequence[int], *, viewer: int | None) -> dict[int, Quoted]:
    """What each of these posts quotes, for a viewer; those that quote nothing are not named."""
    return {row[0]: _as_it_stands(row) for row in _STATES.all(db, viewer, ids=db.id_list(post_ids))}


def _as_it_stands(row: tuple[Any, ...]) -> Quoted:
    _, quoted_id, state, there, kept_away, blocked, shut_out, muted = row
    if state != "accepted":
        return Quoted(quoted_id, state)
    if there is None:
        return Quoted(quoted_id, "deleted")
    if kept_away:
        return Quoted(quoted_id, "unauthorized")
    if blocked:
        return Quoted(quoted_id, "blocked_account")
    if shut_out:
        return Quoted(quoted_id, "blocked_domain")
    return Quoted(quoted_id, "muted_account" if muted else "accepted")
