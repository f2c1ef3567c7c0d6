"""A real store that speaks S3, for tests: the one in `TEST_S3` (scripts/with_s3), else one of this session's own."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SCRIPT = Path(__file__).parent.parent / "scripts" / "with_s3"


@dataclass(frozen=True)
class ObjectStore:
    """Where a store is, and who may use it."""

    endpoint: str
    key: str
    secret: str

    def settings(self, place: str) -> dict[str, Any]:
        """What a server is told to keep its media there."""
        return {
            "media_store": place,
            "s3_endpoint": self.endpoint,
            "s3_key": self.key,
            "s3_secret": self.secret,
        }

    def environment(self, place: str) -> dict[str, str]:
        """The same for a process."""
        return {f"PERRON_{name.upper()}": value for name, value in self.settings(place).items()}

    def make(self, bucket: str) -> str:
        """A fresh bucket; its place."""
        from perron.kit.settings import Settings
        from perron.media.bucket import connect

        connect(Settings(**self.settings(f"s3://{bucket}"))).create_bucket(Bucket=bucket)
        return f"s3://{bucket}/town"


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """The store of this session."""
    if address := os.environ.get("TEST_S3", ""):
        yield _read(address)
        return
    with subprocess.Popen([str(SCRIPT)], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line.startswith("S3: "), "scripts/with_s3 says what is missing"
            yield _read(line.removeprefix("S3: ").strip())
        finally:
            server.terminate()
            server.wait(10)


def _read(address: str) -> ObjectStore:
    parts = urlsplit(address)
    return ObjectStore(f"http://{parts.hostname}:{parts.port}", unquote(parts.username or ""), parts.password or "")


def until(true: Any, seconds: float = 10) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
