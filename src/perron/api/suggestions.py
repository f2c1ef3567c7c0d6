"""Whom one might like to follow."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, join, speaks
from perron.api.params import read_id
from perron.entities.accounts import accounts_by_id, accounts_json
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Empty
from perron.entities.shapes.featured import Suggestion
from perron.kit import json
from perron.people.suggest import dismiss_suggestion, past_suggestions, suggest
from perron.store import Db, Tx

OLDER_WORDS = {"friends_of_friends": "past_interactions", "most_interactions": "global", "most_followed": "global"}


class HowMany(TypedDict, total=False):
    """How many are asked for."""

    limit: Annotated[int, Meta(description="At most 80.")]


@speaks(list[Suggestion], takes=HowMany)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v2/suggestions: people one might like to follow, and why."""
    found = suggest(db, call.me.id, call.params.limit(40, 80))
    known = accounts_by_id(call.links, db, [one.account_id for one in found])
    return join([
        b'{"source":"%b","sources":%b,"account":%b}'
        % (OLDER_WORDS[one.sources[0]].encode(), json.encode(one.sources), known[one.account_id])
        for one in found
        if one.account_id in known
    ])  # fmt: skip


@speaks(list[Account], takes=HowMany)
def index_v1(call: Call, db: Db) -> Answer:
    """GET /api/v1/suggestions: people whom those follow whom one follows."""
    return join(accounts_json(call.links, db, past_suggestions(db, call.me.id, call.params.limit(40, 80))))


@speaks(Empty)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/suggestions/:account_id: somebody is not suggested any more."""
    account_id = read_id(call.path["account_id"])
    if account_id > 0:
        dismiss_suggestion(tx, call.me, account_id)
    return {}
