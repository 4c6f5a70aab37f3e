"""Pages and JSON of allocations and of the public plan: flat in statements, kind to whatever is typed, and the same in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.core import clock
from service.core.db import new_id
from tests.conftest import OneConnection
from tests.fairs.plans.stage import Stage, found, publish, stage, withdraw
from tests.web.conftest import SignedIn

plans = fairs.plans
TODAY = date(2026, 11, 28)
LONG = "9" * 400


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def _organiser(session: AsyncSession, signed_in: SignedIn) -> tuple[UUID, httpx.AsyncClient]:
    organisation = await accounts.found_organisation(session, "organiser", f"Ban tổ chức {new_id().hex[-6:]}")
    await accounts.verify_organisation(session, organisation.id, TODAY, actor=accounts.SYSTEM)
    await session.flush()
    return organisation.id, await signed_in(organisation_id=organisation.id)


def _desk(there: Stage) -> str:
    return f"/ban-to-chuc/hoi-cho/{there.slug}/xep-gian"


async def _statements(database: OneConnection, browser: httpx.AsyncClient, address: str) -> int:
    said: list[str] = []

    def note(*told: Any) -> None:
        said.append(told[2])

    event.listen(database.connection.sync_connection, "before_cursor_execute", note)
    answer = await browser.get(address)
    event.remove(database.connection.sync_connection, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 50_000
    assert "style=" not in answer.text
    assert answer.text.count("<h1") == 1
    return len(said)


async def test_every_page_costs_the_same_for_one_exhibitor_as_for_six(
    database: OneConnection, session: AsyncSession, signed_in: SignedIn
) -> None:
    organisation, browser = await _organiser(session, signed_in)
    counts = []
    for exhibitors in (1, 6):
        there = await stage(session, exhibitors=exhibitors, name=f"Hội chợ {exhibitors}", organisation_id=organisation)
        await publish(session, there, await found(session, there))
        await found(session, there)
        await session.flush()
        desk, public = _desk(there), f"/hoi-cho/{there.slug}"
        addresses = [
            desk,
            f"{desk}/1",
            f"{desk}/2",
            f"{desk}/2/cong-bo",
            f"{desk}/2/tay",
            f"{public}/so-do",
            f"{public}/don-vi",
        ]
        counts.append([await _statements(database, browser, address) for address in addresses])
    assert counts[0] == counts[1]


async def test_what_was_typed_stays_and_says_what_would_be_right(session: AsyncSession, signed_in: SignedIn) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, organisation_id=organisation)
    await session.flush()
    form = {"order": ["placed", "wishes", "wishes"], "quota_by": "province", "seed": LONG, "key": str(new_id())}
    answer = await browser.post(_desk(there), data=form)
    assert answer.status_code == 422
    assert LONG in answer.text
    twice = {"order": ["placed", "wishes", "wishes"], "key": str(new_id())}
    assert "Mỗi tiêu chí" in (await browser.post(_desk(there), data=twice)).text
    quota = {"order": ["placed"], "quota_by": "province", "key": str(new_id())}
    assert "nhiều nhất bao nhiêu gian" in (await browser.post(_desk(there), data=quota)).text
    for wrong in ({"seconds": LONG}, {"groups": "\x00"}, {"locks_of": LONG}, {"quota_booths": "1e400"}, {"order": "xx"}):
        assert (await browser.post(_desk(there), data={"order": "placed", **wrong})).status_code == 422


async def test_a_version_is_asked_once_and_followed(session: AsyncSession, signed_in: SignedIn) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, organisation_id=organisation)
    await session.flush()
    form = {"order": ["placed", "", "groups"], "groups": "cluster", "seed": "5", "seconds": "30", "key": str(new_id())}
    first, again = await browser.post(_desk(there), data=form), await browser.post(_desk(there), data=form)
    assert first.headers["location"] == again.headers["location"] == f"{_desk(there)}/1"
    page = (await browser.get(f"{_desk(there)}/1")).text
    assert f'hx-get="{_desk(there)}/1/tien-do"' in page
    assert "số rút thăm 5" in page
    piece = await browser.get(f"{_desk(there)}/1/tien-do", headers={"hx-request": "true"})
    assert piece.text.lstrip().startswith('<div id="progress"')
    assert "hx-refresh" not in piece.headers
    assert (await browser.post(f"{_desk(there)}/1/dung")).status_code == 303
    over = await browser.get(f"{_desk(there)}/1/tien-do", headers={"hx-request": "true"})
    assert over.headers["hx-refresh"] == "true"
    assert "Đã dừng trước khi có phương án nào" in (await browser.get(f"{_desk(there)}/1")).text


async def test_pressing_one_booth_and_then_another_swaps_and_dragging_does_the_same(
    session: AsyncSession, signed_in: SignedIn
) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, length=2, exhibitors=3, organisation_id=organisation)
    plan = await found(session, there)
    await session.flush()
    hand = f"{_desk(there)}/{plan.number}/tay"
    page = (await browser.get(hand)).text
    assert "Không phá quy tắc nào" in page
    assert f'href="{hand}?chon=A1"' in page
    chosen = (await browser.get(f"{hand}?chon=A1")).text
    assert "Đang chọn gian A1" in chosen
    link = next(each for each in re.findall(r'href="([^"]+)"', chosen) if "den=A2" in each).replace("&amp;", "&")
    moved = await browser.get(link)
    assert moved.status_code == 303
    assert moved.headers["location"].startswith(f"{hand}?b=swap")
    after = (await browser.get(moved.headers["location"])).text
    assert "đổi chỗ với" in after
    assert "Giữ thành phương án mới" in after
    empty = next(code for code in ("A1", "A2", "B1", "B2") if f'aria-label="{code}: còn trống"' in page)
    freed = await browser.get(f"{hand}?chon=A1&den={empty}")
    assert freed.headers["location"].startswith(f"{hand}?b=move")
    both = await browser.get(
        f"{hand}?b={quote('move|' + await _code(session, there, 0) + '|' + await _booth(session, plan.id, there, 1))}"
    )
    assert "Đang phá 1 quy tắc" in both.text


async def test_by_hand_in_words_and_what_nobody_can_mean(session: AsyncSession, signed_in: SignedIn) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, length=2, exhibitors=3, organisation_id=organisation)
    plan = await found(session, there)
    await session.flush()
    hand = f"{_desk(there)}/{plan.number}/tay"
    for what, where in (("out", ""), ("lock", ""), ("free", ""), ("swap", "HTX Số 1")):
        answer = await browser.get(hand, params={"who": "htx số 0", "what": what, "where": where})
        assert answer.status_code == 303, answer.text
        assert f"?b={what}" in answer.headers["location"]
    for who, what, where in (
        ("ai đó", "out", ""), ("HTX", "out", ""), ("A1", "move", "Z99"), ("A1", "move", ""), ("", "move", "A1"),
        ("\x00", "out", ""), ("A1", "swap", "A1"), (LONG, "move", LONG),
    ):  # fmt: skip
        answer = await browser.get(hand, params={"who": who, "what": what, "where": where})
        assert answer.status_code == 422, (who, what, where)
    assert (await browser.get(hand, params={"b": ["x", "move|y|z", "|||", "swap|" + LONG]})).status_code == 200
    kept = await browser.post(
        hand, data={"steps": "out|" + await _code(session, there, 0), "newest": "1", "key": str(new_id())}
    )
    assert kept.headers["location"] == f"{_desk(there)}/2"
    late = await browser.post(
        hand, data={"steps": "out|" + await _code(session, there, 1), "newest": "1", "key": str(new_id())}
    )
    assert late.status_code == 409
    assert "phương án 2" in late.text


async def test_publishing_shows_what_changes_and_happens_once(
    session: AsyncSession, signed_in: SignedIn, client: httpx.AsyncClient
) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, length=1, exhibitors=3, organisation_id=organisation)
    plan = await found(session, there)
    await session.flush()
    public = f"/hoi-cho/{there.slug}"
    assert "Chưa có sơ đồ" in (await client.get(f"{public}/so-do")).text
    page = (await browser.get(f"{_desk(there)}/1/cong-bo")).text
    assert page.count("mới có gian") >= 2
    form = {"version": str(plan.version)}
    for _press in range(2):
        answer = await browser.post(f"{_desk(there)}/1/cong-bo", data=form)
        assert answer.status_code == 303, answer.text
    assert "đang công bố" in (await browser.get(f"{_desk(there)}/1")).text
    shown = (await client.get(f"{public}/so-do")).text
    assert 'aria-label="A1: HTX Số' in shown
    booth = (await client.get(f"{public}/gian/a1")).text
    assert "HTX Số" in booth
    assert (await client.get(f"{public}/gian/Z9")).status_code == 404
    refused = (await browser.get(f"{_desk(there)}/1?xem=chua-co")).text
    assert "HTX Số 2" in refused
    assert "Đã hết gian hợp với đơn" in refused
    await withdraw(session, there.applications[0])
    await session.flush()
    old = (await browser.get(_desk(there))).text
    assert "1 đơn vị rút: HTX Số 0" in old
    assert "Xếp lại, chuyển ít nhất" in old
    followed = (await browser.get(f"{_desk(there)}/1")).text
    assert "Nếu trống: HTX Số 2 vào được ngay" in followed


async def test_the_public_list_is_searched_filtered_and_handed_out(session: AsyncSession, client: httpx.AsyncClient) -> None:
    rows = tuple(
        {"exhibitor": f"HTX Miến {n}", "province_code": "19" if n % 2 else "01", "commodity": "mien-dong"} for n in range(4)
    )
    there = await stage(session, exhibitors=4, rows=rows)
    await publish(session, there, await found(session, there))
    await session.flush()
    listed = f"/hoi-cho/{there.slug}/don-vi"
    assert "4 đơn vị" in (await client.get(listed)).text
    assert "1 đơn vị" in (await client.get(listed, params={"q": "htx mien 3"})).text
    assert "2 đơn vị" in (await client.get(listed, params={"province": "01"})).text
    assert "Không có đơn vị nào như vậy" in (await client.get(listed, params={"q": LONG[:90]})).text
    for bad in ({"q": "\x00"}, {"q": LONG}, {"province": LONG}, {"commodity": "\x00" + LONG}):
        assert (await client.get(listed, params=bad)).status_code == 200
    assert (await client.get(listed, params={"cursor": "@@"})).status_code == 422
    piece = await client.get(listed, headers={"hx-request": "true"})
    assert piece.text.lstrip().startswith('<div id="exhibitors"')
    sheet = await client.get(f"{listed}/bang.csv")
    assert sheet.text.count("HTX Miến") == 4
    assert (await client.get(f"{listed}/bang.xlsx")).content[:2] == b"PK"
    assert (await client.get(f"{listed}/bang.exe")).status_code == 404
    found_there = (await client.get(f"/hoi-cho/{there.slug}/so-do", params={"q": "miến 2"})).text
    assert "HTX Miến 2" in found_there
    assert 'class="b wish"' in found_there


async def test_a_long_list_goes_on_where_it_ended(session: AsyncSession, client: httpx.AsyncClient) -> None:
    there = await stage(session, length=20, exhibitors=36)
    await publish(session, there, await found(session, there))
    await session.flush()
    seen: list[str] = []
    address = f"/hoi-cho/{there.slug}/don-vi"
    while address:
        page = (await client.get(address)).text
        seen += re.findall(r'<th scope="row">(HTX Số \d+)', page)
        onward = re.search(r'<a href="([^"]+)" rel="next"', page)
        address = onward.group(1).replace("&amp;", "&") if onward else ""
    assert sorted(seen) == sorted(f"HTX Số {n}" for n in range(36))


async def test_programs_do_what_people_do(session: AsyncSession, signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, length=2, exhibitors=3, organisation_id=organisation)
    await session.flush()
    base = f"/api/v1/fairs/{there.slug}"
    key = str(new_id())
    asked = await browser.post(f"{base}/plans", json={"key": key, "order": ["placed", "wishes"]})
    assert asked.status_code == 202, asked.text
    assert (await browser.post(f"{base}/plans", json={"key": key})).json()["number"] == asked.json()["number"] == 1
    assert (await browser.post(f"{base}/plans", json={"order": ["wishes"]})).status_code == 422
    stopped = await browser.post(f"{base}/plans/1/stop")
    assert stopped.json()["state"] == "cancelled"
    plan = await found(session, there)
    await session.flush()
    one = (await browser.get(f"{base}/plans/{plan.number}")).json()
    assert [each["change"] for each in one["items"]] == ["new"] * 3
    code = one["items"][0]["application"]
    judged = await browser.post(f"{base}/plans/{plan.number}/judged", json={"steps": [f"out|{code}"]})
    assert code not in judged.json()["booths"]
    kept = await browser.post(f"{base}/plans/{plan.number}/changed", json={"steps": [f"out|{code}"], "newest": plan.number})
    assert kept.status_code == 201
    number, version = kept.json()["number"], kept.json()["version"]
    assert (await browser.put(f"{base}/plans/{number}/published", json={"version": version + 5})).status_code == 409
    done = await browser.put(f"{base}/plans/{number}/published", json={"version": version})
    assert done.json()["state"] == "published"
    assert [each["number"] for each in (await browser.get(f"{base}/plans")).json()["items"]] == [3, 2, 1]
    listed = (await client.get(f"{base}/exhibitors")).json()
    assert listed["total"] == 2
    drawn = (await client.get(f"{base}/floor-plan")).json()
    taken = {booth["code"] for hall in drawn["halls"] for booth in hall["booths"] if booth["state"] == "taken"}
    assert taken == {stay["booth"] for each in listed["items"] for stay in each["stays"]}


async def test_a_version_goes_out_as_a_sheet(session: AsyncSession, signed_in: SignedIn) -> None:
    organisation, browser = await _organiser(session, signed_in)
    there = await stage(session, length=1, exhibitors=3, organisation_id=organisation, rows=({"exhibitor": "=1+1"},))
    await found(session, there)
    await session.flush()
    csv = (await browser.get(f"{_desk(there)}/1/bang.csv")).text
    assert "'=1+1" in csv
    assert "Đã hết gian hợp với đơn" in csv
    assert (await browser.get(f"{_desk(there)}/1/bang.xlsx")).content[:2] == b"PK"
    assert (await browser.get(f"{_desk(there)}/99/bang.csv")).status_code == 404


async def _code(session: AsyncSession, there: Stage, number: int) -> str:
    return str(
        await session.scalar(text("SELECT code FROM fairs_application WHERE id = :id"), {"id": there.applications[number]})
    )


async def _booth(session: AsyncSession, plan_id: UUID, there: Stage, number: int) -> str:
    codes = {booth: code for code, booth in there.booths.items()}
    asked = text("SELECT booth_id FROM fairs_plan_placing WHERE plan_id = :plan AND party_id = :party")
    return codes[await session.scalar(asked, {"plan": plan_id, "party": there.applications[number]})]
