"""Wall-clock time: what a clock shows in a place, and which moment that is by the rules that hold there.

Whoever plans something means the clock of a place, not a moment: its rules may change before the day comes. So the
time on the wall is what is kept, and the moment is computed from it, again whenever the rules of the zone are others.
"""

import hashlib
import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from importlib import resources
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from perron.kit.errors import Invalid

_NAME = re.compile(r"[A-Za-z0-9_+-]{1,30}(?:/[A-Za-z0-9_+-]{1,30}){0,3}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a zone as this machine knows them; `digest` is another one whenever they are."""

    zone: str
    digest: str
    clock: tzinfo


@dataclass(frozen=True, slots=True)
class Wall:
    """A time as the clocks of a zone show it: `2026-03-29T09:30`, with seconds where there are any. Where they show it
    twice, `fold` 0 means the first time and 1 the second."""

    local: str
    zone: str
    fold: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """Which moment a time on the wall is. `at`: milliseconds. `kind`: *exact*; *gap*, the clocks leap over it, and it
    is the first moment after; *first* or *second* of two. `shown`: what the clocks show at that moment. `rules`: the
    digest of the rules it was computed by."""

    at: int
    kind: str
    shown: str
    rules: str


def read_wall(local: str, zone: str, fold: int = 0) -> Wall:
    """A time on the wall as a form or an app says it; Invalid when it is none."""
    try:
        found = datetime.fromisoformat(local.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise Invalid("This is not a date and time.")
    if not 1970 < found.year < 9999:  # where no zone's offset leads out of the calendar
        raise Invalid("This year is out of reach.")
    if fold not in (0, 1):
        raise Invalid("fold is 0 for the first time that clocks show it, and 1 for the second.")
    if rules_of(zone) is None:
        raise Invalid("There is no such time zone.")
    return Wall(_shown(found), zone, fold)


def moment_of(wall: Wall) -> Moment | None:
    """Which moment a time on the wall is, by the rules that hold now; None where nobody knows the zone any more."""
    rules = rules_of(wall.zone)
    if rules is None:
        return None
    naive = datetime.fromisoformat(wall.local)
    before, after = (_offset(naive, rules.clock, fold) for fold in (0, 1))
    if before == after:
        at, kind = naive - before, "exact"
    elif before > after:
        at, kind = naive - (after if wall.fold else before), "second" if wall.fold else "first"
    else:
        at, kind = _leap(naive - after, naive - before, rules.clock), "gap"
    ms = int((at.replace(tzinfo=UTC) - _EPOCH) / timedelta(milliseconds=1))
    return Moment(ms, kind, _shown(at + _offset_at(at, rules.clock)), rules.digest)


def wall_at(ms: int, zone: str) -> Wall | None:
    """What the clocks of a zone show at a moment."""
    rules = rules_of(zone)
    if rules is None:
        return None
    found = (_EPOCH + timedelta(milliseconds=ms)).astimezone(rules.clock)
    return Wall(_shown(found), zone, found.fold)


def rules_of(zone: str) -> Rules | None:
    """The rules of a zone, read again when their file has changed; None when there is no such zone."""
    if not _NAME.fullmatch(zone):
        return None
    for folder in zoneinfo.TZPATH:
        path = Path(folder, zone)
        try:
            stat = path.stat()
            return _read(zone, path, stat.st_mtime_ns, stat.st_ino)
        except (OSError, ValueError):
            continue
    return _packed(zone)


@lru_cache(1024)
def _read(zone: str, path: Path, _changed: int, _file: int) -> Rules:
    return _rules(zone, path.read_bytes())


@lru_cache(1024)
def _packed(zone: str) -> Rules | None:
    """The rules that came with our own packages, for machines that have none."""
    try:
        return _rules(zone, resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes())
    except (OSError, ValueError, ModuleNotFoundError):
        return None


def _rules(zone: str, data: bytes) -> Rules:
    return Rules(zone, hashlib.sha256(data).hexdigest()[:16], ZoneInfo.from_file(BytesIO(data), zone))


def _shown(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S" if at.second else "%Y-%m-%dT%H:%M")


def _offset(naive: datetime, clock: tzinfo, fold: int) -> timedelta:
    return naive.replace(tzinfo=clock, fold=fold).utcoffset() or timedelta()


def _offset_at(at: datetime, clock: tzinfo) -> timedelta:
    return at.replace(tzinfo=UTC).astimezone(clock).utcoffset() or timedelta()


def _leap(before: datetime, after: datetime, clock: tzinfo) -> datetime:
    """The first second (naive, UTC) at which the clocks have leapt, between one at which they have not and one when
    they have."""
    new = _offset_at(after, clock)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (before, middle) if _offset_at(middle, clock) == new else (middle, after)
    return after
