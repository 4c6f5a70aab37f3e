"""One independent part of a clearing as a network in which kilograms flow, solved exactly, with a proof of its own.

    source → group → product and month → request and month → request → sink

The arcs into groups and out of requests carry the floors, the arcs between products and requests the fit. All capacities are
whole, so a best flow is whole too. The proof does not trust the solver: `_potentials` prices the nodes by the flow that was
found, and `_bound` adds up what those prices say that no plan can exceed, over ALL admissible pairs, those included that were
left out of a part too large for memory. Loaded by `solver` only, because it brings numpy and OR-Tools.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from service.matching.rounds.clearing import POINTS, STEPS

Whole = NDArray[np.int64]

MOST_ARCS = 3_000_000  # Between products and requests at once, some 500 MB.
MOST_REPRICINGS = 12
MOST_SWEEPS = 3000
HIGHEST = 2**60  # No sum of costs may come near the end of 64 bits.


@dataclass(frozen=True, slots=True)
class Part:
    """What hangs together: rows of kilograms by month, for each product its group, and the pairs by local positions."""

    needs: Whole  # Positions in the problem.
    supplies: Whole
    asked: Whole  # One row for each request, one column for each month.
    free: Whole
    group: Whole  # Of each product, from 0 up.
    need: Whole  # Of each pair.
    supply: Whole
    points: Whole


@dataclass(frozen=True, slots=True)
class Flow:
    """Kilograms for pairs and months; `value` and `bound` count floors at their price."""

    need: Whole
    supply: Whole
    month: Whole
    kg: Whole
    value: int
    bound: int
    arcs: int


@dataclass(frozen=True, slots=True)
class _Arcs:
    tail: Whole
    head: Whole
    capacity: Whole
    cost: Whole

    def __len__(self) -> int:
        return len(self.tail)


@dataclass(frozen=True, slots=True)
class _Nodes:
    groups: int
    supply_month: Whole  # The number of the node of each product and month; -1 where nothing is free.
    need_month: Whole
    needs: int  # The number of the first request's node.
    sink: int


def flow(part: Part, need_floor: Whole, group_floor: Whole, *, most_arcs: int = MOST_ARCS) -> Flow:
    """The best flow of one part. Above `most_arcs` the best pairs go first and others join as long as they would help."""
    nodes = _nodes(part)
    frame = _frame(part, nodes, need_floor, group_floor, _price_of_a_floor(part, nodes))
    months, at = _months_of_pairs(part)
    every = _between(part, nodes, months, at)
    chosen = np.arange(len(every)) if len(every) <= most_arcs else _best(part, at, months, most_arcs)
    supply = _most(part)
    best = repricings = 0
    while True:
        solved = chosen
        between = _Arcs(every.tail[solved], every.head[solved], every.capacity[solved], every.cost[solved])
        flows, value = _solve([frame, between], nodes.sink, supply)
        potentials = _potentials([frame, between], flows, nodes.sink)
        bound = _bound([frame, every], potentials, nodes.sink, supply)
        best, repricings = min(best, bound) if repricings else bound, repricings + 1
        if best <= value or len(solved) == len(every) or repricings == MOST_REPRICINGS:
            break
        chosen = _joined(every, potentials, solved, flows[1], most_arcs)
        if not len(chosen):
            break
    some = np.flatnonzero(flows[1])
    told = solved[some]
    return Flow(
        part.needs[part.need[at[told]]], part.supplies[part.supply[at[told]]], months[told], flows[1][some],
        value, best, len(frame) + len(solved),
    )  # fmt: skip


def _joined(every: _Arcs, potentials: Whole, solved: Whole, flows: Whole, most: int) -> Whole:
    """The arcs for another attempt: those in use, those left out that would help most, and of the rest what finds room.

    Nothing where none left out would help. The arcs in use stay, so that no attempt is worse than the one before.
    """
    reduced = every.cost + potentials[every.tail] - potentials[every.head]
    reduced[solved] = 0
    wanting = np.flatnonzero(reduced < 0)
    if not len(wanting):
        return wanting
    used = solved[flows > 0]
    room = max(most - len(used), most // 4, 1)
    joining = wanting[np.argsort(reduced[wanting], kind="stable")[:room]]
    kept = solved[: max(0, most - len(used) - len(joining))]
    return np.unique(np.concatenate([used, kept, joining]))


def _nodes(part: Part) -> _Nodes:
    groups = int(part.group.max(initial=-1)) + 1
    supply_month = np.full(part.free.shape, -1, np.int64)
    some = part.free > 0
    first = 1 + groups
    supply_month[some] = first + np.arange(some.sum())
    first += int(some.sum())
    need_month = np.full(part.asked.shape, -1, np.int64)
    wanted = part.asked > 0
    need_month[wanted] = first + np.arange(wanted.sum())
    first += int(wanted.sum())
    return _Nodes(groups, supply_month, need_month, first, first + len(part.needs))


def _price_of_a_floor(part: Part, nodes: _Nodes) -> int:
    """So high that a kilogram towards a floor outweighs whatever fit it may cost.

    What tells two flows apart falls into simple cycles of one kilogram. Such a cycle passes each node of a request's month at
    most once, by two arcs of pairs at most, so it cannot lose more than two perfect fits for each of those nodes; the same
    holds for the nodes of products' months.
    """
    crossings = min(int((nodes.supply_month >= 0).sum()), int((nodes.need_month >= 0).sum()))
    highest = 2 * STEPS[0][1]  # A kilogram may lift both sides.
    safe = HIGHEST // (highest * (int(part.asked.sum()) + int(part.free.sum()) + 1))
    return min(POINTS * (2 * crossings + 1), max(POINTS, safe))


def _frame(part: Part, nodes: _Nodes, need_floor: Whole, group_floor: Whole, price: int) -> _Arcs:
    """Every arc but those between products and requests."""
    blocks: list[tuple[Whole, Whole, Whole, int]] = []

    def stepped(tail: Whole, head: Whole, floor: Whole, total: Whole) -> None:
        start = np.zeros_like(floor)
        for part_of, points in (*STEPS, (0, 0)):
            end = -(-floor // part_of) if part_of else total
            some = end > start
            blocks.append((tail[some], head[some], (end - start)[some], -points * price))
            start = end

    groups = 1 + np.arange(nodes.groups)
    of_group = np.bincount(part.group, part.free.sum(axis=1), nodes.groups).astype(np.int64)
    stepped(np.zeros_like(groups), groups, np.minimum(group_floor, of_group), of_group)
    row, month = np.nonzero(part.free > 0)
    blocks.append((1 + part.group[row], nodes.supply_month[row, month], part.free[row, month], 0))
    row, month = np.nonzero(part.asked > 0)
    blocks.append((nodes.need_month[row, month], nodes.needs + row, part.asked[row, month], 0))
    needs, of_need = nodes.needs + np.arange(len(part.needs)), part.asked.sum(axis=1)
    stepped(needs, np.full_like(needs, nodes.sink), np.minimum(need_floor, of_need), of_need)
    # What does not flow through the market goes round it.
    total = np.array([_most(part)])
    blocks.append((np.array([0]), np.array([nodes.sink]), total, 0))
    return _Arcs(
        np.concatenate([tail for tail, _head, _capacity, _cost in blocks]).astype(np.int64),
        np.concatenate([head for _tail, head, _capacity, _cost in blocks]).astype(np.int64),
        np.concatenate([capacity for _tail, _head, capacity, _cost in blocks]).astype(np.int64),
        np.concatenate([np.full(len(tail), cost, np.int64) for tail, _head, _capacity, cost in blocks]),
    )


def _most(part: Part) -> int:
    """Kilograms that can flow at all."""
    return min(int(part.asked.sum()), int(part.free.sum()))


def _between(part: Part, nodes: _Nodes, months: Whole, at: Whole) -> _Arcs:
    """The arcs between products and requests, one for each pair and month."""
    need, supply = part.need[at], part.supply[at]
    capacity = np.minimum(part.free[supply, months], part.asked[need, months])
    return _Arcs(nodes.supply_month[supply, months], nodes.need_month[need, months], capacity, -part.points[at])


def _months_of_pairs(part: Part) -> tuple[Whole, Whole]:
    """Every month in which a pair can trade: the month, and the place of the pair."""
    months: list[Whole] = []
    places: list[Whole] = []
    for month in range(part.asked.shape[1]):
        both = np.flatnonzero((part.asked[part.need, month] > 0) & (part.free[part.supply, month] > 0))
        months.append(np.full(len(both), month, np.int64))
        places.append(both)
    return np.concatenate(months), np.concatenate(places)


def _best(part: Part, at: Whole, months: Whole, most: int) -> Whole:
    """The arcs of the best pairs of each request's month and of each product's month, so many that all find room."""
    width = part.asked.shape[1]
    places = [
        _place_among(part.need[at] * width + months, part.points[at]),
        _place_among(part.supply[at] * width + months, part.points[at]),
    ]
    rank = np.minimum(*places)
    return np.sort(np.argsort(rank, kind="stable")[:most])


def _place_among(owner: Whole, points: Whole) -> Whole:
    """The place of each arc among those of its owner, the best first."""
    order = np.lexsort((-points, owner))
    sorted_owner = owner[order]
    firsts = np.flatnonzero(np.r_[True, sorted_owner[1:] != sorted_owner[:-1]])
    place = np.empty(len(owner), np.int64)
    place[order] = np.arange(len(owner)) - np.repeat(firsts, np.diff(np.r_[firsts, len(owner)]))
    return place


def _solve(blocks: list[_Arcs], sink: int, supply: int) -> tuple[list[Whole], int]:
    """The flow on every arc, block by block, and its value."""
    solver = min_cost_flow.SimpleMinCostFlow()
    numbers = [
        solver.add_arcs_with_capacity_and_unit_cost(
            arcs.tail.astype(np.int32), arcs.head.astype(np.int32), arcs.capacity, arcs.cost
        )
        for arcs in blocks
    ]
    solver.set_nodes_supplies(np.array([0, sink], np.int32), np.array([supply, -supply], np.int64))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"The flow was not found: {status}")
    flows = [np.asarray(solver.flows(each), np.int64) for each in numbers]
    return flows, -sum(int((each * arcs.cost).sum()) for each, arcs in zip(flows, blocks, strict=True))


def _potentials(blocks: list[_Arcs], flows: list[Whole], sink: int) -> Whole:
    """The length of a shortest way to every node over what the flow leaves open: the prices that prove it to be best."""
    open_arcs: list[tuple[Whole, Whole, Whole]] = []
    for arcs, used in zip(blocks, flows, strict=True):
        ahead, back = used < arcs.capacity, used > 0
        open_arcs.append((arcs.tail[ahead], arcs.head[ahead], arcs.cost[ahead]))
        open_arcs.append((arcs.head[back], arcs.tail[back], -arcs.cost[back]))
    potentials = np.zeros(sink + 1, np.int64)
    for _sweep in range(MOST_SWEEPS):
        before = potentials.copy()
        for tail, head, cost in open_arcs:
            np.minimum.at(potentials, head, potentials[tail] + cost)
        if np.array_equal(before, potentials):
            break
    return potentials


def _bound(blocks: list[_Arcs], potentials: Whole, sink: int, supply: int) -> int:
    """What no flow can exceed: true of any prices of the nodes, and equal to the value where they prove the flow."""
    total = supply * (int(potentials[0]) - int(potentials[sink]))
    for arcs in blocks:
        reduced = arcs.cost + potentials[arcs.tail] - potentials[arcs.head]
        gaining = reduced < 0
        total -= int((reduced[gaining] * arcs.capacity[gaining]).sum())
    return total
