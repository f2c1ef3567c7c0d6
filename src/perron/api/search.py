"""Search: accounts, posts and tags at once."""

import re
from typing import Annotated, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.accounts import handle_key
from perron.api.kit import Answer, Call, join, speaks
from perron.entities.accounts import accounts_json
from perron.entities.collections import collections_by_id
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.collections import Collection
from perron.entities.shapes.common import Id
from perron.entities.shapes.search import Search, V1Search
from perron.entities.tags import tag_entities
from perron.kit import json
from perron.kit.errors import Invalid
from perron.people.queries import account_by_handle, find_account
from perron.people.search import search_accounts
from perron.posts.queries import find_post
from perron.posts.search_index import search_posts
from perron.posts.tag_history import tags_that_begin, used_tags
from perron.store import Db
from perron.text.tags import fold

TYPES = ("accounts", "statuses", "hashtags")
MOST, FURTHEST = 40, 10_000
_HANDLE = re.compile(r"@?[a-z0-9_]+(@[a-z0-9.:-]+)?", re.IGNORECASE | re.ASCII)
_PAGE = re.compile(r"/@([^/?#]+)(?:/(\d{1,19}))?/?")
_OBJECT = re.compile(r"/ap/(accounts|posts)/(\d{1,19})")
_COLLECTION = re.compile(r"/(?:@[^/?#]+|ap/accounts/\d{1,19})/collections/(\d{1,18})")


Resolve = Annotated[bool, Meta(description="Accepted; other servers are not asked.")]


class Query(TypedDict, total=False):
    """What to look for."""

    q: Required[
        Annotated[str, Meta(description="Words, a handle, `#tag`, or the address of a post, account or collection.")]
    ]
    type: Literal["accounts", "statuses", "hashtags"]
    resolve: Resolve
    following: Annotated[bool, Meta(description="Only accounts that one follows.")]
    account_id: Annotated[Id, Meta(description="Only posts by this account.")]
    exclude_unreviewed: Annotated[bool, Meta(description="Accepted; tags that may not be found never are.")]
    max_id: Annotated[Id, Meta(description="Only posts older than this one.")]
    min_id: Annotated[Id, Meta(description="Only posts newer than this one.")]
    limit: Annotated[int, Meta(description="How many of each; 20 when nothing is said, at most 40.")]
    offset: Annotated[int, Meta(description="How many of each to pass over.")]


class AccountQuery(TypedDict, total=False):
    """Whom to look for."""

    q: Required[str]
    limit: Annotated[int, Meta(description="How many; 40 when nothing is said, at most 80.")]
    offset: int
    resolve: Resolve
    following: Annotated[bool, Meta(description="Only accounts that one follows.")]


@speaks(Search, takes=Query)
def search(call: Call, db: Db) -> Answer:
    """GET /api/v2/search"""
    found, tags = look(call, db)
    entities = tag_entities(call.links, db, used_tags(db, tags), viewer=call.my_id)
    lists = [] if call.params.text("type") else _collections(call, db)
    return _joined({**found, "hashtags": json.encode(entities), "collections": json.encode(lists)})


@speaks(V1Search, takes=Query)
def search_v1(call: Call, db: Db) -> Answer:
    """GET /api/v1/search: as `GET /api/v2/search`, with the bare names of tags."""
    found, tags = look(call, db)
    return _joined({**found, "hashtags": json.encode([one.name for one in used_tags(db, tags)])})


def _joined(found: dict[str, bytes]) -> bytes:
    return b"{" + b",".join(f'"{name}":'.encode() + one for name, one in found.items()) + b"}"


def _collections(call: Call, db: Db) -> list[Collection]:
    """The collection whose address is sought, where the one who asks may see it."""
    query = call.params.text("q").strip()
    found = _COLLECTION.fullmatch(query.removeprefix(call.links.origin)) if "://" in query else None
    return list(collections_by_id(call.links, db, [int(found[1])], viewer=call.my_id).values()) if found else []


