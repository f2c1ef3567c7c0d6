"""Somebody who looks in all the while: is the server alive, can its owner come in, how large has it grown."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from trials.line import Line, NotSent, Unanswered
from trials.open_loop import memory_of

OWNER, ADDRESS, PASSWORD = "keeper", "keeper@example.org", "correct horse battery staple"
_CSRF = re.compile(rb'name="csrf" value="([^"]+)"')


class Watch:
    """Asks for `/health/live` and signs the owner in twice a second; notes the slowest of each, and the memory."""

    def __init__(self, url: str, pid: Callable[[], int]) -> None:
        self.url, self.pid = url, pid
        self.alive: list[float] = []
        self.entered: list[float] = []
        self.wrong: list[str] = []
        self.most_memory = 0.0
        self.stopping = False

    async def run(self) -> None:
        """Until `stopping`."""
        while not self.stopping:
            await self._look("live", self.alive, self._live)
            await self._look("sign-in", self.entered, self._enter)
            self.most_memory = max(self.most_memory, memory_of(self.pid()))
            await asyncio.sleep(0.5)

    async def _look(self, what: str, times: list[float], look: Callable[[Line], Awaitable[None]]) -> None:
        line, begun = Line(self.url, patience=10), time.monotonic()
        try:
            await look(line)
            times.append(time.monotonic() - begun)
        except (NotSent, Unanswered, AssertionError) as wrong:
            self.wrong.append(f"{what}: {wrong!r}"[:200])
        finally:
            line.close()

    async def _live(self, line: Line) -> None:
        answer = await line.ask("GET", "/health/live")
        assert answer.status == 200, answer.status

    async def _enter(self, line: Line) -> None:
        page = await line.ask("GET", "/sign-in")
        assert page.status == 200, f"the page: {page.status}"
        found = _CSRF.search(page.body)
        assert found is not None, "no form"
        cookie = page.headers.get("set-cookie", "").partition(";")[0]
        body = f"csrf={found[1].decode()}&email={quote(ADDRESS)}&password={quote(PASSWORD)}"
        answer = await _form(line, "/sign-in", body, cookie)
        assert answer == 303, f"the answer: {answer}"


async def _form(line: Line, path: str, body: str, cookie: str) -> int:
    """Send a form over a connection of its own; the status."""
    reader, writer = await asyncio.open_connection(line.host, line.port)
    try:
        async with asyncio.timeout(10):
            head = (
                f"POST {path} HTTP/1.1\r\nhost: {line.headers['host']}\r\ncookie: {cookie}\r\nconnection: close\r\n"
                f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writer.write((head + body).encode())
            return int((await reader.readline()).split(b" ")[1])
    except (TimeoutError, OSError, IndexError) as wrong:
        raise Unanswered(repr(wrong)) from wrong
    finally:
        writer.close()
