"""A client reads one submission by a link, without an account, and answers; nothing else is shown to them."""

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import DAY, now
from perron.people.may import ACT, check_may
from perron.people.members import role_of
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import submission_links
from perron.suite.teams.approve import find_submission, print_of
from perron.suite.teams.submissions import Submission, history_of, say, submission_as_stored

LIFE, MOST_LINES = 30 * DAY, 200
_ADD = insert(submission_links, "code", "submission_id", "name", "expires_at")
_FIND = Prepared(
    select(submission_links.c.submission_id, submission_links.c.name).where(
        submission_links.c.code == bindparam("hash"), submission_links.c.expires_at > bindparam("at")
    )
)
_FORGET = Prepared(delete(submission_links).where(submission_links.c.expires_at < bindparam("at")))


def make_link(tx: Tx, user_id: int, submission_id: int, name: str) -> str:
    """A code by which somebody outside reads a submission for thirty days; in plain text, this once."""
    one, _ = find_submission(tx, submission_id, user_id=user_id)
    check_may(role_of(tx, user_id, one.account_id), ACT)
    name = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(name) <= 60:
        raise Invalid("Say for whom the link is, in 1 to 60 characters.")
    code = new_secret(16)
    tx.run(_ADD, code=fingerprint(code), submission_id=one.id, name=name, expires_at=now() + LIFE)
    say(tx, one.id, user_id, "link", name, inside=True)
    return code


def find_review(db: Db, code: str) -> tuple[Submission, str]:
    """What a code opens, and for whom it is."""
    row = db.one(_FIND, hash=fingerprint(code), at=now())
    one = submission_as_stored(db, row[0]) if row else None
    if row is None or one is None:
        raise NotFound("This link is too old, or was never given.")
    return one, row[1]


def answer(tx: Tx, code: str, text: str, *, agrees: bool) -> None:
    """A client says something, or that they agree; the team still decides."""
    one, name = find_review(tx, code)
    text = text.replace("\x00", "").strip()[:2000]
    if not text and not agrees:
        raise Invalid("A comment has 1 to 2000 characters.")
    if len(history_of(tx, one.id)) >= MOST_LINES:
        raise Invalid("There is enough said about this already.")
    verb = "client_agrees" if agrees else "comment"
    say(tx, one.id, None, verb, text, inside=False, name=name, fingerprint=print_of(tx, one))


def forget_links(tx: Tx) -> None:
    """Links that are too old are let go."""
    tx.run(_FORGET, at=now())
