"""Polls: open, vote, close."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from perron.jobs import cancel, emit
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.settings import Settings
from perron.kit.time import DAY, MINUTE, now
from perron.people.model import Account
from perron.posts.model import PollClosed, PollDraft
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx, among, tell
from perron.store import insert as insert_into
from perron.store.tables import polls, votes
from perron.text.reading import length

LONGEST_OPTION = 50
SHORTEST, LONGEST = 5 * MINUTE, 31 * DAY

_ADD = insert_into(polls, "id", "expires_at", "multiple", "hide_totals", "options", "tally")
_POLL = (polls.c.id, polls.c.expires_at, polls.c.multiple, polls.c.hide_totals, polls.c.closed)
_SOME = Prepared(select(*_POLL, polls.c.options, polls.c.tally, polls.c.voters_count).where(among(polls.c.id)))
_VOTES = Prepared(
    select(votes.c.poll_id, votes.c.choices).where(
        votes.c.account_id == bindparam("account_id"), among(votes.c.poll_id)
    )
)
_HOLD = Prepared(  # one vote after another; said on PostgreSQL only, for SQLite has one writer
    select(polls.c.id).where(polls.c.id == bindparam("of_poll")).with_for_update()
)
_VOTE = Prepared(insert(votes), "poll_id", "account_id", "choices")
_TALLY = Prepared(
    update(polls)
    .where(polls.c.id == bindparam("poll_id"))
    .values(tally=bindparam("new_tally"), voters_count=polls.c.voters_count + 1)
)
_PROLONG = Prepared(
    update(polls)
    .where(polls.c.id == bindparam("poll_id"))
    .values(expires_at=bindparam("until"), hide_totals=bindparam("hide"), closed=False)
)
_CLOSE = Prepared(update(polls).where(polls.c.id == bindparam("poll_id")).values(closed=True))
_REMOVE = Prepared(delete(polls).where(polls.c.id == bindparam("poll_id")))
_REMOVE_VOTES = Prepared(delete(votes).where(votes.c.poll_id == bindparam("poll_id")))
_VOTERS = Prepared(select(votes.c.account_id).where(votes.c.poll_id == bindparam("poll_id")))


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with its options and what was answered so far."""

    id: int
    expires_at: int | None
    multiple: bool
    hide_totals: bool
    closed: bool
    options: tuple[str, ...]
    tally: tuple[int, ...]
    voters_count: int

    @property
    def expired(self) -> bool:
        """Whether no more votes are taken."""
        return self.closed or self.over(None)

    def over(self, at: int | None) -> bool:
        """Whether its time is over at a moment; now when None."""
        return self.expires_at is not None and self.expires_at <= (now() if at is None else at)


def check_poll(draft: PollDraft, settings: Settings) -> None:
    """Refuse a poll that could not be answered."""
    if not 2 <= len(draft.options) <= settings.poll_max_options:
        raise Invalid(f"Validation failed: A poll has 2 to {settings.poll_max_options} options.")
    if any(not option.strip() or length(option) > LONGEST_OPTION for option in draft.options):
        raise Invalid(f"Validation failed: Each option has 1 to {LONGEST_OPTION} characters.")
    if len({option.strip() for option in draft.options}) < len(draft.options):
        raise Invalid("Validation failed: Options must be different from each other")
    if not SHORTEST <= draft.lasts <= LONGEST:
        raise Invalid("Validation failed: A poll lasts from 5 minutes to 31 days.")


def open_poll(tx: Tx, post_id: int, draft: PollDraft, at: int) -> None:
    """Write down a checked poll that is open from a moment on (milliseconds); it closes by itself."""
    expires_at = at + draft.lasts
    options = json.encode_text([option.strip() for option in draft.options])
    tally = json.encode_text([0] * len(draft.options))
    tx.run(
        _ADD,
        id=post_id,
        expires_at=expires_at,
        multiple=draft.multiple,
        hide_totals=draft.hide_totals,
        options=options,
        tally=tally,
    )
    emit(tx, PollClosed(post_id), due=expires_at)


def prolong_poll(tx: Tx, post_id: int, draft: PollDraft) -> None:
    """Let a poll last as long as a draft says from now on, with totals shown or hidden as it says; votes stay."""
    expires_at = now() + draft.lasts
    cancel(tx, PollClosed(post_id))
    tx.run(_PROLONG, poll_id=post_id, until=expires_at, hide=draft.hide_totals)
    emit(tx, PollClosed(post_id), due=expires_at)


def polls_of(db: Db, post_ids: list[int]) -> dict[int, Poll]:
    """The polls of these posts, by post."""
    return {row[0]: _poll(row) for row in db.all(_SOME, ids=db.id_list(post_ids))}


def _poll(row: tuple[Any, ...]) -> Poll:
    id_, expires_at, multiple, hide_totals, closed, options, tally, voters = row
    return Poll(
        id_,
        expires_at,
        bool(multiple),
        bool(hide_totals),
        bool(closed),
        tuple(json.decode(options)),
        tuple(json.decode(tally)),
        voters,
    )


def find_poll(db: Db, poll_id: int, *, viewer: int | None) -> Poll | None:
    """A poll whose post the viewer may see."""
    if find_post(db, poll_id, viewer=viewer) is None:
        return None
    return polls_of(db, [poll_id]).get(poll_id)


def own_votes(db: Db, account_id: int, poll_ids: list[int]) -> dict[int, list[int]]:
    """What an account chose in each of these polls where it voted."""
    rows = db.all(_VOTES, account_id=account_id, ids=db.id_list(poll_ids))
    return {row[0]: json.decode(row[1]) for row in rows}


def voters(db: Db, poll_id: int) -> list[int]:
    """Everybody who voted."""
    return db.column(_VOTERS, poll_id=poll_id)


def vote(tx: Tx, voter: Account, poll_id: int, choices: list[int], *, at: int | None = None) -> None:
    """Count an account's choices, once and for all; `at` is when they were made, for votes that are brought in."""
    tx.value(_HOLD, of_poll=poll_id)
    post = find_post(tx, poll_id, viewer=voter.id)
    poll = polls_of(tx, [poll_id]).get(poll_id)
    if post is None or poll is None:
        raise NotFound
    if post.author_id == voter.id:
        raise Invalid("Validation failed: You cannot vote in your own poll")
    if poll.over(at):
        raise Invalid("Validation failed: The poll has already ended")
    if own_votes(tx, voter.id, [poll_id]):
        raise Invalid("Validation failed: You have already voted on this poll")
    chosen = sorted(set(choices))
    if not chosen or any(not 0 <= one < len(poll.options) for one in chosen):
        raise Invalid("Validation failed: There is no such option in this poll")
    if len(chosen) > 1 and not poll.multiple:
        raise Invalid("Validation failed: This poll takes one choice")
    tally = [count + (index in chosen) for index, count in enumerate(poll.tally)]
    tx.run(_VOTE, poll_id=poll_id, account_id=voter.id, choices=json.encode_text(chosen))
    tx.run(_TALLY, poll_id=poll_id, new_tally=json.encode_text(tally))
    tell(tx, "post_changed", poll_id, post.author_id)


def close_poll(tx: Tx, poll_id: int) -> None:
    tx.run(_CLOSE, poll_id=poll_id)


def remove_poll(tx: Tx, post_id: int) -> None:
    """Take a poll and its votes away, as when a post is deleted or its poll is replaced."""
    cancel(tx, PollClosed(post_id))
    tx.run(_REMOVE_VOTES, poll_id=post_id)
    tx.run(_REMOVE, poll_id=post_id)
