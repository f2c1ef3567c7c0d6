"""Another e-mail address for somebody who signs in here."""

from sqlalchemy import bindparam, update

from perron.jobs import emit
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.people.confirm import ask_to_confirm, check_free, forget_letters
from perron.people.join import read_email
from perron.people.kept_out import must_be_welcome
from perron.people.model import AddressChanging, Unfit, User
from perron.store import Prepared, Tx
from perron.store.tables import users

_GIVE = Prepared(update(users).where(users.c.id == bindparam("of_user")).values(email=bindparam("address")))


def change_address(tx: Tx, user: User, text: str, *, settings: Settings) -> None:
    """Wish for another address. It holds at once where addresses are not confirmed, else when it is; the one of before
    is told in either case."""
    email = read_email(text)
    if email == user.email and user.confirmed:
        raise Unfit("This is your address already.", field="email", why="taken")
    check_free(tx, email, user.id)
    must_be_welcome(tx, email)

    if not user.confirmed:
        tx.run(_GIVE, of_user=user.id, address=email)
        ask_to_confirm(tx, user.id, email, data=settings.data)
        return
    emit(tx, AddressChanging(user.id, user.email, email, now()))
    if settings.asks_to_confirm:
        ask_to_confirm(tx, user.id, email, data=settings.data)
    else:
        forget_letters(tx, user.id)
        tx.run(_GIVE, of_user=user.id, address=email)
