"""What people hand in about booths."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from service.core import clock
from service.core.i18n import _
from service.core.inputs import NEAR, Day, Input, OptionalDay, OptionalText, Text

MOST_NAME = 120
MOST_CODE = 40


class BoothWish(Input):
    """Which booth an exhibitor wants, and on which days; no days: the whole fair."""

    booth: Text = Field(min_length=1, max_length=MOST_CODE)
    first_day: OptionalDay = None
    last_day: OptionalDay = None


class Keep(Input):
    """A booth that the organiser keeps for a name until the end of a day (F5); the name need not be on the market.

    A name (or the code behind it in brackets) that has applied for the fair means its application: the plan keeps the booth
    for it.
    """

    booth: Text = Field(min_length=1, max_length=MOST_CODE)
    name: Text = Field(min_length=1, max_length=MOST_NAME)
    supplier: OptionalText = None  # The slug of one that is on the market.
    first_day: OptionalDay = None
    last_day: OptionalDay = None
    until: Day
    note: OptionalText = Field(default=None, max_length=500)


class KeepLonger(Input):
    """Another last day for a booth that is kept."""

    until: Day


class DeskDraft(Input):
    """From when to when booths are booked; the days begin at 8 o'clock unless an hour is said, and end at midnight."""

    opens_on: Annotated[Day, NEAR]
    opens_time: time = time(8)
    closes_on: Annotated[OptionalDay, NEAR] = None
    needs_accepted: bool = False
    hold_minutes: int = Field(default=15, ge=1, le=1440)
    version: int = 0

    @field_validator("opens_time", mode="before")
    @classmethod
    def _hour(cls, value: Any) -> Any:
        return time(8) if value in ("", None) else value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        closes = self.closes_at
        if closes is not None and closes <= self.opens_at:
            raise ValueError(_("Ngày thôi nhận đặt phải từ ngày mở trở đi."))
        return self

    @property
    def opens_at(self) -> datetime:
        """The moment from which booths are booked."""
        return datetime.combine(self.opens_on, self.opens_time, clock.ZONE)

    @property
    def closes_at(self) -> datetime | None:
        """The moment after which none are."""
        return end_of(self.closes_on) if self.closes_on is not None else None


def end_of(day: date) -> datetime:
    """The last moment of a day in Việt Nam."""
    return datetime.combine(day, time(23, 59, 59), clock.ZONE)
