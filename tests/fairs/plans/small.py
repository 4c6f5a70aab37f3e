"""Small fairs drawn at random, and their best plans by trying every single one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from hypothesis import strategies as st

from service.fairs.plans import Booth, Level, Party, Plan, Problem, Zone, better, violations

DAYS = 2
ZONES = (Zone("a", "food"), Zone("b", smell=False), Zone("p", pavilion=True), Zone("o", "other"))


@st.composite
def booths(draw: st.DrawFn, many: int) -> tuple[tuple[Booth, ...], frozenset[tuple[str, str]]]:
    """Two rows back to back, a few walls between neighbours taken away."""
    found, beside = [], set()
    for at in range(many):
        row, place = divmod(at, 3)
        found.append(
            Booth(
                f"b{at}", "h", "standard", draw(st.sampled_from("SSC")), draw(st.sampled_from([900, 900, 1200])),
                place * 30, row * 30,
                zone=draw(st.sampled_from([None, None, "a", "b", "p", "o"])),
                power=draw(st.sampled_from([0, 1, 1, 3])),
                water=draw(st.booleans()), cold=draw(st.booleans()),
                closed=draw(st.sampled_from([False] * 7 + [True])),
                held=draw(st.sampled_from([(), (), (), ((0, 0),), ((1, 1),)])),
            )
        )  # fmt: skip
        if place and draw(st.sampled_from([True, True, True, False])):
            beside.add((f"b{at - 1}", f"b{at}"))
        if row and draw(st.booleans()):
            beside.add((f"b{at - 3}", f"b{at}"))
    return tuple(found), frozenset(beside)


@st.composite
def parties(draw: st.DrawFn, many: int) -> tuple[Party, ...]:
    """Exhibitors with any of the demands and wishes."""
    names = [f"x{at}" for at in range(many)]
    found = []
    for name in names:
        rest = st.sampled_from([other for other in names if other != name] or ["nobody"])
        first, last = draw(st.sampled_from([(0, 1), (0, 1), (0, 1), (0, 0), (1, 1)]))
        found.append(
            Party(
                name, first, last,
                booths=draw(st.sampled_from([1, 1, 1, 2])), weight=draw(st.integers(1, 4)),
                classes=draw(st.sampled_from([(), (), ("S",), ("C", "S"), ("S", "C")])),
                least_dm2=draw(st.sampled_from([0, 0, 0, 1000, 2000])),
                power=draw(st.sampled_from([0, 0, 1, 3])),
                water=draw(st.sampled_from([False, False, True])), cold=draw(st.sampled_from([False, False, True])),
                goods=draw(st.sampled_from(["food", "food", "other"])),
                smell=draw(st.booleans()), takes_smell=draw(st.booleans()),
                commodity=draw(st.sampled_from(["", "tea", "tea", "fish"])),
                pavilion=draw(st.sampled_from([None] * 5 + ["p"])),
                zones=draw(st.sampled_from([(), ("a",), ("b", "a"), ("o", "b")])),
                near=draw(st.sampled_from([(), (), (draw(rest),)])), apart=draw(st.sampled_from([(), (), (draw(rest),)])),
                quota=draw(st.sampled_from(["", "", "q"])), luck=draw(st.sampled_from([0, 0, 1, 2])),
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def problems(draw: st.DrawFn, most_booths: int = 5, most_parties: int = 5) -> Problem:
    """A fair with a lock, a quota, a plan before, and the levels in any order; locks may contradict the rules."""
    floor, beside = draw(booths(draw(st.integers(2, most_booths))))
    crowd = draw(parties(draw(st.integers(1, most_parties))))
    names, places = [party.id for party in crowd], [booth.id for booth in floor]
    some = st.dictionaries(st.sampled_from(names), st.sampled_from(places).map(lambda booth: (booth,)), max_size=3)
    order = draw(st.permutations([level for level in Level if level is not Level.PLACED]))
    return Problem(
        DAYS, floor, crowd, ZONES, beside,
        quotas=draw(st.sampled_from([{}, {}, {"q": 1}, {"q": 2}])),
        locked=draw(st.sampled_from([{}, {}, {}, {names[0]: (places[0],)}, {names[0]: ()}])),
        previous=draw(st.one_of(st.just({}), some)),
        groups=draw(st.sampled_from(["spread", "cluster", "free"])),
        levels=draw(st.sampled_from([tuple(Level), (Level.PLACED, *order)])),
    )  # fmt: skip


def every_plan(problem: Problem) -> Iterator[Plan]:
    """All plans that break no rule, found with nothing but the judge."""
    places = [booth.id for booth in problem.booths]
    options: list[list[tuple[str, ...]]] = []
    # Whether a party may have these booths at all is asked without the others and without the lock.
    alone = Problem(problem.days, problem.booths, problem.parties, problem.zones, problem.beside)
    for party in problem.parties:
        rows = [row for row in permutations(places, party.booths) if list(row) == sorted(row)]
        options.append([(), *(row for row in rows if not violations(alone, Plan({party.id: row})))])

    def further(at: int, given: dict[str, tuple[str, ...]]) -> Iterator[Plan]:
        if at == len(problem.parties):
            plan = Plan(dict(given))
            if not violations(problem, plan):
                yield plan
            return
        for row in options[at]:
            if row:
                given[problem.parties[at].id] = row
                if not violations(alone, Plan(given)):
                    yield from further(at + 1, given)
                del given[problem.parties[at].id]
            else:
                yield from further(at + 1, given)

    yield from further(0, {})


def best(problem: Problem) -> Plan | None:
    """The best of all plans; none where no plan may stand."""
    found: Plan | None = None
    for plan in every_plan(problem):
        if found is None or better(problem, plan, found):
            found = plan
    return found
