"""Entries typed for somebody, field checks, and the users of marks."""

from __future__ import annotations

revision = "0010_assistance"
down_revision = "0009_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them again."""
