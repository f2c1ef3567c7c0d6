"""A file that somebody brings, read into stories by a job: portion by portion, so that it says how far it is, can be
called off, and goes on where it was."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

from perron.entities.links import Links
from perron.kit.errors import Invalid, NoRoom, NotFound, Refused, TooLarge
from perron.kit.settings import Settings
from perron.media.places import files_in, files_of
from perron.media.upload import RAW, Accepted, add, drop, forget
from perron.people.queries import find_account
from perron.press import document as press
from perron.press.as_json import FORMAT, MOST_BYTES, decoded, read_json
from perron.press.as_zip import Packed
from perron.press.from_html import read_html
from perron.press.from_storify import read_storify
from perron.store import Store, Tx
from perron.suite.stories import works
from perron.suite.stories.brought import NOTHING, Here, head_of, own_picture, wish_for
from perron.suite.stories.edit import add_items
from perron.suite.stories.keep import begin_story, forget_story, own_story_held
from perron.suite.stories.model import Story
from perron.suite.stories.pictures import picture_from, picture_of
from perron.suite.stories.queries import items_of
from perron.suite.stories.works import Work

PORTION = 50
PORTION_FETCHED = 5
"""Items that are read at once where pictures may have to be waited for."""
MOST_FETCHED = 200
MOST_FETCHED_BYTES = 200 << 20
"""Pictures of other servers that one import takes in; the others are linked to."""
MOST_NAMED = 50
MOST_ZIP = 512 << 20
BROKEN = "This zip cannot be read; it may be damaged."
Fetch = Callable[[str], bytes | None]
"""The picture that came along for an address."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One document of a file, and the pictures that came along with it."""

    document: press.Document
    fetch: Fetch


async def take_in(
    write: Callable[[Callable[[Tx], Work]], Awaitable[Work]],
    whose: tuple[int, int],
    data: bytes,
    name: str,
    settings: Settings,
    *,
    fetches: bool = False,
) -> Work:
    """Keep a file that a door was given, and have it read. `whose`: the account and the user; `fetches`: pictures that
    it names on other servers are taken in."""
    if not data:
        raise Invalid("This file is empty.")
    if len(data) > MOST_ZIP:
        raise TooLarge(f"This file is larger than {MOST_ZIP // 2**20} MB. Bring its stories in several files.")
    files = files_in(settings)
    key = await asyncio.to_thread(files.put, data, RAW)
    try:
        return await write(lambda tx: works.begin_import(tx, *whose, key, name, fetches=fetches))
    except BaseException:
        forget(files, key)
        raise


