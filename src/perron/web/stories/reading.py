"""A story as it is read: one thread, slides, paper; and what machines ask for at its address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from perron.entities.accounts import accounts_by_id
from perron.kit import json
from perron.kit.errors import NotFound
from perron.people.model import Account
from perron.press import document as press
from perron.press import markup
from perron.press.themes import THEMES, page_sheet
from perron.store import Db
from perron.suite.stories.article import article
from perron.suite.stories.entities import story_entities
from perron.suite.stories.keep import GONE, find_story
from perron.suite.stories.model import Story
from perron.suite.stories.queries import published_stories_of
from perron.suite.stories.rival import shown_now
from perron.suite.stories.told import told
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.web.assets import asset
from perron.web.headers import elsewhere, policy
from perron.web.kit import page
from perron.web.remembered import open_page
from perron.web.shown import account_called, mark_brands
from perron.web.stories.counted import wants_activity
from perron.web.stories.talked import talk_under
from perron.web.visit import Visit

WORDS_A_MINUTE = 220
LONGEST_ABOUT = 200
_NAMES = frozenset(one.name for one in THEMES)


@dataclass(frozen=True, slots=True)
class Reading:
    """A story with what its pages need beside it."""

    story: Story
    teller: Account
    document: press.Document
    account: dict[str, Any]
    turn: str = ""
    """What tells apart the addresses of its picture, where two titles or covers take turns."""

    @property
    def minutes(self) -> int:
        """About how long it takes to read."""
        return max(1, round(len(words_in(self.document).split()) / WORDS_A_MINUTE))

    @property
    def about(self) -> str:
        """What it is about, in a line: its subtitle, or how it begins."""
        line = " ".join((self.document.subtitle or words_in(self.document)).split())
        return shortened(line, LONGEST_ABOUT)

    @property
    def theme(self) -> str:
        """The address of its stylesheet."""
        return theme_path(self.document.theme, self.document.accent)


def theme_path(theme: str, accent: str) -> str:
    """The address of the stylesheet of a theme with an accent."""
    name = theme if theme in _NAMES else THEMES[0].name
    return f"/themes/{name}{'-' + accent.removeprefix('#') if accent else ''}.css"


def words_in(document: press.Document) -> str:
    """Every word that stands in a document."""
    found: list[str] = []
    for one in document.blocks:
        if isinstance(one, press.Text | press.Post):
            found.append(plain(one.html))
        elif isinstance(one, press.Heading | press.Quotation):
            found.append(one.text)
        elif isinstance(one, press.Link):
            found += [one.title, one.extract]
        elif isinstance(one, press.Photo):
            found.append(one.caption)
    return " ".join(found)


def read_story(visit: Visit, db: Db) -> Reading:
    """The story in the address, under the title and cover whose turn it is; one's own also before it is published."""
    story, teller = _found(visit, db, visit.path["handle"], visit.path["id"])
    (shown,) = shown_now(db, [story])
    return replace(_read(visit, db, shown, teller), turn="" if shown is story else "-2")


def read_one(visit: Visit, db: Db, handle: str, id_: int) -> Reading:
    """A story by its number, at the address of its teller, under its own title."""
    return _read(visit, db, *_found(visit, db, handle, id_))


def _found(visit: Visit, db: Db, handle: str, id_: int) -> tuple[Story, Account]:
    found = find_story(db, id_, viewer=visit.reader_id)
    if found is None or found[1].handle != handle.lower():
        raise NotFound(GONE)
    return found


def _read(visit: Visit, db: Db, story: Story, teller: Account) -> Reading:
    account: dict[str, Any] = json.decode(accounts_by_id(visit.links, db, [teller.id])[teller.id])
    mark_brands(db, [account])
    return Reading(story, teller, told(visit.links, db, story, teller, visit.settings.locale), account)


async def thread(visit: Visit) -> Response:
    """A story from its top to its end."""

    def read(db: Db) -> tuple[Reading, Any]:
        found = read_story(visit, db)
        return found, talk_under(visit, db, found.story, found.teller)

    found, talk = await visit.read(read)
    body = Markup(markup.body(found.document, setting(visit)))
    return _shown(visit, found, "stories/thread.html", body=body, talk=talk)


