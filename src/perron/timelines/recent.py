"""What was heard lately of the log of changes, so that a ring that was made a moment ago can be brought up to date.

A ring that was derived in another thread has missed what the ear heard meanwhile; one that another process has left in
the shared server, what was committed since. Both say up to which change they are whole (`Ring.heard`).
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator

Heard = tuple[int, int, int]
"""A change, a post and its author."""
POSTS = 20_000
"""Posts of the log that are remembered, and as many deletions and changed relations."""
MOST = 1_000
"""Posts since then that are looked through; a ring that has missed more is derived anew."""


class Recent:
    """The end of the log of changes, as far as it concerns rings. The ear notes; any thread may ask."""

    def __init__(self) -> None:
        self.since = 0
        """Everything after the change with this id is remembered."""
        self.heard = 0
        """Up to this change all rings in memory are whole."""
        self._posts: deque[Heard] = deque()
        self._gone: deque[Heard] = deque()
        self._doubts: dict[int, int] = {}  # account: the change since which what was derived for it may be wrong
        self._lock = threading.Lock()

    def begin(self, since: int) -> None:
        """Remember nothing, and from here on everything."""
        self.since = self.heard = since

    def note(self, change_id: int, kind: str, about: list[int | str]) -> None:
        """A change is heard; its effects on rings are done by whoever hears, who then says so: `heard`."""
        if kind == "post":
            with self._lock:
                self._posts.append((change_id, int(about[0]), int(about[1])))
                if len(self._posts) > POSTS:
                    self.since = self._posts.popleft()[0]
        elif kind == "post_gone":
            with self._lock:
                self._gone.append((change_id, int(about[0]), 0))
                if len(self._gone) > POSTS:
                    self.since = max(self.since, self._gone.popleft()[0])
        elif kind in _DOUBTED:
            with self._lock:
                for account_id in _DOUBTED[kind](about):
                    self._doubts.pop(account_id, None)
                    self._doubts[account_id] = change_id
                while len(self._doubts) > POSTS:
                    self.since = max(self.since, self._doubts.pop(next(iter(self._doubts))))

    def knows(self, since: int, account_id: int) -> bool:
        """Whether all that was missed since is remembered, and nothing of it makes all that was derived doubtful."""
        return since >= self.since and self._doubts.get(account_id, 0) <= since

    def posts_after(self, since: int) -> list[tuple[int, int]]:
        """(post, author) committed after a change, oldest first."""
        with self._lock:
            return [(post, author) for change, post, author in _after(self._posts, since)][::-1]

    def gone_after(self, since: int) -> list[int]:
        """Posts deleted after a change."""
        with self._lock:
            return [post for _, post, _ in _after(self._gone, since)]


def _after(kept: "deque[Heard]", since: int) -> Iterator[Heard]:
    for one in reversed(kept):
        if one[0] <= since:
            return
        yield one


_DOUBTED: dict[str, Callable[[list[int | str]], list[int]]] = {
    "relations": lambda about: [int(about[0])],
    "blocked": lambda about: [int(about[0]), int(about[1])],
    "list": lambda about: [int(about[1])],
    "tag_follows": lambda about: [int(about[0])],
}
"""Whose homes and lists are in doubt after a change."""
