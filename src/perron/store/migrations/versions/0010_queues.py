"""Queues.

Written by `.venv/bin/python scripts/migration.py 0010 queues`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft_versions",
        sa.Column("draft_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), server_default="{}", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_draft_versions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "plan_events",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("begins", sa.Text(), server_default="", nullable=False),
        sa.Column("ends", sa.Text(), server_default="", nullable=False),
        sa.Column("weeks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_events")),
    )
    with op.batch_alter_table("plan_events", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_events_account_id"), ["account_id"], unique=False)

    op.create_table(
        "plan_posts",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("queued", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("wall", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_plan_posts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("plan_posts", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_posts_account_id_post_id"), ["account_id", "post_id"], unique=False)
        batch_op.create_index(
            "ix_plan_posts_series",
            ["series_id", "post_id"],
            unique=False,
            sqlite_where=sa.text("series_id IS NOT NULL"),
            postgresql_where=sa.text("series_id IS NOT NULL"),
        )

    op.create_table(
        "plan_queues",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("warn_below", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("warned_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_plan_queues")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "plan_series",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("tag", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("begins", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("template", sa.Text(), server_default="", nullable=False),
        sa.Column("ended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_series")),
    )
    with op.batch_alter_table("plan_series", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_series_account_id"), ["account_id"], unique=False)

    op.create_table(
        "plan_slots",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "day", "minute", name=op.f("pk_plan_slots")),
        sqlite_with_rowid=False,
    )
