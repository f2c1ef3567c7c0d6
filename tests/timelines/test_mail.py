"""Notices by mail: handed to a real mail server, at once or once a day, never in the quiet hours."""

import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPAuthenticationError
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import update

from perron.jobs import queue
from perron.kit.mail import Mail, Part, Undeliverable, read_stop_code, send, stop_code
from perron.kit.settings import Settings
from perron.kit.time import DAY, HOUR, MINUTE, now
from perron.people.hours import digest_at
from perron.people.preferences import Quiet, change_preferences, preferences_of
from perron.store import Db
from perron.store.tables import jobs, notices
from perron.timelines import mail as mails
from perron.timelines import push as pushes
from perron.timelines.mail import stop_mail
from tests.rig import Person, Site


class Post:
    """A mail server that keeps what it is given."""

    def __init__(self, **more: Any) -> None:
        self.got: list[EmailMessage] = []
        self.answers: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, **more)
        self.controller.start()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers and (said := self.answers.pop(0)) != "250 OK":
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.SMTP)
        assert isinstance(found, EmailMessage)
        self.got.append(found)
        self.authenticated = session.authenticated
        return "250 OK"

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@pytest.fixture
def post() -> Iterator[Post]:
    one = Post()
    yield one
    one.controller.stop()


@pytest.fixture
def site(database: str, tmp_path: Path, post: Post) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, smtp=post.address, title="Les Marches") as one:
        yield one


def wishes(site: Site, who: Person, **changes: Any) -> None:
    site.store.write(lambda tx: change_preferences(tx, who.user_id, **changes))


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def waiting(site: Site, name: str) -> list[tuple[int, dict[str, Any]]]:
    with site.store.engine.connect() as connection:
        rows = connection.execute(jobs.select().where(jobs.c.name.startswith(name)).order_by(jobs.c.due)).mappings()
        return [(row["due"], dict(row)) for row in rows]


def bring_forward(site: Site, by: int) -> None:
    """Let everything that is owed have been owed for longer, as if so much time had passed."""
    with site.store.engine.begin() as connection:
        connection.execute(update(jobs).values(due=jobs.c.due - by))


