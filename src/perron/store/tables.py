"""The whole schema on one page. Each table names the room that writes to it; anyone may read.

Ids sort by time of birth (`kit.ids`), so no table keeps a `created_at` beside its id. Other times are milliseconds since
1970. Lists and records that are never searched are JSON text. `fragment` columns hold what is shown of a row, rendered
once (see `entities/`). A partial index says its condition once; PostgreSQL takes it over (`postgresql.py`).
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")  # SQLite: an integer primary key is the row's own address
Ms = BigInteger


def _key(name: str = "id") -> Column[int]:
    return Column(name, Id, primary_key=True, autoincrement=False)


def _ref(name: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=null, primary_key=key, autoincrement=False)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _flag(name: str, *, on: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=true() if on else false())


def _text(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _maybe(name: str) -> Column[Any]:
    return Column(name, Text)


# -- people ------------------------------------------------------------------------------------------------------------

accounts = Table(                                         # what every page reads comes first: late columns cost more
    "accounts", metadata,
    _key(),
    _text("state", "active"),                             # pending, active, disabled, suspended, deleted
    _count("followers_count"), _count("following_count"), _count("posts_count"),
    Column("last_post_at", Ms),
    _count("stamp"), Column("fragment", LargeBinary),
    Column("handle", Text, nullable=False, unique=True),  # lower case: "ada", or "ada@far.example"
    _text("username"),
    _maybe("domain"),                                     # NULL: here
    _maybe("uri"),                                        # NULL: made from the id
    _maybe("url"),
    _text("kind", "person"),                              # person, brand, bot
    _text("display_name"),
    _text("note"),                                        # as written; HTML when from elsewhere
    _text("fields", "[]"),                                # [[name, value, verified_at ms or null], …]
    _text("avatar"), _text("header"),                     # keys of kept files; "" is the drawn default
    _text("avatar_description"), _text("header_description"),
    _text("color"),
    _flag("locked"), _flag("discoverable"), _flag("indexable"), _flag("hide_collections"), _flag("silenced"),
    _text("default_visibility", "public"), _text("default_language"), _flag("default_sensitive"),
    _text("quote_policy", "public"),
    _count("requests_count"),                             # follow requests that wait for an answer
    _flag("has_filters"), _flag("has_thread_mutes"),      # so that nobody else pays for looking
    _count("credits_count"),                              # how often others named it as their source ("via")
    _text("also_known_as", "[]"), _ref("moved_to_id", null=True),  # addresses of this person elsewhere; where they are now
    _text("attribution_domains", "[]"),                   # sites whose pages may name this account as their author
    _flag("show_media", on=True), _flag("show_media_replies", on=True), _flag("show_featured", on=True),
    _flag("sensitized"),                                  # all it shows is veiled, by decision of moderators
    _text("avatar_still"), _text("header_still"),         # a frame of a picture that moves
    Index("ix_accounts_heard", "last_post_at", "id", sqlite_where=text("state = 'active'")),
    Index("ix_accounts_followed", "followers_count", "id", sqlite_where=text("state = 'active'")),
    Index("ix_accounts_moved", "moved_to_id", sqlite_where=text("moved_to_id IS NOT NULL")),
    info={"owner": "people"},
)
users = Table(
    "users", metadata,
    _key(),
    Column("email", Text, nullable=False, unique=True),   # lower case
    _text("password"),                                    # argon2id
    _text("locale", "fr"),
    _text("role", "user"),                                # user, moderator, admin, owner
    _text("state", "active"),                             # pending (waits for approval), active, disabled
    _text("reason"),                                      # why they wish to join
    _ref("invitation_id", null=True),                     # by which they came
    _text("preferences", "{}"),
    Column("seen_at", Ms),
    _text("totp"), _count("totp_step"),                   # sealed secret ("" is off), and the last step that was used
    _text("recovery", "[]"),                              # fingerprints of codes that each open the door once
    Column("confirmed_at", Ms, server_default=text("1")),  # when the address was proved theirs; 1: nobody asked; NULL: not yet
    _ref("app_id", null=True),                            # the app that signed them up
    Index("ix_users_invitation", "invitation_id", sqlite_where=text("invitation_id IS NOT NULL")),
    info={"owner": "people"},
)
email_confirmations = Table(                              # an address that waits for the proof that it is theirs
    "email_confirmations", metadata,
    Column("hash", LargeBinary, primary_key=True),
    _ref("user_id"), _text("email"), Column("expires_at", Ms, nullable=False),
    Index(None, "user_id"),
    info={"owner": "people"},
)
passkeys = Table(
    "passkeys", metadata,
    _key(), _ref("user_id"),
    Column("credential", LargeBinary, nullable=False, unique=True), Column("public_key", LargeBinary, nullable=False),
    _count("uses"), _text("name"), Column("seen_at", Ms),
    Index(None, "user_id"),
    info={"owner": "people"},
)
memberships = Table(
    "memberships", metadata,
    _ref("user_id", key=True), _ref("account_id", key=True),
    _text("role", "owner"),                               # owner, editor, author, analyst: people/may.py
    _flag("team"),                                        # others speak for it too: it is written down who wrote what
    Index(None, "account_id"),
    info={"owner": "people"},
)
invitations = Table(
    "invitations", metadata,
    _key(),
    Column("code", LargeBinary, nullable=False, unique=True),
    _ref("user_id", null=True),                           # who invites; NULL: the server itself
    _text("role", "user"),
    Column("uses_left", Integer), Column("expires_at", Ms),
    info={"owner": "people"},
)
sessions = Table(                                         # a browser that is signed in
    "sessions", metadata,
    _key(),
    Column("hash", LargeBinary, nullable=False, unique=True),
    _ref("user_id"), _ref("account_id"),
    _text("browser"), Column("seen_at", Ms), Column("expires_at", Ms, nullable=False),
    Index(None, "user_id"),
    info={"owner": "people"},
)
apps = Table(
    "apps", metadata,
    _key(),
    Column("client_id", Text, nullable=False, unique=True),
    Column("secret", LargeBinary, nullable=False),
    _text("name"), _maybe("website"), _text("redirect_uris"), _text("scopes", "read"),
    info={"owner": "people"},
)
grants = Table(                                           # an authorization code, for ten minutes and one use
    "grants", metadata,
    Column("hash", LargeBinary, primary_key=True),
    _ref("app_id"), _ref("user_id"), _ref("account_id"),
    _text("redirect_uri"), _text("scopes"), _maybe("challenge"),
    Column("expires_at", Ms, nullable=False), Column("token_id", BigInteger),
    info={"owner": "people"},
)
tokens = Table(
    "tokens", metadata,
    _key(),
    Column("hash", LargeBinary, nullable=False, unique=True),
    _ref("app_id"), _ref("user_id", null=True), _ref("account_id", null=True),  # both NULL: the app for itself
    _text("scopes"), Column("seen_at", Ms),
    Index(None, "user_id"), Index(None, "account_id"),
    info={"owner": "people"},
)
follows = Table(
    "follows", metadata,
    _ref("follower_id", key=True), _ref("target_id", key=True), _ref("id"),
    _flag("boosts", on=True), _flag("notify"), _text("languages"), _maybe("uri"),
    Index(None, "target_id", "id"), Index(None, "follower_id", "id"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
follow_requests = Table(
    "follow_requests", metadata,
    _ref("follower_id", key=True), _ref("target_id", key=True), _ref("id"),
    _flag("boosts", on=True), _flag("notify"), _text("languages"), _maybe("uri"),
    Index(None, "target_id", "id"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
follow_hours = Table(                                     # how often an account followed or left somebody, hour by hour
    "follow_hours", metadata,
    _ref("account_id", key=True), Column("hour", Integer, primary_key=True, autoincrement=False), _count("times"),
    Index(None, "hour"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
severances = Table(                                       # follows that ended because of what happened to a server or an account
    "severances", metadata,
    _key(), _ref("account_id"),
    _text("kind"), _text("target"),                       # domain_block, user_domain_block, account_suspension; its name
    _count("followers_count"), _count("following_count"),
    Index(None, "account_id"),
    info={"owner": "people"},
)
endorsements = Table(                                     # people whom an account shows on its profile
    "endorsements", metadata,
    _ref("owner_id", key=True), _ref("target_id", key=True), _ref("id"),
    Index(None, "target_id"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
collections = Table(                                      # accounts that somebody recommends together
    "collections", metadata,
    _key(), _ref("account_id"),
    _text("name"), _text("description"), _text("language"), _text("topic"),  # topic: a tag, as it was typed
    _flag("sensitive"), _flag("discoverable"), Column("changed_at", Ms, nullable=False),
    Index(None, "account_id", "id"),
    info={"owner": "people"},
)
collection_items = Table(
    "collection_items", metadata,
    _key(), _ref("collection_id"), _ref("account_id"),
    _text("state", "accepted"),                           # pending, accepted, rejected, revoked
    UniqueConstraint("collection_id", "account_id"), Index(None, "account_id"),
    info={"owner": "people"},
)
dismissed_suggestions = Table(                            # whom an account does not want to be suggested
    "dismissed_suggestions", metadata,
    _ref("account_id", key=True), _ref("target_id", key=True),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
blocks = Table(
    "blocks", metadata,
    _ref("owner_id", key=True), _ref("target_id", key=True), _ref("id"),
    Index(None, "target_id"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
mutes = Table(
    "mutes", metadata,
    _ref("owner_id", key=True), _ref("target_id", key=True), _ref("id"),
    _flag("notices", on=True), Column("expires_at", Ms),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
account_notes = Table(
    "account_notes", metadata,
    _ref("owner_id", key=True), _ref("target_id", key=True), _text("comment"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)
account_domain_blocks = Table(
    "account_domain_blocks", metadata,
    _ref("owner_id", key=True), Column("domain", Text, primary_key=True), _ref("id"),
    info={"owner": "people"}, sqlite_with_rowid=False,
)

# -- media -------------------------------------------------------------------------------------------------------------

media = Table(
    "media", metadata,
    _key(),
    _ref("account_id"), _ref("post_id", null=True), _count("position"),
    _text("kind", "image"),                               # image, gifv, video, audio, unknown
    _text("state", "ready"),                              # waiting, ready, failed
    _text("file"), _text("small"), _text("mime"), Column("bytes", BigInteger, nullable=False, server_default=text("0")),
    _text("remote_url"), _text("description"), _text("blurhash"), _text("meta", "{}"),
    Column("focus_x", Float), Column("focus_y", Float),
    _maybe("keeper"),                                     # who keeps it though no post shows it ("bank"); NULL: nobody
    _ref("source_id", null=True),                         # the upload whose files it shares, while that is there
    Index(None, "post_id"), Index(None, "account_id", "post_id"),
    Index("ix_media_loose", "id", sqlite_where=text("post_id IS NULL AND keeper IS NULL")),
    Index("ix_media_source", "source_id", sqlite_where=text("source_id IS NOT NULL")),
    info={"owner": "media"},
)
emojis = Table(
    "emojis", metadata,
    _key(),
    _text("shortcode"), _text("domain"), _text("file"), _text("category"), _flag("visible", on=True),
    UniqueConstraint("shortcode", "domain"),
    info={"owner": "media"},
)

# -- posts -------------------------------------------------------------------------------------------------------------

posts = Table(
    "posts", metadata,
    _key(),
    _ref("author_id"),
    _text("visibility", "public"),                        # public, unlisted, followers, mentioned
    _ref("boost_of_id", null=True), _ref("thread_id", null=True),
    _count("replies_count"), _count("boosts_count"), _count("favourites_count"), _count("quotes_count"),
    _flag("has_poll"),
    _count("stamp"), Column("fragment", LargeBinary),
    _flag("listed"),                                      # has its place in public timelines: public, no boost, no reply to others
    _flag("here"),                                        # written on this server
    _flag("has_media"), _flag("has_tags"), _flag("indexed"),
    _ref("reply_to_id", null=True), _ref("reply_to_account_id", null=True),
    _ref("quote_of_id", null=True), _ref("via_id", null=True),
    _ref("app_id", null=True), Column("edited_at", Ms),
    _flag("sensitive"),
    _text("quote_policy", "public"),
    _maybe("uri"), _maybe("url"), _maybe("html"),         # NULL for posts written here: made from id and text
    _text("text"), _text("warning"), _text("language"),
    _text("quote_state"),                                 # of a post that quotes: pending, accepted, rejected, revoked
    _ref("card_id", null=True), _text("card_title"),      # the page it links to, and the title its author gave it
    _text("tie"), _text("tied_to"), _text("tied_url"),    # what is disclosed: sponsor or employer, who, where; once
    _text("byline"),                                      # the guest who wrote it, where they are named
    Index(None, "author_id", "id"),
    Index("ix_posts_thread", "thread_id", "id"),
    Index("ix_posts_boosts", "boost_of_id", "author_id", sqlite_where=text("boost_of_id IS NOT NULL")),
    Index("ix_posts_quotes", "quote_of_id", "id", sqlite_where=text("quote_of_id IS NOT NULL")),
    Index("ix_posts_via", "via_id", "id", sqlite_where=text("via_id IS NOT NULL")),
    Index("ix_posts_tied", "author_id", "tied_to", "id", sqlite_where=text("tie = 'sponsor'")),
    Index("ix_posts_card", "card_id", sqlite_where=text("card_id IS NOT NULL")),
    Index("ix_posts_listed", "id", "author_id", sqlite_where=text("listed")),
    Index("ix_posts_written", "author_id", "id", sqlite_where=text("boost_of_id IS NULL AND visibility IN ('public', 'unlisted')")),
    Index("uq_posts_uri", "uri", unique=True, sqlite_where=text("uri IS NOT NULL")),
    info={"owner": "posts"},
)
cards = Table(                                            # pages that posts link to, read once for all of them
    "cards", metadata,
    _key(),
    Column("hash", LargeBinary, nullable=False, unique=True), _text("url"),
    _text("state", "waiting"),                            # waiting, ready, failed
    _text("kind", "link"), _text("title"), _text("description"), _text("author"), _text("author_url"), _text("provider"),
    _text("language"), _text("image"), _text("image_description"), _count("width"), _count("height"), _text("blurhash"),
    Column("fetched_at", Ms),
    _text("creator"),                                     # the handle that the page itself names as its author's
    Index("ix_cards_creator", "creator", sqlite_where=text("creator <> ''")),
    info={"owner": "posts"},
)
drafts = Table(                                           # what somebody has begun to write: a thread of one or more
    "drafts", metadata,
    _key(), _ref("user_id"), _ref("account_id"),
    _text("body", "{}"), _count("version"), Column("changed_at", Ms, nullable=False),
    Index(None, "account_id", "id"), Index(None, "user_id"),
    info={"owner": "posts"},
)
draft_versions = Table(                                   # what a draft was before, now and then
    "draft_versions", metadata,
    _ref("draft_id", key=True), Column("version", Integer, primary_key=True, autoincrement=False),
    _ref("user_id"), _text("body", "{}"), Column("at", Ms, nullable=False),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
draft_media = Table(                                      # files that a draft names: not cleared away while it exists
    "draft_media", metadata,
    _ref("draft_id", key=True), _ref("media_id", key=True),
    Index(None, "media_id"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
scheduled_posts = Table(                                  # what a job will publish when it is due
    "scheduled_posts", metadata,
    _key(), _ref("account_id"), _ref("app_id", null=True),
    Column("due", Ms, nullable=False), _text("draft", "{}"), _text("error"),
    _ref("user_id", null=True),                           # who planned it
    _text("thread", "[]"),                                # several drafts; `draft` then has no words of its own
    _text("wall"), _text("zone"), _count("fold"),         # what clocks will show: due is computed from it; "" is a moment alone
    _text("rules"),                                       # the digest of the zone's rules by which it was computed
    _text("held"),                                        # what holds it back, as words: "queue crisis"; "" is nothing
    _flag("queued"),                                      # its time is a slot of the queue
    _ref("series_id", null=True), _text("note"), _count("version"),
    Index(None, "account_id", "id"), Index(None, "due"),
    Index("ix_scheduled_posts_zone", "zone", "rules", sqlite_where=text("zone <> ''")),
    info={"owner": "posts"},
)
scheduled_media = Table(                                  # files that wait with them: not cleared away before
    "scheduled_media", metadata,
    _ref("scheduled_id", key=True), _ref("media_id", key=True),
    Index(None, "media_id"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
mentions = Table(
    "mentions", metadata,
    _ref("post_id", key=True), _ref("account_id", key=True),
    Index(None, "account_id", "post_id"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
tags = Table(
    "tags", metadata,
    _key(),
    Column("key", Text, nullable=False, unique=True), _text("name"),  # folded, and as first typed
    _count("posts_count"), Column("last_post_at", Ms),
    _flag("usable", on=True), _flag("listable", on=True),  # moderators: may be borne by posts; may be found and suggested
    info={"owner": "posts"},
)
post_tags = Table(
    "post_tags", metadata,
    _ref("tag_id", key=True), _ref("post_id", key=True), _ref("author_id"), _flag("listed"),
    Index(None, "post_id"), Index(None, "author_id", "tag_id"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
tag_days = Table(                                         # uses of a tag, day by day
    "tag_days", metadata,
    _ref("tag_id", key=True), Column("day", Integer, primary_key=True, autoincrement=False),
    _count("uses"), _count("people"),
    Index(None, "day"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
card_days = Table(                                        # who links to a page, day by day
    "card_days", metadata,
    _ref("card_id", key=True), Column("day", Integer, primary_key=True, autoincrement=False),
    _count("uses"), _count("people"),
    Index(None, "day"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
publishers = Table(                                       # sites whose pages are linked to
    "publishers", metadata,
    _key(), Column("domain", Text, nullable=False, unique=True),
    info={"owner": "posts"},
)
trends = Table(                                           # what is talked about now; a job writes it anew
    "trends", metadata,
    Column("kind", Text, primary_key=True),               # tag, post, link
    _ref("subject_id", key=True),
    Column("score", Float, nullable=False), _count("position"), _flag("allowed"), _text("language"),
    _count("people"), _count("usual"),                    # how many lately; how many in as long a time as a rule
    Index(None, "kind", "position"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
trend_reviews = Table(                                    # what moderators said of it, kept when it is not talked about any more
    "trend_reviews", metadata,
    Column("kind", Text, primary_key=True),               # tag, post, link, publisher, account
    _ref("subject_id", key=True),
    Column("allowed", Boolean),                           # NULL: review was asked for
    Column("at", Ms, nullable=False),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
featured_tags = Table(                                    # tags that an account shows on its profile
    "featured_tags", metadata,
    _key(), _ref("account_id"), _ref("tag_id"), _text("name"),
    UniqueConstraint("account_id", "tag_id"),
    info={"owner": "posts"},
)
polls = Table(
    "polls", metadata,
    _key(),                                               # the post's id
    Column("expires_at", Ms), _flag("multiple"), _flag("hide_totals"), _flag("closed"),
    _text("options", "[]"), _text("tally", "[]"), _count("voters_count"),
    info={"owner": "posts"},
)
votes = Table(
    "votes", metadata,
    _ref("poll_id", key=True), _ref("account_id", key=True), _text("choices", "[]"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
marks = Table(                                            # what one account did with one post; the ids date and order it
    "marks", metadata,
    _ref("account_id", key=True), _ref("post_id", key=True),
    _ref("favourite_id", null=True), _ref("bookmark_id", null=True), _ref("boost_id", null=True), _ref("pin_id", null=True),
    Index("ix_marks_favourites", "account_id", "favourite_id", sqlite_where=text("favourite_id IS NOT NULL")),
    Index("ix_marks_bookmarks", "account_id", "bookmark_id", sqlite_where=text("bookmark_id IS NOT NULL")),
    Index("ix_marks_pins", "account_id", "pin_id", sqlite_where=text("pin_id IS NOT NULL")),
    Index("ix_marks_favourited", "post_id", "favourite_id", sqlite_where=text("favourite_id IS NOT NULL")),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
thread_mutes = Table(
    "thread_mutes", metadata,
    _ref("account_id", key=True), _ref("thread_id", key=True),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
post_edits = Table(                                       # what a post was before each change
    "post_edits", metadata,
    _key(), _ref("post_id"),
    _text("text"), _text("html"), _text("warning"), _flag("sensitive"), _text("media", "[]"), _text("poll"),
    Index(None, "post_id", "id"),
    info={"owner": "posts"},
)
post_writers = Table(                                     # who wrote it, where several people speak for the account
    "post_writers", metadata,
    _ref("post_id", key=True), _ref("user_id"),
    Index(None, "user_id", "post_id"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)
idempotency = Table(
    "idempotency", metadata,
    _ref("account_id", key=True), Column("key", LargeBinary, primary_key=True), _ref("post_id"), Column("at", Ms, nullable=False),
    Index(None, "at"),
    info={"owner": "posts"}, sqlite_with_rowid=False,
)

# -- timelines ---------------------------------------------------------------------------------------------------------

notices = Table(
    "notices", metadata,
    _key(),
    _ref("account_id"), Column("type", Text, nullable=False), _ref("from_id"),
    Column("post_id", BigInteger, key="about_id", nullable=False, server_default=text("0")),
    # about_id: a post or, by its type, a report, a decision, a severance, a collection, a story; 0
    _text("group_key"), _flag("filtered"),
    UniqueConstraint("account_id", "type", "from_id", "about_id"),
    Index(None, "account_id", "id"), Index(None, "about_id"), Index(None, "from_id"),
    info={"owner": "timelines"},
)
notice_policies = Table(                                  # from whom one is told at once; else: kept apart, or not at all
    "notice_policies", metadata,
    _ref("account_id", key=True),
    _text("not_followed", "accept"), _text("not_followers", "accept"), _text("new_accounts", "accept"),
    _text("private_mentions", "filter"), _text("limited_accounts", "filter"), _text("bots", "accept"),
    info={"owner": "timelines"}, sqlite_with_rowid=False,
)
notice_requests = Table(                                  # who is kept apart, since when
    "notice_requests", metadata,
    _ref("account_id", key=True), _ref("from_id", key=True), _ref("id"),
    Index(None, "account_id", "id"),
    info={"owner": "timelines"}, sqlite_with_rowid=False,
)
notice_permissions = Table(                               # who was let through in spite of the policy
    "notice_permissions", metadata,
    _ref("account_id", key=True), _ref("from_id", key=True), _ref("id"),
    info={"owner": "timelines"}, sqlite_with_rowid=False,
)
conversations = Table(                                    # one side of a talk among the mentioned
    "conversations", metadata,
    _key(),
    _ref("account_id"), _ref("thread_id"), _ref("last_post_id"), _text("with_ids", "[]"), _flag("unread", on=True),
    UniqueConstraint("account_id", "thread_id"), Index(None, "account_id", "last_post_id"),
    info={"owner": "timelines"},
)
markers = Table(
    "markers", metadata,
    _ref("account_id", key=True), Column("timeline", Text, primary_key=True),
    _ref("last_read_id"), _count("version"), Column("at", Ms, nullable=False),
    info={"owner": "timelines"}, sqlite_with_rowid=False,
)
lists = Table(
    "lists", metadata,
    _key(),
    _ref("owner_id"), _text("title"), _text("replies", "list"), _flag("exclusive"),  # replies: followed, list, none
    Index(None, "owner_id"),
    info={"owner": "timelines"},
)
list_members = Table(
    "list_members", metadata,
    _ref("list_id", key=True), _ref("account_id", key=True), _ref("id"),
    Index(None, "account_id"),
    info={"owner": "timelines"}, sqlite_with_rowid=False,
)
tag_follows = Table(
    "tag_follows", metadata,
    _ref("account_id", key=True), _ref("tag_id", key=True), _ref("id"),
    Index(None, "tag_id"),
    info={"owner": "timelines"}, sqlite_with_rowid=False,
)
filters = Table(
    "filters", metadata,
    _key(),
    _ref("account_id"), _text("title"), _text("contexts", "[]"), _text("action", "warn"), Column("expires_at", Ms),
    Index(None, "account_id"),
    info={"owner": "timelines"},
)
filter_words = Table(
    "filter_words", metadata,
    _key(), _ref("filter_id"), _text("keyword"), _flag("whole_word", on=True),
    Index(None, "filter_id"),
    info={"owner": "timelines"},
)
filter_posts = Table(
    "filter_posts", metadata,
    _key(), _ref("filter_id"), _ref("post_id"),
    UniqueConstraint("filter_id", "post_id"),
    info={"owner": "timelines"},
)
push_subscriptions = Table(
    "push_subscriptions", metadata,
    _key(),
    Column("token_id", BigInteger, nullable=False, unique=True), _ref("account_id"),
    _text("endpoint"), _text("p256dh"), _text("auth"), _text("alerts", "{}"), _text("policy", "all"), _flag("standard"),
    _text("token"),                                       # sealed: the device knows by it which of its accounts is told
    Index(None, "account_id"),
    info={"owner": "timelines"},
)

# -- moderation --------------------------------------------------------------------------------------------------------

rules = Table(
    "rules", metadata,
    _key(), _count("position"), _text("text"), _text("hint"), _flag("dropped"),
    info={"owner": "moderation"},
)
reports = Table(
    "reports", metadata,
    _key(),
    _ref("reporter_id"), _ref("target_id"),
    _text("category", "other"),                           # spam, legal, violation, other
    _text("comment"), _text("rules", "[]"), _text("posts", "[]"),  # ids
    _text("state", "open"), _ref("taken_by", null=True), _ref("closed_by", null=True), Column("closed_at", Ms),
    Index(None, "state", "id"), Index(None, "target_id"), Index(None, "reporter_id"),
    info={"owner": "moderation"},
)
report_notes = Table(
    "report_notes", metadata,
    _key(), _ref("report_id"), _ref("by_id"), _text("text"),
    Index(None, "report_id"),
    info={"owner": "moderation"},
)
strikes = Table(                                          # what was decided about an account, and by which rule
    "strikes", metadata,
    _key(),
    _ref("target_id"), _ref("by_id"), _ref("report_id", null=True),
    _text("action"),                                      # warn, sensitive, delete_posts, veil, limit, disable, suspend
    _text("text"), _text("rules", "[]"), _text("posts", "[]"), Column("undone_at", Ms),
    Index(None, "target_id", "id"), Index(None, "report_id"),
    info={"owner": "moderation"},
)
appeals = Table(
    "appeals", metadata,
    _key(),
    Column("strike_id", BigInteger, nullable=False, unique=True), _ref("account_id"), _text("text"),
    _text("state", "open"),                               # open, granted, refused
    _ref("decided_by", null=True), Column("decided_at", Ms), _text("answer"),
    Index(None, "state", "id"),
    info={"owner": "moderation"},
)
audit = Table(                                            # who decided what; rows are never changed
    "audit", metadata,
    _key(),
    _ref("by_id", null=True), _text("verb"), _text("subject"), _ref("subject_id", null=True), _text("label"),
    _text("detail", "{}"),
    Index(None, "subject", "subject_id"), Index(None, "by_id", "id"),
    info={"owner": "moderation"},
)
domain_rules = Table(
    "domain_rules", metadata,
    _key(),
    Column("domain", Text, nullable=False, unique=True),
    _text("severity", "silence"),                         # none, silence, suspend
    _flag("reject_media"), _flag("reject_reports"), _text("public_comment"), _text("private_comment"), _flag("obscured"),
    info={"owner": "moderation"},
)
domain_allows = Table(                                    # servers that are spoken with where only these are
    "domain_allows", metadata,
    _key(), Column("domain", Text, nullable=False, unique=True),
    info={"owner": "moderation"},
)
email_domain_blocks = Table(
    "email_domain_blocks", metadata,
    _key(), Column("domain", Text, nullable=False, unique=True), _flag("allow_with_approval"),
    info={"owner": "moderation"},
)
email_domain_days = Table(                                # sign-ups that a blocked domain met with, day by day
    "email_domain_days", metadata,
    _ref("block_id", key=True), Column("day", Integer, primary_key=True, autoincrement=False), _count("times"),
    info={"owner": "moderation"}, sqlite_with_rowid=False,
)
email_blocks = Table(                                     # addresses that nobody may join with, as digests of their plain form
    "email_blocks", metadata,
    _key(), Column("hash", Text, nullable=False, unique=True), _ref("account_id", null=True),
    info={"owner": "moderation"},
)
ip_blocks = Table(
    "ip_blocks", metadata,
    _key(), Column("network", Text, nullable=False, unique=True),
    _text("severity"),                                    # sign_up_requires_approval, sign_up_block, no_access
    _text("comment"), Column("expires_at", Ms),
    info={"owner": "moderation"},
)
announcements = Table(
    "announcements", metadata,
    _key(),
    _text("text"), Column("starts_at", Ms), Column("ends_at", Ms), _flag("all_day"),
    Column("published_at", Ms), Column("changed_at", Ms),
    info={"owner": "moderation"},
)
announcement_reads = Table(
    "announcement_reads", metadata,
    _ref("account_id", key=True), _ref("announcement_id", key=True),
    info={"owner": "moderation"}, sqlite_with_rowid=False,
)
announcement_reactions = Table(
    "announcement_reactions", metadata,
    _ref("announcement_id", key=True), Column("name", Text, primary_key=True), _ref("account_id", key=True),
    _ref("id"),
    Index(None, "account_id"),
    info={"owner": "moderation"}, sqlite_with_rowid=False,
)
server_settings = Table(                                  # what was decided on pages; it stands over the file
    "server_settings", metadata,
    Column("name", Text, primary_key=True), _text("value", "null"), Column("at", Ms, nullable=False),
    info={"owner": "moderation"}, sqlite_with_rowid=False,
)

# -- suite -------------------------------------------------------------------------------------------------------------

archives = Table(                                         # a person's own data, packed for them to take along
    "archives", metadata,
    _key(), _ref("user_id"), _ref("account_id"),
    _text("state", "waiting"),                            # waiting, packing, ready, failed, cancelled
    _count("done"), _count("of"), _text("file"), Column("bytes", BigInteger, nullable=False, server_default=text("0")),
    Column("ready_at", Ms),
    Index(None, "account_id"), Index(None, "user_id"),
    info={"owner": "suite"},
)
banks = Table(                                            # pictures and clips that an account keeps to publish from
    "banks", metadata,
    _key(), Column("account_id", BigInteger, nullable=False, unique=True),
    _count("items_count"), Column("changed_at", Ms, nullable=False),
    info={"owner": "suite.atelier.bank"},
)
bank_items = Table(
    "bank_items", metadata,
    _key(),                                               # the id of its upload in media
    _ref("bank_id"), _ref("account_id"),                  # whose it is, and for whom it was put in
    Column("hash", LargeBinary, nullable=False),          # SHA-256 of the file as it came
    _text("kind", "image"), _text("shape"),               # shape: landscape, portrait, square; "" is not known
    _text("name"),                                        # what the file was called
    _text("credit"), _text("place"), _text("people", "[]"), _text("caption"), _text("alt"),
    _text("tags", "[]"), _text("album"), _text("note"),
    _text("date"),                                        # EDTF; "" is not known
    Column("begins", Integer, nullable=False, server_default=text("99999999")),  # 18980101; 99999999: no date
    Column("ends", Integer, nullable=False, server_default=text("0")),           # 18981231; 0: no date
    _count("usable_until"), _text("usable_by"),           # 20271231; 0: no end is known; who may use it
    _ref("box_id", null=True), _text("sender"),           # the drop-box it came by, and who sent it
    _ref("import_id", null=True),
    _count("uses_count"), Column("changed_at", Ms, nullable=False),
    UniqueConstraint("bank_id", "hash"),
    Index(None, "bank_id", "id"),  # the others hold all that is asked of who is walked by
    Index(None, "bank_id", "begins", "id", "ends", "usable_until"),
    Index(None, "bank_id", "ends", "id", "begins", "usable_until"),
    Index("ix_bank_items_import", "import_id", "id", sqlite_where=text("import_id IS NOT NULL")),
    Index("ix_bank_items_box", "box_id", "id", sqlite_where=text("box_id IS NOT NULL")),
    info={"owner": "suite.atelier.bank"},
)
bank_terms = Table(                                       # people, places, credits, tags and albums of a bank, to offer
    "bank_terms", metadata,
    _ref("bank_id", key=True), Column("kind", Text, primary_key=True), Column("key", Text, primary_key=True),
    _text("name"), _count("items_count"),
    Index(None, "bank_id", "kind", "items_count"),
    info={"owner": "suite.atelier.bank"}, sqlite_with_rowid=False,
)
bank_uses = Table(                                        # where a picture of a bank was published
    "bank_uses", metadata,
    _ref("item_id", key=True), _ref("post_id", key=True),
    Index(None, "post_id"),
    info={"owner": "suite.atelier.bank"}, sqlite_with_rowid=False,
)
bank_boxes = Table(                                       # links by which somebody without an account sends pictures in
    "bank_boxes", metadata,
    _key(), _ref("bank_id"), _ref("account_id"),
    Column("hash", LargeBinary, nullable=False, unique=True), _text("code"),  # the code's fingerprint; the code, sealed
    _text("name"), _text("word"),                         # what it is for; a word to those who send
    _text("credit"), _text("place"), _text("tags", "[]"),  # what is put down for all that comes
    Column("expires_at", Ms, nullable=False), Column("ended_at", Ms), _count("most"), _count("taken"),
    Index(None, "bank_id", "id"),
    info={"owner": "suite.atelier.bank"},
)
bank_imports = Table(                                     # many files put in at once
    "bank_imports", metadata,
    _key(), _ref("bank_id"), _ref("account_id"),
    _text("kind", "files"), _text("state", "open"),       # files, zip; open, working, done, cancelled, failed
    _text("name"), _text("file"), _text("about", "{}"),   # file: the raw zip; about: what is put down for all of them
    _count("of"), _count("done"), _count("added"), _count("doubles"), _text("wrong", "[]"),  # wrong: [[file, why], …]
    _text("captions", "{}"),                              # by file name, of a table that came with it
    Index(None, "bank_id", "id"),
    info={"owner": "suite.atelier.bank"},
)

decks = Table(                                            # columns side by side, as one user arranged them for one account
    "decks", metadata,
    _key(), _ref("user_id"), _ref("account_id"),
    _text("name"), _text("body", "{}"), _count("version"), Column("changed_at", Ms, nullable=False),
    Index(None, "account_id", "user_id"), Index(None, "user_id"),
    info={"owner": "suite.atelier.deck"},
)
organisations = Table(                                    # a house of several brands, and the people who work for them
    "organisations", metadata,
    _key(), _text("name"), _flag("two_factor"),           # two_factor: whoever has no second step speaks for no brand
    info={"owner": "suite.teams"},
)
organisation_members = Table(
    "organisation_members", metadata,
    _ref("organisation_id", key=True), _ref("user_id", key=True),
    _text("role", "member"),                              # owner, member
    _text("initials"),                                    # under what they write, where a brand shows who writes
    Index(None, "user_id"),
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
organisation_brands = Table(
    "organisation_brands", metadata,
    _ref("account_id", key=True), _ref("organisation_id"),
    _flag("four_eyes", on=True),                          # nobody approves what they wrote
    _flag("byline"),                                      # what is published ends with its writer's initials
    Column("paused_at", Ms), _ref("paused_by", null=True),
    Index(None, "organisation_id"),
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
brand_roles = Table(                                      # who may what for a brand; a membership comes of it
    "brand_roles", metadata,
    _ref("account_id", key=True), _ref("user_id", key=True), _ref("organisation_id"), _text("role", "analyst"),
    Index(None, "organisation_id", "user_id"),
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
organisation_invitations = Table(
    "organisation_invitations", metadata,
    _key(), _ref("organisation_id"), Column("code", LargeBinary, nullable=False, unique=True), _ref("by_id"),
    _text("email"), _text("role", "member"), _text("roles", "{}"),  # roles: of brands, by account
    _count("uses_left"), Column("expires_at", Ms, nullable=False),
    Index(None, "organisation_id"),
    info={"owner": "suite.teams"},
)
submissions = Table(                                      # a draft that was handed in, and what was said about it
    "submissions", metadata,
    _key(), _ref("organisation_id"), _ref("account_id"), Column("draft_id", BigInteger, nullable=False, unique=True),
    _ref("user_id"), _text("state", "waiting"),           # waiting, changes, approved, published, withdrawn
    Column("due", Ms), Column("embargo", Ms),             # when to publish it by itself; not before this
    _text("approved"), _ref("approved_by", null=True),    # the fingerprint that was approved
    _ref("guest_id", null=True),                          # who wrote it from outside; user_id is 0 then
    _text("bundle"), _text("posts", "[]"), _text("error"),  # bundle: variants of which one or all go out; posts: ids
    Index(None, "account_id", "state", "id"), Index(None, "organisation_id", "id"),
    info={"owner": "suite.teams"},
)
submission_lines = Table(                                 # its history and the talk about it; rows are never changed
    "submission_lines", metadata,
    _key(), _ref("submission_id"), _ref("user_id", null=True), _text("name"),  # name: of a client
    _text("verb"), _text("text"), _flag("inside", on=True), _text("fingerprint"),
    Index(None, "submission_id", "id"),
    info={"owner": "suite.teams"},
)
submission_links = Table(                                 # by which a client reads one submission, and answers
    "submission_links", metadata,
    Column("code", LargeBinary, primary_key=True), _ref("submission_id"), _text("name"),
    Column("expires_at", Ms, nullable=False),
    Index(None, "submission_id"),
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
outside_links = Table(                                    # by which somebody outside does one thing: write, look, read
    "outside_links", metadata,
    _key(), _ref("organisation_id"), _text("kind"), _ref("about_id"),  # guest, campaign, sponsor; which one
    Column("code", LargeBinary, nullable=False, unique=True), _text("name"), Column("expires_at", Ms, nullable=False),
    Index(None, "kind", "about_id"), Index(None, "organisation_id"),
    info={"owner": "suite.teams"},
)
guests = Table(                                           # somebody from outside who is asked to write for a brand
    "guests", metadata,
    _key(), _ref("organisation_id"), _ref("account_id"), _ref("by_id"), _text("name"), _text("brief"),
    _flag("named"), _count("posts_left"),                       # whether posts bear their name; how many they may still hand in
    Index(None, "organisation_id"),
    info={"owner": "suite.teams"},
)
campaigns = Table(                                        # what a brand does for one occasion or one client
    "campaigns", metadata,
    _key(), _ref("organisation_id"), _ref("account_id"), _text("name"), _text("brief"),
    Index(None, "organisation_id"),
    info={"owner": "suite.teams"},
)
campaign_items = Table(                                   # what was handed in, planned or published for it
    "campaign_items", metadata,
    _ref("campaign_id", key=True), _ref("item_id", key=True), _text("kind", "submission"),  # submission, post
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
campaign_readers = Table(                                 # users from outside who see one campaign and nothing else
    "campaign_readers", metadata,
    _ref("campaign_id", key=True), _ref("user_id", key=True), _text("name"),
    Index(None, "user_id"),
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
sponsors = Table(                                         # who pays for some posts of the brands of an organisation
    "sponsors", metadata,
    _key(), _ref("organisation_id"), _text("name"), _text("url"),
    UniqueConstraint("organisation_id", "name"),
    info={"owner": "suite.teams"},
)
proposals = Table(                                        # words that an organisation proposes to its people, as ambassadors
    "proposals", metadata,
    _key(), _ref("organisation_id"), _ref("by_id"), _text("text"), _text("url"), Column("until", Ms),
    Index(None, "organisation_id"),
    info={"owner": "suite.teams"},
)
kits = Table(                                             # what ambassadors of an organisation go by
    "kits", metadata,
    _ref("organisation_id", key=True), _text("guidelines"), _text("url"),
    _text("meeting"), _text("wall"), _text("zone"),       # the next meeting: where and what about, when by which clock
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
kit_pictures = Table(                                     # pictures that ambassadors may use; the key is that of the upload
    "kit_pictures", metadata,
    _key(), _ref("organisation_id"), _ref("account_id"), _text("description"), _text("credit"),
    Index(None, "organisation_id"), Index(None, "account_id"),
    info={"owner": "suite.teams"},
)
tickets = Table(                                          # what somebody said to a brand, until it is dealt with
    "tickets", metadata,
    _ref("account_id", key=True), _ref("post_id", key=True), _ref("from_id"),
    _text("kind", "mention"),                             # mention, message
    _text("state", "open"),                               # open, answered, done
    _ref("user_id", null=True), Column("answered_at", Ms), _ref("answered_by", null=True), _ref("answer_id", null=True),
    _ref("writing_by", null=True), Column("writing_until", Ms, nullable=False, server_default=text("0")), _count("version"),
    Column("asked_at", Ms), _text("satisfied"),           # whether the answer helped: asked by hand; yes, partly, no
    Index(None, "account_id", "state", "post_id"), Index(None, "post_id"),
    info={"owner": "suite.teams"}, sqlite_with_rowid=False,
)
organisation_audit = Table(                               # who did what in an organisation; rows are never changed
    "organisation_audit", metadata,
    _key(), _ref("organisation_id"), _ref("account_id", null=True), _ref("by_id", null=True),  # by_id: a user
    _text("verb"), _text("label"), _text("detail", "{}"),
    Index(None, "organisation_id", "id"),
    info={"owner": "suite.teams"},
)

plan_queues = Table(                                      # how an account publishes by itself: by which clock, paused or not
    "plan_queues", metadata,
    _ref("account_id", key=True), _text("zone"), _flag("paused"), _count("warn_below"), Column("warned_at", Ms),
    info={"owner": "suite.atelier.plan"}, sqlite_with_rowid=False,
)
plan_slots = Table(                                       # the times of a week at which the queue publishes one thing
    "plan_slots", metadata,
    _ref("account_id", key=True), Column("day", Integer, primary_key=True, autoincrement=False),  # 0 is Monday
    Column("minute", Integer, primary_key=True, autoincrement=False),
    info={"owner": "suite.atelier.plan"}, sqlite_with_rowid=False,
)
plan_events = Table(                                      # what is prepared for: a cup, an election, a fair
    "plan_events", metadata,
    _key(), _ref("account_id"), _text("name"), _text("begins"), _text("ends"), _count("weeks"), _text("note"),
    Index(None, "account_id"),
    info={"owner": "suite.atelier.plan"},
)
plan_series = Table(                                      # a column that comes again: each weekday, each first Sunday
    "plan_series", metadata,
    _key(), _ref("account_id"), _text("name"), _text("tag"), _text("rule"), _text("begins"), _text("zone"),
    _text("template"), _flag("ended"),
    Index(None, "account_id"),
    info={"owner": "suite.atelier.plan"},
)
plan_posts = Table(                                       # posts that were published by a plan, and by which series
    "plan_posts", metadata,
    _ref("post_id", key=True), _ref("account_id"), _ref("series_id", null=True), Column("due", Ms, nullable=False),
    _flag("queued"), _text("wall"),                       # the time on the wall, with its zone
    Index(None, "account_id", "post_id"),
    Index("ix_plan_posts_series", "series_id", "post_id", sqlite_where=text("series_id IS NOT NULL")),
    info={"owner": "suite.atelier.plan"}, sqlite_with_rowid=False,
)
plan_figures = Table(                                     # what such a post had met with an hour, a day and a week after
    "plan_figures", metadata,
    _ref("post_id", key=True), Column("after", Integer, primary_key=True, autoincrement=False),  # hours
    _ref("account_id"), Column("at", Ms, nullable=False), _count("followers"),
    _count("tell"), _count("past"),                       # followers whose apps say how far they read; of these, past it
    _count("people"), _count("engaged"), _count("engaged_past"),  # who did something; of these, who followed; had read past it
    _count("favourites"), _count("boosts"), _count("replies"), _count("votes"),
    Index(None, "account_id", "after", "post_id"),
    info={"owner": "suite.atelier.plan"}, sqlite_with_rowid=False,
)

outlets = Table(                                          # where an account publishes besides here: a webhook, a feed, mail
    "outlets", metadata,
    _key(), _ref("account_id"), _text("kind", "webhook"), _text("name"),
    _text("url"), _text("secret"),                        # secret: sealed; what signs a webhook, or the address of a feed
    _text("former"), Column("former_until", Ms),          # the secret before, which signs as well for a day
    Column("code", LargeBinary, unique=True),             # of the address of a feed that is not for everybody
    _text("tells"), _flag("open"),                        # which changes a webhook hears of; whether anybody may come
    _text("state", "on"), _text("why"),                   # on, off; why: person, failing, gone
    Column("failing_since", Ms),
    Index(None, "account_id"),
    info={"owner": "suite.atelier.outlets"},
)
outlet_readers = Table(                                   # to whom an outlet writes, once they have said yes
    "outlet_readers", metadata,
    _key(), _ref("outlet_id"), Column("email", Text, nullable=False), _text("locale", "fr"),
    Column("asked_at", Ms, nullable=False), Column("confirmed_at", Ms), Column("left_at", Ms),
    UniqueConstraint("outlet_id", "email"),
    info={"owner": "suite.atelier.outlets"},
)
outlet_deliveries = Table(                                # what goes to one receiver of an outlet, and what became of it
    "outlet_deliveries", metadata,
    _key(), _ref("outlet_id"), _ref("account_id"), _ref("reader_id", null=True),
    _text("type", "post.published"), _text("posts", "[]"), _text("told"),  # told: what a webhook is told of a change
    _text("state", "waiting"),                            # waiting, sending, done, failed, unknown, dropped
    _count("tries"), _count("status"), _text("said"), Column("due", Ms), Column("changed_at", Ms, nullable=False),
    Index(None, "outlet_id", "id"),
    Index("ix_outlet_deliveries_sending", "changed_at", sqlite_where=text("state = 'sending'")),
    info={"owner": "suite.atelier.outlets"},
)
outlet_items = Table(                                     # what stands in a feed: a post, or the posts of a thread
    "outlet_items", metadata,
    _ref("outlet_id", key=True), _ref("post_id", key=True), _text("posts", "[]"),
    Index(None, "post_id"),
    info={"owner": "suite.atelier.outlets"}, sqlite_with_rowid=False,
)

chorus_lines = Table(                                     # what was made at once for several accounts: each thing, and with which others
    "chorus_lines", metadata,
    _ref("item_id", key=True), _ref("chorus_id"), _ref("account_id"),
    _text("kind", "plan"),                                # plan, post (the first of a thread), submission
    Index(None, "chorus_id"),
    info={"owner": "suite.atelier.chorus"}, sqlite_with_rowid=False,
)

stories = Table(                                          # what somebody tells with what others said: one address, in an order
    "stories", metadata,
    _key(), _ref("account_id"), _ref("user_id"),          # whose it is, and who began it
    _text("title"), _text("subtitle"), _text("language"),
    _text("theme", "limestone"), _text("accent"), _ref("cover_id", null=True),  # cover_id: an upload
    _text("state", "draft"),                              # draft, published
    _text("comments", "open"), _count("comments_days"),   # open, members, closed; after so many days, closed
    _count("items_count"), _count("version"),             # version: of what stands above the items
    Column("published_at", Ms), Column("changed_at", Ms, nullable=False),
    _ref("post_id", null=True),                           # the teller's post that tells of it, under which it is talked about
    Index("ix_stories_post", "post_id", sqlite_where=text("post_id IS NOT NULL")),
    Index(None, "account_id", "id"), Index("ix_stories_cover", "cover_id", sqlite_where=text("cover_id IS NOT NULL")),
    Index("ix_stories_published", "account_id", "published_at", sqlite_where=text("state = 'published'")),
    info={"owner": "suite.stories"},
)
story_items = Table(
    "story_items", metadata,
    _key(), _ref("story_id"), Column("rank", BigInteger, nullable=False),  # between those of its neighbours
    _text("kind", "text"),                                # heading, text, post, link, feed, photo, video, quotation, poll
    _text("body", "{}"), _count("version"), Column("changed_at", Ms, nullable=False),
    _ref("post_id", null=True), _ref("author_id", null=True),  # what is quoted, shown as it is now, and whose it is
    _ref("card_id", null=True), _ref("media_id", null=True),
    Index(None, "story_id", "rank"),
    Index("ix_story_items_post", "post_id", sqlite_where=text("post_id IS NOT NULL")),
    Index("ix_story_items_author", "author_id", "story_id", sqlite_where=text("author_id IS NOT NULL")),
    Index("ix_story_items_card", "card_id", sqlite_where=text("card_id IS NOT NULL")),
    Index("ix_story_items_media", "media_id", sqlite_where=text("media_id IS NOT NULL")),
    info={"owner": "suite.stories"},
)
story_people = Table(                                     # who is quoted in a story that was published, and what they decided
    "story_people", metadata,
    _ref("story_id", key=True), _ref("account_id", key=True),
    Column("told_at", Ms), Column("left_at", Ms), Column("named_at", Ms),  # left_at: they took themselves out; named_at: in a mention
    Index(None, "account_id"),
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_acts = Table(                                       # how to undo what was done to a story, for a while
    "story_acts", metadata,
    _key(), _ref("story_id"), _ref("user_id"), _text("back", "{}"), _flag("undone"),
    Index(None, "story_id", "id"),
    info={"owner": "suite.stories"},
)
story_days = Table(                                       # how often a story was read, day by day (UTC, since 1970)
    "story_days", metadata,
    _ref("story_id", key=True), Column("day", Integer, primary_key=True, autoincrement=False),
    _count("views"), _count("readers"), _count("quiet"),  # quiet: views of who asks not to be followed; of these, no reader is known
    _count("frames"), _count("machines"), _count("follows"),  # within other pages; robots and previews; who followed from it
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_depths = Table(                                     # how many readers came to this item and no further, and left by it
    "story_depths", metadata,
    _ref("story_id", key=True), _ref("item_id", key=True), Column("rank", BigInteger, nullable=False),  # where it stood
    _count("stopped"), _count("clicks"),
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_readers = Table(                                    # who read a story today, by a number that means nothing tomorrow
    "story_readers", metadata,
    _ref("story_id", key=True), Column("reader", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False), Column("seen_at", Ms, nullable=False),
    Column("item_id", BigInteger), Column("rank", BigInteger), _text("clicked"),  # how far they came, by what they left
    Column("side", Integer),                              # which of two titles they were shown; NULL: none is tried, or not known
    Index(None, "day"),
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_salts = Table(                                      # what makes such numbers of a day; it goes with the day
    "story_salts", metadata,
    Column("day", Integer, primary_key=True, autoincrement=False), Column("salt", LargeBinary, nullable=False),
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_seats = Table(                                      # who is at the desk of a story, and at which item
    "story_seats", metadata,
    _ref("story_id", key=True), _ref("user_id", key=True),
    Column("item_id", BigInteger, nullable=False, server_default=text("0")),  # 0: in none
    Column("until", Ms, nullable=False),
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_rivals = Table(                                     # a second title or cover, by turns with the first until that is settled
    "story_rivals", metadata,
    _ref("story_id", key=True), _text("title"), _ref("cover_id", null=True),  # empty: the same as the first
    Column("began_at", Ms, nullable=False), Column("ended_at", Ms), _text("kept"), _text("was"),  # kept: first, other; was: the first title, once settled
    _count("readers_first"), _count("told_first"), _count("finished_first"),  # told: of these it is known how far they came
    _count("readers_other"), _count("told_other"), _count("finished_other"),
    Index("ix_story_rivals_cover", "cover_id", sqlite_where=text("cover_id IS NOT NULL")),
    info={"owner": "suite.stories"}, sqlite_with_rowid=False,
)
story_works = Table(                                      # files that are made of stories, and files that are read into them
    "story_works", metadata,
    _key(), _ref("account_id"), _ref("user_id", null=True),  # user_id: who asked; NULL for those who only read
    _ref("story_id", null=True),                          # what it is made of, or what is being read in
    _text("kind", "export"),                              # export, exports (all of them), import
    _text("form"), _text("name"),                         # of an import: what its file was called
    _text("state", "waiting"),                            # waiting, working, ready, failed
    _count("done"), _count("of"), _count("left_out"), _text("why"), _text("made_of"),
    _flag("fetches"), _count("fetched"), _text("missing"),  # of an import: whether it takes pictures of other servers in; which did not come
    _text("file"), Column("bytes", BigInteger, nullable=False, server_default=text("0")), Column("ready_at", Ms),
    Index(None, "account_id", "id"), Index("ix_story_works_made_of", "made_of", sqlite_where=text("made_of <> ''")),
    Index("ix_story_works_story", "story_id", sqlite_where=text("story_id IS NOT NULL")),
    info={"owner": "suite.stories"},
)
clips = Table(                                            # what an account keeps for a story; nobody hears of it
    "clips", metadata,
    _key(), _ref("account_id"), _ref("post_id", null=True), _text("url"), _text("title"),
    _text("kind"), _text("body", "{}"), _ref("media_id", null=True),  # what a source says it is; empty: by its address
    Column("subject", Text, nullable=False),              # post:12, an address, or what was said
    UniqueConstraint("account_id", "subject"), Index(None, "account_id", "id"),
    Index("ix_clips_post", "post_id", sqlite_where=text("post_id IS NOT NULL")),
    Index("ix_clips_media", "media_id", sqlite_where=text("media_id IS NOT NULL")),
    info={"owner": "suite.stories"},
)

# -- ground ------------------------------------------------------------------------------------------------------------

jobs = Table(
    "jobs", metadata,
    _key(),
    _text("name"), _text("payload", "{}"),
    Column("due", Ms, nullable=False), Column("taken_until", Ms, nullable=False, server_default=text("0")),
    _count("tries"), _flag("failed"), _text("error"),
    Column("chain", Id),                                  # jobs of one chain are begun in the order in which they came
    Index("ix_jobs_due", "failed", "due"), Index(None, "chain", sqlite_where=text("chain IS NOT NULL")),
    info={"owner": "jobs"},
)
changes = Table(                                          # what every process must hear of, in order; trimmed after a while
    "changes", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _text("kind"), _text("payload"), Column("at", Ms, nullable=False),
    info={"owner": "store"}, sqlite_autoincrement=True,
)
nodes = Table(                                            # processes that serve or work; the number is part of the ids they make
    "nodes", metadata,
    _ref("number", key=True),                             # 0 to 1023
    _text("name"), _text("kind"),                         # host and process; web, worker, command
    _text("version"), Column("since", Ms, nullable=False), Column("until", Ms, nullable=False),
    info={"owner": "store"}, sqlite_with_rowid=False,
)
leases = Table(                                           # what one process at a time may do, such as keep the clock
    "leases", metadata,
    Column("name", Text, primary_key=True), _text("holder"), Column("until", Ms, nullable=False),
    info={"owner": "store"}, sqlite_with_rowid=False,
)
facts = Table(                                            # what the database knows of itself
    "facts", metadata,
    Column("name", Text, primary_key=True), _text("value"),
    info={"owner": "store"}, sqlite_with_rowid=False,
)
