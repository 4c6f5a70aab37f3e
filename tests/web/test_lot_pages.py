"""Lots on their pages and in the API: from the form to the QR code that a phone reads, and what strangers never see."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from service import accounts, catalogue
from service.core import clock
from service.core.db import Database, new_id
from service.web.pages import labels
from tests.catalogue.conftest import product_row, supplier_row
from tests.web.conftest import SignedIn

GTIN = "8936012345674"
FORM = {
    "code": "L1-26", "made_on": "20/11/2026", "best_before": "20/11/2027", "quantity_kg": "1,2 tấn", "note": "Phơi hai nắng.",
    "name_0": "Bà Triệu Thị Sen", "kind_0": "member", "commune_code_0": "Côn Minh", "area_ha_0": "0,5", "kg_0": "400",
    "name_1": "", "kind_1": "member", "words_0": "Độ ẩm 12 %", "checked_on_0": "21/11/2026",
    "place_0": "Siêu thị Thử", "delivered_on_0": "22/11/2026", "delivered_kg_0": "300",
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def organisation_id(database: Database) -> UUID:
    """A supplier on the market with one product that has a barcode number."""
    async with database.transaction() as session:
        await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row()])
        packs = (catalogue.PackRow("Túi 500 g", 500, 45_000, gtin=GTIN),)
        await catalogue.put_products(session, accounts.SYSTEM, [product_row(packs=packs)])
        found: UUID = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE code = 'HTX1'"))
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def desk(signed_in: SignedIn, organisation_id: UUID) -> Any:
    """The supplier's owner at her desk, on a day after everything in the form."""
    with clock.freeze(date(2026, 11, 23)):
        yield await signed_in(organisation_id=organisation_id)


async def made(desk: httpx.AsyncClient, **said: str) -> httpx.Response:
    form = {**FORM, "product": "mien-dong-sp1", "key": str(new_id()), **said}
    return await desk.post("/ban-hang/lo/moi", data=form)


