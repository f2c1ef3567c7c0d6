"""What an archive holds, read from the database: the account, its posts in portions, and whom and what it kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from perron.entities.accounts import account_rows
from perron.entities.cards import put_authors_in
from perron.entities.fragments import render_posts
from perron.entities.links import Links
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import DAY, iso, iso_day
from perron.media.model import Media
from perron.media.queries import media_of_posts
from perron.posts.polls import polls_of
from perron.store import Db, Prepared, among
from perron.store.tables import (
    account_domain_blocks,
    account_notes,
    accounts,
    bank_items,
    bank_uses,
    banks,
    blocks,
    clips,
    conversations,
    decks,
    drafts,
    filter_words,
    filters,
    follows,
    list_members,
    lists,
    marks,
    media,
    memberships,
    mutes,
    notices,
    outlet_readers,
    outlets,
    passkeys,
    plan_events,
    plan_queues,
    plan_series,
    plan_slots,
    post_edits,
    posts,
    scheduled_posts,
    sessions,
    stories,
    story_days,
    story_items,
    story_rivals,
    tag_follows,
    tags,
    tokens,
    users,
    votes,
)

Entry = dict[str, Any]
_ACCOUNT: Any = bindparam("of_account")

_POST = (
    *("id", "visibility", "boost_of_id", "reply_to_id", "quote_of_id", "via_id", "edited_at", "text", "warning"),
    *(
        "language",
        "sensitive",
        "quote_policy",
        "card_title",
        "tie",
        "tied_to",
        "tied_url",
        "byline",
        "replies_count",
        "boosts_count",
        "favourites_count",
    ),
    "quotes_count",
)
_IDS = Prepared(
    select(posts.c.id).where(posts.c.author_id == _ACCOUNT, posts.c.id < bindparam("before")).order_by(posts.c.id)
)
_ROWS = Prepared(select(*(posts.c[name] for name in _POST)).where(among(posts.c.id)).order_by(posts.c.id))
_NAMED = Prepared(
    select(posts.c.id, posts.c.uri, posts.c.url, accounts.c.username, accounts.c.domain, accounts.c.handle)
    .join(accounts, accounts.c.id == posts.c.author_id)
    .where(among(posts.c.id))
)
_EDITS = Prepared(
    select(post_edits.c.post_id, post_edits.c.id, post_edits.c.text, post_edits.c.warning, post_edits.c.sensitive)
    .where(among(post_edits.c.post_id))
    .order_by(post_edits.c.id)
)
_ADDRESSES = Prepared(select(accounts.c.id, accounts.c.username, accounts.c.domain).where(among(accounts.c.id)))
_USER = Prepared(
    select(users.c.email, users.c.locale, users.c.role, users.c.preferences, users.c.id, users.c.seen_at).where(
        users.c.id == bindparam("of_user")
    )
)


def post_ids(db: Db, account_id: int, before: int) -> list[int]:
    """Every post and boost of an account up to an id, oldest first."""
    return db.column(_IDS, of_account=account_id, before=before)


def posts_in_full(db: Db, links: Links, ids: Sequence[int]) -> list[Entry]:
    """Posts with everything that is kept of them, oldest first; those deleted meanwhile are left out."""
    rows = [dict(zip(_POST, row, strict=True)) for row in db.all(_ROWS, ids=db.id_list(ids))]
    shown = {
        id_: json.decode(b"{" + put_authors_in(made, {}) + b"}")
        for id_, made in render_posts(links, db, [row["id"] for row in rows]).items()
    }
    meant = {row[name] for row in rows for name in ("boost_of_id", "reply_to_id", "quote_of_id") if row[name]}
    named = _named(db, links, meant)
    sources = addresses(db, links, {row["via_id"] for row in rows if row["via_id"]})
    pictures, polls = media_of_posts(db, ids), polls_of(db, list(ids))
    edits: dict[int, list[Entry]] = {}
    for post_id, id_, text, warning, sensitive in db.all(_EDITS, ids=db.id_list(ids)):
        before = {"until": iso(born(id_)), "text": text, "warning": warning, "sensitive": bool(sensitive)}
        edits.setdefault(post_id, []).append(before)
    made = []
    for row in rows:
        one, id_ = shown[row["id"]], row["id"]
        poll = polls.get(id_)
        made.append(
            {
                "id": str(id_),
                "uri": one["uri"],
                "url": one["url"],
                "published": one["created_at"],
                "edited": one["edited_at"],
                "visibility": row["visibility"],
                "text": row["text"],
                "html": one["content"],
                "warning": row["warning"],
                "sensitive": bool(row["sensitive"]),
                "language": row["language"],
                "reply_to": named.get(row["reply_to_id"]),
                "boost_of": named.get(row["boost_of_id"]),
                "quote_of": named.get(row["quote_of_id"]),
                "via": sources.get(row["via_id"]),
                "quote_policy": row["quote_policy"],
                "link_title": row["card_title"],
                **{name: row[name] for name in ("tie", "tied_to", "tied_url", "byline")},
                "mentions": one["mentions"],
                "tags": one["tags"],
                "media": [media_entry(each) for each in pictures.get(id_, []) if each.state == "ready"],
                "poll": None
                if poll is None
                else {
                    "options": [
                        {"title": title, "votes": n} for title, n in zip(poll.options, poll.tally, strict=True)
                    ],
                    "multiple": poll.multiple,
                    "ends": iso(poll.expires_at) if poll.expires_at else None,
                    "voters": poll.voters_count,
                },
                "edits": edits.get(id_, []),
                "counts": {
                    "replies": row["replies_count"],
                    "boosts": row["boosts_count"],
                    "favourites": row["favourites_count"],
                    "quotes": row["quotes_count"],
                },
            }
        )
    return made


def _named(db: Db, links: Links, ids: set[int]) -> dict[int, Entry]:
    found = {}
    for id_, uri, url, username, domain, handle in db.all(_NAMED, ids=db.id_list(ids)) if ids else []:
        found[id_] = {
            "uri": uri or links.post_uri(id_),
            "url": url or links.post(handle, id_),
            "author": f"{username}@{domain or links.domain}",
        }
    return found


def media_entry(one: Media) -> Entry:
    """A file as the archive names it."""
    return {
        "id": str(one.id),
        "file": media_path(one.file),
        "kind": one.kind,
        "mime": one.mime,
        "description": one.description,
        "blurhash": one.blurhash,
        "focus": list(one.focus) if one.focus else None,
        "size": one.meta.get("original", {}),
    }


def media_path(key: str) -> str:
    """Where a kept file stands in the archive, as other servers of this kind have it."""
    return f"media_attachments/files/{key}"


def addresses(db: Db, links: Links, ids: set[int]) -> dict[int, str]:
    """Whole addresses (`ada@perron.example`) of accounts, by id."""
    rows = db.all(_ADDRESSES, ids=db.id_list(ids)) if ids else []
    return {id_: f"{username}@{domain or links.domain}" for id_, username, domain in rows}


def profile(db: Db, links: Links, account_id: int, user_id: int) -> Entry:
    """The account and its user, with everything they said of themselves and chose."""
    row = account_rows(db, [account_id])[account_id]
    email, locale, role, preferences, id_, seen_at = db.one(_USER, of_user=user_id) or ("", "", "", "{}", 0, None)
    flags = ("locked", "discoverable", "indexable", "hide_collections", "default_sensitive")
    return {
        "address": f"{row['username']}@{links.domain}",
        "url": links.account(row["handle"]),
        "uri": links.account_uri(account_id),
        "joined": iso(born(account_id)),
        **{name: row[name] for name in ("username", "display_name", "note", "kind", "color")},
        "fields": [{"name": name, "value": value} for name, value, _ in json.decode(row["fields"])],
        **{name: row[name] for name in ("avatar", "avatar_description", "header", "header_description")},
        **{name: bool(row[name]) for name in flags},
        **{name: row[name] for name in ("default_visibility", "default_language", "quote_policy")},
        "user": {
            "email": email,
            "language": locale,
            "role": role,
            "joined": iso(born(id_)),
            "last_seen": iso(seen_at) if seen_at else None,
            "preferences": json.decode(preferences),
        },
    }


# -- what was kept beside posts: one statement each --------------------------------------------------------------------

_ADDRESS = (accounts.c.username, accounts.c.domain)


def _tie(table: Any, own: str, other: str, *more: Any) -> Prepared:
    return Prepared(
        select(*_ADDRESS, *more)
        .join(table, table.c[other] == accounts.c.id)
        .where(table.c[own] == _ACCOUNT)
        .order_by(table.c.id)
    )


def _marked(column: str) -> Prepared:
    return Prepared(
        select(posts.c.id, posts.c.uri)
        .join(marks, marks.c.post_id == posts.c.id)
        .where(marks.c.account_id == _ACCOUNT, marks.c[column].is_not(None))
        .order_by(marks.c[column])
    )


FOLLOWING = _tie(follows, "follower_id", "target_id", follows.c.boosts, follows.c.notify, follows.c.languages)
FOLLOWERS = _tie(follows, "target_id", "follower_id")
BLOCKS = _tie(blocks, "owner_id", "target_id")
MUTES = _tie(mutes, "owner_id", "target_id", mutes.c.notices)
NOTES = Prepared(
    select(*_ADDRESS, account_notes.c.comment)
    .join(account_notes, account_notes.c.target_id == accounts.c.id)
    .where(account_notes.c.owner_id == _ACCOUNT)
    .order_by(accounts.c.id)
)
DOMAINS = Prepared(
    select(account_domain_blocks.c.domain)
    .where(account_domain_blocks.c.owner_id == _ACCOUNT)
    .order_by(account_domain_blocks.c.domain)
)
LISTS = Prepared(
    select(lists.c.title, *_ADDRESS)
    .select_from(lists)
    .join(list_members, list_members.c.list_id == lists.c.id)
    .join(accounts, accounts.c.id == list_members.c.account_id)
    .where(lists.c.owner_id == _ACCOUNT)
    .order_by(lists.c.id, list_members.c.id)
)
BOOKMARKS, FAVOURITES = _marked("bookmark_id"), _marked("favourite_id")
TAGS = Prepared(
    select(tags.c.name)
    .join(tag_follows, tag_follows.c.tag_id == tags.c.id)
    .where(tag_follows.c.account_id == _ACCOUNT)
    .order_by(tag_follows.c.id)
)
VOTES = Prepared(
    select(posts.c.id, posts.c.uri, votes.c.choices)
    .join(votes, votes.c.poll_id == posts.c.id)
    .where(votes.c.account_id == _ACCOUNT)
    .order_by(posts.c.id)
)
_FILTERS = Prepared(
    select(filters.c.id, filters.c.title, filters.c.contexts, filters.c.action, filters.c.expires_at)
    .where(filters.c.account_id == _ACCOUNT)
    .order_by(filters.c.id)
)
_FILTER_WORDS = Prepared(
    select(filter_words.c.filter_id, filter_words.c.keyword, filter_words.c.whole_word)
    .join(filters, filters.c.id == filter_words.c.filter_id)
    .where(filters.c.account_id == _ACCOUNT)
    .order_by(filter_words.c.id)
)
_DRAFTS = Prepared(
    select(drafts.c.id, drafts.c.body, drafts.c.changed_at)
    .where(drafts.c.account_id == _ACCOUNT, drafts.c.user_id == bindparam("of_user"))
    .order_by(drafts.c.id)
)
_DECKS = Prepared(
    select(decks.c.name, decks.c.body, decks.c.changed_at)
    .where(decks.c.account_id == _ACCOUNT, decks.c.user_id == bindparam("of_user"))
    .order_by(decks.c.id)
)


def filters_in_full(db: Db, account_id: int) -> list[Entry]:
    """The account's filters with their words."""
    words: dict[int, list[Entry]] = {}
    for filter_id, keyword, whole in db.all(_FILTER_WORDS, of_account=account_id):
        words.setdefault(filter_id, []).append({"keyword": keyword, "whole_word": bool(whole)})
    return [
        {
            "title": title,
            "contexts": json.decode(contexts),
            "action": action,
            "until": iso(until) if until else None,
            "words": words.get(id_, []),
        }
        for id_, title, contexts, action, until in db.all(_FILTERS, of_account=account_id)
    ]


