"""What organisers hand us about a fair."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from service.core.i18n import _
from service.core.inputs import Input, OptionalText, Text
from service.fairs.models import DatePrecision, FairKind

LONGEST_NAME = 200
EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)


class HallDraft(Input):
    """One part of the place."""

    name: Text
    about: OptionalText = None
    area_m2: Decimal | None = Field(default=None, gt=0, le=10_000_000)


class FairDraft(Input):
    """A fair as it is announced.

    Of an event of which only the month or the year is known, give any day of it as `starts_on` and say so with
    `date_precision`; the two dates become the first and the last day of that month or year. `slug` fixes the address, so
    that announcing the same fair again brings it up to date instead of making a second one.
    """

    name: Text = Field(min_length=1, max_length=LONGEST_NAME)
    name_en: OptionalText = None
    slug: OptionalText = None
    kind: FairKind
    place: OptionalText = None
    address: OptionalText = None
    province_code: OptionalText = None
    commune_code: OptionalText = None
    starts_on: date
    ends_on: date | None = None  # Empty: one day, or the whole month or year.
    date_precision: DatePrecision = DatePrecision.DAY
    opening_hours: OptionalText = None
    hosts: tuple[str, ...] = ()
    halls: tuple[HallDraft, ...] = ()
    description: OptionalText = None
    illustrative: bool = False
    source: OptionalText = None

    @field_validator("starts_on", "ends_on")
    @classmethod
    def _in_living_memory(cls, value: date | None) -> date | None:
        if value is not None and not EARLIEST <= value <= LATEST:
            raise ValueError(_("Ngày của hội chợ phải từ năm 1990 đến năm 2100."))
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(_("Ngày kết thúc phải sau ngày khai mạc."))
        if self.illustrative and self.source:
            raise ValueError(_("Dữ liệu minh họa không có nguồn dẫn."))
        if len({hall.name for hall in self.halls}) != len(self.halls):
            raise ValueError(_("Mỗi khu một tên."))
        return self

    def days(self) -> tuple[date, date]:
        """The first and the last day, as exactly as they are known."""
        first, last = self.starts_on, self.ends_on or self.starts_on
        if self.date_precision is DatePrecision.MONTH:
            return first.replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])
        if self.date_precision is DatePrecision.YEAR:
            return date(first.year, 1, 1), date(last.year, 12, 31)
        return first, last

    def values(self) -> dict[str, Any]:
        """The columns of the fair."""
        first, last = self.days()
        kept = self.model_dump(exclude={"slug", "halls", "starts_on", "ends_on", "hosts"})
        return {**kept, "hosts": list(self.hosts), "starts_on": first, "ends_on": last}


class Expected(Input):
    """A buyer that will be at a fair: what for, in words, and which commodities."""

    buyer_id: UUID
    looking_for: OptionalText = None
    commodities: tuple[str, ...] = ()  # Slugs or names.
