"""Who shows which token: remembered in this process until a change is heard of."""

from collections.abc import Callable
from contextlib import suppress

from perron.kit.errors import Unavailable
from perron.people.model import Viewer
from perron.people.tokens import find_viewer, touch_token
from perron.store import Db, Store, rim

MOST = 10_000


class Viewers:
    """Tokens that were shown lately, and whom they stand for."""

    def __init__(self) -> None:
        self._by_token: dict[str, Viewer] = {}

    def known(self, token: str) -> Viewer | None:
        """Whom a token stands for, as far as it is remembered."""
        return self._by_token.get(token)

    def find(self, db: Db, token: str) -> Viewer | None:
        """Whom a token stands for; remembered."""
        viewer = find_viewer(db, token)
        if viewer is not None:
            if len(self._by_token) >= MOST:
                self._by_token.clear()
            self._by_token[token] = viewer
        return viewer

    def forget_account(self, account_id: int) -> None:
        """What is remembered of an account is no longer true."""
        self._forget(lambda one: one.account is not None and one.account.id == account_id)

    def forget_all(self) -> None:
        """Tokens were revoked, or users changed."""
        self._by_token.clear()

    def _forget(self, old: Callable[[Viewer], bool]) -> None:
        for token in [token for token, viewer in self._by_token.items() if old(viewer)]:
            del self._by_token[token]

    async def touch(self, store: Store, viewer: Viewer) -> None:
        """Note that a token was used; at most daily."""
        with suppress(Unavailable):  # there is more to do: it is noted tomorrow
            await rim.write(store, lambda tx: touch_token(tx, viewer.token_id, viewer.user_id))
