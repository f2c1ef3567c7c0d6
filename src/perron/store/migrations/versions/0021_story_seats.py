"""Story seats.

Written by `.venv/bin/python scripts/migration.py 0021 story_seats`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "story_seats",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "user_id", name=op.f("pk_story_seats")),
        sqlite_with_rowid=False,
    )
