"""A plan is published at the moment in which somebody books one of its booths: one of the two is told so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from service import fairs
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict
from service.fairs.bookings import BoothWish, Placing
from tests.fairs.bookings.grounds import ENDS, NOW, STARTS, Grounds, grounds
from tests.fairs.bookings.storm import double_booked, unguard

bookings = fairs.bookings
RACES = 12


async def _settle(database: Database, at: Grounds, application: UUID, number: int) -> bool:
    placing = Placing(at.booth(number), STARTS, ENDS, application, at.suppliers[0], "HTX DG0")
    try:
        async with database.transaction() as session:
            await bookings.settle_plan(session, at.organiser, at.fair_id, new_id(), [placing])
            await asyncio.sleep(0.03)  # Both have looked before either is kept.
    except Conflict:
        return False
    return True


async def _book(database: Database, at: Grounds, number: int) -> bool:
    try:
        async with database.transaction() as session:
            await bookings.book(session, at.exhibitors[1], at.slug, BoothWish(booth=f"A{number:03}"), key=new_id())
            await asyncio.sleep(0.03)
    except Conflict:
        return False
    return True


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_plan_and_a_booking_never_have_the_same_booth(make_database: Callable[[str], str], guarded: bool) -> None:
    url = make_database(f"settle_{guarded}")
    if not guarded:
        unguard(url)
    database = Database(url)
    with clock.freeze(NOW):
        async with database.transaction() as session:
            at = await grounds(session, booths=RACES, exhibitors=2, each=50)
            application = await session.scalar(text("SELECT id FROM fairs_application ORDER BY code LIMIT 1"))
        both = 0
        for number in range(1, RACES + 1):
            kept = await asyncio.gather(_settle(database, at, application, number), _book(database, at, number))
            both += all(kept)
            assert any(kept), "one of the two has the booth"
    await database.close()
    assert (both == 0) if guarded else (both > 0)
    assert (double_booked(url) == 0) if guarded else (double_booked(url) > 0)


async def test_a_hold_that_is_sent_twice_at_once_is_one_hold(make_database: Callable[[str], str]) -> None:
    database = Database(make_database("keep_twice"))
    with clock.freeze(NOW):
        async with database.transaction() as session:
            at = await grounds(session, booths=2)

        async def keep(booth: str, key: UUID) -> UUID | None:
            try:
                async with database.transaction() as session:
                    draft = bookings.Keep(booth=booth, name="Sở Công Thương", until=STARTS)
                    row = await bookings.keep_booth(session, at.organiser, at.slug, draft, key=key)
                    await asyncio.sleep(0.03)
            except Conflict:
                return None
            return row.id

        key, other = new_id(), new_id()
        one, two = await asyncio.gather(keep("A001", key), keep("A001", key))
        assert one == two is not None
        # The same key for two booths is two wishes: one of them is refused in words.
        assert sum(kept is not None for kept in await asyncio.gather(keep("A002", other), keep("A001", other))) == 1
    await database.close()
