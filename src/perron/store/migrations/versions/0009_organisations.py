"""Organisations.

Written by `.venv/bin/python scripts/migration.py 0009 organisations`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "brand_roles",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), server_default="analyst", nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_brand_roles")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("brand_roles", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_brand_roles_organisation_id_user_id"), ["organisation_id", "user_id"], unique=False
        )

    op.create_table(
        "organisation_audit",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("verb", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_audit")),
    )
    with op.batch_alter_table("organisation_audit", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_audit_organisation_id_id"), ["organisation_id", "id"], unique=False
        )

    op.create_table(
        "organisation_brands",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("byline", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_organisation_brands")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("organisation_brands", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_brands_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "organisation_invitations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="member", nullable=False),
        sa.Column("roles", sa.Text(), server_default="{}", nullable=False),
        sa.Column("uses_left", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_invitations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_invitations_code")),
    )
    with op.batch_alter_table("organisation_invitations", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_invitations_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "organisation_members",
        sa.Column("organisation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), server_default="member", nullable=False),
        sa.Column("initials", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "user_id", name=op.f("pk_organisation_members")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("organisation_members", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_members_user_id"), ["user_id"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("two_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
