"""Joint orders as pages and as JSON: forms keep what was typed, nobody unasked is named, odd input is refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.db import Database
from service.matching import demand
from tests import market
from tests.market import TODAY
from tests.matching.demand import making
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


FORM = {
    "commodity": "mien-dong", "target_kind": "lorry", "target_kg": "1 tấn", "kg_12": "4 tạ", "kg_01": "400",
    "delivery_province_code": "01", "join_by": "30/11/2026", "confirm_days": "3", "listed": "true",
}  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def test_nothing_is_ticked_and_nothing_typed_is_lost(signed_in: SignedIn) -> None:
    browser = await signed_in("buyer")
    empty = (await browser.get("/gom-don/moi")).text
    assert not re.search(r'name="(consent|name_shown)"[^>]*checked', empty)
    refused = await browser.post("/gom-don/moi", data={**FORM, "target_kg": "nhiều", "note": "Giao <sáng>"})
    assert refused.status_code == 422
    assert "chưa rõ là bao nhiêu" in refused.text
    assert "Cần đồng ý" in refused.text
    assert "Giao &lt;sáng&gt;" in refused.text
    assert 'value="4 tạ"' in refused.text
    key = re.search(r'name="key" value="([^"]+)"', empty)
    assert key
    data = {**FORM, "consent": "true", "key": key[1]}
    first, again = [await browser.post("/gom-don/moi", data=data) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    page = plain((await browser.get(first.headers["location"])).text)
    assert "1 nhà phân phối, 800 kg trên 2 tấn" in page
    assert "?moi=" in page
    assert plain((await browser.get("/gom-don")).text).count("<article") == 2  # Once as one's own, once among all.


async def test_the_form_shows_from_where_bulk_prices_begin(session: AsyncSession, signed_in: SignedIn) -> None:
    await market.supplier(session)
    await market.product(session, tiers=((100, 80_000), (1000, 74_000)))
    await session.commit()
    page = plain(
        (await (await signed_in("buyer")).get("/gom-don/moi?commodity=mien-dong&target_kind=bulk&target_kg=1.000")).text
    )
    assert "thấp nhất 74.000 đ/kg" in page
    assert 'value="1.000"' in page
    assert '<option value="bulk" selected>' in page


async def test_a_part_that_does_not_fit_is_refused_beside_its_month(session: AsyncSession, signed_in: SignedIn) -> None:
    made = await making.opened(session, await making.party(session))
    await session.commit()
    browser = await signed_in("buyer")
    address = f"/gom-don/{made.code}"
    refused = await browser.post(
        f"{address}/tham-gia", data={"kg_12": "700", "kg_01": "50", "consent": "true", "place": "Kho 7"}
    )
    assert refused.status_code == 422
    assert "T12/2026 chỉ còn chỗ cho 600 kg" in plain(refused.text)
    assert 'value="Kho 7"' in refused.text
    joined = await browser.post(f"{address}/tham-gia", data={"kg_12": "600", "kg_01": "50", "consent": "true"})
    assert joined.status_code == 303
    version = re.search(r'name="version" value="(\d+)"', (await browser.get(address)).text)
    assert version
    assert (
        await browser.post(f"{address}/tham-gia", data={"kg_12": "500", "consent": "true", "version": "1"})
    ).status_code == 303
    late = await browser.post(f"{address}/tham-gia", data={"kg_12": "450", "consent": "true", "version": version[1]})
    assert late.status_code == 409
    assert 'value="450"' in late.text
    assert (await browser.post(f"{address}/roi")).status_code == 303
    for form in ({"agree": "true"}, {"agree": "true", "round": "1"}):
        assert (await browser.post(f"{address}/xac-nhan", data=form)).status_code in (409, 422)


@pytest.mark.parametrize(
    "data",
    [
        {"target_kg": "1" + "0" * 400}, {"target_kg": "-5"}, {"target_kg": "NaN"}, {"kg_12": "10^400"}, {"confirm_days": "99"},
        {"join_by": "31/02/2027"}, {"join_by": "01/01/9999"}, {"commodity": "x\x00y"},
        {"communes": "\n".join(["Bạch Mai"] * 30)},
        {"delivery_province_code": "\x00"}, {"from_code": "x" * 5000}, {"vnd_per_km": "1"}, {"lorry_kg": "1"}, {"key": "không"},
        {"pack_net_g": "1e9"}, {"min_stars": "9"}, {"target_kind": "ship"}, {"title": "a" * 500},
    ],
)  # fmt: skip
async def test_odd_input_is_refused_in_words(signed_in: SignedIn, data: dict[str, str]) -> None:
    browser = await signed_in("buyer")
    answer = await browser.post("/gom-don/moi", data={**FORM, "consent": "true", **data})
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text


@pytest.mark.parametrize("code", ["GD-XXXXX", "x", "%00", "a" * 3000, "GD-%E2%80%AE"])
async def test_what_is_not_there_is_404(client: httpx.AsyncClient, code: str) -> None:
    for address in (f"/gom-don/{code}", f"/api/v1/joint-orders/{code}"):
        assert (await client.get(address)).status_code == (400 if code == "%00" else 404)


async def test_assumptions_are_tried_and_not_kept(session: AsyncSession, client: httpx.AsyncClient) -> None:
    made = await making.opened(session, await making.party(session))
    await session.commit()
    address = f"/gom-don/{made.code}"
    assert "9.000 đ một km" in plain((await client.get(address)).text)
    tried = plain((await client.get(f"{address}?vnd_per_km=30k&lorry_kg=2 tấn&from_code=Hà Giang")).text)
    assert "30.000 đ một km" in tried
    assert "chở 2 tấn" in tried
    wrong = await client.get(f"{address}?vnd_per_km=xyz&from_code=Không Đâu")
    assert wrong.status_code == 200
    assert "Chưa rõ nơi xe xuất phát" in wrong.text
    assert 'value="xyz"' in wrong.text
    assert "9.000 đ một km" in plain((await client.get(address)).text)
    out = (await client.get(f"/api/v1/joint-orders/{made.code}?lorry_kg=2000")).json()
    assert out["lorry"]["load_kg"] == 2000


async def test_pages_are_small_and_ask_the_same_for_one_member_as_for_three(database: Database, signed_in: SignedIn) -> None:
    async with database.transaction() as session:
        parties = [await making.party(session) for _ in range(3)]
        made = await making.opened(session, parties[0], target_kg=5000)
    browser = await signed_in(organisation_id=parties[0][1].organisation_id)
    counted: list[int] = []
    for buyer_id, actor in parties[1:]:
        async with database.transaction() as session:
            await demand.take_part(session, actor, made.code, buyer_id, making.part(100, 100))
        page = await browser.get(f"/gom-don/{made.code}")
        assert len(page.content) < 50_000
        async with database.transaction() as session:
            counted.append(await _statements(session, made.code, actor))
    assert counted[0] == counted[1]


async def _statements(session: AsyncSession, code: str, actor: Any) -> int:
    connection = (await session.connection()).sync_connection
    assert connection is not None
    said: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    await demand.joint_order(session, code, actor)
    event.remove(connection, "before_cursor_execute", note)
    return len(said)


async def test_programs_do_what_people_do(session: AsyncSession, signed_in: SignedIn) -> None:
    one, two = await making.party(session), await making.party(session)
    await session.commit()
    first = await signed_in(organisation_id=one[1].organisation_id)
    second = await signed_in(organisation_id=two[1].organisation_id)
    months = [{"year": 2026, "month": 12, "kg": 400}]
    body = {
        "commodity": "mien-dong", "target_kg": 1000, "delivery_province_code": "01", "join_by": "2026-12-10",
        "months": months, "consent": True, "listed": False,
    }  # fmt: skip
    assert (await first.post("/api/v1/joint-orders", json={**body, "consent": False})).status_code == 422
    made = await first.post("/api/v1/joint-orders", json=body)
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    base = f"/api/v1/joint-orders/{code}"
    page = (await first.get(f"/gom-don/{code}")).text
    invite = re.search(r"\?moi=([\w-]+)", page)
    assert invite
    assert (await second.get(base)).status_code == 404
    part = {"months": [{"year": 2026, "month": 12, "kg": 500}], "consent": True}
    assert (await second.put(f"{base}/part", json=part)).status_code == 404
    shown = (await second.put(f"{base}/part", json={**part, "invite": invite[1]})).json()
    assert (shown["members"], shown["joined_kg"], shown["filled"]) == (2, 900, 0.9)
    assert shown["parts"][0]["name"] is None
    assert shown["months"][0]["next_step_more_kg"] == 100
    too_much = await second.put(f"{base}/part", json={"months": [{"year": 2026, "month": 12, "kg": 601}], "consent": True})
    assert too_much.status_code == 422
    full = (await second.put(f"{base}/part", json={"months": [{"year": 2026, "month": 12, "kg": 600}], "consent": True})).json()
    assert (full["state"], full["round"]) == ("confirming", 1)
    for browser in (first, second):
        assert (await browser.put(f"{base}/answer", json={"agree": True, "round": 1})).status_code == 200
    agreed = (await first.get(base)).json()
    assert (await first.put(f"{base}/request", json={"version": 999})).status_code == 409
    assert (await first.post(f"{base}/extension", json={"version": agreed["version"]})).status_code == 422
    assert (await first.post(f"{base}/flight", json={"version": 1})).status_code == 422
    posted = await first.put(f"{base}/request", json={"version": agreed["version"], "ceiling_vnd_per_kg": 90_000})
    assert posted.status_code == 200, posted.text
    request = (await first.get(f"/api/v1/requests/{posted.json()['request']}")).json()
    assert [(each["month"], each["kg"]) for each in request["months"]] == [(12, 1000)]
    assert (await first.get(base)).json()["request"] == request["code"]
    assert (await first.get("/api/v1/joint-orders?cursor=abc")).status_code == 422
    assert (await first.delete(f"{base}/part")).status_code == 409


async def test_the_lead_decides_after_the_day(session: AsyncSession, signed_in: SignedIn) -> None:
    one, two = await making.party(session), await making.party(session)
    made = await making.opened(session, one)
    await demand.take_part(session, two[1], made.code, two[0], making.part(100, 100))
    await session.commit()
    address = f"/gom-don/{made.code}"
    with clock.freeze(date(2026, 12, 1)):
        lead = await signed_in(organisation_id=one[1].organisation_id)
        page = (await lead.get(address)).text
        assert "Đi tiếp, hỏi các bên xác nhận" in page
        version = {"version": str(made.version)}
        assert (await lead.post(f"{address}/gia-han", data={**version, "join_by": "hôm nào đó"})).status_code == 422
        assert (await lead.post(f"{address}/hoi-xac-nhan", data=version)).status_code == 303
        page = plain((await lead.get(address)).text)
        assert "Tổ chức bạn có lấy đúng số kg này không?" in page
        assert (await lead.post(f"{address}/bo", data=version)).status_code == 409
