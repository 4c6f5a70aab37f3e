"""A small fair on its second day: exhibitors in their booths, one of them without an account, and a buyer who walks by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs, matching
from service.core import clock
from service.core.db import new_id
from service.fairs.applications.models import Application
from service.fairs.bookings import Placing
from service.fairs.onsite import LeadDraft, SaleDraft
from tests import market as small
from tests.fairs.bookings.grounds import ENDS, STARTS, Grounds, grounds

SECOND = datetime(2026, 12, 11, 10, 0, tzinfo=clock.ZONE)
AFTER = date(2026, 12, 20)


@dataclass(frozen=True)
class Stands:
    """The fair, and who walks by."""

    at: Grounds
    buyer: matching.Buyer

    @property
    def slug(self) -> str:
        return self.at.slug


async def stands(session: AsyncSession, *, exhibitors: int = 3, name: str = "Hội chợ Tại chỗ", code: str = "TC") -> Stands:
    """Everybody has a booth for the whole fair: A001 for the first, and so on; one more stands there by name only."""
    at = await grounds(session, booths=exhibitors + 2, exhibitors=exhibitors, name=name, code=code)
    found = await session.scalars(select(Application).where(Application.fair_id == at.fair_id).order_by(Application.code))
    placings = [
        Placing(at.booth(n), STARTS, ENDS, each.id, each.supplier_id, each.exhibitor) for n, each in enumerate(found.all(), 1)
    ]
    await fairs.bookings.settle_plan(session, at.organiser, at.fair_id, new_id(), placings)
    guest = fairs.bookings.Keep(booth=f"A{exhibitors + 1:03}", name="Gian của xã", until=date(2026, 12, 5))
    with clock.freeze(datetime(2026, 12, 1, 9, 0, tzinfo=clock.ZONE)):
        kept = await fairs.bookings.keep_booth(session, at.organiser, at.slug, guest, key=new_id())
        await fairs.bookings.give_booth(session, at.organiser, at.slug, kept.id)
    with clock.freeze(SECOND):
        await fairs.onsite.make_roster(session, at.organiser, at.slug)
    return Stands(at, await small.buyer(session, "Siêu thị Dạo Chợ"))


def sale(vnd: int = 2_000_000, **said: object) -> SaleDraft:
    """Miến for two million."""
    return SaleDraft.model_validate({"key": new_id(), "what": "Miến dong", "vnd": vnd, **said})


def lead(**said: object) -> LeadDraft:
    """Somebody who wants miến."""
    values = {"key": new_id(), "person": "Chị Lan", "wants": "Miến 500 g", "rating": 3, **said}
    return LeadDraft.model_validate(values)


async def exhibitor_ids(session: AsyncSession, at: Grounds) -> dict[str, UUID]:
    """The exhibitors of the roster by name."""
    return {each.name: each.id for each in await fairs.onsite.who_stands(session, at.fair_id) if each.id is not None}
