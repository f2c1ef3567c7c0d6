"""Mastodon.py on notices: one by one, in groups, kept apart, pushed; messages, markers, announcements."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from mastodon import MastodonNotFoundError

from perron.moderation.announcements import Wish, announce
from tests.api.test_push import Device
from tests.clients.library import Library, eventually, ids, in_hands_of
from tests.clients.server import Person, Served, serving

pytestmark = pytest.mark.slow

Lends = Callable[[Person], Library]


@pytest.fixture(scope="module")
def served(ground: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that may push to devices on this machine."""
    with serving(tmp_path_factory.mktemp("notices") / "data", PERRON_OUTSIDE_ALLOW="127.0.0.1/32", **ground) as one:
        yield one


def test_notices_one_by_one(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    posted = hers.status_post("Aimez-moi")
    theirs.status_favourite(posted)
    theirs.status_reply(posted, "Oui !")
    assert eventually(lambda: len(hers.notifications()) == 3)
    mention, favourite, follow = hers.notifications()
    assert [one.type for one in (mention, favourite, follow)] == ["mention", "favourite", "follow"]
    assert ids(hers.notifications(mentions_only=True)) == [str(mention.id)]
    assert ids(hers.notifications(types=["favourite"], account_id=bea.id)) == [str(favourite.id)]
    assert "Oui" in hers.notifications(mention).status.content
    assert hers.notifications_unread_count().count == 3
    hers.markers_set(["notifications", "home"], [favourite, posted])
    assert set(hers.markers_get(["notifications", "home"])) == {"notifications", "home"}
    assert hers.notifications_unread_count().count == 1
    hers.notifications_dismiss(follow)
    assert ids(hers.notifications()) == ids([mention, favourite])
    hers.notifications_clear()
    assert hers.notifications() == []


def test_notices_in_groups(lends: Lends, served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    hers = lends(ada)
    posted = hers.status_post("Pour beaucoup")
    for one in (bea, dirk):
        lends(one).status_favourite(posted)
    assert eventually(lambda: len(hers.notifications(types=["favourite"])) == 2)
    found = hers.grouped_notifications(types=["favourite"], expand_accounts="full")
    (group,) = found.notification_groups
    assert group.notifications_count == 2 and {str(one) for one in group.sample_account_ids} == {bea.id, dirk.id}
    assert ids(found.statuses) == [str(posted.id)] and set(ids(found.accounts)) == {bea.id, dirk.id}
    assert ids(hers.grouped_notification_accounts(group.group_key)) == [dirk.id, bea.id]
    assert hers.grouped_notification(group.group_key).notification_groups[0].notifications_count == 2
    assert hers.unread_grouped_notifications_count(types=["favourite"]) == 1
    partial = hers.grouped_notifications(types=["favourite"], expand_accounts="partial_avatars")
    assert len(partial.accounts) + len(partial.partial_accounts) == 2
    hers.dismiss_grouped_notification(group.group_key)
    assert hers.grouped_notifications(types=["favourite"]).notification_groups == []


def test_strangers_are_kept_apart_and_let_in(lends: Lends, served: Served, ada: Person) -> None:
    api = lends(ada)
    assert api.notifications_policy().for_not_following == "accept"
    assert api.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    strangers = [served.person(name) for name in ("eva", "fay", "gus", "hal")]
    for one in strangers:
        one.says(f"@{ada.name} bonjour")
    assert eventually(lambda: len(api.notification_requests()) == 4)
    assert api.notifications() == [] and api.notifications_policy().summary.pending_requests_count == 4
    hal, gus, fay, eva = api.notification_requests()
    assert str(api.notification_request(eva).account.id) == strangers[0].id
    api.accept_notification_request(eva)
    api.dismiss_notification_request(fay)
    api.accept_multiple_notification_requests([gus])
    api.dismiss_multiple_notification_requests([hal])
    assert api.notification_requests() == []
    assert eventually(api.notifications_merged)
    assert [str(one.account.id) for one in api.notifications()] == [strangers[2].id, strangers[0].id]


def test_messages_are_conversations(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    told = hers.status_post(f"@{bea.name} rien que toi", visibility="direct")
    assert eventually(lambda: len(theirs.conversations()) == 1)
    (one,) = theirs.conversations()
    assert one.unread and one.last_status.id == told.id and ids(one.accounts) == [ada.id]
    assert theirs.conversations_read(one).unread is False


def test_announcements_are_read_and_answered(lends: Lends, served: Served, ada: Person) -> None:
    api = lends(ada)
    served.beside.store.write(lambda tx: announce(tx, None, Wish("La fête est #demain")))
    (told,) = api.announcements()
    assert told.read is False and [tag["name"] for tag in told.tags] == ["demain"]
    api.announcement_reaction_create(told, "🎉")
    (reaction,) = api.announcements()[0].reactions
    assert (reaction.name, reaction.count, reaction.me) == ("🎉", 1, True)
    api.announcement_reaction_delete(told, "🎉")
    assert api.announcements()[0].reactions == []
    api.announcement_dismiss(told)
    assert api.announcements() == []


def test_a_push_is_unsealed_by_the_library(lends: Lends, ada: Person, bea: Person) -> None:
    api, device = in_hands_of(ada, version_check_mode="none"), Device()
    try:
        mine, public = api.push_subscription_generate_keys()
        where = f"http://127.0.0.1:{device.server.server_port}/device"
        made = api.push_subscription_set(where, public, mention_events=True, quote_events=True)
        assert made.alerts.mention and made.endpoint == where and not made.standard
        bea.says(f"@{ada.name} coucou")
        assert eventually(lambda: device.got)
        headers, body = device.got[0]
        told = api.push_subscription_decrypt_push(body, mine, headers["encryption"], headers["crypto-key"])
        assert told.notification_type == "mention" and told.body == f"@{ada.name} coucou"
        assert told.access_token == ada.token
        changed = api.push_subscription_update(favourite_events=True, policy="followed")
        assert changed.alerts.favourite and not changed.alerts.mention and changed.policy == "followed"
        assert api.push_subscription().id == made.id
        api.push_subscription_delete()
        with pytest.raises(MastodonNotFoundError):
            api.push_subscription()
    finally:
        api.session.close()
        device.server.shutdown()
        device.server.server_close()
