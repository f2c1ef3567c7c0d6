"""Posts in other languages."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Html, Id, Language
from perron.entities.shapes.statuses import PollEditOption


class TranslatedMedia(TypedDict):
    """What is said of a file, in another language."""

    id: Id
    description: str


class TranslatedPoll(TypedDict):
    """The answers of a poll, in another language."""

    id: Id
    options: list[PollEditOption]


class Translation(TypedDict):
    """What a post says, in another language."""

    content: Html
    spoiler_text: str
    media_attachments: list[TranslatedMedia]
    poll: TranslatedPoll | None
    language: Annotated[Language, Meta(description="The language it was translated into.")]
    detected_source_language: Language
    provider: Annotated[str, Meta(description="Who translated it.")]
