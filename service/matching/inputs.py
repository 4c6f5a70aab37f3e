"""What buyers hand us: who they are, and what they look for. The same inputs serve the form, the demo and programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from service.core import clock, formats, places
from service.core.i18n import _
from service.core.inputs import (
    Input,
    OptionalDay,
    OptionalDong,
    OptionalKilograms,
    OptionalText,
    Text,
)
from service.matching.models import BuyerKind, CloseReason, Visibility

LONGEST_TITLE = 120
LONGEST_WORDS = 200
LONGEST_NOTE = 2000
MOST_MONTHS = 12
MOST_KG = Decimal(10_000_000)
MOST_VND_PER_KG = 100_000_000
STARS = (3, 4, 5)


def _shorter(most: int, value: str | None) -> str | None:
    if value is not None and len(value) > most:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
    return value


def _grams(value: Any) -> Any:
    """A net weight as people type it: `500`, `500 g`, `1 kg`; a plain number is grams."""
    if not isinstance(value, str):
        return value
    typed = value.strip()
    if not typed:
        return None
    if typed.isdecimal():
        return int(typed)
    grams = formats.parse_kg(typed) * 1000
    if grams != grams.to_integral_value():
        raise ValueError(_("Khối lượng tịnh tính bằng gam, không có số lẻ."))
    return int(grams)


def _few(value: Any) -> Any:
    """Boxes that were ticked: one, many or none."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if each != "") if isinstance(value, (list, tuple)) else value


