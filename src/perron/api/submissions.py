"""What is handed in for approval, what becomes of it, and the pause."""

from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.api.organisations import my_user
from perron.entities.shapes.common import Empty, Id, Time
from perron.entities.shapes.teams import Submission, SubmissionWithLines
from perron.entities.teams import persons
from perron.kit.errors import Invalid
from perron.kit.ids import born
from perron.kit.time import iso, read_iso
from perron.store import Db, Tx
from perron.suite.teams import approve, crisis, organise
from perron.suite.teams.content import posts_of
from perron.suite.teams.submissions import Submission as Row
from perron.suite.teams.submissions import history_of, open_submissions


class PostWords(TypedDict, total=False):
    """One post of what is handed in."""

    status: Required[str]
    spoiler_text: str
    media_ids: list[Id]


class NewSubmission(TypedDict, total=False):
    """What to hand in, for which brand."""

    account_id: Required[Id]
    posts: Required[list[PostWords]]
    visibility: Annotated[str, Meta(description="public, unlisted or private.")]
    language: str
    scheduled_at: Time
    embargo_until: Time
    variants_of: Annotated[str, Meta(description="The name under which variants stand together.")]


class Seen(TypedDict, total=False):
    """What was looked at."""

    fingerprint: Required[str]


class SaidOfIt(TypedDict, total=False):
    """A comment."""

    text: Required[str]
    outside: Annotated[bool, Meta(description="Clients read it too.")]


class Chosen(TypedDict, total=False):
    """What is to be published at once, all of it or nothing."""

    submission_ids: Required[list[Id]]


class Brands(TypedDict, total=False):
    """Which brands."""

    account_ids: Required[list[Id]]


class GoingOn(TypedDict, total=False):
    """What goes on: one plan, one submission or, when neither is named, what will be planned from now on."""

    account_id: Required[Id]
    scheduled_status_id: Id
    submission_id: Id


def _moment(call: Call, name: str) -> int | None:
    text = call.params.text(name)
    found = read_iso(text) if text else None
    if text and found is None:
        raise Invalid(f"{name} is not a date and time.")
    return found


def entities(call: Call, db: Db, found: list[Row], *, outside: bool = False) -> list[dict[str, Any]]:
    """What was handed in; people `outside` are not told who of the team wrote it."""
    who = {} if outside else persons(call.links, db, [one.user_id for one in found if one.user_id])
    return [_entity(db, one, who.get(one.user_id)) for one in found]


def _entity(db: Db, one: Row, by: dict[str, Any] | None) -> dict[str, Any]:
    draft = approve.draft_of(db, one)
    return {
        "id": str(one.id),
        "account_id": str(one.account_id),
        "by": by,
        "state": one.state,
        "posts": [each.text for each in posts_of(draft.body)] if draft else [],
        "scheduled_at": iso(one.due) if one.due else None,
        "embargo_until": iso(one.embargo) if one.embargo else None,
        "variants_of": one.bundle,
        "fingerprint": approve.print_of(db, one),
        "approved": approve.stands(db, one),
        "published_ids": [str(each) for each in one.post_ids],
        "draft_id": str(one.draft_id),
    }


def _one(call: Call, db: Db, submission_id: int) -> dict[str, Any]:
    one, _ = approve.find_submission(db, submission_id, user_id=my_user(call))
    lines = history_of(db, one.id)
    who = persons(call.links, db, [each.user_id for each in lines if each.user_id])
    told = [
        {
            "id": str(each.id),
            "created_at": iso(born(each.id)),
            "by": who.get(each.user_id or 0),
            "name": each.name,
            "verb": each.verb,
            "text": each.text,
            "inside": bool(each.inside),
            "fingerprint": each.fingerprint,
        }
        for each in lines
    ]
    return entities(call, db, [one])[0] | {"lines": told}


@speaks(list[Submission])
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/submissions: what is open for the brands in which one has a role."""
    organisation = organise.within(db, my_user(call), call.id)
    return entities(call, db, open_submissions(db, organisation.id, my_user(call)))


@speaks(SubmissionWithLines, takes=NewSubmission)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/submissions"""
    params = call.params
    audience = {"private": "followers", "direct": "mentioned"}.get(params.text("visibility"), params.text("visibility"))
    parts = [
        {
            "text": one.text("status"),
            "warning": one.text("spoiler_text"),
            "media": [{"id": str(each)} for each in one.ids("media_ids")],
        }
        for one in params.records("posts")
    ]
    body = {"parts": parts, "visibility": audience or "public", "language": params.text("language")}
    made = approve.submit(
        tx,
        my_user(call),
        params.id("account_id") or -1,
        body,
        due=_moment(call, "scheduled_at"),
        embargo=_moment(call, "embargo_until"),
        bundle=params.text("variants_of"),
    )
    return _one(call, tx, made)


@speaks(SubmissionWithLines)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/submissions/:id"""
    return _one(call, db, call.id)


@speaks(SubmissionWithLines, takes=Seen)
def say_yes(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/submissions/:id/approve: to exactly what was looked at."""
    approve.approve(tx, my_user(call), call.id, call.params.text("fingerprint"))
    return _one(call, tx, call.id)


@speaks(SubmissionWithLines, takes=SaidOfIt)
def ask_for_changes(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/submissions/:id/request_changes"""
    approve.ask_for_changes(tx, my_user(call), call.id, call.params.text("text"))
    return _one(call, tx, call.id)


@speaks(SubmissionWithLines, takes=SaidOfIt)
def comment(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/submissions/:id/comments"""
    inside = not call.params.flag("outside")
    approve.comment(tx, my_user(call), call.id, call.params.text("text"), inside=inside)
    return _one(call, tx, call.id)


@speaks(SubmissionWithLines)
def withdraw(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/submissions/:id/withdraw"""
    approve.withdraw(tx, my_user(call), call.id)
    return _one(call, tx, call.id)


@speaks(list[Submission], takes=Chosen)
def release(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/submissions/release: publish what was approved, all of it or nothing."""
    chosen = call.params.ids("submission_ids")
    approve.release(tx, my_user(call), chosen)
    return entities(call, tx, [approve.find_submission(tx, one, user_id=my_user(call))[0] for one in chosen])


@speaks(Empty, takes=Brands)
def pause(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/pause"""
    crisis.pause(tx, my_user(call), call.id, call.params.ids("account_ids"))
    return {}


@speaks(Empty, takes=GoingOn)
def go_on(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/organisations/:id/resume"""
    params, user_id = call.params, my_user(call)
    account_id = params.id("account_id") or -1
    plan, submission = params.id("scheduled_status_id") or 0, params.id("submission_id") or 0
    if plan or submission:
        crisis.resume_one(tx, user_id, call.id, account_id, plan=plan, submission=submission)
    else:
        crisis.end_pause(tx, user_id, call.id, account_id)
    return {}
