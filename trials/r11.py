"""R-11: the server that nodes share stands still, is killed, comes back empty, is full, and wants another password."""

import asyncio
import json
import re
import time
from collections.abc import Callable

import httpx
from websockets.asyncio.client import ClientConnection, connect

from perron.people.sessions import start_session
from trials.acks import Crowd, follow
from trials.line import Line
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town
from trials.verify import settle

PROMISE = "To lose what nodes share beside the database costs speed, never data, and opens no door."
ENGINES = ("postgresql",)
READERS, PAUSED, AWAY = 200, 15.0, 6.0
REBUILT, HEALS, HEARD = 30.0, 5.0, 5.0


def run(options: Options) -> Outcome:
    """Two minutes; `seconds`: how long each outage lasts."""
    return asyncio.run(_run(options))


class Look:
    """What people see while the shared server is away."""

    def __init__(self, town: Town, nodes: list[Node], author: Name, reader: Name, session: str) -> None:
        self.nodes, self.author, self.reader, self.session = nodes, author, reader, session
        self.origin = town.origin
        self.count = 0

    async def post(self, node: int) -> tuple[int, float, str]:
        """Publish at a node; the status, the seconds, and which post it became."""
        self.count += 1
        begun = time.monotonic()
        line = Line(self.nodes[node].url, self.author.token)  # a kept one may be closed when a round took long
        answer = await line.ask("POST", "/api/v1/statuses", {"status": f"look {self.count}"})
        line.close()
        return answer.status, time.monotonic() - begun, answer.json().get("id", "")

    async def door(self, node: int) -> int:
        """Try a wrong password at a node, each time as somebody else; the status."""
        self.count += 1
        async with httpx.AsyncClient(base_url=self.nodes[node].url, timeout=10) as browser:
            page = await browser.get("/sign-in")
            found = re.search(r'name="csrf" value="([^"]*)"', page.text)
            assert found, page.text[:300]
            form = {"csrf": found[1], "email": f"nobody{self.count}@example.org", "password": "wrong"}
            reply = await browser.post("/sign-in", data=form, headers={"origin": self.origin})
            return reply.status_code

    async def inside(self, node: int) -> int:
        """A page of somebody who was signed in before."""
        cookies = {"perron_session": self.session}
        async with httpx.AsyncClient(base_url=self.nodes[node].url, cookies=cookies, timeout=10) as browser:
            return (await browser.get("/home")).status_code


async def home(node: Node, who: Name) -> list[str]:
    """The newest page of somebody's home at a node."""
    line = Line(node.url, who.token)
    answer = await line.ask("GET", "/api/v1/timelines/home")
    line.close()
    return [one["id"] for one in answer.json()]


async def heard(stream: ClientConnection, wanted: str) -> bool:
    """Whether a stream tells of a post in time."""
    try:
        async with asyncio.timeout(HEARD):
            while True:
                message = json.loads(await stream.recv())
                if message["event"] == "update" and json.loads(message["payload"])["id"] == wanted:
                    return True
    except TimeoutError:
        return False


