"""Mail: what is said in one, and the way it goes. Without a mail server it is kept as a file in DATA/mail.

A mail is made of plain parts (a sentence, words of somebody, an address), so that its text and its HTML never say
different things. It loads nothing: no picture, no style sheet, nothing that tells whether it was opened.
"""

import hmac
import os
import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from perron.kit.pen import pen
from perron.kit.secrets import own_secret
from perron.kit.settings import Settings
from perron.kit.time import as_datetime, now
from perron.kit.whole import write_whole

PATIENCE = 20.0
LONGEST_SUBJECT = 180
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+")


class Undeliverable(Exception):
    """The mail server takes this mail neither now nor later."""


class Unsure(OSError):
    """The line broke while the mail was handed over: nobody knows whether the mail server has taken it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph: what is told, somebody's words, and where to read on (an address and what it is called)."""

    said: str
    words: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `stop_url` stops further ones, by one click and without signing in (RFC 8058)."""

    to: str
    subject: str
    parts: Sequence[Part]
    locale: str = "fr"
    name: str = ""
    """Tells mails apart: the same name makes the same Message-ID, so that one sent twice is shown once."""
    stop_url: str = ""
    stop_page: str = ""
    stop_said: str = ""
    why: str = field(default="")


def send(settings: Settings, mail: Mail) -> None:
    """Hand a mail to the mail server, or keep it in DATA/mail. `Undeliverable` when it is refused for good; any other
    trouble is worth another try. Call it from a job, never within a transaction."""
    if pen.held:
        raise RuntimeError("No network within a transaction: leave a job instead.")
    message = message_of(settings, mail)
    if not settings.smtp:
        keep(settings.data / "mail", message, mail.name)
        return
    try:
        hand_over(settings.smtp, message)
    except smtplib.SMTPRecipientsRefused as wrong:
        code, said = next(iter(wrong.recipients.values()))
        if 500 <= code < 600:
            raise Undeliverable(f"{code} {said!r}") from None
        raise
    except smtplib.SMTPDataError as wrong:
        if 500 <= wrong.smtp_code < 600:
            raise Undeliverable(f"{wrong.smtp_code} {wrong.smtp_error!r}") from None
        raise


def message_of(settings: Settings, mail: Mail) -> EmailMessage:
    """The whole message. What could not be an address, or would begin a header of its own, is refused."""
    if not _ADDRESS.fullmatch(mail.to):
        raise Undeliverable(f"{mail.to!r} is no address to write to")
    from email.headerregistry import Address  # they are large, and a server that sends nothing needs neither
    from email.policy import SMTP

    host = urlsplit(settings.public_origin).hostname or "localhost"
    sender = settings.mail_from or f"noreply@{host}"
    name = mail.name or os.urandom(12).hex()
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(one_line(settings.title), addr_spec=sender)
    message["To"] = mail.to
    message["Subject"] = one_line(mail.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(as_datetime(now()))
    message["Message-ID"] = f"<{name}.{sha256(mail.to.encode()).hexdigest()[:16]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_url:
        message["List-Unsubscribe"] = f"<{mail.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text_of(settings, mail), cte="quoted-printable")
    message.add_alternative(html_of(settings, mail), subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.locale
    return message


def one_line(text: str) -> str:
    """Text that can stand in a header."""
    return _UNSEEN.sub(" ", text).strip()


def text_of(settings: Settings, mail: Mail) -> str:
    """The mail as plain text."""
    blocks = []
    for one in mail.parts:
        lines = [one.said] if one.said else []
        lines += [f"> {line}" for line in one.words.splitlines()]
        lines += [one.url] if one.url else []
        blocks.append("\n".join(lines))
    end = ["-- ", f"{settings.title} · {settings.public_origin}"]
    end += [mail.why] if mail.why else []
    end += [mail.stop_said, mail.stop_page] if mail.stop_page else []
    return "\n\n".join([*blocks, "\n".join(end)]) + "\n"


_BODY = "margin:0;padding:24px 16px;background:#f7f4ee;color:#1f2430;font:17px/1.55 Georgia,'Times New Roman',serif"
_SHEET = "max-width:34em;margin:0 auto"
_WORDS = "margin:8px 0;padding:2px 0 2px 14px;border-left:3px solid #e4ded3;white-space:pre-wrap"
_LINK = "color:#1f6f5c"
_END = "margin:32px 0 0;padding:12px 0 0;border-top:1px solid #e4ded3;color:#5c6270;font-size:14px"


def html_of(settings: Settings, mail: Mail) -> str:
    """The mail as HTML, with its few styles in place."""
    blocks = []
    for one in mail.parts:
        said = f'<p style="margin:24px 0 0">{escape(one.said)}</p>' if one.said else ""
        words = f'<blockquote dir="auto" style="{_WORDS}">{escape(one.words)}</blockquote>' if one.words else ""
        link = _link(one.url, one.link or one.url) if one.url else ""
        blocks.append(said + words + (f'<p style="margin:4px 0 0">{link}</p>' if link else ""))
    end = f"{_link(settings.public_origin, settings.title)}"
    end += f"<br>{escape(mail.why)}" if mail.why else ""
    end += f"<br>{_link(mail.stop_page, mail.stop_said)}" if mail.stop_page else ""
    sheet = f'<div style="{_SHEET}">{"".join(blocks)}<p style="{_END}">{end}</p></div>'
    head = f'<meta charset="utf-8"><title>{escape(mail.subject)}</title>'
    return f'<!doctype html><html lang="{mail.locale}"><head>{head}</head><body style="{_BODY}">{sheet}</body></html>\n'


def _link(url: str, said: str) -> str:
    return f'<a href="{escape(url)}" style="{_LINK}">{escape(said)}</a>'


def keep(folder: Path, message: EmailMessage, name: str) -> Path:
    """Keep a message as a file that mail programs open; whole or not at all, for nobody but the server's own user."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{now()}-{re.sub(r'[^a-z0-9-]+', '-', name) or 'mail'}.eml"
    write_whole(path, message.as_bytes(), mode=0o600)
    return path


