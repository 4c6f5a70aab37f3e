"""Reads of timetables for the organiser: every version, and one with its proof, its meetings and what was left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.fairs import standing
from service.fairs.meetings import frozen as frozen_words
from service.fairs.meetings import names
from service.fairs.meetings.frozen import Frozen, Pair
from service.fairs.meetings.models import READY, WAITING, TimetableRow, TimetableState
from service.fairs.meetings.problem import Level, Rule, Violation
from service.fairs.meetings.slots import Slot
from service.fairs.meetings.timetables import version_of


@dataclass(frozen=True, slots=True)
class LevelView:
    """What one level reached: the value, and what nothing can beat."""

    level: str
    value: int
    bound: int | None  # None: set by hand, nothing is proven of it.
    proven: bool

    @property
    def gap(self) -> int:
        """How far it may be from the best."""
        return abs(self.value - self.bound) if self.bound is not None else 0


@dataclass(frozen=True, slots=True)
class TimetableView:
    """One version in a list, or at the head of its page."""

    number: int
    state: TimetableState
    version: int
    seed: int
    settings: Mapping[str, Any]
    progress: Mapping[str, Any]
    status: str | None
    meetings: int
    dropped: int
    levels: tuple[LevelView, ...]
    reason: str | None
    stop_asked: bool
    basis: int | None
    seconds: float | None
    created_at: datetime
    found_at: datetime | None
    published_at: datetime | None

    @property
    def state_name(self) -> str:
        """Where it stands."""
        return names.timetable_state_name(self.state)

    @property
    def tone(self) -> str:
        """How the badge of its state looks."""
        return {"published": "good", "found": "info", "hand": "info", "failed": "bad", "cancelled": "warn"}.get(self.state, "")

    @property
    def running(self) -> bool:
        """Whether it is being looked for."""
        return self.state in WAITING

    @property
    def ready(self) -> bool:
        """Whether it may be published."""
        return self.state in READY

    @property
    def failure(self) -> str:
        """Why it failed, and what to do next."""
        return names.failure(self.reason)


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting of a version."""

    id: str
    slot: Slot
    table: int | None
    booth: str | None
    supplier: str
    buyer: str
    value: int
    promised: bool
    wishes: tuple[int, int]
    fit: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A meeting that was wished and is not held, with the reason that can be seen from outside."""

    id: str
    supplier: str
    buyer: str
    value: int
    promised: bool
    reason: str  # A word: no_common_slot, supplier_full, buyer_full, busy, tables


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a version, to choose from."""

    id: str
    name: str
    side: str
    meetings: int


@dataclass(frozen=True, slots=True)
class TimetablePage:
    """One version with its meetings."""

    head: TimetableView
    slots: tuple[Slot, ...]
    tables: int
    planned: list[Planned]
    left_out: list[LeftOut]
    people: list[Person]
    reasons: tuple[Violation, ...]
    names: Mapping[str, str]

    def on(self, day: date) -> list[Planned]:
        """The meetings of one day."""
        return [each for each in self.planned if each.slot.starts_at.astimezone(clock.ZONE).date() == day]

    @property
    def days(self) -> list[date]:
        """The days that have slots."""
        return sorted({each.starts_at.astimezone(clock.ZONE).date() for each in self.slots})


async def timetable_list(session: AsyncSession, actor: Actor, slug: str) -> list[TimetableView]:
    """Every version of a fair's timetable, the newest first, for its organiser: two statements."""
    fair = await standing.own(session, slug, actor)
    rows = await session.scalars(
        select(TimetableRow).where(TimetableRow.fair_id == fair.id).order_by(TimetableRow.number.desc())
    )
    every = list(rows)
    numbers = {each.id: each.number for each in every}
    return [_view(each, numbers.get(each.basis_id) if each.basis_id else None) for each in every]


