"""What the form offers while somebody types: people, tags, emoji; the language, and the page that a link leads to."""

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.media.emojis import visible_emojis
from perron.people.may import SUBMIT
from perron.people.relations import relations
from perron.people.search import search_accounts
from perron.posts.cards import card_as_stored, card_wanted
from perron.posts.tag_history import tags_that_begin, used_tags
from perron.store import Db, Tx
from perron.text.language import guess
from perron.text.letters import bare
from perron.text.reading import Reading, read
from perron.text.tags import fold
from perron.web.fields import Fields
from perron.web.shown import accounts_shown
from perron.web.told import number
from perron.web.visit import Visit
from perron.web.write.answers import tell
from perron.web.write.emoji_names import EMOJI

MOST = 8
OPEN = ("public", "unlisted")
"""Only for these is a page looked at before one publishes: nobody outside hears of what is for few."""
Offer = dict[str, Any]
"""`insert` is put into the text; `name` and perhaps `more` are shown, beside a picture (`face`, or `sign` as it is)."""


async def complete(visit: Visit) -> Response:
    """What could be meant by `@be`, `#pai` or `:smi`."""
    visit.must_sign_in()
    typed = visit.query.get("q", "")[:100].replace("\x00", "")
    offers = {"@": people_offered, "#": tags_offered, ":": emoji_offered}.get(typed[:1])
    if offers is None:
        raise NotFound
    return tell({"offers": await visit.read(lambda db: offers(visit, db, typed[1:]))})


def people_offered(visit: Visit, db: Db, typed: str) -> list[Offer]:
    """Accounts that are called so: those one follows first."""
    me = visit.reader_id or 0
    ids = search_accounts(db, typed, viewer=me, handle=typed.lower(), limit=MOST)
    return [
        {
            "insert": f"@{one['acct']}",
            "name": one["display_name"] or one["username"],
            "more": f"@{one['acct']}",
            "face": visit.ours(one["avatar"]) or one["avatar"],
            "square": one["brand"],
        }
        for one in accounts_shown(visit, db, _near(db, me, ids))
    ]


def _near(db: Db, me: int, ids: list[int]) -> list[int]:
    """Those of these accounts that one could talk to: not oneself, and nobody with whom there is a block."""
    between = relations(db, me, ids)
    apart = {one for one, held in between.items() if held.blocking or held.blocked_by}
    return [one for one in ids if one != me and one not in apart]


def tags_offered(visit: Visit, db: Db, typed: str) -> list[Offer]:
    """Tags that begin so, with how often they are used."""
    key = fold(typed)
    found = used_tags(db, tags_that_begin(db, key, limit=MOST)) if key else []
    return [
        {
            "insert": f"#{one.name}",
            "name": f"#{one.name}",
            "more": visit.words.ngettext("%(num)s use this week", "%(num)s uses this week", uses)
            % {"num": number(uses, visit.locale)},
        }
        for one in found
        for uses in [sum(day[1] for day in one.days)]
    ]


def emoji_offered(visit: Visit, db: Db, typed: str) -> list[Offer]:
    """Emoji that are called so: this server's own first."""
    wanted = bare(typed)
    own = [
        {"insert": f":{one.shortcode}:", "name": f":{one.shortcode}:", "face": visit.ours(visit.links.file(one.file))}
        for one in visible_emojis(db)
        if wanted in bare(one.shortcode)
    ]
    named = [(sign, names[visit.locale == "fr"]) for sign, *names in EMOJI]
    begins = [(sign, name) for sign, name in named if any(word.startswith(wanted) for word in bare(name).split())]
    return [*own, *({"insert": sign, "name": name, "sign": sign} for sign, name in begins)][:MOST]


async def look(visit: Visit, fields: Fields) -> Response:
    """What can be told of words that are still being written: their language, and the page they link to."""
    visit.must(SUBMIT)
    text = fields.text("text").replace("\x00", "")
    reading = read(text)
    told: dict[str, Any] = {"language": guess(text) or "", "card": None}
    if reading.links and fields.text("visibility") in OPEN:
        told["card"] = await visit.write(lambda tx: _card(tx, visit, reading))
    return tell(told)


def _card(tx: Tx, visit: Visit, reading: Reading) -> dict[str, Any] | None:
    card_id = card_wanted(tx, reading, visit.settings)
    card = card_as_stored(tx, card_id) if card_id else None
    if card is None:
        return None
    return {
        "state": card.state,
        "url": card.url,
        "title": card.title,
        "provider": card.provider or urlsplit(card.url).hostname,
        "image": visit.ours(visit.links.file(card.image)) if card.image else "",
    }
