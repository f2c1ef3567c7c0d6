"""The same as further accounts for which somebody speaks: what they can choose, what each would say, and saying it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from perron.kit.secrets import new_secret
from perron.people.may import ACT, SUBMIT, may
from perron.people.model import Account
from perron.people.voices import Voice
from perron.posts.model import Draft
from perron.posts.publish_thread import publish_thread
from perron.posts.scheduled import Plan, plan_once
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import MOST, PLAN, POST, SUBMISSION, Also, Line, Other, Ways, own_or
from perron.suite.atelier.chorus.queries import made_with
from perron.suite.atelier.chorus.say import say_as_others
from perron.suite.atelier.chorus.take_back import may_take_back, take_back_others
from perron.suite.atelier.plan.line import put_in
from perron.suite.teams import approve
from perron.suite.teams.content import body_from
from perron.text.reading import length, read
from perron.web.visit import Visit
from perron.web.write.composer import Given, Part
from perron.web.write.moments import due_of, typed_wall


def key_of_form(given: Given) -> str:
    """By which a form is published once, however often its button is pressed."""
    return f"form {given.key or new_secret(12)}"


# -- what can be chosen ------------------------------------------------------------------------------------------------


def choosable(visit: Visit) -> list[Voice]:
    """The other accounts as which somebody may write; they are read with the frame of every page."""
    me = visit.account
    return [one for one in visit.frame.voices if may(one.role, SUBMIT) and me is not None and one.id != me.id]


def with_voices(visit: Visit, given: Given) -> Given:
    """The form with the other accounts as which it can be said, and what each chosen one would say."""
    return replace(given, voices=tuple(_offered(visit, given, one) for one in choosable(visit)))


def _offered(visit: Visit, given: Given, voice: Voice) -> dict[str, Any]:
    chosen = voice.id in given.also
    return {
        "voice": voice,
        "chosen": chosen,
        "publishes": may(voice.role, ACT),
        "language": given.tongues.get(voice.id, ""),
        "posts": [_seen(visit, voice, part) for part in given.parts] if chosen else [],
        "same": chosen and all(_words(voice, part) == part.text for part in given.parts if not part.blank),
    }


def _seen(visit: Visit, voice: Voice, part: Part) -> dict[str, Any]:
    """What one post of the form is as another account says it."""
    text = _words(voice, part)
    reading = read(text)
    size = reading.length + length(part.warning)
    return {
        "mark": part.mark,
        "own": part.otherwise.get(voice.id, ""),
        "text": text,
        "length": size,
        "over": max(size - visit.settings.post_max_chars, 0),
        "names": [f"@{one.username}" + (f"@{one.domain}" if one.domain else "") for one in reading.handles],
        "files": len(part.files),
    }


def _words(voice: Voice, part: Part) -> str:
    return own_or(part.otherwise.get(voice.id, ""), part.text)


# -- saying it ---------------------------------------------------------------------------------------------------------


def others_of(given: Given) -> list[Other]:
    """The further accounts that were chosen, with words of their own."""
    return [
        Other(one, tuple(part.otherwise.get(one, "") for part in given.parts), given.tongues.get(one, ""))
        for one in given.also[: MOST + 1]
    ]


def say_also(
    tx: Tx,
    visit: Visit,
    given: Given,
    first: Line,
    drafts: Sequence[Draft],
    *,
    handing: Mapping[str, Any] | None = None,
) -> list[Line]:
    """Say what was said as the first account as the others too: published or planned as that was, or handed in by who
    may not publish. `handing`: all of it is handed in, with these times."""
    if not given.also:
        return []
    due = due_of(visit, given)
    ways = Ways(_publishing(visit, given), _handing_in(visit, {"due": due} if handing is None else handing))
    if handing is not None:
        ways = Ways(ways.hand_in, ways.hand_in)
    return say_as_others(
        tx, visit.must_sign_in().user.id, first, drafts, others_of(given), ways, key=key_of_form(given)
    )


def _publishing(visit: Visit, given: Given) -> Callable[[Tx, Account, Sequence[Draft]], Line]:
    user, key = visit.must_sign_in().user, key_of_form(given)

    def publish(tx: Tx, account: Account, drafts: Sequence[Draft]) -> Line:
        if not (given.later or given.queue):
            return Line(publish_thread(tx, account, key, drafts, visit.settings)[0], account.id, POST)
        wall = None if given.queue else typed_wall(visit, given.later, given.zone, given.fold)
        wished = Plan(tuple(drafts), wall, user_id=user.id, note=given.note)
        if given.queue:
            return Line(put_in(tx, account, wished, visit.settings, key), account.id, PLAN)
        return Line(plan_once(tx, account, key, wished, visit.settings), account.id, PLAN)

    return publish


def _handing_in(visit: Visit, how: Mapping[str, Any]) -> Callable[[Tx, Account, Sequence[Draft]], Line]:
    user = visit.must_sign_in().user

    def hand_in(tx: Tx, account: Account, drafts: Sequence[Draft]) -> Line:
        made = approve.submit(tx, user.id, account.id, body_from(tx, account.id, drafts), **how)
        return Line(made, account.id, SUBMISSION)

    return hand_in


def made_beside(visit: Visit, db: Db, item_ids: Sequence[int]) -> dict[int, list[Also]]:
    """What was made at once with each of these as other accounts; nothing is read for who has one account."""
    if len(visit.frame.voices) < 2:
        return {}
    return made_with(db, visit.must_sign_in().user.id, item_ids)


def said_beside(made: Sequence[Also]) -> dict[str, str]:
    """As whom something was made too, and as whom somebody can take it back with it."""
    return {
        "also": ", ".join(f"@{one.handle}" for one in made),
        "ends": ", ".join(f"@{one.handle}" for one in made if may_take_back(one)),
    }


# -- taking it back ----------------------------------------------------------------------------------------------------


def take_back_all(tx: Tx, visit: Visit, item_id: int) -> dict[int, list[Draft]]:
    """Take back what was made with something as other accounts; the drafts it was, by account."""
    user = visit.must_sign_in().user
    return take_back_others(tx, user.id, item_id, lambda pen, made: approve.withdraw(pen, user.id, made))


def with_others(given: Given, others: Mapping[int, Sequence[Draft]]) -> Given:
    """The form as it was sent, with the accounts as which it was said too, and the words that each had."""
    parts = []
    for n, part in enumerate(given.parts):
        own = {one: drafts[n].text for one, drafts in others.items() if n < len(drafts) and drafts[n].text != part.text}
        parts.append(replace(part, otherwise=own))
    tongues = {one: drafts[0].language for one, drafts in others.items() if drafts[0].language != given.language}
    return replace(given, parts=tuple(parts), also=tuple(others), tongues=tongues)
