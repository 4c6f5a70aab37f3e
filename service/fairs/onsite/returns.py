"""What a booth brings back (F17): sales and awarded quotes over booths, days, cost and support. PURE: plain data in and out.

One measure makes fairs comparable: đồng sold for each *booth-day*, a standard booth of 9 m² on one day, over the booth-days for
which somebody has said what was sold. So a large booth, a long fair and a day that nobody has spoken of change nothing in it.

Three rules are kept everywhere. What nobody has said is unknown, never nought: a figure that needs it is None, or says that it
is the least. Memoranda and contracts are promises: they are counted beside sales and enter no figure. Sums are made of the same
parts as their lines: the figure of a fair, a zone or a commodity is the quotient of sums, not a mean of quotients.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar
from uuid import UUID

STANDARD_M2 = 9
KeyT = TypeVar("KeyT", bound=Hashable)


class Cost(StrEnum):
    """What an exhibitor pays."""

    FEE = "fee"  # The booth and the services that were ordered, as the organiser's statement says.
    OWN = "own"  # Travel, beds, samples, as the exhibitor says.


@dataclass(frozen=True, slots=True)
class Stand:
    """A booth on one day, in standard booths; of a booth that several share on that day, the exhibitor's part."""

    booth: str
    day: date
    booths: Fraction


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of one exhibitor at one fair. `sold` names what was said: nothing sold is 0, not said is left out."""

    id: UUID
    name: str
    stands: tuple[Stand, ...] = ()
    sold: Mapping[tuple[str, date], int] = field(default_factory=dict)
    awarded_vnd: int = 0
    awards: int = 0
    costs: Mapping[Cost, int] = field(default_factory=dict)
    support_vnd: int | None = None
    memoranda: int = 0
    memoranda_vnd: int = 0
    contracts: int = 0
    contracts_vnd: int = 0
    leads: int = 0
    meetings: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in đồng, or đồng for a đồng. `at_least`: some days are not said yet, so it can only grow."""

    value: Fraction
    at_least: bool


@dataclass(frozen=True, slots=True)
class Return:
    """The figures of one exhibitor, or of several together."""

    exhibitors: int
    booth_days: Fraction
    stated_booth_days: Fraction
    stated_days: int  # Days on which at least one booth has said what it sold.
    sold_vnd: int | None  # None: nobody has said anything.
    complete: bool  # Every booth-day is said.
    per_booth_day: Fraction | None
    per_booth: Fraction | None  # Over the days that are said.
    per_day: Fraction | None
    awarded_vnd: int
    awards: int
    cost_vnd: int | None  # Of those whose costs are all known.
    cost_known: int  # How many those are.
    unknown: frozenset[Cost]
    per_cost: Figure | None
    support_vnd: int | None
    supported: int
    per_support: Figure | None
    memoranda: int
    memoranda_vnd: int
    contracts: int
    contracts_vnd: int
    leads: int
    meetings: int

    @property
    def coverage(self) -> Fraction | None:
        """The part of the booth-days for which somebody has said what was sold."""
        return self.stated_booth_days / self.booth_days if self.booth_days else None


def stands_of(area_m2: float, sharers: int) -> Fraction:
    """A booth of that size in standard booths, the part of one of its sharers."""
    return Fraction(round(area_m2 * 100), STANDARD_M2 * 100 * max(1, sharers))


def of(record: Record) -> Return:
    """The figures of one exhibitor."""
    return together([record])


def together(records: Iterable[Record]) -> Return:
    """The figures of several as one."""
    every = list(records)
    placed = [(record, stand) for record in every for stand in record.stands]
    said = [(record, stand) for record, stand in placed if (stand.booth, stand.day) in record.sold]
    booth_days = sum((stand.booths for _, stand in placed), Fraction())
    stated = sum((stand.booths for _, stand in said), Fraction())
    days = {stand.day for _, stand in said}
    # A booth that was moved or let go since is in the sum of what was sold, but there is no booth-day to hold it against.
    on_stands = sum(record.sold[stand.booth, stand.day] for record, stand in said)
    speaking = [record for record in every if record.sold]
    complete = bool(every) and len(said) == len(placed) and len(speaking) == len(every)
    costed = [record for record in speaking if set(record.costs) == set(Cost)]
    supported = [record for record in every if record.support_vnd]
    known_support = [record.support_vnd for record in every if record.support_vnd is not None]
    cost = sum(sum(record.costs.values()) for record in costed)
    return Return(
        exhibitors=len(every),
        booth_days=booth_days,
        stated_booth_days=stated,
        stated_days=len(days),
        sold_vnd=sum(_sold(record) for record in speaking) if speaking else None,
        complete=complete,
        per_booth_day=Fraction(on_stands) / stated if stated else None,
        per_booth=Fraction(on_stands) * len(days) / stated if stated else None,
        per_day=Fraction(on_stands, len(days)) if days else None,
        awarded_vnd=sum(record.awarded_vnd for record in every),
        awards=sum(record.awards for record in every),
        cost_vnd=cost if costed else None,
        cost_known=len(costed),
        unknown=frozenset(cost for record in every for cost in Cost if cost not in record.costs),
        per_cost=_over(costed, cost),
        support_vnd=sum(known_support) if known_support else None,
        supported=len(supported),
        per_support=_over([record for record in supported if record.sold], _support(supported)),
        memoranda=sum(record.memoranda for record in every),
        memoranda_vnd=sum(record.memoranda_vnd for record in every),
        contracts=sum(record.contracts for record in every),
        contracts_vnd=sum(record.contracts_vnd for record in every),
        leads=sum(record.leads for record in every),
        meetings=sum(record.meetings for record in every),
    )


def booths_used(records: Iterable[Record]) -> dict[str, Fraction]:
    """Each booth that somebody stood in, in standard booths: its sharers' parts together, on its fullest day."""
    by_day: dict[tuple[str, date], Fraction] = {}
    for record in records:
        for stand in record.stands:
            by_day[stand.booth, stand.day] = by_day.get((stand.booth, stand.day), Fraction()) + stand.booths
    used: dict[str, Fraction] = {}
    for (booth, _day), booths in by_day.items():
        used[booth] = max(used.get(booth, Fraction()), booths)
    return used


def grouped(records: Iterable[Record], key: Callable[[Record], KeyT]) -> dict[KeyT, Return]:
    """The figures of each group; whoever belongs to none has a key of its own."""
    groups: dict[KeyT, list[Record]] = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return {name: together(members) for name, members in groups.items()}


def _sold(record: Record) -> int:
    return sum(record.sold.values())


def _support(supported: Iterable[Record]) -> int:
    """The support of those who have said what they sold: the support of the silent ones is held against nobody."""
    return sum(record.support_vnd or 0 for record in supported if record.sold)


def _over(records: list[Record], spent: int) -> Figure | None:
    if not records or not spent:
        return None
    brought = sum(_sold(record) + record.awarded_vnd for record in records)
    silent = any((stand.booth, stand.day) not in record.sold for record in records for stand in record.stands)
    return Figure(Fraction(brought, spent), silent)
