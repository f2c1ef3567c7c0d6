"""Nothing of Mastodon.py is forgotten: each of its methods is called by a test here, or it stands in a table with the
reason why not."""

import ast
from pathlib import Path

from tests.clients.library import METHODS

HERE = Path(__file__).parent
NOT_CALLED = {
    **dict.fromkeys(
        ("annual_report", "annual_reports", "annual_report_generate", "annual_report_read", "annual_report_state"),
        "There are no reports of the year here (docs/mastodon-api.md).",
    ),
    **dict.fromkeys(
        ("get_async_refresh_info", "get_async_refresh_status", "await_async_refresh"),
        "Nothing here is fetched from elsewhere while a client waits.",
    ),
    "oauth_userinfo": "The library asks only over HTTPS; tests/web has the address.",
}


def test_every_method_is_called_or_has_a_reason() -> None:
    called = set()
    for path in HERE.glob("test_mastodon_py*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                called.add(node.attr)
    assert METHODS - called - set(NOT_CALLED) == set()
    assert set(NOT_CALLED) <= METHODS - called, "what is called needs no reason"
