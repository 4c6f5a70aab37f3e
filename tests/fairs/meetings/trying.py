"""Small problems of meetings, and the best timetable by trying everything: written apart from the solver and the judge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from hypothesis import strategies as st

from service.fairs.meetings.problem import Level, Meeting, Participant, Problem


@st.composite
def problems(draw: st.DrawFn, *, optional: bool = False) -> Problem:
    """Up to five people, five slots and five meetings, with every kind of rule here and there."""
    slots = draw(st.integers(2, 5 if not optional else 4))
    people = draw(st.integers(2, 5))
    some = st.frozensets(st.integers(1, slots), max_size=2)
    participants = tuple(
        Participant(f"p{at}", draw(st.one_of(st.just(frozenset[int]()), some)),
                    most=draw(st.sampled_from([None, None, 1, 2])) if optional else None)
        for at in range(people)
    )  # fmt: skip
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(people), 2))), min_size=1, max_size=5, unique=True))
    meetings = tuple(
        Meeting(
            f"m{at}", f"p{a}", f"p{b}",
            slots=draw(st.one_of(st.none(), st.none(), st.frozensets(st.integers(1, slots), min_size=1))),
            fixed=draw(st.sampled_from([None] * 6 + [1, 2])),
            value=draw(st.integers(1, 3)) if optional else 1,
            required=not optional or draw(st.booleans()),
        )
        for at, (a, b) in enumerate(pairs)
    )  # fmt: skip
    names = [meeting.id for meeting in meetings]
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda both: both[0] != both[1])
    return Problem(
        slots, draw(st.sampled_from([None, 1, 2, 3])), participants, meetings,
        before=tuple(draw(st.lists(pair, max_size=2))),
        max_gap_difference=draw(st.sampled_from([None, 0, 1, 2])),
        levels=(Level.VALUE, Level.GAPS) if optional else (Level.GAPS,),
        tables_in=draw(st.one_of(
            st.just(dict[int, int]()), st.dictionaries(st.integers(1, slots), st.integers(0, 2), max_size=2)
        )),
    )  # fmt: skip


def counted(slots: set[int]) -> int:
    """Gaps, counted on the written row: pieces of the row without meetings that have meetings on both sides."""
    row = "".join("#" if slot in slots else "." for slot in range(1, max(slots, default=0) + 1)).strip(".")
    return sum(1 for piece in row.split("#") if piece)


def all_that_stand(problem: Problem) -> Iterator[dict[str, int]]:
    """Every timetable that keeps all rules."""
    ways = [[*([] if meeting.required else [None]), *range(1, problem.slots + 1)] for meeting in problem.meetings]
    for way in product(*ways):
        held = {meeting.id: slot for meeting, slot in zip(problem.meetings, way, strict=True) if slot is not None}
        if stands(problem, held):
            yield held


def stands(problem: Problem, held: dict[str, int]) -> bool:
    """Whether a timetable keeps all rules."""
    mine = busy(problem, held)
    counts = [counted(set(slots)) for slots in mine.values()]
    return (
        all(_may(problem, meeting, held.get(meeting.id)) for meeting in problem.meetings)
        and all(len(slots) == len(set(slots)) for slots in mine.values())
        and all(each.most is None or len(mine[each.id]) <= each.most for each in problem.participants)
        and all(_seated(problem, held, slot) for slot in held.values())
        and not any(one in held and other in held and held[one] >= held[other] for one, other in problem.before)
        and (problem.max_gap_difference is None or max(counts) - min(counts) <= problem.max_gap_difference)
    )


def _seated(problem: Problem, held: dict[str, int], slot: int) -> bool:
    most = problem.tables_in.get(slot, problem.tables)
    return most is None or list(held.values()).count(slot) <= most


def _may(problem: Problem, meeting: Meeting, slot: int | None) -> bool:
    if slot is None:
        return not meeting.required
    away = {each.id: each.unavailable for each in problem.participants}
    return (
        meeting.fixed in {None, slot}
        and (meeting.slots is None or slot in meeting.slots)
        and slot not in away[meeting.a] | away[meeting.b]
    )


def busy(problem: Problem, held: dict[str, int]) -> dict[str, list[int]]:
    """The slots of everybody's meetings."""
    return {
        each.id: [held[meeting.id] for meeting in problem.meetings
                  if meeting.id in held and each.id in {meeting.a, meeting.b}]
        for each in problem.participants
    }  # fmt: skip


def gaps_of(problem: Problem, held: dict[str, int]) -> int:
    """All gaps together."""
    return sum(counted(set(slots)) for slots in busy(problem, held).values())


def worth_of(problem: Problem, held: dict[str, int]) -> int:
    """What is held, by value."""
    return sum(meeting.value for meeting in problem.meetings if meeting.id in held)
