"""Where this server keeps its files, as the settings say."""

import threading
from typing import Any

from perron.kit.errors import Refused
from perron.kit.settings import Settings
from perron.media.cache import Cache
from perron.media.files import Files, Folder
from perron.media.moving import Moving
from perron.store import Store

_gate = threading.Lock()
_opened: dict[Any, Files] = {}


def files_in(settings: Settings) -> Files:
    """Where files are kept; and, while they move house, where they were before."""
    if not settings.media_store and not settings.media_before:
        return Folder(settings.data / "media")
    new = place(settings.media_store, settings)
    return Moving(new, place(settings.media_before, settings)) if settings.media_before else new


def files_of(store: Store) -> Files:
    """Where the files that this database names are kept."""
    return files_in(store.settings)


def place(name: str, settings: Settings) -> Files:
    """One place: `folder` (or nothing), or `s3://bucket/prefix`. A client of a store is made once."""
    if name in ("", "folder"):
        return Folder(settings.data / "media")
    if not name.startswith("s3://") or not name.removeprefix("s3://").partition("/")[0]:
        raise Refused(f"{name!r} is no place for media; write folder, or s3://bucket/prefix")
    from perron.media.bucket import Bucket

    makes = (settings.data, settings.media_public, settings.media_cache_bytes)
    reaches = (settings.s3_endpoint, settings.s3_region, settings.s3_key, settings.s3_secret)
    known = (name, makes, reaches)
    with _gate:
        if known not in _opened:
            cache = Cache(settings.data / "media-cache", settings.media_cache_bytes)
            _opened[known] = Bucket(name, settings, cache)
        return _opened[known]
