"""Who reads by mail: asked first, written to once they have said yes, gone by one press, and not brought back by
others."""

from collections.abc import Sequence
from pathlib import Path

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.mail import read_stop_code, stop_code
from perron.kit.time import HOUR, now
from perron.people.join import read_email
from perron.store import Db, Tx
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.keep import own_outlet
from perron.suite.atelier.outlets.model import MAIL, MOST_UNCONFIRMED, ON, Outlet, Reader, ReaderAsked

YES, STOP = "letters-yes", "letters-stop"
"""What an address in a letter is good for."""
MOST_AT_ONCE = 200


def ask_readers(tx: Tx, account_id: int, outlet_id: int, addresses: Sequence[str], locale: str) -> int:
    """Ask people whether they wish to be written to; how many were asked."""
    one = _list_of(own_outlet(tx, account_id, outlet_id))
    emails = list(dict.fromkeys(map(read_email, addresses)))
    if not 0 < len(emails) <= MOST_AT_ONCE:
        raise Invalid(f"Name from 1 to {MOST_AT_ONCE} addresses.")
    return sum(_ask(tx, one, email, locale, themselves=False) for email in emails)


def ask_oneself_in(tx: Tx, outlet_id: int, address: str, locale: str) -> None:
    """Ask to be written to. Nobody is told whether the address is known."""
    _ask(tx, open_list(tx, outlet_id), read_email(address), locale, themselves=True)


def _ask(tx: Tx, one: Outlet, email: str, locale: str, *, themselves: bool) -> bool:
    known = queries.reader_called(tx, one.id, email)
    if known is not None and known.reads:
        return False
    if known is not None and known.left_at and not themselves:
        return False
    if known is not None and not known.left_at and known.asked_at > now() - HOUR:
        return False
    _check_room(tx, one)
    if known is None:
        asked = queries.add_reader(tx, one.id, email, locale)
    else:
        asked = known.id
        queries.ask_once_more(tx, asked)
    emit(tx, ReaderAsked(asked))
    return True


def _check_room(tx: Tx, one: Outlet) -> None:
    asked = queries.readers_of(tx, one.id)
    if sum(each.reads for each in asked) >= tx.settings.mail_list_most:
        raise Invalid("This list is full.")
    if sum(each.confirmed_at is None and each.left_at is None for each in asked) >= MOST_UNCONFIRMED:
        raise Invalid("Many people were asked and have not answered yet. Ask again in a few days.")


def say_yes(tx: Tx, code: str) -> Outlet:
    """Somebody wishes to be written to: whoever has the letter that asked."""
    one, outlet = reader_by(tx, code, YES, data=tx.settings.data)
    if not one.reads:
        queries.note_confirmed(tx, one.id)
    return outlet


def leave(tx: Tx, code: str) -> Outlet:
    """Somebody wishes to be written to no more."""
    one, outlet = reader_by(tx, code, STOP, data=tx.settings.data)
    queries.note_left(tx, one.id)
    return outlet


def take_off(tx: Tx, account_id: int, outlet_id: int, reader_id: int) -> None:
    """Write to somebody no more."""
    if not queries.remove_reader(tx, own_outlet(tx, account_id, outlet_id).id, reader_id):
        raise NotFound("This address is not on the list.")


def reader_by(db: Db, code: str, good_for: str, *, data: Path) -> tuple[Reader, Outlet]:
    """Whom a code in a letter names, and what it was about."""
    found = read_stop_code(data, code)
    one = queries.reader_as_stored(db, found[0]) if found and found[1] == good_for else None
    outlet = queries.outlet_as_stored(db, one.outlet_id) if one else None
    if one is None or outlet is None:
        raise NotFound("This list is gone, or the address in the letter is not whole.")
    return one, outlet


def code_for(data: Path, reader_id: int, good_for: str) -> str:
    """What stands in a letter to somebody."""
    return stop_code(data, reader_id, good_for)


def open_list(db: Db, outlet_id: int) -> Outlet:
    """A list that anybody may ask to be on."""
    found = queries.outlet_as_stored(db, outlet_id)
    if found is None or found.kind != MAIL or not found.open or found.state != ON:
        raise NotFound("This list is gone, or not for everybody.")
    return found


def _list_of(one: Outlet) -> Outlet:
    if one.kind != MAIL:
        raise Invalid("Only a list of addresses has readers.")
    return one
