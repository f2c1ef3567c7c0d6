"""What a search finds."""

from typing import TypedDict

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.collections import Collection
from perron.entities.shapes.statuses import Status
from perron.entities.shapes.tags import Tag


class Search(TypedDict):
    """What a search finds, the nearest first."""

    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]
    collections: list[Collection]


class V1Search(TypedDict):
    """What a search finds, with the bare names of tags."""

    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[str]
