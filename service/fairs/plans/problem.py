"""Booths and exhibitors as plain data: what an allocation is asked, and what a plan is. PURE.

Ids are strings, days are positions from 0 (both ends belong to a stay), places and sizes are whole decimetres, money is whole
đồng. Nothing here knows a database, a page or a solver, so the same values serve the page, the worker, the judge of a plan made
by hand (`violations`) and the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """What one plan can be better at than another; each is settled before the next of the organiser's order."""

    PLACED = "placed"  # The weight of the parties that have booths, by their place in the order of choice.
    MOVED = "moved"  # Only where there is a published plan before: how many parties lose a booth they had.
    WISHES = "wishes"  # Zones and classes, the first wish counting most.
    NEIGHBOURS = "neighbours"  # Wanted ones beside each other, unwanted ones not.
    GROUPS = "groups"  # Like goods spread over the hall or kept together, as the organiser chose.
    LUCK = "luck"  # Who came off badly at earlier fairs comes off better now: the worst-served group counts.


class Rule(StrEnum):
    """A rule that a plan can break, or that keeps a party from a booth."""

    UNKNOWN = "unknown"  # A booth or a party that the problem does not name.
    TWICE = "twice"  # Two parties in one booth on one day.
    COUNT = "count"  # Not as many booths as were asked for.
    APART = "apart"  # Booths of one party that do not stand side by side in one row.
    KIND = "kind"
    SIZE = "size"
    POWER = "power"
    WATER = "water"
    COLD = "cold"
    ZONE = "zone"  # The zone takes other goods.
    SMELL = "smell"  # Strong smells where the zone lets none in, or beside goods that take them up.
    PAVILION = "pavilion"  # Not in its pavilion, or in the pavilion of others.
    QUOTA = "quota"
    LOCKED = "locked"  # A lock was not kept.
    HELD = "held"  # The booth is kept for somebody else on these days.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Booth:
    """A booth that can be given out."""

    id: str
    hall: str
    kind: str
    class_code: str
    area_dm2: int
    x: int
    y: int
    zone: str | None = None
    power: int = 1  # Phases: 0, 1, 3.
    water: bool = False
    cold: bool = False
    closed: bool = False
    held: tuple[tuple[int, int], ...] = ()  # Stays on which it is kept for others or booked: (first, last) day.


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone or a pavilion."""

    code: str
    goods: str = "any"  # any, food, other
    smell: bool = True
    pavilion: bool = False  # Only parties that belong to it stand in it.


@dataclass(frozen=True, slots=True)
class Party:
    """One that is to be placed: an exhibitor, or several who share booths."""

    id: str
    first_day: int
    last_day: int
    booths: int = 1
    weight: int = 1  # From its place in the order of choice; more is served first.
    classes: tuple[str, ...] = ()  # Acceptable classes, the dearest wish first; none: any.
    least_dm2: int = 0  # Of all its booths together.
    power: int = 0
    water: bool = False
    cold: bool = False
    goods: str = "food"
    smell: bool = False
    takes_smell: bool = False  # Tea, cakes: what must not stand beside a strong smell.
    commodity: str = ""  # Like goods are spread or kept together by it.
    pavilion: str | None = None
    zones: tuple[str, ...] = ()  # Wished zones, the first one first.
    near: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    quota: str = ""  # Whose quota its booths count into (a former district, say).
    luck: int = 0  # How badly it came off at earlier fairs, from 0.


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked. `beside` are pairs of booths that stand side by side without an aisle between them."""

    days: int
    booths: tuple[Booth, ...]
    parties: tuple[Party, ...]
    zones: tuple[Zone, ...] = ()
    beside: frozenset[tuple[str, str]] = frozenset()  # Each pair once, the smaller id first.
    quotas: Mapping[str, int] = field(default_factory=dict)  # At most so many booths.
    locked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # Party -> its booths.
    previous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # The published plan.
    groups: str = "spread"  # spread, cluster, or free.
    levels: tuple[Level, ...] = tuple(Level)


@dataclass(frozen=True, slots=True)
class Plan:
    """Party -> its booths; who has none is left out."""

    booths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken, where, and by whom."""

    rule: Rule
    party: str
    booth: str | None = None
    other: str | None = None  # The other party, the quota, the zone.


@dataclass(frozen=True, slots=True)
class Reached:
    """How good a plan is at one level: its value, and what no plan can be better than."""

    level: Level
    value: int
    bound: int
    proven: bool
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a party has no booth, or a wish was not met: the scarcest reason first.

    `reasons` name rules and what ran out by them, e.g. (("power", "3"), ("taken", "A")).
    """

    party: str
    wish: str  # "booth", "zone", "class", "near", "apart"
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found: optimal (every level proven), feasible (with a gap), infeasible (locks that contradict), stopped."""

    status: str
    plan: Plan
    levels: tuple[Reached, ...]
    refusals: tuple[Refusal, ...]
    violations: tuple[Violation, ...] = ()  # Of the locks, where there is no plan at all.
    seed: int = 1
    effort: float = 0.0
    seconds: float = 0.0
