"""The pages and the JSON of field checks: drawing, writing down, complaining, and drawing again from what is published."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from service.catalogue.checks import drawing
from service.core import clock
from service.core.db import Database, new_id
from tests import market
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.freeze(date(2026, 11, 24)):
        yield


@pytest.fixture
async def suppliers(database: Database) -> list[str]:
    """Four published suppliers; the addresses of their pages."""
    async with database.transaction() as session:
        for n in range(4):
            await market.supplier(session, f"HTX{n}")
        return list((await session.execute(text("SELECT slug FROM catalogue_supplier ORDER BY code"))).scalars())


async def open_visits(database: Database) -> list[tuple[str, str]]:
    async with database.transaction() as session:
        found = await session.execute(
            text(
                "SELECT k.id::text, s.slug FROM catalogue_check k JOIN catalogue_supplier s ON s.id = k.supplier_id"
                " WHERE k.visited_on IS NULL ORDER BY k.id"
            )
        )
        return [(row[0], row[1]) for row in found]


async def test_from_the_draw_to_the_supplier_s_page(
    suppliers: list[str], client: httpx.AsyncClient, signed_in: SignedIn, database: Database
) -> None:
    officer = await signed_in("office", name="Cán bộ Thử")
    key = str(new_id())
    for _twice in range(2):
        drawn = await officer.post("/duyet/kiem-tra", data={"wanted": "2", "key": key})
        assert drawn.status_code == 303, drawn.text
    address = drawn.headers["location"]
    shown = await client.get(address)
    assert shown.status_code == 200
    assert "chưa kiểm tra lần nào" not in shown.text
    assert "chưa kiểm tra lần nào" in (await officer.get(address)).text
    listed = (await client.get(f"{address}/danh-sach.txt")).text
    seed, wanted, candidates = drawing.read_document(listed)
    asked = (await client.get(f"/api/v1/checks/{address.rsplit('/', 1)[-1]}")).json()
    again = [each.id for each in drawing.draw(seed, candidates, wanted)]
    assert again == [item["id"] for item in asked["items"] if item["place"]]
    visits = await open_visits(database)
    assert len(visits) == 2
    (check, slug), _other = visits
    wrong = await officer.post(
        f"/duyet/kiem-tra/{check}",
        data={"visited_on": "1/1/2099", "finding": "passed", "note": "Giữ lại lời này", "version": "1"},
    )
    assert wrong.status_code == 422
    assert "Ngày này chưa tới." in wrong.text
    assert "Giữ lại lời này" in wrong.text
    said = {"visited_on": "20/11/2026", "finding": "to_mend", "note": "Thiếu bồn rửa tay <b>", "version": "1"}
    kept = await officer.post(f"/duyet/kiem-tra/{check}", data=said)
    assert kept.status_code == 303
    public = (await client.get(f"/nha-cung-cap/{slug}")).text
    assert "Đã kiểm tra thực địa ngày 20/11/2026" in public
    assert "cần sửa" in public
    assert "bồn rửa tay" not in public
    async with database.transaction() as session:
        org = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE slug = :s"), {"s": slug})
    own = await signed_in(organisation_id=org)
    assert "Thiếu bồn rửa tay &lt;b&gt;" in (await own.get(f"/nha-cung-cap/{slug}")).text
    assert "20/11/2026" in (await officer.get("/duyet/kiem-tra/da-xong")).text
    stale = await officer.post(f"/duyet/kiem-tra/{check}", data={**said, "finding": "failed"})
    assert stale.status_code == 409
    assert "Khác nhau ở những chỗ này" in stale.text


async def test_a_complaint_is_read_by_officers_alone(
    suppliers: list[str], client: httpx.AsyncClient, signed_in: SignedIn, database: Database
) -> None:
    buyer = await signed_in("buyer", name="Thu mua Thử")
    address = f"/nha-cung-cap/{suppliers[0]}/phan-anh"
    assert address in (await buyer.get(f"/nha-cung-cap/{suppliers[0]}")).text
    assert address not in (await client.get(f"/nha-cung-cap/{suppliers[0]}")).text
    short = await buyer.post(address, data={"text": "Mốc", "key": str(new_id())})
    assert short.status_code == 422
    assert "Quá ngắn." in short.text
    sent = await buyer.post(address, data={"text": "Hàng giao hai lần đều ẩm mốc.", "key": str(new_id())})
    assert sent.status_code == 303
    officer = await signed_in("office")
    desk = (await officer.get("/duyet/kiem-tra")).text
    assert "Hàng giao hai lần đều ẩm mốc." in desk
    assert "Thu mua Thử" in desk
    async with database.transaction() as session:
        org = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE slug = :s"), {"s": suppliers[0]})
    own = await signed_in(organisation_id=org)
    for page in (f"/nha-cung-cap/{suppliers[0]}", "/ban-hang/ho-so/lich-su", "/ban-hang"):
        assert "ẩm mốc" not in (await own.get(page)).text
    assert (await own.get(address)).status_code == 403


@pytest.mark.parametrize("kind", ["supplier", "buyer", "organiser"])
async def test_the_officers_pages_are_theirs(suppliers: list[str], signed_in: SignedIn, kind: str) -> None:
    other = await signed_in(kind)
    assert (await other.get("/duyet/kiem-tra")).status_code == 403
    assert (await other.get("/duyet/kiem-tra/da-xong")).status_code == 403
    assert (await other.get(f"/duyet/kiem-tra/{new_id()}")).status_code == 403
    assert (await other.post("/duyet/kiem-tra", data={"wanted": "1"})).status_code == 403
    assert (await other.post("/duyet/kiem-tra/them", data={"supplier": "HTX0"})).status_code == 403
    assert (await other.post("/api/v1/checks", json={"wanted": 1})).status_code == 403


async def test_one_more_visit_by_code(suppliers: list[str], signed_in: SignedIn) -> None:
    officer = await signed_in("office")
    added = await officer.post("/duyet/kiem-tra/them", data={"supplier": "HTX2"})
    assert added.status_code == 303
    assert (await officer.get(added.headers["location"])).status_code == 200
    unknown = await officer.post("/duyet/kiem-tra/them", data={"supplier": "KHONG-CO"})
    assert unknown.status_code == 422
    assert "KHONG-CO" in unknown.text
    assert (await officer.get(f"/duyet/kiem-tra/{new_id()}")).status_code == 404


async def test_the_json_draws_and_lists(suppliers: list[str], client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    officer = await signed_in("office")
    drawn = await officer.post("/api/v1/checks", json={"wanted": 3})
    assert drawn.status_code == 201, drawn.text
    body = drawn.json()
    assert (body["candidates"], body["drawn"], body["done"]) == (4, 3, 0)
    assert [item["place"] for item in body["items"]] == [1, 2, 3, None]
    (only,) = (await client.get("/api/v1/checks")).json()["items"]
    assert only["code"] == body["code"]
    assert (await client.post("/api/v1/checks", json={"wanted": 3})).status_code == 401
    assert (await officer.post("/api/v1/checks", json={"wanted": 0})).status_code == 422
    assert (await client.get("/api/v1/checks/KT-%F0")).status_code == 404
    assert (await client.get("/kiem-tra/KT-KHONG")).status_code == 404
    assert (await client.get("/kiem-tra")).status_code == 200


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "PNG")
    return out.getvalue()


async def test_photos_of_a_visit_are_for_officers_and_its_own_people(
    suppliers: list[str], client: httpx.AsyncClient, signed_in: SignedIn, database: Database
) -> None:
    officer = await signed_in("office")
    visit = (await officer.post("/duyet/kiem-tra/them", data={"supplier": "HTX0"})).headers["location"]
    none = await officer.post(f"{visit}/anh", data={"caption": "Kho"})
    assert none.status_code == 422
    no_picture = await officer.post(f"{visit}/anh", files={"photos": ("a.png", b"not a picture", "image/png")})
    assert no_picture.status_code == 422
    added = await officer.post(f"{visit}/anh", data={"caption": "Kho khô"}, files={"photos": ("a.png", picture(), "image/png")})
    assert added.status_code == 303, added.text
    shown = (await officer.get(visit)).text
    found = re.search(r'src="(/anh/[^"]+)"', shown)
    assert found is not None
    assert 'alt="Kho khô"' in shown
    assert (await officer.get(found[1])).status_code == 200
    assert (await client.get(found[1])).status_code == 404
    await officer.post(visit, data={"visited_on": "20/11/2026", "finding": "passed", "version": "1"})
    page = f"/nha-cung-cap/{suppliers[0]}"
    assert found[1] not in (await client.get(page)).text
    async with database.transaction() as session:
        org = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE slug = :s"), {"s": suppliers[0]})
    own = await signed_in(organisation_id=org)
    assert found[1] in (await own.get(page)).text
    assert (await own.get(found[1])).status_code == 200
    taken = re.search(rf"{visit}/anh/[0-9a-f-]+/bo", shown)
    assert taken is not None
    assert (await officer.post(taken[0])).status_code == 303
    assert "/anh/" not in re.sub(r'action="[^"]*"', "", (await officer.get(visit)).text)
