"""Pooled lots: what was asked of the solver, the plan found, and each supplier's share."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_pooling"
down_revision = "0016_quotes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _pools()
    _shares()
    # The frozen market, the plan and the progress are the worker's; what people decide is watched.
    op.execute(
        "CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON matching_pool"
        " FOR EACH ROW EXECUTE FUNCTION core_note_change('frozen', 'progress', 'result')"
    )
    op.execute("SELECT core_watch('matching_pool_share')")


def _at(name: str, *, now: bool = False) -> sa.Column[object]:
    default = {"server_default": sa.func.now(), "nullable": False} if now else {}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def _facts(name: str, *, required: bool = False) -> sa.Column[object]:
    default = {} if required else {"server_default": sa.text("'{}'::jsonb")}
    return sa.Column(name, postgresql.JSONB(), nullable=False, **default)


def _pools() -> None:
    op.create_table(
        "matching_pool",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("request_version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("asked_for", sa.Uuid()),
        sa.Column("state", sa.String(40), nullable=False),
        _facts("settings", required=True),
        _facts("frozen"),
        sa.Column("digest", sa.String()),
        _facts("progress"),
        _facts("result"),
        sa.Column("answer_by", sa.Date()),
        sa.Column("note", sa.String()),
        sa.Column("reason", sa.String()),
        _at("quoted_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("found_at"),
        _at("sent_at"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_pool"),
        sa.UniqueConstraint("request_id", "key", name="uq_matching_pool_request_id_key"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["matching_request.id"], name="fk_matching_pool_request_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "state in ('asked', 'solving', 'found', 'failed', 'cancelled', 'sent', 'complete', 'dissolved')",
            name="ck_matching_pool_state",
        ),
        sa.CheckConstraint("state not in ('sent', 'complete') or answer_by is not null", name="ck_matching_pool_answer_by"),
    )
    op.create_index("ix_matching_pool_request_id", "matching_pool", ["request_id", "id"])
    op.create_index("ix_matching_pool_digest", "matching_pool", ["digest"])
    # Two lots asked of suppliers at once would promise the same order twice.
    op.create_index(
        "ix_matching_pool_joined", "matching_pool", ["request_id"], unique=True,
        postgresql_where=sa.text("state in ('sent', 'complete')"),
    )  # fmt: skip


def _shares() -> None:
    op.create_table(
        "matching_pool_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("price_vnd_per_kg", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _at("answered_at"),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("reason", sa.String()),
        sa.Column("stand_in_for", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_matching_pool_share"),
        *(
            sa.ForeignKeyConstraint([own], [f"{table}.id"], name=f"fk_matching_pool_share_{own}", ondelete=ondelete)
            for own, table, ondelete in (
                ("pool_id", "matching_pool", "CASCADE"),
                ("supplier_id", "catalogue_supplier", "CASCADE"),
                ("product_id", "catalogue_product", "CASCADE"),
                ("stand_in_for", "matching_pool_share", "SET NULL"),
            )
        ),
        sa.CheckConstraint(
            "state in ('asked', 'accepted', 'declined', 'silent', 'replaced', 'dropped')", name="ck_matching_pool_share_state"
        ),
        sa.CheckConstraint("(state = 'asked') = (answered_at is null)", name="ck_matching_pool_share_answered_at"),
        sa.CheckConstraint("state <> 'declined' or reason is not null", name="ck_matching_pool_share_reason"),
        sa.CheckConstraint("price_vnd_per_kg > 0", name="ck_matching_pool_share_price_vnd_per_kg"),
    )
    op.create_index(
        "ix_matching_pool_share_live", "matching_pool_share", ["pool_id", "product_id"], unique=True,
        postgresql_where=sa.text("state in ('asked', 'accepted')"),
    )  # fmt: skip
    op.create_index("ix_matching_pool_share_pool_id", "matching_pool_share", ["pool_id", "id"])
    op.create_index("ix_matching_pool_share_supplier_id", "matching_pool_share", ["supplier_id", "id"])
    op.create_index("ix_matching_pool_share_product_id", "matching_pool_share", ["product_id"])
    op.create_index("ix_matching_pool_share_stand_in_for", "matching_pool_share", ["stand_in_for"])
    op.create_index(
        "ix_matching_pool_share_asked", "matching_pool_share", ["answer_by"], postgresql_where=sa.text("state = 'asked'")
    )
    op.create_table(
        "matching_pool_share_month",
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("kg", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("share_id", "year", "month", name="pk_matching_pool_share_month"),
        sa.ForeignKeyConstraint(
            ["share_id"], ["matching_pool_share.id"], name="fk_matching_pool_share_month_share_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("month between 1 and 12", name="ck_matching_pool_share_month_month"),
        sa.CheckConstraint("kg > 0", name="ck_matching_pool_share_month_kg"),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("matching_pool_share_month", "matching_pool_share", "matching_pool"):
        op.drop_table(table)
