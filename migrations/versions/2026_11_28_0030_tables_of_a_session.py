"""A session of meetings may have a number of tables of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030_tables_of_a_session"
down_revision = "0028_onsite"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number; none means as many as the fair has."""
    op.add_column("fairs_meeting_session", sa.Column("tables", sa.SmallInteger()))
    op.create_check_constraint("tables", "fairs_meeting_session", "tables between 0 and 500")


def downgrade() -> None:
    """Take it away again."""
    op.drop_constraint(op.f("ck_fairs_meeting_session_tables"), "fairs_meeting_session")
    op.drop_column("fairs_meeting_session", "tables")
