"""Write `docs/api.md`, `docs/mastodon-api.md`, `docs/settings.md` and `docs/tables.md` from the code. A test fails when
they are not what this would write.

.venv/bin/python scripts/references.py
"""

from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin

import mastodon_routes

from perron.api.kit import Route, spoken
from perron.api.openapi.document import words
from perron.api.openapi.elsewhere import ELSEWHERE
from perron.api.openapi.schemas import arms
from perron.api.routes import ROUTES
from perron.kit.settings import PREFIX, Settings
from perron.store.growth import TABLES
from perron.store.tables import metadata

DOCS = Path(__file__).parent.parent / "docs"
WHO = {
    "public": "anybody",
    "app": "an app or a user",
    "user": "a user",
    "joining": "a user, also before they are let in",
}


def api() -> str:
    """Every address of the client API, by chapter."""
    lines = [
        "# The client API",
        "",
        "Written by `scripts/references.py` from `src/perron/api/routes.py`; `perron routes --json` prints the same.",
        "Paths, parameters and answers are those of the Mastodon API: [mastodon-api.md](mastodon-api.md) says how each",
        "of its addresses stands here. A server describes itself at `/api` (to read) and `/api/openapi.json` (OpenAPI",
        "3.1), with every parameter and attribute. Where anybody may ask, a token that is sent must still be valid and",
        "hold the scope. Bodies may be JSON, forms or multipart; answers are JSON.",
    ]
    chapters: dict[str, list[Route]] = {}
    for one in ROUTES:
        chapters.setdefault(one.handler.__module__.rpartition(".")[2], []).append(one)
    for chapter, routes in chapters.items():
        lines += ["", f"## {chapter.replace('_', ' ')}", ""]
        lines += ["| method | path | scope | who | gives | what it does |", "|---|---|---|---|---|---|"]
        lines += [row(one) for one in routes]
    return "\n".join(lines) + "\n"


def row(one: Route) -> str:
    says, said = words(one.handler), spoken(one.handler)
    gives = named(said.gives) if said else ""
    return f"| {one.method} | `{one.path}` | {one.scope or '–'} | {WHO[one.who]} | {gives} | {says.rstrip('.')} |"


def named(kind: Any) -> str:
    """A type as people call it: `Status`, `[Account]`, `Status or ScheduledStatus`."""
    if get_origin(kind) is list:
        return f"[{named(get_args(kind)[0])}]"
    if len(arms(kind)) > 1:
        return " or ".join(named(one) for one in arms(kind))
    return getattr(kind, "__name__", "JSON") if get_origin(kind) is None else "JSON"


def mastodon() -> str:
    """Every address of Mastodon's, and how it stands here."""
    answered = {f"{one.method} {mastodon_routes.bare(one.path)}" for one in (*ROUTES, *ELSEWHERE)}
    return mastodon_routes.written(answered)


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


def tables() -> str:
    """Every table: who writes it, what it grows with, what ends that, by what it would be spread over machines."""
    lines = [
        "# What grows, and what ends it",
        "",
        "Written by `scripts/references.py` from `src/perron/store/growth.py` and `tables.py`. What ends a growth is",
        "a chore (done every minute by one process, in small steps) or a consequence of an event, by its name in the",
        "code; or there is a reason why none is needed. *Spread by*: the column whose value would say on which machine",
        "of a distributed PostgreSQL a row is, and whether the primary key has it ([sharding.md](sharding.md)); a dash",
        "means that every machine has the whole table.",
        "",
        "| table | written by | grows with | what ends it | spread by | in the key |",
        "|---|---|---|---|---|---|",
    ]
    for name, table in metadata.tables.items():
        growth = TABLES[name]
        ends = growth.ends if " " in growth.ends else f"`{growth.ends}`"
        spread = f"`{growth.by}`" if growth.by else "–"
        keyed = "–" if not growth.by else "yes" if growth.by in {one.key for one in table.primary_key} else "no"
        owner = table.info["owner"]
        lines.append(f"| `{name}` | {owner} | {growth.grows_with} | {ends} | {spread} | {keyed} |")
    return "\n".join(lines) + "\n"


PAGES = {"api.md": api, "mastodon-api.md": mastodon, "settings.md": settings, "tables.md": tables}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (DOCS / name).write_text(write())