def pass_time(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    """Let the clock of those who tell stand at `ms`."""
    for module in (mails, pushes):
        monkeypatch.setattr(module, "now", lambda: ms)
    monkeypatch.setattr(queue, "now", lambda: ms)


def test_nobody_is_written_to_who_did_not_ask(site: Site, ada: Person, dirk: Person, post: Post) -> None:
    ada.says("Bonjour @dirk")
    site.run_jobs()
    assert post.got == [] and waiting(site, "Mail") == [] and waiting(site, "Digest") == []


def test_a_mention_is_told_at_once(site: Site, ada: Person, dirk: Person, post: Post) -> None:
    wishes(site, dirk, mail={"mention": "once"})
    ada.says("Bonjour @dirk, <b>gras</b> & cie")
    ada.follows(dirk)
    site.run_jobs()

    (message,) = post.got
    assert message["subject"] == "ada vous a mentionné" and message["to"] == "dirk@example.org"
    assert message["from"] == "Les Marches <noreply@localhost>"
    assert message["auto-submitted"] == "auto-generated" and message["message-id"].strip().startswith("<notice-")
    assert "> Bonjour @dirk, <b>gras</b> & cie" in text_of(message)
    html = text_of(message, "html")
    assert "Bonjour @dirk, &lt;b&gt;gras&lt;/b&gt; &amp; cie" in html
    assert 'lang="fr"' in html and "<img" not in html and "<link" not in html and "http-equiv" not in html
    assert re.search(r"http://localhost:8000/@ada/\d+", text_of(message))
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    stop = message["list-unsubscribe"].strip("<>")
    assert read_stop_code(site.settings.data, stop.rpartition("/")[2]) == (dirk.user_id, "all")


def test_whoever_reads_english_is_written_to_in_english(site: Site, ada: Person, post: Post) -> None:
    eve = site.person("eve", locale="en")
    wishes(site, eve, mail={"follow": "once"})
    ada.follows(eve)
    site.run_jobs()
    (message,) = post.got
    assert message["subject"] == "ada follows you" and message["content-language"] == "en"
    assert "http://localhost:8000/@ada" in text_of(message)


def test_what_was_read_meanwhile_is_not_written(site: Site, ada: Person, dirk: Person, post: Post) -> None:
    wishes(site, dirk, mail={"mention": "once"})
    ada.says("@dirk")
    site.store.write(site.worker.do_inside)
    (one,) = dirk.get("/api/v1/notifications")
    dirk.post("/api/v1/markers", {"notifications": {"last_read_id": one["id"]}})
    site.run_jobs()
    assert post.got == []


def test_a_post_that_is_gone_is_not_quoted(site: Site, ada: Person, dirk: Person, post: Post) -> None:
    wishes(site, dirk, mail={"mention": "once"})
    said = ada.says("@dirk un secret")
    site.store.write(site.worker.do_inside)
    ada.delete(f"/api/v1/statuses/{said['id']}")
    site.run_jobs()
    assert post.got == []


def test_a_warning_stands_for_the_words(site: Site, ada: Person, dirk: Person, post: Post) -> None:
    wishes(site, dirk, mail={"mention": "once"})
    ada.says("@dirk la fin du film", spoiler_text="Cinéma")
    site.run_jobs()
    assert "> Cinéma" in text_of(post.got[0]) and "la fin" not in text_of(post.got[0])


def test_one_mail_a_day_tells_of_everything_unread(
    site: Site, ada: Person, dirk: Person, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes(site, dirk, mail={"mention": "daily", "follow": "daily"}, zone="America/Montreal")
    ada.says("@dirk un")
    ada.says("@dirk deux")
    ada.follows(dirk)
    site.run_jobs()
    assert post.got == []
    ((due, _),) = waiting(site, "DigestDue")
    with site.store.read() as db:
        chosen = preferences_of(db, dirk.user_id)
    assert 0 < due - now() <= 25 * HOUR

    pass_time(monkeypatch, due + MINUTE)
    site.run_jobs()
    (message,) = post.got
    assert message["subject"] == "3 nouveautés sur Les Marches"
    body = text_of(message)
    assert body.index("> @dirk deux") < body.index("> @dirk un") and "ada vous suit" in body
    day = datetime.fromtimestamp(due / 1000, chosen.place).date()
    assert digest_at(chosen, day) == due and datetime.fromtimestamp(due / 1000, chosen.place).hour == 8
    assert datetime.fromtimestamp(due / 1000, UTC).hour in (12, 13)
    site.run_jobs()
    assert len(post.got) == 1 and waiting(site, "DigestDue") == []


def test_nothing_happens_at_eight_when_all_is_read(
    site: Site, ada: Person, dirk: Person, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes(site, dirk, mail={"mention": "daily"})
    ada.says("@dirk un")
    site.run_jobs()
    (one,) = dirk.get("/api/v1/notifications")
    dirk.post("/api/v1/markers", {"notifications": {"last_read_id": one["id"]}})
    ((due, _),) = waiting(site, "DigestDue")
    pass_time(monkeypatch, due + MINUTE)
    site.run_jobs()
    assert post.got == []


def test_a_mail_waits_for_the_end_of_quiet_hours(
    site: Site, ada: Person, dirk: Person, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes(site, dirk, mail={"mention": "once"}, quiet=Quiet(0, 0), zone="Europe/Paris")
    ada.says("@dirk chut")
    site.run_jobs()
    assert post.got == []
    ((due, row),) = waiting(site, "MailOwed")
    assert due > now() + DAY and row["tries"] == 0 and not row["failed"]  # quiet all week

    wishes(site, dirk, quiet=None)
    pass_time(monkeypatch, due - 6 * DAY)
    bring_forward(site, 7 * DAY)
    site.run_jobs()
    assert [one["subject"] for one in post.got] == ["ada vous a mentionné"]


def test_a_server_in_trouble_is_tried_again_and_one_that_refuses_is_not(
    site: Site, ada: Person, dirk: Person, post: Post
) -> None:
    wishes(site, dirk, mail={"mention": "once"})
    post.answers = ["451 later"]
    ada.says("@dirk un")
    site.run_jobs()
    ((due, row),) = waiting(site, "MailOwed")
    assert post.got == [] and due > now() and row["tries"] == 1
    bring_forward(site, MINUTE)
    site.run_jobs()
    assert len(post.got) == 1 and waiting(site, "MailOwed") == []

    post.answers = ["550 no such person"]
    ada.says("@dirk deux")
    site.run_jobs()
    assert len(post.got) == 1 and waiting(site, "MailOwed") == []


def test_one_click_stops_what_was_asked_for(site: Site, dirk: Person) -> None:
    def kept(db: Db) -> dict[str, str]:
        return dict(preferences_of(db, dirk.user_id).mail)

    wishes(site, dirk, mail={"mention": "once", "follow": "daily"})
    site.store.write(lambda tx: stop_mail(tx, dirk.user_id, "mention"))
    with site.store.read() as db:
        assert kept(db) == {"follow": "daily"}
    site.store.write(lambda tx: stop_mail(tx, dirk.user_id, "all"))
    with site.store.read() as db:
        assert kept(db) == {}
    site.store.write(lambda tx: stop_mail(tx, 12345, "all"))


def test_nobody_else_can_make_a_code(tmp_path: Path) -> None:
    code = stop_code(tmp_path, 7, "all")
    assert read_stop_code(tmp_path, code) == (7, "all")
    for wrong in (code.replace("7.", "8.", 1), code.replace("all", "mention"), code[:-1], "", "7", "7.all.", "é.all.x"):
        assert read_stop_code(tmp_path, wrong) is None


def letter(**more: Any) -> Mail:
    return Mail(**{"to": "dirk@example.org", "subject": "Bonjour", "parts": [Part("Voilà.")], **more})


def test_without_a_server_a_mail_is_kept_as_a_file(tmp_path: Path) -> None:
    send(Settings(data=tmp_path), letter(name="notice-1"))
    (path,) = (tmp_path / "mail").iterdir()
    assert path.suffix == ".eml" and path.stat().st_mode & 0o777 == 0o600
    assert "Voil=C3=A0." in path.read_text() and "notice-1" in path.name


def test_nobody_can_write_a_header_of_their_own(tmp_path: Path) -> None:
    send(Settings(data=tmp_path, title="A\r\nBcc: x@y.test"), letter(subject="a\r\nBcc: eve@evil.test\n\nHello"))
    (path,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=policy.SMTP)
    assert message["bcc"] is None and message["subject"] == "a Bcc: eve@evil.test Hello"
    for to in ("dirk@example.org\nBcc: x@y.test", "a@b.test, c@d.test", "nobody", ""):
        with pytest.raises(Undeliverable):
            send(Settings(data=tmp_path), letter(to=to))


def test_a_password_is_sent_to_this_machine_or_under_encryption_only(tmp_path: Path) -> None:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        sound = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ada", b"les marches")
        return AuthResult(success=sound, handled=False)

    post = Post(authenticator=check, auth_require_tls=False)
    try:
        address = f"smtp://ada:les%20marches@127.0.0.1:{post.port}"
        send(Settings(data=tmp_path, smtp=address), letter())
        assert len(post.got) == 1 and post.authenticated
        with pytest.raises(SMTPAuthenticationError):
            send(Settings(data=tmp_path, smtp=address.replace("les%20", "")), letter())
        assert len(post.got) == 1
    finally:
        post.controller.stop()


def certificate(folder: Path) -> Path:
    """A certificate for localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begins = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


def test_a_line_is_encrypted_where_that_is_offered_and_nobody_stands_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    post = Post(tls_context=context, require_starttls=True)
    settings = Settings(data=tmp_path, smtp=f"smtp://localhost:{post.port}")
    try:
        with pytest.raises(ssl.SSLCertVerificationError):  # nobody vouches for it
            send(settings, letter())
        assert post.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        send(settings, letter())
        assert len(post.got) == 1
    finally:
        post.controller.stop()


def test_a_server_that_is_not_there_is_trouble_and_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        send(Settings(data=tmp_path, smtp="smtp://127.0.0.1:1"), letter())
    with pytest.raises(OSError):
        send(Settings(data=tmp_path, smtp="http://127.0.0.1"), letter())


def test_notices_kept_apart_are_not_written(site: Site, ada: Person, dirk: Person, post: Post) -> None:
    wishes(site, dirk, mail={"mention": "daily"})
    ada.says("@dirk")
    site.run_jobs()
    with site.store.engine.begin() as connection:
        connection.execute(update(notices).values(filtered=True))
    with site.store.read() as db:
        reader = mails.reader_as_stored(db, dirk.user_id)
        assert reader is not None
        assert mails._parts_between(db, site.settings, reader, now() - DAY, now() + DAY) == ([], False)
