"""Two at once in a joint order, over real connections. Each race has a twin without its guard, which must go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.db import Database
from service.core.errors import Conflict, Invalid
from service.matching import demand
from service.matching.demand import settling, stored
from service.matching.demand.models import JointOrder
from tests.market import TODAY
from tests.matching.demand import making
from tests.matching.demand.making import months, part, yes

NARROW = 0.3  # Both have looked before either is kept.


@pytest_asyncio.fixture(loop_scope="session")
async def market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test's afterwards."""
    yield real_database
    owners = Database(real_database.url, role=None)
    async with owners.transaction() as session:
        for statement in (
            "UPDATE matching_demand SET state = 'open', answer_by = NULL, request_id = NULL, reason = NULL",
            "DELETE FROM matching_request", "DELETE FROM matching_demand", "DELETE FROM matching_buyer",
            "DELETE FROM accounts_organisation", "DELETE FROM core_journal", "DELETE FROM core_change",
            "DELETE FROM procrastinate_events", "DELETE FROM procrastinate_jobs",
        ):  # fmt: skip
            await session.execute(text(statement))
    await owners.close()


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the guard away: the order is read and not locked."""

    async def unlocked(session: AsyncSession, code: str) -> JointOrder:
        found = await session.scalar(select(JointOrder).where(JointOrder.code == code))
        assert found is not None
        return found

    monkeypatch.setattr(stored, "locked", unlocked)


async def at_once(database: Database, *acts: Callable[[AsyncSession], Awaitable[Any]]) -> list[Any]:
    """Each act in a transaction of its own, all at the same time, each kept a moment after it was done."""

    async def one(act: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        with clock.freeze(TODAY):
            async with database.transaction() as session:
                done = await act(session)
                await asyncio.sleep(NARROW)
                return done

    return list(await asyncio.gather(*(one(act) for act in acts), return_exceptions=True))


async def standing(database: Database, code: str) -> demand.OrderPage:
    async with database.transaction() as session:
        return await making.standing(session, code, None)


@pytest.mark.parametrize("guarded", [True, False])
async def test_two_who_join_near_the_cap_do_not_both_fit(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    async with market.transaction() as session:
        one, two, three = [await making.party(session) for _ in range(3)]
        made = await making.opened(session, one, months=months(400))
    if not guarded:
        unlock(monkeypatch)
    answers = await at_once(
        market,
        lambda session: demand.take_part(session, two[1], made.code, two[0], part(500)),
        lambda session: demand.take_part(session, three[1], made.code, three[0], part(500)),
    )
    shown = await standing(market, made.code)
    refused = [answer for answer in answers if isinstance(answer, Invalid)]
    if guarded:
        assert len(refused) == 1
        assert shown.line.joined_kg == 900
    else:
        assert refused == []
        assert shown.line.joined_kg == 1400  # More than the lorry carries.


@pytest.mark.parametrize("guarded", [True, False])
async def test_whoever_leaves_while_the_last_one_joins_is_out_or_counted(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """With the lock a full order holds all that filled it; without it one closes as full that is not."""
    async with market.transaction() as session:
        one, two, three = [await making.party(session) for _ in range(3)]
        made = await making.opened(session, one, months=months(400))
        with clock.freeze(TODAY):
            await demand.take_part(session, two[1], made.code, two[0], part(300))
    if not guarded:
        unlock(monkeypatch)
    answers = await at_once(
        market,
        lambda session: demand.take_part(session, three[1], made.code, three[0], part(300)),
        lambda session: demand.leave(session, two[1], made.code, two[0]),
    )
    shown = await standing(market, made.code)
    closed = shown.line.state == "confirming"
    if guarded:
        assert closed == (shown.line.joined_kg == 1000)
        assert closed == isinstance(answers[1], Conflict)
    else:
        assert closed
        assert shown.line.joined_kg == 700


@pytest.mark.parametrize("guarded", [True, False])
async def test_the_last_two_answers_at_once_settle_the_order_once(
    market: Database, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """With the lock one of them sees both; without it each believes that the other is still waited for."""
    async with market.transaction() as session:
        one, two, three = [await making.party(session) for _ in range(3)]
        made = await making.confirming(session, one, two, three)
        with clock.freeze(TODAY):
            await demand.answer(session, one[1], made.code, one[0], yes())
    if not guarded:
        unlock(monkeypatch)
    answers = await at_once(
        market,
        lambda session: demand.answer(session, two[1], made.code, two[0], yes()),
        lambda session: demand.answer(session, three[1], made.code, three[0], yes()),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert (await standing(market, made.code)).line.state == ("confirmed" if guarded else "confirming")
    async with market.transaction() as session:
        told = await making.facts(session, made.id)
    assert told.count("JointOrderConfirmed") == (1 if guarded else 0)


async def test_two_who_post_at_once_make_one_request(market: Database) -> None:
    async with market.transaction() as session:
        one, two, three = everybody = [await making.party(session) for _ in range(3)]
        made = await making.confirming(session, one, two, three)
        with clock.freeze(TODAY):
            for buyer_id, actor in everybody:
                await demand.answer(session, actor, made.code, buyer_id, yes())
        await session.refresh(made)
        words = making.posting(made)
    answers = await at_once(
        market, *[lambda session: demand.post_request(session, one[1], made.code, one[0], words) for _ in range(2)]
    )
    assert len({answer.id for answer in answers}) == 1


async def test_two_clocks_end_a_round_once(market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with market.transaction() as session:
        one, two, three = [await making.party(session) for _ in range(3)]
        made = await making.confirming(session, one, two, three)
        with clock.freeze(TODAY):
            for buyer_id, actor in (one, two):
                await demand.answer(session, actor, made.code, buyer_id, yes())
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(days=10))
    answers = await at_once(market, settling.settle_due, settling.settle_due)
    assert sorted(answers) == [0, 1]
    async with market.transaction() as session:
        told = await making.facts(session, made.id)
    assert told.count("MemberSilent") == 1
    assert told.count("ConfirmationAsked") == 2
