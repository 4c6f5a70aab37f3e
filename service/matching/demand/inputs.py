"""What buyers say when they put their needs together: the order itself, their own part of it, their answer, the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from service.core import places
from service.core.i18n import _
from service.core.inputs import Day, Input, Kilograms, OptionalDay, OptionalDong, OptionalKilograms, OptionalText, Text
from service.matching.demand.models import TargetKind
from service.matching.inputs import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_VND_PER_KG,
    STARS,
    Few,
    MonthBoxes,
    OptionalGrams,
    each_once,
    next_year_of,
)
from service.matching.models import Visibility

LEAST_TARGET, MOST_TARGET = Decimal(50), Decimal(1_000_000)
LEAST_LORRY, MOST_LORRY = Decimal(500), Decimal(40_000)
LEAST_VND_PER_KM, MOST_VND_PER_KM = 1_000, 1_000_000
ORIGIN = "01843"  # Phường Bắc Kạn, where most of the goods are gathered.


def _upto(most: int) -> AfterValidator:
    def check(value: str | None) -> str | None:
        if value is not None and len(value) > most:
            raise ValueError(_("Dài quá %(most)s ký tự.", most=most))
        return value

    return AfterValidator(check)


def _listed(value: Any) -> Any:
    """Names of communes, one on a line or with semicolons between; or a list of them."""
    if value is None:
        return ()
    parts = value.replace("\x00", "").replace(";", "\n").splitlines() if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        return value
    return tuple(part.strip() if isinstance(part, str) else part for part in parts if not isinstance(part, str) or part.strip())


def _agreed(value: bool) -> bool:
    if not value:
        raise ValueError(_("Cần đồng ý cho các bên trong đơn xem số kg của bạn thì mới gom chung được."))
    return value


def start_code(typed: Any) -> Any:
    """The place of today that a lorry starts from, by code or name. Raises ValueError."""
    if not typed:
        return None
    if not isinstance(typed, str):
        return typed
    code = places.code_meant(typed[:100], "commune") or places.code_meant(typed[:100], "province")
    if code is None:
        raise ValueError(_("Chưa rõ nơi xe xuất phát. Ghi tên xã, phường hoặc tỉnh, ví dụ: phường Bắc Kạn."))
    return code


OneLine = Annotated[OptionalText, _upto(LONGEST_WORDS)]
LoadKg = Annotated[OptionalKilograms, AfterValidator(lambda value: _within(value, LEAST_LORRY, MOST_LORRY))]


def _within(value: Decimal | None, least: Decimal, most: Decimal) -> Decimal | None:
    if value is not None and not least <= value <= most:
        raise ValueError(_("Từ %(least)s đến %(most)s kg.", least=least, most=most))
    return value


class Freight(Input):
    """What the share in freight is reckoned with; whatever is left open is assumed."""

    lorry_kg: LoadKg = None
    vnd_per_km: OptionalDong = None
    from_code: Annotated[str | None, BeforeValidator(start_code)] = None

    @field_validator("vnd_per_km")
    @classmethod
    def _per_km(cls, value: int | None) -> int | None:
        if value is not None and not LEAST_VND_PER_KM <= value <= MOST_VND_PER_KM:
            raise ValueError(_("Từ 1.000 đ đến 1.000.000 đ một km."))
        return value


class Part(Input):
    """What one buyer says of its own part, apart from its kilograms. Nothing of it is taken for granted."""

    consent: Annotated[bool, AfterValidator(_agreed), Field(validate_default=True)] = False
    name_shown: bool = False
    commune: OneLine = None
    place: OneLine = None


class Order(Freight):
    """What is ordered together. `commodity` is a slug or a name; `communes` are the places of the lorry's round."""

    title: Annotated[OptionalText, _upto(LONGEST_TITLE)] = None
    commodity: Text
    min_stars: Annotated[int | None, BeforeValidator(lambda value: value or None)] = None
    certificates: Few = ()
    pack_net_g: OptionalGrams = None
    note: Annotated[OptionalText, _upto(LONGEST_NOTE)] = None
    delivery_province_code: Text
    communes: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(max_length=20)] = ()
    target_kind: TargetKind = TargetKind.LORRY
    target_kg: Kilograms
    join_by: Day
    confirm_days: Annotated[int, Field(ge=1, le=14)] = 3
    listed: bool = True

    @field_validator("target_kg")
    @classmethod
    def _target(cls, value: Decimal) -> Decimal:
        if not LEAST_TARGET <= value <= MOST_TARGET:
            raise ValueError(_("Mục tiêu từ 50 kg đến 1.000 tấn mỗi tháng."))
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

    @model_validator(mode="after")
    def _lorry_carries(self) -> Self:
        if self.target_kind is TargetKind.LORRY and self.target_kg < LEAST_LORRY:
            raise ValueError(_("Một chuyến xe chở từ 500 kg trở lên."))
        if self.target_kind is TargetKind.LORRY and self.target_kg > MOST_LORRY:
            raise ValueError(_("Một chuyến xe chở nhiều nhất 40 tấn. Muốn gom nhiều hơn, hãy chọn mức giá sỉ."))
        return self


