"""Submissions, decisions and what waits to be checked."""

from __future__ import annotations

revision = "0009_reviews"
down_revision = "0008_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them again."""
