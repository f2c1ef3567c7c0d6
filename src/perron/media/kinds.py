"""What a file is, decided by its first bytes; names and declared types are hearsay."""

from typing import NamedTuple

HEAD = 64


class Kind(NamedTuple):
    """A format that is taken: its family, and the only demuxer ffmpeg may use for it."""

    name: str
    family: str
    demuxer: str = ""


JPEG, PNG, WEBP, AVIF = (Kind(name, "image") for name in ("jpeg", "png", "webp", "avif"))
GIF = Kind("gif", "image", "gif")
MOV, MATROSKA = Kind("mp4", "video", "mov"), Kind("webm", "video", "matroska")
OGG, MP3, WAV = Kind("ogg", "audio", "ogg"), Kind("mp3", "audio", "mp3"), Kind("wav", "audio", "wav")
FLAC, AAC = Kind("flac", "audio", "flac"), Kind("aac", "audio", "aac")

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x1aE\xdf\xa3", MATROSKA),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"crx "}


def kind_of(head: bytes) -> Kind | None:
    """The format of a file that begins with these bytes (64 are enough), or None when it is not one of ours."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in (b"moov", b"mdat", b"wide"):  # QuickTime from before brands
        return MOV
    return _by_sync(head)


def _by_brand(head: bytes) -> Kind | None:
    end = min(len(head), int.from_bytes(head[:4], "big"))
    brands = {head[at : at + 4] for at in (8, *range(16, end - 3, 4))}
    if head[8:12] in (b"avif", b"avis") or (head[8:12] in _HEIF and b"avif" in brands):
        return AVIF
    return None if head[8:12] in _HEIF else MOV


def _by_sync(head: bytes) -> Kind | None:
    """MPEG audio without a header begins with eleven set bits; the next ones tell its layer."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 3
    if layer == 1 and head[2] >> 4 not in (0, 15):
        return MP3
    return AAC if layer == 0 and head[1] & 0xF0 == 0xF0 else None


def contradicts(declared: str | None, kind: Kind) -> bool:
    """Whether somebody called a clip a picture, or a picture a clip."""
    family = (declared or "").partition("/")[0].strip().lower()
    if family not in ("image", "video", "audio") or kind is GIF:
        return False
    return (family == "image") != (kind.family == "image")
