"""Many at once, over real connections: no kilogram is promised twice. Each race has a twin without its guard, which fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import text

from service import accounts, catalogue
from service.catalogue import ledger
from service.catalogue.ledger import balances, promising
from service.core.db import Database, new_id
from service.core.errors import Conflict, Invalid
from tests.catalogue.conftest import product_row, supplier_row

SYSTEM = accounts.SYSTEM
DECEMBER = date(2026, 12, 1)
KEPT = (
    "ALTER TABLE catalogue_ledger_month ADD CONSTRAINT ck_catalogue_ledger_month_kept"
    " CHECK (promised_kg + delivered_kg <= limit_kg)"
)
ONCE = (
    "CREATE UNIQUE INDEX uq_catalogue_promise_standing ON catalogue_promise (source_kind, source_id, product_id, year, month)"
    " WHERE released_at IS NULL"
)
# What a naive hand would write: look, think, then store the sum of what was seen and what is new.
FORGETFUL = """
WITH w AS (SELECT * FROM unnest(%(products)s::uuid[], %(years)s::int[], %(months)s::int[], %(promised)s::numeric[],
                                %(delivered)s::numeric[]) AS w(product_id, year, month, promised, delivered)),
seen AS MATERIALIZED (
  SELECT b.product_id, b.year, b.month, b.promised_kg, pg_sleep(0.02)
    FROM catalogue_ledger_month b JOIN w USING (product_id, year, month)
   WHERE b.promised_kg + w.promised <= b.limit_kg)
UPDATE catalogue_ledger_month b SET promised_kg = s.promised_kg + w.promised
  FROM seen s JOIN w USING (product_id, year, month)
 WHERE b.product_id = s.product_id AND b.year = s.year AND b.month = s.month
RETURNING b.product_id, b.year * 12 + b.month - 1
"""
UNCHECKED = balances.MOVE.replace("   AND b.promised_kg + b.delivered_kg + w.promised + w.delivered <= b.limit_kg\n", "")


class Stall:
    """Two products of 500 kg a month, with real commits."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.products: list[UUID] = []

    async def promise(self, kg: int, *products: UUID, source: ledger.Source | None = None) -> str:
        """One acceptance in a transaction of its own."""
        deal = source or ledger.Source("award", new_id(), "YC-1 · Siêu thị")
        wishes = [ledger.Wish(product, DECEMBER, Decimal(kg)) for product in products or self.products[:1]]
        try:
            async with self.database.transaction() as session:
                await ledger.promise(session, SYSTEM, wishes, source=deal, reason="Chọn")
        except Conflict:
            return "refused"
        return "kept"

    async def declare(self, kg: int, *, hold: float = 0.0) -> str:
        """Declare the same for every month, and hold the transaction open for a moment."""
        try:
            async with self.database.transaction() as session:
                found = await session.execute(
                    text("SELECT version FROM catalogue_product WHERE id = :id"), {"id": self.products[0]}
                )
                months = {f"capacity_{month:02d}": Decimal(kg) for month in range(1, 13)}
                capacity = catalogue.CapacityInput(year=2026, **months)  # type: ignore[arg-type]
                await catalogue.declare_capacity(session, SYSTEM, self.products[0], found.scalar_one(), capacity)
                await asyncio.sleep(hold)
        except (Conflict, Invalid):
            return "refused"
        return "kept"

    async def balance(self) -> tuple[Decimal, Decimal, Decimal, int]:
        """Limit and promised of the first product's month, the sum of its promises, and how many they are."""
        async with self.database.transaction() as session:
            row = (await session.execute(
                text("SELECT b.limit_kg, b.promised_kg, coalesce(sum(m.kg - m.released_kg - m.consumed_kg), 0), count(m.id)"
                     "  FROM catalogue_ledger_month b LEFT JOIN catalogue_promise m USING (product_id, year, month)"
                     " WHERE b.product_id = :id GROUP BY b.limit_kg, b.promised_kg"), {"id": self.products[0]},
            )).one()  # fmt: skip
        return row[0], row[1], row[2], row[3]


@asynccontextmanager
async def owned(database: Database) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """A way to change the schema, as its owner."""
    owner = Database(database.url, role=None)

    async def run(statement: str) -> None:
        async with owner.transaction() as session:
            await session.execute(text(statement))

    yield run
    await owner.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stall(real_database: Database) -> AsyncIterator[Stall]:
    made = Stall(real_database)
    months = ((2026, (Decimal(500),) * 12),)
    async with real_database.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
        await catalogue.put_products(session, SYSTEM, [product_row(code, capacity=months) for code in ("L1", "L2")])
        made.products = list(await session.scalars(text("SELECT id FROM catalogue_product ORDER BY id")))
    yield made
    async with owned(real_database) as run:
        for table in ("catalogue_product", "catalogue_supplier", "accounts_organisation", "core_journal"):
            await run(f"DELETE FROM {table}")


async def test_two_hundred_who_want_one_month_never_get_more_than_it_yields(stall: Stall) -> None:
    outcomes = await asyncio.gather(*(stall.promise(10) for _n in range(200)))
    assert (outcomes.count("kept"), outcomes.count("refused")) == (50, 150)
    assert await stall.balance() == (500, 500, 500, 50)


async def test_without_lock_and_check_they_do(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "MOVE", FORGETFUL)
    async with owned(stall.database) as run:
        await run("ALTER TABLE catalogue_ledger_month DROP CONSTRAINT ck_catalogue_ledger_month_kept")
        try:
            await asyncio.gather(*(stall.promise(10) for _n in range(120)))
            limit, _promised, owed, _count = await stall.balance()
            assert owed > limit
        finally:
            await run("DELETE FROM catalogue_ledger_month")
            await run(KEPT)


