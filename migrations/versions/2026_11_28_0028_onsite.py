"""Invitations to exhibit; who stands at a fair, passes, check-ins, leads, sales, papers signed, and the results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028_onsite"
down_revision = "0027_meetings"
branch_labels = None
depends_on = None

TABLES = (
    "fairs_invitation",
    "fairs_exhibitor",
    "fairs_pass",
    "fairs_check_in",
    "fairs_lead",
    "fairs_sale",
    "fairs_signed_paper",
    "fairs_visitors",
    "fairs_money_line",
    "fairs_complaint",
    "fairs_findings",
)
# The change log is kept for ever, and a lead is a person who may ask to be forgotten: what she has left stands in no log. Who
# changed which lead when stands in the journal of facts, without her words.
WATCHED = tuple(table for table in TABLES if table not in ("fairs_lead", "fairs_pass"))


def upgrade() -> None:
    """Make the tables and have the change log watch them."""
    _invitations()
    _exhibitors()
    _passes()
    _check_ins()
    _leads()
    _sales()
    _signed_papers()
    _visitors()
    _money()
    _complaints()
    _findings()
    for table in WATCHED:
        op.execute(f"SELECT core_watch('{table}')")
    op.execute("SELECT core_watch('fairs_pass', 'holder')")


def downgrade() -> None:
    """Drop them again."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _invitations() -> None:
    op.create_table(
        "fairs_invitation",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("words", sa.String()),
        sa.Column("reason", sa.String()),
        sa.Column("invited_by", sa.Uuid()),
        sa.Column("invited_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'declined') = (answered_at is not null)", name="ck_fairs_invitation_answered_at"),
        sa.CheckConstraint("state in ('sent', 'declined')", name="ck_fairs_invitation_state"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_invitation_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_fairs_invitation_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_invitation"),
        sa.UniqueConstraint("fair_id", "supplier_id", name="uq_fairs_invitation_fair_id_supplier_id"),
    )
    op.create_index("ix_fairs_invitation_supplier_id", "fairs_invitation", ["supplier_id", "id"])


def _exhibitors() -> None:
    op.create_table(
        "fairs_exhibitor",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("supplier_id", sa.Uuid()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("brought_kg", sa.Numeric(precision=12, scale=3)),
        sa.Column("left_kg", sa.Numeric(precision=12, scale=3)),
        sa.Column("own_costs_vnd", sa.BigInteger()),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("brought_kg >= 0 and left_kg >= 0", name="ck_fairs_exhibitor_kg"),
        sa.CheckConstraint("own_costs_vnd >= 0", name="ck_fairs_exhibitor_own_costs_vnd"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fairs_application.id"], name="fk_fairs_exhibitor_application_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_exhibitor_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_fairs_exhibitor_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_exhibitor"),
    )
    op.create_index("ix_fairs_exhibitor_fair_id", "fairs_exhibitor", ["fair_id", "name", "id"])
    op.create_index("ix_fairs_exhibitor_supplier_id", "fairs_exhibitor", ["supplier_id"])
    op.create_index(
        "uq_fairs_exhibitor_application",
        "fairs_exhibitor",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("application_id is not null"),
    )
    op.create_index(
        "uq_fairs_exhibitor_name",
        "fairs_exhibitor",
        ["fair_id", "name"],
        unique=True,
        postgresql_where=sa.text("application_id is null and supplier_id is null"),
    )
    op.create_index(
        "uq_fairs_exhibitor_supplier",
        "fairs_exhibitor",
        ["fair_id", "supplier_id"],
        unique=True,
        postgresql_where=sa.text("supplier_id is not null"),
    )


def _passes() -> None:
    op.create_table(
        "fairs_pass",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["fairs_exhibitor.id"], name="fk_fairs_pass_exhibitor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_pass_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_pass"),
        sa.UniqueConstraint("code", name="uq_fairs_pass_code"),
        sa.UniqueConstraint("exhibitor_id", "number", name="uq_fairs_pass_exhibitor_id_number"),
    )
    op.create_index("ix_fairs_pass_fair_id", "fairs_pass", ["fair_id"])


def _check_ins() -> None:
    op.create_table(
        "fairs_check_in",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.Uuid()),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.Column("seen_by", sa.Uuid()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("how in ('scanned', 'typed', 'listed')", name="ck_fairs_check_in_how"),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["fairs_exhibitor.id"], name="fk_fairs_check_in_exhibitor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_check_in_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["pass_id"], ["fairs_pass.id"], name="fk_fairs_check_in_pass_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_check_in"),
        sa.UniqueConstraint("fair_id", "key", name="uq_fairs_check_in_fair_id_key"),
    )
    op.create_index("ix_fairs_check_in_exhibitor_id", "fairs_check_in", ["exhibitor_id"])
    op.create_index("ix_fairs_check_in_fair_id", "fairs_check_in", ["fair_id", "day"])
    op.create_index("ix_fairs_check_in_pass_id", "fairs_check_in", ["pass_id"])
    op.create_index(
        "uq_fairs_check_in_exhibitor",
        "fairs_check_in",
        ["exhibitor_id", "day"],
        unique=True,
        postgresql_where=sa.text("pass_id is null and undone_at is null"),
    )
    op.create_index(
        "uq_fairs_check_in_pass",
        "fairs_check_in",
        ["pass_id", "day"],
        unique=True,
        postgresql_where=sa.text("pass_id is not null and undone_at is null"),
    )


def _leads() -> None:
    op.create_table(
        "fairs_lead",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("booth", sa.String()),
        sa.Column("person", sa.String()),
        sa.Column("organisation", sa.String()),
        sa.Column("phone", sa.String()),
        sa.Column("consent_at", sa.DateTime(timezone=True)),
        sa.Column("wants", sa.String()),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("kg", sa.Numeric(precision=12, scale=3)),
        sa.Column("rating", sa.SmallInteger(), nullable=False),
        sa.Column("notes", sa.String()),
        sa.Column("buyer_id", sa.Uuid()),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("taken_by", sa.Uuid()),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("erased_at is not null or num_nonnulls(person, organisation) > 0", name="ck_fairs_lead_who"),
        sa.CheckConstraint(
            "erased_at is null or num_nonnulls(person, organisation, phone, notes, wants) = 0", name="ck_fairs_lead_erased"
        ),
        sa.CheckConstraint("phone is null or consent_at is not null", name="ck_fairs_lead_consent"),
        sa.CheckConstraint("rating between 1 and 3", name="ck_fairs_lead_rating"),
        sa.ForeignKeyConstraint(["buyer_id"], ["matching_buyer.id"], name="fk_fairs_lead_buyer_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["fairs_exhibitor.id"], name="fk_fairs_lead_exhibitor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_lead_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name="fk_fairs_lead_product_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_fairs_lead_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_lead"),
        sa.UniqueConstraint("supplier_id", "key", name="uq_fairs_lead_supplier_id_key"),
    )
    op.create_index("ix_fairs_lead_buyer_id", "fairs_lead", ["buyer_id"])
    op.create_index("ix_fairs_lead_exhibitor_id", "fairs_lead", ["exhibitor_id"])
    op.create_index("ix_fairs_lead_fair_id", "fairs_lead", ["fair_id"])
    op.create_index("ix_fairs_lead_product_id", "fairs_lead", ["product_id"])
    op.create_index("ix_fairs_lead_supplier_id", "fairs_lead", ["supplier_id", "id"])


def _sales() -> None:
    op.create_table(
        "fairs_sale",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("booth", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("nothing", sa.Boolean(), nullable=False),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("commodity_id", sa.Uuid()),
        sa.Column("what", sa.String()),
        sa.Column("kg", sa.Numeric(precision=12, scale=3)),
        sa.Column("vnd", sa.BigInteger(), nullable=False),
        sa.Column("receipts", sa.Integer()),
        sa.Column("typed_by", sa.Uuid()),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("not nothing or (vnd = 0 and product_id is null and what is null)", name="ck_fairs_sale_nothing"),
        sa.CheckConstraint("nothing or vnd > 0", name="ck_fairs_sale_something"),
        sa.CheckConstraint("vnd >= 0 and kg >= 0 and receipts >= 0", name="ck_fairs_sale_figures"),
        sa.ForeignKeyConstraint(["commodity_id"], ["catalogue_commodity.id"], name="fk_fairs_sale_commodity_id"),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["fairs_exhibitor.id"], name="fk_fairs_sale_exhibitor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_sale_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name="fk_fairs_sale_product_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_sale"),
        sa.UniqueConstraint("exhibitor_id", "key", name="uq_fairs_sale_exhibitor_id_key"),
    )
    op.create_index("ix_fairs_sale_commodity_id", "fairs_sale", ["commodity_id"])
    op.create_index("ix_fairs_sale_exhibitor_id", "fairs_sale", ["exhibitor_id", "day"])
    op.create_index("ix_fairs_sale_fair_id", "fairs_sale", ["fair_id", "day"])
    op.create_index("ix_fairs_sale_product_id", "fairs_sale", ["product_id"])
    op.create_index(
        "uq_fairs_sale_nothing",
        "fairs_sale",
        ["exhibitor_id", "booth", "day"],
        unique=True,
        postgresql_where=sa.text("nothing and withdrawn_at is null"),
    )


def _signed_papers() -> None:
    op.create_table(
        "fairs_signed_paper",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.Uuid()),
        sa.Column("what", sa.String()),
        sa.Column("kg", sa.Numeric(precision=12, scale=3)),
        sa.Column("vnd", sa.BigInteger()),
        sa.Column("typed_by", sa.Uuid()),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind in ('memorandum', 'contract')", name="ck_fairs_signed_paper_kind"),
        sa.CheckConstraint("vnd > 0 and kg > 0", name="ck_fairs_signed_paper_figures"),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["matching_buyer.id"], name="fk_fairs_signed_paper_buyer_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["fairs_exhibitor.id"], name="fk_fairs_signed_paper_exhibitor_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_signed_paper_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_signed_paper"),
        sa.UniqueConstraint("exhibitor_id", "key", name="uq_fairs_signed_paper_exhibitor_id_key"),
    )
    op.create_index("ix_fairs_signed_paper_buyer_id", "fairs_signed_paper", ["buyer_id"])
    op.create_index("ix_fairs_signed_paper_fair_id", "fairs_signed_paper", ["fair_id"])


def _visitors() -> None:
    op.create_table(
        "fairs_visitors",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.Uuid()),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name="ck_fairs_visitors_people"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_visitors_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", "day", name="pk_fairs_visitors"),
    )


def _money() -> None:
    op.create_table(
        "fairs_money_line",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40)),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("vnd", sa.BigInteger(), nullable=False),
        sa.Column("typed_by", sa.Uuid()),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(side = 'source') = (source is not null)", name="ck_fairs_money_line_source_of"),
        sa.CheckConstraint("side in ('cost', 'source')", name="ck_fairs_money_line_side"),
        sa.CheckConstraint("source in ('budget', 'exhibitors', 'sponsor', 'other')", name="ck_fairs_money_line_source"),
        sa.CheckConstraint("vnd > 0", name="ck_fairs_money_line_vnd"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_money_line_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_money_line"),
        sa.UniqueConstraint("fair_id", "key", name="uq_fairs_money_line_fair_id_key"),
    )


def _complaints() -> None:
    op.create_table(
        "fairs_complaint",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("exhibitor_id", sa.Uuid()),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("settled_on", sa.Date()),
        sa.Column("typed_by", sa.Uuid()),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(settled_on is null) = (outcome is null)", name="ck_fairs_complaint_settled"),
        sa.ForeignKeyConstraint(
            ["exhibitor_id"], ["fairs_exhibitor.id"], name="fk_fairs_complaint_exhibitor_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_complaint_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_complaint"),
        sa.UniqueConstraint("fair_id", "key", name="uq_fairs_complaint_fair_id_key"),
    )
    op.create_index("ix_fairs_complaint_exhibitor_id", "fairs_complaint", ["exhibitor_id"])


def _findings() -> None:
    op.create_table(
        "fairs_findings",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String()),
        sa.Column("went_well", sa.String()),
        sa.Column("lessons", sa.String()),
        sa.Column("proposals", sa.String()),
        sa.Column("said_by", sa.Uuid()),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_findings_fair_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fair_id", name="pk_fairs_findings"),
    )
