"""The media bank.

Written by `.venv/bin/python scripts/migration.py 0011 bank`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
phase = "expand"

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bank_boxes",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("word", sa.Text(), server_default="", nullable=False),
        sa.Column("credit", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("most", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("taken", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_boxes")),
        sa.UniqueConstraint("hash", name=op.f("uq_bank_boxes_hash")),
    )
    with op.batch_alter_table("bank_boxes", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_boxes_bank_id_id"), ["bank_id", "id"], unique=False)

    op.create_table(
        "bank_imports",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="files", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="{}", nullable=False),
        sa.Column("of", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("added", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("doubles", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wrong", sa.Text(), server_default="[]", nullable=False),
        sa.Column("captions", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_imports")),
    )
    with op.batch_alter_table("bank_imports", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_imports_bank_id_id"), ["bank_id", "id"], unique=False)

    op.create_table(
        "bank_items",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("bank_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="image", nullable=False),
        sa.Column("shape", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("credit", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("people", sa.Text(), server_default="[]", nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("alt", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("album", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("date", sa.Text(), server_default="", nullable=False),
        sa.Column("begins", sa.Integer(), server_default=sa.text("99999999"), nullable=False),
        sa.Column("ends", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("usable_until", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("usable_by", sa.Text(), server_default="", nullable=False),
        sa.Column("box_id", sa.BigInteger(), nullable=True),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column("uses_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_items")),
        sa.UniqueConstraint("bank_id", "hash", name=op.f("uq_bank_items_bank_id_hash")),
    )
    with op.batch_alter_table("bank_items", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bank_items_bank_id_begins_id_ends_usable_until"),
            ["bank_id", "begins", "id", "ends", "usable_until"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_bank_items_bank_id_ends_id_begins_usable_until"),
            ["bank_id", "ends", "id", "begins", "usable_until"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_bank_items_bank_id_id"), ["bank_id", "id"], unique=False)
        batch_op.create_index(
            "ix_bank_items_box",
            ["box_id", "id"],
            unique=False,
            sqlite_where=sa.text("box_id IS NOT NULL"),
            postgresql_where=sa.text("box_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_bank_items_import",
            ["import_id", "id"],
            unique=False,
            sqlite_where=sa.text("import_id IS NOT NULL"),
            postgresql_where=sa.text("import_id IS NOT NULL"),
        )

    op.create_table(
        "bank_terms",
        sa.Column("bank_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("items_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "kind", "key", name=op.f("pk_bank_terms")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("bank_terms", recreate="never") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bank_terms_bank_id_kind_items_count"), ["bank_id", "kind", "items_count"], unique=False
        )

    op.create_table(
        "bank_uses",
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "post_id", name=op.f("pk_bank_uses")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("bank_uses", recreate="never") as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_uses_post_id"), ["post_id"], unique=False)

    op.create_table(
        "banks",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("items_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_banks")),
        sa.UniqueConstraint("account_id", name=op.f("uq_banks_account_id")),
    )
    with op.batch_alter_table("media", recreate="never") as batch_op:
        batch_op.add_column(sa.Column("keeper", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("source_id", sa.BigInteger(), autoincrement=False, nullable=True))
        batch_op.create_index(
            "ix_media_loose",
            ["id"],
            unique=False,
            sqlite_where=sa.text("post_id IS NULL AND keeper IS NULL"),
            postgresql_where=sa.text("post_id IS NULL AND keeper IS NULL"),
        )
        batch_op.create_index(
            "ix_media_source",
            ["source_id"],
            unique=False,
            sqlite_where=sa.text("source_id IS NOT NULL"),
            postgresql_where=sa.text("source_id IS NOT NULL"),
        )

    for statement in INDEXES[op.get_bind().dialect.name]:
        op.execute(statement)


INDEXES = {
    "sqlite": (
        "CREATE VIRTUAL TABLE bank_words USING fts5(words, content='', tokenize='unicode61 remove_diacritics 2')",
    ),
    "postgresql": (
        "CREATE TABLE bank_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX ix_bank_words_words ON bank_words USING gin (words)",
    ),
}
