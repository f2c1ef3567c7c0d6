"""Where a post goes besides here: what the account can choose from, and what each place would make of it."""

from dataclasses import replace

from perron.people.may import SUBMIT, may
from perron.store import Db
from perron.suite.atelier.outlets.deliver import previews
from perron.suite.atelier.outlets.told import preview_entity
from perron.web.plan.outlet_words import KINDS
from perron.web.visit import Visit
from perron.web.write.chorus import with_voices
from perron.web.write.composer import Given, as_drafts


def with_places(visit: Visit, db: Db, given: Given) -> Given:
    """The form with the places that it can go to, and the other accounts as which it can be said."""
    me = visit.account
    if me is None or visit.viewer is None or not may(visit.viewer.role, SUBMIT):
        return given
    given = with_voices(visit, given)
    if not visit.frame.goes_elsewhere:
        return given
    name = next((one.name for one in visit.frame.voices if one.id == me.id), me.handle)
    made = previews(db, me.id, name, as_drafts(given))
    places = [
        {**preview_entity(one, shown), "id": one.id, "called": KINDS[one.kind], "chosen": one.id in given.outlets}
        for one, shown in made
    ]
    return replace(given, places=tuple(places))
