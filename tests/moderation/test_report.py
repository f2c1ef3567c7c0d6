import pytest

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.moderation import attend
from perron.moderation.model import Moderator, Report
from perron.moderation.queries import (
    count_reports,
    count_reports_about,
    notes_of,
    report_as_stored,
    reports_as_stored,
    reports_page,
)
from perron.moderation.report import report
from perron.people.model import Account
from perron.people.standing import delete_account
from perron.store.paging import Paging

from .conftest import Village


def told(village: Village, who: Account, about: Account, **more: object) -> Report:
    return village.store.write(lambda tx: report(tx, who, about.id, village.settings, **more))  # type: ignore[arg-type]


def test_a_report_reaches_those_who_look_after_the_server(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    owner = village.moderator("olga", "owner")

    made = told(village, ada, dirk, category="violation", rules=[2], words=" He sells carpets. ")
    village.run_jobs()

    assert (made.reporter_id, made.target_id, made.comment, made.rules) == (ada.id, dirk.id, "He sells carpets.", [2])
    assert village.notices(mona.account_id) == village.notices(owner.account_id) == ["admin.report"]
    assert village.notices(dirk.id) == village.notices(ada.id) == []


def test_a_moderator_hears_nothing_of_a_report_about_themself(village: Village, ada: Account, mona: Moderator) -> None:
    other = village.moderator("max")
    with village.store.read() as db:
        about = report_target(db, mona)

    told(village, ada, about)
    village.run_jobs()

    assert village.notices(mona.account_id) == [] and village.notices(other.account_id) == ["admin.report"]


def report_target(db: object, one: Moderator) -> Account:
    from perron.people.queries import find_account

    found = find_account(db, one.account_id)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_one_can_report_again_and_moderators_are_told_again(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    told(village, ada, dirk)
    village.run_jobs()
    second = told(village, ada, dirk, words="Again.")
    village.run_jobs()

    assert village.notices(mona.account_id) == ["admin.report", "admin.report"]
    with village.store.read() as db:
        assert count_reports_about(db, dirk.id) == {"open": 2, "closed": 0}
        assert reports_as_stored(db, [second.id]) == {second.id: second}


def test_nobody_reports_themself(village: Village, ada: Account) -> None:
    with pytest.raises(NotAllowed):
        told(village, ada, ada)


def test_only_posts_of_that_account_that_one_may_see_are_kept(village: Village, ada: Account, dirk: Account) -> None:
    seen = village.says(dirk, "Carpets")
    secret = village.says(dirk, "For my followers", visibility="followers")
    other = village.says(ada, "Mine")

    made = told(village, ada, dirk, post_ids=[other.id, secret.id, seen.id, 12345])

    assert made.posts == [seen.id]


@pytest.mark.parametrize(
    "wrong", [{"words": "x" * 1001}, {"category": "envy"}, {"category": "violation", "rules": [9]}]
)
def test_what_cannot_be_said_is_refused(
    village: Village, ada: Account, dirk: Account, wrong: dict[str, object]
) -> None:
    with pytest.raises(Invalid):
        told(village, ada, dirk, **wrong)
    assert village.rows("reports") == []


def test_whoever_is_not_there_cannot_be_reported(village: Village, ada: Account, dirk: Account) -> None:
    village.store.write(lambda tx: delete_account(tx, dirk))
    with pytest.raises(NotFound):
        told(village, ada, dirk)


def test_a_report_is_taken_given_back_closed_and_opened(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    made = told(village, ada, dirk)

    def queue(name: str) -> list[int]:
        with village.store.read() as db:
            return [one.id for one in reports_page(db, name, Paging(), by=mona.account_id)]

    village.store.write(lambda tx: attend.take(tx, mona, made.id))
    with village.store.read() as db:
        assert count_reports(db, by=mona.account_id) == {"open": 1, "mine": 1}
    assert queue("mine") == queue("open") == [made.id]
    village.store.write(lambda tx: attend.give_back(tx, mona, made.id))
    assert queue("mine") == []
    village.store.write(lambda tx: attend.close(tx, mona, made.id))
    assert queue("open") == [] and queue("closed") == [made.id]
    with pytest.raises(Invalid):
        village.store.write(lambda tx: attend.take(tx, mona, made.id))
    village.store.write(lambda tx: attend.reopen(tx, mona, made.id))
    assert queue("open") == [made.id]
    assert [row.verb for row in village.rows("audit")] == [
        "take_report",
        "give_back_report",
        "close_report",
        "reopen_report",
    ]


def test_notes_are_for_moderators(village: Village, ada: Account, dirk: Account, mona: Moderator) -> None:
    made = told(village, ada, dirk)

    village.store.write(lambda tx: attend.note(tx, mona, made.id, "I know him."))

    with village.store.read() as db:
        assert [(one.by_id, one.text) for one in notes_of(db, made.id)] == [(mona.account_id, "I know him.")]
    with pytest.raises(Invalid):
        village.store.write(lambda tx: attend.note(tx, mona, made.id, " "))


@pytest.mark.parametrize("verb", ["take", "give_back", "close", "reopen"])
def test_nobody_else_attends_to_a_report(village: Village, ada: Account, dirk: Account, verb: str) -> None:
    made = told(village, ada, dirk)
    nobody = Moderator(village.users[ada.id], ada.id, "user")
    with pytest.raises(NotFound):
        village.store.write(lambda tx: getattr(attend, verb)(tx, nobody, made.id))
    with pytest.raises(NotFound):
        village.store.write(lambda tx: attend.note(tx, nobody, made.id, "Me too"))


def test_what_is_deleted_leaves_no_report_behind(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    made = told(village, ada, dirk)
    village.store.write(lambda tx: attend.note(tx, mona, made.id, "I know him."))
    village.decide(mona, dirk, report_id=made.id)
    village.store.write(lambda tx: delete_account(tx, dirk))
    village.run_jobs()

    assert village.rows("reports") == village.rows("report_notes") == village.rows("strikes") == []
    with village.store.read() as db:
        assert report_as_stored(db, made.id) is None
    assert [row.verb for row in village.rows("audit")] == ["warn"]
