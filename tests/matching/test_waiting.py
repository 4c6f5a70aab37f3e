"""What waits for an organisation: in one statement, the most urgent first, and nothing that a stranger or a seal forbids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import NOBODY, SYSTEM, Role
from service.core import clock
from service.core.files import FileStore
from service.matching import Waits
from service.matching.invitations import Words
from tests import market
from tests.market import TODAY, acting
from tests.matching.invitations.test_invitations import DEADLINE, supplier_id
from tests.matching.pooling.conftest import lot
from tests.matching.pooling.test_lots import UNTIL, answer, sent


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_a_supplier_sees_who_asks_the_most_urgent_first(session: AsyncSession, files: FileStore) -> None:
    maker = acting(Role.SUPPLIER, await market.supplier(session))
    buyer, shy = await market.buyer(session), await market.buyer(session, "Siêu thị Kín Tiếng")
    for by, days, visibility in ((buyer, 6, "public"), (shy, 2, "anonymous")):
        request = await market.request(session, by, deadline=DEADLINE, visibility=visibility)
        until = TODAY + timedelta(days=days)
        (one,) = await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)], answer_by=until)
    owner = acting(Role.BUYER, shy.organisation_id)
    await matching.invitations.send_message(session, files, owner, one.id, Words(text="Chào bạn"))
    found = await matching.waiting(session, maker)
    assert [(each.kind, each.other, each.day, each.number) for each in found.items] == [
        (Waits.INVITATION, None, TODAY + timedelta(days=2), 1),
        (Waits.INVITATION, "Siêu thị Thử", TODAY + timedelta(days=6), 0),
    ]
    assert found.items[0].href == f"/trao-doi/{one.id}"
    # Answered, it waits no more; what the buyer wrote is still unread.
    await matching.invitations.note_answer(session, SYSTEM, one.request_id, one.supplier_id)
    assert (await matching.waiting(session, maker)).counts == {Waits.INVITATION: 1, Waits.MESSAGES: 1}
    await matching.invitations.open_thread(session, maker, one.id)
    assert (await matching.waiting(session, maker)).counts == {Waits.INVITATION: 1}
    await matching.close_request(session, SYSTEM, request.code, matching.Closing(version=request.version))
    others = acting(Role.SUPPLIER, await market.supplier(session, "HTX2"))
    for stranger in (None, NOBODY, others, acting(Role.OFFICER, shy.organisation_id)):
        assert (await matching.waiting(session, stranger)).items == []


async def test_a_pooled_lot_waits_for_one_side_after_the_other(session: AsyncSession) -> None:
    of = await lot(session)
    pool = await sent(session, of)
    (mine,) = (await matching.waiting(session, of.suppliers["C"])).items
    assert (mine.kind, mine.day, mine.code) == (Waits.SHARE, UNTIL, of.request.code)
    assert (await matching.waiting(session, of.buyer)).items == []  # Nothing that she could do.
    for code in "ABC":
        await answer(session, of, pool, code)
    (done,) = (await matching.waiting(session, of.buyer)).items
    assert (done.kind, done.href) == (Waits.POOL_COMPLETE, f"/tim-hang/{of.request.code}/lo-ghep/{pool.id}")
    waits = [each.kind for code in "ABC" for each in (await matching.waiting(session, of.suppliers[code])).items]
    assert waits == [Waits.LEAD]


async def test_however_much_waits_it_is_one_statement(session: AsyncSession) -> None:
    maker = acting(Role.SUPPLIER, await market.supplier(session))
    buyer = await market.buyer(session)
    owner = acting(Role.BUYER, buyer.organisation_id)
    seen: list[str] = []
    event.listen((await session.connection()).sync_connection, "before_cursor_execute", lambda *told: seen.append(told[2]))
    for count in (1, 3):
        while len((await matching.waiting(session, maker)).items) < count:
            request = await market.request(session, buyer, deadline=DEADLINE)
            await matching.invitations.invite(session, SYSTEM, request.code, [await supplier_id(session)])
        for reader in (maker, owner):
            seen.clear()
            await matching.waiting(session, reader)
            assert len(seen) == 1, (count, reader.role)


async def test_quotes_to_decide_on_wait_until_the_seal_is_open(session: AsyncSession) -> None:
    await market.supplier(session)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer, deadline=DEADLINE)
    owner = acting(Role.BUYER, buyer.organisation_id)
    organisation = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier"))
    await session.execute(
        text(
            "INSERT INTO matching_quote"
            " (id, request_id, supplier_id, organisation_id, state, revision, sealed_until, sent_at, version)"
            " VALUES (gen_random_uuid(), :request, :supplier, :organisation, 'sent', 1, :until, now(), 1)"
        ),
        {"request": request.id, "supplier": await supplier_id(session), "organisation": organisation, "until": DEADLINE},
    )
    assert (await matching.waiting(session, owner)).items == []
    await session.execute(text("UPDATE matching_quote SET sealed_until = NULL"))
    (one,) = (await matching.waiting(session, owner)).items
    assert (one.kind, one.number, one.href) == (Waits.QUOTES, 1, f"/tim-hang/{request.code}/bao-gia")
    assert one.day is not None
    assert one.day > DEADLINE
