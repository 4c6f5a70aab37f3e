"""Two who publish at once: the fair has one published version and everybody is told once; without the lock it goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from service import accounts, fairs
from service.core import clock
from service.core.db import Database
from service.core.errors import Conflict, NotAllowed
from service.fairs.plans import publishing
from tests.fairs.plans.stage import Stage, found, stage

plans = fairs.plans
TODAY = date(2026, 11, 28)


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of these tests afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in (
            "fairs_plan_placing", "fairs_plan", "fairs_occupancy", "fairs_application", "fairs_booth", "fairs_booth_class",
            "fairs_hall", "fairs_fair", "core_mail", "catalogue_supplier", "accounts_member", "accounts_person",
            "accounts_organisation", "core_journal",
        ):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _ready(market: Database) -> tuple[Stage, list[Any]]:
    async with market.transaction() as session:
        there = await stage(session, length=2, exhibitors=3, on_market=3)
        for organisation in there.suppliers:
            email = f"{organisation}@chophien.example"
            person = await accounts.add_person(session, name="Người nhận thư", email=email, password="mật khẩu để thử")
            await accounts.add_member(session, person.id, organisation, "owner")
        made = [await found(session, there), await found(session, there)]
        return there, [(each.number, each.version) for each in made]


async def _publish(market: Database, there: Stage, number: int, version: int) -> str:
    with clock.freeze(TODAY):
        try:
            async with market.transaction() as session:
                said = plans.PlanPublish(version=version)
                await plans.publish_plan(session, there.organiser, there.slug, number, said)
        except (Conflict, NotAllowed) as refusal:
            return type(refusal).__name__
        except Exception as fault:  # noqa: BLE001 - what the database itself refuses is what the control looks for.
            return f"fault: {type(fault).__name__}"
        return "done"


async def _counts(market: Database) -> tuple[int, int, int]:
    async with market.transaction() as session:
        row = (
            await session.execute(
                text("SELECT (SELECT count(*) FROM fairs_plan WHERE state = 'published'),"
                     " (SELECT count(*) FROM fairs_occupancy WHERE state = 'taken'), (SELECT count(*) FROM core_mail)")
            )
        ).one()  # fmt: skip
        return row[0], row[1], row[2]


async def test_a_version_that_eight_publish_at_once_is_published_once_and_told_once(market: Database) -> None:
    with clock.freeze(TODAY):
        there, made = await _ready(market)
    told = await asyncio.gather(*(_publish(market, there, *made[0]) for _ in range(8)))
    assert told == ["done"] * 8
    assert await _counts(market) == (1, 3, 3)


async def test_two_versions_at_once_come_one_after_the_other(market: Database) -> None:
    with clock.freeze(TODAY):
        there, made = await _ready(market)
    told = await asyncio.gather(*(_publish(market, there, *each) for each in made))
    assert told == ["done", "done"]
    # Both are the same plan, so the second one changes nothing for anybody and tells nobody.
    assert await _counts(market) == (1, 3, 3)


async def test_without_the_lock_of_the_fair_the_same_goes_wrong(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.freeze(TODAY):
        there, made = await _ready(market)
    real_own, real_before = publishing.own, publishing.published_version
    both = asyncio.Barrier(2)

    async def unlocked(session: Any, slug: str, actor: Any, *, lock: bool = False) -> Any:
        return await real_own(session, slug, actor)

    async def together(session: Any, fair_id: Any) -> Any:
        read = await real_before(session, fair_id)
        await asyncio.wait_for(both.wait(), 5)
        return read

    monkeypatch.setattr(publishing, "own", unlocked)
    monkeypatch.setattr(publishing, "published_version", together)
    told = await asyncio.gather(*(_publish(market, there, *each) for each in made))
    assert sorted(told) == ["done", "fault: IntegrityError"]
