"""What a bank keeps: pictures and clips with what is known of them, boxes that they come by, and imports."""

from dataclasses import dataclass, field, replace
from typing import Any

from perron.jobs.events import Event

KEEPER = "bank"
NO_DATE = 99999999
KINDS = ("image", "video", "gifv", "audio")
SHAPES = ("landscape", "portrait", "square")


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank; `account_id` is whose it is."""

    id: int
    account_id: int
    items_count: int


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a picture. `date` is EDTF, `usable_until` a day as `20271231`; 0: no end is known."""

    credit: str = ""
    place: str = ""
    people: tuple[str, ...] = ()
    caption: str = ""
    alt: str = ""
    tags: tuple[str, ...] = ()
    album: str = ""
    note: str = ""
    date: str = ""
    usable_until: int = 0
    usable_by: str = ""

    def over(self, below: "About") -> "About":
        """This, and where it says nothing, what `below` says; people and tags of both."""
        said = {name: getattr(self, name) or getattr(below, name) for name in self.__slots__}
        both = {
            name: tuple(dict.fromkeys((*getattr(self, name), *getattr(below, name)))) for name in ("people", "tags")
        }
        return replace(self, **{**said, **both})


@dataclass(frozen=True, slots=True)
class Item:
    """One picture, clip or sound of a bank; its id is that of its upload. `begins` and `ends` are days (`18980101`)."""

    id: int
    bank_id: int
    account_id: int
    hash: bytes
    kind: str
    shape: str
    name: str
    about: About
    begins: int = NO_DATE
    ends: int = 0
    box_id: int | None = None
    sender: str = ""
    import_id: int | None = None
    uses_count: int = 0
    changed_at: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A person, place, credit, tag or album, and in how many pictures it is."""

    kind: str
    name: str
    items_count: int


@dataclass(frozen=True, slots=True)
class Box:
    """A drop-box: a link by which somebody without an account sends pictures in, until it ends or is full."""

    id: int
    bank_id: int
    account_id: int
    code: str
    name: str
    word: str
    credit: str
    place: str
    tags: tuple[str, ...]
    expires_at: int
    ended_at: int | None
    most: int
    taken: int

    def is_open(self, now: int) -> bool:
        """Whether something can still be sent."""
        return self.ended_at is None and now < self.expires_at and self.taken < self.most


@dataclass(frozen=True, slots=True)
class Import:
    """Many files put in at once. `wrong` are (file, why); `about` is put down for all of them."""

    id: int
    bank_id: int
    account_id: int
    kind: str
    state: str
    name: str
    file: str
    about: dict[str, Any]
    of: int
    done: int
    added: int
    doubles: int
    wrong: list[list[str]]
    captions: dict[str, dict[str, Any]]

    @property
    def running(self) -> bool:
        """Whether more is to come of it."""
        return self.state in ("open", "working")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a bank. Years are from and to, both included; `day` is `612` (the 12th of June)."""

    words: str = ""
    person: str = ""
    place: str = ""
    credit: str = ""
    tag: str = ""
    album: str = ""
    first_year: int | None = None
    last_year: int | None = None
    day: int = 0
    undated: bool = False
    never_used: bool = False
    usable_on: int = 0
    kind: str = ""
    shape: str = ""
    box_id: int = 0
    import_id: int = 0
    order: str = "added"

    @property
    def narrows(self) -> bool:
        """Whether anything at all is asked for."""
        return self != Wanted(order=self.order)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file that was sent: the picture, and whether it is new (else it was there already)."""

    item: Item
    is_new: bool = True
    trouble: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BankImportAsked(Event):
    """Somebody put many files in, in one."""

    import_id: int


@dataclass(frozen=True)
class BankAbandoned(Event):
    """Nobody has a bank any more."""

    bank_id: int