async def slides(visit: Visit) -> Response:
    """The same, one thing after another. It moves when whoever looks moves it."""
    found = await visit.read(lambda db: read_story(visit, db))
    document, how = found.document, setting(visit)
    shown = [Markup(_alone(markup.block(one, document.language, how), document)) for one in document.blocks]
    top = Markup(_alone(markup.head(document, how), document))
    keys = [one.key for one in document.blocks]
    return _shown(visit, found, "stories/slides.html", top=top, slides=[*zip(keys, shown, strict=True)])


def setting(visit: Visit, *, live: bool = True) -> markup.Setting:
    """How a story is set on a page of ours: with pictures under whichever name of this server one came by."""
    return markup.Setting(picture=lambda one: visit.ours(one.url) or one.url, live=live)


def _alone(html: str, document: press.Document) -> str:
    return f"{markup.opening(document)}{html}</article>"


async def paper(visit: Visit) -> Response:
    """The same, to be printed: nothing folded, nothing that comes late."""
    found = await visit.read(lambda db: read_story(visit, db))
    body = Markup(markup.body(found.document, setting(visit, live=False)))
    return _shown(visit, found, "stories/paper.html", body=body)


def _shown(visit: Visit, found: Reading, template: str, **context: Any) -> Response:
    """A page of a story, the same for all who are not signed in. Videos may fill a frame once they are asked for."""
    own = visit.account is not None and visit.account.id == found.teller.id
    known = own or any(one.id == found.teller.id for one in visit.frame.voices)
    visit.request.state.uncounted = known or not found.story.published
    plain_ = visit.show_to_all if found.story.published else visit.show
    counted_ = not visit.request.state.uncounted
    response: Response = plain_(template, reading=found, own=own, counted=counted_, **context)
    if any(isinstance(one, press.Video) for one in found.document.blocks):
        frames = f"frame-src {' '.join(markup.FRAMES)}; base-uri"
        allowed = policy(elsewhere=elsewhere(visit.settings)).replace("base-uri", frames, 1)
        response.headers["Content-Security-Policy"] = allowed
    response.headers.add_vary_header("Accept")
    return response


async def all_of(visit: Visit) -> Response:
    """The stories of somebody, the last published first."""

    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        shown: dict[str, Any] = json.decode(accounts_by_id(visit.links, db, [account.id])[account.id])
        mark_brands(db, [shown])
        return {
            "account": shown,
            "stories": listed(visit, db, account, shown_now(db, published_stories_of(db, account.id))),
        }

    return visit.show_to_all("stories/all.html", **await visit.read(read))


def listed(visit: Visit, db: Db, account: Account, stories: Sequence[Story]) -> list[dict[str, Any]]:
    """Stories as rows of a list, with the path of each."""
    return [{**one, "path": visit.ours(one["url"])} for one in story_entities(visit.links, db, account, stories)]


# -- for machines ------------------------------------------------------------------------------------------------------


async def _activity(visit: Visit) -> Response:
    """The story as an `Article`, for other servers."""

    def read(db: Db) -> bytes:
        found = read_one(visit, db, visit.path["handle"], visit.path["id"])
        if not found.story.published:
            raise NotFound(GONE)
        return json.encode(article(visit.links, found.story, found.teller, found.document))

    body = await visit.read(read)
    headers = {"Cache-Control": "public, max-age=60", "Vary": "Accept"}
    return Response(body, 200, headers, "application/activity+json; charset=utf-8")


_SHOWN, _SAID = open_page("/", thread).endpoint, page("/", _activity).endpoint


async def story(request: Request) -> Response:
    """The page for people, or the object for other servers, at one address."""
    response: Response = await (_SAID if wants_activity(request) else _SHOWN)(request)
    return response


async def theme(request: Request) -> Response:
    """The stylesheet of a theme, with an accent or its own: the same for ever, but for a new version of Perron."""
    name, _, accent = request.path_params["name"].partition("-")
    sound = name in _NAMES and (not accent or (len(accent) == 6 and all(one in "0123456789abcdef" for one in accent)))
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    if not sound:
        return Response("Not found\n", 404, headers, "text/plain")
    return Response(page_sheet(name, f"#{accent}" if accent else "", asset), 200, headers, "text/css; charset=utf-8")
