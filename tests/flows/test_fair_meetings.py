"""From an empty conference to what came of its meetings, through the pages that people use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.core import clock
from service.core.db import Database
from service.fairs.meetings import jobs, publishing
from service.fairs.meetings.events import TimetableAsked
from tests.fairs.meetings import small
from tests.market import TODAY
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", page.replace("\u00a0", " "))


async def test_a_conference_from_the_first_session_to_an_order(
    session: AsyncSession, database: Database, signed_in: SignedIn
) -> None:
    held = await small.conference(session)
    await small.with_people(session, held)
    mail = await small.person_of(session, held.people["A"].organisation_id)
    await session.commit()
    organiser = await signed_in(organisation_id=held.organiser.organisation_id)
    supplier = await signed_in(organisation_id=held.people["A"].organisation_id)
    buyer = await signed_in(organisation_id=held.people["X"].organisation_id)
    desk, own = f"/ban-to-chuc/hoi-cho/{held.slug}/cuoc-gap", f"/hoi-cho/{held.slug}/cuoc-gap"

    # The organiser adds a session; what is wrong with one is said beside it, and what was typed stays.
    afternoon = {
        "name": "Buổi chiều",
        "day": "10/12/2026",
        "starts": "14h",
        "ends": "15:30",
        "slot_minutes": "20",
        "pause_minutes": "5",
    }
    refused = await organiser.post(f"{desk}/buoi", data={**afternoon, "ends": "13:00"})
    assert refused.status_code == 422
    assert "Giờ kết thúc phải sau giờ bắt đầu" in refused.text
    assert 'value="14h"' in refused.text
    assert (await organiser.post(f"{desk}/buoi", data=afternoon)).status_code == 303

    # The buyer takes the suggestions over with one press, the supplier asks it directly; the buyer accepts.
    page = plain((await buyer.get(own)).text)
    assert "Bán Miến dong, thứ bạn đến tìm" in page
    others = re.findall(r'name="others" value="([0-9a-f-]{36})"', page)
    assert (await buyer.post(f"{own}/goi-y", data={"others": others[:2]})).status_code == 303
    away = re.findall(r'name="away" value="([^"]+)"', (await supplier.get(own)).text)
    assert (await supplier.post(f"{own}/ghi-ten", data={"away": away[:2], "contact": "bà Hoa"})).status_code == 303
    await supplier.post(f"{own}/hen", data={"other": str(held.parts["X"]), "words": "Gặp về miến Tết"})
    page = (await buyer.get(own)).text
    assert "Gặp về miến Tết" in page
    answer = re.search(rf'action="({re.escape(own)}/hen/[0-9a-f-]{{36}})"', page)
    assert answer
    assert (await buyer.post(answer[1], data={"answer": "accept"})).status_code == 303
    assert "bà Hoa" in (await organiser.get(f"{desk}/ben")).text
    assert "bà Hoa" not in (await buyer.get(own)).text

    # The worker finds a timetable; the organiser changes one meeting by hand and publishes.
    form = (await organiser.get(f"{desk}/lich")).text
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key
    assert (await organiser.post(f"{desk}/lich", data={"key": key[1], "keep_close": "true", "seconds": "4"})).status_code == 303
    assert "Đang xếp lịch số 1" in (await organiser.get(f"{desk}/lich")).text
    newest = text("SELECT subject FROM core_journal WHERE fact = 'TimetableAsked' ORDER BY id DESC LIMIT 1")
    async with database.transaction() as reading:
        asked = await reading.scalar(newest)
    assert isinstance(asked, UUID)
    await jobs.answer(database, TimetableAsked(asked, held.fair_id))
    page = plain((await organiser.get(f"{desk}/lich/1?chon=0")).text)
    assert "tốt nhất, đã chứng minh" in page
    assert "đã hẹn nhau" in page
    meeting = re.search(r'name="meeting" value="([^"]+)"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert meeting
    assert version
    at_once = {"kind": "move", "meeting": meeting[1], "version": version[1]}
    closed = await organiser.post(f"{desk}/lich/1/sua", data={**at_once, "slot": "1"})
    if closed.status_code == 422:  # The supplier is away then.
        assert "không gặp được" in plain(closed.text)
    moved = await organiser.post(f"{desk}/lich/1/sua", data={**at_once, "slot": "8"})
    assert moved.status_code == 303, plain(moved.text)
    assert (await organiser.post(f"{moved.headers['location']}/cong-bo", data={"over": "0"})).status_code == 303
    letters = text("SELECT count(*) FROM core_mail WHERE to_address = :to AND template = 'meetings_published'")
    async with database.transaction() as worker:
        published = await worker.scalar(text("SELECT id FROM fairs_timetable WHERE state = 'published'"))
        assert isinstance(published, UUID)
        await publishing.tell_changes(worker, published)
        assert await worker.scalar(letters, {"to": mail}) == 1

    # The agenda as page, paper and calendar; a revoked address opens nothing.
    agenda = plain((await supplier.get(f"/hoi-cho/{held.slug}/lich-gap")).text)
    link = re.search(r'href="(/cuoc-gap/[0-9a-f-]{36})"', agenda)
    assert link
    paper = await supplier.get(f"/hoi-cho/{held.slug}/lich-gap.pdf")
    assert paper.content.startswith(b"%PDF")
    assert (await organiser.get(f"{desk}/lich-gap.pdf")).content.startswith(b"%PDF")
    await supplier.post("/cuoc-gap/lich")
    feed = re.search(r'value="http[^"]*(/lich-gap/[^"]+\.ics)"', (await supplier.get("/cuoc-gap")).text)
    assert feed
    first = await supplier.get(feed[1])
    assert b"BEGIN:VEVENT" in first.content
    assert (await supplier.get(feed[1], headers={"if-none-match": first.headers["etag"]})).status_code == 304
    await supplier.post("/cuoc-gap/lich/thu-hoi")
    assert (await supplier.get(feed[1])).status_code == 404

    # On the day both mark it, tapped twice; afterwards each says what came of it, and reads the other's word.
    async with database.transaction() as reading:
        lines = await fairs.meetings.own_meetings(reading, held.people["A"])
    line = next(each for each in lines if f"/cuoc-gap/{each.id}" == link[1])
    with clock.freeze(line.starts_at + timedelta(minutes=2)):
        # Weeks have gone by: everybody signs in again.
        supplier = await signed_in(organisation_id=held.people["A"].organisation_id, role="member")
        buyer = await signed_in(organisation_id=held.people["X"].organisation_id, role="member")
        organiser = await signed_in(organisation_id=held.organiser.organisation_id, role="member")
        for _tap in range(2):
            assert (await supplier.post(f"{link[1]}/diem-danh", data={"said": "held"})).status_code == 303
        await buyer.post(f"{link[1]}/diem-danh", data={"said": "held", "late": "true"})
        assert "đã gặp" in (await organiser.get(f"{desk}/ngay")).text
    with clock.freeze(line.ends_at + timedelta(hours=1)):
        wrong = await supplier.post(f"{link[1]}/ket-qua", data={"result": "talks", "kg": "5"})
        assert wrong.status_code == 422
        assert 'value="5"' in wrong.text
        said = {"result": "order", "kg": "1,5 tấn", "vnd": "120 triệu", "words": "Giao trước Tết"}
        assert (await supplier.post(f"{link[1]}/ket-qua", data=said)).status_code == 303
        assert "có đơn hàng, 1,5 tấn, 120.000.000 đ" in plain((await buyer.get(link[1])).text)
