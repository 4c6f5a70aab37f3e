"""Facts are answered by the worker, each answer alone, also when it runs twice or the worker was killed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, worker
from service.core import events
from service.core.db import Database, new_id


@dataclass(frozen=True)
class BellRung(events.Event):
    tone: str


heard: list[str] = []


@pytest.fixture
def answered() -> Iterator[None]:
    async def hear(session: AsyncSession, fact: BellRung) -> None:
        heard.append(f"heard {fact.tone}")

    async def fail(session: AsyncSession, fact: BellRung) -> None:
        heard.append("failed")
        raise RuntimeError("this answer cannot be given")

    events.answers[BellRung] = [hear, fail]
    heard.clear()
    yield
    del events.answers[BellRung]


async def _work_until_idle(database: Database) -> None:
    app = worker.create_worker(database)
    async with app.open_async():
        await asyncio.wait_for(app.run_worker_async(wait=False, install_signal_handlers=False), 30)


async def _forget_jobs(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs"))


async def test_each_answer_is_given_alone_and_a_failing_one_disturbs_no_other(real_database: Database, answered: None) -> None:
    async with real_database.transaction() as session:
        await events.announce(session, BellRung(new_id(), tone="trong"), actor=accounts.SYSTEM)
    await _work_until_idle(real_database)
    assert sorted(heard) == ["failed", "heard trong"]
    async with real_database.transaction() as session:
        rows = await session.execute(
            text("SELECT args ->> 'name', status::text, attempts FROM procrastinate_jobs WHERE task_name = 'answer'")
        )
        states = {name.rpartition(".")[2]: (status, attempts) for name, status, attempts in rows}
    assert states == {"hear": ("succeeded", 1), "fail": ("todo", 1)}  # It will be tried again, later each time.
    await _forget_jobs(real_database)


async def test_a_long_answer_is_given_while_no_transaction_is_open(real_database: Database) -> None:
    open_ones: list[int] = []

    async def work(database: Database, fact: BellRung) -> None:
        async with database.transaction() as session:
            count = await session.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
                )
            )
        open_ones.append(count)

    events.long_answers[BellRung] = [work]
    try:
        async with real_database.transaction() as session:
            await events.announce(session, BellRung(new_id(), tone="dài"), actor=accounts.SYSTEM)
        await _work_until_idle(real_database)
    finally:
        del events.long_answers[BellRung]
        await _forget_jobs(real_database)
    assert open_ones == [0]


async def test_a_job_of_a_killed_worker_is_taken_up_again(real_database: Database, answered: None) -> None:
    async with real_database.transaction() as session:
        await events.announce(session, BellRung(new_id(), tone="đục"), actor=accounts.SYSTEM)
        # The worker that took this job up was killed a minute ago: the job says doing, its worker is silent.
        await session.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')"))
        await session.execute(
            text(
                "UPDATE procrastinate_jobs SET status = 'doing', attempts = 1,"
                " worker_id = (SELECT max(id) FROM procrastinate_workers)"
            )
        )
        await events.enqueue(session, "retry_stalled", timestamp=0)
    await _work_until_idle(real_database)
    await _work_until_idle(real_database)
    assert "heard đục" in heard
    await _forget_jobs(real_database)


def test_every_module_that_answers_is_loaded() -> None:
    worker.load_tasks()
    for answers in [*events.answers.values(), *events.long_answers.values()]:
        for answer in answers:
            assert answer.__module__.endswith((".tasks", "test_worker"))
