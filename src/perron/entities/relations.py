"""What is between the viewer and an account, as clients read it."""

from perron.entities.shapes.accounts import Relationship
from perron.kit.time import iso
from perron.people.relations import Relation


def relation_entity(account_id: int, found: Relation) -> Relationship:
    """A relationship."""
    how = found.following
    return {
        "id": str(account_id),
        "following": how is not None,
        "showing_reblogs": how is not None and how.boosts,
        "notifying": how is not None and how.notify,
        "languages": list(how.languages) if how and how.languages else None,
        "followed_by": found.followed_by,
        "blocking": found.blocking,
        "blocked_by": found.blocked_by,
        "muting": found.muting,
        "muting_notifications": found.muting_notices,
        "muting_expires_at": iso(found.mute_expires_at) if found.mute_expires_at else None,
        "requested": found.requested,
        "requested_by": found.requested_by,
        "domain_blocking": found.domain_blocking,
        "endorsed": found.endorsed,
        "note": found.note,
    }
