"""Figures.

Written by `.venv/bin/python scripts/migration.py 0013 figures`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plan_figures",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("after", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("followers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tell", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("past", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("people", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("engaged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("engaged_past", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("favourites", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("boosts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("replies", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("votes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "after", name=op.f("pk_plan_figures")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("plan_figures", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plan_figures_account_id_after_post_id"), ["account_id", "after", "post_id"], unique=False
        )
