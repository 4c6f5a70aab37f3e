"""A cooperative with its people, and rows to bring in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.accounts import Actor, MemberRole, Role
from service.core.db import new_id

OFFICER = Actor(None, "Cán bộ", None, "Sở", Role.OFFICER, MemberRole.MEMBER)


@dataclass(frozen=True)
class Coop:
    """A supplier with an owner."""

    id: UUID
    organisation_id: UUID
    slug: str
    code: str
    owner: Actor

    def as_(self, role: MemberRole) -> Actor:
        """Another of its people."""
        return Actor(new_id(), "Người khác", self.organisation_id, "HTX", Role.SUPPLIER, role)


def profile(**said: Any) -> catalogue.SupplierProfile:
    return catalogue.SupplierProfile.model_validate({"name": "Hợp tác xã Thử", "legal_form": "cooperative", **said})


@pytest.fixture
def coop(session: AsyncSession) -> Callable[..., Awaitable[Coop]]:
    """Enter a published supplier: `await coop(name="…", legal_form="household")`."""

    async def enter(**said: Any) -> Coop:
        kind = accounts.OrganisationKind.SUPPLIER
        organisation = await accounts.found_organisation(session, kind, said.get("name", "Hợp tác xã Thử"))
        owner = Actor(new_id(), "Chủ", organisation.id, organisation.name, Role.SUPPLIER, MemberRole.OWNER)
        supplier = await catalogue.register_supplier(session, owner, organisation.id, profile(**said))
        await catalogue.publish_supplier(session, accounts.SYSTEM, supplier.id)
        return Coop(supplier.id, organisation.id, supplier.slug, supplier.code, owner)

    return enter


def supplier_row(code: str = "HTX1", **said: Any) -> catalogue.SupplierRow:
    return catalogue.SupplierRow(
        **{"code": code, "name": f"HTX Số {code}", "province_code": "19", "commune_code": "02185", **said}
    )


def product_row(code: str = "SP1", **said: Any) -> catalogue.ProductRow:
    given: dict[str, Any] = {
        "supplier_code": "HTX1", "code": code, "name": f"Miến dong {code}", "category_code": "I.3.c", "commodity": "miến dong",
        "season_months": (10, 11, 12), "lead_days": 5, "min_order_kg": Decimal(50),
        "packs": (catalogue.PackRow("Túi 500 g", 500, 45_000), catalogue.PackRow("Thùng 10 kg", 10_000, 800_000)),
        "tiers": ((Decimal(0), 80_000), (Decimal(100), 75_000)),
        "capacity": ((2026, tuple(Decimal(100 + month) for month in range(12))),),
        "certificates": (catalogue.CertificateRow("OCOP", 4, f"QĐ {code}", issued_on=date(2025, 8, 1)),),
    }  # fmt: skip
    return catalogue.ProductRow(**{**given, **said})


async def reader(session: AsyncSession) -> Any:
    """The raw connection below the session, as the pages read."""
    await session.flush()
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def count(session: AsyncSession, what: str, **values: Any) -> int:
    """How many rows: `await count(session, "core_journal")`."""
    return int(await session.scalar(text(f"SELECT count(*) FROM {what}"), values) or 0)