def _website(value: Any) -> Any:
    """An address on the web, with https:// where nothing else was typed; nothing that a browser would run."""
    typed = value.replace("\x00", "").strip() if isinstance(value, str) else value
    if not typed:
        return None
    if not isinstance(typed, str):
        return value
    address = typed if "://" in typed else f"https://{typed}"
    if len(address) > 300 or not re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(:\d{1,5})?([/?#][^\s<>\"']*)?", address):
        raise ValueError(_("Địa chỉ trang web chưa đúng, ví dụ: https://sieuthi.vn."))
    return address


OptionalGrams = Annotated[int | None, BeforeValidator(_grams)]
Few = Annotated[tuple[str, ...], BeforeValidator(_few)]


class BuyerProfile(Input):
    """What the market knows of a buyer."""

    name: Text
    kind: BuyerKind
    province_code: OptionalText = None
    address: OptionalText = None
    website: OptionalText = None
    about: OptionalText = None
    verified_on: OptionalDay = None
    illustrative: bool = False
    source: OptionalText = None


class BuyerWords(Input):
    """What a buyer says of itself, by its own form: whatever only the market decides has no place here."""

    name: Annotated[Text, Field(min_length=1, max_length=300)]
    kind: BuyerKind
    province_code: OptionalText = None
    address: Annotated[OptionalText, AfterValidator(lambda value: _shorter(500, value))] = None
    website: Annotated[str | None, BeforeValidator(_website)] = None
    about: Annotated[OptionalText, AfterValidator(lambda value: _shorter(LONGEST_NOTE, value))] = None

    @field_validator("province_code")
    @classmethod
    def _province(cls, value: str | None) -> str | None:
        if value is not None and places.province(value) is None:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    def profile(self) -> BuyerProfile:
        """The same as the module keeps it."""
        return BuyerProfile(**self.model_dump())


class Need(Input):
    """What a request asks for, apart from its months. `commodity` is the slug or the name of a commodity."""

    title: OptionalText = None
    commodity: OptionalText = None
    words: OptionalText = None
    ceiling_vnd_per_kg: OptionalDong = None
    certificates: Few = ()
    min_stars: Annotated[int | None, BeforeValidator(lambda value: value or None)] = None
    pack_net_g: OptionalGrams = None
    unverified_too: bool = False
    delivery_province_code: Text
    place: OptionalText = None
    deadline: OptionalDay = None
    note: OptionalText = None
    visibility: Visibility = Visibility.PUBLIC
    sealed: bool = False
    closes_at_quotes: Annotated[int | None, BeforeValidator(lambda value: value or None)] = Field(default=None, ge=1, le=100)
    mark_slug: OptionalText = None

    @field_validator("title")
    @classmethod
    def _title(cls, value: str | None) -> str | None:
        return _shorter(LONGEST_TITLE, value)

    @field_validator("words", "place")
    @classmethod
    def _words(cls, value: str | None) -> str | None:
        return _shorter(LONGEST_WORDS, value)

    @field_validator("note")
    @classmethod
    def _note(cls, value: str | None) -> str | None:
        return _shorter(LONGEST_NOTE, value)

    @field_validator("ceiling_vnd_per_kg")
    @classmethod
    def _ceiling(cls, value: int | None) -> int | None:
        if value is not None and not 0 < value <= MOST_VND_PER_KG:
            raise ValueError(_("Giá trần phải lớn hơn 0 và không quá 100 triệu đồng một kg."))
        return value

    @field_validator("min_stars")
    @classmethod
    def _stars(cls, value: int | None) -> int | None:
        if value is not None and value not in STARS:
            raise ValueError(_("Số sao OCOP là 3, 4 hoặc 5."))
        return value

    @field_validator("pack_net_g")
    @classmethod
    def _pack(cls, value: int | None) -> int | None:
        if value is not None and not 0 < value <= 1_000_000:
            raise ValueError(_("Quy cách phải lớn hơn 0 và không quá 1 tấn."))
        return value


def _whole(kg: Decimal | None) -> Decimal | None:
    if kg is not None and not 0 <= kg <= MOST_KG:
        raise ValueError(_("Khối lượng phải từ 0 đến 10.000 tấn."))
    return kg


class RequestDraft(Need):
    """A request as programs and the demo hand it over: `months` are pairs (any day of the month, kilograms).

    `extra` is what a matching round asks besides, question by question; None leaves what is stored.
    """

    months: tuple[tuple[date, Decimal], ...]
    extra: dict[str, Any] | None = None
    illustrative: bool = False

    @field_validator("months")
    @classmethod
    def _months(cls, value: tuple[tuple[date, Decimal], ...]) -> tuple[tuple[date, Decimal], ...]:
        return each_once(value)


class MonthBoxes(Input):
    """One box of kilograms for each month of the year; at least one is filled."""

    kg_01: OptionalKilograms = None
    kg_02: OptionalKilograms = None
    kg_03: OptionalKilograms = None
    kg_04: OptionalKilograms = None
    kg_05: OptionalKilograms = None
    kg_06: OptionalKilograms = None
    kg_07: OptionalKilograms = None
    kg_08: OptionalKilograms = None
    kg_09: OptionalKilograms = None
    kg_10: OptionalKilograms = None
    kg_11: OptionalKilograms = None
    kg_12: OptionalKilograms = None

    @field_validator(*(f"kg_{month:02}" for month in range(1, 13)))
    @classmethod
    def _kg(cls, value: Decimal | None) -> Decimal | None:
        return _whole(value)

    @model_validator(mode="after")
    def _some_month(self) -> Self:
        if not any(self.typed_months().values()):
            raise ValueError(_("Ghi số kg cho ít nhất một tháng."))
        return self

    def typed_months(self) -> dict[int, Decimal]:
        """The kilograms of each month that has any."""
        found = {month: getattr(self, f"kg_{month:02}") for month in range(1, 13)}
        return {month: kg for month, kg in found.items() if kg}


class RequestForm(MonthBoxes, Need):
    """A request as a person types it: one box for each of the twelve months to come."""

    key: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    version: Annotated[int | None, BeforeValidator(lambda value: value or None)] = Field(default=None, ge=1, le=2**31 - 1)
    round: OptionalText = None  # The code of the matching round that it is brought to (M2).
    asked_round: OptionalText = None  # The round whose questions the form showed.
    save: OptionalText = None  # The button that was pressed: "draft" keeps the request to oneself.

    def draft(self, today: date, kept: Mapping[int, int] | None = None) -> RequestDraft:
        """The request, each month in the year in which it comes next; `kept`: the years of months already asked."""
        years = kept or {}
        months = tuple(
            (date(years.get(month, next_year_of(month, today)), month, 1), kg) for month, kg in self.typed_months().items()
        )
        return RequestDraft(**{name: getattr(self, name) for name in Need.model_fields}, months=months)


def next_year_of(month: int, today: date) -> int:
    """The year in which that month comes next, the present month included."""
    return today.year if month >= today.month else today.year + 1


def each_once(value: tuple[tuple[date, Decimal], ...]) -> tuple[tuple[date, Decimal], ...]:
    """Months with kilograms, each of them said once, in order."""
    months = {day.replace(day=1): kg for day, kg in value}
    if len(months) != len(value):
        raise ValueError(_("Mỗi tháng chỉ ghi một lần."))
    return spread(months.items())


def spread(months: Iterable[tuple[date, Decimal]]) -> tuple[tuple[date, Decimal], ...]:
    """Months with kilograms in order, within one year from the first to the last."""
    ordered = tuple(sorted((day, kg) for day, kg in months if _whole(kg)))
    if not ordered:
        raise ValueError(_("Ghi số kg cho ít nhất một tháng."))
    if ordered[-1][0] >= clock.add_months(ordered[0][0], MOST_MONTHS):
        raise ValueError(_("Một yêu cầu kéo dài nhiều nhất 12 tháng."))
    return ordered


class Closing(Input):
    """Why a request is closed, and which version of it the buyer has read."""

    reason: CloseReason = CloseReason.NO_LONGER_NEEDED
    version: int = Field(ge=1, le=2**31 - 1)


class BuyerDecision(Input):
    """What an officer decides about a buyer's profile, with the fingerprint that it was read with."""

    approve: bool
    seen: Text
    reasons: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")], Annotated[str, Field(max_length=500)]] = Field(
        default_factory=dict, max_length=20
    )
    note: Annotated[OptionalText, AfterValidator(lambda value: _shorter(LONGEST_NOTE, value))] = None

    @field_validator("reasons")
    @classmethod
    def _said(cls, value: dict[str, str]) -> dict[str, str]:
        return {name: why for name, words in value.items() if (why := words.replace("\x00", "").strip())}

    @model_validator(mode="after")
    def _has_a_reason(self) -> Self:
        if not self.approve and not self.reasons and not self.note:
            raise ValueError(_("Hãy nói vì sao trả lại: một lý do bên mục cần sửa, hoặc một lời nhắn chung."))
        return self
