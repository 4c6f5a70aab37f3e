"""What follows for single meetings before anything is searched: slots in which one can never be held. PURE.

Names become positions and sets of slots become whole numbers whose bit `slot` is set, because a solver and a walk through a
hundred thousand changes both need them small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.fairs.meetings.problem import Problem


@dataclass(slots=True)
class Shape:
    """A problem by positions. `impossible`: some meeting that must be held has no slot left."""

    problem: Problem
    sides: list[tuple[int, int]]  # Who meets, by meeting.
    domains: list[int]  # Slots that are left, by meeting.
    required: list[bool]
    at_tables: list[bool]
    of: list[list[int]]  # The meetings of each participant.
    before: list[tuple[int, int]]
    impossible: bool = False
    # Meetings that come later, and earlier, than one by the rules of precedence.
    later: list[list[int]] = field(default_factory=list)
    earlier: list[list[int]] = field(default_factory=list)

    @property
    def slots(self) -> int:
        """How many there are, counted from 1."""
        return self.problem.slots


def bits(mask: int) -> Iterator[int]:
    """The slots of a set, the first one first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(slots: frozenset[int] | set[int]) -> int:
    """A set of slots as one number."""
    return sum(1 << slot for slot in slots)


def shaped(problem: Problem) -> Shape:
    """The problem by positions, as it was asked and before anything is concluded."""
    places = {each.id: at for at, each in enumerate(problem.participants)}
    everywhere = (1 << problem.slots + 1) - 2
    free = [everywhere & ~mask_of({slot for slot in each.unavailable if 0 < slot <= problem.slots})
            for each in problem.participants]  # fmt: skip
    bare = mask_of({slot for slot in range(1, problem.slots + 1) if problem.tables_of(slot) == 0})
    sides = [(places[meeting.a], places[meeting.b]) for meeting in problem.meetings]
    domains = []
    for meeting, (a, b) in zip(problem.meetings, sides, strict=True):
        domain = free[a] & free[b]
        if meeting.slots is not None:
            domain &= mask_of({slot for slot in meeting.slots if 0 < slot <= problem.slots})
        if meeting.fixed is not None:
            domain &= 1 << meeting.fixed if 0 < meeting.fixed <= problem.slots else 0
        if meeting.at is None:
            domain &= ~bare
        domains.append(0 if a == b else domain)
    of: list[list[int]] = [[] for _each in problem.participants]
    for at, (a, b) in enumerate(sides):
        of[a].append(at)
        if b != a:
            of[b].append(at)
    names = {meeting.id: at for at, meeting in enumerate(problem.meetings)}
    # A pair that is written twice is still one.
    before = sorted({(names[first], names[then]) for first, then in problem.before if first in names and then in names})
    later: list[list[int]] = [[] for _meeting in problem.meetings]
    earlier: list[list[int]] = [[] for _meeting in problem.meetings]
    for one, other in before:
        later[one].append(other)
        earlier[other].append(one)
    return Shape(
        problem, sides, domains, [meeting.required for meeting in problem.meetings],
        [meeting.at is None for meeting in problem.meetings], of, before, later=later, earlier=earlier,
    )  # fmt: skip


def narrowed(problem: Problem) -> Shape:
    """The same without the slots in which a meeting can never be held; stops where nothing is left for one that must be."""
    shape = shaped(problem)
    changed = True
    while changed and not shape.impossible:
        before = list(shape.domains)
        _in_order(shape)
        for meetings in shape.of:
            if not _all_different(shape, [meeting for meeting in meetings if shape.required[meeting]]):
                shape.impossible = True
            _others(shape, meetings)
        if any(not domain for domain, required in zip(shape.domains, shape.required, strict=True) if required):
            shape.impossible = True
        changed = before != shape.domains
    return shape


def _in_order(shape: Shape) -> None:
    """Whoever has several meetings that must all come before one needs as many slots before it; and the same after it."""
    for meeting, domain in enumerate(shape.domains):
        if not domain or not shape.required[meeting]:
            continue
        first = _earliest(shape, [each for each in shape.earlier[meeting] if shape.required[each]])
        last = _latest(shape, [each for each in shape.later[meeting] if shape.required[each]])
        shape.domains[meeting] = domain & ~((2 << first) - 1) & ((1 << last) - 1)


def _earliest(shape: Shape, meetings: list[int]) -> int:
    """The slot before which these meetings cannot all have been held."""
    found = max((_first(shape.domains[meeting]) for meeting in meetings), default=0)
    for group in _by_person(shape, meetings):
        room = 0
        for meeting in group:
            room |= shape.domains[meeting]
        slots = list(bits(room))
        found = max(found, slots[len(group) - 1] if len(group) <= len(slots) else shape.slots)
    return found


def _latest(shape: Shape, meetings: list[int]) -> int:
    found = min((shape.domains[meeting].bit_length() - 1 for meeting in meetings), default=shape.slots + 1)
    for group in _by_person(shape, meetings):
        room = 0
        for meeting in group:
            room |= shape.domains[meeting]
        slots = list(bits(room))
        found = min(found, slots[-len(group)] if len(group) <= len(slots) else 0)
    return max(found, 0)


def _first(domain: int) -> int:
    return (domain & -domain).bit_length() - 1 if domain else 0


def _by_person(shape: Shape, meetings: list[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for meeting in meetings:
        for who in shape.sides[meeting]:
            groups.setdefault(who, []).append(meeting)
    return [group for group in groups.values() if len(group) > 1]


def _others(shape: Shape, meetings: list[int]) -> None:
    """A slot that a meeting must have is nobody else's."""
    for meeting in meetings:
        domain = shape.domains[meeting]
        if shape.required[meeting] and domain and not domain & (domain - 1):
            for other in meetings:
                if other != meeting:
                    shape.domains[other] &= ~domain


def _all_different(shape: Shape, meetings: list[int]) -> bool:
    """Keeps the slots of one person's meetings that occur in some assignment of different slots to all of them.

    One such assignment is found by augmenting paths. A meeting can move to another slot if that is free or if whoever is there
    can be moved on, in the end to a free slot or to the one that became free.
    """
    domains = shape.domains
    holder: dict[int, int] = {}
    for meeting in meetings:
        if not _place(domains, holder, meeting, set()):
            return False
    slot_of = {meeting: slot for slot, meeting in holder.items()}
    room = 0
    for meeting in meetings:
        room |= domains[meeting]
    free = room & ~mask_of(set(holder))
    reach = {slot: domains[meeting] | 1 << slot for slot, meeting in holder.items()}
    for middle in holder:
        by = 1 << middle
        for slot, mask in reach.items():
            if mask & by:
                reach[slot] = mask | reach[middle]
    for meeting in meetings:
        slot = slot_of[meeting]
        for other in bits(domains[meeting] & ~free):
            if not reach[other] & (free | 1 << slot):
                domains[meeting] &= ~(1 << other)
    return True


def _place(domains: list[int], holder: dict[int, int], meeting: int, seen: set[int]) -> bool:
    for slot in bits(domains[meeting]):
        if slot in seen:
            continue
        seen.add(slot)
        if slot not in holder or _place(domains, holder, holder[slot], seen):
            holder[slot] = meeting
            return True
    return False
