"""The table of the weights that buyers keep."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row


class SavedWeights(Row):
    """How much each factor counts for one buyer's requests; empty: as the market weighs."""

    __tablename__ = "matching_saved_weights"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("accounts_organisation.id", ondelete="CASCADE"), unique=True)
    weights: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(nullable=False)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.
