"""Story figures.

Written by `.venv/bin/python scripts/migration.py 0018 story_figures`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_days",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("views", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("readers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("quiet", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("frames", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("machines", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("follows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "day", name=op.f("pk_story_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_depths",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("stopped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clicks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "item_id", name=op.f("pk_story_depths")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "story_readers",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reader", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.BigInteger(), nullable=True),
        sa.Column("clicked", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("story_id", "reader", name=op.f("pk_story_readers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("story_readers", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_story_readers_day"), ["day"], unique=False)

    op.create_table(
        "story_salts",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_story_salts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stories", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=True))
        batch_op.create_index(
            "ix_stories_post",
            ["post_id"],
            unique=False,
            sqlite_where=sa.text("post_id IS NOT NULL"),
            postgresql_where=sa.text("post_id IS NOT NULL"),
        )
