"""Matching rounds: who takes part, extra fields, clearings and their proposals."""

from __future__ import annotations

revision = "0018_rounds"
down_revision = "0017_pooling"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
