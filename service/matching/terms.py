"""The terms in which a request and an offer are compared: plain values, no database. PURE.

A month is counted as a whole number (`number(day)`: year times 12 plus month less 1), so that months are near when their
numbers are. Kilograms are plain numbers here: the exact ones stay in the ledger, where kilograms are promised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from service.matching.record import Record


class Verdict(StrEnum):
    """The three answers to a hard condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """What an offer must meet to be a match."""

    COMMODITY = "commodity"
    CERTIFICATE = "certificate"
    STARS = "stars"
    PRICE = "price"
    QUANTITY = "quantity"
    LEAST_ORDER = "least_order"
    LEAD_TIME = "lead_time"
    VERIFIED = "verified"
    MARK = "mark"


def number(day: date) -> int:
    """The month of a day as a number."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month."""
    return first_day(month + 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many kilograms in one month."""

    month: int
    kg: float

    @property
    def day(self) -> date:
        """The first day of the month."""
        return first_day(self.month)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A paper that must hold through a day; without a day, through the last month of delivery."""

    kind: str
    through: date | None = None


@dataclass(frozen=True)
class Request:
    """What a buyer looks for, as the ranking needs it. `today` is the day on which it is judged."""

    today: date
    wanted: tuple[Wanted, ...]
    city: str
    commodity: UUID | None = None
    words: str = ""
    ceiling: int | None = None
    papers: tuple[Requirement, ...] = ()
    min_stars: int | None = None
    stars_through: date | None = None
    pack_g: int | None = None
    accepts: frozenset[UUID] = frozenset()
    unverified_too: bool = False
    mark: str | None = None  # The protected name under which the goods will be sold.
    mark_name: str = ""

    @cached_property
    def total(self) -> float:
        """All kilograms asked for."""
        return sum(each.kg for each in self.wanted)

    @cached_property
    def largest(self) -> float:
        """The largest single month, which is the largest single order."""
        return max(each.kg for each in self.wanted)

    @cached_property
    def last_day(self) -> date:
        """The last day of the last month of delivery."""
        return last_day(max(each.month for each in self.wanted))

    @cached_property
    def heard(self) -> dict[int, Any]:
        """What has been found out about sets of papers so far: many offers hold the same ones (conditions.hear)."""
        return {}

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of papers asked for."""
        return frozenset(each.kind for each in self.papers)

    @cached_property
    def months(self) -> frozenset[int]:
        """The months asked for."""
        return frozenset(each.month for each in self.wanted)

    @cached_property
    def plan(self) -> tuple[tuple[int, float, int], ...]:
        """Month, kilograms, and the most days of preparation with which that month can still be reached."""
        return tuple((each.month, each.kg, self.days_until_end_of(each.month)) for each in self.wanted)

    def days_until_end_of(self, month: int) -> int:
        """How many days are left until the end of that month."""
        return (last_day(month) - self.today).days


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate that an offer holds. `endless` kinds have no last day by their nature."""

    kind: str
    stars: int | None = None
    valid_to: date | None = None
    endless: bool = False

    def holds(self, through: date) -> Verdict:
        """Whether the paper is valid through that day; without a last day nobody knows."""
        if self.valid_to is None:
            return Verdict.YES if self.endless else Verdict.UNKNOWN
        return Verdict.YES if self.valid_to >= through else Verdict.NO


@dataclass(frozen=True, slots=True)
class Tier:
    """A wholesale price from a quantity upwards."""

    from_kg: float
    price: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One published product as a possible answer. `None` always means: nobody has said.

    `free` maps months to the kilograms still free in them; an asked month that is missing is unknown. It may hold other
    months as well, from which the nearest is proposed when the asked ones are empty. `relevance` is 1 for the very
    commodity asked for and falls with the distance of the goods.
    """

    id: UUID
    slug: str
    commodity: UUID | None = None
    relevance: float = 1.0
    papers: tuple[Paper, ...] = ()
    free: Mapping[int, float] = field(default_factory=dict)
    tiers: tuple[Tier, ...] = ()
    hidden_tiers: bool = False
    retail: int | None = None
    least_order: float | None = None
    lead_days: int | None = None
    packs_g: tuple[int, ...] = ()
    verified: bool = True
    km: int | None = None
    days: tuple[int, int] | None = None  # On the road, least and most; (0, 0) is the same day.
    reliability: float | None = None
    record: Record | None = None  # What the reliability stands on.
    may_use_mark: bool = True  # Whether its maker may sell under the name that the request asks for.


@dataclass(frozen=True)
class Weights:
    """How much each factor counts for this buyer, from 0 (not at all) to 10."""

    coverage: float = 5
    price: float = 4
    quality: float = 3
    certificates: float = 1
    relevance: float = 2
    distance: float = 2
    reliability: float = 2

    @cached_property
    def each(self) -> tuple[float, ...]:
        """The weights in the order of `FACTORS`."""
        return tuple(getattr(self, name) for name in FACTORS)

    def named(self) -> tuple[tuple[str, float], ...]:
        """Each weight with the name of its factor."""
        return tuple(zip(FACTORS, self.each, strict=True))

    @cached_property
    def total(self) -> float:
        """All weights together."""
        return sum(self.each)


FACTORS: tuple[str, ...] = tuple(each.name for each in fields(Weights))


@dataclass(frozen=True, slots=True)
class Price:
    """The đồng per kilogram that a request would pay, and where the figure comes from."""

    per_kg: int
    from_kg: float | None = None  # None: the retail price of a pack, per kilogram.

    @property
    def wholesale(self) -> bool:
        """Whether this is a wholesale tier."""
        return self.from_kg is not None


@dataclass(frozen=True, slots=True)
class Covered:
    """One month of a request against one offer: what was asked and what could be given (None: unknown)."""

    month: int
    asked: float
    given: float | None
    in_time: bool = True

    @property
    def missing(self) -> float | None:
        """Kilograms short in this month; None when nobody knows."""
        return None if self.given is None else self.asked - self.given


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of the request that would meet a condition; only the values of its condition are filled."""

    condition: Condition
    ceiling: int | None = None
    more: int | None = None  # How much higher than the present ceiling.
    stars: int | None = None  # 0: no stars asked.
    kind: str | None = None
    through: date | None = None  # The paper need hold only until this day; `kind` without it: not asked at all.
    month: int | None = None
    kg: float | None = None
    accept: UUID | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A hard condition that an offer does not meet; `kind` names the paper where it is one."""

    condition: Condition
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A hard condition that nobody can judge yet."""

    condition: Condition
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason for the order, from 0 to 1; not `known` means that it, or the unknown part of it, counts as one half."""

    name: str
    value: float
    known: bool = True


def coverage(request: Request, offer: Offer) -> tuple[Covered, ...]:
    """What the offer could give in each asked month; a month that its lead time misses gets nothing."""
    found = []
    for month, asked, days in request.plan:
        timely = offer.lead_days is None or offer.lead_days <= days
        free = offer.free.get(month) if timely else 0.0
        found.append(Covered(month, asked, None if free is None else min(asked, free), timely))
    return tuple(found)


def price_for(request: Request, offer: Offer) -> Price | None:
    """The lowest wholesale price that the largest month reaches; without one, the retail price per kilogram."""
    best: Tier | None = None
    for tier in offer.tiers:
        if tier.from_kg <= request.largest and (best is None or tier.price < best.price):
            best = tier
    if best is not None:
        return Price(best.price, best.from_kg)
    return Price(offer.retail) if offer.retail is not None else None
