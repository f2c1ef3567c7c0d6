"""What somebody is told, one by one and in groups; who is kept apart, and how far one has read."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.collections import Collection
from perron.entities.shapes.common import Count, Html, Id, Time, Url
from perron.entities.shapes.moderation import AccountWarning, Report
from perron.entities.shapes.statuses import Status
from perron.entities.shapes.stories import NamedStory

NotificationType = Literal[
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "quote",
    "quoted_update",
    "added_to_collection",
    "collection_update",
    "admin.sign_up",
    "admin.report",
    "story",
    "severed_relationships",
    "moderation_warning",
]
GroupKey = Annotated[str, Meta(description="What notifications that are told as one have in common; opaque.")]
PolicyAnswer = Annotated[
    Literal["accept", "filter", "drop"],
    Meta(description="Be told at once, keep them apart until one looks, or hear nothing."),
]


class RelationshipSeveranceEvent(TypedDict):
    """Follows that ended because of what happened to a server or an account."""

    id: Id
    type: Literal["domain_block", "user_domain_block", "account_suspension"]
    purged: Annotated[bool, Meta(description="Whether nobody can tell any more which follows they were.")]
    target_name: Annotated[str, Meta(description="The server, or the account.")]
    followers_count: Count
    following_count: Count
    created_at: Time


class NotificationFallback(TypedDict):
    """A notification in words, for an app that does not know its type."""

    title: Html
    summary: Html | None
    details: Html | None


class _About(TypedDict):
    report: NotRequired[Report]
    event: NotRequired[RelationshipSeveranceEvent]
    moderation_warning: NotRequired[AccountWarning]
    collection: NotRequired[Collection]
    story: NotRequired[NamedStory]
    fallback: NotRequired[
        Annotated[NotificationFallback, Meta(description="Only when `supported_types` is given, without this type.")]
    ]


class Notification(_About):
    """Something that concerns somebody."""

    id: Id
    type: NotificationType
    group_key: GroupKey
    created_at: Time
    account: Account
    status: NotRequired[Status]


class NotificationGroup(_About):
    """Notifications that are told as one. What begins with `page` or is of the page is there only on pages."""

    group_key: GroupKey
    notifications_count: Count
    type: NotificationType
    most_recent_notification_id: Id
    page_min_id: NotRequired[Id]
    page_max_id: NotRequired[Id]
    latest_page_notification_at: NotRequired[Time]
    sample_account_ids: Annotated[list[Id], Meta(description="Those who caused it most recently, eight at most.")]
    status_id: NotRequired[Id]


class PartialAccountWithAvatar(TypedDict):
    """As much of an account as a row of faces needs."""

    id: Id
    acct: str
    url: Url
    avatar: Url
    avatar_static: Url
    avatar_description: str
    locked: bool
    bot: bool


class GroupedNotificationsResults(TypedDict):
    """Groups, with the accounts and posts that they name."""

    accounts: list[Account]
    partial_accounts: NotRequired[
        Annotated[list[PartialAccountWithAvatar], Meta(description="Only with `expand_accounts=partial_avatars`.")]
    ]
    statuses: list[Status]
    notification_groups: list[NotificationGroup]


class PolicySummary(TypedDict):
    """How much is kept apart."""

    pending_requests_count: Annotated[Count, Meta(description="People, at most 100.")]
    pending_notifications_count: Count


class NotificationPolicy(TypedDict):
    """From whom one is told at once."""

    for_not_following: PolicyAnswer
    for_not_followers: PolicyAnswer
    for_new_accounts: PolicyAnswer
    for_private_mentions: PolicyAnswer
    for_limited_accounts: PolicyAnswer
    for_bots: PolicyAnswer
    summary: PolicySummary


class NotificationPolicyV1(TypedDict):
    """The same, when all one could say was whether to keep them apart."""

    filter_not_following: bool
    filter_not_followers: bool
    filter_new_accounts: bool
    filter_private_mentions: bool
    filter_bots: bool
    summary: PolicySummary


class NotificationRequest(TypedDict):
    """Somebody who is kept apart."""

    id: Id
    created_at: Annotated[Time, Meta(description="When the first of their notifications was kept apart.")]
    updated_at: Annotated[Time, Meta(description="When the latest was.")]
    notifications_count: Annotated[str, Meta(pattern="^[0-9]+$")]
    account: Account
    last_status: NotRequired[Status | None]


class Merged(TypedDict):
    """Whether what was accepted stands among the notifications."""

    merged: bool


class Marker(TypedDict):
    """How far somebody has read."""

    last_read_id: Id
    version: Count
    updated_at: Time


class Markers(TypedDict):
    """How far somebody has read what they asked about."""

    home: NotRequired[Marker]
    notifications: NotRequired[Marker]


class Conversation(TypedDict):
    """A conversation among the mentioned, as one of them finds it."""

    id: Id
    unread: bool
    accounts: list[Account]
    last_status: Status | None
