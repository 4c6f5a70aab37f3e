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


LEVELS = tuple(Level)


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
    """A booth that can be given out. Its place is its left upper corner, as on the plan of the hall."""

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
    width: int = 30
    depth: int = 30


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
    locked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # Party -> its booths; none: it stays without.
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # The locks among them that a hold of the fair makes.
    previous: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # The published plan.
    groups: str = "spread"  # spread, cluster, or free.
    levels: tuple[Level, ...] = LEVELS

    def __post_init__(self) -> None:
        if len({each.id for each in self.booths}) != len(self.booths):
            raise ValueError("two booths have the same id")
        if len({each.id for each in self.parties}) != len(self.parties):
            raise ValueError("two parties have the same id")
        for each in self.parties:
            if not 0 <= each.first_day <= each.last_day < self.days:
                raise ValueError(f"{each.id}: the stay lies within the days of the fair")
            if each.booths < 1 or each.weight < 0 or each.luck < 0:
                raise ValueError(f"{each.id}: at least one booth, and no weight or luck below nothing")
        if self.groups not in {"spread", "cluster", "free"}:
            raise ValueError("like goods are spread, clustered or free")
        if self.levels[:1] != (Level.PLACED,) or len(set(self.levels)) != len(self.levels):
            raise ValueError("placed is the first level, and each level stands once")

    @property
    def by_id(self) -> dict[str, Party]:
        """The parties by their ids."""
        return {each.id: each for each in self.parties}

    @property
    def asked(self) -> tuple[Level, ...]:
        """The levels that can tell two plans apart here."""
        return tuple(
            level
            for level in self.levels
            if not (level is Level.MOVED and not self.previous) and not (level is Level.GROUPS and self.groups == "free")
        )

    def more_is_better(self, level: Level) -> bool:
        """Whether a larger value of this level is the better one."""
        return level is not Level.MOVED and not (level is Level.GROUPS and self.groups == "spread")


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
    """How good a plan is at one level: its value, and what no plan can be better than.

    The bound holds among the plans that are as good at the levels before it as this one.
    """

    level: Level
    value: int
    bound: int
    proven: bool
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of it."""
        return 0.0 if self.proven else abs(self.value - self.bound) / max(1, abs(self.value))


class Wish(StrEnum):
    """What somebody did not get."""

    BOOTH = "booth"
    ZONE = "zone"
    CLASS = "class"
    NEAR = "near"
    APART = "apart"


class Why(StrEnum):
    """What stood in the way in the end."""

    NONE = "none"  # No booth of the fair is as it needs one, whoever stands where.
    TAKEN = "taken"  # There are such booths; all are taken.
    RULE = "rule"  # One is free, and a rule between parties keeps it out: `rule` and `other` say which.
    LEVEL = "level"  # One is free, and something that counts more would get worse: `level`.
    FREE = "free"  # One is free and nothing speaks against it: the plan can be made better by hand.
    ABSENT = "absent"  # The one it wishes to be near has no booth.
    DAYS = "days"  # The one it wishes to be near is there on other days.
    LOCKED = "locked"  # The organiser has locked it where it is, or out.


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a party has no booth, or a wish was not met, read off the final plan.

    `reasons` are its own demands that some booths do not meet, the one that shuts out most first, as (rule, what is asked):
    (("power", "3"), ("kind", "A,B")). Each of them is a `Rule` by name. `booths` are those that would do by the hard rules for
    it alone; `holders` hold them, the ones behind it in the order of choice first; `ahead` of the holders are before it.
    `without` says how many booths would do if the first of the reasons were dropped.
    """

    party: str
    wish: str  # A Wish.
    reasons: tuple[tuple[str, str], ...]
    why: Why = Why.TAKEN
    target: str = ""  # The zone, the class, the other party.
    booths: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    ahead: int = 0
    without: int = 0
    rule: Rule | None = None
    level: Level | None = None
    other: str | None = None  # The quota, the neighbour, or the free booth.


@dataclass(frozen=True, slots=True)
class Successor:
    """If `leaving` gave up its booths: who of the waiting could have which booths without anybody moving, the first in line."""

    leaving: str
    party: str
    booths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is different for one party; who is not named keeps its booths."""

    party: str
    before: tuple[str, ...]
    now: tuple[str, ...]

    @property
    def kind(self) -> str:
        """new, moved or out."""
        return "new" if not self.before else "moved" if self.now else "out"


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found: optimal (every level proven), feasible (with a gap), infeasible (locks that contradict), stopped."""

    status: str
    plan: Plan
    levels: tuple[Reached, ...]
    refusals: tuple[Refusal, ...]
    violations: tuple[Violation, ...] = ()  # Of the locks, where there is no plan at all.
    seed: int = 1
    effort: float = 0.0  # Deterministic time of the engines: the same on every machine.
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """How far the first level that is not proven may be from its best; 0 when all are proven."""
        return next((each.gap for each in self.levels if not each.proven), 0.0)
