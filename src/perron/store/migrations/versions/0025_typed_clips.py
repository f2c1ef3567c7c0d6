"""Typed clips.

Written by `.venv/bin/python scripts/migration.py 0025 typed_clips`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("clips", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("body", sa.Text(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("media_id", sa.BigInteger(), autoincrement=False, nullable=True))
        batch_op.create_index(
            "ix_clips_media",
            ["media_id"],
            unique=False,
            sqlite_where=sa.text("media_id IS NOT NULL"),
            postgresql_where=sa.text("media_id IS NOT NULL"),
        )
