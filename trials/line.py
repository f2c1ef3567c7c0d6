"""One kept HTTP/1.1 connection, as an app keeps it: quick, and exact about what is known when it breaks."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30.0
LONGEST = 60.0
"""Seconds after which nobody waits any longer for something to be so."""
LINE = "perron-trials"


class NotSent(Exception):
    """The request never went out: it is not done, and may be tried again."""


class Unanswered(Exception):
    """The request went out and no whole answer came back: nobody knows whether it was done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class Line:
    """Asks one server, one question after another."""

    def __init__(self, url: str, token: str = "", *, patience: float = PATIENCE) -> None:
        parts = urlsplit(url)
        self.host, self.port, self.patience = parts.hostname or "127.0.0.1", parts.port or 80, patience
        self.headers = {"host": parts.netloc} | ({"authorization": f"Bearer {token}"} if token else {})
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request. `body`: JSON, or a file as bytes, which goes as the form field `file`."""
        head, payload = self._written(method, path, body, key, headers)
        try:
            async with asyncio.timeout(self.patience):
                try:
                    reader, writer = self._open = self._open or await asyncio.open_connection(self.host, self.port)
                except OSError as wrong:
                    raise NotSent(str(wrong)) from wrong
                writer.write(head + payload)
                await writer.drain()
                return await self._read(reader, method)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, asyncio.LimitOverrunError) as wrong:
            self.close()
            raise Unanswered(repr(wrong)) from wrong
        except BaseException:
            self.close()
            raise

    async def stream(self, path: str) -> AsyncGenerator[bytes, None]:
        """The lines of an answer that does not end (SSE), until the server or the caller ends it."""
        reader, writer = self._open = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(self._written("GET", path, None, "", {"accept": "text/event-stream"})[0])
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise ConnectionError(head.decode(errors="replace"))
            while line := await reader.readline():
                yield line
        finally:
            self.close()

    def _written(
        self, method: str, path: str, body: Any, key: str, headers: Mapping[str, str] | None
    ) -> tuple[bytes, bytes]:
        given = dict(self.headers)
        payload = b""
        if isinstance(body, bytes):
            name = b'content-disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
            payload = f"--{LINE}\r\n".encode() + name + body + f"\r\n--{LINE}--\r\n".encode()
            given["content-type"] = f"multipart/form-data; boundary={LINE}"
        elif body is not None:
            payload = json.dumps(body).encode()
            given["content-type"] = "application/json"
        if payload or method != "GET":
            given["content-length"] = str(len(payload))
        if key:
            given["idempotency-key"] = key
        given |= headers or {}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode(), payload

    async def _read(self, reader: asyncio.StreamReader, method: str) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in head[1:] if one)}
        body = b""
        if headers.get("transfer-encoding", "") == "chunked":
            while size := int((await reader.readline()).split(b";")[0], 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        elif method != "HEAD" and status not in (204, 304):
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            with contextlib.suppress(Exception):
                self._open[1].close()
            self._open = None


async def seconds_until(
    url: str, token: str, is_so: Callable[[Line], Awaitable[bool]], *, since: float = 0.0, patience: float = PATIENCE
) -> float:
    """Seconds `since` a moment, or from now, until something is so, asked again and again over new connections."""
    since = since or time.monotonic()
    while (passed := time.monotonic() - since) < LONGEST:
        line = Line(url, token, patience=patience)
        try:
            if await is_so(line):
                return time.monotonic() - since
        except (NotSent, Unanswered):
            pass
        finally:
            line.close()
        await asyncio.sleep(0.05)
    return passed


async def takes_a_note(line: Line, about: int) -> bool:
    """Whether a write is acknowledged: a note about somebody."""
    said = await line.ask("POST", f"/api/v1/accounts/{about}/note", {"comment": str(time.monotonic())})
    return said.status == 200
