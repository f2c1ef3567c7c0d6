"""Notices by mail: one at once, or all of a day in one, never within the quiet hours of the reader."""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from perron.jobs import Later
from perron.kit.ids import born, first_id_at
from perron.kit.mail import Mail, Part, Undeliverable, send, stop_code
from perron.kit.settings import Settings
from perron.kit.time import DAY, now
from perron.people.hours import digest_at, quiet_until
from perron.people.may import CONFIDE, may
from perron.people.members import role_of
from perron.people.model import Account
from perron.people.preferences import Preferences, change_preferences, read_preferences
from perron.people.queries import accounts_of_user
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Store, Tx
from perron.store.paging import Paging
from perron.store.tables import accounts, users
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.timelines.channels import page_of, sentence
from perron.timelines.kinds import KIND
from perron.timelines.markers import last_read
from perron.timelines.notice_pages import Wanted, notices_page
from perron.timelines.notices import Notice, find_notice

log = logging.getLogger(__name__)
LIFE = 3 * DAY
MOST = 40
LONGEST = 1000

_READER = Prepared(
    select(users.c.email, users.c.locale, users.c.state, users.c.preferences).where(users.c.id == bindparam("of_user"))
)
_CALLED = Prepared(select(accounts.c.display_name, accounts.c.username).where(accounts.c.id == bindparam("of_account")))
_WORDS = {
    "fr": {
        "why": "Vous recevez ce courriel parce que vous l’avez demandé dans vos réglages.",
        "stop": "Ne plus recevoir ces courriels",
        "read": "Lire",
        "one": "Une nouveauté sur {}",
        "many": "{} nouveautés sur {}",
        "more": "Il y a encore d’autres notifications.",
        "all": "Toutes les notifications",
        "for": "Pour @{}",
    },
    "en": {
        "why": "You receive this mail because you asked for it in your settings.",
        "stop": "Receive no more of these mails",
        "read": "Read",
        "one": "One thing that happened on {}",
        "many": "{} things that happened on {}",
        "more": "There are more notices.",
        "all": "All notices",
        "for": "For @{}",
    },
}


@dataclass(frozen=True, slots=True)
class Reader:
    """To whom a mail goes."""

    user_id: int
    email: str
    locale: str
    chosen: Preferences
    accounts: tuple[Account, ...]

    @property
    def words(self) -> dict[str, str]:
        """What we say in their language."""
        return _WORDS[self.locale]


def mail_notice(store: Store, event: dict[str, Any]) -> None:
    """After `MailOwed`: tell a user of one notice, unless they have read it meanwhile."""
    settings = store.settings
    with store.read() as db:
        reader = reader_as_stored(db, event["user_id"])
        notice = find_notice(db, event["account_id"], event["notice_id"])
        account = next((one for one in reader.accounts if one.id == event["account_id"]), None) if reader else None
        if reader is None or notice is None or account is None or born(notice.id) < now() - LIFE:
            return
        if reader.chosen.mails(KIND.get(notice.type, "")) != "once" or _has_read(db, notice):
            return
        _wait_for_quiet(reader)
        part = part_about(db, settings, reader, notice, account)
    if part is not None:
        _send(settings, reader, KIND[notice.type], part.said, [part], f"notice-{notice.id}-{reader.user_id}")


def mail_digest(store: Store, event: dict[str, Any]) -> None:
    """After `DigestDue`: tell a user in one mail what happened in the day until eight this morning, and is not read."""
    settings, day = store.settings, date.fromisoformat(event["day"])
    with store.read() as db:
        reader = reader_as_stored(db, event["user_id"])
        if reader is None:
            return
        ends = digest_at(reader.chosen, day)
        if now() < ends:  # the zone was changed
            raise Later(ends)
        if now() > ends + LIFE:
            return
        _wait_for_quiet(reader)
        begins = digest_at(reader.chosen, day - timedelta(1))
        parts, more = _parts_between(db, settings, reader, begins, ends)
    if not parts:
        return
    words, n = reader.words, len(parts)
    subject = words["one"].format(settings.title) if n == 1 else words["many"].format(n, settings.title)
    all_of_them = f"{settings.public_origin}/notices"
    parts.append(Part(words["more"] if more else "", url=all_of_them, link=words["all"]))
    _send(settings, reader, "all", subject, parts, f"day-{day.isoformat()}-{reader.user_id}")


def reader_as_stored(db: Db, user_id: int) -> Reader | None:
    """A user to whom mail may go."""
    row = db.one(_READER, of_user=user_id)
    if row is None or row[2] != "active":
        return None
    email, locale, _, kept = row
    speaks = locale if locale in _WORDS else "fr"
    return Reader(user_id, email, speaks, read_preferences(kept), tuple(accounts_of_user(db, user_id)))


def part_about(db: Db, settings: Settings, reader: Reader, notice: Notice, account: Account) -> Part | None:
    """What a mail says of a notice; None when its post is gone, or no longer for them to see."""
    name, username = db.one(_CALLED, of_account=notice.from_id) or ("", "")
    post = find_post(db, notice.post_id, viewer=account.id) if notice.post_id else None
    if notice.post_id and post is None:
        return None
    if post and post.visibility == "mentioned" and not may(role_of(db, reader.user_id, account.id), CONFIDE):
        return None
    words = ""
    if post is not None:
        words = post.warning or (post.text if post.here else plain(post.text))
    said = sentence(notice.type, name or username, reader.locale)
    if len(reader.accounts) > 1:
        said = f"{reader.words['for'].format(account.handle)} · {said}"
    short = shortened(words, LONGEST)
    return Part(said, short, page_of(db, settings, notice), reader.words["read"])


def stop_mail(tx: Tx, user_id: int, kind: str) -> None:
    """Send a user no more mail of a kind, or (`all`) none about notices; whoever is gone gets none anyhow."""
    row = tx.one(_READER, of_user=user_id)
    if row is not None:
        kept = read_preferences(row[3]).mail
        change_preferences(tx, user_id, mail={} if kind == "all" else {**kept, kind: "no"})


def _parts_between(db: Db, settings: Settings, reader: Reader, begins: int, ends: int) -> tuple[list[Part], bool]:
    wanted = Wanted(tuple(one for one, kind in KIND.items() if reader.chosen.mails(kind) == "daily"))
    between = Paging(above=first_id_at(begins) - 1, below=first_id_at(ends), limit=MOST + 1)
    found = [
        (notice, account)
        for account in reader.accounts
        for notice in notices_page(db, account.id, between, wanted)
        if not _has_read(db, notice)
    ]
    made = (part_about(db, settings, reader, notice, account) for notice, account in found[:MOST])
    return [one for one in made if one is not None], len(found) > MOST


def _has_read(db: Db, notice: Notice) -> bool:
    return last_read(db, notice.account_id, "notifications") >= notice.id


def _wait_for_quiet(reader: Reader) -> None:
    until = quiet_until(reader.chosen, now())
    if until is not None:
        raise Later(until)


def _send(settings: Settings, reader: Reader, kind: str, subject: str, parts: list[Part], name: str) -> None:
    words, stop = reader.words, f"{settings.public_origin}/mail/stop/"
    mail = Mail(
        reader.email,
        subject,
        parts,
        locale=reader.locale,
        name=name,
        stop_url=stop + stop_code(settings.data, reader.user_id, "all"),
        stop_page=stop + stop_code(settings.data, reader.user_id, kind),
        stop_said=words["stop"],
        why=words["why"],
    )
    try:
        send(settings, mail)
    except Undeliverable as wrong:
        log.warning("A mail to user %d is refused for good: %s", reader.user_id, wrong)
