"""Who stands beside whom, as rows: smells, wishes for neighbours, like goods."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from service.fairs.plans.places import Placement
from service.fairs.plans.problem import Level, Party
from service.fairs.plans.violations import meet

if TYPE_CHECKING:
    from service.fairs.plans.model import Model


def write(model: Model) -> None:
    """All that its levels ask for; like goods only where every booth has its kind of party."""
    if Level.NEIGHBOURS in model.levels:
        _neighbours(model)
    if model.smells:
        _smells(model)
    if model.exact and Level.GROUPS in model.levels:
        _groups(model)


def settle(model: Model, values: list[int]) -> None:
    """Work out what follows once it is known who stands where."""
    for party, other, rows in model.near:
        for row, near in rows.items():
            around = _beside(model, row, other)
            values[near] = min(values[model.by_row[party.id][row]], sum(values[column] for column in around))
    for party, other, clash in model.apart:
        for row, column in model.by_row[party.id].items():
            if values[column] and any(values[each] for each in _beside(model, row, other)):
                values[clash] = 1
    for days, switches, like in model.like:
        met = [
            any(values[column] for column in first - second) and any(values[column] for column in second - first)
            for first, second in days
        ]
        values[like] = int(any(met))
        for switch, is_met in zip(switches, met, strict=True) if len(switches) > 1 else ():
            values[switch] = int(is_met)


def _at(model: Model, at: int, day: int, which: Callable[[bool, bool], bool]) -> list[int]:
    """The switches that put such a party into this booth on that day."""
    return [
        *(column for party, _row, column in model.covering[at]
          if party.first_day <= day <= party.last_day and which(party.smell, party.takes_smell)),
        *(column for kind, column in model.label[at].items() if kind[3] <= day <= kind[4] and which(kind[1], kind[2])),
    ]  # fmt: skip


def _smells(model: Model) -> None:
    for one, other in model.places.pairs:
        for first, second in ((one, other), (other, one)):
            told: set[frozenset[int]] = set()
            for day in model.days:
                smelly = _at(model, first, day, lambda smell, _takes: smell)
                takers = _at(model, second, day, lambda _smell, takes: takes)
                both = frozenset((*smelly, *takers))
                if smelly and takers and both not in told:
                    told.add(both)
                    model.rows.row(None, dict.fromkeys(both, 1), 1)


def _neighbours(model: Model) -> None:
    for party in model.problem.parties:
        for names, told in ((party.near, _near), (party.apart, _apart)):
            for name in dict.fromkeys(names):
                other = model.parties.get(name)
                if other is not None and name != party.id and meet(party, other):
                    told(model, party, other)


def _near(model: Model, party: Party, other: Party) -> None:
    """A switch for each place of the party: it stands there, and the other beside it."""
    found: dict[Placement, int] = {}
    for row, column in model.by_row[party.id].items():
        around = _beside(model, row, other)
        if around:
            near = model.rows.variable()
            model.rows.row(None, {near: 1, column: -1}, 0)
            model.rows.row(None, {near: 1, **dict.fromkeys(around, -1)}, 0)
            model.goals[Level.NEIGHBOURS][near] = 1
            found[row] = near
    if found:
        model.near.append((party, other, found))


def _apart(model: Model, party: Party, other: Party) -> None:
    """One switch: they stand beside each other although it wished not to."""
    clash = model.rows.variable()
    model.goals[Level.NEIGHBOURS][clash] = -1
    model.apart.append((party, other, clash))
    for row, column in model.by_row[party.id].items():
        around = _beside(model, row, other)
        if around:
            model.rows.row(None, {column: 1, **dict.fromkeys(around, 1), clash: -1}, 1)


def _beside(model: Model, row: Placement, other: Party) -> list[int]:
    """The switches that put the other beside this row; what would stand in the row itself is no neighbour."""
    near = {beside for at in row for beside in model.places.beside[at]}
    return [column for place, column in model.by_row[other.id].items() if near & set(place) and not set(row) & set(place)]


def _groups(model: Model) -> None:
    """For each pair of booths and each of the goods a switch: two parties with these goods stand there side by side."""
    spread = model.problem.groups == "spread"
    for one, other in model.places.pairs:
        goods = {kind[0] for kind in model.label[one]} | {party.commodity for party, _row, _column in model.covering[one]}
        for commodity in sorted(each for each in goods if model.asks_for(each)):
            sides = [_with(model, at, commodity) for at in (one, other)]
            if not all(sides):
                continue
            like = model.rows.variable()
            model.goals[Level.GROUPS][like] = 1
            told: set[frozenset[int]] = set()
            days = []
            for day in model.days:
                first, second = ({c for c, begin, end in side if begin <= day <= end} for side in sides)
                if not first or not second or frozenset(first | second) in told:
                    continue
                told.add(frozenset(first | second))
                # One party in both booths is no neighbour of itself: its switch is in both sums, and counts once.
                days.append((first, second))
            if spread:
                for first, second in days:
                    model.rows.row(None, {**dict.fromkeys(first | second, 1), like: -1}, 1)
                model.like.append((days, [], like))
            else:
                model.like.append((days, _together(model, days, like), like))


def _together(model: Model, days: list[tuple[set[int], set[int]]], like: int) -> list[int]:
    switches = [like] if len(days) == 1 else [model.rows.variable() for _ in days]
    for switch, (first, second) in zip(switches, days, strict=True):
        for side in (first - second, second - first):
            model.rows.row(None, {switch: 1, **dict.fromkeys(side, -1)}, 0)
    if len(days) != 1:
        model.rows.row(None, {like: 1, **dict.fromkeys(switches, -1)}, 0)
    return switches


def _with(model: Model, at: int, commodity: str) -> list[tuple[int, int, int]]:
    return [
        *((column, each.first_day, each.last_day) for each, _row, column in model.covering[at] if each.commodity == commodity),
        *((column, kind[3], kind[4]) for kind, column in model.label[at].items() if kind[0] == commodity),
    ]  # fmt: skip
