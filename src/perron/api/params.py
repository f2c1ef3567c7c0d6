"""What a request says, whichever way it says it: query, form, multipart or JSON, with Rails' arrays and records."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from perron.kit import json
from perron.kit.errors import Invalid

MOST_FIELDS = 1000
DEEPEST = 5
_PLAIN = re.compile(r"[\w.-]+=[\w.-]*(?:&[\w.-]+=[\w.-]*){0,49}", re.ASCII)
_PART = re.compile(r"\[([^\[\]]*)\]")
_NO = frozenset(("0", "f", "F", "false", "FALSE", "False", "off", "OFF", ""))


def from_query(text: str) -> dict[str, Any]:
    """Parameters of a query string or an urlencoded body."""
    if not text:
        return {}
    if _PLAIN.fullmatch(text):  # limit=20&local=true
        return dict(pair.split("=", 1) for pair in text.split("&"))
    try:
        return nest(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace"))
    except ValueError:
        raise Invalid(f"There are too many parameters (more than {MOST_FIELDS}).") from None


def from_json(body: bytes) -> dict[str, Any]:
    """Parameters of a JSON body."""
    try:
        found = json.decode(body)
    except ValueError:
        raise Invalid("The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise Invalid("The body must be a JSON object.")
    return found


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """`poll[options][]=a` as `{"poll": {"options": ["a"]}}`; a name that comes twice keeps its last value."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if "[" not in name:
            found[name] = value
            continue
        head, _, rest = name.partition("[")
        steps = _PART.findall("[" + rest)
        while steps[-2:] == ["", ""]:  # Mastodon.py says `id[][]` where it means `id[]`
            steps.pop()
        if not head or not steps or len(steps) > DEEPEST:
            raise Invalid(f"The parameter name {name[:100]!r} cannot be read.")
        _put(found, head, steps, value)
    return found


def _put(into: dict[str, Any], key: str, steps: list[str], value: Any) -> None:
    if not steps:
        into[key] = value
        return
    step, rest = steps[0], steps[1:]
    if step == "":
        many = into.setdefault(key, [])
        if not isinstance(many, list):
            raise Invalid(f"The parameter {key[:100]!r} is given in two ways.")
        if not rest:
            many.append(value)
            return
        if not many or not isinstance(many[-1], dict) or rest[0] in many[-1]:
            many.append({})
        _put(many[-1], rest[0], rest[1:], value)
        return
    inner = into.setdefault(key, {})
    if not isinstance(inner, dict):
        raise Invalid(f"The parameter {key[:100]!r} is given in two ways.")
    _put(inner, step, rest, value)


class Params:
    """The parameters of one request, read as what they are meant to be."""

    __slots__ = ("raw",)

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        """Whether it was sent at all (null counts as not sent)."""
        return self.raw.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers and booleans are read as what one sees."""
        value = self.raw.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return str(value)
        if not isinstance(value, str):
            raise Invalid(f"{name} must be a text.")
        return checked(name, value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, as Rails reads it."""
        value = self.raw.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return value != 0
        if not isinstance(value, str):
            raise Invalid(f"{name} must be true or false.")
        return value not in _NO

    def maybe_flag(self, name: str) -> bool | None:
        """A yes or no, or None when it was not said."""
        return self.flag(name) if self.has(name) and self.raw[name] != "" else None

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        value = self.raw.get(name)
        if value is None or value == "":
            return default
        try:
            found = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
        except ValueError:
            found = None
        if found is None or abs(found) >= 2**63:
            raise Invalid(f"{name} must be a whole number.")
        return found

    def limit(self, default: int, most: int) -> int:
        """How many items a page holds; what cannot be read is the default, what is too much is the most."""
        value = self.raw.get("limit")
        if not isinstance(value, str | int) or isinstance(value, bool):
            return default
        text = str(value)
        if not text.isascii() or not text.lstrip("-").isdigit():
            return default
        return max(1, min(most, int(text[:12]))) if text != "0" else default

    def id(self, name: str) -> int | None:
        """An id, or None when it was not sent; -1 for what cannot be one, which nothing bears."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        return read_id(value)

    def values(self, name: str) -> list[Any]:
        """Several values: an array, a record with numbered members, or one value alone."""
        value = self.raw.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, dict):
            value = [value[key] for key in sorted(value, key=lambda one: (len(str(one)), str(one)))]
        if not isinstance(value, list):
            value = [value]
        if len(value) > MOST_FIELDS:
            raise Invalid(f"{name} has too many values (more than {MOST_FIELDS}).")
        return value

    def texts(self, name: str) -> list[str]:
        """Several texts."""
        values = self.values(name)
        if not all(isinstance(one, str | int | float) for one in values):
            raise Invalid(f"{name} must be a list of texts.")
        return [checked(name, str(one)) for one in values]

    def ids(self, name: str) -> list[int]:
        """Several ids, each once."""
        return list(dict.fromkeys(read_id(one) for one in self.values(name)))

    def record(self, name: str) -> "Params | None":
        """A record of parameters, or None when it was not sent."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise Invalid(f"{name} must be a record.")
        return Params(value)

    def records(self, name: str) -> "list[Params]":
        """Several records."""
        values = self.values(name)
        if not all(isinstance(one, dict) for one in values):
            raise Invalid(f"{name} must be a list of records.")
        return [Params(one) for one in values]


def checked(name: str, value: str) -> str:
    """A text that can be stored and shown."""
    if "\0" in value:
        raise Invalid(f"{name} holds a NUL character.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Invalid(f"{name} holds half a character (a lone surrogate).") from None
    return value


def read_id(value: Any) -> int:
    """An id as a number; -1 for what cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 < value < 2**63 else -1
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        found = int(value)
        return found if found < 2**63 else -1
    return -1
