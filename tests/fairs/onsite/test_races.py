"""Two phones at once: the same pass at two gates, one key sent twice, one sale corrected by two. Each race has its control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict
from service.fairs.onsite import CheckInDraft, sales
from service.fairs.onsite.models import CheckIn
from tests.fairs.onsite.stands import SECOND, Stands, sale, stands

onsite = fairs.onsite
TABLES = (
    "fairs_check_in", "fairs_sale", "fairs_pass", "fairs_exhibitor", "fairs_occupancy", "fairs_booking_desk",
    "fairs_application", "fairs_booth", "fairs_booth_class", "fairs_fair", "matching_buyer",
    "catalogue_product", "catalogue_supplier", "accounts_organisation", "core_journal",
)  # fmt: skip


@dataclass
class Running:
    """A fair with real commits."""

    database: Database
    held: Stands
    code: str
    sale_id: UUID


@pytest_asyncio.fixture(loop_scope="session")
async def running(real_database: Database) -> AsyncIterator[Running]:
    with clock.freeze(SECOND):
        async with real_database.transaction() as session:
            held = await stands(session, exhibitors=1, name="Hội chợ Đua cổng", code="DC")
            passes = await onsite.all_passes(session, held.slug, held.at.organiser)
            kept = await onsite.record_sale(session, held.at.exhibitors[0], held.slug, sale())
        yield Running(real_database, held, passes[-1].code, kept.id)
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in TABLES:
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _scan(running: Running, key: UUID) -> bool:
    async with running.database.transaction() as session:
        draft = CheckInDraft(key=key, code=running.code)
        came = await onsite.check_in(session, running.held.at.organiser, running.held.slug, draft)
        await asyncio.sleep(0.05)
        return came.already


async def _rows(running: Running) -> int:
    async with running.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(CheckIn)) or 0


async def test_one_pass_at_four_gates_comes_once(running: Running) -> None:
    answers = await asyncio.gather(*(_scan(running, new_id()) for _ in range(4)))
    assert sorted(answers) == [False, True, True, True]
    assert await _rows(running) == 1


async def test_one_key_sent_four_times_at_once_gets_the_same_answer(running: Running) -> None:
    key = new_id()
    assert await asyncio.gather(*(_scan(running, key) for _ in range(4))) == [False] * 4
    assert await _rows(running) == 1


async def test_without_the_words_of_the_schema_one_pass_comes_several_times(running: Running) -> None:
    owner = Database(running.database.url, role=None)
    async with owner.transaction() as session:
        await session.execute(text("DROP INDEX uq_fairs_check_in_pass"))
    try:
        await asyncio.gather(*(_scan(running, new_id()) for _ in range(4)))
        assert await _rows(running) > 1
    finally:
        async with owner.transaction() as session:
            await session.execute(text("DELETE FROM fairs_check_in"))
            await session.execute(
                text("CREATE UNIQUE INDEX uq_fairs_check_in_pass ON fairs_check_in (pass_id, day)"
                     " WHERE pass_id IS NOT NULL AND undone_at IS NULL")
            )  # fmt: skip
        await owner.close()


async def _correct(running: Running, vnd: int) -> str:
    async with running.database.transaction() as session:
        own = running.held.at.exhibitors[0]
        try:
            await onsite.correct_sale(session, own, running.held.slug, running.sale_id, sale(vnd, version=1))
        except Conflict:
            return "refused"
        await asyncio.sleep(0.05)
    return "kept"


async def test_of_two_who_correct_a_sale_one_is_told(running: Running) -> None:
    outcomes = await asyncio.gather(*(_correct(running, 1_000_000 + n) for n in range(3)))
    assert sorted(outcomes) == ["kept", "refused", "refused"]


async def test_without_the_version_the_last_correction_silently_wins(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales, "_check_version", lambda *_: None)
    outcomes = await asyncio.gather(*(_correct(running, 1_000_000 + n) for n in range(3)))
    assert outcomes == ["kept"] * 3


async def test_one_sale_sent_by_two_tabs_is_stored_once(running: Running) -> None:
    draft = sale(7_000_000)

    async def send() -> UUID:
        async with running.database.transaction() as session:
            return (await onsite.record_sale(session, running.held.at.exhibitors[0], running.held.slug, draft)).id

    assert len(set(await asyncio.gather(*(send() for _ in range(4))))) == 1


async def test_without_turns_one_key_breaks_the_second(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = sales.own_stand

    async def slowly(*arguments: object, **named: object) -> object:
        found = await plain(*arguments, **named)  # type: ignore[arg-type]
        session = arguments[0]
        await session.commit()  # type: ignore[attr-defined] # It gives the turn away.
        await asyncio.sleep(0.2)
        return found

    monkeypatch.setattr(sales, "own_stand", slowly)
    draft = sale(8_000_000)

    async def send() -> object:
        async with AsyncSession(running.database.engine, expire_on_commit=False, info=running.database.info) as session:
            kept = await onsite.record_sale(session, running.held.at.exhibitors[0], running.held.slug, draft)
            await asyncio.sleep(0.2)
            await session.commit()
            return kept.id

    outcomes = await asyncio.gather(*(send() for _ in range(3)), return_exceptions=True)
    assert any(isinstance(each, IntegrityError) for each in outcomes)
