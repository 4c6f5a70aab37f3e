"""The question of a timetable, frozen at one moment: kept with its answer, and named by a digest. PURE."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from service.fairs.meetings.models import Side
from service.fairs.meetings.problem import Meeting, Participant, Problem, Timetable
from service.fairs.meetings.slots import Slot

# What a meeting is worth. Two lists count by their marks (1 to 3 each), one alone by half; who was asked and has said yes
# counts above every pair of lists; how well goods and requests fit weighs like one mark at most.
MARK, HALF_MARK, PROMISED, FIT = 10, 5, 70, 10
TABLES_AT = ("", 0, 0)


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as the solver sees it. `caps`: at most so many meetings in these slots (those of a session)."""

    id: str
    side: str
    name: str
    unavailable: tuple[int, ...] = ()
    most: int | None = None
    caps: tuple[tuple[tuple[int, ...], int], ...] = ()
    spot: tuple[str, int, int] | None = None
    booth: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A meeting that could be held, with where its worth comes from."""

    id: str
    supplier: str
    buyer: str
    value: int
    required: bool = False
    fixed: int | None = None
    slots: tuple[int, ...] | None = None
    at_booth: bool = False
    wishes: tuple[int, int] = (0, 0)  # The marks of supplier and buyer.
    promised: bool = False
    fit: int = 0  # Out of a hundred.


@dataclass(frozen=True)
class Frozen:
    """Everything that a timetable is made of."""

    slots: tuple[Slot, ...]
    tables: int
    people: tuple[Person, ...]
    pairs: tuple[Pair, ...]
    previous: Mapping[str, tuple[int, int | None]]
    max_gap_difference: int | None = None
    tables_in: Mapping[int, int] = field(default_factory=dict)  # Slot -> its tables, where its session has its own number.

    def tables_of(self, slot: int) -> int:
        """How many tables there are in a slot."""
        return self.tables_in.get(slot, self.tables)

    @cached_property
    def by_pair(self) -> dict[str, Pair]:
        """The pairs by id."""
        return {each.id: each for each in self.pairs}

    @cached_property
    def by_person(self) -> dict[str, Person]:
        """The participants by id."""
        return {each.id: each for each in self.people}

    @cached_property
    def by_slot(self) -> dict[int, Slot]:
        """The slots by number."""
        return {each.number: each for each in self.slots}

    def problem(self) -> Problem:
        """The same for judge and solver."""
        return Problem(
            slots=len(self.slots), tables=self.tables, tables_in=dict(self.tables_in),
            participants=tuple(
                Participant(
                    each.id, frozenset(each.unavailable), each.most, each.spot,
                    caps=tuple((frozenset(slots), most) for slots, most in each.caps),
                )
                for each in self.people
            ),
            meetings=tuple(
                Meeting(
                    each.id, each.supplier, each.buyer, frozenset(each.slots) if each.slots is not None else None, each.fixed,
                    each.value, each.required, each.supplier if each.at_booth else None,
                )
                for each in self.pairs
            ),
            max_gap_difference=self.max_gap_difference, previous=dict(self.previous),
            breaks=frozenset(each.number for each in self.slots if each.after_pause),
        )  # fmt: skip

    def with_pair(self, pair: Pair) -> Frozen:
        """The same with one more meeting that could be held."""
        return self if pair.id in self.by_pair else replace(self, pairs=(*self.pairs, pair))

    def at(self, start: datetime) -> int | None:
        """The slot that begins at that moment; None where none does (any more)."""
        return next((each.number for each in self.slots if each.starts_at == start), None)

    def document(self) -> dict[str, Any]:
        """The same in the words of JSON."""
        said: dict[str, Any] = asdict(self)
        for slot in said["slots"]:
            slot["session_id"] = str(slot["session_id"])
            slot["starts_at"], slot["ends_at"] = slot["starts_at"].isoformat(), slot["ends_at"].isoformat()
        said["previous"] = {name: list(place) for name, place in self.previous.items()}
        said["tables_in"] = {str(slot): tables for slot, tables in self.tables_in.items()}
        if not self.tables_in:
            del said["tables_in"]  # So that a question from before sessions had tables of their own keeps its name.
        return said

    def digest(self, *settings: object) -> str:
        """A name for the question and how it is asked."""
        text = json.dumps([self.document(), *(str(each) for each in settings)], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def read(document: Mapping[str, Any]) -> Frozen:
    """The question again, as it was frozen."""
    slots = tuple(
        Slot(**{**each, "session_id": UUID(each["session_id"]), "starts_at": datetime.fromisoformat(each["starts_at"]),
                "ends_at": datetime.fromisoformat(each["ends_at"])})
        for each in document["slots"]
    )  # fmt: skip
    people = tuple(
        Person(**{**each, "unavailable": tuple(each["unavailable"]),
                  "caps": tuple((tuple(slots), most) for slots, most in each["caps"]),
                  "spot": (each["spot"][0], each["spot"][1], each["spot"][2]) if each["spot"] else None})
        for each in document["people"]
    )  # fmt: skip
    pairs = tuple(
        Pair(**{**each, "slots": tuple(each["slots"]) if each["slots"] is not None else None, "wishes": tuple(each["wishes"])})
        for each in document["pairs"]
    )
    previous = {name: (place[0], place[1]) for name, place in document["previous"].items()}
    tables_in = {int(slot): tables for slot, tables in document.get("tables_in", {}).items()}
    return Frozen(slots, document["tables"], people, pairs, previous, document["max_gap_difference"], tables_in)


def pair_id(supplier: object, buyer: object) -> str:
    """How the meeting of two is called in every version."""
    return f"{supplier}.{buyer}"


def worth(wishes: tuple[int, int], *, promised: bool, fit: float) -> int:
    """What a meeting is worth by the marks of both sides, a promise, and how well they fit (0…1)."""
    marks = sum(wishes) * (MARK if all(wishes) else HALF_MARK)
    return marks + (PROMISED if promised else 0) + round(fit * FIT)


def timetable(result: Mapping[str, Any]) -> Timetable:
    """The timetable of a stored answer."""
    return Timetable({name: (place[0], place[1]) for name, place in result.get("held", {}).items()})


def placed(found: Timetable) -> dict[str, list[int | None]]:
    """A timetable in the words of JSON."""
    return {name: [slot, table] for name, (slot, table) in sorted(found.held.items())}


def side_name(person: Person) -> Side:
    """The side of a participant."""
    return Side(person.side)
