"""From a list price to what is left of it, and how much must be sold to pay for everything. PURE: plain values, no database.

Every part is taken from what the parts before it have left, so that none can take more than there is. The money is counted
exactly and rounded once, at each level of the staircase: the written steps therefore add up to the written net price, to the
đồng, and a worse assumption never makes a better figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

MONTHS = 12
DAYS = 365
TENTHS = 1000  # A discount is looked for in tenths of a per cent.


class Part(StrEnum):
    """What takes something off the list price, in the order in which it does."""

    VAT = "vat"
    DISCOUNT = "discount"
    PROMOTION = "promotion"
    RETURNS = "returns"
    CREDIT = "credit"
    FREIGHT = "freight"
    PACKAGING = "packaging"
    LISTING = "listing"


@dataclass(frozen=True, slots=True)
class Freight:
    """The road to the buyer: kilometres × đồng a tonne-kilometre, dearer the emptier the lorry; or what a haulier has said."""

    km: int = 0
    vnd_per_tonne_km: int = 0
    load_percent: Decimal = Decimal(100)
    stated: int | None = None

    @property
    def per_kg(self) -> Fraction:
        """Đồng for one kilogram."""
        if self.stated is not None:
            return Fraction(self.stated)
        return Fraction(self.km * self.vnd_per_tonne_km, 1000) * 100 / Fraction(self.load_percent)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that the figures rest on. Money is đồng a kilogram where nothing else is said; `None` means: nobody has said."""

    list_price: int
    vat_percent: Decimal = Decimal(0)
    vat_included: bool = False
    discount_percent: Decimal = Decimal(0)
    promotion_percent: Decimal = Decimal(0)  # Off the price while a promotion runs,
    promotion_share_percent: Decimal = Decimal(0)  # and the share of the goods that is sold in promotions;
    promotion_vnd: int | None = None  # or what it comes to, spread over every kilogram.
    returns_percent: Decimal = Decimal(0)
    credit_days: int = 0
    yearly_rate_percent: Decimal = Decimal(0)
    freight: Freight = Freight()
    packaging: int = 0
    listing_fee: int = 0  # Đồng a year, for the whole item.
    kg_per_month: Decimal = Decimal(100)
    production_cost: int | None = None
    fixed_costs: int = 0  # Đồng a month.


@dataclass(frozen=True, slots=True)
class Step:
    """One step down the staircase: what is taken off, and what is left after it."""

    part: Part
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What a month brings at one discount, everything paid."""

    discount_percent: Decimal
    profit: int


@dataclass(frozen=True, slots=True)
class Line:
    """One volume against several discounts."""

    kg_per_month: Decimal
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What comes of the assumptions. Where the cost of production is not known, neither is anything that follows from it."""

    steps: tuple[Step, ...]
    net: int
    margin: int | None = None
    profit_a_month: int | None = None
    break_even_kg_a_month: int | None = None  # None although the cost is known: no volume ever pays.
    break_even_kg_a_year: int | None = None
    highest_discount: Decimal | None = None  # None although the cost is known: not even without any discount.
    table: tuple[Line, ...] = ()

    @property
    def never(self) -> bool:
        """Whether each further kilogram loses money."""
        return self.margin is not None and self.break_even_kg_a_month is None


def simulate(said: Assumptions) -> Result:
    """The staircase from the list price to the net price, and when it pays."""
    levels = tuple(_levels(said))
    steps = []
    before = said.list_price
    for part, level in levels:
        left = _round(level)
        steps.append(Step(part, before - left, left))
        before = left
    if said.production_cost is None:
        return Result(tuple(steps), before)
    return Result(
        steps=tuple(steps),
        net=before,
        margin=_round(levels[-1][1] - said.production_cost),
        profit_a_month=_round(profit(said)),
        break_even_kg_a_month=_break_even(said, 1),
        break_even_kg_a_year=_break_even(said, MONTHS),
        highest_discount=_highest_discount(said),
        table=tuple(_table(said)),
    )


def profit(said: Assumptions) -> Fraction:
    """What a month brings when everything is paid, exactly."""
    return Fraction(said.kg_per_month) * contribution(said) - _fixed_a_month(said)


def contribution(said: Assumptions) -> Fraction:
    """What one more kilogram brings: its net price before costs that do not grow with the kilograms, less its production."""
    *_others, (_part, level), _listing = _levels(said)
    return level - (said.production_cost or 0)


def _levels(said: Assumptions) -> Iterator[tuple[Part, Fraction]]:
    """What is left after each part, exactly."""
    level = Fraction(said.list_price)
    if said.vat_included:
        level = level * 100 / (100 + Fraction(said.vat_percent))
    yield Part.VAT, level
    level *= _rest(said.discount_percent)
    yield Part.DISCOUNT, level
    if said.promotion_vnd is not None:
        level -= min(level, Fraction(said.promotion_vnd))
    else:
        level *= 1 - Fraction(said.promotion_percent) * Fraction(said.promotion_share_percent) / 10_000
    yield Part.PROMOTION, level
    level *= _rest(said.returns_percent)
    yield Part.RETURNS, level
    level *= 1 - Fraction(said.yearly_rate_percent) / 100 * said.credit_days / DAYS
    yield Part.CREDIT, level
    level -= said.freight.per_kg
    yield Part.FREIGHT, level
    level -= said.packaging
    yield Part.PACKAGING, level
    yield Part.LISTING, level - Fraction(said.listing_fee, MONTHS) / Fraction(said.kg_per_month)


def _rest(percent: Decimal) -> Fraction:
    return 1 - Fraction(percent) / 100


def _round(exact: Fraction) -> int:
    """To the nearest đồng, halves up: of two amounts the larger one is never written as the smaller."""
    return floor(exact + Fraction(1, 2))


def _fixed_a_month(said: Assumptions) -> Fraction:
    return said.fixed_costs + Fraction(said.listing_fee, MONTHS)


def _break_even(said: Assumptions, months: int) -> int | None:
    """The fewest whole kilograms in so many months that pay for what does not grow with the kilograms."""
    brought = contribution(said)
    return ceil(_fixed_a_month(said) * months / brought) if brought > 0 else None


def _highest_discount(said: Assumptions) -> Decimal | None:
    """The highest discount, in tenths of a per cent, at which the planned volume still pays for everything."""

    def pays(tenths: int) -> bool:
        return profit(replace(said, discount_percent=Decimal(tenths) / 10)) >= 0

    if not pays(0):
        return None
    paying, losing = 0, TENTHS + 1
    while losing - paying > 1:
        middle = (paying + losing) // 2
        paying, losing = (middle, losing) if pays(middle) else (paying, middle)
    return Decimal(paying) / 10


def _table(said: Assumptions) -> Iterator[Line]:
    """A few volumes around the planned one, each against a few discounts around the given one."""
    discounts = sorted({min(Decimal(100), max(Decimal(0), said.discount_percent + more)) for more in (-10, -5, 0, 5, 10)})
    for times in (Decimal("0.5"), Decimal(1), Decimal(2), Decimal(4)):
        at = replace(said, kg_per_month=said.kg_per_month * times)
        cells = (Cell(each, _round(profit(replace(at, discount_percent=each)))) for each in discounts)
        yield Line(at.kg_per_month, tuple(cells))
