"""Allocations of booths."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026_plans"
down_revision = "0025_charges"
branch_labels = None
depends_on = None

TABLES = ("fairs_plan_placing", "fairs_plan")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _plan()
    _placing()
    op.execute("SELECT core_watch('fairs_plan_placing')")
    # What the worker writes by itself, once a second, is left out: the change log keeps what people decide.
    op.execute(
        "CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON fairs_plan "
        "FOR EACH ROW EXECUTE FUNCTION core_note_change('frozen', 'progress', 'result')"
    )


def downgrade() -> None:
    """Take them away."""
    for table in TABLES:
        op.drop_table(table)


def _plan() -> None:
    table = "fairs_plan"
    nothing = {"nullable": False, "server_default": sa.text("'{}'::jsonb")}
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("based_on", sa.Uuid()),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("frozen", postgresql.JSONB(), **nothing),
        sa.Column("facts", sa.String()),
        sa.Column("progress", postgresql.JSONB(), **nothing),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("result", postgresql.JSONB(), **nothing),
        sa.Column("changes", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("reason", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("found_at", sa.DateTime(timezone=True)),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("published_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("fair_id", "number", name=f"uq_{table}_fair_id_number"),
        # The same form sent twice asks once.
        sa.UniqueConstraint("fair_id", "key", name=f"uq_{table}_fair_id_key"),
        sa.CheckConstraint(
            "state in ('asked', 'solving', 'found', 'hand', 'published', 'superseded', 'failed', 'cancelled')", name="state"
        ),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("(state in ('published', 'superseded')) = (published_at is not null)", name="published_at"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name=f"fk_{table}_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["based_on"], [f"{table}.id"], name=f"fk_{table}_based_on", ondelete="SET NULL"),
    )
    # A fair has one published version: the schema refuses the second one.
    op.create_index(f"ix_{table}_published", table, ["fair_id"], unique=True, postgresql_where=sa.text("state = 'published'"))
    op.create_index(f"ix_{table}_based_on", table, ["based_on"])
    op.create_index(f"ix_{table}_waiting", table, ["state"], postgresql_where=sa.text("state in ('asked', 'solving')"))


def _placing() -> None:
    table = "fairs_plan_placing"
    op.create_table(
        table,
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("booth_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "party_id", "booth_id", name=f"pk_{table}"),
        sa.CheckConstraint("first_day <= last_day", name="days"),
        sa.ForeignKeyConstraint(["plan_id"], ["fairs_plan.id"], name=f"fk_{table}_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["party_id"], ["fairs_application.id"], name=f"fk_{table}_party_id", ondelete="CASCADE"),
    )
    op.create_index(f"ix_{table}_party_id", table, ["party_id"])
