"""What in a page could act, whoever wrote it."""

import json
from typing import Any

import html5lib

MAY_LEAD = ("/", "http://", "https://", "#", "mailto:")
ACTING = {"script", "iframe", "object", "embed", "base", "style", "math", "template"}


def ours(script: Any) -> bool:
    """A script of this server, or a block of data that can be read as such."""
    if script.get("type") == "application/ld+json":
        return isinstance(json.loads(script.text), dict)
    return str(script.get("src", "")).startswith("/static/") and not script.text


def pattern(element: Any) -> bool:
    """A template of ours: what scripts say, or a row that they copy; whatever stands in it is looked at as well."""
    return element.get("id") == "words" and not len(element) or element.get("class") in ("file-row", "part")


def faults(html: str) -> list[str]:
    """Everything in a page that could act, as a browser reads it."""
    found = []
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        if (name == "script" and ours(element)) or (name == "template" and pattern(element)):
            continue
        if name in ACTING or (name == "meta" and element.get("http-equiv")):
            found.append(name)
        if name == "img" and not (element.get("src") or "").startswith("/"):
            found.append(f"img {element.get('src')}")
        for attribute, value in element.items():
            if attribute.startswith("on") or attribute in ("style", "srcdoc"):
                found.append(f"{name} {attribute}={value}")
            if attribute in ("href", "action", "formaction", "src") and not value.startswith(MAY_LEAD):
                found.append(f"{name} {attribute}={value}")
            if attribute in ("action", "formaction") and not value.startswith("/"):
                found.append(f"{name} leads to {value}")
    return found
