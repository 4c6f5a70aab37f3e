"""Allocations of booths."""

from __future__ import annotations

revision = "0026_plans"
down_revision = "0025_charges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch them."""


def downgrade() -> None:
    """Take them away."""
