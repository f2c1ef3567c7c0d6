"""Write `docs/api.md` and `docs/settings.md` from the code. A test fails when they are not what this would write.

.venv/bin/python scripts/references.py
"""

from dataclasses import fields
from pathlib import Path

from perron.api.kit import Route
from perron.api.routes import ROUTES
from perron.kit.settings import PREFIX, Settings

DOCS = Path(__file__).parent.parent / "docs"
WHO = {
    "public": "anybody",
    "app": "an app or a user",
    "user": "a user",
}


def api() -> str:
    """Every address of the client API, by chapter."""
    lines = [
        "# The client API",
        "",
        "Written by `scripts/references.py` from `src/perron/api/routes.py`; `perron routes --json` prints the same.",
        "Paths, parameters and answers are those of the Mastodon API. Where anybody may ask, a token that is sent must",
        "still be valid and hold the scope. Bodies may be JSON, forms or multipart; answers are JSON.",
    ]
    chapters: dict[str, list[Route]] = {}
    for one in ROUTES:
        chapters.setdefault(one.handler.__module__.rpartition(".")[2], []).append(one)
    for chapter, routes in chapters.items():
        lines += ["", f"## {chapter.replace('_', ' ')}", ""]
        lines += ["| method | path | scope | who | note |", "|---|---|---|---|---|"]
        lines += [row(one) for one in routes]
    return "\n".join(lines) + "\n"


def row(one: Route) -> str:
    says = " ".join((one.handler.__doc__ or "").split())
    _, _, rest = says.partition(": ")
    return f"| {one.method} | `{one.path}` | {one.scope or '–'} | {WHO[one.who]} | {rest.rstrip('.')} |"


def settings() -> str:
    """Every setting, its default, and how to set it."""
    lines = [
        "# Settings",
        "",
        "Written by `scripts/references.py` from `src/perron/kit/settings.py`; `perron config show` prints the values",
        "in use and where each comes from. A flag wins over the environment, the environment over `perron.toml` in the",
        "data folder. What the owner decides on `/manage/server` and `/manage/rules` is kept in the database, holds at",
        "once in every process, and wins over them all. An unknown name or a value that cannot be read stops the start",
        "with one line.",
        "",
        "| name | environment | default | what it decides |",
        "|---|---|---|---|",
    ]
    for one in fields(Settings):
        default = getattr(Settings(), one.name)
        shown = "–" if default in ("", ()) else f"`{default}`"
        choices = f" One of {', '.join(one.metadata['one_of'])}." if one.metadata["one_of"] else ""
        lines.append(f"| `{one.name}` | `{PREFIX}{one.name.upper()}` | {shown} | {one.metadata['says']}{choices} |")
    return "\n".join(lines) + "\n"


PAGES = {"api.md": api, "settings.md": settings}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write())
