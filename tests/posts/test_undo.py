"""What is taken back within half a minute leaves nothing behind."""

from typing import Any

import pytest
from sqlalchemy import select, update

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import born
from perron.kit.time import now
from perron.posts.model import Draft, PollDraft
from perron.posts.publish_thread import publish_thread
from perron.posts.undo import TIME, undo
from perron.store.tables import jobs, metadata
from tests.api.test_push import Device
from tests.rig import Person, Site

SAID_IN_PASSING = {"changes", "jobs"}


def everything(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the log and the queue."""
    with site.store.read() as db:
        return {
            name: sorted((tuple(row) for row in db.execute(table.select())), key=repr)
            for name, table in metadata.tables.items()
            if name not in SAID_IN_PASSING
        }


def thread(person: Person, *drafts: Draft, key: str = "one") -> list[int]:
    site = person.site
    return site.store.write(lambda tx: publish_thread(tx, person.account, key, drafts, site.settings))


def take_back(person: Person, post_id: int) -> list[Draft]:
    return person.site.store.write(lambda tx: undo(tx, person.account, post_id))


def test_a_thread_is_published_at_once_and_once(site: Site, ada: Person) -> None:
    made = thread(ada, Draft("one"), Draft("two"), Draft("three"))

    assert thread(ada, Draft("one"), Draft("two"), Draft("three")) == made
    assert len(made) == 3
    shown = [ada.get(f"/api/v1/statuses/{one}") for one in made]
    assert [one["in_reply_to_id"] for one in shown] == [None, str(made[0]), str(made[1])]


def test_of_a_thread_that_has_a_flaw_nothing_is_published(site: Site, ada: Person) -> None:
    before = everything(site)

    with pytest.raises(Invalid) as refused:
        thread(ada, Draft("one"), Draft("x" * 501), Draft("three"))
    assert refused.value.place == 1
    with pytest.raises(Invalid) as refused:
        thread(ada, Draft("one"), Draft("two"), Draft("three", via="@nobody"))
    assert refused.value.place == 2

    assert everything(site) == before
    assert len(thread(ada, Draft("one"), Draft("two"))) == 2


def test_what_is_taken_back_leaves_nothing(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    quoted = dirk.says("Les #marches sont chaudes")
    site.run_jobs()
    before = everything(site)
    drafts = (
        Draft(
            "Lu chez @dirk #marches #soir https://example.org/page",
            quote_of=int(quoted["id"]),
            via="@bea",
            card_title="Mon titre",
            warning="Chaud",
            language="fr",
            undoable=True,
        ),
        Draft("Et vous", poll=PollDraft(("oui", "non"), 3_600_000, multiple=True), undoable=True),
        Draft("@bea seule", visibility="mentioned", undoable=True),
    )
    made = thread(ada, *drafts)
    site.store.write(site.worker.do_inside)
    assert {name for name, rows in everything(site).items() if rows != before[name]} >= {
        *("posts", "notices", "mentions", "tags", "post_tags", "polls", "cards", "idempotency", "conversations"),
        "accounts",
    }

    back = take_back(ada, made[1])
    assert bea.notices() == []
    site.store.write(site.worker.do_inside)

    assert everything(site) == before
    assert [one.text for one in back] == [one.text for one in drafts]
    assert (back[0].quote_of, back[0].via, back[0].card_title) == (int(quoted["id"]), "bea", "Mon titre")
    assert back[1].poll == drafts[1].poll
    ada.get(f"/api/v1/statuses/{made[0]}", expect=404)
    assert bea.home() == []
    assert len(thread(ada, *drafts)) == 3


def test_only_the_author_takes_back_and_only_for_half_a_minute(site: Site, ada: Person, bea: Person) -> None:
    made = thread(ada, Draft("Bonjour"))
    with pytest.raises(NotFound):
        take_back(bea, made[0])

    old = thread(ada, Draft("Jadis", at=now() - TIME - 1), key="two")
    with pytest.raises(NotAllowed):
        take_back(ada, old[0])


def test_devices_and_mail_wait_until_it_cannot_be_taken_back(site: Site, ada: Person, bea: Person) -> None:
    device = Device()
    bea.post("/api/v1/push/subscription", device.asks(alerts={"mention": True}))
    first, second = (thread(ada, Draft(f"{key} @bea", undoable=True), key=key)[0] for key in ("un", "deux"))
    site.run_jobs()
    assert [kind for kind, _ in bea.notices()] == ["mention", "mention"]
    assert device.got == []
    with site.store.read() as db:
        owed = db.execute(select(jobs.c.due).where(jobs.c.name == "PushOwed").order_by(jobs.c.due)).scalars().all()
    assert owed == [born(first) + TIME, born(second) + TIME]

    take_back(ada, first)
    site.store.write(lambda tx: tx.execute(update(jobs).values(due=0)))
    site.run_jobs()
    device.server.shutdown()
    device.server.server_close()

    assert [device.read(each)["body"] for each in range(len(device.got))] == ["deux @bea"]
