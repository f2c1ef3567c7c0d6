"""The rules of this server: one sentence each, in an order, and never quite gone once they were cited."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.moderation.audit import record
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import rules as kept

MOST_RULES = 30
LONGEST_RULE = 300
LONGEST_HINT = 1000

_ALL = Prepared(select(kept.c.id, kept.c.text, kept.c.hint, kept.c.dropped).order_by(kept.c.position, kept.c.id))
_ADD = insert(kept, "id", "position", "text", "hint")
_CHANGE = Prepared(
    update(kept).where(kept.c.id == bindparam("rule_id")).values(text=bindparam("says"), hint=bindparam("explains"))
)
_PLACE = Prepared(update(kept).where(kept.c.id == bindparam("rule_id")).values(position=bindparam("place")))
_DROP = Prepared(update(kept).where(kept.c.id == bindparam("rule_id")).values(dropped=True))


class Rule(NamedTuple):
    """One rule: a sentence, and perhaps a hint that explains it."""

    id: int
    text: str
    hint: str


def rules(db: Db, settings: Settings) -> list[Rule]:
    """The rules in force, in order: those of the settings, numbered from 1, until somebody edits them on a page."""
    own = own_rules(db)
    return [Rule(number, text, "") for number, text in enumerate(settings.rules, 1)] if own is None else own


def own_rules(db: Db) -> list[Rule] | None:
    """The rules as they were edited on a page, in order; None when nobody did."""
    rows = db.all(_ALL)
    return [Rule(id_, text, hint) for id_, text, hint, dropped in rows if not dropped] if rows else None


def rules_as_stored(db: Db, settings: Settings) -> dict[int, Rule]:
    """Every rule by id, also those that hold no more: decisions that cite them stay readable."""
    rows = db.all(_ALL)
    return {row[0]: Rule(*row[:3]) for row in rows} or {one.id: one for one in rules(db, settings)}


def add_rule(tx: Tx, by: int | None, text: str, hint: str, settings: Settings) -> Rule:
    """Add a rule at the end."""
    text, hint = _read(text, hint)
    there = _own(tx, settings)
    if len(there) >= MOST_RULES:
        raise Invalid(f"A server has at most {MOST_RULES} rules.")

    rule = Rule(new_id(), text, hint)
    tx.run(_ADD, id=rule.id, position=len(tx.all(_ALL)) + 1, text=text, hint=hint)
    record(tx, by, "add_rule", "rule", rule.id, text, hint=hint)
    tell(tx, "settings")
    return rule


def change_rule(tx: Tx, by: int | None, rule_id: int, text: str, hint: str, settings: Settings) -> None:
    """Say a rule in other words; decisions that cited it keep the words of their time."""
    text, hint = _read(text, hint)
    before = _find(_own(tx, settings), rule_id)

    if before == Rule(rule_id, text, hint):
        return
    tx.run(_CHANGE, rule_id=rule_id, says=text, explains=hint)
    record(tx, by, "change_rule", "rule", rule_id, text, hint=hint, before=before.text, hint_before=before.hint)
    tell(tx, "settings")


def move_rule(tx: Tx, by: int | None, rule_id: int, steps: int, settings: Settings) -> None:
    """Move a rule up (a negative number of steps) or down; it stops at the ends."""
    there = _own(tx, settings)
    rule = _find(there, rule_id)

    at = there.index(rule)
    to = min(max(at + steps, 0), len(there) - 1)
    if to == at:
        return
    there.insert(to, there.pop(at))
    tx.many(_PLACE, [{"rule_id": one.id, "place": place} for place, one in enumerate(there, 1)])
    record(tx, by, "move_rule", "rule", rule_id, rule.text, place=to + 1)
    tell(tx, "settings")


def drop_rule(tx: Tx, by: int | None, rule_id: int, settings: Settings) -> None:
    """Let a rule hold no more."""
    rule = _find(_own(tx, settings), rule_id)

    tx.run(_DROP, rule_id=rule_id)
    record(tx, by, "drop_rule", "rule", rule_id, rule.text)
    tell(tx, "settings")


def _own(tx: Tx, settings: Settings) -> list[Rule]:
    """The rules as rows that can be edited: those of the settings are copied at the first edit."""
    if own_rules(tx) is None:
        for rule in rules(tx, settings):
            tx.run(_ADD, id=rule.id, position=rule.id, text=rule.text, hint="")
    return rules(tx, settings)


def _find(there: list[Rule], rule_id: int) -> Rule:
    for one in there:
        if one.id == rule_id:
            return one
    raise NotFound


def _read(text: str, hint: str) -> tuple[str, str]:
    text, hint = " ".join(text.split()), hint.strip()
    if not text:
        raise Invalid("A rule needs words.")
    if len(text) > LONGEST_RULE:
        raise Invalid(f"A rule has at most {LONGEST_RULE} characters.")
    if len(hint) > LONGEST_HINT:
        raise Invalid(f"The explanation of a rule has at most {LONGEST_HINT} characters.")
    return text, hint
