"""Pages on which one writes: the form alone, publishing, taking back, changing what is published."""

from dataclasses import replace

from starlette.responses import Response

from perron.entities.media import media_entity
from perron.kit.errors import Invalid, NotAllowed, NotFound, Refused
from perron.kit.time import now
from perron.media.model import Media
from perron.media.queries import media_of_posts
from perron.people.may import SUBMIT
from perron.people.model import Account
from perron.people.queries import find_account
from perron.posts.drafts import remove_draft
from perron.posts.edit import edit
from perron.posts.model import Draft, Post
from perron.posts.polls import polls_of
from perron.posts.publish_thread import publish_thread
from perron.posts.queries import find_post
from perron.posts.ties import EMPLOYER
from perron.posts.undo import undo
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import POST, Line
from perron.suite.atelier.outlets.keep import check_chosen
from perron.suite.atelier.outlets.queries import sent_to
from perron.suite.atelier.plan.again import own_series
from perron.suite.teams.proposals import find_proposal
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity, account_called, posts_shown
from perron.web.visit import Visit
from perron.web.write.answers import come_back, tell, tell_why, wants_json
from perron.web.write.chorus import key_of_form, say_also
from perron.web.write.composer import (
    File,
    Given,
    Part,
    answer_to,
    arranged,
    as_draft,
    as_drafts,
    blank,
    focus_of,
    read_given,
    seen,
)
from perron.web.write.drafts import keep_undone, opened
from perron.web.write.elsewhere import with_places
from perron.web.write.moments import due_of, embargo_of
from perron.web.write.repeats import SaidBefore, ask_of_repeats
from perron.web.write.scheduled import plan
from perron.web.write.uploads import Kept, take_files, wait_for_files


async def write(visit: Visit) -> Response:
    """The form alone: for an answer, a quote, a draft, or words brought along."""
    visit.must(SUBMIT)
    given, answered = await visit.read(lambda db: _begun(visit, db))
    return visit.show("write/write.html", given=given, answered=answered)


def _begun(visit: Visit, db: Db) -> tuple[Given, list[Entity]]:
    """The form as its address asks for it, and the post that it answers."""
    query = visit.query
    if query.get("draft"):
        given = with_places(visit, db, opened(visit, db, read_id(query["draft"])))
        return given, posts_shown(visit, db, [given.reply_to]) if given.reply_to else []
    reply_to, quote = read_id(query.get("reply_to", "")), read_id(query.get("quote", ""))
    answered = posts_shown(visit, db, [reply_to]) if reply_to > 0 else []
    given = answer_to(visit, answered[0]) if answered else blank(visit)
    text = query.get("text", "").replace("\x00", "")
    given = given.first(
        text=text or given.parts[0].text, via=query.get("via", "").replace("\x00", "")[:300], quote_of=max(quote, 0)
    )
    given = replace(given, queue="queue" in query)
    if query.get("proposal"):
        given = _from_proposal(visit, db, given, read_id(query["proposal"]))
    if query.get("series"):
        given = _for_series(visit, db, given, read_id(query["series"]))
    return with_places(visit, db, seen(visit, db, given)), answered


def _from_proposal(visit: Visit, db: Db, given: Given, proposal_id: int) -> Given:
    """The form with words that somebody's organisation proposes: theirs to rewrite, on an account of their own. It is
    said for whom they work."""
    signed_in = visit.must_sign_in()
    if signed_in.viewer.team:
        raise NotAllowed("What is proposed is published as oneself. Speak for an account of your own first.")
    one, organisation = find_proposal(db, signed_in.user.id, proposal_id)
    text = "\n\n".join(each for each in (one.text, one.url) if each)
    return replace(given.first(text=text), tie=EMPLOYER, tied_to=organisation.name)


def _for_series(visit: Visit, db: Db, given: Given, series_id: int) -> Given:
    """The form with what each post of a series begins with, for the time at which it comes."""
    series = own_series(db, visit.must_write().id, series_id)
    at, zone = visit.query.get("at", "")[:40], visit.query.get("zone", "")[:100] or series.begins.zone
    tag = f"#{series.tag}" if series.tag else ""
    text = series.template or tag
    if tag and tag.casefold() not in text.casefold():
        text = f"{text}\n\n{tag}"
    return replace(given.first(text=text), series=series.id, later=at, zone=zone)


