"""Members, invitations, tokens, consents and what is held about a person."""

from __future__ import annotations

revision = "0007_organisations"
down_revision = "0006_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them again."""
