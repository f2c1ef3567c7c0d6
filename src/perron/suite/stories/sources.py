"""Sources that are data: the recipes that Perron brings, and those that whoever runs the server has put into the folder
`recipes` of its data. A source is asked by the guarded client, and what it answers is a page to keep, never a post."""

from dataclasses import dataclass
from pathlib import Path

from perron.kit import json
from perron.kit.errors import Invalid, NotFound, Unavailable
from perron.kit.hosts import PutOff
from perron.kit.settings import Settings
from perron.press import document as press
from perron.press.recipes import Recipe, read_recipe, recipes
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
    """A page that a source knows, to be kept: its address, a title, and a few words of it."""

    url: str
    title: str
    words: str = ""


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
        return _pages(recipe.blocks(_answer(settings, recipe.find(values)), values))
    parts = recipe.parts(values.get("address", "").strip())
    if parts is None:
        raise Invalid("This source does not know this address.")
    return _pages([recipe.block(_answer(settings, recipe.question(parts)), parts, "b1")])


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


def _pages(blocks: list[press.Block]) -> list[Found]:
    made = [_page(one) for one in blocks]
    return [one for one in made if one is not None and one.url]


def _page(one: press.Block) -> Found | None:
    if isinstance(one, press.Link):
        return Found(one.url, one.title, one.extract)
    if isinstance(one, press.Video):
        return Found(one.url, one.title, one.site)
    if isinstance(one, press.Post):
        words = " ".join(plain(one.html).split())[:LONGEST_SHOWN]
        return Found(one.url, f"{one.author.name or one.author.handle}", words)
    return None
