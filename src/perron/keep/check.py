"""Look whether everything is as it should be, and set right what can be, while the server runs.

Each look is one statement, or one snapshot, so that what others write meanwhile is never half seen. Each repair is many
small transactions, and looks again at what it is about to change.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, or_, select

from perron.entities.site import Site
from perron.jobs import queue
from perron.keep.folder import missing
from perron.keep.watch import Watch, nobody
from perron.kit import json
from perron.kit.errors import Refused, Unavailable
from perron.kit.settings import BadSetting, Settings, read_setting
from perron.kit.time import DAY, SECOND
from perron.media.named import DIGITS, named_files
from perron.people.recount import COUNTERS as OF_PEOPLE
from perron.people.search import index_accounts
from perron.people.unfound import unfound as unfound_accounts
from perron.people.unfound import unfound_among as unfound_accounts_among
from perron.posts.recount import COUNTERS as OF_POSTS
from perron.posts.words import add_words, strays, unfound, unfound_among
from perron.store import Db, Tx
from perron.store.building import snapshot
from perron.store.counters import STEP, Counter, count_wrong, recount, wrong_counts
from perron.store.integrity import BROKEN, integrity
from perron.store.orphans import count_orphans, mend_orphans, some_orphans
from perron.store.references import REFERENCES, Reference
from perron.store.schema import HEAD, version
from perron.store.tables import accounts, posts, server_settings
from perron.suite.atelier.bank.queries import add_bank_words
from perron.suite.atelier.bank.unfound import strays as strays_of_banks
from perron.suite.atelier.bank.unfound import unfound as unfound_pictures
from perron.suite.atelier.bank.unfound import unfound_among as unfound_pictures_among

EXAMPLES = 5


@dataclass
class Finding:
    """One thing that was looked at and is not as it should be. `wrong`: somebody should look; else it is only told."""

    about: str
    name: str
    count: int
    says: str
    wrong: bool = True
    examples: list[str] = field(default_factory=list)
    mended: int = 0


@dataclass
class Checked:
    """What was looked at, and what was found."""

    looked_at: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """How many things are wrong and were not set right."""
        return sum(max(one.count - one.mended, 0) for one in self.findings if one.wrong)


Look = Callable[[Site, bool, Checked], Iterator[Finding]]


def check(site: Site, *, repair: bool = False, watch: Watch = nobody) -> Checked:
    """Look at everything, and with `repair` set right what can be."""
    checked = Checked()
    looks: tuple[tuple[str, Look], ...] = (
        ("database", _database),
        ("orphans", _orphans),
        ("counts", _counts),
        ("words", _words),
        ("fragments", _fragments),
        ("media", _media),
        ("jobs", _jobs),
        ("settings", _settings),
    )
    for place, (name, look) in enumerate(looks):
        watch(f"look at {name}", place, len(looks))
        try:
            checked.findings += look(site, repair, checked)
        except (*BROKEN, Unavailable) as wrong:  # a damaged page stops a look, not the others
            reason = str(getattr(wrong, "orig", None) or wrong).strip().partition("\n")[0]
            checked.findings.append(Finding(name, "unreadable", 1, f"This could not be looked at: {reason}."))
    return checked


@contextmanager
def _seen(site: Site) -> Iterator[Db]:
    """The database at one moment; a look takes as long as it takes."""
    with site.store.engine.connect() as connection, snapshot(connection) as db:
        yield db


def _database(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    checked.looked_at += 1
    with _seen(site) as db:
        if (found := version(db.connection)) != HEAD:
            yield Finding("database", "version", 1, f"The schema is at {found}, this Perron at {HEAD}.")
        lines, note = integrity(site.store, db)
    if lines:
        yield Finding("database", "integrity", len(lines), "The database is damaged.", examples=lines[:EXAMPLES])
    if note:
        checked.notes.append(note)


def _orphans(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    with _seen(site) as db:
        owed = queue.waiting(db)
    for reference in REFERENCES:
        checked.looked_at += 1
        with _seen(site) as db:
            count = count_orphans(db, reference)
            keys = some_orphans(db, reference, EXAMPLES) if count else []
        if count:
            yield _orphaned(site, reference, count, keys, repair, owed)


def _orphaned(site: Site, reference: Reference, count: int, keys: list[Any], repair: bool, owed: int) -> Finding:
    says = f"Rows of {reference.name} name a row of {reference.parent.table.name} that is gone."
    waits = reference.after_jobs and owed > 0
    finding = Finding("orphans", reference.name, count, says, not waits, [str(key) for key in keys])
    while repair and not waits and finding.mended < count:
        some = site.store.write(lambda tx: mend_orphans(tx, reference))
        if not some:
            break
        finding.mended += some
    return finding


def _counts(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    for counter in (*OF_PEOPLE, *OF_POSTS):
        checked.looked_at += 1
        with _seen(site) as db:
            count = count_wrong(db, counter)
            some = wrong_counts(db, counter, EXAMPLES) if count else []
        if not count:
            continue
        examples = [f"{one.id}: says {one.says}, counted {one.counted}" for one in some]
        finding = Finding("counts", counter.name, count, f"{counter.name} is not what it counts.", examples=examples)
        if repair:
            finding.mended = _recount(site, counter)
        yield finding


def _recount(site: Site, counter: Counter) -> int:
    kind = {accounts.name: "account", posts.name: "post"}.get(counter.column.table.name)
    mended = 0

    def work(tx: Tx, ids: list[int]) -> int:
        wrong = recount(tx, counter, ids)
        for id_ in wrong if kind else ():
            tx.rerender(str(kind), id_)
        return len(wrong)

    while True:
        with _seen(site) as db:
            ids = [one.id for one in wrong_counts(db, counter, STEP)]
        done = site.store.write(lambda tx, ids=ids: work(tx, ids)) if ids else 0  # type: ignore[misc]
        if not done:
            return mended
        mended += done


def _words(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    kinds = (
        ("post_words", unfound, unfound_among, add_words),
        ("account_words", unfound_accounts, unfound_accounts_among, index_accounts),
        ("bank_words", unfound_pictures, unfound_pictures_among, add_bank_words),
    )
    for name, lost, still_lost, add in kinds:
        checked.looked_at += 1
        with _seen(site) as db:
            ids = lost(db, 1_000_000)
        if ids:
            finding = Finding("words", name, len(ids), "Rows are not found by their words.")
            finding.examples = [str(id_) for id_ in ids[:EXAMPLES]]
            for start in range(0, len(ids) if repair else 0, STEP):
                part = ids[start : start + STEP]
                site.store.write(lambda tx, part=part, still=still_lost, add=add: add(tx, still(tx, part)))  # type: ignore[misc]
                finding.mended += len(part)
            yield finding
    for name, what, left in (("strays", "posts", strays), ("bank_strays", "pictures", strays_of_banks)):
        with _seen(site) as db:
            more = left(db)
        if more:
            says = f"Words of {what} that are gone are still kept; nobody is shown them."
            yield Finding("words", name, more, says, wrong=False)


def _fragments(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    kinds: tuple[tuple[str, Table], ...] = (("account", accounts), ("post", posts))
    for kind, table in kinds:
        checked.looked_at += 1
        stale = or_(table.c.fragment.is_(None), table.c.stamp != site.links.stamp)
        with _seen(site) as db:
            count = int(db.execute(select(func.count()).where(stale)).scalar_one())
        if not count:
            continue
        says = f"What is shown of each {kind} is to be made anew; the server does so by itself."
        finding = Finding("fragments", table.name, count, says, wrong=False)
        while repair and finding.mended < count:
            with _seen(site) as db:
                ids = [row[0] for row in db.execute(select(table.c.id).where(stale).limit(STEP))]
            if not ids:
                break
            site.store.write(lambda tx, ids=ids, kind=kind: [tx.rerender(kind, id_) for id_ in ids])  # type: ignore[misc]
            finding.mended += len(ids)
        yield finding


def _media(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    checked.looked_at += 2
    with _seen(site) as db:
        gone = list(missing(db, site.files))
    if gone:
        yield Finding("media", "missing", len(gone), "Rows name files that are not there.", examples=gone[:EXAMPLES])
    unused, before = [], time.time() - 2 * DAY / SECOND
    for digit in DIGITS:
        old = [one.key for one in site.files.listed(digit) if one.changed < before]
        with _seen(site) as db:
            named = set(named_files(db, digit)) if old else set()
        unused += [key for key in old if key not in named]
    if unused:
        says = "No row names these files; the server clears them away by itself."
        yield Finding("media", "unused", len(unused), says, False, unused[:EXAMPLES])


def _jobs(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    checked.looked_at += 1
    with _seen(site) as db:
        _, given_up = queue.counts(db)
        failed = queue.failed_jobs(db)[:EXAMPLES] if given_up else []
    if given_up:
        examples = [f"{job.id} {job.name}: {error}" for job, error in failed]
        says = "Jobs were given up; `perron jobs retry ID` lets one try again."
        yield Finding("jobs", "given_up", given_up, says, False, examples)


def _settings(site: Site, repair: bool, checked: Checked) -> Iterator[Finding]:
    checked.looked_at += 1
    with _seen(site) as db:
        rows: list[Any] = list(db.execute(select(server_settings.c.name, server_settings.c.value)))
    wrong = [f"{name}: {reason}" for name, value in rows if (reason := _unreadable(str(name), str(value)))]
    if wrong:
        yield Finding("settings", "unreadable", len(wrong), "Decisions cannot be read.", examples=wrong[:EXAMPLES])


def _unreadable(name: str, value: str) -> str:
    try:
        found = json.decode(value)
        if name in Settings.__dataclass_fields__:
            read_setting(name, found, "page")
    except (ValueError, BadSetting, Refused) as reason:
        return str(reason)
    return ""
