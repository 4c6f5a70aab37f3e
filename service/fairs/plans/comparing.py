"""What is different between two plans, and who could follow whom. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service.fairs.plans.allocation import priority
from service.fairs.plans.places import Floor, Placement, Places
from service.fairs.plans.problem import Change, Party, Plan, Problem, Successor


def difference(before: Plan | Mapping[str, tuple[str, ...]], now: Plan | Mapping[str, tuple[str, ...]]) -> tuple[Change, ...]:
    """For whom which booths change, by the parties' ids; the order of a party's booths is no difference."""
    old = before.booths if isinstance(before, Plan) else before
    new = now.booths if isinstance(now, Plan) else now
    return tuple(
        Change(name, tuple(old.get(name, ())), tuple(new.get(name, ())))
        for name in sorted({*old, *new})
        if set(old.get(name, ())) != set(new.get(name, ()))
    )


def waiting(problem: Problem, plan: Plan) -> tuple[Party, ...]:
    """Who has no booth, in the order of choice."""
    return tuple(priority(party for party in problem.parties if not plan.booths.get(party.id)))


def successors(problem: Problem, plan: Plan) -> tuple[Successor, ...]:
    """For each party with booths, in the order of the problem, the first of the waiting who could stand there if it left.

    Nobody else moves and no rule is broken. Booths that were free before may be part of the row, so one that needs two can
    follow one that had a single booth beside a free one. Where nobody fits there is no line.
    """
    places = Places(problem)
    floor = Floor(places, plan)
    line = [party for party in waiting(problem, plan) if party.id not in problem.locked]
    options = {party.id: _by_booth(places.placements(party)) for party in line}
    found: list[Successor] = []
    for leaving in problem.parties:
        if leaving.id not in floor.has:
            continue
        row = floor.take(leaving)
        for party in line:
            best = _best(places, floor, party, row, options[party.id])
            if best is not None:
                found.append(Successor(leaving.id, party.id, places.names(best)))
                break
        floor.put(leaving, row)
    return tuple(found)


def _by_booth(rows: list[Placement]) -> dict[int, list[Placement]]:
    found: dict[int, list[Placement]] = {}
    for row in rows:
        for at in row:
            found.setdefault(at, []).append(row)
    return found


def _best(
    places: Places, floor: Floor, party: Party, freed: Placement, options: dict[int, list[Placement]]
) -> Placement | None:
    if floor.quota_full(party):
        return None

    def possible() -> Iterator[Placement]:
        for at in freed:
            yield from (row for row in options.get(at, ()) if floor.free_for(party, row))

    return min(possible(), key=lambda row: (-places.points(party, row), row), default=None)
