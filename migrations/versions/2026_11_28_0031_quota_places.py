"""A supported quota may be another number for some places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0031_quota_places"
down_revision = "0030_tables_of_a_session"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The number of booths by the code of the place; whoever is not named has the rate's own number."""
    op.add_column("fairs_rate", sa.Column("quota_places", JSONB(), nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("fairs_rate", "quota_places")
