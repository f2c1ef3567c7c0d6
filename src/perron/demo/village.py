"""Saint-Aubry-les-Marches, a town that does not exist: who lives there, what they said, who liked it.

The words stand in `words/`; here they are given dates and company. The same seed and day make the same town.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib import resources
from typing import cast

from perron.demo.model import (
    Bookmark,
    Boost,
    Favourite,
    Follow,
    FollowedTag,
    Kind,
    Membership,
    PeopleList,
    Person,
    Picture,
    Pin,
    Poll,
    Role,
    Saying,
    Town,
    Visibility,
    Vote,
)

NAME = "Saint-Aubry-les-Marches"
ABOUT = {
    "fr": "Le perron d'une petite ville du Sud : on s'y assoit, on raconte sa journée, on écoute les autres.",
    "en": "The church steps of a small southern town: sit down, tell your day, listen to the others.",
}
RULES = (
    {"fr": "On critique les idées, pas les gens.", "en": "Argue with ideas, not with people."},
    {"fr": "On cite ses sources, on rend ce qu'on emprunte.", "en": "Name your sources, return what you borrow."},
    {"fr": "Ce qui est dit entre peu de gens y reste.", "en": "What is said among few stays there."},
)
DAYS = 120
LOCKED = ("lou", "simone", "jade")
MEMBERS: tuple[tuple[str, str, Role], ...] = (
    ("amina", "echo", "owner"),
    ("lucien", "echo", "editor"),
    ("nadia", "marche", "editor"),
    ("nadia", "rugby", "editor"),
    ("solene", "theatre", "editor"),
    ("clara", "librairie", "owner"),
    ("harriet", "tearoom", "owner"),
    ("fanny", "mairie", "analyst"),
)
WEATHER = (
    *("Grand bleu", "Brume au lavoir", "Vent du nord", "Averses", "Ciel de lait", "Soleil franc"),
    "Orage en fin de journée",
)
REMARKS = (
    *("Un pull le matin.", "Les volets à mi-clos.", "Le banc est sec.", "Le banc est mouillé."),
    *("Le clocher se voit de loin.", "Parapluie au cas où.", "Bon temps pour le linge."),
)
ENGLISH = ("dirk", "tom", "grace", "harriet", "callum", "wren", "edith", "tearoom", "elias", "nils", "william")
TAGS = (("ada", "lecture"), ("bea", "reliure"), ("dirk", "vélo"), ("callum", "rugby"), ("grace", "écriture"))

_NOTE = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\] ?")
_SCENE = re.compile(r"(\w+)(?: \[([^\]]*)\])?: (.+)")


@dataclass(frozen=True, slots=True)
class Words:
    """A line of a file: who says what, and how."""

    who: str
    text: str
    visibility: Visibility = "public"
    warning: str | None = None
    pictures: tuple[Picture, ...] = ()
    options: tuple[str, ...] = ()
    answers: int | None = None


@dataclass(slots=True)
class Draft:
    """The town while it is being told."""

    rng: random.Random
    until: datetime
    people: tuple[Person, ...]
    sayings: list[tuple[Saying, int | None]] = field(default_factory=list)

    def day(self, ago: float, hour: float) -> datetime:
        """A moment so many days ago, at an hour of that day."""
        start = self.until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=int(ago) + 1)
        return start + timedelta(hours=hour, seconds=self.rng.randrange(60))

    def some_hour(self) -> float:
        """An hour at which people talk: mornings, noon, evenings."""
        return self.rng.choice((7.5, 8.5, 9, 12.5, 13, 17.5, 18.5, 19, 20, 21)) + self.rng.random() * 0.9


def build(until: datetime, seed: int = 7) -> Town:
    """The town as it stands at `until`, with the four months before it."""
    draft = Draft(random.Random(seed), until, tuple(_people(until)))
    _tell_singles(draft)
    _tell_talks(draft)
    _tell_weather(draft)
    sayings = _in_order(draft.sayings)
    follows = _follows(draft)
    return Town(
        name=NAME,
        about=ABOUT,
        rules=RULES,
        people=draft.people,
        memberships=tuple(Membership(*one) for one in MEMBERS),
        moderators=("hortense",),
        administrators=("bruno",),
        follows=follows,
        sayings=sayings,
        boosts=tuple(_boosts(draft, sayings)),
        favourites=tuple(_favourites(draft, sayings)),
        bookmarks=tuple(_bookmarks(draft, sayings)),
        votes=tuple(_votes(draft, sayings)),
        pins=tuple(_pins(sayings)),
        lists=tuple(_lists(follows)),
        followed_tags=tuple(FollowedTag(*one) for one in TAGS),
    )


def lines(name: str) -> Iterator[str]:
    """The lines of a file of words, without its comments."""
    text = resources.files("perron.demo").joinpath("words", name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if not line.startswith("#"))


def _people(until: datetime) -> Iterator[Person]:
    for n, line in enumerate(lines("village_people.txt")):
        parts = [part.strip() for part in line.split("|")]
        username, name, kind, locale, circles, fame, header, accent, bio = parts
        where = ("Quartier", "Les Marches") if locale == "fr" else ("Where", "The steps")
        yield Person(
            username=username,
            name=name,
            kind=cast(Kind, kind),
            locale=locale,
            bio=bio,
            fields=(where,) if kind == "person" else (),
            accent=accent,
            locked=username in LOCKED,
            header=header,
            circles=tuple(circles.split()),
            fame=int(fame),
            joined=until - timedelta(days=DAYS + 5 + 3 * n, hours=n % 11),
        )


def _read(line: str) -> Words:
    """`who >2 | [cw A warning] [scene: what it shows] the words`"""
    head, _, text = line.partition(" | ")
    who, _, place = head.strip().partition(" >")
    said = Words(who, text, answers=int(place) if place else None)
    while found := _NOTE.match(said.text):
        said = _with_note(replace(said, text=said.text[found.end() :]), found[1])
    return said


def _with_note(said: Words, note: str) -> Words:
    kind, _, rest = note.partition(" ")
    if note in ("followers", "unlisted"):
        return replace(said, visibility=cast(Visibility, note))
    if note == "direct":
        return replace(said, visibility="mentioned")
    if kind == "cw":
        return replace(said, warning=rest)
    if kind == "poll":
        return replace(said, options=tuple(part.strip() for part in rest.split(" / ")))
    drawn = _SCENE.fullmatch(note)
    if drawn is None:
        raise ValueError(note)
    words = tuple(part.strip() for part in (drawn[2] or "").split(" / ") if part.strip())
    return replace(said, pictures=(Picture(drawn[1], len(said.text) + len(said.who), drawn[3], words),))


def _say(draft: Draft, words: Words, at: datetime, reply_to: int | None = None) -> int:
    """Write a line down; its place in the order of telling."""
    poll = Poll(words.options, at + timedelta(days=2)) if words.options else None
    language = "en" if words.who in ENGLISH else "fr"
    saying = Saying(words.who, words.text, at, language, words.visibility, None, words.warning, poll, words.pictures)
    draft.sayings.append((saying, reply_to))
    return len(draft.sayings) - 1


def _tell_singles(draft: Draft) -> None:
    singles = [_read(line) for line in lines("village_sayings.txt") if line.strip()]
    draft.rng.shuffle(singles)
    for n, words in enumerate(singles):
        _say(draft, words, draft.day(n * (DAYS - 1) / len(singles), draft.some_hour()))


def _tell_talks(draft: Draft) -> None:
    scenes = "\n".join(lines("village_talks.txt")).split("\n\n")
    for n, scene in enumerate(scenes):
        at = draft.day(1 + n * (DAYS * 0.8) / len(scenes), draft.some_hour() - 2)
        places: list[int] = []
        for words in (_read(line) for line in scene.strip().splitlines()):
            parent = None if not places else places[words.answers if words.answers is not None else -1]
            places.append(_say(draft, words, at, parent))
            at += timedelta(minutes=draft.rng.randint(2, 25), seconds=draft.rng.randrange(60))


def _tell_weather(draft: Draft) -> None:
    for ago in range(DAYS):
        degrees = round(14 + 8 * draft.rng.random() + (ago % 30) / 10)
        sky, remark = draft.rng.choice(WEATHER), draft.rng.choice(REMARKS)
        text = f"{sky}, {degrees} degrés au sommet des marches. {remark} #météo"
        _say(draft, Words("meteo", text), draft.day(ago, 6.5))


def _in_order(told: Sequence[tuple[Saying, int | None]]) -> tuple[Saying, ...]:
    """Everything by date; an answer points to the place of what it answers."""
    order = sorted(range(len(told)), key=lambda n: told[n][0].at)
    place = {old: new for new, old in enumerate(order)}
    return tuple(
        replace(saying, reply_to=None if parent is None else place[parent])
        for saying, parent in (told[old] for old in order)
    )


def _follows(draft: Draft) -> tuple[Follow, ...]:
    found = []
    for who in draft.people:
        for whom in draft.people:
            shared = len({*who.circles} & {*whom.circles})
            wish = 0.01 * whom.fame + 0.16 * shared + (0.9 if who.username == "gaston" else 0)
            if who is not whom and who.kind != "bot" and draft.rng.random() < wish:
                found.append((who.username, whom.username))
    chosen = dict.fromkeys([*found, ("bea", "ada"), ("simone", "gaston"), ("dirk", "edith")])
    chosen.pop(("dirk", "ada"), None)
    start = draft.until - timedelta(days=DAYS)
    return tuple(
        Follow(who, whom, start + timedelta(minutes=n), pending=whom in LOCKED and who in ("dirk", "tom", "xavier"))
        for n, (who, whom) in enumerate(chosen)
    )


def _open(sayings: Sequence[Saying]) -> Iterator[tuple[int, Saying]]:
    """Posts that anybody may like, the robot's left out."""
    return (
        (n, saying)
        for n, saying in enumerate(sayings)
        if saying.visibility in ("public", "unlisted") and saying.author != "meteo"
    )


