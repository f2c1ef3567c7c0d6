"""Decide about an account, and undo a decision. Each carries everything out in the transaction of its caller."""

from collections.abc import Sequence

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.settings import Settings
from perron.moderation.audit import record
from perron.moderation.carry_out import DOES, UNDOES, show_openly
from perron.moderation.model import (
    ABOUT_POSTS,
    ACTIONS,
    LASTING,
    SHUTS_OUT,
    Decision,
    LetBackIn,
    Moderator,
    ShutOut,
    Strike,
)
from perron.moderation.permit import must_act_on
from perron.moderation.queries import (
    add_strike,
    change_closed,
    change_undone,
    evidence,
    report_as_stored,
    standing_strikes,
    strike_as_stored,
)
from perron.moderation.rules import rules as rules_in_force
from perron.people.model import Account
from perron.people.standing import user_of
from perron.store import Tx
from perron.text.letters import shortened
from perron.timelines.notices import drop_notice, notify

LONGEST_TEXT = 2000
LONGEST_QUOTE = 500


UNSAID = {
    "fr": "La modération n’a pas donné de raison. Vous pouvez la demander en faisant appel.",
    "en": "The moderators gave no reason. You can ask for it with an appeal.",
}
"""What somebody reads when an app of moderators named neither a rule nor a reason."""


def decide(
    tx: Tx, by: Moderator, target_id: int, decision: Decision, settings: Settings, *, must_cite: bool = True
) -> Strike:
    """Carry a decision out: the person is told it in words, with the rules; reports it answers are closed. Apps written
    for other servers know no rules and need not say why (`must_cite`); our own pages ask for both."""
    target = must_act_on(tx, by, target_id)
    text = decision.text.strip()
    if not text and not must_cite:
        user = user_of(tx, target.id)
        text = UNSAID[user.locale if user and user.locale in UNSAID else settings.locale]
    if decision.action not in ACTIONS:
        raise Invalid("Please choose what to do.")
    if not text:
        raise Invalid("Please tell this person why, in a sentence.")
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"What you tell this person has at most {LONGEST_TEXT} characters.")
    cited = _cited(tx, decision.rules, settings) if decision.rules or must_cite else []
    about = _about(tx, target, decision)
    if decision.action == "disable" and user_of(tx, target.id) is None:
        raise Invalid("Nobody signs in for this account on this server.")

    _report(tx, target, decision.report_id)
    strike = add_strike(
        tx, target.id, by.account_id, decision.action, text, rules=cited, about=about, report_id=decision.report_id
    )
    record(
        tx,
        by.account_id,
        decision.action,
        "account",
        target.id,
        f"@{target.handle}",
        strike=str(strike.id),
        text=text,
        rules=[rule for _, rule in cited],
        posts=[str(post_id) for post_id, _ in about],
    )
    tell_person(tx, target.id, strike.id)
    DOES[decision.action](tx, target, strike)
    if decision.action in SHUTS_OUT:
        emit(tx, ShutOut(strike.id))
    for report_id in decision.closes:
        _close(tx, by, target, report_id)
    return strike


def undo(tx: Tx, by: Moderator, strike_id: int, *, because: str = "") -> Strike:
    """Undo a decision: what it changed is changed back, unless another decision of its kind stands. What was deleted
    stays deleted."""
    strike = strike_as_stored(tx, strike_id)
    if strike is None:
        raise NotFound
    target = must_act_on(tx, by, strike.target_id)
    if not change_undone(tx, strike.id):
        raise Invalid("This decision was undone already.")

    if strike.action in LASTING:
        if not standing_strikes(tx, target.id, strike.action):
            _end(tx, target, strike.action, strike.id)
    elif strike.action == "sensitive":
        for post_id, _ in strike.posts:
            show_openly(tx, target, post_id)
    record(
        tx,
        by.account_id,
        f"undo_{strike.action}",
        "account",
        target.id,
        f"@{target.handle}",
        strike=str(strike.id),
        because=because,
    )
    tell_person(tx, target.id, strike.id)
    return strike


def lift(tx: Tx, by: Moderator, target_id: int, action: str) -> None:
    """End a lasting measure (veil, limit, disable, suspend), whoever took it, with every decision behind it."""
    target = must_act_on(tx, by, target_id)
    if action not in LASTING:
        raise NotFound
    standing = standing_strikes(tx, target.id, action)
    for strike_id in standing:
        change_undone(tx, strike_id)
    _end(tx, target, action, max(standing, default=0))
    record(tx, by.account_id, f"undo_{action}", "account", target.id, f"@{target.handle}")
    tell_person(tx, target.id, max(standing, default=0))


def tell_person(tx: Tx, account_id: int, strike_id: int) -> None:
    """Let a person know that something was decided about them, or that a decision was looked at again."""
    drop_notice(tx, account_id, "moderation_warning", account_id, strike_id)
    notify(tx, account_id, "moderation_warning", account_id, about_id=strike_id, to_oneself=True)


# -- what is decided upon ----------------------------------------------------------------------------------------------


def _cited(tx: Tx, wanted: Sequence[int], settings: Settings) -> list[tuple[int, str]]:
    """The rules that a decision cites, with their words as they are today."""
    known = {one.id: one.text for one in rules_in_force(tx, settings)}
    if not known:
        raise Invalid("This server has no rules yet, and a decision cites at least one. Please write them first.")
    cited = list(dict.fromkeys(wanted))
    if not cited or not known.keys() >= set(cited):
        raise Invalid("Please choose at least one rule that was broken.")
    return [(rule_id, known[rule_id]) for rule_id in cited]


def _about(tx: Tx, target: Account, decision: Decision) -> list[tuple[int, str]]:
    """The posts that a decision is about, with what they said; those that are to be marked are not marked yet."""
    if decision.action not in ABOUT_POSTS:
        found = evidence(tx, decision.posts)
        return [(id_, _quote(one)) for id_, one in sorted(found.items()) if one["author_id"] == target.id]
    found = evidence(tx, decision.posts)
    own = {id_: one for id_, one in sorted(found.items()) if one["author_id"] == target.id and not one["boost_of_id"]}
    if decision.action == "sensitive":
        own = {id_: one for id_, one in own.items() if not one["sensitive"]}
        if not own:
            raise Invalid("Please choose at least one post that is not marked as sensitive yet.")
    elif not own:
        raise Invalid("Please choose at least one post.")
    return [(id_, _quote(one)) for id_, one in own.items()]


def _quote(post: dict[str, object]) -> str:
    said = " · ".join(str(part) for part in (post["warning"], post["text"]) if part)
    return shortened(said, LONGEST_QUOTE)


def _report(tx: Tx, target: Account, report_id: int | None) -> None:
    """Refuse to answer a report about somebody else."""
    found = report_as_stored(tx, report_id) if report_id is not None else None
    if report_id is not None and (found is None or found.target_id != target.id):
        raise NotFound


def _close(tx: Tx, by: Moderator, target: Account, report_id: int) -> None:
    _report(tx, target, report_id)
    if change_closed(tx, report_id, by.account_id):
        record(tx, by.account_id, "close_report", "report", report_id, f"@{target.handle}")


def _end(tx: Tx, target: Account, action: str, strike_id: int) -> None:
    UNDOES[action](tx, target)
    if action in SHUTS_OUT:
        emit(tx, LetBackIn(target.id, strike_id))
