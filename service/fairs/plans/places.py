"""Where each party could stand: booths that are alike, rows of booths, and what is free. PURE.

Booths are numbers here, in the order of their ids. Many booths of a hall are alike in all that a rule can ask for (class, zone,
size, supplies, kept days): they share a *sort*, and what suits a party is asked once for each sort instead of each booth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from service.fairs.plans.problem import Booth, Party, Plan, Problem, Rule, Zone
from service.fairs.plans.violations import SLACK, in_one_row, meet, wish_points

Placement = tuple[int, ...]
Sort = tuple[str, int, str | None, int, bool, bool, tuple[tuple[int, int], ...]]


class Places:
    """What a problem's floor offers, worked out once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.booths = tuple(sorted(problem.booths, key=lambda booth: booth.id))
        self.number = {booth.id: at for at, booth in enumerate(self.booths)}
        self.zones = {zone.code: zone for zone in problem.zones}
        self.beside: list[list[int]] = [[] for _ in self.booths]
        # Each pair once, by their numbers.
        self.pairs = sorted(
            (self.number[one], self.number[other])
            for one, other in problem.beside
            if one in self.number and other in self.number
        )
        for one, other in self.pairs:
            self.beside[one].append(other)
            self.beside[other].append(one)
        sorts: dict[Sort, int] = {}
        self.sort_of = [sorts.setdefault(_sort(booth), len(sorts)) for booth in self.booths]
        self.members: list[list[int]] = [[] for _ in sorts]
        for at, sort in enumerate(self.sort_of):
            if not self.booths[at].closed:
                self.members[sort].append(at)
        self._fits: dict[tuple[object, ...], list[frozenset[Rule]]] = {}
        self._sorts: dict[tuple[object, ...], list[int]] = {}
        self._found: dict[tuple[object, ...], list[Placement]] = {}
        self._points: dict[tuple[object, ...], int] = {}

    @cached_property
    def onward(self) -> tuple[list[list[int]], list[list[int]]]:
        """For each booth those that follow it in a row to the right, and those that follow it downwards."""
        right: list[list[int]] = [[] for _ in self.booths]
        down: list[list[int]] = [[] for _ in self.booths]
        for one, other in self.pairs:
            for first, second in ((one, other), (other, one)):
                a, b = self.booths[first], self.booths[second]
                if a.hall != b.hall:
                    continue
                if a.x + a.width <= b.x + SLACK:
                    right[first].append(second)
                elif a.y + a.depth <= b.y + SLACK:
                    down[first].append(second)
        return right, down

    def rules_against(self, party: Party, sort: int) -> frozenset[Rule]:
        """Which demands a booth of this sort does not meet, each booth of several for itself.

        Supplies are among them for a party with one booth; of several booths only one needs the tap (`suit`).
        """
        return self._against(party)[sort]

    def _against(self, party: Party) -> list[frozenset[Rule]]:
        key = _demands(party)
        found = self._fits.get(key)
        if found is None:
            found = [self._judge(party, self.booths[members[0]]) if members else frozenset({Rule.CLOSED})
                     for members in self.members]  # fmt: skip
            self._fits[key] = found
        return found

    def _judge(self, party: Party, booth: Booth) -> frozenset[Rule]:
        zone = self.zones.get(booth.zone or "")
        alone = party.booths == 1
        asked = {
            Rule.HELD: any(first <= party.last_day and party.first_day <= last for first, last in booth.held),
            Rule.KIND: bool(party.classes) and booth.class_code not in party.classes,
            Rule.SIZE: alone and booth.area_dm2 < party.least_dm2,
            Rule.POWER: booth.power < (party.power if alone else min(party.power, 1)),
            Rule.WATER: alone and party.water and not booth.water,
            Rule.COLD: alone and party.cold and not booth.cold,
            Rule.ZONE: zone is not None and zone.goods not in {"any", party.goods},
            Rule.SMELL: zone is not None and party.smell and not zone.smell,
            Rule.PAVILION: not _belongs(party, booth, zone),
        }
        return frozenset(rule for rule, broken in asked.items() if broken)

    def sorts_for(self, party: Party, *, without: Rule | None = None) -> list[int]:
        """The sorts that meet its demands, or all but one of them."""
        key = (*_demands(party), without)
        found = self._sorts.get(key)
        if found is None:
            spared = {without} if without else set()
            found = [sort for sort, rules in enumerate(self._against(party)) if not rules - spared]
            self._sorts[key] = found
        return found

    def open_to(self, party: Party, *, without: Rule | None = None) -> list[int]:
        """The booths that would do for it, one by one."""
        return [at for sort in self.sorts_for(party, without=without) for at in self.members[sort]]

    def placements(self, party: Party, *, without: Rule | None = None) -> list[Placement]:
        """Every booth, or row of booths, that would do for it, whoever else is there."""
        if party.booths == 1:
            return [(at,) for at in self.open_to(party, without=without)]
        key = (*_demands(party), without)
        found = self._found.get(key)
        if found is None:
            usable = set(self.open_to(party, without=without))
            found = [row for row in self._rows(usable, party.booths) if self._suit(party, row, without)]
            self._found[key] = found
        return found

    def would_do(self, party: Party, row: Placement) -> bool:
        """Whether this row would do for it, whoever else is there."""
        fits = not any(self.rules_against(party, self.sort_of[at]) or self.booths[at].closed for at in row)
        return fits and self._suit(party, row, None) and in_one_row(self.problem, [self.booths[at] for at in row])

    def _suit(self, party: Party, row: Placement, without: Rule | None) -> bool:
        booths = [self.booths[at] for at in row]
        asked = (
            (Rule.SIZE, sum(booth.area_dm2 for booth in booths) >= party.least_dm2),
            (Rule.POWER, max(booth.power for booth in booths) >= party.power),
            (Rule.WATER, not party.water or any(booth.water for booth in booths)),
            (Rule.COLD, not party.cold or any(booth.cold for booth in booths)),
        )
        return all(kept for rule, kept in asked if rule is not without)

    def _rows(self, usable: set[int], many: int) -> Iterator[Placement]:
        """Every straight row of so many booths, each told once."""
        for across, onward in enumerate(self.onward):
            for first in sorted(usable):
                stack: list[tuple[Placement, int, int]] = [((first,), *self._deep(first, across))]
                while stack:
                    row, top, bottom = stack.pop()
                    if len(row) == many:
                        yield row
                        continue
                    for following in onward[row[-1]]:
                        low, high = self._deep(following, across)
                        if following in usable and max(top, low) < min(bottom, high):
                            stack.append(((*row, following), max(top, low), min(bottom, high)))

    def _deep(self, at: int, across: int) -> tuple[int, int]:
        booth = self.booths[at]
        return (booth.x, booth.x + booth.width) if across else (booth.y, booth.y + booth.depth)

    def points(self, party: Party, row: Placement) -> int:
        """How well its wishes are met there."""
        # The same for all who wish the same, in all rows of the same sorts.
        key = (party.zones, party.classes, *sorted({self.sort_of[at] for at in row}))
        found = self._points.get(key)
        if found is None:
            found = self._points[key] = wish_points(party, [self.booths[at] for at in row])
        return found

    def names(self, row: Iterable[int]) -> tuple[str, ...]:
        """The booths' ids."""
        return tuple(self.booths[at].id for at in row)


