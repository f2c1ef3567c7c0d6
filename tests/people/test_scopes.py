import pytest

from perron.kit.errors import Invalid
from perron.people.scopes import SCOPES, for_role, grants, read_scopes, scopes_text, within


def test_a_broad_scope_grants_the_narrow_ones_below_it() -> None:
    assert grants(frozenset({"read"}), "read:statuses")
    assert grants(frozenset({"admin:write"}), "admin:write:reports")
    assert not grants(frozenset({"read:statuses"}), "read")
    assert not grants(frozenset({"read"}), "write:statuses")
    assert not grants(frozenset({"read"}), "admin:read")


def test_the_old_scope_follow_reads_and_writes_follows_blocks_and_mutes() -> None:
    held = frozenset({"follow"})
    assert all(grants(held, f"{way}:{what}") for way in ("read", "write") for what in ("follows", "blocks", "mutes"))
    assert not grants(held, "read:statuses")
    assert grants(frozenset({"read", "write"}), "follow")


def test_an_unknown_scope_is_refused_and_none_means_read() -> None:
    assert read_scopes("") == {"read"}
    assert read_scopes("read write follow push") == {"read", "write", "follow", "push"}
    for text in ("read crypto", "everything", "read:", "admin"):
        with pytest.raises(Invalid):
            read_scopes(text)


def test_scopes_keep_their_order_whatever_order_they_came_in() -> None:
    assert scopes_text(read_scopes("write read")) == "read write"
    assert len(SCOPES) == len(set(SCOPES)) == 3 + 13 + 15 + 8 + 8


def test_only_those_who_look_after_the_server_hold_admin_scopes() -> None:
    wanted = frozenset({"read", "admin:read"})
    assert for_role(wanted, "user") == {"read"}
    assert for_role(wanted, "admin") == wanted


def test_more_than_was_registered_is_more() -> None:
    assert within(frozenset({"read:statuses", "follow"}), frozenset({"read", "write"}))
    assert not within(frozenset({"read", "write"}), frozenset({"read"}))
