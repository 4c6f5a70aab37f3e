"""Quotes with their revisions, and awards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016_quotes"
down_revision = "0015_invitations"
branch_labels = None
depends_on = None

TABLES = (
    "matching_tender",
    "matching_award_line",
    "matching_award",
    "matching_quote_line",
    "matching_quote_revision",
    "matching_quote",
)


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _quotes()
    _awards()
    op.create_table(
        "matching_tender",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        _at("first_at", always=True),
        _at("last_at", always=True),
        sa.Column("decide_by", sa.Date()),
        _at("opened_at"),
        sa.Column("opened_quotes", sa.Integer()),
        _at("decided_at"),
        sa.Column("silent_since", sa.Date()),
        sa.PrimaryKeyConstraint("request_id", name="pk_matching_tender"),
        _key("matching_tender", "request_id", "matching_request.id", cascade=True),
    )
    # What is sealed is nothing to keep a second time.
    op.execute("SELECT core_watch('matching_quote', 'kept')")
    op.execute("SELECT core_watch('matching_award')")
    op.execute("SELECT core_watch('matching_tender')")


def _at(name: str, *, now: bool = False, always: bool = False) -> sa.Column[object]:
    if now:
        return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not always)


def _key(table: str, column: str, to: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", ondelete="CASCADE" if cascade else None)


def _quotes() -> None:
    op.create_table(
        "matching_quote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed_until", sa.Date()),
        sa.Column("kept", sa.LargeBinary()),
        sa.Column("valid_until", sa.Date()),
        _at("sent_at"),
        _at("ended_at"),
        sa.Column("ended_why", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("updated_at", now=True),
        sa.PrimaryKeyConstraint("id", name="pk_matching_quote"),
        # One for each supplier: of two that are sent at once, the second is a revision of the first.
        sa.UniqueConstraint("request_id", "supplier_id", name="uq_matching_quote_request_id_supplier_id"),
        sa.CheckConstraint("state in ('draft', 'sent', 'withdrawn', 'awarded', 'lost', 'expired')", name="state"),
        sa.CheckConstraint("(state = 'draft') = (revision = 0)", name="revision"),
        sa.CheckConstraint("state = 'draft' or sent_at is not null", name="sent_at"),
        _key("matching_quote", "request_id", "matching_request.id", cascade=True),
        _key("matching_quote", "supplier_id", "catalogue_supplier.id"),
        _key("matching_quote", "organisation_id", "accounts_organisation.id"),
    )
    op.create_index("ix_matching_quote_supplier_id", "matching_quote", ["supplier_id", "id"])
    op.create_index("ix_matching_quote_open", "matching_quote", ["request_id"], postgresql_where=sa.text("state = 'sent'"))
    op.create_table(
        "matching_quote_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        _at("at", now=True),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("request_version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_matching_quote_revision"),
        sa.UniqueConstraint("quote_id", "number", name="uq_matching_quote_revision_quote_id_number"),
        sa.UniqueConstraint("quote_id", "key", name="uq_matching_quote_revision_quote_id_key"),
        sa.CheckConstraint("num_nonnulls(content, sealed) = 1", name="one_content"),
        _key("matching_quote_revision", "quote_id", "matching_quote.id", cascade=True),
    )
    op.create_table(
        "matching_quote_line",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("kg", sa.Numeric(), nullable=False),
        sa.Column("price_vnd_per_kg", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quote_id", "product_id", "year", "month", name="pk_matching_quote_line"),
        sa.CheckConstraint("month between 1 and 12", name="month"),
        sa.CheckConstraint("kg > 0", name="kg"),
        sa.CheckConstraint("price_vnd_per_kg > 0", name="price"),
        _key("matching_quote_line", "quote_id", "matching_quote.id", cascade=True),
        _key("matching_quote_line", "product_id", "catalogue_product.id"),
    )
    op.create_index("ix_matching_quote_line_product_id", "matching_quote_line", ["product_id"])


def _awards() -> None:
    op.create_table(
        "matching_award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        _at("awarded_at", always=True),
        sa.Column("awarded_by", sa.Uuid()),
        _at("undone_at"),
        sa.Column("undone_by", sa.Uuid()),
        sa.Column("undo_reason", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_matching_award"),
        # A click that comes twice awards once.
        sa.UniqueConstraint("request_id", "key", "quote_id", name="uq_matching_award_request_id_key_quote_id"),
        sa.CheckConstraint("state in ('standing', 'undone')", name="state"),
        sa.CheckConstraint("(state = 'undone') = (undone_at is not null)", name="undone_at"),
        sa.CheckConstraint("state <> 'undone' or undo_reason is not null", name="undo_reason"),
        _key("matching_award", "request_id", "matching_request.id", cascade=True),
        _key("matching_award", "quote_id", "matching_quote.id", cascade=True),
        _key("matching_award", "supplier_id", "catalogue_supplier.id"),
    )
    op.create_index("ix_matching_award_quote_id", "matching_award", ["quote_id"])
    op.create_index("ix_matching_award_supplier_id", "matching_award", ["supplier_id"])
    op.create_table(
        "matching_award_line",
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("kg", sa.Numeric(), nullable=False),
        sa.Column("price_vnd_per_kg", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("award_id", "product_id", "year", "month", name="pk_matching_award_line"),
        sa.CheckConstraint("month between 1 and 12", name="month"),
        sa.CheckConstraint("kg > 0", name="kg"),
        _key("matching_award_line", "award_id", "matching_award.id", cascade=True),
        _key("matching_award_line", "product_id", "catalogue_product.id"),
    )
    op.create_index("ix_matching_award_line_product_id", "matching_award_line", ["product_id"])


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_table(table)
