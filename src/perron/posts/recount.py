"""What the counts of a post and of a tag count."""

from perron.store.counters import Counter
from perron.store.tables import marks, post_tags, posts, tags

_OPEN = posts.c.visibility.in_(("public", "unlisted"))

COUNTERS = (
    Counter(posts.c.replies_count, posts.c.reply_to_id, where=_OPEN, among=posts.c.here),
    Counter(posts.c.boosts_count, posts.c.boost_of_id, among=posts.c.here),
    Counter(posts.c.favourites_count, marks.c.post_id, where=marks.c.favourite_id.is_not(None), among=posts.c.here),
    Counter(posts.c.quotes_count, posts.c.quote_of_id, where=posts.c.quote_state == "accepted", among=posts.c.here),
    Counter(tags.c.posts_count, post_tags.c.tag_id),
)
