"""What is shown of a post or an account is made anew in the transaction that changed it, and nobody stays told of a
post that was taken back in it."""

from collections.abc import Callable

from perron.entities.links import Links
from perron.store import Tx


def before_commit(links: Links) -> Callable[[Tx], None]:
    """The store's last act before a commit: render what `tx.rerender` named."""

    def rerender(tx: Tx) -> None:
        if accounts := tx.changed.get("account"):
            from perron.entities.accounts import rewrite_accounts  # here, so that small commands start quickly

            rewrite_accounts(links, tx, [*accounts])
        if posts := tx.changed.get("post"):
            from perron.entities.fragments import rewrite_posts

            rewrite_posts(links, tx, [*posts])
        if undone := tx.changed.get("told"):
            from perron.timelines.notices import drop_notices_about

            for post_id in undone:
                drop_notices_about(tx, post_id)

    return rerender