_PLANS = tuple(
    (kind, names, Prepared(select(*(table.c[name] for name in names)).where(table.c.account_id == _ACCOUNT)))
    for kind, table, names in (
        ("queue", plan_queues, ("zone", "paused", "warn_below")),
        ("slot", plan_slots, ("day", "minute")),
        ("series", plan_series, ("name", "tag", "rule", "begins", "zone", "template", "ended")),
        ("event", plan_events, ("name", "begins", "ends", "weeks", "note")),
    )
)

_OUTLET = ("type", "name", "url", "tells", "open", "state")
_OUTLETS = Prepared(
    select(outlets.c.kind, *(outlets.c[name] for name in _OUTLET[1:]))
    .where(outlets.c.account_id == _ACCOUNT)
    .order_by(outlets.c.id)
)
_READERS = Prepared(
    select(outlets.c.name, outlet_readers.c.email, outlet_readers.c.confirmed_at)
    .join(outlets, outlets.c.id == outlet_readers.c.outlet_id)
    .where(
        outlets.c.account_id == _ACCOUNT, outlet_readers.c.confirmed_at.is_not(None), outlet_readers.c.left_at.is_(None)
    )
    .order_by(outlet_readers.c.id)
)


def drafts_in_full(db: Db, account_id: int, user_id: int) -> list[Entry]:
    """What the user has begun to write for the account."""
    rows = db.all(_DRAFTS, of_account=account_id, of_user=user_id)
    return [{"begun": iso(born(id_)), "changed": iso(at), "draft": json.decode(body)} for id_, body, at in rows]


