"""Looking at HTML as a browser would."""

from xml.etree.ElementTree import Element

import html5lib

ELEMENTS = frozenset(
    ["p", "br", "span", "a", "del", "pre", "code", "em", "strong", "b", "i", "u", "ul", "ol", "li"]
) | {"blockquote"}
ATTRIBUTES = {
    "a": {"href", "class", "rel", "target", "translate"},
    "span": {"class", "translate"},
    "p": {"class"},
}


def parsed(html: str) -> list[Element]:
    """Every element of a fragment, in order."""
    fragment = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return [element for element in fragment.iter() if element is not fragment and isinstance(element.tag, str)]


def assert_harmless(html: str) -> None:
    """Only known elements with known attributes, and links that lead to the web."""
    assert "<!--" not in html
    for element in parsed(html):
        assert element.tag in ELEMENTS, html
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set()), html
        assert element.get("href", "https:").startswith(("https:", "http:")), html


def text_of(html: str) -> str:
    """The text of a fragment."""
    return "".join(html5lib.parseFragment(html, namespaceHTMLElements=False).itertext())
