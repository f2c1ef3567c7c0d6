"""Talks among the mentioned, as each side finds them: on both engines."""

from perron.store.paging import NEWEST, Paging
from perron.timelines.conversations import (
    Conversation,
    conversation_in,
    conversation_with,
    conversations_page,
    said_in,
    unread_conversations,
)
from tests.rig import Person, Site

ALL = Paging(below=NEWEST)


def only_talk(site: Site, person: Person) -> Conversation:
    site.run_jobs()
    with site.store.read() as db:
        (found,) = conversations_page(db, person.account.id, ALL)
    return found


def test_a_talk_holds_the_private_words_of_its_thread_and_no_others(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    root = ada.says("Pour tous")
    first = bea.says("@ada entre nous", visibility="direct", in_reply_to_id=root["id"])
    second = ada.says("@bea oui", visibility="direct", in_reply_to_id=first["id"])
    dirk.says("@ada et moi", visibility="direct", in_reply_to_id=root["id"])
    aside = bea.says("@ada tout haut", in_reply_to_id=second["id"])
    found = only_talk(site, bea)
    with site.store.read() as db:
        assert said_in(db, found, ALL) == [int(second["id"]), int(first["id"])]
        assert int(aside["id"]) not in said_in(db, found, ALL)
        assert said_in(db, found, Paging(below=int(second["id"]))) == [int(first["id"])]
        assert conversation_in(db, bea.account.id, found.thread_id) == found
        assert conversation_in(db, site.person("eve").account.id, found.thread_id) is None


def test_the_talk_with_one_other_is_found_again_and_one_with_several_is_another(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    ada.says("@bea @dirk à trois", visibility="direct")
    site.run_jobs()
    with site.store.read() as db:
        assert conversation_with(db, ada.account.id, bea.account.id) is None
    ada.says("@bea à deux", visibility="direct")
    site.run_jobs()
    with site.store.read() as db:
        found = conversation_with(db, ada.account.id, bea.account.id)
        assert found is not None and found.with_ids == (bea.account.id,) and not found.unread
        assert conversation_with(db, ada.account.id, dirk.account.id) is None
        assert [unread_conversations(db, one.account.id) for one in (ada, bea, dirk)] == [0, 2, 1]


def test_who_was_blocked_reads_no_more_of_what_the_other_says(site: Site, ada: Person, bea: Person) -> None:
    ada.says("@bea un mot", visibility="direct")
    found = only_talk(site, bea)
    ada.post(f"/api/v1/accounts/{bea.id}/block")
    with site.store.read() as db:
        assert said_in(db, found, ALL) == []
