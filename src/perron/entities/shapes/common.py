"""What all entities are made of."""

from typing import Annotated, Any, NotRequired, TypedDict

from msgspec import Meta

Id = Annotated[str, Meta(pattern="^-?[0-9]+$", max_length=20, description="A number written as text.")]
Time = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        description="A moment (UTC) with milliseconds.",
        extra_json_schema={"format": "date-time"},
    ),
]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d$", extra_json_schema={"format": "date"})]
Url = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
Html = Annotated[str, Meta(description="HTML that is safe to show.")]
Language = Annotated[str, Meta(description="A language tag, as in BCP 47: `fr`, `pt-BR`.", examples=["fr"])]
Count = Annotated[int, Meta(ge=0)]
File = Annotated[str, Meta(description="A file, in a multipart body.", extra_json_schema={"format": "binary"})]


class Empty(TypedDict):
    """Nothing more to say: `{}`."""


class Error(TypedDict):
    """A refusal: what is wrong and what to do about it."""

    error: str
    error_description: NotRequired[str]
    details: NotRequired[dict[str, list[dict[str, str]]]]
    existing_domain_block: NotRequired[
        Annotated[dict[str, Any], Meta(description="The rule that is there already, where a server was to be blocked.")]
    ]


class Counted(TypedDict):
    """How many there are."""

    count: Count
