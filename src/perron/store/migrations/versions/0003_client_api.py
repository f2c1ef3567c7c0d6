"""Client api.

Written by `.venv/bin/python scripts/migration.py 0003 client_api`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "announcement_reactions",
        sa.Column("announcement_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("announcement_id", "name", "account_id", name=op.f("pk_announcement_reactions")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("announcement_reactions", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_reactions_account_id"), ["account_id"], unique=False)

    op.create_table(
        "card_days",
        sa.Column("card_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uses", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("people", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("card_id", "day", name=op.f("pk_card_days")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("card_days", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_card_days_day"), ["day"], unique=False)

    op.create_table(
        "collection_items",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("collection_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="accepted", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_items")),
        sa.UniqueConstraint("collection_id", "account_id", name=op.f("uq_collection_items_collection_id_account_id")),
    )
    with op.batch_alter_table("collection_items", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_items_account_id"), ["account_id"], unique=False)

    op.create_table(
        "collections",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("sensitive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("discoverable", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
    )
    with op.batch_alter_table("collections", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_collections_account_id_id"), ["account_id", "id"], unique=False)

    op.create_table(
        "dismissed_suggestions",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("target_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_dismissed_suggestions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "domain_allows",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_allows")),
        sa.UniqueConstraint("domain", name=op.f("uq_domain_allows_domain")),
    )
    op.create_table(
        "email_blocks",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_blocks")),
        sa.UniqueConstraint("hash", name=op.f("uq_email_blocks_hash")),
    )
    op.create_table(
        "email_confirmations",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_email_confirmations")),
    )
    with op.batch_alter_table("email_confirmations", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_email_confirmations_user_id"), ["user_id"], unique=False)

    op.create_table(
        "email_domain_blocks",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("allow_with_approval", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_domain_blocks")),
        sa.UniqueConstraint("domain", name=op.f("uq_email_domain_blocks_domain")),
    )
    op.create_table(
        "email_domain_days",
        sa.Column("block_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("block_id", "day", name=op.f("pk_email_domain_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "endorsements",
        sa.Column("owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("target_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "target_id", name=op.f("pk_endorsements")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("endorsements", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_endorsements_target_id"), ["target_id"], unique=False)

    op.create_table(
        "featured_tags",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_tags")),
        sa.UniqueConstraint("account_id", "tag_id", name=op.f("uq_featured_tags_account_id_tag_id")),
    )
    op.create_table(
        "follow_hours",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "hour", name=op.f("pk_follow_hours")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("follow_hours", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_hours_hour"), ["hour"], unique=False)

    op.create_table(
        "ip_blocks",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), server_default="", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ip_blocks")),
        sa.UniqueConstraint("network", name=op.f("uq_ip_blocks_network")),
    )
    op.create_table(
        "notice_requests",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "from_id", name=op.f("pk_notice_requests")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("notice_requests", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_requests_account_id_id"), ["account_id", "id"], unique=False)

    op.create_table(
        "publishers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
        sa.UniqueConstraint("domain", name=op.f("uq_publishers_domain")),
    )
    op.create_table(
        "scheduled_media",
        sa.Column("scheduled_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("media_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("scheduled_id", "media_id", name=op.f("pk_scheduled_media")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("scheduled_media", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_scheduled_media_media_id"), ["media_id"], unique=False)

    op.create_table(
        "scheduled_posts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("draft", sa.Text(), server_default="{}", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_posts")),
    )
    with op.batch_alter_table("scheduled_posts", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_scheduled_posts_account_id_id"), ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheduled_posts_due"), ["due"], unique=False)

    op.create_table(
        "severances",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("followers_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("following_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severances")),
    )
    with op.batch_alter_table("severances", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_severances_account_id"), ["account_id"], unique=False)

    op.create_table(
        "trend_reviews",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_trend_reviews")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trends",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("allowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("people", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("usual", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_trends")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("trends", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_trends_kind_position"), ["kind", "position"], unique=False)

    with op.batch_alter_table("accounts", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("also_known_as", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("moved_to_id", sa.BigInteger(), autoincrement=False, nullable=True))
        batch_op.add_column(sa.Column("attribution_domains", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("show_media", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("show_media_replies", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("show_featured", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("sensitized", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("avatar_still", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("header_still", sa.Text(), server_default="", nullable=False))
        batch_op.create_index(
            "ix_accounts_followed",
            ["followers_count", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(
            "ix_accounts_heard",
            ["last_post_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(
            "ix_accounts_moved",
            ["moved_to_id"],
            unique=False,
            sqlite_where=sa.text("moved_to_id IS NOT NULL"),
            postgresql_where=sa.text("moved_to_id IS NOT NULL"),
        )

    with op.batch_alter_table("cards", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("creator", sa.Text(), server_default="", nullable=False))
        batch_op.create_index(
            "ix_cards_creator",
            ["creator"],
            unique=False,
            sqlite_where=sa.text("creator <> ''"),
            postgresql_where=sa.text("creator <> ''"),
        )

    with op.batch_alter_table("notice_policies", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("bots", sa.Text(), server_default="accept", nullable=False))

    with op.batch_alter_table("post_tags", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_post_tags_author_id_tag_id"), ["author_id", "tag_id"], unique=False)

    with op.batch_alter_table("push_subscriptions", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("token", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("tags", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("usable", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("listable", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("users", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("confirmed_at", sa.BigInteger(), server_default=sa.text("1"), nullable=True))
        batch_op.add_column(sa.Column("app_id", sa.BigInteger(), autoincrement=False, nullable=True))
