"""The capacity ledger: months, and the promises made in them."""

from __future__ import annotations

revision = "0014_ledger"
down_revision = "0013_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
