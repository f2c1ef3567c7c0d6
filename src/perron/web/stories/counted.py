"""Which readings of a story are counted: at its pages, and by the word that its script sends of how far one came.

No cookie, no name, and nothing that a page would have to be drawn anew for: whoever reads is told apart for a day by
`suite/stories/views.py`, and what was read is written down together, a minute later.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import NotAllowed, Refused
from perron.kit.time import DAY, SECOND, now
from perron.store import rim
from perron.web.fields import read_id
from perron.web.trust import address_of, check_origin, limits

if TYPE_CHECKING:
    from perron.suite.stories.views import Seen

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

log = logging.getLogger(__name__)
ACTIVITY = ("application/activity+json", "application/ld+json")
GATHER = 60.0
"""Seconds for which readings are gathered before they are written down: each commit empties the shelf of pages kept
for visitors (`web/remembered.py`), which holds none for longer anyway."""
MOST_BYTES = 200
MOST_A_DAY = 100
"""Readings of one story from one household that are counted in a day: many enough for a school, few for who would have
more readers than they have."""
_PAGES = re.compile(r"/@[^/]+/stories/(\d{1,19})(?:/(slides|print|embed))?")
_MACHINE = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|embed|facebookexternalhit|whatsapp|telegram|mastodon|pleroma|misskey|akkoma|"
    r"gotosocial|perron/|lemmy|curl|wget|python|httpx|okhttp|java/|go-http|libwww|ruby|headless|lighthouse|feed|rss|"
    r"archiver|monitor|validator",
    re.IGNORECASE,
)


def heard(web: Starlette, scope: Scope, send: Send) -> Send:
    """What a request is answered with, noted where it is a story that is shown: by the server, or of a copy that it
    keeps for all (`admission/kept.py`)."""
    found = _PAGES.fullmatch(scope["path"]) if scope["type"] == "http" and "/stories/" in scope["path"] else None
    if found is None or scope["method"] != "GET":
        return send

    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            request = Request({**scope, "app": web})
            if not scope.get("state", {}).get("uncounted") and not wants_activity(request):
                note(request, int(found[1]), "frame" if found[2] == "embed" else "page")
        await send(message)

    return noted


async def read_on(request: Request) -> Response:
    """POST /stories/{id}/read: how far one came, or by which item one left. The answer is the same whatever became of
    it, so that it tells nobody anything."""
    try:
        check_origin(request, request.app.state.settings)
    except NotAllowed:
        return _nothing()
    if not _asks_for_peace(request):
        said = _said(await _body(request))
        story_id = read_id(str(request.path_params["id"]))
        if said is not None and story_id > 0:
            note(request, story_id, "page", **said)
    return _nothing()


def note(request: Request, story_id: int, kind: str, *, item: int = 0, click: int = 0) -> None:
    """Keep that somebody reads a story, until it is written down; nothing of what is fetched before anybody asks."""
    if _is_early(request):
        return
    browser = request.headers.get("user-agent", "")
    if not browser or _MACHINE.search(browser):
        kind = "machine"
    elif kind == "page" and _asks_for_peace(request):
        kind = "quiet"
    where = address_of(request)
    if not limits(request).hit(f"story {story_id} {kind} from {where}", _most(item or click), DAY // SECOND).allowed:
        return
    from perron.suite.stories.views import Seen

    known = (where, browser) if kind == "page" else ("", "")
    _gather(request.app.state.site, Seen(story_id, now(), kind, *known, item=item, click=click))


async def write_down(site: Site) -> None:
    """Write down what was read, now."""
    taken: list[Seen] = site.readings.take()
    if taken:
        from perron.suite.stories.views import keep_views

        try:
            await rim.write_owed(site.store, lambda tx: keep_views(tx, taken))
        except Refused:  # figures are not worth a queue of their own where the database cannot be written to
            log.warning("%d readings of stories could not be written down", len(taken))


def _gather(site: Site, seen: "Seen") -> None:
    if site.readings.put(seen):
        loop = asyncio.get_running_loop()
        loop.call_later(GATHER, lambda: _later(loop, site))


def _later(loop: asyncio.AbstractEventLoop, site: Site) -> None:
    task = loop.create_task(write_down(site))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


_under_way: set[asyncio.Task[None]] = set()
"""Kept so that none is forgotten before it is done."""


def _most(tells_more: int) -> int:
    return MOST_A_DAY * 20 if tells_more else MOST_A_DAY


def wants_activity(request: Request) -> bool:
    """Whether another server asks for the object, rather than somebody for the page."""
    accepts = request.headers.get("accept", "").lower()
    return any(kind in accepts for kind in ACTIVITY) and "text/html" not in accepts


def _is_early(request: Request) -> bool:
    """Whether a browser fetches what nobody has asked for yet."""
    said = " ".join(request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return "prefetch" in said or "preview" in said


def _asks_for_peace(request: Request) -> bool:
    """Whether somebody's browser says that they do not wish to be followed (Global Privacy Control, Do Not Track)."""
    return request.headers.get("sec-gpc") == "1" or request.headers.get("dnt") == "1"


async def _body(request: Request) -> bytes:
    """What was sent, as far as it is as short as we send it."""
    kept = b""
    async for part in request.stream():
        kept += part
        if len(kept) > MOST_BYTES:
            return b""
    return kept


def _said(body: bytes) -> dict[str, int] | None:
    try:
        found = json.decode(body)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {name: max(read_id(str(found.get(name, ""))[:20]), 0) for name in ("item", "click")}


def _nothing() -> Response:
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
