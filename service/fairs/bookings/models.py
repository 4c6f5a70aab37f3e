"""Who has which booth on which days: the one table that plan, bookings and holds all end in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from service.core.db import Row, word


class Origin(StrEnum):
    """How somebody came to a booth: by the published plan, first come first served, or the organiser keeps it for her."""

    PLAN = "plan"
    BOOKING = "booking"
    HOLD = "hold"


class OccupancyState(StrEnum):
    """A booth is held until a moment, taken for good, or was let go; what is let go stays as history."""

    HELD = "held"
    TAKEN = "taken"
    RELEASED = "released"


class BookingDesk(Row):
    """From when to when a fair's first-come booths are booked, and how long a booth is held until it is confirmed."""

    __tablename__ = "fairs_booking_desk"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="hours"),
        CheckConstraint("hold_minutes between 1 and 1440", name="hold_minutes"),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"), unique=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    needs_accepted: Mapped[bool] = mapped_column(default=True)  # Else whoever has handed in an application may book.
    hold_minutes: Mapped[int] = mapped_column(SmallInteger, default=15)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute.


class Occupancy(Row):
    """A booth for some days: the schema itself refuses the second one for the same booth and day (F19)."""

    __tablename__ = "fairs_occupancy"
    __table_args__ = (
        # Two who share a booth on the same days stand in one row each with the same `share_id`.
        ExcludeConstraint(
            ("booth_id", "="), ("days", "&&"), (text("coalesce(share_id, id)"), "<>"), using="gist",
            where=text("state <> 'released'"), name="ex_fairs_occupancy_booth_days_sql",
        ),
        UniqueConstraint("key"),
        CheckConstraint("origin in ('plan', 'booking', 'hold')", name="origin"),
        CheckConstraint("state in ('held', 'taken', 'released')", name="state"),
        CheckConstraint("(state <> 'held') or held_until is not null", name="held_until"),
        CheckConstraint("not isempty(days) and lower(days) is not null and upper(days) is not null", name="days"),
        Index("ix_fairs_occupancy_fair_id", "fair_id", "state"),
        Index("ix_fairs_occupancy_supplier_id", "supplier_id"),
        Index("ix_fairs_occupancy_application_id", "application_id"),
        Index("ix_fairs_occupancy_held_until", "held_until", postgresql_where=text("state = 'held'")),
    )  # fmt: skip

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_fair.id", ondelete="CASCADE"))
    booth_id: Mapped[UUID] = mapped_column(ForeignKey("fairs_booth.id"))
    days: Mapped[Range[date]] = mapped_column(DATERANGE)
    origin: Mapped[Origin] = mapped_column(word(Origin))
    state: Mapped[OccupancyState] = mapped_column(word(OccupancyState))
    held_until: Mapped[datetime | None]
    name: Mapped[str]  # As it stands on the fascia.
    supplier_id: Mapped[UUID | None] = mapped_column(ForeignKey("catalogue_supplier.id"))
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("fairs_application.id", ondelete="SET NULL"))
    plan_id: Mapped[UUID | None]  # The published plan that put it here.
    share_id: Mapped[UUID | None]
    key: Mapped[UUID]  # Of the form or the program that asked: the same again is the same booking.
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    released_at: Mapped[datetime | None]


def stay(first_day: date, last_day: date) -> Range[date]:
    """These days, both ends among them, as PostgreSQL gives them back."""
    return Range(first_day, last_day + timedelta(days=1), bounds="[)")


def last_of(days: Range[date]) -> date:
    """The last of these days."""
    assert days.upper is not None  # noqa: S101 - the table's own check.
    return days.upper - timedelta(days=1)
