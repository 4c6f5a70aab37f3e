"""Matching rounds: who takes part, extra fields, clearings and their proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018_rounds"
down_revision = "0017_pooling"
branch_labels = None
depends_on = None

TABLES = (
    "matching_proposal",
    "matching_clearing_supplier",
    "matching_clearing_need",
    "matching_clearing",
    "matching_round_product",
    "matching_round_supplier",
    "matching_round_field",
    "matching_round",
)
WATCHED = ("matching_round", "matching_round_field", "matching_round_supplier", "matching_round_product", "matching_proposal")


def upgrade() -> None:
    """Make the tables and have the journal watch those that people edit."""
    _rounds()
    _participants()
    _clearings()
    _proposals()
    for table in WATCHED:
        op.execute(f"SELECT core_watch('{table}')")


def downgrade() -> None:
    """Drop them again."""
    for table in TABLES:
        op.drop_table(table)


def _id(name: str, *, needed: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=not needed)


def _at(name: str, *, now: bool = False) -> sa.Column[object]:
    default = {"server_default": sa.func.now(), "nullable": False} if now else {}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def _key(table: str, column: str, target: str, *, cascade: bool = True) -> sa.ForeignKeyConstraint:
    ondelete = {"ondelete": "CASCADE"} if cascade else {}
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}", **ondelete)


def _rounds() -> None:
    table = "matching_round"
    op.create_table(
        table,
        _id("id"),
        sa.Column("code", sa.String(), nullable=False),
        _id("key"),
        _id("organisation_id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("about", sa.String()),
        sa.Column("place", sa.String()),
        sa.Column("province_code", sa.String()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("requests_until", sa.Date(), nullable=False),
        sa.Column("suppliers_until", sa.Date(), nullable=False),
        _id("fair_id", needed=False),
        sa.Column("state", sa.String(40), nullable=False),
        _id("published_id", needed=False),
        _at("published_at"),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _at("created_at", now=True),
        _at("updated_at", now=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("code", name=f"uq_{table}_code"),
        # The same form sent twice makes one round.
        sa.UniqueConstraint("organisation_id", "key", name=f"uq_{table}_organisation_id_key"),
        sa.CheckConstraint("state in ('draft', 'collecting', 'clearing', 'cleared', 'published', 'closed')", name="state"),
        sa.CheckConstraint("starts_on <= ends_on", name="dates"),
        sa.CheckConstraint("requests_until <= ends_on and suppliers_until <= ends_on", name="until"),
        sa.CheckConstraint("state <> 'published' or published_id is not null", name="published_id"),
        _key(table, "organisation_id", "accounts_organisation", cascade=False),
    )
    op.create_index(f"ix_{table}_starts_on", table, ["starts_on", "id"])
    op.create_index(f"ix_{table}_fair_id", table, ["fair_id"])
    table = "matching_round_field"
    op.create_table(
        table,
        _id("id"),
        _id("round_id"),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("label_vi", sa.String(), nullable=False),
        sa.Column("label_en", sa.String()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("choices", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("help", sa.String()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("round_id", "name", name=f"uq_{table}_round_id_name"),
        sa.CheckConstraint("kind in ('text', 'number', 'choice', 'yes_no', 'date')", name="kind"),
        sa.CheckConstraint("(kind = 'choice') = (cardinality(choices) > 1)", name="choices"),
        _key(table, "round_id", "matching_round"),
    )


def _participants() -> None:
    table = "matching_round_supplier"
    op.create_table(
        table,
        _id("round_id"),
        _id("supplier_id"),
        _at("joined_at", now=True),
        _id("joined_by", needed=False),
        _id("taken_from", needed=False),
        sa.PrimaryKeyConstraint("round_id", "supplier_id", name=f"pk_{table}"),
        _key(table, "round_id", "matching_round"),
        _key(table, "supplier_id", "catalogue_supplier"),
    )
    op.create_index(f"ix_{table}_supplier_id", table, ["supplier_id"])
    table = "matching_round_product"
    op.create_table(
        table,
        _id("round_id"),
        _id("product_id"),
        _id("supplier_id"),
        sa.PrimaryKeyConstraint("round_id", "product_id", name=f"pk_{table}"),
        _key(table, "round_id", "matching_round"),
        _key(table, "product_id", "catalogue_product"),
        _key(table, "supplier_id", "catalogue_supplier"),
    )
    op.create_index(f"ix_{table}_product_id", table, ["product_id"])
    op.create_index(f"ix_{table}_supplier_id", table, ["supplier_id", "round_id"])


def _clearings() -> None:
    table = "matching_clearing"
    op.create_table(
        table,
        _id("id"),
        _id("round_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fairness", sa.String(20), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("inputs", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(20)),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        _id("asked_by", needed=False),
        _at("asked_at", now=True),
        _at("started_at"),
        _at("finished_at"),
        sa.Column("report", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("round_id", "number", name=f"uq_{table}_round_id_number"),
        sa.CheckConstraint("state in ('waiting', 'working', 'done', 'stopped', 'failed')", name="state"),
        sa.CheckConstraint("fairness in ('free', 'light', 'balanced', 'even', 'most_even')", name="fairness"),
        sa.CheckConstraint("done between 0 and total", name="done"),
        sa.CheckConstraint("(state = 'done') = (report is not null)", name="report"),
        _key(table, "round_id", "matching_round"),
    )
    # The same round, unchanged, is worked out once; and of two organisers who press the button at once, one is at work.
    same = "state in ('waiting', 'working', 'done')"
    op.create_index("uq_matching_clearing_digest", table, ["round_id", "digest"], unique=True, postgresql_where=sa.text(same))
    running = "state in ('waiting', 'working')"
    op.create_index("uq_matching_clearing_running", table, ["round_id"], unique=True, postgresql_where=sa.text(running))
    for table, side, target, kg in (
        ("matching_clearing_need", "request_id", "matching_request", "asked_kg"),
        ("matching_clearing_supplier", "supplier_id", "catalogue_supplier", "free_kg"),
    ):
        op.create_table(
            table,
            _id("clearing_id"),
            _id(side),
            sa.Column(kg, sa.BigInteger(), nullable=False),
            sa.Column("given_kg", sa.BigInteger(), nullable=False),
            sa.Column("report", postgresql.JSONB(), nullable=False),
            sa.PrimaryKeyConstraint("clearing_id", side, name=f"pk_{table}"),
            _key(table, "clearing_id", "matching_clearing"),
            _key(table, side, target),
        )
        op.create_index(f"ix_{table}_{side}", table, [side])


def _proposals() -> None:
    table = "matching_proposal"
    op.create_table(
        table,
        _id("id"),
        _id("clearing_id"),
        _id("request_id"),
        _id("product_id"),
        _id("supplier_id"),
        sa.Column("months", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("kg", postgresql.ARRAY(sa.Numeric()), nullable=False),
        sa.Column("total_kg", sa.BigInteger(), nullable=False),
        sa.Column("fit", sa.Float(), nullable=False),
        sa.Column("price_vnd_per_kg", sa.Integer()),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.Column("buyer_wish", sa.String(40)),
        _at("buyer_wish_at"),
        sa.Column("supplier_wish", sa.String(40)),
        _at("supplier_wish_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("clearing_id", "request_id", "product_id", name=f"uq_{table}_clearing_id_request_id_product_id"),
        sa.CheckConstraint("cardinality(months) = cardinality(kg) and total_kg > 0", name="kg"),
        sa.CheckConstraint("buyer_wish in ('meet', 'no') and supplier_wish in ('meet', 'no')", name="wish"),
        _key(table, "clearing_id", "matching_clearing"),
        _key(table, "request_id", "matching_request"),
        _key(table, "product_id", "catalogue_product"),
        _key(table, "supplier_id", "catalogue_supplier"),
    )
    op.create_index(f"ix_{table}_clearing_id_supplier_id", table, ["clearing_id", "supplier_id", "id"])
    for column in ("request_id", "product_id", "supplier_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])
