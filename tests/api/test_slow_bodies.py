"""A body that does not come in time is not waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from perron.kit import patience
from tests.rig import Site


@pytest.mark.parametrize("path", ["/api/v1/statuses", "/post", "/api/v2/media"])
def test_a_body_that_does_not_come_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(patience, "FIRST", 0.05)
    ada = site.person("ada")
    headers = [(b"authorization", f"Bearer {ada.token}".encode()), (b"content-type", b"application/json")]
    headers += [(b"content-length", b"10"), (b"host", b"localhost:8000")]
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "client": ("127.0.0.1", 1), "scheme": "http", "server": ("localhost", 8000),
    }  # fmt: skip
    told: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        told.append(message)

    assert site.client.portal is not None
    site.client.portal.call(site.app, scope, never, send)
    assert told[0]["status"] == 408
