"""Plans.

Written by `.venv/bin/python scripts/migration.py 0007 plans`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("scheduled_posts", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=True))
        batch_op.add_column(sa.Column("thread", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("wall", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("zone", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("fold", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("rules", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("held", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("queued", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("series_id", sa.BigInteger(), autoincrement=False, nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.create_index(
            "ix_scheduled_posts_zone",
            ["zone", "rules"],
            unique=False,
            sqlite_where=sa.text("zone <> ''"),
            postgresql_where=sa.text("zone <> ''"),
        )
