"""Limits hold for everybody who counts at once, and let people in again at an even pace."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import limits
from service.core.db import Database, new_id
from service.core.tasks import forget_limits

HOUR = timedelta(hours=1)  # Long enough that no test sees a moment of it pass.


async def _pass_time(session: AsyncSession, passed: timedelta) -> None:
    await session.execute(text("UPDATE core_limit SET used_up_at = used_up_at - CAST(:passed AS interval)"), {"passed": passed})


async def test_as_many_as_allowed_and_no_more(session: AsyncSession) -> None:
    assert [await limits.allow(session, "sign_in", "lan", 3, HOUR) for _ in range(5)] == [True, True, True, False, False]
    assert await limits.allow(session, "sign_in", "hoa", 3, HOUR)
    assert await limits.allow(session, "reset", "lan", 3, HOUR)


async def test_who_waits_is_let_in_again_at_the_pace(session: AsyncSession) -> None:
    for _ in range(3):
        await limits.allow(session, "sign_in", "lan", 3, HOUR)
    waiting = await limits.wait(session, "sign_in", "lan", 3, HOUR)
    assert timedelta(minutes=19) < waiting <= timedelta(minutes=20)
    await _pass_time(session, timedelta(minutes=21))
    assert await limits.allow(session, "sign_in", "lan", 3, HOUR)
    assert not await limits.allow(session, "sign_in", "lan", 3, HOUR)
    await limits.forget(session, "sign_in", "lan")
    assert await limits.allow(session, "sign_in", "lan", 3, HOUR)


async def test_a_refusal_takes_nothing(session: AsyncSession) -> None:
    for _ in range(10):
        await limits.allow(session, "sign_in", "lan", 3, HOUR)
    await _pass_time(session, timedelta(minutes=61))
    assert [await limits.allow(session, "sign_in", "lan", 3, HOUR) for _ in range(4)] == [True, True, True, False]


async def test_the_table_tells_nobody_who_it_was(session: AsyncSession) -> None:
    await limits.allow(session, "sign_in", "lan@chophien.example", 3, HOUR)
    keys = await session.scalars(text("SELECT encode(key, 'escape') FROM core_limit"))
    assert all("lan" not in key and "sign_in" not in key for key in keys)


async def test_what_holds_nobody_back_is_forgotten_at_night(session: AsyncSession) -> None:
    await session.execute(text("DELETE FROM core_limit"))  # Races keep what they counted; here it is undone again.
    await limits.allow(session, "sign_in", "lan", 3, HOUR)
    await forget_limits(session)
    assert await session.scalar(text("SELECT count(*) FROM core_limit")) == 1
    await _pass_time(session, HOUR)
    await forget_limits(session)
    assert await session.scalar(text("SELECT count(*) FROM core_limit")) == 0


async def test_two_processes_count_together(real_database: Database) -> None:
    other = Database(real_database.url, pool_size=10)  # As another process would: with connections of its own.
    who = str(new_id())

    async def once(database: Database) -> bool:
        async with database.transaction() as session:
            return await limits.allow(session, "race", who, 5, HOUR)

    allowed = await asyncio.gather(*(once(database) for database in (real_database, other) for _ in range(8)))
    await other.close()
    assert sum(allowed) == 5


async def test_counting_by_reading_first_would_not_hold(real_database: Database) -> None:
    """The negative control: the same race, with a count that is read and written in two statements."""
    who = str(new_id()).encode()[:16]
    together = asyncio.Barrier(8)

    async def once() -> bool:
        async with real_database.transaction() as session:
            taken = await session.scalar(text("SELECT count(*) FROM core_mail WHERE subject = :who"), {"who": who.hex()})
            await together.wait()
            if taken < 1:
                await session.execute(
                    text("INSERT INTO core_mail (id, to_address, template, subject, state, attempts)"
                         " VALUES (gen_random_uuid(), 'x', 'x', :who, 'failed', 0)"), {"who": who.hex()},
                )  # fmt: skip
            return taken < 1

    allowed = await asyncio.gather(*(once() for _ in range(8)))
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM core_mail WHERE subject = :who"), {"who": who.hex()})
    assert sum(allowed) > 1


async def test_a_lease_is_spent_in_memory_and_the_count_holds_for_all_processes(real_database: Database) -> None:
    who, asked = str(new_id()), 0
    processes = [limits.Leases("search", 100, HOUR) for _ in range(3)]

    def transaction() -> object:
        nonlocal asked
        asked += 1
        return real_database.transaction()

    allowed = 0
    for _ in range(60):
        for process in processes:
            allowed += await process.wait(who, transaction) == limits.NOTHING
    assert 80 <= allowed <= 100
    assert asked <= 10 + 3  # One statement for every lease of ten, and one refusal for each process, then memory.
    assert await processes[0].wait("somebody else", transaction) == limits.NOTHING
