"""The inbox of a brand: what people say to it, who answers, and who is writing at the moment."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.secrets import new_secret
from perron.kit.time import iso
from perron.people.may import ACT, SUBMIT, may
from perron.people.members import members_of, role_of
from perron.store import Db, Tx
from perron.suite.teams import inbox, satisfied
from perron.suite.teams.answer import answer as give_answer
from perron.suite.teams.queries import brand_as_stored
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity, accounts_shown, posts_shown
from perron.web.teams.kit import me, people, show
from perron.web.visit import Visit
from perron.web.write.answers import tell, wants_json


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


SATISFIED = {"yes": _("it helped"), "partly": _("it helped in part"), "no": _("it did not help")}
STATES = {"open": _("open"), "answered": _("answered"), "done": _("done")}


async def show_inbox(visit: Visit) -> Response:
    """What waits for the brand one speaks for."""
    return await _inbox(visit)


async def _inbox(visit: Visit, wrong: Refused | None = None, at: int = 0, text: str = "") -> Response:
    account, user_id = visit.must_sign_in().account, me(visit)
    state, whose = visit.query.get("state", "open"), user_id if visit.query.get("mine") else 0
    state = "" if state == "all" or at else state if state in STATES else "open"

    def read(db: Db) -> dict[str, Any]:
        brand = brand_as_stored(db, account.id)
        if brand is None:
            return {"brand": None}
        found = inbox.inbox_of(db, user_id, account.id, state=state, whose=whose, below=visit.below)
        posts = {int(one["id"]): one for one in posts_shown(visit, db, [one.post_id for one in found])}
        writers = [one.user_id for one in members_of(db, account.id) if may(one.role, SUBMIT)]
        who = people(
            visit,
            db,
            [*writers, *(each for one in found for each in (one.user_id, one.answered_by, one.writing_by) if each)],
        )
        return {
            "brand": brand,
            "account": next(iter(accounts_shown(visit, db, [account.id])), None),
            "rows": [_row(one, posts[one.post_id], who, user_id) for one in found if one.post_id in posts],
            "team": {one: who[one] for one in writers if one in who},
            "standing": inbox.standing_of(db, account.id),
            "older": found[-1].post_id if len(found) == 30 else 0,
            "acts": may(role_of(db, user_id, account.id), ACT),
            "writes": may(role_of(db, user_id, account.id), SUBMIT),
        }

    more = {"states": STATES, "state": state or "all", "mine": bool(whose), "near": at, "text": text}
    return show(visit, "teams/inbox.html", wrong, key=new_secret(12), **more, **await visit.read(read))


def _row(one: inbox.Ticket, post: Entity, who: dict[int, Entity], user_id: int) -> dict[str, Any]:
    return {
        "post": post,
        "post_id": one.post_id,
        "kind": one.kind,
        "state": one.state,
        "version": one.version,
        "user_id": one.user_id,
        "whose": who.get(one.user_id or 0),
        "mine": one.user_id == user_id,
        "took": one.took,
        "may_ask": one.answered_at is not None and one.asked_at is None,
        "asked": one.asked_at is not None,
        "satisfied": SATISFIED.get(one.satisfied, ""),
        "answered": iso(one.answered_at) if one.answered_at else "",
        "answered_by": who.get(one.answered_by or 0),
        "writing": who.get(one.writer(user_id) or 0),
    }


async def on_ticket(visit: Visit, fields: Fields) -> Response:
    """Take something up, hand it to somebody, say that it is done; or say that one is writing."""
    account, user_id, post_id = visit.must_sign_in().account, me(visit), read_id(visit.path["post_id"])
    does, version = visit.path["act"], max(read_id(fields.text("version") or "0"), 0)
    try:
        if does == "assign":
            whom = max(read_id(fields.text("whom")), 0) or None
            await visit.write(lambda tx: inbox.take_up(tx, user_id, account.id, post_id, whom, version))
        elif does == "state":
            state = fields.text("state")
            await visit.write(lambda tx: inbox.set_state(tx, user_id, account.id, post_id, state, version))
        elif does == "writing":
            return await _writing(visit, account.id, post_id, stop="stop" in fields)
        elif does == "ask":
            origin, text = visit.links.origin, fields.text("text")
            visit.must_write()
            await visit.write(lambda tx: satisfied.ask(tx, user_id, account.id, post_id, origin, text))
        elif does == "answer":
            how: dict[str, Any] = {"key": fields.text("key")[:100] or new_secret(12), "version": version}
            how["sure"] = "sure" in fields
            me_, text = visit.must_write(), fields.text("text")
            await visit.write(lambda tx: give_answer(tx, user_id, me_.id, post_id, text, **how))
        else:
            raise NotFound
    except NotFound:
        raise
    except Refused as wrong:
        return await _inbox(visit, wrong, post_id, fields.text("text"))
    return visit.go(f"/inbox#t{post_id}")


# -- what people are asked ---------------------------------------------------------------------------------------------


async def show_asked(visit: Visit) -> Response:
    """The question whether an answer helped, for whoever was asked."""
    return await _asked(visit)


async def _asked(visit: Visit, wrong: Refused | None = None) -> Response:
    person, about = visit.must_write(), (read_id(visit.path["account_id"]), read_id(visit.path["post_id"]))

    def read(db: Db) -> dict[str, Any]:
        one = satisfied.find_asked(db, person.id, *about)
        brand = next(iter(accounts_shown(visit, db, [one.brand.id])), None)
        return {"one": one, "brand": brand, "posts": posts_shown(visit, db, [one.post_id])}

    return show(visit, "teams/asked.html", wrong, answers=HELPED, **await visit.read(read))


async def say(visit: Visit, fields: Fields) -> Response:
    """Say whether it helped."""
    person, about = visit.must_write(), (read_id(visit.path["account_id"]), read_id(visit.path["post_id"]))
    said = fields.text("answer")
    try:
        await visit.write(lambda tx: satisfied.say(tx, person.id, *about, said))
    except NotFound:
        raise
    except Refused as wrong:
        return await _asked(visit, wrong)
    return visit.go(f"/asked/{about[0]}/{about[1]}")


HELPED = {"yes": _("Yes"), "partly": _("In part"), "no": _("No")}


async def _writing(visit: Visit, account_id: int, post_id: int, *, stop: bool) -> Response:
    user_id = me(visit)

    def work(tx: Tx) -> str:
        if stop:
            inbox.stop_writing(tx, user_id, account_id, post_id)
            return ""
        other = inbox.begin_writing(tx, user_id, account_id, post_id)
        return str(people(visit, tx, [other])[other]["acct"]) if other else ""

    other = await visit.write(work)
    said = visit.say("@%(who)s is writing an answer to this.", who=other) if other else ""
    return tell({"writing": said}) if wants_json(visit) else visit.go(f"/inbox#t{post_id}")
