"""Drafts are kept, never overwritten unseen, and hold on to their files."""

from typing import Any

import pytest

from perron.kit.errors import Invalid, NotFound, TooLarge
from perron.kit.time import DAY, now
from perron.media.queries import find_media, remove_abandoned
from perron.posts.drafts import MOST, Behind, Kept, drafts_of, find_draft, keep_draft, remove_draft
from tests.api.pictures import png
from tests.rig import Person, Site


def keep(person: Person, body: dict[str, Any], **more: Any) -> Kept:
    return person.site.store.write(lambda tx: keep_draft(tx, person.user_id, person.account.id, body, **more))


def bodies(person: Person) -> list[dict[str, Any]]:
    with person.site.store.read() as db:
        return [one.body for one in drafts_of(db, person.account.id)]


def test_a_draft_is_kept_and_found_again(ada: Person, site: Site) -> None:
    kept = keep(ada, {"posts": [{"text": "Bonjour"}]})
    again = keep(ada, {"posts": [{"text": "Bonsoir"}]}, draft_id=kept.id, version=kept.version)

    assert (again.id, again.version) == (kept.id, 2)
    assert bodies(ada) == [{"posts": [{"text": "Bonsoir"}]}]
    with site.store.read() as db:
        found = find_draft(db, kept.id, account_id=ada.account.id)
    assert found is not None and found.version == 2 and found.user_id == ada.user_id


def test_a_version_that_is_behind_changes_nothing(ada: Person) -> None:
    kept = keep(ada, {"text": "un"})
    keep(ada, {"text": "deux"}, draft_id=kept.id, version=1)

    with pytest.raises(Behind):
        keep(ada, {"text": "trois"}, draft_id=kept.id, version=1)
    assert bodies(ada) == [{"text": "deux"}]


def test_nobody_else_reads_changes_or_removes_it(ada: Person, bea: Person, site: Site) -> None:
    kept = keep(ada, {"text": "un"})

    with pytest.raises(NotFound):
        keep(bea, {"text": "deux"}, draft_id=kept.id, version=1)
    with site.store.read() as db:
        assert find_draft(db, kept.id, account_id=bea.account.id) is None
    assert not site.store.write(lambda tx: remove_draft(tx, kept.id, account_id=bea.account.id))
    assert bodies(ada) == [{"text": "un"}]
    assert site.store.write(lambda tx: remove_draft(tx, kept.id, account_id=ada.account.id))
    assert bodies(ada) == []


def test_there_is_room_for_a_hundred_and_none_is_huge(ada: Person, bea: Person) -> None:
    with pytest.raises(TooLarge):
        keep(ada, {"text": "x" * 256 * 1024})
    for each in range(MOST):
        keep(ada, {"text": str(each)})
    with pytest.raises(Invalid):
        keep(ada, {"text": "one more"})
    keep(bea, {"text": "hers"})
    assert len(bodies(ada)) == MOST


def test_files_of_a_draft_are_kept_while_it_exists(ada: Person, bea: Person, site: Site) -> None:
    def upload(person: Person) -> int:
        made = person.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})
        return int(made["id"])

    def there(media_id: int, person: Person) -> bool:
        with site.store.read() as db:
            return find_media(db, media_id, owner_id=person.account.id) is not None

    def clear_away() -> None:
        site.store.write(lambda tx: remove_abandoned(tx, older_than=now() + DAY))

    one, two, three, hers = upload(ada), upload(ada), upload(ada), upload(bea)
    kept = keep(ada, {"posts": [{"media": [{"id": str(one)}]}, {"media": [[two, "words"]]}], "media_ids": [hers, "x"]})
    clear_away()
    assert [there(each, ada) for each in (one, two, three)] == [True, True, False]
    assert not there(hers, bea)

    keep(ada, {"posts": [{"media": [one]}]}, draft_id=kept.id)
    clear_away()
    assert [there(each, ada) for each in (one, two)] == [True, False]
    site.store.write(lambda tx: remove_draft(tx, kept.id, account_id=ada.account.id))
    clear_away()
    assert not there(one, ada)
