"""What organisers hand us about a fair."""

from __future__ import annotations

import calendar
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from service.core import formats
from service.core.i18n import _
from service.core.inputs import EARLIEST, LATEST, ON_THE_WALL, Day, Input, OptionalDay, OptionalText, Text
from service.fairs.models import DatePrecision, FairKind

LONGEST_NAME = 200
LONGEST_WORDS = 4000
MOST_LINES = 30
MOST_HALLS = 60


def shorter(most: int) -> AfterValidator:
    """A text of at most so many letters, with a sentence that says so."""

    def check(value: str | None) -> str | None:
        if value is not None and len(value) > most:
            raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
        return value

    return AfterValidator(check)


def _lines(value: Any) -> Any:
    """Names as they are typed, one on a line; the same one twice is one."""
    if isinstance(value, str):
        value = value.splitlines()
    if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
        kept = (" ".join(each.replace("\x00", "").split()) for each in value)
        return tuple(dict.fromkeys(each for each in kept if each))
    return () if value is None else value


def _few(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) > MOST_LINES:
        raise ValueError(_("Nhiều nhất %(most)s dòng.", most=MOST_LINES))
    if any(len(each) > LONGEST_NAME for each in value):
        raise ValueError(_("Mỗi dòng nhiều nhất %(most)s ký tự.", most=LONGEST_NAME))
    return value


Lines = Annotated[tuple[str, ...], BeforeValidator(_lines), AfterValidator(_few)]
Words = Annotated[OptionalText, shorter(LONGEST_WORDS)]
ShortWords = Annotated[OptionalText, shorter(LONGEST_NAME)]
OR_NONE = BeforeValidator(lambda value: value or None)
OptionalKey = Annotated[UUID | None, OR_NONE]
OptionalVersion = Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, OR_NONE]


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
    name_en: ShortWords = None
    slug: OptionalText = None
    kind: FairKind
    place: ShortWords = None
    address: ShortWords = None
    province_code: OptionalText = None
    commune_code: OptionalText = None
    starts_on: Day
    ends_on: OptionalDay = None  # Empty: one day, or the whole month or year.
    date_precision: DatePrecision = DatePrecision.DAY
    opening_hours: ShortWords = None
    hosts: Lines = ()
    co_hosts: Lines = ()
    halls: tuple[HallDraft, ...] = Field(default=(), max_length=MOST_HALLS)
    description: Words = None
    call_opens_on: OptionalDay = None
    call_closes_on: OptionalDay = None  # The last day on which exhibitors may apply; empty: until the fair opens.
    call_words: Words = None
    call_needs: Lines = ()  # What an exhibitor must bring along, one thing on a line.
    illustrative: bool = False
    source: OptionalText = None

    @field_validator("starts_on", "ends_on", "call_opens_on", "call_closes_on")
    @classmethod
    def _in_living_memory(cls, value: date | None) -> date | None:
        if value is not None and not EARLIEST <= value <= LATEST:
            raise ValueError(_("Ngày của hội chợ phải từ năm 1990 đến năm 2100."))
        return value

    @field_validator("ends_on")
    @classmethod
    def _after_its_beginning(cls, value: date | None, others: ValidationInfo) -> date | None:
        starts = others.data.get("starts_on")
        if value is not None and starts is not None and value < starts:
            raise ValueError(_("Ngày kết thúc phải sau ngày khai mạc."))
        return value

    @field_validator("call_closes_on")
    @classmethod
    def _closes_in_time(cls, value: date | None, others: ValidationInfo) -> date | None:
        opens, starts = others.data.get("call_opens_on"), others.data.get("starts_on")
        ends = others.data.get("ends_on") or starts
        if value is not None and opens is not None and value < opens:
            raise ValueError(_("Hạn nhận đăng ký phải từ ngày mở nhận trở đi."))
        if value is not None and ends is not None and value > ends:
            raise ValueError(_("Hạn nhận đăng ký phải trước khi hội chợ kết thúc."))
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
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

    def said(self) -> dict[str, Any]:
        """The columns that the draft speaks of: what it leaves out stays as it is with a fair that is there already."""
        named = self.model_fields_set | {"starts_on", "ends_on", "date_precision"}
        return {name: value for name, value in self.values().items() if name in named}

    def values(self) -> dict[str, Any]:
        """All columns of a new fair."""
        first, last = self.days()
        kept = {name: getattr(self, name) for name in FairDraft.model_fields if name not in ("slug", "halls")}
        lists = {name: list(value) for name, value in kept.items() if isinstance(value, tuple)}
        return {**kept, **lists, "starts_on": first, "ends_on": last}


