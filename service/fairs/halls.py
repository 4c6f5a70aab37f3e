"""The halls of a fair as its organiser names them. Sizes in metres and what stands in them belong to `fairs.layouts`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.errors import Invalid
from service.core.i18n import _
from service.fairs.inputs import HallDraft
from service.fairs.models import Hall

_DRAWN = text("SELECT DISTINCT b.hall_id FROM fairs_booth b WHERE b.hall_id = ANY(:halls)")


async def hall_lines(session: AsyncSession, fair_id: UUID) -> list[tuple[str, str | None, Decimal | None]]:
    """Name, words and square metres of each hall, in order."""
    found = await session.execute(
        select(Hall.name, Hall.about, Hall.area_m2).where(Hall.fair_id == fair_id).order_by(Hall.position, Hall.name)
    )
    return [(name, about, area) for name, about, area in found.all()]


async def keep_halls(session: AsyncSession, fair_id: UUID, halls: Sequence[HallDraft]) -> None:
    """Keep these halls, by name: what is drawn in a hall stays with it, and a hall with booths is not taken away.

    Of two lists of the same length, a hall that has only got another name is the same hall: it is known by its place.
    Called under the lock of the fair. Raises Invalid for a hall that has booths and is no longer named.
    """
    stored = list(await session.scalars(select(Hall).where(Hall.fair_id == fair_id).order_by(Hall.position, Hall.name)))
    named = {hall.name: hall for hall in stored}
    kept: dict[str, Hall] = {hall.name: named[hall.name] for hall in halls if hall.name in named}
    gone = [hall for hall in stored if hall.name not in kept]
    if gone and len(stored) == len(halls):
        for place, (before, now) in enumerate(zip(stored, halls, strict=True)):
            if before in gone and now.name not in kept:
                kept[now.name] = stored[place]
        gone = [hall for hall in gone if hall not in kept.values()]
    await _take_away(session, gone)
    for position, hall in enumerate(halls):
        row = kept.get(hall.name)
        if row is None:
            session.add(Hall(fair_id=fair_id, position=position, name=hall.name, about=hall.about, area_m2=hall.area_m2))
        else:
            row.name, row.position, row.about, row.area_m2 = hall.name, position, hall.about, hall.area_m2
    await session.flush()


async def _take_away(session: AsyncSession, gone: Sequence[Hall]) -> None:
    if not gone:
        return
    drawn = set(await session.scalars(_DRAWN, {"halls": [hall.id for hall in gone]}))
    if drawn:
        names = ", ".join(f"“{hall.name}”" for hall in gone if hall.id in drawn)
        why = _("%(halls)s đã có gian hàng nên không bỏ được. Hãy bỏ các gian của khu đó ở trang Mặt bằng trước.", halls=names)
        raise Invalid(why, {"hall_name": why})
    for hall in gone:
        await session.delete(hall)
    await session.flush()
