"""A page costs the same number of statements for one lot or share as for three."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from service.matching import pooling
from tests.market import TODAY
from tests.matching.pooling.conftest import lot, solved


async def statements(session: AsyncSession, read: Callable[[], Awaitable[Any]]) -> int:
    """How many statements a read takes."""
    session.expunge_all()
    connection = (await session.connection()).sync_connection
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        await read()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len(seen)


async def test_lots_and_shares_cost_the_same_for_one_as_for_three(session: AsyncSession) -> None:
    small = await lot(session, {"A": 1200})
    alone = await solved(session, small)
    lists = [await statements(session, lambda: pooling.pools_of(session, small.buyer, small.request.code))]
    pages = [await statements(session, lambda: pooling.pool_page(session, small.buyer, alone.id))]
    for _more in range(2):
        await solved(session, small, most_suppliers=_more + 2)
    lists.append(await statements(session, lambda: pooling.pools_of(session, small.buyer, small.request.code)))
    assert lists[0] == lists[1]

    sending = pooling.PoolSending(answer_by=TODAY + timedelta(days=5), version=alone.version)
    await pooling.send_pool(session, small.buyer, alone.id, sending)
    shares = [await statements(session, lambda: pooling.pool_page(session, small.buyer, alone.id))]

    large = await lot(session, {"B": 500, "C": 500, "D": 300})
    joint = await solved(session, large, excluded=(small.products["A"],))
    pages.append(await statements(session, lambda: pooling.pool_page(session, large.buyer, joint.id)))
    assert pages[0] == pages[1]
    sending = pooling.PoolSending(answer_by=TODAY + timedelta(days=5), version=joint.version)
    await pooling.send_pool(session, large.buyer, joint.id, sending)
    shares.append(await statements(session, lambda: pooling.pool_page(session, large.buyer, joint.id)))
    assert shares[0] == shares[1]
    own = small.suppliers["A"]
    one = await statements(session, lambda: pooling.shares_for_supplier(session, own))
    page = (await pooling.shares_for_supplier(session, own)).items[0]
    own_page = await statements(session, lambda: pooling.share_page(session, own, page.id))
    other = large.suppliers["B"]
    theirs = (await pooling.shares_for_supplier(session, other)).items[0]
    assert await statements(session, lambda: pooling.share_page(session, other, theirs.id)) == own_page
    assert one == 1
