"""Proposals.

Written by `.venv/bin/python scripts/migration.py 0016 proposals`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_organisation_id"), ["organisation_id"], unique=False)
