"""Two at once: two people who ask the same supplier, two presses of one button, an answer at the moment of a withdrawal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM, Actor, Role
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.files import FileStore
from service.matching.invitations import Answer, Words, invitations, threads
from tests import market as small
from tests.market import TODAY, acting
from tests.matching.invitations.test_invitations import supplier_id

NOWHERE = FileStore("file:///nonexistent")


@pytest_asyncio.fixture(loop_scope="session")
async def busy(real_database: Database) -> AsyncIterator[Database]:
    """The database with real commits, and nothing of this test's afterwards."""
    yield real_database
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in (
            "matching_request", "matching_buyer", "catalogue_product", "catalogue_supplier", "accounts_organisation",
            "core_journal", "procrastinate_jobs",
        ):  # fmt: skip
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


@dataclass(frozen=True)
class Asked:
    """A request, its buyer, and the supplier that is asked."""

    code: str
    request_id: UUID
    buyer: Actor
    maker: Actor
    supplier: UUID


async def _market(database: Database) -> Asked:
    async with database.transaction() as session:
        organisation = await small.supplier(session)
        buyer = await small.buyer(session)
        request = await small.request(session, buyer)
        return Asked(
            request.code, request.id, acting(Role.BUYER, buyer.organisation_id), acting(Role.SUPPLIER, organisation),
            await supplier_id(session),
        )  # fmt: skip


async def _ask(database: Database, there: Asked) -> UUID:
    with clock.freeze(TODAY):
        async with database.transaction() as session:
            (one,) = await matching.invitations.invite(session, there.buyer, there.code, [there.supplier])
            return one.id


async def _total(database: Database, what: str) -> int:
    async with database.transaction() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {what}")) or 0)


async def test_two_who_ask_the_same_supplier_at_once_ask_once(busy: Database) -> None:
    there = await _market(busy)
    found = await asyncio.gather(*(_ask(busy, there) for _one in range(4)))
    assert len(set(found)) == 1
    assert await _total(busy, "matching_invitation") == 1
    assert await _total(busy, "core_journal WHERE fact = 'InvitationSent'") == 1


async def test_without_the_lock_on_the_request_asking_at_once_breaks(busy: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    there = await _market(busy)
    looked = invitations._standing

    async def unlocked(session: AsyncSession, code: str, actor: Actor) -> object:
        found = (
            await session.execute(
                text("SELECT r.id, r.buyer_id FROM matching_request r WHERE r.code = :code"), {"code": code}
            )
        ).one()  # fmt: skip
        request = await session.get_one(matching.SourcingRequest, found[0])
        return request, await session.get_one(matching.Buyer, found[1])

    async def slowly(session: AsyncSession, request_id: UUID) -> object:
        standing = await looked(session, request_id)
        await asyncio.sleep(0.3)  # Both have looked before either writes.
        return standing

    monkeypatch.setattr(invitations, "_asked", unlocked)
    monkeypatch.setattr(invitations, "_standing", slowly)
    outcomes = await asyncio.gather(*(_ask(busy, there) for _one in range(2)), return_exceptions=True)
    assert any(isinstance(outcome, Exception) for outcome in outcomes)


async def test_an_invitation_and_a_quote_at_the_same_moment_are_one(busy: Database) -> None:
    there = await _market(busy)

    async def answer() -> UUID:
        async with busy.transaction() as session:
            return (await matching.invitations.note_answer(session, SYSTEM, there.request_id, there.supplier)).id

    # Both lock the request before they make a row for it, so nobody stumbles over the other.
    found = await asyncio.gather(_ask(busy, there), answer(), answer())
    assert len(set(found)) == 1
    assert await _total(busy, "matching_invitation") == 1
    assert await _total(busy, "matching_invitation WHERE state = 'answered'") == 1


async def _write(database: Database, there: Asked, invitation_id: UUID, key: UUID) -> str:
    with clock.freeze(TODAY):
        try:
            async with database.transaction() as session:
                sent = await threads.send_message(session, NOWHERE, there.maker, invitation_id, Words(text="Chào", key=key))
                return str(sent.id)
        except (Conflict, NotAllowed, NotFound) as refusal:
            return type(refusal).__name__


async def test_a_double_press_writes_once_and_without_the_lock_it_breaks(
    busy: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await _market(busy)
    one = await _ask(busy, there)
    key = new_id()
    sent = await asyncio.gather(*(_write(busy, there, one, key) for _press in range(4)))
    assert len(set(sent)) == 1
    assert await _total(busy, "matching_message") == 1
    locked = threads.locked

    async def unlocked(session: AsyncSession, actor: Actor, invitation_id: UUID) -> object:
        found = await locked(session, actor, invitation_id)
        await session.commit()  # The lock is gone before anything is written.
        await session.begin()
        await asyncio.sleep(0.2)
        return found

    monkeypatch.setattr(threads, "locked", unlocked)
    same = new_id()
    outcomes = await asyncio.gather(*(_write(busy, there, one, same) for _press in range(3)), return_exceptions=True)
    assert any(isinstance(outcome, Exception) for outcome in outcomes)


async def test_of_a_yes_and_a_withdrawal_at_once_both_are_told_the_truth(busy: Database) -> None:
    there = await _market(busy)
    one = await _ask(busy, there)

    async def accept() -> str:
        with clock.freeze(TODAY):
            try:
                async with busy.transaction() as session:
                    said = Answer(answer="accept", version=1)
                    return str((await matching.invitations.answer_invitation(session, there.maker, one, said)).state)
            except (Conflict, NotAllowed, NotFound) as refusal:
                return type(refusal).__name__

    async def withdraw() -> str:
        async with busy.transaction() as session:
            return str((await matching.invitations.withdraw_invitation(session, there.buyer, one)).state)

    yes, gone = await asyncio.gather(accept(), withdraw())
    assert gone == "withdrawn"
    assert yes in ("accepted", "NotFound")
    assert await _total(busy, "matching_invitation WHERE state = 'withdrawn'") == 1
