"""The archive as pages that open without a network: one that says what is in it, and one for each month."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from perron.kit.time import as_datetime, read_iso
from perron.suite.archive.content import Entry
from perron.text.days import said_day
from perron.text.sanitise import clean

WORDS = {
    "fr": {
        "title": "L’archive de {}",
        "lead": "Tout ce que {} gardait de ce compte, le {}.",
        "posts": "Publications",
        "month_title": "{} · publications de {}",
        "contents": "Ce que contient cette archive",
        "file": "Fichier",
        "what": "Ce qu’il contient",
        "number": "Nombre",
        "back": "Vers le sommaire",
        "boosted": "A relayé une publication de {}",
        "answering": "En réponse à {}",
        "quoting": "Cite {}",
        "via": "Vu chez {}",
        "edited": "Modifié le {}",
        "votes": "{} réponses",
        "none": "Rien n’a encore été publié.",
        "lines": "Profil",
        "public": "Pour tout le monde",
        "unlisted": "Hors des listes",
        "followers": "Pour les abonnés",
        "mentioned": "Pour les personnes mentionnées",
        "no_description": "sans description",
        "outbox.json": "Vos publications et vos relais, au format que lisent d’autres serveurs (ActivityStreams 2.0)",
        "posts.json": "Vos publications et vos relais, avec vos mots tels que vous les avez écrits et leurs versions",
        "profile.json": "Votre profil et vos réglages",
        "actor.json": "Votre profil, au format que lisent d’autres serveurs",
        "filters.json": "Vos filtres",
        "scheduled.json": "Vos publications à venir",
        "plans.json": "Votre file, vos rubriques, vos événements",
        "drafts.json": "Vos brouillons",
        "decks.json": "Vos jeux de colonnes",
        "stories.json": "Vos récits",
        "clips.json": "Votre corbeille",
        "bank.json": "Ce qui est dit des images de votre photothèque",
        "following_accounts.csv": "Les comptes que vous suivez",
        "followers.csv": "Les comptes qui vous suivent",
        "blocked_accounts.csv": "Les comptes que vous bloquez",
        "muted_accounts.csv": "Les comptes que vous avez masqués",
        "blocked_domains.csv": "Les serveurs que vous cachez",
        "lists.csv": "Vos listes et leurs membres",
        "bookmarks.csv": "Vos marque-pages",
        "favourites.csv": "Vos favoris",
        "followed_tags.csv": "Les mots-dièse que vous suivez",
        "account_notes.csv": "Vos notes sur d’autres comptes",
        "votes.csv": "Vos réponses aux sondages des autres",
        "media_attachments": "Vos images, vidéos et sons",
    },
    "en": {
        "title": "The archive of {}",
        "lead": "Everything that {} kept of this account on {}.",
        "posts": "Posts",
        "month_title": "{} · posts by {}",
        "contents": "What is in this archive",
        "file": "File",
        "what": "What it holds",
        "number": "Number",
        "back": "To the contents",
        "boosted": "Boosted a post by {}",
        "answering": "Answering {}",
        "quoting": "Quotes {}",
        "via": "Via {}",
        "edited": "Changed on {}",
        "votes": "{} answers",
        "none": "Nothing has been published yet.",
        "lines": "Profile",
        "public": "For everybody",
        "unlisted": "Unlisted",
        "followers": "For followers",
        "mentioned": "For those mentioned",
        "no_description": "without a description",
        "outbox.json": "Your posts and boosts in the format that other servers read (ActivityStreams 2.0)",
        "posts.json": "Your posts and boosts, with your words as you typed them and their versions",
        "profile.json": "Your profile and your choices",
        "actor.json": "Your profile in the format that other servers read",
        "filters.json": "Your filters",
        "scheduled.json": "Your planned posts",
        "plans.json": "Your queue, your series, your events",
        "drafts.json": "Your drafts",
        "decks.json": "Your decks and their columns",
        "stories.json": "Your stories",
        "clips.json": "Your basket",
        "bank.json": "What is said of the pictures in your media bank",
        "following_accounts.csv": "The accounts you follow",
        "followers.csv": "The accounts that follow you",
        "blocked_accounts.csv": "The accounts you block",
        "muted_accounts.csv": "The accounts you have muted",
        "blocked_domains.csv": "The servers you hide",
        "lists.csv": "Your lists and who is in them",
        "bookmarks.csv": "Your bookmarks",
        "favourites.csv": "Your favourites",
        "followed_tags.csv": "The tags you follow",
        "account_notes.csv": "Your notes on other accounts",
        "votes.csv": "Your answers to polls of others",
        "media_attachments": "Your pictures, clips and sounds",
    },
}


def index_page(
    locale: str,
    place: ZoneInfo,
    profile: Entry,
    server: str,
    at: int,
    ledger: Mapping[str, int],
    months: Sequence[tuple[str, int]],
    pictures: Mapping[str, str],
) -> str:
    """What is in the archive. `months` are (`2026-11`, how many posts), newest first; `ledger` counts what each file
    holds; `pictures` are the files of avatar and header."""
    return _page(
        "index.html",
        locale,
        place,
        profile=profile,
        server=server,
        at=day(at, locale, place),
        ledger=ledger,
        months=months,
        pictures=pictures,
    )


def month_page(locale: str, place: ZoneInfo, profile: Entry, month: str, posts: Sequence[Entry]) -> str:
    """The posts of one month (`2026-11`), oldest first."""
    return _page("month.html", locale, place, profile=profile, month=month, posts=posts)


def month_of(post: Entry, place: ZoneInfo) -> str:
    """The month in which a post was published, by the clock of its author: `2026-11`."""
    return f"{as_datetime(read_iso(post['published']) or 0).astimezone(place):%Y-%m}"


def month_named(month: str, locale: str) -> str:
    """`novembre 2026`"""
    return format_skeleton("yMMMM", as_datetime(read_iso(f"{month}-15T12:00:00Z") or 0), locale=locale)


def day(ms: int, locale: str, place: ZoneInfo) -> str:
    """`21 novembre 2026, 22:25`, by the clock of the author; `UTC` is said where it is that."""
    then = as_datetime(ms).astimezone(place)
    return f"{said_day(then, locale)}, {then:%H:%M}{' UTC' if place.key == 'UTC' else ''}"


def _page(template: str, locale: str, place: ZoneInfo, **values: Any) -> str:
    words = WORDS[locale]

    def say(name: str, *more: object) -> str:
        return words[name].format(*more)

    return (
        _templates()
        .get_template(template)
        .render(
            locale=locale,
            say=say,
            words=words,
            moment=lambda iso: day(read_iso(iso) or 0, locale, place),
            named=lambda month: month_named(month, locale),
            number=lambda n: format_decimal(n, locale=locale),
            html=lambda text: Markup(clean(text)),
            **values,
        )
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("perron.suite.archive"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
