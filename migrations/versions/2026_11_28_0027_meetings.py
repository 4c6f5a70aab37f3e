"""Meetings at fairs."""

from __future__ import annotations

revision = "0027_meetings"
down_revision = "0026_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch them."""


def downgrade() -> None:
    """Take them away."""