def hand_over(address: str, message: EmailMessage) -> None:
    """Give a message to the server at `smtp://user:password@host:587` (or `smtps://…:465`)."""
    taken = False
    try:
        with line_to(address) as line:
            try:
                line.send_message(message)
            except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError):
                raise  # the server has said no
            except OSError as wrong:
                raise Unsure(str(wrong)) from wrong
            taken = True
    except (OSError, smtplib.SMTPException):
        if not taken:  # how it takes its leave does not matter
            raise


@contextmanager
def line_to(address: str) -> Iterator[smtplib.SMTP]:
    """A line to a mail server, signed in where the address says as whom. A password never goes over a line that others
    can read, unless the server is this machine."""
    parts = urlsplit(address)
    host, tls = parts.hostname or "", parts.scheme == "smtps"
    if parts.scheme not in ("smtp", "smtps") or not host:
        raise OSError(f"The setting smtp is not an address such as smtp://host:587 ({parts.scheme}).")
    context = ssl.create_default_context()
    with _line(parts, context) as line:
        line.ehlo()
        if not tls and line.has_extn("starttls"):
            line.starttls(context=context)
            line.ehlo()
            tls = True
        if parts.username:
            if not tls and not _ours(host):
                raise OSError(f"{host} offers no encryption, and the password is not sent without.")
            line.login(unquote(parts.username), unquote(parts.password or ""))
        yield line


def _line(parts: SplitResult, context: ssl.SSLContext) -> smtplib.SMTP:
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=context)
    return smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)


def _ours(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# -- addresses that stop mail ------------------------------------------------------------------------------------------


def stop_code(data: Path, user_id: int, kind: str) -> str:
    """What proves that whoever shows it was sent a mail by us: a user, a kind of mail, and our sign under both."""
    return f"{user_id}.{kind}.{_sign(data, user_id, kind)}"


def read_stop_code(data: Path, code: str) -> tuple[int, str] | None:
    """The user and the kind that a code names; None when we did not sign it."""
    user, _, rest = code.partition(".")
    kind, _, sign = rest.partition(".")
    if not (user.isascii() and user.isdigit() and len(user) < 20 and sign.isascii()):
        return None
    sound = hmac.compare_digest(sign.encode(), _sign(data, int(user), kind).encode())
    return (int(user), kind) if sound else None


def _sign(data: Path, user_id: int, kind: str) -> str:
    key = own_secret(data, "mail").encode()
    return hmac.new(key, f"{user_id} {kind}".encode("utf-8", "replace"), sha256).hexdigest()[:40]
