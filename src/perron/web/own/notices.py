"""What one is told, in sentences; who is kept apart; and who asks to follow."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from perron.entities.notices import notices_json
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.time import iso
from perron.people import follow as following
from perron.people.model import Viewer
from perron.people.queries import find_account
from perron.people.relations import related, relations
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.timelines.markers import mark_read, markers_of
from perron.timelines.notice_groups import Group, dismiss_group, groups_below
from perron.timelines.notice_pages import Wanted
from perron.timelines.notice_policy import (
    ANSWERS,
    Policy,
    change_policy,
    policy_of,
)
from perron.timelines.notice_requests import dismiss_apart, how_many_apart, let_through, requests_page
from perron.timelines.notices import TYPES, find_notice, newest_notice
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity, accounts_shown, mark_brands, paging, posts_shown
from perron.web.visit import Visit

PAGE = 20
REQUESTS = 40
FACES = 5
"""Faces that stand in the row of a group."""

_SPOKEN_OF = ("mention", "quote")
_ECHOES = ("reblog", "favourite", "credit")
_FOLLOWS = ("follow", "follow_request")
KINDS: dict[str, tuple[str, ...]] = {
    "": TYPES,
    "mentions": _SPOKEN_OF,
    "echoes": _ECHOES,
    "follows": _FOLLOWS,
    "rest": tuple(one for one in TYPES if one not in (*_SPOKEN_OF, *_ECHOES, *_FOLLOWS)),
}
"""What each tab of the page shows."""


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of the page: its newest notice, who else it speaks of, and whether it is new."""

    notice: Entity
    people: list[Entity]
    size: int
    fresh: bool


async def notices(visit: Visit) -> Response:
    """What one was told lately, those that belong together in one sentence; reading the page changes nothing."""
    signed_in = visit.must_sign_in()
    me, only = signed_in.account, visit.query.get("only", "")
    if only not in KINDS:
        raise NotFound

    def read(db: Db) -> dict[str, Any]:
        found = groups_below(db, me.id, visit.below, Wanted(KINDS[only]), limit=PAGE)
        _, seen, _, at = ("", *markers_of(db, me.id).get("notifications", (0, 0, 0)))
        return {
            "told": _told(visit, db, found.groups, seen, signed_in.viewer),
            "newest": newest_notice(db, me.id),
            "since": iso(at) if at else "",
            "older": found.oldest_id,
            "apart": how_many_apart(db, me.id)[0],
        }

    return visit.show("own/notices.html", only=only, kinds=[*KINDS], **await visit.read_slowly(read))


def _told(visit: Visit, db: Db, found: list[Group], seen: int, viewer: Viewer) -> list[Told]:
    made = {
        id_: json.decode(one) for id_, one in notices_json(visit.links, db, [group.notice for group in found], viewer)
    }
    mark_brands(db, [each["account"] for one in made.values() for each in (one, one.get("status")) if each])
    wanted = dict.fromkeys(one for group in found if group.size > 1 for one in group.from_ids[:FACES])
    faces = {int(one["id"]): one for one in accounts_shown(visit, db, [*wanted])}
    out = []
    for group in found:
        if (notice := made.get(group.notice.id)) is not None:
            people = [faces[one] for one in group.from_ids[:FACES] if one in faces]
            notice["type"] = group.notice.type  # here a credit is told as what it is
            out.append(Told(notice, people or [notice["account"]], group.size, group.notice.id > seen))
    return out


def told_below(
    visit: Visit, db: Db, viewer: Viewer, only: str, below: int, limit: int = PAGE
) -> tuple[list[Told], int]:
    """What somebody was told below an id, those that belong together in one sentence, and under which id it goes on."""
    me = visit.must_sign_in().account.id
    found = groups_below(db, me, below, Wanted(KINDS[only]), limit=limit)
    seen = markers_of(db, me).get("notifications", (0, 0, 0))[0]
    return _told(visit, db, found.groups, seen, viewer), found.oldest_id


