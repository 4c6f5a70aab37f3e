"""A small fair with booths to book: a hall, a row of first-come booths, exhibitors whose applications were accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import new_id
from service.fairs import FairDraft, FairKind, HallDraft
from service.fairs.applications.models import Application, ApplicationState
from service.fairs.bookings.models import BookingDesk
from service.fairs.layouts.models import Booth, BoothClass, BoothKind
from service.fairs.models import Hall
from tests import market as small

STARTS, ENDS = date(2026, 12, 10), date(2026, 12, 14)
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=clock.ZONE)


@dataclass(frozen=True)
class Grounds:
    """The fair, its organiser, and who may book there."""

    fair_id: UUID
    slug: str
    organiser: Actor
    exhibitors: tuple[Actor, ...]
    suppliers: tuple[UUID, ...]
    booths: dict[str, UUID]

    def booth(self, number: int) -> UUID:
        return self.booths[f"A{number:03}"]


async def grounds(
    session: AsyncSession, *, booths: int = 10, exhibitors: int = 3, each: int = 1, first_come: bool = True,
    state: ApplicationState = ApplicationState.ACCEPTED, name: str = "Hội chợ Đặt gian", code: str = "DG",
) -> Grounds:  # fmt: skip
    organisation = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, f"Ban tổ chức {name}")
    await accounts.verify_organisation(session, organisation.id, date(2026, 1, 1), actor=SYSTEM)
    draft = FairDraft(
        name=name, kind=FairKind.FAIR, starts_on=STARTS, ends_on=ENDS, halls=(HallDraft(name="Nhà A"),), illustrative=True
    )
    fair = await fairs.announce_fair(session, SYSTEM, draft, organisation_id=organisation.id)
    hall_id = await session.scalar(select(Hall.id).where(Hall.fair_id == fair.id))
    kind = BoothClass(
        fair_id=fair.id, code="C", name="Gian tiêu chuẩn", kind=BoothKind.STANDARD, width_m=Decimal(3), depth_m=Decimal(3),
        price_vnd=2_000_000,
    )  # fmt: skip
    session.add(kind)
    session.add(BookingDesk(fair_id=fair.id, opens_at=NOW - timedelta(days=1), closes_at=None, needs_accepted=True))
    await session.flush()
    rows = [
        {"id": new_id(), "fair_id": fair.id, "hall_id": hall_id, "class_id": kind.id, "code": f"A{n:03}", "x_m": 3 * n,
         "y_m": 0, "width_m": 3, "depth_m": 3, "first_come": first_come}
        for n in range(1, booths + 1)
    ]  # fmt: skip
    await session.execute(insert(Booth), rows)
    people, ids = [], []
    for n in range(exhibitors):
        supplier_organisation = await small.supplier(session, f"{code}{n}")
        people.append(small.acting(Role.SUPPLIER, supplier_organisation))
        ids.append(await _supplier_id(session, supplier_organisation))
    await session.execute(
        insert(Application),
        [{"id": new_id(), "fair_id": fair.id, "supplier_id": supplier_id, "key": new_id(), "code": f"{code}-{n}",
          "exhibitor": f"HTX {code}{n}", "state": state, "booths": each, "version": 1, "typed_in": False, "illustrative": True,
          "product_ids": [], "class_codes": [], "zone_codes": [], "near": [], "apart": [], "facts": {}}
         for n, supplier_id in enumerate(ids)],
    )  # fmt: skip
    return Grounds(
        fair.id, fair.slug, small.acting(Role.ORGANISER, organisation.id), tuple(people), tuple(ids),
        {row["code"]: row["id"] for row in rows},  # type: ignore[misc]
    )  # fmt: skip


async def _supplier_id(session: AsyncSession, organisation_id: UUID) -> UUID:
    found = await session.scalar(text("SELECT id FROM catalogue_supplier WHERE organisation_id = :id"), {"id": organisation_id})
    assert isinstance(found, UUID)
    return found