class OrderDraft(Order, Part):
    """A joint order as programs and the demo open it: `months` is the opener's own part, and gives the order its months."""

    months: tuple[tuple[date, Decimal], ...]
    illustrative: bool = False

    @field_validator("months")
    @classmethod
    def _months(cls, value: tuple[tuple[date, Decimal], ...]) -> tuple[tuple[date, Decimal], ...]:
        return each_once(value)


class PartDraft(Part):
    """A buyer's part as programs and the demo hand it over; `invite` is the word of the link that she came by."""

    months: tuple[tuple[date, Decimal], ...]
    invite: Annotated[OptionalText, _upto(80)] = None
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None

    @field_validator("months")
    @classmethod
    def _months(cls, value: tuple[tuple[date, Decimal], ...]) -> tuple[tuple[date, Decimal], ...]:
        return each_once(value)


class OrderForm(Order, Part, MonthBoxes):
    """A joint order as a person types it."""

    key: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None
    listed: bool = False  # A box that is not ticked is not sent.

    def draft(self, today: date) -> OrderDraft:
        """The order, each month in the year in which it comes next."""
        months = tuple((date(next_year_of(month, today), month, 1), kg) for month, kg in self.typed_months().items())
        names = {*Order.model_fields, *Part.model_fields}
        return OrderDraft(**{name: getattr(self, name) for name in names}, months=months)


class PartForm(Part, MonthBoxes):
    """A buyer's part as a person types it."""

    invite: Annotated[OptionalText, _upto(80)] = None
    version: Annotated[Annotated[int, Field(ge=1, le=2**31 - 1)] | None, BeforeValidator(lambda value: value or None)] = None

    def draft(self, years: Mapping[int, int], today: date) -> PartDraft:
        """The part; `years` are those of the order's months."""
        months = tuple(
            (date(years.get(month, next_year_of(month, today)), month, 1), kg) for month, kg in self.typed_months().items()
        )
        return PartDraft(
            **{name: getattr(self, name) for name in Part.model_fields}, months=months, invite=self.invite,
            version=self.version,
        )  # fmt: skip


class Answer(Input):
    """Whether a member stands by its figures; `round` is the round of asking that it has read."""

    agree: bool
    round: int = Field(ge=1, le=32_000)


class Extension(Input):
    """Another last day for joining, and the version of the order that its opener has read."""

    join_by: Day
    version: int = Field(ge=1, le=2**31 - 1)


class Step(StrEnum):
    """A step of the lead's, as programs name it."""

    EXTENSION = "extension"
    CONFIRMATION = "confirmation"
    END = "end"


class Move(Input):
    """A step of the lead's own: the version that she has read."""

    version: int = Field(ge=1, le=2**31 - 1)


class Posting(Input):
    """What the one request says besides the goods and the months, which the members have confirmed."""

    ceiling_vnd_per_kg: OptionalDong = None
    deadline: OptionalDay = None
    visibility: Visibility = Visibility.PUBLIC
    note: Annotated[OptionalText, _upto(1000)] = None
    version: int = Field(ge=1, le=2**31 - 1)

    @field_validator("ceiling_vnd_per_kg")
    @classmethod
    def _ceiling(cls, value: int | None) -> int | None:
        if value is not None and not 0 < value <= MOST_VND_PER_KG:
            raise ValueError(_("Giá trần phải lớn hơn 0 và không quá 100 triệu đồng một kg."))
        return value
