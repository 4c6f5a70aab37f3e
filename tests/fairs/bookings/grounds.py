"""A small fair with booths to book: a hall, a row of first-come booths, exhibitors whose applications were accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, fairs
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


_SUPPLIERS = text("SELECT code, id, organisation_id FROM catalogue_supplier WHERE code = ANY(:codes)")


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
    fair, booth_ids = await _fair(session, organisation.id, name, booths, first_come=first_come)
    makers = [
        catalogue.SupplierRow(code=f"{code}{n}", name=f"HTX {code}{n}", legal_form="cooperative", province_code="19",
                              commune_code="02185", verified_on=date(2026, 1, 1))
        for n in range(exhibitors)
    ]  # fmt: skip
    await catalogue.put_suppliers(session, SYSTEM, makers)
    found = {row.code: row for row in await session.execute(_SUPPLIERS, {"codes": [each.code for each in makers]})}
    ids = [found[each.code].id for each in makers]
    people = [small.acting(Role.SUPPLIER, found[each.code].organisation_id) for each in makers]
    await _apply(session, fair.id, dict(zip(ids, [f"HTX {maker.code}" for maker in makers], strict=True)), code, state, each)
    return Grounds(
        fair.id, fair.slug, small.acting(Role.ORGANISER, organisation.id), tuple(people), tuple(ids),
        booth_ids,
    )  # fmt: skip


async def booking_fair(session: AsyncSession, organiser_id: UUID, supplier_id: UUID) -> str:
    """A fair of this organiser with four booths, for which this supplier's application was accepted; its slug."""
    fair, _booths = await _fair(session, organiser_id, "Hội chợ Quyền đặt gian", 4, starts=clock.today() + timedelta(days=12))
    hours = text("UPDATE fairs_booking_desk SET opens_at = :moment, hold_minutes = 600 WHERE fair_id = :fair")
    await session.execute(hours, {"moment": clock.now() - timedelta(days=1), "fair": fair.id})
    await _apply(session, fair.id, {supplier_id: "HTX của mình"}, "QD", ApplicationState.ACCEPTED, 2)
    return fair.slug


async def _fair(
    session: AsyncSession, organiser_id: UUID, name: str, booths: int, *, first_come: bool = True, starts: date = STARTS
) -> tuple[fairs.Fair, dict[str, UUID]]:
    draft = FairDraft(
        name=name, kind=FairKind.FAIR, starts_on=starts, ends_on=starts + timedelta(days=4), halls=(HallDraft(name="Nhà A"),),
        illustrative=True,
    )  # fmt: skip
    fair = await fairs.announce_fair(session, SYSTEM, draft, organisation_id=organiser_id)
    hall_id = await session.scalar(select(Hall.id).where(Hall.fair_id == fair.id))
    await session.execute(text("UPDATE fairs_hall SET width_m = 200, depth_m = 20 WHERE id = :id"), {"id": hall_id})
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
    return fair, {str(row["code"]): row["id"] for row in rows}  # type: ignore[misc]


async def _apply(
    session: AsyncSession, fair_id: UUID, names: Mapping[UUID, str], code: str, state: ApplicationState, booths: int
) -> None:
    await session.execute(
        insert(Application),
        [{"id": new_id(), "fair_id": fair_id, "supplier_id": supplier_id, "key": new_id(), "code": f"{code}-{n}",
          "exhibitor": name, "state": state, "booths": booths, "version": 1, "typed_in": False, "illustrative": True,
          "product_ids": [], "class_codes": [], "zone_codes": [], "near": [], "apart": [], "facts": {}}
         for n, (supplier_id, name) in enumerate(names.items())],
    )  # fmt: skip
