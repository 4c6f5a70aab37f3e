"""One-to-one meetings as plain data: who meets whom, when who can, and what a timetable is. PURE.

Slots are counted from 1. A *gap* is one maximal run of idle slots between two meetings of a participant, however long it is; a
participant with fewer than two meetings has none. Nothing here knows a database, a page or a solver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


class Level(StrEnum):
    """What counts, each settled before the next is looked at."""

    VALUE = "value"  # Of the meetings that are held, together.
    MOVED = "moved"  # Meetings of the previous timetable that are no longer in their slot.
    GAPS = "gaps"  # Of all participants, together.
    DIFFERENCE = "difference"  # Between the most gaps of a participant and the fewest.
    TABLES = "tables"  # How often somebody has to go on to another table or spot.
    WALKING = "walking"  # How far all of them walk for that, in decimetres.


MORE_IS_BETTER = frozenset({Level.VALUE})


class Rule(StrEnum):
    """A rule that a timetable can break."""

    UNKNOWN = "unknown"
    MISSING = "missing"  # A meeting that must be held has no slot.
    SLOT = "slot"  # Outside the slots of the meeting.
    FIXED = "fixed"
    UNAVAILABLE = "unavailable"
    BUSY = "busy"  # Somebody is in two places.
    TABLES = "tables"  # More meetings in a slot than tables.
    BEFORE = "before"  # A meeting is not strictly earlier than the one it precedes.
    MOST = "most"  # More meetings than somebody wants.
    GAP_DIFFERENCE = "gap_difference"


@dataclass(frozen=True, slots=True)
class Participant:
    """One side of meetings. `spot` is where it stands (a booth, in decimetres), for walking; None: at the tables."""

    id: str
    unavailable: frozenset[int] = frozenset()
    most: int | None = None  # Most meetings.
    spot: tuple[str, int, int] | None = None  # Hall, x, y.
    caps: tuple[tuple[frozenset[int], int], ...] = ()  # Most meetings in these slots, as those of a session.


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that is wished, or (`required`) must be held. `slots` None: any. `at` a participant: held at its spot."""

    id: str
    a: str
    b: str
    slots: frozenset[int] | None = None
    fixed: int | None = None
    value: int = 1
    required: bool = True
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked. `previous` is the published timetable: meeting -> (slot, table).

    A meeting is moved only where nothing as good on the level above leaves it where it was; with `gaps_per_move` also where
    that many gaps go with it.
    """

    slots: int
    tables: int | None  # None: as many as there are meetings.
    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    before: tuple[tuple[str, str], ...] = ()
    max_gap_difference: int | None = None
    previous: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    breaks: frozenset[int] = frozenset()  # Slots before which there is a long pause: no gap spans it, nor a change of table.
    tables_at: tuple[str, int, int] | None = None  # Where the tables stand, for walking.
    gaps_per_move: int | None = None
    levels: tuple[Level, ...] = tuple(Level)
    tables_in: Mapping[int, int] = field(default_factory=dict)  # Slot -> its tables, where it has other than `tables`.

    def tables_of(self, slot: int) -> int | None:
        """How many tables a slot has; None: as many as there are meetings."""
        return self.tables_in.get(slot, self.tables)

    @property
    def by_id(self) -> dict[str, Meeting]:
        """All meetings by their names."""
        return {meeting.id: meeting for meeting in self.meetings}

    @property
    def people(self) -> dict[str, Participant]:
        """All participants by their names."""
        return {each.id: each for each in self.participants}


@dataclass(frozen=True, slots=True)
class Timetable:
    """Meeting -> (slot, table from 1, or None at a participant's own spot); what is not held is left out."""

    held: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken."""

    rule: Rule
    meeting: str | None = None
    other: str | None = None
    participant: str | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one level was brought, and what nothing can beat."""

    level: Level
    value: int
    bound: int
    proven: bool
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found. `reasons` of an infeasible problem are rules that cannot all be kept, and none of them is too many."""

    status: Status
    timetable: Timetable
    levels: tuple[Reached, ...] = ()
    reasons: tuple[Violation, ...] = ()
    dropped: tuple[str, ...] = ()  # Wished meetings that are not held.
    seed: int = 1
    seconds: float = 0.0

    def reached(self, level: Level) -> Reached | None:
        """How far this level was brought; none where it was not asked, or never come to."""
        return next((each for each in self.levels if each.level is level), None)
