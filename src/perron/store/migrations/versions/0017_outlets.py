"""Outlets.

Written by `.venv/bin/python scripts/migration.py 0017 outlets`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outlet_deliveries",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("reader_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), server_default="post.published", nullable=False),
        sa.Column("posts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("told", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_deliveries")),
    )
    with op.batch_alter_table("outlet_deliveries", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_deliveries_outlet_id_id"), ["outlet_id", "id"], unique=False)
        batch_op.create_index(
            "ix_outlet_deliveries_sending",
            ["changed_at"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )

    op.create_table(
        "outlet_items",
        sa.Column("outlet_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posts", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("outlet_id", "post_id", name=op.f("pk_outlet_items")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("outlet_items", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_items_post_id"), ["post_id"], unique=False)

    op.create_table(
        "outlet_readers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), server_default="fr", nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_readers")),
        sa.UniqueConstraint("outlet_id", "email", name=op.f("uq_outlet_readers_outlet_id_email")),
    )
    op.create_table(
        "outlets",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="webhook", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("secret", sa.Text(), server_default="", nullable=False),
        sa.Column("former", sa.Text(), server_default="", nullable=False),
        sa.Column("former_until", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("tells", sa.Text(), server_default="", nullable=False),
        sa.Column("open", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.Text(), server_default="on", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlets")),
        sa.UniqueConstraint("code", name=op.f("uq_outlets_code")),
    )
    with op.batch_alter_table("outlets", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_outlets_account_id"), ["account_id"], unique=False)
