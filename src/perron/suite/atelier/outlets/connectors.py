"""How something gets to a place: one connector for each kind of outlet. Another place is another connector."""

import smtplib
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from perron.entities.links import Links
from perron.kit import json
from perron.kit.mail import Undeliverable, Unsure, one_line
from perron.kit.mail import send as send_mail
from perron.kit.settings import Settings
from perron.kit.time import SECOND, iso, now
from perron.posts.model import Draft
from perron.store import Db, Store
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.keep import secrets_of
from perron.suite.atelier.outlets.letters import letter, subject_of, title_line
from perron.suite.atelier.outlets.model import (
    DONE,
    DROPPED,
    FAILED,
    FEED,
    LONGEST_REST,
    MAIL,
    POSTS,
    UNKNOWN,
    WAITING,
    WEBHOOK,
    Delivery,
    Outcome,
    Outlet,
    Preview,
)
from perron.suite.atelier.outlets.sign import signed_headers

Entity = dict[str, Any]
PATIENCE = 15.0


class Connector(Protocol):
    """How something gets to the outlets of one kind."""

    dedupes: bool
    """Whether a receiver can tell what comes twice: then what nobody knows the end of is tried again."""

    def receivers(self, db: Db, one: Outlet) -> Sequence[int | None]:
        """To whom it goes: readers by their ids, or None for the one that there is."""
        ...

    def preview(self, db: Db, one: Outlet, name: str, drafts: Sequence[Draft]) -> Preview:
        """What becomes of drafts there; `name`: what their author is called."""
        ...

    def send(self, store: Store, one: Outlet, delivery: Delivery, posts: Sequence[Entity]) -> Outcome:
        """Bring it there, outside of any transaction. `posts` as anybody reads them; none for what only tells."""
        ...


class Webhook:
    """A program that is told by HTTP, with an id by which it knows what it has had already (Standard Webhooks)."""

    dedupes = True

    def receivers(self, db: Db, one: Outlet) -> Sequence[int | None]:
        return (None,)

    def preview(self, db: Db, one: Outlet, name: str, drafts: Sequence[Draft]) -> Preview:
        return Preview(POSTS, words_of(drafts), 1)

    def send(self, store: Store, one: Outlet, delivery: Delivery, posts: Sequence[Entity]) -> Outcome:
        from perron.kit.outside import Forbidden, Unreachable, Unsent, fetch  # here: it brings much with it

        settings, message_id = store.settings, f"msg_{delivery.id}"
        secrets = secrets_of(settings.data, one)
        if not secrets:
            return Outcome(FAILED, said="no secret")
        body = body_of(settings, delivery, posts)
        headers = signed_headers(message_id, now() // SECOND, body, secrets)
        headers["content-type"] = "application/json"
        try:
            told = fetch(
                "POST",
                one.url,
                headers=headers,
                body=body,
                allow=settings.outside_allow,
                deadline=PATIENCE,
                enough=1000,
            )
        except Forbidden:
            return Outcome(FAILED, said="forbidden")
        except Unsent:
            return Outcome(WAITING, said="unsent")
        except Unreachable:
            return Outcome(UNKNOWN, said="unanswered")
        said = one_line(told.body.decode("utf-8", "replace"))[:200]
        if 200 <= told.status < 300:
            return Outcome(DONE, told.status, said)
        gone, full = told.status == 410, told.status in (429, 503)
        after = read_rest(told.headers.get("retry-after", "")) if full else 0
        return Outcome(FAILED if gone else WAITING, told.status, said, gone=gone, after=after)


class Feed:
    """A feed of one's own, in which it stands from then on."""

    dedupes = True

    def receivers(self, db: Db, one: Outlet) -> Sequence[int | None]:
        return (None,)

    def preview(self, db: Db, one: Outlet, name: str, drafts: Sequence[Draft]) -> Preview:
        text = words_of(drafts)
        return Preview(title_of(drafts), text, None)

    def send(self, store: Store, one: Outlet, delivery: Delivery, posts: Sequence[Entity]) -> Outcome:
        store.write(lambda tx: queries.put_in_feed(tx, one.id, [int(post["id"]) for post in posts]))
        return Outcome(DONE)


class Letters:
    """Mail to everybody on a list who said yes: one for each, sent once and never twice."""

    dedupes = False

    def receivers(self, db: Db, one: Outlet) -> Sequence[int | None]:
        return [reader.id for reader in queries.readers_of(db, one.id) if reader.reads]

    def preview(self, db: Db, one: Outlet, name: str, drafts: Sequence[Draft]) -> Preview:
        return Preview(subject_of(name, title_of(drafts)), words_of(drafts), queries.count_readers(db, one.id))

    def send(self, store: Store, one: Outlet, delivery: Delivery, posts: Sequence[Entity]) -> Outcome:
        with store.read() as db:
            reader = queries.reader_as_stored(db, delivery.reader_id or 0)
        if reader is None or not reader.reads:
            return Outcome(DROPPED, said="left")
        try:
            send_mail(store.settings, letter(store.settings, one, reader, delivery.id, posts))
        except Undeliverable:
            return Outcome(FAILED, said="refused")
        except Unsure:
            return Outcome(UNKNOWN, said="unanswered")
        except (OSError, smtplib.SMTPException):
            return Outcome(WAITING, said="unsent")
        return Outcome(DONE)


CONNECTORS: dict[str, Connector] = {WEBHOOK: Webhook(), FEED: Feed(), MAIL: Letters()}


def read_rest(text: str) -> int:
    """For how many milliseconds `Retry-After` asks to be left alone: seconds or a date, a day at most; 0 for none."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:10]) * SECOND, LONGEST_REST)
    try:
        at = parsedate_to_datetime(text)
        return max(0, min(int(at.timestamp() * 1000) - now(), LONGEST_REST))
    except (ValueError, OverflowError):
        return 0


def body_of(settings: Settings, delivery: Delivery, posts: Sequence[Entity]) -> bytes:
    """What a webhook is sent: its type, when it came to be, and what it is about."""
    told: Entity = json.decode(delivery.told) if delivery.told else {}
    if delivery.type == POSTS:
        told = {"account": posts[0]["account"], "posts": [*posts]}
    whole = {
        "type": delivery.type,
        "timestamp": iso(delivery.changed_at),
        "server": Links(settings).origin,
        "data": told,
    }
    return json.encode(whole)


def words_of(drafts: Sequence[Draft]) -> str:
    """What drafts say, one below the other; a warning stands before."""
    return "\n\n".join("\n\n".join(part for part in (one.warning, one.text.strip()) if part) for one in drafts)


def title_of(drafts: Sequence[Draft]) -> str:
    """The first words of drafts, or their warning."""
    return title_line(drafts[0].warning or drafts[0].text) if drafts else ""
