"""Who is let in: every request passes here first. While there is time for all, it costs a look at two numbers."""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any

from perron.admission.gauge import Gauge
from perron.admission.kept import Inner, Kept
from perron.admission.kinds import Kinds
from perron.admission.refusal import after, refuse
from perron.admission.turns import Turns
from perron.entities.site import Site
from perron.shared.answers import Answers

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

READS = ("GET", "HEAD", "OPTIONS")


class Admission:
    """Measures how much there is to do, keeps what many ask for, and sends away whom nobody has time for."""

    def __init__(self, site: Site) -> None:
        self.site, self.saturation, self.pace = site, site.saturation, site.store.pace
        self.turns, self.kinds = Turns(site.saturation, site.store.behind), Kinds(site)
        self.gauge = Gauge(site, self.turns)
        self.kept = Kept(site.saturation, Answers(site.shared) if site.shared is not None else None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, inner: Inner) -> None:
        """Answer with what is kept, or send away, or let in."""
        self.gauge.came += 1
        enter = partial(self._in_turn, inner) if self.turns.crowded() else inner
        if scope["type"] == "http" and scope["method"] == "GET" and (key := self.kept.open_to_all(scope)):
            if (page := self.kept.find(key)) is not None:
                await self.kept.give(page, send)
            elif not self.kept.many_wait(key) and (seconds := self._busy(scope)):
                await refuse(scope, send, seconds)
            else:
                await self.kept.serve(key, scope, receive, send, enter)
        elif seconds := self._busy(scope):
            await refuse(scope, send, seconds)
        else:
            await enter(scope, receive, send)

    async def _in_turn(self, inner: Inner, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in when it is their turn."""
        kind = self.kinds.of(scope)
        if kind is None or await self.turns.wait(kind.patience):
            await inner(scope, receive, send)
        else:
            self.saturation.refused += 1
            await refuse(scope, send, after(self.saturation.pressure))

    def _busy(self, scope: Scope) -> int:
        """In how many seconds to come back; 0: come in."""
        if pressure := self.saturation.pressure:
            kind = self.kinds.of(scope)
            if kind is not None and kind.gives_way(pressure):
                self.saturation.refused += 1
                return after(pressure)
        if self.pace.full and self._takes_words(scope):
            self.saturation.refused += 1
            return self.pace.come_back(self.pace.wait(self.site.store.waiting()))
        return 0

    def _takes_words(self, scope: Scope) -> bool:
        """Whether a program wishes to write; pages say no themselves, with the words still in their forms."""
        return scope["type"] == "http" and scope["method"] not in READS and scope["path"].startswith("/api/")
