"""Reads of the floor: for everybody who needs to know what stands where, and for the one who draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.fairs import standing
from service.fairs.layouts import rows
from service.fairs.layouts.floor import Floor, HallFloor, Spot, Thing, ZoneMark
from service.fairs.layouts.inputs import FloorDraft, natural
from service.fairs.layouts.models import Booth, BoothClass, FloorState, Shape, Zone
from service.fairs.models import Hall

_HALLS = text(
    "SELECT h.id, h.name, h.width_m, h.depth_m, h.outdoor, s.kind, s.label, s.x_m, s.y_m, s.width_m AS wide, s.depth_m AS deep"
    "  FROM fairs_hall h LEFT JOIN fairs_shape s ON s.hall_id = h.id"
    " WHERE h.fair_id = :fair AND h.width_m IS NOT NULL AND h.depth_m IS NOT NULL"
    " ORDER BY h.position, h.name, h.id, s.kind, s.y_m, s.x_m, s.id"
)
_BOOTHS = text(
    "SELECT b.id, b.hall_id, b.code, b.x_m, b.y_m, b.width_m, b.depth_m, b.power, b.water, b.cold, b.first_come, b.closed,"
    " b.part_of, z.code AS zone, c.code AS class_code, c.kind, coalesce(b.price_vnd,"
    " CASE c.price_by WHEN 'm2' THEN round(c.price_vnd * b.width_m * b.depth_m) ELSE c.price_vnd END)::bigint AS price_vnd"
    "  FROM fairs_booth b JOIN fairs_booth_class c ON c.id = b.class_id LEFT JOIN fairs_zone z ON z.id = b.zone_id"
    " WHERE b.fair_id = :fair"
)
_ZONES = text(
    "SELECT id, code, name, kind, province_code, goods, smell FROM fairs_zone WHERE fair_id = :fair ORDER BY position, code, id"
)
WAITS = timedelta(days=1)


async def floor(session: AsyncSession, fair_id: UUID) -> Floor:
    """The whole floor of a fair in three statements: drawn halls in their order, in each the booths that can be given out."""
    asked = {"fair": fair_id}
    shapes = (await session.execute(_HALLS, asked)).all()
    booths = (await session.execute(_BOOTHS, asked)).all()
    zones = tuple(ZoneMark(*zone) for zone in (await session.execute(_ZONES, asked)).all())
    halls: dict[UUID, Any] = {row.id: row for row in shapes}
    things: dict[UUID, list[Thing]] = {hall_id: [] for hall_id in halls}
    for row in shapes:
        if row.kind is not None:
            place = (float(row.x_m), float(row.y_m), float(row.wide), float(row.deep))
            things[row.id].append(Thing(row.kind, row.label, *place))
    standing_in = _spots(booths, {hall_id: row.name for hall_id, row in halls.items()})
    return Floor(
        fair_id,
        tuple(
            HallFloor(
                hall_id, row.name, float(row.width_m), float(row.depth_m), row.outdoor,
                tuple(standing_in.get(hall_id, ())), tuple(things[hall_id]),
            )
            for hall_id, row in halls.items()
        ),
        zones,
    )  # fmt: skip


def _spots(booths: Sequence[Any], halls: Mapping[UUID, str]) -> dict[UUID, list[Spot]]:
    parts: dict[UUID, list[str]] = {}
    for row in booths:
        if row.part_of is not None:
            parts.setdefault(row.part_of, []).append(row.code)
    found: dict[UUID, list[Spot]] = {}
    for row in sorted(booths, key=lambda each: natural(each.code)):
        if row.part_of is not None or row.hall_id not in halls:
            continue
        found.setdefault(row.hall_id, []).append(
            Spot(
                row.id, row.code, row.hall_id, halls[row.hall_id], row.class_code, row.kind,
                float(row.x_m), float(row.y_m), float(row.width_m), float(row.depth_m),
                row.zone, row.power, row.water, row.cold, row.price_vnd, row.first_come, row.closed,
                tuple(sorted(parts.get(row.id, ()), key=natural)),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history, as the one who draws sees it."""

    number: int
    what: str
    who: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FloorDesk:
    """The floor for the one who draws it: all that stands there, parts too, and what can be undone and done again."""

    fair_id: UUID
    version: int
    draft: FloorDraft
    taken: frozenset[UUID]  # Booths that somebody has or holds now.
    undo: Step | None
    redo: Step | None
    steps: tuple[Step, ...]  # The last ones in force, the newest first.
    waiting: UUID | None  # A sheet that waits for the word to go ahead.


