"""What the press itself says in a document, in the language of the document: French, or English for all others."""

from datetime import tzinfo
from functools import lru_cache

from perron.kit.time import as_datetime
from perron.text.spaces import NARROW, is_french
from perron.text.vague import MONTHS

_WORDS = {
    "author": ("retiré par son auteur", "withdrawn by its author"),
    "gone": ("n’est plus là", "no longer there"),
    "by": ("par", "by"),
    "and": ("et", "and"),
    "published": ("publié le", "published"),
    "updated": ("mis à jour le", "updated"),
    "edited": ("modifié", "edited"),
    "warning": ("Avertissement", "Content warning"),
    "votes": ("voix", "votes"),
    "vote": ("voix", "vote"),
    "voters": ("personnes ont répondu", "people answered"),
    "voter": ("personne a répondu", "person answered"),
    "until": ("jusqu’au", "until"),
    "play": ("Voir la vidéo", "Watch the video"),
    "play_on": ("Voir la vidéo sur %s", "Watch the video on %s"),
    "asks_before": (
        "Rien n’est demandé à ce site avant que vous ne le vouliez.",
        "Nothing is asked of that site until you want it.",
    ),
    "photo": ("Photo", "Photo"),
    "picture": ("Image", "Picture"),
    "poll": ("Sondage", "Poll"),
    "read_at": ("Lire à l’adresse", "Read it at"),
    "contents": ("Sommaire", "Contents"),
    "cover": ("Couverture", "Cover"),
    "untitled": ("Sans titre", "Untitled"),
    "credits": ("Crédits et sources", "Credits and sources"),
    "made": ("Composé par Perron", "Typeset by Perron"),
    "page": ("page", "page"),
    "feed": ("Flux", "Feed"),
}


@lru_cache(512)
def word(name: str, language: str) -> str:
    """One of the press's own expressions."""
    french, english = _WORDS[name]
    return french if is_french(language) else english


@lru_cache(8192)
def day(at: int, language: str, zone: tzinfo) -> str:
    """`1er juin 2026`, `1 June 2026`"""
    then = as_datetime(at).astimezone(zone)
    if is_french(language):
        return f"{'1er' if then.day == 1 else then.day} {MONTHS['fr'][then.month - 1]} {then.year}"
    return f"{then.day} {MONTHS['en'][then.month - 1]} {then.year}"


@lru_cache(8192)
def moment(at: int, language: str, zone: tzinfo) -> str:
    """`1er juin 2026, 8:05`, by the clock of a zone."""
    then = as_datetime(at).astimezone(zone)
    return f"{day(at, language, zone)}, {then:%H:%M}"


def counted(votes: int, language: str, one: str = "vote", many: str = "votes") -> str:
    """`12 500 voix`, `1 vote`"""
    if is_french(language):
        return f"{votes:,}".replace(",", NARROW) + f"\u00a0{word(one if votes < 2 else many, language)}"
    return f"{votes:,}\u00a0{word(one if votes == 1 else many, language)}"
