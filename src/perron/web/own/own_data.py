"""Settings, one's own data: what is kept and how much of it, an archive to take along, and the end of an account."""

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.responses import FileResponse, Response

from perron.kit.errors import Invalid, NotAllowed, Refused
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.model import Account
from perron.people.standing import delete_account, leaves_no_owner
from perron.store import Db, Tx
from perron.suite.archive.ask import ask_for_archive, cancel_archive, file_of, find_archive
from perron.suite.archive.content import how_much
from perron.suite.archive.model import Archive
from perron.suite.archive.queries import archives_of
from perron.web.again import show_form
from perron.web.door.proof import check_password, must_prove
from perron.web.fields import Fields, read_id
from perron.web.manage.running import sized
from perron.web.visit import Visit

DELETE = "/settings/data/delete"


async def show_data(visit: Visit) -> Response:
    """What this server keeps of who is signed in."""
    return await _data(visit)


async def ask(visit: Visit, fields: Fields) -> Response:
    """Have everything packed."""
    signed_in = _owner(visit)
    try:
        await visit.write(lambda tx: ask_for_archive(tx, signed_in[0], signed_in[1]))
    except Refused as wrong:
        return await _data(visit, wrong)
    return visit.go("/settings/data#archive")


async def call_off(visit: Visit, fields: Fields) -> Response:
    """Call off an archive, or remove it."""
    user_id, account_id = _owner(visit)
    archive_id = read_id(visit.path["id"])
    await visit.write(lambda tx: cancel_archive(tx, archive_id, user_id=user_id, account_id=account_id))
    return visit.go("/settings/data#archive")


async def fetch(visit: Visit) -> Response:
    """The archive itself, for the one who asked for it."""
    user_id, account_id = _owner(visit)
    archive_id, me = read_id(visit.path["id"]), visit.must_sign_in().account
    found = await visit.read(lambda db: find_archive(db, archive_id, user_id=user_id, account_id=account_id))
    path = await asyncio.to_thread(file_of, visit.settings, found)
    headers = {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/zip", filename=f"perron-{me.handle}.zip", headers=headers)


async def show_archive(visit: Visit) -> Response:
    """How far the newest archive is: the part of the page that a script asks for anew."""
    user_id, account_id = _owner(visit)
    if not visit.part:
        return visit.go("/settings/data#archive")
    archives = await visit.read(lambda db: archives_of(db, user_id, account_id))
    return visit.show("own/own_archive.html", cache_control="no-store", archive=_newest(archives, visit.locale))


async def show_deletion(visit: Visit) -> Response:
    """What happens when an account is deleted."""
    _owner(visit)
    return await _deletion(visit)


async def delete(visit: Visit, fields: Fields) -> Response:
    """Delete the account, for good."""
    _owner(visit)
    signed_in = visit.must_sign_in()
    me, user = signed_in.account, signed_in.user
    try:
        if fields.text("handle").strip().removeprefix("@").lower() != me.handle:
            raise Invalid("This is not the name of this account. Nothing was deleted.")
        if user.password:
            await check_password(visit, user, fields.text("password"))
        else:
            must_prove(visit, DELETE)
        await visit.write(lambda tx: _delete(tx, me))
    except Refused as wrong:
        return await _deletion(visit, wrong, fields.text("handle"))
    visit.drop_session()
    return visit.show("own/farewell.html", cache_control="no-store", handle=me.handle)


def _delete(tx: Tx, me: Account) -> None:
    if leaves_no_owner(tx, me):
        raise NotAllowed("You are the only owner of this server. Name another one first; nothing was deleted.")
    delete_account(tx, me)


def _owner(visit: Visit) -> tuple[int, int]:
    """The user and the account whose data it is; whoever only helps with an account takes nothing along."""
    signed_in = visit.must_sign_in()
    if signed_in.viewer.role != "owner":
        raise NotAllowed("Only an owner of this account may take its data along, or delete it.")
    return signed_in.user.id, signed_in.account.id


def _newest(archives: list[Archive], locale: str) -> dict[str, Any] | None:
    """The archive that is being made or waits to be fetched, as the page shows it."""
    one = next((each for each in archives if each.running or each.state == "ready"), None)
    if one is None:
        return None
    times = {"made": iso(born(one.id)), "until": iso(one.until) if one.until else ""}
    return asdict(one) | times | {"running": one.running, "size": sized(one.bytes, locale)}


async def _data(visit: Visit, wrong: Refused | None = None) -> Response:
    signed_in = visit.must_sign_in()
    user, me = signed_in.user, signed_in.account

    def read(db: Db) -> tuple[dict[str, int], list[Archive]]:
        return how_much(db, me.id, user.id), archives_of(db, user.id, me.id)

    kept, archives = await visit.read_slowly(read)
    mine, files = signed_in.viewer.role == "owner", sized(kept["bytes"], visit.locale)
    return show_form(
        visit,
        "own/own_data.html",
        wrong,
        kept=kept,
        archive=_newest(archives, visit.locale),
        mine=mine,
        files=files,
        user=user,
    )


async def _deletion(visit: Visit, wrong: Refused | None = None, typed: str = "") -> Response:
    signed_in = visit.must_sign_in()
    user, me = signed_in.user, signed_in.account
    if not user.password:
        must_prove(visit, DELETE)
    kept = await visit.read_slowly(lambda db: how_much(db, me.id, user.id))
    return show_form(visit, "own/delete_account.html", wrong, kept=kept, typed=typed, has_password=bool(user.password))
