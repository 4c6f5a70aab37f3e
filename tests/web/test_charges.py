"""Rates, services, orders and statements in the browser, for the organiser and for an exhibitor on her phone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from service import fairs
from service.core import clock
from service.core.db import Database, new_id
from tests.fairs.bookings.grounds import NOW, Grounds, grounds
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


@dataclass
class Place:
    """The fair, its organiser's and an exhibitor's browser, and the exhibitor's application."""

    at: Grounds
    organiser: httpx.AsyncClient
    exhibitor: httpx.AsyncClient
    code: str

    @property
    def desk(self) -> str:
        return f"/ban-to-chuc/hoi-cho/{self.at.slug}"

    @property
    def own(self) -> str:
        return f"/ban-hang/hoi-cho/{self.at.slug}"


@pytest_asyncio.fixture(loop_scope="session")
async def place(signed_in: SignedIn, database: Database) -> Place:
    async with database.transaction() as session:
        at = await grounds(session)
        found = text("SELECT code FROM fairs_application WHERE fair_id = :fair AND supplier_id = :supplier")
        code = str(await session.scalar(found, {"fair": at.fair_id, "supplier": at.suppliers[0]}))
    organiser = await signed_in(organisation_id=at.organiser.organisation_id)
    exhibitor = await signed_in(organisation_id=at.exhibitors[0].organisation_id)
    return Place(at, organiser, exhibitor, code)


async def offered(place: Place, **said: str) -> str:
    form = {"kind": "power", "name": "Điện 3 pha", "unit": "kW", "price_vnd": "350k", "stock": "3", "kw": "1", "phase": "three",
            "offered": "true", **said}  # fmt: skip
    assert (await place.organiser.post(f"{place.desk}/dich-vu", data=form)).status_code == 303
    listed = await place.organiser.get(f"{place.desk}/dich-vu")
    return listed.text.split(f"{place.desk}/dich-vu/")[-1].split('"')[0]


async def test_two_rates_one_after_the_other_are_typed_and_reckoned_with(place: Place) -> None:
    empty = await place.organiser.get(f"{place.desk}/bang-gia")
    assert "Chưa có mức giá riêng" in empty.text
    for position, (name, percent, quota) in enumerate((("2 gian miễn phí mỗi huyện cũ", "100", "2"), ("Sau đó", "50", ""))):
        form = {"kind": "subsidised", "name": name, "percent_off": percent, "quota": quota, "quota_per": "old_district",
                "source": "Ngân sách tỉnh", "position": str(position), "key": str(new_id())}  # fmt: skip
        assert (await place.organiser.post(f"{place.desk}/bang-gia", data=form)).status_code == 303
    terms = {"vat_percent": "8", "deposit_percent": "50", "rest_days": "7", "pay_to": "TK 1", "version": "0"}
    assert (await place.organiser.post(f"{place.desk}/bang-gia/dieu-kien", data=terms)).status_code == 303
    assert (await place.organiser.post(f"{place.desk}/bang-gia/dieu-kien", data={**terms, "pay_to": "TK 2"})).status_code == 409
    own = await place.exhibitor.get(f"{place.own}/phi")
    # Nobody knows the former district of this exhibitor, so only the second rate can be hers.
    for words in ("Tạm tính", "2.000.000", "-1.000.000", "80.000", "1.080.000", "Ngân sách tỉnh", "540.000"):
        assert words in own.text.replace("\u2212", "-"), words
    wrong = {"kind": "subsidised", "name": "Sai", "percent_off": "1" + "0" * 400, "source": "", "key": str(new_id())}
    answer = await place.organiser.post(f"{place.desk}/bang-gia", data=wrong)
    assert answer.status_code == 422
    assert "Ghi nguồn tiền hỗ trợ" in answer.text


async def test_a_rate_is_changed_by_one_of_two_and_taken_away(place: Place) -> None:
    form = {"kind": "early", "name": "Sớm", "percent_off": "10", "until_day": "30/11/2026", "key": str(new_id())}
    await place.organiser.post(f"{place.desk}/bang-gia", data=form)
    listed = await place.organiser.get(f"{place.desk}/bang-gia")
    rate = next(
        part.split('"')[0] for part in listed.text.split(f"{place.desk}/bang-gia/")[1:] if len(part.split('"')[0]) == 36
    )
    page = await place.organiser.get(f"{place.desk}/bang-gia/{rate}")
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    change = {**form, "percent_off": "12,5", "seen": seen}
    assert (await place.organiser.post(f"{place.desk}/bang-gia/{rate}", data=change)).status_code == 303
    late = await place.organiser.post(f"{place.desk}/bang-gia/{rate}", data={**form, "percent_off": "20", "seen": seen})
    assert late.status_code == 409
    assert "giảm 12,5 %" in (await place.organiser.get(f"{place.desk}/bang-gia")).text
    assert (await place.organiser.post(f"{place.desk}/bang-gia/{rate}/bo")).status_code == 303
    assert (await place.organiser.get(f"{place.desk}/bang-gia/{rate}")).status_code == 404
    assert (await place.organiser.get(f"{place.desk}/bang-gia/khong-phai-ma")).status_code in (404, 422)


