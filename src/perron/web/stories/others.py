"""Who else works on a story, as its desk says it."""

from perron.store import Db
from perron.suite.stories.entities import seat_entities
from perron.suite.stories.seats import seats_of
from perron.web.visit import Visit


def others(visit: Visit, db: Db, story_id: int, user_id: int) -> list[dict[str, str]]:
    """Who else is at the desk of a story: their name, the item they write in ("" for none), and that in words."""
    found = seat_entities(visit.links, db, seats_of(db, story_id, but=user_id))
    named = [(one["account"]["display_name"] or f"@{one['account']['acct']}", one["item_id"] or "") for one in found]
    return [{"who": who, "item": item, "said": visit.say("%(who)s is writing here", who=who)} for who, item in named]
