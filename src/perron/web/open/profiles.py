"""The page of an account: a dated public blog, and the people around it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.responses import Response

from perron.entities.accounts import accounts_by_id
from perron.entities.relations import relation_entity
from perron.kit.errors import NotFound
from perron.kit.time import as_datetime, now
from perron.people.model import Account
from perron.people.relations import related, relation
from perron.posts.archive import first_public, ids_of_month, months_of
from perron.posts.credits import credits_count, credits_page
from perron.posts.featured_tags import recommends_anything
from perron.store import Db
from perron.store.paging import NEWEST, Paging
from perron.suite.atelier.plan.origin import share_of
from perron.suite.stories.queries import published_stories_of
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.timelines.public import account_page, pinned
from perron.web.drawn import drawn, stream
from perron.web.framed import once, show_open
from perron.web.open.ages import age_in_words
from perron.web.open.linked import profile_card
from perron.web.shown import PAGE, Entity, account_called, accounts_shown, paging, sheet
from perron.web.visit import Visit

TABS: dict[str, dict[str, Any]] = {"": {"replies": False}, "with_replies": {"replies": True}, "media": {"media": True}}
PEOPLE = 40
MONTHS = 12
"""Months that stand beside a profile; all of them have a page."""
LONGEST_LINE = 200


async def profile(visit: Visit) -> Response:
    """Pinned posts, then posts and boosts, newest first."""
    return await _profile(visit, "")


async def with_replies(visit: Visit) -> Response:
    """As the profile, with answers to others."""
    return await _profile(visit, "with_replies")


async def with_media(visit: Visit) -> Response:
    """Only what has pictures, clips or sounds."""
    return await _profile(visit, "media")


async def _profile(visit: Visit, tab: str) -> Response:
    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        head = head_of(visit, db, account)
        answers = {"replies": head["account"]["show_media_replies"]} if tab == "media" else {}
        ids = account_page(db, account.id, paging(visit), viewer=visit.reader_id, **TABS[tab], **answers)
        first = tab == "" and visit.below == NEWEST
        tops = pinned(db, account.id, viewer=visit.reader_id) if first else []
        shown = sheet if tab == "media" else stream
        return {
            **head,
            "sheet": shown(visit, db, ids, "account"),
            "pinned": drawn(visit, db, tops) if tops else [],
            "tab": tab,
        }

    found = await visit.read(read)
    short = [found[name] for name in ("bytes", "head", "months", "sheet", "pinned", "tab", "recommends")]
    return show_open(visit, "open/profile.html", follows_from=short, **found)


def head_of(visit: Visit, db: Db, account: Account) -> dict[str, Any]:
    """The account, what is between it and the visitor, and the months in which it wrote."""
    shown = accounts_shown(visit, db, [account.id])[0]
    me = visit.reader_id
    between = relation_entity(account.id, relation(db, me, account.id)) if me and me != account.id else None
    months = months_of(db, account.id)
    about = _about(visit, shown)
    said = {
        "account": shown,
        "between": between,
        "own": me == account.id,
        "age": _age(visit, shown),
        "credited": credits_count(db, account.id),
        "share": share_of(db, account),
    }
    recommends = recommends_anything(db, account.id)
    follows_from = (accounts_by_id(visit.links, db, [account.id])[account.id], shown["brand"], said["age"])
    return {
        **said,
        "bytes": follows_from[0],
        "head": once(visit, "open/head_of_profile.html", (*follows_from, said["credited"], said["share"]), **said),
        "about": about,
        "recommends": recommends and not kept_away(between),
        "tells": bool(published_stories_of(db, account.id, 1)) and not kept_away(between),
        "card": profile_card(visit, shown, about),
        "months": once(
            visit, "open/months.html", (account.handle, *months[:MONTHS]), handle=account.handle, months=months[:MONTHS]
        )
        if months
        else "",
    }


def _about(visit: Visit, shown: Entity) -> str:
    """An account in one line."""
    line = " ".join(plain(shown["note"]).split())
    if not line:
        return f"@{shown['acct']}" + ("" if "@" in shown["acct"] else f"@{visit.settings.domain}")
    return shortened(line, LONGEST_LINE)


def _age(visit: Visit, shown: Entity) -> str:
    """How old an account is today, as one would say it."""
    return age_in_words(visit.words, date.fromisoformat(shown["created_at"][:10]), as_datetime(now()).date())


# -- month by month ----------------------------------------------------------------------------------------------------


async def month(visit: Visit) -> Response:
    """What an account wrote in one month, as a blog would keep it: with answers, without boosts."""
    year, number = int(visit.path["year"]), int(visit.path["month"])
    if not (1970 <= year <= 2999 and 1 <= number <= 12):
        raise NotFound
    begins, ends = ids_of_month(year, number)

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        window = Paging(below=min(visit.below, ends), above=begins - 1, limit=PAGE)
        ids = account_page(db, account.id, window, viewer=visit.reader_id, boosts=False)
        known = [one for one, _ in months_of(db, account.id)]
        return {
            **head_of(visit, db, account),
            "sheet": stream(visit, db, ids, "account"),
            "at": f"{year:04}-{number:02}",
            "before": next((one for one in known if one < (year, number)), None),
            "after": next((one for one in reversed(known) if one > (year, number)), None),
        }

    return show_open(visit, "open/month.html", **await visit.read(read))


async def archive(visit: Visit) -> Response:
    """Every month in which an account wrote, with how much."""

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        years: dict[int, list[tuple[int, int]]] = {}
        for (year, number), n in months_of(db, account.id):
            years.setdefault(year, []).append((number, n))
        return {**head_of(visit, db, account), "years": years}

    return show_open(visit, "open/archive.html", **await visit.read(read))


async def first(visit: Visit) -> Response:
    """Lead to the first post that an account wrote for everybody."""

    def read(db: Db) -> str:
        account = account_called(db, visit.path["handle"])
        found = first_public(db, account.id)
        if found is None:
            raise NotFound
        return visit.ours(visit.links.post(account.handle, found))

    return visit.go(await visit.read(read), 302)


async def credits(visit: Visit) -> Response:
    """Posts of others that name an account as their source."""

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        ids = credits_page(db, account.id, paging(visit), viewer=visit.reader_id)
        return {**head_of(visit, db, account), "sheet": stream(visit, db, ids, "public")}

    return show_open(visit, "open/credits.html", **await visit.read(read))


# -- people ------------------------------------------------------------------------------------------------------------


async def followers(visit: Visit) -> Response:
    """Who follows an account."""
    return await _people(visit, "followers")


async def following(visit: Visit) -> Response:
    """Whom an account follows."""
    return await _people(visit, "following")


async def _people(visit: Visit, kind: str) -> Response:
    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        head = head_of(visit, db, account)
        hidden = (head["account"]["hide_collections"] and not head["own"]) or kept_away(head["between"])
        rows = [] if hidden else related(db, kind, account.id, paging(visit, PEOPLE))
        people = accounts_shown(visit, db, [row[1] for row in rows])
        older = rows[-1][0] if len(rows) == PEOPLE else 0
        return {**head, "people": people, "list": kind, "hidden": hidden, "older": older}

    return show_open(visit, "open/people.html", **await visit.read(read))


def kept_away(between: Mapping[str, Any] | None) -> bool:
    """Whether the account blocks the visitor."""
    return between is not None and bool(between["blocked_by"])
