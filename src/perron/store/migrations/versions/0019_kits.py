"""Kits.

Written by `.venv/bin/python scripts/migration.py 0019 kits`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kit_pictures",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("credit", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_pictures")),
    )
    with op.batch_alter_table("kit_pictures", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_kit_pictures_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kit_pictures_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "kits",
        sa.Column("organisation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guidelines", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("meeting", sa.Text(), server_default="", nullable=False),
        sa.Column("wall", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_kits")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tickets", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("asked_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("satisfied", sa.Text(), server_default="", nullable=False))
