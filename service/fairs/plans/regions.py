"""A large fair made better piece by piece, where its rows as a whole would be too many.

Some hundred booths are given out anew at a time: around a party that is badly off, and where it would rather be. All that is
beside them stays as it is and is locked into the little problem, so what is found there may stand in the large one too. A
piece is small enough to be settled at once, and the plan is never worse than before.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from service.fairs.plans import engines
from service.fairs.plans.engines import Limits
from service.fairs.plans.model import Keep, Model
from service.fairs.plans.places import Floor, Placement, Places
from service.fairs.plans.problem import Level, Party, Plan, Problem
from service.fairs.plans.violations import better, meet, most_points, moved, pair, violations, worth

MOST_FREE = 96  # Booths that are given out anew at once.
CHUNK = 24  # As many of them stand together: a double row.
MOST_WAITING = 70  # Parties without a booth that are tried on them.
AT_ONCE = 4.0  # Seconds for one piece.
EFFORT = 1.0  # And deterministic units of the clauses, which are the same on every machine.
PATIENCE = 60  # Pieces in a row without any gain, after which the next level has its turn.


class Regions:
    """One walk over the floor for each level. `settled` says whether the value of a level is the best that there can be."""

    def __init__(
        self, places: Places, plan: Plan, levels: Sequence[Level], limits: Limits,
        told: Callable[[Level, Plan], None], settled: Callable[[Level, int], bool], *, keep: Keep | None = None,
    ) -> None:  # fmt: skip
        self.places, self.problem, self.limits = places, places.problem, limits
        self.told, self.settled, self.keep = told, settled, keep
        self.plan, self.floor = plan, Floor(places, plan)
        # The average luck of all is not seen from one piece.
        self.levels = tuple(level for level in levels if level is not Level.LUCK)
        self.draw = random.Random(limits.seed)  # noqa: S311 - where to look next is no secret.
        self.effort = 0.0
        self.stopped = False
        self.took: dict[Level, float] = {}

    def improve(self) -> Plan:
        """Level after level, half of the time that is left for each."""
        for place, level in enumerate(self.levels):
            began = time.monotonic()
            share = 1.0 if level is self.levels[-1] else 0.5
            self._walk(self.levels[: place + 1], began + share * max(0.0, self.limits.until - began))
            self.took[level] = time.monotonic() - began
        return self.plan

    def _over(self, until: float) -> bool:
        self.stopped = self.stopped or (self.limits.cancelled is not None and self.limits.cancelled())
        return self.stopped or time.monotonic() > until

    def _walk(self, levels: tuple[Level, ...], until: float) -> None:
        idle, queue = 0, list[Party]()
        while not self._over(until) and not self.settled(levels[-1], worth(self.problem, self.plan)[levels[-1]]):
            if not queue:
                queue = self._badly_off(levels[-1])
                if not queue or idle >= self._patience(len(queue)):
                    return
            gain = self._renew(levels, queue.pop(0), until)
            idle = 0 if gain else idle + 1
            if gain:
                self.told(levels[-1], self.plan)

    def _patience(self, many: int) -> int:
        """How many pieces are tried without a gain; where something else looks at the whole afterwards, each once."""
        return many if self.keep is not None else max(PATIENCE, many)

    # --- Where there is something to gain -----------------------------------------------------------------------------

    def _badly_off(self, level: Level) -> list[Party]:
        """Who could be better off at this level, who loses most first; chance moves them a little."""
        losses = [(self._loss(level, party), party) for party in self.problem.parties if party.id not in self.problem.locked]
        found = [(loss * self.draw.uniform(0.5, 1.0), party.id, party) for loss, party in losses if loss > 0]
        return [party for _loss, _id, party in sorted(found, key=lambda each: (-each[0], each[1]))]

    def _loss(self, level: Level, party: Party) -> float:
        row = self.floor.has.get(party.id)
        if level is Level.PLACED:
            return party.weight if row is None and self.places.sorts_for(party) else 0
        if row is None:
            return 0
        if level is Level.MOVED:
            return moved(self.problem.previous.get(party.id, ()), self.places.names(row))
        if level is Level.WISHES:
            return party.weight * (most_points(party) - self.places.points(party, row))
        beside = self._neighbours(row, party)
        if level is Level.NEIGHBOURS:
            known = {name for name in party.near if name in self.floor.has}
            return len(known - beside.keys()) + len(set(party.apart) & beside.keys())
        like = any(each.commodity == party.commodity for each in beside.values()) if party.commodity else False
        return like is (self.problem.groups == "spread")

    def _neighbours(self, row: Iterable[int], party: Party) -> dict[str, Party]:
        return {
            each.id: each
            for at in row
            for near in self.places.beside[at]
            for each in self.floor.holders[near]
            if each.id != party.id and meet(each, party)
        }

    def _region(self, level: Level, party: Party) -> set[int]:
        """Booths around it and around whom it is looking for, and then where it could stand, dearer places first."""
        seeds = list(self.floor.has.get(party.id, ()))[:1]
        if level is Level.NEIGHBOURS:
            seeds += [self.floor.has[name][0] for name in (*party.near, *party.apart) if name in self.floor.has][:2]
        elif level is Level.GROUPS:
            seeds += [self.floor.has[each][0] for each in self._neighbours(self.floor.has[party.id], party)][:1]
        elif level is Level.MOVED:
            before = self.problem.previous.get(party.id, ())
            seeds += [self.places.number[name] for name in before if name in self.places.number][:1]
        elsewhere = self.places.open_to(party)
        self.draw.shuffle(elsewhere)
        if level is Level.WISHES and self.draw.random() < 0.8:
            elsewhere.sort(key=lambda at: -self.places.points(party, (at,)))
        found: set[int] = set()
        for seed in (*seeds, *elsewhere):
            if seed not in found:
                self._grow(found, seed)
            if len(found) >= MOST_FREE:
                break
        return found

    def _grow(self, found: set[int], seed: int) -> None:
        """Booths that stand together, from one of them outwards."""
        edge, many = [seed], min(len(found) + CHUNK, MOST_FREE)
        while edge and len(found) < many:
            at = edge.pop(0)
            if at not in found:
                found.add(at)
                edge += self.places.beside[at]

    # --- One piece ----------------------------------------------------------------------------------------------------

    def _renew(self, levels: tuple[Level, ...], party: Party, until: float) -> bool:
        """Give out a region anew; says whether the plan has become better."""
        free = self._region(levels[-1], party)
        piece, now = self._piece(free, party, levels)
        # Wishes for neighbours make the rows large, and say nothing before their level has its turn.
        tied = None if Level.NEIGHBOURS in levels else frozenset[str]()
        places = Places(piece)
        model = Model(places, levels, exact=True, keep=self._kept(places), tied=tied)
        if self.keep is not None:
            # Who may only choose among places that are as good for it stays in the plan, too.
            for name in now.booths:
                model.rows.row(1, dict.fromkeys(model.columns(name), 1), None)
        start = model.values(now)
        if start is None or not model.rows.hold(start):
            return False
        for level in levels[:-1]:
            goal = model.goal(level)
            model.rows.row(None, goal, sum(by * start[at] for at, by in goal.items()))
        engine = engines.by_clauses if levels[-1] in {Level.NEIGHBOURS, Level.GROUPS} else engines.by_branching
        limits = replace(self.limits, until=min(until, time.monotonic() + AT_ONCE), effort=EFFORT)
        goal = model.goal(levels[-1])
        answer = engine(model.rows, goal, limits, start=start)
        self.effort += answer.effort
        values = answer.values
        if values is None or sum(by * values[at] for at, by in goal.items()) >= sum(by * start[at] for at, by in goal.items()):
            return False
        found = model.plan(values).booths
        booths = {name: given for name, given in self.plan.booths.items() if name not in now.booths} | dict(found)
        order = [each.id for each in self.problem.parties if each.id in booths]
        plan = Plan({name: booths[name] for name in order})
        if violations(self.problem, plan) or not better(self.problem, plan, self.plan):
            return False
        self.plan, self.floor = plan, Floor(self.places, plan)
        return True

    def _kept(self, places: Places) -> Keep | None:
        """The same choices as on the whole floor, in the numbers of the piece."""
        keep = self.keep
        if keep is None:
            return None

        def kept(name: str, where: int | Placement) -> bool:
            row = (places.members[where][0],) if isinstance(where, int) else where
            there = tuple(self.places.number[booth] for booth in places.names(row))
            return keep(name, self.places.sort_of[there[0]] if isinstance(where, int) else there)

        return kept

    def _piece(self, free: set[int], party: Party, levels: tuple[Level, ...]) -> tuple[Problem, Plan]:
        """The region as a problem of its own, whoever stands beside it locked, and who has what in it now."""
        around = free | {near for at in free for near in self.places.beside[at]}
        present = {each.id: each for at in around for each in self.floor.holders[at]}
        inside = {
            name for name in present if name not in self.problem.locked and set(self.floor.has[name]) <= free
        }  # fmt: skip
        members = set(present) | (self._waiting(free, party) if levels[-1] is Level.PLACED else set())
        outside = set(present) - inside
        seen = free | {at for name in outside for at in self.floor.has[name]}
        names = {self.places.booths[at].id for at in seen}
        now = {name: self.places.names(self.floor.has[name]) for name in present}
        used = dict(self.floor.used)
        for name, each in present.items():
            used[each.quota] -= len(now[name])
        piece = replace(
            self.problem,
            booths=tuple(
                # What is beside the region is nobody's to take, on whatever days.
                booth if at in free else replace(booth, closed=True)
                for at, booth in ((at, self.places.booths[at]) for at in sorted(seen))
            ),
            parties=tuple(each for each in self.problem.parties if each.id in members),
            beside=frozenset(
                pair(self.places.booths[at].id, self.places.booths[near].id)
                for at in free
                for near in self.places.beside[at]
                if self.places.booths[near].id in names
            ),
            quotas={quota: most - used.get(quota, 0) for quota, most in self.problem.quotas.items()},
            locked={name: now[name] for name in outside},
            previous={name: booths for name, booths in self.problem.previous.items() if name in members},
        )  # fmt: skip
        return piece, Plan(now)

    def _waiting(self, free: set[int], party: Party) -> set[str]:
        """Who has no booth and could have one of these: the first in line, and this one."""
        sorts = {self.places.sort_of[at] for at in free}
        without = [
            each
            for each in self.problem.parties
            if each.id not in self.floor.has and each.id not in self.problem.locked and sorts & set(self.places.sorts_for(each))
        ]
        without.sort(key=lambda each: (-each.weight, each.id))
        return {party.id, *(each.id for each in without[:MOST_WAITING])}
