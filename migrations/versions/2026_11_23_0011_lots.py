"""Lots with where they come from, what was checked and where they went; and the archives that come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_lots"
down_revision = "0010_assistance"
branch_labels = None
depends_on = None

PARTS = ("catalogue_lot_delivery", "catalogue_lot_check", "catalogue_lot_source")


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _lot()
    _sources()
    _checks()
    _deliveries()
    _imports()
    for table in ("catalogue_lot", "catalogue_lot_check", "catalogue_lot_delivery"):
        op.execute(f"SELECT core_watch('{table}')")
    # The names of members are persons' names: they may be taken away for good, so the log never holds them.
    op.execute("SELECT core_watch('catalogue_lot_source', 'name')")


def _at(name: str, *, now: bool = False) -> sa.Column[object]:
    default = {"server_default": sa.func.now(), "nullable": False} if now else {}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def _lot() -> None:
    op.create_table(
        "catalogue_lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("harvested_on", sa.Date()),
        sa.Column("made_on", sa.Date()),
        sa.Column("best_before", sa.Date()),
        sa.Column("quantity_kg", sa.Numeric(), nullable=False),
        sa.Column("note", sa.String()),
        _at("names_agreed_at"),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("recall_reason", sa.String()),
        _at("recalled_at"),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("updated_at", now=True),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_lot"),
        sa.UniqueConstraint("supplier_id", "code", name="uq_catalogue_lot_supplier_id_code"),
        sa.CheckConstraint("state in ('draft', 'open', 'closed', 'recalled')", name="state"),
        sa.CheckConstraint("code ~ '^[0-9A-Z]([0-9A-Z._-]*[0-9A-Z])?$'", name="code"),
        sa.CheckConstraint("quantity_kg > 0", name="quantity_kg"),
        sa.CheckConstraint("coalesce(harvested_on, made_on) is not null", name="born"),
        sa.CheckConstraint("best_before >= coalesce(made_on, harvested_on)", name="best_before"),
        sa.CheckConstraint("(state = 'recalled') = (recall_reason is not null)", name="recalled"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_catalogue_lot_supplier_id"),
        sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name="fk_catalogue_lot_product_id"),
    )
    op.create_index("ix_catalogue_lot_supplier_id_id", "catalogue_lot", ["supplier_id", "id"])
    op.create_index("ix_catalogue_lot_product_id", "catalogue_lot", ["product_id"])


def _part(table: str, *columns: sa.Column[object] | sa.CheckConstraint) -> None:
    """A list under a lot: its lines bear their place in it."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("lot_id", "position", name=f"uq_{table}_lot_id_position"),
        sa.ForeignKeyConstraint(["lot_id"], ["catalogue_lot.id"], name=f"fk_{table}_lot_id", ondelete="CASCADE"),
    )


def _sources() -> None:
    _part(
        "catalogue_lot_source",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("commune_code", sa.String()),
        sa.Column("area_ha", sa.Numeric()),
        sa.Column("kg", sa.Numeric()),
        sa.CheckConstraint("kind in ('member', 'plot')", name="kind"),
        sa.CheckConstraint("area_ha > 0", name="area_ha"),
        sa.CheckConstraint("kg > 0", name="kg"),
    )


def _checks() -> None:
    _part(
        "catalogue_lot_check",
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String()),
    )


def _deliveries() -> None:
    _part(
        "catalogue_lot_delivery",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("kg", sa.Numeric()),
        sa.CheckConstraint("kg > 0", name="kg"),
    )


def _imports() -> None:
    op.create_table(
        "catalogue_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("file_key", sa.String()),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(40)),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB()),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        _at("created_at", now=True),
        _at("updated_at", now=True),
        _at("saved_at"),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_import"),
        sa.CheckConstraint("kind in ('suppliers', 'products', 'archive')", name="kind"),
        sa.CheckConstraint(
            "state in ('waiting', 'ready', 'wrong', 'approved', 'saved', 'dropped', 'failed')",
            name="state",
        ),
        sa.CheckConstraint("done between 0 and total", name="done"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name="fk_catalogue_import_person_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["accounts_organisation.id"],
            name="fk_catalogue_import_organisation_id",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_catalogue_import_person_id", "catalogue_import", ["person_id", "id"])
    op.create_index("ix_catalogue_import_organisation_id", "catalogue_import", ["organisation_id", "id"])
    # What archives bring in is made ready by the worker, a few at a time.
    op.execute("CREATE INDEX ix_catalogue_photo_unmade_sql ON catalogue_photo (id) WHERE width IS NULL AND trouble IS NULL")
    op.execute("CREATE INDEX ix_catalogue_scan_unmade_sql ON catalogue_scan (id) WHERE NOT ready AND trouble IS NULL")


def downgrade() -> None:
    """Drop them again."""
    op.execute("DROP INDEX ix_catalogue_photo_unmade_sql, ix_catalogue_scan_unmade_sql")
    for table in ("catalogue_import", *PARTS, "catalogue_lot"):
        op.drop_table(table)
