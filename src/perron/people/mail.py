"""Mail about the sign-in itself: to confirm an address, and to tell of what guards it. It cannot be switched off."""

import logging
from typing import Any

from perron.kit.errors import NotFound
from perron.kit.mail import Mail, Part, Undeliverable, send
from perron.kit.secrets import fingerprint, unseal
from perron.kit.settings import Settings
from perron.people.confirm import about, find_confirmation
from perron.people.model import User
from perron.people.users import user_as_stored
from perron.store import Store

log = logging.getLogger(__name__)

_WORDS = {
    "fr": {
        "confirm": "Confirmez votre adresse pour {}",
        "asks": "Cette adresse a été donnée sur {}. Si c’est vous, confirmez qu’elle est la vôtre\u202f; "
        "sinon, il n’y a rien à faire. Le lien vaut deux jours.",
        "press": "Confirmer l’adresse",
        "changing": "Votre adresse électronique change sur {}",
        "becomes": "Désormais, on entrera avec cette adresse à la place de la vôtre\u202f:",
        "not_you": "Si ce n’est pas vous, changez votre mot de passe et écrivez à ceux qui tiennent ce serveur.",
        "safety": "Sécurité",
        "safer": "La protection de votre entrée a changé sur {}",
        "password": "Votre mot de passe a été changé. Les autres navigateurs et les applications devront rentrer.",
        "passkey": "Une clé d’accès a été ajoutée.",
        "passkey_gone": "Une clé d’accès a été retirée.",
        "app": "L’entrée en deux étapes demande désormais les codes d’une application.",
        "codes": "De nouveaux codes de secours ont été faits. Ceux d’avant n’ouvrent plus rien.",
        "off": "L’entrée en deux étapes a été coupée. Le mot de passe suffit.",
    },
    "en": {
        "confirm": "Confirm your address for {}",
        "asks": "This address was given on {}. If it was you, confirm that it is yours; if not, there is nothing "
        "to do. The link holds for two days.",
        "press": "Confirm the address",
        "changing": "Your e-mail address changes on {}",
        "becomes": "From now on, this address will open your sign-in in place of yours:",
        "not_you": "If this was not you, change your password and write to those who run this server.",
        "safety": "Safety",
        "safer": "What guards your sign-in has changed on {}",
        "password": "Your password was changed. Other browsers and apps have to sign in again.",
        "passkey": "A passkey was added.",
        "passkey_gone": "A passkey was removed.",
        "app": "Two-step sign-in asks for the codes of an app from now on.",
        "codes": "New recovery codes were made. Those of before open nothing any more.",
        "off": "Two-step sign-in was switched off. The password is enough.",
    },
}


def mail_confirmation(store: Store, event: dict[str, Any]) -> None:
    """After `ConfirmationOwed`: ask whether an address is theirs, unless another letter followed or it is settled."""
    settings, user_id = store.settings, event["user_id"]
    secret = unseal(settings.data, event["sealed"], about(user_id))
    if secret is None:
        return
    try:
        with store.read() as db:
            user, email = find_confirmation(db, secret)
    except NotFound:
        return
    words = _words(user)
    part = Part(
        words["asks"].format(settings.title),
        url=f"{settings.public_origin}/email/confirm/{secret}",
        link=words["press"],
    )
    name = f"confirm-{user_id}-{fingerprint(secret).hex()[:16]}"
    _send(settings, user, email, words["confirm"].format(settings.title), [part], name)


def mail_address_changing(store: Store, event: dict[str, Any]) -> None:
    """After `AddressChanging`: tell the address of before."""
    user = _user(store, event["user_id"])
    if user is None:
        return
    words, settings = _words(user), store.settings
    parts = [Part(words["becomes"], event["new"]), _not_you(settings, words)]
    name = f"address-{user.id}-{event['at']}"
    _send(settings, user, event["old"], words["changing"].format(settings.title), parts, name)


def mail_safety(store: Store, event: dict[str, Any]) -> None:
    """After `SafetyChanged`: tell that something which guards the sign-in is not as before."""
    user = _user(store, event["user_id"])
    if user is None:
        return
    words, settings = _words(user), store.settings
    parts = [Part(words[event["what"]]), _not_you(settings, words)]
    name = f"safety-{user.id}-{event['what']}-{event['at']}"
    _send(settings, user, user.email, words["safer"].format(settings.title), parts, name)


def _not_you(settings: Settings, words: dict[str, str]) -> Part:
    return Part(words["not_you"], settings.contact, f"{settings.public_origin}/settings/safety", words["safety"])


def _user(store: Store, user_id: int) -> User | None:
    try:
        with store.read() as db:
            return user_as_stored(db, user_id)
    except NotFound:
        return None


def _words(user: User) -> dict[str, str]:
    return _WORDS[_locale(user)]


def _locale(user: User) -> str:
    return user.locale if user.locale in _WORDS else "fr"


def _send(settings: Settings, user: User, to: str, subject: str, parts: list[Part], name: str) -> None:
    try:
        send(settings, Mail(to, subject, parts, locale=_locale(user), name=name))
    except Undeliverable as wrong:
        log.warning("A mail to user %d is refused for good: %s", user.id, wrong)
