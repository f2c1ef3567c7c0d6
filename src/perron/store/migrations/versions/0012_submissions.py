"""Submissions.

Written by `.venv/bin/python scripts/migration.py 0012 submissions`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "submission_lines",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("verb", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("inside", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_lines")),
    )
    with op.batch_alter_table("submission_lines", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_lines_submission_id_id"), ["submission_id", "id"], unique=False)

    op.create_table(
        "submission_links",
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_submission_links")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("submission_links", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_links_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("embargo", sa.BigInteger(), nullable=True),
        sa.Column("approved", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("bundle", sa.Text(), server_default="", nullable=False),
        sa.Column("posts", sa.Text(), server_default="[]", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_submissions_draft_id")),
    )
    with op.batch_alter_table("submissions", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_submissions_account_id_state_id"), ["account_id", "state", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_submissions_organisation_id_id"), ["organisation_id", "id"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="mention", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("writing_by", sa.BigInteger(), nullable=True),
        sa.Column("writing_until", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "post_id", name=op.f("pk_tickets")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tickets", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tickets_account_id_state_post_id"), ["account_id", "state", "post_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tickets_post_id"), ["post_id"], unique=False)
