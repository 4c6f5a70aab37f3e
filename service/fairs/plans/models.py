"""Tables of allocations: each version with the question it answers, and the booths that it gives to whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Base, Row, word


class PlanState(StrEnum):
    """Where a version stands: computed by the worker or set by hand, then perhaps published, until another takes its place."""

    ASKED = "asked"
    SOLVING = "solving"
    FOUND = "found"
    HAND = "hand"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITING = (PlanState.ASKED, PlanState.SOLVING)
READY = (PlanState.FOUND, PlanState.HAND)
KEPT = (*READY, PlanState.PUBLISHED, PlanState.SUPERSEDED)  # Those that have something to show.
_NOTHING = text("'{}'::jsonb")


class FairPlan(Row):
    """One version of who stands where at a fair.

    `frozen` is the fair as it was when the question was asked, `facts` the name of exactly that: where the fair has another
    name now, the version is out of date. A fair has at most one published version, by an index of the schema.
    """

    __tablename__ = "fairs_plan"
    __table_args__ = (
        UniqueConstraint("fair_id", "number"),
        UniqueConstraint("fair_id", "key"),
        CheckConstraint(
            "state in ('asked', 'solving', 'found', 'hand', 'published', 'superseded', 'failed', 'cancelled')", name="state"
        ),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(state in ('published', 'superseded')) = (published_at is not null)", name="published_at"),
        Index("ix_fairs_plan_published", "fair_id", unique=True, postgresql_where=text("state = 'published'")),
        Index("ix_fairs_plan_based_on", "based_on"),
        Index("ix_fairs_plan_waiting", "state", postgresql_where=text("state in ('asked', 'solving')")),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    number: Mapped[int]
    key: Mapped[UUID]
    state: Mapped[PlanState] = mapped_column(word(PlanState), default=PlanState.ASKED)
    asked_by: Mapped[UUID | None]
    based_on: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_plan.id", ondelete="SET NULL"))  # Whose locks it keeps.
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seed: Mapped[int] = mapped_column(default=1)
    seconds: Mapped[int] = mapped_column(default=60)  # How long the worker may think.
    frozen: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=_NOTHING)
    facts: Mapped[str | None]
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=_NOTHING)
    stop_asked: Mapped[bool] = mapped_column(default=False)  # The best plan so far will do.
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=_NOTHING)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'::jsonb"))
    reason: Mapped[str | None]  # Why it failed.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    found_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class FairPlanPlacing(Base):
    """One booth that a version gives to a party, whose id is that of its first application.

    A version is a record: a booth that is taken off the floor later stays in it, so nothing refers to the booth itself.
    """

    __tablename__ = "fairs_plan_placing"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        Index("ix_fairs_plan_placing_party_id", "party_id"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_plan.id", ondelete="CASCADE"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_application.id", ondelete="CASCADE"), primary_key=True)
    booth_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    locked: Mapped[bool] = mapped_column(default=False)
