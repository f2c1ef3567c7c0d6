"""Files in a bucket of a store that speaks S3. What readers may see lies under `kept/`, everything else under
`private/`, so that a bucket can be opened to the world without opening what is nobody's business."""

import base64
import hashlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from perron.kit.errors import NoRoom, Refused, Unavailable
from perron.kit.settings import Settings
from perron.media.cache import Cache
from perron.media.files import Files, Kept, digest_of, is_key

log = logging.getLogger(__name__)
CONNECT, READ, TRIES = 3, 10, 2
WHOLE = 60.0
"""Seconds in which a file must have come; then it is given up."""
REST = 3.0
"""Seconds for which nobody asks again after the store did not answer."""
SIGNED_FOR = 3600
PIECE = 1 << 18
FOR_EVER = "public, max-age=31536000, immutable"
AWAY = "The store of this server's files cannot be reached at the moment. Nothing was changed; please try again."


class Bucket(Files):
    """Files in a bucket, with copies on this machine's disk."""

    near = False

    def __init__(self, place: str, settings: Settings, cache: Cache) -> None:
        super().__init__(settings.data / "media")
        self.name, self.cache, self.public = place, cache, settings.media_public.rstrip("/")
        self.bucket, self.prefix = parse(place)
        self.client = connect(settings)
        self._fetching: dict[str, threading.Lock] = {}
        self._gate = threading.Lock()
        self._away_until = 0.0
        if self.public:
            parts = urlsplit(self._signed("x") if self.public == "signed" else self.public)
            self.elsewhere = f"{parts.scheme}://{parts.netloc}"

    def put_as(self, key: str, data: bytes | Path) -> None:
        """Kept by the store, which has compared a checksum, when this returns."""
        with self._reached():
            if isinstance(data, bytes):
                self._put(key, data, digest_of(data), hashlib.md5(data, usedforsecurity=False).digest())
            else:
                with data.open("rb") as file:
                    md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()
                    file.seek(0)
                    self._put(key, file, digest_of(data), md5)
        if isinstance(data, bytes):  # who sends a picture looks at it next
            content = data
            try:
                self.cache.keep(key, lambda path: _fill(path, content))
            except (OSError, NoRoom) as wrong:
                log.warning("No copy of a file could be kept here: %s", wrong)

    def path(self, key: str) -> Path | None:
        """A copy, fetched once however many ask at a time; Unavailable when the store does not answer."""
        if not is_key(key):
            return None
        if (copy := self.cache.find(key)) and not copy.stale:
            return copy.path
        with self._one_at_a_time(key):
            copy = self.cache.find(key)
            if copy is None:
                return self._fetch(key)
            if copy.stale and not self._still_there(key):
                self.cache.drop(key)
                return None
            return copy.path

    def at_hand(self, key: str) -> Path | None:
        """A copy that is here."""
        copy = self.cache.find(key) if is_key(key) else None
        return copy.path if copy else None

    def remove(self, key: str) -> None:
        """Gone from the store and from this disk; other machines let go of their copies within ten minutes."""
        if is_key(key):
            self.cache.drop(key)
            with self._reached():
                self.client.delete_object(Bucket=self.bucket, Key=self._object(key))

    def listed(self, start: str = "") -> Iterator[Kept]:
        """What the store lists, a thousand at a time."""
        for part in ("kept/", "private/"):
            begins = self.prefix + part
            asked: dict[str, Any] = {"Bucket": self.bucket, "Prefix": begins + start}
            more = True
            while more:
                with self._reached():
                    page: dict[str, Any] = self.client.list_objects_v2(**asked)
                for one in page.get("Contents", ()):
                    if is_key(key := one["Key"].removeprefix(begins)):
                        yield Kept(key, one["Size"], one["LastModified"].timestamp())
                more = "NextContinuationToken" in page
                asked["ContinuationToken"] = page.get("NextContinuationToken", "")

    def digest(self, key: str) -> bytes | None:
        """Computed from what the store gives back, not from what it says."""
        with self._reached():
            found = self._get(key)
            if found is None:
                return None
            summed = hashlib.sha256()
            for piece in _pieces(found):
                summed.update(piece)
            return summed.digest()

    def redirect(self, key: str) -> str | None:
        """The public address of a file, or one that is signed for an hour."""
        if not self.public or self.mime(key) is None:
            return None
        return self._signed(key) if self.public == "signed" else f"{self.public}/{key}"

    def copies(self) -> tuple[int, int, int]:
        """What the cache holds."""
        return (*self.cache.size(), self.cache.most)

    def answers(self) -> None:
        """Unavailable unless the bucket is there and opens to our key."""
        with self._reached():
            self.client.head_bucket(Bucket=self.bucket)

    def _object(self, key: str) -> str:
        return f"{self.prefix}{'kept' if self.mime(key) else 'private'}/{key}"

    def _signed(self, key: str) -> str:
        named = {"Bucket": self.bucket, "Key": self._object(key)}
        return str(self.client.generate_presigned_url("get_object", Params=named, ExpiresIn=SIGNED_FOR))

    def _put(self, key: str, body: Any, sha256: bytes, md5: bytes) -> None:
        shown = self.mime(key)
        self.client.put_object(
            Bucket=self.bucket,
            Key=self._object(key),
            Body=body,
            ContentMD5=base64.b64encode(md5).decode(),
            ContentType=shown or "application/octet-stream",
            CacheControl=FOR_EVER if shown else "private, no-store",
            Metadata={"sha256": sha256.hex()},
        )

    def _get(self, key: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.client.get_object(Bucket=self.bucket, Key=self._object(key))
        except self.client.exceptions.NoSuchKey:
            return None
        return found

    def _fetch(self, key: str) -> Path | None:
        with self._reached():
            found = self._get(key)
            return self.cache.keep(key, lambda path: _bring(found, path)) if found is not None else None

    def _still_there(self, key: str) -> bool:
        """Look at the original of a copy; a store that does not answer is believed to keep what it had."""
        try:
            with self._reached():
                self.client.head_object(Bucket=self.bucket, Key=self._object(key))
        except Missing:
            return False
        except Unavailable:
            return True
        self.cache.seen(key)
        return True

    @contextmanager
    def _one_at_a_time(self, key: str) -> Iterator[None]:
        with self._gate:
            lock = self._fetching.setdefault(key, threading.Lock())
        try:
            with lock:
                yield
        finally:
            with self._gate:
                self._fetching.pop(key, None)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn what can go wrong on the way into Unavailable, and spare everybody the wait for a while."""
        from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

        if time.monotonic() < self._away_until:
            raise Unavailable(AWAY)
        try:
            yield
        except ClientError as wrong:
            status = wrong.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == 404 and wrong.operation_name == "HeadObject":
                raise Missing from None
            log.error("The store of files refused (%s): %s", self.name, wrong)
            raise Unavailable(AWAY) from None
        except (BotoCoreError, Incomplete) as wrong:
            self._away_until = time.monotonic() + REST
            log.error("The store of files does not answer (%s): %s", self.name, wrong)
            raise Unavailable(AWAY) from None


class Missing(Exception):
    """There is no such object."""


class Incomplete(Exception):
    """A file came too slowly, or not whole."""


def parse(place: str) -> tuple[str, str]:
    """Bucket and prefix of `s3://bucket/prefix`; the prefix ends with a slash unless it is empty."""
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    prefix = prefix.strip("/")
    return bucket, f"{prefix}/" if prefix else ""


def connect(settings: Settings) -> Any:
    """A client of the store, which threads may share; Unavailable says what to install. (Loading the library takes a
    third of a second, and most servers need none.)"""
    try:
        import botocore.session  # type: ignore[import-untyped]
        from botocore.config import Config  # type: ignore[import-untyped]
    except ImportError:
        raise Refused("media_store is on S3, which needs a library: pip install 'perron[s3]'") from None

    for name in ("botocore", "urllib3"):  # at their most talkative they write signatures down
        logging.getLogger(name).setLevel(logging.INFO)
    said = Config(
        signature_version="s3v4",
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"total_max_attempts": TRIES, "mode": "standard"},
        max_pool_connections=32,
        s3={"addressing_style": "path" if settings.s3_endpoint else "auto"},
        request_checksum_calculation="when_required",  # not every store knows the newer checksums
        response_checksum_validation="when_required",
    )
    return botocore.session.Session().create_client(
        "s3",
        region_name=settings.s3_region,
        endpoint_url=settings.s3_endpoint or None,
        aws_access_key_id=settings.s3_key or None,
        aws_secret_access_key=settings.s3_secret or None,
        config=said,
    )


def _bring(found: dict[str, Any], path: Path) -> None:
    """Write an object to a file; Incomplete unless it is the whole and what was once put."""
    summed, size = hashlib.sha256(), 0
    with path.open("xb") as out:
        for piece in _pieces(found):
            out.write(piece)
            summed.update(piece)
            size += len(piece)
    said = found.get("Metadata", {}).get("sha256", "")
    if size != found["ContentLength"] or (said and said != summed.hexdigest()):
        raise Incomplete("A file is not what was once put there.")


def _pieces(found: dict[str, Any]) -> Iterator[bytes]:
    until = time.monotonic() + WHOLE
    for piece in found["Body"].iter_chunks(PIECE):
        if time.monotonic() > until:
            raise Incomplete(f"A file did not come within {WHOLE:.0f} seconds.")
        yield piece


def _fill(path: Path, data: bytes) -> None:
    path.write_bytes(data)
