"""Meetings as Booleans for CP-SAT. Beside the search itself the only file that knows the solver library.

`x[m][t]`: meeting m in slot t, only where both sides can. `busy[p][t]`: exactly one of the meetings of p in t, or idle. A gap
of p ends in t (one of `gap[p]`) where p is busy in t, idle in t - 1 and was busy on that day before: all of them are terms that
are never negative, so nothing is the first bound and a core-guided search counts upwards from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from service.fairs.meetings.narrowing import Shape, bits
from service.fairs.meetings.problem import Problem
from service.fairs.meetings.timetable import days

Literal = Any  # A variable, its negation or 0 or 1: the library has no name for all of them.


@dataclass(slots=True)
class Model:
    """The variables of one problem, with the means to read a timetable out of a solution and to hint one."""

    shape: Shape
    cp: Any
    x: list[dict[int, Literal]]
    busy: list[dict[int, Literal]] = field(default_factory=list)
    gap: list[list[Literal]] = field(default_factory=list)

    def slots(self, read: Any) -> dict[int, int]:
        """Meeting -> slot, of what is held; `read` tells the value of a variable."""
        return {meeting: slot for meeting, row in enumerate(self.x) for slot, literal in row.items() if read(literal)}

    def hint(self, slots: Mapping[int, int]) -> None:
        """Tell the search of a timetable. Only complete ones are of use to it, so idle slots and gaps are told too."""
        self.cp.clear_hints()
        for meeting, row in enumerate(self.x):
            for slot, literal in row.items():
                self._say(literal, slots.get(meeting) == slot)
        for who, row in enumerate(self.busy):
            met = {slots[meeting] for meeting in self.shape.of[who] if meeting in slots}
            for slot, literal in row.items():
                self._say(literal, slot in met)

    def _say(self, literal: Literal, value: bool) -> None:
        if not isinstance(literal, int):
            self.cp.add_hint(literal, value)


def build(shape: Shape, *, gaps: bool = True) -> Model:
    """All rules but the difference of gaps; without `gaps` there are no variables for them."""
    cp: Any = cp_model.CpModel()
    x: list[dict[int, Literal]] = []
    for meeting, domain in enumerate(shape.domains):
        row: dict[int, Literal] = {slot: cp.new_bool_var("") for slot in bits(domain)}
        if shape.required[meeting]:
            cp.add_exactly_one(row.values())
        elif row:
            cp.add_at_most_one(row.values())
        x.append(row)
    model = Model(shape, cp, x)
    _people(model)
    _tables(model)
    _order(model)
    if gaps:
        _gaps(model)
    return model


def _people(model: Model) -> None:
    """Nobody is in two places, and nobody has more meetings than it wants."""
    shape, cp = model.shape, model.cp
    for who, meetings in enumerate(shape.of):
        row: dict[int, Literal] = {}
        for slot in range(1, shape.slots + 1):
            here = [model.x[meeting][slot] for meeting in meetings if slot in model.x[meeting]]
            if here:
                idle = cp.new_bool_var("")
                cp.add_exactly_one([*here, idle])
                row[slot] = ~idle
        model.busy.append(row)
        most = shape.problem.participants[who].most
        if all(shape.required[meeting] for meeting in meetings):
            cp.add(sum(row.values()) == len(meetings))
        if most is not None and most < len(meetings):
            cp.add(sum(row.values()) <= most)
        for slots, cap in shape.problem.participants[who].caps:
            here = [literal for slot, literal in row.items() if slot in slots]
            if len(here) > cap:
                cp.add(sum(here) <= cap)


def _tables(model: Model) -> None:
    """No more meetings than tables; and what follows from that for how many people are busy at once."""
    shape, cp = model.shape, model.cp
    whole = all(shape.required)
    loads = []
    for slot in range(1, shape.slots + 1):
        here = [meeting for meeting, row in enumerate(model.x) if slot in row]
        most = min(len(here), len({who for meeting in here for who in shape.sides[meeting]}) // 2)
        seated = [model.x[meeting][slot] for meeting in here if shape.at_tables[meeting]]
        tables = shape.problem.tables_of(slot)
        if tables is not None and all(shape.at_tables[meeting] for meeting in here):
            most = min(most, tables)
        elif tables is not None and tables < len(seated):
            cp.add(sum(seated) <= tables)
        load = cp.new_int_var(0, most, "")
        cp.add(sum(model.x[meeting][slot] for meeting in here) == load)
        cp.add(sum(row[slot] for row in model.busy if slot in row) == 2 * load)
        loads.append(load)
    if whole:
        cp.add(sum(loads) == len(model.x))


def _order(model: Model) -> None:
    """A meeting in a slot has the one before it in an earlier slot, and the one after it in a later one.

    Where one of the two need not be held the pair is only forbidden to stand the wrong way round.
    """
    shape, cp = model.shape, model.cp
    for first, then in shape.before:
        one, other = model.x[first], model.x[then]
        for slot, literal in other.items():
            early = [each for at, each in one.items() if at < slot]
            if shape.required[first]:
                cp.add_bool_or([~literal, *early])
            else:
                late = [each for at, each in one.items() if at >= slot]
                for each in late:
                    cp.add_bool_or([~literal, ~each])
        if shape.required[first] and shape.required[then]:
            for slot, literal in one.items():
                cp.add_bool_or([~literal, *(each for at, each in other.items() if at > slot)])


def _gaps(model: Model) -> None:
    for who, row in enumerate(model.busy):
        model.gap.append(gap_ends(model.cp, model.shape.problem, row) if len(model.shape.of[who]) > 1 else [])


def gap_ends(cp: Any, problem: Problem, row: Mapping[int, Literal]) -> list[Literal]:
    """For somebody who can be busy in these slots: Booleans of which as many are true as there are gaps."""
    found: list[Literal] = []
    for first, last in days(problem):
        slots = [slot for slot in range(first, last + 1) if slot in row]
        begun: Literal = None  # Whether there was a meeting before the slot before this one.
        for slot in range(slots[0] + 2 if slots else last + 1, last + 1):
            if slot - 2 in row:
                begun = _either(cp, begun, row[slot - 2])
            if slot not in row:
                continue
            ends = cp.new_bool_var("")
            idle = [row[slot - 1]] if slot - 1 in row else []
            cp.add_bool_or([~row[slot], *idle, ~begun, ends])
            cp.add_implication(ends, row[slot])
            cp.add_implication(ends, begun)
            for each in idle:
                cp.add_implication(ends, ~each)
            found.append(ends)
    return found


def _either(cp: Any, one: Literal, other: Literal) -> Literal:
    if one is None:
        return other
    both = cp.new_bool_var("")
    cp.add_implication(one, both)
    cp.add_implication(other, both)
    cp.add_bool_or([one, other, ~both])
    return both


def cap(model: Model, most: int) -> None:
    """Nobody has more gaps than this."""
    for found in model.gap:
        if len(found) > most:
            model.cp.add(sum(found) <= most)


def share(model: Model, difference: int, *, least: int) -> None:
    """Nobody has more gaps than somebody else by more than this, and everybody has so many at least."""
    fewest = model.cp.new_int_var(least, max(1, model.shape.slots), "")
    for found in model.gap:
        model.cp.add(sum(found) >= fewest)
        model.cp.add(sum(found) <= fewest + difference)


def value(model: Model) -> Any:
    """What the meetings that are held are worth together."""
    return sum(
        meeting.value * literal
        for meeting, row in zip(model.shape.problem.meetings, model.x, strict=True)
        for literal in row.values()
    )  # fmt: skip


def moved(model: Model) -> Any:
    """How many meetings of the previous timetable leave their slot."""
    previous = model.shape.problem.previous
    stay, many = [], 0
    for meeting, row in zip(model.shape.problem.meetings, model.x, strict=True):
        if meeting.id in previous:
            many += 1
            if previous[meeting.id][0] in row:
                stay.append(row[previous[meeting.id][0]])
    return many - sum(stay)


def gaps(model: Model) -> Any:
    """All gaps together."""
    return sum(literal for found in model.gap for literal in found)