async def have_read(visit: Visit, fields: Fields) -> Response:
    """Mark notices as read up to the newest that was shown."""
    me, newest = visit.must_sign_in().account, read_id(fields.text("newest"))
    if newest > 0:
        await visit.write(lambda tx: mark_read(tx, me.id, "notifications", newest))
    return visit.go(fields.text("next") or "/notices")


async def dismiss(visit: Visit, fields: Fields) -> Response:
    """Forget one notice, and those that are told with it."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        if (found := find_notice(tx, me.id, id_)) is not None:
            dismiss_group(tx, me.id, found.group_key)

    await visit.write(work)
    return visit.go(fields.text("next") or "/notices")


# -- who is kept apart -------------------------------------------------------------------------------------------------


async def requests_apart(visit: Visit) -> Response:
    """Who is kept apart, and their last words."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        found = requests_page(db, me.id, Paging(below=visit.below, limit=REQUESTS))
        people = {int(one["id"]): one for one in accounts_shown(visit, db, [one.from_id for one in found])}
        words = {int(one["id"]): one for one in posts_shown(visit, db, [one.post_id for one in found if one.post_id])}
        rows = [(people[one.from_id], one.count, words.get(one.post_id)) for one in found if one.from_id in people]
        return {"rows": rows, "older": found[-1].id if len(found) == REQUESTS else 0}

    return visit.show("own/notice_requests.html", **await visit.read(read))


async def answer_apart(visit: Visit, fields: Fields) -> Response:
    """Let somebody through who is kept apart, or forget what they did."""
    me, whom = visit.must_write(), read_id(visit.path["id"])
    acts = {"accept": let_through, "dismiss": dismiss_apart}
    act = acts.get(visit.path["act"])

    def work(tx: Tx) -> None:
        if act is None or find_account(tx, whom) is None:
            raise NotFound
        act(tx, me.id, [whom])

    await visit.write(work)
    return visit.go(fields.text("next") or "/notices/requests")


async def show_policy(visit: Visit) -> Response:
    """What happens to notices from people one does not know."""
    me = visit.must_write()
    policy = await visit.read(lambda db: policy_of(db, me.id))
    return visit.show("own/notice_policy.html", policy=policy, saved="saved" in visit.query)


async def decide_policy(visit: Visit, fields: Fields) -> Response:
    """Decide whose notices are told, kept apart or dropped."""
    me, old = visit.must_write(), Policy()
    chosen = {name: fields.text(name) for name in Policy.__slots__}
    policy = Policy(**{name: word if word in ANSWERS else getattr(old, name) for name, word in chosen.items()})
    await visit.write(lambda tx: change_policy(tx, me.id, policy))
    return visit.go("/settings/reach?saved")


# -- who asks to follow ------------------------------------------------------------------------------------------------


async def requests(visit: Visit) -> Response:
    """Who asks to follow."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        rows = related(db, "requests", me.id, paging(visit, REQUESTS))
        people = accounts_shown(visit, db, [row[1] for row in rows])
        return {"people": people, "older": rows[-1][0] if len(rows) == REQUESTS else 0}

    return visit.show("own/requests.html", **await visit.read(read))


async def answer_requests(visit: Visit, fields: Fields) -> Response:
    """Let in, or refuse, everybody who was ticked."""
    me = visit.must_write()
    acts = {"accept": following.accept, "reject": following.reject}
    act = acts.get(fields.text("act"))
    if act is None:
        raise NotFound
    chosen = {read_id(one) for one in fields.texts("who")}

    def work(tx: Tx) -> None:
        between = relations(tx, me.id, sorted(chosen))
        for one in chosen:
            if between[one].requested_by:  # neither answered meanwhile, nor taken back
                act(tx, me, one)

    await visit.write(work)
    return visit.go("/requests")
