"""Two at once: two organisers publish, two ask each other, two sides mark a meeting. Each race has a twin without its guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict
from service.fairs import meetings
from service.fairs.meetings import asks, attendance, publishing
from tests.fairs.meetings import small
from tests.market import TODAY


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of these tests afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in ("fairs_fair", "matching_request", "matching_buyer", "catalogue_product", "catalogue_supplier",
                      "accounts_member", "accounts_person", "accounts_organisation", "core_journal"):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _published(market: Database) -> small.Small:
    async with market.transaction() as session:
        held = await small.conference(session)
        await small.with_people(session, held)
        await small.wished(session, held, "A3X", "X3A", "B2Y", "Y2B")
        with clock.freeze(TODAY):
            frozen = await meetings.freeze(session, held.fair_id, meetings.TimetableWish(), {})
            for number, slots in enumerate(((1, 2), (2, 3), (4, 5))):
                placed = {each.id: (at, 1) for each, at in zip(frozen.pairs, slots, strict=True)}
                found = meetings.Timetable(placed)
                key = new_id()
                row = await meetings.keep_whole(session, held.organiser, held.slug, frozen, found, key=key)
                if not number:
                    await meetings.publish(session, held.organiser, held.slug, row.number)
    return held


async def _publish(market: Database, held: small.Small, number: int) -> Any:
    with clock.freeze(TODAY):
        async with market.transaction() as session:
            row = await meetings.publish(session, held.organiser, held.slug, number, over=1)
            await asyncio.sleep(0.2)
            return row.number


async def test_of_two_who_publish_at_once_one_is_told(market: Database) -> None:
    held = await _published(market)
    outcomes = await asyncio.gather(*(_publish(market, held, number) for number in (2, 3)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "int"]


async def test_without_the_lock_both_publish_and_the_schema_alone_is_left(
    market: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await _published(market)
    own = publishing.standing.own

    async def unlocked(session: Any, slug: str, actor: Any, **_lock: bool) -> Any:
        return await own(session, slug, actor)

    monkeypatch.setattr(publishing.standing, "own", unlocked)
    outcomes = await asyncio.gather(*(_publish(market, held, number) for number in (2, 3)), return_exceptions=True)
    assert any(isinstance(each, Exception) and not isinstance(each, Conflict) for each in outcomes)


async def _ask(market: Database, held: small.Small, who: str, whom: str) -> Any:
    with clock.freeze(TODAY):
        async with market.transaction() as session:
            draft = meetings.AskDraft(other=held.parts[whom])
            made = await meetings.ask(session, held.people[who], held.slug, draft)
            await asyncio.sleep(0.2)
            return made.id


async def _slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, looked = asks._between, {"times": 0}

    async def both_have_looked(*arguments: Any) -> Any:
        found = await seen(*arguments)
        looked["times"] += 1
        if looked["times"] <= 2:
            await asyncio.sleep(0.3)
        return found

    monkeypatch.setattr(asks, "_between", both_have_looked)


async def _states(market: Database) -> list[str]:
    async with market.transaction() as session:
        return list(await session.scalars(text("SELECT state FROM fairs_meeting_ask")))


async def test_two_who_ask_each_other_at_once_have_agreed(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with market.transaction() as session:
        held = await small.with_people(session, await small.conference(session))
    await _slowly(monkeypatch)
    made = await asyncio.gather(_ask(market, held, "A", "X"), _ask(market, held, "X", "A"))
    assert made[0] == made[1]
    assert await _states(market) == ["accepted"]


async def test_without_the_index_both_requests_stand_side_by_side(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with market.transaction() as session:
        held = await small.with_people(session, await small.conference(session))
    owner = Database(market.url, role=None)
    index = text("SELECT indexdef FROM pg_indexes WHERE indexname = 'uq_fairs_meeting_ask_pair'")
    async with owner.transaction() as session:
        made = str(await session.scalar(index))
        await session.execute(text("DROP INDEX uq_fairs_meeting_ask_pair"))
    try:
        await _slowly(monkeypatch)
        await asyncio.gather(_ask(market, held, "A", "X"), _ask(market, held, "X", "A"))
        assert await _states(market) == ["asked", "asked"]
    finally:
        async with owner.transaction() as session:
            await session.execute(text("DELETE FROM fairs_meeting_ask"))
            await session.execute(text(made))
        await owner.close()


async def _mark(market: Database, held: small.Small, who: str, meeting: Any) -> None:
    with clock.freeze(meeting.starts_at):
        async with market.transaction() as session:
            await meetings.say_attendance(session, held.people[who], meeting.id, meetings.Attended(said=meetings.Said.NOT_HELD))
            await asyncio.sleep(0.2)


async def _both_mark(market: Database) -> str:
    held = await _published(market)
    async with market.transaction() as session:
        meeting = (await meetings.own_meetings(session, held.people["A"]))[0]
    await asyncio.gather(_mark(market, held, "A", meeting), _mark(market, held, "X", meeting), return_exceptions=True)
    async with market.transaction() as session:
        return str((await meetings.own_meetings(session, held.people["A"]))[0].state)


async def test_two_sides_that_mark_at_once_are_heard_together(market: Database) -> None:
    assert await _both_mark(market) == "not_held"


async def test_without_the_lock_one_is_written_down_as_absent(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    own = attendance.own_meeting

    async def unlocked(session: Any, actor: Any, meeting_id: Any, **_lock: bool) -> Any:
        found = await own(session, actor, meeting_id)
        await asyncio.sleep(0.1)
        return found

    monkeypatch.setattr(attendance, "own_meeting", unlocked)
    assert await _both_mark(market) == "no_show"
