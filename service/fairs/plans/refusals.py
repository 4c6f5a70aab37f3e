"""Why a party has no booth, and why a wish was not met: read off the final plan, so that everybody can check it on the floor.

What is looked at is never how the plan was found. For each party the booths are counted that would do by its own demands; who
holds them, and whether these come before or after it in the order of choice; and what each demand shuts out: the one without
which most more would do is named first ("hết gian góc có điện 3 pha").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.fairs.plans.places import Floor, Placement, Places
from service.fairs.plans.problem import Level, Party, Plan, Problem, Refusal, Rule, Why, Wish
from service.fairs.plans.violations import meet, moved, worth

# What a party asks for itself, as it may be dropped one by one to see which is the scarcest.
DEMANDS = (
    Rule.KIND, Rule.SIZE, Rule.POWER, Rule.WATER, Rule.COLD, Rule.ZONE, Rule.SMELL, Rule.PAVILION, Rule.HELD, Rule.APART,
)  # fmt: skip
# Of these it is told that they are asked for, even where another demand shuts out all that they would.
NAMED = {Rule.KIND, Rule.POWER, Rule.WATER, Rule.COLD}
MOST_WEIGHED = 6  # Free booths that are tried on before it is said that something else counts more.


def refusals(problem: Problem, plan: Plan) -> tuple[Refusal, ...]:
    """A line for each party without a booth, then one for each wish that was not met, in the order of the problem."""
    reader = _Reader(problem, plan)
    out = [reader.booth(party) for party in problem.parties if party.id not in reader.floor.has]
    unmet = [line for party in problem.parties if party.id in reader.floor.has for line in reader.wishes(party)]
    return (*out, *unmet)


class _Reader:
    """The plan with what it leaves to each."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.places = problem, Places(problem)
        self.floor = Floor(self.places, plan)
        self.parties = problem.by_id

    def booth(self, party: Party) -> Refusal:
        """Why it has none."""
        if party.id in self.problem.locked:
            return Refusal(party.id, Wish.BOOTH, (), Why.LOCKED)
        return self._told(party, Wish.BOOTH, "", self.places.placements(party))

    def wishes(self, party: Party) -> Iterator[Refusal]:
        """Why it is not in its first zone, has not its first class, is not beside whom it wished, or beside whom it did not."""
        booths = [self.places.booths[at] for at in self.floor.has[party.id]]
        if party.zones and any(booth.zone != party.zones[0] for booth in booths):
            yield self._elsewhere(party, Wish.ZONE, party.zones[0])
        if party.classes and any(booth.class_code != party.classes[0] for booth in booths):
            yield self._elsewhere(party, Wish.CLASS, party.classes[0])
        neighbours = self._neighbours(party)
        for other in dict.fromkeys(party.near):
            if other in self.parties and other not in neighbours:
                yield self._near(party, other)
        for other in dict.fromkeys(party.apart):
            if other in neighbours:
                yield self._apart(party, other)

    def _neighbours(self, party: Party) -> set[str]:
        return {
            each.id
            for at in self.floor.has[party.id]
            for beside in self.places.beside[at]
            for each in self.floor.holders[beside]
            if each.id != party.id and meet(each, party)
        }

    def _elsewhere(self, party: Party, wish: Wish, target: str) -> Refusal:
        wanted = [row for row in self.places.placements(party) if self._is(row, wish, target)]
        return self._told(party, wish, target, wanted)

    def _is(self, row: Placement, wish: Wish, target: str) -> bool:
        booths = [self.places.booths[at] for at in row]
        return all((booth.zone if wish is Wish.ZONE else booth.class_code) == target for booth in booths)

    def _near(self, party: Party, name: str) -> Refusal:
        other = self.parties[name]
        if name not in self.floor.has:
            return Refusal(party.id, Wish.NEAR, (), Why.ABSENT, name)
        if not meet(party, other):
            return Refusal(party.id, Wish.NEAR, (), Why.DAYS, name)
        around = {beside for at in self.floor.has[name] for beside in self.places.beside[at]} - set(self.floor.has[name])
        wanted = [row for row in self.places.placements(party) if around & set(row)]
        return self._told(party, Wish.NEAR, name, wanted)

    def _apart(self, party: Party, name: str) -> Refusal:
        around = {beside for at in self.floor.has[name] for beside in self.places.beside[at]}
        wanted = [row for row in self.places.placements(party) if not around & set(row)]
        return self._told(party, Wish.APART, name, wanted)

    # --- One line -----------------------------------------------------------------------------------------------------

    def _told(self, party: Party, wish: Wish, target: str, wanted: list[Placement]) -> Refusal:
        """Who holds what would do, or what keeps it from the ones that are free."""
        reasons, without = self._demands(party, wish, target, len({at for row in wanted for at in row}))
        booths = sorted({at for row in wanted for at in row})
        names = self.places.names(booths)
        if party.id in self.problem.locked:
            return Refusal(party.id, wish, reasons, Why.LOCKED, target, names, without=without)
        if not wanted:
            return Refusal(party.id, wish, reasons, Why.NONE, target, without=without)
        holders = self._holders(party, booths)
        ahead = sum(each.weight > party.weight for each in holders)
        found = Refusal(
            party.id, wish, reasons, Why.TAKEN, target, names, tuple(each.id for each in holders), ahead, without
        )  # fmt: skip
        free = [row for row in wanted if not self.floor.in_the_way(party, row)]
        return self._kept_out(party, free, found) if free else found

    def _holders(self, party: Party, booths: Iterable[int]) -> list[Party]:
        found = {each.id: each for at in booths for each in self.floor.holders[at] if each.id != party.id and meet(each, party)}
        return sorted(found.values(), key=lambda each: (each.weight, each.id))

    def _kept_out(self, party: Party, free: list[Placement], told: Refusal) -> Refusal:
        """It could have one of these without anybody moving: which rule between parties, or which level, speaks against it."""
        if self.floor.quota_full(party):
            return _with(told, Why.RULE, rule=Rule.QUOTA, other=party.quota)
        clashes = [self.floor.offended(party, row) for row in free]
        if all(clash is not None for clash in clashes):
            return _with(told, Why.RULE, rule=Rule.SMELL, other=clashes[0].id if clashes[0] else None)
        open_rows = [row for row, clash in zip(free, clashes, strict=True) if clash is None]
        lost = None
        for row in open_rows[:MOST_WEIGHED]:
            level = self._worse(party, row)
            if level is None:
                return _with(told, Why.FREE, other=self.places.booths[row[0]].id)
            lost = lost or level
        return _with(told, Why.LEVEL, level=lost, other=self.places.booths[open_rows[0][0]].id)

    def _worse(self, party: Party, row: Placement) -> Level | None:
        """The level that would lose if it stood there; none where the plan would be better, or as good."""
        if party.id not in self.floor.has:
            return None
        old = self.floor.has[party.id]
        touched = {*old, *row}
        before = self._figures(party, touched)
        self.floor.take(party)
        self.floor.put(party, row)
        after = self._figures(party, touched)
        luck = party.luck and before[Level.WISHES] != after[Level.WISHES]
        after[Level.LUCK] = worth(self.problem, self.floor.plan())[Level.LUCK] if luck else 0
        self.floor.take(party)
        self.floor.put(party, old)
        before[Level.LUCK] = worth(self.problem, self.floor.plan())[Level.LUCK] if luck else 0
        for level in self.problem.asked:
            if after[level] != before[level]:
                return None if (after[level] > before[level]) is self.problem.more_is_better(level) else level
        return None

    def _figures(self, party: Party, touched: set[int]) -> dict[Level, int]:
        """What of each level can change while only this party moves between these booths."""
        row, neighbours = self.floor.has[party.id], self._neighbours(party)
        wishes = [(party, self.parties[other]) for other in neighbours]
        return {
            Level.PLACED: 0,
            Level.MOVED: moved(self.problem.previous.get(party.id, ()), self.places.names(row)),
            Level.WISHES: self.places.points(party, row),
            Level.NEIGHBOURS: sum(
                (b.id in a.near) - (b.id in a.apart) for one, other in wishes for a, b in ((one, other), (other, one))
            ),
            Level.GROUPS: sum(
                len(self._alike(*pair))
                for pair in {(min(at, near), max(at, near)) for at in touched for near in self.places.beside[at]}
            ) if self.problem.groups != "free" else 0,
        }  # fmt: skip

    def _alike(self, one: int, other: int) -> set[str]:
        return {
            a.commodity
            for a in self.floor.holders[one]
            for b in self.floor.holders[other]
            if a.commodity and a.commodity == b.commodity and a.id != b.id and meet(a, b)
        }

    def _demands(self, party: Party, wish: Wish, target: str, fitting: int) -> tuple[tuple[tuple[str, str], ...], int]:
        """Its demands by how many more booths would do without each, and how many would without the first."""
        if wish in {Wish.NEAR, Wish.APART}:
            return (), fitting
        found: list[tuple[int, int, Rule]] = []
        for place, rule in enumerate(DEMANDS):
            if not self._asks(party, rule):
                continue
            more = len(self.places.open_to(party)) if rule is Rule.APART else self._room(party, wish, target, rule)
            if more > fitting or (rule in NAMED and self._shuts_out(party, rule)):
                found.append((-more, place, rule))
        found.sort()
        return tuple((rule.value, _asked(party, rule)) for _more, _place, rule in found), -found[0][0] if found else fitting

    def _room(self, party: Party, wish: Wish, target: str, rule: Rule) -> int:
        """How many booths would do for it and its wish if one of its demands were dropped; alike booths are asked once."""
        if party.booths > 1:
            rows = self.places.placements(party, without=rule)
            return len({at for row in rows if wish is Wish.BOOTH or self._is(row, wish, target) for at in row})
        return sum(
            len(self.places.members[sort])
            for sort in self.places.sorts_for(party, without=rule)
            if self.places.members[sort] and (wish is Wish.BOOTH or self._is((self.places.members[sort][0],), wish, target))
        )

    def _shuts_out(self, party: Party, rule: Rule) -> bool:
        """Whether any booth of the fair fails this demand."""
        sorts = range(len(self.places.members))
        return any(self.places.members[sort] and rule in self.places.rules_against(party, sort) for sort in sorts)

    def _asks(self, party: Party, rule: Rule) -> bool:
        return {
            Rule.KIND: bool(party.classes),
            Rule.SIZE: party.least_dm2 > 0,
            Rule.POWER: party.power > 0,
            Rule.WATER: party.water,
            Rule.COLD: party.cold,
            Rule.SMELL: party.smell,
            Rule.APART: party.booths > 1,
        }.get(rule, True)


def _asked(party: Party, rule: Rule) -> str:
    """What is asked for, as words can say it."""
    return {
        Rule.KIND: ",".join(party.classes),
        Rule.SIZE: str(party.least_dm2),
        Rule.POWER: str(party.power),
        Rule.ZONE: party.goods,
        Rule.PAVILION: party.pavilion or "",
        Rule.APART: str(party.booths),
    }.get(rule, "")


def _with(told: Refusal, why: Why, *, rule: Rule | None = None, level: Level | None = None, other: str | None) -> Refusal:
    return Refusal(
        told.party, told.wish, told.reasons, why, told.target, told.booths, told.holders, told.ahead, told.without, rule, level,
        other,
    )  # fmt: skip