async def desk(session: AsyncSession, slug: str, actor: Actor | None) -> FloorDesk:
    """The floor of the organiser's own fair, ready to be drawn on."""
    fair = await standing.own(session, slug, actor)
    state = await session.get(FloorState, fair.id)
    draft = rows.draft_of(await stored(session, fair.id))
    steps = await _steps(session, fair.id, state.step if state else 0)
    number = state.step if state else 0
    done = tuple(step for step in steps if step.number <= number)
    return FloorDesk(
        fair.id, state.version if state else 0, draft, await taken(session, fair.id),
        done[0] if done else None, next((step for step in reversed(steps) if step.number > number), None),
        done, state.waiting_id if state is not None and fresh(state) else None,
    )  # fmt: skip


def fresh(state: FloorState) -> bool:
    """Whether a sheet that was looked at may still go ahead."""
    return state.waiting_at is not None and state.waiting_at > clock.now() - WAITS


_STEPS = text(
    "SELECT s.number, s.what, p.name, s.made_at FROM fairs_floor_step s LEFT JOIN accounts_person p ON p.id = s.person_id"
    " WHERE s.fair_id = :fair AND s.number BETWEEN :number - 9 AND :number + 1 ORDER BY s.number DESC"
)


async def _steps(session: AsyncSession, fair_id: UUID, number: int) -> list[Step]:
    return [Step(*row) for row in await session.execute(_STEPS, {"fair": fair_id, "number": number})]


_TAKEN = text(
    "SELECT DISTINCT booth_id FROM fairs_occupancy WHERE fair_id = :fair"
    " AND (state = 'taken' OR (state = 'held' AND held_until > :now))"
)


async def taken(session: AsyncSession, fair_id: UUID) -> frozenset[UUID]:
    """The booths that somebody has or holds now; of the table above this part nothing else is known here."""
    return frozenset((await session.scalars(_TAKEN, {"fair": fair_id, "now": clock.now()})).all())


async def stored(session: AsyncSession, fair_id: UUID) -> rows.Rows:
    """The floor of a fair as it is stored: five statements, no objects."""
    halls = select(Hall.id, Hall.position, Hall.name, Hall.width_m, Hall.depth_m, Hall.outdoor).where(Hall.fair_id == fair_id)
    asked = {
        "class": select(*(column for column in BoothClass.__table__.c if column.name != "fair_id")).where(
            BoothClass.fair_id == fair_id
        ),
        "zone": select(*(column for column in Zone.__table__.c if column.name != "fair_id")).where(Zone.fair_id == fair_id),
        "hall": halls,
        "booth": select(*(column for column in Booth.__table__.c if column.name != "fair_id")).where(Booth.fair_id == fair_id),
        "thing": select(*Shape.__table__.c).join(Hall, Hall.id == Shape.hall_id).where(Hall.fair_id == fair_id),
    }
    found: rows.Rows = {}
    for table, statement in asked.items():
        found[table] = {}
        for row in (await session.execute(statement)).mappings():
            values: rows.Values = {name: str(value) if name in WORDS else value for name, value in row.items()}
            found[table][values.pop("id")] = values
    return found


WORDS = frozenset({"kind", "price_by", "goods", "power"})  # Stored as words; a state of the floor knows them as such.
