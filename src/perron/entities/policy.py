"""What this server says of itself at length, in its own language."""

from perron.entities.links import Links
from perron.entities.shapes.about import ExtendedDescription, PrivacyPolicy
from perron.kit.settings import Settings
from perron.text.html import to_html
from perron.text.reading import read

_SINCE = "2026-11-21T00:00:00.000Z"
_POLICY = {
    "fr": """Ce que ce serveur garde de vous : votre adresse électronique, une empreinte de votre mot de passe (jamais \
le mot de passe), votre profil, ce que vous publiez, suivez, aimez et gardez, et la date de votre dernier passage.

Ce que vous publiez est lu par le public que vous choisissez. Les messages adressés aux personnes citées ne sont pas \
chiffrés : les responsables du serveur pourraient les lire.

Rien n’est vendu ni donné à des tiers, et aucune page ne fait appel à un service tiers. Ce que vous supprimez est \
supprimé de ce serveur.""",
    "en": """What this server keeps of you: your e-mail address, a fingerprint of your password (never the password), \
your profile, what you publish, follow, favourite and keep, and the day of your last visit.

What you publish is read by the audience you choose. Posts to the people they mention are not encrypted: those who run \
the server could read them.

Nothing is sold or given to third parties, and no page calls on a third party. What you delete is deleted from this \
server.""",
}
_CONTACT = {"fr": "Pour toute question : {}", "en": "For any question: {}"}


def privacy_policy(settings: Settings, links: Links) -> PrivacyPolicy:
    """What is kept of people, in the server's language."""
    text = settings.privacy or _POLICY[settings.locale]
    if settings.contact:
        text += "\n\n" + _CONTACT[settings.locale].format(settings.contact)
    return {"updated_at": _SINCE, "content": _html(text, links)}


def extended_description(settings: Settings, links: Links) -> ExtendedDescription:
    """What the server says of itself at length, or its description, as HTML; its day of change is not known."""
    return {"updated_at": None, "content": _html(settings.about or settings.description, links)}


def _html(text: str, links: Links) -> str:
    return to_html(read(text), people={}, tag_url=links.tag_prefix) if text else ""
