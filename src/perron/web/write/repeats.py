"""Saying the same again: somebody is told once, before it is published; a brand is offered a later hour beside."""

from dataclasses import replace
from typing import Any

from perron.kit.errors import Invalid
from perron.kit.zones import Wall, moment_of, wall_at
from perron.people.may import SUBMIT
from perron.posts.publish import key_of
from perron.posts.publish_thread import published_at_once
from perron.store import Db
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.repeats import Repeat, again_at, repeats_in
from perron.suite.atelier.plan.slots import next_free
from perron.web.visit import Visit
from perron.web.write.composer import Given, as_drafts
from perron.web.write.moments import told_of, typed_wall, zone_of


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
    me = visit.must(SUBMIT)

    def read(db: Db) -> tuple[list[Repeat], Wall | None]:
        if given.key and published_at_once(db, me.id, key_of(f"form {given.key}")):
            return [], None  # the button was pressed twice: it was published already
        found = repeats_in(db, me.id, as_drafts(given), at=_at(visit, db, given))
        zone = queue_of(db, me.id).zone or zone_of(visit)
        later = again_at(db, me.id, found[0].said.at, zone) if found and me.kind == "brand" else None
        return found, later

    found, later = await visit.read_slowly(read)
    if {str(one.said.id) for one in found} <= {*given.repeats.split()}:
        return
    again = {"at": f"at {later.local} {later.zone}", "told": told_of(visit, later)} if later else {}
    told = replace(
        given,
        repeats=" ".join(dict.fromkeys(str(one.said.id) for one in found)),
        earlier=tuple(_shown(visit, one) for one in found),
        again=again,
    )
    raise SaidBefore(_sentence(visit, again), told, found[0].place)


def _at(visit: Visit, db: Db, given: Given) -> int | None:
    """When it is to be published; None: now."""
    if not (given.later or given.queue):
        return None
    wall = next_free(db, visit.must(SUBMIT).id) if given.queue else typed_wall(visit, given.later, given.zone)
    moment = moment_of(wall)
    return moment.at if moment else None


def _sentence(visit: Visit, again: dict[str, str]) -> str:
    if again:
        return visit.say("This was said lately. Say it in other words, and later; or press once more to publish it.")
    return visit.say("This was said lately. Nothing was published yet: press once more, and it is.")


def _shown(visit: Visit, one: Repeat) -> dict[str, Any]:
    """What was said, as pages show it."""
    wall = wall_at(one.said.at, zone_of(visit))
    time = told_of(visit, replace(wall, local=wall.local[:16])) if wall else ""
    return {
        "url": f"/scheduled#s{one.said.id}"
        if one.said.planned
        else visit.ours(visit.links.post(visit.must(SUBMIT).handle, one.said.id)),
        "words": one.words,
        "says": _says(visit, one, time),
    }


def _says(visit: Visit, one: Repeat, time: str) -> str:
    if one.kind == "link":
        if one.said.planned:
            return visit.say("The same link is planned for %(time)s:", time=time)
        return visit.say("You published the same link on %(time)s:", time=time)
    if one.said.planned:
        return visit.say("Nearly the same words are planned for %(time)s:", time=time)
    return visit.say("You published nearly the same words on %(time)s:", time=time)
