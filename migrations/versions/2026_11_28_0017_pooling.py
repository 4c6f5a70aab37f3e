"""Pooled lots: what was asked of the solver, the plan found, and each supplier's share."""

from __future__ import annotations

revision = "0017_pooling"
down_revision = "0016_quotes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
