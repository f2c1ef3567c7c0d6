"""What the open pages cost: CPU ms of each for a visitor, beside what the API costs for the same posts.

    python scripts/measure_pages.py --data DIR [--of ada] [--tag perron] [--rounds 300]

DIR as `perron demo` or `grow.py` left it; no server may be running on it. Requests enter the whole application in this
process, without a network; the CPU time of the process is counted, and the median told. `kept`: the page is in memory.
`anew`: it is put together again from pieces that are. `written`: the same just after somebody wrote, when nothing that
was read from the database is known any more. `first`: every piece is drawn again. `×` is the page's cost over the API's
in the same state.
"""

import argparse
import asyncio
import time
from statistics import median
from typing import Any

from perron.app import App
from perron.entities.opening import open_site
from perron.kit.settings import load
from perron.people.queries import account_by_handle
from perron.posts.thread import context
from perron.store import Tx
from perron.store.changes import tell
from perron.store.paging import Paging
from perron.timelines.public import account_page
from perron.web.drawn import DRAWINGS
from perron.web.framed import PAGES
from perron.web.remembered import shelf

Pair = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--of", default="ada", help="whose profile, and whose post with the most answers")
    parser.add_argument("--tag", default="lecture")
    parser.add_argument("--rounds", type=int, default=300)
    given = parser.parse_args()
    settings, _ = load({"data": given.data, "rate_limit": "off", "workers": "off"}, {})
    app = App(open_site(settings))
    try:
        asyncio.run(_measure(app, _pairs(app, given.of, given.tag), given.rounds))
    finally:
        app.site.store.close()


def _pairs(app: App, handle: str, tag: str) -> list[Pair]:
    """(name, page, the API's address for the same posts)."""
    db = app.site.store.reader()
    author = account_by_handle(db, handle)
    assert author is not None, "nobody is called so"
    written = account_page(db, author.id, Paging(limit=20), viewer=None, boosts=False)
    talked = max(written, key=lambda id_: len(context(db, id_, viewer=None)[1]))
    return [
        ("front", "/", "/api/v1/timelines/public?limit=20"),
        ("explore", "/explore", "/api/v1/timelines/public?limit=20"),
        ("profile", f"/@{author.handle}", f"/api/v1/accounts/{author.id}/statuses?limit=20"),
        ("post", f"/@{author.handle}/{talked}", f"/api/v1/statuses/{talked}/context"),
        ("tag", f"/tags/{tag}", f"/api/v1/timelines/tag/{tag}?limit=20"),
    ]


async def _measure(app: App, pairs: list[Pair], rounds: int) -> None:
    store = app.site.store
    print(
        f"{'CPU ms':<9}{'kept':>8}{'anew':>8}{'API':>8}{'×':>6}   {'written':>8}{'API':>8}{'×':>6}{'first':>8}{'kB':>8}"
    )
    for name, page, api in pairs:
        size = await _get(app, page)
        await _get(app, api)
        kept, anew, api_warm, written, api_cold, first = [], [], [], [], [], []
        for _ in range(rounds):
            kept.append(await _timed(app, page))
            shelf(store.reader()).clear()
            anew.append(await _timed(app, page))
            api_warm.append(await _timed(app, api))
        for _ in range(rounds // 3):
            store.write(_something)
            written.append(await _timed(app, page))
            store.write(_something)
            api_cold.append(await _timed(app, api))
            shelf(store.reader()).clear()
            DRAWINGS.clear()
            PAGES.clear()
            first.append(await _timed(app, page))
        k, a, w, c, d, f = (1000 * median(one) for one in (kept, anew, api_warm, written, api_cold, first))
        warm, cold = f"{k:>8.2f}{a:>8.2f}{w:>8.2f}{a / w:>6.1f}", f"{c:>8.2f}{d:>8.2f}{c / d:>6.1f}{f:>8.2f}"
        print(f"{name:<9}{warm}   {cold}{size / 1000:>8.1f}")


def _something(tx: Tx) -> None:
    tell(tx, "viewer", 0)


async def _timed(app: App, path: str) -> float:
    began = time.process_time()
    await _get(app, path)
    return time.process_time() - began


async def _get(app: App, path: str) -> int:
    """Ask as a browser in which nobody is signed in; how many bytes the answer has."""
    where, _, query = path.partition("?")
    host = app.site.settings.domain.encode()
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", host), (b"accept-language", b"fr")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    said: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    await app(scope, receive, send)
    assert said[0]["status"] == 200, (path, said[0])
    return sum(len(one.get("body", b"")) for one in said)


if __name__ == "__main__":
    main()