async def _run(options: Options) -> Outcome:
    outcome = Outcome()
    launcher = MUTANTS / "careless_sharing.py" if options.mutant else None
    limits = {"PERRON_RATE_LIMIT": "on", "PERRON_RATE_LIMIT_REQUESTS": "10000000"}
    with Town(options.folder, "postgresql", redis=True, env=limits) as town:
        assert town.redis is not None
        author, reader, *readers = town.people(READERS + 2, "look")
        with town.opened() as site:
            user = site.viewers.find(site.store.reader(), author.token)
            assert user is not None and user.user_id is not None
            session = site.store.write(lambda tx: start_session(tx, user.user_id or 0, author.id))
        nodes = [town.node("web", launcher=launcher) for _ in range(2)]
        for one in (*nodes, town.node("worker", launcher=launcher)):
            one.start()
        for each in (reader, *readers):
            deed = follow(each, author)
            line = Line(nodes[0].url, each.token)
            assert (await line.ask("POST", deed.path, deed.body)).status == 200
            line.close()
        look = Look(town, nodes, author, reader, session)
        crowd = Crowd(town, [node.url for node in nodes], clients=8, pause=0.2)
        address = f"ws{nodes[1].url[4:]}/api/v1/streaming?stream=user&access_token={reader.token}"
        async with connect(address) as stream, crowd:
            await moving(look, readers[:20], outcome)
            redis = town.redis
            outages: dict[str, tuple[Callable[[], object], Callable[[], object], float]] = {
                "stands still": (redis.pause, redis.go_on, PAUSED),
                "is killed": (redis.kill, redis.start, AWAY),
                "is full": (
                    lambda: redis.ask("CONFIG", "SET", "maxmemory", "1"),
                    lambda: redis.ask("CONFIG", "SET", "maxmemory", "0"),
                    AWAY,
                ),
                "has another password": (
                    lambda: (
                        redis.ask("CLIENT", "KILL", "TYPE", "normal"),
                        redis.ask("CONFIG", "SET", "requirepass", "x"),
                    ),
                    lambda: (redis.kill(), redis.start()),
                    AWAY,
                ),
            }
            for name, (begin, end, seconds) in outages.items():
                await asyncio.to_thread(begin)
                await outage(look, stream, name, options.seconds or seconds, outcome)
                await asyncio.to_thread(end)
                await healed(look, name, outcome)
            redis.ask("FLUSHALL")
            await rebuilt(nodes, readers, outcome)
        await settle(crowd, outcome)
        for one in town.nodes:
            one.stop()
    if options.mutant and {"the door", "a home"} - {one.partition(":")[0] for one in outcome.failures}:
        outcome.failures = []  # one of the two mistakes was not noticed
    return outcome


async def moving(look: Look, readers: list[Name], outcome: Outcome) -> None:
    """Readers come to the other node with what was posted since their homes were left there."""
    await asyncio.gather(*(home(look.nodes[0], each) for each in readers))
    await asyncio.sleep(2.5)
    _, _, posted = await look.post(0)
    await asyncio.sleep(1.0)
    begun = time.monotonic()
    there = [await home(look.nodes[1], each) for each in readers]
    outcome.figures["a home at another node, ms"] = round((time.monotonic() - begun) / len(readers) * 1000, 1)
    outcome.expect(all(posted in one for one in there), "a home: what was posted since is missing at the other node")


async def outage(look: Look, stream: ClientConnection, name: str, seconds: float, outcome: Outcome) -> None:
    """People post, read, listen and are kept out for so many seconds."""
    slowest, end, doors = 0.0, time.monotonic() + seconds, []
    while time.monotonic() < end:
        for node in (0, 1):
            status, took, posted = await look.post(node)
            slowest = max(slowest, took)
            outcome.expect(status == 200, f"posting, while it {name}: {status}")
            outcome.expect(await heard(stream, posted), f"the stream, while it {name}: not heard")
            doors.append(await look.door(node))
            outcome.expect(await look.inside(node) == 200, f"a session, while it {name}: not known")
    outcome.expect(set(doors) == {503}, f"the door: while it {name} it answered {sorted(set(doors))}")
    outcome.figures[f"slowest post while it {name}, seconds"] = round(slowest, 2)


async def healed(look: Look, name: str, outcome: Outcome) -> None:
    """The doors open again, at both nodes."""
    begun = time.monotonic()
    for node in (0, 1):
        while (status := await look.door(node)) == 503 and time.monotonic() - begun < 30:
            await asyncio.sleep(0.1)
        outcome.expect(status == 401, f"after it {name}: the door answered {status}")
    took = outcome.figures[f"doors open after it {name}, seconds"] = round(time.monotonic() - begun, 1)
    outcome.expect(took <= HEALS, f"after it {name} the doors opened in {took} seconds")


async def rebuilt(nodes: list[Node], readers: list[Name], outcome: Outcome) -> None:
    """All is lost, and a node begins anew: every home is right, and soon."""
    wanted = await home(nodes[0], readers[0])  # they all follow the same one
    await asyncio.to_thread(nodes[1].kill)
    await asyncio.to_thread(nodes[1].start)
    begun = time.monotonic()
    for each in readers:
        found = await home(nodes[1], each)
        outcome.expect(found == wanted, f"a home: of {each.handle} is not what it was")
    took = outcome.figures[f"{len(readers)} homes rebuilt, seconds"] = round(time.monotonic() - begun, 2)
    outcome.expect(took <= REBUILT, f"homes were rebuilt in {took} seconds")
