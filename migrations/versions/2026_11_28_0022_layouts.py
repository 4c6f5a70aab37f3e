"""The floor: halls in metres, classes, zones, booths, what stands between them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022_layouts"
down_revision = "0021_fair_desk"
branch_labels = None
depends_on = None

TABLES = ("fairs_shape", "fairs_booth", "fairs_zone", "fairs_booth_class")

# Codes change places in one step; the constraint is asked when the step is whole.
SWAPPED: dict[str, Any] = {"deferrable": True, "initially": "IMMEDIATE"}


def upgrade() -> None:
    """Make the tables and have the journal watch them."""
    op.add_column("fairs_hall", sa.Column("width_m", sa.Numeric(7, 2)))
    op.add_column("fairs_hall", sa.Column("depth_m", sa.Numeric(7, 2)))
    op.add_column("fairs_hall", sa.Column("outdoor", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("fairs_hall", "outdoor", server_default=None)
    _booth_class()
    _zone()
    _booth()
    _shape()
    _steps()
    # The steps are themselves the history of the floor, and nobody edits them.
    for table in TABLES:
        op.execute(f"SELECT core_watch('{table}')")


def _booth_class() -> None:
    op.create_table(
        "fairs_booth_class",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("width_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("depth_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("price_vnd", sa.Integer(), nullable=False),
        sa.Column("price_by", sa.String(40), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_booth_class"),
        sa.CheckConstraint("kind in ('standard', 'corner', 'raw', 'outdoor')", name="kind"),
        sa.CheckConstraint("price_by in ('booth', 'm2')", name="price_by"),
        sa.CheckConstraint("price_vnd >= 0", name="price_vnd"),
        sa.CheckConstraint("width_m > 0 and depth_m > 0", name="size"),
        sa.UniqueConstraint("fair_id", "code", name="uq_fairs_booth_class_fair_id_code", **SWAPPED),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_booth_class_fair_id", ondelete="CASCADE"),
    )


def _zone() -> None:
    op.create_table(
        "fairs_zone",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String()),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("province_code", sa.String()),
        sa.Column("goods", sa.String(40), nullable=False),
        sa.Column("smell", sa.Boolean(), nullable=False),
        sa.Column("about", sa.String()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_zone"),
        sa.CheckConstraint("goods in ('any', 'food', 'other')", name="goods"),
        sa.CheckConstraint("kind in ('zone', 'pavilion')", name="kind"),
        sa.UniqueConstraint("fair_id", "code", name="uq_fairs_zone_fair_id_code", **SWAPPED),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_zone_fair_id", ondelete="CASCADE"),
    )


def _booth() -> None:
    op.create_table(
        "fairs_booth",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid()),
        sa.Column("part_of", sa.Uuid()),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("x_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("y_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("width_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("depth_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("power", sa.String(40), nullable=False),
        sa.Column("water", sa.Boolean(), nullable=False),
        sa.Column("cold", sa.Boolean(), nullable=False),
        sa.Column("price_vnd", sa.Integer()),
        sa.Column("first_come", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.String()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_booth"),
        sa.CheckConstraint("width_m > 0 and depth_m > 0 and x_m >= 0 and y_m >= 0", name="place"),
        sa.CheckConstraint("power in ('none', 'single', 'three')", name="power"),
        sa.CheckConstraint("price_vnd >= 0", name="price_vnd"),
        sa.UniqueConstraint("fair_id", "code", name="uq_fairs_booth_fair_id_code", **SWAPPED),
        sa.ForeignKeyConstraint(["class_id"], ["fairs_booth_class.id"], name="fk_fairs_booth_class_id"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_booth_fair_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["hall_id"], ["fairs_hall.id"], name="fk_fairs_booth_hall_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["part_of"], ["fairs_booth.id"], name="fk_fairs_booth_part_of", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["zone_id"], ["fairs_zone.id"], name="fk_fairs_booth_zone_id", ondelete="SET NULL"),
    )
    op.create_index("ix_fairs_booth_class_id", "fairs_booth", ["class_id"])
    op.create_index("ix_fairs_booth_hall_id", "fairs_booth", ["hall_id"])
    op.create_index("ix_fairs_booth_part_of", "fairs_booth", ["part_of"])
    op.create_index("ix_fairs_booth_zone_id", "fairs_booth", ["zone_id"])


def _shape() -> None:
    op.create_table(
        "fairs_shape",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("x_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("y_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("width_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("depth_m", sa.Numeric(7, 2), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_shape"),
        sa.CheckConstraint("kind in ('aisle', 'entrance', 'pillar', 'wall', 'stage')", name="kind"),
        sa.CheckConstraint("width_m > 0 and depth_m > 0 and x_m >= 0 and y_m >= 0", name="place"),
        sa.ForeignKeyConstraint(["hall_id"], ["fairs_hall.id"], name="fk_fairs_shape_hall_id", ondelete="CASCADE"),
    )
    op.create_index("ix_fairs_shape_hall_id", "fairs_shape", ["hall_id"])


def _steps() -> None:
    op.create_table(
        "fairs_floor",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("waiting", JSONB()),
        sa.Column("waiting_id", sa.Uuid()),
        sa.Column("waiting_by", sa.Uuid()),
        sa.Column("waiting_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("fair_id", name="pk_fairs_floor"),
        sa.CheckConstraint("version >= 0 and step >= 0", name="version"),
        sa.CheckConstraint("(waiting is null) = (waiting_id is null)", name="waiting"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_floor_fair_id", ondelete="CASCADE"),
    )
    op.create_table(
        "fairs_floor_step",
        sa.Column("fair_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("change", JSONB(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fairs_floor_step"),
        sa.UniqueConstraint("fair_id", "number", name="uq_fairs_floor_step_fair_id_number"),
        sa.ForeignKeyConstraint(["fair_id"], ["fairs_fair.id"], name="fk_fairs_floor_step_fair_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("fairs_floor_step", "fairs_floor", *TABLES):
        op.drop_table(table)
    for column in ("outdoor", "depth_m", "width_m"):
        op.drop_column("fairs_hall", column)
