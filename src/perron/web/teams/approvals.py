"""What was handed in: looked at, talked about, approved, published; and the form of those who hand in."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from perron.entities.media import media_entity
from perron.kit.errors import NotFound, Refused
from perron.kit.ids import born
from perron.kit.time import iso, now
from perron.media.queries import find_media
from perron.people.may import ACT, SUBMIT, may
from perron.people.queries import find_account
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import SUBMISSION, Line
from perron.suite.teams import approve, review
from perron.suite.teams.content import posts_of
from perron.suite.teams.guests import guest_as_stored
from perron.suite.teams.queries import brand_as_stored, organisation_as_stored
from perron.suite.teams.submissions import Said, Submission, closed_submissions, history_of, open_submissions
from perron.web.fields import Fields, read_id
from perron.web.shown import accounts_shown
from perron.web.teams.kit import brands, done, me, mine, people, show
from perron.web.visit import Visit
from perron.web.write.answers import tell, wants_json
from perron.web.write.chorus import made_beside, said_beside, say_also, take_back_all
from perron.web.write.composer import as_drafts, read_given
from perron.web.write.drafts import body_of, kept_as
from perron.web.write.moments import due_of, embargo_of
from perron.web.write.repeats import ask_of_repeats
from perron.web.write.uploads import take_files, wait_for_files
from perron.web.write.writing import refused, said


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


STATES = {
    "waiting": _("waits to be looked at"),
    "changes": _("is to be changed"),
    "approved": _("approved"),
    "published": _("published"),
    "withdrawn": _("withdrawn"),
}
SAID = {
    "submitted": _("handed it in"),
    "changed": _("handed it in anew"),
    "approved": _("approved it"),
    "asked_for_changes": _("asked for changes"),
    "comment": _("said"),
    "client_agrees": _("agrees"),
    "link": _("made a link for a client"),
    "withdrawn": _("withdrew it"),
    "released": _("published it"),
    "published": _("Published when its time came"),
    "voided": _("Changed after it was approved: it waits to be looked at again"),
    "not_published": _("Could not be published"),
}


async def hand_in(visit: Visit, fields: Fields) -> Response:
    """Hand in what stands in the form, for somebody else to look at."""
    account, user_id = visit.must(SUBMIT), me(visit)
    given = read_given(fields)
    try:
        given = said(await take_files(visit, account, given, fields))
        await ask_of_repeats(visit, given)
        await wait_for_files(visit, account, given)
        body = body_of(replace(given, also=()))
        times = {"due": due_of(visit, given), "embargo": embargo_of(visit, given)}
        how: dict[str, Any] = {**times, "bundle": given.bundle}

        def work(tx: Tx) -> int:
            draft_id = given.draft or kept_as(tx, account.id, given)
            made = approve.submit(tx, user_id, account.id, body, draft_id=draft_id, **how)
            say_also(tx, visit, given, Line(made, account.id, SUBMISSION), as_drafts(given), handing=how)
            return made

        made = await visit.write(work)
    except Refused as wrong:
        return await refused(visit, "write/write.html", given, wrong)
    to = f"/submissions/{made}"
    return tell({"to": to}) if wants_json(visit) else visit.go(to)


async def show_approvals(visit: Visit) -> Response:
    """What waits for a look, what may go out, and what went out lately, of all one's brands."""
    return await _approvals(visit)


async def _approvals(visit: Visit, wrong: Refused | None = None) -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation, user_id = mine(visit, db), me(visit)
        kept = brands(visit, db, organisation)
        waiting = rows_of(visit, db, open_submissions(db, organisation.id, user_id))
        bundles: dict[str, list[dict[str, Any]]] = {}
        for row in waiting:
            bundles.setdefault(row["bundle"], []).append(row)
        return {
            "organisation": organisation,
            "tints": {one["brand"].account_id: one["tint"] for one in kept},
            "bundles": bundles,
            "closed": rows_of(visit, db, closed_submissions(db, organisation.id, user_id)),
            "may_release": any(one["voice"] and may(one["voice"].role, ACT) for one in kept),
        }

    return show(visit, "teams/approvals.html", wrong, states=STATES, **await visit.read(read))


def rows_of(visit: Visit, db: Db, found: list[Submission]) -> list[dict[str, Any]]:
    who = people(visit, db, [one.user_id for one in found if one.user_id])
    about = {int(one["id"]): one for one in accounts_shown(visit, db, [*{one.account_id for one in found}])}
    return [
        row_of(visit, db, one)
        | {"by": who.get(one.user_id), "brand": about.get(one.account_id), "guest": _guest_of(db, one)}
        for one in found
    ]


def _guest_of(db: Db, one: Submission) -> str:
    """Who wrote it from outside."""
    guest = guest_as_stored(db, one.guest_id) if one.guest_id else None
    return guest.name if guest else ""


def row_of(visit: Visit, db: Db, one: Submission) -> dict[str, Any]:
    draft = approve.draft_of(db, one)
    drafts = posts_of(draft.body) if draft else []
    stands = one.state != "approved" or approve.stands(db, one)
    files = [find_media(db, each, owner_id=one.account_id) for post in drafts for each in post.media]
    return {
        "id": one.id,
        "account_id": one.account_id,
        "at": iso(born(one.id)),
        "state": one.state if stands else "waiting",
        "error": visit.explain(Refused(one.error)) if one.error and one.error != "crisis" else "",
        "paused": one.error == "crisis",
        "due": iso(one.due) if one.due else "",
        "late": bool(one.due and one.due < now()),
        "embargo": iso(one.embargo) if one.embargo else "",
        "sealed": bool(one.embargo and one.embargo > now()),
        "bundle": one.bundle,
        "posts": [
            {
                "text": post.text,
                "warning": post.warning,
                "options": post.poll.options if post.poll else (),
                "files": [
                    media_entity(visit.links, each) | {"words": each.description}
                    for each in files
                    if each and each.id in post.media
                ],
            }
            for post in drafts
        ],
        "visibility": drafts[0].visibility if drafts else "",
        "draft_id": one.draft_id if draft else 0,
        "post_ids": one.post_ids,
    }


