"""What a kilogram costs when a lorry is shared and a bulk price is reached, and what the next step would save. Pure.

All of it rests on assumptions that stand on the page and may be changed there: where the lorry starts, what a kilometre
costs, how much it carries. The lorry goes one way; its number is rounded up, so the share in freight falls until the lorry
is full and rises when the next one has to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Assumed đồng for a kilometre of a hired lorry by what it carries. Every order shows its figure, and it can be changed.
ASSUMED_VND_PER_KM = (
    (Decimal(1500), 9_000), (Decimal(2500), 11_000), (Decimal(5000), 14_000), (Decimal(8000), 17_000),
    (Decimal(10_000), 20_000), (Decimal(15_000), 25_000),
)  # fmt: skip
LARGEST_ASSUMED = 30_000


@dataclass(frozen=True, slots=True)
class Lorry:
    """What one lorry carries, how far it goes and what a kilometre costs."""

    load_kg: Decimal
    km: int
    vnd_per_km: int

    def number(self, kg: Decimal) -> int:
        """How many such lorries so many kilograms need."""
        whole, rest = divmod(kg, self.load_kg)
        return int(whole) + (rest > 0)

    def per_kg(self, kg: Decimal) -> Decimal:
        """The freight of one kilogram when so many travel together."""
        return Decimal(self.number(kg) * self.km * self.vnd_per_km) / kg

    def full(self, kg: Decimal) -> Decimal:
        """The load at which the lorries that are needed anyway are full."""
        return self.number(kg) * self.load_kg


@dataclass(frozen=True, slots=True)
class Tier:
    """A bulk price of one product: from so many kilograms in one order, so many đồng for each."""

    from_kg: Decimal
    price: int
    supplier: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What one kilogram comes to: the price where a tier is reached, the freight, and both."""

    price: int | None
    freight: int

    @property
    def landed(self) -> int | None:
        """Price and freight together, where the price is known."""
        return None if self.price is None else self.price + self.freight


@dataclass(frozen=True, slots=True)
class NextStep:
    """The nearest quantity at which a kilogram gets cheaper. `saves` is in đồng for a kilogram."""

    at_kg: Decimal
    more_kg: Decimal
    tier: Tier | None  # The price that is reached there; None where only the lorry fills.
    saves: int


def assumed_vnd_per_km(load_kg: Decimal) -> int:
    """What a kilometre of a lorry of that size is assumed to cost."""
    return next((vnd for load, vnd in ASSUMED_VND_PER_KM if load_kg <= load), LARGEST_ASSUMED)


def best_tier(kg: Decimal, tiers: Iterable[Tier]) -> Tier | None:
    """The lowest bulk price that so many kilograms reach."""
    there = [tier for tier in tiers if tier.from_kg <= kg]
    return min(there, key=lambda tier: (tier.price, tier.from_kg, tier.supplier)) if there else None


def cost(kg: Decimal, tiers: Iterable[Tier], lorry: Lorry) -> Cost | None:
    """What one kilogram costs when so many are ordered together; None for nothing."""
    return _cost(kg, tiers, lorry) if kg > 0 else None


def next_step(kg: Decimal, tiers: Sequence[Tier], lorry: Lorry, most: Decimal | None = None) -> NextStep | None:
    """The nearest quantity above `kg` at which one kilogram costs less than now; None where there is none (up to `most`).

    Where no bulk price is reached yet, nobody knows what a kilogram costs now: then only the freight is compared, and the
    first tier is named without saying that its price saves anything.
    """
    if kg <= 0:
        return None
    now = _cost(kg, tiers, lorry)
    points = sorted({point for point in (*(tier.from_kg for tier in tiers), lorry.full(kg)) if point > kg})
    for point in points:
        if most is not None and point > most:
            break
        then = _cost(point, tiers, lorry)
        saves = now.freight - then.freight
        if now.price is not None and then.price is not None:
            saves += now.price - then.price
        better = best_tier(point, tiers)
        new = better if better is not None and better.price != now.price else None
        if saves > 0 or (now.price is None and new is not None):
            return NextStep(point, point - kg, new, max(saves, 0))
    return None


def _cost(kg: Decimal, tiers: Iterable[Tier], lorry: Lorry) -> Cost:
    tier = best_tier(kg, tiers)
    return Cost(tier.price if tier else None, _whole(lorry.per_kg(kg)))


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
