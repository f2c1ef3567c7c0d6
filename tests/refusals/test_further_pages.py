"""Pages of a timeline that grows while it is read."""

import re

from tests.refusals.asking import Asker, Question
from tests.rig import Site


def test_a_walk_meets_each_post_once_while_others_are_written(site: Site, ask: Asker) -> None:
    """Down and up again by the addresses of `Link`, with new posts between any two pages (I-02)."""
    ada, bea = site.person("ada"), site.person("bea")
    bea.follows(ada)
    before = [ada.says(f"post {number}")["id"] for number in range(60)]
    for home in ("/api/v1/timelines/home", f"/api/v1/accounts/{ada.id}/statuses"):
        for rel, first in (("next", "limit=7"), ("prev", f"limit=7&min_id={int(before[0]) - 1}")):
            met: list[str] = []
            query = first
            while query:
                (answer,) = ask(Question("GET", home, bea.token, query=query))
                met += [one["id"] for one in answer.json]
                ada.says("meanwhile")
                found = re.search(rf'\?([^>]*)>; rel="{rel}"', answer.header("link") or "")
                query = found[1] if found and len(met) < 400 and not {*before} <= {*met} else ""
            assert len(met) == len({*met})
            assert {*before} <= {*met}
