"""Words to search by: what is kept of a text, and what is asked of a query.

The index of a text is its folded words in their order (so that phrases are found), then the stems of those words.
A stem is marked by how no French or English word begins: `qzfr` + stem, `qzen` + stem. Chinese and Japanese
characters are words of their own, and a query for several of them is a phrase.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import regex
import Stemmer  # type: ignore[import-not-found]

from perron.text.letters import bare, settle

MARK = "qz"
LONGEST_WORD = 64
LONGEST_QUERY = 1000
MOST_TERMS = 20
SHORTEST_PREFIX = 3  # letters of an unfinished word that are enough to look for what begins so

_SNOWBALL = {"fr": "french", "en": "english"}
_BOTH = tuple(_SNOWBALL)
_ALONE = r"\p{Han}\p{Hiragana}\p{Katakana}"
_WORD = regex.compile(rf"(?V1)[{_ALONE}]|[[\p{{L}}\p{{N}}\p{{M}}]--[{_ALONE}]]++")
_STEMMED = regex.compile(r"\p{Latin}[\p{Latin}\p{M}]++").fullmatch
_PLURAL = regex.compile("(?<=[aeiou])[sx]$")  # `vélos`, which the French stemmer leaves as it is
_ELISION = regex.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=\p{L})|['’]s\b", regex.IGNORECASE)
_QUOTES = str.maketrans("“”„«»", '"""""')
_TERM = regex.compile(r'(-?)(?:"([^"]*)"|(\S+))')

_local = threading.local()


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together, folded and as typed; unwanted ones must be absent, an open one may go on."""

    words: tuple[str, ...]
    typed: tuple[str, ...]
    is_phrase: bool = False
    is_unwanted: bool = False
    is_open: bool = False


def index_words(text: str, language: str | None) -> str:
    """What a text is found by: folded words, then marked stems (of both languages if `language` is None)."""
    text = _plain(text)
    languages = (language.lower().partition("-")[0],) if language else _BOTH
    stems = {stem for word in set(_typed(text)) for stem in _stems(word, languages)}
    return " ".join([*_folded(text), *sorted(stems)])


def folded_words(text: str) -> list[str]:
    """The words of a text as they are compared: without accents and case, and what hangs on them."""
    return _folded(_plain(text))


def query_words(query: str) -> list[Term]:
    """The terms of a query: words, `"phrases"`, `-unwanted`; the last word may be unfinished."""
    query = query[:LONGEST_QUERY].translate(_QUOTES)
    terms = [_term(match, match.end() == len(query)) for match in _TERM.finditer(query)]
    return [term for term in terms if term.words][:MOST_TERMS]


def fts5_match(query: str) -> str | None:
    """The query as an FTS5 expression that is valid whatever was typed, or None if it asks for nothing."""
    terms = query_words(query)
    wanted = " AND ".join([_expression(term) for term in terms if not term.is_unwanted])
    unwanted = " OR ".join([_expression(term) for term in terms if term.is_unwanted])
    if not wanted:
        return None
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _term(match: regex.Match[str], is_last: bool) -> Term:
    sign, phrase, chunk = match.groups()
    text = _plain(chunk if phrase is None else phrase)
    words, typed = tuple(_folded(text)), tuple(_typed(text))
    can_go_on = is_last and phrase is None and not sign and bool(words)
    is_open = can_go_on and len(words[-1]) >= SHORTEST_PREFIX and not words[-1].startswith(MARK)
    return Term(words, typed, phrase is not None or len(words) > 1, bool(sign), is_open)


def _expression(term: Term) -> str:
    """One term in FTS5: every word in quotes, so that nothing in it can be an operator."""
    words = f'"{" ".join(term.words)}"' + ("*" if term.is_open else "")
    if term.is_phrase:
        return words
    stems = sorted({f'"{stem}"' for word in term.typed for stem in _stems(word, _BOTH)})
    return f"({' OR '.join([words, *stems])})" if stems else words


def _plain(text: str) -> str:
    """The text without what French and English hang on a word: `l'été` is `été`, `Ada's` is `Ada`."""
    return _ELISION.sub("", settle(text))


def _folded(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in _WORD.findall(bare(text))]


def _typed(text: str) -> list[str]:
    return [word[:LONGEST_WORD] for word in _WORD.findall(text.lower())]


def _stems(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    """The marked stems of a word; names and numbers with digits in them have none, and are not remembered."""
    return _known_stems(word, languages) if _STEMMED(word) else frozenset()


@lru_cache(4096)
def _known_stems(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    """The same of a word of a language, with its accents and without, for people type both."""
    known = [language for language in languages if language in _SNOWBALL]
    return frozenset(MARK + code + bare(_stemmer(code)(form)) for code in known for form in _forms(word, code))


def _forms(word: str, language: str) -> set[str]:
    return {word, bare(word), _PLURAL.sub("", word)} if language == "fr" else {word, bare(word)}


def _stemmer(language: str) -> Callable[[str], str]:
    """A stemmer of this thread's own, for they may not be shared."""
    stemmers: dict[str, Callable[[str], str]] = _local.__dict__
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(_SNOWBALL[language]).stemWord
    return stemmers[language]
