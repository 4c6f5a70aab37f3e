"""Little walking and few changes of table, in a timetable whose gaps are settled. PURE.

Chains (`chains`) are taken back where they cost a gap; of the others those stay that bring visits of neighbouring spots
together. Tables are given out last, because any number of meetings up to the number of tables can be seated in any slot.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise

from service.fairs.meetings.chains import Chains
from service.fairs.meetings.narrowing import Shape, bits
from service.fairs.meetings.problem import Meeting, Problem, Timetable
from service.fairs.meetings.timetable import apart, days, tables, ways

CHANGE = 1_000_000_000  # One change of place less counts more than any walk.
IDLE_TURNS = 30_000  # So many proposals in a row that change nothing are enough.


class Walks(Chains):
    """A timetable in which people are to walk less; gaps, tables and all other rules stay as good as they are."""

    def __init__(
        self, shape: Shape, slots: Mapping[int, int], *, most: int | None, least: int, moved: int | None, seed: int
    ) -> None:  # fmt: skip
        super().__init__(shape, slots, most=most, moved=moved, seed=seed)
        self.least = least
        problem = shape.problem
        spots = {each.id: each.spot for each in problem.participants}
        self.spot = [
            (meeting.at or "", spots.get(meeting.at) if meeting.at is not None else problem.tables_at)
            for meeting in problem.meetings
        ]
        self.pauses = sorted(problem.breaks)
        self.cost = [self._walk(who) for who in range(len(shape.of))]

    def shorten(self, until: float, stop: Callable[[], bool]) -> dict[int, int]:
        """Takes what is shorter or as short, until the time is up or nothing changes for long."""
        idle = 0
        while idle < IDLE_TURNS and time.monotonic() < until and not stop():
            for _turn in range(500):
                idle = 0 if self._turn() else idle + 1
        return dict(self.slot_of)

    def _turn(self) -> bool:
        draw = self.draw.random
        meeting = self.held[int(draw() * len(self.held))]
        here, there = self.slot_of[meeting], 1 + int(draw() * self.shape.slots)
        if there == here or not self.shape.domains[meeting] >> there & 1:
            return False
        chain = self._chain(meeting, here, there)
        if chain is None or not self._as_good(chain, here, there):
            return False
        moving, ends, more = chain
        flip = 1 << here | 1 << there
        by = sum(self.gaps_of(self.busy[who] ^ flip) - self.gaps_of(self.busy[who]) for who in ends)
        moved = 0 if self.moved_at_most is None else self._moved(moving, here, there)
        who_moves = {who for each in moving for who in self.shape.sides[each]}
        before = sum(self.cost[who] for who in who_moves)
        self._take(moving, ends, here, there, more)
        after = {who: self._walk(who) for who in who_moves}
        saved = before - sum(after.values())
        if saved < 0:
            self._take(moving, ends, here, there, -more)
            return False
        self.gaps += by
        self.moved += moved
        for who, cost in after.items():
            self.cost[who] = cost
        return saved > 0

    def _as_good(self, chain: tuple[list[int], list[int], int], here: int, there: int) -> bool:
        """Whether a chain costs no gap, no table, no fairness, and breaks no rule."""
        moving, ends, more = chain
        flip = 1 << here | 1 << there
        by = 0
        for who in ends:
            old, new = self.gaps_of(self.busy[who]), self.gaps_of(self.busy[who] ^ flip)
            by += new - old
            if new != old and (new < self.least or (self.most is not None and new > self.most)):
                return False
        if by > 0 or self._over(here, there, more) > 0:
            return False
        if self.moved_at_most is not None:
            moved = self._moved(moving, here, there)
            if moved > 0 and self.moved + moved > self.moved_at_most:
                return False
        return not self.tied or self._in_order(moving, here, there)

    def _walk(self, who: int) -> int:
        """Changes of place and decimetres of one participant; all tables are one place here."""
        agenda = [(slot, self.spot[self.at[who][slot]]) for slot in bits(self.busy[who])]
        found = 0
        for (slot, (name, spot)), (then, (other, to)) in pairwise(agenda):
            if name != other and not any(slot < pause <= then for pause in self.pauses):
                found += CHANGE + apart(spot, to)
        return found


def least_walk(problem: Problem, held: Mapping[str, int]) -> tuple[int, int]:
    """Changes of place and decimetres that no timetable of these meetings does without.

    Whoever visits several places goes at least once to each but the first of each day, and in one day never less far than the
    shortest tree that joins them all.
    """
    spots = {each.id: each.spot for each in problem.participants}
    visited: dict[str, dict[str, tuple[str, int, int] | None]] = defaultdict(dict)
    for meeting in problem.meetings:
        if meeting.id in held:
            for who in {meeting.a, meeting.b}:
                visited[who][meeting.at or ""] = problem.tables_at if meeting.at is None else spots.get(meeting.at)
    pauses = len(days(problem))
    changes = sum(max(0, len(places) - pauses) for places in visited.values())
    return changes, sum(_tree(list(places.values())) for places in visited.values()) if pauses == 1 else 0


def _tree(spots: list[tuple[str, int, int] | None]) -> int:
    if any(spot is None for spot in spots) or len(spots) < 2:
        return 0
    far = {at: apart(spots[0], spot) for at, spot in enumerate(spots[1:], 1)}
    total = 0
    while far:
        near = min(far, key=lambda at: far[at])
        total += far.pop(near)
        far = {at: min(away, apart(spots[near], spots[at])) for at, away in far.items()}
    return total


def seated(problem: Problem, slots: Mapping[str, int], until: float, seed: int, stop: Callable[[], bool]) -> Timetable:
    """Tables for all, exchanged within a slot as long as that saves somebody a change."""
    table = tables(problem, slots)
    rows: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in problem.meetings:
        if meeting.id in slots and meeting.at is None:
            rows[slots[meeting.id]].append(meeting)
    most = max(map(len, rows.values()), default=0)
    held = dict(table.held)
    draw = random.Random(seed)  # noqa: S311 - which slot is looked at next is no secret.
    cost = len(ways(problem, table))
    beside = _beside(problem, slots)
    lasting = True
    while lasting and cost and time.monotonic() < until and not stop():
        lasting = False
        for slot in draw.sample(sorted(rows), len(rows)):
            limit = problem.tables_of(slot)
            many = most if limit is None else limit
            for meeting in rows[slot]:
                saved = _better_table(problem, held, meeting, rows[slot], beside, many)
                lasting = lasting or saved > 0
    return Timetable(held)


def _beside(problem: Problem, slots: Mapping[str, int]) -> dict[str, list[str]]:
    """For each meeting the ones that its two sides have just before and just after it, at a table too."""
    mine: dict[str, list[tuple[int, Meeting]]] = defaultdict(list)
    for meeting in problem.meetings:
        if meeting.id in slots:
            for who in (meeting.a, meeting.b):
                mine[who].append((slots[meeting.id], meeting))
    found: dict[str, list[str]] = defaultdict(list)
    for agenda in mine.values():
        agenda.sort(key=lambda entry: entry[0])
        for (slot, one), (then, other) in pairwise(agenda):
            if one.at is None and other.at is None and not any(slot < pause <= then for pause in problem.breaks):
                found[one.id].append(other.id)
                found[other.id].append(one.id)
    return found


def _better_table(
    problem: Problem, held: dict[str, tuple[int, int | None]], meeting: Meeting, row: list[Meeting],
    beside: Mapping[str, list[str]], many: int,
) -> int:  # fmt: skip
    """Gives a meeting the table of one beside it if the one that sits there loses less than is won; tells what was won."""
    slot, mine = held[meeting.id]
    sits = {held[each.id][1]: each for each in row}

    def stays(one: Meeting, table: int | None) -> int:
        before = problem.previous.get(one.id)
        kept = 1000 if before is not None and before == (slot, table) else 0
        return kept + sum(held[other][1] == table for other in beside.get(one.id, ()))

    best, where = 0, None
    for table in sorted({held[other][1] or 0 for other in beside.get(meeting.id, ())} - {mine or 0, 0}):
        if table > many:
            continue
        won = stays(meeting, table) - stays(meeting, mine)
        if table in sits:
            won += stays(sits[table], mine) - stays(sits[table], table)
        if won > best:
            best, where = won, table
    if where is None:
        return 0
    if where in sits:
        held[sits[where].id] = (slot, mine)
    held[meeting.id] = (slot, where)
    return best
