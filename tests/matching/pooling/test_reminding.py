"""Whoever has not answered for its share is reminded on the eve of the last day: once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.matching.pooling import reminding, tasks
from tests.matching.invitations.test_invitations import letters, reachable
from tests.matching.pooling.conftest import lot
from tests.matching.pooling.test_lots import UNTIL, answer, sent


async def test_shares_without_an_answer_are_recalled_once(session: AsyncSession) -> None:
    of = await lot(session)
    for code, supplier in of.suppliers.items():
        assert supplier.organisation_id is not None
        await reachable(session, supplier.organisation_id, f"{code.lower()}@vidu.vn")
    pool = await sent(session, of)
    await answer(session, of, pool, "A")
    before = len(await letters(session))
    with clock.freeze(UNTIL - timedelta(days=2)):
        assert await reminding.remind(session) == 0
    with clock.freeze(UNTIL - timedelta(days=1)):
        for _twice in range(2):
            await tasks.remind(session)
    told = (await letters(session))[before:]
    assert sorted(address for address, _subject in told) == ["b@vidu.vn", "c@vidu.vn"]
    assert all("ngày cuối" in subject for _address, subject in told)
