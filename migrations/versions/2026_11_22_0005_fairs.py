"""Fairs: what is held where and when, its halls, and the buyers who will be there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005_fairs"
down_revision = "0004_matching"
branch_labels = None
depends_on = None

# Every change of these rows is written to core_change with the old and the new value, whoever makes it.
WATCHED = ("fairs_fair", "fairs_hall", "fairs_buyer")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _fair()
    _hall()
    _buyer()
    for table in WATCHED:
        op.execute(f"SELECT core_watch('{table}')")


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=False)


def _fair() -> None:
    op.create_table(
        "fairs_fair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        _words("kind"),
        sa.Column("place", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("province_code", sa.String()),
        sa.Column("commune_code", sa.String()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        _words("date_precision"),
        sa.Column("opening_hours", sa.String()),
        sa.Column("hosts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("description", sa.String()),
        _words("state"),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_fair"),
        sa.UniqueConstraint("slug", name="uq_fairs_fair_slug"),
        sa.CheckConstraint("kind in ('fair', 'product_week', 'conference')", name="kind"),
        sa.CheckConstraint("date_precision in ('day', 'month', 'year')", name="date_precision"),
        sa.CheckConstraint("state in ('draft', 'announced', 'cancelled')", name="state"),
        sa.CheckConstraint("starts_on <= ends_on", name="dates"),
        sa.CheckConstraint("not (illustrative and source is not null)", name="source"),
        sa.ForeignKeyConstraint(["organisation_id"], ["accounts_organisation.id"], name="fk_fairs_fair_organisation_id"),
    )
    op.create_index("ix_fairs_fair_ends_on", "fairs_fair", ["ends_on", "id"])


def _of_fair(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name=f"fk_{table}_fair_id", ondelete="CASCADE")


def _hall() -> None:
    op.create_table(
        "fairs_hall",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String()),
        sa.Column("area_m2", sa.Numeric()),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_hall"),
        sa.UniqueConstraint("fair_id", "name", name="uq_fairs_hall_fair_id_name"),
        sa.CheckConstraint("area_m2 > 0", name="area_m2"),
        _of_fair("fairs_hall"),
    )


def _buyer() -> None:
    op.create_table(
        "fairs_buyer",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("looking_for", sa.String()),
        sa.Column("commodity_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("fair_id", "buyer_id", name="pk_fairs_buyer"),
        _of_fair("fairs_buyer"),
        sa.ForeignKeyConstraint(["buyer_id"], ["matching_buyer.id"], name="fk_fairs_buyer_buyer_id"),
    )
    op.create_index("ix_fairs_buyer_buyer_id", "fairs_buyer", ["buyer_id"])


def downgrade() -> None:
    """Take the fairs away."""
    for table in ("fairs_buyer", "fairs_hall", "fairs_fair"):
        op.drop_table(table)
