"""Say the same as further accounts, in the transaction in which it is said as the first: all of them or none."""

from collections.abc import Sequence
from dataclasses import replace

from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.ids import new_id
from perron.media.queries import share_uploads
from perron.people.may import ACT, SUBMIT, check_may, may
from perron.people.model import Account
from perron.people.queries import find_account
from perron.people.voices import Voice, voices_of
from perron.posts.model import Draft
from perron.posts.publish import hold_key, keep_key, key_of
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import MOST, Line, Other, Ways
from perron.suite.atelier.chorus.queries import add_line, chorus_of

NOT_YOURS = "One of the accounts you chose is gone, or you speak for it no longer. Nothing was published."


def say_as_others(
    tx: Tx, user_id: int, first: Line, drafts: Sequence[Draft], others: Sequence[Other], ways: Ways, *, key: str = ""
) -> list[Line]:
    """Say drafts, which were said as `first`, as further accounts too, once for each key and account; what was made. A
    refusal names whom it is about."""
    others = [*{one.account_id: one for one in others if one.account_id != first.account_id}.values()]
    if not others:
        return []
    if len(others) > MOST:
        raise Invalid(f"You can speak as {MOST} further accounts at once. Nothing was published.")
    voices = {one.id: one for one in voices_of(tx, user_id)}
    if any(one.account_id not in voices for one in others):
        raise NotFound(NOT_YOURS)

    chorus_id = chorus_of(tx, first.item_id) or new_id()
    add_line(tx, chorus_id, first)
    made = []
    for other in others:
        voice = voices[other.account_id]
        try:
            account = _account(tx, voice)
            if key and hold_key(tx, account, key_of(f"also {key}")) is not None:
                continue
            made.append(_say(tx, user_id, voice, account, first, drafts, other, ways))
        except Refused as wrong:
            raise named(wrong, voice.handle) from None
        add_line(tx, chorus_id, made[-1])
        if key:  # it names the chorus: the keys by which a post is found with what followed it are others
            keep_key(tx, account, key_of(f"also {key}"), chorus_id)
    return made


def named(wrong: Refused, handle: str) -> Refused:
    """A refusal that says as whom something cannot be said."""
    said = type(wrong)(f"As @{handle}: {wrong}")
    said.place = wrong.place
    return said


def _account(db: Db, voice: Voice) -> Account:
    """The account of a voice, while somebody may write for it."""
    account = find_account(db, voice.id)
    if account is None or account.state != "active":
        raise NotFound(NOT_YOURS)
    check_may(voice.role, SUBMIT)
    return account


def _say(
    tx: Tx, user_id: int, voice: Voice, account: Account, first: Line, drafts: Sequence[Draft], other: Other, ways: Ways
) -> Line:
    """What was made for one account: by who may publish for it, or handed in by who may not."""
    writer_id = user_id if voice.team else None
    way = ways.publish if may(voice.role, ACT) else ways.hand_in
    return way(tx, account, _as_said_by(tx, account, first.account_id, drafts, other, writer_id))


def _as_said_by(
    tx: Tx, account: Account, owner_id: int, drafts: Sequence[Draft], other: Other, writer_id: int | None
) -> list[Draft]:
    """Drafts in an account's own words, with files of its own; outlets are those of the first account alone."""
    wanted = [each for one in drafts for each in one.media]
    files = share_uploads(tx, wanted, owner_id=owner_id, with_id=account.id)
    return [
        replace(one, media=tuple(files[each].id for each in one.media), outlets=(), writer_id=writer_id)
        for one in other.says(drafts)
    ]
