"""Outside.

Written by `.venv/bin/python scripts/migration.py 0014 outside`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaign_items",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), server_default="submission", nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "item_id", name=op.f("pk_campaign_items")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "campaign_readers",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "user_id", name=op.f("pk_campaign_readers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("campaign_readers", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_readers_user_id"), ["user_id"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("brief", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    with op.batch_alter_table("campaigns", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_campaigns_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "guests",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("brief", sa.Text(), server_default="", nullable=False),
        sa.Column("named", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("posts_left", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
    )
    with op.batch_alter_table("guests", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_guests_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "outside_links",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_links")),
        sa.UniqueConstraint("code", name=op.f("uq_outside_links_code")),
    )
    with op.batch_alter_table("outside_links", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_outside_links_kind_about_id"), ["kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outside_links_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "sponsors",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsors")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_sponsors_organisation_id_name")),
    )
    with op.batch_alter_table("posts", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("tie", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("tied_to", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("tied_url", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("byline", sa.Text(), server_default="", nullable=False))
        batch_op.create_index(
            "ix_posts_tied",
            ["author_id", "tied_to", "id"],
            unique=False,
            sqlite_where=sa.text("tie = 'sponsor'"),
            postgresql_where=sa.text("tie = 'sponsor'"),
        )

    with op.batch_alter_table("submissions", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("guest_id", sa.BigInteger(), autoincrement=False, nullable=True))
