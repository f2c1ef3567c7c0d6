"""Stories: what somebody tells with what others said, and the basket they collect it in. Ours alone."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.entities.shapes import stories as shapes
from perron.entities.shapes.common import Empty, File, Id
from perron.kit import json
from perron.kit.errors import Invalid, NotFound, NotSignedIn, Unavailable
from perron.people.queries import find_account
from perron.press.document import Document
from perron.press.forms import Form, form_called, takes_long
from perron.store import Db, Tx
from perron.suite.stories import consent, edit, keep, works
from perron.suite.stories.bring import take_in
from perron.suite.stories.clips import SAID, clip_item, clip_page, clip_post, clips_of, remove_clip
from perron.suite.stories.entities import (
    clip_entities,
    figures_entity,
    gains_entity,
    inclusions_entity,
    item_entity,
    people_entities,
    rival_entity,
    seat_entities,
    story_entities,
    whole_story,
    work_entity,
)
from perron.suite.stories.export import (
    ask_for_all,
    ask_for_export,
    export_at_once,
    find_export,
    pictures_here,
)
from perron.suite.stories.figures import figures_of, steps_of
from perron.suite.stories.gains import gains_of
from perron.suite.stories.gather import gather, read_gathering
from perron.suite.stories.inclusions import inclusions_of, own_post
from perron.suite.stories.model import MOST_ITEMS, Story
from perron.suite.stories.queries import published_stories_of, stories_of
from perron.suite.stories.read import read_head, read_item
from perron.suite.stories.rival import begin_rival, rival_of, settle_rival, shown_now
from perron.suite.stories.seats import leave_seat, seats_of, take_seat
from perron.suite.stories.told import told
from perron.suite.stories.undo import undo as undo_last

PATIENCE = 10.0
"""Seconds for which a file is waited for before one hears how far it is."""


class StoryItemWish(TypedDict, total=False):
    """An item as one wishes it."""

    type: shapes.ItemType
    id: Annotated[Id, Meta(description="Of a `post` or a `poll`: which status.")]
    media_id: Annotated[Id, Meta(description="Of a `photo`: which of one’s uploads.")]
    text: Annotated[str, Meta(description="Of a `heading`, a `text` or a `quotation`.")]
    url: Annotated[str, Meta(description="Of a `link`, a `feed`, a `video`; where a `quotation` or `photo` is from.")]
    title: Annotated[str, Meta(description="One’s own title for a page; else its own is shown.")]
    feed: Annotated[str, Meta(description="Of a `feed` item: what the feed is called.")]
    published: Annotated[str, Meta(description="Of a `feed` item: when it came out.")]
    caption: str
    credit: str
    who: str


class StoryWish(TypedDict, total=False):
    """What stands above the items. What is not sent stays as it is."""

    title: str
    subtitle: str
    language: str
    theme: str
    accent: str
    cover_id: Annotated[Id, Meta(description="One of one’s uploads, a picture.")]
    comments: shapes.Comments
    comments_days: int


class NewStory(StoryWish, total=False):
    """A story to begin with."""

    title: Required[str]  # type: ignore[misc]
    items: list[StoryItemWish]


class StoryChange(StoryWish, total=False):
    """A story as one wishes it."""

    version: Annotated[int, Meta(description="The version that this changes; 409 when it is not the newest any more.")]


class NewStoryItem(StoryItemWish, total=False):
    """An item to put in."""

    after: Annotated[Id, Meta(description="The item it stands after; 0: first of all; not sent: at the end.")]


class StoryItemChange(StoryItemWish, total=False):
    """An item as one wishes it; what is not sent stays as it is."""

    version: Required[
        Annotated[int, Meta(description="The version that this changes; 409 when it is not the newest any more.")]
    ]


class StoryItemSeen(TypedDict, total=False):
    """Which version of an item one has seen."""

    version: int


class StoryPlace(TypedDict):
    """Where an item is to stand."""

    after: Annotated[Id, Meta(description="The item it stands after; 0: first of all.")]


class NewClip(TypedDict, total=False):
    """What to keep: a status, or a page."""

    status_id: Id
    url: str
    title: str
    type: Annotated[
        Literal["link", "feed", "video", "photo", "quotation"],
        Meta(description="Keep it as this, with the words that such an item takes; not sent: by its address."),
    ]
    media_id: Annotated[Id, Meta(description="Of a `photo`: which of one’s uploads.")]
    text: Annotated[str, Meta(description="Of a `quotation`.")]
    who: str
    feed: str
    published: str
    caption: str
    credit: str


class StoryGathering(TypedDict, total=False):
    """What a story is to begin with."""

    title: Required[str]
    source: Required[Literal["favourites", "tag", "thread", "search", "event"]]
    begins: Annotated[str, Meta(description="Of favourites: the first day, as `2026-11-01`.")]
    ends: Annotated[str, Meta(description="Of favourites: the last day.")]
    order: Annotated[Literal["date", "engagement"], Meta(description="By date if not said, or what was met with most.")]
    words: Annotated[str, Meta(description="A tag; or searches, each on a line of its own.")]
    event_id: Annotated[Id, Meta(description="An event of one’s plan: what was said while it lasted, by its name.")]
    queries: Annotated[list[str], Meta(description="Searches, of which each post is taken once.")]
    status_id: Annotated[Id, Meta(description="Any status of a thread: what its author wrote in it.")]


class StoryGathered(TypedDict):
    """A story that was begun."""

    left_out: Annotated[int, Meta(description="Posts that could not enter it: not for everybody, or not to be quoted.")]
    story: shapes.WholeStory


class Undone(TypedDict):
    """What was undone."""

    undone: Literal["remove", "restore", "place", "words", "head"]


@speaks(list[shapes.Story], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories: one's own, drafts among them."""
    found = stories_of(db, call.me.id, call.paging())
    return story_entities(call.links, db, call.me, found)


