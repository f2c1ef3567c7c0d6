"""Writing: the form, what was typed into it, and publishing. Whatever is refused comes back with every word kept."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.responses import Response

from perron.entities.media import media_entity
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.secrets import new_secret
from perron.kit.time import HOUR
from perron.media.model import Media
from perron.media.queries import change_media, find_media, media_of_posts
from perron.media.upload import Accepted, accept, add
from perron.people.model import Account
from perron.posts.edit import edit
from perron.posts.model import VISIBILITIES, Draft, PollDraft, Post
from perron.posts.polls import polls_of
from perron.posts.publish import publish_once
from perron.posts.queries import find_post
from perron.store import Db, Tx
from perron.timelines.home import home_page
from perron.web.kit import Fields, Visit, read_id, safe_next
from perron.web.shown import Entity, account_called, around, paging, posts_shown, sheet, to_greet

OURS = {"public": "public", "unlisted": "unlisted", "private": "followers", "direct": "mentioned"}
LASTS = (1, 6, 24, 72, 168)
"""Hours for which a poll can be open."""
PATIENCE = 20
"""Seconds for which a form waits until a clip is ready."""


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the form."""

    text: str = ""
    warning: str = ""
    visibility: str = "public"
    language: str = ""
    options: tuple[str, ...] = ()
    lasts: int = 24
    multiple: bool = False
    sensitive: bool = False
    media: tuple[tuple[int, str], ...] = ()
    reply_to: int = 0
    key: str = ""
    next: str = "/home"
    pictures: dict[int, Entity] = field(default_factory=dict)
    wrong: str = ""

    @property
    def has_poll(self) -> bool:
        """Whether anything was typed into the poll."""
        return any(one.strip() for one in self.options)


def blank(visit: Visit, **more: Any) -> Given:
    """The form as it is before anything was typed."""
    account = visit.account
    assert account is not None
    given = Given(
        visibility=account.default_visibility,
        language=account.default_language or visit.locale,
        sensitive=bool(account.default_sensitive),
        key=new_secret(12),
    )
    return replace(given, **more)


def answer_to(visit: Visit, post: Entity) -> Given:
    """The form under a post: it names who is in the conversation, and speaks no louder than they did."""
    me = visit.account
    assert me is not None
    author = post["account"]
    names = [author["acct"], *(one["acct"] for one in post["mentions"])]
    others = [name for name in dict.fromkeys(names) if name != me.handle]
    text = "".join(f"@{name} " for name in others)
    order = {name: place for place, name in enumerate(VISIBILITIES)}
    visibility = max(me.default_visibility, OURS[post["visibility"]], key=lambda one: order[one])
    here = visit.ours(post["url"]) or "/home"
    return blank(
        visit,
        text=text,
        visibility=visibility,
        warning=post["spoiler_text"],
        reply_to=int(post["id"]),
        next=here,
    )


async def home(visit: Visit) -> Response:
    """What those one follows have written, newest first, under the form."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        ids = home_page(db, visit.site.rings, me.id, paging(visit))
        found = around(visit, db)
        return {"sheet": sheet(visit, db, ids, "home"), "around": found, "greet": to_greet(visit, db, found)}

    return visit.show("home.html", given=blank(visit), **await visit.read(read))


async def write(visit: Visit) -> Response:
    """The form alone, perhaps for an answer or with words brought along."""
    visit.must_write()
    query = visit.request.query_params
    reply_to = read_id(query.get("reply_to", ""))
    answered = await visit.read(lambda db: posts_shown(visit, db, [reply_to])) if reply_to > 0 else []
    given = answer_to(visit, answered[0]) if answered else blank(visit)
    text = query.get("text", "").replace("\x00", "")
    return visit.show("write.html", given=replace(given, text=text or given.text), answered=answered)


async def publish(visit: Visit, fields: Fields) -> Response:
    """Publish what was typed, once, however often the button is pressed."""
    me = visit.must_write()
    given = read_given(fields)
    try:
        given = await take_files(visit, me, given, fields)
        draft = as_draft(given)
        key = f"form {given.key or new_secret(12)}"
        post_id = await visit.write(lambda tx: publish_once(tx, me, key, draft, visit.settings))
    except Refused as wrong:
        return await _again(visit, "write.html", given, wrong)
    return visit.go(f"{given.next}#p{post_id}")


async def show_edit(visit: Visit) -> Response:
    """The form with a post of one's own in it."""
    me = visit.must_write()

    def read(db: Db) -> Given:
        post, media = own_post(db, me, visit)
        poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
        return Given(
            text=post.text,
            warning=post.warning,
            visibility=post.visibility,
            language=post.language,
            sensitive=bool(post.sensitive),
            media=tuple((one.id, one.description) for one in media),
            pictures={one.id: media_entity(visit.links, one) for one in media},
            options=poll.options if poll else (),
            multiple=bool(poll and poll.multiple),
            next=visit.ours(visit.links.post(me.handle, post.id)),
        )

    return visit.show("edit.html", given=await visit.read(read))


async def change(visit: Visit, fields: Fields) -> Response:
    """Change a post; what it was stays readable on its page."""
    me = visit.must_write()
    post, _ = await visit.read(lambda db: own_post(db, me, visit))
    given = replace(
        read_given(fields), visibility=post.visibility, next=visit.ours(visit.links.post(me.handle, post.id))
    )
    try:
        given = await take_files(visit, me, given, fields)

        def work(tx: Tx) -> None:
            draft = as_draft(given)
            before = polls_of(tx, [post.id]).get(post.id) if post.has_poll else None
            if draft.poll and before and draft.poll.options == before.options:
                draft = replace(draft, poll=replace(draft.poll, hide_totals=before.hide_totals))
            edit(tx, me, post.id, draft, visit.settings)

        await visit.write(work)
    except Refused as wrong:
        return await _again(visit, "edit.html", given, wrong)
    return visit.go(given.next)


