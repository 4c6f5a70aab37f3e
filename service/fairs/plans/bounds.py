"""What no plan of a large fair can beat, told without its geometry.

Booths of a sort are one number, and a party may have parts of booths of many sorts: a linear problem of some ten thousand
variables where the exact rows would have millions. Whatever may stand on the floor is a solution of it too, so its best is a
bound for every plan. For who is placed it does not matter which of its sorts a party wishes for, so parties that could have
the same sorts on the same days are one there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import floor, lcm

from service.fairs.plans import engines
from service.fairs.plans.engines import Limits
from service.fairs.plans.places import Places
from service.fairs.plans.problem import Party
from service.fairs.plans.rows import Rows, Terms
from service.fairs.plans.violations import meet

HAIR = 1e-6


def placed(places: Places, limits: Limits) -> int | None:
    """The weight of all parties that could be placed at best; none where time is up first."""
    rows, within = Rows(), _Within(places)
    goal: Terms = {}
    alike: dict[tuple[tuple[int, ...], int, int], list[tuple[Party, int]]] = defaultdict(list)
    for party in _candidates(places):
        sorts = tuple(places.sorts_for(party))
        if sorts:
            has = rows.variable()
            goal[has] = -party.weight
            alike[sorts, party.first_day, party.last_day].append((party, has))
    for (sorts, first, last), members in alike.items():
        terms = {has: party.booths for party, has in members}
        for sort in sorts:
            column = rows.variable(len(places.members[sort]))
            terms[column] = -1
            within.take(sort, column, first, last)
        rows.row(0, terms, 0)
    within.write(rows)
    _quotas(places, rows, [member for members in alike.values() for member in members])
    return _most(rows, goal, limits)


def wishes(places: Places, placed_at_least: int, limits: Limits) -> int | None:
    """The weighed points of all wishes at best, with as much placed as this; none where time is up first."""
    rows, within = Rows(), _Within(places)
    parties = _candidates(places)
    parts = lcm(*(party.booths for party in parties)) if parties else 1
    goal: Terms = {}
    weights: Terms = {}
    switches = []
    for party in parties:
        sorts = places.sorts_for(party)
        if not sorts:
            continue
        has = rows.variable()
        weights[has] = party.weight
        switches.append((party, has))
        terms = {has: party.booths}
        for sort in sorts:
            column = rows.variable(min(party.booths, len(places.members[sort])))
            terms[column] = -1
            # The worst of its booths counts, which is never better than their average.
            points = places.points(party, (places.members[sort][0],))
            if party.weight * points:
                goal[column] = -party.weight * points * (parts // party.booths)
            within.take(sort, column, party.first_day, party.last_day)
        rows.row(0, terms, 0)
    within.write(rows)
    _quotas(places, rows, switches)
    rows.row(placed_at_least, weights, None)
    most = _most(rows, goal, limits)
    return None if most is None else most // parts


def neighbours(places: Places) -> int:
    """The wishes for a neighbour that some pair of booths could meet."""
    problem, parties = places.problem, places.problem.by_id
    touching: dict[int, set[int]] = defaultdict(set)
    for pair in places.pairs:
        one, two = (places.sort_of[at] for at in pair)
        touching[one].add(two)
        touching[two].add(one)
    found = 0
    for party in problem.parties:
        around = set[int]().union(*(touching[sort] for sort in _sorts(places, party)))
        for other in (parties[name] for name in sorted(set(party.near) - {party.id}) if name in parties):
            if not meet(party, other):
                continue
            smells = (party.smell and other.takes_smell) or (party.takes_smell and other.smell)
            found += not smells and bool(around & set(_sorts(places, other)))
    return found


def _sorts(places: Places, party: Party) -> list[int]:
    locked = places.problem.locked.get(party.id)
    if locked is not None:
        return [places.sort_of[places.number[name]] for name in locked]
    return places.sorts_for(party)


def _candidates(places: Places) -> list[Party]:
    """All that could have a booth. A lock is left out of account, but for those whom it keeps without one."""
    return [party for party in places.problem.parties if places.problem.locked.get(party.id) != ()]


class _Within:
    """So many booths of each sort on each day, and no more."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.takers: dict[int, list[tuple[int, int, int]]] = defaultdict(list)

    def take(self, sort: int, column: int, first: int, last: int) -> None:
        self.takers[sort].append((column, first, last))

    def write(self, rows: Rows) -> None:
        for sort, takers in self.takers.items():
            told = set[frozenset[int]]()
            for day in range(self.places.problem.days):
                columns = frozenset(column for column, first, last in takers if first <= day <= last)
                if columns and not any(columns <= each for each in told):
                    told.add(columns)
                    rows.row(None, dict.fromkeys(sorted(columns), 1), len(self.places.members[sort]))


def _quotas(places: Places, rows: Rows, switches: Iterable[tuple[Party, int]]) -> None:
    under: dict[str, Terms] = defaultdict(dict)
    for party, has in switches:
        under[party.quota][has] = party.booths
    for quota, most in places.problem.quotas.items():
        if under.get(quota):
            rows.row(None, under[quota], most)


def _most(rows: Rows, goal: Terms, limits: Limits) -> int | None:
    if not goal:
        return 0
    found = engines.prices(rows, goal, limits)
    if found is None:
        return None
    return floor(-found.bound + max(HAIR, abs(found.bound) * engines.SLACK))
