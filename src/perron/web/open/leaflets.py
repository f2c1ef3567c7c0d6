"""Pages that say what this server is: about, rules, privacy, what is on and what is not, and what each word means."""

from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from perron.entities.moderation import domain_blocks
from perron.entities.terms import terms_of_service
from perron.kit.errors import NotFound
from perron.kit.settings import Settings
from perron.media import tool
from perron.moderation.rules import rules
from perron.store import Db
from perron.store.paging import Paging
from perron.text.letters import bare
from perron.timelines.public import public_page
from perron.web.drawn import strip
from perron.web.framed import show_open
from perron.web.open.discovery import counted
from perron.web.open.front import LATELY, authors_of
from perron.web.open.terms import TERMS
from perron.web.visit import Visit


def _(message: str) -> str:
    """Mark a message for the catalogue."""
    return message


async def about(visit: Visit) -> Response:
    """What this server is, who runs it, how large it is, and how people get along here."""

    def read(db: Db) -> dict[str, Any]:
        lately = authors_of(visit, db, public_page(db, Paging(limit=LATELY)))
        people = strip(visit, db, lately[:8])
        return {"rules": rules(db, visit.settings), "people": people, "distant": domain_blocks(db)}

    found = await visit.read(read)
    said = paragraphs(visit.settings.about)
    return show_open(visit, "open/about.html", **found, said=said, figures=await counted(visit.request))


async def show_rules(visit: Visit) -> Response:
    """The rules of this server, each with an address of its own."""
    found = await visit.read(lambda db: rules(db, visit.settings))
    return show_open(visit, "open/rules.html", rules=found)


async def privacy(visit: Visit) -> Response:
    """What is kept of whom, and for how long."""
    return show_open(visit, "open/privacy.html", said=paragraphs(visit.settings.privacy))


async def terms(visit: Visit) -> Response:
    """What whoever joins agrees to; there is nothing here where nobody wrote it down."""
    found = await visit.read(lambda db: terms_of_service(visit.settings, visit.links, db))
    if found is None:
        raise NotFound
    return show_open(
        visit, "open/service_terms.html", said=paragraphs(visit.settings.terms), since=found["effective_date"]
    )


async def show_features(visit: Visit) -> Response:
    """Every function, whether it is on here, and why when it is not."""
    return show_open(visit, "open/features.html", groups=features(visit.settings))


async def glossary(visit: Visit) -> Response:
    """What the words of these pages mean, one line each."""
    return show_open(visit, "open/glossary.html", terms=terms_in(visit))


def paragraphs(text: str) -> list[str]:
    """A text as it was typed, cut where lines are left empty."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


# -- what is on and what is not ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feature:
    """One function: a message that names it, whether it is on here, a message that says how or why not, and the term
    that explains it."""

    name: str
    on: bool
    why: str = ""
    values: dict[str, Any] = field(default_factory=dict, hash=False)
    term: str = ""


Group = tuple[str, list[Feature]]


def features(settings: Settings) -> list[Group]:
    """What this server offers, as its settings say."""
    return [
        (_("Coming in"), _doors(settings)),
        (_("Writing"), _writing(settings)),
        (_("Pictures and sounds"), _media(settings)),
        (_("Reading"), _reading(settings)),
        (_("Being told"), _telling(settings)),
    ]


def _doors(settings: Settings) -> list[Feature]:
    says = {
        "open": _("Everybody may join."),
        "approval": _("Everybody may ask; the people who run this server answer each request."),
        "invitation": _("One joins by invitation."),
        "closed": _("The people who run this server let nobody join at the moment."),
    }
    invites = {
        "everybody": _("Whoever has an account may invite."),
        "team": _("Only the people who run this server invite."),
        "nobody": _("The people who run this server have switched invitations off."),
    }
    secure = settings.https or settings.domain.startswith("localhost")
    return [
        Feature(_("Reading without an account"), True, _("Everything public, without a script.")),
        Feature(_("Joining"), settings.registration in ("open", "approval"), says[settings.registration]),
        Feature(_("Inviting others"), settings.may_invite != "nobody", invites[settings.may_invite]),
        Feature(_("Sign-in in two steps"), True, _("With a code from an app of your choice.")),
        Feature(
            _("Passkeys"),
            secure,
            "" if secure else _("Browsers allow them on secure (https) addresses only, and this server has none."),
            term="passkey",
        ),
        Feature(_("Apps made for Mastodon"), True, _("Give them the address %(domain)s."), {"domain": settings.domain}),
        Feature(
            _("People on other servers"), False, _("Perron cannot talk with other servers yet; this is being built.")
        ),
    ]


def _writing(settings: Settings) -> list[Feature]:
    return [
        Feature(_("Posts"), True, _("Up to %(n)s characters; a link counts 23."), {"n": settings.post_max_chars}),
        Feature(_("Threads"), True, _("Several posts published at once, in order or not at all."), term="thread"),
        Feature(_("Boosts, quotes, favourites, bookmarks"), True, term="boost"),
        Feature(_("Credits (via)"), True, _("Naming one’s source costs no characters."), term="via"),
        Feature(_("Polls"), True, _("Up to %(n)s answers."), {"n": settings.poll_max_options}),
        Feature(_("Content warnings"), True, term="warning"),
        Feature(_("Changing a post"), True, _("What it said before stays readable, with its date.")),
        Feature(_("Taking a post back for 30 seconds"), True),
        Feature(_("Drafts on every device"), True),
        Feature(_("Posts at a time to come"), False, _("Not built yet.")),
    ]


def _media(settings: Settings) -> list[Feature]:
    clips, mega = tool.available(), 2**20
    return [
        Feature(
            _("Pictures"),
            True,
            _("Up to %(n)s in a post, %(mb)s MB each."),
            {"n": settings.media_max_files, "mb": settings.image_max_bytes // mega},
        ),
        Feature(
            _("Clips and sounds"),
            clips,
            _("Up to %(mb)s MB each.") if clips else _("The program that prepares them (ffmpeg) is missing here."),
            {"mb": settings.video_max_bytes // mega} if clips else {},
        ),
        Feature(_("Descriptions for those who cannot see or hear"), True, term="alt"),
    ]


def _reading(settings: Settings) -> list[Feature]:
    return [
        Feature(_("Home: newest first, no ranking"), True),
        Feature(_("Lists, followed tags, filters"), True, term="list"),
        Feature(_("Search"), True, _("In public posts of people who wish to be found.")),
        Feature(
            _("Feeds"),
            True,
            _("RSS, Atom and JSON Feed of every profile, every tag and of the public timeline."),
            term="feed",
        ),
        Feature(_("Posts in pages of other sites"), True, _("Public posts of people who wish to be found.")),
        Feature(_("New posts arrive by themselves"), True),
        Feature(_("Taking one’s data along"), True, _("Packed once a day when you ask for it.")),
        Feature(_("Advertising, trackers"), False, _("There are none, and no place for them.")),
    ]


def _telling(settings: Settings) -> list[Feature]:
    return [
        Feature(_("Notices on your phone (push)"), True),
        Feature(
            _("Letters by mail"),
            bool(settings.smtp),
            "" if settings.smtp else _("No mail server was named in the settings."),
        ),
        Feature(_("Quiet hours"), True),
    ]


# -- what the words mean -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means, in one language."""

    key: str
    word: str
    means: str


def terms_in(visit: Visit) -> list[Term]:
    """Every term in the visitor's language, in the order of its alphabet."""
    found = [Term(key, visit.say(word), visit.say(means)) for key, (word, means) in TERMS.items()]
    return sorted(found, key=lambda one: bare(one.word))
