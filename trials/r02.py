"""R-02 and R-03: notices, conversations, words, pushes and mails follow from writes while processes are killed."""

import asyncio
import random
import re
import time
from collections import Counter

from sqlalchemy import Connection, text

from perron.people.preferences import change_preferences
from trials.acks import Client, Crowd
from trials.line import Line
from trials.outcome import MUTANTS, Options, Outcome
from trials.r01 import about_traceback, strike
from trials.receiver import CUT, GONE, OK, Receiver
from trials.rig import Name, Town
from trials.verify import settle

PROMISE = "What follows from a write is in the database exactly once, and leaves the house at least once, kills or not."
KILLS, SENDS = 20, 1.3
DEVICES, LETTERS, GONE_DEVICES, TALKS = 40, 20, 2, 3
MIX = {"post": 60, "favourite": 15, "boost": 10, "follow": 15}
NAMED = re.compile(rb"^Message-ID: <notice-(\d+)-", re.MULTILINE | re.IGNORECASE)
KEPT = re.compile(r"notice-(\d+)-\d+\.eml$")
PATIENCE = 400.0
"""Seconds in which all jobs have to end: a push that was refused is tried again after growing pauses."""


def run(options: Options) -> Outcome:
    """Twenty kills; one push in five is answered badly at first, and two devices are gone."""
    return asyncio.run(_run(options))


def answer(device: str, notice: int, times: int) -> int:
    """The first push of a notice: one in ten is cut off after it was read, one in ten meets an error."""
    if int(device) < GONE_DEVICES:
        return GONE
    chance = random.Random(f"{device}-{notice}").random()
    return OK if times > 1 or chance > 0.2 else CUT if chance > 0.1 else 500


async def _run(options: Options) -> Outcome:
    outcome, kills = Outcome(), 0
    launcher = MUTANTS / "done_first.py" if options.mutant else None
    allowed = {"PERRON_OUTSIDE_ALLOW": "127.0.0.1/32"}
    with Receiver(answer) as receiver, Town(options.folder, options.engine, env=allowed) as town:
        web = town.node("serve", launcher=launcher)  # it works too, beside the worker
        worker = town.node("worker", launcher=launcher)
        web.start()
        worker.start()
        crowd = Crowd(town, [web.url], clients=12, mix=MIX, pause=0.1)
        await asyncio.to_thread(ask_for_letters, town, crowd.names[:LETTERS])
        for number, name in enumerate(crowd.names[:DEVICES]):
            line = Line(web.url, name.token)
            reply = await line.ask("POST", "/api/v1/push/subscription", receiver.subscription(str(number)))
            assert reply.status == 200, reply
            line.close()
        begun = time.monotonic()
        async with crowd:
            talks = [asyncio.create_task(talk(crowd, number)) for number in range(TALKS)]
            while kills < (KILLS if not options.mutant else 8) or time.monotonic() - begun < options.seconds:
                await asyncio.sleep(random.uniform(0.3, 2.0))
                crowd.check()
                kills += 1
                await asyncio.to_thread(strike, [random.choice((web, worker))])
        await asyncio.gather(*talks)
        await settle(crowd, outcome, patience=PATIENCE)
        with town.reading() as db:
            pushes(db, crowd.names[:DEVICES], receiver, outcome)
            letters(db, town, crowd.names[:LETTERS], outcome)
            order(db, outcome)
        codes = [worker.stop(), web.stop()]
    outcome.expect(codes == [0, 0], f"the processes ended with {codes}")
    for node in (web, worker):
        outcome.expect(not (wrong := about_traceback(node.said())), f"{node.words[0]} said: {wrong}")
    outcome.figures["kills"] = kills
    return outcome


async def talk(crowd: Crowd, number: int) -> None:
    """Somebody writes to somebody, one message after another in one conversation, as fast as they are taken."""
    one = Client(len(crowd.clients) + number, crowd)
    whom, last = crowd.names[-1 - number], 0
    while not crowd.stopping.is_set():
        deed = one.post("post")
        deed.body = {"status": f"{deed.name} @{whom.handle}", "visibility": "direct"}
        deed.body |= {"in_reply_to_id": str(last)} if last else {}
        one.count += 1
        await one.do(deed)
        last = deed.id or last


