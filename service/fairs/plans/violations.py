"""The judge of plans: which rules a plan breaks, and what it is worth on each level.

Written from the rules and before any solver. A plan of the solver and one made by hand come before the same judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from service.fairs.plans.problem import Booth, Level, Party, Plan, Problem, Rule, Violation, Zone

# What a wish that is met counts: the first, the second, the third; every later one as much as the last of these.
POINTS = (4, 3, 2, 1)
SLACK = 1  # Decimetres by which two booths that stand side by side may overlap or leave a chink.


def meet(one: Party, other: Party) -> bool:
    """Whether both are there on some day."""
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; none: the plan may stand, however many it leaves out."""
    parties, booths = problem.by_id, {each.id: each for each in problem.booths}
    broken: list[Violation] = []
    sound: dict[str, tuple[str, ...]] = {}
    for name, given in plan.booths.items():
        unknown = [booth for booth in given if booth not in booths]
        if name not in parties:
            broken.append(Violation(Rule.UNKNOWN, name))
            continue
        broken += [Violation(Rule.UNKNOWN, name, booth) for booth in unknown]
        known = tuple(dict.fromkeys(booth for booth in given if booth in booths))
        if not given:
            continue
        if len(given) != parties[name].booths or len(known) != len(given) - len(unknown):
            broken.append(Violation(Rule.COUNT, name))
        if known:
            sound[name] = known
            broken += _broken_by(problem, parties[name], [booths[booth] for booth in known])
    broken += _between(problem, parties, sound)
    broken += _quotas(problem, parties, sound)
    for name, wanted in problem.locked.items():
        missing = set(wanted) ^ set(plan.booths.get(name, ()))
        if missing or name not in parties:
            broken.append(Violation(Rule.LOCKED, name, min(missing, default=None)))
    return tuple(broken)


def _broken_by(problem: Problem, party: Party, booths: Sequence[Booth]) -> Iterator[Violation]:
    """What is wrong with these booths for this party, whoever else is there."""
    zones = {zone.code: zone for zone in problem.zones}
    for booth in booths:
        for rule in _unfit(party, booth, zones.get(booth.zone or "")):
            yield Violation(rule, party.id, booth.id)
    if sum(booth.area_dm2 for booth in booths) < party.least_dm2:
        yield Violation(Rule.SIZE, party.id)
    # Every booth has its lamp and socket; the machine, the tap and the cold counter are in one of them.
    if party.power > max(booth.power for booth in booths) or (party.power and not all(booth.power for booth in booths)):
        yield Violation(Rule.POWER, party.id, min(booths, key=lambda booth: booth.power).id)
    if party.water and not any(booth.water for booth in booths):
        yield Violation(Rule.WATER, party.id, booths[0].id)
    if party.cold and not any(booth.cold for booth in booths):
        yield Violation(Rule.COLD, party.id, booths[0].id)
    if not in_one_row(problem, booths):
        yield Violation(Rule.APART, party.id)


def _unfit(party: Party, booth: Booth, zone: Zone | None) -> Iterator[Rule]:
    if booth.closed:
        yield Rule.CLOSED
    if any(first <= party.last_day and party.first_day <= last for first, last in booth.held):
        yield Rule.HELD
    if party.classes and booth.class_code not in party.classes:
        yield Rule.KIND
    if zone is not None and zone.goods not in {"any", party.goods}:
        yield Rule.ZONE
    if party.smell and zone is not None and not zone.smell:
        yield Rule.SMELL
    # A pavilion is for its members only, and its members stand nowhere else.
    if booth.zone != party.pavilion if party.pavilion is not None else zone is not None and zone.pavilion:
        yield Rule.PAVILION


def in_one_row(problem: Problem, booths: Sequence[Booth]) -> bool:
    """Whether they stand side by side, one straight line through all of them."""
    if len(booths) == 1:
        return True
    return any(_row(problem.beside, [(booth, *_along(booth, across)) for booth in booths]) for across in (False, True))


def _along(booth: Booth, across: bool) -> tuple[int, int, int, int]:
    """Where it begins and ends along the row, and where across it."""
    wide, deep = (booth.x, booth.x + booth.width), (booth.y, booth.y + booth.depth)
    return (*deep, *wide) if across else (*wide, *deep)


def _row(beside: frozenset[tuple[str, str]], spans: list[tuple[Booth, int, int, int, int]]) -> bool:
    spans.sort(key=lambda span: (span[1], span[0].id))
    for (one, _start, end, *_), (other, start, *_) in pairwise(spans):
        if one.hall != other.hall or end > start + SLACK or pair(one.id, other.id) not in beside:
            return False
    return max(span[3] for span in spans) < min(span[4] for span in spans)


def pair(one: str, other: str) -> tuple[str, str]:
    """Two booths as `beside` names them."""
    return (one, other) if one < other else (other, one)