def _demands(party: Party) -> tuple[object, ...]:
    """All that decides where it could stand: parties that ask for the same share the answer."""
    return (
        party.booths, party.classes, party.least_dm2, party.power, party.water, party.cold, party.goods, party.smell,
        party.pavilion, party.first_day, party.last_day,
    )  # fmt: skip


def _sort(booth: Booth) -> Sort:
    held = ((-1, -1),) if booth.closed else booth.held
    return booth.class_code, booth.area_dm2, booth.zone, booth.power, booth.water, booth.cold, held


def _belongs(party: Party, booth: Booth, zone: Zone | None) -> bool:
    if party.pavilion is not None:
        return booth.zone == party.pavilion
    return zone is None or not zone.pavilion


class Floor:
    """Who stands where just now, with what that leaves to others."""

    def __init__(self, places: Places, plan: Plan | None = None) -> None:
        self.places = places
        self.parties = places.problem.by_id
        self.holders: list[list[Party]] = [[] for _ in places.booths]
        self.has: dict[str, Placement] = {}
        self.used: dict[str, int] = defaultdict(int)
        for name, booths in (plan.booths if plan else {}).items():
            if name in self.parties and booths and all(booth in places.number for booth in booths):
                self.put(self.parties[name], tuple(places.number[booth] for booth in booths))

    def put(self, party: Party, row: Placement) -> None:
        """Give it these booths."""
        self.has[party.id] = row
        self.used[party.quota] += len(row)
        for at in row:
            self.holders[at].append(party)

    def take(self, party: Party) -> Placement:
        """Take its booths away."""
        row = self.has.pop(party.id)
        self.used[party.quota] -= len(row)
        for at in row:
            self.holders[at].remove(party)
        return row

    def in_the_way(self, party: Party, row: Placement) -> list[Party]:
        """Who has one of these booths on its days."""
        found = {each.id: each for at in row for each in self.holders[at] if each.id != party.id and meet(each, party)}
        return list(found.values())

    def offended(self, party: Party, row: Placement) -> Party | None:
        """A neighbour that would smell it, or that it would smell."""
        if not (party.smell or party.takes_smell):
            return None
        for at in row:
            for near in self.places.beside[at]:
                for each in self.holders[near]:
                    clash = (party.smell and each.takes_smell) or (party.takes_smell and each.smell)
                    if clash and each.id != party.id and meet(each, party):
                        return each
        return None

    def quota_full(self, party: Party) -> bool:
        """Whether its quota has no room for it."""
        most = self.places.problem.quotas.get(party.quota)
        own = len(self.has.get(party.id, ()))
        return most is not None and self.used[party.quota] - own + party.booths > most

    def free_for(self, party: Party, row: Placement) -> bool:
        """Whether it can stand there without anybody moving and any rule broken."""
        return not self.in_the_way(party, row) and self.offended(party, row) is None

    def plan(self) -> Plan:
        """The plan as it stands, by the order of the parties."""
        order = [each.id for each in self.places.problem.parties if each.id in self.has]
        return Plan({name: self.places.names(self.has[name]) for name in order})
