"""Lists of a few accounts read together, and the tags one follows."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.queries import find_account
from perron.people.relations import relation
from perron.people.search import search_accounts
from perron.posts.tag_history import UsedTag, used_tags
from perron.posts.tagging import find_tag
from perron.store import Db, Tx
from perron.store.paging import NEWEST, Paging
from perron.text.reading import Tag
from perron.text.tags import fold, is_tag
from perron.timelines import lists as rooms
from perron.timelines.tag_follows import follow_tag, followed_among, followed_tags, unfollow_tag
from perron.web.fields import Fields, read_id
from perron.web.shown import accounts_shown, paging, sheet
from perron.web.visit import Visit

EVERYBODY = 1000
FOUND = 10
TAGS = 100


async def lists(visit: Visit) -> Response:
    """One's lists, and the form for another."""
    me = visit.must_sign_in().account
    found = await visit.read(lambda db: rooms.lists_of(db, me.id))
    return visit.show("own/lists.html", lists=found, wrong="", title="")


async def make(visit: Visit, fields: Fields) -> Response:
    """Begin a list, and go on to choose who is in it."""
    me, title = visit.must_write(), _title(fields)
    try:
        made = await visit.write(lambda tx: rooms.make_list(tx, me, title))
    except Refused as wrong:
        found = await visit.read(lambda db: rooms.lists_of(db, me.id))
        return visit.show("own/lists.html", status=wrong.status, lists=found, wrong=visit.explain(wrong), title=title)
    return visit.go(f"/lists/{made.id}/edit")


async def show(visit: Visit) -> Response:
    """What the members of a list have written, newest first."""
    me, id_ = visit.must_sign_in().account, read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        found = rooms.own_list(db, me.id, id_)
        ids = rooms.list_page(db, visit.site.rings, me.id, found.id, paging(visit)) or []
        members = accounts_shown(visit, db, [row[1] for row in rooms.members(db, found.id, Paging(limit=8))])
        return {"list": found, "sheet": sheet(visit, db, ids, "home"), "members": members}

    return visit.show("own/list.html", **await visit.read(read))


async def edit(visit: Visit) -> Response:
    """A list's title, what it shows, and who is in it; with `q`, whom one could add."""
    me = visit.must_write()
    return await _edit(visit, me.id)


async def _edit(visit: Visit, me: int, wrong: Refused | None = None) -> Response:
    id_, query = read_id(visit.path["id"]), visit.query.get("q", "").replace("\x00", "").strip()[:200]

    def read(db: Db) -> dict[str, Any]:
        found = rooms.own_list(db, me, id_)
        inside = [row[1] for row in rooms.members(db, found.id, Paging(below=NEWEST, limit=EVERYBODY))]
        ids = search_accounts(db, query.removeprefix("@"), viewer=me, limit=FOUND, following=True) if query else []
        return {
            "list": found,
            "members": accounts_shown(visit, db, inside),
            "found": accounts_shown(visit, db, [one for one in ids if one not in inside]),
        }

    shown = await visit.read(read)
    status, said = (wrong.status, visit.explain(wrong)) if wrong else (200, "")
    return visit.show("own/list_edit.html", status=status, query=query, wrong=said, **shown)


async def change(visit: Visit, fields: Fields) -> Response:
    """Rename a list, or change what it shows."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    title, replies, exclusive = _title(fields), fields.text("replies"), "exclusive" in fields
    try:
        await visit.write(lambda tx: rooms.change_list(tx, me, id_, title, replies=replies, exclusive=exclusive))
    except NotFound:
        raise
    except Refused as wrong:
        return await _edit(visit, me.id, wrong)
    return visit.go(f"/lists/{id_}")


async def remove(visit: Visit, fields: Fields) -> Response:
    """End a list; its members are not told."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: rooms.remove_list(tx, me, id_))
    return visit.go("/lists")


