"""Everything in which the tables and files of an installation ought to agree with each other, asked from outside.

The statements are the experiments' own: they share nothing with what the server uses to count or to check itself.
"""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from sqlalchemy import Connection, text

COMES_BACK = "'PruningDue', 'FreshnessDue', 'TrendsDue'"
"""Jobs that are always owed, for later."""
NOT_BEGUN = "tries = 0"
"""A job that was killed after it had asked for the next one, and before it was taken off, waits for the end of its
lease; when it is done again it asks for none."""

OUGHT_TO_BE_EMPTY = {
    "jobs that wait or failed": f"""
        SELECT id, name, tries, failed, error FROM jobs
        WHERE failed OR name NOT IN ({COMES_BACK})""",
    "jobs that come back twice": f"""
        SELECT name, count(*) FROM jobs WHERE name IN ({COMES_BACK}) AND {NOT_BEGUN}
        GROUP BY name HAVING count(*) > 1""",
    "accounts with a wrong number of posts": """
        SELECT username, posts_count, (SELECT count(*) FROM posts WHERE author_id = accounts.id) AS found
        FROM accounts WHERE posts_count != (SELECT count(*) FROM posts WHERE author_id = accounts.id)""",
    "accounts with a wrong number of followers": """
        SELECT username, followers_count FROM accounts
        WHERE followers_count != (SELECT count(*) FROM follows WHERE target_id = accounts.id)""",
    "accounts that follow a wrong number": """
        SELECT username, following_count FROM accounts
        WHERE following_count != (SELECT count(*) FROM follows WHERE follower_id = accounts.id)""",
    "posts with a wrong number of favourites": """
        SELECT id, favourites_count FROM posts WHERE favourites_count != (SELECT count(*) FROM marks
            WHERE marks.post_id = posts.id AND favourite_id IS NOT NULL)""",
    "posts with a wrong number of boosts": """
        SELECT id, boosts_count FROM posts
        WHERE boosts_count != (SELECT count(*) FROM posts AS other WHERE other.boost_of_id = posts.id)""",
    "posts with a wrong number of replies": """
        SELECT id, replies_count FROM posts LEFT JOIN (SELECT reply_to_id AS about, count(*) AS found FROM posts
            WHERE visibility IN ('public', 'unlisted') GROUP BY reply_to_id) AS replies ON about = id
        WHERE replies_count != coalesce(found, 0)""",
    "tags with a wrong number of posts": """
        SELECT name, posts_count FROM tags
        WHERE posts_count != (SELECT count(*) FROM post_tags WHERE tag_id = tags.id)""",
    "mentions without exactly one notice": """
        SELECT mentions.post_id, mentions.account_id
        FROM mentions JOIN posts ON posts.id = mentions.post_id
        WHERE mentions.account_id != posts.author_id AND 1 != (SELECT count(*) FROM notices
            WHERE type = 'mention' AND notices.account_id = mentions.account_id
            AND notices.from_id = posts.author_id AND notices.post_id = mentions.post_id)""",
    "favourites without exactly one notice": """
        SELECT marks.post_id, marks.account_id
        FROM marks JOIN posts ON posts.id = marks.post_id
        WHERE favourite_id IS NOT NULL AND marks.account_id != posts.author_id AND 1 != (SELECT count(*) FROM notices
            WHERE type = 'favourite' AND notices.account_id = posts.author_id
            AND notices.from_id = marks.account_id AND notices.post_id = marks.post_id)""",
    "boosts without exactly one notice": """
        SELECT boosts.id
        FROM posts AS boosts JOIN posts ON posts.id = boosts.boost_of_id
        WHERE boosts.author_id != posts.author_id AND 1 != (SELECT count(*) FROM notices
            WHERE type = 'reblog' AND notices.account_id = posts.author_id
            AND notices.from_id = boosts.author_id AND notices.post_id = posts.id)""",
    "follows without exactly one notice": """
        SELECT follower_id, target_id FROM follows WHERE 1 != (SELECT count(*) FROM notices
            WHERE type = 'follow' AND notices.from_id = follows.follower_id
            AND notices.account_id = follows.target_id)""",
    "notices of nothing": """
        SELECT notices.id, type FROM notices LEFT JOIN posts ON posts.id = notices.post_id
        WHERE notices.post_id != 0 AND posts.id IS NULL""",
    "private mentions that are in no conversation": """
        SELECT mentions.post_id, mentions.account_id FROM mentions JOIN posts ON posts.id = mentions.post_id
        WHERE posts.visibility = 'mentioned' AND mentions.account_id != posts.author_id
            AND NOT EXISTS (SELECT 1 FROM conversations
                WHERE conversations.account_id = mentions.account_id
                AND conversations.thread_id = posts.thread_id)""",
    "conversations whose last post is not the last": """
        SELECT conversations.id, last_post_id FROM conversations WHERE last_post_id != (
            SELECT max(posts.id) FROM posts WHERE posts.thread_id = conversations.thread_id
            AND posts.visibility = 'mentioned' AND boost_of_id IS NULL AND (posts.author_id = conversations.account_id
            OR EXISTS (SELECT 1 FROM mentions WHERE mentions.post_id = posts.id
                AND mentions.account_id = conversations.account_id)))""",
    "posts that cannot be found by their words": "SELECT id FROM posts WHERE boost_of_id IS NULL AND NOT indexed",
    "pictures of no post": """
        SELECT id, post_id FROM media WHERE post_id IS NOT NULL AND post_id NOT IN (SELECT id FROM posts)""",
    "posts with no picture that say they have one": """
        SELECT id FROM posts WHERE has_media AND id NOT IN (SELECT post_id FROM media WHERE post_id IS NOT NULL)""",
    "keys of no post": "SELECT post_id FROM idempotency WHERE post_id NOT IN (SELECT id FROM posts)",
    "boosts without a mark": """
        SELECT id FROM posts WHERE boost_of_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM marks
            WHERE marks.account_id = posts.author_id AND marks.post_id = posts.boost_of_id AND boost_id = posts.id)""",
}
ON_SQLITE = {"words of no post": "SELECT id FROM post_words_docsize WHERE id NOT IN (SELECT id FROM posts)"}
ON_POSTGRESQL = {"words of no post": "SELECT rowid FROM post_words WHERE rowid NOT IN (SELECT id FROM posts)"}


