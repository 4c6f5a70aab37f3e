"""Two at once over real connections: answers to one lot, and one supplier to two lots. Each has its twin without a guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.db import Database
from service.core.errors import Conflict
from service.matching import pooling
from service.matching.pooling import shares
from service.matching.pooling.models import Pool
from tests.market import TODAY
from tests.matching.pooling.conftest import Lot, lot, solved

UNTIL = TODAY + timedelta(days=5)
YES = pooling.ShareAnswer(accept=True)


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in (
            "matching_pool", "matching_invitation", "matching_request", "matching_buyer", "catalogue_promise",
            "catalogue_ledger_month", "catalogue_product", "catalogue_supplier", "accounts_member", "accounts_person",
            "accounts_organisation", "core_journal", "core_mail", "procrastinate_jobs",
        ):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def sent(session: AsyncSession, of: Lot) -> dict[str, UUID]:
    """A lot whose suppliers are asked: the share of each."""
    pool = await solved(session, of)
    sending = pooling.PoolSending(answer_by=UNTIL, version=pool.version)
    await pooling.send_pool(session, of.buyer, pool.id, sending)
    names = {product: code for code, product in of.products.items()}
    return {names[each.product_id]: each.id for each in await shares.shares_of(session, pool.id)}


async def accept(market: Database, actor: Actor, share_id: UUID) -> Any:
    with clock.freeze(TODAY):
        async with market.transaction() as session:
            return (await pooling.answer_share(session, actor, share_id, YES)).state


async def state(market: Database) -> list[str]:
    async with market.transaction() as session:
        return list(await session.scalars(text("SELECT state FROM matching_pool ORDER BY id")))


async def test_of_all_who_accept_at_once_the_last_one_completes_the_lot(market: Database) -> None:
    async with market.transaction() as session:
        of = await lot(session)
        asked = await sent(session, of)
    answers = await asyncio.gather(*(accept(market, of.suppliers[code], share) for code, share in asked.items()))
    assert answers == ["accepted"] * 3
    assert await state(market) == ["complete"]


async def test_without_the_lock_of_the_lot_nobody_completes_it(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_lock(session: AsyncSession, pool_id: UUID) -> Pool:
        pool = await session.get(Pool, pool_id)
        assert pool is not None
        return pool

    looked = shares.complete_if_all_have_accepted
    everybody = asyncio.Barrier(3)

    async def together(*arguments: Any) -> None:
        await everybody.wait()  # Each has accepted, and none has seen another's word.
        await looked(*arguments)

    async with market.transaction() as session:
        of = await lot(session)
        asked = await sent(session, of)
    monkeypatch.setattr(shares, "lock", no_lock)
    monkeypatch.setattr(shares, "complete_if_all_have_accepted", together)
    await asyncio.gather(*(accept(market, of.suppliers[code], share) for code, share in asked.items()))
    assert await state(market) == ["sent"]


async def _two_lots(market: Database) -> tuple[Lot, list[UUID]]:
    """Two requests that both need all of A's kilograms, and A's share in each."""
    async with market.transaction() as session:
        of = await lot(session, {"A": 500, "B": 500}, kg=1000)
        first = await sent(session, of)
        other = await lot(session, {"C": 500}, kg=1000)
        other.products |= of.products
        second = await sent(session, other)
    return of, [first["A"], second["A"]]


async def _held(market: Database, of: Lot) -> Decimal:
    async with market.transaction() as session:
        statement = text("SELECT sum(kg) FROM catalogue_promise WHERE product_id = :id AND month = 12 AND released_at IS NULL")
        return Decimal(await session.scalar(statement, {"id": of.products["A"]}) or 0)


async def test_a_supplier_who_accepts_two_lots_at_once_promises_its_kilograms_once(market: Database) -> None:
    of, both = await _two_lots(market)
    answers = await asyncio.gather(*(accept(market, of.suppliers["A"], share) for share in both), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["Conflict", "ShareState"]
    assert await _held(market, of) == 500


async def test_a_ledger_that_only_looks_would_promise_them_twice(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Barrier(2)
    promised: list[Decimal] = []

    async def only_looks(session: AsyncSession, actor: Actor, wishes: Any, **said: Any) -> None:
        wishes = list(wishes)
        left = await catalogue.ledger.free(session, [each.product_id for each in wishes], [each.month for each in wishes])
        await looked.wait()
        for each in wishes:
            if (left[each.product_id][each.month] or 0) < each.kg:
                raise Conflict("not free")
            promised.append(each.kg)

    of, both = await _two_lots(market)
    monkeypatch.setattr(catalogue.ledger, "promise", only_looks)
    await asyncio.gather(*(accept(market, of.suppliers["A"], share) for share in both))
    assert sum(promised) > 1500  # A has 500 kg in each of three months.


async def test_the_same_question_pressed_twice_at_once_is_one(market: Database) -> None:
    async with market.transaction() as session:
        of = await lot(session)
    key = uuid4()

    async def press() -> UUID:
        with clock.freeze(TODAY):
            async with market.transaction() as session:
                return (await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish(), key=key)).id

    assert len(set(await asyncio.gather(*(press() for _each in range(4))))) == 1
