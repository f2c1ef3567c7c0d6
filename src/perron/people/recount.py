"""What the counts of an account count."""

from sqlalchemy import and_

from perron.store.counters import Counter
from perron.store.tables import accounts, follow_requests, follows, posts

_OPEN = posts.c.visibility.in_(("public", "unlisted"))
_HERE = and_(accounts.c.state != "deleted", accounts.c.domain.is_(None))
"""Of those who are elsewhere another server counts; of those who are deleted nobody does."""

COUNTERS = (
    Counter(accounts.c.followers_count, follows.c.target_id, among=_HERE),
    Counter(accounts.c.following_count, follows.c.follower_id, among=_HERE),
    Counter(accounts.c.requests_count, follow_requests.c.target_id, among=_HERE),
    Counter(accounts.c.posts_count, posts.c.author_id, among=_HERE),
    Counter(accounts.c.credits_count, posts.c.via_id, where=_OPEN, among=_HERE),
)
