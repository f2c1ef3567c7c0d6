"""Moving to another account, and letting another one move here."""

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.people.model import Account
from perron.people.move import add_alias, aliases_of, move, move_back, moved_to, remove_alias
from perron.store import Db
from perron.web.again import show_form
from perron.web.door.proof import check_password
from perron.web.fields import Fields
from perron.web.visit import Visit

PAGE = "/settings/move"


async def show_moving(visit: Visit) -> Response:
    """The other names of an account, and where it has moved to."""
    return await _moving(visit)


async def add_name(visit: Visit, fields: Fields) -> Response:
    """Let another account move here."""
    me, typed = visit.must_write(), fields.text("name")
    try:
        await visit.write(lambda tx: add_alias(tx, me, typed, settings=visit.settings))
    except Refused as wrong:
        return await _moving(visit, wrong, "name", typed)
    return visit.go(f"{PAGE}?done=named")


async def drop_name(visit: Visit, fields: Fields) -> Response:
    """Let it move here no longer."""
    me, name = visit.must_write(), fields.text("name")
    await visit.write(lambda tx: remove_alias(tx, me, name))
    return visit.go(PAGE)


async def move_away(visit: Visit, fields: Fields) -> Response:
    """Lead those who follow to another account, by password."""
    signed_in, me, typed = visit.must_sign_in(), visit.must_write(), fields.text("to")
    try:
        await check_password(visit, signed_in.user, fields.text("password"))
        await visit.write(lambda tx: move(tx, me, typed, settings=visit.settings))
    except Refused as wrong:
        return await _moving(visit, wrong, "to", typed)
    return visit.go(f"{PAGE}?done=moved")


async def come_back(visit: Visit, fields: Fields) -> Response:
    """Be where one was."""
    me = visit.must_write()
    await visit.write(lambda tx: move_back(tx, me))
    return visit.go(PAGE)


async def _moving(visit: Visit, wrong: Refused | None = None, about: str = "", typed: str = "") -> Response:
    me = visit.must_write()

    def read(db: Db) -> tuple[list[str], Account | None]:
        return aliases_of(db, me.id), moved_to(db, me.id)

    names, to = await visit.read(read)
    return show_form(
        visit,
        "own/moving.html",
        wrong,
        names=names,
        to=to,
        about=about,
        typed=typed,
        done="" if wrong else visit.query.get("done", ""),
    )
