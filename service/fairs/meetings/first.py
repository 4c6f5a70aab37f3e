"""A first timetable in next to no time: meetings are put in one by one, and whoever is in the way goes back to the queue. PURE.

It proves nothing and may find nothing where there is something; then the search is asked, which tells the two apart.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable

from service.fairs.meetings.narrowing import Shape, bits

LOOK_UP = 64
# Who was sent away so often is in the way less gladly.
GRUDGE = 0.5


class Queue:
    """A timetable that grows."""

    def __init__(self, shape: Shape, seed: int) -> None:
        self.shape = shape
        self.draw = random.Random(seed)  # noqa: S311 - which of equal slots is taken is no secret.
        self.slot_of: dict[int, int] = {}
        self.at: dict[tuple[int, int], int] = {}
        self.seated: dict[int, set[int]] = defaultdict(set)
        self.sent_away: dict[int, int] = defaultdict(int)
        self.tables = [shape.problem.tables_of(slot) for slot in range(shape.slots + 1)]
        self.caps = [each.caps for each in shape.problem.participants]

    def in_the_way(self, meeting: int, slot: int) -> set[int]:
        """The meetings that would have to leave for this one to be held in a slot."""
        found = {self.at[who, slot] for who in self.shape.sides[meeting] if (who, slot) in self.at}
        found |= {other for other in self.shape.earlier[meeting] if self.slot_of.get(other, 0) >= slot}
        found |= {other for other in self.shape.later[meeting] if self.slot_of.get(other, slot + 1) <= slot}
        for who in self.shape.sides[meeting]:
            for slots, cap in self.caps[who]:
                if slot in slots:
                    mine = [self.at[who, each] for each in sorted(slots) if (who, each) in self.at]
                    rest = [other for other in mine if other not in found]
                    found |= set(rest[: max(0, len(rest) - cap + 1)])
        tables = self.tables[slot]
        if tables is not None and self.shape.at_tables[meeting]:
            sitting = self.seated[slot]
            if len(sitting) - len(sitting & found) >= tables:
                rest = sorted(sitting - found, key=lambda other: (self.sent_away[other], self.draw.random()))
                found |= set(rest[: len(sitting) - len(sitting & found) - tables + 1])
        return found

    def put(self, meeting: int, slot: int) -> None:
        """Hold a meeting in a slot where nobody is in the way."""
        self.slot_of[meeting] = slot
        for who in self.shape.sides[meeting]:
            self.at[who, slot] = meeting
        if self.shape.at_tables[meeting]:
            self.seated[slot].add(meeting)

    def take(self, meeting: int) -> None:
        """Take a meeting out again."""
        slot = self.slot_of.pop(meeting)
        for who in self.shape.sides[meeting]:
            del self.at[who, slot]
        self.seated[slot].discard(meeting)


def first(shape: Shape, until: float, seed: int, stop: Callable[[], bool]) -> dict[int, int] | None:
    """Slots for all meetings that must be held, and for wished ones as far as nothing is in their way; none in that time."""
    queue = Queue(shape, seed)
    for at, wish in enumerate(shape.problem.meetings):
        before = shape.problem.previous.get(wish.id)
        if before is not None and shape.domains[at] >> before[0] & 1 and not queue.in_the_way(at, before[0]):
            queue.put(at, before[0])
    waiting = [meeting for meeting, required in enumerate(shape.required) if required and meeting not in queue.slot_of]
    room = [domain.bit_count() for domain in shape.domains]
    waiting.sort(key=lambda meeting: (-room[meeting], sum(len(shape.of[who]) for who in shape.sides[meeting])))
    turn = 0
    while waiting:
        turn += 1
        if turn % LOOK_UP == 0 and (time.monotonic() > until or stop()):
            return None
        meeting = waiting.pop()
        slot, leaving = _best(queue, meeting)
        for other in leaving:
            queue.take(other)
            queue.sent_away[other] += 1
            if shape.required[other]:
                waiting.insert(queue.draw.randrange(len(waiting) + 1), other)
        queue.put(meeting, slot)
    _wished(queue)
    return queue.slot_of


def _best(queue: Queue, meeting: int) -> tuple[int, set[int]]:
    """The slot in which the fewest are in the way, those that were sent away often counting more."""
    best: tuple[float, int, set[int]] | None = None
    for slot in bits(queue.shape.domains[meeting]):
        leaving = queue.in_the_way(meeting, slot)
        cost = sum(
            1 + GRUDGE * queue.sent_away[other] if queue.shape.required[other] else 0.1 for other in leaving
        ) + 0.5 * queue.draw.random()  # fmt: skip
        if best is None or cost < best[0]:
            best = (cost, slot, leaving)
    if best is None:
        raise AssertionError("a meeting that must be held has no slot left")
    return best[1], best[2]


def _wished(queue: Queue) -> None:
    """The most valued first, wherever nobody is in the way and nobody gets more than it wants."""
    shape = queue.shape
    many = [sum(meeting in queue.slot_of for meeting in meetings) for meetings in shape.of]
    most = [each.most for each in shape.problem.participants]
    wished = [at for at, required in enumerate(shape.required) if not required and at not in queue.slot_of]
    for meeting in sorted(wished, key=lambda at: -shape.problem.meetings[at].value):
        for slot in bits(shape.domains[meeting]):
            if any(limit is not None and many[who] >= limit for who, limit in enumerate(most) if who in shape.sides[meeting]):
                break
            if not queue.in_the_way(meeting, slot):
                queue.put(meeting, slot)
                for who in shape.sides[meeting]:
                    many[who] += 1
                break
