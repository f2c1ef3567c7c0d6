"""Choruses.

Written by `.venv/bin/python scripts/migration.py 0022 choruses`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "chorus_lines",
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chorus_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="plan", nullable=False),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_chorus_lines")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("chorus_lines", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_chorus_lines_chorus_id"), ["chorus_id"], unique=False)
