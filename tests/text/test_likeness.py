"""Whether two posts lead to the same page or say the same: what is ignored, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.text.likeness import addresses, alike, core, plain_address


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a/b",
        "https://WWW.Example.org:443/a/b/",
        "https://example.org/a/b?utm_source=perron&utm_medium=social&fbclid=x",
        "https://example.org/a/b#part-two",
        "https://example.org/a/%62",
    ],
)
def test_what_leads_to_the_same_page_is_the_same(url: str) -> None:
    assert plain_address(url) == "example.org/a/b"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/A/b",
        "https://example.org/a/b?page=2",
        "https://example.org:8443/a/b",
        "https://example.org/a/b#!/other",
        "https://other.example.org/a/b",
    ],
)
def test_another_page_is_another(url: str) -> None:
    assert plain_address(url) not in ("example.org/a/b", "")


def test_the_order_of_a_query_says_nothing() -> None:
    assert plain_address("https://e.org/?b=2&a=1&gclid=z") == plain_address("http://www.e.org?a=1&b=2")
    assert plain_address("ftp://e.org/") == plain_address("https://[e/") == plain_address("rien") == ""
    assert addresses("Voir https://exämple.org/é et https://xn--exmple-cua.org/%C3%A9") == {
        plain_address("https://exämple.org/é")
    }


def test_words_are_compared_without_what_is_around_them() -> None:
    one = core("Le marché du samedi ouvre à huit heures, place de l’Église ! https://e.org/1 @bea #marché")
    two = core("LE MARCHE du samedi ouvre à huit heures place de l'eglise https://e.org/2")
    assert one == two and alike(one, two)
    nearly = core("Le marché du samedi ouvre à neuf heures, place de l’Église.")
    assert alike(one, nearly)
    other = core("Le marché du dimanche est annulé à cause de la pluie, revenez la semaine prochaine.")
    assert not alike(one, other)


def test_a_good_morning_may_be_wished_each_day() -> None:
    assert not alike(core("Bonjour !"), core("bonjour"))
    assert not alike("", "")
    assert not alike(core("Bonne nuit les amis"), core("Bonne nuit les enfants"))


@given(st.text())
def test_any_text_is_like_itself_once_it_is_long_enough(text: str) -> None:
    found = core(text)
    assert alike(found, found) is (len(found) >= 12)


@given(st.text(), st.text())
def test_likeness_has_no_direction(one: str, other: str) -> None:
    assert alike(core(one), core(other)) is alike(core(other), core(one))


@given(
    st.from_regex(r"[a-z0-9]{1,9}(\.[a-zA-Z]{2,5}){1,3}", fullmatch=True), st.sampled_from(["http", "HTTPS"]), st.text()
)
def test_an_address_is_plain_once_and_for_all(host: str, scheme: str, rest: str) -> None:
    found = plain_address(f"{scheme}://{host}/{rest}")
    assert not found or plain_address(f"https://{found}") == found
