"""Accounts that wish to be discovered, and whom one knows among their followers."""

from perron.api.kit import Answer, Call, join
from perron.entities.accounts import account_rows, accounts_json
from perron.people.directory import directory
from perron.people.familiar import familiar_followers
from perron.store import Db

FURTHEST = 10_000


def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/directory"""
    params = call.params
    ids = directory(
        db,
        viewer=call.my_id,
        newest=params.text("order") == "new",
        here=params.flag("local"),
        limit=params.limit(40, 80),
        offset=max(0, min(FURTHEST, params.number("offset"))),
    )
    return join(accounts_json(call.links, db, ids))


def familiar(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/familiar_followers"""
    ids = [one for one in call.params.ids("id")[:40] if one > 0]
    rows = account_rows(db, ids)
    parts = []
    for id_ in ids:
        if id_ not in rows or rows[id_]["state"] != "active":
            continue
        known = [] if rows[id_]["hide_collections"] else familiar_followers(db, call.me.id, id_)
        parts.append(f'{{"id":"{id_}","accounts":'.encode() + join(accounts_json(call.links, db, known)) + b"}")
    return join(parts)