async def timetable_page(session: AsyncSession, actor: Actor, slug: str, number: int) -> TimetablePage:
    """One version for the organiser."""
    fair = await standing.own(session, slug, actor)
    row = await version_of(session, fair.id, number)
    basis = await session.scalar(select(TimetableRow.number).where(TimetableRow.id == row.basis_id)) if row.basis_id else None
    head = _view(row, basis)
    reasons = tuple(
        Violation(Rule(each["rule"]), *(each[name] for name in ("meeting", "other", "participant", "slot")))
        for each in row.result.get("reasons", ())
    )
    if not row.frozen:
        return TimetablePage(head, (), 0, [], [], [], reasons, {})
    frozen = frozen_words.read(row.frozen)
    held = frozen_words.timetable(row.result).held
    planned = sorted((_planned(frozen, name, *place) for name, place in held.items()), key=_in_order)
    many: dict[str, int] = defaultdict(int)
    for name in held:
        many[frozen.by_pair[name].supplier] += 1
        many[frozen.by_pair[name].buyer] += 1
    left = [_left_out(frozen, held, frozen.by_pair[name], many) for name in row.result.get("dropped", ())
            if name in frozen.by_pair]  # fmt: skip
    left.sort(key=lambda one: (-one.value, one.supplier, one.buyer))
    people = [Person(each.id, each.name, each.side, many[each.id]) for each in frozen.people]
    people.sort(key=lambda one: (one.side, one.name))
    tables = max((frozen.tables_of(each.number) for each in frozen.slots), default=frozen.tables)
    return TimetablePage(head, frozen.slots, tables, planned, left, people, reasons, names_in(frozen))


def names_in(frozen: Frozen) -> dict[str, str]:
    """What meetings and participants of a question are called, for sentences."""
    people = {each.id: each.name for each in frozen.people}
    return people | {each.id: f"{people[each.supplier]} – {people[each.buyer]}" for each in frozen.pairs}


def _in_order(one: Planned) -> tuple[int, int, str]:
    return one.slot.number, one.table or 0, one.booth or ""


def _planned(frozen: Frozen, name: str, slot: int, table: int | None) -> Planned:
    pair = frozen.by_pair[name]
    supplier, buyer = frozen.by_person[pair.supplier], frozen.by_person[pair.buyer]
    return Planned(
        name, frozen.by_slot[slot], table, supplier.booth if pair.at_booth else None, supplier.name, buyer.name, pair.value,
        pair.promised, pair.wishes, pair.fit,
    )  # fmt: skip


def _left_out(frozen: Frozen, held: Mapping[str, tuple[int, int | None]], pair: Pair, many: Mapping[str, int]) -> LeftOut:
    supplier, buyer = frozen.by_person[pair.supplier], frozen.by_person[pair.buyer]
    allowed = set(pair.slots if pair.slots is not None else range(1, len(frozen.slots) + 1))
    common = allowed - set(supplier.unavailable) - set(buyer.unavailable)
    busy = {
        slot for name, (slot, _table) in held.items()
        if {frozen.by_pair[name].supplier, frozen.by_pair[name].buyer} & {supplier.id, buyer.id}
    }  # fmt: skip
    if not common:
        reason = "no_common_slot"
    elif supplier.most is not None and many[supplier.id] >= supplier.most:
        reason = "supplier_full"
    elif buyer.most is not None and many[buyer.id] >= buyer.most:
        reason = "buyer_full"
    elif common <= busy:
        reason = "busy"
    elif not pair.at_booth and all(_full(frozen, held, slot) for slot in common - busy):
        reason = "tables"
    else:
        reason = "worth_less"
    return LeftOut(pair.id, supplier.name, buyer.name, pair.value, pair.promised, reason)


def _full(frozen: Frozen, held: Mapping[str, tuple[int, int | None]], slot: int) -> bool:
    seated = sum(at == slot and not frozen.by_pair[name].at_booth for name, (at, _table) in held.items())
    return seated >= frozen.tables_of(slot)


def _view(row: TimetableRow, basis: int | None) -> TimetableView:
    said = row.result
    return TimetableView(
        row.number, row.state, row.version, row.seed, row.settings, row.progress, said.get("status"), len(said.get("held", ())),
        len(said.get("dropped", ())), tuple(_levels(said)), row.reason, row.stop_asked, basis, said.get("seconds"),
        row.created_at, row.found_at, row.published_at,
    )  # fmt: skip


def _levels(said: Mapping[str, Any]) -> Iterable[LevelView]:
    levels: Sequence[Mapping[str, Any]] = said.get("levels", ())
    if levels:
        return [LevelView(each["level"], each["value"], each["bound"], each["proven"]) for each in levels]
    figures: Mapping[str, int] = said.get("figures", {})
    return [LevelView(level.value, figures[level], None, False) for level in Level if level in figures]


def published_number(versions: Sequence[TimetableView]) -> int:
    """The number of the version that holds now; 0: none."""
    return next((each.number for each in versions if each.state is TimetableState.PUBLISHED), 0)
