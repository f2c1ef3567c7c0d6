"""Where stories are told: one's stories, the desk of one of them, what is published and who is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.people.model import Account
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.press import document as press
from perron.press import markup
from perron.press.themes import THEMES
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.suite.stories import consent, edit, keep
from perron.suite.stories.address import post_at, wish_at
from perron.suite.stories.clips import clips_among, clips_of, wish_of
from perron.suite.stories.entities import clip_entities, people_entities
from perron.suite.stories.gather import events_of, gather, read_gathering
from perron.suite.stories.model import LONGEST_TITLE, Item, Story, Wish
from perron.suite.stories.queries import find_item, items_of, stories_of
from perron.suite.stories.read import read_head, read_item
from perron.suite.stories.told import told
from perron.suite.stories.undo import undo as undo_last
from perron.web.fields import Fields, read_id
from perron.web.shown import mark_brands
from perron.web.stories.others import others
from perron.web.stories.reading import listed, setting, theme_path
from perron.web.stories.talked import rule_of
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why, wants_json
from perron.web.write.uploads import take_file

ACTS = ("publish", "unpublish", "undo", "remove")
WORDS = ("heading", "text", "quotation")
"""Kinds that one writes at the desk."""
MOST_LISTED = 200


def user_and_account(visit: Visit) -> tuple[int, Account]:
    """Who works at the desk, for whom."""
    me = visit.must_write()
    return visit.must_sign_in().user.id, me


async def mine(visit: Visit) -> Response:
    """One's stories, drafts among them; or how to begin."""
    return await _mine(visit)


async def _mine(visit: Visit, wrong: Refused | None = None, title: str = "") -> Response:
    _, me = user_and_account(visit)

    def read(db: Db) -> dict[str, Any]:
        found = stories_of(db, me.id, Paging(below=visit.below, limit=MOST_LISTED))
        rows = listed(visit, db, me, found)
        return {"stories": rows, "events": events_of(db, me.id), "clips": len(clips_of(db, me.id, Paging(limit=100)))}

    said, status = (visit.explain(wrong), wrong.status) if wrong else ("", 200)
    found = await visit.read(read)
    return visit.show("stories/mine.html", status=status, wrong=said, title=title, longest=LONGEST_TITLE, **found)


async def begin(visit: Visit, fields: Fields) -> Response:
    """Begin a story, empty or with what was ticked in the basket."""
    user_id, me = user_and_account(visit)
    chosen = [read_id(one) for one in fields.texts("clip")]

    def work(tx: Tx) -> Story:
        made = keep.begin_story(tx, me, user_id, read_head({"title": fields.text("title")}))
        wishes = [wish_of(one, visit.links.origin) for one in clips_among(tx, me.id, chosen)]
        edit.add_items(tx, made, user_id, wishes, visit.settings)
        return made

    try:
        made = await visit.write(work)
    except Refused as wrong:
        return await _mine(visit, wrong, fields.text("title"))
    return visit.go(f"/stories/{made.id}")


async def begin_with(visit: Visit, fields: Fields) -> Response:
    """Begin a story with the best of one's favourites, a tag, or several searches as one."""
    user_id, me = user_and_account(visit)
    names = ("source", "begins", "ends", "order", "words", "event_id")
    raw: dict[str, Any] = {name: fields.text(name) for name in names if fields.text(name)}
    raw["status_id"] = post_at(fields.text("address").strip(), visit.links.origin)

    def work(tx: Tx) -> Story:
        named = {str(one): name for one, name, _, _ in events_of(tx, me.id)}.get(raw.get("event_id", ""), "")
        title = fields.text("title") or fields.text("words").strip().partition("\n")[0] or named
        if not title:
            title = visit.say("A thread") if raw.get("source") == "thread" else visit.say("My favourites")
        return gather(tx, me, user_id, title, read_gathering(raw), visit.settings)[0]

    try:
        made = await visit.write(work)
    except Refused as wrong:
        return await _mine(visit, wrong)
    return visit.go(f"/stories/{made.id}")


# -- the desk ----------------------------------------------------------------------------------------------------------


async def desk(visit: Visit) -> Response:
    """One story, to work on: what stands in it, as it will be read, and what can be done with each."""
    return await _desk(visit)