async def test_the_schema_refuses_even_where_the_program_forgets_to_look(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balances, "MOVE", UNCHECKED)
    monkeypatch.setattr(promising, "refuse", _say_nothing)
    outcomes = await asyncio.gather(*(stall.promise(10) for _n in range(70)), return_exceptions=True)
    assert [type(each) for each in outcomes if each != "kept"] == [psycopg.errors.CheckViolation] * 20
    assert await stall.balance() == (500, 500, 500, 50)


async def _say_nothing(*_arguments: object) -> None:
    """A program that does not look before it writes."""


async def test_opposite_orders_never_wait_for_each_other_for_ever(stall: Stall) -> None:
    first, second = stall.products
    pairs = [stall.promise(5, *order) for _n in range(30) for order in ((first, second), (second, first))]
    assert set(await asyncio.gather(*pairs)) == {"kept"}
    assert (await stall.balance())[1:] == (300, 300, 60)


async def test_two_calls_in_one_transaction_may(stall: Stall) -> None:
    async def one_by_one(*order: UUID) -> None:
        async with stall.database.transaction() as session:
            for product in order:
                wish = ledger.Wish(product, DECEMBER, Decimal(1))
                source = ledger.Source("award", new_id(), "")
                await ledger.promise(session, SYSTEM, [wish], source=source, reason="")
                await asyncio.sleep(0.2)

    await stall.promise(1, *stall.products)  # The balances are there; else the first to open one would be waited for.
    first, second = stall.products
    outcomes = await asyncio.gather(one_by_one(first, second), one_by_one(second, first), return_exceptions=True)
    lost = [each for each in outcomes if isinstance(each, Conflict)]
    assert [type(each.__cause__) for each in lost] == [psycopg.errors.DeadlockDetected], outcomes


async def test_promising_and_declaring_at_once_keep_each_other(stall: Stall) -> None:
    for turn in range(6):
        limit = 500 - 50 * (turn + 1)
        await asyncio.gather(stall.declare(limit), *(stall.promise(40) for _n in range(3)))
        kept, promised, owed, _count = await stall.balance()
        assert promised == owed <= kept


async def test_a_first_promise_waits_for_what_is_being_declared(stall: Stall) -> None:
    declared, promised = await asyncio.gather(stall.declare(100, hold=0.3), _later(0.1, stall.promise(400)))
    assert (declared, promised) == ("kept", "refused")


async def test_without_holding_the_product_a_first_promise_reads_what_was(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with owned(stall.database) as run:
        monkeypatch.setattr(promising, "_LOOK", promising._LOOK.replace("FOR KEY SHARE OF p", ""))
        # The foreign key holds the product as well, but only once the stale capacity has been read.
        declared, promised = await asyncio.gather(stall.declare(100, hold=0.3), _later(0.1, stall.promise(400)))
        assert (declared, promised) == ("kept", "kept")
        async with stall.database.transaction() as session:
            now = await session.scalar(text("SELECT catalogue_ledger_limit(:id, 2026, 12)"), {"id": stall.products[0]})
        assert now == 100
        assert (await stall.balance())[:2] == (500, 400)
        await run("DELETE FROM catalogue_ledger_month")


async def _later(seconds: float, what: Awaitable[str]) -> str:
    await asyncio.sleep(seconds)
    return await what


async def test_one_source_asked_ten_times_at_once_has_one_promise(stall: Stall) -> None:
    source = ledger.Source("award", new_id(), "YC-1 · Siêu thị")
    assert await asyncio.gather(*(stall.promise(100, source=source) for _n in range(10))) == ["kept"] * 10
    assert await stall.balance() == (500, 100, 100, 1)


async def test_without_its_index_it_has_several(stall: Stall) -> None:
    source = ledger.Source("award", new_id(), "YC-1 · Siêu thị")
    async with owned(stall.database) as run:
        await run("DROP INDEX uq_catalogue_promise_standing")
        try:
            await asyncio.gather(*(stall.promise(100, source=source) for _n in range(10)))
            assert (await stall.balance())[3] > 1
        finally:
            await run("DELETE FROM catalogue_promise")
            await run(ONCE)


async def test_letting_go_and_delivering_at_once_count_every_kilogram_once(stall: Stall) -> None:
    source = ledger.Source("award", new_id(), "YC-1 · Siêu thị")
    await stall.promise(300, source=source)

    async def release() -> None:
        async with stall.database.transaction() as session:
            await ledger.release(session, SYSTEM, source.kind, source.id, reason="Đổi ý")

    async def consume() -> None:
        async with stall.database.transaction() as session:
            await ledger.consume(
                session, SYSTEM, source.kind, source.id, stall.products[0], DECEMBER, Decimal(30), on=date(2026, 11, 1)
            )

    work = [consume(), consume(), release(), consume(), release(), consume()]
    await asyncio.gather(*work, return_exceptions=True)
    async with stall.database.transaction() as session:
        kg, consumed, released = (
            await session.execute(text("SELECT kg, consumed_kg, released_kg FROM catalogue_promise"))
        ).one()
        promised, delivered = (
            await session.execute(text("SELECT promised_kg, delivered_kg FROM catalogue_ledger_month"))
        ).one()
    assert (kg, consumed + released) == (300, 300)
    assert (promised, delivered) == (0, consumed)


async def test_nobody_but_the_owner_of_the_schema_takes_its_guard_away(stall: Stall) -> None:
    async with stall.database.transaction() as session:
        with pytest.raises(Exception, match="must be owner") as refused:
            await session.execute(text("ALTER TABLE catalogue_ledger_month DROP CONSTRAINT ck_catalogue_ledger_month_kept"))
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
        await session.rollback()
