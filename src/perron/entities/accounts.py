"""An account as clients read it. What seldom changes is rendered once and kept; counts are put in on reading."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from perron.entities.emojis import codes_in, known_emojis
from perron.entities.links import Links
from perron.entities.roles import badges, own_role
from perron.entities.shapes.accounts import FeatureApproval, Role
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import DAY, iso, iso_day
from perron.people.queries import keep_fragments
from perron.people.relations import followed_among
from perron.store import Db, Prepared, Tx, among
from perron.store.engine import Row
from perron.store.tables import accounts
from perron.text.html import to_html
from perron.text.reading import read
from perron.text.sanitise import clean

SHOWN = (  # what a page of posts or accounts reads of each account, in the order `account_json` takes it
    accounts.c.id,
    accounts.c.fragment,
    accounts.c.stamp,
    accounts.c.followers_count,
    accounts.c.following_count,
    accounts.c.posts_count,
    accounts.c.last_post_at,
)
_WHOLE = tuple(
    accounts.c[name]
    for name in (
        *("id", "handle", "username", "domain", "uri", "url", "kind", "state", "display_name", "note", "fields"),
        *("avatar", "header", "avatar_description", "header_description", "color", "locked", "discoverable"),
        *("indexable", "hide_collections", "silenced", "followers_count", "following_count", "posts_count"),
        *("last_post_at", "default_visibility", "default_language", "default_sensitive", "quote_policy"),
        *("requests_count", "avatar_still", "header_still", "attribution_domains", "also_known_as", "moved_to_id"),
        *("show_media", "show_media_replies", "show_featured"),
    )
)
_ROWS = Prepared(select(*_WHOLE).where(among(accounts.c.id)))
_MOVED_TO = Prepared(select(accounts.c.id).where(among(accounts.c.moved_to_id)))
_PAGE = Prepared(select(*SHOWN).where(among(accounts.c.id)))


def account_rows(db: Db, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Whole rows of accounts, by id."""
    names = [column.name for column in _WHOLE]
    return {row[0]: dict(zip(names, row, strict=True)) for row in db.all(_ROWS, ids=db.id_list(ids))}


