"""Fairs as their organisers keep them: days and hours, co-hosts, the call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021_fair_desk"
down_revision = "0020_terms"
branch_labels = None
depends_on = None

TABLES = ("fairs_day",)
COLUMNS = ("key", "co_hosts", "call_opens_on", "call_closes_on", "call_words", "call_needs", "copied_from")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _fair()
    _day()
    for table in TABLES:
        op.execute(f"SELECT core_watch('{table}')")


def _fair() -> None:
    nothing = sa.text("'{}'::text[]")
    op.add_column("fairs_fair", sa.Column("key", sa.Uuid()))
    op.add_column("fairs_fair", sa.Column("co_hosts", postgresql.ARRAY(sa.Text()), nullable=False, server_default=nothing))
    op.add_column("fairs_fair", sa.Column("call_opens_on", sa.Date()))
    op.add_column("fairs_fair", sa.Column("call_closes_on", sa.Date()))
    op.add_column("fairs_fair", sa.Column("call_words", sa.String()))
    op.add_column("fairs_fair", sa.Column("call_needs", postgresql.ARRAY(sa.Text()), nullable=False, server_default=nothing))
    op.add_column("fairs_fair", sa.Column("copied_from", sa.Uuid()))
    op.create_unique_constraint("uq_fairs_fair_key", "fairs_fair", ["key"])
    op.create_check_constraint("call", "fairs_fair", "call_opens_on <= call_closes_on")
    op.create_foreign_key("fk_fairs_fair_copied_from", "fairs_fair", "fairs_fair", ["copied_from"], ["id"], ondelete="SET NULL")
    op.create_index("ix_fairs_fair_copied_from", "fairs_fair", ["copied_from"])
    op.create_index("ix_fairs_fair_organisation_id", "fairs_fair", ["organisation_id", "ends_on", "id"])


def _day() -> None:
    op.create_table(
        "fairs_day",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("fair_id", "day", name="pk_fairs_day"),
        sa.CheckConstraint("opens < closes", name="hours"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_day_fair_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_fairs_fair_organisation_id", "fairs_fair")
    op.drop_index("ix_fairs_fair_copied_from", "fairs_fair")
    op.drop_constraint("fk_fairs_fair_copied_from", "fairs_fair")
    op.drop_constraint(op.f("ck_fairs_fair_call"), "fairs_fair")
    op.drop_constraint("uq_fairs_fair_key", "fairs_fair")
    for column in reversed(COLUMNS):
        op.drop_column("fairs_fair", column)
