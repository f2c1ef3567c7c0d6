"""Settings: how pages look, in which languages and by which clock, what is told by which way, and who may see what."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from babel.dates import get_day_names, get_timezone_location
from starlette.responses import Response

from perron.entities.accounts import account_rows
from perron.kit.errors import Invalid, Refused
from perron.kit.secrets import own_vapid
from perron.people.may import ACT, may
from perron.people.preferences import CHOICES, FOR_MODERATORS, KINDS, MAIL, Preferences, Quiet, change_preferences
from perron.people.profile import Profile, change_profile
from perron.people.users import change_locale
from perron.store import Tx
from perron.timelines.notices import TYPES
from perron.timelines.subscriptions import subscribe, subscription_of, unsubscribe
from perron.web.again import show_form
from perron.web.fields import Fields
from perron.web.sections import MODERATORS
from perron.web.told import OFFERED
from perron.web.visit import Visit
from perron.web.words import LOCALES

FLAGS = ("require_alt", "ask_boost", "expand_warnings", "open_media")


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


NAMES = {
    "mention": _("Somebody mentions you"),
    "quote": _("Somebody quotes you"),
    "credit": _("Somebody names you as their source"),
    "boost": _("Somebody boosts your post"),
    "favourite": _("Somebody favourites your post"),
    "follow": _("Somebody follows you"),
    "request": _("Somebody asks to follow you"),
    "post": _("Somebody whose every post you wish to see has posted"),
    "edit": _("A post that you boosted has changed"),
    "poll": _("A poll has ended"),
    "collection": _("Somebody puts you into a collection, or changes one that you are in"),
    "decision": _("The moderators decide something that concerns you"),
    "report": _("Somebody reports an account"),
    "sign_up": _("Somebody joins"),
}
REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe and its zones"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


# -- how it looks ------------------------------------------------------------------------------------------------------


async def show_appearance(visit: Visit) -> Response:
    """How pages look, and how one reads and writes."""
    visit.must_sign_in()
    return _shown(visit, "own/appearance.html")


async def change_appearance(visit: Visit, fields: Fields) -> Response:
    """Look like this from now on."""
    user = visit.must_sign_in().user
    chosen: dict[str, Any] = {name: fields.text(name) or getattr(Preferences(), name) for name in CHOICES}
    chosen |= {name: name in fields for name in FLAGS}
    try:
        await visit.write(lambda tx: change_preferences(tx, user.id, **chosen))
    except Invalid as wrong:
        return _shown(visit, "own/appearance.html", wrong)
    return visit.go("/settings/appearance?saved=1")


# -- languages and the clock -------------------------------------------------------------------------------------------


async def show_language(visit: Visit) -> Response:
    """In which language one is spoken to, reads and writes, and by which clock times are told."""
    return _language(visit)


async def change_language(visit: Visit, fields: Fields) -> Response:
    """Speak and tell the time like this from now on."""
    signed_in = visit.must_sign_in()
    user, account, locale = signed_in.user, signed_in.account, fields.text("lang")
    kept = [one for one in visit.preferences.languages if one not in OFFERED]  # chosen elsewhere
    chosen = {"languages": [*fields.texts("reads"), *kept], "zone": fields.text("zone")}

    def work(tx: Tx) -> None:
        change_preferences(tx, user.id, **chosen)
        if locale in LOCALES:
            change_locale(tx, user.id, locale)
        if may(signed_in.viewer.role, ACT):
            change_profile(tx, account, Profile(default_language=fields.text("writes")))

    try:
        await visit.write(work)
    except Invalid as wrong:
        return _language(visit, wrong)
    return visit.go("/settings/language?saved=1")


def _language(visit: Visit, wrong: Refused | None = None) -> Response:
    account = visit.must_sign_in().account
    offered = [*OFFERED]
    if account.default_language and account.default_language not in offered:
        offered.append(account.default_language)
    return _shown(visit, "own/language.html", wrong, regions=zones(visit.locale), offered=offered, writes=account)


@cache
def zones(locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The zones that one chooses from, as (region, [(name of the zone, its city in this language), …])."""
    known = available_timezones()
    found: dict[str, list[tuple[str, str]]] = {}
    for name in get_global("zone_territories"):
        region = name.partition("/")[0]
        if region in REGIONS and name in known:
            city = get_timezone_location(name, locale=locale, return_city=True)
            found.setdefault(region, []).append((name, city))
    return [(REGIONS[region], sorted(found[region], key=lambda one: one[1])) for region in REGIONS if region in found]


# -- what is told, and by which way ------------------------------------------------------------------------------------


async def show_channels(visit: Visit) -> Response:
    """What one is told of by push and by mail, and when it is quiet."""
    return await _channels(visit)


