"""What somebody assumes of one way to sell, by form, by address or by JSON alike; empty means the market's own assumption."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from service.core import formats
from service.core.i18n import _
from service.core.inputs import EMPTY_IS_NONE, NO_NUL, Input
from service.matching import freight

LONGEST_NAME = 100
MOST_VND = 10**9
MOST_COSTS = 10**12
MOST_KG = 10**8
MOST_KM = 10_000


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _empty_is(nothing: Any, parse: Any) -> BeforeValidator:
    """A reader of what people type; what is left empty counts as that."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        typed = value.replace("\x00", "").strip()
        return parse(typed) if typed else nothing

    return BeforeValidator(read)


def _percent(typed: str) -> Decimal:
    return formats.parse_number(typed.removesuffix("%"))


def _whole(typed: str) -> int:
    value = formats.parse_number(typed)
    if value != value.to_integral_value():
        raise ValueError(_("Cần một số nguyên."))
    return int(value)


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), BeforeValidator(_one_line), NO_NUL]
Slug = Annotated[Annotated[str, Field(max_length=200)] | None, EMPTY_IS_NONE]
Code = Annotated[Annotated[str, Field(max_length=10)] | None, EMPTY_IS_NONE]
Flag = Annotated[bool, _empty_is(nothing=False, parse=lambda typed: typed)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=3), _empty_is(Decimal(0), _percent)]
Load = Annotated[Decimal, Field(ge=1, le=100, decimal_places=3), _empty_is(Decimal(100), _percent)]
Money = Annotated[int, Field(ge=0, le=MOST_VND), _empty_is(0, formats.parse_vnd)]
Costs = Annotated[int, Field(ge=0, le=MOST_COSTS), _empty_is(0, formats.parse_vnd)]
OptionalMoney = Annotated[int | None, Field(ge=0, le=MOST_VND), _empty_is(None, formats.parse_vnd)]
Price = Annotated[int | None, Field(ge=1, le=MOST_VND), _empty_is(None, formats.parse_vnd)]
Days = Annotated[int, Field(ge=0, le=365), _empty_is(0, _whole)]
Kilometres = Annotated[int | None, Field(ge=0, le=MOST_KM), _empty_is(None, _whole)]
Volume = Annotated[Decimal, Field(ge=1, le=MOST_KG, decimal_places=3), _empty_is(None, formats.parse_kg)]


class NetPriceWords(Input):
    """The assumptions as they are typed. What is not given is what the market assumes, and is shown as such (`grounds`)."""

    product: Slug = None
    place: Code = None  # The commune that the goods leave from.
    price: Price = None
    vat: Percent = Decimal(0)
    vat_included: Flag = False
    discount: Percent = Decimal(15)
    promotion: Percent = Decimal(30)
    promotion_share: Percent = Decimal(20)
    promotion_vnd: OptionalMoney = None
    returns: Percent = Decimal(2)
    credit_days: Days = 45
    rate: Percent = Decimal(9)
    km_hanoi: Kilometres = None
    km_hcm: Kilometres = None
    rate_hanoi: Money = freight.LARGE_LORRY
    rate_hcm: Money = freight.LONG_HAUL
    load: Load = Decimal(80)
    freight_hanoi: OptionalMoney = None
    freight_hcm: OptionalMoney = None
    packaging: Money = 0
    listing_fee: Costs = 0
    kg: Volume = Decimal(500)
    production: OptionalMoney = None
    fixed: Costs = 0


class NetPriceKept(NetPriceWords):
    """The same with a name, to be kept."""

    name: Name

    def words(self) -> NetPriceWords:
        """The assumptions without the name."""
        return NetPriceWords.model_validate(self.model_dump(exclude={"name"}))