async def publish(visit: Visit, fields: Fields) -> Response:
    """Publish what was typed, all of it or nothing, once, however often the button is pressed."""
    me = visit.must_write()
    given, what = read_given(fields), fields.text("do")
    try:
        given = await take_files(visit, me, given, fields)
        if what:
            return await again(visit, "write/write.html", arranged(given, what))
        given = said(given)
        _ask_who_speaks(given)
        _refuse_undescribed(visit, given)
        _refuse_before_its_time(visit, given)
        await ask_of_repeats(visit, given)
        await wait_for_files(visit, me, given)
        if given.later or given.queue:
            planned = await plan(visit, given)
            return tell({"to": planned}) if wants_json(visit) else visit.go(planned)
        made = await visit.write(lambda tx: _publish(tx, visit, given))
    except Refused as wrong:
        return await refused(visit, "write/write.html", given, wrong)
    joint = "&" if "?" in given.next else "?"
    echoes = f"&also={len(given.also)}" if given.also else ""
    to = f"{given.next}{joint}published={made[0]}{echoes}#p{made[0]}"
    return tell({"to": to}) if wants_json(visit) else visit.go(to)


def said(given: Given) -> Given:
    """The form without the parts in which nothing was said, unless that is all of them."""
    parts = tuple(part for part in given.parts if not part.blank)
    return replace(given, parts=parts or given.parts[:1])


def _ask_who_speaks(given: Given) -> None:
    if given.elsewhere and not given.sure:
        raise Invalid("This speaks to another account of yours. Say for which one you answer; nothing was published.")


def _refuse_before_its_time(visit: Visit, given: Given) -> None:
    embargo = embargo_of(visit, given)
    if embargo is not None and (due_of(visit, given) or now()) < embargo:
        raise Invalid("This is under embargo still. Hand it in, or take the embargo away; nothing was published.")


def _refuse_undescribed(visit: Visit, given: Given) -> None:
    for place, part in enumerate(given.parts):
        if visit.preferences.require_alt and not all(one.description.strip() for one in part.files):
            wrong = Invalid("You asked to be held back until every file is described. One still is not.")
            wrong.place = place
            raise wrong


def _publish(tx: Tx, visit: Visit, given: Given) -> list[int]:
    me = visit.must_write()
    key = key_of_form(given)
    drafts = [replace(one, writer_id=visit.writer_id) for one in as_drafts(given)]
    check_chosen(tx, me.id, drafts)
    made = publish_thread(tx, me, key, drafts, visit.settings)
    say_also(tx, visit, given, Line(made[0], me.id, POST), drafts)
    if given.draft:
        remove_draft(tx, given.draft, account_id=me.id)
    return made


async def take_back(visit: Visit, fields: Fields) -> Response:
    """Take back what was published half a minute ago at most, alone or with what was published as other accounts at
    once; its words are found in the form again."""
    me, post_id = visit.must_write(), read_id(visit.path["id"])

    def undone(tx: Tx) -> list[Draft]:
        outlets = sent_to(tx, me.id, post_id) if visit.frame.goes_elsewhere else ()
        first, *rest = undo(tx, me, post_id)
        return [replace(first, outlets=outlets), *rest]

    draft_id = await keep_undone(visit, undone, post_id if "all" in fields else 0)
    return visit.go(f"/write?draft={draft_id}")


# -- changing what is published ----------------------------------------------------------------------------------------


async def show_edit(visit: Visit) -> Response:
    """The form with a post of one's own in it."""
    me = visit.must_write()

    def read(db: Db) -> Given:
        post, media = own_post(db, me, visit)
        return seen(visit, db, _as_it_is(visit, db, post, media))

    return visit.show("write/edit.html", given=await visit.read(read))


