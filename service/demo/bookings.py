"""Booths booked and kept back, at the product week in TP. Hồ Chí Minh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Actor, MemberRole, Role
from service.core.db import new_id
from service.demo import people

FAIR = "tuan-le-ocop-vung-cao-tp-ho-chi-minh%"
BOOKERS = 3
_FAIR = text("SELECT slug, starts_on FROM fairs_fair WHERE slug LIKE :slug AND illustrative")
_BOOTHS = text(
    "SELECT b.code FROM fairs_booth b JOIN fairs_fair f ON f.id = b.fair_id WHERE f.slug = :slug AND b.first_come"
    " AND b.closed IS NULL AND b.part_of IS NULL ORDER BY b.code"
)
_ACCEPTED = text(
    "SELECT s.organisation_id FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id"
    "  JOIN fairs_fair f ON f.id = a.fair_id WHERE f.slug = :slug AND a.state = 'accepted' ORDER BY a.code LIMIT :most"
)


async def add_bookings(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """Two booths confirmed, one held and waiting, one kept for somebody who is not on the market."""
    fair = (await session.execute(_FAIR, {"slug": FAIR})).one()
    codes = list(await session.scalars(_BOOTHS, {"slug": fair.slug}))
    organiser = _acting(Role.ORGANISER, organisations[people.ORGANISER])
    desk = fairs.bookings.DeskDraft(
        opens_on=today - timedelta(days=2), closes_on=fair.starts_on - timedelta(days=5), needs_accepted=True, hold_minutes=15
    )
    await fairs.bookings.set_desk(session, organiser, fair.slug, desk)
    bookers = list(await session.scalars(_ACCEPTED, {"slug": fair.slug, "most": BOOKERS}))
    for number, (organisation_id, code) in enumerate(zip(bookers, codes, strict=False)):
        actor = _acting(Role.SUPPLIER, organisation_id)
        held = await fairs.bookings.book(session, actor, fair.slug, fairs.bookings.BoothWish(booth=code), key=new_id())
        if number < BOOKERS - 1:
            await fairs.bookings.confirm_booth(session, actor, held.id)
    kept = fairs.bookings.Keep(
        booth=codes[-1], name="HTX Rau quả Đồi Sương (minh họa)", until=fair.starts_on - timedelta(days=7),
        note="Đã hẹn qua điện thoại, đang làm hồ sơ",
    )  # fmt: skip
    await fairs.bookings.keep_booth(session, organiser, fair.slug, kept, key=new_id())


def _acting(role: Role, organisation_id: UUID) -> Actor:
    return Actor(None, "", organisation_id, "", role, MemberRole.OWNER, verified=True)
