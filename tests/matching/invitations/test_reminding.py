"""The mails of the clock: tomorrow is the last day, and who has not answered. Each once, and in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import SYSTEM
from service.core import clock, events
from service.matching.invitations import reminding, tasks
from service.worker import load_tasks
from tests import market
from tests.market import TODAY
from tests.matching.invitations.test_invitations import DEADLINE, letters, reachable, supplier_id

LAST = TODAY + timedelta(days=3)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_whoever_has_a_day_left_is_reminded_once_and_in_the_morning(session: AsyncSession) -> None:
    for number in (1, 2, 3):
        await reachable(session, await market.supplier(session, f"HTX{number}"), f"ban{number}@vidu.vn")
    one, two, three = [await supplier_id(session, f"HTX{number}") for number in (1, 2, 3)]
    request = await market.request(session, deadline=DEADLINE)
    await matching.invitations.invite(session, SYSTEM, request.code, [one, two], answer_by=LAST)
    await matching.invitations.note_answer(session, SYSTEM, request.id, two)
    eve = LAST - timedelta(days=1)
    with clock.freeze(eve - timedelta(days=1)):
        assert await reminding.remind(session) == 0  # Two days are left.
    with clock.freeze(datetime(eve.year, eve.month, eve.day, 6, 50, tzinfo=clock.ZONE)):
        assert await reminding.remind(session) == 0
    with clock.freeze(eve):
        await matching.invitations.invite(session, SYSTEM, request.code, [three], answer_by=LAST)  # Asked today: she knows.
        for _twice in range(2):
            await tasks.remind(session)
    sent = await letters(session)
    assert [(address, "Mai là ngày cuối" in subject) for address, subject in sent] == [("ban1@vidu.vn", True)]


async def test_of_all_who_were_silent_the_buyer_hears_in_one_mail_for_each_request(session: AsyncSession) -> None:
    for number in (1, 2):
        await market.supplier(session, f"HTX{number}", name=f"Hợp tác xã Im Lặng {number}")
    suppliers = [await supplier_id(session, f"HTX{number}") for number in (1, 2)]
    buyer = await market.buyer(session)
    await reachable(session, buyer.organisation_id, "mua@vidu.vn")
    requests = [await market.request(session, buyer, deadline=DEADLINE) for _each in range(2)]
    for request in requests:
        await matching.invitations.invite(session, SYSTEM, request.code, suppliers, answer_by=LAST)
    after = LAST + timedelta(days=1)
    with clock.freeze(datetime(after.year, after.month, after.day, 0, 10, tzinfo=clock.ZONE)):
        await matching.invitations.note_silence(session)
        assert await reminding.tell_silences(session) == 0  # Nobody is woken.
    with clock.freeze(after):
        for _twice in range(2):
            await tasks.tell_silences(session)
    assert [address for address, _subject in await letters(session)] == ["mua@vidu.vn"] * 2
    bodies = (await session.scalars(text("SELECT subject || body FROM core_mail ORDER BY id"))).all()
    assert sorted(sum(f"Im Lặng {number}" in body for number in (1, 2)) for body in bodies) == [2, 2]
    assert all(sum(request.code in body for body in bodies) == 1 for request in requests)


async def test_an_old_silence_is_no_news_and_a_closed_request_has_none(session: AsyncSession) -> None:
    await market.supplier(session)
    buyer = await market.buyer(session)
    await reachable(session, buyer.organisation_id, "mua@vidu.vn")
    request = await market.request(session, buyer, deadline=DEADLINE)
    await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)], answer_by=LAST)
    with clock.freeze(LAST + timedelta(days=1)):
        assert await matching.invitations.note_silence(session) == 1
    with clock.freeze(LAST + timedelta(days=9)):
        assert await reminding.tell_silences(session) == 0
    assert await letters(session) == []


def test_the_clock_asks_for_both() -> None:
    load_tasks()
    assert {tasks.remind, tasks.tell_silences} <= set(events.chores)
