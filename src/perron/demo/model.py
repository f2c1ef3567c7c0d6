"""What a town is made of: plain facts, dated in UTC, that name people by username and posts by index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["person", "brand", "bot"]
Visibility = Literal["public", "unlisted", "followers", "mentioned"]
Role = Literal["owner", "editor", "analyst"]


@dataclass(frozen=True, slots=True)
class Person:
    """A public person, brand or bot; `header` names a scene of `pictures`, `fame` (1 to 10) is how sought after."""

    username: str
    name: str
    kind: Kind
    locale: str
    bio: str
    fields: tuple[tuple[str, str], ...]
    accent: str
    locked: bool
    header: str
    circles: tuple[str, ...]
    fame: int
    joined: datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be drawn by `pictures.draw`; `words` are what a poster says or a chart counts."""

    scene: str
    seed: int
    alt: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Poll:
    options: tuple[str, ...]
    ends: datetime
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """A post; `reply_to` is the index of an earlier one in `Town.sayings`."""

    author: str
    text: str
    at: datetime
    language: str
    visibility: Visibility = "public"
    reply_to: int | None = None
    warning: str | None = None
    poll: Poll | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Follow:
    """`who` follows `whom`; `pending` when a locked account has not answered yet."""

    who: str
    whom: str
    at: datetime
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Boost:
    who: str
    post: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Favourite:
    who: str
    post: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Bookmark:
    who: str
    post: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Vote:
    """`choices` are positions in the poll's options, one unless the poll takes several."""

    who: str
    post: int
    choices: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Pin:
    who: str
    post: int


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A list kept by `owner`, who follows every member."""

    owner: str
    title: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowedTag:
    who: str
    tag: str


@dataclass(frozen=True, slots=True)
class Membership:
    """`who` may act for `brand`."""

    who: str
    brand: str
    role: Role


@dataclass(frozen=True, slots=True)
class Town:
    """Everything there is, each part in order of time; `rules` and `about` are for the server's own page."""

    name: str
    about: dict[str, str]
    rules: tuple[dict[str, str], ...]
    people: tuple[Person, ...]
    memberships: tuple[Membership, ...]
    moderators: tuple[str, ...]
    administrators: tuple[str, ...]
    follows: tuple[Follow, ...]
    sayings: tuple[Saying, ...]
    boosts: tuple[Boost, ...]
    favourites: tuple[Favourite, ...]
    bookmarks: tuple[Bookmark, ...]
    votes: tuple[Vote, ...]
    pins: tuple[Pin, ...]
    lists: tuple[PeopleList, ...]
    followed_tags: tuple[FollowedTag, ...]
