"""Block and mute: keep somebody away, or keep them out of sight."""

from perron.jobs import emit
from perron.kit.errors import NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.time import SECOND, now
from perron.people.follow import part
from perron.people.gather import part_collections
from perron.people.model import Account, Blocked
from perron.people.queries import find_account
from perron.people.relations import add_block, add_mute, remove_relation
from perron.store import Db, Tx, tell


def block(tx: Tx, who: Account, whom_id: int) -> None:
    """Keep an account away: no following either way, neither recommends nor sees the other."""
    whom = _other(tx, who, whom_id)
    part(tx, who.id, whom.id)
    part_collections(tx, who.id, whom.id)
    add_block(tx, who.id, whom.id, new_id())
    tell(tx, "blocked", who.id, whom.id)
    emit(tx, Blocked(who.id, whom.id))


def unblock(tx: Tx, who: Account, whom_id: int) -> None:
    """Let an account come near again."""
    remove_relation(tx, "block", who.id, _other(tx, who, whom_id).id)
    tell(tx, "relations", who.id, whom_id)


def mute(tx: Tx, who: Account, whom_id: int, *, notices: bool = True, seconds: int = 0) -> None:
    """Keep an account out of one's timelines and, with `notices`, out of one's notices; for a while when `seconds`."""
    whom = _other(tx, who, whom_id)
    expires_at = now() + seconds * SECOND if seconds > 0 else None
    add_mute(tx, who.id, whom.id, new_id(), notices=notices, expires_at=expires_at)
    tell(tx, "relations", who.id, whom.id)


def unmute(tx: Tx, who: Account, whom_id: int) -> None:
    """See an account again."""
    remove_relation(tx, "mute", who.id, _other(tx, who, whom_id).id)
    tell(tx, "relations", who.id, whom_id)


def _other(db: Db, who: Account, whom_id: int) -> Account:
    found = find_account(db, whom_id)
    if found is None or found.state not in ("active", "suspended"):
        raise NotFound
    if found.id == who.id:
        raise NotAllowed("This action is not allowed")
    return found
