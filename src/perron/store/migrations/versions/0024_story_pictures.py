"""Story pictures.

Written by `.venv/bin/python scripts/migration.py 0024 story_pictures`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("story_works", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("fetches", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("fetched", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("missing", sa.Text(), server_default="", nullable=False))
