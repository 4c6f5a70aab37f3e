"""Which fair suits which product, and why: harvest × days × stock × buyers × past sales (M20). PURE: plain data in and out.

A product has something to sell at a fair when it is in season then, when there is stock that will still be good, or when it
can be made in that month. Six factors from 0 to 1 put the fairs (or the products) in order. What nobody has said counts as
one half and is said to be unknown, as in the ranking of offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NEUTRAL = 0.5
EVEN_KM = 500
MOST_STARS = 5
KG_A_DAY = 50.0  # What a small stand sells in a day at least; an assumption, and shown as one.
EVEN_VND = 3_000_000  # Sold by a booth in a day: neither much nor little; an assumption, and the figure itself is shown.
STOCK_HOLDS = timedelta(days=180)  # A count older than this says nothing any more.
WEIGHTS = {"season": 3.0, "stock": 3.0, "buyers": 3.0, "past": 2.0, "stars": 1.0, "distance": 1.0}


class Season(StrEnum):
    """How a product's season stands to the days of a fair."""

    IN = "in"
    KEEPS = "keeps"  # Over, but the goods keep until then.
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Occasion:
    """The days of a fair."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def months(self) -> frozenset[int]:
        """The months of the year it falls into, 1 to 12."""
        first = self.starts_on.year * 12 + self.starts_on.month - 1
        last = self.ends_on.year * 12 + self.ends_on.month - 1
        return frozenset(month % 12 + 1 for month in range(first, min(last, first + 11) + 1))


class Like(StrEnum):
    """In what an earlier fair is like the one that is looked at."""

    KIND = "kind"
    PROVINCE = "province"
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class Past:
    """What was sold at earlier fairs that are like this one."""

    vnd_a_day: int  # By a booth in a day.
    fairs: int
    own: bool  # Of this very supplier; else of all who sold such goods.
    like: frozenset[Like]


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as it would be brought to a fair. `None` always means: nobody has said."""

    season_months: frozenset[int] = frozenset()
    shelf_life_days: int | None = None
    stock_kg: float | None = None
    stock_on: date | None = None
    capacity_kg: float | None = None  # In the month of the fair.
    stars: int | None = None
    stars_until: date | None = None
    km: int | None = None
    buyers: tuple[str, ...] = ()  # Names of the buyers there who look for such goods.
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class Suit:
    """How well a product and a fair suit each other; `values` by the name of the factor, None where nobody knows."""

    score: float
    values: dict[str, float | None]
    season: Season
    has_goods: bool
    available_kg: float | None
    needed_kg: float

    @property
    def fits(self) -> bool:
        """There is, or may be, something to sell."""
        return self.has_goods


def suit(occasion: Occasion, goods: Goods) -> Suit:
    """Weigh a product against a fair."""
    season = season_at(occasion, goods)
    available = available_kg(occasion, goods)
    needed = KG_A_DAY * min(occasion.days, 31)
    values: dict[str, float | None] = {
        "season": {Season.IN: 1.0, Season.KEEPS: 0.6, Season.OUT: 0.0, Season.UNKNOWN: None}[season],
        "stock": None if available is None else min(1.0, available / needed),
        "buyers": min(1.0, 0.4 + 0.2 * len(goods.buyers)) if goods.buyers else 0.0,
        "past": None if goods.past is None else goods.past.vnd_a_day / (EVEN_VND + goods.past.vnd_a_day),
        "stars": _stars(occasion, goods),
        "distance": None if goods.km is None else EVEN_KM / (EVEN_KM + goods.km),
    }
    score = sum(weight * (NEUTRAL if (value := values[name]) is None else value) for name, weight in WEIGHTS.items())
    has_goods = season is not Season.OUT if available is None else available > 0 or season is Season.IN
    return Suit(score / sum(WEIGHTS.values()), values, season, has_goods, available, needed)


def season_at(occasion: Occasion, goods: Goods) -> Season:
    """Whether the goods are harvested or made around the fair, or keep until then."""
    if not goods.season_months:
        return Season.UNKNOWN
    if goods.season_months & occasion.months:
        return Season.IN
    ends = [_since(month, occasion.starts_on) for month in goods.season_months]
    if goods.shelf_life_days is not None and min(ends) <= goods.shelf_life_days:
        return Season.KEEPS
    return Season.OUT


def available_kg(occasion: Occasion, goods: Goods) -> float | None:
    """What could be brought: stock that is still good on the first day, and what the month of the fair yields."""
    stock = goods.stock_kg
    if stock is not None and goods.stock_on is not None:
        spoilt = (
            goods.shelf_life_days is not None and goods.stock_on + timedelta(days=goods.shelf_life_days) < occasion.starts_on
        )
        if spoilt or goods.stock_on + STOCK_HOLDS < occasion.starts_on:
            stock = 0.0 if spoilt else None
    if stock is None and goods.capacity_kg is None:
        return None
    return (stock or 0.0) + (goods.capacity_kg or 0.0)


def _stars(occasion: Occasion, goods: Goods) -> float | None:
    if not goods.stars:
        return 0.0
    if goods.stars_until is None:
        return None
    return goods.stars / MOST_STARS if goods.stars_until >= occasion.ends_on else 0.0


def _since(month: int, day: date) -> int:
    """The days from the end of the last such month to that day."""
    year = day.year if month < day.month else day.year - 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return (day - following).days + 1
