"""A fair as it was when its booths were to be given out: who, which booths, which wishes. PURE.

It is kept as JSON beside the version, so that a plan can be explained later by the very facts it was made from. `facts` names
the fair itself, without the settings and without what was published before: while it is the same, a version is up to date.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from service.fairs.plans.problem import Booth, Level, Party, Problem, Zone
from service.fairs.plans.words import Names


@dataclass(frozen=True, slots=True)
class Who:
    """A party for people: its name on the fascia, the code of its application, and whether it is accepted or waiting."""

    name: str
    code: str
    state: str
    place: int | None
    points: int
    applications: tuple[str, ...]  # Of all who share the booth, the first one first.
    suppliers: tuple[str | None, ...]
    names: tuple[str, ...]
    turns: tuple[tuple[str, int, int], ...] = ()  # Who has the booth when, where they take turns: application, stay.


@dataclass(frozen=True)
class Frozen:
    """The question: the problem as the solver reads it, and the names of parties, booths and halls for those who read it."""

    first_day: date
    problem: Problem
    parties: Mapping[str, Who]
    codes: Mapping[str, str]  # Booth -> its code.
    halls: Mapping[str, str]  # Hall -> its name.
    zones: Mapping[str, str] = field(default_factory=dict)  # The code of a zone -> its name.
    quotas: Mapping[str, str] = field(default_factory=dict)  # What a quota is called.
    classes: Mapping[str, str] = field(default_factory=dict)  # The code of a class of booths -> its name.

    @property
    def names(self) -> Names:
        """How all of it is called on a page."""
        parties = {party: who.name for party, who in self.parties.items()}
        return Names(parties=parties, booths=self.codes, zones=self.zones, classes=self.classes, quotas=self.quotas)

    def document(self) -> dict[str, Any]:
        """As JSON. The pairs of booths are written by their place in the list, which is a tenth of the length."""
        told = asdict(self.problem)
        place = {booth.id: n for n, booth in enumerate(self.problem.booths)}
        told["beside"] = sorted([place[a], place[b]] for a, b in self.problem.beside)
        if not self.problem.kept:  # A fair without holds keeps the name that it had before there were any.
            del told["kept"]
        told["levels"] = [str(level) for level in self.problem.levels]
        return {
            "first_day": self.first_day.isoformat(), "problem": told, "codes": dict(self.codes), "halls": dict(self.halls),
            "zones": dict(self.zones), "quotas": dict(self.quotas), "classes": dict(self.classes),
            "parties": {name: asdict(who) for name, who in self.parties.items()},
        }  # fmt: skip

    def facts(self) -> str:
        """The name of the fair as it is here: equal for equal booths, parties, zones and days, whatever was published."""
        problem = replace(self.problem, locked={}, kept={}, previous={}, quotas={}, groups="free", levels=(Level.PLACED,),
                          parties=tuple(replace(party, luck=0, quota="") for party in self.problem.parties))  # fmt: skip
        told = json.dumps([self.first_day.isoformat(), replace(self, problem=problem).document()["problem"]], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def day(self, position: int) -> date:
        """A day by its place in the fair."""
        return self.first_day + timedelta(days=position)

    @cached_property
    def by_code(self) -> dict[str, str]:
        """Booths by their codes as people type them."""
        return {code.casefold(): booth for booth, code in self.codes.items()}

    @cached_property
    def by_application(self) -> dict[str, str]:
        """Parties by the codes of their applications as people type them."""
        return {who.code.casefold(): party for party, who in self.parties.items()}

    def code(self, booth: str) -> str:
        """The code of a booth; of one that is not on the floor any more, a dash."""
        return self.codes.get(booth, "–")

    def name(self, party: str) -> str:
        """The name of a party; of one that takes no part any more, its dash."""
        who = self.parties.get(party)
        return who.name if who else "–"


def read(told: Mapping[str, Any]) -> Frozen:
    """The question again, from its JSON."""
    problem = told["problem"]
    booths = tuple(
        Booth(**{**each, "held": tuple((first, last) for first, last in each["held"])}) for each in problem["booths"]
    )
    return Frozen(
        first_day=date.fromisoformat(told["first_day"]),
        problem=Problem(
            days=problem["days"],
            booths=booths,
            parties=tuple(Party(**_tuples(each)) for each in problem["parties"]),
            zones=tuple(Zone(**each) for each in problem["zones"]),
            beside=frozenset((booths[a].id, booths[b].id) for a, b in problem["beside"]),
            quotas=dict(problem["quotas"]),
            locked={party: tuple(those) for party, those in problem["locked"].items()},
            kept={party: tuple(those) for party, those in problem.get("kept", {}).items()},
            previous={party: tuple(those) for party, those in problem["previous"].items()},
            groups=problem["groups"],
            levels=tuple(Level(each) for each in problem["levels"]),
        ),
        parties={
            name: Who(**{**_tuples(who), "turns": tuple((one, first, last) for one, first, last in who["turns"])})
            for name, who in told["parties"].items()
        },
        codes=dict(told["codes"]),
        halls=dict(told["halls"]),
        zones=dict(told["zones"]),
        quotas=dict(told["quotas"]),
        classes=dict(told["classes"]),
    )


def _tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


@dataclass(frozen=True, slots=True)
class Since:
    """What has changed at a fair since a question was frozen: parties and booths by name, as they are said."""

    withdrawn: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()  # Booths that have another size, power, zone.
    order: bool = False  # The order of choice is another one.
    floor: bool = False  # Days, zones, or which booths stand side by side.
    kept: tuple[str, ...] = ()  # Parties for whom other booths are held than the version gives them.

    @property
    def any(self) -> bool:
        """Whether anything has changed."""
        return bool(
            self.withdrawn
            or self.joined
            or self.changed
            or self.lost
            or self.gained
            or self.altered
            or self.order
            or self.floor
            or self.kept
        )


def since(then: Frozen, now: Frozen) -> Since:
    """Compare a frozen fair with the fair of now. Weights and luck move with others, so they count for nothing here."""
    old, new = ({party.id: _plain(party) for party in each.problem.parties} for each in (then, now))
    before, after = ({booth.id: booth for booth in each.problem.booths} for each in (then, now))
    open_before = {name for name, booth in before.items() if _open(booth, then.problem.days)}
    open_after = {name for name, booth in after.items() if _open(booth, now.problem.days)}
    both = open_before & open_after
    return Since(
        withdrawn=_called(then, old.keys() - new.keys()),
        joined=_called(now, new.keys() - old.keys()),
        changed=_called(now, (name for name in old.keys() & new.keys() if old[name] != new[name])),
        lost=_coded(then, open_before - open_after),
        gained=_coded(now, open_after - open_before),
        altered=_coded(now, (name for name in both if before[name] != after[name])),
        order=_order(then, old.keys() & new.keys()) != _order(now, old.keys() & new.keys()),
        floor=(then.first_day, then.problem.days, then.problem.zones) != (now.first_day, now.problem.days, now.problem.zones)
        or {pair for pair in then.problem.beside if both.issuperset(pair)}
        != {pair for pair in now.problem.beside if both.issuperset(pair)},
    )


def _order(frozen: Frozen, among: Iterable[str]) -> list[str]:
    kept = set(among)
    there = [(-party.weight, party.id) for party in frozen.problem.parties if party.id in kept]
    return [name for _weight, name in sorted(there)]


def _plain(party: Party) -> Party:
    return replace(party, weight=1, luck=0, quota="")


def _open(booth: Booth, days: int) -> bool:
    """Whether a booth can be given to somebody on all days."""
    return not booth.closed and not any(first < days and last >= 0 for first, last in booth.held)


def _called(frozen: Frozen, parties: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(frozen.name(party) for party in parties))


def _coded(frozen: Frozen, booths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(frozen.code(booth) for booth in booths))
