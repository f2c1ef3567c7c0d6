"""Which files the database names."""

from sqlalchemy import bindparam, select

from perron.kit import json
from perron.media.prune import KEYS
from perron.store import Db, Prepared, const
from perron.store.tables import server_settings

_PICTURE = Prepared(select(server_settings.c.value).where(server_settings.c.name == const("picture")))
_NAMED = [Prepared(select(column).where(column.like(bindparam("start")))) for column in KEYS]


DIGITS = "0123456789abcdef"
"""Every key begins with one of these."""


def named_files(db: Db, digit: str) -> list[str]:
    """Every key with this first digit that some row names, each once and in order."""
    found = {key for statement in _NAMED for key in db.column(statement, start=f"{digit}%")}
    for value in db.column(_PICTURE):
        picture = json.decode(value)
        if isinstance(picture, str) and picture.startswith(digit):
            found.add(picture)
    return sorted(found)
