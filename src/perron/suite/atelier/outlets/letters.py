"""What is written to those on a list: whether they wish it, then what was published; and to its author, that an outlet
stopped."""

import logging
from collections.abc import Sequence
from typing import Any

from perron.kit.mail import Mail, Part, Undeliverable, send
from perron.kit.settings import Settings
from perron.people.may import ACT, may
from perron.people.members import members_of
from perron.people.queries import find_account
from perron.people.users import user_as_stored
from perron.store import Store
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.model import GONE, Outlet, Reader
from perron.suite.atelier.outlets.readers import STOP, YES, code_for
from perron.text.letters import shortened
from perron.text.sanitise import plain

log = logging.getLogger(__name__)
LONGEST_TITLE = 80
_WORDS = {
    "fr": {
        "ask": "Recevoir par courriel «\u202f{}\u202f», de @{}\u202f?",
        "asks": "Cette adresse a été donnée pour la liste «\u202f{}\u202f» de @{}, sur {}. Si vous la souhaitez, dites "
        "oui\u202f; sinon, il n’y a rien à faire\u202f: vous ne recevrez rien.",
        "yes": "Oui, m’écrire",
        "read": "Lire sur le site",
        "why": "Vous avez dit oui à la liste «\u202f{}\u202f».",
        "stop": "Quitter cette liste",
        "picture": "Image\u202f: {}",
        "file": "Fichier joint",
        "stopped": "Plus rien ne part vers «\u202f{}\u202f» de @{}",
        "failing": "Depuis plus de trois jours, rien n’y arrive. Cette destination a été coupée.",
        "gone": "Le destinataire a répondu qu’il ne veut plus rien recevoir. Cette destination a été coupée.",
        "open": "Voir la destination",
    },
    "en": {
        "ask": "Receive “{}” by mail, from @{}?",
        "asks": "This address was given for the list “{}” of @{}, on {}. If you wish it, say yes; if not, there is "
        "nothing to do: you will receive nothing.",
        "yes": "Yes, write to me",
        "read": "Read it on the site",
        "why": "You said yes to the list “{}”.",
        "stop": "Leave this list",
        "picture": "Picture: {}",
        "file": "File",
        "stopped": "Nothing goes to “{}” of @{} any more",
        "failing": "Nothing has arrived there for more than three days. This outlet was switched off.",
        "gone": "The receiver answered that it wants nothing more. This outlet was switched off.",
        "open": "Look at the outlet",
    },
}


def _words(locale: str) -> tuple[str, dict[str, str]]:
    known = locale if locale in _WORDS else "fr"
    return known, _WORDS[known]


def title_line(words: str) -> str:
    """The first words of something, in one line."""
    return shortened(" ".join(words.split()), LONGEST_TITLE)


def subject_of(name: str, title: str) -> str:
    """What stands above a letter."""
    return f"{name} – {title}" if title else name


def letter(settings: Settings, one: Outlet, reader: Reader, delivery_id: int, posts: Sequence[dict[str, Any]]) -> Mail:
    """What was published, as a letter to one reader, with the way off the list."""
    locale, words = _words(reader.locale)
    author, first = posts[0]["account"], posts[0]
    title = title_line(first["spoiler_text"] or plain(first["content"]))
    parts = [part for post in posts for part in _parts(words, post)]
    stop = f"{settings.public_origin}/letters/stop/{code_for(settings.data, reader.id, STOP)}"
    return Mail(
        reader.email,
        subject_of(author["display_name"] or f"@{author['acct']}", title),
        [*parts, Part("", url=first["url"], link=words["read"])],
        locale,
        name=f"outlet-{delivery_id}",
        stop_url=stop,
        stop_page=stop,
        stop_said=words["stop"],
        why=words["why"].format(one.name),
    )


def _parts(words: dict[str, str], post: dict[str, Any]) -> list[Part]:
    said = [Part(post["spoiler_text"])] if post["spoiler_text"] else []
    said += [Part(each) for each in plain(post["content"]).split("\n\n") if each.strip()]
    said += [Part(f"· {option['title']}") for option in (post["poll"] or {}).get("options", ())]
    return said + [
        Part(
            "",
            url=one["url"],
            link=words["picture"].format(one["description"]) if one["description"] else words["file"],
        )
        for one in post["media_attachments"]
        if one["url"]
    ]


def mail_asked(store: Store, event: dict[str, Any]) -> None:
    """After `ReaderAsked`: ask somebody whether they wish to be written to."""
    settings = store.settings
    with store.read() as db:
        reader = queries.reader_as_stored(db, event["reader_id"])
        one = queries.outlet_as_stored(db, reader.outlet_id) if reader else None
        account = find_account(db, one.account_id) if one else None
    if reader is None or one is None or account is None or reader.reads:
        return
    locale, words = _words(reader.locale)
    part = Part(
        words["asks"].format(one.name, account.handle, settings.title),
        url=f"{settings.public_origin}/letters/yes/{code_for(settings.data, reader.id, YES)}",
        link=words["yes"],
    )
    name = f"list-{reader.id}-{reader.asked_at}"
    _send(settings, Mail(reader.email, words["ask"].format(one.name, account.handle), [part], locale, name=name))


def mail_stopped(store: Store, event: dict[str, Any]) -> None:
    """After `OutletStopped`: tell everybody who publishes for the account."""
    settings = store.settings
    with store.read() as db:
        one = queries.outlet_as_stored(db, event["outlet_id"])
        account = find_account(db, one.account_id) if one else None
        if one is None or account is None or account.state != "active":
            return
        members = [each.user_id for each in members_of(db, account.id) if may(each.role, ACT)]
        people = [user for user in (user_as_stored(db, each) for each in members) if user.state == "active"]
    for user in people:
        locale, words = _words(user.locale)
        why = words["gone" if one.why == GONE else "failing"]
        parts = [Part(why, url=f"{settings.public_origin}/outlets/{one.id}", link=words["open"])]
        name = f"outlet-off-{one.id}-{user.id}"
        _send(settings, Mail(user.email, words["stopped"].format(one.name, account.handle), parts, locale, name=name))


def _send(settings: Settings, mail: Mail) -> None:
    try:
        send(settings, mail)
    except Undeliverable as wrong:
        log.warning("A mail about an outlet is refused for good (%s): %s", mail.name, wrong)
