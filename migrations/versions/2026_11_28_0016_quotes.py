"""Quotes with their revisions, and awards."""

from __future__ import annotations

revision = "0016_quotes"
down_revision = "0015_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
