"""The capacity ledger: months, and the promises made in them."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0014_ledger"
down_revision = "0013_requests"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
FOLLOWED = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    op.add_column("catalogue_product", sa.Column("reserve_kg", sa.Numeric(), nullable=False, server_default="0"))
    op.create_check_constraint("reserve_kg", "catalogue_product", "reserve_kg >= 0")
    _months()
    _promises()
    _deliveries()
    # A balance is the sum of its promises, and each of those is watched; watching it too would only cost time where 200 wait.
    for table in ("catalogue_promise", "catalogue_promise_delivery"):
        op.execute(f"SELECT core_watch('{table}')")
    for file in ("0014_ledger.sql", "0014_search_facts.sql"):
        op.get_bind().exec_driver_sql((SQL / file).read_text().replace("%", "%%"))
    # After the search has followed: it locks its rows first, as everybody does.
    for event, seen in FOLLOWED.items():
        op.execute(
            f"CREATE TRIGGER then_ledger_{event.lower()} AFTER {event} ON catalogue_supply REFERENCING {seen} "
            "FOR EACH STATEMENT EXECUTE FUNCTION catalogue_ledger_follow_supply()"
        )
    op.execute(
        "CREATE TRIGGER then_ledger_reserve AFTER UPDATE ON catalogue_product FOR EACH ROW"
        " WHEN (OLD.reserve_kg <> NEW.reserve_kg) EXECUTE FUNCTION catalogue_ledger_follow_reserve()"
    )
    op.execute("SELECT catalogue_search_rebuild()")


def _at(name: str, *, now: bool = False) -> sa.Column[object]:
    default = {"server_default": sa.func.now(), "nullable": False} if now else {}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def _kg(name: str, *, zero: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(), nullable=False, server_default="0" if zero else None)


def _months() -> None:
    op.create_table(
        "catalogue_ledger_month",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        _kg("limit_kg"),
        _kg("promised_kg", zero=True),
        _kg("delivered_kg", zero=True),
        sa.PrimaryKeyConstraint("product_id", "year", "month", name="pk_catalogue_ledger_month"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalogue_product.id"], name="fk_catalogue_ledger_month_product_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("year between 2000 and 2100 and month between 1 and 12", name="month"),
        sa.CheckConstraint("promised_kg >= 0 and delivered_kg >= 0", name="balance"),
        # No kilogram is promised twice, whoever writes here and however.
        sa.CheckConstraint("promised_kg + delivered_kg <= limit_kg", name="kept"),
        postgresql_with={"fillfactor": "50"},  # A balance is written over and over: room for its next version beside it.
    )
    op.create_index("ix_catalogue_ledger_month_year_month", "catalogue_ledger_month", ["year", "month"])


def _promises() -> None:
    op.create_table(
        "catalogue_promise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        _kg("kg"),
        _kg("consumed_kg", zero=True),
        _kg("released_kg", zero=True),
        sa.Column("source_kind", sa.String(40), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        _at("made_at", now=True),
        sa.Column("made_by", sa.Uuid()),
        _at("released_at"),
        sa.Column("released_by", sa.Uuid()),
        sa.Column("release_reason", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_promise"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalogue_product.id"], name="fk_catalogue_promise_product_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("year between 2000 and 2100 and month between 1 and 12", name="month"),
        sa.CheckConstraint("source_kind in ('award', 'pool', 'order')", name="source_kind"),
        sa.CheckConstraint("kg > 0 and consumed_kg >= 0 and released_kg >= 0 and consumed_kg + released_kg <= kg", name="kg"),
        sa.CheckConstraint("(released_at is null) = (release_reason is null)", name="released"),
        sa.CheckConstraint("released_at is null or consumed_kg + released_kg = kg", name="settled"),
    )
    # The same source asked again finds what it has; once let go it may ask anew.
    op.create_index(
        "uq_catalogue_promise_standing", "catalogue_promise", ["source_kind", "source_id", "product_id", "year", "month"],
        unique=True, postgresql_where=sa.text("released_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_catalogue_promise_product_id_year_month", "catalogue_promise", ["product_id", "year", "month", "id"])


def _deliveries() -> None:
    op.create_table(
        "catalogue_promise_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        _kg("kg"),
        _at("noted_at", now=True),
        sa.Column("noted_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_promise_delivery"),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["catalogue_promise.id"], name="fk_catalogue_promise_delivery_promise_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("kg > 0", name="kg"),
    )
    op.create_index("ix_catalogue_promise_delivery_promise_id", "catalogue_promise_delivery", ["promise_id"])


def downgrade() -> None:
    """The search counts on what is kept back; go back by restoring a backup."""
    raise RuntimeError("restore a backup taken before this migration")