def _as_it_is(visit: Visit, db: Db, post: Post, media: list[Media]) -> Given:
    me = visit.must_write()
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    credited = find_account(db, post.via_id) if post.via_id else None
    part = Part(
        text=post.text,
        warning=post.warning,
        sensitive=bool(post.sensitive),
        files=tuple(File(one.id, one.description, focus_of(one)) for one in media),
        options=poll.options if poll else (),
        multiple=bool(poll and poll.multiple),
        hide_totals=bool(poll and poll.hide_totals),
        via=credited.handle if credited else "",
        card_title=post.card_title,
        quote_of=post.quote_of_id or 0,
    )
    return Given(
        parts=(part,),
        visibility=post.visibility,
        language=post.language,
        next=visit.ours(visit.links.post(me.handle, post.id)),
        pictures={one.id: media_entity(visit.links, one) for one in media},
    )


async def change(visit: Visit, fields: Fields) -> Response:
    """Change a post; what it was stays readable on its page."""
    me = visit.must_write()
    post, _ = await visit.read(lambda db: own_post(db, me, visit))
    given = replace(
        read_given(fields), visibility=post.visibility, next=visit.ours(visit.links.post(me.handle, post.id))
    )
    try:
        given = await take_files(visit, me, given, fields)
        if fields.text("do"):
            return await again(visit, "write/edit.html", arranged(given, fields.text("do")))
        await wait_for_files(visit, me, given)
        draft = as_draft(given, given.parts[0])
        await visit.write(lambda tx: _change(tx, visit, post, draft))
    except Refused as wrong:
        return await refused(visit, "write/edit.html", given, wrong)
    return tell({"to": given.next}) if wants_json(visit) else visit.go(given.next)


def _change(tx: Tx, visit: Visit, post: Post, draft: Draft) -> None:
    """Change a post. The form knows not how long its poll was to last: one that is asked as before stays as it is."""
    me, before = visit.must_write(), polls_of(tx, [post.id]).get(post.id)
    asked = draft.poll and (draft.poll.options, draft.poll.multiple, draft.poll.hide_totals)
    same = before is not None and asked == (before.options, before.multiple, before.hide_totals)
    edit(tx, me, post.id, replace(draft, poll=None) if same else draft, visit.settings, keep_poll=same)


def own_post(db: Db, me: Account, visit: Visit) -> tuple[Post, list[Media]]:
    """The post in the address, when it is one's own, and its files."""
    account = account_called(db, visit.path["handle"])
    post = find_post(db, read_id(visit.path["id"]), viewer=me.id)
    if post is None or account.id != me.id or post.author_id != me.id or post.boost_of_id:
        raise NotFound
    return post, media_of_posts(db, [post.id]).get(post.id, [])


# -- the form once more ------------------------------------------------------------------------------------------------


async def refused(visit: Visit, template: str, given: Given, wrong: Refused) -> Response:
    """The form with everything that was typed, and why it was not published, at the part that was refused."""
    if wants_json(visit):
        told = wrong.told if isinstance(wrong, SaidBefore) else {}
        return tell_why(visit, wrong, place=wrong.place, **told)
    given = wrong.given if isinstance(wrong, (Kept, SaidBefore)) else given
    why = visit.explain(wrong)
    if len(given.parts) > 1 and not given.earlier:
        parts = [replace(part, wrong=why if n == wrong.place else "") for n, part in enumerate(given.parts)]
        given = replace(given, parts=tuple(parts))
        why = visit.say("One of these posts cannot be published as it is. None was; everything was kept.")
    return come_back(await again(visit, template, replace(given, wrong=why), status=wrong.status), wrong)


async def again(visit: Visit, template: str, given: Given, status: int = 200) -> Response:
    """The form with everything that was typed."""

    def read(db: Db) -> tuple[Given, list[Entity]]:
        answered = posts_shown(visit, db, [given.reply_to]) if given.reply_to else []
        return with_places(visit, db, seen(visit, db, given)), answered

    found, answered = await visit.read(read)
    return visit.show(template, status=status, cache_control="no-store", given=found, answered=answered)
