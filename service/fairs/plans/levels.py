"""The levels of a problem: which of them can tell plans apart, how they are shown, and what is at best without a look. PURE."""

from __future__ import annotations

from collections.abc import Collection

from service.fairs.plans.places import Placement, Places
from service.fairs.plans.problem import Level, Problem
from service.fairs.plans.violations import most_points, moved


def telling(problem: Problem) -> tuple[Level, ...]:
    """The levels that can tell plans apart at all here."""
    tied = any(other in problem.by_id for party in problem.parties for other in (*party.near, *party.apart))
    lucky = any(party.luck for party in problem.parties)
    return tuple(
        level
        for level in problem.asked
        if not (level is Level.NEIGHBOURS and not tied) and not (level is Level.LUCK and not lucky)
    )


def shown(problem: Problem, level: Level, summed: int) -> int:
    """A sum of the rows, which is made small, as the level counts."""
    if level is Level.MOVED:
        names = problem.by_id
        return sum(bool(booths) and name in names for name, booths in problem.previous.items()) + summed
    return -summed if problem.more_is_better(level) else summed


def at_best(problem: Problem, level: Level) -> int:
    """What is not to be beaten without looking at anything."""
    parties = problem.by_id
    return {
        Level.PLACED: sum(party.weight for party in problem.parties),
        Level.MOVED: 0,
        Level.WISHES: sum(party.weight * most_points(party) for party in problem.parties),
        Level.NEIGHBOURS: sum(len({name for name in party.near if name in parties}) for party in problem.parties),
        Level.GROUPS: 0 if problem.groups != "cluster" else len(problem.beside),
        Level.LUCK: 100,
    }[level]


def merit(places: Places, levels: Collection[Level], name: str, where: int | Placement) -> tuple[int, bool]:
    """All that the levels that count places see of one: how well wishes are met there, and whether it is the one before."""
    row = (places.members[where][0],) if isinstance(where, int) else where
    before = places.problem.previous.get(name, ()) if Level.MOVED in levels else ()
    stays = not isinstance(where, int) and bool(before) and not moved(before, places.names(row))
    return places.points(places.problem.by_id[name], row), stays
