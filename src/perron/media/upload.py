"""Taking a file in: first the work, without the database; then one row."""

import contextlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid, TooLarge, Unavailable
from perron.kit.ids import new_id
from perron.kit.later import later
from perron.kit.settings import Settings
from perron.media import gifs, tool, video
from perron.media.describe import read_description, read_focus
from perron.media.files import MIMES, Files
from perron.media.kinds import GIF, HEAD, Kind, contradicts, kind_of
from perron.media.model import Media, MediaUploaded, Portrait, Still
from perron.media.places import files_in
from perron.media.queries import add_media
from perron.store import Tx

with later(__name__):
    from perron.media.images import read_avatar, read_header, read_image, read_preview

RAW = "raw"  # an ending that is served to nobody


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that was taken in and lies among the kept files; `add` gives it an owner, `drop` lets go of it."""

    kind: str
    state: str
    file: str
    small: str
    mime: str
    bytes: int
    blurhash: str = ""
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A picture that somebody chose to stand for a clip or a sound."""

    small: str
    blurhash: str
    size: dict[str, Any]


def accept(data: bytes | Path, *, declared: str | None, settings: Settings) -> Accepted:
    """Read an upload and keep it: pictures are ready at once, what moves or sounds waits for `process`.

    It takes up to a few seconds and no database. A path stays the caller's. Invalid, TooLarge, Unavailable say why not.
    """
    size = _size(data)
    if size == 0:
        raise Invalid("This file is empty.")
    kind = kind_of(_head(data))
    if kind is None:
        raise Invalid(
            "This kind of file cannot be shown here. Pictures (JPEG, PNG, WebP, AVIF, GIF), clips and sounds can."
        )
    if contradicts(declared, kind):
        raise Invalid(f"This file is not what it is said to be ({declared}).")
    most = settings.image_max_bytes if kind.family == "image" else settings.video_max_bytes
    if size > most:
        raise TooLarge(f"This file is larger than {most // 2**20} MB.")

    files = files_in(settings)
    if kind.family == "image":
        whole = data if isinstance(data, bytes) else data.read_bytes()
        if not (kind is GIF and tool.available() and gifs.measure(whole).frames > 1):
            return _accept_image(whole, settings, files)
    return _accept_clip(data, kind, size, files)


def accept_thumbnail(data: bytes, *, settings: Settings) -> Thumbnail:
    """Read and keep a picture that is to stand for a clip or a sound."""
    picture = read_image(_small_enough(data, settings), max_pixels=settings.image_max_pixels)
    small = picture.small if picture.small.ext != "gif" else picture.file
    return Thumbnail(files_in(settings).put(small.data, small.ext), picture.blurhash, picture.meta["small"])


class Face(NamedTuple):
    """Keys of a kept picture of an account; `still` is empty where it does not move."""

    file: str
    still: str


def accept_avatar(data: bytes, *, settings: Settings, focus: str = "") -> Face:
    """Read and keep a picture of an account."""
    point = read_focus(focus)
    return _keep(
        read_avatar(_small_enough(data, settings), max_pixels=settings.image_max_pixels, focus=point), settings
    )


def accept_header(data: bytes, *, settings: Settings, focus: str = "") -> Face:
    """Read and keep the band above a profile."""
    point = read_focus(focus)
    return _keep(
        read_header(_small_enough(data, settings), max_pixels=settings.image_max_pixels, focus=point), settings
    )


def let_go(face: Face, *, settings: Settings) -> None:
    """Forget a picture that found no owner."""
    forget(files_in(settings), *face)


def _keep(portrait: Portrait, settings: Settings) -> Face:
    files, still = files_in(settings), portrait.still
    shown = files.put(portrait.shown.data, portrait.shown.ext)
    return Face(shown, _beside(files, shown, still) if still else "")


def accept_picture(data: bytes, *, settings: Settings) -> str:
    """Read and keep the picture of the server, whole; its key."""
    picture = read_image(_small_enough(data, settings), max_pixels=settings.image_max_pixels)
    return files_in(settings).put(picture.file.data, picture.file.ext)


