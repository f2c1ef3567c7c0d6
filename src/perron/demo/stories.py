"""Stories of the town: one that anybody may read, one that is still being told, and what was kept for it."""

from typing import Any

from perron.demo.load import Loader, first_of
from perron.demo.model import Picture, Town
from perron.demo.scenes import draw
from perron.kit.ids import born
from perron.kit.time import MINUTE, now
from perron.media.upload import accept, add
from perron.store import Tx
from perron.suite.stories.clips import clip_post
from perron.suite.stories.edit import add_items
from perron.suite.stories.keep import begin_story, publish_story
from perron.suite.stories.model import Story
from perron.suite.stories.queries import items_of
from perron.suite.stories.read import read_head, read_item
from perron.suite.stories.views import Seen, keep_views

READERS = 294
"""How many have come to the story that is out."""
PAGE = "https://example.org/patrimoine/les-marches"
COVER = Picture("dusk", 7, "Le village le soir, des marches de pierre et des fenêtres allumées")
STALL = Picture("market", 12, "Des étals sous leurs toiles, le matin")
OUTDOORS = {
    "title": "Pourquoi nous parlons dehors",
    "subtitle": "Neuf siècles de marches, un marché, et des fraises.",
    "language": "fr",
    "theme": "gazette",
}


def tell(tx: Tx, loader: Loader, town: Town) -> None:
    """What ada has made of what the others said."""
    said = {author: first_of(loader, town, author) for author in ("camille", "karim", "marche", "nadia", "helene")}
    posts = {author: {"type": "post", "id": str(post)} for author, post in said.items()}
    cover, stall = (_picture(tx, loader, one) for one in (COVER, STALL))
    told = _begin(
        tx,
        loader,
        {**OUTDOORS, "cover_id": cover},
        {"type": "text", "text": "On ne dit pas la même chose assis sur un canapé et debout sur une marche."},
        posts["karim"],
        {"type": "link", "url": PAGE, "title": "Neuf siècles de marches"},
        {"type": "heading", "text": "Le samedi"},
        {"type": "text", "text": "Le marché, lui, n’a jamais eu besoin d’ordre du jour."},
        {"type": "photo", "media_id": stall, "caption": "Sept heures, place de l’Église", "credit": "Ada"},
        posts["marche"],
        posts["nadia"],
        {"type": "quotation", "text": "Celui qui s’assoit sur le perron a déjà répondu.", "who": "Un dicton d’ici"},
    )
    told = publish_story(tx, told, at=max(born(one) for one in said.values()) + MINUTE)
    _read(tx, told)
    _begin(tx, loader, {"title": "Ce que l’on lit en novembre", "language": "fr"}, posts["helene"])
    clip_post(tx, loader.accounts["ada"].id, said["camille"])


def _read(tx: Tx, story: Story) -> None:
    """Some came and read, most of them as far as the market; a few left by what is quoted."""
    items = [one.id for one in items_of(tx, story.id)]
    since = story.published_at or now()
    seen = []
    for n in range(READERS):
        came = Seen(story.id, since + (now() - since) * n // READERS, where=f"house {n}", browser="a browser")
        far = items[(4, 8, 2, 8, 4, 6, 8)[n % 7]]
        seen.append(came._replace(item=far, click=items[1 + n % 2 * 5] if n % 5 == 0 else 0))
    keep_views(tx, seen)


def _picture(tx: Tx, loader: Loader, picture: Picture) -> str:
    """A picture that ada took."""
    accepted = accept(draw(picture), declared=None, settings=loader.site.settings)
    return str(add(tx, loader.accounts["ada"].id, accepted, description=picture.alt).id)


def _begin(tx: Tx, loader: Loader, head: dict[str, Any], *items: dict[str, Any]) -> Story:
    """A story of ada's."""
    user = loader.users["ada"]
    story = begin_story(tx, loader.accounts["ada"], user, read_head(head))
    add_items(tx, story, user, [read_item(one) for one in items], loader.site.settings)
    return story
