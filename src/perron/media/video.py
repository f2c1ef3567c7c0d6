"""Clips and sounds: looked at, written anew in a form that every browser plays, without what a camera noted."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perron.kit import json
from perron.kit.errors import Invalid
from perron.kit.later import later
from perron.media.kinds import HEAD, Kind, kind_of
from perron.media.model import Picture, measures
from perron.media.tool import ffmpeg_args, probe_args, run

with later(__name__):
    from perron.media.images import read_image

LOOK_SECONDS = 5
WORK_SECONDS = 42  # with looks and poster less than a minute: the lease of a job
MAX_SIDE = 16_000
MAX_AREA = 7680 * 4320
PLAIN_AREA = 3840 * 2160  # what may stay as it is; more is made smaller
NEW_AREA = 1920 * 1080
LONG = 60
LONG_AREA = 1280 * 720
MAX_HOURS = 24
LOOP_SECONDS = 60  # a silent clip up to this length plays like an animated picture

_WANTED = (
    "format=duration,bit_rate:stream=index,codec_type,codec_name,width,height,pix_fmt,sample_aspect_ratio,avg_frame_rate"
    ",channels,channel_layout,sample_rate,bit_rate,duration:stream_disposition=attached_pic:stream_side_data=rotation"
)
_BARE = ["-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1", "-dn", "-sn", "-fflags", "+bitexact"]


@dataclass(frozen=True, slots=True)
class Source:
    """What is in a file, as far as it matters."""

    demuxer: str
    video: dict[str, Any] | None
    audio: dict[str, Any] | None
    seconds: float
    bitrate: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as they are seen: turned, and with square pixels."""
        video = self.video or {}
        width, height = int(video.get("width", 0)), int(video.get("height", 0))
        across, down = _ratio(video.get("sample_aspect_ratio"))
        if across > 0 and down > 0 and 0.1 < across / down < 10:
            width = max(1, round(width * across / down))
        return (height, width) if self.turned else (width, height)

    @property
    def turned(self) -> bool:
        """Whether the camera was held upright."""
        notes = (self.video or {}).get("side_data_list", [])
        return any(round(abs(_number(note.get("rotation")))) % 180 == 90 for note in notes)


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip or a sound as it will be played; `file` is in the folder it was made in."""

    kind: str
    file: Path
    ext: str
    poster: Picture | None
    meta: dict[str, Any]


def read_clip(path: Path, folder: Path, told: Callable[[int], None] | None = None) -> Clip:
    """Make a clip or a sound fit to be shown, in `folder`; Invalid when it is none, is damaged, or takes too long.
    `told` hears every second how far it is, in per cent; what it raises ends the work."""
    source = look(path, folder)
    refuse(source)

    ext = _ext(source)
    out = folder / f"out.{ext}"
    far = folder / "progress"
    words = ffmpeg_args(
        source.demuxer, path, *_conversion(source, ext), "-stats_period", "0.2", "-progress", far.as_uri(), str(out)
    )

    def beat() -> None:
        if told is not None:
            told(_percent(far, source.seconds))

    run(words, seconds=WORK_SECONDS, folder=folder, beat=beat)
    result = look(out, folder)
    poster = _poster(out, result, folder) if result.video else None
    return Clip(_kind(source, result), out, ext, poster, _meta(result, poster))


def _percent(far: Path, seconds: float) -> int:
    """How far ffmpeg says it is, at most 99."""
    try:
        said = far.read_text()
    except OSError:
        return 0
    times = [line.partition("=")[2] for line in said.splitlines() if line.startswith("out_time_us=")]
    done = _number(times[-1]) / 1e6 if times else 0.0
    return max(0, min(99, int(100 * done / seconds))) if seconds > 0 else 0


def look(path: Path, folder: Path) -> Source:
    """What a file holds, by its own account."""
    with path.open("rb") as file:
        kind = kind_of(file.read(HEAD))
    if kind is None or not kind.demuxer:
        raise Invalid("This is not a clip or a sound that can be played here.")
    wanted = ("-show_entries", _WANTED, "-of", "json")
    printed = run(probe_args(kind.demuxer, path, *wanted), seconds=LOOK_SECONDS, folder=folder)
    try:
        return _source(kind, json.decode(printed))
    except (ValueError, TypeError, AttributeError):
        raise Invalid("This file cannot be read; it may be damaged.") from None


def refuse(source: Source) -> None:
    """Invalid when a source holds nothing to show, or more than a server should try."""
    if source.video is None and source.audio is None:
        raise Invalid("There is neither picture nor sound in this file.")
    if source.seconds > MAX_HOURS * 3600:
        raise Invalid(f"This is longer than {MAX_HOURS} hours.")
    if source.video is not None:
        width, height = source.size
        if width < 1 or height < 1:
            raise Invalid("This file cannot be read; it may be damaged.")
        if max(width, height) >= MAX_SIDE or width * height > MAX_AREA:
            raise Invalid(f"This clip is {width} by {height}; at most 7680 by 4320 is taken.")


def _source(kind: Kind, told: dict[str, Any]) -> Source:
    streams: list[dict[str, Any]] = told.get("streams", [])
    seen = [one for one in streams if one.get("codec_type") == "video" and one.get("codec_name")]
    heard = [one for one in streams if one.get("codec_type") == "audio" and one.get("codec_name")]
    moving = [one for one in seen if not one.get("disposition", {}).get("attached_pic")]
    seconds = max((_number(one.get("duration")) for one in (told.get("format", {}), *moving, *heard)), default=0.0)
    bitrate = int(_number(told.get("format", {}).get("bit_rate")))
    return Source(kind.demuxer, _first(moving), _first(heard), seconds, bitrate)


def _first(streams: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    return streams[0] if streams else None


def _number(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return 0.0
    return number if math.isfinite(number) else 0.0


def _ratio(text: Any) -> tuple[float, float]:
    first, _, second = str(text or "1:1").replace("/", ":").partition(":")
    return _number(first), _number(second)


def _rate(text: Any) -> float:
    above, below = _ratio(text)
    return above / below if below else 0.0


def _ext(source: Source) -> str:
    if source.video is not None:
        return "mp4"
    return "m4a" if (source.audio or {}).get("codec_name") == "aac" else "mp3"


def _conversion(source: Source, ext: str) -> list[str]:
    """The words that tell ffmpeg what to make of a source: what can be copied is copied."""
    audio, video = source.audio, source.video
    if ext == "mp3":
        same = audio is not None and audio.get("codec_name") == "mp3"
        return [
            *_index(audio),
            "-vn",
            *_BARE,
            *(_copy("a") if same else _words("-c:a libmp3lame -q:a 3 -ac 2 -ar 44100")),
        ]
    sound = _sound(audio) if source.demuxer != "gif" else ["-an"]
    if ext == "m4a":
        return [*_index(audio), "-vn", *_BARE, *sound, "-movflags", "+faststart"]
    seen = _copied_video() if _plays_everywhere(source) else _new_video(source)
    return [*_index(video), *_index(audio), *_BARE, *seen, *sound, "-movflags", "+faststart"]


def _index(stream: dict[str, Any] | None) -> list[str]:
    return [] if stream is None else ["-map", f"0:{int(stream.get('index', 0))}"]


def _words(text: str) -> list[str]:
    return text.split()


def _copy(which: str) -> list[str]:
    return [f"-c:{which}", "copy"]


def _sound(audio: dict[str, Any] | None) -> list[str]:
    if audio is None:
        return ["-an"]
    if audio.get("codec_name") in ("aac", "mp3") and _number(audio.get("channels")) <= 2:
        return _copy("a")
    return _words("-c:a aac -b:a 128k -ac 2")


def _plays_everywhere(source: Source) -> bool:
    video = source.video or {}
    square = video.get("sample_aspect_ratio", "1:1") in ("1:1", "0:1", "N/A")
    usual = video.get("codec_name") == "h264" and video.get("pix_fmt") in ("yuv420p", "yuvj420p")
    return usual and square and math.prod(source.size) <= PLAIN_AREA


def _copied_video() -> list[str]:
    """The stream as it is, but without the notes (SEI) in which cameras write model and place."""
    return [*_copy("v"), "-bsf:v", "filter_units=remove_types=6"]


def _new_video(source: Source) -> list[str]:
    long = source.seconds > LONG
    width, height = _even(source.size, LONG_AREA if long else NEW_AREA)
    look = ["-vf", f"scale={width}:{height},setsar=1,format=yuv420p", "-fpsmax", "60"]
    make = _words("-c:v libx264 -crf 23 -profile:v high -bsf:v filter_units=remove_types=6 -flags:v +bitexact")
    return [*look, *make, "-preset", "ultrafast" if long else "veryfast"]


def _even(size: tuple[int, int], area: int) -> tuple[int, int]:
    """The largest even size of the same shape within an area."""
    width, height = size
    scale = min(1.0, math.sqrt(area / (width * height)))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _kind(source: Source, result: Source) -> str:
    if result.video is None:
        return "audio"
    silent = result.audio is None and result.seconds <= LOOP_SECONDS
    return "gifv" if source.demuxer == "gif" or silent else "video"


def _poster(path: Path, result: Source, folder: Path) -> Picture:
    """A frame from a little after the start, where there is more to see than black."""
    poster = folder / "poster.jpg"
    wanted = _words("-map 0:v:0 -frames:v 1 -c:v mjpeg -pix_fmt yuvj420p -q:v 3 -f image2")
    for second in (min(1.0, result.seconds / 10), 0.0):
        run(ffmpeg_args("mov", path, *wanted, str(poster), seek=second), seconds=LOOK_SECONDS, folder=folder)
        if poster.exists():
            return read_image(poster.read_bytes(), max_pixels=2 * MAX_AREA)
    raise Invalid("This file cannot be read; it may be damaged.")


def _meta(result: Source, poster: Picture | None) -> dict[str, Any]:
    """Length, size and rates, in the words that clients know."""
    about: dict[str, Any] = {"length": _clock(result.seconds), "duration": round(result.seconds, 3)}
    original: dict[str, Any] = {"duration": about["duration"], "bitrate": result.bitrate}
    if result.audio is not None:
        about["audio_encode"] = str(result.audio.get("codec_name"))
        about["audio_bitrate"] = f"{int(_number(result.audio.get('sample_rate')))} Hz"
        about["audio_channels"] = str(result.audio.get("channel_layout") or result.audio.get("channels", ""))
    if result.video is None or poster is None:
        return about | {"original": original}
    size = measures(*result.size)
    rate = str(result.video.get("avg_frame_rate", "0/0"))
    original = {**size, "frame_rate": rate, **original}
    return about | {"fps": round(_rate(rate), 3), **size, "original": original, "small": poster.meta["small"]}


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}.{int(seconds * 100) % 100:02d}"
