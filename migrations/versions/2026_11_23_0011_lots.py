"""Archives that come in, and lots."""

from __future__ import annotations

revision = "0011_lots"
down_revision = "0010_assistance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them again."""
