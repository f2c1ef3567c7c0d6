"""Story works.

Written by `.venv/bin/python scripts/migration.py 0020 story_works`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_works",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("story_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="export", nullable=False),
        sa.Column("form", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("of", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_out", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("made_of", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_works")),
    )
    with op.batch_alter_table("story_works", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_story_works_account_id_id"), ["account_id", "id"], unique=False)
        batch_op.create_index(
            "ix_story_works_made_of",
            ["made_of"],
            unique=False,
            sqlite_where=sa.text("made_of <> ''"),
            postgresql_where=sa.text("made_of <> ''"),
        )
        batch_op.create_index(
            "ix_story_works_story",
            ["story_id"],
            unique=False,
            sqlite_where=sa.text("story_id IS NOT NULL"),
            postgresql_where=sa.text("story_id IS NOT NULL"),
        )
