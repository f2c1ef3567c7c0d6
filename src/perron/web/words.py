"""What pages say, in French and in English. Messages are named by their English; `locale/` has the French."""

from functools import cache
from pathlib import Path
from typing import Any

from perron.kit.later import later

with later(__name__):
    from babel.messages.pofile import read_po


LOCALES = {"fr": "Français", "en": "English"}

_FOLDER = Path(__file__).parent / "locale"


class Words:
    """The words of one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._kept = _read(locale)

    def gettext(self, message: str) -> str:
        """A message in this language; as it stands where it has none."""
        found = self._kept.get(message, ("",))[0]
        return found or message

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The message for so many. In French none and one are singular, in English one only."""
        single = n in (0, 1) if self.locale == "fr" else n == 1
        found = self._kept.get(one, ("", ""))
        return (found[0] or one) if single else (found[-1] or many)

    def say(self, message: str, **values: Any) -> str:
        """A message with its values put in."""
        text = self.gettext(message)
        return text % values if values else text


@cache
def words(locale: str) -> Words:
    """The words of a language, read once."""
    return Words(locale)


def accepted(header: str, otherwise: str) -> str:
    """The language that an `Accept-Language` header likes best among ours."""
    wishes: list[tuple[float, str]] = []
    for wish in header.split(",")[:20]:
        tag, _, weight = wish.partition(";q=")
        locale = tag.strip().lower().partition("-")[0]
        if locale in LOCALES:
            wishes.append((_weight(weight), locale))
    best = max(wishes, key=lambda wish: wish[0], default=(0.0, otherwise))
    return best[1] if best[0] > 0 else otherwise


def _weight(text: str) -> float:
    try:
        return float(text) if text.strip() else 1.0
    except ValueError:
        return 0.0


def _read(locale: str) -> dict[str, tuple[str, ...]]:
    """Every catalogue of a language: one for each family of pages."""
    kept: dict[str, tuple[str, ...]] = {}
    for path in sorted((_FOLDER / locale / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=locale, abort_invalid=True)
        for message in catalog:
            if message.id:
                name = message.id if isinstance(message.id, str) else message.id[0]
                said = message.string or ""
                kept[name] = (said,) if isinstance(said, str) else tuple(said)
    return kept
