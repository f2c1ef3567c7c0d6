"""Story rivals.

Written by `.venv/bin/python scripts/migration.py 0023 story_rivals`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_rivals",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("cover_id", sa.BigInteger(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("kept", sa.Text(), server_default="", nullable=False),
        sa.Column("was", sa.Text(), server_default="", nullable=False),
        sa.Column("readers_first", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("told_first", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_first", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("readers_other", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("told_other", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_other", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story_rivals")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("story_rivals", recreate="never") as batch_op:
        batch_op.create_index(
            "ix_story_rivals_cover",
            ["cover_id"],
            unique=False,
            sqlite_where=sa.text("cover_id IS NOT NULL"),
            postgresql_where=sa.text("cover_id IS NOT NULL"),
        )

    with op.batch_alter_table("story_readers", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("side", sa.Integer(), nullable=True))
