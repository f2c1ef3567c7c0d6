from typing import Any

import pytest

from perron.kit import json
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.moderation.audit import audit_page, record
from perron.moderation.decide import lift, undo
from perron.moderation.model import ACTIONS, Moderator
from perron.moderation.queries import report_as_stored, standing_strikes
from perron.moderation.report import report
from perron.people.block import block
from perron.people.directory import directory
from perron.people.follow import follow
from perron.people.model import Account
from perron.people.queries import add_membership, find_account
from perron.people.relations import Following
from perron.people.standing import user_of
from perron.posts.queries import find_post, post_as_stored
from perron.posts.search_index import search_posts
from perron.store import Tx
from perron.store.paging import Paging
from perron.streaming.public import public_channels
from perron.timelines.public import public_page, tag_page

from .conftest import Village


def posts_of(village: Village, who: Account) -> tuple[int, ...]:
    return (village.says(who, "Buy carpets #carpets").id,)


def state(village: Village, about: Account) -> tuple[str, bool, str]:
    """How an account stands: its state, whether it is limited, and its user's state."""
    row = next(row for row in village.rows("accounts") if row.id == about.id)
    with village.store.read() as db:
        user = user_of(db, about.id)
    return row.state, bool(row.silenced), user.state if user else ""


STANDS = ("active", False, "active")


@pytest.mark.parametrize(
    ("action", "becomes"),
    [
        ("warn", STANDS),
        ("limit", ("active", True, "active")),
        ("disable", ("active", False, "disabled")),
        ("suspend", ("suspended", False, "active")),
    ],
)
def test_a_decision_is_carried_out_written_down_told_and_undone(
    village: Village, ada: Account, mona: Moderator, action: str, becomes: tuple[str, bool, str]
) -> None:
    strike = village.decide(mona, ada, action, rules=(1, 2))

    assert state(village, ada) == becomes
    assert strike.rules == [(1, "Speak with people, not about them."), (2, "No advertising.")]
    assert [(row.verb, row.label, row.by_id) for row in village.rows("audit")] == [(action, "@ada", mona.account_id)]
    assert [row.type for row in village.rows("notices") if row.account_id == ada.id] == ["moderation_warning"]

    village.store.write(lambda tx: undo(tx, mona, strike.id))
    assert state(village, ada) == STANDS
    assert [row.verb for row in village.rows("audit")] == [action, f"undo_{action}"]
    with village.store.read() as db:
        assert standing_strikes(db, ada.id, action) == []
    with pytest.raises(Invalid):
        village.store.write(lambda tx: undo(tx, mona, strike.id))


def test_posts_are_marked_and_shown_openly_again(village: Village, ada: Account, mona: Moderator) -> None:
    plain, own = village.says(ada, "Look"), village.says(ada, "Careful", sensitive=True)

    strike = village.decide(mona, ada, "sensitive", posts=(plain.id, own.id))

    with village.store.read() as db:
        assert [find_post(db, one.id, viewer=None).sensitive for one in (plain, own)] == [True, True]  # type: ignore[union-attr]
    assert strike.posts == [(plain.id, "Look")]
    village.store.write(lambda tx: undo(tx, mona, strike.id))
    with village.store.read() as db:
        assert not post_as_stored(db, plain.id).sensitive and post_as_stored(db, own.id).sensitive  # type: ignore[union-attr]