async def change_channels(visit: Visit, fields: Fields) -> Response:
    """Tell by these ways from now on."""
    user, asked = visit.must_sign_in().user, _kinds(visit)
    before = visit.preferences
    ways = {kind: fields.text(f"mail_{kind}") or "no" for kind in asked}
    silent = {kind for kind in asked if f"push_{kind}" not in fields}
    begins, ends, days = fields.text("begins"), fields.text("ends"), fields.texts("days")
    try:
        quiet = read_quiet(begins, ends, days) if "quiet" in fields else None
        chosen = {"mail": {**before.mail, **ways}, "silent": (before.silent - {*asked}) | silent, "quiet": quiet}
        await visit.write(lambda tx: change_preferences(tx, user.id, **chosen))
    except Invalid as wrong:
        typed = {"quiet": "quiet" in fields, "begins": begins, "ends": ends, "days": days}
        return await _channels(visit, wrong, ways=ways, silent=silent, **typed)
    return visit.go("/settings/notices?saved=1")


def read_quiet(begins: str, ends: str, days: list[str]) -> Quiet:
    """Quiet hours as a form says them."""
    from_, to = _minute(begins), _minute(ends)
    if from_ is None or to is None:
        raise Invalid("Quiet hours need a beginning and an end, such as 22:00 and 07:00.")
    chosen = tuple(sorted({int(one) for one in days if one in "0123456" and len(one) == 1}))
    if not chosen:
        raise Invalid("Quiet hours need at least one day.")
    return Quiet(from_, to, chosen)


def _minute(text: str) -> int | None:
    hour, colon, minute = text.strip()[:5].partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and hour.isascii() and minute.isascii()):
        return None
    return int(hour) * 60 + int(minute) if int(hour) < 24 and int(minute) < 60 else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _kinds(visit: Visit) -> list[str]:
    """What the visitor can be told of."""
    helps = visit.must_sign_in().user.role in MODERATORS
    return [kind for kind in KINDS if helps or kind not in FOR_MODERATORS]


async def _channels(visit: Visit, wrong: Refused | None = None, **typed: Any) -> Response:
    signed_in, chosen = visit.must_sign_in(), visit.preferences
    quiet = chosen.quiet or Quiet(22 * 60, 7 * 60)
    given = {
        "ways": {kind: chosen.mails(kind) for kind in KINDS},
        "silent": chosen.silent,
        "quiet": chosen.quiet is not None,
        "begins": _clock(quiet.begins),
        "ends": _clock(quiet.ends),
        "days": [str(day) for day in quiet.days],
    } | typed
    days = get_day_names("abbreviated", locale=visit.locale)
    device = await visit.read(lambda db: subscription_of(db, signed_in.id))
    return _shown(
        visit,
        "own/channels.html",
        wrong,
        kinds=[(kind, NAMES[kind]) for kind in _kinds(visit)],
        given=given,
        days=[(str(day), days[day]) for day in range(7)],
        mail_ways=MAIL,
        device=device,
        server_key=own_vapid(visit.settings.data)[1],
    )


async def push_here(visit: Visit, fields: Fields) -> Response:
    """Tell this browser of notices, as long as it is signed in."""
    signed_in = visit.must_sign_in()
    allow = bool(visit.settings.outside_allow)
    keys = (fields.text("endpoint"), fields.text("p256dh"), fields.text("auth"))
    alerts = dict.fromkeys(TYPES, True)
    await visit.write(
        lambda tx: subscribe(
            tx, signed_in.id, signed_in.account.id, *keys, alerts=alerts, standard=True, plain_http=allow
        )
    )
    return visit.go("/settings/notices?saved=1")


async def push_here_no_more(visit: Visit, fields: Fields) -> Response:
    """Tell this browser nothing more."""
    session_id = visit.must_sign_in().id
    await visit.write(lambda tx: unsubscribe(tx, session_id))
    return visit.go("/settings/notices?saved=1")


# -- who may see what --------------------------------------------------------------------------------------------------


async def show_privacy(visit: Visit) -> Response:
    """Who may follow, find, read and quote the account."""
    return await _privacy(visit)


async def change_privacy(visit: Visit, fields: Fields) -> Response:
    """Let people see this much from now on."""
    me = visit.must_write()
    changes = Profile(
        locked="locked" in fields,
        discoverable="discoverable" in fields,
        indexable="indexable" in fields,
        hide_collections="hide_collections" in fields,
        default_visibility=fields.text("visibility") or "public",
        default_sensitive="sensitive" in fields,
        quote_policy=fields.text("quote_policy") or "public",
    )
    try:
        await visit.write(lambda tx: change_profile(tx, me, changes))
    except Invalid as wrong:
        return await _privacy(visit, wrong)
    return visit.go("/settings/privacy?saved=1")


async def _privacy(visit: Visit, wrong: Refused | None = None) -> Response:
    me = visit.must_write()
    rows = await visit.read(lambda db: account_rows(db, [me.id]))
    return _shown(visit, "own/privacy_settings.html", wrong, given=rows[me.id])


def _shown(visit: Visit, template: str, wrong: Refused | None = None, **context: Any) -> Response:
    saved = wrong is None and "saved" in visit.query
    return show_form(visit, template, wrong, saved=saved, chosen=visit.preferences, **context)
