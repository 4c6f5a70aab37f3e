"""Whatever is promised, let go, delivered, declared and kept back, in whatever order: the balance is the sum of its promises.

A machine of hypothesis acts on the real database, each example inside one transaction that is undone, beside a ledger of a few
lines of Python that says what must be free.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from service import accounts, catalogue
from service.catalogue import ledger
from service.core.db import Database, new_id
from service.core.errors import Refused
from tests.catalogue.conftest import product_row, supplier_row

SYSTEM = accounts.SYSTEM
MONTHS = (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 11, 1))
PRODUCT, MONTH, SOURCE = st.integers(0, 1), st.integers(0, 3), st.integers(0, 4)
KG = st.sampled_from([Decimal("0.5"), Decimal(40), Decimal(100), Decimal(260)])
LIMIT = st.sampled_from([None, Decimal(0), Decimal(100), Decimal(300), Decimal(500)])


class Book(RuleBasedStateMachine):
    """Two products, and five sources that want them."""

    database: Database
    runner: asyncio.Runner

    @initialize()
    def opened(self) -> None:
        self.run(self._open())

    def run(self, work: Awaitable[Any]) -> Any:
        return self.runner.run(work)  # type: ignore[arg-type] # Every piece of work is a coroutine.

    async def _open(self) -> None:
        self.connection: AsyncConnection = await self.database.engine.connect()
        self.outer = await self.connection.begin()
        self.sources = [ledger.Source("pool" if n == 4 else "award", new_id(), f"YC-{n}") for n in range(5)]
        # What stands by source, product and month: kilograms promised, and delivered of them.
        self.held: dict[tuple[int, int, int], tuple[Decimal, Decimal]] = {}
        self.gone: dict[tuple[int, int], Decimal] = {}  # Delivered under promises whose rest was let go.
        self.declared = [{2026: [Decimal(500)] * 12}, {2026: [Decimal(500)] * 12}]
        self.reserve = [Decimal(0), Decimal(0)]
        async with self._session() as session, session.begin():
            await catalogue.put_suppliers(session, SYSTEM, [supplier_row()])
            months = ((2026, (Decimal(500),) * 12),)
            await catalogue.put_products(session, SYSTEM, [product_row(code, capacity=months) for code in ("M1", "M2")])
            self.products: list[UUID] = list(await session.scalars(text("SELECT id FROM catalogue_product ORDER BY code")))

    def _session(self) -> AsyncSession:
        return AsyncSession(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def act(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> bool:
        """Let something be done; what is refused is refused whole."""

        async def tried() -> bool:
            async with self._session() as session:
                try:
                    async with session.begin():
                        await work(session)
                except Refused:
                    return False
            return True

        return bool(self.run(tried()))

    def limit(self, product: int, month: int) -> Decimal | None:
        """What may be promised, by the few lines that everything is held against."""
        years = self.declared[product]
        if not years:
            return None
        day = MONTHS[month]
        year = max((each for each in years if each <= day.year), default=min(years))
        kg = years[year][day.month - 1]
        return max((kg or Decimal(0)) - self.reserve[product], Decimal(0))

    def taken(self, product: int, month: int) -> Decimal:
        standing = sum((kg for (_s, p, m), (kg, _done) in self.held.items() if (p, m) == (product, month)), Decimal(0))
        return standing + self.gone.get((product, month), Decimal(0))

    def fits(self) -> bool:
        """Whether nothing is promised that may not be."""
        pairs = ((p, m) for p in range(2) for m in range(4))
        return all(self.taken(p, m) <= (self.limit(p, m) or 0) for p, m in pairs)

    @rule(
        source=SOURCE, wishes=st.lists(st.tuples(PRODUCT, MONTH, KG), min_size=1, max_size=3, unique_by=lambda wish: wish[:2])
    )
    def promise(self, source: int, wishes: list[tuple[int, int, Decimal]]) -> None:
        asked = [ledger.Wish(self.products[p], MONTHS[m], kg) for p, m, kg in wishes]
        done = self.act(lambda session: ledger.promise(session, SYSTEM, asked, source=self.sources[source], reason="Chọn"))
        fresh = {(source, p, m): (kg, Decimal(0)) for p, m, kg in wishes if (source, p, m) not in self.held}
        same = all(self.held[source, p, m][0] == kg for p, m, kg in wishes if (source, p, m) in self.held)
        room = all(self.taken(p, m) + kg <= (self.limit(p, m) or 0) for (_s, p, m), (kg, _done) in fresh.items())
        assert done == (same and room)
        if done:
            self.held.update(fresh)

    @rule(source=SOURCE)
    def release(self, source: int) -> None:
        kind, row_id = self.sources[source].kind, self.sources[source].id
        assert self.act(lambda session: ledger.release(session, SYSTEM, kind, row_id, reason="Đổi ý"))
        for key, (kg, delivered) in list(self.held.items()):
            if key[0] == source and delivered < kg:
                del self.held[key]
                self.gone[key[1:]] = self.gone.get(key[1:], Decimal(0)) + delivered

    @rule(product=PRODUCT, month=MONTH, kg=KG)
    def become_an_award(self, product: int, month: int, kg: Decimal) -> None:
        """Everything that the pool holds is let go for one award."""
        key, pool = (0, product, month), self.sources[4]
        if key in self.held:
            return
        before, after = dict(self.held), dict(self.gone)
        for each, (held, delivered) in list(self.held.items()):
            if each[0] == 4 and delivered < held:
                del self.held[each]
                self.gone[each[1:]] = self.gone.get(each[1:], Decimal(0)) + delivered
        self.held[key] = (kg, Decimal(0))
        wish = ledger.Wish(self.products[product], MONTHS[month], kg)
        done = self.act(lambda session: ledger.promise(
            session, SYSTEM, [wish], source=self.sources[0], reason="Chọn", instead_of=(pool.kind, pool.id)
        ))  # fmt: skip
        assert done == self.fits()
        if not done:
            self.held, self.gone = before, after

    @rule(source=SOURCE, product=PRODUCT, month=MONTH, kg=KG)
    def consume(self, source: int, product: int, month: int, kg: Decimal) -> None:
        key, deal = (source, product, month), self.sources[source]
        done = self.act(lambda session: ledger.consume(
            session, SYSTEM, deal.kind, deal.id, self.products[product], MONTHS[month], kg, on=date(2026, 11, 2)
        ))  # fmt: skip
        promised, delivered = self.held.get(key, (Decimal(0), Decimal(0)))
        assert done == (key in self.held and delivered + kg <= promised)
        if done:
            self.held[key] = (promised, delivered + kg)

    @rule(product=PRODUCT, year=st.sampled_from([2026, 2027]), kg=LIMIT, odd=st.integers(1, 12), other=LIMIT)
    def declare(self, product: int, year: int, kg: Decimal | None, odd: int, other: Decimal | None) -> None:
        months = {month: other if month == odd else kg for month in range(1, 13)}

        async def work(session: AsyncSession) -> None:
            given: dict[str, Any] = {f"capacity_{month:02d}": value for month, value in months.items()}
            version = await self._version(session, product)
            capacity = catalogue.CapacityInput(year=year, **given)
            await catalogue.declare_capacity(session, SYSTEM, self.products[product], version, capacity)

        before = dict(self.declared[product])
        if any(value is not None for value in months.values()):
            self.declared[product][year] = [months[month] for month in range(1, 13)]  # type: ignore[misc] # None: not declared.
        else:
            self.declared[product].pop(year, None)
        done = self.act(work)
        assert done == self.fits()
        if not done:
            self.declared[product] = before

    @rule(product=PRODUCT, kg=st.sampled_from([Decimal(0), Decimal(50), Decimal(450)]))
    def keep_back(self, product: int, kg: Decimal) -> None:
        async def work(session: AsyncSession) -> None:
            what = catalogue.ReserveInput(reserve_kg=kg)
            await catalogue.keep_back(session, SYSTEM, self.products[product], await self._version(session, product), what)

        before, self.reserve[product] = self.reserve[product], kg
        done = self.act(work)
        assert done == self.fits()
        if not done:
            self.reserve[product] = before

    async def _version(self, session: AsyncSession, product: int) -> int:
        found = await session.scalar(
            text("SELECT version FROM catalogue_product WHERE id = :id"), {"id": self.products[product]}
        )
        return int(found or 0)

    @invariant()
    def every_balance_is_the_sum_of_its_promises(self) -> None:
        if hasattr(self, "products"):
            self.run(self._look())

    async def _look(self) -> None:
        async with self._session() as session:
            wrong = await session.scalar(text(
                "SELECT count(*) FROM catalogue_ledger_month b LEFT JOIN LATERAL ("
                "  SELECT coalesce(sum(m.kg - m.released_kg - m.consumed_kg), 0) AS owed,"
                "         coalesce(sum(m.consumed_kg), 0) AS done FROM catalogue_promise m"
                "   WHERE (m.product_id, m.year, m.month) = (b.product_id, b.year, b.month)) m ON true"
                " WHERE b.promised_kg <> m.owed OR b.delivered_kg <> m.done OR b.promised_kg + b.delivered_kg > b.limit_kg"
                "    OR b.limit_kg <> coalesce(catalogue_ledger_limit(b.product_id, b.year, b.month), 0)"
            ))  # fmt: skip
            assert wrong == 0
            free = await ledger.free(session, self.products, MONTHS)
        for product in range(2):
            for month in range(4):
                limit = self.limit(product, month)
                expected = None if limit is None else limit - self.taken(product, month)
                assert free[self.products[product]][MONTHS[month]] == expected
                assert expected is None or expected >= 0

    def teardown(self) -> None:
        if hasattr(self, "outer"):
            self.run(self._close())

    async def _close(self) -> None:
        await self.outer.rollback()
        await self.connection.close()


def test_the_balance_is_always_the_sum_of_its_promises(database_url: str) -> None:
    with asyncio.Runner() as runner:
        Book.database, Book.runner = Database(database_url, pool_size=1), runner
        try:
            run_state_machine_as_test(
                Book,
                settings=settings(
                    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, database=None,
                    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
                ),
            )  # fmt: skip
        finally:
            runner.run(Book.database.close())
