"""Hand in, look at, approve, publish: what goes out is what somebody said yes to, letter by letter.

An approval is bound to a fingerprint of words, files, links, audience and times. What is published is read, compared
with the fingerprint that was approved, and published in one transaction: there is no moment in between.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from perron.jobs import cancel, emit
from perron.jobs.events import Event
from perron.kit.errors import Invalid, NotAllowed, NotFound, Refused
from perron.kit.time import now
from perron.people.may import ACT, LOOK, SUBMIT, check_may, may
from perron.people.members import role_of
from perron.people.queries import find_account
from perron.posts.drafts import Behind, KeptDraft, find_draft, keep_draft, remove_draft
from perron.posts.hold_back import PAUSED, is_paused
from perron.posts.publish import check_draft
from perron.posts.publish_thread import check_number, publish_thread
from perron.store import Db, Tx
from perron.suite.teams.content import fingerprint_of, posts_of
from perron.suite.teams.journal import note
from perron.suite.teams.model import Brand
from perron.suite.teams.queries import brand_as_stored
from perron.suite.teams.submissions import (
    APPROVED,
    CHANGES,
    PUBLISHED,
    WAITING,
    WITHDRAWN,
    Submission,
    add_submission,
    approved_of,
    change_error,
    change_submission,
    change_times,
    hold_submission,
    say,
    submission_as_stored,
    submission_of_draft,
)

LONGEST_COMMENT, LONGEST_BUNDLE, LONGEST_LINE = 2000, 60, 140
CHANGED = "This was changed meanwhile. Look at it again; nothing was approved."
NOT_SHOWN = "What was approved is not what stands here now. It waits to be looked at again."


@dataclass(frozen=True)
class SubmissionDue(Event):
    """The moment has come for which an approved submission was planned."""

    submission_id: int


def find_submission(db: Db, submission_id: int, *, user_id: int) -> tuple[Submission, str]:
    """A submission and the role of the one who looks in its account; to those without a role it is not there."""
    one = submission_as_stored(db, submission_id)
    role = role_of(db, user_id, one.account_id) if one else None
    if one is None or not may(role, LOOK):
        raise NotFound
    return one, str(role)


def draft_of(db: Db, one: Submission) -> KeptDraft | None:
    """The draft that was handed in, while it is there."""
    return find_draft(db, one.draft_id, account_id=one.account_id)


def print_of(db: Db, one: Submission) -> str:
    """The fingerprint of what a submission says now; "" when its draft is gone."""
    draft = draft_of(db, one)
    return fingerprint_of(db, draft, one.due, one.embargo) if draft else ""


def stands(db: Db, one: Submission) -> bool:
    """Whether what somebody said yes to is what stands there."""
    return one.state == APPROVED and bool(one.approved) and print_of(db, one) == one.approved


def submit(
    tx: Tx,
    user_id: int,
    account_id: int,
    body: dict[str, Any],
    *,
    draft_id: int | None = None,
    due: int | None = None,
    embargo: int | None = None,
    bundle: str = "",
) -> int:
    """Hand in what somebody wrote for a brand; the submission. Handed in once more, it is the same one, to be looked at
    again."""
    role = role_of(tx, user_id, account_id)
    if not may(role, LOOK):
        raise NotFound
    check_may(role, SUBMIT)
    brand = brand_as_stored(tx, account_id)
    if brand is None:
        raise Invalid("Only what is written for a brand of an organisation is handed in.")
    return hand_in(tx, brand, user_id, body, draft_id=draft_id, due=due, embargo=embargo, bundle=bundle)


def hand_in(
    tx: Tx,
    brand: Brand,
    user_id: int,
    body: dict[str, Any],
    *,
    draft_id: int | None = None,
    due: int | None = None,
    embargo: int | None = None,
    bundle: str = "",
    guest_id: int | None = None,
) -> int:
    """The same for whoever may: a user, or (`user_id` 0) a guest of the brand."""
    account_id = brand.account_id
    _check_words(tx, body, due)
    bundle = " ".join(bundle.split())[:LONGEST_BUNDLE]
    if draft_id is not None and find_draft(tx, draft_id, account_id=account_id) is None:
        draft_id = None
    kept = keep_draft(tx, user_id, account_id, body, draft_id=draft_id)
    before = submission_of_draft(tx, kept.id)
    if before is not None and before.open:
        change_times(tx, before, due, before.embargo if embargo is None else embargo, bundle or before.bundle)
        change_submission(tx, before, WAITING)
        say(tx, before.id, user_id or None, "changed", fingerprint=print_of(tx, _again(tx, before)))
        return before.id
    made = add_submission(
        tx,
        organisation_id=brand.organisation_id,
        account_id=account_id,
        draft_id=kept.id,
        user_id=user_id,
        due=due,
        embargo=embargo,
        bundle=bundle,
        guest_id=guest_id,
    )
    one = submission_as_stored(tx, made)
    assert one is not None
    say(tx, made, user_id or None, "submitted", fingerprint=print_of(tx, one))
    return made


def _check_words(tx: Tx, body: dict[str, Any], due: int | None) -> None:
    drafts = posts_of(body)
    check_number(drafts)
    for place, draft in enumerate(drafts):
        try:
            check_draft(draft, tx.settings)
        except Refused as wrong:
            wrong.place = place
            raise
    if due is not None and due <= now():
        raise Invalid("This moment has passed. Choose another one; your words were kept.")


def _again(db: Db, one: Submission) -> Submission:
    found = submission_as_stored(db, one.id)
    assert found is not None
    return found


def _held(tx: Tx, submission_id: int, user_id: int, act: str) -> Submission:
    """A submission about which somebody decides, and nobody else meanwhile."""
    find_submission(tx, submission_id, user_id=user_id)
    one = hold_submission(tx, submission_id)
    assert one is not None
    check_may(role_of(tx, user_id, one.account_id), act)
    if not one.open:
        raise Invalid("This was published or withdrawn already.")
    return one


def approve(tx: Tx, user_id: int, submission_id: int, fingerprint: str) -> Submission:
    """Say yes to what one has looked at, and to nothing else. By itself it goes out when its time comes."""
    one = _held(tx, submission_id, user_id, ACT)
    draft, brand = draft_of(tx, one), brand_as_stored(tx, one.account_id)
    if draft is None or brand is None:
        raise NotFound("The draft is gone; there is nothing to approve.")
    if brand.four_eyes and user_id in (one.user_id, draft.user_id):
        raise NotAllowed("Four eyes: somebody else has to approve what you wrote or changed.")
    if print_of(tx, one) != fingerprint:
        raise Behind(CHANGED)
    if one.state == APPROVED and one.approved == fingerprint:
        return one
    change_submission(tx, one, APPROVED, approved=fingerprint, by=user_id)
    say(tx, one.id, user_id, "approved", fingerprint=fingerprint)
    note(tx, one.organisation_id, user_id, "approve", brand=one.account_id, submission=str(one.id))
    if one.due is not None:
        cancel(tx, SubmissionDue(one.id))
        emit(tx, SubmissionDue(one.id), due=max(one.due, one.embargo or 0))
    return _again(tx, one)


def ask_for_changes(tx: Tx, user_id: int, submission_id: int, text: str) -> None:
    """Hand it back, with what should be otherwise."""
    one, text = _held(tx, submission_id, user_id, ACT), _read_comment(text)
    change_submission(tx, one, CHANGES)
    say(tx, one.id, user_id, "asked_for_changes", text)


def withdraw(tx: Tx, user_id: int, submission_id: int) -> None:
    """Take it back: by who wrote it or by who may publish. The draft stays."""
    one = _held(tx, submission_id, user_id, SUBMIT)
    if user_id != one.user_id:
        check_may(role_of(tx, user_id, one.account_id), ACT)
    change_submission(tx, one, WITHDRAWN)
    cancel(tx, SubmissionDue(one.id))
    say(tx, one.id, user_id, "withdrawn")


def comment(tx: Tx, user_id: int, submission_id: int, text: str, *, inside: bool) -> None:
    """Say something about it, to the team or to the client as well."""
    one, _ = find_submission(tx, submission_id, user_id=user_id)
    check_may(role_of(tx, user_id, one.account_id), SUBMIT)
    say(tx, one.id, user_id, "comment", _read_comment(text), inside=inside)


def _read_comment(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST_COMMENT:
        raise Invalid("A comment has 1 to 2000 characters.")
    return text


def release(tx: Tx, user_id: int, submission_ids: Sequence[int]) -> dict[int, list[int]]:
    """Publish what was approved, one or several at once: all of them or none; the posts, by submission."""
    if not submission_ids:
        raise Invalid("Choose what is to be published.")
    made: dict[int, list[int]] = {}
    for submission_id in dict.fromkeys(submission_ids):
        one = _held(tx, submission_id, user_id, ACT)
        if one.state != APPROVED:
            raise Invalid("This was not approved yet, or was changed after it was. Nothing was published.")
        if one.embargo is not None and one.embargo > now():
            raise Invalid("This is under embargo still. Nothing was published.")
        if not stands(tx, one):
            raise Behind(NOT_SHOWN)
        made[one.id] = _publish(tx, one)
        say(tx, one.id, user_id, "released", fingerprint=one.approved)
        posts = [str(each) for each in made[one.id]]
        note(tx, one.organisation_id, user_id, "release", brand=one.account_id, submission=str(one.id), posts=posts)
    return made


def publish_when_due(tx: Tx, event: dict[str, Any]) -> None:
    """After `SubmissionDue`: publish it, when what stands there is what was approved; else it waits for somebody."""
    one = hold_submission(tx, event["submission_id"])
    if one is None or one.state != APPROVED or one.due is None or max(one.due, one.embargo or 0) > now():
        return
    if one.error == PAUSED:
        return
    if is_paused(tx, one.account_id):
        change_error(tx, one.id, PAUSED)
        return
    if not stands(tx, one):
        change_submission(tx, one, WAITING, error=NOT_SHOWN)
        say(tx, one.id, None, "voided", fingerprint=print_of(tx, one))
        return
    if wrong := tx.refusal(lambda: _publish(tx, one)):
        change_submission(tx, one, WAITING, error=str(wrong))
        say(tx, one.id, None, "not_published", str(wrong))
    else:
        say(tx, one.id, None, "published", fingerprint=one.approved)
        note(tx, one.organisation_id, None, "publish", brand=one.account_id, submission=str(one.id))


def _publish(tx: Tx, one: Submission) -> list[int]:
    author, draft = find_account(tx, one.account_id), draft_of(tx, one)
    if author is None or author.state != "active" or draft is None:
        raise Invalid("This account could not publish when the time had come.")
    drafts = posts_of(draft.body, one.user_id or None)
    posts = publish_thread(tx, author, f"submission {one.id}", drafts, tx.settings)
    if not change_submission(tx, one, PUBLISHED, approved=one.approved, by=one.approved_by, posts=posts):
        raise Behind(CHANGED)
    remove_draft(tx, draft.id, account_id=author.id)
    cancel(tx, SubmissionDue(one.id))
    return posts


def void_if_changed(tx: Tx, one: Submission) -> Submission:
    """An approval of what is no longer there is none, and its page says so at once."""
    if one.state == APPROVED and not stands(tx, one):
        change_submission(tx, one, WAITING, error=NOT_SHOWN)
        say(tx, one.id, None, "voided", fingerprint=print_of(tx, one))
        return _again(tx, one)
    return one


def hold_approved(tx: Tx, account_id: int) -> list[int]:
    """Let nothing that was approved go out by itself; which had a time."""
    found = [one for one in approved_of(tx, account_id) if one.due is not None and one.error != PAUSED]
    for one in found:
        cancel(tx, SubmissionDue(one.id))
        change_error(tx, one.id, PAUSED)
    return [one.id for one in found]


def held_approved(db: Db, account_id: int) -> list[Submission]:
    """What was approved, and waits because of a pause."""
    return [one for one in approved_of(db, account_id) if one.error == PAUSED]


class Waits(NamedTuple):
    """Something approved that goes out by itself at its time. `held`: a pause is in its way."""

    id: int
    due: int
    words: str
    held: bool


def waiting_for(db: Db, account_id: int) -> list[Waits]:
    """What an account publishes by itself because somebody said yes to it, the next to come first."""
    found = [one for one in approved_of(db, account_id) if one.due is not None and stands(db, one)]
    made = [Waits(one.id, max(one.due or 0, one.embargo or 0), words_of(db, one), one.error == PAUSED) for one in found]
    return sorted(made, key=lambda one: one.due)


def words_of(db: Db, one: Submission) -> str:
    """What a submission begins with, in one line."""
    draft = draft_of(db, one)
    first = posts_of(draft.body)[0] if draft else None
    return " ".join((first.warning or first.text).split())[:LONGEST_LINE] if first else ""


def go_on(tx: Tx, account_id: int, submission_id: int) -> None:
    """Let what was approved go on after a pause, at its time; when that has passed, it waits to be released by hand."""
    for one in held_approved(tx, account_id):
        if one.id == submission_id:
            change_error(tx, one.id, "")
            if (one.due or 0) > now():
                emit(tx, SubmissionDue(one.id), due=max(one.due or 0, one.embargo or 0))