def own_post(db: Db, me: Account, visit: Visit) -> tuple[Post, list[Media]]:
    """The post in the address, when it is one's own, and its files."""
    account = account_called(db, visit.path["handle"])
    post = find_post(db, read_id(visit.path["id"]), viewer=me.id)
    if post is None or account.id != me.id or post.author_id != me.id or post.boost_of_id:
        raise NotFound
    return post, media_of_posts(db, [post.id]).get(post.id, [])


# -- what was typed ----------------------------------------------------------------------------------------------------


def read_given(fields: Fields) -> Given:
    """What stands in a form that was sent."""
    drop = set(fields.texts("drop"))
    kept = [each for each in fields.texts("media_id") if each not in drop]
    media = [(read_id(each), fields.text(f"description_{each}")) for each in kept if read_id(each) > 0]
    return Given(
        text=fields.text("text").replace("\x00", ""),
        warning=fields.text("warning").replace("\x00", "").strip(),
        visibility=fields.text("visibility") or "public",
        language=fields.text("language"),
        options=tuple(one.replace("\x00", "") for one in fields.texts("option")),
        lasts=next((each for each in LASTS if str(each) == fields.text("lasts")), 24),
        multiple="multiple" in fields,
        sensitive="sensitive" in fields,
        media=tuple(media),
        reply_to=max(read_id(fields.text("reply_to")), 0),
        key=fields.text("key")[:100],
        next=safe_next(fields.text("next") or "/home").partition("#")[0],
    )


def as_draft(given: Given) -> Draft:
    """What stands in the form as a draft. Empty answers of a poll are passed over."""
    options = tuple(one.strip() for one in given.options if one.strip())
    poll = PollDraft(options, given.lasts * HOUR, given.multiple) if options else None
    return Draft(
        text=given.text,
        visibility=given.visibility,
        reply_to=given.reply_to or None,
        warning=given.warning,
        sensitive=given.sensitive,
        language=given.language,
        media=tuple(media_id for media_id, _ in given.media),
        poll=poll,
    )


# -- files -------------------------------------------------------------------------------------------------------------


async def take_files(visit: Visit, me: Account, given: Given, fields: Fields) -> Given:
    """Take uploads in, and describe those taken in before. A file that is refused says why; the rest is kept."""
    await visit.write(lambda tx: _describe(tx, me, given))
    wrong: Refused | None = None
    taken: list[tuple[int, str]] = []
    for place in range(visit.settings.media_max_files):
        for upload in fields.files(f"file_{place}"):
            words = fields.text(f"about_{place}")
            try:
                data = await upload.read()
                accepted = await asyncio.to_thread(accept, data, declared=upload.content_type, settings=visit.settings)
                taken.append((await _keep(visit, me, accepted, words), words))
            except Refused as refused:
                wrong = refused
    given = replace(given, media=(*given.media, *taken))
    if wrong is not None:
        raise Kept(given, wrong)
    for media_id, _ in taken:
        await _until_ready(visit, me, media_id, given)
    return given


class Kept(Refused):
    """A refusal that comes with what was taken in before it."""

    def __init__(self, given: Given, wrong: Refused) -> None:
        super().__init__(str(wrong))
        self.given, self.status = given, wrong.status


def _describe(tx: Tx, me: Account, given: Given) -> None:
    for media_id, words in given.media:
        change_media(tx, media_id, owner_id=me.id, description=words)


async def _keep(visit: Visit, me: Account, accepted: Accepted, words: str) -> int:
    media = await visit.write(lambda tx: add(tx, me.id, accepted, description=words))
    return media.id


async def _until_ready(visit: Visit, me: Account, media_id: int, given: Given) -> None:
    """Wait a little for a clip; whoever must wait longer finds the form as it was, with the file in it."""
    for _ in range(PATIENCE * 4):
        found = await visit.read(lambda db: find_media(db, media_id, owner_id=me.id))
        if found is None or found.state != "waiting":
            return
        await asyncio.sleep(0.25)
    raise Kept(given, Invalid("Cannot attach files that have not finished processing. Try again in a moment!"))


async def _again(visit: Visit, template: str, given: Given, wrong: Refused) -> Response:
    """The form with everything that was typed, and why it was not published."""
    if isinstance(wrong, Kept):
        given = wrong.given
    me = visit.must_write()

    def read(db: Db) -> tuple[dict[int, Entity], list[Entity]]:
        mine = [find_media(db, media_id, owner_id=me.id) for media_id, _ in given.media]
        pictures = {one.id: media_entity(visit.links, one) for one in mine if one and one.state != "failed"}
        return pictures, posts_shown(visit, db, [given.reply_to]) if given.reply_to else []

    pictures, answered = await visit.read(read)
    media = tuple(each for each in given.media if each[0] in pictures)
    given = replace(given, media=media, pictures=pictures, wrong=visit.explain(wrong))
    more: dict[str, Any] = {"answered": answered} if template == "write.html" else {}
    return visit.show(template, status=wrong.status, cache_control="no-store", given=given, **more)
