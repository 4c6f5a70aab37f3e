"""A small market for tests of matching and fairs: suppliers with products, buyers with requests, made through the faces."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, matching
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.core import clock
from service.core.db import new_id

TODAY = date(2026, 11, 22)
WINTER = ((date(2026, 12, 1), Decimal(500)), (date(2027, 1, 1), Decimal(500)), (date(2027, 2, 1), Decimal(500)))


async def supplier(session: AsyncSession, code: str = "HTX1", **said: Any) -> UUID:
    """A published, verified cooperative of xã Côn Minh; returns its organisation."""
    row = {
        "code": code, "name": f"HTX {code}", "legal_form": "cooperative", "province_code": "19", "commune_code": "02185",
        "verified_on": date(2026, 1, 1), "wholesale_public": True, "min_order_kg": Decimal(50), **said,
    }  # fmt: skip
    await catalogue.put_suppliers(session, SYSTEM, [catalogue.SupplierRow(**row)])
    found = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE code = :code"), {"code": code})
    assert isinstance(found, UUID)
    return found


async def product(session: AsyncSession, supplier_code: str = "HTX1", code: str = "SP1", **said: Any) -> str:
    """A published miến dong that fits the winter request: 500 kg each month, 80,000 đ/kg, 4 stars, food safety; its slug."""
    row: dict[str, Any] = {
        "supplier_code": supplier_code, "code": code, "name": f"Miến dong {supplier_code} {code}", "commodity": "mien-dong",
        "category_code": "I.3.c", "season_months": (10, 11, 12, 1), "lead_days": 5, "min_order_kg": Decimal(50),
        "packs": (catalogue.PackRow("gói 500 g", 500, 55_000),), "tiers": ((Decimal(100), 80_000),),
        "capacity": ((2026, (Decimal(500),) * 12),),
        "certificates": (catalogue.CertificateRow("OCOP", stars=4, issued_on=date(2026, 3, 1)),
                         catalogue.CertificateRow("ATTP", issued_on=date(2026, 1, 1), valid_to=date(2029, 1, 1))),
        **said,
    }  # fmt: skip
    with clock.freeze(TODAY):
        await catalogue.put_products(session, SYSTEM, [catalogue.ProductRow(**row)])
    statement = text(
        "SELECT p.slug FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id "
        "WHERE s.code = :supplier AND p.code = :code"
    )
    return str(await session.scalar(statement, {"supplier": supplier_code, "code": code}))


async def buyer(session: AsyncSession, name: str = "Siêu thị Thử", **said: Any) -> matching.Buyer:
    """A verified distributor of Hà Nội."""
    organisation = await accounts.found_organisation(session, accounts.OrganisationKind.BUYER, name)
    profile = {"name": name, "kind": "modern_trade", "province_code": "01", "verified_on": TODAY, **said}
    return await matching.found_buyer(session, SYSTEM, organisation.id, matching.BuyerProfile(**profile))


def wanting(**said: Any) -> matching.RequestDraft:
    """500 kg of miến dong a month from December to February, at most 90,000 đ/kg, 3 stars and food safety, in Hà Nội."""
    asked: dict[str, Any] = {
        "commodity": "mien-dong", "months": WINTER, "ceiling_vnd_per_kg": 90_000, "certificates": ("ATTP",), "min_stars": 3,
        "delivery_province_code": "01", **said,
    }  # fmt: skip
    return matching.RequestDraft(**asked)


async def request(session: AsyncSession, by: matching.Buyer | None = None, **said: Any) -> matching.SourcingRequest:
    """An open request of that buyer, or of a new one."""
    asker = by or await buyer(session, f"Siêu thị {new_id().hex[-6:]}")
    with clock.freeze(TODAY):
        return await matching.open_request(session, SYSTEM, asker.id, wanting(**said))


def acting(role: Role, organisation_id: UUID | None, member: MemberRole = MemberRole.OWNER) -> Actor:
    """Somebody who acts for that organisation."""
    return Actor(new_id(), "Người thử", organisation_id, "Tổ chức thử", role, member, verified=True)
