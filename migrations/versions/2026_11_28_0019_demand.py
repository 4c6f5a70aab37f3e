"""Buyers who put their needs together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_demand"
down_revision = "0018_rounds"
branch_labels = None
depends_on = None

TABLES = ("matching_demand_share", "matching_demand_member", "matching_demand")


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _orders()
    _members()
    op.execute("SELECT core_watch('matching_demand', 'invite_token')")
    op.execute("SELECT core_watch('matching_demand_member')")
    op.execute("SELECT core_watch('matching_demand_share')")


def _at(name: str, *, now: bool = False, nullable: bool = True) -> sa.Column[object]:
    default = {"server_default": sa.func.now(), "nullable": False} if now else {"nullable": nullable}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def _orders() -> None:
    op.create_table(
        "matching_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("opener_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("commodity_id", sa.Uuid(), nullable=False),
        sa.Column("min_stars", sa.SmallInteger()),
        sa.Column("certificates", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("pack_net_g", sa.Integer()),
        sa.Column("note", sa.String()),
        sa.Column("delivery_province_code", sa.String(), nullable=False),
        sa.Column("communes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("target_kind", sa.String(40), nullable=False),
        sa.Column("target_kg", sa.Numeric(), nullable=False),
        sa.Column("lorry_kg", sa.Numeric(), nullable=False),
        sa.Column("vnd_per_km", sa.Integer(), nullable=False),
        sa.Column("from_code", sa.String(), nullable=False),
        sa.Column("join_by", sa.Date(), nullable=False),
        sa.Column("confirm_days", sa.SmallInteger(), nullable=False),
        sa.Column("answer_by", sa.Date()),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("invite_token", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("request_id", sa.Uuid()),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("updated_at", now=True),
        sa.PrimaryKeyConstraint("id", name="pk_matching_demand"),
        sa.UniqueConstraint("code", name="uq_matching_demand_code"),
        # The same form sent twice opens one joint order.
        sa.UniqueConstraint("opener_id", "key", name="uq_matching_demand_opener_id_key"),
        sa.UniqueConstraint("invite_token", name="uq_matching_demand_invite_token"),
        sa.CheckConstraint("min_stars between 3 and 5", name="min_stars"),
        sa.CheckConstraint("pack_net_g > 0", name="pack_net_g"),
        sa.CheckConstraint("first_month <= last_month", name="months"),
        sa.CheckConstraint("target_kind in ('lorry', 'bulk')", name="target_kind"),
        sa.CheckConstraint("target_kg > 0", name="target_kg"),
        sa.CheckConstraint("lorry_kg > 0", name="lorry_kg"),
        sa.CheckConstraint("vnd_per_km > 0", name="vnd_per_km"),
        sa.CheckConstraint("confirm_days between 1 and 14", name="confirm_days"),
        sa.CheckConstraint("state in ('open', 'confirming', 'confirmed', 'asked', 'failed', 'cancelled')", name="state"),
        sa.CheckConstraint("reason in ('not_filled', 'too_few', 'called_off')", name="reason"),
        sa.CheckConstraint("(state in ('failed', 'cancelled')) = (reason is not null)", name="ended"),
        sa.CheckConstraint("state not in ('confirming', 'confirmed') or answer_by is not null", name="answer_by"),
        # One request for one joint order, and none before it is confirmed.
        sa.CheckConstraint("(state = 'asked') = (request_id is not null)", name="request_id"),
        sa.ForeignKeyConstraint(["opener_id"], ["matching_buyer.id"], name="fk_matching_demand_opener_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["matching_buyer.id"], name="fk_matching_demand_lead_id"),
        sa.ForeignKeyConstraint(["commodity_id"], ["catalogue_commodity.id"], name="fk_matching_demand_commodity_id"),
        sa.ForeignKeyConstraint(["request_id"], ["matching_request.id"], name="fk_matching_demand_request_id"),
    )
    op.create_index("ix_matching_demand_opener_id", "matching_demand", ["opener_id"])
    op.create_index("ix_matching_demand_lead_id", "matching_demand", ["lead_id"])
    op.create_index("ix_matching_demand_commodity_id", "matching_demand", ["commodity_id"])
    op.create_index("ix_matching_demand_request_id", "matching_demand", ["request_id"])
    op.create_index(
        "ix_matching_demand_waiting", "matching_demand", ["state", "answer_by"],
        postgresql_where=sa.text("state in ('open', 'confirming')"),
    )  # fmt: skip


def _members() -> None:
    op.create_table(
        "matching_demand_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        _at("consent_at", nullable=False),
        sa.Column("name_shown", sa.Boolean(), nullable=False),
        sa.Column("commune_code", sa.String()),
        sa.Column("place", sa.String()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answered_round", sa.SmallInteger(), nullable=False),
        _at("answered_at"),
        _at("joined_at", now=True),
        _at("updated_at", now=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_demand_member"),
        sa.UniqueConstraint("demand_id", "buyer_id", name="uq_matching_demand_member_demand_id_buyer_id"),
        sa.CheckConstraint("state in ('joined', 'left', 'declined', 'silent')", name="state"),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["matching_demand.id"], name="fk_matching_demand_member_demand_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["matching_buyer.id"], name="fk_matching_demand_member_buyer_id"),
    )
    op.create_index("ix_matching_demand_member_buyer_id", "matching_demand_member", ["buyer_id"])
    op.create_table(
        "matching_demand_share",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("kg", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "year", "month", name="pk_matching_demand_share"),
        sa.CheckConstraint("month between 1 and 12", name="month"),
        sa.CheckConstraint("kg > 0", name="kg"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["matching_demand_member.id"], name="fk_matching_demand_share_member_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_table(table)
