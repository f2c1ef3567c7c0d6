"""What those who look after this server read."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.about import Rule
from perron.entities.shapes.accounts import Account, Role
from perron.entities.shapes.common import Id, Language, Time
from perron.entities.shapes.moderation import Category
from perron.entities.shapes.statuses import Status

Number = Annotated[str, Meta(pattern="^-?[0-9]+$", description="A whole number written as text.")]


class AdminIp(TypedDict):
    """An address from which somebody came."""

    ip: str
    used_at: Time


class AdminAccount(TypedDict):
    """An account with what moderators may know of it. This server keeps no addresses from which people come: `ip` is
    always null, `ips` always empty."""

    id: Id
    username: str
    domain: str | None
    created_at: Time
    email: str | None
    ip: str | None
    ips: list[AdminIp]
    role: Role | None
    confirmed: bool
    approved: bool
    disabled: bool
    silenced: bool
    suspended: bool
    sensitized: bool
    locale: Language | None
    invite_request: str | None
    account: Account
    created_by_application_id: NotRequired[Id]
    invited_by_account_id: NotRequired[Id]


class AdminReport(TypedDict):
    """A report with everybody who has to do with it, and the posts that it points at."""

    id: Id
    action_taken: bool
    action_taken_at: Time | None
    category: Category
    comment: str
    forwarded: bool
    created_at: Time
    updated_at: Time
    account: AdminAccount | None
    target_account: AdminAccount | None
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: list[Status]
    rules: list[Rule]


class AdminDomainBlock(TypedDict):
    """How this server meets another."""

    id: Id
    domain: str
    digest: str
    created_at: Time
    severity: Literal["silence", "suspend", "noop"]
    reject_media: bool
    reject_reports: bool
    private_comment: str | None
    public_comment: str | None
    obfuscate: bool


class AdminDomainAllow(TypedDict):
    """A server that is allowed."""

    id: Id
    domain: str
    created_at: Time


class Attempts(TypedDict):
    """The sign-ups of a day that met with a block. Nobody is told apart: both numbers are the same."""

    day: Number
    accounts: Number
    uses: Number


class AdminEmailDomainBlock(TypedDict):
    """A domain with whose addresses nobody joins."""

    id: Id
    domain: str
    created_at: Time
    history: list[Attempts]
    allow_with_approval: bool


class AdminCanonicalEmailBlock(TypedDict):
    """An address with which nobody joins, by its digest."""

    id: Id
    canonical_email_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class AdminIpBlock(TypedDict):
    """What holds for a network."""

    id: Id
    ip: str
    severity: Literal["sign_up_requires_approval", "sign_up_block", "no_access"]
    comment: str
    created_at: Time
    expires_at: Time | None


class MeasureDay(TypedDict):
    """One day of a measure."""

    date: Time
    value: Number


class AdminMeasure(TypedDict):
    """How much there was of something in a period, day by day."""

    key: str
    unit: str | None
    total: Number
    human_value: NotRequired[str]
    previous_total: NotRequired[Number]
    data: list[MeasureDay]


class DimensionRow(TypedDict):
    """One among several."""

    key: str
    human_key: str
    value: str
    unit: NotRequired[str]
    human_value: NotRequired[str]


class AdminDimension(TypedDict):
    """What there is most of."""

    key: str
    data: list[DimensionRow]


class CohortDay(TypedDict):
    """How many of those who joined in a period were still here in another."""

    date: Time
    rate: float
    value: Number


class AdminCohort(TypedDict):
    """Those who joined in one period, and whether they stayed."""

    period: Time
    frequency: Literal["day", "month"]
    data: list[CohortDay]
