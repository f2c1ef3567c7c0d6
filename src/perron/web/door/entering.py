"""How a browser is signed in, and the state half-way: the password was right, and a second step is still to be made.

Half-way, nothing is open: a slip of ten minutes names whose password was given, and only the second step reads it.
"""

from dataclasses import dataclass
from hashlib import sha256

from perron.kit.errors import NotAllowed
from perron.people.model import Account, User
from perron.people.passkeys import Passkey, passkeys_of
from perron.people.queries import accounts_of_user
from perron.people.second_factor import SecondFactor, second_factor_of
from perron.people.sessions import end_session, start_session
from perron.people.users import user_as_stored
from perron.store import Db, Tx
from perron.web.door.proof import note_proof
from perron.web.door.slips import drop_slip, give_slip, read_slip
from perron.web.fields import safe_next
from perron.web.visit import Visit

HALF_WAY, LASTS = "half_way", 600


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody whose password was right, what their second step can be, and where they wanted to go."""

    user: User
    account: Account
    factor: SecondFactor
    keys: list[Passkey]
    wanted: str


async def enter(visit: Visit, user: User, account: Account) -> None:
    """Sign a browser in under a new cookie."""
    old, browser = visit.session_value, visit.request.headers.get("user-agent", "")

    def begin(tx: Tx) -> str:
        end_session(tx, old)
        return start_session(tx, user.id, account.id, browser=browser)

    drop_slip(visit, HALF_WAY)
    visit.keep_session(await visit.write_owed(begin))
    note_proof(visit, user.id)


def stop_half_way(visit: Visit, user: User, wanted: str) -> None:
    """Remember for ten minutes, in this browser, that a password was right."""
    give_slip(visit, HALF_WAY, {"user": user.id, "password": _mark(user), "next": wanted}, LASTS)


async def half_way(visit: Visit) -> HalfWay | None:
    """Who stands half-way at this browser; None when the slip is too old or the password was changed meanwhile."""
    slip = read_slip(visit, HALF_WAY)
    return await visit.read(lambda db: _stands(db, slip["user"], slip["password"], slip["next"])) if slip else None


def _stands(db: Db, user_id: int, mark: str, wanted: str) -> HalfWay | None:
    factor = second_factor_of(db, user_id)
    if not factor.on:
        return None
    user, accounts = user_as_stored(db, user_id), accounts_of_user(db, user_id)
    if _mark(user) != mark:
        return None
    return HalfWay(user, account_to_enter(user, accounts), factor, passkeys_of(db, user_id), safe_next(wanted))


def account_to_enter(user: User, accounts: list[Account]) -> Account:
    """The account for which somebody acts when they have come in; NotAllowed when they may not."""
    if user.state == "disabled" or not accounts:
        raise NotAllowed("This sign-in was disabled by those who run this server.")
    return accounts[0]


def _mark(user: User) -> str:
    return sha256(user.password.encode()).hexdigest()[:16]
