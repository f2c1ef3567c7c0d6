"""The queue: work owed because of an event, or at a time. A job is a row in the transaction that calls for it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from perron.jobs.events import Event
from perron.kit import json
from perron.kit.ids import new_id
from perron.kit.time import DAY, MINUTE, SECOND, now
from perron.store import Db, Prepared, Tx, among, among_texts, insert
from perron.store.tables import jobs

LEASE = MINUTE
KEPT = 30 * DAY

_PUT = insert(jobs, "id", "name", "payload", "due", "chain")
_JOB = (jobs.c.id, jobs.c.name, jobs.c.payload, jobs.c.tries, jobs.c.chain, jobs.c.error)
_due = (
    select(*_JOB)
    .where(jobs.c.failed.is_(False), jobs.c.due <= bindparam("now"), jobs.c.taken_until <= bindparam("now"))
    .order_by(jobs.c.due, jobs.c.id)
    .limit(bindparam("limit"))
)
_called = among_texts(jobs.c.name)
_DUE = Prepared(_due), Prepared(_due.with_for_update(skip_locked=True))  # said on PostgreSQL only
_DUE_CALLED = Prepared(_due.where(_called)), Prepared(_due.where(_called).with_for_update(skip_locked=True))
_DUE_NOT_CALLED = Prepared(_due.where(~_called)), Prepared(_due.where(~_called).with_for_update(skip_locked=True))
_HELD = Prepared(
    select(*_JOB)
    .where(among(jobs.c.id), jobs.c.failed.is_(False), jobs.c.taken_until > bindparam("now"))
    .order_by(jobs.c.due, jobs.c.id)
    .with_for_update(skip_locked=True)
)
_OF_CHAINS = Prepared(  # one that has failed and waits for another try holds up nobody
    select(jobs.c.chain, jobs.c.id).where(
        among(jobs.c.chain),
        jobs.c.failed.is_(False),
        or_(jobs.c.tries == 0, jobs.c.taken_until > bindparam("now")),
    )
)
_TAKE = Prepared(
    update(jobs).where(jobs.c.id == bindparam("job_id")).values(taken_until=bindparam("until"), tries=jobs.c.tries + 1)
)
_HOLD = Prepared(update(jobs).where(among(jobs.c.id)).values(taken_until=bindparam("until")))
_DONE = Prepared(delete(jobs).where(jobs.c.id == bindparam("job_id")))
_LATER = Prepared(
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"))
    .values(
        due=bindparam("at"), taken_until=0, tries=bindparam("tried"), error=bindparam("why"), failed=bindparam("gone")
    )
)
_NEXT_DUE = Prepared(select(func.min(jobs.c.due)).where(jobs.c.failed.is_(False)))
_WAITING = Prepared(
    select(func.count()).select_from(jobs).where(jobs.c.failed.is_(False), jobs.c.due <= bindparam("now"))
)
_FAILED = Prepared(select(*_JOB).where(jobs.c.failed.is_(True)).order_by(jobs.c.id))
_WAIT = Prepared(
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"))
    .values(due=bindparam("at"), taken_until=0, tries=bindparam("tried"))
)
_COUNTS = Prepared(select(jobs.c.failed, func.count()).group_by(jobs.c.failed))
_SHOWN = Prepared(
    select(*(jobs.c[name] for name in ("id", "name", "payload", "tries", "error", "due", "taken_until")))
    .where(jobs.c.failed == bindparam("given_up"))
    .order_by(jobs.c.due, jobs.c.id)
    .limit(bindparam("limit"))
)
_RETRY_ALL = Prepared(
    update(jobs)
    .where(jobs.c.failed.is_(True))
    .values(due=bindparam("at"), taken_until=0, tries=0, error="", failed=False)
)
_DROP = Prepared(delete(jobs).where(jobs.c.id == bindparam("job_id"), jobs.c.failed.is_(True)))
_past = select(jobs.c.id).where(jobs.c.failed.is_(True), jobs.c.due < bindparam("before"))
_FORGET = Prepared(delete(jobs).where(jobs.c.id.in_(_past.order_by(jobs.c.due).limit(1000))))
_GIVEN_UP = Prepared(select(jobs.c.name).where(jobs.c.id == bindparam("job_id"), jobs.c.failed.is_(True)))
_of_event = (jobs.c.name == bindparam("of_name"), jobs.c.payload == bindparam("of_payload"))
_PENDING = Prepared(select(jobs.c.id).where(*_of_event, jobs.c.due > bindparam("after")).limit(1))
_CANCEL = Prepared(delete(jobs).where(*_of_event))


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work that is owed."""

    id: int
    name: str
    payload: dict[str, Any]
    tries: int
    chain: int | None = None
    error: str = ""

    @property
    def unheard(self) -> bool:
        """Whether it was tried and nobody knows how that ended: perhaps the process ended of it."""
        return self.tries > 0 and not self.error


