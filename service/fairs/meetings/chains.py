"""Improves a timetable by chains: a meeting goes to another slot, whoever is there makes room, and so on. PURE.

The meetings of two slots form paths and rings, because nobody has two in one slot. Where all meetings of one such chain change
their slot, nobody is in two places afterwards either, and only the people at the two ends of a path are busy at other times
than before: what a change costs is counted at these two. Better and sometimes worse changes are taken, worse ones more and
more seldom (simulated annealing), and the best timetable on the way is kept.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from math import exp

from service.fairs.meetings.narrowing import Shape, bits, mask_of
from service.fairs.meetings.timetable import gaps_in

WARM, COLD = 0.4, 0.08
ROUND = 40_000  # Proposals from warm to cold; each round is followed by one twice as long.
LONGEST = 4_000_000
LOOK_UP = 256  # Proposals between two looks at the clock.
# An idle slot in a gap weighs so much of a gap: a long one has to become short before it can go.
LONG = 0.03
# A gap too many for the difference that is allowed, and a meeting too many for the tables, weigh so many gaps.
TOO_MANY, NO_TABLE = 2.0, 1.5
BESIDE = 0.5  # Of the proposals bring a meeting next to another one of the same participant.


class Chains:
    """A timetable that is being improved. `most` caps the gaps of each participant, `moved` what may leave its old slot."""

    def __init__(
        self, shape: Shape, slots: Mapping[int, int], *, most: int | None = None, moved: int | None = None, seed: int = 1
    ) -> None:  # fmt: skip
        self.shape, self.most, self.moved_at_most = shape, most, moved
        self.draw = random.Random(seed)  # noqa: S311 - which timetable is tried next is no secret.
        self.breaks = shape.problem.breaks
        self.limited = shape.problem.tables is not None or bool(shape.problem.tables_in)
        tables = [shape.problem.tables_of(slot) for slot in range(shape.slots + 1)]
        self.tables = [len(shape.sides) if most is None else most for most in tables]
        self.known: dict[int, int] = {}
        self.costs: dict[int, float] = {}
        self.beside: dict[int, tuple[int, ...]] = {}
        self.caps = [[(mask_of(slots), cap) for slots, cap in each.caps] for each in shape.problem.participants]
        self.held = sorted(slots)
        self.tied = {meeting for pair in shape.before for meeting in pair}
        self.kept = {
            at: shape.problem.previous[meeting.id][0] for at, meeting in enumerate(shape.problem.meetings)
            if meeting.id in shape.problem.previous
        }  # fmt: skip
        self.step, self.length = 0, ROUND
        self.put(slots)
        self.best: dict[int, int] | None = None
        self.best_gaps = len(self.held) * 2
        self._note()

    def put(self, slots: Mapping[int, int]) -> None:
        """Start from this timetable."""
        people, slot_count = len(self.shape.of), self.shape.slots
        self.slot_of = dict(slots)
        self.at = [[-1] * (slot_count + 1) for _person in range(people)]
        self.busy = [0] * people
        self.load = [0] * (slot_count + 1)
        for meeting, slot in slots.items():
            self.load[slot] += self.shape.at_tables[meeting]
            for who in self.shape.sides[meeting]:
                self.at[who][slot] = meeting
                self.busy[who] |= 1 << slot
        self.gaps = sum(self.gaps_of(mask) for mask in self.busy)
        self.over = sum(max(0, load - most) for load, most in zip(self.load, self.tables, strict=True)) if self.limited else 0
        self.excess = 0 if self.most is None else sum(max(0, self.gaps_of(mask) - self.most) for mask in self.busy)
        self.moved = sum(slots.get(meeting) != slot for meeting, slot in self.kept.items())

    def _note(self) -> bool:
        """Keeps the timetable if it breaks nothing and is the best so far."""
        if self.over or self.excess or self.gaps >= self.best_gaps:
            return False
        self.best, self.best_gaps = dict(self.slot_of), self.gaps
        return True

    def gaps_of(self, mask: int) -> int:
        """How many gaps somebody has who is busy in these slots."""
        found = self.known.get(mask)
        if found is None:
            found = self.known[mask] = gaps_in(bits(mask), self.breaks)
        return found

    def cost_of(self, mask: int) -> float:
        """What somebody who is busy in these slots costs: its gaps, long ones a little more, those over the cap far more."""
        count = self.gaps_of(mask)
        idle = mask.bit_length() - (mask & -mask).bit_length() + 1 - mask.bit_count() if count else 0
        over = 0 if self.most is None else max(0, count - self.most)
        found = self.costs[mask] = count + LONG * idle + TOO_MANY * over
        return found

    def mask(self, who: int, slots: Mapping[int, int]) -> int:
        """When somebody is busy in a timetable."""
        return sum(1 << slots[meeting] for meeting in self.shape.of[who] if meeting in slots)

    def improve(
        self, until: float, *, goal: int = 0, stop: Callable[[], bool] | None = None, told: Callable[[], None] | None = None
    ) -> bool:
        """Goes on until the time is up or there are no more gaps in all than `goal`; tells whether it came there.

        What is cut short goes on where it stood when it is called again. A round that would not be over in time is shorter.
        """
        began, taken = time.monotonic(), 0
        while self.best_gaps > goal:
            if self.step == 0 and taken:
                left = int(taken / max(1e-6, time.monotonic() - began) * max(0.0, until - time.monotonic()))
                self.length = max(LOOK_UP, left) if left < 1.6 * self.length else self.length
            if time.monotonic() >= until or (stop is not None and stop()):
                return False
            many = min(LOOK_UP, self.length - self.step)
            for step in range(self.step, self.step + many):
                if self._step(WARM * (COLD / WARM) ** (step / self.length)) and self._note():
                    if told is not None:
                        told()
                    if self.best_gaps <= goal:
                        return True
            taken += many
            self.step += many
            if self.step >= self.length:
                self.step, self.length = 0, min(self.length * 2, LONGEST)
        return True

    def _step(self, warmth: float) -> bool:
        """Proposes one chain and takes it or not; tells whether it was taken."""
        draw = self.draw.random
        meeting = self.held[int(draw() * len(self.held))]
        here = self.slot_of[meeting]
        there = self._beside(meeting, here) if draw() < BESIDE else 1 + int(draw() * self.shape.slots)
        if there == here or not self.shape.domains[meeting] >> there & 1:
            return False
        chain = self._chain(meeting, here, there)
        if chain is None:
            return False
        moving, ends, more = chain
        flip = 1 << here | 1 << there
        costs, busy = self.costs, self.busy
        cost = NO_TABLE * self._over(here, there, more) if more else 0.0
        for who in ends:
            mask = busy[who]
            now, then = costs.get(mask), costs.get(mask ^ flip)
            cost += (self.cost_of(mask ^ flip) if then is None else then) - (self.cost_of(mask) if now is None else now)
        if cost > 0 and draw() >= exp(-cost / warmth):
            return False
        if self.tied and not self._in_order(moving, here, there):
            return False
        moved = 0
        if self.moved_at_most is not None:
            moved = self._moved(moving, here, there)
            if moved > 0 and self.moved + moved > self.moved_at_most:
                return False
        self.moved += moved
        self.over += self._over(here, there, more)
        self._take(moving, ends, here, there, more)
        return True

    def _beside(self, meeting: int, here: int) -> int:
        """A slot next to another meeting of one of the two sides: there a row of meetings grows, or a gap closes."""
        draw = self.draw.random
        others = self.busy[self.shape.sides[meeting][draw() < 0.5]] & ~(1 << here)
        near = (others << 1 | others >> 1) & ~others & self.shape.domains[meeting]
        slots = self.beside.get(near)
        if slots is None:
            slots = self.beside[near] = tuple(bits(near))
        return slots[int(draw() * len(slots))] if slots else here

    def _chain(self, meeting: int, here: int, there: int) -> tuple[list[int], list[int], int] | None:
        """The meetings that have to change between two slots with this one, who is at the ends, and how many more get there.

        None: one of them cannot, or somebody would have too many in a session.
        """
        sides, at, domains, tables = self.shape.sides, self.at, self.shape.domains, self.shape.at_tables
        moving, ends = [meeting], []
        more = 1 if tables[meeting] else 0
        for who in sides[meeting]:
            one, here_or_there = who, there
            while True:
                following = at[one][here_or_there]
                if following < 0:
                    ends.append(one)
                    break
                if following == meeting:
                    return moving, ends, more  # A ring: the other side has been walked already.
                back = here if here_or_there == there else there
                if not domains[following] >> back & 1:
                    return None
                moving.append(following)
                if tables[following]:
                    more += 1 if back == there else -1
                a, b = sides[following]
                one, here_or_there = (b if a == one else a), back
        flip = 1 << here | 1 << there
        for one in ends:
            busy = self.busy[one] ^ flip
            if any((busy & slots).bit_count() > cap for slots, cap in self.caps[one]):
                return None
        return moving, ends, more

    def _over(self, here: int, there: int, more: int) -> int:
        """How many more meetings have no table."""
        if not self.limited or not more:
            return 0
        one, other = self.load[here] - self.tables[here], self.load[there] - self.tables[there]
        return max(0, one - more) + max(0, other + more) - max(0, one) - max(0, other)

    def _in_order(self, moving: list[int], here: int, there: int) -> bool:
        """Whether what must be earlier still is."""
        tied = [meeting for meeting in moving if meeting in self.tied]
        if not tied:
            return True
        new = {meeting: there if self.slot_of[meeting] == here else here for meeting in moving}
        slot_of, shape = self.slot_of, self.shape
        for meeting in tied:
            slot = new[meeting]
            for other in shape.later[meeting]:
                if other in slot_of and new.get(other, slot_of[other]) <= slot:
                    return False
            for other in shape.earlier[meeting]:
                if other in slot_of and new.get(other, slot_of[other]) >= slot:
                    return False
        return True

    def _moved(self, moving: list[int], here: int, there: int) -> int:
        """How many more meetings are not where they were."""
        found = 0
        for meeting in moving:
            old = self.kept.get(meeting)
            if old in {here, there}:
                found += 1 if self.slot_of[meeting] == old else -1
        return found

    def _take(self, moving: list[int], ends: list[int], here: int, there: int, more: int) -> None:
        slot_of, at, sides = self.slot_of, self.at, self.shape.sides
        for meeting in moving:
            slot = slot_of[meeting]
            for who in sides[meeting]:
                if at[who][slot] == meeting:
                    at[who][slot] = -1
        for meeting in moving:
            slot = slot_of[meeting] = there if slot_of[meeting] == here else here
            for who in sides[meeting]:
                at[who][slot] = meeting
        flip = 1 << here | 1 << there
        for who in ends:
            old, new = self.gaps_of(self.busy[who]), self.gaps_of(self.busy[who] ^ flip)
            self.gaps += new - old
            if self.most is not None:
                self.excess += max(0, new - self.most) - max(0, old - self.most)
            self.busy[who] ^= flip
        self.load[here] -= more
        self.load[there] += more
