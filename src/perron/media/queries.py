"""Uploads in the database: one statement each, and the few rules about whose they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import bindparam, delete, exists, or_, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.time import HOUR, now
from perron.media.describe import read_description, read_focus
from perron.media.model import Media, MediaRemoved
from perron.store import Db, Prepared, Tx, among, insert
from perron.store.tables import clips, draft_media, media, scheduled_media, stories, story_items, story_rivals

KEPT = "This file is kept in the media bank. Use it from there."
NAMES = tuple(one.name for one in fields(Media))
_META = NAMES.index("meta")
_COLUMNS = [media.c[name] for name in NAMES]
_MINE = (media.c.id == bindparam("media_id"), media.c.account_id == bindparam("owner_id"))

_ADD = insert(media, *NAMES)
_FIND = Prepared(select(*_COLUMNS).where(*_MINE))
_STORED = Prepared(select(*_COLUMNS).where(media.c.id == bindparam("media_id")))
_OF_OWNER = Prepared(select(*_COLUMNS).where(among(media.c.id), media.c.account_id == bindparam("owner_id")))
_HOLD = Prepared(  # who attaches, plans or removes them goes one after another; said on PostgreSQL only
    select(*_COLUMNS).where(among(media.c.id), media.c.account_id == bindparam("owner_id")).with_for_update()
)
_PLANNED = Prepared(select(scheduled_media.c.media_id).where(among(scheduled_media.c.media_id)))
_OF_POSTS = Prepared(
    select(*_COLUMNS).where(among(media.c.post_id)).order_by(media.c.post_id, media.c.position, media.c.id)
)
_OF_ACCOUNT = Prepared(select(*_COLUMNS).where(media.c.account_id == bindparam("owner_id")))
_ATTACH = Prepared(
    update(media)
    .where(*_MINE, media.c.state == "ready", or_(media.c.post_id.is_(None), media.c.post_id == bindparam("to_post")))
    .values(post_id=bindparam("to_post"), position=bindparam("place"))
)
_DETACH = Prepared(update(media).where(among(media.c.id)).values(post_id=None, position=bindparam("hour")))
_CHANGE = Prepared(
    update(media)
    .where(media.c.id == bindparam("media_id"))
    .values(
        description=bindparam("words"),
        focus_x=bindparam("x"),
        focus_y=bindparam("y"),
        small=bindparam("little"),
        blurhash=bindparam("hash"),
        meta=bindparam("about"),
    )
)
_FINISH = Prepared(
    update(media)
    .where(media.c.id == bindparam("media_id"), media.c.state == "waiting", media.c.file == bindparam("raw"))
    .values(
        kind=bindparam("is_kind"),
        state=bindparam("is_state"),
        file=bindparam("key"),
        small=bindparam("little"),
        mime=bindparam("is_mime"),
        bytes=bindparam("weight"),
        blurhash=bindparam("hash"),
        meta=bindparam("about"),
    )
)
_WORKED = Prepared(
    update(media).where(media.c.id == bindparam("media_id"), media.c.state == "waiting").values(meta=bindparam("about"))
)
_FILES = Prepared(select(media.c.file, media.c.small).where(among(media.c.id)))
_FILES_OF_COPIES = Prepared(select(media.c.file, media.c.small).where(among(media.c.source_id)))
_KEEP = Prepared(update(media).where(media.c.id == bindparam("media_id")).values(keeper=bindparam("by")))
_SHARE = Prepared(  # by naming itself an upload says that others have its files: none are removed with it alone
    update(media)
    .where(media.c.id == bindparam("media_id"), media.c.source_id.is_(None))
    .values(source_id=bindparam("media_id"))
)
_KEPT_BY = Prepared(
    select(*_COLUMNS).where(among(media.c.id), media.c.keeper == bindparam("by")).with_for_update()
)  # who is copied is not removed meanwhile; said on PostgreSQL only
_REMOVE = Prepared(delete(media).where(among(media.c.id)))
_ABANDONED = Prepared(
    select(*_COLUMNS)
    .where(
        media.c.post_id.is_(None),
        media.c.keeper.is_(None),
        media.c.id < bindparam("born_before"),
        media.c.position < bindparam("hour"),
        ~exists().where(draft_media.c.media_id == media.c.id),
        ~exists().where(scheduled_media.c.media_id == media.c.id),
        ~exists().where(story_items.c.media_id == media.c.id),
        ~exists().where(stories.c.cover_id == media.c.id),
        ~exists().where(clips.c.media_id == media.c.id),
        ~exists().where(story_rivals.c.cover_id == media.c.id),
    )
    .limit(500)
)


def find_media(db: Db, media_id: int, *, owner_id: int) -> Media | None:
    """An upload, for its owner."""
    row = db.one(_FIND, media_id=media_id, owner_id=owner_id)
    return _media(row) if row else None


def media_as_stored(db: Db, media_id: int) -> Media | None:
    """An upload, whoever's it is: for jobs."""
    row = db.one(_STORED, media_id=media_id)
    return _media(row) if row else None


