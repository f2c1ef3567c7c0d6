"""Scale (a): two web processes against one, on PostgreSQL and a Redis server, for homes and for a mix with posts.

Two processors carry the database, the generator and the web processes here. So it is run twice: as it comes, and with
each web process held to a share of one processor, so that the ratio says something about Perron and not about the
machine. The generator spreads its connections over the processes; everybody is asked about at each of them.
"""

import contextlib
import random
import re
import subprocess
import time
from pathlib import Path

from perron.kit.ids import new_id
from perron.people.queries import find_account
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.store import Tx, insert_new
from perron.store.tables import follows
from trials.outcome import Options, Outcome
from trials.quota import share
from trials.rig import Name, Node, Town

PROMISE = "Two web processes on one database answer at least 1.7 times as many requests as one."
ENGINES = ("postgresql",)
PEOPLE, POSTS, CONNECTIONS = 50, 400, 16
PERCENT = 40
"""Of one processor, for each web process, when shares are given out."""
WANTED = 1.7
ASKS = {
    "W1": 'return wrk.format("GET", "/api/v1/timelines/home?limit=20", headers())',
    "W9": """local turn = math.random(100)
  if turn <= 10 then
    said = said + 1
    local h = headers()
    h["Content-Type"] = "application/json"
    local words = '{"status": "bonjour #mot ' .. said .. ' ' .. math.random(1e9) .. '"}'
    return wrk.format("POST", "/api/v1/statuses", h, words)
  elseif turn <= 50 then return wrk.format("GET", "/api/v1/timelines/home?limit=20", headers())
  elseif turn <= 75 then return wrk.format("GET", "/api/v1/timelines/public?local=true&limit=20", headers())
  else return wrk.format("GET", "/api/v1/timelines/tag/mot?limit=20", headers()) end""",
}
SCRIPT = """local tokens = { %s }
local at, said = math.random(#tokens), 0
function headers()
  at = at %% #tokens + 1
  return { ["Authorization"] = "Bearer " .. tokens[at] }
end
function request()
  %s
end
local bad = 0
function response(status) if status ~= 200 then bad = bad + 1 end end
"""
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
WRONG = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_FOLLOW = insert_new(follows, "follower_id", "target_id", "id")


def run(options: Options) -> Outcome:
    """About two minutes; `seconds`: of each measurement."""
    outcome, seconds = Outcome(), options.seconds or 8.0
    with Town(options.folder / "town", "postgresql", redis=True, env={"PERRON_WORKERS": "off"}) as town:
        people = settle(town)
        worker = town.node("worker", {"PERRON_WORKERS": "on"})
        nodes = [town.node("web") for _ in range(1 if options.mutant else 2)]
        for node in (worker, *nodes):
            node.start()
        for what, ask in ASKS.items():
            script = options.folder / f"{what}.lua"
            script.write_text(SCRIPT % (", ".join(f'"{one.token}"' for one in people), ask))
            for percent in (0, PERCENT):
                name = f"{what}, {percent} % of a processor each" if percent else what
                measure(outcome, name, nodes, script, seconds, percent)
    return outcome


def measure(outcome: Outcome, what: str, nodes: list[Node], script: Path, seconds: float, percent: int) -> None:
    """One process, then all of them, with as many connections in sum."""
    with contextlib.ExitStack() as shares:
        held = [shares.enter_context(share(node.pid, percent)) for node in nodes] if percent else []
        if not all(held):
            outcome.figures[what] = "control groups cannot be written here"
            return
        load(nodes, script, 2.0)  # homes are in memory, statements prepared
        alone, wrong_alone = load(nodes[:1], script, seconds)
        together, wrong = load(nodes, script, seconds)
    ratio = together / alone if alone else 0.0
    outcome.figures[what] = f"{alone:.0f}/s, {together:.0f}/s, ratio {ratio:.2f}"
    outcome.figures[f"{what}: not 200"] = f"{wrong_alone}, {wrong}"  # a write that would wait too long is sent away
    few = 0.02 * seconds
    outcome.expect(wrong_alone <= few * alone and wrong <= few * together, f"{what}: too many answers were not 200")
    if percent:
        outcome.expect(ratio >= WANTED, f"{what}: the ratio is {ratio:.2f}, not {WANTED}")


def load(nodes: list[Node], script: Path, seconds: float) -> tuple[float, int]:
    """Answers a second from all of them, and how many were not good."""
    each = CONNECTIONS // len(nodes)
    command = ["wrk", "-t1", f"-c{each}", f"-d{seconds:.0f}s", "-s", str(script)]
    running = [subprocess.Popen([*command, node.url], stdout=subprocess.PIPE, text=True) for node in nodes]
    said = [one.communicate(timeout=seconds + 60)[0] for one in running]
    time.sleep(0.5)
    rates = [float(found[1]) for one in said if (found := RATE.search(one))]
    return sum(rates), sum(int(found[1]) for one in said if (found := WRONG.search(one)))


def settle(town: Town) -> list[Name]:
    """People who follow each other and have written."""
    people = town.people(PEOPLE)
    rng = random.Random(4)
    with town.opened() as site:

        def follow(tx: Tx) -> None:
            for one in people:
                for other in rng.sample(people, 25):
                    tx.run(_FOLLOW, follower_id=one.id, target_id=other.id, id=new_id())

        def write(tx: Tx) -> None:
            for number in range(POSTS):
                author = find_account(tx, rng.choice(people).id)
                assert author is not None
                publish(tx, author, Draft(text=f"Un mot pour toutes, le {number}e #mot"), site.settings)

        site.store.write(follow)
        site.store.write(write)
    return people