def _crowd(draft: Draft, saying: Saying, most: int) -> list[str]:
    """A few people other than the author, more of them the better the author is known."""
    fame = next(one.fame for one in draft.people if one.username == saying.author)
    others = [one.username for one in draft.people if one.username != saying.author and one.kind == "person"]
    return draft.rng.sample(others, min(most, int(draft.rng.random() ** 1.5 * fame * 2.5)))


def _later(draft: Draft, at: datetime, hours: float) -> datetime:
    return min(draft.until - timedelta(minutes=1), at + timedelta(hours=draft.rng.random() * hours, minutes=3))


def _boosts(draft: Draft, sayings: Sequence[Saying]) -> Iterator[Boost]:
    for n, saying in _open(sayings):
        for who in _crowd(draft, saying, 3) if draft.rng.random() < 0.5 else ():
            yield Boost(who, n, _later(draft, saying.at, 20))


def _favourites(draft: Draft, sayings: Sequence[Saying]) -> Iterator[Favourite]:
    for n, saying in _open(sayings):
        for who in _crowd(draft, saying, 14):
            yield Favourite(who, n, _later(draft, saying.at, 30))


def _bookmarks(draft: Draft, sayings: Sequence[Saying]) -> Iterator[Bookmark]:
    for n, saying in _open(sayings):
        if draft.rng.random() < 0.12:
            for who in ("ada", "bea", "gaston"):
                if who != saying.author:
                    yield Bookmark(who, n, _later(draft, saying.at, 40))


