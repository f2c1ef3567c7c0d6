"""Teams.

Written by `.venv/bin/python scripts/migration.py 0005 teams`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "post_writers",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_writers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("post_writers", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_post_writers_user_id_post_id"), ["user_id", "post_id"], unique=False)

    with op.batch_alter_table("memberships", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("team", sa.Boolean(), server_default=sa.false(), nullable=False))