def ask_for_letters(town: Town, names: list[Name]) -> None:
    """They wish to hear by mail, at once, who mentions and who follows them."""
    find = text("SELECT account_id, user_id FROM memberships")
    with town.opened() as site:
        with town.reading() as db:
            users = dict(db.execute(find).fetchall())
        chosen = {"mention": "once", "follow": "once"}
        site.store.write(lambda tx: [change_preferences(tx, users[one.id], mail=chosen) for one in names])


def notices(db: Connection, name: Name, *types: str) -> list[int]:
    """What somebody is told, kept apart or not."""
    found = db.execute(text("SELECT id, type FROM notices WHERE account_id = :who AND NOT filtered"), {"who": name.id})
    return [id_ for id_, type_ in found if not types or type_ in types]


def pushes(db: Connection, names: list[Name], receiver: Receiver, outcome: Outcome) -> None:
    """Each notice reached the device; few did twice; devices that are gone are left in peace."""
    due = {(str(n), id_) for n, name in enumerate(names) if n >= GONE_DEVICES for id_ in notices(db, name)}
    missing = due - receiver.accepted.keys()
    alive = {about: times for about, times in receiver.sent.items() if int(about[0]) >= GONE_DEVICES}
    sends = (
        sum(alive.values()) - receiver.refused + (sent_to_gone := receiver.sent.total() - sum(alive.values()))
    ) / max(1, len(receiver.accepted))
    outcome.figures |= {
        "pushes due": len(due),
        "pushes missing": len(missing),
        "answered badly on purpose": receiver.refused - sent_to_gone,
        "sends for each success, without those": round(sends, 3),
        "sent to two devices that are gone": sent_to_gone,
    }
    outcome.failures += [f"no push of notice {about[1]}" for about in sorted(missing)]
    outcome.failures += [f"a push of what is no notice: {about}" for about in alive.keys() - due]
    outcome.expect(sends <= SENDS, f"{sends:.2f} pushes were sent for each that arrived")
    left = db.execute(text("SELECT count(*) FROM push_subscriptions")).scalar_one()
    outcome.expect(left == len(names) - GONE_DEVICES, f"{left} subscriptions are left")


def letters(db: Connection, town: Town, names: list[Name], outcome: Outcome) -> None:
    """Each mention and follow was told by mail; few were twice."""
    due = {id_ for name in names for id_ in notices(db, name, "mention", "follow")}
    folder = town.data / "mail"
    found = Counter(int(kept[1]) for path in folder.glob("*.eml") if (kept := KEPT.search(path.name)))
    missing, more = due - found.keys(), found.keys() - due
    sends = found.total() / max(1, len(found))
    outcome.figures |= {"letters due": len(due), "letters missing": len(missing), "letters for each": round(sends, 3)}
    outcome.failures += [f"no letter about notice {one}" for one in sorted(missing)]
    outcome.failures += [f"a letter about what is no notice: {one}" for one in sorted(more)]
    outcome.expect(sends <= SENDS, f"{sends:.2f} letters were written for each")


def order(db: Connection, outcome: Outcome) -> None:
    """Within a conversation, somebody is told in the order in which it was written."""
    told = db.execute(
        text("""
            SELECT notices.account_id, posts.thread_id, posts.author_id, posts.id FROM notices
            JOIN posts ON posts.id = notices.post_id WHERE notices.type = 'mention' ORDER BY notices.id""")
    )
    last: dict[tuple[int, ...], int] = {}
    seen = turned = 0
    for *talk, post in told:
        seen += tuple(talk) in last
        turned += post < last.get(tuple(talk), 0)
        last[tuple(talk)] = max(post, last.get(tuple(talk), 0))
    outcome.figures |= {"followed another in its conversation": seen, "out of order": turned}
    outcome.expect(turned == 0, f"{turned} notices of a conversation are out of order")
