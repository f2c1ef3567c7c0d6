"""What is planned by the clock of a place keeps its time there, also when the rules of the place become others."""

from sqlalchemy import bindparam, select, update

from perron.jobs import cancel, emit
from perron.kit.time import now
from perron.kit.zones import Wall, moment_of, rules_of
from perron.posts.model import PostDue
from perron.store import Prepared, Tx
from perron.store.tables import scheduled_posts

SOME = 500
_ZONES = Prepared(select(scheduled_posts.c.zone).where(scheduled_posts.c.zone != "").distinct())
_OTHERWISE = Prepared(
    select(
        *(scheduled_posts.c.id, scheduled_posts.c.wall, scheduled_posts.c.zone, scheduled_posts.c.fold),
        *(scheduled_posts.c.due, scheduled_posts.c.held),
    )
    .where(
        scheduled_posts.c.zone != "",
        scheduled_posts.c.zone == bindparam("place"),
        scheduled_posts.c.rules != bindparam("now"),
    )
    .order_by(scheduled_posts.c.id)
    .limit(SOME)
)
_SET = Prepared(
    update(scheduled_posts)
    .where(scheduled_posts.c.id == bindparam("of_post"))
    .values(due=bindparam("at"), rules=bindparam("by"))
)


def keep_time(tx: Tx) -> None:
    """Compute the moment anew of whatever was computed by rules that are no longer those of its zone. A zone that is
    known no more leaves the moments that it gave."""
    for (zone,) in tx.all(_ZONES):
        rules = rules_of(zone)
        if rules is None:
            continue
        for id_, local, place, fold, due, held in tx.all(_OTHERWISE, place=zone, now=rules.digest):
            moment = moment_of(Wall(local, place, fold))
            assert moment is not None
            tx.run(_SET, of_post=id_, at=moment.at, by=moment.rules)
            if moment.at != due and not held and due > now():  # what is due already is on its way
                cancel(tx, PostDue(id_))
                emit(tx, PostDue(id_), due=moment.at)