async def _desk(visit: Visit, wrong: Refused | None = None, typed: Mapping[str, str] | None = None) -> Response:
    user_id, me = user_and_account(visit)
    open_item = read_id((typed or {}).get("item", "") or visit.query.get("item", ""))
    said_after = (typed or {}).get("after", "") if typed else visit.query.get("after", "")
    after = 0 if said_after == "0" else read_id(said_after) if said_after else None

    def read(db: Db) -> dict[str, Any]:
        story = keep.own_story(db, me.id, _id(visit))
        document = told(visit.links, db, story, me, visit.settings.locale)
        items = items_of(db, story.id)
        return {
            "story": story,
            "document": document,
            "rows": _rows(items, document, setting(visit)),
            "clips": _clips(visit, db, me) if after is not None or not items else [],
            "theme": theme_path(story.theme, story.accent),
            "path": visit.ours(document.url),
            "top": Markup(markup.head(document, replace(setting(visit, live=False), level=2))),
            "here": others(visit, db, story.id, user_id),
        }

    found = await visit.read_slowly(read)
    said, status = (visit.explain(wrong), wrong.status) if wrong else ("", 200)
    where: dict[str, Any] = {"open_item": open_item, "after": after, "typed": typed or {}, "wrong": said}
    themes = [(one.name, one.called[visit.locale != "fr"]) for one in THEMES]
    return visit.show("stories/desk.html", status=status, themes=themes, **where, **found)


def _rows(items: Sequence[Item], document: press.Document, how: markup.Setting) -> list[tuple[Item, Markup]]:
    """Each item with what it will look like."""
    blocks = {one.key: one for one in document.blocks}
    return [(one, Markup(markup.block(blocks[one.key], document.language, how))) for one in items if one.key in blocks]


def _clips(visit: Visit, db: Db, me: Account) -> list[dict[str, Any]]:
    """The basket, to put in from."""
    assert visit.viewer is not None
    found = clips_of(db, me.id, Paging(limit=40))
    return [dict(one) for one in clip_entities(visit.links, db, found, visit.viewer)]


def _id(visit: Visit) -> int:
    return read_id(visit.path["id"])


async def change_head(visit: Visit, fields: Fields) -> Response:
    """Say what stands above the items, and how the story looks."""
    user_id, me = user_and_account(visit)
    names = ("title", "subtitle", "language", "theme", "accent", "comments", "comments_days")
    said = {name: fields.text(name) for name in names if name in fields}
    version = read_id(fields.text("version"))
    files = fields.files("cover")
    cover = await take_file(visit, me, files[0]) if files else None

    def work(tx: Tx) -> Story:
        story = keep.own_story_held(tx, me.id, _id(visit))
        more = {"cover_id": cover} if cover else {"cover_id": ""} if "no_cover" in fields else {}
        return keep.change_story(tx, story, user_id, read_head({**said, **more}, story.head), version=version)

    return await _worked(visit, fields, work, lambda made: f"/stories/{_id(visit)}")


async def add(visit: Visit, fields: Fields) -> Response:
    """Put something in: words, what stands at an address, a picture, what was ticked in the basket."""
    user_id, me = user_and_account(visit)
    after = fields.text("after")
    files = fields.files("picture")
    picture = await take_file(visit, me, files[0]) if files else None
    chosen = [read_id(one) for one in fields.texts("clip")]

    def work(tx: Tx) -> Story:
        story = keep.own_story_held(tx, me.id, _id(visit))
        wishes = [wish_of(one, visit.links.origin) for one in clips_among(tx, me.id, chosen)]
        wishes += _wishes(visit, fields, picture)
        if not wishes:
            raise Invalid("There is nothing written here.")
        place = None if after == "" else 0 if after == "0" else read_id(after)
        edit.add_items(tx, story, user_id, wishes, visit.settings, after=place)
        return story

    return await _worked(visit, fields, work, lambda made: f"/stories/{_id(visit)}" + (f"#i{after}" if after else ""))


def _wishes(visit: Visit, fields: Fields, picture: int | None) -> list[Wish]:
    """What a form asks for: by what was filled in, whichever of its parts that is."""
    found = []
    if address := fields.text("address").strip():
        found.append(wish_at(address, visit.links.origin, fields.text("own_title")))
    if picture:
        words = {name: fields.text(name) for name in ("caption", "credit")}
        found.append(read_item({"type": "photo", "media_id": picture, **words}))
    if fields.text("text").strip():
        kind = fields.text("kind")
        raw = {"type": kind if kind in WORDS else "text", "text": fields.text("text"), "who": fields.text("who")}
        found.append(read_item(raw))
    return found


async def change_item(visit: Visit, fields: Fields) -> Response:
    """What is done with one item, by the button that was pressed."""
    user_id, me = user_and_account(visit)
    item_id, what = read_id(visit.path["item"]), fields.text("do")
    version = read_id(fields.text("version"))

    def work(tx: Tx) -> Story:
        story = keep.own_story_held(tx, me.id, _id(visit))
        if what == "save":
            names = ("text", "who", "url", "title", "feed", "caption", "credit")
            said = {name: fields.text(name) for name in names if name in fields}
            edit.change_item(tx, story, user_id, item_id, said, visit.settings, version=version)
        elif what == "remove":
            edit.remove_item(tx, story, user_id, item_id, version=version if version > 0 else None)
        elif what in ("up", "down", "move"):
            after = _after(tx, story, item_id, what, fields.text("after"))
            edit.move_item(tx, story, user_id, item_id, after)
        else:
            raise NotFound
        return story

    anchor = "" if what == "remove" else f"#i{item_id}"
    return await _worked(visit, fields, work, lambda made: f"/stories/{_id(visit)}{anchor}", item=item_id)


