"""Rates, services and fees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025_charges"
down_revision = "0024_bookings"
branch_labels = None
depends_on = None

TABLES = ("fairs_terms", "fairs_rate", "fairs_service", "fairs_order", "fairs_payment")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _terms()
    _rate()
    _service()
    _order()
    _payment()
    for table in TABLES:
        op.execute(f"SELECT core_watch('{table}')")


def _terms() -> None:
    op.create_table(
        "fairs_terms",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("vat_percent", sa.Numeric(5, 2)),
        sa.Column("deposit_percent", sa.SmallInteger(), nullable=False),
        sa.Column("rest_days", sa.SmallInteger(), nullable=False),
        sa.Column("pay_to", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("fair_id", name="pk_fairs_terms"),
        sa.CheckConstraint("vat_percent between 0 and 100", name="vat_percent"),
        sa.CheckConstraint("deposit_percent between 0 and 100", name="deposit_percent"),
        sa.CheckConstraint("rest_days between 0 and 365", name="rest_days"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_terms_fair_id", ondelete="CASCADE"),
    )


def _rate() -> None:
    op.create_table(
        "fairs_rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("class_code", sa.String()),
        sa.Column("price_vnd", sa.BigInteger()),
        sa.Column("percent_off", sa.Numeric(5, 2)),
        sa.Column("until_day", sa.Date()),
        sa.Column("quota", sa.Integer()),
        sa.Column("quota_per", sa.String(40), nullable=False),
        sa.Column("legal_forms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("province_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_rate"),
        sa.UniqueConstraint("fair_id", "key", name="uq_fairs_rate_fair_id_key"),
        sa.CheckConstraint("kind in ('early', 'standard', 'subsidised')", name="kind"),
        sa.CheckConstraint("(price_vnd is null) <> (percent_off is null)", name="price"),
        sa.CheckConstraint("price_vnd >= 0", name="price_vnd"),
        sa.CheckConstraint("percent_off between 0 and 100", name="percent_off"),
        sa.CheckConstraint("(kind = 'early') = (until_day is not null)", name="until_day"),
        sa.CheckConstraint("kind <> 'subsidised' or (percent_off is not null and source is not null)", name="support"),
        sa.CheckConstraint("quota_per in ('fair', 'old_district', 'province', 'exhibitor')", name="quota_per"),
        sa.CheckConstraint("quota between 1 and 10000", name="quota"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_rate_fair_id", ondelete="CASCADE"),
    )


def _service() -> None:
    op.create_table(
        "fairs_service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("about", sa.String()),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Integer()),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("order_by", sa.Date()),
        sa.Column("kw", sa.Numeric(7, 2)),
        sa.Column("phase", sa.String(40)),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_service"),
        sa.UniqueConstraint("fair_id", "name", name="uq_fairs_service_fair_id_name"),
        sa.CheckConstraint("kind in ('power', 'furniture', 'water', 'cold', 'vehicle', 'cleaning', 'other')", name="kind"),
        sa.CheckConstraint("phase in ('single', 'three')", name="phase"),
        sa.CheckConstraint("price_vnd >= 0", name="price_vnd"),
        sa.CheckConstraint("kw > 0", name="kw"),
        sa.CheckConstraint("taken >= 0 and taken <= stock", name="stock"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_service_fair_id", ondelete="CASCADE"),
    )


def _order() -> None:
    op.create_table(
        "fairs_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_order"),
        sa.UniqueConstraint("application_id", "service_id", name="uq_fairs_order_application_id_service_id"),
        sa.CheckConstraint("quantity >= 0", name="quantity"),
        sa.CheckConstraint("price_vnd >= 0", name="price_vnd"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fairs_application.id"], name="fk_fairs_order_application_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["service_id"], ["fairs_service.id"], name="fk_fairs_order_service_id"),
    )
    op.create_index("ix_fairs_order_service_id", "fairs_order", ["service_id"])


def _payment() -> None:
    op.create_table(
        "fairs_payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String()),
        sa.Column("noted_by", sa.Uuid()),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("struck_at", sa.DateTime(timezone=True)),
        sa.Column("struck_why", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_payment"),
        sa.UniqueConstraint("key", name="uq_fairs_payment_key"),
        sa.CheckConstraint("amount_vnd <> 0", name="amount_vnd"),
        sa.CheckConstraint("(struck_at is null) = (struck_why is null)", name="struck"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fairs_application.id"], name="fk_fairs_payment_application_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_fairs_payment_application_id", "fairs_payment", ["application_id"])


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)
