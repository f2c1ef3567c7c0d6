import pytest
from sqlalchemy import update

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.time import DAY, now
from perron.moderation.appeal import TERM, appeal, grant, refuse
from perron.moderation.decide import undo
from perron.moderation.model import Moderator
from perron.moderation.queries import appeals_page, count_open_appeals
from perron.people.model import Account
from perron.store.paging import Paging
from perron.store.tables import strikes

from .conftest import Village


def test_an_appeal_that_is_granted_undoes_the_decision(village: Village, ada: Account, mona: Moderator) -> None:
    strike = village.decide(mona, ada, "limit")
    made = village.store.write(lambda tx: appeal(tx, ada, strike.id, " It was no advertisement. "))
    with village.store.read() as db:
        assert count_open_appeals(db) == 1 and appeals_page(db, "open", Paging()) == [made]

    village.store.write(lambda tx: grant(tx, mona, made.id, "You are right."))

    row = village.rows("appeals")[0]
    assert (row.text, row.state, row.answer) == ("It was no advertisement.", "granted", "You are right.")
    assert village.rows("strikes")[0].undone_at is not None
    assert not next(row for row in village.rows("accounts") if row.id == ada.id).silenced
    assert [row.verb for row in village.rows("audit")] == ["limit", "grant_appeal", "undo_limit"]
    with village.store.read() as db:
        assert count_open_appeals(db) == 0 and appeals_page(db, "open", Paging()) == []


def test_an_appeal_is_refused_in_words(village: Village, ada: Account, mona: Moderator) -> None:
    strike = village.decide(mona, ada, "limit")
    made = village.store.write(lambda tx: appeal(tx, ada, strike.id, "It was not."))

    with pytest.raises(Invalid):
        village.store.write(lambda tx: refuse(tx, mona, made.id, " "))
    village.store.write(lambda tx: refuse(tx, mona, made.id, "It was."))

    assert village.rows("appeals")[0].state == "refused" and village.rows("strikes")[0].undone_at is None
    assert next(row for row in village.rows("accounts") if row.id == ada.id).silenced
    with pytest.raises(Invalid):
        village.store.write(lambda tx: grant(tx, mona, made.id))


def test_one_appeals_once(village: Village, ada: Account, mona: Moderator) -> None:
    strike = village.decide(mona, ada)
    village.store.write(lambda tx: appeal(tx, ada, strike.id, "It was not."))
    with pytest.raises(Invalid):
        village.store.write(lambda tx: appeal(tx, ada, strike.id, "It really was not."))
    assert len(village.rows("appeals")) == 1


def test_one_appeals_within_twenty_days(village: Village, ada: Account, mona: Moderator) -> None:
    strike = village.decide(mona, ada)
    old = new_id(now() - TERM * DAY - 1000)
    village.store.write(lambda tx: tx.execute(update(strikes).values(id=old)))
    with pytest.raises(Invalid):
        village.store.write(lambda tx: appeal(tx, ada, old, "It was not."))
    assert strike.undone_at is None and village.rows("appeals") == []


def test_nobody_appeals_for_somebody_else(village: Village, ada: Account, dirk: Account, mona: Moderator) -> None:
    strike = village.decide(mona, ada)
    with pytest.raises(NotFound):
        village.store.write(lambda tx: appeal(tx, dirk, strike.id, "It was not."))


@pytest.mark.parametrize("words", ["  ", "x" * 2001])
def test_an_appeal_needs_words_but_not_too_many(village: Village, ada: Account, mona: Moderator, words: str) -> None:
    strike = village.decide(mona, ada)
    with pytest.raises(Invalid):
        village.store.write(lambda tx: appeal(tx, ada, strike.id, words))


def test_what_was_undone_needs_no_appeal_and_one_that_waits_can_still_be_answered(
    village: Village, ada: Account, mona: Moderator
) -> None:
    one, two = village.decide(mona, ada), village.decide(mona, ada)
    made = village.store.write(lambda tx: appeal(tx, ada, two.id, "It was not."))
    for strike in (one, two):
        village.store.write(lambda tx, id_=strike.id: undo(tx, mona, id_))
    with pytest.raises(Invalid):
        village.store.write(lambda tx: appeal(tx, ada, one.id, "It was not."))

    village.store.write(lambda tx: grant(tx, mona, made.id))
    assert village.rows("appeals")[0].state == "granted"


def test_nobody_else_answers_an_appeal(village: Village, mona: Moderator) -> None:
    boss, max_ = village.moderator("boss", "admin"), village.person("max", "moderator")
    strike = village.decide(boss, max_)
    made = village.store.write(lambda tx: appeal(tx, max_, strike.id, "It was not."))

    himself = Moderator(village.users[max_.id], max_.id, "moderator")
    ada = village.person("ada")
    for by, error in (
        (himself, NotAllowed),
        (mona, NotAllowed),
        (Moderator(village.users[ada.id], ada.id, "user"), NotFound),
    ):
        with pytest.raises(error):
            village.store.write(lambda tx, by=by: grant(tx, by, made.id))
        with pytest.raises(error):
            village.store.write(lambda tx, by=by: refuse(tx, by, made.id, "No."))
    assert village.rows("appeals")[0].state == "open"