def decks_in_full(db: Db, account_id: int, user_id: int) -> list[Entry]:
    """The columns that the user arranged for the account."""
    rows = db.all(_DECKS, of_account=account_id, of_user=user_id)
    return [{"name": name, "changed": iso(at), **json.decode(body)} for name, body, at in rows]


_STORIES = Prepared(
    select(*(stories.c[name] for name in ("id", "title", "subtitle", "language", "state", "published_at")))
    .where(stories.c.account_id == _ACCOUNT)
    .order_by(stories.c.id)
)
_STORY_ITEMS = Prepared(
    select(story_items.c.story_id, story_items.c.kind, story_items.c.body, story_items.c.post_id)
    .join(stories, stories.c.id == story_items.c.story_id)
    .where(stories.c.account_id == _ACCOUNT)
    .order_by(story_items.c.story_id, story_items.c.rank, story_items.c.id)
)
_CLIPS = Prepared(
    select(*(clips.c[name] for name in ("id", "post_id", "url", "title", "kind", "body")))
    .where(clips.c.account_id == _ACCOUNT)
    .order_by(clips.c.id)
)


_STORY_DAYS = Prepared(
    select(story_days.c.story_id, story_days.c.day, story_days.c.views, story_days.c.readers)
    .join(stories, stories.c.id == story_days.c.story_id)
    .where(stories.c.account_id == _ACCOUNT)
    .order_by(story_days.c.story_id, story_days.c.day)
)
_STORY_RIVALS = Prepared(
    select(story_rivals.c.story_id, *(story_rivals.c[name] for name in ("title", "was", "kept", "began_at")))
    .join(stories, stories.c.id == story_rivals.c.story_id)
    .where(stories.c.account_id == _ACCOUNT)
)


