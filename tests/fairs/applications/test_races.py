"""Two at once: two answers to one application, two who agree to the same turn. Each race has a twin without its guard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.db import Database, crossed
from service.core.errors import Conflict, Invalid
from service.fairs.applications import Answer, ApplicationState, ShareAnswer, ShareDraft, ShareKind, ShareWith, sharing, stored
from service.fairs.applications.models import Share
from tests.fairs.applications.small import TODAY, Held, applications, applied, held, supplier

TURN = {"first_day": date(2027, 1, 12), "last_day": date(2027, 1, 13)}


@pytest_asyncio.fixture(loop_scope="session")
async def open_market(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test afterwards."""
    with clock.freeze(TODAY):
        yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in ("fairs_share_member", "fairs_share", "fairs_application", "fairs_fair", "catalogue_product",
                      "catalogue_supplier", "accounts_member", "accounts_person", "accounts_organisation", "core_journal",
                      "core_change", "procrastinate_jobs"):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _attempt(market: Database, act: Callable[[AsyncSession], Awaitable[Any]]) -> str:
    """What came of one try in a transaction of its own."""
    try:
        async with market.transaction() as session:
            await act(session)
    except (Conflict, Invalid):
        return "refused"
    except Exception as error:
        if crossed(error) is None:
            raise
        return "refused"
    return "done"


async def _sent(market: Database) -> tuple[Held, str, int]:
    async with market.transaction() as session:
        found = await held(session)
        who, product = await supplier(session)
        sent = await applied(session, found, who, product)
        return found, sent.code, sent.version


async def _two_answers(market: Database) -> tuple[list[str], int]:
    """Two people answer the same application at once, differently; how it went, and how many answers the journal holds."""
    found, code, version = await _sent(market)
    said = [
        Answer(to=ApplicationState.ACCEPTED, version=version),
        Answer(to=ApplicationState.REJECTED, reason="Không còn chỗ", version=version),
    ]
    outcomes = await asyncio.gather(
        *(_attempt(market, lambda session, each=each: applications.answer(session, found.organiser, found.slug, code, each))  # type: ignore[misc]
          for each in said)
    )  # fmt: skip
    async with market.transaction() as session:
        told = await session.scalar(text("SELECT count(*) FROM core_journal WHERE fact = 'ApplicationAnswered'"))
    return sorted(outcomes), int(told or 0)


async def test_two_answers_at_once_are_one_decision_and_one_refusal(open_market: Database) -> None:
    assert await _two_answers(open_market) == (["done", "refused"], 1)


async def test_without_the_version_the_second_answer_undoes_the_first(
    open_market: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "same_version", lambda _found, _version: None)
    assert await _two_answers(open_market) == (["done", "done"], 2)


async def _two_join(market: Database) -> tuple[list[str], int]:
    """Two who asked for the same turn are agreed to at the same moment; how it went, and how many have the turn."""
    async with market.transaction() as session:
        found = await held(session)
        people = [await supplier(session) for _each in range(3)]
        sent = [await applied(session, found, who, product) for who, product in people]
        lead = people[0][0]
        own = ShareDraft(kind=ShareKind.BY_DAYS, first_day=date(2027, 1, 10), last_day=date(2027, 1, 11))
        share = await applications.open_share(session, lead, found.slug, own)
        for who, _product in people[1:]:
            await applications.join(session, who, found.slug, ShareWith(code=share.code, **TURN))
        codes = [each.code for each in sent[1:]]

    def agree(actor: Actor, code: str) -> Callable[[AsyncSession], Awaitable[None]]:
        return lambda session: applications.answer_share(session, actor, found.slug, code, ShareAnswer(agree=True))

    outcomes = await asyncio.gather(*(_attempt(market, agree(lead, code)) for code in codes))
    async with market.transaction() as session:
        count = text("SELECT count(*) FROM fairs_share_member WHERE first_day = :day AND state = 'agreed'")
        return sorted(outcomes), int(await session.scalar(count, {"day": TURN["first_day"]}) or 0)


async def test_one_turn_is_given_to_one(open_market: Database) -> None:
    assert await _two_join(open_market) == (["done", "refused"], 1)


async def test_without_the_lock_one_turn_is_given_to_two(open_market: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unlocked(session: AsyncSession, share_id: UUID) -> Share:
        return await session.get_one(Share, share_id)

    fits = sharing._fits

    async def slowly(*arguments: Any) -> None:
        await fits(*arguments)
        await asyncio.sleep(0.3)  # Both have looked before either writes.

    monkeypatch.setattr(sharing, "_locked", unlocked)
    monkeypatch.setattr(sharing, "_fits", slowly)
    assert await _two_join(open_market) == (["done", "done"], 2)
