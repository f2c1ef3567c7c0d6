"""What a post discloses, as clients read it: a field of its own, and its first words wherever it is read."""

from collections.abc import Sequence
from html import escape
from typing import Literal, TypedDict, cast

from perron.entities.shapes.statuses import Disclosure

_SAYS = {
    "fr": {"sponsor": "En partenariat rémunéré avec {}", "employer": "Je travaille pour {}", "by": "Écrit par {}"},
    "en": {"sponsor": "Paid partnership with {}", "employer": "I work for {}", "by": "Written by {}"},
}


class Disclosed(TypedDict):
    """Both fields."""

    disclosure: Disclosure | None
    byline: str | None


def disclosed(row: Sequence[str]) -> Disclosed:
    """What (tie, name, address, byline) say."""
    tie, name, url, byline = row
    kind = cast(Literal["sponsor", "employer"], tie)
    return {"disclosure": {"tie": kind, "name": name, "url": url or None} if tie else None, "byline": byline or None}


def disclosure_html(row: Sequence[str], language: str) -> str:
    """The paragraph that stands before the words, in the language of the post; "" when there is nothing to say."""
    tie, name, url, byline = row
    if not tie and not byline:
        return ""
    says = _SAYS.get(language.partition("-")[0], _SAYS["en"])
    who = f"<bdi>{escape(name)}</bdi>"
    if url:
        who = f'<a href="{escape(url)}" rel="sponsored nofollow noopener noreferrer">{who}</a>'
    told = [says[tie].format(who)] if tie else []
    told += [says["by"].format(f"<bdi>{escape(byline)}</bdi>")] if byline else []
    return f'<p class="disclosure">{" · ".join(told)}</p>'
