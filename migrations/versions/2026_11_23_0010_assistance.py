"""Entries typed for somebody, field checks, and the users of marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_assistance"
down_revision = "0009_reviews"
branch_labels = None
depends_on = None

WATCHED = ("catalogue_check", "catalogue_complaint")


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _rounds()
    _checks()
    _complaints()
    _entries()
    op.add_column("catalogue_mark_user", sa.Column("decision", sa.String()))
    for table in WATCHED:
        op.execute(f"SELECT core_watch('{table}')")
    op.execute("SELECT core_watch('catalogue_assisted_entry', 'code_hash')")
    # What was published about a draw stays as it was: the application may add a round and never change one.
    op.execute("REVOKE UPDATE, DELETE ON catalogue_check_round, catalogue_check_candidate FROM chophien_app")


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def _supplier(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["supplier_id"], ["catalogue_supplier.id"], name=f"fk_{table}_supplier_id", ondelete="CASCADE"
    )


def _organisation(table: str, column: str = "organisation_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["accounts_organisation.id"], name=f"fk_{table}_{column}")


def _rounds() -> None:
    table = "catalogue_check_round"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("wanted", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("area", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("drawn_by", sa.Uuid()),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("code", name=f"uq_{table}_code"),
        sa.CheckConstraint("wanted > 0", name="wanted"),
        _organisation(table),
    )
    table = "catalogue_check_candidate"
    op.create_table(
        table,
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("place", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("round_id", "supplier_id", name=f"pk_{table}"),
        sa.CheckConstraint("weight > 0", name="weight"),
        sa.CheckConstraint("place > 0", name="place"),
        sa.ForeignKeyConstraint(["round_id"], ["catalogue_check_round.id"], name=f"fk_{table}_round_id", ondelete="CASCADE"),
        _supplier(table),
    )
    op.create_index(f"ix_{table}_supplier_id", table, ["supplier_id"])


def _checks() -> None:
    table = "catalogue_check"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid()),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date()),
        sa.Column("place", sa.String()),
        _words("finding", nullable=True),
        sa.Column("note", sa.String()),
        sa.Column("follow_up_on", sa.Date()),
        sa.Column("visited_by", sa.Uuid()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("round_id", "supplier_id", name=f"uq_{table}_round_id_supplier_id"),
        sa.CheckConstraint("finding in ('passed', 'to_mend', 'failed')", name="finding"),
        sa.CheckConstraint("(visited_on is null) = (finding is null)", name="done"),
        sa.CheckConstraint("follow_up_on > visited_on", name="follow_up_on"),
        sa.ForeignKeyConstraint(["round_id"], ["catalogue_check_round.id"], name=f"fk_{table}_round_id", ondelete="CASCADE"),
        _supplier(table),
    )
    op.create_index(f"ix_{table}_supplier_id", table, ["supplier_id", "visited_on"])
    op.execute(f"CREATE INDEX ix_{table}_open_sql ON {table} (id) WHERE visited_on IS NULL")


def _complaints() -> None:
    table = "catalogue_complaint"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("noted_by", sa.Uuid()),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _supplier(table),
        sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name=f"fk_{table}_product_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["check_id"], ["catalogue_check.id"], name=f"fk_{table}_check_id", ondelete="SET NULL"),
        _organisation(table),
    )
    for column in ("supplier_id", "product_id", "check_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _entries() -> None:
    table = "catalogue_assisted_entry"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        _words("source"),
        sa.Column("note", sa.String()),
        sa.Column("typed_by", sa.Uuid()),
        sa.Column("office_id", sa.Uuid()),
        sa.Column("typed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("locator", sa.String()),
        sa.Column("code_hash", sa.String()),
        sa.Column("code_until", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("agreed_by", sa.Uuid()),
        sa.Column("agreed_at", sa.DateTime(timezone=True)),
        sa.Column("digest", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("supplier_id", name=f"uq_{table}_supplier_id"),
        sa.UniqueConstraint("locator", name=f"uq_{table}_locator"),
        sa.CheckConstraint("source in ('paper', 'call', 'visit')", name="source"),
        sa.CheckConstraint("tries >= 0", name="tries"),
        _supplier(table),
        _organisation(table, "office_id"),
    )
    op.create_index(f"ix_{table}_agreed_at", table, ["agreed_at", "id"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_column("catalogue_mark_user", "decision")
    for table in (
        "catalogue_assisted_entry", "catalogue_complaint", "catalogue_check", "catalogue_check_candidate",
        "catalogue_check_round",
    ):  # fmt: skip
        op.drop_table(table)
