"""Shortlists and saved searches."""

from __future__ import annotations

revision = "0012_lists"
down_revision = "0011_lots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them again."""
