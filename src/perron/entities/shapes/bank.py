"""The media bank: pictures and clips that are kept to publish from."""

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Count, Day, Id, Time, Url
from perron.entities.shapes.statuses import MediaAttachment


class BankDate(TypedDict):
    """When a picture was made, as far as that is known."""

    edtf: Annotated[str, Meta(description="In EDTF (ISO 8601-2, level 1): `1898~`, `192X`, `1936-22`, `1911-06-12?`.")]
    text: Annotated[str, Meta(description="In words, in the language of the account.")]
    begins: Annotated[str, Meta(description="The first day that it may be, as `1898-01-01`.")]
    ends: Annotated[str, Meta(description="The last day that it may be.")]


class BankItem(TypedDict):
    """A picture, clip or sound of a media bank."""

    id: Id
    kind: Literal["image", "gifv", "video", "audio"]
    shape: Literal["landscape", "portrait", "square"] | None
    name: Annotated[str, Meta(description="What the file was called.")]
    credit: str
    place: str
    people: list[str]
    caption: str
    alt: Annotated[str, Meta(description="For those who cannot see or hear it; it goes along into posts.")]
    tags: list[str]
    album: str
    note: Annotated[str, Meta(description="For the desk alone.")]
    date: BankDate | None
    usable_until: Day | None
    usable_by: str
    sender: Annotated[str, Meta(description="Who sent it by a drop-box.")]
    uses_count: Count
    added_at: Time
    media: MediaAttachment
    new: NotRequired[Annotated[bool, Meta(description="After an upload: false where the bank had this file already.")]]


class BankItems(TypedDict):
    """A page of pictures."""

    items: list[BankItem]
    next: Annotated[str | None, Meta(description="What to send as `after` for the next page; null: there is no more.")]


class BankTerm(TypedDict):
    """A person, place, credit, tag or album of a bank, and in how many pictures it is."""

    name: str
    items_count: Count


class Bank(TypedDict):
    """The media bank of an account."""

    items_count: Count
    albums: list[BankTerm]


class BankBox(TypedDict):
    """A drop-box: a link by which somebody without an account sends pictures in."""

    id: Id
    name: str
    word: str
    credit: str
    place: str
    tags: list[str]
    url: Url
    open: bool
    expires_at: Time
    most: Count
    taken: Count


class BankImport(TypedDict):
    """Many files put in at once, and how far that is."""

    id: Id
    kind: Literal["files", "zip"]
    state: Literal["open", "working", "done", "cancelled", "failed"]
    name: str
    of: Count
    done: Count
    added: Count
    doubles: Annotated[int, Meta(ge=0, description="Files that were in the bank already.")]
    wrong: Annotated[list[list[str]], Meta(description="Files and lines that were not taken, and why.")]


class BankChanged(TypedDict):
    """How many pictures were changed or let go."""

    count: Count
