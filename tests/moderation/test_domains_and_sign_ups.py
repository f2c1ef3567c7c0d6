from typing import Any

import pytest

from perron.kit.errors import Invalid, NotFound
from perron.moderation.admit import approve, turn_away
from perron.moderation.domains import Meeting, domain_rule, domain_rules_in_force, forget_domain, meet_domain, obscured
from perron.moderation.model import DomainRule, Moderator
from perron.moderation.queries import count_waiting, facts_of, people_page
from perron.people.model import Account
from perron.store.paging import Paging

from .conftest import Village


def meet(village: Village, by: Moderator, domain: str, **more: Any) -> DomainRule:
    return village.store.write(lambda tx: meet_domain(tx, by, domain, Meeting(**more), here="perron.example"))


def test_a_rule_holds_for_a_domain_and_all_below_it_and_the_nearest_wins(village: Village, mona: Moderator) -> None:
    meet(village, mona, "Far.Example", severity="suspend", public_comment="Spam")
    meet(village, mona, "good.far.example", severity="none", reject_media=True)

    with village.store.read() as db:
        found = {
            domain: rule.severity if (rule := domain_rule(db, domain)) else None
            for domain in (
                *("far.example", "a.b.FAR.example", "good.far.example", "very.good.far.example."),
                *("notfar.example", "example", "perron.example"),
            )
        }
    assert found == {
        "far.example": "suspend",
        "a.b.FAR.example": "suspend",
        "good.far.example": "none",
        "very.good.far.example.": "none",
        "notfar.example": None,
        "example": None,
        "perron.example": None,
    }


def test_a_rule_is_changed_and_forgotten_and_each_is_written_down(village: Village, mona: Moderator) -> None:
    first = meet(village, mona, "far.example", reject_reports=True, private_comment="Ask Olga")
    second = meet(village, mona, "far.example", severity="suspend", obscured=True)
    assert first.id == second.id
    with village.store.read() as db:
        assert domain_rules_in_force(db) == [second]

    village.store.write(lambda tx: forget_domain(tx, mona, second.id))
    with village.store.read() as db:
        assert domain_rule(db, "far.example") is None
    assert [row.verb for row in village.rows("audit")] == ["meet_domain", "change_domain", "forget_domain"]
    with pytest.raises(NotFound):
        village.store.write(lambda tx: forget_domain(tx, mona, second.id))


@pytest.mark.parametrize(
    ("domain", "more"),
    [
        ("perron.example", {}),
        ("example", {}),
        ("not a domain", {}),
        ("", {}),
        ("far.example", {"severity": "loathe"}),
        ("far.example", {"public_comment": "x" * 501}),
    ],
)
def test_what_cannot_be_met_is_refused(village: Village, mona: Moderator, domain: str, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        meet(village, mona, domain, **more)
    assert village.rows("domain_rules") == village.rows("audit") == []


def test_nobody_else_makes_rules_for_domains(village: Village, ada: Account, mona: Moderator) -> None:
    nobody = Moderator(village.users[ada.id], ada.id, "user")
    rule = meet(village, mona, "far.example")
    with pytest.raises(NotFound):
        meet(village, nobody, "far.example", severity="none")
    with pytest.raises(NotFound):
        village.store.write(lambda tx: forget_domain(tx, nobody, rule.id))


def test_an_obscured_domain_keeps_its_shape() -> None:
    assert obscured("far.example") == "far.*****le"
    assert len(obscured("a.b")) == 3


def test_who_waits_is_let_in_or_turned_away(village: Village, mona: Moderator) -> None:
    ines, ivan = village.person("ines", state="pending"), village.person("ivan", state="pending")
    with village.store.read() as db:
        assert count_waiting(db) == 2
        assert [one["handle"] for one in people_page(db, "waiting", Paging())] == ["ivan", "ines"]

    village.store.write(lambda tx: approve(tx, mona, ines.id))
    village.store.write(lambda tx: turn_away(tx, mona, ivan.id))

    assert village.now(ines).state == "active" and village.now(ivan).state == "deleted"
    assert [(row.verb, row.label) for row in village.rows("audit")] == [("approve", "@ines"), ("turn_away", "@ivan")]
    assert "ivan@example.org" not in [row.email for row in village.rows("users")]
    for verb in (approve, turn_away):
        with pytest.raises(Invalid):
            village.store.write(lambda tx, verb=verb: verb(tx, mona, ines.id))
        with pytest.raises(NotFound):
            village.store.write(lambda tx, verb=verb: verb(tx, mona, ivan.id))


def test_nobody_else_lets_people_in(village: Village, ada: Account) -> None:
    ines = village.person("ines", state="pending")
    nobody = Moderator(village.users[ada.id], ada.id, "user")
    for verb in (approve, turn_away):
        with pytest.raises(NotFound):
            village.store.write(lambda tx, verb=verb: verb(tx, nobody, ines.id))
    assert village.now(ines).state == "pending"


def test_people_are_found_by_name_state_and_e_mail_address(village: Village, ada: Account, mona: Moderator) -> None:
    dirk = village.person("dirk_100")
    village.decide(mona, dirk, "limit")
    village.decide(mona, ada, "suspend")

    def found(chosen: str = "all", part: str = "") -> list[str]:
        with village.store.read() as db:
            return [one["handle"] for one in people_page(db, chosen, Paging(), part=part)]

    assert found() == ["dirk_100", "mona", "ada"]
    assert found(part="@DIRK") == found(part="k_1") == found(part="Dirk_100@example.org") == ["dirk_100"]
    assert found(part="%") == found(part="k%1") == found(part="example.org") == []
    assert found("limited") == ["dirk_100"] and found("suspended") == ["ada"] and found("waiting") == []
    assert set(found("new")) == {"dirk_100", "mona", "ada"}
    village.decide(mona, dirk, "disable")
    assert found("disabled") == ["dirk_100"]
    with village.store.read() as db:
        facts = facts_of(db, ada.id)
        assert facts is not None and facts["email"] == "ada@example.org" and facts["role"] == "user"
        assert facts_of(db, 12345) is None
