"""Reports, decisions, appeals, and the facts about them."""

from dataclasses import dataclass
from typing import NamedTuple

from perron.jobs import Event

CATEGORIES = ("spam", "legal", "violation", "other")
ACTIONS = ("warn", "sensitive", "delete_posts", "veil", "limit", "disable", "suspend")
ABOUT_POSTS = ("sensitive", "delete_posts")
LASTING = ("veil", "limit", "disable", "suspend")
"""What goes on until somebody undoes it."""
SHUTS_OUT = ("disable", "suspend")
"""After which somebody can read no notice."""
RANKS = {"user": 0, "moderator": 1, "admin": 2, "owner": 3}


class Moderator(NamedTuple):
    """Who decides: a user with a role on this server, under the account for which they act."""

    user_id: int
    account_id: int
    role: str


class Report(NamedTuple):
    """What somebody told the moderators about an account. `state`: open or closed."""

    id: int
    reporter_id: int
    target_id: int
    category: str
    comment: str
    rules: list[int]
    posts: list[int]
    state: str
    taken_by: int | None
    closed_by: int | None
    closed_at: int | None


class Note(NamedTuple):
    """What moderators tell each other about a report."""

    id: int
    report_id: int
    by_id: int
    text: str


class Strike(NamedTuple):
    """What was decided about an account. Rules and posts are kept with their words, as they were at the time."""

    id: int
    target_id: int
    by_id: int
    report_id: int | None
    action: str
    text: str
    rules: list[tuple[int, str]]
    posts: list[tuple[int, str]]
    undone_at: int | None


class Appeal(NamedTuple):
    """What somebody answered to a decision about them. `state`: open, granted or refused."""

    id: int
    strike_id: int
    account_id: int
    text: str
    state: str
    decided_by: int | None
    decided_at: int | None
    answer: str


class Entry(NamedTuple):
    """One line of the audit. `by_id` is None when the server itself did it, as by a command."""

    id: int
    by_id: int | None
    verb: str
    subject: str
    subject_id: int | None
    label: str
    detail: dict[str, object]


class DomainRule(NamedTuple):
    """How this server meets another and all its subdomains. `severity`: none, silence or suspend."""

    id: int
    domain: str
    severity: str
    reject_media: bool
    reject_reports: bool
    public_comment: str
    private_comment: str
    obscured: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator wishes to do about an account, why in words for that person, and by which rules.

    `report_id` is the report that led to it; `closes` are reports that are answered by it.
    """

    action: str
    text: str
    rules: tuple[int, ...]
    posts: tuple[int, ...] = ()
    report_id: int | None = None
    closes: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReportMade(Event):
    report_id: int


@dataclass(frozen=True)
class ShutOut(Event):
    strike_id: int


@dataclass(frozen=True)
class LetBackIn(Event):
    account_id: int
    strike_id: int


@dataclass(frozen=True)
class AppealRefused(Event):
    appeal_id: int


@dataclass(frozen=True)
class SignUpApproved(Event):
    account_id: int
