"""What organisers and exhibitors hand us about money and services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from service import catalogue
from service.core import clock, formats, places
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NEAR, Day, Dong, Input, OptionalDay
from service.fairs.charges import quota_places
from service.fairs.charges.models import Phase, QuotaPer, RateKind, ServiceKind
from service.fairs.inputs import LONGEST_NAME, OptionalKey, ShortWords, Words

MOST_VND = 100_000_000_000
MOST_UNITS = 100_000


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.replace("\x00", "").replace("%", "").strip()
    return formats.parse_number(plain) if plain else None


def _whole(value: Any) -> Any:
    """A number of pieces as people type it; an empty box is none."""
    if isinstance(value, str):
        plain = value.replace("\x00", "").strip()
        if not plain:
            return 0
        exact = formats.parse_number(plain)
        if exact != exact.to_integral_value():
            raise ValueError(_("Cần một số nguyên."))
        return int(exact)
    return 0 if value is None else value


def _line(value: Any) -> Any:
    return " ".join(value.replace("\x00", "").split()) if isinstance(value, str) else value


def _several(value: Any) -> Any:
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value):
        return tuple(dict.fromkeys(kept for each in value if (kept := each.replace("\x00", "").strip())))
    return () if value is None else value


def _dong(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.replace("\x00", "").strip()
    return formats.parse_vnd(plain) if plain else None


# The bounds stand inside the optional value: an empty box has none to keep.
Percent = Annotated[Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None, BeforeValidator(_number)]
Load = Annotated[Annotated[Decimal, Field(gt=0, le=10_000, decimal_places=2)] | None, BeforeValidator(_number)]
OptionalPrice = Annotated[Annotated[int, Field(ge=0, le=MOST_VND)] | None, BeforeValidator(_dong)]
OptionalQuota = Annotated[Annotated[int, Field(ge=1, le=10_000)] | None, EMPTY_IS_NONE]
OptionalStock = Annotated[Annotated[int, Field(ge=0, le=MOST_UNITS)] | None, EMPTY_IS_NONE]
Name = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=LONGEST_NAME)]
Choices = Annotated[tuple[str, ...], BeforeValidator(_several), Field(max_length=100)]
Pieces = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=MOST_UNITS)]


class TermsDraft(Input):
    """How a fair is paid for."""

    vat_percent: Percent = None
    deposit_percent: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=100)] = 0
    rest_days: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=365)] = 0
    pay_to: Words = None


class TermsForm(TermsDraft):
    """The same as its form sends it."""

    version: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=2**31 - 1)] = 0

    def draft(self) -> TermsDraft:
        """What is kept."""
        return TermsDraft(**{name: getattr(self, name) for name in TermsDraft.model_fields})


class RateDraft(Input):
    """One rate. A supported one says who pays the support, and for how many booths at most."""

    kind: RateKind
    name: Name
    name_en: ShortWords = None
    position: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=999)] = 0
    class_code: ShortWords = None
    price_vnd: OptionalPrice = None
    percent_off: Percent = None
    until_day: Annotated[OptionalDay, NEAR] = None
    quota: OptionalQuota = None
    quota_per: QuotaPer = QuotaPer.FAIR
    quota_places: dict[str, int] = Field(default_factory=dict)  # By the code of the place; as lines "Na Rì: 3" from a form.
    legal_forms: Choices = ()
    province_codes: Choices = ()
    source: ShortWords = None

    @field_validator("quota_places", mode="before")
    @classmethod
    def _places(cls, value: Any, others: ValidationInfo) -> Any:
        per = others.data.get("quota_per", QuotaPer.FAIR)
        return quota_places.read(value, per) if isinstance(value, str) else {} if value is None else value

    @field_validator("quota_places")
    @classmethod
    def _known_places(cls, value: dict[str, int], others: ValidationInfo) -> dict[str, int]:
        return quota_places.checked(value, others.data.get("quota_per", QuotaPer.FAIR))

    @field_validator("legal_forms")
    @classmethod
    def _forms(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not set(value) <= set(catalogue.LegalForm):
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    @field_validator("province_codes")
    @classmethod
    def _provinces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(places.province(each) is None for each in value):
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    @field_validator("percent_off")
    @classmethod
    def _one_of_two(cls, value: Decimal | None, others: ValidationInfo) -> Decimal | None:
        if others.data.get("kind") is RateKind.SUBSIDISED and others.data.get("price_vnd") is not None:
            raise ValueError(_("Phần hỗ trợ ghi bằng phần trăm giảm; để trống giá."))
        if value is None and "price_vnd" in others.data and others.data["price_vnd"] is None:
            raise ValueError(_("Ghi giá một gian, hoặc phần trăm giảm."))
        if value is not None and others.data.get("price_vnd") is not None:
            raise ValueError(_("Chỉ ghi một trong hai: giá một gian, hoặc phần trăm giảm."))
        if value == 0 and others.data.get("kind") is RateKind.SUBSIDISED:
            raise ValueError(_("Phần hỗ trợ phải lớn hơn 0 %."))
        return value

    @field_validator("until_day")
    @classmethod
    def _until(cls, value: date | None, others: ValidationInfo) -> date | None:
        if others.data.get("kind") is RateKind.EARLY and value is None:
            raise ValueError(_("Giá đăng ký sớm cần ngày cuối cùng được hưởng."))
        return value if others.data.get("kind") is RateKind.EARLY else None

    @field_validator("source")
    @classmethod
    def _payer(cls, value: str | None, others: ValidationInfo) -> str | None:
        if others.data.get("kind") is RateKind.SUBSIDISED and value is None:
            raise ValueError(_("Ghi nguồn tiền hỗ trợ, ví dụ: ngân sách xúc tiến thương mại tỉnh."))
        return value if others.data.get("kind") is RateKind.SUBSIDISED else None

    @model_validator(mode="before")
    @classmethod
    def _asks_everything(cls, value: Any) -> Any:
        # A field that was left out is looked at like an empty one, so that its error stands beside it.
        if not isinstance(value, dict):
            return value
        return {"percent_off": None, "until_day": None, "source": None, **value}


class RateForm(RateDraft):
    """The same as its form sends it; `seen` is what the form was filled from."""

    key: OptionalKey = None
    seen: ShortWords = None

    def draft(self) -> RateDraft:
        """What is kept."""
        return RateDraft(**{name: getattr(self, name) for name in RateDraft.model_fields})


class ServiceDraft(Input):
    """A service as it is offered."""

    kind: ServiceKind
    name: Name
    name_en: ShortWords = None
    about: Words = None
    unit: Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=60)]
    price_vnd: Dong = Field(ge=0, le=MOST_VND)
    stock: OptionalStock = None
    order_by: Annotated[OptionalDay, NEAR] = None
    kw: Load = None
    phase: Annotated[Phase | None, BeforeValidator(lambda value: value or None)] = None
    offered: bool = True
    position: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=999)] = 0

    @model_validator(mode="after")
    def _load(self) -> Self:
        if self.kind is ServiceKind.POWER and self.kw is None:
            raise ValueError(_("Dịch vụ điện cần công suất của một đơn vị (kW)."))
        return self


class ServiceForm(ServiceDraft):
    """The same as its form sends it."""

    seen: ShortWords = None

    def draft(self) -> ServiceDraft:
        """What is kept."""
        return ServiceDraft(**{name: getattr(self, name) for name in ServiceDraft.model_fields})


class Wanted(Input):
    """So much of one service; none takes the order back."""

    service_id: UUID
    quantity: Pieces = 0
    note: ShortWords = None


class PaymentDraft(Input):
    """Money that came in, or was paid back (below nothing)."""

    key: UUID
    amount_vnd: Dong = Field(ge=-MOST_VND, le=MOST_VND)
    paid_on: Annotated[Day, NEAR]
    reference: ShortWords = None

    @field_validator("amount_vnd")
    @classmethod
    def _something(cls, value: int) -> int:
        if value == 0:
            raise ValueError(_("Ghi số tiền đã nhận; tiền trả lại ghi số âm."))
        return value

    @field_validator("paid_on")
    @classmethod
    def _past(cls, value: date) -> date:
        if value > clock.today():
            raise ValueError(_("Ngày này chưa tới."))
        return value


class Striking(Input):
    """Why a payment was noted wrongly."""

    why: ShortWords = None