def _story_days(db: Db, account_id: int) -> dict[int, list[Entry]]:
    """How often each story was opened, day by day: sums alone, as nothing else is kept."""
    found: dict[int, list[Entry]] = {}
    for story_id, day, views, readers in db.all(_STORY_DAYS, of_account=account_id):
        found.setdefault(story_id, []).append({"day": iso_day(day * DAY), "views": views, "readers": readers})
    return found


def _rival_titles(db: Db, account_id: int) -> dict[int, Entry]:
    """A second title that was tried, by story."""
    return {
        story_id: {"title": title, "first": was, "kept": kept, "since": iso(began)}
        for story_id, title, was, kept, began in db.all(_STORY_RIVALS, of_account=account_id)
    }


def stories_in_full(db: Db, account_id: int) -> list[Entry]:
    """The account's stories with the teller's own words in them; of what they quote, only which post that is."""
    items: dict[int, list[Entry]] = {}
    days, rivals = _story_days(db, account_id), _rival_titles(db, account_id)
    for story_id, kind, body, post_id in db.all(_STORY_ITEMS, of_account=account_id):
        named = {"post": str(post_id)} if post_id else {}
        items.setdefault(story_id, []).append({"kind": kind, **json.decode(body), **named})
    return [
        {
            "title": title,
            "subtitle": subtitle,
            "language": language,
            "state": state,
            "published": iso(published) if published else None,
            "items": items.get(id_, []),
            "read": days.get(id_, []),
            **({"second_title": rivals[id_]} if id_ in rivals else {}),
        }
        for id_, title, subtitle, language, state, published in db.all(_STORIES, of_account=account_id)
    ]


def _typed(kind: str, body: str) -> Entry:
    return {"kind": kind, **json.decode(body)} if kind else {}


def clips_in_full(db: Db, account_id: int) -> list[Entry]:
    """What the account keeps for a story."""
    rows = db.all(_CLIPS, of_account=account_id)
    return [
        {
            "kept": iso(born(id_)),
            "post": str(post_id) if post_id else None,
            "url": url,
            "title": title,
            **_typed(kind, body),
        }
        for id_, post_id, url, title, kind, body in rows
    ]


_SAID = ("kind", "name", "caption", "alt", "credit", "place", "people", "tags", "album", "date", "note")
_MAY = ("usable_until", "usable_by", "sender")
_BANK = Prepared(
    select(bank_items.c.id, media.c.file, *(bank_items.c[name] for name in (*_SAID, *_MAY)))
    .join(banks, banks.c.id == bank_items.c.bank_id)
    .join(media, media.c.id == bank_items.c.id, isouter=True)
    .where(banks.c.account_id == _ACCOUNT, bank_items.c.id > bindparam("after"))
    .order_by(bank_items.c.id)
    .limit(bindparam("limit"))
)
_USES = Prepared(
    select(bank_uses.c.item_id, bank_uses.c.post_id).where(among(bank_uses.c.item_id)).order_by(bank_uses.c.post_id)
)


