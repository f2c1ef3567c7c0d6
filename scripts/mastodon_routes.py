"""Every address of Mastodon's client API (4.6), as its documentation and routes name them, and how we stand to each.

`docs/mastodon-api.md` is written from the table beside this file and from what this server answers. The tiers are ours:
T1 is what one needs to sign in and use an app, T2 what apps commonly use, T3 what is rare, deprecated or for those who
run a server.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_suffix(".txt")

SILENT = {"POST /api/v1/accounts/{}/email_subscriptions": "no account can be read by mail here; always 404"}
"""What stands among our addresses, so that apps get a clean answer, and does nothing."""

NOT = {
    **SILENT,
    "GET /api/proofs": "removed from Mastodon",
    "GET /api/v1_alpha/async_refreshes/{}": "no answer here is completed later, so there is nothing to ask about",
    "GET /api/v1/annual_reports": "no reports about a year are made",
    "GET /api/v1/annual_reports/{}": "no reports about a year are made",
    "GET /api/v1/annual_reports/{}/state": "no reports about a year are made",
    "POST /api/v1/annual_reports/{}/read": "no reports about a year are made",
    "POST /api/v1/annual_reports/{}/generate": "no reports about a year are made",
    "GET /api/v1/donation_campaigns": "nobody is asked for money",
    "PUT /api/web/settings": "of Mastodon's own pages, by their cookie; ours have their own ways",
    "GET /api/web/embeds/{}": "of Mastodon's own pages, by their cookie; ours have their own ways",
    "POST /api/web/push_subscriptions": "of Mastodon's own pages, by their cookie; ours have their own ways",
}
"""What is not answered, and why."""

DIFFERENT: dict[str, str] = {
    "GET /api/v1/accounts/{}/identity_proofs": "always an empty list, as Mastodon answers since it removed them",
    "GET /api/v1/admin/accounts": "`ip` is null and `ips` empty: addresses of visitors are not kept",
    "GET /api/v2/admin/accounts": "`ip` is null and `ips` empty: addresses of visitors are not kept",
    "GET /api/v1/admin/accounts/{}": "`ip` is null and `ips` empty: addresses of visitors are not kept",
    "GET /api/v1/timelines/direct": "one's conversations, post by post, for apps that know no others",
}
"""What is answered otherwise than documented, and how."""


@dataclass(frozen=True)
class Row:
    """One address of Mastodon's."""

    chapter: str
    tier: str
    method: str
    path: str
    note: str

    @property
    def key(self) -> str:
        """Method and path, whatever its named parts are called."""
        return f"{self.method} {bare(self.path)}"


def bare(path: str) -> str:
    """A path without the names of its parts."""
    return re.sub(r"\{\w+\}", "{}", path)


def rows() -> list[Row]:
    """The whole table."""
    found: list[Row] = []
    chapter = ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("#"):
            chapter = line.removeprefix("# ")
            continue
        tier, method, path, note = line.split(maxsplit=3)
        found.append(Row(chapter, tier, method, path, note))
    return found


def standing(row: Row, answered: set[str]) -> tuple[str, str]:
    """*done*, *different* or *not*, and why."""
    if row.key in NOT or row.key not in answered:
        return "not", NOT.get(row.key, "")
    return ("different", DIFFERENT[row.key]) if row.key in DIFFERENT else ("done", "")


def written(answered: Iterable[str]) -> str:
    """The page, given what is answered (`GET /api/v1/accounts/{}` …)."""
    known = set(answered)
    table = [(row, *standing(row, known)) for row in rows()]
    lines = [
        "# Mastodon's API, address by address",
        "",
        "Written by `scripts/references.py` from `scripts/mastodon_routes.txt` (what Mastodon 4.6 documents, and what",
        "its routes have beside that) and from what this server answers. Shapes and parameters: [api.md](api.md), and",
        "`/api` and `/api/openapi.json` on any server.",
        "",
        "| tier | what for | answered | of them differently | not |",
        "|---|---|---|---|---|",
    ]
    for tier, purpose in TIERS.items():
        of = [how for row, how, _ in table if row.tier == tier]
        silent = of.count("not")
        lines.append(f"| {tier} | {purpose} | {len(of) - silent} / {len(of)} | {of.count('different')} | {silent} |")
    chapter = ""
    for row, how, why in table:
        if row.chapter != chapter:
            chapter = row.chapter
            lines += [
                "",
                f"## {chapter}",
                "",
                "| tier | method | path | what it does | here | why |",
                "|---|---|---|---|---|---|",
            ]
        lines.append(f"| {row.tier} | {row.method} | `{row.path}` | {row.note} | *{how}* | {why} |")
    return "\n".join(lines) + "\n"


TIERS = {
    "T1": "to sign in and use an app",
    "T2": "commonly used",
    "T3": "rare, deprecated, or for those who run a server",
}
