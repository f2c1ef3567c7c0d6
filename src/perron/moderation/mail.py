"""Mail to those who cannot read notices: who was shut out, who is let back in, whose sign-up was approved."""

import logging
from collections.abc import Sequence
from typing import Any

from perron.kit.mail import Mail, Part, Undeliverable, send
from perron.kit.settings import Settings
from perron.moderation.queries import appeal_as_stored, strike_as_stored
from perron.people.model import User
from perron.people.queries import find_account
from perron.people.standing import user_of
from perron.store import Db, Store

log = logging.getLogger(__name__)

_WORDS = {
    "fr": {
        "disable": "Votre accès à {} a été fermé",
        "suspend": "Votre compte sur {} a été suspendu",
        "why": "Voici pourquoi\u202f:",
        "rules": "D’après ces règles\u202f:",
        "appeal": "Vous pouvez la contester pendant 20 jours, avec votre adresse électronique et votre mot de passe.",
        "read": "Lire la décision, et la contester",
        "back": "Vous pouvez revenir sur {}",
        "undone": "La décision qui concernait @{} a été annulée. Tout est en place.",
        "enter": "Entrer",
        "refused": "Votre recours a été rejeté",
        "stands": "La décision qui concerne @{} tient. Voici la réponse de la modération\u202f:",
        "again": "Relire la décision",
        "approved": "Bienvenue sur {}",
        "come": "Votre inscription est acceptée, @{}. Vous pouvez entrer.",
    },
    "en": {
        "disable": "Your sign-in on {} was ended",
        "suspend": "Your account on {} was suspended",
        "why": "This is why:",
        "rules": "By these rules:",
        "appeal": "You can appeal against this decision for 20 days, with your e-mail address and your password.",
        "read": "Read the decision, and appeal",
        "back": "You can come back to {}",
        "undone": "The decision about @{} was undone. Everything is in its place.",
        "enter": "Sign in",
        "refused": "Your appeal was refused",
        "stands": "The decision about @{} stands. This is what the moderators answer:",
        "again": "Read the decision again",
        "approved": "Welcome to {}",
        "come": "Your sign-up was approved, @{}. You can come in.",
    },
}


def mail_shut_out(store: Store, event: dict[str, Any]) -> None:
    """After `ShutOut`: tell the person why they cannot come in any more, by which rules, and how to appeal."""
    settings = store.settings
    with store.read() as db:
        strike = strike_as_stored(db, event["strike_id"])
        found = _whom(db, strike.target_id) if strike and strike.undone_at is None else None
    if strike is None or found is None:
        return
    user, _ = found
    words = _words(user)
    parts = [
        Part(words["why"], strike.text),
        *([Part(words["rules"], "\n".join(text for _, text in strike.rules))] if strike.rules else []),
        Part(words["appeal"], url=f"{settings.public_origin}/standing", link=words["read"]),
    ]
    _send(settings, user, words[strike.action].format(settings.title), parts, f"strike-{strike.id}")


def mail_let_back_in(store: Store, event: dict[str, Any]) -> None:
    """After `LetBackIn`: tell the person that they can come in again, if by now they can."""
    with store.read() as db:
        found = _whom(db, event["account_id"])
        account = find_account(db, event["account_id"])
    if found is None or account is None or account.state != "active" or found[0].state != "active":
        return
    user, handle = found
    words, settings = _words(user), store.settings
    part = Part(words["undone"].format(handle), url=f"{settings.public_origin}/sign-in", link=words["enter"])
    _send(settings, user, words["back"].format(settings.title), [part], f"back-{event['strike_id']}")


def mail_refused(store: Store, event: dict[str, Any]) -> None:
    """After `AppealRefused`: tell who was shut out that the decision stands, and why."""
    with store.read() as db:
        appeal = appeal_as_stored(db, event["appeal_id"])
        found = _whom(db, appeal.account_id) if appeal else None
    if appeal is None or found is None:
        return
    user, handle = found
    words, settings = _words(user), store.settings
    url = f"{settings.public_origin}/standing"
    part = Part(words["stands"].format(handle), appeal.answer, url=url, link=words["again"])
    _send(settings, user, words["refused"], [part], f"appeal-{appeal.id}")


def mail_approved(store: Store, event: dict[str, Any]) -> None:
    """After `SignUpApproved`: tell who waited that they can come in."""
    with store.read() as db:
        found = _whom(db, event["account_id"])
    if found is None or found[0].state != "active":
        return
    user, handle = found
    words, settings = _words(user), store.settings
    part = Part(words["come"].format(handle), url=f"{settings.public_origin}/sign-in", link=words["enter"])
    _send(settings, user, words["approved"].format(settings.title), [part], f"approved-{event['account_id']}")


def _whom(db: Db, account_id: int) -> tuple[User, str] | None:
    """Who signs in for an account, and how it is called."""
    account, user = find_account(db, account_id), user_of(db, account_id)
    return (user, account.handle) if account and user else None


def _words(user: User) -> dict[str, str]:
    return _WORDS[user.locale if user.locale in _WORDS else "fr"]


def _send(settings: Settings, user: User, subject: str, parts: Sequence[Part], name: str) -> None:
    locale = user.locale if user.locale in _WORDS else "fr"
    try:
        send(settings, Mail(user.email, subject, parts, locale=locale, name=name))
    except Undeliverable as wrong:
        log.warning("A mail to user %d is refused for good: %s", user.id, wrong)
