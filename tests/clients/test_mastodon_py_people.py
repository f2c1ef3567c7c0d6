"""Mastodon.py on people: profiles, who follows whom, what is kept away, whom one recommends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from mastodon import MastodonNotFoundError

from tests.api.pictures import png
from tests.clients.library import Library, ids
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

Lends = Callable[[Person], Library]


def test_a_profile_is_read_and_changed(lends: Lends, ada: Person) -> None:
    api = lends(ada)
    assert api.me().id == api.account_verify_credentials().id == api.account(ada.id).id
    changed = api.account_update_credentials(
        display_name="Ada Lovelace",
        note="Des nombres",
        avatar=png(),
        avatar_mime_type="image/png",
        avatar_description="Moi, en peinture",
        fields=[("Site", "https://ada.example/"), ("Ville", "Londres")],
        bot=True,
        discoverable=True,
        default_privacy="unlisted",
        default_language="fr",
        default_quote_policy="followers",
    )
    assert changed.display_name == "Ada Lovelace" and changed.bot
    assert [field.name for field in changed.fields] == ["Site", "Ville"]
    assert changed.source.privacy == "unlisted" and changed.avatar_description == "Moi, en peinture"
    asked = api.preferences()
    assert asked["posting:default:visibility"] == "unlisted" and asked["posting:default:language"] == "fr"

    told = api.profile()
    assert (told.display_name, told.note, told.show_media) == ("Ada Lovelace", "Des nombres", True)
    picture = {"header": png(), "header_mime_type": "image/png", "header_description": "La mer"}
    told = api.profile_update(note="Des lettres", show_media=False, **picture)
    assert (told.note, told.show_media, told.header_description) == ("Des lettres", False, "La mer")
    assert told.avatar and told.header
    assert api.account_delete_header().header_static.endswith(".svg") or api.profile().header is None
    api.account_delete_avatar()
    assert api.profile().avatar is None


def test_following_and_being_followed(lends: Lends, ada: Person, bea: Person, dirk: Person) -> None:
    hers, theirs, his = lends(ada), lends(bea), lends(dirk)
    assert his.account_follow(ada.id, reblogs=False, notify=True).notifying
    assert his.follows(f"{ada.name}").id == his.account_lookup(ada.name).id
    assert ids(his.account_following(dirk.id)) == [ada.id]
    assert ids(hers.account_followers(ada.id)) == [dirk.id, bea.id]
    assert hers.account_remove_from_followers(dirk.id).followed_by is False
    assert his.account_unfollow(ada.id).following is False

    bea.follows(dirk)
    his.account_follow(bea.id)
    (unknown,) = theirs.account_familiar_followers(ada.id)
    assert str(unknown.id) == ada.id and unknown.accounts == []
    (familiar,) = his.account_familiar_followers(ada.id)
    assert ids(familiar.accounts) == [bea.id]

    hers.account_update_credentials(locked=True)
    assert his.account_follow(ada.id).requested
    assert ids(hers.follow_requests()) == [dirk.id]
    assert hers.follow_request_authorize(dirk.id).followed_by
    eva = ada.served.person("eva")
    lends(eva).account_follow(ada.id)
    assert hers.follow_request_reject(eva.id).followed_by is False
    assert hers.follow_requests() == []


def test_relationships_and_notes(lends: Lends, ada: Person, dirk: Person) -> None:
    api = lends(ada)
    assert api.account_note_set(dirk.id, "Vu au marché").note == "Vu au marché"
    assert api.account_mute(dirk.id, notifications=False, duration=3600).muting
    assert ids(api.mutes()) == [dirk.id] and api.mutes()[0].mute_expires_at
    assert api.account_unmute(dirk.id).muting is False
    assert api.account_block(dirk.id).blocking and ids(api.blocks()) == [dirk.id]
    assert lends(dirk).account_relationships(ada.id)[0].blocked_by
    assert api.account_unblock(dirk.id).blocking is False
    api.domain_block("far.example")
    assert list(api.domain_blocks()) == ["far.example"]
    api.domain_unblock("far.example")
    assert list(api.domain_blocks()) == []
    (between,) = api.account_relationships([dirk.id])
    assert between.note == "Vu au marché" and not between.muting and not between.domain_blocking


def test_people_are_found(lends: Lends, served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    api = lends(dirk)
    assert ids(api.accounts([ada.id, bea.id])) == [ada.id, bea.id]
    assert ids(api.account_search(ada.name, limit=1)) == [ada.id]
    assert ids(api.search(ada.name, result_type="accounts").accounts) == [ada.id]
    assert ids(api.search_v1(ada.name).accounts) == ids(api.search_v2(ada.name).accounts) == [ada.id]
    with pytest.raises(MastodonNotFoundError):
        api.account_lookup("nobody")

    for one in (ada, bea):
        lends(one).account_update_credentials(discoverable=True)
        one.says("Me voici")
    assert {ada.id, bea.id} <= set(ids(api.directory(order="active", local=True)))
    api.account_follow(bea.id)
    assert ada.id in ids(api.suggestions())
    assert ada.id in [str(one.account.id) for one in api.suggestions_v2()]
    assert ada.id in ids(api.suggestions_v1())
    api.suggestion_delete(ada.id)
    assert ada.id not in ids(api.suggestions())


def test_whom_and_what_one_features(lends: Lends, ada: Person, bea: Person) -> None:
    hers, theirs = lends(ada), lends(bea)
    assert theirs.account_endorse(ada.id).endorsed and ids(theirs.endorsements()) == [ada.id]
    assert theirs.account_unendorse(ada.id).endorsed is False
    assert theirs.account_pin(ada.id).endorsed and theirs.account_unpin(ada.id).endorsed is False

    ada.says("Du #pain et des #pommes")
    assert {tag.name for tag in hers.featured_tag_suggestions()} == {"pain", "pommes"}
    featured = hers.featured_tag_create("pain")
    assert hers.tag_feature("pommes").featuring
    assert {tag.name for tag in hers.featured_tags()} == {"pain", "pommes"}
    assert {tag.name for tag in theirs.account_featured_tags(ada.id)} == {"pain", "pommes"}
    hers.featured_tag_delete(featured)
    assert hers.tag_unfeature("pommes").featuring is False and hers.featured_tags() == []

    assert theirs.tag_follow("pain").following and [tag.name for tag in theirs.followed_tags()] == ["pain"]
    assert theirs.tag("pain").following
    assert theirs.tag_unfollow("pain").following is False and theirs.followed_tags() == []


def test_collections(lends: Lends, ada: Person, bea: Person, dirk: Person) -> None:
    hers, theirs, his = lends(ada), lends(bea), lends(dirk)
    for one in (theirs, his):
        one.account_update_credentials(discoverable=True)
    made = hers.collection_create("Voisins", description="Ceux d’à côté", tag_name="rue", account_ids=[bea.id])
    kept = made.collection
    changed = hers.collection_update(kept, name="Voisines", sensitive=False, discoverable=True)
    assert changed.collection.name == "Voisines"
    added = hers.collection_item_add(kept, dirk.id).collection_item
    shown = his.collection(kept)
    assert set(ids(shown.accounts)) >= {bea.id, dirk.id}
    assert ids(his.account_collections(ada.id).collections) == ids(his.account_in_collections(None).collections)
    his.collection_item_revoke(kept, added)
    assert his.account_in_collections(None).collections == []
    (left,) = hers.collection(kept).collection["items"]
    hers.collection_item_delete(kept, left)
    hers.collection_delete(kept)
    with pytest.raises(MastodonNotFoundError):
        hers.collection(kept)


def test_lists(lends: Lends, ada: Person, bea: Person, dirk: Person) -> None:
    api = lends(bea)
    made = api.list_create("Amies", replies_policy="none", exclusive=True)
    assert (made.replies_policy, made.exclusive) == ("none", True)
    assert api.list_update(made, "Proches", replies_policy="list").exclusive is False
    assert api.list(made).title == "Proches" and ids(api.lists()) == [str(made.id)]
    api.list_accounts_add(made, [ada.id])
    assert ids(api.account_lists(ada.id)) == [str(made.id)]
    assert ids(api.list_accounts(made)) == [ada.id]
    posted = ada.says("Pour la liste")
    assert ids(api.timeline_list(made)) == [posted["id"]]
    api.list_accounts_delete(made, [ada.id])
    assert api.list_accounts(made) == []
    api.list_delete(made)
    assert api.lists() == []
