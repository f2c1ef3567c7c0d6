"""Decks: the page with all columns, the one to begin with, and what is done with a deck as a whole."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.model import Account
from perron.posts.tag_history import used_tags
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.suite.atelier.deck.arrange import ordered, places_on, screen_called
from perron.suite.atelier.deck.first_sets import SETS, Known, first_set
from perron.suite.atelier.deck.keep import forget_deck, make_deck, own_deck, rename, replace_deck
from perron.suite.atelier.deck.model import MOST_DECKS, Arrangement, Deck
from perron.suite.atelier.deck.queries import deck_names
from perron.timelines.lists import lists_of
from perron.timelines.tag_follows import followed_tags
from perron.web.deck.shown import FIRST, Head, head_of, seen
from perron.web.fields import Fields, read_id
from perron.web.headers import YEAR
from perron.web.shown import accounts_shown
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why

LAST = "perron_deck"
"""The cookie that says which deck this browser looked at last."""
SCREEN = "perron_screen"
"""The cookie in which our script leaves the size of the screen."""
TAGS = 40


def user_and_account(visit: Visit) -> tuple[int, Account]:
    """Whose decks these are: a user, for an account."""
    signed_in = visit.must_sign_in()
    return signed_in.user.id, signed_in.account


def screen_of(visit: Visit, said: str = "") -> str:
    """The size of the screen, as the form or our script says; else what the browser tells of itself."""
    phone = visit.request.headers.get("sec-ch-ua-mobile") == "?1"
    return screen_called(said or visit.request.cookies.get(SCREEN, "") or ("phone" if phone else "laptop"))


def deck_here(visit: Visit, db: Db) -> Deck:
    """The deck in the address."""
    user_id, me = user_and_account(visit)
    return own_deck(db, user_id, me.id, read_id(visit.path["id"]))


async def lead(visit: Visit) -> Response:
    """Lead to the deck that was looked at last; to the page that explains when there is none."""
    user_id, me = user_and_account(visit)
    names = await visit.read(lambda db: deck_names(db, user_id, me.id))
    if not names:
        return await begin(visit)
    last = read_id(visit.request.cookies.get(LAST, ""))
    return visit.go(f"/deck/{last if last in dict(names) else names[0][0]}", 302)


async def begin(visit: Visit) -> Response:
    """What a deck is, and sets of columns to begin with."""
    return await _begin(visit)


async def _begin(visit: Visit, wrong: Refused | None = None, name: str = "") -> Response:
    user_id, me = user_and_account(visit)

    def read(db: Db) -> dict[str, Any]:
        known = _known(visit, db, me)
        sets = {one: [head_of(visit, db, column) for column in first_set(one, known).columns] for one in SETS}
        return {"sets": sets, "decks": deck_names(db, user_id, me.id)}

    found = await visit.read(read)
    said = visit.explain(wrong) if wrong else ""
    return visit.show("deck/begin.html", status=wrong.status if wrong else 200, wrong=said, name=name, **found)


def _known(visit: Visit, db: Db, me: Account) -> Known:
    (shown,) = accounts_shown(visit, db, [me.id])
    lists = [one.id for one in lists_of(db, me.id)]
    rows = followed_tags(db, me.id, Paging(limit=TAGS))
    name = str(shown["display_name"] or me.username).replace('"', "")
    return Known(name, lists, [one.key for one in used_tags(db, [row[1] for row in rows])])


async def make(visit: Visit, fields: Fields) -> Response:
    """Begin a deck, with a set of columns or with none."""
    user_id, me = user_and_account(visit)
    chosen, name = fields.text("set"), fields.text("name")

    def work(tx: Tx) -> Deck:
        return make_deck(tx, user_id, me.id, name, first_set(chosen, _known(visit, tx, me)))

    try:
        made = await visit.write(work)
    except Refused as wrong:
        return await _begin(visit, wrong, name)
    return visit.go(f"/deck/{made.id}")


async def show(visit: Visit) -> Response:
    """All columns of a deck, each with its newest posts and a link to the page that has all of it."""
    user_id, me = user_and_account(visit)
    screen = screen_of(visit)

    def read(db: Db) -> dict[str, Any]:
        deck = deck_here(visit, db)
        return {"deck": deck, "decks": deck_names(db, user_id, me.id), **columns_on(visit, db, deck, screen)}

    found = await visit.read_slowly(read)
    visit.set_cookie(LAST, str(found["deck"].id), seconds=YEAR)
    return visit.show("deck/deck.html", screen=screen, full=len(found["decks"]) >= MOST_DECKS, **found)


def columns_on(visit: Visit, db: Db, deck: Deck, screen: str) -> dict[str, Any]:
    """The columns that stand in a deck on a screen of this size, and those in windows of their own."""
    places = places_on(deck.holds, screen)
    held = {one.id: one for one in deck.holds.columns}
    apart: list[tuple[int, Head]] = [(one.column, head_of(visit, db, held[one.column])) for one in places if one.apart]
    shown = [seen(visit, db, held[one.column], one, limit=FIRST) for one in places if not one.apart]
    return {"columns": shown, "apart": apart, "layouts": _layouts(deck.holds)}


def _layouts(held: Arrangement) -> dict[str, Any]:
    """The order on every size of screens, for the script: a window can change its size."""
    return {
        screen: [[one.column, one.width, one.apart] for one in places_on(held, screen)]
        for screen in ("phone", "laptop", "wide")
    }


async def name(visit: Visit, fields: Fields) -> Response:
    """Call a deck something else."""
    await visit.write(lambda tx: rename(tx, deck_here(visit, tx), fields.text("name")))
    return visit.go(f"/deck/{read_id(visit.path['id'])}")


async def remove(visit: Visit, fields: Fields) -> Response:
    """Forget a deck."""
    user_id, me = user_and_account(visit)
    await visit.write(lambda tx: forget_deck(tx, user_id, me.id, read_id(visit.path["id"])))
    return visit.go("/deck")


async def order(visit: Visit, fields: Fields) -> Response:
    """Put the columns in another order on screens of one size, as the script has them; refused when the deck was
    arranged elsewhere meanwhile."""
    screen = screen_of(visit, fields.text("screen"))
    ids = [read_id(one) for one in fields.text("order").split(",")]

    def work(tx: Tx) -> Deck:
        deck = deck_here(visit, tx)
        holds = ordered(deck.holds, screen, ids)
        return replace_deck(tx, deck, read_id(fields.text("version")), deck.name, holds)

    try:
        kept = await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return tell_why(visit, wrong)
    return tell(as_kept(kept)) if visit.part else visit.go(f"/deck/{kept.id}")


def as_kept(deck: Deck) -> dict[str, Any]:
    """What the script has to know of a deck that was changed."""
    return {"version": deck.version, "layouts": _layouts(deck.holds)}


async def choose(visit: Visit) -> Response:
    """What could stand in one more column."""
    return await choices(visit)


async def choices(visit: Visit, wrong: Refused | None = None, typed: str = "", at: str = "") -> Response:
    """The same, with what was refused of it."""
    _, me = user_and_account(visit)

    def read(db: Db) -> dict[str, Any]:
        rows = followed_tags(db, me.id, Paging(limit=TAGS))
        return {
            "deck": deck_here(visit, db),
            "lists": lists_of(db, me.id),
            "tags": used_tags(db, [row[1] for row in rows]),
        }

    found = await visit.read(read)
    said = visit.explain(wrong) if wrong else ""
    status = wrong.status if wrong else 200
    return visit.show("deck/add.html", status=status, wrong=said, typed=typed, at=at, **found)