def _votes(draft: Draft, sayings: Sequence[Saying]) -> Iterator[Vote]:
    for n, saying in enumerate(sayings):
        if saying.poll is None:
            continue
        others = [one.username for one in draft.people if one.username != saying.author and one.kind == "person"]
        for who in draft.rng.sample(others, draft.rng.randint(9, 30)):
            choice = draft.rng.choices(range(len(saying.poll.options)), weights=range(len(saying.poll.options), 0, -1))
            yield Vote(who, n, tuple(choice), _later(draft, saying.at, 40))


def _pins(sayings: Sequence[Saying]) -> Iterator[Pin]:
    for who in ("ada", "echo", "joseph", "edith"):
        n = next(n for n, saying in _open(sayings) if saying.author == who and saying.reply_to is None)
        yield Pin(who, n)


def _lists(follows: Sequence[Follow]) -> Iterator[PeopleList]:
    for owner, title, wanted in (
        ("ada", "Les voisins", ("bea", "joseph", "simone", "gaston", "camille")),
        ("amina", "Sources", ("mairie", "solene", "victor", "ursule")),
        ("gaston", "The English bench", ("edith", "dirk", "tom", "harriet")),
    ):
        followed = {one.whom for one in follows if one.who == owner and not one.pending}
        yield PeopleList(owner, title, tuple(name for name in wanted if name in followed))
