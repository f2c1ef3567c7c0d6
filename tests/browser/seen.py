"""What a browser does beside showing a page: whom it asks, and what it complains of."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request

QUIET = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: the server responded with a status of 503",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
)
"""A refusal, or a broken network, that a test asks for is written to the console as well; it is looked at where it is
shown."""


@dataclass
class Seen:
    """Requests to other hosts, and complaints of the console."""

    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def watch(page: Page, origin: str) -> Seen:
    """Begin to look over a page's shoulder."""
    seen = Seen()

    def asked(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            seen.elsewhere.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(QUIET):
            seen.complaints.append(f"{page.url}: {message.text}")

    page.context.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: seen.complaints.append(f"{page.url}: {error}"))
    return seen
