"""Hears every change that is committed, here or in another process, and tells rings, viewers and open streams."""

import asyncio
import logging
from collections.abc import Callable, Collection
from functools import partial
from time import monotonic

from perron.entities.conversations import conversations_json
from perron.entities.notices import notices_json
from perron.entities.opening import begin_sharing
from perron.entities.posts import posts_as_stored, posts_json
from perron.entities.site import Site
from perron.kit import json
from perron.kit.errors import Unavailable
from perron.kit.later import later
from perron.people.scopes import grants
from perron.store import Db, rim
from perron.store.changes import Change, hear, newest, oldest
from perron.store.engine import refuses_writes
from perron.streaming.hub import Hub, Stream
from perron.streaming.personal import personally
from perron.streaming.public import public_channels
from perron.streaming.subscribe import PUBLIC, warm
from perron.streaming.who import find_listener
from perron.timelines.arrivals import arrive
from perron.timelines.conversations import find_conversation
from perron.timelines.current import bring_current
from perron.timelines.home import hidden_from
from perron.timelines.notices import find_notice

with later(__name__):
    from perron.streaming.announced import announced, reacted, withdrawn
    from perron.suite.atelier.bank.queries import bank_as_stored

log = logging.getLogger(__name__)
HESITATION = 2.0
"""Seconds until the next look when changes could not be heard."""
LOOK_BACK = 20_000
"""Changes of the log that a process takes note of as it begins."""
TIDYING = 60.0
"""Seconds between looks for homes that nobody reads any more."""