def bank_page(db: Db, account_id: int, after: int, limit: int) -> list[Entry]:
    """What is said of the next pictures of the account's bank, and the posts that each was used in. Dates are in EDTF,
    `usable_until` is a day such as 20271231."""
    rows = db.all(_BANK, of_account=account_id, after=after, limit=limit)
    uses: dict[int, list[str]] = {}
    for item_id, post_id in db.all(_USES, ids=db.id_list([row[0] for row in rows])) if rows else ():
        uses.setdefault(item_id, []).append(str(post_id))
    return [
        {
            "id": str(id_),
            "added": iso(born(id_)),
            "file": media_path(file) if file else None,
            **(said := dict(zip((*_SAID, *_MAY), more, strict=True))),
            **{name: json.decode(said[name]) for name in ("people", "tags")},
            "posts": uses.get(id_, []),
        }
        for id_, file, *more in rows
    ]


def plans_in_full(db: Db, account_id: int) -> list[Entry]:
    """The queue of the account with the slots of its week, its series, what it prepares for, and where it publishes
    besides here, with those who said yes to letters; no secret."""
    found = [
        {"kind": kind, **dict(zip(names, row, strict=True))}
        for kind, names, statement in _PLANS
        for row in db.all(statement, of_account=account_id)
    ]
    for row in db.all(_OUTLETS, of_account=account_id):
        found.append({"kind": "outlet", **dict(zip(_OUTLET, row, strict=True))})
    readers = db.all(_READERS, of_account=account_id)
    return found + [{"kind": "reader", "outlet": name, "email": email, "since": iso(at)} for name, email, at in readers]


# -- how much there is -------------------------------------------------------------------------------------------------


def _count(*where: Any, of: Any = None) -> Select[Any]:
    return select(func.count() if of is None else of).where(*where)


_COUNTS: dict[str, Prepared] = {
    name: Prepared(query)
    for name, query in {
        "posts": _count(posts.c.author_id == _ACCOUNT, posts.c.boost_of_id.is_(None)),
        "boosts": _count(posts.c.author_id == _ACCOUNT, posts.c.boost_of_id.is_not(None)),
        "following": _count(follows.c.follower_id == _ACCOUNT),
        "followers": _count(follows.c.target_id == _ACCOUNT),
        "blocks": _count(blocks.c.owner_id == _ACCOUNT),
        "mutes": _count(mutes.c.owner_id == _ACCOUNT),
        "lists": _count(lists.c.owner_id == _ACCOUNT),
        "filters": _count(filters.c.account_id == _ACCOUNT),
        "tags": _count(tag_follows.c.account_id == _ACCOUNT),
        "bookmarks": _count(marks.c.account_id == _ACCOUNT, marks.c.bookmark_id.is_not(None)),
        "favourites": _count(marks.c.account_id == _ACCOUNT, marks.c.favourite_id.is_not(None)),
        "votes": _count(votes.c.account_id == _ACCOUNT),
        "notes": _count(account_notes.c.owner_id == _ACCOUNT),
        "scheduled": _count(scheduled_posts.c.account_id == _ACCOUNT),
        "drafts": _count(drafts.c.account_id == _ACCOUNT),
        "decks": _count(decks.c.account_id == _ACCOUNT),
        "notices": _count(notices.c.account_id == _ACCOUNT),
        "conversations": _count(conversations.c.account_id == _ACCOUNT),
        "media": _count(media.c.account_id == _ACCOUNT),
        "bytes": _count(media.c.account_id == _ACCOUNT, of=func.coalesce(func.sum(media.c.bytes), 0)),
    }.items()
}
_COUNTS_OF_USER = {
    name: Prepared(_count(table.c.user_id == bindparam("of_user")))
    for name, table in (
        ("sessions", sessions),
        ("apps", tokens),
        ("passkeys", passkeys),
        ("accounts", memberships),
    )
}


def how_much(db: Db, account_id: int, user_id: int) -> dict[str, int]:
    """How many of each thing are kept of an account and its user."""
    found = {name: int(db.value(one, of_account=account_id)) for name, one in _COUNTS.items()}
    return found | {name: int(db.value(one, of_user=user_id)) for name, one in _COUNTS_OF_USER.items()}
