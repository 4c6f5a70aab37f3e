"""The last pieces of a service, wanted by many at once over real connections; without the lock too many are ordered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from service import fairs
from service.accounts import Actor
from service.core import clock
from service.core.db import Database
from service.core.errors import Invalid
from service.fairs.charges import ServiceDraft, Wanted, ordering
from tests.fairs.bookings.grounds import NOW, Grounds, grounds

charges = fairs.charges
TABLES = (
    "fairs_order", "fairs_service", "fairs_application", "fairs_booth", "fairs_booth_class", "fairs_fair", "catalogue_product",
    "catalogue_supplier", "accounts_organisation", "core_journal",
)  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def ground(real_database: Database) -> AsyncIterator[tuple[Database, Grounds, UUID, list[UUID]]]:
    """A fair with eight exhibitors and five tables to order, committed, and nothing of it afterwards."""
    async with real_database.transaction() as session:
        with clock.freeze(NOW):
            at = await grounds(session, booths=1, exhibitors=8, name="Hội chợ Đua", code="DUA")
            draft = ServiceDraft(kind="furniture", name="Bàn", unit="cái", price_vnd=100_000, stock=5)
            table = await charges.add_service(session, at.organiser, at.slug, draft)
        found = await session.execute(
            text("SELECT s.organisation_id, a.id FROM fairs_application a JOIN catalogue_supplier s ON s.id = a.supplier_id"
                 " WHERE a.fair_id = :fair"), {"fair": at.fair_id})  # fmt: skip
        ids = {row.organisation_id: row.id for row in found.all()}
    yield real_database, at, table.id, [ids[each.organisation_id] for each in at.exhibitors]
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table_name in TABLES:
            await session.execute(text(f"DELETE FROM {table_name}"))
    await owner.close()


async def _order(database: Database, actor: Actor, application: UUID, service: UUID) -> bool:
    with clock.freeze(NOW):
        async with database.transaction() as session:
            try:
                await charges.order(session, actor, application, [Wanted(service_id=service, quantity=1)])
            except Invalid:
                return False
    return True


async def _sums(database: Database, service: UUID) -> tuple[int, int]:
    async with database.transaction() as session:
        taken = await session.scalar(text("SELECT taken FROM fairs_service WHERE id = :id"), {"id": service})
        ordered = await session.scalar(text("SELECT sum(quantity) FROM fairs_order WHERE service_id = :id"), {"id": service})
    return int(taken or 0), int(ordered or 0)


async def test_eight_who_want_the_last_five_tables_get_five(ground: tuple[Database, Grounds, UUID, list[UUID]]) -> None:
    database, at, table, applications = ground
    pairs = list(zip(at.exhibitors, applications, strict=True))
    done = await asyncio.gather(*(_order(database, actor, each, table) for actor, each in pairs for _again in range(2)))
    assert sum(done) == 10  # The second press of each of the five is told that it stands.
    assert await _sums(database, table) == (5, 5)


async def test_without_the_lock_more_are_ordered_than_there_are(
    ground: tuple[Database, Grounds, UUID, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    database, at, table, applications = ground

    async def unlocked(session: object, fair: object, ids: object) -> object:
        # What is read is read without waiting, and everybody has read before anybody writes.
        found = await session.scalars(ordering.select(ordering.Service).where(ordering.Service.id.in_(ids)))  # type: ignore[attr-defined]
        rows = {row.id: row for row in found}
        await asyncio.sleep(0.3)
        return rows

    monkeypatch.setattr(ordering, "_locked", unlocked)
    done = await asyncio.gather(*(_order(database, actor, each, table) for actor, each in
                                  zip(at.exhibitors, applications, strict=True)))  # fmt: skip
    taken, ordered = await _sums(database, table)
    assert sum(done) == ordered > 5
    assert taken < ordered  # The count that the schema looks at was overwritten.