async def test_an_exhibitor_orders_what_there_is_and_the_contractor_gets_the_totals(place: Place) -> None:
    power = await offered(place)
    too_many = await place.exhibitor.post(f"{place.own}/dich-vu", data={f"quantity.{power}": "5", f"note.{power}": "góc"})
    assert too_many.status_code == 422
    for words in ("chỉ còn 3 kW", 'value="5"', "góc"):
        assert words in too_many.text, words
    for bad in (
        {f"quantity.{power}": "x"},
        {f"quantity.{power}": "1" * 400},
        {"quantity.x": "1"},
        {f"quantity.{new_id()}": "1"},
    ):
        assert (await place.exhibitor.post(f"{place.own}/dich-vu", data=bad)).status_code == 422, bad
    done = await place.exhibitor.post(f"{place.own}/dich-vu", data={f"quantity.{power}": "2", f"note.{power}": "=góc"})
    assert done.status_code == 303
    assert "700.000" in (await place.exhibitor.get(f"{place.own}/phi")).text
    totals = await place.organiser.get(f"{place.desk}/dich-vu/tong-hop")
    assert "Tải điện: 2 kW" in totals.text
    sheet = await place.organiser.get(f"{place.desk}/dich-vu/tong-hop/bang.csv")
    assert "'=góc" in sheet.text  # Nothing that is typed is run by a spreadsheet.
    book = await place.organiser.get(f"{place.desk}/dich-vu/tong-hop/bang.xlsx")
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book.content)).namelist()
    assert (await place.organiser.get(f"{place.desk}/dich-vu/tong-hop/bang.exe")).status_code == 404
    stopped = {
        "kind": "power",
        "name": "Điện 3 pha",
        "unit": "kW",
        "price_vnd": "350000",
        "stock": "3",
        "kw": "1",
        "phase": "three",
    }
    assert (await place.organiser.post(f"{place.desk}/dich-vu/{power}", data=stopped)).status_code == 303
    assert "ngừng nhận đặt" in (await place.organiser.get(f"{place.desk}/dich-vu")).text


async def test_payments_are_noted_struck_out_and_printed(place: Place) -> None:
    address = f"{place.desk}/phi/{place.code}"
    note = {"amount_vnd": "1tr5", "paid_on": "20/11/2026", "reference": "UNC 7", "key": str(new_id())}
    for _again in range(2):
        assert (await place.organiser.post(address, data=note)).status_code == 303
    page = await place.organiser.get(address)
    assert page.text.count("UNC 7") == 1
    assert "còn phải nộp 500.000" in page.text.replace("\u00a0", " ")
    for bad in ({"amount_vnd": "0"}, {"amount_vnd": "9" * 400}, {"paid_on": "20/11/2030"}, {"key": "x"}, {"paid_on": ""}):
        assert (await place.organiser.post(address, data={**note, "key": str(new_id()), **bad})).status_code == 422, bad
    payment = page.text.split("/tien/")[1].split("/")[0]
    assert (await place.organiser.post(f"{address}/tien/{payment}/bo", data={"why": ""})).status_code == 422
    assert (await place.organiser.post(f"{address}/tien/{payment}/bo", data={"why": "Ghi nhầm"})).status_code == 303
    assert (await place.organiser.post(f"{address}/tien/{new_id()}/bo", data={"why": "x"})).status_code == 404
    assert "đã bỏ: Ghi nhầm" in (await place.organiser.get(address)).text
    for browser, paper in ((place.organiser, f"{address}/phieu.pdf"), (place.exhibitor, f"{place.own}/phi/phieu.pdf")):
        made = await browser.get(paper)
        assert made.headers["content-type"] == "application/pdf"
        assert made.content.startswith(b"%PDF-")
    listed = await place.organiser.get(f"{place.desk}/phi", params={"owing": "1"})
    assert listed.text.count("<tr>") == 4  # The heading and three who owe.
    sheet = await place.organiser.get(f"{place.desk}/phi/bang.csv")
    assert place.code in sheet.text
    assert (await place.organiser.get(f"{place.desk}/phi/GH-KHONG")).status_code == 404
    assert (await place.organiser.get(f"{place.desk}/phi", params={"cursor": "bậy"})).status_code == 422


async def test_programs_read_and_write_the_same(place: Place) -> None:
    base = f"/api/v1/fairs/{place.at.slug}"
    rate = {"key": str(new_id()), "kind": "subsidised", "name": "Hỗ trợ", "percent_off": 12.5, "source": "Quỹ"}
    made = await place.organiser.post(f"{base}/rates", json=rate)
    assert made.status_code == 201
    assert (await place.organiser.post(f"{base}/rates", json=rate)).json()["id"] == made.json()["id"]
    bad = await place.organiser.post(f"{base}/rates", json={**rate, "key": str(new_id()), "percent_off": None, "source": None})
    assert bad.status_code == 422
    assert set(bad.json()["errors"]) == {"percent_off", "source"}
    offer = await place.organiser.post(
        f"{base}/services", json={"kind": "water", "name": "Nước", "unit": "điểm", "price_vnd": 5}
    )
    wanted = {"services": [{"service_id": offer.json()["id"], "quantity": 3}]}
    ordered = await place.exhibitor.put(f"{base}/own-services", json=wanted)
    assert [line["amount_vnd"] for line in ordered.json()["lines"]] == [2_000_000, -250_000, 15]
    came = {"key": str(new_id()), "amount_vnd": 15, "paid_on": "2026-11-20"}
    noted = await place.organiser.post(f"{base}/statements/{place.code}/payments", json=came)
    assert (noted.status_code, noted.json()["due_vnd"]) == (201, 1_750_000)
    assert (await place.exhibitor.get(f"{base}/statements/{place.code}")).status_code == 403
    found = await place.organiser.get("/api/v1/organiser/fairs")
    assert [line["fair"]["slug"] for line in found.json()["coming"]] == [place.at.slug]
    assert fairs.Call.NONE.value == found.json()["coming"][0]["fair"]["call"]