def bring(store: Store, work: Work) -> None:
    """Read the file of a work into stories, each a draft; begun again, it goes on where it was."""
    path = files_of(store).path(work.file)
    if path is None:
        raise NotFound("This file is gone. Please bring it again.")
    try:
        with _opened(path, store.settings.image_max_bytes) as (items, brought):
            work = _all(store, replace(work, of=items), brought)
    except (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as wrong:
        if isinstance(wrong, OSError) and not is_zipfile(path):
            raise
        raise Invalid(BROKEN) from wrong
    if work.done == work.left_out:
        raise Invalid(NOTHING)
    ready = work
    store.write(lambda tx: works.finish(tx, ready, "", ready.bytes))


@contextmanager
def _opened(path: Path, largest_picture: int) -> Iterator[tuple[int, Iterator[Brought]]]:
    """How many items there are in a file, and its documents, one after the other."""
    if is_zipfile(path):
        with ZipFile(path) as packed:
            ours = Packed(packed)
            yield ours.items, (_from_zip(ours, name, one, largest_picture) for name, one in ours.documents())
    else:
        document = read_document(path)
        yield len(document.blocks), iter([Brought(document, lambda url: None)])


def _from_zip(ours: Packed, name: str, document: press.Document, largest: int) -> Brought:
    return Brought(document, lambda url: ours.picture(name, url, largest))


def read_document(path: Path) -> press.Document:
    """The document of a file: our own JSON, Storify's, or a page that was saved."""
    if path.stat().st_size > MOST_BYTES:
        raise Invalid("This file is too large: a document has at most 32 MB.")
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if not data.lstrip().startswith((b"{", b"[")):
        return read_html(data)
    found = decoded(data)
    ours = isinstance(found, dict) and found.get("format") == FORMAT
    return read_json(data) if ours else read_storify(data)


def _all(store: Store, work: Work, brought: Iterator[Brought]) -> Work:
    start = 0
    for one in brought:
        end = start + len(one.document.blocks)
        while work.done < end:
            work = _portion(store, work, one, work.done - start)
        start = end
    return work


def _portion(store: Store, work: Work, one: Brought, first: int) -> Work:
    """The next items of a document, and what the work is then."""
    blocks = one.document.blocks[first : first + (PORTION_FETCHED if work.fetches else PORTION)]
    work, fresh = _pictures(store, work, one, blocks, first)
    try:
        return store.write(lambda tx: _put(tx, store, work, one.document, blocks, first, fresh))
    except BaseException:
        for accepted in fresh.values():
            drop(accepted, settings=store.settings)
        raise


def _put(
    tx: Tx, store: Store, work: Work, document: press.Document, blocks: Sequence[press.Block], first: int,
    fresh: Mapping[str, Accepted],
) -> Work:  # fmt: skip
    links, made = Links(store.settings), dict[str, int]()

    def taken(picture: press.Picture) -> int | None:
        own = own_picture(tx, links, work.account_id, picture)
        if own is None and picture.url in fresh and picture.url not in made:
            made[picture.url] = add(tx, work.account_id, fresh[picture.url], description=picture.alt).id
        return own or made.get(picture.url)

    story = _story(tx, work, document, taken) if first == 0 else own_story_held(tx, work.account_id, work.story_id or 0)
    here = Here(tx, links, work.account_id, story.language, taken, work.fetches)
    wishes = [wish_for(here, each) for each in blocks]
    add_items(tx, story, work.user_id or 0, [each for each in wishes if each is not None], store.settings)
    left_out = work.left_out + wishes.count(None)
    after = replace(work, story_id=story.id, done=work.done + len(blocks), left_out=left_out)
    if first + len(blocks) == len(document.blocks) and not items_of(tx, story.id):  # no draft of nothing
        forget_story(tx, story)
        after = replace(after, story_id=None)
    works.proceed(tx, after)
    return after


def _story(tx: Tx, work: Work, document: press.Document, taken: Callable[[press.Picture], int | None]) -> Story:
    account = find_account(tx, work.account_id)
    if account is None:
        raise works.Unwanted
    cover = taken(document.cover) if document.cover else None
    return begin_story(tx, account, work.user_id or 0, replace(head_of(document, work.name), cover_id=cover))


def _pictures(
    store: Store, work: Work, one: Brought, blocks: Sequence[press.Block], first: int
) -> tuple[Work, dict[str, Accepted]]:
    """Pictures that came along or are fetched, and are not here yet, taken in; what cannot be read as one is linked to
    instead."""
    wanted = [each.picture for each in blocks if isinstance(each, press.Photo)]
    wanted += [one.document.cover] if first == 0 and one.document.cover else []
    fresh: dict[str, Accepted] = {}
    for picture in wanted:
        with store.read() as db:
            own = own_picture(db, Links(store.settings), work.account_id, picture)
        if own is not None or picture.url in fresh:
            continue
        if data := one.fetch(picture.url):
            with suppress(Refused):
                fresh[picture.url] = picture_of(data, store.settings)
        elif work.fetches:
            work = _fetched(store, work, picture.url, fresh)
    return work, fresh


def _fetched(store: Store, work: Work, url: str, fresh: dict[str, Accepted]) -> Work:
    """The work after a picture of another server was taken in, or named among those that were not."""
    try:
        if work.fetched >= MOST_FETCHED or work.bytes >= MOST_FETCHED_BYTES:
            raise TooLarge("Enough pictures were taken in.")
        fresh[url] = picture_from(url, store.settings)
    except NoRoom:
        raise
    except Refused:
        named = work.missing.split()
        return replace(work, missing="\n".join([*named, url])) if len(named) < MOST_NAMED and url not in named else work
    return replace(work, fetched=work.fetched + 1, bytes=work.bytes + fresh[url].bytes)
