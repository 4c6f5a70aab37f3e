"""What people say about pooled lots: how a lot may be put together, whom to ask until when, and a supplier's answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from service.core import formats, places
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, Day, Input, OptionalDong, OptionalText

MOST_SUPPLIERS = 50
USUAL_SUPPLIERS = 10
MOST_KG = 10_000_000
MOST_VND_PER_KG = 100_000_000
MOST_NAMED = 200  # Products that one wish may speak of.
MOST_MONTHS = 12
LONGEST_NOTE = 2000
LONGEST_REASON = 500


def _short(most: int) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value is not None and len(value) > most:
            raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
        return value

    return AfterValidator(check)


def read_kg(value: Any) -> Any:
    """Kilograms as people type them, without parts: a plan is made of whole kilograms."""
    typed = value.replace("\x00", "").strip() if isinstance(value, str) else value
    if typed is None or typed == "":
        return None
    kg = formats.parse_kg(typed) if isinstance(typed, str) else typed
    if not isinstance(kg, (int, float, Decimal)) or isinstance(kg, bool):
        return kg
    # Not a number and what is endless are no numbers between these two either.
    if not 0 <= kg <= MOST_KG or kg != int(kg):
        raise ValueError(_("Số kg chia phần là số nguyên từ 0 đến 10.000.000."))
    return int(kg)


def _few(value: Any) -> Any:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if each != "") if isinstance(value, (list, tuple)) else value


WholeKg = Annotated[int | None, BeforeValidator(read_kg)]
Named = Annotated[tuple[UUID, ...], BeforeValidator(_few), Field(max_length=MOST_NAMED)]
Months = Annotated[tuple[WholeKg, ...], Field(max_length=MOST_MONTHS)]


class PoolWish(Input):
    """How a lot may be put together. `None` where nothing is asked; stars and papers only ever make a request milder.

    `pinned` fixes kilograms by product and month (None leaves a month open); `required` and `excluded` name products.
    """

    most_suppliers: Annotated[Annotated[int, Field(ge=1, le=MOST_SUPPLIERS)] | None, EMPTY_IS_NONE] = USUAL_SUPPLIERS
    least_share_kg: WholeKg = None
    gather_at: OptionalText = None
    ceiling_vnd_per_kg: OptionalDong = None
    min_stars: Annotated[Annotated[int, Field(ge=0, le=5)] | None, EMPTY_IS_NONE] = None
    without: Annotated[tuple[Annotated[str, Field(max_length=20)], ...], BeforeValidator(_few), Field(max_length=30)] = ()
    unverified_too: bool = False
    required: Named = ()
    excluded: Named = ()
    pinned: Annotated[dict[UUID, Months], Field(max_length=MOST_NAMED)] = Field(default_factory=dict)

    @field_validator("gather_at")
    @classmethod
    def _place(cls, value: str | None) -> str | None:
        if value is not None and places.commune(value) is None:
            raise ValueError(_("Chọn xã, phường gom hàng trong danh sách."))
        return value

    @field_validator("ceiling_vnd_per_kg")
    @classmethod
    def _ceiling(cls, value: int | None) -> int | None:
        if value is not None and not 0 < value <= MOST_VND_PER_KG:
            raise ValueError(_("Giá trần phải lớn hơn 0 và không quá 100 triệu đồng một kg."))
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if set(self.required) & set(self.excluded) or set(self.pinned) & set(self.excluded):
            raise ValueError(_("Một nguồn không thể vừa bị loại vừa được giữ. Hãy chọn một."))
        return self


class PoolSending(Input):
    """Until when suppliers are asked to answer, and a word to them."""

    answer_by: Day
    note: Annotated[OptionalText, _short(LONGEST_NOTE)] = None
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ShareAnswer(Input):
    """A supplier's word on its share; a refusal says why."""

    accept: bool
    reason: Annotated[OptionalText, _short(LONGEST_REASON)] = None

    @model_validator(mode="after")
    def _why(self) -> Self:
        if not self.accept and not self.reason:
            raise ValueError(_("Hãy ghi lý do từ chối, để người mua tìm nguồn thay."))
        return self


class PoolVersion(Input):
    """Which version of a lot somebody has read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class PoolEnd(Input):
    """Why a lot is let go."""

    reason: Annotated[str, BeforeValidator(lambda value: value.replace("\x00", "") if isinstance(value, str) else value),
                      Field(min_length=1, max_length=LONGEST_REASON)]  # fmt: skip
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
