"""What somebody has begun to write, kept on the server so that it can be gone on with elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from perron.kit import json
from perron.kit.errors import Invalid, NotFound, Refused, TooLarge
from perron.kit.ids import new_id
from perron.kit.time import MINUTE, now
from perron.store import Db, Prepared, Tx, among, insert, insert_new
from perron.store.tables import draft_media, draft_versions, drafts, media

MOST = 100
MOST_BYTES = 256 * 1024
MOST_MEDIA = 500
MOST_VERSIONS = 30
"""Versions of a draft that are kept beside the last one; they are some minutes apart, or by different people."""
APART = 5 * MINUTE


class Behind(Refused):
    """Somebody has kept a newer version of the draft meanwhile."""

    status = 409


@dataclass(frozen=True, slots=True)
class Kept:
    """Which draft was kept, and as which version of it."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it was kept last; `body` is what the composer gave."""

    id: int
    user_id: int
    account_id: int
    version: int
    changed_at: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a draft was before."""

    version: int
    user_id: int
    at: int
    body: dict[str, Any]


_COLUMNS = (
    *(drafts.c.id, drafts.c.user_id, drafts.c.account_id, drafts.c.version, drafts.c.changed_at),
    drafts.c.body,
)
_MINE = (drafts.c.id == bindparam("of_draft"), drafts.c.account_id == bindparam("of_account"))
_ONE = Prepared(select(*_COLUMNS).where(*_MINE))
_ALL = Prepared(
    select(*_COLUMNS)
    .where(drafts.c.account_id == bindparam("of_account"))
    .order_by(drafts.c.changed_at.desc(), drafts.c.id.desc())
)
_COUNT = Prepared(select(func.count()).select_from(drafts).where(drafts.c.account_id == bindparam("of_account")))
_ADD = insert(drafts, "id", "user_id", "account_id", "body", "version", "changed_at")
_CHANGE = Prepared(
    update(drafts)
    .where(*_MINE, drafts.c.version == bindparam("before"))
    .values(
        user_id=bindparam("by"), body=bindparam("new_body"), version=drafts.c.version + 1, changed_at=bindparam("at")
    )
)
_REMOVE = Prepared(delete(drafts).where(*_MINE))
_HOLD = insert_new(draft_media, "draft_id", "media_id")
_LET_GO = Prepared(delete(draft_media).where(draft_media.c.draft_id == bindparam("of_draft")))
_OF_DRAFT = draft_versions.c.draft_id == bindparam("of_draft")
_VERSIONS = Prepared(
    select(draft_versions.c.version, draft_versions.c.user_id, draft_versions.c.at, draft_versions.c.body)
    .where(_OF_DRAFT)
    .order_by(draft_versions.c.version.desc())
)
_KEEP_VERSION = insert_new(draft_versions, "draft_id", "version", "user_id", "body", "at")
_DROP_VERSION = Prepared(delete(draft_versions).where(_OF_DRAFT, draft_versions.c.version == bindparam("which")))
_DROP_VERSIONS = Prepared(delete(draft_versions).where(_OF_DRAFT))
_OWN_MEDIA = Prepared(select(media.c.id).where(among(media.c.id), media.c.account_id == bindparam("of_account")))


def keep_draft(
    tx: Tx,
    user_id: int,
    account_id: int,
    body: dict[str, Any],
    *,
    draft_id: int | None = None,
    version: int | None = None,
) -> Kept:
    """Keep a draft, new or in the place of what it was; refused when `version` is not the one that is kept now.

    The files that it names under `media` are not cleared away while it exists.
    """
    text = json.encode_text(body)
    if len(text.encode()) > MOST_BYTES:
        raise TooLarge(f"This draft is larger than {MOST_BYTES // 1024} kB and cannot be kept.")
    if draft_id is None:
        kept = _add(tx, user_id, account_id, text)
    else:
        kept = _change(tx, user_id, account_id, draft_id, text, version)
    tx.run(_LET_GO, of_draft=kept.id)
    named = list(dict.fromkeys(media_named(body)))[:MOST_MEDIA]
    own = tx.column(_OWN_MEDIA, ids=tx.id_list(named), of_account=account_id) if named else []
    tx.many(_HOLD, [{"draft_id": kept.id, "media_id": one} for one in own])
    return kept


def drafts_of(db: Db, account_id: int) -> list[KeptDraft]:
    """Every draft of an account, the one that was changed last first."""
    return [_draft(row) for row in db.all(_ALL, of_account=account_id)]


def find_draft(db: Db, draft_id: int, *, account_id: int) -> KeptDraft | None:
    """One draft of an account."""
    row = db.one(_ONE, of_draft=draft_id, of_account=account_id)
    return _draft(row) if row else None


def remove_draft(tx: Tx, draft_id: int, *, account_id: int) -> bool:
    """Forget a draft, as when it was published; False when it was not there. Its files have a day to find a use."""
    if not tx.run(_REMOVE, of_draft=draft_id, of_account=account_id):
        return False
    tx.run(_LET_GO, of_draft=draft_id)
    tx.run(_DROP_VERSIONS, of_draft=draft_id)
    return True


def earlier_versions(db: Db, draft_id: int) -> list[Earlier]:
    """What a draft was before, the latest first."""
    return [Earlier(row[0], row[1], row[2], json.decode(row[3])) for row in db.all(_VERSIONS, of_draft=draft_id)]


def restore_version(tx: Tx, user_id: int, account_id: int, draft_id: int, version: int) -> Kept:
    """Put a version of before in the place of what a draft is now, which is kept beside it."""
    found = find_draft(tx, draft_id, account_id=account_id)
    was = next((one for one in earlier_versions(tx, draft_id) if one.version == version), None)
    if found is None or was is None:
        raise NotFound("This draft is gone: it was published or removed.")
    _keep_earlier(tx, found, always=True)
    return keep_draft(tx, user_id, account_id, was.body, draft_id=draft_id, version=found.version)


def _keep_earlier(tx: Tx, before: KeptDraft, *, always: bool = False) -> None:
    """Keep what a draft was, unless the version before it is hardly older and by the same hand."""
    versions = earlier_versions(tx, before.id)
    last = versions[0] if versions else None
    near = last is not None and last.user_id == before.user_id and before.changed_at - last.at < APART
    if near and not always:
        return
    text = json.encode_text(before.body)
    tx.run(
        _KEEP_VERSION,
        draft_id=before.id,
        version=before.version,
        user_id=before.user_id,
        body=text,
        at=before.changed_at,
    )
    for old in versions[MOST_VERSIONS - 1 :]:
        tx.run(_DROP_VERSION, of_draft=before.id, which=old.version)


def media_named(body: Any) -> Iterator[int]:
    """Ids of files in a draft: what stands under `media` or `media_ids`, however deep, as ids or records with one."""
    todo = [body]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            for name, value in one.items():
                if name in ("media", "media_ids") and isinstance(value, list):
                    yield from (id_ for id_ in map(_id, value) if id_)
                todo.append(value)


def _id(value: Any) -> int:
    if isinstance(value, dict):
        value = value.get("id")
    elif isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else 0


def _add(tx: Tx, user_id: int, account_id: int, text: str) -> Kept:
    if tx.value(_COUNT, of_account=account_id) >= MOST:
        raise Invalid(f"There are {MOST} drafts already. Publish or remove one to begin another.")
    kept = Kept(new_id(), 1)
    values = {"user_id": user_id, "account_id": account_id, "body": text, "version": 1, "changed_at": now()}
    tx.run(_ADD, id=kept.id, **values)
    return kept


def _change(tx: Tx, user_id: int, account_id: int, draft_id: int, text: str, version: int | None) -> Kept:
    before = find_draft(tx, draft_id, account_id=account_id)
    if before is None:
        raise NotFound("This draft is gone: it was published or removed.")
    if version is not None and version != before.version:
        if before.body == json.decode(text):
            return Kept(draft_id, before.version)  # the same words, sent twice: as a page is left
        raise Behind("This draft was changed elsewhere meanwhile. Nothing was overwritten.")
    if before.body != json.decode(text):
        _keep_earlier(tx, before)
    values = {"by": user_id, "new_body": text, "at": now(), "before": before.version}
    if not tx.run(_CHANGE, of_draft=draft_id, of_account=account_id, **values):
        raise Behind("This draft was changed elsewhere meanwhile. Nothing was overwritten.")
    return Kept(draft_id, before.version + 1)


def _draft(row: tuple[Any, ...]) -> KeptDraft:
    id_, user_id, account_id, version, changed_at, body = row
    return KeptDraft(id_, user_id, account_id, version, changed_at, json.decode(body))
