"""What a supplier offers and what a buyer takes of it. The same inputs serve the forms, programs and the demo."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from service.core import formats
from service.core.i18n import _
from service.core.inputs import Day, Dong, Input, Kilograms, OptionalDong, OptionalText, OptionalWhole

MOST_KG = Decimal(10_000_000)
MOST_VND_PER_KG = 100_000_000
MOST_DAYS = 365
MOST_LINES = 600  # Twelve months of fifty products: a pooled lot of fifty suppliers.
MOST_TIERS = 5
LONGEST_NOTE = 1000
LONGEST_REASON = 500


def _kilograms(value: Decimal) -> Decimal:
    if not 0 < value <= MOST_KG:
        raise ValueError(_("Khối lượng phải lớn hơn 0 và không quá 10.000 tấn."))
    if value != round(value, 3):
        raise ValueError(_("Khối lượng tính đến gam, nhiều nhất ba số lẻ."))
    return value


def _dong(value: int) -> int:
    if not 0 < value <= MOST_VND_PER_KG:
        raise ValueError(_("Giá phải lớn hơn 0 và không quá 100 triệu đồng một kg."))
    return value


def freight_said(value: int | None) -> int | None:
    """What the road costs, if it can cost that."""
    if value is not None and not 0 <= value <= MOST_VND_PER_KG:
        raise ValueError(_("Cước phải từ 0 đến 100 triệu đồng một kg."))
    return value


def _share(value: Any) -> Any:
    """A per cent as people type it: `30`, `30 %`, `2,5`; an empty box is none at all."""
    if value is None or value == "":
        return Decimal(0)
    return formats.parse_number(value.replace("%", "").strip() or "0") if isinstance(value, str) else value


def _per_cent(value: Decimal) -> Decimal:
    if not 0 <= value <= 100 or value != round(value, 2):
        raise ValueError(_("Tỷ lệ từ 0 đến 100 phần trăm, nhiều nhất hai số lẻ."))
    return value


def _days(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MOST_DAYS:
        raise ValueError(_("Số ngày từ 0 đến 365."))
    return value


def pack_said(value: int | None) -> int | None:
    """A net weight, if a pack can weigh that."""
    if value is not None and not 0 < value <= 1_000_000:
        raise ValueError(_("Quy cách phải lớn hơn 0 và không quá 1 tấn."))
    return value


def _first(value: date) -> date:
    return value.replace(day=1)


def note_said(value: str | None) -> str | None:
    """Words, if they are not too many."""
    if value is not None and len(value) > LONGEST_NOTE:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=LONGEST_NOTE))
    return value


Kg = Annotated[Kilograms, AfterValidator(_kilograms)]
Price = Annotated[Dong, AfterValidator(_dong)]
Percent = Annotated[Decimal, BeforeValidator(_share), AfterValidator(_per_cent)]
Days = Annotated[OptionalWhole, AfterValidator(_days)]


class QuoteLine(Input):
    """So many kilograms of one product in one month (any day of it) at one price."""

    product_id: UUID
    month: Annotated[Day, AfterValidator(_first)]
    kg: Kg
    price_vnd_per_kg: Price


class Tier(Input):
    """Whoever takes at least so much of the quote in all pays so much less for each kilogram."""

    from_kg: Kg
    less_vnd_per_kg: Price


class Terms(Input):
    """All of a quote but its lines. `delivered`: to the buyer's place; else at the seller's, with what the road costs."""

    tiers: tuple[Tier, ...] = ()
    pack_net_g: Annotated[OptionalWhole, AfterValidator(pack_said)] = None
    lead_days: Days = None
    delivered: bool = True
    freight_vnd_per_kg: Annotated[OptionalDong, AfterValidator(freight_said)] = None
    credit_days: Days = None
    deposit_percent: Percent = Decimal(0)
    discount_percent: Percent = Decimal(0)
    valid_until: Day
    sample: bool = False
    note: Annotated[OptionalText, AfterValidator(note_said)] = None

    @field_validator("tiers")
    @classmethod
    def _in_order(cls, value: tuple[Tier, ...]) -> tuple[Tier, ...]:
        if len(value) > MOST_TIERS:
            raise ValueError(_("Nhiều nhất %(most)s bậc giá theo lượng.", most=MOST_TIERS))
        ordered = tuple(sorted(value, key=lambda each: each.from_kg))
        for before, after in pairwise(ordered):
            if after.from_kg == before.from_kg or after.less_vnd_per_kg <= before.less_vnd_per_kg:
                raise ValueError(_("Lấy nhiều hơn thì phải được bớt nhiều hơn."))
        return ordered

    @model_validator(mode="after")
    def _road(self) -> Terms:
        if not self.delivered and self.freight_vnd_per_kg is None:
            raise ValueError(_("Giao tại kho người bán thì ghi cước chở đến nơi nhận (đ/kg), để người mua so được giá."))
        return self


class QuoteDraft(Terms):
    """A whole quote: its lines, each product and month once, and its terms."""

    lines: tuple[QuoteLine, ...] = Field(min_length=1, max_length=MOST_LINES)

    @field_validator("lines")
    @classmethod
    def _once(cls, value: tuple[QuoteLine, ...]) -> tuple[QuoteLine, ...]:
        if len({(each.product_id, each.month) for each in value}) != len(value):
            raise ValueError(_("Mỗi sản phẩm trong mỗi tháng chỉ ghi một lần."))
        return tuple(sorted(value, key=lambda each: (each.month, each.product_id)))

    @model_validator(mode="after")
    def _worth_something(self) -> QuoteDraft:
        least = min(each.price_vnd_per_kg for each in self.lines)
        if self.tiers and self.tiers[-1].less_vnd_per_kg >= least:
            raise ValueError(_("Phần bớt theo lượng phải nhỏ hơn giá."))
        return self

    @property
    def total(self) -> Decimal:
        """All kilograms offered."""
        return sum((each.kg for each in self.lines), Decimal(0))


class Part(Input):
    """What a buyer takes of one line of a quote; `revision`, where it is said, is the one that the buyer has read."""

    quote_id: UUID
    product_id: UUID
    month: Annotated[Day, AfterValidator(_first)]
    kg: Kg
    revision: int | None = Field(default=None, ge=1, le=2**31 - 1)


class Undoing(Input):
    """Why an award is taken back."""

    reason: Annotated[str, BeforeValidator(lambda value: value.replace("\x00", "") if isinstance(value, str) else value),
                      Field(min_length=5, max_length=LONGEST_REASON)]  # fmt: skip
