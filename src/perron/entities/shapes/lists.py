"""Lists."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id

RepliesPolicy = Literal["followed", "list", "none"]


class List(TypedDict):
    """A few accounts that somebody reads together."""

    id: Id
    title: str
    replies_policy: Annotated[
        RepliesPolicy,
        Meta(description="Answers to whom it shows: to everybody one follows, to members of the list, or to nobody."),
    ]
    exclusive: Annotated[bool, Meta(description="Whether its members are read here alone, and not at home.")]
