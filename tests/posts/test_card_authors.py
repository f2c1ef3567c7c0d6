"""A page names who wrote it (`fediverse:creator`); their account is shown when they say so too."""

from typing import Any

import pytest

from perron.entities.cards import ACCOUNT, put_authors_in
from perron.people.standing import change_state, delete_account
from perron.posts.fetch_card import creator_of
from tests.posts.test_cards import Elsewhere, card, elsewhere
from tests.rig import Person, Site

__all__ = ["elsewhere"]


def page(creator: str, author: str = "") -> str:
    named = f'<meta name="author" content="{author}">' if author else ""
    return f'<html><head><title>Marches</title><meta name="fediverse:creator" content="{creator}">{named}</head>'


def allows(person: Person, *domains: str) -> None:
    person.call("PATCH", "/api/v1/profile", json={"attribution_domains": list(domains)})
    person.site.run_jobs()


def authors(person: Person, post: Any) -> Any:
    return person.get(f"/api/v1/statuses/{post['id']}")["card"]["authors"]


def linked(site: Site, person: Person, url: str) -> Any:
    made = person.says(f"Lu {url}")
    site.run_jobs()
    return made


def test_an_account_stands_on_a_card_when_page_and_account_agree(
    site: Site, ada: Person, bea: Person, elsewhere: Elsewhere
) -> None:
    url = elsewhere.put("/page", page(f"@Ada@{site.settings.domain}", "Ada L."))
    post = linked(site, bea, url)
    assert authors(bea, post) == [{"name": "Ada L.", "url": "", "account": None}]

    allows(ada, "0.1")  # a name above 127.0.0.1 as far as names go
    (author,) = authors(bea, post)
    assert author["account"]["acct"] == "ada"
    assert author["account"] == bea.get(f"/api/v1/accounts/{ada.id}") | {
        "feature_approval": author["account"]["feature_approval"]
    }

    ada.call("PATCH", "/api/v1/profile", json={"display_name": "Ada neuve"})
    assert authors(bea, post)[0]["account"]["display_name"] == "Ada neuve"
    assert site.anybody(f"/api/v1/statuses/{post['id']}")["card"]["authors"][0]["account"]["id"] == ada.id
    allows(ada, "autre.example")
    assert authors(bea, post)[0]["account"] is None


def test_other_sites_name_nobody(site: Site, ada: Person, bea: Person, elsewhere: Elsewhere) -> None:
    allows(ada, "blog.example", "27.0.0.1")
    assert (
        card(site, bea, elsewhere.put("/page", page(f"@ada@{site.settings.domain}")))["authors"][0]["account"] is None
    )
    assert card(site, bea, elsewhere.put("/nobody", page("@niemand@far.example")))["authors"][0]["account"] is None


def test_an_author_who_is_gone_stands_on_no_card(site: Site, ada: Person, bea: Person, elsewhere: Elsewhere) -> None:
    allows(ada, "127.0.0.1".partition(".")[2])
    post = linked(site, bea, elsewhere.put("/page", page(f"@ada@{site.settings.domain}")))
    assert authors(bea, post)[0]["account"]["acct"] == "ada"
    for end in ("suspended", "active"):
        site.store.write(lambda tx, end=end: change_state(tx, ada.account, end))
        site.run_jobs()
        assert (authors(bea, post)[0]["account"] is None) is (end == "suspended")
    site.store.write(lambda tx: delete_account(tx, ada.account))
    site.run_jobs()
    assert authors(bea, post)[0]["account"] is None


def test_nobody_writes_an_account_into_a_post(site: Site, ada: Person, bea: Person) -> None:
    text = f'"account":"perron:account:{ada.id}" \\"account\\":\\"perron:account:1\\"'
    made = bea.says(text, spoiler_text=text)
    assert made["spoiler_text"] == text
    assert bea.get(f"/api/v1/statuses/{made['id']}")["spoiler_text"] == text


def test_a_place_that_nobody_can_fill_is_null() -> None:
    fragment = b'{"a":1,' + ACCOUNT + b'12","b":2,' + ACCOUNT + b'13"}'
    assert put_authors_in(fragment, {13: b"{}"}) == b'{"a":1,"account":null,"b":2,"account":{}}'


@pytest.mark.parametrize(
    ("said", "handle"),
    [
        ("@Ada@here.example", "ada"),
        ("ada@HERE.example ", "ada"),
        ("@zoe@far.example", "zoe@far.example"),
        ("@zoe", ""),
        ("Zoé Martin", ""),
        ("@@far.example", ""),
        ("", ""),
    ],
)
def test_whom_a_page_names(said: str, handle: str) -> None:
    assert creator_of(said, "here.example") == handle
