"""What exhibitors and organisers hand us about an application."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator, model_validator

from service.core import formats
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input, OptionalDay, OptionalText, OptionalWhole, Text
from service.fairs.applications.models import ApplicationState, Goods, ShareKind, SharerState
from service.fairs.layouts.models import Power

LONGEST_NAME = 120  # More letters are not read from the aisle.
LONGEST_WORDS = 2000
MOST_BOOTHS = 50
MOST_PRODUCTS = 60
MOST_ZONES = 5
MOST_NEIGHBOURS = 10
MOST_ROWS = 2000


def _area(value: object) -> object:
    return formats.parse_number(value) if isinstance(value, str) else value


def _all_said(value: object) -> object:
    """The entries that somebody has filled in: an empty choice of a form says nothing."""
    return tuple(each for each in value if each not in ("", None)) if isinstance(value, (list, tuple)) else value


def _plain(value: object) -> object:
    return tuple(dict.fromkeys(each.replace("\0", "") for each in value)) if isinstance(value, tuple) else value


def _short(value: str | None) -> str | None:
    if value is not None and len(value) > LONGEST_WORDS:
        raise ValueError(_("Dài quá %(most)s ký tự.", most=LONGEST_WORDS))
    return value


def one_line(value: object) -> object:
    """Names are one line: what somebody has pasted may hold more."""
    return " ".join(value.split()) if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), BeforeValidator(one_line), NO_NUL]
Words = Annotated[OptionalText, Field(max_length=LONGEST_WORDS)]
Area = Annotated[Decimal | None, Field(gt=0, le=100_000), BeforeValidator(_area), EMPTY_IS_NONE]
Codes = Annotated[tuple[Text, ...], BeforeValidator(_plain), BeforeValidator(_all_said)]
Ids = Annotated[tuple[UUID, ...], BeforeValidator(_all_said)]
People = Annotated[OptionalWhole, Field(ge=0, le=1000)]


class Wishes(Input):
    """What an application says, whoever types it. No class and no zone: any will do; no days: the whole fair."""

    exhibitor: Name
    contact: Words = None
    goods_words: Words = None
    goods: Goods = Goods.FOOD
    smell: bool = False
    takes_smell: bool = False
    booths: int = Field(default=1, ge=1, le=MOST_BOOTHS)
    class_codes: Codes = ()
    least_m2: Area = None
    starts_on: OptionalDay = None
    ends_on: OptionalDay = None
    power: Power = Power.SINGLE
    water: bool = False
    cold: bool = False
    zone_codes: Annotated[Codes, Field(max_length=MOST_ZONES)] = ()
    pavilion_code: OptionalText = None
    near: Annotated[Ids, Field(max_length=MOST_NEIGHBOURS)] = ()
    apart: Annotated[Ids, Field(max_length=MOST_NEIGHBOURS)] = ()
    district_code: OptionalText = None
    people: People = None
    vehicle: Words = None
    equipment: Words = None
    note: Words = None

    @field_validator("goods_words", "contact", "vehicle", "equipment", "note")
    @classmethod
    def _not_endless(cls, value: str | None) -> str | None:
        return _short(value)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.starts_on is None) != (self.ends_on is None):
            raise ValueError(_("Ghi cả ngày đầu và ngày cuối, hoặc để trống cả hai nếu dự suốt hội chợ."))
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(_("Ngày cuối phải từ ngày đầu trở đi."))
        if set(self.near) & set(self.apart):
            raise ValueError(_("Một đơn vị không thể vừa muốn gần vừa muốn xa."))
        return self

    def columns(self) -> dict[str, Any]:
        """The columns that these words fill."""
        kept = self.model_dump(include=set(Wishes.model_fields))
        lists = ("class_codes", "zone_codes", "near", "apart")
        return {**kept, **{name: list(kept[name]) for name in lists}}


class ApplicationDraft(Wishes):
    """An application as a supplier fills it in: products by their addresses, claims for the order of choice."""

    products: Annotated[Codes, Field(max_length=MOST_PRODUCTS)] = ()
    claims: Codes = ()
    consent: bool = False
    version: OptionalWhole = None


class TypedIn(Wishes):
    """An application that the organiser types in, from paper or from a sheet.

    `key` makes the same row again the same application. With `supplier_id` it is somebody of the market, whose `product_ids`
    may be named. `state` is the answer that was given already; `share_with` names the row (by key) whose booth it shares.
    """

    key: UUID
    supplier_id: UUID | None = None
    product_ids: tuple[UUID, ...] = ()
    province_code: OptionalText = None
    commune_code: OptionalText = None
    commodity: OptionalText = None
    state: ApplicationState = ApplicationState.SUBMITTED
    reason: Words = None
    claims: Codes = ()
    claims_confirmed: Codes = ()
    luck: int = Field(default=0, ge=0, le=1000)
    share_with: UUID | None = None
    share_kind: ShareKind = ShareKind.SIDE_BY_SIDE
    share_state: SharerState = SharerState.AGREED
    share_first: date | None = None
    share_last: date | None = None
    illustrative: bool = False
