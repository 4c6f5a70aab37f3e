"""Applications for fairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_applications"
down_revision = "0022_layouts"
branch_labels = None
depends_on = None

TABLES = ("fairs_application",)


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _application()
    for table in TABLES:
        op.execute(f"SELECT core_watch('{table}')")


def _application() -> None:
    op.create_table(
        "fairs_application",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid()),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("exhibitor", sa.String(), nullable=False),
        sa.Column("province_code", sa.String()),
        sa.Column("contact", sa.String()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("product_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("goods_words", sa.String()),
        sa.Column("commodity", sa.String()),
        sa.Column("goods", sa.String(40), nullable=False),
        sa.Column("smell", sa.Boolean(), nullable=False),
        sa.Column("booths", sa.SmallInteger(), nullable=False),
        sa.Column("class_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("least_m2", sa.Numeric()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("power", sa.String(40), nullable=False),
        sa.Column("water", sa.Boolean(), nullable=False),
        sa.Column("cold", sa.Boolean(), nullable=False),
        sa.Column("zone_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("pavilion_code", sa.String()),
        sa.Column("near", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("apart", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("with_id", sa.Uuid()),
        sa.Column("people", sa.SmallInteger()),
        sa.Column("vehicle", sa.String()),
        sa.Column("equipment", sa.String()),
        sa.Column("note", sa.String()),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("points", sa.Integer()),
        sa.Column("place", sa.Integer()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("typed_in", sa.Boolean(), nullable=False),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_application"),
        sa.CheckConstraint("booths between 1 and 50", name="booths"),
        sa.CheckConstraint("(starts_on is null) = (ends_on is null) and starts_on <= ends_on", name="days"),
        sa.CheckConstraint("goods in ('food', 'other')", name="goods"),
        sa.CheckConstraint("power in ('none', 'single', 'three')", name="power"),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'returned', 'accepted', 'waiting', 'rejected', 'withdrawn')",
            name="state",
        ),
        sa.UniqueConstraint("code", name="uq_fairs_application_code"),
        sa.UniqueConstraint("key", name="uq_fairs_application_key"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_application_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_fairs_application_supplier_id"),
        sa.ForeignKeyConstraint(["with_id"], ["fairs_application.id"], name="fk_fairs_application_with_id"),
    )
    op.create_index("ix_fairs_application_fair_id", "fairs_application", ["fair_id", "state", "id"])
    op.create_index("ix_fairs_application_supplier_id", "fairs_application", ["supplier_id"])
    op.create_index("ix_fairs_application_with_id", "fairs_application", ["with_id"])
    op.create_index(
        "uq_fairs_application_supplier",
        "fairs_application",
        ["fair_id", "supplier_id"],
        unique=True,
        postgresql_where=sa.text("supplier_id is not null and state <> 'withdrawn'"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in TABLES:
        op.drop_table(table)
