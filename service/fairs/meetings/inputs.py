"""What organisers and the two sides hand in about meetings at a fair."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from service.core.i18n import _
from service.core.inputs import (
    EMPTY_IS_NONE,
    NEAR,
    NO_NUL,
    ON_THE_WALL,
    Day,
    Input,
    OptionalDay,
    OptionalDong,
    OptionalKilograms,
    OptionalText,
)
from service.fairs.meetings.models import Result, Said, Seats

MOST_SLOTS = 400  # Of all sessions of one fair.
MOST_KG = 10**9
MOST_DONG = 10**13
_TIME = re.compile(r"(\d{1,2})(?:\s*(?:[:hg.]|giờ)\s*(\d{1,2})?)?")


def _shorter(most: int) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value is not None and len(value) > most:
            raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
        return value

    return AfterValidator(check)


def parse_time(typed: str) -> time:
    """A time of the day as people type it: 8:00, 08:30, 8h, 8h30, 14 giờ 15. Raises ValueError."""
    found = _TIME.fullmatch(typed.strip().lower())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise ValueError(_("Chưa đúng giờ, ví dụ: 8:00 hoặc 14h30."))
    return time(int(found[1]), int(found[2] or 0))


def _time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = value.replace("\x00", "")
    if not value.strip():
        raise ValueError(_("Cần điền mục này."))
    return parse_time(value)


def _breaks(value: Any) -> Any:
    """Breaks as they are typed, `11:30–13:30; 15:00–15:15`, or as pairs."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return value
    pairs = []
    for part in re.split(r"[;,\n]+", value.replace("\x00", "")):
        if part.strip():
            ends = re.split(r"\s*(?:-|–|—|đến|to)\s*", part.strip())
            if len(ends) != 2:
                raise ValueError(_("Ghi giờ nghỉ như 11:30–13:30, cách nhau bằng dấu chấm phẩy."))
            pairs.append((parse_time(ends[0]), parse_time(ends[1])))
    return tuple(pairs)


OfDay = Annotated[time, ON_THE_WALL]
Clock = Annotated[OfDay, BeforeValidator(_time)]
Most = Annotated[Annotated[int, Field(ge=1, le=200)] | None, EMPTY_IS_NONE]
Version = Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, EMPTY_IS_NONE]
OptionalKey = Annotated[UUID | None, BeforeValidator(lambda value: value or None)]
Words = Annotated[OptionalText, _shorter(1000)]
Line = Annotated[str, NO_NUL, Field(min_length=1), _shorter(120)]


class TermsDraft(Input):
    """What holds for all meetings of a fair."""

    seats: Seats = Seats.TABLES
    tables: int = Field(default=10, ge=0, le=500)
    most_per_supplier: Most = None
    most_per_buyer: Most = None
    wishes_until: Annotated[OptionalDay, NEAR] = None
    answer_days: int = Field(default=3, ge=1, le=60)

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.seats is Seats.TABLES and not self.tables:
            raise ValueError(_("Gặp tại bàn thì cần ít nhất một bàn."))
        return self


class TermsForm(TermsDraft):
    """The same as its form sends it."""

    version: Version = None


class SessionDraft(Input):
    """A part of a day in which meetings are held."""

    name: Line
    day: Day
    starts: Clock
    ends: Clock
    slot_minutes: int = Field(default=20, ge=5, le=240)
    pause_minutes: int = Field(default=5, ge=0, le=120)
    breaks: Annotated[tuple[tuple[OfDay, OfDay], ...], BeforeValidator(_breaks), Field(max_length=10)] = ()
    most_per_supplier: Most = None
    most_per_buyer: Most = None
    tables: Annotated[Annotated[int, Field(ge=0, le=500)] | None, EMPTY_IS_NONE] = None  # None: as many as the fair has.

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError(_("Giờ kết thúc phải sau giờ bắt đầu."))
        if any(last <= first for first, last in self.breaks):
            raise ValueError(_("Giờ hết nghỉ phải sau giờ bắt đầu nghỉ."))
        return self


class SessionForm(SessionDraft):
    """The same as its form sends it."""

    version: Version = None


