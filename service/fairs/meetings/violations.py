"""The judge of timetables: which rules one breaks. Written without a solver, and apart from what the solver counts.

A timetable of the machine and one set by hand come before the same judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from service.fairs.meetings.problem import Meeting, Participant, Problem, Rule, Timetable, Violation


def violations(problem: Problem, timetable: Timetable) -> tuple[Violation, ...]:
    """Every rule that the timetable breaks; none: it may stand."""
    return tuple(_all(problem, timetable))


def _all(problem: Problem, timetable: Timetable) -> Iterator[Violation]:
    meetings, people = problem.by_id, problem.people
    slot_of = {name: slot for name, (slot, _table) in timetable.held.items() if name in meetings}
    for name in timetable.held:
        if name not in meetings:
            yield Violation(Rule.UNKNOWN, name)
    for meeting in problem.meetings:
        slot = slot_of.get(meeting.id)
        if slot is None:
            if meeting.required:
                yield Violation(Rule.MISSING, meeting.id)
            continue
        yield from _of_meeting(problem, people, meeting, slot)
    for first, second in problem.before:
        if first in slot_of and second in slot_of and slot_of[first] >= slot_of[second]:
            yield Violation(Rule.BEFORE, first, second, slot=slot_of[first])
    yield from _of_people(problem, slot_of)
    yield from _of_tables(problem, timetable, meetings)
    yield from _of_gaps(problem, slot_of)


def _of_meeting(problem: Problem, people: dict[str, Participant], meeting: Meeting, slot: int) -> Iterator[Violation]:
    if not 1 <= slot <= problem.slots or (meeting.slots is not None and slot not in meeting.slots):
        yield Violation(Rule.SLOT, meeting.id, slot=slot)
    if meeting.fixed is not None and slot != meeting.fixed:
        yield Violation(Rule.FIXED, meeting.id, slot=slot)
    sides = [people[who] for who in (meeting.a, meeting.b) if who in people]
    for each in sides:
        if slot in each.unavailable:
            yield Violation(Rule.UNAVAILABLE, meeting.id, participant=each.id, slot=slot)
    for who in sorted({meeting.a, meeting.b} - people.keys()):
        yield Violation(Rule.UNKNOWN, meeting.id, participant=who)


def _of_people(problem: Problem, slot_of: dict[str, int]) -> Iterator[Violation]:
    """Nobody is in two places, and nobody has more meetings than it wants."""
    taken: dict[tuple[str, int], str] = {}
    many: dict[str, int] = defaultdict(int)
    for meeting in problem.meetings:
        if meeting.id not in slot_of:
            continue
        slot = slot_of[meeting.id]
        for who in (meeting.a, meeting.b):
            many[who] += 1
            if (who, slot) in taken:
                yield Violation(Rule.BUSY, meeting.id, taken[who, slot], who, slot)
            taken[who, slot] = meeting.id
    for each in problem.participants:
        if each.most is not None and many[each.id] > each.most:
            yield Violation(Rule.MOST, participant=each.id)
        for slots, most in each.caps:
            if sum((each.id, slot) in taken for slot in slots) > most:
                yield Violation(Rule.MOST, participant=each.id, slot=min(slots, default=None))


def _of_tables(problem: Problem, timetable: Timetable, meetings: dict[str, Meeting]) -> Iterator[Violation]:
    """No more meetings than tables, none at a table that is not there, and no two at one."""
    if problem.tables is None and not problem.tables_in and all(table is None for _slot, table in timetable.held.values()):
        return
    need: dict[int, int] = defaultdict(int)
    taken: dict[tuple[int, int], str] = {}
    for name, (slot, table) in timetable.held.items():
        if name not in meetings or meetings[name].at is not None:
            continue
        need[slot] += 1
        if table is None:
            continue
        most = problem.tables_in.get(slot, problem.tables)
        if table < 1 or (most is not None and table > most):
            yield Violation(Rule.TABLES, name, slot=slot)
        elif (slot, table) in taken:
            yield Violation(Rule.TABLES, name, taken[slot, table], slot=slot)
        taken[slot, table] = name
    for slot in sorted(need):
        most = problem.tables_in.get(slot, problem.tables)
        if most is not None and need[slot] > most:
            yield Violation(Rule.TABLES, slot=slot)


def _of_gaps(problem: Problem, slot_of: dict[str, int]) -> Iterator[Violation]:
    """Counted by walking through the slots one by one: idle after a meeting, and busy again before the day is over."""
    if problem.max_gap_difference is None or not problem.participants:
        return
    met: dict[str, set[int]] = {each.id: set() for each in problem.participants}
    for meeting in problem.meetings:
        if meeting.id in slot_of:
            for who in (meeting.a, meeting.b):
                met.setdefault(who, set()).add(slot_of[meeting.id])
    counts: dict[str, int] = {}
    for each in problem.participants:
        found, begun, idle = 0, False, False
        for slot in range(1, problem.slots + 1):
            if slot in problem.breaks:
                begun = idle = False
            if slot not in met[each.id]:
                idle = begun
                continue
            found += idle
            begun, idle = True, False
        counts[each.id] = found
    worst, least = max(counts, key=lambda who: counts[who]), min(counts, key=lambda who: counts[who])
    if counts[worst] - counts[least] > problem.max_gap_difference:
        yield Violation(Rule.GAP_DIFFERENCE, participant=worst, other=least)
