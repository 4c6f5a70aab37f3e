"""Files, photos, scans of certificates, and the reminders of what runs out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_papers"
down_revision = "0007_organisations"
branch_labels = None
depends_on = None

TABLES = ("catalogue_renewal", "catalogue_reminder", "catalogue_scan", "catalogue_photo", "core_file")
SHOWN = "(n.slug, n.season_months, n.illustrative) IS DISTINCT FROM (o.slug, o.season_months, o.illustrative)"
SHOWN_WITH_PHOTO = (
    "(n.slug, n.season_months, n.illustrative, n.photo_key) IS DISTINCT FROM"
    " (o.slug, o.season_months, o.illustrative, o.photo_key)"
)


def upgrade() -> None:
    """Make the tables, and give products and suppliers the key of the photo that is shown first."""
    _file()
    _photo()
    _scan()
    _clock()
    for table in ("catalogue_product", "catalogue_supplier"):
        op.add_column(table, sa.Column("photo_key", sa.String()))
    op.add_column("catalogue_certificate", sa.Column("scan_mark", sa.String()))
    _follow(SHOWN, SHOWN_WITH_PHOTO)
    for table in ("catalogue_photo", "catalogue_scan", "catalogue_renewal"):
        op.execute(f"SELECT core_watch('{table}')")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _file() -> None:
    table = "core_file"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("uploaded_by", sa.Uuid()),
        _now("created_at"),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sa.CheckConstraint("size_bytes >= 0", name="size_bytes"),
    )
    dropped = sa.text("dropped_at is not null")
    op.create_index(f"ix_{table}_dropped_at", table, ["dropped_at"], postgresql_where=dropped)
    op.create_index(f"ix_{table}_organisation_id", table, ["organisation_id"])


def _photo() -> None:
    table = "catalogue_photo"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("caption", sa.String()),
        sa.Column("width", sa.Integer()),
        sa.Column("height", sa.Integer()),
        sa.Column("trouble", sa.String()),
        _now("created_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sa.UniqueConstraint("holder_id", "holder", "sha256", name=f"uq_{table}_holder_id_holder_sha256"),
        sa.CheckConstraint("holder in ('product', 'supplier', 'lot', 'check')", name="holder"),
        sa.CheckConstraint("(width is null) = (height is null)", name="made"),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=f"fk_{table}_file_id"),
    )
    op.create_index(f"ix_{table}_file_id", table, ["file_id"])


def _scan() -> None:
    table = "catalogue_scan"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("is_picture", sa.Boolean(), nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String()),
        _now("created_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sa.UniqueConstraint("certificate_id", "sha256", name=f"uq_{table}_certificate_id_sha256"),
        _of_certificate(table, "certificate_id"),
        sa.ForeignKeyConstraint(["file_id"], ["core_file.id"], name=f"fk_{table}_file_id"),
    )
    op.create_index(f"ix_{table}_file_id", table, ["file_id"])


def _clock() -> None:
    table = "catalogue_reminder"
    op.create_table(
        table,
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "valid_to", "days", name=f"pk_{table}"),
        _of_certificate(table, "certificate_id"),
    )
    table = "catalogue_renewal"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("note", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.CheckConstraint("state in ('not_begun', 'sent', 'assessed')", name="state"),
        _of_certificate(table, "id"),
    )
    # What runs out next, for the officers' list and for the reminders.
    op.create_index("ix_catalogue_certificate_valid_to", "catalogue_certificate", ["valid_to", "id"])


def _of_certificate(table: str, column: str) -> sa.ForeignKeyConstraint:
    target = ["catalogue_certificate.id"]
    return sa.ForeignKeyConstraint([column], target, name=f"fk_{table}_{column}", ondelete="CASCADE")


def _follow(before: str, after: str) -> None:
    """Let the card of a result follow the photo as it follows the other things that it shows."""
    bind = op.get_bind()
    stored = str(bind.exec_driver_sql("SELECT pg_get_functiondef('catalogue_search_follow_product()'::regprocedure)").scalar())
    if before not in stored:
        raise RuntimeError("the trigger of products does not say what this migration expects")
    bind.exec_driver_sql(stored.replace(before, after).replace("%", "%%"))


def downgrade() -> None:
    """Drop them again."""
    _follow(SHOWN_WITH_PHOTO, SHOWN)
    op.drop_index("ix_catalogue_certificate_valid_to", "catalogue_certificate")
    op.drop_column("catalogue_certificate", "scan_mark")
    for table in ("catalogue_product", "catalogue_supplier"):
        op.drop_column(table, "photo_key")
    for table in TABLES:
        op.drop_table(table)
