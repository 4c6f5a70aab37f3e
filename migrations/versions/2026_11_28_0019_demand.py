"""Buyers who put their needs together."""

from __future__ import annotations

revision = "0019_demand"
down_revision = "0018_rounds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
