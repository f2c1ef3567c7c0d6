"""The way from outside: the name of this server, its certificate, the proxy before it, and the way mail takes."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from perron.doctor.finding import Finding, ok, warning, wrong
from perron.kit import json
from perron.kit.mail import line_to
from perron.kit.outside import Unreachable, fetch, resolve
from perron.kit.settings import Settings

ANYWHERE = ("0.0.0.0/0", "::/0")
"""Our own server may well have a private address."""
SOON = 14
"""Days before its end at which a certificate should have been renewed."""
APART = 5.0


def name(settings: Settings) -> Iterator[Finding]:
    """The public name leads to an address."""
    host = urlsplit(settings.public_origin).hostname or ""
    if not settings.origin:
        yield warning("name", "origin is not set: this server is for this machine only", "origin = https://…")
        return
    try:
        found = resolve(host, settings.port, ANYWHERE)
    except Unreachable as why:
        yield wrong("name", f"{host}: {why}", "make a DNS record for it")
        return
    yield ok("name", f"{host} is {', '.join(found[:3])}")
    if not settings.https:
        yield warning("https", "origin begins with http://", "put a proxy with TLS in front")


def certificate(settings: Settings) -> Iterator[Finding]:
    """The certificate is believed, and for some time to come."""
    if not settings.https:
        return
    parts = urlsplit(settings.public_origin)
    host = parts.hostname or ""
    try:
        with (
            socket.create_connection((host, parts.port or 443), timeout=10) as line,
            ssl.create_default_context().wrap_socket(line, server_hostname=host) as secure,
        ):
            ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"])), UTC)
    except (OSError, KeyError) as why:
        yield wrong("certificate", f"{host}: {why}", "look at the proxy before Perron")
        return
    days = (ends - datetime.now(UTC)).days
    says = f"holds until {ends:%Y-%m-%d}"
    yield ok("certificate", says) if days > SOON else warning("certificate", says, "see that it is renewed")


def proxy(settings: Settings) -> Iterator[Finding]:
    """Who asks by the public address is seen as who they are."""
    if not settings.origin:
        return
    try:
        told = fetch("GET", f"{settings.public_origin}/health/you", allow=ANYWHERE)
        seen = json.decode(told.body) if told.status == 200 else {}
    except (Unreachable, ValueError) as why:
        yield wrong("reached from outside", str(why), "start Perron, and look at the proxy before it")
        return
    if "address" not in seen:
        yield wrong("reached from outside", f"{settings.public_origin} is not Perron", "look at the proxy")
        return
    yield ok("reached from outside", f"{settings.public_origin} answers")
    if seen.get("host") != settings.domain:
        yield wrong("host", f"arrives as {seen.get('host')}", "let the proxy pass the Host header on")
    if seen.get("forwarded") and not seen.get("believed"):
        proxied = seen.get("peer", "")
        yield wrong(
            "visitors' addresses", f"{proxied} forwards them and is not believed", f"trusted_proxies = {proxied}"
        )
    elif not seen.get("forwarded") and ip_address(seen["address"]).is_loopback and settings.https:
        yield wrong("visitors' addresses", "the proxy does not say them", "let it send X-Forwarded-For")
    else:
        yield ok("visitors' addresses", "seen as they are")
    date = told.headers.get("date")
    if date and abs((parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()) > APART:
        yield warning("clocks", f"the proxy says it is {date}", "let its clock be kept right")


def mail(settings: Settings) -> Iterator[Finding]:
    """The mail server lets us in."""
    if not settings.smtp:
        yield warning("mail", "no mail server: letters are kept as files", "smtp = smtp://user:password@host:587")
        return
    try:
        with line_to(settings.smtp) as line:
            code = line.noop()[0]
    except (OSError, smtplib.SMTPException) as why:
        yield wrong("mail", f"{urlsplit(settings.smtp).hostname}: {why}", "see the setting `smtp`")
        return
    yield ok("mail", "lets us in") if code == 250 else wrong("mail", f"answers {code}", "see the setting `smtp`")


CHECKS = (name, certificate, proxy, mail)
