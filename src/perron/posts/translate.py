"""Other languages: words of open posts, sent to the server that the owner chose, which speaks as LibreTranslate does.

What came back is remembered in memory for a day, so that a post that many read is sent once.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from perron.kit import json
from perron.kit.errors import NotAllowed, Unavailable
from perron.kit.hosts import PutOff
from perron.kit.outside import Unreachable, fetch, hosts
from perron.kit.settings import Settings
from perron.kit.time import DAY, HOUR, now

PROVIDER = "LibreTranslate"
PATIENCE = 20.0
MOST_REMEMBERED = 2000
ANYWHERE = ("0.0.0.0/0", "::/0")
"""The owner named this server, and it may stand in the house: no post and no visitor has a say in its address."""

Languages = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Translated:
    """Texts in another language, in their order; `language` is the one they were in."""

    texts: tuple[str, ...]
    language: str


class Remembered:
    """What was learnt lately: the newest of it, each for a while."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, tuple[int, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object, lasts: int, learn: Callable[[], Any]) -> Any:
        """What is kept under a key, or what `learn` answers; that is kept for `lasts` milliseconds."""
        with self._lock:
            until, value = self._kept.get(key, (0, None))
        if until > now():
            return value
        value = learn()
        with self._lock:
            self._kept[key] = (now() + lasts, value)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_REMEMBERED:
                self._kept.popitem(last=False)
        return value


_remembered = Remembered()


def languages(settings: Settings) -> Languages:
    """From which language (`auto`: from any) into which others this server translates; none when it does not."""
    if not settings.translate_url:
        return {}
    found: Languages = _remembered.get(("languages", settings.translate_url), HOUR, lambda: _ask_languages(settings))
    return found


def translate(settings: Settings, texts: Sequence[str], source: str, target: str) -> Translated:
    """Texts (HTML) in another language. Blocks while the other server thinks: call it from a thread."""
    known = languages(settings)
    if not known:
        raise NotAllowed("This server does not translate.")
    from_ = fitting(source, known) if source else "auto"
    into = fitting(target, known.get(from_ or "", ()))
    if from_ is None or into is None:
        raise NotAllowed(f"This server cannot translate from {source or 'any language'} into {target}.")
    whole = json.encode([settings.translate_url, from_, into, *texts])
    key = hashlib.sha256(whole).digest()
    found: Translated = _remembered.get(key, DAY, lambda: _ask(settings, texts, from_, into))
    return found


def fitting(code: str, among: Sequence[str] | Languages) -> str | None:
    """A language as the other server calls it: by its whole code, or by its first part; None when it knows neither."""
    by_name = {one.lower(): one for one in among}
    return by_name.get(code.lower()) or by_name.get(code.partition("-")[0].lower())


def _ask_languages(settings: Settings) -> Languages:
    told = _fetch(settings, "GET", "/languages")
    try:
        found = {str(one["code"]): sorted({str(code) for code in one["targets"]} - {str(one["code"])}) for one in told}
    except (KeyError, TypeError):
        raise Unavailable("The server that translates did not answer as it should. Try again later.") from None
    return {**found, "auto": sorted({code for targets in found.values() for code in targets})}


def _ask(settings: Settings, texts: Sequence[str], source: str, target: str) -> Translated:
    asked = {"q": [*texts], "source": source, "target": target, "format": "html", "api_key": settings.translate_key}
    told = _fetch(settings, "POST", "/translate", json.encode(asked))
    try:
        made = tuple(told["translatedText"])
        detected = told.get("detectedLanguage") or {}
        first = (detected[0] if detected else {}) if isinstance(detected, list) else detected
        sound = len(made) == len(texts) and all(isinstance(one, str) for one in made)
        language = str(first.get("language") or source)
    except (KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise Unavailable("The server that translates did not answer as it should. Try again later.")
    return Translated(made, "" if language == "auto" else language)


def _fetch(settings: Settings, method: str, path: str, body: bytes | None = None) -> Any:
    url = settings.translate_url.rstrip("/") + path
    headers = {"content-type": "application/json", "accept": "application/json"}
    hosts.trust(url)
    try:
        told = fetch(method, url, headers=headers, body=body, allow=ANYWHERE, deadline=PATIENCE)
        if told.status == 200:
            return json.decode(told.body)
    except (Unreachable, PutOff, ValueError):
        pass
    raise Unavailable("The server that translates cannot be asked at the moment. Try again later.")