def test_posts_are_deleted_and_their_words_kept_with_the_decision(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    gone, kept, other = village.says(ada, "Carpets"), village.says(ada, "Hello"), village.says(dirk, "Mine")

    strike = village.decide(mona, ada, "delete_posts", posts=(gone.id, other.id))

    with village.store.read() as db:
        assert [bool(post_as_stored(db, one.id)) for one in (gone, kept, other)] == [False, True, True]
    assert strike.posts == [(gone.id, "Carpets")]
    village.store.write(lambda tx: undo(tx, mona, strike.id))
    with village.store.read() as db:
        assert post_as_stored(db, gone.id) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": ()},
        {"rules": (9,)},
        {"text": "  "},
        {"text": "x" * 2001},
        {"action": "banish"},
        {"action": "delete_posts"},
        {"action": "sensitive"},
    ],
)
def test_a_decision_needs_words_a_rule_and_what_it_is_about(
    village: Village, ada: Account, mona: Moderator, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        village.decide(mona, ada, **({"action": "limit"} | wrong))
    assert state(village, ada) == STANDS
    assert village.rows("strikes") == village.rows("audit") == village.notices(ada.id) == []


def test_all_of_a_decision_is_done_or_nothing(village: Village, ada: Account, dirk: Account, mona: Moderator) -> None:
    """The last step fails (the report is about somebody else): nothing before it has happened."""
    post = village.says(ada, "Carpets")
    about_dirk = village.store.write(lambda tx: report(tx, ada, dirk.id, village.settings))

    with pytest.raises(NotFound):
        village.decide(mona, ada, "delete_posts", posts=(post.id,), closes=(about_dirk.id,))

    with village.store.read() as db:
        assert post_as_stored(db, post.id) is not None
        assert report_as_stored(db, about_dirk.id).state == "open"  # type: ignore[union-attr]
    assert village.rows("strikes") == village.rows("audit") == village.notices(ada.id) == []


def test_a_decision_closes_the_reports_it_answers(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    one, two, three = (village.store.write(lambda tx: report(tx, ada, dirk.id, village.settings)) for _ in range(3))

    village.decide(mona, dirk, report_id=one.id, closes=(one.id, two.id))

    assert [row.state for row in village.rows("reports")] == ["closed", "closed", "open"]
    assert village.rows("reports")[0].closed_by == mona.account_id
    assert village.rows("strikes")[0].report_id == one.id and three.state == "open"


@pytest.mark.parametrize("action", ["limit", "disable", "suspend"])
def test_a_measure_lasts_while_another_decision_stands_behind_it(
    village: Village, ada: Account, mona: Moderator, action: str
) -> None:
    first = village.decide(mona, ada, action)
    second = village.decide(mona, ada, action)

    village.store.write(lambda tx: undo(tx, mona, first.id))
    assert state(village, ada) != STANDS
    village.store.write(lambda tx: undo(tx, mona, second.id))
    assert state(village, ada) == STANDS


@pytest.mark.parametrize("action", ["limit", "disable", "suspend"])
def test_a_measure_is_lifted_with_all_that_stands_behind_it(
    village: Village, ada: Account, mona: Moderator, action: str
) -> None:
    village.decide(mona, ada, action)
    village.decide(mona, ada, action)

    village.store.write(lambda tx: lift(tx, mona, ada.id, action))

    assert state(village, ada) == STANDS
    with village.store.read() as db:
        assert standing_strikes(db, ada.id, action) == []


# -- who may -----------------------------------------------------------------------------------------------------------


RANKED = ("user", "moderator", "admin", "owner")


@pytest.mark.parametrize("by", RANKED)
@pytest.mark.parametrize("about", RANKED)
def test_one_decides_only_about_those_with_a_lower_role(village: Village, by: str, about: str) -> None:
    who, target = village.moderator("mona", by), village.person("tess", about)

    if RANKED.index(by) > RANKED.index(about):
        strike = village.decide(who, target)
        village.store.write(lambda tx: undo(tx, who, strike.id))
    else:
        with pytest.raises(NotFound if by == "user" else NotAllowed):
            village.decide(who, target)
        assert village.rows("strikes") == []


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_decides_about_themself(village: Village, action: str) -> None:
    olga = village.moderator("olga", "owner")
    with village.store.read() as db:
        herself = find_account(db, olga.account_id)
    assert herself is not None
    with pytest.raises(NotAllowed):
        village.decide(olga, herself, action, posts=posts_of(village, herself))


def test_nobody_decides_about_an_account_of_a_colleague(village: Village, ada: Account, mona: Moderator) -> None:
    """An account for which the owner may act is the owner's too."""
    olga = village.moderator("olga", "owner")
    village.store.write(lambda tx: add_membership(tx, olga.user_id, ada.id, "editor"))
    with pytest.raises(NotAllowed):
        village.decide(mona, ada)


def test_undoing_needs_the_same_role_as_deciding(village: Village, mona: Moderator) -> None:
    boss, max_ = village.moderator("boss", "admin"), village.person("max", "moderator")
    strike = village.decide(boss, max_)
    for nobody in (mona, Moderator(village.users[max_.id], max_.id, "moderator")):
        with pytest.raises(NotAllowed):
            village.store.write(lambda tx, by=nobody: undo(tx, by, strike.id))
        with pytest.raises(NotAllowed):
            village.store.write(lambda tx, by=nobody: lift(tx, by, max_.id, "limit"))


# -- what follows ------------------------------------------------------------------------------------------------------


def test_a_limited_account_is_left_out_where_nobody_asked_for_it(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    bea = village.person("bea")
    village.store.write(lambda tx: follow(tx, bea, ada.id, Following(), village.settings))
    post = village.says(ada, "Bonjour du perron #marches")
    village.store.write(lambda tx: discoverable(tx, ada))
    village.run_jobs()

    def found(viewer: int) -> tuple[bool, ...]:
        with village.store.read() as db:
            return (
                post.id in public_page(db, Paging()),
                post.id in public_page(db, Paging(), here=True),
                post.id in tag_page(db, "marches", Paging()),
                bool(public_channels(db, post.id)),
                ada.id in directory(db, viewer=viewer, newest=True, here=False, limit=10, offset=0),
                post.id in search_posts(db, "bonjour", viewer=viewer),
                find_post(db, post.id, viewer=viewer) is not None,
            )

    everywhere = (True,) * 7
    assert found(dirk.id) == found(bea.id) == everywhere
    strike = village.decide(mona, ada, "limit")
    assert found(dirk.id) == (False, False, False, False, False, False, True)
    assert found(bea.id) == found(ada.id) == (False, False, False, False, False, True, True)
    village.store.write(lambda tx: undo(tx, mona, strike.id))
    assert found(dirk.id) == everywhere


def discoverable(tx: Tx, who: Account) -> None:
    from perron.people.profile import Profile, change_profile

    change_profile(tx, who, Profile(discoverable=True, indexable=True))


def test_what_a_limited_account_does_is_kept_apart_from_those_who_do_not_follow_it(
    village: Village, ada: Account, dirk: Account, mona: Moderator
) -> None:
    bea = village.person("bea")
    village.store.write(lambda tx: follow(tx, bea, ada.id, Following(), village.settings))
    village.decide(mona, ada, "limit")
    village.says(ada, "@dirk @bea hello")
    village.run_jobs()

    apart = {row.account_id: bool(row.filtered) for row in village.rows("notices") if row.type == "mention"}
    assert apart == {dirk.id: True, bea.id: False}


def test_a_suspended_account_is_seen_by_nobody(village: Village, ada: Account, dirk: Account, mona: Moderator) -> None:
    post = village.says(ada, "Bonjour")
    village.decide(mona, ada, "suspend")
    with village.store.read() as db:
        assert find_post(db, post.id, viewer=dirk.id) is None


def test_a_person_is_told_although_they_have_blocked_the_moderator(
    village: Village, ada: Account, mona: Moderator
) -> None:
    village.store.write(lambda tx: block(tx, ada, mona.account_id))
    village.decide(mona, ada)
    village.decide(mona, ada)
    assert village.notices(ada.id) == ["moderation_warning", "moderation_warning"]


# -- the audit ---------------------------------------------------------------------------------------------------------


def test_the_audit_is_read_by_person_and_by_verb_and_page_by_page(village: Village) -> None:
    mona, olga = village.moderator("mona"), village.moderator("olga", "owner")
    for by in (mona, olga):
        for verb in ("limit", "warn"):
            village.store.write(lambda tx, by=by, verb=verb: record(tx, by.account_id, verb, "account", 7, "@x", n=[1]))
    village.store.write(lambda tx: record(tx, None, "suspend", "account", 7, "@x"))

    with village.store.read() as db:
        every = audit_page(db, Paging())
        assert [(one.by_id, one.verb) for one in audit_page(db, Paging(), by=mona.account_id)] == [
            (mona.account_id, "warn"),
            (mona.account_id, "limit"),
        ]
        assert {one.verb for one in audit_page(db, Paging(), verb="limit")} == {"limit"}
        assert audit_page(db, Paging(below=every[2].id)) == every[3:]
    assert len(every) == 5 and every[0].by_id is None and every[1].detail == {"n": [1]}
    assert json.decode(village.rows("audit")[0].detail) == {"n": [1]}


def test_no_statement_changes_a_line_of_the_audit() -> None:
    import ast
    from pathlib import Path

    import perron
    from tests.house.rules import writes

    for path in Path(perron.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for line, _ in writes(tree, ["audit"]):
            said = ast.unparse(next(node for node in ast.walk(tree) if getattr(node, "lineno", 0) == line))
            assert "insert(audit" in said, f"{path}:{line}"