@speaks(list[shapes.Story])
def of_account(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/accounts/:id/stories: those that anybody may read."""
    account = find_account(db, call.id)
    if account is None or account.state != "active":
        raise NotFound
    return story_entities(call.links, db, account, shown_now(db, published_stories_of(db, account.id)))


@speaks(shapes.WholeStory)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/:id: one that is published, or one's own."""
    found = keep.find_story(db, call.id, viewer=call.my_id)
    if found is None:
        raise NotFound(keep.GONE)
    story, teller = found
    shown = story if teller.id == call.my_id else shown_now(db, [story])[0]
    return whole_story(call.links, db, teller, shown)


@speaks(shapes.WholeStory, takes=NewStory)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories"""
    wishes = [read_item(one) for one in _records(call, "items")]
    story = keep.begin_story(tx, call.me, _user(call), read_head(call.params.raw))
    edit.add_items(tx, story, _user(call), wishes, call.settings)
    return _whole(call, tx, story.id)


@speaks(shapes.WholeStory, takes=StoryChange)
def change(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/stories/:id"""
    story = _own(call, tx)
    head = read_head(call.params.raw, story.head)
    version = call.params.number("version") if call.params.has("version") else None
    keep.change_story(tx, story, _user(call), head, version=version)
    return _whole(call, tx, story.id)


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/stories/:id"""
    keep.forget_story(tx, _own(call, tx))
    return {}


@speaks(shapes.WholeStory)
def publish(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/publish"""
    return _whole(call, tx, _published(call, tx).id)


@speaks(shapes.WholeStory)
def take_back(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/unpublish"""
    return _whole(call, tx, keep.take_back_story(tx, _own(call, tx)).id)


@speaks(StoryGathered, takes=StoryGathering)
def begin_with(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/gather"""
    wished = read_gathering(call.params.raw)
    story, left_out = gather(tx, call.me, _user(call), call.params.text("title"), wished, call.settings)
    return {"left_out": left_out, "story": whole_story(call.links, tx, call.me, story)}


@speaks(Undone)
def undo(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/undo"""
    return {"undone": undo_last(tx, _own(call, tx), _user(call))}


# -- items -------------------------------------------------------------------------------------------------------------


@speaks(shapes.StoryItem, takes=NewStoryItem)
def add(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/items"""
    story = _own(call, tx)
    after = call.params.number("after") if call.params.has("after") else None
    (made,) = edit.add_items(tx, story, _user(call), [read_item(call.params.raw)], call.settings, after=after)
    return item_entity(tx, story, made)


@speaks(shapes.StoryItem, takes=StoryItemChange)
def change_item(call: Call, tx: Tx) -> Answer:
    """PATCH /api/perron/v1/stories/:id/items/:item_id"""
    story, params = _own(call, tx), call.params
    if not params.has("version"):
        raise Invalid("Please say which version of the item this changes.")
    item_id, version = call.id_called("item_id"), params.number("version")
    made = edit.change_item(tx, story, _user(call), item_id, params.raw, call.settings, version=version)
    return item_entity(tx, story, made)


@speaks(shapes.StoryItem, takes=StoryPlace)
def move_item(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/items/:item_id/move"""
    story = _own(call, tx)
    made = edit.move_item(tx, story, _user(call), call.id_called("item_id"), call.params.number("after"))
    return item_entity(tx, story, made)


@speaks(Empty, takes=StoryItemSeen)
def remove_item(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/stories/:id/items/:item_id"""
    version = call.params.number("version") if call.params.has("version") else None
    edit.remove_item(tx, _own(call, tx), _user(call), call.id_called("item_id"), version=version)
    return {}


@speaks(str)
async def as_file(call: Call) -> Answer:
    """GET /api/perron/v1/stories/:id/export/:form: the file, with what the story holds at this moment. One that takes
    long is waited for a little; then the answer is 202 with how far it is, as JSON: ask again."""
    form, viewer = form_called(call.path["form"]), call.my_id

    def read(db: Db) -> tuple[Story, Document, works.Work | None]:
        found = keep.find_story(db, call.id, viewer=viewer)
        if found is None:
            raise NotFound(keep.GONE)
        document = told(call.links, db, *found, call.settings.locale)
        return found[0], document, find_export(db, document, form.name)

    story, document, work = await call.read(read)
    name = f"story-{call.id}.{form.suffix}"
    if not takes_long(form.name, document):
        call.limit("exports", 600, 3600)
        pictures = pictures_here(call.links, call.site.files)
        path = await asyncio.to_thread(export_at_once, call.settings, document, form.name, pictures)
        return _file(path, name, form)
    if work is None:
        call.limit("long exports", 60, 3600)
    return await _long(call, story, document, form, name, work)


async def _long(call: Call, story: Story, document: Document, form: Form, name: str, work: works.Work | None) -> Answer:
    """The file of a work, when it is there soon enough; else how far it is."""
    user_id = call.user_id if call.my_id == story.account_id else None
    path = await asyncio.to_thread(works.file_of, call.settings, work) if work else None
    if work is None or not (work.running or path):
        work = await call.write(lambda tx: ask_for_export(tx, story, user_id, document, form.name, call.settings))
    until = time.monotonic() + PATIENCE
    while work.running and time.monotonic() < until:
        await asyncio.sleep(0.25)
        work = await call.read(lambda db: find_export(db, document, form.name)) or work
    if work.state == "failed":
        raise Unavailable(work.why, 60)
    path = await asyncio.to_thread(works.file_of, call.settings, work)
    return _file(path, name, form) if path else _not_yet(call, work)


def _not_yet(call: Call, work: works.Work) -> Reply:
    """How far it is, and when to look again; whoever looks with a browser is led back by it."""
    headers = [(b"retry-after", b"2"), (b"refresh", b"2"), (b"location", call.url.encode())]
    return Reply(json.encode(work_entity(call.links, work)), 202, headers, kind=b"application/json")


def _file(path: Path, name: str, form: Form) -> Reply:
    said = f'attachment; filename="{name}"'.encode()
    return Reply(b"", headers=[(b"content-disposition", said)], kind=form.kind.encode(), file=path)


# -- what takes long ---------------------------------------------------------------------------------------------------


class NewStoryImport(TypedDict, total=False):
    """What to bring: a file, or, if it is small, the JSON itself as the body."""

    file: Annotated[
        File,
        Meta(description="A JSON document or a zip of Perron, a story of Storify as JSON, or a page that was saved."),
    ]
    pictures: Annotated[
        bool,
        Meta(description="Take the pictures that it names on other servers into one’s uploads; else they are linked."),
    ]
    format: Annotated[str, Meta(description="Of a document of Perron: `perron-document`.")]
    version: Annotated[int, Meta(description="Of a document of Perron: 1.")]
    title: Annotated[str, Meta(description="Of JSON as the body: it is needed.")]
    blocks: list[dict[str, Any]]


@speaks(list[shapes.StoryWork])
def show_works(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/works: files that are made of one's stories and read into them, the newest first."""
    return [work_entity(call.links, one) for one in works.works_of(db, call.me.id)]


@speaks(shapes.StoryWork)
def show_work(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/works/:id"""
    return work_entity(call.links, works.find_work(db, call.id, account_id=call.me.id))


@speaks(Empty)
def remove_work(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/stories/works/:id: call it off, or remove its file."""
    works.let_go(tx, works.find_work(tx, call.id, account_id=call.me.id))
    return {}


@speaks(str)
async def file_of_work(call: Call) -> Answer:
    """GET /api/perron/v1/stories/works/:id/file"""
    work = await call.read(lambda db: works.find_work(db, call.id, account_id=call.me.id))
    path = await asyncio.to_thread(works.file_of, call.settings, work)
    if path is None:
        raise NotFound
    form = form_called(work.form)
    return _file(path, f"stories-{work.id}.{form.suffix}", form)


@speaks(shapes.StoryWork)
def export_all(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/export: every story of one's own, in every form, in one zip."""
    call.limit("long exports", 60, 3600)
    return work_entity(call.links, ask_for_all(tx, call.me.id, _user(call)))


@speaks(shapes.StoryWork, takes=NewStoryImport)
async def bring_in(call: Call) -> Answer:
    """POST /api/perron/v1/stories/import: a file, or the JSON itself."""
    upload, raw = call.uploads.get("file"), call.params.raw
    if upload is None and "title" not in raw:
        raise Invalid("Please send a file.")
    call.limit("imports", 60, 3600)
    fetches = call.params.flag("pictures")
    data = await upload.read() if upload else json.encode({k: v for k, v in raw.items() if k != "pictures"})
    name = (upload.filename if upload else "") or ""
    work = await take_in(call.write, (call.me.id, _user(call)), data, name, call.settings, fetches=fetches)
    return work_entity(call.links, work)


# -- the desk ----------------------------------------------------------------------------------------------------------


class StoryPresence(TypedDict, total=False):
    """Where one is."""

    item_id: Annotated[Id, Meta(description="What one writes in; not sent: in nothing.")]
    stop: Annotated[bool, Meta(description="One is there no longer.")]


@speaks(list[shapes.StorySeat])
def who_is_here(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/:id/presence: who else works on it at this moment."""
    story = keep.own_story(db, call.me.id, call.id)
    return seat_entities(call.links, db, seats_of(db, story.id, but=_user(call)))


@speaks(list[shapes.StorySeat], takes=StoryPresence)
def be_here(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/presence: say it anew before half a minute is over; who else is there."""
    story = keep.own_story(tx, call.me.id, call.id)
    if call.params.flag("stop"):
        leave_seat(tx, story.id, _user(call))
        return seat_entities(call.links, tx, seats_of(tx, story.id, but=_user(call)))
    return seat_entities(call.links, tx, take_seat(tx, story.id, _user(call), max(call.params.id("item_id") or 0, 0)))


# -- people ------------------------------------------------------------------------------------------------------------


@speaks(list[shapes.StoryPerson])
def people(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/:id/people"""
    return people_entities(call.links, db, keep.own_story(db, call.me.id, call.id))


@speaks(Empty)
def leave(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/leave"""
    consent.leave(tx, call.me.id, call.id)
    return {}


# -- figures -----------------------------------------------------------------------------------------------------------


@speaks(shapes.StoryFigures)
def figures(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/:id/figures: of a story of one's own. Figures of statuses are no part of it."""
    return figures_entity(figures_of(db, keep.own_story(db, call.me.id, call.id)))


@speaks(shapes.StoryGains)
def gains(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/:id/gains: what a story that quotes one brought; nobody else is told."""
    found = keep.find_story(db, call.id, viewer=None)
    if found is None:
        raise NotFound(keep.GONE)
    return gains_entity(gains_of(db, call.me.id, found[0]), steps_of(db, found[0].id)[0])


class NewStoryRival(TypedDict, total=False):
    """What is to take turns: another title, another cover, or both."""

    title: str
    cover_id: Annotated[Id, Meta(description="One of one’s uploads, a picture.")]


class StoryRivalSettled(TypedDict):
    """Which of the two stays."""

    keep: Literal["first", "other"]


@speaks(shapes.StoryRival)
def rival(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/stories/:id/rival: the one that takes turns, or the last one that did."""
    return _rival(call, db, keep.own_story(db, call.me.id, call.id))


@speaks(shapes.StoryRival, takes=NewStoryRival)
def try_rival(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/rival: from the next full hour on."""
    story = _own(call, tx)
    begin_rival(tx, story, call.params.raw)
    return _rival(call, tx, story)


@speaks(shapes.StoryRival, takes=StoryRivalSettled)
def settle(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/stories/:id/rival/settle"""
    return _rival(call, tx, settle_rival(tx, _own(call, tx), _user(call), call.params.text("keep")))


def _rival(call: Call, db: Db, story: Story) -> shapes.StoryRival:
    found = rival_of(db, story.id)
    if found is None:
        raise NotFound
    return rival_entity(call.links, db, story, found)


@speaks(shapes.StatusStories)
def with_status(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/statuses/:id/stories: of a status of one's own; nobody else is told."""
    return inclusions_entity(call.links, db, inclusions_of(db, own_post(db, call.me.id, call.id)))


# -- the basket --------------------------------------------------------------------------------------------------------


@speaks(list[shapes.Clip], takes=Page, paged=True)
def clips(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/clips"""
    assert call.viewer is not None
    return clip_entities(call.links, db, clips_of(db, call.me.id, call.paging()), call.viewer)


@speaks(shapes.Clip, takes=NewClip)
def clip(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/clips"""
    assert call.viewer is not None
    status_id = call.params.id("status_id")
    if status_id is not None:
        made = clip_post(tx, call.me.id, status_id)
    elif call.params.text("type"):
        raw = call.params.raw
        said = {name: raw[name] for name in ("type", "media_id", *SAID) if name in raw}
        made = clip_item(tx, call.me.id, read_item(said))
    else:
        made = clip_page(tx, call.me.id, call.params.text("url"), call.params.text("title"))
    return clip_entities(call.links, tx, [made], call.viewer)[0]


@speaks(Empty)
def unclip(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/clips/:id"""
    remove_clip(tx, call.me.id, call.id)
    return {}


def _published(call: Call, tx: Tx) -> Story:
    return keep.publish_story(tx, _own(call, tx), call.viewer.writer_id if call.viewer else None)


def _own(call: Call, tx: Tx) -> Story:
    return keep.own_story_held(tx, call.me.id, call.id)


def _whole(call: Call, tx: Tx, story_id: int) -> Answer:
    return whole_story(call.links, tx, call.me, keep.own_story(tx, call.me.id, story_id))


def _user(call: Call) -> int:
    if call.user_id is None:
        raise NotSignedIn
    return call.user_id


def _records(call: Call, name: str) -> list[Mapping[str, Any]]:
    """Records as they came; a story may have more items than other lists have values."""
    found = call.params.raw.get(name)
    if isinstance(found, list) and len(found) > MOST_ITEMS:
        raise Invalid(f"A story has at most {MOST_ITEMS} items. Begin another one for the rest, and link to it.")
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    return [one.raw for one in call.params.records(name)]