async def test_from_the_form_to_the_page_that_is_scanned(desk: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    assert "mien-dong-sp1" in (await desk.get("/ban-hang/lo/moi?san-pham=mien-dong-sp1")).text
    answer = await made(desk)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ban-hang/lo/L1-26"), answer.text
    assert (await client.get("/lo/HTX1/L1-26")).status_code == 404
    assert (await desk.get("/ban-hang/lo/L1-26/nhan")).status_code == 409
    assert (await desk.post("/ban-hang/lo/L1-26/mo")).status_code == 303
    page = await client.get("/lo/HTX1/l1-26")
    assert page.status_code == 200
    for said in ("20/11/2026", "1,2 tấn", "Độ ẩm 12 %", "Siêu thị Thử", "1 hộ thành viên", "Xã Côn Minh", "Phơi hai nắng."):
        assert said in page.text.replace("\u00a0", " ").replace("\u202f", " "), said
    assert "Triệu Thị Sen" not in page.text
    assert "Triệu Thị Sen" in (await desk.get("/ban-hang/lo/L1-26")).text
    link = await client.get(f"/01/0{GTIN}/10/L1-26?17=271120&linkType=gs1:pip")
    assert (link.status_code, link.headers["location"]) == (307, "/lo/HTX1/L1-26")
    assert (await client.get(f"/01/{GTIN}")).headers["location"] == "/san-pham/mien-dong-sp1"
    assert "L1-26" in (await desk.get("/ban-hang/lo")).text


@pytest.mark.parametrize(
    "address", ["/lo/HTX1/KHONG-CO", "/lo/x/y", f"/01/0{GTIN}/10/KHONG-CO", f"/01/0{GTIN}/10/%C3%A9", "/01/123/10/L1",
                "/01/00000000000000", "/01/08936012345670/10/L1-26", "/lo//L1-26", f"/01/0{GTIN}/10/a/b/c"],
)  # fmt: skip
async def test_an_unknown_code_is_told_so(client: httpx.AsyncClient, address: str) -> None:
    assert (await client.get(address)).status_code == 404


async def test_what_is_wrong_stays_typed_and_is_told_beside_its_field(desk: httpx.AsyncClient) -> None:
    answer = await made(desk, made_on="31/02/2026", area_ha_0="nhiều", commune_code_0="Xã Không Có", delivered_on_0="")
    assert answer.status_code == 422
    for field in ("made_on", "area_ha_0", "commune_code_0", "delivered_on_0"):
        assert f'id="f-{field}-error"' in answer.text, field
    assert "Bà Triệu Thị Sen" in answer.text
    assert "31/02/2026" in answer.text
    assert (await made(desk, product="khong-co")).status_code == 422


async def test_names_are_shown_only_when_ticked_and_the_box_is_never_ticked_before(
    desk: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    assert " checked>" not in (await desk.get("/ban-hang/lo/moi")).text
    await made(desk, names_agreed="true")
    await desk.post("/ban-hang/lo/L1-26/mo")
    assert "Bà Triệu Thị Sen" in (await client.get("/lo/HTX1/L1-26")).text


async def test_of_two_who_correct_at_once_the_second_keeps_what_she_typed(desk: httpx.AsyncClient) -> None:
    await made(desk)
    typed = {**FORM, "version": "1"}
    assert (await desk.post("/ban-hang/lo/L1-26/sua", data={**typed, "quantity_kg": "900"})).status_code == 303
    answer = await desk.post("/ban-hang/lo/L1-26/sua", data={**typed, "quantity_kg": "777"})
    assert answer.status_code == 409
    assert 'value="777"' in answer.text


async def test_a_recall_asks_why_and_is_read_by_everybody(desk: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    await made(desk)
    await desk.post("/ban-hang/lo/L1-26/mo")
    assert (await desk.post("/ban-hang/lo/L1-26/thu-hoi", data={"reason": "mốc"})).status_code == 422
    answer = await desk.post("/ban-hang/lo/L1-26/thu-hoi", data={"reason": "Phát hiện mốc <b>ở một số túi</b>."})
    assert answer.status_code == 303
    page = (await client.get("/lo/HTX1/L1-26")).text
    assert "Lô này đã thu hồi" in page
    assert "Phát hiện mốc &lt;b&gt;ở một số túi" in page
    assert (await desk.get("/ban-hang/lo/L1-26")).status_code == 200
    assert (await desk.post("/ban-hang/lo/L1-26/mo")).status_code == 409


async def test_an_officer_may_call_back_and_others_may_not(
    desk: httpx.AsyncClient, signed_in: SignedIn, client: httpx.AsyncClient
) -> None:
    await made(desk)
    await desk.post("/ban-hang/lo/L1-26/mo")
    lot_id = (await client.get("/api/v1/lots?supplier=HTX1")).json()["items"][0]["id"]
    officer, buyer = await signed_in("office"), await signed_in("buyer")
    assert f"/duyet/lo/{lot_id}/thu-hoi" in (await officer.get("/lo/HTX1/L1-26")).text
    told = {"reason": "Mẫu kiểm nghiệm không đạt."}
    assert (await buyer.post(f"/duyet/lo/{lot_id}/thu-hoi", data=told)).status_code == 403
    assert (await officer.post(f"/duyet/lo/{lot_id}/thu-hoi", data=told)).status_code == 303
    assert "Mẫu kiểm nghiệm không đạt." in (await client.get("/lo/HTX1/L1-26")).text


async def test_strangers_write_nothing(desk: httpx.AsyncClient, signed_in: SignedIn) -> None:
    await made(desk)
    stranger = await signed_in()
    if stranger:
        for address in (
            "/ban-hang/lo/L1-26",
            "/ban-hang/lo/L1-26/sua",
            "/ban-hang/lo/L1-26/nhan",
            "/ban-hang/lo/L1-26/thu-hoi",
        ):
            assert (await stranger.get(address)).status_code == 404
        assert (await stranger.post("/ban-hang/lo/L1-26/mo")).status_code == 404
        assert "L1-26" not in (await stranger.get("/ban-hang/lo")).text


@pytest.mark.parametrize(("grid", "places"), [(24, 24), (40, 40), (65, 65), (7, 24)])
async def test_labels_fill_their_sheet_and_lead_to_the_lot(desk: httpx.AsyncClient, grid: int, places: int) -> None:
    await made(desk)
    await desk.post("/ban-hang/lo/L1-26/mo")
    page = (await desk.get(f"/ban-hang/lo/L1-26/nhan?kho={grid}")).text
    assert page.count('<use href="#qr"/>') == places
    assert f"http://test/01/0{GTIN}/10/L1-26" in page
    assert "style=" not in page
    more = (await desk.get(f"/ban-hang/lo/L1-26/nhan?kho={grid}&tu=3&so={places}")).text
    assert (more.count('<ol class="labels'), more.count('<use href="#qr"/>')) == (2, places)


@pytest.mark.parametrize(
    ("each", "first", "copies", "shape"), [(24, 1, 24, [24]), (24, 20, 10, [5, 5]), (65, 65, 1, [1]), (40, 1, 81, [40, 40, 1])]
)
def test_labels_begin_at_the_first_free_place(each: int, first: int, copies: int, shape: list[int]) -> None:
    sheets = labels.sheets(each, first, copies)
    assert [sum(sheet) for sheet in sheets] == shape
    assert {len(sheet) for sheet in sheets} == {each}
    assert sheets[0][: first - 1] == [False] * (first - 1)


def test_the_code_is_the_picture_of_its_text() -> None:
    import segno

    text = f"https://chophien.vn/01/0{GTIN}/10/L1-26"
    drawn, matrix = labels.qr(text), segno.make(text, error="m", micro=False, boost_error=False).matrix
    dark = set()
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path):
        dark |= {(int(x) + step, int(y)) for step in range(int(run))}
    expected = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}
    assert dark == expected
    assert drawn.width == len(matrix) + 8


async def test_programs_write_and_read_lots(desk: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    lot = {
        "made_on": "2026-11-20", "quantity_kg": 500, "sources": [{"name": "Bà Nông Thị Mai", "kind": "member", "kg": 500}],
        "checks": [{"words": "Độ ẩm 11 %", "checked_on": "2026-11-21"}],
    }  # fmt: skip
    body = {"product": "mien-dong-sp1", "key": str(new_id()), "lot": lot}
    answer = await desk.post("/api/v1/lots", json=body)
    assert answer.status_code == 201, answer.text
    one = answer.json()
    assert (one["code"], one["state"], one["sources"][0]["name"]) == ("L261123-1", "draft", "Bà Nông Thị Mai")
    assert (await desk.post("/api/v1/lots", json=body)).json()["id"] == one["id"]
    address = f"/api/v1/lots/{one['id']}"
    assert (await client.get(address)).status_code == 404
    assert (await desk.post(f"{address}/open")).json()["state"] == "open"
    seen = (await client.get(address)).json()
    assert (seen["members"], seen["sources"], seen["gs1_path"]) == (1, [], f"/01/0{GTIN}/10/L261123-1")
    put = await desk.put(address, json={"version": seen["version"], "lot": {**lot, "quantity_kg": "450"}})
    assert put.json()["quantity_kg"] == 450
    assert (await desk.put(address, json={"version": seen["version"], "lot": lot})).status_code == 409
    assert (await client.post(f"{address}/close")).status_code == 401
    assert (await desk.post(f"{address}/close")).json()["state"] == "closed"
    recalled = await desk.post(f"{address}/recall", json={"reason": "Sai nhãn phụ trên thùng."})
    assert recalled.json()["recall_reason"] == "Sai nhãn phụ trên thùng."
    assert [each["id"] for each in (await client.get("/api/v1/lots?product=mien-dong-sp1")).json()["items"]] == [one["id"]]
    assert (await desk.post("/api/v1/lots", json={**body, "product": "khong-co"})).status_code == 404