async def release(visit: Visit, fields: Fields) -> Response:
    """Publish what was chosen, all of it or nothing."""
    user_id, chosen = me(visit), [read_id(one) for one in fields.texts("submission")]
    return await done(
        visit,
        lambda tx: approve.release(tx, user_id, chosen),
        f"/organisations/{read_id(visit.path['id'])}/approvals",
        lambda wrong: _approvals(visit, wrong),
    )


async def show_submission(visit: Visit) -> Response:
    """One thing that was handed in: what it says, what was said about it, and what one may do."""
    return await _submission(visit)


async def _submission(visit: Visit, wrong: Refused | None = None, link: str = "") -> Response:
    def read(db: Db) -> dict[str, Any]:
        user_id = me(visit)
        one, role = approve.find_submission(db, read_id(visit.path["id"]), user_id=user_id)
        brand, draft = brand_as_stored(db, one.account_id), approve.draft_of(db, one)
        history = history_of(db, one.id)
        own = user_id in (one.user_id, draft.user_id if draft else 0)
        return {
            "organisation": organisation_as_stored(db, one.organisation_id),
            "row": rows_of(visit, db, [one])[0],
            "seen": approve.print_of(db, one),
            "four_eyes": bool(brand and brand.four_eyes) and own,
            "acts": may(role, ACT),
            "writes": may(role, SUBMIT) and (may(role, ACT) or one.user_id == user_id),
            "speaks": visit.account is not None and visit.account.id == one.account_id,
            "handle": _handle(db, one),
            "lines": lines_of(visit, db, history),
            **said_beside(made_beside(visit, db, [one.id]).get(one.id, [])),
        }

    return show(visit, "teams/submission.html", wrong, states=STATES, verbs=SAID, link=link, **await visit.read(read))


def _handle(db: Db, one: Submission) -> str:
    account = find_account(db, one.account_id)
    return account.handle if account else ""


def lines_of(visit: Visit, db: Db, history: list[Said]) -> list[dict[str, Any]]:
    who = people(visit, db, [one.user_id for one in history if one.user_id])
    return [
        {
            "at": iso(born(one.id)),
            "by": who.get(one.user_id or 0),
            "name": one.name,
            "verb": one.verb,
            "text": one.text,
            "inside": bool(one.inside),
            "print": one.fingerprint[:8],
        }
        for one in history
    ]


async def on_submission(visit: Visit, fields: Fields) -> Response:
    """Approve, ask for changes, comment, withdraw, publish, or make a link for a client."""
    user_id, id_, does = me(visit), read_id(visit.path["id"]), visit.path["act"]
    text, link = fields.text("text"), ""
    try:
        if does in ("approve", "publish"):
            both = does == "publish"

            def work(tx: Any) -> None:
                approve.approve(tx, user_id, id_, fields.text("seen"))
                if both:
                    approve.release(tx, user_id, [id_])

            await visit.write(work)
        elif does == "release":
            await visit.write(lambda tx: approve.release(tx, user_id, [id_]))
        elif does == "changes":
            await visit.write(lambda tx: approve.ask_for_changes(tx, user_id, id_, text))
        elif does == "comment":
            inside = "outside" not in fields
            await visit.write(lambda tx: approve.comment(tx, user_id, id_, text, inside=inside))
        elif does == "withdraw":
            await visit.write(lambda tx: _withdraw(tx, visit, id_, "all" in fields))
        elif does == "link":
            code = await visit.write(lambda tx: review.make_link(tx, user_id, id_, fields.text("name")))
            link = f"{visit.links.origin}/review/{code}"
        else:
            raise NotFound
    except NotFound:
        raise
    except Refused as wrong:
        return await _submission(visit, wrong)
    return await _submission(visit, link=link) if link else visit.go(f"/submissions/{id_}")


def _withdraw(tx: Tx, visit: Visit, id_: int, also: bool) -> None:
    """Withdraw what was handed in, alone or with what was made at once as other accounts."""
    if also:
        take_back_all(tx, visit, id_)
    approve.withdraw(tx, me(visit), id_)


async def show_review(visit: Visit) -> Response:
    """What a client sees by their link."""
    return await _review(visit)


async def _review(visit: Visit, wrong: Refused | None = None) -> Response:
    code = visit.path["code"]

    def read(db: Db) -> dict[str, Any]:
        one, name = review.find_review(db, code)
        outside = [line for line in history_of(db, one.id) if not line.inside]
        row = row_of(visit, db, one) | {"brand": next(iter(accounts_shown(visit, db, [one.account_id])), None)}
        return {"row": row, "name": name, "lines": lines_of(visit, db, outside)}

    return show(visit, "teams/review.html", wrong, code=code, states=STATES, verbs=SAID, **await visit.read(read))


async def answer_review(visit: Visit, fields: Fields) -> Response:
    """What a client says."""
    code, text, agrees = visit.path["code"], fields.text("text"), fields.text("do") == "agree"
    return await done(
        visit,
        lambda tx: review.answer(tx, code, text, agrees=agrees),
        f"/review/{code}",
        lambda wrong: _review(visit, wrong),
    )
