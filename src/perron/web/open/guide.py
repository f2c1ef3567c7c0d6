"""The guide for the people who use this server: a page for each thing one does, written in French and in English.

Its pages are Markdown files in `guide/<language>/`, named alike in both; pictures are those of `docs/images`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.web.assets import asset
from perron.web.visit import Visit

FOLDER = Path(__file__).parents[1] / "guide_pages"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the guide: its name in the address, its title, its first sentence, and its HTML."""

    name: str
    title: str
    lead: str
    html: str


async def contents(visit: Visit) -> Response:
    """What the guide has pages about."""
    return visit.show_to_all("open/guide.html", leaves=[*leaves(visit.locale).values()], leaf=None)


async def leaf(visit: Visit) -> Response:
    """One page of the guide."""
    found = leaves(visit.locale).get(visit.path["name"])
    if found is None:
        raise NotFound
    return visit.show_to_all("open/guide.html", leaves=[*leaves(visit.locale).values()], leaf=found)


@cache
def leaves(locale: str) -> dict[str, Leaf]:
    """The pages of the guide in one language, in the order of their files."""
    made = [_read(path) for path in sorted((FOLDER / locale).glob("*.md"))]
    return {one.name: one for one in made}


def _read(path: Path) -> Leaf:
    """`01-start.md`: a title, a sentence that says what for, and the rest."""
    head, _, rest = path.read_text("utf-8").partition("\n\n")
    lead, _, body = rest.partition("\n\n")
    return Leaf(path.stem.partition("-")[2], head.removeprefix("# ").strip(), " ".join(lead.split()), _html(body))


def _html(text: str) -> str:
    """Markdown as HTML; what looks like HTML in it stays text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    for token in tokens:
        for child in token.children or []:
            if child.type == "image":
                child.attrs |= _picture(str(child.attrs["src"]))
    html: str = reader.renderer.render(tokens, reader.options, {})
    return html


def _picture(src: str) -> dict[str, Any]:
    return {"src": asset(src), "loading": "lazy", "decoding": "async"}
