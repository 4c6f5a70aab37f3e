"""Pages of meetings cost the same for many as for few, stay small, and refuse odd input in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.db import Database
from service.fairs import meetings
from tests.fairs.meetings import small
from tests.market import TODAY
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def _reads(session: AsyncSession, held: small.Small) -> int:
    """The statements of everything that a page of meetings reads."""
    connection = (await session.connection()).sync_connection
    assert connection is not None
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    buyer = held.people["X"]
    part = await meetings.part_of(session, held.fair_id, buyer.organisation_id)
    assert part is not None
    session.expire_all()
    event.listen(connection, "before_cursor_execute", note)
    own = await meetings.own_part(session, buyer, held.slug)
    await meetings.suggested(session, buyer, own)
    await meetings.own_wishes(session, own.part.id)
    await meetings.own_asks(session, own.part.id)
    await meetings.others(session, own)
    await meetings.own_meetings(session, buyer)
    await meetings.participant_list(session, held.organiser, held.slug)
    await meetings.all_meetings(session, held.organiser, held.slug)
    await meetings.timetable_list(session, held.organiser, held.slug)
    await meetings.meetings(session, held.fair_id)
    event.remove(connection, "before_cursor_execute", note)
    return len(said)


async def test_many_cost_as_many_statements_as_few(database: Database) -> None:
    counted = []
    for suppliers in (1, 4):
        async with database.transaction() as session:
            held = await small.with_people(session, await small.conference(session), suppliers=suppliers, buyers=1)
            names = "ABCD"[:suppliers]
            await small.wished(session, held, *(f"X2{name}" for name in names), *(f"{name}3X" for name in names))
            frozen = await meetings.freeze(session, held.fair_id, meetings.TimetableWish(), {})
            placed = {each.id: (at, 1) for at, each in enumerate(frozen.pairs, 1)}
            key = small.new_id()
            row = await meetings.keep_whole(session, held.organiser, held.slug, frozen, meetings.Timetable(placed), key=key)
            await meetings.publish(session, held.organiser, held.slug, row.number)
        async with database.transaction() as session:
            counted.append(await _reads(session, held))
    assert counted[0] == counted[1]


async def test_odd_input_is_refused_in_words(session: AsyncSession, signed_in: SignedIn) -> None:
    held = await small.with_people(session, await small.conference(session))
    await session.commit()
    browser = await signed_in(organisation_id=held.people["A"].organisation_id)
    own = f"/hoi-cho/{held.slug}/cuoc-gap"
    other = str(held.parts["X"])
    for address, data in (
        ("muon-gap", {"other": "x", "value": "2"}), ("muon-gap", {"other": other, "value": "1e400"}), ("hen", {"other": "\0"}),
        ("goi-y", {}), ("ghi-ten", {"away": ["2026-12-10T99:99", "\0"]}), ("ghi-ten", {"most": "10" * 400}),
    ):  # fmt: skip
        answer = await browser.post(f"{own}/{address}", data=data)
        assert answer.status_code == 422, (address, data)
    assert (await browser.get("/cuoc-gap/khong-phai-ma")).status_code in (404, 422)
    assert (await browser.get(f"{own}?cursor=%00zz")).status_code in (400, 422)
    assert (await browser.get("/lich-gap/%00.ics")).status_code in (400, 404)
    organiser = await signed_in(organisation_id=held.organiser.organisation_id)
    desk = f"/ban-to-chuc/hoi-cho/{held.slug}/cuoc-gap"
    for starts in ("25:00", "\0", "8:99", "sáng"):
        refused = await organiser.post(
            f"{desk}/buoi", data={"name": "B", "day": "10/12/2026", "starts": starts, "ends": "12:00"}
        )
        assert refused.status_code == 422, starts
    assert (await organiser.get(f"{desk}/ngay?day=khong")).status_code == 200
    assert (await organiser.get(f"{desk}/lich/999999999999999")).status_code in (404, 422)


async def test_empty_pages_say_what_to_do(session: AsyncSession, signed_in: SignedIn) -> None:
    held = await small.conference(session)
    await session.commit()
    organiser = await signed_in(organisation_id=held.organiser.organisation_id)
    desk = f"/ban-to-chuc/hoi-cho/{held.slug}/cuoc-gap"
    assert "Thêm mọi bên đủ điều kiện" in (await organiser.get(f"{desk}/ben")).text
    assert "Chưa xếp lịch nào" in (await organiser.get(f"{desk}/lich")).text
    assert "Chưa có cuộc gặp nào" in (await organiser.get(f"{desk}/ngay")).text
    buyer = await signed_in("buyer")
    assert "chưa hẹn gặp được ở đây" in (await buyer.get(f"/hoi-cho/{held.slug}/cuoc-gap")).text
    assert "Chưa có cuộc gặp nào" in (await buyer.get("/cuoc-gap")).text
