"""What may not be found, and what must not be left behind, in the search."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from service import accounts, catalogue
from service.catalogue import PackRow, ProductRow, SupplierRow
from service.core.db import Database, new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncSession

STREET = "Ngõ Hoàng Quốc Bảo 7719"


async def _found(session: AsyncSession, word: str) -> int:
    count = await session.scalar(
        text("SELECT count(*) FROM catalogue_search_text WHERE tsv @@ plainto_tsquery('simple', core_fold(:word))"),
        {"word": word},
    )
    return int(count or 0)


@pytest.mark.parametrize(("form", "found"), [("household", 0), ("cooperative", 1)])
async def test_the_address_of_a_household_is_found_by_nobody(session: AsyncSession, form: str, found: int) -> None:
    supplier = SupplierRow(code="RIENG", name="Bà Mẩy", legal_form=catalogue.LegalForm(form), address=STREET)
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier])
    await catalogue.put_products(session, accounts.SYSTEM, [ProductRow(supplier_code="RIENG", code="1", name="Mật ong")])
    assert await _found(session, "hoang quoc bao 7719") == found
    assert await _found(session, "mat ong") == 1


async def test_next_january_does_not_take_away_this_december(session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, accounts.SYSTEM, [SupplierRow(code="NAM", name="HTX Hai Năm")])
    product = ProductRow(supplier_code="NAM", code="1", name="Miến", packs=(PackRow(name="Gói"),))
    await catalogue.put_products(session, accounts.SYSTEM, [product])
    at = await session.scalar(text("SELECT id FROM catalogue_product WHERE name = 'Miến'"))
    await session.execute(
        text("INSERT INTO catalogue_supply VALUES (:id, 2026, 12, 500), (:id, 2026, 1, 300), (:id, 2027, 1, 700)"), {"id": at}
    )
    capacity = await session.scalar(text("SELECT capacity FROM catalogue_search WHERE product_id = :id"), {"id": at})
    assert (capacity[11], capacity[0], capacity[12]) == (500, 300, 700), "twelve months of 2026, then twelve of 2027"


@pytest.fixture
async def drafted(real_database: Database) -> AsyncIterator[tuple[UUID, UUID]]:
    """A published supplier with a product that is still a draft, in a database with real commits."""
    code = f"RACE-{new_id().hex[-8:]}"
    async with real_database.transaction() as session:
        await catalogue.put_suppliers(session, accounts.SYSTEM, [SupplierRow(code=code, name=f"HTX {code}")])
        row = ProductRow(supplier_code=code, code="1", name=f"Hàng {code}", state=catalogue.State.DRAFT)
        await catalogue.put_products(session, accounts.SYSTEM, [row])
        found = (await session.execute(
            text("SELECT s.id, p.id FROM catalogue_supplier s JOIN catalogue_product p ON p.supplier_id = s.id"
                 " WHERE s.code = :c"),
            {"c": code},
        )).one()  # fmt: skip
    yield found[0], found[1]
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM catalogue_product WHERE supplier_id = :id"), {"id": found[0]})
        await session.execute(text("DELETE FROM catalogue_supplier WHERE id = :id"), {"id": found[0]})


async def _publish_while_the_supplier_goes(database: Database, supplier: UUID, product: UUID) -> bool:
    """Publish the product and withdraw its supplier at the same moment; tells whether the search still shows the product."""
    published = asyncio.Event()

    async def publish() -> None:
        async with database.transaction() as session:
            await session.execute(text("UPDATE catalogue_product SET state = 'published' WHERE id = :id"), {"id": product})
            published.set()
            await asyncio.sleep(0.3)

    async def withdraw() -> None:
        await published.wait()
        async with database.transaction() as session:
            await session.execute(text("UPDATE catalogue_supplier SET state = 'draft' WHERE id = :id"), {"id": supplier})

    await asyncio.gather(publish(), withdraw())
    async with database.transaction() as session:
        shown = await session.scalar(text("SELECT live FROM catalogue_search WHERE product_id = :id"), {"id": product})
    return bool(shown)


async def test_a_product_published_while_its_supplier_goes_is_not_found(
    real_database: Database, drafted: tuple[UUID, UUID]
) -> None:
    assert not await _publish_while_the_supplier_goes(real_database, *drafted)


async def test_without_waiting_for_the_supplier_it_would_be_found(
    real_database: Database, drafted: tuple[UUID, UUID], database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        row = owner.execute("SELECT pg_get_functiondef('catalogue_search_refresh'::regproc)").fetchone()
        assert row is not None
        unguarded = row[0].replace("FOR SHARE;", ";")
        assert unguarded != row[0]
        owner.execute(unguarded)
        try:
            assert await _publish_while_the_supplier_goes(real_database, *drafted)
        finally:
            owner.execute(row[0])
