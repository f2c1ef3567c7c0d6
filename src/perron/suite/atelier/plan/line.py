"""The queue: things that wait in order, one for each slot. Their order changes; the times that they hold stay."""

import random
from collections.abc import Sequence
from dataclasses import replace

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.kit.zones import Wall
from perron.people.model import Account
from perron.posts.hold_back import hold_back, let_go_on
from perron.posts.planned import Scheduled, scheduled_of
from perron.posts.scheduled import Plan, move, plan, plan_once
from perron.store import Db, Tx
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.model import QUEUE, Queue, QueueRunsDry
from perron.suite.atelier.plan.slots import check_zone, checked, free_slots, next_free


def line_of(db: Db, account_id: int) -> list[Scheduled]:
    """What waits in a queue, the next to come first."""
    return [one for one in scheduled_of(db, account_id) if one.queued and not one.error]


def put_in(tx: Tx, author: Account, wished: Plan, settings: Settings, key: str = "") -> int:
    """Plan something for the next free slot; its id."""
    queue = queries.queue_of(tx, author.id)
    held = QUEUE if queue.paused else wished.held
    wished = replace(wished, wall=next_free(tx, author.id), queued=True, held=held)
    made = plan_once(tx, author, key, wished, settings) if key else plan(tx, author, wished, settings)
    _arm(tx, queue)
    return made


def take_in(tx: Tx, account_id: int, scheduled_id: int) -> None:
    """Give something that is planned already the next free slot; the one that it stands at is free for it."""
    queue = queries.queue_of(tx, account_id)
    move(tx, account_id, scheduled_id, next_free(tx, account_id, but=[scheduled_id]), queued=True)
    if queue.paused:
        hold_back(tx, account_id, QUEUE, [scheduled_id])
    _arm(tx, queue)


def reorder(tx: Tx, account_id: int, ids: Sequence[int]) -> None:
    """Bring the queue into another order; what is not named stands at the end as before."""
    line = line_of(tx, account_id)
    known = {one.id: one for one in line}
    if any(one not in known for one in ids) or len(set(ids)) < len(ids):
        raise NotFound("The queue has changed meanwhile. Look at it again.")
    wanted = [known[one] for one in ids]
    wanted += [one for one in line if one.id not in set(ids)]
    _give(tx, wanted, [one.wall for one in line])


def step(tx: Tx, account_id: int, scheduled_id: int, by: int) -> None:
    """Move one thing forward or back in the queue."""
    ids = [one.id for one in line_of(tx, account_id)]
    if scheduled_id not in ids:
        raise NotFound("This no longer waits in the queue.")
    at = ids.index(scheduled_id)
    to = min(max(at + by, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    reorder(tx, account_id, ids)


def shuffle(tx: Tx, account_id: int) -> None:
    """Bring the queue into an order that nobody chose."""
    ids = [one.id for one in line_of(tx, account_id)]
    random.shuffle(ids)
    reorder(tx, account_id, ids)


def realign(tx: Tx, account_id: int) -> None:
    """Give the queue, in its order, the first slots there are: as when the week has become another."""
    line = line_of(tx, account_id)
    slots = free_slots(tx, account_id, but=[one.id for one in line])
    walls = [wall for _, wall in zip(line, slots, strict=False)]
    if len(walls) < len(line):
        raise Invalid("There are fewer slots than things that wait. Add slots to your week first.")
    _give(tx, line, walls)


def pause(tx: Tx, account_id: int) -> None:
    """Publish nothing of the queue until it goes on."""
    _keep(tx, account_id, paused=True)
    hold_back(tx, account_id, QUEUE, [one.id for one in line_of(tx, account_id)])


def resume(tx: Tx, account_id: int) -> None:
    """Let the queue go on, in its order. If a time has passed meanwhile, all of it moves on to the slots to come."""
    line = line_of(tx, account_id)
    if any(one.due <= now() for one in line):
        realign(tx, account_id)
    let_go_on(tx, account_id, QUEUE, [one.id for one in line])
    _keep(tx, account_id, paused=False)


def set_up(
    tx: Tx, account_id: int, *, zone: str | None = None, slots: object = None, warn_below: int | None = None
) -> None:
    """Say by whose clock and at which times of the week a queue publishes. What waits already keeps its time."""
    queue = queries.queue_of(tx, account_id)
    if zone is not None:
        queue = replace(queue, zone=check_zone(zone))
    if isinstance(slots, (list, tuple)):
        queue = replace(queue, slots=checked({*slots}))
    if warn_below is not None:
        if not 0 <= warn_below <= 50:
            raise Invalid("This is a number from 0 to 50.")
        queue = replace(queue, warn_below=warn_below)
    queries.keep_queue(tx, replace(queue, zone=queue.zone or "UTC"))


def warn_of_dry_queues(tx: Tx) -> None:
    """Once a minute: whose queue runs dry is to be told, once, until there is enough in it again."""
    for account_id, least in queries.watched_queues(tx):
        if len(queries.queued_ids(tx, account_id, least)) < least:
            queries.note_warned(tx, account_id)
            emit(tx, QueueRunsDry(account_id))


def _keep(tx: Tx, account_id: int, *, paused: bool) -> None:
    queue = queries.queue_of(tx, account_id)
    queries.keep_queue(tx, replace(queue, paused=paused, zone=queue.zone or "UTC"))


def _arm(tx: Tx, queue: Queue) -> None:
    if queue.warn_below and len(queries.queued_ids(tx, queue.account_id, queue.warn_below)) >= queue.warn_below:
        queries.arm(tx, queue.account_id)


def _give(tx: Tx, line: Sequence[Scheduled], walls: Sequence[Wall | None]) -> None:
    for one, wall in zip(line, walls, strict=True):
        if wall is not None and wall != one.wall:
            move(tx, one.account_id, one.id, wall, queued=True)
