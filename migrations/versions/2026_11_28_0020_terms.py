"""Net-price sheets of suppliers, entry checklists and saved weights of buyers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_terms"
down_revision = "0019_demand"
branch_labels = None
depends_on = None

TABLES = (
    "matching_saved_weights",
    "matching_checklist_answer",
    "matching_checklist_item",
    "matching_checklist",
    "matching_net_price_sheet",
)
WANTED = (
    "barcode", "stars", "paper", "food_safety", "declaration", "test_report", "invoice", "trace", "photos", "english",
    "pack", "least_order", "lead_time", "shelf_percent", "shelf_days", "discount", "credit", "insurance", "words",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _net_price()
    _checklists()
    _weights()
    # The journal holds every version of a sheet whole, for its own people; the change log need not hold them again.
    op.execute("SELECT core_watch('matching_net_price_sheet', 'assumptions')")
    for table in ("matching_checklist", "matching_checklist_item", "matching_checklist_answer", "matching_saved_weights"):
        op.execute(f"SELECT core_watch('{table}')")


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _net_price() -> None:
    name = "matching_net_price_sheet"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("assumptions", postgresql.JSONB(), nullable=False),
        sa.Column("saved_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("organisation_id", "name", name=f"uq_{name}_organisation_id_name"),
        sa.UniqueConstraint("organisation_id", "key", name=f"uq_{name}_organisation_id_key"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["accounts_organisation.id"], name=f"fk_{name}_organisation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name=f"fk_{name}_product_id", ondelete="SET NULL"),
    )
    op.create_index(f"ix_{name}_product_id", name, ["product_id"])


def _checklists() -> None:
    op.create_table(
        "matching_checklist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("saved_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_checklist"),
        sa.UniqueConstraint("buyer_id", name="uq_matching_checklist_buyer_id"),
        sa.ForeignKeyConstraint(["buyer_id"], ["matching_buyer.id"], name="fk_matching_checklist_buyer_id", ondelete="CASCADE"),
    )
    name = "matching_checklist_item"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checklist_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("code", sa.String()),
        sa.Column("words", sa.String()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.CheckConstraint(f"kind in ({', '.join(repr(kind) for kind in WANTED)})", name="kind"),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["matching_checklist.id"], name=f"fk_{name}_checklist_id", ondelete="CASCADE"
        ),
    )
    op.create_index(f"ix_{name}_checklist_id_position", name, ["checklist_id", "position"])
    name = "matching_checklist_answer"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("accepts", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String()),
        sa.Column("answered_by", sa.Uuid()),
        _at("answered_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        # One answer for a condition and a product: of two people who answer at once, the later one's holds.
        sa.UniqueConstraint("item_id", "product_id", name=f"uq_{name}_item_id_product_id"),
        sa.ForeignKeyConstraint(["item_id"], ["matching_checklist_item.id"], name=f"fk_{name}_item_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name=f"fk_{name}_product_id", ondelete="CASCADE"),
    )
    op.create_index(f"ix_{name}_product_id", name, ["product_id"])


def _weights() -> None:
    name = "matching_saved_weights"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("weights", postgresql.JSONB(), nullable=False),
        sa.Column("saved_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("organisation_id", name=f"uq_{name}_organisation_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["accounts_organisation.id"], name=f"fk_{name}_organisation_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_table(table)
