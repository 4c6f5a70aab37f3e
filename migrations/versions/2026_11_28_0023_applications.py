"""Applications for fairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_applications"
down_revision = "0022_layouts"
branch_labels = None
depends_on = None

TABLES = ("fairs_application", "fairs_share", "fairs_share_member", "fairs_choice_rule", "fairs_choice_draw")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _application()
    _shares()
    _choice()
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
        sa.Column("commune_code", sa.String()),
        sa.Column("district_code", sa.String()),
        sa.Column("contact", sa.String()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("faults", postgresql.JSONB(), nullable=False),
        sa.Column("product_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("goods_words", sa.String()),
        sa.Column("commodity", sa.String()),
        sa.Column("goods", sa.String(40), nullable=False),
        sa.Column("smell", sa.Boolean(), nullable=False),
        sa.Column("takes_smell", sa.Boolean(), nullable=False),
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
        sa.Column("claims", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("claims_confirmed", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("claims_consent_at", sa.DateTime(timezone=True)),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("points", sa.Integer()),
        sa.Column("place", sa.Integer()),
        sa.Column("luck", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Uuid()),
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


def _shares() -> None:
    op.create_table(
        "fairs_share",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_share"),
        sa.CheckConstraint("kind in ('side_by_side', 'by_days')", name="kind"),
        sa.UniqueConstraint("code", name="uq_fairs_share_code"),
        sa.UniqueConstraint("lead_id", name="uq_fairs_share_lead_id"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_share_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lead_id"], ["fairs_application.id"], name="fk_fairs_share_lead_id", ondelete="CASCADE"),
    )
    op.create_index("ix_fairs_share_fair_id", "fairs_share", ["fair_id"])
    op.create_table(
        "fairs_share_member",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("first_day", sa.Date()),
        sa.Column("last_day", sa.Date()),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("application_id", name="pk_fairs_share_member"),
        sa.CheckConstraint("state in ('invited', 'asking', 'agreed')", name="state"),
        sa.CheckConstraint("(first_day is null) = (last_day is null) and first_day <= last_day", name="days"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fairs_application.id"], name="fk_fairs_share_member_application_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["share_id"], ["fairs_share.id"], name="fk_fairs_share_member_share_id", ondelete="CASCADE"),
    )
    op.create_index("ix_fairs_share_member_share_id", "fairs_share_member", ["share_id"])


def _choice() -> None:
    op.create_table(
        "fairs_choice_rule",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("per_star", sa.Integer(), nullable=False),
        sa.Column("per_year", sa.Integer(), nullable=False),
        sa.Column("most_years", sa.Integer(), nullable=False),
        sa.Column("first_time", sa.Integer(), nullable=False),
        sa.Column("claims", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("fair_id", name="pk_fairs_choice_rule"),
        sa.CheckConstraint("per_star between 0 and 1000 and per_year between 0 and 1000", name="each"),
        sa.CheckConstraint("most_years between 0 and 50 and first_time between 0 and 1000", name="times"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_choice_rule_fair_id", ondelete="CASCADE"),
    )
    op.create_table(
        "fairs_choice_draw",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("called", sa.String()),
        sa.Column("seed", sa.String()),
        sa.Column("listed", sa.String()),
        sa.Column("digest", sa.String()),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True)),
        sa.Column("drawn_by", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_choice_draw"),
        sa.CheckConstraint("(drawn_at is null) = (seed is null) and (seed is null) = (listed is null)", name="drawn"),
        sa.UniqueConstraint("fair_id", "number", name="uq_fairs_choice_draw_fair_id_number"),
        sa.UniqueConstraint("key", name="uq_fairs_choice_draw_key"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_choice_draw_fair_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)