def disagreements(db: Connection) -> Iterator[str]:
    """Everything in which the tables do not agree with each other."""
    sqlite = db.dialect.name == "sqlite"
    if sqlite and (answer := db.execute(text("PRAGMA integrity_check")).fetchall()) != [("ok",)]:
        yield f"integrity_check: {answer[:3]}"
    for what, statement in (OUGHT_TO_BE_EMPTY | (ON_SQLITE if sqlite else ON_POSTGRESQL)).items():
        rows = db.execute(text(statement)).fetchall()
        if rows:
            yield f"{what}: {len(rows)}, such as {rows[0]}"


def files_of_pictures(db: Connection) -> dict[str, str]:
    """Each file that a picture's row names, and of which picture it is."""
    rows = db.execute(text("SELECT id, state, file, small FROM media WHERE kind = 'image'"))
    return {name: f"picture {id_} ({state})" for id_, state, *files in rows for name in files if name}


def spoiled_files(db: Connection, media: Path) -> Iterator[str]:
    """Files of pictures that are missing or not whole."""
    for name, whose in files_of_pictures(db).items():
        try:
            with Image.open(media / name) as one:
                one.load()
        except OSError as wrong:
            yield f"file {name} of {whose}: {wrong}"


def strays(db: Connection, media: Path) -> Iterator[str]:
    """Files that belong to no picture."""
    known = files_of_pictures(db)
    for path in media.rglob("*"):
        if path.is_file() and path.relative_to(media).as_posix() not in known:
            yield f"file {path.relative_to(media)} belongs to nothing"
