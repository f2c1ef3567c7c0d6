"""The log of a process: lines for people, or a JSON object a line for machines; each says to which request it belongs.

No address is logged with its query and no header is: tokens live there. What stands in a path and is as long as a
secret is left out too.
"""

import logging
import re
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import count
from typing import Any

from perron.kit import json
from perron.kit.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered; empty elsewhere."""
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONG = re.compile(r"[^/]{24,}")
_PROCESS, _NUMBERS = secrets.token_hex(4), count(1)
"""An id is the process and a number: asking the kernel for chance each time would let other threads run meanwhile."""
FIELDS = ("method", "path", "status", "ms", "job")
"""What a line may say beside its message (`extra=`)."""


def keep_log(settings: Settings) -> None:
    """Log to standard error, as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if settings.log_format == "json" else AsText())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "botocore", "urllib3", "opentelemetry"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class AsText(logging.Formatter):
    """`2026-01-31 12:00:00,000 INFO perron [request]: message`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(request)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        known = request_id.get()
        record.request = f" [{known}]" if known else ""
        return super().format(record)


class AsJson(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        made: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if known := request_id.get():
            made["request"] = known
        made |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info:
            made["error"] = self.formatException(record.exc_info)
        return json.encode_text(made)


def named(given: bytes | None) -> str:
    """The id of a request: what the proxy before us calls it, where that is a plain word, else a new one."""
    return given.decode() if given and _GIVEN.fullmatch(given) else f"{_PROCESS}{next(_NUMBERS):08x}"


def path_to_log(path: str) -> str:
    """A path without what may be a secret in it, and on one line."""
    return _UNSEEN.sub("?", _LONG.sub("…", path))
