"""The table of what comes in by file: an archive or a sheet on its way from the sender to the catalogue (C13 to C15)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class ImportState(StrEnum):
    """Where a file stands: waits to be read, is right, wrong, approved, stored, let go, or broken by a fault of ours."""

    WAITING = "waiting"
    READY = "ready"
    WRONG = "wrong"
    APPROVED = "approved"
    SAVED = "saved"
    DROPPED = "dropped"
    FAILED = "failed"


class Import(Row):
    """A file that came in. `report` tells what it would do or has done; `file_key` is empty when the file has been let go.

    `done` of `total` and `stage` say how far the present work has come; they are written by transactions of their own.
    """

    __tablename__ = "catalogue_import"
    __table_args__ = (
        CheckConstraint("kind in ('suppliers', 'products', 'archive')", name="kind"),
        CheckConstraint("state in ('waiting', 'ready', 'wrong', 'approved', 'saved', 'dropped', 'failed')", name="state"),
        CheckConstraint("done between 0 and total", name="done"),
        Index("ix_catalogue_import_person_id", "person_id", "id"),
        Index("ix_catalogue_import_organisation_id", "organisation_id", "id"),
    )

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_person.id", ondelete="SET NULL"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(40))
    filename: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
    file_key: Mapped[str | None]
    state: Mapped[ImportState] = mapped_column(word(ImportState), default=ImportState.WAITING)
    stage: Mapped[str | None] = mapped_column(String(40))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    dry_run: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    saved_at: Mapped[datetime | None]
