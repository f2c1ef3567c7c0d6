"""Outlets: where an account publishes besides here, and what became of what went there."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Id, Time, Url

Kind = Annotated[str, Meta(description="`webhook`, `feed` or `mail`.")]


class Outlet(TypedDict):
    """A webhook, a feed or a list of addresses. Its name, when posts are sent there, is its id."""

    id: Id
    kind: Kind
    name: str
    state: Annotated[str, Meta(description="`on` or `off`.")]
    why: Annotated[str | None, Meta(description="Why it is off: `person`, `failing` for days, or `gone`.")]
    url: Annotated[str | None, Meta(description="Of a webhook: where it is. Of a feed or an open list: its address.")]
    tells: Annotated[list[str], Meta(description="Changes a webhook hears of, such as `plan.failed`.")]
    open: Annotated[bool, Meta(description="Whether anybody may read the feed, or ask to be on the list.")]
    failing_since: Time | None
    readers_count: Annotated[Count | None, Meta(description="Of a list: how many said yes.")]


class NewlyOpened(Outlet):
    """With the secret that signs what a webhook is sent, told now and never again."""

    secret: Annotated[str | None, Meta(description="`whsec_…`, as Standard Webhooks have it.")]


class Renewed(TypedDict):
    """Another secret, or another address of a feed."""

    secret: Annotated[str | None, Meta(description="Of a webhook. The one before signs as well for a day.")]
    url: Annotated[Url | None, Meta(description="Of a feed. The one before opens nothing any more.")]


class Delivery(TypedDict):
    """What went to one receiver."""

    id: Annotated[Id, Meta(description="A webhook finds it in `webhook-id`, after `msg_`.")]
    outlet_id: Id
    type: Annotated[str, Meta(description="`post.published`, `test`, or a change such as `submission.approved`.")]
    status_ids: list[Id]
    to: Annotated[str | None, Meta(description="Of mail: the address.")]
    state: Annotated[
        str, Meta(description="`waiting`, `sending`, `done`, `failed`, `unknown` (nobody can say), `dropped`.")
    ]
    tries: Count
    status: Annotated[int | None, Meta(description="What a webhook answered.")]
    said: Annotated[str | None, Meta(description="The beginning of its answer, or in a word what went wrong.")]
    next_try_at: Time | None
    at: Time


class OutletReader(TypedDict):
    """Somebody on a list."""

    id: Id
    email: str
    state: Annotated[str, Meta(description="`asked`, `confirmed` or `left`.")]


class AskedReaders(TypedDict):
    """How many were written to, to ask whether they wish it."""

    asked: Count


class OutletPreview(TypedDict):
    """What an outlet would make of posts."""

    outlet_id: Id
    kind: Kind
    name: str
    title: Annotated[str, Meta(description="The subject of a letter, the title in a feed, the type of a message.")]
    text: str
    length: Annotated[Count, Meta(description="Characters of the text.")]
    receivers: Annotated[Count | None, Meta(description="How many it goes to; null where nobody counts.")]
