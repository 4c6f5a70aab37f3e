"""Submissions, decisions and what waits to be checked: of suppliers, products, certificates and buyers."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_reviews"
down_revision = "0008_papers"
branch_labels = None
depends_on = None

FACTS = Path(__file__).parents[1] / "sql" / "0009_search_facts.sql"
EMPTY = sa.text("'{}'::jsonb")


def upgrade() -> None:
    """Make the tables, count as checked what everyone could see so far, and queue the rest."""
    _certificates()
    _reviews()
    _queue_what_waited()
    # Only checked papers are searched by from now on. Every paper that counted so far is checked, so no search row changes.
    op.get_bind().exec_driver_sql(FACTS.read_text().replace("%", "%%"))
    _buyers()


def _certificates() -> None:
    for table in ("catalogue_supplier", "catalogue_product", "catalogue_certificate"):
        op.add_column(table, sa.Column("typed_by", sa.Uuid()))
    # What is there counts as checked today; a default says so of every row without rewriting any of them.
    op.add_column("catalogue_certificate", sa.Column("state", sa.String(40), nullable=False, server_default="checked"))
    op.add_column("catalogue_certificate", sa.Column("checked_on", sa.Date(), server_default=sa.func.current_date()))
    op.add_column("catalogue_certificate", sa.Column("checked_by", sa.Uuid()))
    op.alter_column("catalogue_certificate", "state", server_default="submitted")
    op.alter_column("catalogue_certificate", "checked_on", server_default=None)
    op.create_check_constraint("state", "catalogue_certificate", "state in ('submitted', 'checked', 'returned')")
    op.create_check_constraint("checked_on", "catalogue_certificate", "(state = 'checked') = (checked_on is not null)")


def _reviews() -> None:
    op.create_table(
        "catalogue_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("is_revision", sa.Boolean(), nullable=False),
        sa.Column("proposed", postgresql.JSONB(), nullable=False, server_default=EMPTY),
        sa.Column("based_on", postgresql.JSONB(), nullable=False, server_default=EMPTY),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_for", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("reasons", postgresql.JSONB(), nullable=False, server_default=EMPTY),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_review"),
        sa.CheckConstraint("kind in ('supplier', 'product', 'certificate')", name="kind"),
        sa.CheckConstraint("state in ('waiting', 'approved', 'returned', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'waiting') = (decided_at is null)", name="decided_at"),
        sa.CheckConstraint("is_revision = (proposed <> '{}')", name="proposed"),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["catalogue_supplier.id"], name="fk_catalogue_review_supplier_id", ondelete="CASCADE"
        ),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_catalogue_review_waiting", "catalogue_review", ["subject"], unique=True, postgresql_where=waiting)
    op.create_index("ix_catalogue_review_queue", "catalogue_review", ["kind", "submitted_at", "id"], postgresql_where=waiting)
    op.create_index("ix_catalogue_review_subject", "catalogue_review", ["subject", "id"])
    op.create_index("ix_catalogue_review_supplier_id", "catalogue_review", ["supplier_id"])
    op.execute("SELECT core_watch('catalogue_review')")


def _queue_what_waited() -> None:
    hidden = (
        "EXISTS (SELECT 1 FROM catalogue_supplier s LEFT JOIN catalogue_product p ON p.id = c.product_id"
        " WHERE s.id = c.supplier_id AND (s.state <> 'published' OR p.state <> 'published'))"
    )
    op.execute(f"UPDATE catalogue_certificate c SET state = 'submitted', checked_on = NULL WHERE {hidden}")
    for kind, rows in (
        (
            "supplier",
            "SELECT s.id, s.id AS supplier_id, s.updated_at AS at FROM catalogue_supplier s WHERE s.state = 'submitted'",
        ),
        ("product", "SELECT p.id, p.supplier_id, p.updated_at AS at FROM catalogue_product p WHERE p.state = 'submitted'"),
        ("certificate", "SELECT c.id, c.supplier_id, now() AS at FROM catalogue_certificate c WHERE c.state = 'submitted'"),
    ):
        op.execute(
            "INSERT INTO catalogue_review (id, kind, subject, supplier_id, is_revision, submitted_at, state)"
            f" SELECT gen_random_uuid(), '{kind}', x.id, x.supplier_id, false, x.at, 'waiting' FROM ({rows}) x"
        )


def _buyers() -> None:
    op.add_column("matching_buyer", sa.Column("state", sa.String(40), nullable=False, server_default="draft"))
    op.add_column("matching_buyer", sa.Column("submitted_at", sa.DateTime(timezone=True)))
    op.add_column("matching_buyer", sa.Column("submitted_by", sa.Uuid()))
    op.add_column("matching_buyer", sa.Column("decided_at", sa.DateTime(timezone=True)))
    op.add_column("matching_buyer", sa.Column("decided_by", sa.Uuid()))
    op.add_column("matching_buyer", sa.Column("reasons", postgresql.JSONB(), nullable=False, server_default=EMPTY))
    op.add_column("matching_buyer", sa.Column("note", sa.String()))
    op.execute("UPDATE matching_buyer SET state = 'verified' WHERE verified_on IS NOT NULL")
    op.create_check_constraint("state", "matching_buyer", "state in ('draft', 'submitted', 'returned', 'verified')")
    op.create_check_constraint("verified_on", "matching_buyer", "(state = 'verified') = (verified_on is not null)")
    op.create_check_constraint("submitted_at", "matching_buyer", "state <> 'submitted' or submitted_at is not null")
    waiting = sa.text("state = 'submitted'")
    op.create_index("ix_matching_buyer_waiting", "matching_buyer", ["submitted_at", "id"], postgresql_where=waiting)
    # Organisers that announce fairs already go on doing so.
    op.execute("UPDATE accounts_organisation SET verified_on = current_date WHERE kind = 'organiser' AND verified_on IS NULL")


def downgrade() -> None:
    """What was decided cannot be told from what was never asked; go back by restoring a backup."""
    raise RuntimeError("restore a backup taken before this migration")
