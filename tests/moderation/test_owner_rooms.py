"""What the owner decides: settings, rules, announcements, emojis."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from perron.entities.opening import open_site
from perron.entities.site import Site
from perron.jobs import queue
from perron.jobs.worker import Worker
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.settings import Settings
from perron.kit.time import HOUR, now
from perron.media.emojis import accept_emoji, all_emojis, emojis_called, visible_emojis
from perron.media.upload import accept
from perron.media.upload import add as add_upload
from perron.moderation import announcements, emojis, figures, rules, settings
from perron.moderation.announcements import Wish
from perron.moderation.audit import audit_page
from perron.people import invitations
from perron.people.join import join
from perron.people.model import Unfit
from perron.store import Tx
from perron.store.paging import Paging
from perron.store.schema import prepare
from perron.store.size import database_bytes
from perron.wiring import CONSEQUENCES
from tests.databases import Databases

BY = 77


def png(size: int = 32) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "#1F6F5C").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def given(tmp_path: Path, databases: Databases) -> Settings:
    return Settings(
        data=tmp_path, database=databases.clean(), title="From the file", rules=("Be kind.", "Be brief."), workers="off"
    )


@pytest.fixture
def site(given: Settings) -> Iterator[Site]:
    one = open_site(given)
    prepare(one.store)
    yield one
    one.store.close()


def refreshed(site: Site) -> Settings:
    with site.store.read() as db:
        site.refresh(db)
    return site.settings


def verbs(site: Site) -> list[str]:
    with site.store.read() as db:
        return [one.verb for one in audit_page(db, Paging(limit=40))][::-1]


def decide(site: Site, **wanted: object) -> list[str]:
    return site.store.write(lambda tx: settings.decide(tx, BY, wanted, site.settings))


# -- settings ----------------------------------------------------------------------------------------------------------


def test_what_is_decided_stands_over_the_file_and_can_be_forgotten(site: Site) -> None:
    assert decide(site, title="Place du Village", post_max_chars="280") == ["title", "post_max_chars"]

    assert (refreshed(site).title, site.settings.post_max_chars) == ("Place du Village", 280)

    assert site.store.write(lambda tx: settings.forget(tx, BY, "title"))
    assert not site.store.write(lambda tx: settings.forget(tx, BY, "title"))
    assert refreshed(site).title == "From the file"
    assert verbs(site) == ["change_setting", "change_setting", "forget_setting"]


def test_what_stays_as_it_is_is_not_decided(site: Site) -> None:
    assert decide(site, title="From the file") == []
    assert verbs(site) == []


def test_a_second_site_on_the_same_database_has_them_when_it_opens(site: Site, given: Settings) -> None:
    decide(site, registration="closed")
    other = open_site(replace(given, title="Another file"))

    assert refreshed(other).registration == "closed"
    assert other.settings.title == "Another file"
    other.store.close()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("title", "  ", "A server needs a name."),
        ("title", "x" * 61, "This has at most 60 characters."),
        ("contact", "not an address", "This is not an e-mail address."),
        ("registration", "maybe", "registration (page): 'maybe' is none of open, approval, invitation, closed."),
        ("post_max_chars", "many", "post_max_chars (page): 'many' is not a whole number."),
        ("post_max_chars", "0", "post_max_chars (page): 0 is less than 1."),
        ("media_max_files", "99", "media_max_files (page): 99 is more than 16."),
        ("database", "sqlite:///elsewhere", "This is not decided on pages."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(site: Site, name: str, value: str, why: str) -> None:
    with pytest.raises(Unfit) as wrong:
        decide(site, **{"description": "Words", name: value})
    assert (str(wrong.value), wrong.value.field) == (why, name)
    assert refreshed(site).description == ""


# -- rules -------------------------------------------------------------------------------------------------------------


def said(site: Site) -> list[str]:
    with site.store.read() as db:
        return [one.text for one in rules.rules(db, site.given)]


def test_the_rules_of_the_file_hold_until_somebody_edits_them(site: Site) -> None:
    with site.store.read() as db:
        assert [(one.id, one.text) for one in rules.rules(db, site.given)] == [(1, "Be kind."), (2, "Be brief.")]

    new = site.store.write(
        lambda tx: rules.add_rule(tx, BY, "  Cite your   sources. ", "A link is enough.", site.settings)
    )
    site.store.write(lambda tx: rules.move_rule(tx, BY, new.id, -1, site.settings))
    site.store.write(lambda tx: rules.change_rule(tx, BY, 1, "Be kind to all.", "", site.settings))

    assert said(site) == ["Be kind to all.", "Cite your sources.", "Be brief."]
    assert refreshed(site).rules == ("Be kind to all.", "Cite your sources.", "Be brief.")
    assert verbs(site) == ["add_rule", "move_rule", "change_rule"]


def test_a_dropped_rule_holds_no_more_and_can_still_be_cited(site: Site) -> None:
    for number in (1, 2):
        site.store.write(lambda tx, number=number: rules.drop_rule(tx, BY, number, site.settings))

    assert said(site) == [] and refreshed(site).rules == ()
    with site.store.read() as db:
        assert rules.rules_as_stored(db, site.settings)[2].text == "Be brief."
    with pytest.raises(NotFound):
        site.store.write(lambda tx: rules.change_rule(tx, BY, 2, "Be long.", "", site.settings))


@pytest.mark.parametrize(("text", "hint"), [(" ", ""), ("x" * 301, ""), ("Fine", "x" * 1001)])
def test_a_rule_without_words_or_with_too_many_is_refused(site: Site, text: str, hint: str) -> None:
    with pytest.raises(Invalid):
        site.store.write(lambda tx: rules.add_rule(tx, BY, text, hint, site.settings))
    assert said(site) == ["Be kind.", "Be brief."]


# -- announcements -----------------------------------------------------------------------------------------------------


def announce(site: Site, text: str = "Fair on Sunday", **more: object) -> int:
    return site.store.write(lambda tx: announcements.announce(tx, BY, Wish(text, **more))).id  # type: ignore[arg-type]


def shown(site: Site, reader: int = 5) -> list[tuple[str, bool]]:
    with site.store.read() as db:
        return [(one.text, read) for one, read in announcements.current(db, reader)]


def test_an_announcement_is_shown_in_its_time_and_until_it_was_read(site: Site) -> None:
    announce(site, "Over", ends_at=now() - HOUR)
    announce(site, "Later", starts_at=now() + HOUR)
    announce(site, "Kept back", published=False)
    here = announce(site, "Now", starts_at=now() - HOUR, ends_at=now() + HOUR)
    assert shown(site) == [("Now", False)]

    site.store.write(lambda tx: announcements.dismiss(tx, 5, here))
    site.store.write(lambda tx: announcements.dismiss(tx, 5, here))

    assert shown(site) == [("Now", True)] and shown(site, reader=6) == [("Now", False)]
    with site.store.read() as db:
        assert announcements.unread(db, 5) == []
        assert [one.text for one in announcements.all_announcements(db)] == ["Now", "Kept back", "Later", "Over"]


def test_an_announcement_is_changed_published_withdrawn_and_removed(site: Site) -> None:
    id_ = announce(site, published=False)

    for published, text in ((True, "Out"), (True, "Out, changed"), (False, "Back")):
        site.store.write(
            lambda tx, text=text, out=published: announcements.change_announcement(
                tx, BY, id_, Wish(text, published=out)
            )
        )
    site.store.write(lambda tx: announcements.remove_announcement(tx, BY, id_))

    assert verbs(site) == [
        *("add_announcement", "publish_announcement", "change_announcement"),
        *("withdraw_announcement", "remove_announcement"),
    ]
    with pytest.raises(NotFound):
        site.store.write(lambda tx: announcements.remove_announcement(tx, BY, id_))


@pytest.mark.parametrize("wish", [Wish(" "), Wish("x" * 5001), Wish("Turned around", starts_at=2_000, ends_at=1_000)])
def test_an_announcement_that_says_nothing_or_never_is_refused(site: Site, wish: Wish) -> None:
    with pytest.raises(Invalid):
        site.store.write(lambda tx: announcements.announce(tx, BY, wish))


def test_what_is_not_shown_cannot_be_dismissed(site: Site) -> None:
    hidden = announce(site, published=False)
    for id_ in (hidden, 12345):
        with pytest.raises(NotFound):
            site.store.write(lambda tx, id_=id_: announcements.dismiss(tx, 5, id_))


# -- emojis ------------------------------------------------------------------------------------------------------------


def add_emoji(site: Site, name: str, category: str = "") -> int:
    key = accept_emoji(png(), settings=site.settings)
    return site.store.write(lambda tx: emojis.add_emoji(tx, BY, name, key, category)).id


def test_an_emoji_is_added_hidden_and_removed(site: Site) -> None:
    id_ = add_emoji(site, ":perron:", "Town")
    with site.store.read() as db:
        assert [one.shortcode for one in visible_emojis(db)] == ["perron"]
        assert [*emojis_called(db, ["perron", "other"])] == ["perron"]

    site.store.write(lambda tx: emojis.change_emoji(tx, BY, id_, category="Town", visible=False))
    with site.store.read() as db:
        assert visible_emojis(db) == [] and len(all_emojis(db)) == 1

    site.store.write(lambda tx: emojis.remove_emoji(tx, BY, id_))
    with site.store.read() as db:
        assert all_emojis(db) == []
    assert verbs(site) == ["add_emoji", "hide_emoji", "remove_emoji"]
    Worker(site.store, CONSEQUENCES).drain()


@pytest.mark.parametrize("name", ["x", "été", "two words", "x" * 31, ""])
def test_an_emoji_needs_a_name_that_can_be_written(site: Site, name: str) -> None:
    with pytest.raises(Invalid):
        add_emoji(site, name)


def test_two_emojis_cannot_have_one_name(site: Site) -> None:
    add_emoji(site, "perron")
    with pytest.raises(Invalid):
        add_emoji(site, "perron")


@pytest.mark.parametrize("data", [b"", b"GIF89a but not really", b"<svg/>", png() + b"x" * 256 * 1024])
def test_only_a_small_picture_can_be_an_emoji(site: Site, data: bytes) -> None:
    with pytest.raises(Refused):
        accept_emoji(data, settings=site.settings)


# -- figures, jobs, invitations ----------------------------------------------------------------------------------------


def test_figures_of_a_server_with_nobody_and_with_somebody(site: Site) -> None:
    with site.store.read() as db:
        assert figures.people(db) == (0, 0, 0) and figures.posts_written(db) == 0
        assert figures.media_by_kind(db) == [] and figures.count_emojis(db) == 0

    _, account = site.store.write(
        lambda tx: join(tx, username="ada", email="ada@perron.test", password_hash="x", policy="approval")
    )
    accepted = accept(png(400), declared=None, settings=site.settings)
    site.store.write(lambda tx: add_upload(tx, account.id, accepted))
    add_emoji(site, "perron")

    with site.store.read() as db:
        assert figures.people(db) == (0, 1, 0)
        days = figures.joined_by_day(db, 7)
        assert len(days) == 7 and sum(one.n for one in days) == 1
        assert sum(one.n for one in figures.posts_by_day(db)) == 0
        assert figures.media_by_kind(db) == [("image", 1, accepted.bytes)]
        assert figures.media_by_account(db) == [(account.id, 1, accepted.bytes)]
        assert figures.count_emojis(db) == 1
        assert database_bytes(site.store, db) > 10_000


def test_jobs_are_counted_shown_retried_and_dropped(site: Site) -> None:
    def fill(tx: Tx) -> list[int]:
        for number in range(3):
            queue.put(tx, "PostPublished", {"post_id": number})
        found = queue.due_jobs(tx, limit=10)
        for job in found[:2]:
            queue.later(tx, job.id, at=now(), tries=12, why="it rained", given_up=True)
        return [job.id for job in found]

    one, two, three = site.store.write(fill)
    with site.store.read() as db:
        assert queue.counts(db) == (1, 2)
        assert [(each.id, each.error) for each in queue.owed(db, given_up=True)] == [
            (one, "it rained"),
            (two, "it rained"),
        ]
        assert [each.id for each in queue.owed(db, given_up=False)] == [three]
        assert queue.given_up(db, one) == "PostPublished" and queue.given_up(db, three) is None

    assert site.store.write(lambda tx: queue.drop(tx, one))
    assert not site.store.write(lambda tx: queue.drop(tx, three)), "what is owed is not dropped"
    assert site.store.write(queue.retry_all) == 1
    with site.store.read() as db:
        assert queue.counts(db) == (2, 0)


def test_an_invitation_knows_who_came_by_it_and_when_it_ends(site: Site) -> None:
    host, _ = site.store.write(lambda tx: join(tx, username="ada", email="ada@perron.test", password_hash="x"))
    code = site.store.write(lambda tx: invitations.invite(tx, host.id, uses=2, hours=24))
    _, guest = site.store.write(
        lambda tx: join(
            tx, username="bea", email="bea@perron.test", password_hash="x", policy="invitation", invitation=code
        )
    )
    with site.store.read() as db:
        (made,) = invitations.invitations_of(db, host.id)
        assert made.open and made.uses_left == 1
        assert invitations.guests_of(db, [made.id]) == {made.id: [guest.id]}
        assert invitations.all_invitations(db) == [made] and invitations.all_invitations(db, made.id) == []

    assert site.store.write(lambda tx: invitations.end_invitation(tx, made.id))
    assert not site.store.write(lambda tx: invitations.end_invitation(tx, made.id))
    with site.store.read() as db:
        assert not invitations.invitation_as_stored(db, made.id).open
        assert invitations.find_invitation(db, code) is None


def test_one_has_so_many_open_invitations(site: Site) -> None:
    for _ in range(invitations.MOST_OPEN):
        site.store.write(lambda tx: invitations.invite(tx, 5, uses=1, hours=1))
    with pytest.raises(Invalid):
        site.store.write(lambda tx: invitations.invite(tx, 5, uses=1, hours=1))
    site.store.write(lambda tx: invitations.invite(tx, 6, uses=1, hours=1))
