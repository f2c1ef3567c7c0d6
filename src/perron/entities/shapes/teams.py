"""Organisations: brands, people, invitations, the journal."""

from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Count, Id, Time

Role = Literal["owner", "editor", "author", "analyst"]
Standing = Literal["owner", "member"]


class Organisation(TypedDict):
    """A house of several brands."""

    id: Id
    name: str
    role: Annotated[Standing, Meta(description="What the one who asks is in it; an owner decides.")]
    two_factor_required: bool


class TeamBrand(TypedDict):
    """An account of an organisation, and how it works."""

    account: Account
    role: Annotated[Role | None, Meta(description="What the one who asks is to it.")]
    four_eyes: Annotated[bool, Meta(description="Nobody approves what they wrote themselves.")]
    byline: Annotated[bool, Meta(description="Posts end with their writer's initials.")]
    paused_at: Annotated[Time | None, Meta(description="Since when nothing goes out by itself.")]


class BrandRole(TypedDict):
    """What somebody is to one brand."""

    account_id: Id
    role: Role


class TeamMember(TypedDict):
    """Somebody in an organisation."""

    user_id: Id
    account: Annotated[Account | None, Meta(description="By which account they are known.")]
    role: Standing
    initials: str
    held: Annotated[bool, Meta(description="They speak for no brand until they ask for a second step.")]
    brands: list[BrandRole]


class TeamInvitation(TypedDict):
    """A way in that is still open."""

    id: Id
    email: str | None
    uses_left: Count
    expires_at: Time
    url: Annotated[str | None, Meta(description="The link; told when it is made, and never again.")]


class TeamLine(TypedDict):
    """One line of the journal."""

    id: Id
    created_at: Time
    by: Annotated[Account | None, Meta(description="Who did it; nobody for what happened by itself.")]
    account_id: Annotated[Id | None, Meta(description="The brand it is about.")]
    verb: str
    label: str
    detail: dict[str, Any]


class SubmissionLine(TypedDict):
    """Something that was said or done about a submission."""

    id: Id
    created_at: Time
    by: Annotated[Account | None, Meta(description="Who; nobody for what happened by itself, or was said by a client.")]
    name: Annotated[str, Meta(description="Of a client.")]
    verb: str
    text: str
    inside: Annotated[bool, Meta(description="Clients do not read it.")]
    fingerprint: str


class Submission(TypedDict):
    """What was handed in for approval."""

    id: Id
    account_id: Id
    by: Account | None
    state: Literal["waiting", "changes", "approved", "published", "withdrawn"]
    posts: Annotated[list[str], Meta(description="The words of each post, in order.")]
    scheduled_at: Time | None
    embargo_until: Time | None
    variants_of: str
    fingerprint: Annotated[str, Meta(description="Of what stands there now; send it back to approve it.")]
    approved: Annotated[bool, Meta(description="What stands there is what somebody approved.")]
    published_ids: list[Id]
    draft_id: Id


class SubmissionWithLines(Submission):
    """With its history."""

    lines: list[SubmissionLine]


class SheetFigure(TypedDict):
    """One figure of a brand."""

    name: Literal["posts", "paid", "answers", "echoes", "followers", "asked", "answered", "first_answer", "satisfied"]
    value: Annotated[float | int | None, Meta(description="Null where there is too little to say.")]
    unit: Literal["number", "per_post", "percent", "minutes"]
    n: Annotated[Count, Meta(description="Of how many it is.")]


class SheetBrand(TypedDict):
    """The figures of a brand."""

    account_id: Id
    figures: list[SheetFigure]


class Sheet(TypedDict):
    """The same figures for several brands over the same days."""

    since: str
    until: str
    brands: list[SheetBrand]