def _after(tx: Tx, story: Story, item_id: int, what: str, said: str) -> int:
    """Which item it is to stand after: the one before its neighbour, its neighbour, or as was said."""
    if what == "move":
        return 0 if said == "0" else read_id(said)
    ids = [one.id for one in items_of(tx, story.id)]
    at = ids.index(item_id) if item_id in ids else 0
    if what == "up":
        return ids[at - 2] if at > 1 else 0
    return ids[min(at + 1, len(ids) - 1)]


async def act(visit: Visit, fields: Fields) -> Response:
    """Publish it, take it back, undo what was done last, or remove it."""
    user_id, me = user_and_account(visit)
    what = visit.path["act"]
    if what not in ACTS:
        raise NotFound

    def work(tx: Tx) -> Story:
        story = keep.own_story_held(tx, me.id, _id(visit))
        if what == "publish":
            return keep.publish_story(tx, story, visit.writer_id)
        if what == "unpublish":
            return keep.take_back_story(tx, story)
        if what == "undo":
            undo_last(tx, story, user_id)
        else:
            keep.forget_story(tx, story)
        return story

    def then(story: Story) -> str:
        if what == "publish":
            return f"/stories/{story.id}/people"
        return "/stories" if what == "remove" else f"/stories/{story.id}"

    return await _worked(visit, fields, work, then)


async def _worked(visit: Visit, fields: Fields, work: Any, then: Any, *, item: int = 0) -> Response:
    """Do it and go on; our script hears in JSON, a form finds what it sent beside why not."""
    try:
        made = await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        if wants_json(visit):
            return tell_why(visit, wrong)
        typed = {name: fields.text(name) for name in fields if name != "csrf"}
        return await _desk(visit, wrong, {**typed, **({"item": str(item)} if item else {})})
    if wants_json(visit):
        kept = await visit.read(lambda db: find_item(db, made.id, item)) if item else None
        return tell({"version": made.version, "item": kept.version if kept else 0})
    return visit.go(then(made))


# -- those who are quoted ----------------------------------------------------------------------------------------------


async def people(visit: Visit) -> Response:
    """Who is quoted, what they allow, and whether they were told; one mention for those who were not named yet."""
    _, me = user_and_account(visit)

    def read(db: Db) -> dict[str, Any]:
        story = keep.own_story(db, me.id, _id(visit))
        url = visit.links.story(me.handle, story.id)
        named = consent.to_name(db, story)
        words = visit.say("You are quoted in my story “{}”:")
        texts = consent.mentions_of(named, story.title, url, visit.settings.post_max_chars, words=words)
        found: list[dict[str, Any]] = [dict(one) for one in people_entities(visit.links, db, story)]
        mark_brands(db, [one["account"] for one in found])
        return {
            "story": story,
            "people": found,
            "texts": texts if story.published else [],
            "path": visit.ours(url),
            "talk": rule_of(story),
        }

    return visit.show("stories/people.html", **await visit.read(read))


async def name_them(visit: Visit, fields: Fields) -> Response:
    """Send the mention as it was looked at and changed: public, by hand, each person once."""
    _, me = user_and_account(visit)
    texts = [one for one in fields.texts("text") if one.strip()]

    def work(tx: Tx) -> None:
        story = keep.own_story_held(tx, me.id, _id(visit))
        wanted = consent.to_name(tx, story)
        for text in texts:
            publish(tx, me, Draft(text, language=story.language, writer_id=visit.writer_id), visit.settings)
        consent.note_named(tx, story, wanted, texts)

    await visit.write(work)
    return visit.go(f"/stories/{_id(visit)}/people")


async def leaving(visit: Visit) -> Response:
    """Whether somebody wishes to be taken out of a story, and what that means."""
    me = visit.must_write()

    def read(db: Db) -> dict[str, Any]:
        found = keep.find_story(db, _id(visit), viewer=me.id)
        if found is None:
            raise NotFound(keep.GONE)
        story, teller = found
        out = consent.has_left(db, story.id, me.id)
        path = visit.ours(visit.links.story(teller.handle, story.id))
        return {"story": story, "teller": teller, "out": out, "path": path}

    return visit.show("stories/leave.html", **await visit.read(read))


async def leave(visit: Visit, fields: Fields) -> Response:
    """Take oneself out of a story."""
    me = visit.must_write()
    await visit.write(lambda tx: consent.leave(tx, me.id, _id(visit)))
    return visit.go(f"/stories/{_id(visit)}/leave")
