"""What a kilogram really costs the buyer, delivered, and which quotes to take for each month. PURE: plain data in and out.

Every step is rounded to whole đồng by itself, so that whoever adds up what the page shows arrives at the same figure:

    price − reduction by quantity − discount on what is left
    + freight, where the seller delivers at its own place
    − what paying later is worth:   net × the part not paid in advance × rate × days of credit / 365
    + what paying in advance costs: net × the part paid in advance × rate × days until delivery / 365

The rate is the buyer's own cost of money in a year; it is shown and can be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

RATE = Decimal(9)  # Per cent a year: about what a working-capital loan costs a trading company.
HIGHEST_RATE = Decimal(50)
YEAR = 365


@dataclass(frozen=True, slots=True)
class Conditions:
    """The terms of a quote that change what a kilogram costs."""

    delivered: bool = True
    freight: int = 0
    credit_days: int = 0
    deposit_percent: Decimal = Decimal(0)
    discount_percent: Decimal = Decimal(0)
    lead_days: int = 0


@dataclass(frozen=True, slots=True)
class Landed:
    """A price step by step, each in whole đồng for a kilogram; `credit` is what paying later takes off."""

    price: int
    discount: int
    freight: int
    credit: int
    deposit: int

    @property
    def net(self) -> int:
        """What the seller is paid for the goods."""
        return self.price - self.discount

    @property
    def total(self) -> int:
        """What a kilogram costs, delivered and paid."""
        return self.net + self.freight - self.credit + self.deposit


@dataclass(frozen=True, slots=True)
class Choice:
    """One line that could be taken: so much of one product of one quote in one month, at what it costs delivered."""

    quote_id: UUID
    product_id: UUID
    month: date
    kg: Decimal
    cost: int


Taken = tuple[UUID, UUID, date]


def landed(price: int, terms: Conditions, rate: Decimal = RATE) -> Landed:
    """What a kilogram at that price costs delivered, by these terms and at that cost of money."""
    discount = _whole(price * terms.discount_percent / 100)
    net = price - discount
    advance = net * terms.deposit_percent / 100
    return Landed(
        price=price,
        discount=discount,
        freight=0 if terms.delivered else terms.freight,
        credit=_whole((net - advance) * rate / 100 * terms.credit_days / YEAR),
        deposit=_whole(advance * rate / 100 * terms.lead_days / YEAR),
    )


def cheapest(choices: Iterable[Choice]) -> dict[date, int]:
    """The lowest cost offered in each month."""
    found: dict[date, int] = {}
    for each in choices:
        found[each.month] = min(each.cost, found.get(each.month, each.cost))
    return found


def best_split(asked: Mapping[date, Decimal], choices: Iterable[Choice]) -> dict[Taken, Decimal]:
    """How much of which line to take so that each month is filled as far as it goes, and costs the least.

    Month by month the cheapest line is taken first, as much as it gives and the month still needs; of two that cost the same,
    the larger one, then the one that came first. As every line has one price in its month and may be taken in any amount, no
    other way fills as much for less. Reductions by quantity are not counted: they depend on what is chosen.
    """
    left = dict(asked)
    taken: dict[Taken, Decimal] = {}
    for each in sorted(choices, key=lambda one: (one.month, one.cost, -one.kg, one.quote_id, one.product_id)):
        kg = min(each.kg, left.get(each.month, Decimal(0)))
        if kg > 0:
            taken[each.quote_id, each.product_id, each.month] = kg
            left[each.month] -= kg
    return taken


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
