"""Collections: accounts that somebody recommends together."""

from typing import Annotated, Literal, TypedDict

from msgspec import Meta

from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Count, Html, Id, Language, Time, Url


class ShallowTag(TypedDict):
    """A tag by its name."""

    name: str
    url: Url


class CollectionItem(TypedDict):
    """One account in a collection. `pending`: it does not wish to be discovered any more; only the owner is told."""

    id: Id
    account_id: Id | None
    state: Literal["pending", "accepted", "rejected", "revoked"]
    created_at: Time


class Collection(TypedDict):
    """Accounts that somebody recommends together, as the one who asks may see them."""

    id: Id
    account_id: Id
    uri: Url
    url: Url | None
    name: str
    description: Html
    language: Language | None
    local: bool
    sensitive: bool
    discoverable: Annotated[bool, Meta(description="Otherwise its owner alone lists it, and its address is enough.")]
    tag: ShallowTag | None
    item_count: Annotated[Count, Meta(description="How many accounts are shown in it.")]
    items: list[CollectionItem]
    created_at: Time
    updated_at: Time


class WrappedCollection(TypedDict):
    """A collection by itself."""

    collection: Collection


class CollectionWithAccounts(TypedDict):
    """A collection with its owner and everybody in it."""

    accounts: list[Account]
    collection: Collection


class PartialAccount(TypedDict):
    """As much of an account as its picture needs."""

    id: Id
    acct: str
    url: Url
    avatar: Url
    avatar_static: Url
    avatar_description: str
    locked: bool
    bot: bool


class Collections(TypedDict):
    """Several collections, with the pictures of their owners and of four accounts in each."""

    collections: list[Collection]
    partial_accounts: list[PartialAccount]


class WrappedCollectionItem(TypedDict):
    """One account in a collection, by itself."""

    collection_item: CollectionItem
