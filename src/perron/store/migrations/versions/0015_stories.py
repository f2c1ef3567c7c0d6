"""Stories.

Written by `.venv/bin/python scripts/migration.py 0015 stories`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "clips",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clips")),
        sa.UniqueConstraint("account_id", "subject", name=op.f("uq_clips_account_id_subject")),
    )
    with op.batch_alter_table("clips", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_clips_account_id_id"), ["account_id", "id"], unique=False)
        batch_op.create_index(
            "ix_clips_post",
            ["post_id"],
            unique=False,
            sqlite_where=sa.text("post_id IS NOT NULL"),
            postgresql_where=sa.text("post_id IS NOT NULL"),
        )

    op.create_table(
        "stories",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("subtitle", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("theme", sa.Text(), server_default="limestone", nullable=False),
        sa.Column("accent", sa.Text(), server_default="", nullable=False),
        sa.Column("cover_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("comments", sa.Text(), server_default="open", nullable=False),
        sa.Column("comments_days", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("items_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    with op.batch_alter_table("stories", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_stories_account_id_id"), ["account_id", "id"], unique=False)
        batch_op.create_index(
            "ix_stories_cover",
            ["cover_id"],
            unique=False,
            sqlite_where=sa.text("cover_id IS NOT NULL"),
            postgresql_where=sa.text("cover_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_stories_published",
            ["account_id", "published_at"],
            unique=False,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "story_acts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("back", sa.Text(), server_default="{}", nullable=False),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_acts")),
    )
    with op.batch_alter_table("story_acts", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_story_acts_story_id_id"), ["story_id", "id"], unique=False)

    op.create_table(
        "story_items",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="text", nullable=False),
        sa.Column("body", sa.Text(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("card_id", sa.BigInteger(), nullable=True),
        sa.Column("media_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_items")),
    )
    with op.batch_alter_table("story_items", recreate="never") as batch_op:
        batch_op.create_index(
            "ix_story_items_author",
            ["author_id", "story_id"],
            unique=False,
            sqlite_where=sa.text("author_id IS NOT NULL"),
            postgresql_where=sa.text("author_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_story_items_card",
            ["card_id"],
            unique=False,
            sqlite_where=sa.text("card_id IS NOT NULL"),
            postgresql_where=sa.text("card_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_story_items_media",
            ["media_id"],
            unique=False,
            sqlite_where=sa.text("media_id IS NOT NULL"),
            postgresql_where=sa.text("media_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_story_items_post",
            ["post_id"],
            unique=False,
            sqlite_where=sa.text("post_id IS NOT NULL"),
            postgresql_where=sa.text("post_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_story_items_story_id_rank"), ["story_id", "rank"], unique=False)

    op.create_table(
        "story_people",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("named_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("story_id", "account_id", name=op.f("pk_story_people")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("story_people", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_story_people_account_id"), ["account_id"], unique=False)
