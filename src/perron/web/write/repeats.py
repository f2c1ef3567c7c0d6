"""Saying the same again: somebody is told once, before it is published; a brand is offered a later hour beside."""

from dataclasses import replace
from typing import Any, NamedTuple

from perron.kit.errors import Invalid
from perron.kit.zones import Wall, moment_of, wall_at
from perron.people.may import SUBMIT
from perron.posts.model import Draft
from perron.posts.publish import key_of
from perron.posts.publish_thread import published_at_once
from perron.store import Db
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.repeats import Repeat, again_at, repeats_in
from perron.suite.atelier.plan.slots import next_free
from perron.web.visit import Visit
from perron.web.write.chorus import choosable, key_of_form, others_of
from perron.web.write.composer import Given, as_drafts
from perron.web.write.moments import told_of, typed_wall, zone_of


class Speaker(NamedTuple):
    """An account as which a form is sent off, and what it says."""

    id: int
    handle: str
    kind: str
    drafts: list[Draft]


class SaidBefore(Invalid):
    """The same was said lately; `given` is the form that says so, `told` the same for a script."""

    def __init__(self, sentence: str, given: Given, place: int) -> None:
        super().__init__(sentence)
        self.given, self.place = given, place

    @property
    def told(self) -> dict[str, Any]:
        return {"repeats": self.given.repeats, "earlier": [*self.given.earlier], "again": self.given.again}


async def ask_of_repeats(visit: Visit, given: Given) -> None:
    """Say what of a form was said within thirty days; who has been told of all of it goes on."""
    who = _speakers(visit, given)

    def read(db: Db) -> tuple[list[tuple[Speaker, Repeat]], Wall | None]:
        found = [(one, each) for one in who for each in _repeats_of(visit, db, given, one)]
        proposed = next((each for each in found if each[0].kind == "brand"), None)
        return found, _proposal(visit, db, *proposed) if proposed else None

    found, later = await visit.read_slowly(read)
    if {str(one.said.id) for _, one in found} <= {*given.repeats.split()}:
        return
    again = {"at": f"at {later.local} {later.zone}", "told": told_of(visit, later)} if later else {}
    told = replace(
        given,
        repeats=" ".join(dict.fromkeys(str(one.said.id) for _, one in found)),
        earlier=tuple(_shown(visit, speaker, one) for speaker, one in found),
        again=again,
    )
    raise SaidBefore(_sentence(visit, again), told, found[0][1].place)


def _speakers(visit: Visit, given: Given) -> list[Speaker]:
    """The account that speaks, and the others as which the same is to be said, each in its words."""
    me, drafts = visit.must(SUBMIT), as_drafts(given)
    chosen = {one.account_id: one for one in others_of(given)}
    also = [(one, chosen[one.id]) for one in choosable(visit) if one.id in chosen]
    return [
        Speaker(me.id, me.handle, me.kind, drafts),
        *(Speaker(one.id, one.handle, one.kind, other.says(drafts)) for one, other in also),
    ]


def _repeats_of(visit: Visit, db: Db, given: Given, one: Speaker) -> list[Repeat]:
    if given.key and published_at_once(db, one.id, key_of(key_of_form(given))):
        return []  # the button was pressed twice: it was published already
    return repeats_in(db, one.id, one.drafts, at=_at(visit, db, given, one.id))


def _proposal(visit: Visit, db: Db, one: Speaker, found: Repeat) -> Wall | None:
    """When a brand may say it in other words."""
    return again_at(db, one.id, found.said.at, queue_of(db, one.id).zone or zone_of(visit))


def _at(visit: Visit, db: Db, given: Given, account_id: int) -> int | None:
    """When it is to be published; None: now."""
    if not (given.later or given.queue):
        return None
    wall = next_free(db, account_id) if given.queue else typed_wall(visit, given.later, given.zone)
    moment = moment_of(wall)
    return moment.at if moment else None


def _sentence(visit: Visit, again: dict[str, str]) -> str:
    if again:
        return visit.say("This was said lately. Say it in other words, and later; or press once more to publish it.")
    return visit.say("This was said lately. Nothing was published yet: press once more, and it is.")


def _shown(visit: Visit, speaker: Speaker, one: Repeat) -> dict[str, Any]:
    """What was said, as pages show it; what another account has planned stands on pages of its own."""
    wall = wall_at(one.said.at, zone_of(visit))
    time = told_of(visit, replace(wall, local=wall.local[:16])) if wall else ""
    mine, says = speaker.id == visit.must(SUBMIT).id, _says(visit, one, time)
    page = f"/scheduled#s{one.said.id}" if mine else "/settings/accounts"
    return {
        "url": page if one.said.planned else visit.ours(visit.links.post(speaker.handle, one.said.id)),
        "words": one.words,
        "says": says if mine else visit.say("As @%(who)s: %(what)s", who=speaker.handle, what=says),
    }


def _says(visit: Visit, one: Repeat, time: str) -> str:
    if one.kind == "link":
        if one.said.planned:
            return visit.say("The same link is planned for %(time)s:", time=time)
        return visit.say("You published the same link on %(time)s:", time=time)
    if one.said.planned:
        return visit.say("Nearly the same words are planned for %(time)s:", time=time)
    return visit.say("You published nearly the same words on %(time)s:", time=time)
