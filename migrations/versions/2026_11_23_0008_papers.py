"""Files, photos, scans of certificates, and the reminders of what runs out."""

from __future__ import annotations

revision = "0008_papers"
down_revision = "0007_organisations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them again."""