def accept_preview(data: bytes, *, settings: Settings) -> tuple[str, Still, str]:
    """Read and keep a picture that stands for a page elsewhere; its key, its size and its blurhash."""
    still, blurhash = read_preview(_small_enough(data, settings), max_pixels=settings.image_max_pixels)
    return files_in(settings).put(still.data, still.ext), still, blurhash


def add(
    tx: Tx,
    account_id: int,
    accepted: Accepted,
    *,
    description: str | None = None,
    focus: str | tuple[float, float] | None = None,
) -> Media:
    """Give what was taken in an owner, and words. What waits is worked on after the commit."""
    words, point = read_description(description), read_focus(focus)
    x, y = point or (None, None)
    media = Media(
        id=new_id(),
        account_id=account_id,
        post_id=None,
        position=0,
        kind=accepted.kind,
        state=accepted.state,
        file=accepted.file,
        small=accepted.small,
        mime=accepted.mime,
        bytes=accepted.bytes,
        remote_url="",
        description=words,
        blurhash=accepted.blurhash,
        meta=json.decode(json.encode(accepted.meta)),
        focus_x=x,
        focus_y=y,
    )
    add_media(tx, media)
    if media.state == "waiting":
        emit(tx, MediaUploaded(media.id))
    return media


def drop(accepted: Accepted, *, settings: Settings) -> None:
    """Let go of what was taken in, when it found no owner."""
    forget(files_in(settings), accepted.file, accepted.small)


def _accept_image(data: bytes, settings: Settings, files: Files) -> Accepted:
    picture = read_image(data, max_pixels=settings.image_max_pixels)
    whole = files.put(picture.file.data, picture.file.ext)
    small = whole if picture.small is picture.file else _beside(files, whole, picture.small)
    mime, size = MIMES[picture.file.ext], len(picture.file.data)
    return Accepted("image", "ready", whole, small, mime, size, picture.blurhash, picture.meta)


def _accept_clip(data: bytes | Path, kind: Kind, size: int, files: Files) -> Accepted:
    """Keep a clip as it came, after one look that it is one."""
    if not tool.available():
        raise Unavailable("This server takes no clips and no sounds.")
    with files.workspace() as folder:
        path = data if isinstance(data, Path) else folder / "upload"
        if isinstance(data, bytes):
            path.write_bytes(data)
        source = video.look(path, folder)
        video.refuse(source)
        key = files.put_file(path, RAW)
    expected = "gifv" if kind is GIF else "video" if source.video else "audio"
    return Accepted(expected, "waiting", key, "", "", size)


def _beside(files: Files, first: str, second: Still) -> str:
    """Keep the second of two files that belong together; the first goes when that cannot be."""
    try:
        return files.put(second.data, second.ext)
    except BaseException:
        forget(files, first)
        raise


def forget(files: Files, *keys: str) -> None:
    """Let go of files that nothing names, if that can be done now; otherwise they are cleared away within a day."""
    if not files.near and threading.current_thread() is threading.main_thread():  # the event loop waits for no network
        threading.Thread(target=_forget, args=(files, keys), daemon=True).start()
    else:
        _forget(files, keys)


def _forget(files: Files, keys: tuple[str, ...]) -> None:
    for key in {*keys}:
        with contextlib.suppress(Unavailable, OSError):
            files.remove(key)


def _size(data: bytes | Path) -> int:
    return len(data) if isinstance(data, bytes) else data.stat().st_size


def _head(data: bytes | Path) -> bytes:
    if isinstance(data, bytes):
        return data[:HEAD]
    with data.open("rb") as file:
        return file.read(HEAD)


def _small_enough(data: bytes, settings: Settings) -> bytes:
    if len(data) > settings.image_max_bytes:
        raise TooLarge(f"This picture is larger than {settings.image_max_bytes // 2**20} MB.")
    return data