def _between(problem: Problem, parties: Mapping[str, Party], booths: Mapping[str, tuple[str, ...]]) -> Iterator[Violation]:
    """Two in one booth on one day, and strong smells beside what takes them up."""
    holders = held_by(booths)
    for booth, names in holders.items():
        for place, name in enumerate(names):
            for other in names[:place]:
                if meet(parties[name], parties[other]):
                    yield Violation(Rule.TWICE, name, booth, other)
    for one, other in sorted(problem.beside):
        for first, second in ((one, other), (other, one)):
            for name in holders.get(first, ()):
                for neighbour in holders.get(second, ()):
                    smelly, taker = parties[name], parties[neighbour]
                    if name != neighbour and smelly.smell and taker.takes_smell and meet(smelly, taker):
                        yield Violation(Rule.SMELL, name, first, neighbour)


def _quotas(problem: Problem, parties: Mapping[str, Party], booths: Mapping[str, tuple[str, ...]]) -> Iterator[Violation]:
    """Told of the last in the order of choice who has a booth under that quota: it would be the one to go."""
    under: dict[str, list[Party]] = defaultdict(list)
    for name in booths:
        if parties[name].quota in problem.quotas:
            under[parties[name].quota].append(parties[name])
    for quota, members in under.items():
        if sum(len(booths[member.id]) for member in members) > problem.quotas[quota]:
            yield Violation(Rule.QUOTA, min(members, key=lambda member: member.weight).id, None, quota)


def held_by(booths: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Booth -> who has it, on whatever days."""
    holders: dict[str, list[str]] = defaultdict(list)
    for name, given in booths.items():
        for booth in given:
            holders[booth].append(name)
    return holders


# --- What a plan is worth ---------------------------------------------------------------------------------------------


def worth(problem: Problem, plan: Plan) -> dict[Level, int]:
    """What a plan that may stand is worth on each level."""
    parties, booths = problem.by_id, {each.id: each for each in problem.booths}
    placed = {name: given for name, given in plan.booths.items() if given}
    points = {name: wish_points(parties[name], [booths[booth] for booth in given]) for name, given in placed.items()}
    neighbours = _neighbours(problem, parties, placed)
    return {
        Level.PLACED: sum(parties[name].weight for name in placed),
        Level.MOVED: sum(moved(before, placed.get(name, ())) for name, before in problem.previous.items() if name in parties),
        Level.WISHES: sum(parties[name].weight * each for name, each in points.items()),
        Level.NEIGHBOURS: sum(
            sum((party.id, other) in neighbours for other in set(party.near))
            - sum((party.id, other) in neighbours for other in set(party.apart))
            for party in problem.parties
        ),
        Level.GROUPS: _like_neighbours(problem, parties, placed),
        Level.LUCK: _worst_served(problem, points),
    }


def wish_points(party: Party, booths: Sequence[Booth]) -> int:
    """How well these booths meet its wishes for a zone and a class; of several booths the worst counts."""
    zone = min(_met(party.zones, booth.zone) for booth in booths)
    return zone + min(_met(party.classes, booth.class_code) for booth in booths)


def most_points(party: Party) -> int:
    """What it would have if all its wishes were met."""
    return POINTS[0] * (bool(party.zones) + bool(party.classes))


def _met(wishes: Sequence[str], has: str | None) -> int:
    return POINTS[min(wishes.index(has), len(POINTS) - 1)] if has is not None and has in wishes else 0


def served(party: Party, points: int) -> int:
    """How well one that has booths is served, in hundredths."""
    return 100 * points // most_points(party) if most_points(party) else 100


def moved(before: Sequence[str], now: Sequence[str]) -> bool:
    """Whether it loses a booth that it had; one that asks for more or fewer and stays where it is has not moved."""
    old, new = set(before), set(now)
    return bool(old) and (not new or not (old <= new or new <= old))


def _neighbours(problem: Problem, parties: Mapping[str, Party], placed: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """Who stands beside whom on some day, both ways."""
    holders, found = held_by(placed), set()
    for one, other in problem.beside:
        for name in holders.get(one, ()):
            for neighbour in holders.get(other, ()):
                if name != neighbour and meet(parties[name], parties[neighbour]):
                    found |= {(name, neighbour), (neighbour, name)}
    return found


def _like_neighbours(problem: Problem, parties: Mapping[str, Party], placed: Mapping[str, Sequence[str]]) -> int:
    """In how many places two parties with the same goods stand beside each other; a place counts once for each of the goods."""
    holders, found = held_by(placed), set()
    for one, other in problem.beside:
        for name in holders.get(one, ()):
            for neighbour in holders.get(other, ()):
                first, second = parties[name], parties[neighbour]
                if name != neighbour and first.commodity and first.commodity == second.commodity and meet(first, second):
                    found.add((one, other, first.commodity))
    return len(found)


def _worst_served(problem: Problem, points: Mapping[str, int]) -> int:
    """How well the worst-served of the groups with bad luck behind them is served on average, in whole hundredths."""
    groups: dict[int, list[int]] = defaultdict(list)
    for party in problem.parties:
        if party.luck:
            groups[party.luck].append(served(party, points[party.id]) if party.id in points else 0)
    return min((sum(each) // len(each) for each in groups.values()), default=100)


def better(problem: Problem, one: Plan, other: Plan) -> bool:
    """Whether `one` is better than `other` in the organiser's order."""
    first, second = worth(problem, one), worth(problem, other)
    for level in problem.asked:
        if first[level] != second[level]:
            return (first[level] > second[level]) is problem.more_is_better(level)
    return False
