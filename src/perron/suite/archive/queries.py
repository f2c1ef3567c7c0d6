"""Archives in the database, one statement a function."""

from sqlalchemy import bindparam, delete, select, update

from perron.kit.ids import new_id
from perron.store import Db, Prepared, Tx, const, insert
from perron.store.tables import archives
from perron.suite.archive.model import Archive

_COLUMNS = tuple(archives.c[name] for name in Archive.__slots__)
_ID = archives.c.id == bindparam("of_archive")
_PACKING = archives.c.state == const("packing")

_ADD = insert(archives, "id", "user_id", "account_id")
_ONE = Prepared(select(*_COLUMNS).where(_ID))
_OWN = Prepared(
    select(*_COLUMNS)
    .where(archives.c.user_id == bindparam("of_user"), archives.c.account_id == bindparam("of_account"))
    .order_by(archives.c.id.desc())
)
_OF_ACCOUNT = Prepared(select(*_COLUMNS).where(archives.c.account_id == bindparam("of_account")))
_BEGIN = Prepared(
    update(archives).where(_ID, archives.c.state.in_([const("waiting"), const("packing")])).values(state="packing")
)
_PROCEED = Prepared(update(archives).where(_ID, _PACKING).values(done=bindparam("so_far"), of=bindparam("in_all")))
_FINISH = Prepared(
    update(archives)
    .where(_ID, _PACKING)
    .values(
        state="ready",
        done=archives.c.of,
        file=bindparam("named"),
        bytes=bindparam("weight"),
        ready_at=bindparam("at"),
    )
)
_STATE = Prepared(update(archives).where(_ID).values(state=bindparam("now_is")))
_REMOVE = Prepared(delete(archives).where(_ID))


def add_archive(tx: Tx, user_id: int, account_id: int) -> int:
    """Add an archive that waits to be made; its id."""
    id_ = new_id()
    tx.run(_ADD, id=id_, user_id=user_id, account_id=account_id)
    return id_


def archives_of(db: Db, user_id: int, account_id: int) -> list[Archive]:
    """The archives that a user asked for as an account, newest first."""
    return [Archive(*row) for row in db.all(_OWN, of_user=user_id, of_account=account_id)]


def archives_of_account(db: Db, account_id: int) -> list[Archive]:
    """Every archive of an account, whoever asked for it."""
    return [Archive(*row) for row in db.all(_OF_ACCOUNT, of_account=account_id)]


def archive_as_stored(db: Db, archive_id: int) -> Archive | None:
    """An archive, whoever's it is: for jobs."""
    row = db.one(_ONE, of_archive=archive_id)
    return Archive(*row) if row else None


def begin(tx: Tx, archive_id: int) -> bool:
    """Say that an archive is being made; False when nobody wants it any more."""
    return tx.run(_BEGIN, of_archive=archive_id) > 0


def proceed(tx: Tx, archive_id: int, done: int, of: int) -> bool:
    """Say how far an archive is; False when nobody wants it any more."""
    return tx.run(_PROCEED, of_archive=archive_id, so_far=done, in_all=of) > 0


def finish(tx: Tx, archive_id: int, file: str, weight: int, at: int) -> bool:
    """Say that an archive is ready; False when nobody wants it any more."""
    return tx.run(_FINISH, of_archive=archive_id, named=file, weight=weight, at=at) > 0


def change_archive_state(tx: Tx, archive_id: int, state: str) -> None:
    tx.run(_STATE, of_archive=archive_id, now_is=state)


def remove_archive(tx: Tx, archive_id: int) -> None:
    tx.run(_REMOVE, of_archive=archive_id)
