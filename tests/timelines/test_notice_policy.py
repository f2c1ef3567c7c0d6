"""From whom one is told at once, who is kept apart, who is not heard: through the API, on both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from perron.kit.errors import Invalid
from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.store.paging import NEWEST, Paging
from perron.store.tables import accounts, notices, users
from perron.timelines.notice_groups import dismiss_group, groups_below, groups_page
from perron.timelines.notice_pages import Wanted, unread_count
from perron.timelines.notice_policy import Policy, change_policy, policy_of
from perron.timelines.notice_requests import dismiss_apart, how_many_apart, let_through, requests_page
from perron.timelines.notices import SPAN, group_key, notify
from tests.rig import Person, Site


def told(site: Site, person: Person) -> list[tuple[str, bool]]:
    """(type, kept apart) of every notice of a person, newest first."""
    site.run_jobs()
    everything = person.get("/api/v1/notifications", include_filtered=True)
    shown = {one["id"] for one in person.get("/api/v1/notifications")}
    return [(one["type"], one["id"] not in shown) for one in everything]


def decide(site: Site, person: Person, **more: str) -> None:
    site.store.write(lambda tx: change_policy(tx, person.account.id, Policy(**more)))


OPEN = {"private_mentions": "accept", "limited_accounts": "accept"}


def mention(ada: Person, who: Person) -> None:
    who.says("@ada bonjour")


def privately(ada: Person, who: Person) -> None:
    who.says("@ada bonjour", visibility="direct")


def answer_privately(ada: Person, who: Person) -> None:
    asked = ada.says(f"@{who.account.handle} un mot", visibility="direct")
    who.says("@ada oui", visibility="direct", in_reply_to_id=asked["id"])


def favourite(ada: Person, who: Person) -> None:
    who.post(f"/api/v1/statuses/{ada.says('Bonjour')['id']}/favourite")


def follow(ada: Person, who: Person) -> None:
    who.follows(ada)


def limited(site: Site, who: Person) -> None:
    site.store.write(
        lambda tx: tx.execute(update(accounts).where(accounts.c.id == who.account.id).values(silenced=True))
    )


def staff(site: Site, who: Person) -> None:
    site.store.write(lambda tx: tx.execute(update(users).where(users.c.id == who.user_id).values(role="moderator")))


def nothing(site: Site, who: Person) -> None:
    """He is a stranger like any other."""


Deed = Callable[[Person, Person], None]
Being = Callable[[Site, Person], None]


@pytest.mark.parametrize(
    ("policy", "being", "deed", "comes"),
    [
        ({}, nothing, mention, "accept"),
        ({}, nothing, favourite, "accept"),
        ({}, nothing, privately, "filter"),
        ({}, nothing, answer_privately, "accept"),
        ({}, staff, privately, "accept"),
        ({"private_mentions": "accept"}, nothing, privately, "accept"),
        ({"private_mentions": "drop"}, nothing, privately, "drop"),
        ({"private_mentions": "drop"}, nothing, mention, "accept"),
        ({}, limited, mention, "filter"),
        ({**OPEN}, limited, mention, "accept"),
        ({"limited_accounts": "drop"}, limited, follow, "drop"),
        ({"not_followed": "filter"}, nothing, mention, "filter"),
        ({"not_followed": "filter"}, nothing, favourite, "filter"),
        ({"not_followed": "filter"}, nothing, follow, "filter"),
        ({"not_followed": "drop"}, nothing, mention, "drop"),
        ({"not_followed": "drop"}, staff, mention, "accept"),
        ({"not_followers": "filter"}, nothing, mention, "filter"),
        ({"not_followers": "filter"}, nothing, follow, "accept"),
        ({"not_followers": "drop"}, nothing, favourite, "drop"),
        ({"new_accounts": "filter"}, nothing, mention, "filter"),
        ({"new_accounts": "drop"}, nothing, mention, "drop"),
        ({"not_followed": "filter", "new_accounts": "drop"}, nothing, mention, "drop"),
        ({"not_followed": "filter", "not_followers": "accept"}, nothing, favourite, "filter"),
    ],
)
def test_what_a_stranger_does_is_told_kept_apart_or_not_heard(
    site: Site, ada: Person, dirk: Person, policy: dict[str, str], being: Being, deed: Deed, comes: str
) -> None:
    decide(site, ada, **policy)
    being(site, dirk)
    deed(ada, dirk)
    found = [apart for _, apart in told(site, ada)]
    assert found == {"accept": [False], "filter": [True], "drop": []}[comes]
    with site.store.read() as db:
        assert how_many_apart(db, ada.account.id) == ((1, 1) if comes == "filter" else (0, 0))
        assert unread_count(db, ada.account.id, 0) == (comes == "accept")


@pytest.mark.parametrize("name", ["not_followed", "new_accounts", "private_mentions", "limited_accounts"])
def test_whom_one_follows_is_heard_whatever_else_they_are(site: Site, ada: Person, dirk: Person, name: str) -> None:
    decide(site, ada, **{name: "drop"})
    ada.follows(dirk)
    limited(site, dirk)
    site.run_jobs()
    privately(ada, dirk)
    assert told(site, ada) == [("mention", False)]


def test_an_account_is_new_for_thirty_days(site: Site, ada: Person) -> None:
    born = first_id_at(now() - 31 * DAY)

    def join(tx: Any) -> None:
        tx.execute(accounts.insert().values(id=born, handle="old@far.example", username="old", domain="far.example"))
        change_policy(tx, ada.account.id, Policy(new_accounts="drop"))
        notify(tx, ada.account.id, "follow", born)

    site.store.write(join)
    with site.store.read() as db:
        assert unread_count(db, ada.account.id, 0) == 1


def test_a_poll_that_ended_arrives_whatever_was_decided(site: Site, ada: Person, dirk: Person) -> None:
    decide(site, ada, not_followed="drop", not_followers="drop", new_accounts="drop")
    post = dirk.says("Un sondage", poll={"options": ["oui", "non"], "expires_in": 300})
    ada.post(f"/api/v1/polls/{post['poll']['id']}/votes", {"choices": [0]})
    site.store.write(lambda tx: notify(tx, ada.account.id, "poll", dirk.account.id, int(post["id"])))
    assert told(site, ada) == [("poll", False)]


def test_who_is_let_through_stays_so_and_what_they_did_joins_the_notices(site: Site, ada: Person, dirk: Person) -> None:
    decide(site, ada, not_followed="filter")
    mention(ada, dirk)
    favourite(ada, dirk)
    assert [apart for _, apart in told(site, ada)] == [True, True]
    with site.store.read() as db:
        (apart,) = requests_page(db, ada.account.id, Paging(below=NEWEST))
        assert (apart.from_id, apart.count) == (dirk.account.id, 2) and apart.post_id

    site.store.write(lambda tx: let_through(tx, ada.account.id, [dirk.account.id]))
    mention(ada, dirk)
    assert [apart for _, apart in told(site, ada)] == [False, False, False]
    with site.store.read() as db:
        assert requests_page(db, ada.account.id, Paging(below=NEWEST)) == []


def test_who_is_dismissed_is_kept_apart_again_next_time(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    decide(site, ada, not_followed="filter")
    mention(ada, dirk)
    mention(ada, bea)
    site.run_jobs()
    site.store.write(lambda tx: dismiss_apart(tx, ada.account.id, [dirk.account.id]))
    assert ("mention", True) in told(site, ada)
    with site.store.read() as db:
        assert [one.from_id for one in requests_page(db, ada.account.id, Paging(below=NEWEST))] == [bea.account.id]
    mention(ada, dirk)
    site.run_jobs()
    with site.store.read() as db:
        assert how_many_apart(db, ada.account.id) == (2, 3)
        first, second = requests_page(db, ada.account.id, Paging(below=NEWEST))
        assert first.from_id == dirk.account.id
        assert requests_page(db, ada.account.id, Paging(below=first.id)) == [second]


def test_a_policy_is_one_of_three_words_and_forgotten_with_the_account(site: Site, ada: Person) -> None:
    with pytest.raises(Invalid):
        decide(site, ada, not_followed="perhaps")
    decide(site, ada, not_followed="drop")
    with site.store.read() as db:
        assert policy_of(db, ada.account.id) == Policy(not_followed="drop")


# -- told as one -------------------------------------------------------------------------------------------------------


def people(site: Site, ada: Person, n: int) -> list[int]:
    """Accounts from elsewhere, which need no token."""
    made: list[int] = []

    def join(tx: Any) -> None:
        for k in range(n):
            made.append(first_id_at(now() - 90 * DAY) + k)
            values = {"id": made[-1], "handle": f"p{k}@far.example", "username": f"p{k}", "domain": "far.example"}
            tx.execute(accounts.insert().values(**values))

    site.store.write(join)
    return made


def test_favourites_of_one_post_are_told_as_one_and_pages_tell_nothing_twice(site: Site, ada: Person) -> None:
    post, other = int(ada.says("Bonjour")["id"]), int(ada.says("Bonsoir")["id"])
    crowd = people(site, ada, 12)

    def act(tx: Any) -> None:
        for one in crowd:
            notify(tx, ada.account.id, "favourite", one, post)
        notify(tx, ada.account.id, "favourite", crowd[0], other)
        notify(tx, ada.account.id, "favourite", crowd[1], post)  # once is enough
        for one in crowd[:3]:
            notify(tx, ada.account.id, "reblog", one, post)
            notify(tx, ada.account.id, "follow", one)

    site.store.write(act)
    with site.store.read() as db:
        whole = groups_below(db, ada.account.id, NEWEST).groups
        assert [(one.notice.type, one.notice.post_id, one.size) for one in whole] == [
            ("follow", 0, 3),
            ("reblog", post, 3),
            ("favourite", other, 1),
            ("favourite", post, 12),
        ]
        assert [*whole[3].from_ids] == crowd[:3:-1]

        paged, below = [], NEWEST
        while below:
            page = groups_below(db, ada.account.id, below, limit=1)
            paged, below = paged + page.groups, page.oldest_id
        assert [(one.notice, one.size, one.from_ids) for one in paged] == [
            (one.notice, one.size, one.from_ids) for one in whole
        ]
        only = groups_below(db, ada.account.id, NEWEST, Wanted(("follow",))).groups
        assert [one.notice.type for one in only] == ["follow"]


def test_a_crowd_in_few_groups_is_read_page_by_page_and_told_once(site: Site, ada: Person) -> None:
    """More notices than are read for one page, in turn about two posts, and one that is older than them all."""
    one, other, old = (int(ada.says(text)["id"]) for text in ("Un", "Deux", "Trois"))
    begin = (now() - 3 * DAY) // SPAN * SPAN

    def fill(tx: Any) -> None:
        crowd = [first_id_at(now() - 90 * DAY) + k for k in range(61)]
        for k, id_ in enumerate(crowd):
            values = {"id": id_, "handle": f"p{k}@far.example", "username": f"p{k}", "domain": "far.example"}
            tx.execute(accounts.insert().values(**values))
        deeds = [(crowd[60], old), *((by, about) for by in crowd[:60] for about in (one, other))]
        for k, (by, about) in enumerate(deeds):
            id_ = first_id_at(begin + k * 1000)
            row = {"id": id_, "account_id": ada.account.id, "type": "favourite", "from_id": by, "about_id": about}
            tx.execute(notices.insert().values(**row, group_key=group_key(id_, "favourite", about), filtered=False))

    site.store.write(fill)
    with site.store.read() as db:
        told, below = [], NEWEST
        while below:
            page = groups_below(db, ada.account.id, below, limit=1)
            told, below = told + page.groups, page.oldest_id
        assert [(group.notice.post_id, group.size) for group in told] == [(other, 60), (one, 60), (old, 1)]

        told, below = [], NEWEST
        while (page := groups_page(db, ada.account.id, Paging(below, limit=3))).groups:
            assert page.oldest_id < below
            told, below = told + page.groups, page.oldest_id
        assert {(group.notice.post_id, group.size) for group in told} >= {(other, 60), (one, 60), (old, 1)}


def test_a_group_is_dismissed_whole_and_nobody_dismisses_anothers(site: Site, ada: Person, dirk: Person) -> None:
    post = int(ada.says("Bonjour")["id"])
    crowd = people(site, ada, 3)
    site.store.write(lambda tx: [notify(tx, ada.account.id, "favourite", one, post) for one in crowd])
    with site.store.read() as db:
        (group,) = groups_below(db, ada.account.id, NEWEST).groups
    site.store.write(lambda tx: dismiss_group(tx, dirk.account.id, group.key))
    with site.store.read() as db:
        assert len(groups_below(db, ada.account.id, NEWEST).groups) == 1
    site.store.write(lambda tx: dismiss_group(tx, ada.account.id, group.key))
    with site.store.read() as db:
        assert groups_below(db, ada.account.id, NEWEST).groups == []
