"""Writing a published plan down as who has which booth: all of it, in the transaction that publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.errors import ExclusionViolation
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict
from service.core.events import announce
from service.core.i18n import _
from service.fairs.bookings.events import BoothReleased, PlanSettled
from service.fairs.bookings.keeping import release_run_out
from service.fairs.bookings.models import Occupancy, OccupancyState, Origin, stay
from service.fairs.bookings.views import Placing

# What is freed with the old plan stays as history; a placing that the new plan repeats keeps its row.
_STANDING = text(
    "SELECT o.id, o.booth_id, lower(o.days) AS first_day, upper(o.days) - 1 AS last_day, o.application_id, o.share_id, o.name"
    "  FROM fairs_occupancy o WHERE o.fair_id = :fair AND o.origin = 'plan' AND o.state <> 'released' FOR UPDATE"
)
_RELEASE = text("UPDATE fairs_occupancy SET state = 'released', released_at = :now WHERE id = ANY(:ids)")
_KEEP = text("UPDATE fairs_occupancy SET plan_id = :plan WHERE id = ANY(:ids)")
_TAKEN = text(
    "SELECT b.code, o.name FROM fairs_occupancy o JOIN fairs_booth b ON b.id = o.booth_id"
    "  JOIN unnest(CAST(:booths AS uuid[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS p(booth, first_day, last_day)"
    "    ON p.booth = o.booth_id AND o.days && daterange(p.first_day, p.last_day, '[]')"
    " WHERE o.state <> 'released' AND o.origin <> 'plan' ORDER BY b.code LIMIT 3"
)
# A booth that was held for the very exhibitor to whom the plan gives it is hers by the plan from now on.
_HELD_FOR_THEM = text(
    "UPDATE fairs_occupancy o SET state = 'released', released_at = :now"
    "  FROM unnest(CAST(:booths AS uuid[]), CAST(:applications AS uuid[])) AS p(booth, application)"
    " WHERE o.booth_id = p.booth AND o.application_id = p.application AND o.origin = 'hold' AND o.state <> 'released'"
    " RETURNING o.id"
)


async def settle_plan(session: AsyncSession, actor: Actor, fair_id: UUID, plan_id: UUID, placings: Sequence[Placing]) -> None:
    """Let the booths be occupied as this plan says, instead of what any plan before it said.

    The caller holds the fair's lock. The same plan again changes nothing. Raises Conflict naming the booths that a booking or a
    hold has meanwhile, and where two placings ask for one booth on one day.
    """
    await release_run_out(session, actor, sorted({each.booth_id for each in placings}))
    standing = {_same(row): row.id for row in (await session.execute(_STANDING, {"fair": fair_id})).all()}
    wanted = {_said(each): each for each in placings}
    gone = [found for key, found in standing.items() if key not in wanted]
    if gone:
        await session.execute(_RELEASE, {"ids": gone, "now": clock.now()})
    await session.execute(_KEEP, {"ids": [found for key, found in standing.items() if key in wanted], "plan": plan_id})
    new = [each for key, each in wanted.items() if key not in standing]
    theirs = {"booths": [each.booth_id for each in new], "applications": [each.application_id for each in new]}
    for occupancy_id in (await session.scalars(_HELD_FOR_THEM, {**theirs, "now": clock.now()})).all():
        await announce(session, BoothReleased(occupancy_id, fair_id), actor=actor, new={"state": "released"})
    await _refuse_taken(session, new)
    if new:
        try:
            async with session.begin_nested():
                await session.execute(insert(Occupancy), [_row(fair_id, plan_id, each) for each in new])
        except IntegrityError as error:
            if isinstance(error.orig, ExclusionViolation):
                raise Conflict(_("Bản xếp gian cho hai đơn vị cùng một gian, hoặc vừa có người khác đặt gian đó.")) from error
            raise
    told = {"placed": len(wanted), "new": len(new), "freed": len(gone)}
    await announce(session, PlanSettled(fair_id, plan_id), actor=actor, new=told)


def _same(row: Any) -> tuple[Any, ...]:
    return (row.booth_id, row.first_day, row.last_day, row.application_id, row.share_id, row.name)


def _said(each: Placing) -> tuple[Any, ...]:
    return (each.booth_id, each.first_day, each.last_day, each.application_id, each.share_id, each.name)


def _row(fair_id: UUID, plan_id: UUID, each: Placing) -> dict[str, Any]:
    days = stay(each.first_day, each.last_day)
    return {
        "id": new_id(), "fair_id": fair_id, "booth_id": each.booth_id, "days": days,
        "origin": Origin.PLAN, "state": OccupancyState.TAKEN, "name": each.name, "supplier_id": each.supplier_id,
        "application_id": each.application_id, "plan_id": plan_id, "share_id": each.share_id, "created_at": clock.now(),
        "key": new_id(),  # Settling is safe to repeat by what stands, not by keys.
    }  # fmt: skip


async def _refuse_taken(session: AsyncSession, new: Sequence[Placing]) -> None:
    if not new:
        return
    asked = {
        "booths": [each.booth_id for each in new], "firsts": [each.first_day for each in new],
        "lasts": [each.last_day for each in new],
    }  # fmt: skip
    found = (await session.execute(_TAKEN, asked)).all()
    if found:
        named = ", ".join(f"{code} ({name})" for code, name in found)
        raise Conflict(
            _("Những gian này vừa được đặt hoặc giữ, nên bản xếp gian không công bố được: %(booths)s.", booths=named)
        )
