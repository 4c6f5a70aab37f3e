"""Fairs as their organisers keep them: days and hours, co-hosts, the call."""

from __future__ import annotations

revision = "0021_fair_desk"
down_revision = "0020_terms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch them."""


def downgrade() -> None:
    """Take them away."""
