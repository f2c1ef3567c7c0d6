"""Filters as apps of before 2022 know them; those of today are in `statuses.py`, beside the posts that they veil."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Id, Time
from perron.entities.shapes.statuses import FilterContext


class V1Filter(TypedDict):
    """One word of a filter."""

    id: Id
    phrase: str
    context: list[FilterContext]
    whole_word: bool
    expires_at: Time | None
    irreversible: Annotated[bool, Meta(description="Whether posts with it are not shown at all.")]
