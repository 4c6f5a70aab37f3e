"""Two organisers press the button at once, two workers take the same job: once each. Without the lock one is refused."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import Database
from service.core.errors import Conflict
from service.matching import rounds
from service.matching.rounds import clearings, solver
from service.matching.rounds.models import Clearing, Round
from tests.market import TODAY
from tests.matching.rounds import round as small


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in ("matching_round", "matching_request", "matching_buyer", "catalogue_product", "catalogue_supplier",
                      "accounts_organisation", "core_journal", "procrastinate_jobs"):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _ask(database: Database, found: small.Held, fairness: str) -> object:
    with clock.freeze(TODAY):
        try:
            async with database.transaction() as session:
                return (
                    await rounds.ask_clearing(session, found.organiser, found.code, rounds.ClearingWish(fairness=fairness))
                ).id
        except Conflict as refusal:
            return refusal


async def _collecting(database: Database) -> small.Held:
    async with database.transaction() as session:
        return await small.with_people(session, await small.held(session))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody looks around before she acts, so that all are inside at once."""
    looked = clearings.inputs_of

    async def wait(*asked: object) -> str:
        found = await looked(*asked)
        await asyncio.sleep(0.1)
        return found

    monkeypatch.setattr(clearings, "inputs_of", wait)


@pytest.mark.usefixtures("slow")
async def test_of_two_organisers_at_once_the_second_finds_the_work_of_the_first(market: Database) -> None:
    found = await _collecting(market)
    told = await asyncio.gather(_ask(market, found, "balanced"), _ask(market, found, "free"), _ask(market, found, "balanced"))
    assert len(set(told)) == 1
    async with market.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM matching_clearing")) == 1


@pytest.mark.usefixtures("slow")
async def test_without_the_lock_the_second_is_refused(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_to_all(session: AsyncSession, code: str, _actor: Actor) -> Round:
        found: Round = (await session.scalars(select(Round).where(Round.code == code))).one()
        return found

    found = await _collecting(market)
    monkeypatch.setattr(clearings, "locked", open_to_all)
    told = await asyncio.gather(_ask(market, found, "balanced"), _ask(market, found, "free"))
    assert sum(isinstance(each, Conflict) for each in told) == 1


async def test_two_workers_at_the_same_clearing_store_it_once(market: Database) -> None:
    found = await _collecting(market)
    clearing = await _ask(market, found, "balanced")
    with clock.freeze(TODAY):
        await asyncio.gather(*(rounds.work(market, clearing, solver.solve_all) for _worker in range(2)))  # type: ignore[arg-type]
        async with market.transaction() as session:
            assert await session.scalar(text("SELECT count(*) FROM matching_clearing_need")) == 2
            ended = await session.scalar(text("SELECT count(*) FROM core_journal WHERE fact = 'RoundCleared'"))
            assert ended == 1


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is kept waiting by a lock: both workers are about to store before either has stored."""
    both = asyncio.Event()
    inside = 0

    async def any_clearing(session: AsyncSession, clearing_id: UUID) -> Clearing | None:
        return await session.get(Clearing, clearing_id, populate_existing=True)

    async def any_round(session: AsyncSession, clearing_id: UUID) -> Round | None:
        nonlocal inside
        of = select(Round).join(Clearing, Clearing.round_id == Round.id).where(Clearing.id == clearing_id)
        found: Round | None = await session.scalar(of)
        inside += 1
        if inside >= 2:
            both.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 1)
        return found

    monkeypatch.setattr(clearings, "_clearing_of", any_clearing)
    monkeypatch.setattr(clearings, "_round_of", any_round)


@pytest.mark.usefixtures("unlocked")
async def test_without_the_lock_the_second_worker_breaks_on_what_the_first_has_stored(market: Database) -> None:
    """What is kept is one plan even then: a request has one line in a clearing by the schema."""
    found = await _collecting(market)
    clearing = await _ask(market, found, "balanced")
    with clock.freeze(TODAY):
        told = await asyncio.gather(
            *(rounds.work(market, clearing, solver.solve_all) for _worker in range(2)),  # type: ignore[arg-type]
            return_exceptions=True,
        )
    assert sorted(type(each).__name__ for each in told) == ["IntegrityError", "NoneType"]
    async with market.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM matching_clearing_need")) == 2


async def _stopped_as_it_begins(market: Database) -> tuple[str, int]:
    """A worker takes up a clearing that somebody has just stopped and not let go of yet: where it ends, with how many lines."""
    found = await _collecting(market)
    clearing = await _ask(market, found, "balanced")
    with clock.freeze(TODAY):
        async with market.transaction() as session:
            await rounds.stop_clearing(session, found.organiser, found.code, 1)
            work = asyncio.create_task(rounds.work(market, clearing, solver.solve_all))  # type: ignore[arg-type]
            await asyncio.sleep(0.3)
        await asyncio.wait_for(work, 20)
    async with market.transaction() as session:
        lines = await session.scalar(text("SELECT count(*) FROM matching_clearing_need"))
        return str(await session.scalar(text("SELECT state FROM matching_clearing"))), int(lines or 0)


async def test_a_worker_waits_for_whoever_is_stopping_and_leaves_it_stopped(market: Database) -> None:
    assert await _stopped_as_it_begins(market) == ("stopped", 0)


@pytest.mark.usefixtures("unlocked")
async def test_without_the_lock_it_works_at_what_was_stopped(market: Database) -> None:
    assert await _stopped_as_it_begins(market) == ("done", 2)


async def test_a_clearing_is_stopped_while_it_is_worked_at_and_says_how_far_it_is(
    market: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker holds no transaction meanwhile: others read how far it is, and one of them stops it."""
    found = await _collecting(market)
    clearing = await _ask(market, found, "balanced")
    monkeypatch.setattr(clearings, "TELL_EVERY", 0.05)

    def slowly(problem: object, _fairness: str, *, seed: int, progress, cancelled):
        import time

        for step in range(200):
            progress(step, 200)
            time.sleep(0.02)
            if cancelled():
                break
        return solver.solve_all(problem, seed=seed, cancelled=cancelled)  # type: ignore[arg-type]

    with clock.freeze(TODAY):
        work = asyncio.create_task(rounds.work(market, clearing, slowly))  # type: ignore[arg-type]
        for _look in range(100):
            await asyncio.sleep(0.05)
            async with market.transaction() as session:
                view = await rounds.round_page(session, found.code, found.organiser)
                (one,) = await rounds.clearing_list(session, view)
                idle = await session.scalar(
                    text(
                        "SELECT count(*) FROM pg_stat_activity"
                        " WHERE state = 'idle in transaction' AND datname = current_database()"
                    )
                )
            if one.stage == "solving" and one.done:
                break
        assert one.total == 200
        assert idle == 0
        async with market.transaction() as session:
            await rounds.stop_clearing(session, found.organiser, found.code, 1)
        await asyncio.wait_for(work, 10)
        async with market.transaction() as session:
            assert (await rounds.round_page(session, found.code, found.organiser)).state == "collecting"
