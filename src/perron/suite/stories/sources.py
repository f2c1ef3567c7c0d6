"""Sources that are data: the recipes that Perron brings, and those that whoever runs the server has put into the folder
`recipes` of its data. A source is asked by the guarded client, and what it answers is something to keep for a story as
what it is, never a post."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from perron.kit import json
from perron.kit.errors import Invalid, NotFound, Unavailable
from perron.kit.hosts import PutOff
from perron.kit.settings import Settings
from perron.kit.time import iso
from perron.press import document as press
from perron.press.recipes import Recipe, read_recipe, recipes
from perron.suite.stories.model import LONGEST_QUOTATION, LONGEST_WORDS
from perron.suite.stories.pictures import site_of
from perron.suite.stories.read import shorter
from perron.text.sanitise import plain

PATIENCE = 5.0
MOST_BYTES = 1 << 20
MOST_RECIPES = 100
LONGEST_SHOWN = 160
SILENT = "This source did not answer as it should. Try again later."


@dataclass(frozen=True, slots=True)
class Sources:
    """Which sources are known, and which files hold none, with why (for whoever runs the server)."""

    known: tuple[Recipe, ...]
    wrong: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a source knows, to be kept as what it is: a page, a video, a photo with its credit, what somebody said.
    `said`: its words as `read_item` takes them; `picture`: of a photo, where it lies."""

    url: str
    title: str
    words: str = ""
    kind: str = "link"
    said: Mapping[str, str] = field(default_factory=dict)
    picture: str = ""


def sources_of(settings: Settings) -> Sources:
    """The sources of this server. A recipe of its own stands before one of ours that is called alike."""
    own, wrong = [], []
    for path in sorted((settings.data / "recipes").glob("*.json"))[:MOST_RECIPES]:
        try:
            own.append(read_recipe(_read(path)))
        except (Invalid, OSError) as why:
            wrong.append((path.name, str(why)))
    names = {one.name for one in own}
    return Sources((*own, *(one for one in recipes() if one.name not in names)), tuple(wrong))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(1 << 17)


def ask_source(settings: Settings, name: str, values: dict[str, str]) -> list[Found]:
    """What a source says of an address, or finds for what was filled in. It waits for the other server."""
    recipe = next((one for one in sources_of(settings).known if one.name == name), None)
    if recipe is None:
        raise NotFound
    if recipe.form:
        if not any(one.strip() for one in values.values()):
            raise Invalid("Write what you look for.")
        return found_in(recipe.blocks(_answer(settings, recipe.find(values)), values))
    parts = recipe.parts(values.get("address", "").strip())
    if parts is None:
        raise Invalid("This source does not know this address.")
    return found_in([recipe.block(_answer(settings, recipe.question(parts)), parts, "b1")])


def _answer(settings: Settings, url: str) -> object:
    from perron.kit.outside import Unreachable, fetch  # here, so that a server that asks nobody starts without it

    try:
        told = fetch(
            "GET",
            url,
            headers={"accept": "application/json"},
            allow=settings.outside_allow,
            most_bytes=MOST_BYTES,
            deadline=PATIENCE,
        )
        found: object = json.decode(told.body) if told.status == 200 else None
    except (Unreachable, PutOff, ValueError):
        found = None
    if found is None:
        raise Unavailable(SILENT)
    return found


def found_in(blocks: list[press.Block]) -> list[Found]:
    """What a source said, as items of a story."""
    made = [_found(one) for one in blocks]
    return [one for one in made if one is not None]


def _found(one: press.Block) -> Found | None:
    """A block as an item of a story; None where there is none for it. What somebody said elsewhere is words given as
    theirs, with where they said it."""
    if isinstance(one, press.FeedItem):
        came = iso(one.published) if one.published is not None else ""
        return Found(one.url, one.title, one.extract, "feed", _named(one, feed=one.feed, published=came))
    if isinstance(one, press.Link):
        return Found(one.url, one.title, one.extract, "link", _named(one))
    if isinstance(one, press.Video):
        return Found(one.url, one.title, one.site, "video", _named(one))
    if isinstance(one, press.Post):
        handle = f" (@{one.author.handle})" if one.author.handle else ""
        return _quoted(plain(one.html).strip(), f"{one.author.name or one.author.handle}{handle}", one.url)
    if isinstance(one, press.Quotation):
        return _quoted(one.text, one.who, one.url)
    if isinstance(one, press.Photo):
        credit = one.picture.credit or site_of(one.picture.url)
        said = {"caption": shorter(one.caption, LONGEST_WORDS), "credit": shorter(credit, LONGEST_WORDS)}
        return Found(one.picture.url, one.caption or one.picture.alt, credit, "photo", said, one.picture.url)
    return None


def _named(one: press.Link | press.Video, **more: str) -> dict[str, str]:
    return {"url": one.url, "title": shorter(one.title, LONGEST_WORDS), **more}


def _quoted(text: str, who: str, url: str) -> Found | None:
    said = {
        "text": shorter(text, LONGEST_QUOTATION),
        "who": shorter(who, LONGEST_WORDS),
        **({"url": url} if url else {}),
    }
    return Found(url, who, shorter(text, LONGEST_SHOWN), "quotation", said) if text else None