def _areas(value: Any) -> Any:
    """The square metres of the halls as they are typed, one for each; an empty one is not known."""
    if not isinstance(value, (list, tuple)):
        return value
    read: list[Decimal | None] = []
    for number, typed in enumerate(value, 1):
        if not isinstance(typed, str) or not typed.strip():
            read.append(typed if isinstance(typed, Decimal) else None)
            continue
        try:
            area = formats.parse_number(typed)
        except ValueError as error:
            raise ValueError(_("Diện tích ở dòng %(n)s: %(why)s", n=number, why=str(error))) from error
        if not 0 < area <= 10_000_000:
            raise ValueError(_("Diện tích ở dòng %(n)s phải từ 1 đến 10.000.000 m².", n=number))
        read.append(area)
    return tuple(read)


def _names(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
        value = tuple(" ".join(each.replace("\x00", "").split()) for each in value)
        for number, each in enumerate(value, 1):
            if len(each) > LONGEST_NAME:
                raise ValueError(_("Dòng %(n)s dài quá %(most)s ký tự.", n=number, most=LONGEST_NAME))
    return value


class FairForm(FairDraft):
    """The same as its form sends it: the halls in three columns, a line for each."""

    hall_name: Annotated[tuple[str, ...], BeforeValidator(_names), Field(max_length=MOST_HALLS)] = ()
    hall_area: Annotated[tuple[Decimal | None, ...], BeforeValidator(_areas), Field(max_length=MOST_HALLS)] = ()
    hall_about: Annotated[tuple[str, ...], BeforeValidator(_names), Field(max_length=MOST_HALLS)] = ()
    key: OptionalKey = None
    version: OptionalVersion = None

    @field_validator("hall_name")
    @classmethod
    def _each_its_own(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        named = [each for each in value if each]
        if len(set(named)) != len(named):
            raise ValueError(_("Mỗi khu một tên."))
        return value

    def draft(self) -> FairDraft:
        """What is kept. A line without a name is no hall, and nobody calls a fair of her own invented."""
        own = FairDraft.model_fields.keys() - {"halls", "illustrative", "source", "slug"}
        areas, about = iter(self.hall_area), iter(self.hall_about)
        halls = [
            HallDraft(name=name, about=words or None, area_m2=area)
            for name, area, words in ((each, next(areas, None), next(about, "")) for each in self.hall_name)
            if name
        ]
        return FairDraft(**{name: getattr(self, name) for name in own}, halls=tuple(halls))


def _hour(value: Any) -> Any:
    """An hour of the day as people type it: 8:00, 8h30, 21."""
    if not isinstance(value, str):
        return value
    plain = value.replace("\x00", "").strip().lower().replace("h", ":").replace(".", ":").removesuffix(":")
    if not plain:
        return None
    hours, _mark, minutes = plain.partition(":")
    if not (hours.isascii() and hours.isdigit() and len(hours) <= 2 and int(hours) <= 23) or (
        minutes and not (minutes.isascii() and minutes.isdigit() and len(minutes) == 2 and int(minutes) <= 59)
    ):
        raise ValueError(_("Cần một giờ trong ngày, ví dụ 8:00 hoặc 21h30."))
    return time(int(hours), int(minutes or 0))


class DayHours(Input):
    """When a fair opens and closes on one of its days; without both, as the fair's own words say."""

    day: date
    opens: Annotated[time | None, BeforeValidator(_hour), ON_THE_WALL] = None
    closes: Annotated[time | None, BeforeValidator(_hour), ON_THE_WALL] = None
    note: ShortWords = None

    @field_validator("closes")
    @classmethod
    def _later(cls, value: time | None, others: ValidationInfo) -> time | None:
        opens = others.data.get("opens")
        if "opens" in others.data and (opens is None) != (value is None):
            raise ValueError(_("Ghi cả giờ mở và giờ đóng, hoặc bỏ trống cả hai."))
        if value is not None and opens is not None and value <= opens:
            raise ValueError(_("Giờ đóng phải sau giờ mở."))
        return value


class Expected(Input):
    """A buyer that will be at a fair: what for, in words, and which commodities."""

    buyer_id: UUID
    looking_for: OptionalText = None
    commodities: tuple[str, ...] = ()  # Slugs or names.
