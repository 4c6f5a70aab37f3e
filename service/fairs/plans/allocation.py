"""A plan without a solver, in a fraction of a second: the first in the order of choice choose first. PURE.

It may stand (`violations` finds nothing but what the locks themselves break), and it is the solver's first hint.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from service.fairs.plans.places import Floor, Placement, Places
from service.fairs.plans.problem import Level, Party, Plan, Problem
from service.fairs.plans.violations import meet

PASSES = 3
MOST_LOOKED = 60_000  # How often a place is looked at, in all, while some make room for others: a fifth of a second.


def first_fit(problem: Problem) -> Plan:
    """Locked ones, then who had a booth before and can keep it, then the others, each on the best place that is left."""
    return Chooser(Places(problem)).run().plan()


class Chooser:
    """One walk along the order of choice."""

    def __init__(self, places: Places) -> None:
        self.places, self.problem = places, places.problem
        self.floor = Floor(places)
        self.options: dict[str, list[tuple[tuple[float, float], list[Placement]]]] = {}
        self.wanted = self._wanted()
        self.looks = MOST_LOOKED

    def _wanted(self) -> list[float]:
        """How many parties there are for a booth of each sort: who has a choice leaves the sought ones to others."""
        asked = [0.0] * len(self.places.members)
        for party in self.problem.parties:
            fitting = self.places.sorts_for(party)
            room = sum(len(self.places.members[sort]) for sort in fitting) or 1
            for sort in fitting:
                asked[sort] += party.booths / room
        return asked

    def run(self) -> Floor:
        """Place whom it can."""
        parties, problem = self.problem.by_id, self.problem
        for name, booths in problem.locked.items():
            if name in parties and booths and all(booth in self.places.number for booth in booths):
                self.floor.put(parties[name], tuple(self.places.number[booth] for booth in booths))
        free = [party for party in problem.parties if party.id not in problem.locked]
        # A row of booths is harder to find than a single one, so who needs one is a little ahead of its neighbours in line.
        order = sorted(free, key=lambda party: (-party.weight * (1.5 if party.booths > 1 else 1.0), party.id))
        for party in order if Level.MOVED in problem.asked else ():
            self._keep(party)
        for party in order:
            if party.id not in self.floor.has:
                self._choose(party)
        self.looks = MOST_LOOKED
        for _pass in range(PASSES):
            left = sorted(
                (party for party in free if party.id not in self.floor.has), key=lambda party: (-party.weight, party.id)
            )
            if not sum(self._make_room(party) for party in left):
                break
        return self.floor

    def _keep(self, party: Party) -> None:
        before = self.problem.previous.get(party.id, ())
        if not before or len(before) != party.booths or any(booth not in self.places.number for booth in before):
            return
        row = tuple(self.places.number[booth] for booth in before)
        if self.places.would_do(party, row) and not self.floor.quota_full(party) and self.floor.free_for(party, row):
            self.floor.put(party, row)

    def _ranked(self, party: Party) -> list[tuple[tuple[float, float], list[Placement]]]:
        """What would do for it, the best first: places that are equally good and equally sought stand together."""
        found = self.options.get(party.id)
        if found is None:
            groups: dict[tuple[float, float], list[Placement]] = defaultdict(list)
            if party.booths == 1:
                for sort in self.places.sorts_for(party):
                    rows = [(at,) for at in self.places.members[sort]]
                    if rows:
                        groups[-self.places.points(party, rows[0]), self.wanted[sort]] += rows
            else:
                for row in self.places.placements(party):
                    groups[-self.places.points(party, row), sum(self.wanted[self.places.sort_of[at]] for at in row)].append(row)
            found = self.options[party.id] = sorted(groups.items())
        return found

    def _choose(self, party: Party) -> bool:
        """Its best free place; among places that are alike, the one with the better neighbours."""
        if self.floor.quota_full(party):
            return False
        for _rank, rows in self._ranked(party):
            free = [row for row in self._empty(party, rows) if self.floor.free_for(party, row)]
            self.looks -= len(rows)
            if free:
                self.floor.put(party, min(free, key=lambda row: (self._company(party, row), row)))
                return True
        return False

    def _empty(self, party: Party, rows: list[Placement]) -> list[Placement]:
        """What is worth a closer look: for one that stays all days, only what nobody has on any day."""
        if party.last_day - party.first_day + 1 < self.problem.days:
            return rows
        holders = self.floor.holders
        if party.booths == 1:
            return [row for row in rows if not holders[row[0]]]
        return [row for row in rows if not any(holders[at] for at in row)]

    def _company(self, party: Party, row: Placement) -> float:
        """How unwelcome the neighbours there are: less is better."""
        near, apart, like = set(party.near), set(party.apart), 0.0
        sign = {"spread": 1.0, "cluster": -1.0}.get(self.problem.groups, 0.0)
        for at in row:
            for beside in self.places.beside[at]:
                for each in self.floor.holders[beside]:
                    if meet(each, party):
                        like += 4.0 * ((each.id in apart) + (party.id in each.apart))
                        like -= 4.0 * ((each.id in near) + (party.id in each.near))
                        like += sign * (bool(party.commodity) and each.commodity == party.commodity)
        return like

    def _make_room(self, party: Party) -> bool:
        """Place one that found nothing: somebody in its way goes elsewhere, or gives way because it comes later in line."""
        if self._choose(party):
            return True
        if self.floor.quota_full(party):
            return False
        for row in (row for _rank, rows in self._ranked(party) for row in rows):
            if self.looks < 0:
                return False
            self.looks -= 1
            others = self.floor.in_the_way(party, row)
            if len(others) != 1 or others[0].id in self.problem.locked:
                continue
            if self._instead(party, row, others[0]):
                return True
        return False

    def _instead(self, party: Party, row: Placement, other: Party) -> bool:
        before = self.floor.take(other)
        if self.floor.free_for(party, row) and not self.floor.quota_full(party):
            self.floor.put(party, row)
            if self._choose(other) or party.weight > other.weight:
                return True
            self.floor.take(party)
        self.floor.put(other, before)
        return False


def priority(parties: Iterable[Party]) -> list[Party]:
    """The order of choice."""
    return sorted(parties, key=lambda party: (-party.weight, party.id))
