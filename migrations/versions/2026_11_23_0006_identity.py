"""Registration, confirmation, second factor, resets, mail and rate limits."""

from __future__ import annotations

from alembic import op

revision = "0006_identity"
down_revision = "0005_fairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.drop_constraint(op.f("ck_accounts_organisation_ck_accounts_organisation_kind"), "accounts_organisation")
    op.create_check_constraint(
        "kind", "accounts_organisation", "kind in ('supplier', 'buyer', 'organiser', 'office', 'operator')"
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_constraint(op.f("ck_accounts_organisation_kind"), "accounts_organisation")
    op.create_check_constraint("ck_accounts_organisation_kind", "accounts_organisation", "kind in ('supplier', 'buyer', 'organiser', 'office')")
