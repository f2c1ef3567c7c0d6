"""Private words as talks: who is in each, what was said, and answering to the same people."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.secrets import new_secret
from perron.people.may import CONFIDE
from perron.people.model import Account
from perron.people.queries import account_by_handle, find_accounts
from perron.posts.model import Draft
from perron.posts.publish import publish_once
from perron.posts.queries import find_post, post_as_stored
from perron.store import Db, Tx
from perron.text.sanitise import plain
from perron.timelines.conversations import (
    Conversation,
    conversation_in,
    conversation_with,
    conversations_page,
    find_conversation,
    hear_post,
    mark_conversation,
    remove_conversation,
    said_in,
)
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity, accounts_shown, paging, posts_shown
from perron.web.visit import Visit

PAGE = 20
SAID = 40
MOST_PEOPLE = 10

_NAMED_FIRST = re.compile(r'^(<p>)(?:<span class="h-card"[^>]*><a [^>]*>@<span>[^<]*</span></a></span>\s*)+')
_HANDLES_FIRST = re.compile(r"^(?:@\S+\s+)+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form in which a private word is written."""

    to: str = ""
    text: str = ""
    key: str = ""
    wrong: str = ""
    at: str = ""
    """The field that `wrong` is about: `to` or `text`."""


async def messages(visit: Visit) -> Response:
    """One's talks, the latest first, with their last words."""
    me = visit.must(CONFIDE)

    def read(db: Db) -> dict[str, Any]:
        found = conversations_page(db, me.id, paging(visit, PAGE))
        people = _people(visit, db, found)
        last = {int(one["id"]): one for one in posts_shown(visit, db, [one.last_post_id for one in found])}
        talks = [
            {"id": one.id, "unread": one.unread, "people": people[one.id], "last": _in_line(last.get(one.last_post_id))}
            for one in found
        ]
        return {"talks": talks, "older": found[-1].last_post_id if len(found) == PAGE else 0}

    return visit.show("own/messages.html", **await visit.read(read))


async def message(visit: Visit) -> Response:
    """A talk: one's own words on one side, theirs on the other. Reading the page changes nothing."""
    me = visit.must(CONFIDE)
    return await _talk(visit, me, Typed(key=new_secret(12)))


async def answer(visit: Visit, fields: Fields) -> Response:
    """Say something to everybody in a talk."""
    me = visit.must_write()
    typed = _typed(visit, fields)
    if typed.wrong:
        return await _talk(visit, me, typed)

    def work(tx: Tx) -> int:
        found = _own(tx, me, visit)
        return _say(tx, visit, me, [one.handle for one in find_accounts(tx, found.with_ids)], typed, found)

    return await _said(visit, me, typed, work)


async def new_message(visit: Visit) -> Response:
    """The form in which a talk begins, perhaps with somebody named."""
    me = visit.must_write()
    to = visit.query.get("to", "").replace("\x00", "")[:300]
    return await _begin(visit, me, Typed(to=to, key=new_secret(12)))


async def begin(visit: Visit, fields: Fields) -> Response:
    """Say something to whoever is named; a talk between the same two goes on."""
    me = visit.must_write()
    typed = _typed(visit, fields)
    names = [one.strip("@,; ") for one in typed.to.replace(",", " ").replace(";", " ").split()]
    handles = [name.lower().removesuffix("@" + visit.settings.domain) for name in names if name][:MOST_PEOPLE]
    known = await visit.read(lambda db: {handle: _called(db, handle) for handle in handles})
    missing = [handle for handle, account in known.items() if account is None]
    if not known:
        typed = _wrong(typed, visit.say("Name somebody first, such as @ada."), "to")
    elif missing:
        typed = _wrong(
            typed, visit.say("Nobody is called %(who)s here. Your words were kept.", who=f"@{missing[0]}"), "to"
        )
    if typed.wrong:
        return await _begin(visit, me, typed)
    others = [one for one in known.values() if one and one.id != me.id]

    def work(tx: Tx) -> int:
        found = conversation_with(tx, me.id, others[0].id) if len(others) == 1 else None
        return _say(tx, visit, me, [one.handle for one in others], typed, found)

    return await _said(visit, me, typed, work)


