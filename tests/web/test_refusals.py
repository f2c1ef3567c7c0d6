"""Whatever a room refuses is explained in both languages."""

import ast
from pathlib import Path

import pytest

import perron
from perron.web.refusals import explain
from perron.web.words import words

HOME = Path(perron.__file__).parent
REFUSALS = {"Invalid", "NotAllowed", "NotFound", "TooLarge", "TooMany", "Unavailable", "Unfit"}
BEHIND_PAGES = [
    *(HOME / "posts").glob("*.py"),
    *(HOME / "media").glob("*.py"),
    *(HOME / f"people/{name}.py" for name in ("follow", "block", "profile", "join", "passwords")),
]


def said() -> list[str]:
    """Every message of a refusal behind the pages, with a number in the place of each value."""
    found = set()
    for path in BEHIND_PAGES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS and node.args:
                message = node.args[0]
                if isinstance(message, ast.Constant) and isinstance(message.value, str):
                    found.add(message.value)
                if isinstance(message, ast.JoinedStr):
                    parts = [str(one.value) if isinstance(one, ast.Constant) else "7" for one in message.values]
                    found.add("".join(parts))
    return sorted(found)


@pytest.mark.parametrize("message", said())
def test_each_refusal_is_explained_in_both_languages(message: str) -> None:
    french, english = explain(words("fr"), message), explain(words("en"), message)
    assert french not in (message, english)
    assert not english.startswith("Validation failed") and "Record not found" not in english
    assert "%(" not in french + english
