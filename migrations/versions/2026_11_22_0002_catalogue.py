"""The catalogue: suppliers, products, packs, prices, capacity, certificates, marks, and their reference data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_catalogue"
down_revision = "0001_core"
branch_labels = None
depends_on = None

STATES = "state in ('draft', 'submitted', 'returned', 'published')"
MONTHS = "season_months <@ '{1,2,3,4,5,6,7,8,9,10,11,12}'::smallint[]"
# Every change of these rows is written to core_change with the old and the new value, whoever makes it.
WATCHED = (
    "catalogue_supplier",
    "catalogue_product",
    "catalogue_pack",
    "catalogue_price_tier",
    "catalogue_supply",
    "catalogue_certificate",
    "catalogue_mark",
    "catalogue_mark_user",
)


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    _reference()
    _supplier()
    _product()
    _parts()
    _papers()
    _uploads()
    for table in WATCHED:
        op.execute(f"SELECT core_watch('{table}')")


def _words(name: str, length: int = 40) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _reference() -> None:
    op.create_table(
        "catalogue_category",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("group_name_en", sa.String(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_catalogue_category"),
    )
    op.create_table(
        "catalogue_commodity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("category_code", sa.String()),
        sa.Column("hs_hint", sa.String()),
        sa.Column("season_months", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("synonyms", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_commodity"),
        sa.UniqueConstraint("slug", name="uq_catalogue_commodity_slug"),
        sa.UniqueConstraint("name", name="uq_catalogue_commodity_name"),
        sa.ForeignKeyConstraint(["category_code"], ["catalogue_category.code"], name="fk_catalogue_commodity_category_code"),
    )


def _supplier() -> None:
    op.create_table(
        "catalogue_supplier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("search_words", sa.String(), nullable=False),
        _words("legal_form"),
        sa.Column("tax_code", sa.String()),
        sa.Column("province_code", sa.String()),
        sa.Column("commune_code", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("phone", sa.String()),
        sa.Column("email", sa.String()),
        sa.Column("website", sa.String()),
        sa.Column("founded", sa.SmallInteger()),
        sa.Column("members", sa.Integer()),
        sa.Column("people", sa.String()),
        sa.Column("area_ha", sa.Numeric()),
        sa.Column("capacity_note", sa.String()),
        sa.Column("story", sa.String()),
        sa.Column("min_order_kg", sa.Numeric()),
        sa.Column("wholesale_public", sa.Boolean(), nullable=False),
        sa.Column("verified_on", sa.Date()),
        _words("state"),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_supplier"),
        sa.UniqueConstraint("organisation_id", name="uq_catalogue_supplier_organisation_id"),
        sa.UniqueConstraint("code", name="uq_catalogue_supplier_code"),
        sa.UniqueConstraint("slug", name="uq_catalogue_supplier_slug"),
        sa.CheckConstraint(
            "legal_form in ('cooperative', 'union', 'group', 'household', 'enterprise')",
            name="legal_form",
        ),
        sa.CheckConstraint(STATES, name="state"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["accounts_organisation.id"], name="fk_catalogue_supplier_organisation_id"
        ),
    )
    op.create_index("ix_catalogue_supplier_commune_code", "catalogue_supplier", ["commune_code"])
    op.create_index("ix_catalogue_supplier_name_key", "catalogue_supplier", ["name_key", "id"])


def _product() -> None:
    op.create_table(
        "catalogue_product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("category_code", sa.String()),
        sa.Column("commodity_id", sa.Uuid()),
        sa.Column("description", sa.String()),
        sa.Column("ingredients", sa.String()),
        sa.Column("origin", sa.String()),
        sa.Column("storage", sa.String()),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("shelf_life_days", sa.Integer()),
        sa.Column("season_months", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("lead_days", sa.Integer()),
        sa.Column("min_order_kg", sa.Numeric()),
        sa.Column("stock_kg", sa.Numeric()),
        sa.Column("stock_on", sa.Date()),
        _words("state"),
        sa.Column("illustrative", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_product"),
        sa.UniqueConstraint("supplier_id", "code", name="uq_catalogue_product_supplier_id_code"),
        sa.UniqueConstraint("slug", name="uq_catalogue_product_slug"),
        sa.CheckConstraint(STATES, name="state"),
        sa.CheckConstraint(MONTHS, name="season_months"),
        sa.CheckConstraint("shelf_life_days > 0", name="shelf_life_days"),
        sa.CheckConstraint("lead_days >= 0", name="lead_days"),
        sa.CheckConstraint("min_order_kg >= 0", name="min_order_kg"),
        sa.CheckConstraint("stock_kg >= 0", name="stock_kg"),
        sa.ForeignKeyConstraint(["supplier_id"], ["catalogue_supplier.id"], name="fk_catalogue_product_supplier_id"),
        sa.ForeignKeyConstraint(["category_code"], ["catalogue_category.code"], name="fk_catalogue_product_category_code"),
        sa.ForeignKeyConstraint(["commodity_id"], ["catalogue_commodity.id"], name="fk_catalogue_product_commodity_id"),
    )
    op.create_index("ix_catalogue_product_category_code", "catalogue_product", ["category_code"])
    op.create_index("ix_catalogue_product_commodity_id", "catalogue_product", ["commodity_id"])


def _of_product(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["product_id"], ["catalogue_product.id"], name=f"fk_{table}_product_id", ondelete="CASCADE")


def _parts() -> None:
    op.create_table(
        "catalogue_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("net_weight_g", sa.Integer()),
        sa.Column("per_carton", sa.Integer()),
        sa.Column("gtin", sa.String()),
        sa.Column("retail_price_vnd", sa.Integer()),
        sa.Column("min_packs", sa.Integer()),
        sa.Column("multiple_packs", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_pack"),
        sa.UniqueConstraint("product_id", "name", name="uq_catalogue_pack_product_id_name"),
        sa.CheckConstraint("net_weight_g > 0", name="net_weight_g"),
        sa.CheckConstraint("retail_price_vnd > 0", name="retail_price_vnd"),
        sa.CheckConstraint("per_carton > 0 and min_packs > 0 and multiple_packs > 0", name="counts"),
        _of_product("catalogue_pack"),
    )
    op.create_index("ix_catalogue_pack_gtin", "catalogue_pack", ["gtin"])
    op.create_table(
        "catalogue_price_tier",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("from_kg", sa.Numeric(), nullable=False),
        sa.Column("price_vnd_per_kg", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "from_kg", name="pk_catalogue_price_tier"),
        sa.CheckConstraint("from_kg >= 0 and price_vnd_per_kg > 0", name="positive"),
        _of_product("catalogue_price_tier"),
    )
    op.create_table(
        "catalogue_supply",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("month", sa.SmallInteger(), nullable=False),
        sa.Column("capacity_kg", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "year", "month", name="pk_catalogue_supply"),
        sa.CheckConstraint("month between 1 and 12", name="month"),
        sa.CheckConstraint("capacity_kg >= 0", name="capacity"),
        _of_product("catalogue_supply"),
    )


def _papers() -> None:
    op.create_table(
        "catalogue_certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stars", sa.SmallInteger()),
        sa.Column("number", sa.String()),
        sa.Column("issuer", sa.String()),
        sa.Column("level", sa.String()),
        sa.Column("issued_on", sa.Date()),
        sa.Column("valid_to", sa.Date()),
        sa.Column("source", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_certificate"),
        sa.CheckConstraint("stars between 3 and 5", name="stars"),
        sa.CheckConstraint("level in ('district', 'province', 'ministry')", name="level"),
        sa.CheckConstraint("valid_to >= issued_on", name="dates"),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["catalogue_supplier.id"],
            name="fk_catalogue_certificate_supplier_id",
            ondelete="CASCADE",
        ),
        _of_product("catalogue_certificate"),
    )
    op.create_index("ix_catalogue_certificate_product_id", "catalogue_certificate", ["product_id"])
    op.create_index("ix_catalogue_certificate_supplier_id", "catalogue_certificate", ["supplier_id"])
    op.create_table(
        "catalogue_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        _words("kind"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String()),
        sa.Column("decision", sa.String()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("manager", sa.String()),
        sa.Column("area", sa.String()),
        sa.Column("commune_codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("commodity_id", sa.Uuid()),
        sa.Column("source", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_mark"),
        sa.UniqueConstraint("slug", name="uq_catalogue_mark_slug"),
        sa.CheckConstraint(
            "kind in ('geographical_indication', 'collective_mark', 'certification_mark')",
            name="kind",
        ),
        sa.ForeignKeyConstraint(["commodity_id"], ["catalogue_commodity.id"], name="fk_catalogue_mark_commodity_id"),
    )
    op.create_index("ix_catalogue_mark_commodity_id", "catalogue_mark", ["commodity_id"])
    op.create_table(
        "catalogue_mark_user",
        sa.Column("mark_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.PrimaryKeyConstraint("mark_id", "supplier_id", name="pk_catalogue_mark_user"),
        sa.ForeignKeyConstraint(["mark_id"], ["catalogue_mark.id"], name="fk_catalogue_mark_user_mark_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["catalogue_supplier.id"],
            name="fk_catalogue_mark_user_supplier_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_catalogue_mark_user_supplier_id", "catalogue_mark_user", ["supplier_id"])


def _uploads() -> None:
    op.create_table(
        "catalogue_upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_upload"),
        sa.CheckConstraint("kind in ('suppliers', 'products')", name="kind"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["accounts_person.id"], name="fk_catalogue_upload_person_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_catalogue_upload_person_id", "catalogue_upload", ["person_id"])


def downgrade() -> None:
    """Take the catalogue away."""
    for table in (
        "catalogue_upload",
        "catalogue_mark_user",
        "catalogue_mark",
        "catalogue_certificate",
        "catalogue_supply",
        "catalogue_price_tier",
        "catalogue_pack",
        "catalogue_product",
        "catalogue_supplier",
        "catalogue_commodity",
        "catalogue_category",
    ):
        op.drop_table(table)
