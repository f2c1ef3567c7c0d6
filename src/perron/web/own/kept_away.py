"""What one does not want to meet: words (filters), people (mutes, blocks), whole servers."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import DAY, HOUR, SECOND, iso, now
from perron.people import block as blocking
from perron.people.domains import block_domain, blocked_domains, unblock_domain
from perron.people.model import Account
from perron.people.queries import account_by_handle
from perron.people.relations import related, relations
from perron.store import Db, Tx
from perron.timelines import change_filters as changing
from perron.timelines.change_filters import FilterDraft, WordChange, own_filter
from perron.timelines.filters import CONTEXTS, Filter, filters_of
from perron.web.fields import Fields, read_id
from perron.web.shown import accounts_shown, paging
from perron.web.visit import Visit

PAGE = 40
ROWS = 3
"""Empty lines for words that the form of a filter offers."""
LASTS = (0, HOUR // SECOND, 6 * HOUR // SECOND, DAY // SECOND, 7 * DAY // SECOND, 30 * DAY // SECOND)
"""For how many seconds one can mute or filter; 0 is for good."""
KEEP = -1
"""A filter's end stays as it is."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of a filter: its words with the ids they have, and whether each is meant whole."""

    title: str = ""
    contexts: tuple[str, ...] = ("home", "public", "thread")
    action: str = "warn"
    lasts: int = 0
    ends: str = ""
    words: tuple[tuple[int, str, bool], ...] = ()


# -- filters -----------------------------------------------------------------------------------------------------------


async def filters(visit: Visit) -> Response:
    """One's filters, each in a plain sentence."""
    me = visit.must_sign_in().account
    found = await visit.read(lambda db: filters_of(db, me.id))
    shown = [{"filter": one, "ends": iso(one.expires_at) if one.expires_at else "", "over": one.over} for one in found]
    return visit.show("own/filters.html", filters=shown)


async def new_filter(visit: Visit) -> Response:
    """The form of a new filter, perhaps with a word brought along."""
    visit.must_write()
    word = visit.query.get("word", "").replace("\x00", "")[:200]
    return _form(visit, 0, Typed(title=word, words=((0, word, True),) if word else ()))


async def make_filter(visit: Visit, fields: Fields) -> Response:
    """Begin to filter."""
    me, typed = visit.must_write(), _typed(fields)
    if not any(word for _, word, _ in typed.words):
        return _form(visit, 0, typed, visit.say("A filter needs a word to look for."))
    try:
        await visit.write(lambda tx: changing.make_filter(tx, me, _draft(typed, None)))
    except Refused as wrong:
        return _form(visit, 0, typed, visit.explain(wrong))
    return visit.go("/settings/filters")


async def show_filter(visit: Visit) -> Response:
    """The form with a filter of one's own in it."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    found = await visit.read(lambda db: own_filter(db, me.id, id_))
    return _form(visit, id_, _as_typed(found))


async def change_filter(visit: Visit, fields: Fields) -> Response:
    """Filter otherwise; a word whose line was emptied is taken out."""
    me, id_, typed = visit.must_write(), read_id(visit.path["id"]), _typed(fields)
    try:
        await visit.write(lambda tx: changing.change_filter(tx, me, id_, _draft(typed, own_filter(tx, me.id, id_))))
    except NotFound:
        raise
    except Refused as wrong:
        return _form(visit, id_, typed, visit.explain(wrong))
    return visit.go("/settings/filters")


async def remove_filter(visit: Visit, fields: Fields) -> Response:
    """Filter no longer."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: changing.remove_filter(tx, me, id_))
    return visit.go("/settings/filters")


def _form(visit: Visit, id_: int, typed: Typed, wrong: str = "") -> Response:
    rows = [*typed.words, *[(0, "", True)] * ROWS]
    return visit.show(
        "own/filter.html",
        status=422 if wrong else 200,
        cache_control="no-store",
        id=id_,
        typed=typed,
        rows=rows,
        lasts=LASTS,
        wrong=wrong,
    )


def _as_typed(found: Filter) -> Typed:
    words = tuple((one.id, one.keyword, one.whole_word) for one in found.keywords)
    ends = iso(found.expires_at) if found.expires_at else ""
    return Typed(found.title, found.contexts, found.action, KEEP if ends else 0, ends, words)


def _typed(fields: Fields) -> Typed:
    whole = set(fields.texts("whole"))
    lines = zip(fields.texts("word_id"), fields.texts("word"), strict=False)
    words = tuple(
        (max(read_id(id_), 0), " ".join(word.replace("\x00", "").split()), str(place) in whole)
        for place, (id_, word) in enumerate(lines)
    )
    first = next((word for _, word, _ in words if word), "")
    return Typed(
        title=" ".join(fields.text("title").replace("\x00", "").split()) or first,
        contexts=tuple(one for one in CONTEXTS if one in fields.texts("context")),
        action="hide" if fields.text("action") == "hide" else "warn",
        lasts=_lasts(fields, KEEP),
        ends=fields.text("ends"),
        words=tuple(one for one in words if one[0] or one[1]),
    )