def account_fragment(
    links: Links, row: dict[str, Any], emojis: Sequence[dict[str, Any]] = (), roles: Sequence[Role] = ()
) -> bytes:
    """The members of an account that do not count anything, without braces."""
    handle, here = row["handle"], row["domain"] is None
    gone = row["state"] in ("suspended", "deleted")
    face, band = ("", "") if gone else (row["avatar"], row["header"])
    shown: dict[str, Any] = {
        "id": str(row["id"]),
        "username": row["username"],
        "acct": row["username"] if here else f"{row['username']}@{row['domain']}",
        "display_name": "" if gone else row["display_name"],
        "locked": bool(row["locked"]),
        "bot": row["kind"] == "bot",
        "discoverable": bool(row["discoverable"]),
        "indexable": bool(row["indexable"]),
        "group": False,
        "created_at": iso(born(row["id"]) // DAY * DAY),
        "note": "" if gone else words_to_html(links, row["note"], here=here),
        "url": row["url"] or links.account(handle),
        "uri": row["uri"] or links.account_uri(row["id"]),
        "avatar": links.avatar(face, handle),
        "avatar_static": links.avatar((face and row["avatar_still"]) or face, handle),
        "avatar_description": row["avatar_description"],
        "header": links.header(band, handle),
        "header_static": links.header((band and row["header_still"]) or band, handle),
        "header_description": row["header_description"],
        "hide_collections": bool(row["hide_collections"]),
        "show_media": bool(row["show_media"]),
        "show_media_replies": bool(row["show_media_replies"]),
        "show_featured": bool(row["show_featured"]),
        "noindex": not row["indexable"],
        "emojis": [] if gone else [*emojis],
        "roles": [] if gone else [*roles],
        "fields": [] if gone else fields_json(links, row["fields"], here=here),
        "feature_approval": _approval(row),
    }
    if row["state"] == "suspended":
        shown["suspended"] = True
    if row["silenced"]:
        shown["limited"] = True
    return json.encode(shown)[1:-1]


def _approval(row: dict[str, Any]) -> FeatureApproval:
    """Who may recommend an account in a collection (`people/gather.py`): anybody, or those whom it lets in, if it
    wishes to be discovered. Whether the one who asks is among those let in, only `accounts_json` knows."""
    if row["domain"] is not None:
        return {"automatic": [], "manual": [], "current_user": "missing"}
    if row["state"] != "active" or row["silenced"] or not row["discoverable"]:
        return {"automatic": [], "manual": [], "current_user": "denied"}
    if row["locked"]:
        return {"automatic": ["followers"], "manual": [], "current_user": "denied"}
    return {"automatic": ["public"], "manual": [], "current_user": "automatic"}


_FOLLOWERS_MAY = b'"automatic":["followers"],"manual":[],"current_user":"denied"'


def words_to_html(links: Links, text: str, *, here: bool, mine: bool = False) -> str:
    """A note or a field as HTML; what came from elsewhere is HTML already and is cleaned. `mine`: links say that they
    lead to the same person (`rel="me"`)."""
    if not text:
        return ""
    return to_html(read(text), people={}, tag_url=links.tag_prefix, mine=mine) if here else clean(text)


def fields_json(links: Links, fields: str, *, here: bool) -> list[dict[str, Any]]:
    """The fields of a profile."""
    return [
        {
            "name": name,
            "value": words_to_html(links, value, here=here, mine=True).removeprefix("<p>").removesuffix("</p>"),
            "verified_at": iso(verified) if verified else None,
        }
        for name, value, verified in json.decode(fields)
    ]


def render_accounts(links: Links, db: Db, ids: Sequence[int]) -> dict[int, bytes]:
    """Fragments made anew from rows. An account that has moved holds its successor, with its counts of now."""
    rows = account_rows(db, ids)
    made = _render(links, db, rows)
    moved = {id_: row["moved_to_id"] for id_, row in rows.items() if row["moved_to_id"] and row["state"] == "active"}
    if moved:
        wanted = account_rows(db, [*set(moved.values())])
        there = {id_: row for id_, row in wanted.items() if row["state"] == "active"}
        found = _render(links, db, there)
        for id_, to in moved.items():
            if to in there:
                counts = (there[to][name] for name in ("followers_count", "following_count", "posts_count"))
                whole = account_json((to, found[to], 0, *counts, there[to]["last_post_at"]))
                made[id_] += b',"moved":' + whole
    return made


def _render(links: Links, db: Db, rows: dict[int, dict[str, Any]]) -> dict[int, bytes]:
    codes = {id_: codes_in(row["display_name"], row["note"], *_words_of(row["fields"])) for id_, row in rows.items()}
    known = known_emojis(
        links, db, (code for id_, each in codes.items() if rows[id_]["domain"] is None for code in each)
    )
    roles = badges(db, [id_ for id_, row in rows.items() if row["domain"] is None])
    return {
        id_: account_fragment(links, row, [known[code] for code in codes[id_] if code in known], roles.get(id_, ()))
        for id_, row in rows.items()
    }


def _words_of(fields: str) -> list[str]:
    return [word for name, value, _ in json.decode(fields) for word in (name, value)] if ":" in fields else []


def rewrite_accounts(links: Links, tx: Tx, ids: Sequence[int]) -> None:
    """Make and keep the fragments of accounts that have changed, and of those that have moved to them."""
    moved = tx.column(_MOVED_TO, ids=tx.id_list(ids))
    keep_fragments(tx, render_accounts(links, tx, [*dict.fromkeys((*ids, *moved))]), links.stamp)


def account_json(row: Row) -> bytes:
    """A whole account from the columns `SHOWN`, whose fragment is current."""
    _, fragment, _, followers, following, written, last = row
    day = b'"%b"' % iso_day(last).encode() if last else b"null"
    return _ACCOUNT % (fragment, followers, following, written, day)


_ACCOUNT = b'{%b,"followers_count":%d,"following_count":%d,"statuses_count":%d,"last_status_at":%b}'


def accounts_json(links: Links, db: Db, ids: Sequence[int], *, viewer: int | None = None) -> list[bytes]:
    """Accounts in the order of their ids; those that are gone are left out. With a `viewer` they say of those who let
    followers in one by one, too, whether this one may recommend them."""
    known = accounts_by_id(links, db, ids)
    found = [(id_, known[id_]) for id_ in ids if id_ in known]
    asking = [id_ for id_, one in found if _FOLLOWERS_MAY in one] if viewer is not None else []
    if not asking or viewer is None:
        return [one for _, one in found]
    may = followed_among(db, viewer, asking) | {viewer}
    allowed = _FOLLOWERS_MAY.replace(b"denied", b"automatic")
    return [one.replace(_FOLLOWERS_MAY, allowed) if id_ in may else one for id_, one in found]


def accounts_by_id(links: Links, db: Db, ids: Sequence[int]) -> dict[int, bytes]:
    """These accounts, and perhaps others, by id."""
    known: dict[int, bytes] = db.remembered("accounts")
    missing = [id_ for id_ in ids if id_ not in known]
    if missing:
        rows = healed(links, db, db.all(_PAGE, ids=db.id_list(missing)))
        known.update((row[0], account_json(row)) for row in rows)
    return known


def healed(links: Links, db: Db, rows: list[Row], *, at: int = 0) -> list[Row]:
    """Rows with `SHOWN` from column `at` on; missing or outdated fragments are made for this answer."""
    stale = {row[at] for row in rows if row[at + 2] != links.stamp or row[at + 1] is None}
    if not stale:
        return rows
    made = render_accounts(links, db, tuple(stale))
    return [(*row[: at + 1], made[row[at]], links.stamp, *row[at + 3 :]) if row[at] in made else row for row in rows]


def account_entity(links: Links, db: Db, account_id: int) -> dict[str, Any]:
    """One account as a value, for answers that add something to it."""
    found = accounts_json(links, db, [account_id])
    entity: dict[str, Any] = json.decode(found[0])
    return entity


def own_account_entity(links: Links, db: Db, account_id: int, *, role: str = "user") -> dict[str, Any]:
    """One's own account, with what one wrote, how one posts by default and what one does on this server."""
    entity = account_entity(links, db, account_id)
    row = account_rows(db, [account_id])[account_id]
    words = {"public": "public", "unlisted": "unlisted", "followers": "private", "mentioned": "direct"}
    entity["source"] = {
        "note": row["note"],
        "fields": [
            {"name": name, "value": value, "verified_at": iso(verified) if verified else None}
            for name, value, verified in json.decode(row["fields"])
        ],
        "privacy": words[row["default_visibility"]],
        "sensitive": bool(row["default_sensitive"]),
        "language": row["default_language"] or None,
        "follow_requests_count": row["requests_count"],
        "discoverable": bool(row["discoverable"]),
        "indexable": bool(row["indexable"]),
        "hide_collections": bool(row["hide_collections"]),
        "quote_policy": row["quote_policy"],
        "attribution_domains": json.decode(row["attribution_domains"]),
    }
    entity["role"] = own_role(role)
    return entity
