"""The allocation as rows.

A party with one booth that nobody is tied to does not care which of many like booths it gets. So it chooses a *sort* of booths,
and each booth is given a *kind* of party (goods, smell, days) instead of a party: as many booths of a sort carry a kind as
parties of that kind have chosen the sort, and who of them gets which of these booths is all the same. That is exact, and some
ten times smaller than a switch for each party and booth. Switches for a certain row of booths are kept for those who need
several, who wish somebody near or apart, who are locked, or who had a booth before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from service.fairs.plans import neighbours
from service.fairs.plans.places import Placement, Places
from service.fairs.plans.problem import Level, Party, Plan, Problem
from service.fairs.plans.rows import Rows, Terms
from service.fairs.plans.violations import most_points, moved, served

Kind = tuple[str, bool, bool, int, int]
Keep = Callable[[str, int | Placement], bool]


class Model:
    """The rows of a problem, with what each variable means. `exact` leaves nothing out.

    Else like goods are left out, and smells unless they are asked for. Of like goods, `goods` are those looked at; none: all.
    """

    def __init__(
        self,
        places: Places,
        levels: Iterable[Level],
        *,
        exact: bool,
        keep: Keep | None = None,
        tied: frozenset[str] | None = None,
        smells: bool = False,
        goods: frozenset[str] | None = None,
    ) -> None:
        self.places, self.problem, self.exact, self.smells = places, places.problem, exact, exact or smells
        self.levels = frozenset(levels)
        self.goods = goods
        self.rows = Rows()
        self.keep = keep or (lambda _party, _where: True)
        self.parties = self.problem.by_id
        self.days = self._segments()
        self.by_sort: dict[str, dict[int, int]] = defaultdict(dict)
        self.by_row: dict[str, dict[Placement, int]] = defaultdict(dict)
        self.label: dict[int, dict[Kind, int]] = defaultdict(dict)
        self.tied = tied if tied is not None else frozenset()
        if tied is None and Level.NEIGHBOURS in self.levels:
            self.tied = self.tied_of(self.problem)
        self.goals: dict[Level, Terms] = {level: {} for level in Level}
        self._choices()
        self._booths()
        self._quotas()
        # What follows from where everybody stands: worked out in `values`.
        self.near: list[tuple[Party, Party, dict[Placement, int]]] = []
        self.apart: list[tuple[Party, Party, int]] = []
        self.like: list[tuple[list[tuple[set[int], set[int]]], list[int], int]] = []
        self.least: int | None = None
        neighbours.write(self)
        if Level.LUCK in self.levels:
            self._luck()

    # --- What may be decided ------------------------------------------------------------------------------------------

    def _segments(self) -> list[int]:
        """The first day of each span on which nobody comes and nobody goes: one day of each tells all."""
        starts = {
            0,
            *(party.first_day for party in self.problem.parties),
            *(party.last_day + 1 for party in self.problem.parties),
        }
        return sorted(day for day in starts if day < self.problem.days)

    @staticmethod
    def tied_of(problem: Problem) -> frozenset[str]:
        """Who wishes somebody near or apart, and whom they wish so."""
        found: set[str] = set()
        known = problem.by_id
        for party in problem.parties:
            others = {other for other in (*party.near, *party.apart) if other in known and other != party.id}
            if others:
                found |= {party.id, *others}
        return frozenset(found)

    def kind(self, party: Party) -> Kind:
        """What neighbours, and the days of a booth, see of a party."""
        goods = party.commodity if Level.GROUPS in self.levels and self.asks_for(party.commodity) else ""
        return goods, party.smell, party.takes_smell, party.first_day, party.last_day

    def asks_for(self, commodity: str) -> bool:
        """Whether it matters if parties with these goods stand side by side."""
        return bool(commodity) and self.problem.groups != "free" and (self.goods is None or commodity in self.goods)

    def _choices(self) -> None:
        for party in self.problem.parties:
            locked = self.problem.locked.get(party.id)
            if locked is not None:
                if locked:
                    row = tuple(self.places.number[booth] for booth in locked)
                    column = self._switch(party, row)
                    self.rows.low[column] = 1
                continue
            self._open(party)
            columns = self.columns(party.id)
            if len(columns) > 1:
                self.rows.row(None, dict.fromkeys(columns, 1), 1)

    def _open(self, party: Party) -> None:
        """Its switches: of certain rows, or of sorts and the booth that it had."""
        if party.booths > 1 or party.id in self.tied:
            for row in self.places.placements(party):
                if self.keep(party.id, row):
                    self._switch(party, row)
            return
        before = self._before(party)
        if before is not None and self.keep(party.id, before):
            self._switch(party, before)
        for sort in self.places.sorts_for(party):
            if self.places.members[sort] and self.keep(party.id, sort):
                self._choice(party, sort)

    def _before(self, party: Party) -> Placement | None:
        before = self.problem.previous.get(party.id, ())
        if Level.MOVED not in self.levels or party.booths != 1 or len(before) != 1 or before[0] not in self.places.number:
            return None
        row = (self.places.number[before[0]],)
        return row if self.places.would_do(party, row) else None

    def places_of(self, party: str) -> list[tuple[int | Placement, int]]:
        """Where a party could be, sorts first, with the switch of each place."""
        return [*self.by_sort.get(party, {}).items(), *self.by_row.get(party, {}).items()]

    def columns(self, party: str) -> list[int]:
        """All switches of a party."""
        return [*self.by_sort.get(party, {}).values(), *self.by_row.get(party, {}).values()]

    def _switch(self, party: Party, row: Placement) -> int:
        column = self.rows.variable()
        self.by_row[party.id][row] = column
        before = self.problem.previous.get(party.id, ())
        self._worth(party, column, self.places.points(party, row))
        if before and not moved(before, self.places.names(row)):
            self.goals[Level.MOVED][column] = -1
        return column

    def _choice(self, party: Party, sort: int) -> None:
        column = self.rows.variable()
        self.by_sort[party.id][sort] = column
        member = self.places.members[sort][0]
        self._worth(party, column, self.places.points(party, (member,)))
        # The booth that it had has a switch of its own: elsewhere in the same sort is elsewhere. One whose demands have
        # shrunk to one booth may keep any of those it had.
        before = self.problem.previous.get(party.id, ())
        if len(before) > 1 and all(not moved(before, self.places.names((at,))) for at in self.places.members[sort]):
            self.goals[Level.MOVED][column] = -1

    def _worth(self, party: Party, column: int, points: int) -> None:
        self.goals[Level.PLACED][column] = party.weight
        if party.weight * points:
            self.goals[Level.WISHES][column] = party.weight * points

    # --- What must hold -----------------------------------------------------------------------------------------------

    def _booths(self) -> None:
        """Nobody twice: of each booth on each day, and, where booths carry no kinds, of each sort."""
        self.covering: list[list[tuple[Party, Placement, int]]] = [[] for _ in self.places.booths]
        for name, rows in self.by_row.items():
            for row, column in rows.items():
                for at in row:
                    self.covering[at].append((self.parties[name], row, column))
        takers: dict[int, list[tuple[Party, int]]] = defaultdict(list)
        for name, sorts in self.by_sort.items():
            for sort, column in sorts.items():
                takers[sort].append((self.parties[name], column))
        for sort, members in enumerate(self.places.members):
            seen = [(party, column) for party, column in takers.get(sort, ()) if self._seen(party)]
            self._labels(members, seen)
            unseen = [(party, column) for party, column in takers.get(sort, ()) if not self._seen(party)]
            for day in self.days:
                self._once(members, day, unseen)

    def _seen(self, party: Party) -> bool:
        """Whether it matters which booth of its sort this one gets: always, or only where it smells or is smelt."""
        return self.exact or (self.smells and (party.smell or party.takes_smell))

    def _once(self, members: list[int], day: int, takers: list[tuple[Party, int]]) -> None:
        held = {at: self._held(at, day) for at in members}
        for at, columns in held.items():
            if len(columns) > 1 and (day == self.days[0] or self._partly(at)):
                self.rows.row(None, dict.fromkeys(columns, 1), 1)
        if not self.exact:
            self._room(held, [column for party, column in takers if _there(party, day)])

    def _held(self, at: int, day: int) -> list[int]:
        rows = [column for party, _row, column in self.covering[at] if _there(party, day)]
        return rows + [column for kind, column in self.label[at].items() if kind[3] <= day <= kind[4]]

    def _room(self, held: dict[int, list[int]], takers: list[int]) -> None:
        """A sort has so many booths, and rows of several use some of them up."""
        terms = dict.fromkeys(takers, 1)
        for columns in held.values():
            for column in columns:
                terms[column] = terms.get(column, 0) + 1
        if sum(terms.values()) > len(held):
            self.rows.row(None, terms, len(held))

    def _partly(self, at: int) -> bool:
        """Whether somebody may have this booth for some of the days only."""
        last = self.problem.days - 1
        return any((party.first_day, party.last_day) != (0, last) for party, _row, _column in self.covering[at]) or any(
            (kind[3], kind[4]) != (0, last) for kind in self.label[at]
        )

    def _labels(self, members: list[int], takers: list[tuple[Party, int]]) -> None:
        by_kind: dict[Kind, list[int]] = defaultdict(list)
        for party, column in takers:
            by_kind[self.kind(party)].append(column)
        for kind, columns in by_kind.items():
            labels = [self.rows.variable() for _ in members]
            for at, label in zip(members, labels, strict=True):
                self.label[at][kind] = label
            self.rows.row(0, {**dict.fromkeys(labels, 1), **dict.fromkeys(columns, -1)}, 0)

    def _quotas(self) -> None:
        for quota, most in self.problem.quotas.items():
            terms = {
                column: party.booths
                for party in self.problem.parties
                if party.quota == quota
                for column in self.columns(party.id)
            }
            if sum(terms.values()) > most:
                self.rows.row(None, terms, most)

    def _luck(self) -> None:
        groups: dict[int, list[Party]] = defaultdict(list)
        for party in self.problem.parties:
            if party.luck:
                groups[party.luck].append(party)
        if not groups:
            return
        self.least = self.rows.variable(100)
        self.goals[Level.LUCK][self.least] = 1
        self.lucky: list[Terms] = []
        for members in groups.values():
            terms = {self.least: -len(members)}
            for party in members:
                most = most_points(party)
                for place, column in self.places_of(party.id):
                    row = (self.places.members[place][0],) if isinstance(place, int) else place
                    share = served(party, self.places.points(party, row)) if most else 100
                    if share:
                        terms[column] = share
            self.rows.row(0, terms, None)
            self.lucky.append(terms)

    def goal(self, level: Level) -> Terms:
        """What of a level is to be made small."""
        sign = -1 if self.problem.more_is_better(level) else 1
        return {at: sign * by for at, by in self.goals[level].items()}

    def sum(self, level: Level, values: Sequence[int]) -> int:
        """How large the goal of a level is with these values."""
        return sum(by * values[at] for at, by in self.goal(level).items())

    # --- From plans to values and back --------------------------------------------------------------------------------

    def values(self, plan: Plan) -> list[int] | None:
        """What every variable is in a plan; none where the plan uses what is no longer among the variables."""
        values = [0] * len(self.rows.low)
        for name, booths in plan.booths.items():
            row = tuple(sorted(self.places.number[booth] for booth in booths))
            column = next((each for place, each in self.by_row.get(name, {}).items() if tuple(sorted(place)) == row), None)
            if column is None and len(row) == 1:
                column = self.by_sort.get(name, {}).get(self.places.sort_of[row[0]])
                if column is not None and self.exact:
                    values[self.label[row[0]][self.kind(self.parties[name])]] = 1
            if column is None:
                return None
            values[column] = 1
        neighbours.settle(self, values)
        if self.least is not None:
            least = self.least
            others = [{column: by for column, by in terms.items() if column != least} for terms in self.lucky]
            sums = [sum(by * values[column] for column, by in terms.items()) for terms in others]
            values[least] = min(each // -terms[least] for each, terms in zip(sums, self.lucky, strict=True))
        return values

    def plan(self, values: Sequence[int]) -> Plan:
        """Who stands where; only an exact model knows that."""
        found: dict[str, tuple[str, ...]] = {}
        taking: dict[tuple[int, Kind], list[str]] = defaultdict(list)
        for party in self.problem.parties:
            for row, column in self.by_row.get(party.id, {}).items():
                if values[column]:
                    found[party.id] = self.places.names(row)
            for sort, column in self.by_sort.get(party.id, {}).items():
                if values[column]:
                    taking[sort, self.kind(party)].append(party.id)
        for (sort, kind), names in taking.items():
            booths = [at for at in self.places.members[sort] if values[self.label[at].get(kind, -1)] and kind in self.label[at]]
            for name, at in zip(names, booths, strict=True):
                found[name] = self.places.names((at,))
        return Plan({party.id: found[party.id] for party in self.problem.parties if party.id in found})

    def chosen(self, values: Sequence[int]) -> dict[str, int | Placement]:
        """What each party with booths has chosen: a sort, or a certain row."""
        return {
            name: where
            for table in (self.by_sort, self.by_row)
            for name, columns in table.items()
            for where, column in columns.items()
            if values[column]
        }


def _there(party: Party, day: int) -> bool:
    return party.first_day <= day <= party.last_day