async def on_message(visit: Visit, fields: Fields) -> Response:
    """Mark a talk as read or as not read, or remove it from one's own side."""
    me, act = visit.must_write(), visit.path["act"]

    def work(tx: Tx) -> None:
        found = _own(tx, me, visit)
        if act == "remove":
            remove_conversation(tx, me.id, found.id)
        elif act in ("read", "unread"):
            mark_conversation(tx, me.id, found.id, unread=act == "unread")
        else:
            raise NotFound

    await visit.write(work)
    return visit.go(fields.text("next") or "/messages")


# -- what is in a talk -------------------------------------------------------------------------------------------------


def _own(db: Db, me: Account, visit: Visit) -> Conversation:
    found = find_conversation(db, me.id, read_id(visit.path["id"]))
    if found is None:
        raise NotFound
    return found


def _called(db: Db, handle: str) -> Account | None:
    found = account_by_handle(db, handle) if len(handle) <= 300 and handle.isprintable() else None
    return found if found and found.state == "active" else None


def _people(visit: Visit, db: Db, found: list[Conversation]) -> dict[int, list[Entity]]:
    """Who else is in each talk."""
    everybody = dict.fromkeys(id_ for one in found for id_ in one.with_ids)
    known = {int(one["id"]): one for one in accounts_shown(visit, db, [*everybody])}
    return {one.id: [known[id_] for id_ in one.with_ids if id_ in known] for one in found}


def _in_line(post: Entity | None) -> Entity | None:
    """A post with its words in one line, without the names it begins with."""
    if post is None:
        return None
    words = post["spoiler_text"] or _HANDLES_FIRST.sub("", " ".join(plain(post["content"]).split()) + " ").strip()
    return {**post, "line": words}


def _without_names(post: Entity) -> Entity:
    """A post without the names it begins with: the page says already who is in the talk."""
    return {**post, "content": _NAMED_FIRST.sub(r"\1", post["content"])}


async def _talk(visit: Visit, me: Account, typed: Typed) -> Response:
    def read(db: Db) -> dict[str, Any]:
        found = _own(db, me, visit)
        ids = said_in(db, found, paging(visit, SAID))
        began = post_as_stored(db, found.thread_id)
        root = posts_shown(visit, db, [began.id]) if began and began.visibility != "mentioned" else []
        return {
            "talk": found,
            "people": _people(visit, db, [found])[found.id],
            "said": [_without_names(one) for one in reversed(posts_shown(visit, db, ids))],
            "root": root[0] if root else None,
            "older": ids[-1] if len(ids) == SAID else 0,
            "last": ids[0] if ids else 0,
        }

    shown = await visit.read(read)
    status = 422 if typed.wrong else 200
    return visit.show("own/message.html", status=status, cache_control="no-store", typed=typed, **shown)


async def _begin(visit: Visit, me: Account, typed: Typed) -> Response:
    status = 422 if typed.wrong else 200
    return visit.show("own/new_message.html", status=status, cache_control="no-store", typed=typed)


# -- what is said ------------------------------------------------------------------------------------------------------


def _typed(visit: Visit, fields: Fields) -> Typed:
    text = fields.text("text").replace("\x00", "").strip()
    typed = Typed(fields.text("to").replace("\x00", "")[:1000], text, fields.text("key")[:100] or new_secret(12))
    return typed if text else _wrong(typed, visit.say("There are no words yet."), "text")


def _wrong(typed: Typed, sentence: str, at: str) -> Typed:
    return Typed(typed.to, typed.text, typed.key, sentence, at)


def _say(tx: Tx, visit: Visit, me: Account, handles: list[str], typed: Typed, found: Conversation | None) -> int:
    """Publish to the people named, in their talk when there is one; the id of one's side of it."""
    newest = said_in(tx, found, paging(visit, 1)) if found else []
    draft = Draft(
        writer_id=visit.writer_id,
        text=" ".join([*(f"@{handle}" for handle in handles), typed.text]),
        visibility="mentioned",
        reply_to=newest[0] if newest else None,
    )
    post = find_post(tx, publish_once(tx, me, f"form {typed.key}", draft, visit.settings), viewer=me.id)
    if post is None:
        raise NotFound
    hear_post(tx, post)  # at once, so that the page to which one is led is there
    side = conversation_in(tx, me.id, post.thread_id)
    return side.id if side else 0


async def _said(visit: Visit, me: Account, typed: Typed, work: Any) -> Response:
    try:
        side = await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        refused = _wrong(typed, visit.explain(wrong), "text")
        return await (_talk(visit, me, refused) if "id" in visit.path else _begin(visit, me, refused))
    return visit.go(f"/messages/{side}#last" if side else "/messages")
