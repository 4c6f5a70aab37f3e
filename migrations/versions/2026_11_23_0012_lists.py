"""Shortlists and saved searches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_lists"
down_revision = "0011_lots"
branch_labels = None
depends_on = None

TABLES = (
    "matching_saved_search_find",
    "matching_saved_search",
    "matching_shortlist_item",
    "matching_shortlist",
)


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _shortlists()
    _saved_searches()
    op.execute("SELECT core_watch('matching_shortlist')")
    op.execute("SELECT core_watch('matching_shortlist_item')")
    op.execute("SELECT core_watch('matching_saved_search', 'stop_token')")


def _at(name: str, *, now: bool = False) -> sa.Column[object]:
    default = {"server_default": sa.func.now(), "nullable": False} if now else {}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def _shortlists() -> None:
    op.create_table(
        "matching_shortlist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("updated_at", now=True),
        sa.PrimaryKeyConstraint("id", name="pk_matching_shortlist"),
        sa.UniqueConstraint("organisation_id", "name", name="uq_matching_shortlist_organisation_id_name"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["accounts_organisation.id"], name="fk_matching_shortlist_organisation_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "matching_shortlist_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shortlist_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("supplier_id", sa.Uuid()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Uuid()),
        _at("added_at", now=True),
        sa.Column("note", sa.String()),
        sa.Column("note_by", sa.Uuid()),
        _at("note_at"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_shortlist_item"),
        # Of two people who add the same at once, the second finds what the first has added.
        sa.UniqueConstraint("shortlist_id", "product_id", name="uq_matching_shortlist_item_shortlist_id_product_id"),
        sa.UniqueConstraint("shortlist_id", "supplier_id", name="uq_matching_shortlist_item_shortlist_id_supplier_id"),
        sa.CheckConstraint("num_nonnulls(product_id, supplier_id) = 1", name="one_thing"),
        sa.CheckConstraint("(note is null) = (note_at is null)", name="note"),
        sa.ForeignKeyConstraint(
            ["shortlist_id"], ["matching_shortlist.id"], name="fk_matching_shortlist_item_shortlist_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalogue_product.id"], name="fk_matching_shortlist_item_product_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["catalogue_supplier.id"], name="fk_matching_shortlist_item_supplier_id", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "ix_matching_shortlist_item_shortlist_id_position_id", "matching_shortlist_item", ["shortlist_id", "position", "id"]
    )
    op.create_index("ix_matching_shortlist_item_product_id", "matching_shortlist_item", ["product_id"])
    op.create_index("ix_matching_shortlist_item_supplier_id", "matching_shortlist_item", ["supplier_id"])


def _saved_searches() -> None:
    op.create_table(
        "matching_saved_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("stop_token", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("last_sent_at"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_saved_search"),
        sa.UniqueConstraint("person_id", "query", name="uq_matching_saved_search_person_id_query"),
        sa.UniqueConstraint("stop_token", name="uq_matching_saved_search_stop_token"),
        sa.CheckConstraint("frequency in ('daily', 'immediate')", name="frequency"),
        sa.CheckConstraint("state in ('active', 'paused')", name="state"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name="fk_matching_saved_search_person_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "matching_saved_search_find",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        _at("found_at", now=True),
        _at("told_at"),
        # A product is found once for a search, so it can be told once only.
        sa.PrimaryKeyConstraint("search_id", "product_id", name="pk_matching_saved_search_find"),
        sa.ForeignKeyConstraint(
            ["search_id"], ["matching_saved_search.id"], name="fk_matching_saved_search_find_search_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalogue_product.id"], name="fk_matching_saved_search_find_product_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_matching_saved_search_find_product_id", "matching_saved_search_find", ["product_id"])
    op.execute(
        "CREATE INDEX ix_matching_saved_search_find_untold_sql ON matching_saved_search_find (search_id) WHERE told_at IS NULL"
    )


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_table(table)