async def change_members(visit: Visit, fields: Fields) -> Response:
    """Add somebody to a list, or take them out."""
    me, id_, whom = visit.must_write(), read_id(visit.path["id"]), read_id(fields.text("who"))
    act = visit.path["act"]

    def work(tx: Tx) -> None:
        found = rooms.own_list(tx, me.id, id_)
        inside = any(one.id == found.id for one in rooms.lists_with(tx, me.id, whom))
        if act == "add" and not inside:
            rooms.add_members(tx, me, found.id, [whom])
        elif act == "drop":
            rooms.remove_members(tx, me, found.id, [whom])
        elif act != "add":
            raise NotFound

    await visit.write(work)
    return visit.go(fields.text("next") or f"/lists/{id_}/edit")


async def lists_with(visit: Visit) -> Response:
    """In which of one's lists somebody is; each can be ticked."""
    me, whom = visit.must_write(), read_id(visit.path["id"])

    def read(db: Db) -> dict[str, Any]:
        people = accounts_shown(visit, db, [whom]) if _stands(db, whom) else []
        if not people:
            raise NotFound
        return {
            "person": people[0],
            "lists": rooms.lists_of(db, me.id),
            "inside": {one.id for one in rooms.lists_with(db, me.id, whom)},
            "follows": whom == me.id or relation(db, me.id, whom).following is not None,
        }

    return visit.show("own/lists_with.html", **await visit.read(read))


async def put_in_lists(visit: Visit, fields: Fields) -> Response:
    """Have somebody be in just those lists that were ticked."""
    me, whom = visit.must_write(), read_id(visit.path["id"])
    ticked = {read_id(one) for one in fields.texts("list")}

    def work(tx: Tx) -> str:
        found = find_account(tx, whom)
        if found is None or not _stands(tx, whom):
            raise NotFound
        inside = {one.id for one in rooms.lists_with(tx, me.id, whom)}
        for one in rooms.lists_of(tx, me.id):
            if one.id in ticked and one.id not in inside:
                rooms.add_members(tx, me, one.id, [whom])
            elif one.id in inside and one.id not in ticked:
                rooms.remove_members(tx, me, one.id, [whom])
        return found.handle

    return visit.go(f"/@{await visit.write(work)}")


def _stands(db: Db, account_id: int) -> bool:
    found = find_account(db, account_id)
    return found is not None and found.state == "active"


def _title(fields: Fields) -> str:
    return " ".join(fields.text("title").replace("\x00", "").split())


# -- tags --------------------------------------------------------------------------------------------------------------


async def tags(visit: Visit) -> Response:
    """The tags one follows, and the form for another."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        rows = followed_tags(db, me.id, paging(visit, TAGS))
        known = {one.id: one for one in used_tags(db, [row[1] for row in rows])}
        found: list[UsedTag] = [known[row[1]] for row in rows if row[1] in known]
        return {"tags": found, "older": rows[-1][0] if len(rows) == TAGS else 0}

    return visit.show("own/followed_tags.html", **await visit.read(read))


async def on_tag(visit: Visit, fields: Fields) -> Response:
    """Follow a tag, or follow it no longer."""
    me, act = visit.must_write(), visit.path["act"]
    name = (visit.path.get("name") or fields.text("name")).strip().removeprefix("#")
    key = fold(name) if is_tag(name) else ""
    if not key or act not in ("follow", "unfollow"):
        raise NotFound

    def work(tx: Tx) -> None:
        if act == "follow":
            follow_tag(tx, me, Tag(name, key))
        elif (known := find_tag(tx, key)) is not None:
            unfollow_tag(tx, me, known[0])

    await visit.write(work)
    return visit.go(fields.text("next") or "/followed-tags")


def follows_tag(visit: Visit, db: Db, key: str) -> bool:
    """Whether the visitor follows a tag."""
    known = find_tag(db, key) if visit.reader_id else None
    return known is not None and known[0] in followed_among(db, visit.reader_id or 0, [known[0]])