class Ear:
    """Reads the log of changes from where it stopped. Everything runs on the event loop."""

    def __init__(self, site: Site, hub: Hub) -> None:
        self.site, self.hub = site, hub
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._again = False
        self._does: dict[str, Callable[..., None]] = {
            "post": self._post,
            "post_changed": self._post_changed,
            "post_gone": self._post_gone,
            "relations": self._relations,
            "blocked": self._blocked,
            "viewer": self._viewer,
            "tokens": self._tokens,
            "notice": self._notice,
            "notices_merged": self._notices_merged,
            "conversation": self._conversation,
            "filters": self._filters,
            "list": self._list,
            "tag_follows": self._tag_follows,
            "settings": self._settings,
            "attempt": self._attempt,
            "announcement": partial(announced, self.site, self.hub),
            "announcement_gone": partial(withdrawn, self.site, self.hub),
            "reaction": partial(reacted, self.site, self.hub),
            "bank": self._bank,
        }

    async def start(self) -> None:
        """Begin at the newest change; from now on every commit wakes the ear."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(begin_sharing, self.site)
        self.hub.position = await rim.read(self.site.store, newest)
        self.site.rings.recent.begin(self.hub.position)
        if self.site.shared is not None or not self.site.store.sqlite:
            await rim.read_slowly(self.site.store, self._look_back)
        self.site.rings.heard_by(self._wake)
        await rim.read(self.site.store, self.site.refresh)
        heard = self.site.store.heard
        heard.nudge, heard.loop, heard.position = self._wake, self._loop, self.hub.position
        self.site.store.listeners.append(self._wake)
        self._task = self._loop.create_task(self._watch())

    async def stop(self) -> None:
        """Hear no more."""
        self.site.store.listeners.remove(self._wake)
        self.site.rings.heard_by_nobody()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.site.store.heard.reach(None)
        if self._listening is not None:
            await asyncio.gather(self._listening, return_exceptions=True)

    def _wake(self) -> None:
        """In the writer's thread, after a commit and before its callers are answered."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self.listen)

    async def _watch(self) -> None:
        tidied = monotonic()
        while True:
            await asyncio.sleep(self.site.store.wakeups.patience)
            try:
                self.listen()
                if monotonic() - tidied > TIDYING:
                    tidied = monotonic()
                    self.tidy()
            except Exception:
                log.exception("Changes could not be heard")
                await asyncio.sleep(HESITATION)

    def tidy(self) -> None:
        """Let go of homes and lists that nobody has read for long; an open stream reads its own."""
        for key in self.hub.heard_keys():
            kind, _, id_ = key.partition(":")
            if kind in ("user", "list"):
                self.site.rings.get(int(id_))
        self.site.rings.forget_idle()

    def listen(self) -> None:
        """Take note of everything that has changed since the last time: at once on SQLite, soon on PostgreSQL."""
        store = self.site.store
        if store.sqlite:
            self._listen(store.reader())
        elif self._listening is not None and not self._listening.done():
            self._again = True
        elif self._loop is not None:
            self._listening = self._loop.create_task(self._listen_aside())

    async def _listen_aside(self) -> None:
        self._again = True
        try:
            while self._again:
                self._again = False
                async with self.hub.turn:
                    waiting = self.site.store.heard.looks()
                    try:
                        await self.site.store.lines().read(self._listen, first=True)
                    finally:
                        for go_on in waiting:
                            go_on()
        except Exception as wrong:
            log.warning("Changes could not be heard: %s", wrong)

    def _listen(self, reader: Db) -> None:
        rings = self.site.rings
        if rings.waiting:
            rings.take_in(lambda ring: bring_current(reader, rings.recent, ring))
        while changes := hear(reader, self.hub.position):
            for change in changes:
                before, self.hub.position = self.hub.position, change[0]
                rings.recent.note(*change)
                try:
                    self._take(reader, change)
                except BaseException:
                    self.hub.position = before
                    raise
                rings.recent.heard = change[0]
            if len(changes) < 1000:
                break
        if not self.site.store.sqlite:
            self.site.store.heard.reach(self.hub.position)

    def _look_back(self, db: Db) -> None:
        """Remember the end of the log, so that what other processes have left can be brought up to date."""
        recent, position = self.site.rings.recent, self.hub.position
        at = max(oldest(db) - 1, position - LOOK_BACK)
        recent.begin(at)
        while at < position and (changes := hear(db, at)):
            for change in changes:
                if change[0] <= position:
                    recent.note(*change)
                    if change[1] == "attempt":
                        self._take(db, change)
            at = changes[-1][0]
        recent.heard = position

    def _take(self, db: Db, change: Change) -> None:
        does = self._does.get(change[1])
        if does is None:
            return
        try:
            does(db, *change[2])
        except Exception as wrong:
            if db.lost or isinstance(wrong, Unavailable) or refuses_writes(wrong):
                raise  # the database is away: it is heard again
            log.exception("The change %s was not passed on", change)

    def _post(self, db: Db, post_id: int, author_id: int) -> None:
        reached = arrive(db, self.site.rings, post_id)
        if not self.hub.streams:
            return
        wanted = [key for owner in reached for key in (f"user:{owner}", f"list:{owner}") if self.hub.heard(key)]
        public = [key for key in (*public_channels(db, post_id), f"account:{author_id}") if self.hub.heard(key)]
        if not wanted and not public:
            return
        made = posts_as_stored(self.site.links, db, [post_id])
        if not made:
            return
        self._send_post(db, "update", post_id, made[0], self._audiences(wanted, public, author_id))

    def _audiences(self, homes: list[str], public: list[str], author_id: int) -> dict[str, Collection[Stream]]:
        """Who hears each channel; on public ones, not those who do not want to see the author."""
        found: dict[str, Collection[Stream]] = {key: self.hub.listeners(key) for key in homes}
        for key in public:
            found[key] = [one for one in self.hub.listeners(key) if author_id not in one.hidden]
        return found

    def _send_post(
        self, db: Db, event: str, post_id: int, made: bytes, audiences: dict[str, Collection[Stream]]
    ) -> None:
        """A post to all who hear it: the same text to all but those whose own view of it differs. What an account
        writes is not for all who listen to it: each of them is asked for."""
        theirs = personally(db, post_id, {one for audience in audiences.values() for one in audience})
        frames: dict[object, str] = {}
        for key, audience in audiences.items():
            own_view = set(audience) if key.startswith("account:") else theirs.intersection(audience)
            self.hub.send(key, event, made, [one for one in audience if one not in own_view], frames)
            for stream in own_view:
                for own in posts_json(self.site.links, db, [post_id], viewer=stream.viewer, context=_context(key)):
                    self.hub.send(key, event, own, [stream])

    def _post_changed(self, db: Db, post_id: int, author_id: int) -> None:
        if not self.hub.streams:
            return
        made = posts_as_stored(self.site.links, db, [post_id])
        if not made:
            return
        holders = [owner for owner, ring in self.site.rings.by_owner.items() if ring.holds(post_id)]
        homes = [key for owner in holders for key in (f"user:{owner}", f"list:{owner}") if self.hub.heard(key)]
        public = [key for key in (*public_channels(db, post_id), f"account:{author_id}") if self.hub.heard(key)]
        self._send_post(db, "status.update", post_id, made[0], self._audiences(homes, public, author_id))

    def _post_gone(self, db: Db, post_id: int, author_id: int, listed: int = 0) -> None:
        holders = [owner for owner, ring in self.site.rings.by_owner.items() if ring.drop(post_id)]
        for owner in holders:
            for key in (f"user:{owner}", f"list:{owner}"):
                self.hub.send(key, "delete", str(post_id))
        self.hub.send(f"account:{author_id}", "delete", str(post_id))
        if listed:  # its tags are gone with it: whoever follows any tag hears of it
            for key in self.hub.heard_keys():
                if key in PUBLIC or key.startswith("hashtag:"):
                    self.hub.send(key, "delete", str(post_id))

    def _relations(self, db: Db, one: int, other: int = 0) -> None:
        self._begin_anew(db, one)

    def _blocked(self, db: Db, one: int, other: int) -> None:
        self._begin_anew(db, one)
        self._begin_anew(db, other)

    def _begin_anew(self, db: Db, account_id: int) -> None:
        """What was derived for an account is derived again when it is next needed."""
        for owner in self.site.rings.owned_by(account_id):
            self.site.rings.forget(owner)
        for stream in [*self.hub.streams]:
            if stream.account_id == account_id:
                stream.hidden = hidden_from(db, account_id, exclusive_too=False)
                warm(self.site, db, stream)

    def _viewer(self, db: Db, account_id: int) -> None:
        self.site.viewers.forget_account(account_id)
        self._refresh_viewers(db, account_id)

    def _refresh_viewers(self, db: Db, account_id: int | None = None) -> None:
        for stream in [*self.hub.streams]:
            if account_id is None or stream.account_id == account_id:
                viewer = find_listener(self.site, db, stream.token)
                if viewer is None or viewer.account is None or viewer.account.id != stream.account_id:
                    stream.close(1008)
                else:
                    stream.viewer = viewer

    def _tokens(self, db: Db, *_: int) -> None:
        self.site.viewers.forget_all()
        self._refresh_viewers(db)

    def _told(self, account_id: int) -> dict[str, list[Stream]]:
        """Who hears the notices of an account, on which channels."""
        return {
            key: [one for one in self.hub.listeners(key) if grants(one.viewer.scopes, "read:notifications")]
            for key in (f"user:{account_id}", f"notices:{account_id}")
        }

    def _notices_merged(self, db: Db, account_id: int) -> None:
        for key, listeners in self._told(account_id).items():
            self.hub.send(key, "notifications_merged", "1", listeners)

    def _notice(self, db: Db, account_id: int, notice_id: int) -> None:
        audience = self._told(account_id)
        heard = {one.viewer.confided: one for listeners in audience.values() for one in listeners}
        notice = find_notice(db, account_id, notice_id) if heard else None
        if notice is None or notice.filtered:
            return
        for confided, anybody in heard.items():
            for _, payload in notices_json(self.site.links, db, [notice], anybody.viewer):
                for key, listeners in audience.items():
                    told = [one for one in listeners if one.viewer.confided is confided]
                    self.hub.send(key, "notification", payload, told)

    def _conversation(self, db: Db, account_id: int, conversation_id: int) -> None:
        key = f"direct:{account_id}"
        listeners = self.hub.listeners(key)
        found = find_conversation(db, account_id, conversation_id) if listeners else None
        if found is not None:
            for made in conversations_json(self.site.links, db, [found], next(iter(listeners)).viewer):
                self.hub.send(key, "conversation", made)

    def _filters(self, db: Db, account_id: int) -> None:
        self._viewer(db, account_id)
        self.hub.send(f"user:{account_id}", "filters_changed", None)

    def _list(self, db: Db, list_id: int, owner_id: int) -> None:
        self.site.rings.forget(list_id)
        self._begin_anew(db, owner_id)

    def _tag_follows(self, db: Db, account_id: int) -> None:
        self._begin_anew(db, account_id)

    def _attempt(self, db: Db, key: str, seconds: int, who: str) -> None:
        self.site.attempts.hear(key, seconds, who)

    def _bank(self, db: Db, bank_id: int) -> None:
        bank = bank_as_stored(db, bank_id)
        if bank is not None:
            self.hub.send(f"bank:{bank.account_id}", "bank", json.encode_text({"id": str(bank.id)}))

    def _settings(self, db: Db) -> None:
        self.site.refresh(db)


def _context(key: str) -> str:
    """Which of a reader's filters hold on a channel."""
    return "home" if key.startswith(("user:", "list:")) else "public"
