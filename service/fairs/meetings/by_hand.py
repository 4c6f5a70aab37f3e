"""A timetable changed by hand: a meeting moved, two that change places, one more, one less; the same judge looks at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.meetings import frozen as frozen_words
from service.fairs.meetings.events import TimetableSetByHand
from service.fairs.meetings.frozen import Frozen, Pair, pair_id
from service.fairs.meetings.inputs import HandChange
from service.fairs.meetings.models import TimetableRow, TimetableState
from service.fairs.meetings.problem import Problem, Timetable, Violation
from service.fairs.meetings.timetable import worth
from service.fairs.meetings.timetables import new_version, version_of
from service.fairs.meetings.violations import violations

BASES = (TimetableState.FOUND, TimetableState.HAND, TimetableState.PUBLISHED, TimetableState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A timetable set by hand, with every rule that it breaks; none: it may stand."""

    frozen: Frozen
    timetable: Timetable
    broken: tuple[Violation, ...]


async def judge_by_hand(session: AsyncSession, actor: Actor, slug: str, number: int, change: HandChange) -> Judged:
    """Hold one change against the rules, and keep nothing."""
    fair = await standing.own(session, slug, actor)
    return _judged(await version_of(session, fair.id, number), change)


async def change_by_hand(
    session: AsyncSession, actor: Actor, slug: str, number: int, change: HandChange, *, version: int | None = None
) -> TimetableRow:
    """Keep one change, if it breaks no rule: in a version of its own, or in the one by hand that it is made to.

    Raises Invalid with what it breaks in `errors`, by rule; Conflict where another has changed the same version meanwhile.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    key = change.key or new_id()
    there = await session.scalar(select(TimetableRow).where(TimetableRow.key == key, TimetableRow.fair_id == fair.id))
    if there is not None:
        return there
    row = await version_of(session, fair.id, number, lock=True)
    if row.result.get("key") == str(key):  # The same press twice.
        return row
    if version is not None and row.version != version:
        raise Conflict(_("Người khác vừa sửa lịch này. Hãy xem lại bản mới rồi sửa tiếp."))
    judged = _judged(row, change)
    if judged.broken:
        raise Invalid(_("Sửa như vậy thì lịch phá %(n)s quy tắc.", n=len(judged.broken)))
    kept = {"frozen": judged.frozen.document(), "result": _answer(judged, row.result) | {"key": str(key)}}
    if row.state == TimetableState.HAND:
        old = {"held": row.result.get("held")}
        row.frozen, row.result, row.found_at = kept["frozen"], kept["result"], clock.now()
        await session.flush()
    else:
        old = None
        row = await new_version(
            session, actor, fair.id, key, TimetableState.HAND, seed=row.seed, settings=row.settings, basis_id=row.id,
            found_at=clock.now(), **kept,
        )  # fmt: skip
    told = change.model_dump(mode="json", exclude={"key"}, exclude_none=True)
    await announce(session, TimetableSetByHand(row.id, fair.id), actor=actor, old=old, new=told)
    return row


async def keep_whole(
    session: AsyncSession, actor: Actor, fair_slug: str, frozen: Frozen, found: Timetable, *, key: UUID, seed: int = 1
) -> TimetableRow:
    """Keep a whole timetable that was set elsewhere, if it breaks no rule. The same `key` again is the same version."""
    fair = await standing.own(session, fair_slug, actor, lock=True)
    there = await session.scalar(select(TimetableRow).where(TimetableRow.key == key, TimetableRow.fair_id == fair.id))
    if there is not None:
        return there
    broken = violations(frozen.problem(), found)
    if broken:
        raise Invalid(_("Sửa như vậy thì lịch phá %(n)s quy tắc.", n=len(broken)))
    row = await new_version(
        session, actor, fair.id, key, TimetableState.HAND, seed=seed, settings={}, found_at=clock.now(),
        frozen=frozen.document(), result=_answer(Judged(frozen, found, ()), {}),
    )  # fmt: skip
    await announce(session, TimetableSetByHand(row.id, fair.id), actor=actor, new={"meetings": len(found.held)})
    return row


def _judged(row: TimetableRow, change: HandChange) -> Judged:
    if row.state not in BASES or not row.frozen:
        raise Conflict(_("Lịch này chưa có kết quả nên chưa sửa được."))
    frozen = frozen_words.read(row.frozen)
    found = dict(frozen_words.timetable(row.result).held)
    if change.kind == "add":
        frozen = _with_both(frozen, change)
    names = frozen.by_pair
    name = pair_id(change.supplier, change.buyer) if change.kind == "add" else change.meeting or ""
    if name not in names or (change.kind != "add" and name not in found):
        raise NotFound(_("Lịch này không có cuộc gặp đó."))
    if change.kind == "drop":
        del found[name]
        # What the organiser drops she does not want to be held: it need not be held any more.
        pairs = tuple(replace(each, required=False) if each.id == name else each for each in frozen.pairs)
        frozen = replace(frozen, pairs=pairs)
    elif change.kind == "swap":
        other = change.other or ""
        if other not in found:
            raise NotFound(_("Lịch này không có cuộc gặp đó."))
        found[name], found[other] = _swapped(names[name], names[other], found[name], found[other])
    else:
        slot = change.slot or 0
        rest = {each: place for each, place in found.items() if each != name}
        found[name] = (slot, None if names[name].at_booth else change.table or _free_table(frozen, rest, slot))
    made = Timetable(found)
    return Judged(frozen, made, violations(frozen.problem(), made))


def _with_both(frozen: Frozen, change: HandChange) -> Frozen:
    supplier, buyer = str(change.supplier), str(change.buyer)
    people = frozen.by_person
    if supplier not in people or buyer not in people or people[supplier].side == people[buyer].side:
        raise NotFound(_("Không có bên này trong các cuộc gặp của hội chợ."))
    return frozen.with_pair(Pair(pair_id(supplier, buyer), supplier, buyer, 1, at_booth=people[supplier].booth is not None))


def _swapped(
    one: Pair, other: Pair, here: tuple[int, int | None], there: tuple[int, int | None]
) -> tuple[tuple[int, int | None], tuple[int, int | None]]:
    """The two places the other way round. A meeting at a booth takes over the time and leaves the table where it is."""
    if one.at_booth == other.at_booth and not one.at_booth:
        return there, here
    return (there[0], here[1]), (here[0], there[1])


def _free_table(frozen: Frozen, found: dict[str, tuple[int, int | None]], slot: int) -> int | None:
    """The first table that is free then; the one after the last where none is, which the judge refuses."""
    taken = {table for at, table in found.values() if at == slot}
    most = frozen.tables_of(slot)
    return next((table for table in range(1, most + 1) if table not in taken), most + 1)


def _answer(judged: Judged, before: dict[str, Any]) -> dict[str, Any]:
    problem: Problem = judged.frozen.problem()
    figures = worth(problem, judged.timetable)
    held = frozen_words.placed(judged.timetable)
    return {
        "status": "hand", "held": held, "dropped": sorted(set(judged.frozen.by_pair) - set(held)),
        "figures": {str(level): value for level, value in figures.items()},
        "before": before.get("levels") or before.get("before"),
    }  # fmt: skip