def _draft(typed: Typed, before: Filter | None) -> FilterDraft:
    """What stands in the form as a filter, over what there was before."""
    kept = before.expires_at if before else None
    until = kept if typed.lasts == KEEP else now() + typed.lasts * SECOND if typed.lasts else None
    words = [
        WordChange(id=id_ or None, keyword=word or None, whole_word=whole, gone=not word)
        for id_, word, whole in typed.words
    ]
    return FilterDraft(typed.title, typed.contexts, typed.action, until, words)


def _lasts(fields: Fields, *more: int) -> int:
    return next((one for one in (*LASTS, *more) if str(one) == fields.text("lasts")), 0)


# -- people ------------------------------------------------------------------------------------------------------------


async def mutes(visit: Visit) -> Response:
    """Whom one has muted, and until when."""
    return await _people(visit, "mutes")


async def blocks(visit: Visit) -> Response:
    """Whom one has blocked."""
    return await _people(visit, "blocks")


async def _people(visit: Visit, kind: str, typed: str = "", wrong: str = "") -> Response:
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        rows = related(db, kind, me.id, paging(visit, PAGE))
        between = relations(db, me.id, [row[1] for row in rows])
        ends = {str(id_): iso(one.mute_expires_at) for id_, one in between.items() if one.mute_expires_at}
        people = accounts_shown(visit, db, [row[1] for row in rows])
        quiet = {str(id_) for id_, one in between.items() if one.muting_notices}
        return {"people": people, "ends": ends, "quiet": quiet, "older": rows[-1][0] if len(rows) == PAGE else 0}

    shown = await visit.read(read)
    status = 422 if wrong else 200
    return visit.show(f"own/{kind}.html", status=status, typed=typed, wrong=wrong, lasts=LASTS, **shown)


async def mute(visit: Visit, fields: Fields) -> Response:
    """Mute somebody by name, for good or for a while; who is muted already is muted so from now on."""
    me, seconds, notices = visit.must_write(), _lasts(fields), "notices" in fields
    return await _keep_away(
        visit, fields, "mutes", lambda tx, whom: blocking.mute(tx, me, whom.id, notices=notices, seconds=seconds)
    )


async def block(visit: Visit, fields: Fields) -> Response:
    """Block somebody by name."""
    me = visit.must_write()
    return await _keep_away(visit, fields, "blocks", lambda tx, whom: blocking.block(tx, me, whom.id))


async def _keep_away(visit: Visit, fields: Fields, kind: str, act: Any) -> Response:
    typed = fields.text("who").replace("\x00", "").strip()[:300]
    handle = typed.removeprefix("@").lower().removesuffix("@" + visit.settings.domain)

    def work(tx: Tx) -> bool:
        found = account_by_handle(tx, handle) if handle.isprintable() else None
        whom: Account | None = found if found and found.state == "active" else None
        if whom is not None:
            act(tx, whom)
        return whom is not None

    try:
        if await visit.write(work):
            return visit.go(f"/settings/{kind}")
        said = visit.say("Nobody is called %(who)s here.", who=typed)
    except Refused as wrong:
        said = visit.explain(wrong)
    return await _people(visit, kind, typed, said)


# -- servers -----------------------------------------------------------------------------------------------------------


async def domains(visit: Visit) -> Response:
    """Which servers one keeps away."""
    return await _domains(visit)


async def _domains(visit: Visit, typed: str = "", wrong: Refused | None = None) -> Response:
    me = visit.must_sign_in().account
    rows = await visit.read(lambda db: blocked_domains(db, me.id, paging(visit, PAGE)))
    older = rows[-1][0] if len(rows) == PAGE else 0
    status, said = (wrong.status, visit.explain(wrong)) if wrong else (200, "")
    return visit.show(
        "own/domains.html", status=status, domains=[row[1] for row in rows], older=older, typed=typed, wrong=said
    )


async def on_domain(visit: Visit, fields: Fields) -> Response:
    """Keep a server away, or hear from it again."""
    me, name = visit.must_write(), fields.text("domain").replace("\x00", "")[:300]
    away = visit.path["act"] == "block"
    if not away and visit.path["act"] != "unblock":
        raise NotFound
    try:
        if away:
            await visit.write(lambda tx: block_domain(tx, me, name, here=visit.settings.domain))
        else:
            await visit.write(lambda tx: unblock_domain(tx, me, name))
    except Refused as wrong:
        return await _domains(visit, name, wrong)
    return visit.go("/settings/domains")