def look(call: Call, db: Db) -> tuple[dict[str, bytes], list[int]]:
    """Accounts and posts that are found, rendered, and the ids of tags."""
    params = call.params
    query, kind = params.text("q").strip(), params.text("type")
    if not query:
        raise Invalid("Validation failed: Q can't be blank")
    if kind and kind not in TYPES:
        raise Invalid("Validation failed: Type is not included in the list")
    wanted = (kind,) if kind else TYPES
    limit, offset = params.limit(20, MOST), _offset(call)
    named = named_by_address(call, db, query)
    people, posts, tags = named if named is not None else ([], [], [])
    if named is None and "accounts" in wanted and not query.startswith("#"):
        people = find_people(call, db, query, limit, offset)
    if named is None and "statuses" in wanted and call.my_id is not None:
        posts = find_posts(call, db, query, limit, offset)
    if named is None and "hashtags" in wanted and not query.startswith("@"):
        tags = tags_that_begin(db, fold(query.removeprefix("#")), limit=limit, offset=offset)
    found = {
        "accounts": join(accounts_json(call.links, db, people if "accounts" in wanted else [], viewer=call.my_id)),
        "statuses": join(call.posts(db, posts if "statuses" in wanted else [])),
    }
    return found, tags if "hashtags" in wanted else []


@speaks(list[Account], takes=AccountQuery)
def accounts(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/search"""
    query, limit = call.params.text("q").strip(), call.params.limit(40, 80)
    named = named_by_address(call, db, query)
    people = named[0] if named is not None else find_people(call, db, query, limit, _offset(call))
    return join(accounts_json(call.links, db, people, viewer=call.my_id))


def named_by_address(call: Call, db: Db, query: str) -> tuple[list[int], list[int], list[int]] | None:
    """What a whole address of this server names (accounts, posts, tags); None when the query is no address."""
    if not query.startswith(("http://", "https://")):
        return None
    path = query.removeprefix(call.links.origin)
    page, thing = _PAGE.fullmatch(path), _OBJECT.fullmatch(path)
    if query.startswith(call.links.tag_prefix):
        return [], [], tags_that_begin(db, fold(query.removeprefix(call.links.tag_prefix)), limit=1)
    account_id, post_id = 0, 0
    if page and page[2] or thing and thing[1] == "posts":
        post_id = int(page[2] if page else thing[2] if thing else 0)
    elif page:
        account = account_by_handle(db, page[1])
        account_id = account.id if account else 0
    elif thing:
        account_id = int(thing[2])
    if 0 < post_id < 2**63 and find_post(db, post_id, viewer=call.my_id):
        return [], [post_id], []
    found = find_account(db, account_id) if 0 < account_id < 2**63 else None
    return [found.id] if found is not None and found.state == "active" else [], [], []


def find_people(call: Call, db: Db, query: str, limit: int, offset: int) -> list[int]:
    """Ids of accounts that are called so."""
    handle = handle_key(call, query) if _HANDLE.fullmatch(query) else ""
    return search_accounts(
        db,
        handle or query,
        viewer=call.my_id,
        handle=handle,
        limit=limit,
        offset=offset,
        following=call.params.flag("following") and call.my_id is not None,
    )


def find_posts(call: Call, db: Db, query: str, limit: int, offset: int) -> list[int]:
    """Ids of posts that say so (`perron.posts.search_query` has the operators); `account_id` names their author too."""
    author, below, above = (call.params.id(name) for name in ("account_id", "max_id", "min_id"))
    more = {"below": below} if below is not None else {}
    domain = call.settings.domain
    more["above"] = max(above or 0, 0)
    return search_posts(
        db, query, viewer=call.my_id, author=author or 0, domain=domain, limit=limit, offset=offset, **more
    )


def _offset(call: Call) -> int:
    return max(0, min(FURTHEST, call.params.number("offset"))) if call.my_id is not None else 0
