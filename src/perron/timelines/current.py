"""Bringing a ring up to date that was made a moment ago, here or in another process."""

from perron.store import Db
from perron.timelines.home import home_among
from perron.timelines.lists import list_among
from perron.timelines.recent import MOST, Recent
from perron.timelines.rings import Ring


def bring_current(db: Db, recent: Recent, ring: Ring) -> bool:
    """Do to a ring what has been heard since it was made; False when it has to be made anew."""
    since, heard = ring.heard, recent.heard
    if not recent.knows(since, ring.reader):
        return False
    if since >= heard:
        return True
    missed = recent.posts_after(since)
    if len(missed) > MOST:
        return False
    home = ring.owner == ring.reader
    found = home_among(db, ring.owner, missed) if home else list_among(db, ring.reader, ring.owner, missed)
    if found is None:
        return False
    for post_id, original_id in found:
        ring.add(post_id, original_id or post_id)
    for post_id in recent.gone_after(since):
        ring.drop(post_id)
    ring.heard = heard
    return True
