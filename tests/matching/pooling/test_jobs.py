"""The worker finds the lot that was asked for, holds no transaction meanwhile, hears of a cancel, and mends."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import text

from service import solving
from service.core import clock, events, searching
from service.core.db import Database
from service.core.searching import Progress
from service.matching import pooling, tasks
from service.matching.pooling import jobs
from service.matching.pooling.events import PoolAsked, PoolShareRefused
from service.matching.pooling.frozen import Frozen
from tests.market import TODAY
from tests.matching.pooling.conftest import lot
from tests.matching.pooling.test_races import accept, market, sent  # noqa: F401 - the fixture.


def test_the_worker_answers_what_is_asked_of_it() -> None:
    assert tasks is not None
    assert [each.__name__ for each in events.long_answers[PoolAsked]] == ["find_lot"]
    assert [each.__name__ for each in events.long_answers[PoolShareRefused]] == ["mend_lot"]


async def test_the_job_finds_the_lot_with_no_transaction_open(
    market: Database,  # noqa: F811 - the fixture.
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    idle: list[int] = []
    solve = jobs.solver.solve

    def watching(*arguments: Any, **named: Any) -> pooling.Solution:
        idle.append(asyncio.run_coroutine_threadsafe(_idle(market), loop).result(10))
        return solve(*arguments, **named)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(jobs.solver, "solve", watching)
    async with market.transaction() as session:
        of = await lot(session)
        asked = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish())
    fact = PoolAsked(asked.id, of.request.id)
    await jobs.answer(market, fact)
    await jobs.answer(market, fact)  # A job may run twice; the second finds the lot answered.
    assert idle == [0]
    async with market.transaction() as session:
        page = await pooling.pool_page(session, of.buyer, asked.id)
    assert (page.state, page.plan.missing_kg if page.plan else None) == ("found", 0)


async def _idle(database: Database) -> int:
    async with database.transaction() as session:
        statement = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
        )
        return int(await session.scalar(statement) or 0)


async def test_progress_is_told_once_a_second_and_a_cancel_is_heard(
    market: Database,  # noqa: F811 - the fixture.
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped = threading.Event()

    def long_work(frozen: Frozen, *, progress: Any = None, cancelled: Any = None, **_named: Any) -> pooling.Solution:
        for beat in range(200):
            progress(Progress(pooling.Level.COST, 100 - beat, 10, beat / 20))
            if cancelled():
                stopped.set()
                break
            threading.Event().wait(0.02)
        return pooling.Solution("stopped", pooling.Plan())

    monkeypatch.setattr(jobs, "solve", long_work)
    monkeypatch.setattr(searching, "EVERY", 0.1)
    async with market.transaction() as session:
        of = await lot(session)
        asked = await pooling.ask_pool(session, of.buyer, of.request.code, pooling.PoolWish())
    work = asyncio.create_task(jobs.answer(market, PoolAsked(asked.id, of.request.id)))
    for _look in range(50):
        await asyncio.sleep(0.05)
        async with market.transaction() as session:
            page = await pooling.pool_page(session, of.buyer, asked.id)
        if page.progress.get("value"):
            break
    assert page.state == "solving"
    assert page.progress["bound"] == 10
    async with market.transaction() as session:
        await pooling.cancel_pool(session, of.buyer, asked.id)
    await asyncio.wait_for(work, 10)
    assert stopped.is_set()
    async with market.transaction() as session:
        assert (await pooling.pool_page(session, of.buyer, asked.id)).state == "cancelled"


async def test_a_refusal_is_mended_by_the_worker(market: Database) -> None:  # noqa: F811 - the fixture.
    async with market.transaction() as session:
        of = await lot(session)
        asked = await sent(session, of)
    await accept(market, of.suppliers["B"], asked["B"])
    no = pooling.ShareAnswer(accept=False, reason="Máy hỏng")
    with clock.freeze(TODAY):
        async with market.transaction() as session:
            share = await pooling.answer_share(session, of.suppliers["A"], asked["A"], no)
        fact = PoolShareRefused(share.pool_id, share.id, share.supplier_id, silent=False)
        await jobs.mend(market, fact)
        await jobs.mend(market, fact)
        async with market.transaction() as session:
            page = await pooling.pool_page(session, of.buyer, share.pool_id)
    live = {each.supplier: each.total for each in page.shares if each.state in ("asked", "accepted")}
    assert live == {"HTX B": 1500, "HTX C": 900, "HTX D": 1200}


async def test_the_terminal_prints_what_the_page_shows(
    market: Database,  # noqa: F811 - the fixture.
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with market.transaction() as session:
        of = await lot(session)
    with clock.freeze(TODAY):
        for as_json in (False, True):
            assert await solving.pool_request(market, of.request.code, seconds=5, seed=1, workers=1, as_json=as_json)
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "tối ưu, đã chứng minh" in said
    assert "HTX A (đứng đầu)" in said
    assert '"missing' not in said.split("{")[0]
    assert '"proof": "tối ưu, đã chứng minh"' in said