class ParticipantDraft(Input):
    """What a participant says of itself: slots at which it cannot meet (by their beginning), most meetings, whom to ask for."""

    most: Most = None
    contact: Annotated[OptionalText, _shorter(300)] = None
    away: Annotated[tuple[Annotated[str, NO_NUL, Field(max_length=20)], ...], Field(max_length=MOST_SLOTS)] = ()


class WishDraft(Input):
    """One side wants to meet another: 3 very much, 1 if there is time."""

    other: UUID
    value: int = Field(ge=1, le=3)
    words: Words = None
    goods: Annotated[OptionalText, _shorter(200)] = None


class Other(Input):
    """The other side."""

    other: UUID


class Taking(Input):
    """Suggestions that are taken over."""

    others: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)]


class AskDraft(Input):
    """One side asks another for a meeting."""

    other: UUID
    words: Words = None
    key: OptionalKey = None


class AskAnswer(Input):
    """What is done with a request for a meeting: the asked side accepts or declines, the asking one withdraws."""

    answer: Literal["accept", "decline", "withdraw"]
    words: Words = None


class Inviting(Input):
    """A supplier or buyer that the organiser lets take part, by the last part of its address."""

    side: Literal["supplier", "buyer"]
    slug: Annotated[str, NO_NUL, Field(min_length=1, max_length=300)]


class TimetableWish(Input):
    """How a timetable is to be looked for."""

    key: OptionalKey = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    seconds: Annotated[int, Field(ge=2, le=120)] = 30
    both_only: bool = False  # Only meetings that both sides wish.
    matched_too: bool = False  # Pairs as well that fit each other and that nobody has wished yet.
    asked_must: bool = False  # Meetings that were asked for and accepted must take place.
    keep_close: bool = True  # As few as possible of the published meetings are moved.
    max_gap_difference: Annotated[Annotated[int, Field(ge=0, le=50)] | None, EMPTY_IS_NONE] = None


class HandChange(Input):
    """One change by hand: a meeting to another slot or table, two that change places, one more, one less."""

    kind: Literal["move", "swap", "drop", "add"]
    meeting: Annotated[Annotated[str, Field(max_length=80)] | None, EMPTY_IS_NONE] = None
    other: Annotated[Annotated[str, Field(max_length=80)] | None, EMPTY_IS_NONE] = None
    supplier: Annotated[UUID | None, EMPTY_IS_NONE] = None
    buyer: Annotated[UUID | None, EMPTY_IS_NONE] = None
    slot: Annotated[Annotated[int, Field(ge=1, le=MOST_SLOTS)] | None, EMPTY_IS_NONE] = None
    table: Annotated[Annotated[int, Field(ge=1, le=500)] | None, EMPTY_IS_NONE] = None
    key: OptionalKey = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind != "add" and self.meeting is None:
            raise ValueError(_("Hãy chọn một cuộc gặp."))
        if self.kind == "swap" and self.other is None:
            raise ValueError(_("Hãy chọn cuộc gặp thứ hai để đổi chỗ."))
        if self.kind in ("add", "move") and self.slot is None:
            raise ValueError(_("Hãy chọn một giờ."))
        if self.kind == "add" and (self.supplier is None or self.buyer is None):
            raise ValueError(_("Hãy chọn cả hai bên."))
        return self


class Attended(Input):
    """What one side says of a meeting whose time has come."""

    said: Said
    late: bool = False


class ResultSaid(Input):
    """What one side says came of a meeting."""

    months: Literal[0, 1, 3, 6] = 0
    result: Result
    kg: OptionalKilograms = None
    vnd: OptionalDong = None
    words: Words = None

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.kg is not None and not 0 < self.kg <= MOST_KG:
            raise ValueError(_("Số kg phải lớn hơn 0 và không quá một triệu tấn."))
        if self.vnd is not None and not 0 < self.vnd <= MOST_DONG:
            raise ValueError(_("Số tiền phải lớn hơn 0 và không quá mười nghìn tỷ đồng."))
        if self.result in (Result.NONE, Result.TALKS) and (self.kg is not None or self.vnd is not None):
            raise ValueError(_("Chỉ ghi số kg, số tiền khi đã có mẫu, báo giá, biên bản hoặc đơn hàng."))
        return self


def earliest(days: list[date]) -> date | None:
    """The first of the days, for a form that is shown empty."""
    return min(days) if days else None
