"""What a browser does beside showing a page: whom it asks, and what it complains of."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Request

QUIET = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
)
"""A refusal, or a broken network, that a test asks for is written to the console as well; it is looked at where it is
shown."""


@dataclass
class Seen:
    """Requests to other hosts, and complaints of the console."""

    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


BUSY = "Failed to load resource: the server responded with a status of 503"


def watch(page: Page, origin: str, *, busy: bool = False) -> Seen:
    """Begin to look over a page's shoulder; `busy`: the server is made to have no time."""
    seen = Seen()
    quiet = (*QUIET, BUSY) if busy else QUIET

    def asked(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            seen.elsewhere.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(quiet):
            seen.complaints.append(f"{page.url}: {message.text}")

    page.context.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: seen.complaints.append(f"{page.url}: {error}"))
    return seen