def media_of_posts(db: Db, post_ids: Collection[int]) -> dict[int, list[Media]]:
    """What is attached to these posts, in its order; posts without media are not named."""
    found: dict[int, list[Media]] = {}
    for row in db.all(_OF_POSTS, ids=db.id_list(list(post_ids))):
        one = _media(row)
        found.setdefault(one.post_id or 0, []).append(one)
    return found


def media_of_owner(db: Db, media_ids: Collection[int], *, owner_id: int) -> dict[int, Media]:
    """Those of these uploads that are the owner's, by id."""
    rows = db.all(_OF_OWNER, ids=db.id_list([*media_ids]), owner_id=owner_id) if media_ids else []
    return {one.id: one for one in map(_media, rows)}


def media_of_account(db: Db, account_id: int) -> list[Media]:
    """Every upload of an account."""
    return [_media(row) for row in db.all(_OF_ACCOUNT, owner_id=account_id)]


def add_media(tx: Tx, one: Media) -> None:
    """Insert an upload as it is."""
    tx.run(_ADD, **{name: getattr(one, name) for name in NAMES} | {"meta": json.encode_text(one.meta)})


def attach(tx: Tx, media_ids: Sequence[int], *, owner_id: int, post_id: int) -> list[Media]:
    """Put uploads into a post, in this order; Invalid when one is not the owner's, not ready, or in another post."""
    wanted = list(dict.fromkeys(media_ids))
    found = check_free(tx, wanted, owner_id=owner_id, post_id=post_id)

    for place, media_id in enumerate(wanted):
        if not tx.run(_ATTACH, media_id=media_id, owner_id=owner_id, to_post=post_id, place=place):
            raise Invalid("This media was just attached to another post.")
    if wanted:
        tx.rerender("post", post_id)
    return [found[media_id] for media_id in wanted]


def check_free(tx: Tx, media_ids: Sequence[int], *, owner_id: int, post_id: int | None = None) -> dict[int, Media]:
    """Uploads that may be put into a post, by id; Invalid when one is not the owner's, not ready, or spoken for."""
    if not media_ids:
        return {}
    found = {one.id: one for one in map(_media, tx.all(_HOLD, ids=tx.id_list(media_ids), owner_id=owner_id))}
    for media_id in media_ids:
        _refuse(found.get(media_id), post_id)
    if tx.all(_PLANNED, ids=tx.id_list(media_ids)):
        raise Invalid("This media waits in a post that is planned for later.")
    return found


