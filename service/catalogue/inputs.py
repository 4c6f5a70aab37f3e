"""What suppliers hand us by form or by JSON: numbers as people type them, papers with their dates, twelve months on a strip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from service import accounts
from service.catalogue import kinds
from service.catalogue.models import LegalForm
from service.catalogue.sheets import cells
from service.core import clock, places
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input, OptionalDay, OptionalText, Text

MOST_ASKED_ABOUT = 12  # Communes among which one may be asked to choose; of more, the address is no help.
LONGEST_ADDRESS = 500


def reading(read: Callable[[Any], Any]) -> BeforeValidator:
    """Read a typed value the way a cell of a sheet is read; nothing typed is None, and refusals are whole sentences."""

    def understand(value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\x00", "").strip()
        if value in (None, ""):
            return None
        try:
            return read(value)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(sentence(str(error))) from error

    return BeforeValidator(understand)


def sentence(words: str) -> str:
    """The words with a capital and a full stop."""
    words = (words[:1].upper() + words[1:]) or _("Giá trị này chưa đúng.")
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _between(least: int, most: int) -> BeforeValidator:
    return reading(lambda value: cells.whole(value, least, most))


Name = Annotated[Annotated[str, Field(min_length=1, max_length=300)], NO_NUL]
# The limit belongs to the words alone: an empty box is None, and None has no length.
ShortText = Annotated[Annotated[str, Field(max_length=500)] | None, EMPTY_IS_NONE]
LongText = Annotated[Annotated[str, Field(max_length=20_000)] | None, EMPTY_IS_NONE]
CodeText = Annotated[Annotated[str, Field(max_length=60)] | None, EMPTY_IS_NONE]
Kilograms = Annotated[Decimal | None, reading(cells.kilograms)]
Dong = Annotated[int | None, reading(cells.dong)]


class SupplierProfile(Input):
    """What a supplier says of itself."""

    name: Name
    name_en: ShortText = None
    legal_form: LegalForm
    tax_code: Annotated[str | None, reading(cells.tax_code)] = None
    province_code: OptionalText = None
    commune_code: OptionalText = None
    address: ShortText = None
    phone: Annotated[str | None, reading(cells.phone)] = None
    email: Annotated[str | None, reading(cells.email)] = None
    website: Annotated[str | None, reading(cells.website)] = None
    founded: Annotated[int | None, reading(lambda value: cells.whole(value, 1900, clock.today().year))] = None
    members: Annotated[int | None, _between(0, 1_000_000)] = None
    people: LongText = None
    area_ha: Annotated[Annotated[Decimal, Field(ge=0, le=1_000_000)] | None, reading(cells.decimal)] = None
    capacity_note: ShortText = None
    story: LongText = None
    min_order_kg: Kilograms = None
    wholesale_public: bool = False

    @field_validator("tax_code")
    @classmethod
    def _adds_up(cls, value: str | None) -> str | None:
        if value is not None and not accounts.tax_code_adds_up(value):
            raise ValueError(_("Số kiểm tra của mã số thuế không khớp; hãy xem lại."))
        return value

    @field_validator("province_code")
    @classmethod
    def _province(cls, value: str | None) -> str | None:
        if value is not None and places.province(value) is None:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    @model_validator(mode="before")
    @classmethod
    def _commune_decides(cls, values: Any) -> Any:
        """A commune lies in its province, whatever was chosen beside it; an address in old or new form names its commune."""
        if isinstance(values, dict):
            commune = places.commune(str(values.get("commune_code") or ""))
            if commune is None and not values.get("commune_code"):
                commune = _meant(values.get("address"), values.get("province_code")).commune
            if commune is not None:
                return {**values, "commune_code": commune.code, "province_code": commune.parent}
        return values

    @field_validator("commune_code")
    @classmethod
    def _commune(cls, value: str | None) -> str | None:
        if value is not None and places.commune(value) is None:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    @field_validator("address")
    @classmethod
    def _clear(cls, value: str | None, info: Any) -> str | None:
        """An address that may be in one of a few communes is asked about, not guessed; one that names none is kept as it is."""
        if value is not None and info.data.get("commune_code") is None:
            may_be = [option.commune for option in _meant(value, info.data.get("province_code")).options]
            if 0 < len(may_be) <= MOST_ASKED_ABOUT:
                names = "; ".join(places.where(commune.parent, commune.code) for commune in may_be)
                raise ValueError(_("Địa chỉ này có thể ở: %(names)s. Hãy chọn xã, hoặc ghi rõ xã và tỉnh.", names=names))
        return value


def _meant(address: Any, province_code: Any) -> places.Understood:
    """What an address means; where that is not clear, in the province that was chosen beside it."""
    typed = str(address or "")[:LONGEST_ADDRESS]
    meant = places.understand(typed)
    chosen = places.province(str(province_code or ""))
    if meant.certain or not typed.strip() or chosen is None:
        return meant
    within = places.understand(f"{typed}, {chosen.full_name}")
    return within if within.certain or within.options else meant


class ProductDraft(Input):
    """What a supplier says of a product; packs, prices, months and papers have their own pages."""

    name: Name
    name_en: ShortText = None
    code: CodeText = None
    category_code: OptionalText = None
    commodity: OptionalText = None
    description: LongText = None
    ingredients: LongText = None
    origin: ShortText = None
    storage: ShortText = None
    season_months: list[Annotated[int, Field(ge=1, le=12)]] = Field(default_factory=list, max_length=12)
    shelf_life_days: Annotated[int | None, reading(cells.shelf_life)] = None
    lead_days: Annotated[int | None, reading(cells.lead_days)] = None
    min_order_kg: Kilograms = None

    @field_validator("season_months")
    @classmethod
    def _in_order(cls, value: list[int]) -> list[int]:
        return sorted(set(value))


class PackInput(Input):
    """A size that a product is sold in."""

    name: Name
    net_weight_g: Annotated[int | None, reading(cells.grams)] = None
    retail_price_vnd: Dong = None
    per_carton: Annotated[int | None, _between(1, 100_000)] = None
    gtin: Annotated[str | None, reading(cells.gtin)] = None
    min_packs: Annotated[int | None, _between(1, 10_000_000)] = None
    multiple_packs: Annotated[int | None, _between(1, 10_000_000)] = None


class TierInput(Input):
    """A wholesale price from a quantity upwards."""

    from_kg: Annotated[Decimal, reading(cells.kilograms)]
    price_vnd_per_kg: Annotated[int, reading(cells.dong)]


class CapacityInput(Input):
    """What a product can yield in each month of a year. An empty month is not declared; 0 says that there is nothing."""

    year: Annotated[int, _between(2000, 2100)]
    capacity_01: Kilograms = None
    capacity_02: Kilograms = None
    capacity_03: Kilograms = None
    capacity_04: Kilograms = None
    capacity_05: Kilograms = None
    capacity_06: Kilograms = None
    capacity_07: Kilograms = None
    capacity_08: Kilograms = None
    capacity_09: Kilograms = None
    capacity_10: Kilograms = None
    capacity_11: Kilograms = None
    capacity_12: Kilograms = None

    @property
    def months(self) -> dict[int, Decimal | None]:
        """The twelve months."""
        return {month: getattr(self, f"capacity_{month:02d}") for month in range(1, 13)}


class ReserveInput(Input):
    """What of every month is kept back; an empty box keeps nothing back."""

    reserve_kg: Kilograms = None


class StockInput(Input):
    """What lies in store, and when it was counted."""

    stock_kg: Kilograms = None
    stock_on: OptionalDay = None

    @field_validator("stock_on")
    @classmethod
    def _has_come(cls, value: date | None) -> date | None:
        if value is not None and value > clock.today():
            raise ValueError(_("Ngày này chưa tới."))
        return value


class CertificateInput(Input):
    """A paper with its dates. OCOP needs stars; its last day is counted from the decision when it is not given."""

    kind: Text
    stars: Annotated[int | None, reading(cells.stars)] = None
    number: ShortText = None
    issuer: ShortText = None
    issued_on: OptionalDay = None
    valid_to: OptionalDay = None

    @field_validator("kind")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in kinds.KINDS:
            raise ValueError(_("Hãy chọn một trong các mục có sẵn."))
        return value

    @field_validator("stars")
    @classmethod
    def _only_ocop(cls, value: int | None, info: Any) -> int | None:
        return value if info.data.get("kind") == kinds.OCOP else None

    @field_validator("valid_to")
    @classmethod
    def _after_issue(cls, value: date | None, info: Any) -> date | None:
        issued = info.data.get("issued_on")
        if value is not None and issued is not None and value < issued:
            raise ValueError(_("Ngày hết hạn phải sau ngày cấp."))
        return value

    @model_validator(mode="after")
    def _ocop_has_stars(self) -> CertificateInput:
        if self.kind == kinds.OCOP and self.stars is None:
            raise ValueError(_("Giấy OCOP cần số sao: 3, 4 hoặc 5."))
        return self


class Decision(Input):
    """What an officer decides about a submission: approved, or returned with a reason for each field that is not right.

    `seen` is the fingerprint that the record was read with; a record that has changed since is not decided about blindly.
    """

    approve: bool
    seen: Text
    reasons: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")], Annotated[str, Field(max_length=500)]] = Field(
        default_factory=dict, max_length=30
    )
    note: Annotated[Annotated[str, Field(max_length=2000)] | None, EMPTY_IS_NONE] = None

    @field_validator("reasons")
    @classmethod
    def _said(cls, value: dict[str, str]) -> dict[str, str]:
        return {name: why for name, words in value.items() if (why := words.replace("\x00", "").strip())}

    @model_validator(mode="after")
    def _has_a_reason(self) -> Decision:
        if not self.approve and not self.reasons and not self.note:
            raise ValueError(_("Hãy nói vì sao trả lại: một lý do bên mục cần sửa, hoặc một lời nhắn chung."))
        return self
