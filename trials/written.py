"""What was acknowledged under an open-loop load, and whether it is there: once, and nothing that was refused."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from perron.store.tables import posts
from trials.open_loop import Ask, ask
from trials.outcome import Outcome
from trials.rig import Name, Town

MARK = "marque"
MARKED = re.compile(rf"\b{MARK}\d+x\b")


@dataclass
class Written:
    """Posts by their mark: what their author was told."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def post(self, number: int, who: Name, text: str, **more: Any) -> Ask:
        """A post with a mark, whose fate is noted."""
        mark = f"{MARK}{number}x"
        body = {"status": f"{text} {mark}", **more}
        return ask("post", "/api/v1/statuses", token=who.token, body=body, key=mark, told=self._told(mark))

    def _told(self, mark: str) -> Callable[[int, bytes], None]:
        def told(status: int, body: bytes) -> None:
            if status == 200:
                self.acknowledged[mark] = int(json.loads(body)["id"])
            elif status:
                self.refused.add(mark)
            else:
                self.unknown.add(mark)

        return told

    def verify(self, town: Town, outcome: Outcome) -> None:
        """Look into the database."""
        with town.reading() as db:
            rows = db.execute(select(posts.c.id, posts.c.text).where(posts.c.text.contains(MARK))).all()
        there: Counter[str] = Counter()
        ids = {}
        for id_, text in rows:
            if (found := MARKED.search(text)) is not None:
                there[found[0]] += 1
                ids[found[0]] = id_
        lost = [mark for mark, id_ in self.acknowledged.items() if ids.get(mark) != id_]
        twice = [mark for mark, count in there.items() if count > 1]
        uninvited = [mark for mark in self.refused if mark in there]
        outcome.figures |= {
            "posts acknowledged": len(self.acknowledged),
            "posts lost": len(lost),
            "posts doubled": len(twice),
            "posts there although refused": len(uninvited),
        }
        outcome.expect(not lost, f"{len(lost)} acknowledged posts are lost, such as {lost[:3]}")
        outcome.expect(not twice, f"{len(twice)} posts are there twice, such as {twice[:3]}")
        outcome.expect(not uninvited, f"{len(uninvited)} posts are there although refused, such as {uninvited[:3]}")
        outcome.expect(len(self.acknowledged) > 0, "not a single post was acknowledged")
