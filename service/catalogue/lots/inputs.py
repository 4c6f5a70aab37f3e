"""What suppliers say of a lot, by form or by JSON: its days and kilograms, its members, what was checked, where it went."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from service.catalogue.inputs import Kilograms, LongText, ShortText, reading
from service.catalogue.lots.gs1 import LONGEST_LOT
from service.catalogue.lots.models import SourceKind
from service.catalogue.sheets import cells
from service.core import clock, places
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Day, Input, OptionalDay

MOST_LINES = 60
CODE = re.compile(r"[0-9A-Z]([0-9A-Z._-]*[0-9A-Z])?")

Words = Annotated[Annotated[str, Field(min_length=1, max_length=500)], NO_NUL]


def _lot_code(value: object) -> object:
    """The code in capital letters; a space within is a dash, as people write either."""
    if not isinstance(value, str):
        return value
    code = re.sub(r"\s+", "-", value.replace("\x00", "").strip()).upper()
    if not code:
        return None
    if len(code) > LONGEST_LOT or not CODE.fullmatch(code):
        raise ValueError(_("Mã lô có tối đa 20 chữ cái không dấu, chữ số, dấu chấm hoặc gạch nối, ví dụ L261123-1."))
    return code


def _hectares(value: object) -> object:
    area = cells.decimal(value) if isinstance(value, (str, int, float)) else value
    if isinstance(area, Decimal) and not 0 < area <= 100_000:
        raise ValueError(_("Cần số hecta lớn hơn 0, ví dụ 0,5."))
    return area


def _positive(value: Decimal | None) -> Decimal | None:
    if value is not None and value <= 0:
        raise ValueError(_("Số kg phải lớn hơn 0."))
    return value


class SourceInput(Input):
    """A member, or a plot, that a part of the lot comes from."""

    name: Words
    kind: SourceKind = SourceKind.MEMBER
    commune_code: Annotated[str | None, EMPTY_IS_NONE] = None
    area_ha: Annotated[Decimal | None, reading(_hectares)] = None
    kg: Kilograms = None

    _kg = field_validator("kg")(_positive)

    @field_validator("commune_code")
    @classmethod
    def _commune(cls, value: str | None) -> str | None:
        code = places.code_meant(value, "commune") if value else None
        if value and code is None:
            raise ValueError(_("Không có xã, phường này. Hãy gõ tên hoặc chọn trong danh sách."))
        return code


class LotCheckInput(Input):
    """Something that was checked: what was found, when, by whom."""

    words: Words
    checked_on: Day
    checked_by: ShortText = None

    @field_validator("checked_on")
    @classmethod
    def _has_come(cls, value: date) -> date:
        return _past(value)


class DeliveryInput(Input):
    """Where a part of the lot went."""

    place: Words
    delivered_on: Day
    delivered_kg: Kilograms = None

    _kg = field_validator("delivered_kg")(_positive)

    @field_validator("delivered_on")
    @classmethod
    def _has_come(cls, value: date) -> date:
        return _past(value)


class LotHead(Input):
    """The lot itself, without its lists. Harvested or made: one of the two days is needed."""

    code: Annotated[str | None, BeforeValidator(_lot_code)] = None
    harvested_on: OptionalDay = None
    made_on: OptionalDay = None
    best_before: OptionalDay = None
    quantity_kg: Annotated[Decimal, reading(cells.kilograms)]
    note: LongText = None
    names_agreed: bool = False

    _quantity = field_validator("quantity_kg")(_positive)

    @field_validator("harvested_on", "made_on")
    @classmethod
    def _has_come(cls, value: date | None) -> date | None:
        return None if value is None else _past(value)

    @model_validator(mode="after")
    def _days_hang_together(self) -> LotHead:
        if self.harvested_on is None and self.made_on is None:
            raise ValueError(_("Cần ngày thu hoạch hoặc ngày sản xuất."))
        if self.harvested_on is not None and self.made_on is not None and self.made_on < self.harvested_on:
            raise ValueError(_("Ngày sản xuất phải từ ngày thu hoạch trở đi."))
        born = self.made_on or self.harvested_on
        if self.best_before is not None and born is not None and self.best_before < born:
            raise ValueError(_("Hạn dùng phải sau ngày sản xuất hoặc thu hoạch."))
        return self


class LotLists(Input):
    """The lists under a lot."""

    sources: tuple[SourceInput, ...] = Field(default=(), max_length=MOST_LINES)
    checks: tuple[LotCheckInput, ...] = Field(default=(), max_length=MOST_LINES)
    deliveries: tuple[DeliveryInput, ...] = Field(default=(), max_length=MOST_LINES)


class LotDraft(LotHead, LotLists):
    """A lot with its lists; what is not in a list any more is taken away."""


class Recall(Input):
    """Why a lot is called back: everybody who scans a pack of it will read this."""

    reason: Annotated[Annotated[str, Field(min_length=10, max_length=1000)], NO_NUL]


def _past(value: date) -> date:
    if value > clock.today():
        raise ValueError(_("Ngày này chưa tới."))
    if value.year < 2000:
        raise ValueError(_("Năm %(year)s không hợp lý.", year=value.year))
    return value
