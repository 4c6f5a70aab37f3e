"""Who has which booth on which days."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024_bookings"
down_revision = "0023_applications"
branch_labels = None
depends_on = None

TABLES = ("fairs_occupancy", "fairs_booking_desk")
SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _desk()
    _occupancy()
    for table in TABLES:
        op.execute(f"SELECT core_watch('{table}')")
    op.get_bind().exec_driver_sql((SQL / "0024_book_booth.sql").read_text().replace("%", "%%"))


def _desk() -> None:
    op.create_table(
        "fairs_booking_desk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True)),
        sa.Column("needs_accepted", sa.Boolean(), nullable=False),
        sa.Column("hold_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_booking_desk"),
        sa.UniqueConstraint("fair_id", name="uq_fairs_booking_desk_fair_id"),
        sa.CheckConstraint("closes_at > opens_at", name="hours"),
        sa.CheckConstraint("hold_minutes between 1 and 1440", name="hold_minutes"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_booking_desk_fair_id", ondelete="CASCADE"),
    )


def _occupancy() -> None:
    op.create_table(
        "fairs_occupancy",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("booth_id", sa.Uuid(), nullable=False),
        sa.Column("days", postgresql.DATERANGE(), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.Uuid()),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("plan_id", sa.Uuid()),
        sa.Column("share_id", sa.Uuid()),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_occupancy"),
        sa.CheckConstraint("not isempty(days) and lower(days) is not null and upper(days) is not null", name="days"),
        sa.CheckConstraint("(state <> 'held') or held_until is not null", name="held_until"),
        sa.CheckConstraint("origin in ('plan', 'booking', 'hold')", name="origin"),
        sa.CheckConstraint("state in ('held', 'taken', 'released')", name="state"),
        sa.UniqueConstraint("key", name="uq_fairs_occupancy_key"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fairs_application.id"], name="fk_fairs_occupancy_application_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["booth_id"], ["fairs_booth.id"], name="fk_fairs_occupancy_booth_id"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_occupancy_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_fairs_occupancy_supplier_id"),
    )
    op.create_index("ix_fairs_occupancy_application_id", "fairs_occupancy", ["application_id"])
    op.create_index("ix_fairs_occupancy_fair_id", "fairs_occupancy", ["fair_id", "state"])
    op.create_index(
        "ix_fairs_occupancy_held_until",
        "fairs_occupancy",
        ["held_until"],
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index("ix_fairs_occupancy_supplier_id", "fairs_occupancy", ["supplier_id"])
    # A booth that two share stands in two rows with the same `share_id`; any other second row is refused.
    op.execute(
        "ALTER TABLE fairs_occupancy ADD CONSTRAINT ex_fairs_occupancy_booth_days_sql EXCLUDE USING gist "
        "(booth_id WITH =, days WITH &&, (coalesce(share_id, id)) WITH <>) WHERE (state <> 'released')"
    )


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP FUNCTION fairs_book(uuid, uuid, uuid, text, text, date, date, uuid, uuid, uuid, timestamptz)")
    for table in TABLES:
        op.drop_table(table)
