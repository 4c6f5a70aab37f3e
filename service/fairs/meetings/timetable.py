"""What a timetable is worth: gaps, their difference, changes of place, walking. PURE, and counted without any solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from service.fairs.meetings.problem import Level, Meeting, Problem, Timetable

# From one hall to another, in decimetres: over the entrances.
ACROSS_HALLS = 300

Place = tuple[str, int | str]


def days(problem: Problem) -> tuple[tuple[int, int], ...]:
    """The stretches of slots without a long pause in them, as first and last slot."""
    firsts = [1, *sorted(slot for slot in problem.breaks if 1 < slot <= problem.slots)]
    return tuple((first, then - 1) for first, then in pairwise([*firsts, problem.slots + 1]))


def gaps_in(slots: Iterable[int], breaks: frozenset[int] = frozenset()) -> int:
    """How many maximal runs of idle slots lie between meetings in these slots; a run over a long pause does not count."""
    met = sorted(set(slots))
    return sum(then > slot + 1 and not any(slot < pause <= then for pause in breaks) for slot, then in pairwise(met))


def agendas(problem: Problem, timetable: Timetable) -> dict[str, list[tuple[int, Meeting]]]:
    """The meetings of each participant in the order of time, with their slots; who has none is in it too."""
    found: dict[str, list[tuple[int, Meeting]]] = {each.id: [] for each in problem.participants}
    for meeting in problem.meetings:
        if meeting.id in timetable.held:
            slot = timetable.held[meeting.id][0]
            for who in {meeting.a, meeting.b} & found.keys():
                found[who].append((slot, meeting))
    for agenda in found.values():
        agenda.sort(key=lambda entry: (entry[0], entry[1].id))
    return found


def gaps(problem: Problem, timetable: Timetable) -> dict[str, int]:
    """The number of gaps of each participant."""
    return {
        who: gaps_in((slot for slot, _meeting in agenda), problem.breaks)
        for who, agenda in agendas(problem, timetable).items()
    }  # fmt: skip


def difference(counts: Mapping[str, int]) -> int:
    """How many more gaps the one with the most has than the one with the fewest."""
    return max(counts.values(), default=0) - min(counts.values(), default=0)


def place(meeting: Meeting, table: int | None) -> Place | None:
    """Where a meeting is held; none while its table is not known."""
    if meeting.at is not None:
        return ("at", meeting.at)
    return None if table is None else ("table", table)


def ways(problem: Problem, timetable: Timetable) -> list[tuple[str, Place, Place]]:
    """Who goes from where to where between two meetings of a day; those who stay where they are do not go."""
    found = []
    for who, agenda in agendas(problem, timetable).items():
        for (slot, meeting), (then, other) in pairwise(agenda):
            if any(slot < pause <= then for pause in problem.breaks):
                continue
            here, there = place(meeting, timetable.held[meeting.id][1]), place(other, timetable.held[other.id][1])
            if here is not None and there is not None and here != there:
                found.append((who, here, there))
    return found


def distance(problem: Problem, here: Place, there: Place) -> int:
    """Decimetres to walk; 0 where nobody knows where one of them stands."""
    spots = {each.id: each.spot for each in problem.participants}
    one, other = (problem.tables_at if kind == "table" else spots.get(str(who)) for kind, who in (here, there))
    return apart(one, other)


def apart(one: tuple[str, int, int] | None, other: tuple[str, int, int] | None) -> int:
    """Decimetres between two spots: along the aisles in a hall, over the entrances between halls."""
    if one is None or other is None or one == other:
        return 0
    if one[0] != other[0]:
        return one[1] + one[2] + other[1] + other[2] + ACROSS_HALLS
    return abs(one[1] - other[1]) + abs(one[2] - other[2])


def moved(problem: Problem, timetable: Timetable) -> tuple[str, ...]:
    """Meetings of the previous timetable that are in another slot now, or not held any more."""
    return tuple(
        meeting.id for meeting in problem.meetings
        if meeting.id in problem.previous
        and timetable.held.get(meeting.id, (None,))[0] != problem.previous[meeting.id][0]
    )  # fmt: skip


def worth(problem: Problem, timetable: Timetable) -> dict[Level, int]:
    """The figures of all levels."""
    counts = gaps(problem, timetable)
    gone = ways(problem, timetable)
    return {
        Level.VALUE: sum(meeting.value for meeting in problem.meetings if meeting.id in timetable.held),
        Level.MOVED: len(moved(problem, timetable)),
        Level.GAPS: sum(counts.values()),
        Level.DIFFERENCE: difference(counts),
        Level.TABLES: len(gone),
        Level.WALKING: sum(distance(problem, here, there) for _who, here, there in gone),
    }


def loads(problem: Problem, timetable: Timetable) -> Counter[int]:
    """How many meetings need a table, slot by slot."""
    return Counter(
        timetable.held[meeting.id][0] for meeting in problem.meetings if meeting.id in timetable.held and meeting.at is None
    )


def tables(problem: Problem, slots: Mapping[str, int], *, keep: bool = True) -> Timetable:
    """Seats meetings whose slots are known: at a table each, so that few people change tables.

    Slot by slot, a meeting takes the table at which its two sides sat last, both before one, then any that is free; with
    `keep` a meeting that stayed in its slot keeps the table of the previous timetable before everything else.
    """
    held: dict[str, tuple[int, int | None]] = {}
    by_slot: dict[int, list[Meeting]] = {}
    for meeting in problem.meetings:
        if meeting.id in slots:
            by_slot.setdefault(slots[meeting.id], []).append(meeting)
            if meeting.at is not None:
                held[meeting.id] = (slots[meeting.id], None)
    last: dict[str, int] = {}
    # More tables than there are meetings are as good as none: only those at which somebody has sat are asked for by number.
    room = max([len(problem.meetings), *(table or 0 for _slot, table in problem.previous.values())])
    for slot in sorted(by_slot):
        if slot in problem.breaks:
            last.clear()
        wishes = {
            meeting.id: _wishes(problem, meeting, slot, last, keep=keep) for meeting in by_slot[slot] if meeting.at is None
        }
        seated = _seated(wishes, max(min(problem.tables_of(slot) or 0, room), len(wishes)), set(last.values()))
        for meeting in by_slot[slot]:
            for who in (meeting.a, meeting.b):
                last.pop(who, None)
                if meeting.at is None:
                    last[who] = seated[meeting.id]
        held |= {name: (slot, table) for name, table in seated.items()}
    return Timetable(held)


def _wishes(
    problem: Problem, meeting: Meeting, slot: int, last: Mapping[str, int], *, keep: bool
) -> list[tuple[int, int]]:  # fmt: skip
    """The tables that a meeting would like, each with its rank: 0 comes first."""
    before = problem.previous.get(meeting.id)
    found = []
    if keep and before is not None and before[0] == slot and before[1] is not None:
        found.append((0, before[1]))
    sat = [last[who] for who in (meeting.a, meeting.b) if who in last]
    rank = 1 if len(sat) == 2 and sat[0] == sat[1] else 2
    return found + [(rank, table) for table in sat]


def _seated(wishes: Mapping[str, list[tuple[int, int]]], many: int, sat_at: set[int]) -> dict[str, int]:
    """Each meeting at a table of its own: the strongest wishes first, the others where nobody wants to come back to."""
    free = set(range(1, many + 1))
    seated: dict[str, int] = {}
    for _rank, name, table in sorted((rank, name, table) for name, wished in wishes.items() for rank, table in wished):
        if name not in seated and table in free:
            seated[name] = table
            free.discard(table)
    rest = iter(sorted(free, key=lambda table: (table in sat_at, table)))
    return seated | {name: next(rest) for name in wishes if name not in seated}
