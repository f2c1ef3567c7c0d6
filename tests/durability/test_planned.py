"""A server that is killed while planned posts fall due publishes each of them once."""

import random
import signal
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import update

from perron.kit.settings import Settings
from perron.kit.time import HOUR, iso, now
from perron.store.tables import jobs, scheduled_posts
from tests.durability.crash import Server, marks, reading
from tests.rig import Site

POSTS = 120


def planned(folder: Path) -> None:
    """Posts of six people, half of them in threads of five, all of them due in a second."""
    site = Site(Settings(data=folder, rate_limit="off", workers="off"))
    with site.client:
        for number in range(POSTS):
            if number % 20 == 0:
                person = site.person(f"p{number}")
            if number % 20 < 10:
                person.says(f"crash0x{number} #crash", scheduled_at=iso(now() + HOUR))
            elif number % 5 == 0:
                several = [{"status": f"crash0x{each} #crash"} for each in range(number, number + 5)]
                person.post("/api/perron/v1/threads", {"posts": several, "scheduled_at": iso(now() + HOUR)})
    with site.store.engine.begin() as connection:
        for table in (scheduled_posts, jobs):
            connection.execute(update(table).where(table.c.due > now()).values(due=now() - 1))
    site.store.close()


def test_each_planned_post_is_published_once_though_the_server_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    planned(folder)
    server, chance = Server(folder), random.Random()
    try:
        for _ in range(2):
            server.start()
            time.sleep(chance.uniform(0.0, 0.15))
            server.end(signal.SIGKILL)
        server.start()
        until = time.monotonic() + 20
        while waiting(folder) and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        server.close()
    with reading(folder) as db:
        assert Counter(marks(db)) == Counter(f"crash0x{number}" for number in range(POSTS))
        whole = Counter(thread for (thread,) in db.execute("SELECT thread_id FROM posts WHERE reply_to_id IS NOT NULL"))
        assert sorted(whole.values()) == [4] * (POSTS // 10)
    assert waiting(folder) == 0


def waiting(folder: Path) -> int:
    with reading(folder) as db:
        return int(db.execute("SELECT count(*) FROM scheduled_posts").fetchone()[0])