@dataclass(frozen=True, slots=True)
class Owed:
    """A job as those who run the server see it. Times are milliseconds since 1970."""

    id: int
    name: str
    payload: dict[str, Any]
    tries: int
    error: str
    due: int
    taken_until: int


def put(tx: Tx, name: str, payload: dict[str, Any], *, due: int | None = None, chain: int | None = None) -> None:
    """Leave a job; `due` in milliseconds since 1970, at once when not given. Of the jobs of a `chain` none is begun
    before those that came earlier are done, or have failed."""
    values = {"name": name, "payload": json.encode_text(payload), "due": now() if due is None else due}
    tx.run(_PUT, id=new_id(), chain=chain, **values)
    tx.wakes = tx.wakes or due is None


def emit(tx: Tx, event: Event, *, due: int | None = None, chain: int | None = None) -> None:
    """State a fact; what follows from it is listed in `wiring.py`. With `due`, it will be a fact at that time; with
    `chain`, what follows from it comes after what follows from earlier facts of that chain."""
    put(tx, type(event).__name__, asdict(event), due=due, chain=chain)


def pending(db: Db, event: Event, *, after: int = -1) -> bool:
    """Whether a fact is owed or will come true later; with `after`, only later than that."""
    values = {"of_name": type(event).__name__, "of_payload": json.encode_text(asdict(event)), "after": after}
    return db.value(_PENDING, **values) is not None


def emit_once(tx: Tx, event: Event, *, due: int | None = None) -> None:
    """State a fact unless it is owed already."""
    if not pending(tx, event):
        emit(tx, event, due=due)


def come_back(tx: Tx, event: Event, *, due: int) -> None:
    """Let a fact be one again later, once: the job that says so may be done again after a crash."""
    if not pending(tx, event, after=now()):
        emit(tx, event, due=due)


def cancel(tx: Tx, event: Event) -> None:
    """Take back a fact that was to come true later."""
    tx.run(_CANCEL, of_name=type(event).__name__, of_payload=json.encode_text(asdict(event)))


def due_jobs(
    db: Db, *, limit: int, called: Collection[str] | None = None, not_called: Collection[str] | None = None
) -> list[Job]:
    """Jobs that may start now, the longest owed first: all, only those `called` so, or only the others. Who asks in a
    transaction has them to himself until it ends."""
    mine = isinstance(db, Tx)
    if called is not None:
        rows = db.all(_DUE_CALLED[mine], now=now(), limit=limit, texts=json.encode_text([*called]))
    elif not_called is not None:
        rows = db.all(_DUE_NOT_CALLED[mine], now=now(), limit=limit, texts=json.encode_text([*not_called]))
    else:
        rows = db.all(_DUE[mine], now=now(), limit=limit)
    return [_job(row) for row in rows]


