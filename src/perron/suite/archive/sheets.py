"""Tables as CSV, with the columns that Mastodon exports and imports."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from perron.entities.links import Links
from perron.kit import json
from perron.store import Db
from perron.suite.archive import content

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows, under a head if there is one."""

    rows: list[list[str]]
    head: tuple[str, ...] = ()

    @property
    def csv(self) -> str:
        """The table as it is written to a file."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([self.head, *self.rows] if self.head else self.rows)
        return out.getvalue()


def sheets(db: Db, links: Links, account_id: int) -> dict[str, Sheet]:
    """Every table of an account, by the name of its file."""

    def rows(query: Any) -> list[Any]:
        return db.all(query, of_account=account_id)

    def address(username: str, domain: str | None) -> str:
        return f"{username}@{domain or links.domain}"

    def uri(post_id: int, kept: str | None) -> str:
        return kept or links.post_uri(post_id)

    def words(flag: Any) -> str:
        return "true" if flag else "false"

    return {
        "following_accounts.csv": Sheet(
            [[address(*row[:2]), words(row[2]), words(row[3]), languages(row[4])] for row in rows(content.FOLLOWING)],
            ("Account address", "Show boosts", "Notify on new posts", "Languages"),
        ),
        "followers.csv": Sheet([[address(*row)] for row in rows(content.FOLLOWERS)], ("Account address",)),
        "blocked_accounts.csv": Sheet([[address(*row)] for row in rows(content.BLOCKS)]),
        "muted_accounts.csv": Sheet(
            [[address(*row[:2]), words(row[2])] for row in rows(content.MUTES)],
            ("Account address", "Hide notifications"),
        ),
        "blocked_domains.csv": Sheet([[row[0]] for row in rows(content.DOMAINS)]),
        "lists.csv": Sheet([[safe(row[0]), address(row[1], row[2])] for row in rows(content.LISTS)]),
        "bookmarks.csv": Sheet([[uri(*row)] for row in rows(content.BOOKMARKS)]),
        "favourites.csv": Sheet([[uri(*row)] for row in rows(content.FAVOURITES)]),
        "followed_tags.csv": Sheet([[row[0]] for row in rows(content.TAGS)]),
        "account_notes.csv": Sheet(
            [[address(*row[:2]), safe(row[2])] for row in rows(content.NOTES)], ("Account address", "Note")
        ),
        "votes.csv": Sheet(
            [[uri(*row[:2]), " ".join(str(one + 1) for one in json.decode(row[2]))] for row in rows(content.VOTES)],
            ("Post", "Answers"),
        ),
    }


def safe(text: str) -> str:
    """Words of people in a cell: no program that opens the table takes them for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def languages(kept: str) -> str:
    """Languages of a follow as Mastodon writes them: `fr, en`."""
    return ", ".join(one for one in kept.replace("[", "").replace("]", "").replace('"', "").split(",") if one)
