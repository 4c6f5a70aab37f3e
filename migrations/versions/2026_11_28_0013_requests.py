"""Requests: sealed answers, a limit of quotes, and what a later part hangs on them; the history of their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013_requests"
down_revision = "0012_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table of earlier versions."""
    op.add_column("matching_request", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("matching_request", sa.Column("closes_at_quotes", sa.SmallInteger()))
    op.add_column("matching_request", sa.Column("mark_slug", sa.String()))
    op.add_column("matching_request", sa.Column("copied_from", sa.Uuid()))
    op.add_column("matching_request", sa.Column("round_id", sa.Uuid()))
    op.add_column("matching_request", sa.Column("demand_id", sa.Uuid()))
    op.add_column(
        "matching_request",
        sa.Column("extra", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    # Whoever seals the answers says until when: without a last day they would never be opened.
    op.create_check_constraint("sealed", "matching_request", "not sealed or deadline is not null or state = 'draft'")
    op.create_check_constraint("closes_at_quotes", "matching_request", "closes_at_quotes between 1 and 100")
    op.create_index("ix_matching_request_round_id", "matching_request", ["round_id"])
    op.create_index("ix_matching_request_demand_id", "matching_request", ["demand_id"])
    op.create_table(
        "matching_request_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("changed", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_request_version"),
        sa.UniqueConstraint("request_id", "number", name="uq_matching_request_version_request_id_number"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["matching_request.id"], name="fk_matching_request_version_request_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("matching_request_version")
    op.drop_constraint(op.f("ck_matching_request_closes_at_quotes"), "matching_request")
    op.drop_constraint(op.f("ck_matching_request_sealed"), "matching_request")
    for column in ("extra", "demand_id", "round_id", "copied_from", "mark_slug", "closes_at_quotes", "sealed"):
        op.drop_column("matching_request", column)