def in_turn(tx: Tx, due: Sequence[Job]) -> list[Job]:
    """Of these jobs, those whose turn it is: none that an earlier one of its chain, in other hands, comes before."""
    chains = {job.chain for job in due if job.chain is not None}
    if not chains:
        return [*due]
    earlier: dict[int | None, set[int]] = {}
    for chain, job_id in tx.all(_OF_CHAINS, ids=tx.id_list(chains), now=now()):
        earlier.setdefault(chain, set()).add(job_id)
    taken: list[Job] = []
    for job in due:
        others = earlier.get(job.chain, set())
        if not any(other < job.id for other in others):
            taken.append(job)
            others.discard(job.id)
    return taken


def take(tx: Tx, job: Job, seconds: int = 0) -> None:
    """Hold a job for the length of a lease, or for so long; nobody else takes it meanwhile."""
    tx.run(_TAKE, job_id=job.id, until=now() + (seconds * SECOND or LEASE))


def held(tx: Tx, job_ids: Collection[int]) -> list[Job]:
    """Of jobs that were taken, those that still are; each with the tries before the one that is under way."""
    rows = tx.all(_HELD, ids=tx.id_list([*job_ids]), now=now())
    return [replace(job, tries=job.tries - 1) for job in map(_job, rows)]


def hold(tx: Tx, job_ids: Collection[int]) -> None:
    """Hold jobs that are being done for the length of another lease."""
    tx.run(_HOLD, ids=tx.id_list([*job_ids]), until=now() + LEASE)


def done(tx: Tx, job_id: int) -> None:
    """The job's effect is there; strike it off."""
    tx.run(_DONE, job_id=job_id)


def later(tx: Tx, job_id: int, *, at: int, tries: int, why: str, given_up: bool = False) -> None:
    """Put a job off, or give it up where an admin can see it."""
    tx.run(_LATER, job_id=job_id, at=at, tried=tries, why=why[:500], gone=given_up)


def wait(tx: Tx, job: Job, *, at: int) -> None:
    """Put a job off without counting it as tried; what is known of its last failure stays."""
    tx.run(_WAIT, job_id=job.id, at=at, tried=job.tries)


def next_due(db: Db) -> int | None:
    """When the next job is due, in milliseconds since 1970."""
    found: int | None = db.value(_NEXT_DUE)
    return found


def waiting(db: Db) -> int:
    """How many jobs are due and not done."""
    return int(db.value(_WAITING, now=now()))


def failed_jobs(db: Db) -> list[tuple[Job, str]]:
    """Jobs that were given up, with the reason."""
    return [(job, job.error) for job in map(_job, db.all(_FAILED))]


def _job(row: Sequence[Any]) -> Job:
    id_, name, payload, tries, chain, error = row
    return Job(id_, name, json.decode(payload), tries, chain, error)


def retry(tx: Tx, job_id: int) -> bool:
    """Let a job that was given up try again; False when there is no such job."""
    return tx.run(_LATER, job_id=job_id, at=now(), tried=0, why="", gone=False) > 0


def counts(db: Db) -> tuple[int, int]:
    """How many jobs are owed, now or later, and how many were given up."""
    found = {bool(failed): count for failed, count in db.all(_COUNTS)}
    return found.get(False, 0), found.get(True, 0)


def owed(db: Db, *, given_up: bool, limit: int = 100) -> list[Owed]:
    """Jobs that were given up, or those that are owed: the longest due first."""
    rows = db.all(_SHOWN, given_up=given_up, limit=limit)
    return [Owed(id_, name, json.decode(payload), *rest) for id_, name, payload, *rest in rows]


def given_up(db: Db, job_id: int) -> str | None:
    """The name of a job that was given up; None when there is no such job."""
    found: str | None = db.value(_GIVEN_UP, job_id=job_id)
    return found


def retry_all(tx: Tx) -> int:
    """Let every job that was given up try again; how many they were."""
    return tx.run(_RETRY_ALL, at=now())


def drop(tx: Tx, job_id: int) -> bool:
    """Forget a job that was given up; False when there is no such job."""
    return tx.run(_DROP, job_id=job_id) > 0


def forget_failed(tx: Tx) -> None:
    """Forget jobs that were given up a month ago and longer. A chore."""
    tx.run(_FORGET, before=now() - KEPT)
