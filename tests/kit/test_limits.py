import pytest

from perron.kit import limits
from perron.kit.addresses import client_address, household
from perron.kit.limits import Window

PROXIES = ("127.0.0.1", "10.0.0.0/8", "::1")


def test_a_limit_counts_down_and_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1_000_000
    monkeypatch.setattr(limits, "now", lambda: clock)
    window = Window()

    assert [window.hit("ada", 2, 300).remaining for _ in range(3)] == [1, 0, 0]
    refused = window.hit("ada", 2, 300)
    assert (refused.allowed, refused.reset, refused.retry_after) == (False, 1_300_000, 300)
    assert window.hit("bea", 2, 300).allowed

    clock = 1_300_000
    assert window.hit("ada", 2, 300).allowed


def test_what_is_given_back_was_not_counted() -> None:
    window = Window()
    window.hit("ada", 1, 300)
    window.give_back("ada")
    assert window.hit("ada", 1, 300).allowed
    window.forget("ada")
    assert window.hit("ada", 1, 300).allowed


def test_a_flood_of_keys_does_not_fill_the_memory() -> None:
    window = Window(most=100)
    for n in range(1000):
        window.hit(str(n), 1, 300)
    assert len(window) == 100


@pytest.mark.parametrize(
    ("peer", "forwarded", "is_"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("127.0.0.1", "198.51.100.1:443", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("unix", "198.51.100.1", "unix"),
    ],
)
def test_the_address_is_that_of_the_nearest_stranger(peer: str, forwarded: str, is_: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == is_


def test_limits_count_a_household_of_ipv6_addresses_as_one() -> None:
    assert household("2001:db8:1:2:3::4") == household("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert household("::ffff:192.0.2.1") == household("192.0.2.1") == "192.0.2.1"
    assert household("testclient") == "testclient"