def detach(tx: Tx, post_id: int, *, keep: Collection[int] = ()) -> None:
    """Take media out of a post, all but those to `keep`; their owner has a day to use them elsewhere."""
    loose = [one.id for one in media_of_posts(tx, [post_id]).get(post_id, ()) if one.id not in keep]
    if loose:
        tx.run(_DETACH, ids=tx.id_list(loose), hour=now() // HOUR)
        tx.rerender("post", post_id)


def change_media(
    tx: Tx,
    media_id: int,
    *,
    owner_id: int,
    description: str | None = None,
    focus: str | tuple[float, float] | None = None,
    thumbnail: Any = None,
) -> Media:
    """Give an upload other words, another focus, another thumbnail (`upload.Thumbnail`); None leaves each as it is."""
    one = find_media(tx, media_id, owner_id=owner_id)
    if one is None:
        raise NotFound
    if one.keeper is not None:
        raise Invalid(KEPT)
    if thumbnail is not None and one.kind not in ("video", "audio", "gifv"):
        raise Invalid("Only a clip or a sound can have another picture stand for it.")
    words = one.description if description is None else read_description(description)
    x, y = read_focus(focus) or (one.focus_x, one.focus_y)

    small, blurhash, about = one.small, one.blurhash, one.meta
    if thumbnail is not None:
        small, blurhash, about = thumbnail.small, thumbnail.blurhash, {**one.meta, "small": thumbnail.size}
        if one.small not in ("", one.file) and not one.shares:
            emit(tx, MediaRemoved((one.small,)))
    values = {"little": small, "hash": blurhash, "about": json.encode_text(about)}
    tx.run(_CHANGE, media_id=media_id, words=words, x=x, y=y, **values)
    if one.post_id is not None:
        tx.rerender("post", one.post_id)
    changed = media_as_stored(tx, media_id)
    assert changed is not None
    return changed


def note_work(tx: Tx, media_id: int, tries: int, percent: int) -> bool:
    """Say how often work on an upload was begun, and how far it is; False when nobody waits for it any more."""
    one = media_as_stored(tx, media_id)
    if one is None or one.state != "waiting":
        return False
    about = {**one.meta, "work": {"tries": tries, "percent": percent}}
    return tx.run(_WORKED, media_id=media_id, about=json.encode_text(about)) > 0


def finish(tx: Tx, waiting: Media, done: Media) -> bool:
    """Put what came of an upload in the place of the raw file; False when somebody else did, or it is gone."""
    values = {
        "is_kind": done.kind,
        "is_state": done.state,
        "key": done.file,
        "is_mime": done.mime,
        "weight": done.bytes,
    }
    shown = {"little": done.small, "hash": done.blurhash, "about": json.encode_text(done.meta)}
    finished = tx.run(_FINISH, media_id=waiting.id, raw=waiting.file, **values, **shown) > 0
    current = media_as_stored(tx, waiting.id)
    if finished and current is not None and current.post_id is not None:
        tx.rerender("post", current.post_id)
    return finished


def remove_media(tx: Tx, media_id: int, *, owner_id: int) -> None:
    """Remove an upload that is in no post; its files go after the commit."""
    one = find_media(tx, media_id, owner_id=owner_id)
    if one is None:
        raise NotFound
    if one.keeper is not None:
        raise Invalid(KEPT)
    if one.post_id is not None:
        raise Invalid("This media is used in a post.")
    if tx.all(_PLANNED, ids=tx.id_list([media_id])):
        raise Invalid("This media waits in a post that is planned for later.")

    _remove(tx, [one])


def keep(tx: Tx, media_id: int, keeper: str) -> None:
    """Have an upload kept by a room of its own: it is not cleared away, and posts show copies of it."""
    tx.run(_KEEP, media_id=media_id, by=keeper)


def copy_kept(tx: Tx, wanted: Mapping[int, str], *, keeper: str, owner_id: int) -> list[Media]:
    """Uploads of their own that share the files of kept ones, in this order; `wanted` says what each is described by.
    Those that are gone are left out; Invalid while one is being worked on."""
    rows = tx.all(_KEPT_BY, ids=tx.id_list([*wanted]), by=keeper) if wanted else []
    found = {one.id: one for one in map(_media, rows)}
    return [_copy(tx, found[each], words, owner_id=owner_id) for each, words in wanted.items() if each in found]


def share_uploads(tx: Tx, media_ids: Sequence[int], *, owner_id: int, with_id: int) -> dict[int, Media]:
    """Uploads of another account that share the files of these, by the ids of these; Invalid when one is not the
    owner's, or is being worked on."""
    rows = tx.all(_HOLD, ids=tx.id_list(media_ids), owner_id=owner_id) if media_ids else []
    found = {one.id: one for one in map(_media, rows)}
    if any(each not in found for each in media_ids):
        raise Invalid("There is no such media among yours.")
    for one in found.values():
        tx.run(_SHARE, media_id=one.id)
    return {each: _copy(tx, one, one.description, owner_id=with_id) for each, one in found.items()}


def _copy(tx: Tx, one: Media, words: str, *, owner_id: int) -> Media:
    if one.state != "ready":
        raise Invalid("Cannot attach files that have not finished processing. Try again in a moment!")
    fresh: Any = {"id": new_id(), "account_id": owner_id, "post_id": None, "position": 0}
    made = replace(one, **fresh, description=words, keeper=None, source_id=one.source_id or one.id)
    add_media(tx, made)
    return made


def remove_kept(tx: Tx, media_ids: Collection[int], *, keeper: str) -> None:
    """Remove uploads that were kept; posts that show copies of them go on showing them."""
    _remove(tx, [_media(row) for row in tx.all(_KEPT_BY, ids=tx.id_list([*media_ids]), by=keeper)])


def remove_media_of_post(tx: Tx, post_id: int) -> None:
    """Remove all media of a post; their files go after the commit."""
    _remove(tx, media_of_posts(tx, [post_id]).get(post_id, []))


def remove_media_of_account(tx: Tx, account_id: int) -> None:
    """Remove every upload of an account; their files go after the commit."""
    _remove(tx, media_of_account(tx, account_id))


def remove_abandoned(tx: Tx, *, older_than: int) -> int:
    """Remove uploads that were in no post since `older_than` (ms), at most 500 at once; how many."""
    rows = tx.all(_ABANDONED, born_before=older_than << 16, hour=older_than // HOUR)
    _remove(tx, [_media(row) for row in rows])
    return len(rows)


def _remove(tx: Tx, gone: Iterable[Media]) -> None:
    gone = list(gone)
    if not gone:
        return
    tx.run(_REMOVE, ids=tx.id_list([one.id for one in gone]))
    keys = {key for one in gone for key in (one.file, one.small) if key} - _shared_still(tx, gone)
    if keys:
        emit(tx, MediaRemoved(tuple(sorted(keys))))


def _shared_still(tx: Tx, gone: list[Media]) -> set[str]:
    """Keys of files that other uploads have as well. Where two are removed at the same moment, and each sees the other,
    nobody removes their files: they are cleared away with what no row names."""
    roots = tx.id_list({one.source_id or one.id for one in gone if one.shares})
    if not any(one.shares for one in gone):
        return set()
    return {key for row in (*tx.all(_FILES, ids=roots), *tx.all(_FILES_OF_COPIES, ids=roots)) for key in row}


def _refuse(one: Media | None, post_id: int | None) -> None:
    if one is None:
        raise Invalid("There is no such media among yours.")
    if one.keeper is not None:
        raise Invalid(KEPT)
    if one.state == "waiting":
        raise Invalid("Cannot attach files that have not finished processing. Try again in a moment!")
    if one.state == "failed":
        raise Invalid("This media could not be read and cannot be attached.")
    if one.post_id not in (None, post_id):
        raise Invalid("This media is already attached to another post.")


def _media(row: tuple[Any, ...]) -> Media:
    values = list(row)
    values[_META] = json.decode(row[_META])
    return Media(*values)
