"""Have an outlet: open it, change it, give it another secret, switch it off and on, let it go."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret, seal, unseal
from perron.kit.time import now
from perron.posts.model import Draft
from perron.store import Db, Tx
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.model import (
    DROPPED,
    FAILED,
    FEED,
    KINDS,
    MAIL,
    MOST_OUTLETS,
    OFF,
    ON,
    OVERLAP,
    PERSON,
    TELLS,
    TEST,
    UNKNOWN,
    WEBHOOK,
    Delivery,
    DeliveryDue,
    Outlet,
)
from perron.suite.atelier.outlets.sign import new_signing_secret

LONGEST_NAME, LONGEST_URL = 80, 500


def open_outlet(
    tx: Tx, account_id: int, *, kind: str, name: str, url: str = "", tells: Sequence[str] = (), open_: bool = False
) -> tuple[Outlet, str]:
    """Open an outlet; it, and the secret of a webhook, told this once."""
    if kind not in KINDS:
        raise Invalid("An outlet is a webhook, a feed or mail.")
    if kind == MAIL and not tx.settings.mail_list_most:
        raise Invalid("Nobody sends to lists of addresses on this server.")
    if len(queries.outlets_of(tx, account_id)) >= MOST_OUTLETS:
        raise Invalid(f"There are {MOST_OUTLETS} outlets already. Remove one first.")
    made = Outlet(new_id(), account_id, kind, name, url, "", "", None, " ".join(tells), open_, ON, "", None)
    made = _checked(made)
    secret, code = _new_secret(made)
    made = made._replace(secret=seal(tx.settings.data, secret, about(made.id)) if secret else "")
    queries.add_outlet(tx, made, code)
    return made, secret if kind == WEBHOOK else ""


def change_outlet(tx: Tx, account_id: int, outlet_id: int, **changes: Any) -> Outlet:
    """Another name, address, or what it hears of; what is not named stays."""
    made = _checked(own_outlet(tx, account_id, outlet_id)._replace(**changes))
    queries.change_outlet(tx, made)
    return made


def renew_secret(tx: Tx, account_id: int, outlet_id: int) -> str:
    """Another secret, told this once; the one before signs as well for a day. A feed gets another address at once."""
    one = own_outlet(tx, account_id, outlet_id)
    if one.kind == MAIL:
        raise Invalid("A list of addresses has no secret.")
    secret, code = _new_secret(one)
    signs = one.kind == WEBHOOK
    sealed = seal(tx.settings.data, secret, about(one.id))
    until = now() + OVERLAP if signs else None
    queries.change_secret(tx, one.id, sealed, one.secret if signs else "", until, code)
    return secret


def switch(tx: Tx, account_id: int, outlet_id: int, *, on: bool) -> None:
    """Send nothing there until it is switched on again."""
    one = own_outlet(tx, account_id, outlet_id)
    queries.switch_outlet(tx, one.id, ON if on else OFF, "" if on else PERSON)


def drop_outlet(tx: Tx, account_id: int, outlet_id: int) -> None:
    """Let an outlet go, with its readers. What was published there stays where it is."""
    queries.remove_outlet(tx, own_outlet(tx, account_id, outlet_id).id)


def own_outlet(db: Db, account_id: int, outlet_id: int) -> Outlet:
    """An outlet of one's own."""
    found = queries.outlet_as_stored(db, outlet_id)
    if found is None or found.account_id != account_id:
        raise NotFound("This outlet is gone, or belongs to somebody else.")
    return found


def about(outlet_id: int) -> str:
    """What its secrets are sealed for."""
    return f"outlet {outlet_id}"


def secrets_of(data: Path, one: Outlet) -> list[str]:
    """The secrets that count now, the newest first; none where this installation's own secret was lost."""
    kept = [one.secret]
    if one.former and one.former_until is not None and one.former_until > now():
        kept.append(one.former)
    return [found for sealed in kept if sealed and (found := unseal(data, sealed, about(one.id)))]


def address_of(data: Path, one: Outlet) -> str:
    """What stands in the address of a feed: its id when it is for everybody, its code otherwise."""
    if one.open:
        return str(one.id)
    return next(iter(secrets_of(data, one)), "")


def check_chosen(db: Db, account_id: int, drafts: Sequence[Draft]) -> None:
    """Refuse outlets that the account has not."""
    chosen = {one for draft in drafts for one in draft.outlets}
    if chosen - {one.id for one in queries.outlets_of(db, account_id)} if chosen else ():
        raise Invalid("One of the places you chose is gone, or belongs to somebody else. Nothing was published.")


# -- what went there ---------------------------------------------------------------------------------------------------


def try_out(tx: Tx, account_id: int, outlet_id: int) -> int:
    """Send a webhook something that means nothing, to see whether it arrives."""
    one = own_outlet(tx, account_id, outlet_id)
    if one.kind != WEBHOOK or one.state != ON:
        raise Invalid("Only a webhook that is switched on can be tried.")
    made = queries.add_delivery(tx, one, TEST, told="{}", due=now())
    emit(tx, DeliveryDue(made))
    return made


def resend(tx: Tx, account_id: int, delivery_id: int) -> None:
    """Try once more what failed, what was passed over, or what nobody knows the end of: somebody decided so."""
    one = own_delivery(tx, account_id, delivery_id)
    if one.state not in (FAILED, UNKNOWN, DROPPED) or not queries.send_again(tx, one.id, one.state):
        raise Invalid("This is on its way, or has arrived.")
    emit(tx, DeliveryDue(one.id))


def settle(tx: Tx, account_id: int, delivery_id: int) -> None:
    """Say of what nobody knows the end of that it arrived: somebody looked."""
    one = own_delivery(tx, account_id, delivery_id)
    if one.state != UNKNOWN or not queries.set_delivery(tx, one.id, UNKNOWN, "done", "by hand"):
        raise Invalid("It is known already what became of this.")


def own_delivery(db: Db, account_id: int, delivery_id: int) -> Delivery:
    """Something that was sent to an outlet of one's own."""
    found = queries.delivery_as_stored(db, delivery_id)
    if found is None or found.account_id != account_id:
        raise NotFound("This delivery is gone, or belongs to somebody else.")
    return found


# -- what is refused ---------------------------------------------------------------------------------------------------


def _checked(one: Outlet) -> Outlet:
    name = " ".join(one.name.replace("\x00", "").split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(f"An outlet needs a name of at most {LONGEST_NAME} characters.")
    if one.kind != WEBHOOK:
        return one._replace(name=name, url="", tells="")
    if set(one.told) - set(TELLS):
        raise Invalid("A webhook cannot be told of this.")
    tells = " ".join(each for each in TELLS if each in one.told)
    return one._replace(name=name, url=_read_url(one.url), tells=tells, open=False)


def _read_url(text: str) -> str:
    url = text.strip()
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        sound = False
    if not sound or len(url) > LONGEST_URL or not url.isascii() or any(map(str.isspace, url)):
        raise Invalid("A webhook needs the address of a program, over https.")
    return url


def _new_secret(one: Outlet) -> tuple[str, bytes | None]:
    """A secret for an outlet, and by what a feed is found by it."""
    if one.kind == MAIL:
        return "", None
    secret = new_secret(16) if one.kind == FEED else new_signing_secret()
    return secret, fingerprint(secret) if one.kind == FEED else None
