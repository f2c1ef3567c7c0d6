"""Chains: jobs that are begun in the order in which they came.

Written by `.venv/bin/python scripts/migration.py 0008 chains`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("jobs", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("chain", Id, nullable=True))
        batch_op.create_index(
            batch_op.f("ix_jobs_chain"),
            ["chain"],
            unique=False,
            sqlite_where=sa.text("chain IS NOT NULL"),
            postgresql_where=sa.text("chain IS NOT NULL"),
        )
