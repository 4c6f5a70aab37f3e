"""Matching: buyers, and what they look for month by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_matching"
down_revision = "0003_search"
branch_labels = None
depends_on = None

BUYER_KINDS = (
    "kind in ('modern_trade', 'export_hub', 'restaurant', 'hotel', 'industrial_catering', 'canteen', "
    "'wholesale_market', 'speciality_shop', 'ecommerce', 'agent', 'gift_company')"
)
# Every change of these rows is written to core_change with the old and the new value, whoever makes it.
WATCHED = ("matching_buyer", "matching_request", "matching_request_month")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    # For a request, the first other goods of the same sub-group are looked at in the order of their ids, and the rest counted.
    op.execute(
        "CREATE INDEX ix_catalogue_product_kin_sql ON catalogue_product (category_code, id) "
        "INCLUDE (commodity_id) WHERE state = 'published'"
    )
    _buyer()
    _request()
    _month()
    for table in WATCHED:
        op.execute(f"SELECT core_watch('{table}')")


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def _buyer() -> None:
    op.create_table(
        "matching_buyer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        _words("kind"),
        sa.Column("province_code", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("website", sa.String()),
        sa.Column("about", sa.String()),
        sa.Column("verified_on", sa.Date()),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_buyer"),
        sa.UniqueConstraint("organisation_id", name="uq_matching_buyer_organisation_id"),
        sa.UniqueConstraint("slug", name="uq_matching_buyer_slug"),
        sa.CheckConstraint(BUYER_KINDS, name="kind"),
        sa.CheckConstraint("not (illustrative and source is not null)", name="source"),
        sa.ForeignKeyConstraint(["organisation_id"], ["accounts_organisation.id"], name="fk_matching_buyer_organisation_id"),
    )


def _request() -> None:
    op.create_table(
        "matching_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("commodity_id", sa.Uuid()),
        sa.Column("words", sa.String()),
        sa.Column("ceiling_vnd_per_kg", sa.Integer()),
        sa.Column("certificates", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("min_stars", sa.SmallInteger()),
        sa.Column("pack_net_g", sa.Integer()),
        sa.Column("unverified_too", sa.Boolean(), nullable=False),
        sa.Column("delivery_province_code", sa.String(), nullable=False),
        sa.Column("place", sa.String()),
        sa.Column("deadline", sa.Date()),
        sa.Column("note", sa.String()),
        _words("visibility"),
        _words("state"),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        _words("close_reason", nullable=True),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_request"),
        sa.UniqueConstraint("code", name="uq_matching_request_code"),
        sa.UniqueConstraint("buyer_id", "key", name="uq_matching_request_buyer_id_key"),
        sa.CheckConstraint("commodity_id is not null or words is not null", name="goods"),
        sa.CheckConstraint("ceiling_vnd_per_kg > 0", name="ceiling_vnd_per_kg"),
        sa.CheckConstraint("min_stars between 3 and 5", name="min_stars"),
        sa.CheckConstraint("pack_net_g > 0", name="pack_net_g"),
        sa.CheckConstraint("visibility in ('public', 'matched', 'anonymous')", name="visibility"),
        sa.CheckConstraint("state in ('draft', 'open', 'closed')", name="state"),
        sa.CheckConstraint(
            "close_reason in ('filled', 'filled_elsewhere', 'no_longer_needed')",
            name="close_reason",
        ),
        sa.CheckConstraint("state <> 'open' or opened_at is not null", name="opened_at"),
        sa.ForeignKeyConstraint(["buyer_id"], ["matching_buyer.id"], name="fk_matching_request_buyer_id"),
        sa.ForeignKeyConstraint(["commodity_id"], ["catalogue_commodity.id"], name="fk_matching_request_commodity_id"),
    )
    op.create_index("ix_matching_request_buyer_id", "matching_request", ["buyer_id"])
    op.create_index("ix_matching_request_commodity_id", "matching_request", ["commodity_id"])
    op.create_index(
        "ix_matching_request_open",
        "matching_request",
        ["opened_at", "id"],
        postgresql_where=sa.text("state = 'open'"),
    )


def _month() -> None:
    op.create_table(
        "matching_request_month",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("kg", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "year", "month", name="pk_matching_request_month"),
        sa.CheckConstraint("month between 1 and 12", name="month"),
        sa.CheckConstraint("kg > 0", name="kg"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["matching_request.id"], name="fk_matching_request_month_request_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take matching away."""
    op.execute("DROP INDEX ix_catalogue_product_kin_sql")
    for table in ("matching_request_month", "matching_request", "matching_buyer"):
        op.drop_table(table)
