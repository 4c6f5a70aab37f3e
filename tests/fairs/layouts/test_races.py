"""Two people at one floor at the same moment, over real connections; beside each its control with the guard off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import SYSTEM
from service.core.db import Database, new_id
from service.core.errors import Conflict
from service.fairs import layouts
from service.fairs.layouts import laying
from tests.fairs.layouts.floors import draft, hall, island

SLUG = "hoi-cho-dua"


@pytest_asyncio.fixture(loop_scope="session")
async def ground(real_database: Database) -> AsyncIterator[Database]:
    """A fair that is really there, with an island of ten booths, and afterwards is not."""
    async with real_database.transaction() as session:
        said = fairs.FairDraft(
            slug=SLUG, name="Hội chợ đua", kind="fair", starts_on=date(2027, 1, 10), ends_on=date(2027, 1, 12)
        )
        await fairs.announce_fair(session, SYSTEM, said)
        await layouts.lay_out(session, SYSTEM, SLUG, draft())
    yield real_database
    async with real_database.transaction() as session:
        await session.execute(
            text("DELETE FROM fairs_occupancy o USING fairs_fair f WHERE f.id = o.fair_id AND f.slug = :s"), {"s": SLUG}
        )
        await session.execute(text("DELETE FROM fairs_fair WHERE slug = :s"), {"s": SLUG})


def slowly(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let everybody take her time after this step, so that two who may go side by side do."""
    real = getattr(laying, name)

    async def slow(*said: Any, **more: Any) -> Any:
        found = await real(*said, **more)
        await asyncio.sleep(0.3)
        return found

    monkeypatch.setattr(laying, name, slow)


async def two_draw(database: Database) -> list[Any]:
    async def draws(length: int) -> int:
        async with database.transaction() as session:
            return await layouts.lay_out(session, SYSTEM, SLUG, draft(hall(*island(length))), version=1)

    return await asyncio.gather(draws(3), draws(4), return_exceptions=True)


async def test_of_two_who_saw_the_same_floor_one_is_told(ground: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch, "stored")
    outcomes = await two_draw(ground)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "int"]


async def test_control_without_the_lock_nobody_is_told(ground: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch, "stored")
    own = laying.standing.own

    async def unlocked(session: AsyncSession, slug: str, actor: Any, **_lock: bool) -> Any:
        return await own(session, slug, actor)

    monkeypatch.setattr(laying.standing, "own", unlocked)
    outcomes = await two_draw(ground)
    assert not any(isinstance(each, Conflict) for each in outcomes)


async def removal_meets_booking(database: Database) -> list[Any]:
    async with database.transaction() as session:
        found = await session.scalar(
            text("SELECT b.id FROM fairs_booth b JOIN fairs_fair f ON f.id = b.fair_id WHERE f.slug = :s AND b.code = 'A5'"),
            {"s": SLUG},
        )
    assert isinstance(found, UUID)

    async def books() -> None:
        async with database.transaction() as session:
            await session.execute(
                text("INSERT INTO fairs_occupancy (id, fair_id, booth_id, days, origin, state, name, key, created_at)"
                     " SELECT :id, fair_id, id, '[2027-01-10,2027-01-12]', 'booking', 'taken', 'HTX thử', :key, now()"
                     " FROM fairs_booth WHERE id = :booth"),
                {"id": new_id(), "key": new_id(), "booth": found},
            )  # fmt: skip
            await asyncio.sleep(0.4)

    async def removes() -> int:
        await asyncio.sleep(0.15)
        async with database.transaction() as session:
            return await layouts.lay_out(session, SYSTEM, SLUG, draft(hall(*island(4))))

    return await asyncio.gather(books(), removes(), return_exceptions=True)


async def test_a_booth_booked_at_this_moment_is_not_removed(ground: Database) -> None:
    booked, removed = await removal_meets_booking(ground)
    assert booked is None
    assert isinstance(removed, Conflict)
    assert "A5" in removed.message


async def test_control_without_locking_the_booth_only_the_database_objects(
    ground: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_said: Any) -> None:
        return None

    monkeypatch.setattr(laying, "_spare_the_taken", nobody)
    booked, removed = await removal_meets_booking(ground)
    assert booked is None
    assert isinstance(removed, IntegrityError)
