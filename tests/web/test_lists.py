"""Shortlists, saved searches and places as pages and as JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM
from service.core import clock, places
from service.core.db import Database
from service.matching import Frequency, tasks
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_one_button_puts_a_product_on_a_list(session: AsyncSession, signed_in: SignedIn) -> None:
    await market.supplier(session, name="HTX =1+1")
    slug = await market.product(session)
    await session.commit()
    browser = await signed_in("buyer", role="member")
    for address in (f"/san-pham/{slug}", "/san-pham", "/nha-cung-cap/htx-1-1"):
        assert 'action="/danh-sach/them"' in (await browser.get(address)).text, address
    added = await browser.post("/danh-sach/them", data={"product": slug})
    assert added.status_code == 303
    address = added.headers["location"]
    assert re.fullmatch(r"/danh-sach/[0-9a-f-]{36}#muc-[0-9a-f-]{36}", address)
    assert (await browser.post("/danh-sach/them", data={"product": slug})).headers["location"] == address
    await browser.post("/danh-sach/them", data={"supplier": "htx-1-1"})
    base, item = address.split("#muc-")
    assert (await browser.post(f"{base}/muc/{item}/ghi-chu", data={"note": "=HYPERLINK(1)<script>"})).status_code == 303
    page = await browser.get(base)
    assert "=HYPERLINK(1)&lt;script&gt;" in page.text
    assert "2 mục" in page.text
    sheet = await browser.get(f"{base}/bang.csv")
    assert sheet.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert rows[1][7] == "'=HYPERLINK(1)<script>"
    assert rows[2][1] == "HTX =1+1"
    assert (await browser.get(f"{base}/bang.xlsx")).content[:2] == b"PK"
    assert (await browser.get(f"{base}/bang.pdf")).status_code == 404
    assert (await browser.post(f"{base}/muc/{item}/xuong")).status_code == 303
    assert (await browser.post(f"{base}/ten", data={"name": "Tết", "version": "999"})).status_code == 409
    assert (await browser.post(f"{base}/ten", data={"name": " "})).status_code == 422
    assert (await browser.post(f"{base}/ten", data={"name": "Tết"})).status_code == 303
    assert (await browser.post(f"{base}/muc/{item}/bo")).status_code == 303
    assert (await browser.post(f"{base}/xoa")).status_code == 303
    assert (await browser.get(base)).status_code == 404


async def test_what_is_withdrawn_leaks_nothing(database: Database, signed_in: SignedIn) -> None:
    async with database.transaction() as session:
        await market.supplier(session)
        slug = await market.product(session, name="Miến bí mật")
    browser = await signed_in("buyer")
    address = (await browser.post("/danh-sach/them", data={"product": slug})).headers["location"].split("#")[0]
    async with database.transaction() as session:
        await catalogue.withdraw(session, SYSTEM, await _id(session, slug))
    for page in (address, f"{address}/bang.csv", f"/api/v1/shortlists/{address.rsplit('/', 1)[1]}"):
        answer = await browser.get(page)
        assert answer.status_code == 200
        assert "bí mật" not in answer.text
        assert slug not in answer.text
    assert "không còn đăng" in (await browser.get(address)).text


async def test_nobody_else_s_button_and_viewers_have_none(
    session: AsyncSession, signed_in: SignedIn, client: httpx.AsyncClient
) -> None:
    await market.supplier(session)
    slug = await market.product(session)
    await session.commit()
    viewer = await signed_in("buyer", role="viewer")
    for browser in (client, viewer, await signed_in("supplier")):
        for address in (f"/san-pham/{slug}", "/san-pham"):
            assert "/danh-sach/them" not in (await browser.get(address)).text
    assert (await viewer.post("/danh-sach/them", data={"product": slug})).status_code == 403
    buyer = await signed_in("buyer", role="owner")
    for wrong in ({}, {"product": slug, "supplier": "x"}, {"product": slug, "list": "x"}):
        assert (await buyer.post("/danh-sach/them", data=wrong)).status_code == 422
    assert (await buyer.post("/danh-sach/them", data={"product": "không-có"})).status_code == 404
    assert (await buyer.post("/danh-sach/them", data={"product": slug, "list": str(uuid4())})).status_code == 404


async def test_a_search_is_saved_from_its_page_and_stopped_from_its_mail(
    database: Database, signed_in: SignedIn, client: httpx.AsyncClient
) -> None:
    async with database.transaction() as session:
        await market.supplier(session)
    browser = await signed_in("buyer")
    assert "Lưu tìm kiếm này" not in (await client.get("/san-pham?q=mien+dong")).text
    assert "Lưu tìm kiếm này" not in (await browser.get("/san-pham")).text
    page = (await browser.get("/san-pham?q=miến+dong&stars=4&sort=price")).text
    kept = re.search(r'name="query" value="([^"]*)"', page)
    assert kept
    query = kept[1].replace("&amp;", "&")
    assert "sort" not in query
    data = {"query": query, "frequency": "immediate"}
    assert (await browser.post("/tim-kiem-da-luu", data=data)).headers["location"] == "/tim-kiem-da-luu"
    await browser.post("/tim-kiem-da-luu", data=data)
    listed = (await browser.get("/tim-kiem-da-luu")).text
    assert listed.count("<article") == 1
    assert "miến dong" in listed
    async with database.transaction() as session:
        await tasks.note_new_product(session, catalogue.ProductPublished(await _id(session, await market.product(session))))
        assert await matching.tell_of_finds(session, Frequency.IMMEDIATE) == 1
        stop = await session.scalar(text("SELECT stop_address FROM core_mail WHERE template = 'saved_search'"))
    # A mail program: no cookie, no browser's headers, the body of RFC 8058.
    program = httpx.AsyncClient(transport=client._transport, base_url="http://test")
    looked = await program.get(stop)
    assert f'action="{stop}"' in looked.text
    assert "đang theo dõi" in (await browser.get("/tim-kiem-da-luu")).text  # To look is not to stop.
    for _twice in range(2):
        answer = await program.post(stop, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
    shown = (await browser.get("/tim-kiem-da-luu")).text
    assert 'value="paused" selected' in shown
    assert "Đã dừng" in (await client.post(stop)).text
    assert (await program.post(f"{stop}x")).status_code == 404
    # Another site's page cannot press the button for somebody.
    assert (await client.post(stop, headers={"sec-fetch-site": "cross-site"})).status_code == 403


async def _id(session: AsyncSession, slug: str) -> UUID:
    return await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :s"), {"s": slug})


async def test_programs_keep_lists_and_searches_as_people_do(session: AsyncSession, signed_in: SignedIn) -> None:
    await market.supplier(session)
    slug = await market.product(session)
    await session.commit()
    browser = await signed_in("buyer")
    made = await browser.post("/api/v1/shortlists", json={"name": "Tết"})
    assert made.status_code == 201
    base = f"/api/v1/shortlists/{made.json()['id']}"
    item = await browser.post(f"{base}/items", json={"product": slug, "note": "Ngon"})
    assert item.status_code == 201
    shown = (await browser.get(base)).json()
    assert (shown["total"], shown["items"][0]["shown"]["slug"], shown["items"][0]["note"]) == (1, slug, "Ngon")
    assert (await browser.put(f"{base}/items/{item.json()['id']}/note", json={"note": None})).status_code == 200
    assert (await browser.delete(f"{base}/items/{item.json()['id']}")).status_code == 204
    assert (await browser.put(base, json={"name": "Xuân", "version": 999})).status_code == 409
    assert (await browser.put(base, json={"name": " "})).status_code == 422
    assert (await browser.post(f"{base}/items", json={"product": slug, "supplier": "x"})).status_code == 422
    assert (await browser.get(f"{base}?cursor=abc")).status_code == 422
    assert (await browser.delete(base)).status_code == 204
    saved = await browser.post("/api/v1/saved-searches", json={"query": "q=mi%E1%BA%BFn&limit=5"})
    assert (saved.status_code, saved.json()["query"], saved.json()["title"]) == (201, "q=mi%E1%BA%BFn", "miến")
    address = f"/api/v1/saved-searches/{saved.json()['id']}"
    change = {"title": "Miến", "frequency": "immediate", "state": "paused"}
    assert (await browser.put(address, json=change)).json()["frequency"] == "immediate"
    assert (await browser.put(address, json={**change, "title": "  "})).status_code == 422
    assert (await browser.post("/api/v1/saved-searches", json={"query": "stars=9"})).status_code == 422
    assert (await browser.delete(address)).status_code == 204
    assert (await browser.get("/api/v1/saved-searches")).json() == {"items": []}


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/dia-phuong", "34 tỉnh, thành phố"),
        ("/dia-phuong?q=Bằng Phúc, Chợ Đồn, Bắc Kạn", "Nay là Xã Đồng Phúc, tỉnh Thái Nguyên"),
        ("/dia-phuong?q=Na Rì", "Có thể là 6 nơi"),
        ("/dia-phuong?q=Bắc Kạn", "Thái Nguyên"),
        ("/dia-phuong?q=không đâu cả", "Không thấy nơi nào như vậy"),
        ("/dia-phuong/01933", "Xã Bằng Phúc"),
        ("/dia-phuong/01843", "Phùng Chí Kiên"),  # The code was handed on.
        ("/dia-phuong/066", "Huyện Na Rì"),
        ("/dia-phuong/01936", "Thị trấn Nà Phặc"),
        ("/dia-phuong/19", "92 xã, phường, đặc khu"),
        ("/dia-phuong/06", "Tỉnh Bắc Kạn"),
        ("/dia-phuong/00025", "một phần"),
    ],
)
async def test_places_are_looked_up(client: httpx.AsyncClient, address: str, says: str) -> None:
    answer = await client.get(address)
    assert answer.status_code == 200
    assert says in answer.text


async def test_places_for_programs(client: httpx.AsyncClient) -> None:
    meant = (await client.get("/api/v1/places", params={"q": "TT Chợ Rã, H. Ba Bể, Bắc Kạn"})).json()
    assert (meant["certain"], meant["commune"]["code"], meant["former"]["full_name"]) == (True, "01912", "Thị trấn Chợ Rã")
    asked = (await client.get("/api/v1/places", params={"q": "Tân Lập", "limit": 5})).json()
    assert (asked["certain"], asked["commune"], len(asked["options"])) == (False, None, 5)
    one = (await client.get("/api/v1/places/01933")).json()
    assert one["unit"]["valid_from"] == "2025-07-01"
    assert {(each["full_name"], each["valid_to"]) for each in one["predecessors"]} >= {("Xã Bằng Phúc", "2025-06-30")}
    assert [each["name"] for each in one["former_districts"]] == ["Ba Bể", "Chợ Đồn"]
    assert (await client.get("/api/v1/places/066")).json()["unit"] is None
    for wrong in ("/api/v1/places", "/api/v1/places?q=", "/api/v1/places?q=a&x=1"):
        assert (await client.get(wrong)).status_code == 422
    for unknown in ("/api/v1/places/99999", "/api/v1/places/abc", "/dia-phuong/99999", "/dia-phuong/x"):
        assert (await client.get(unknown)).status_code == 404


PROFILE = {"name": "HTX Thử Địa Chỉ", "legal_form": "cooperative", "version": ""}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"address": "Thôn Nà Dỉ, xã Dương Phong, H. Bạch Thông, tỉnh Bắc Kạn"}, "02014"),
        ({"address": "thon na di xa duong phong huyen bach thong", "province_code": "19"}, "02014"),
        ({"address": "Số 5, phường Sài Gòn", "province_code": "79"}, "26740"),
        ({"address": "Số 5, phường Sài Gòn, TP.HCM", "province_code": "01"}, "26740"),  # The commune decides.
        ({"address": "Thôn 3", "province_code": "19"}, None),
        ({"address": "Chợ Mới, Bắc Kạn", "commune_code": "02101"}, "02101"),
    ],
)
async def test_the_profile_understands_an_address(session: AsyncSession, said: dict[str, str], code: str | None) -> None:
    profile = catalogue.SupplierProfile.model_validate({"name": "HTX", "legal_form": "cooperative", **said})
    assert profile.commune_code == code
    assert profile.address == said["address"]  # Kept as it was typed.
    if code is not None:
        assert profile.province_code == places.commune(code).parent  # type: ignore[union-attr]


async def test_an_address_that_may_be_in_several_communes_is_asked_about(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    page = await browser.get("/ban-hang/ho-so")
    assert page.text.count('<option value="0') < 120  # Not every commune of the country in one box.
    asked = await browser.post("/ban-hang/ho-so", data={**PROFILE, "address": "Chợ Mới, Bắc Kạn"})
    assert asked.status_code == 422
    assert "Xã Thanh Mai, tỉnh Thái Nguyên" in asked.text
    assert 'value="Chợ Mới, Bắc Kạn"' in asked.text
    kept = await browser.post("/ban-hang/ho-so", data={**PROFILE, "address": "xã Thanh Mai, Chợ Mới, Bắc Kạn"})
    assert kept.status_code == 303
