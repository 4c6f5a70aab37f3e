"""Pages and JSON of net prices, entry checklists, saved weights and the comparison, as people and programs use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.accounts import SYSTEM, Role
from service.core import clock
from service.core.db import Database
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn

SIMULATOR = "/ban-hang/gia-thuc-nhan"
HTMX = {"hx-request": "true", "hx-request-type": "partial"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


# ------------------------------------------------------------------------------------------------------- net price
async def test_anybody_calculates_and_the_address_holds_the_figures(client: httpx.AsyncClient) -> None:
    empty = await client.get(SIMULATOR)
    assert empty.status_code == 200
    assert "Chưa có giá bán" in empty.text
    query = "price=80k&discount=20&production=45.000&kg=1,5+tấn&place=02185"
    page = (await client.get(f"{SIMULATOR}?{query}")).text
    assert "Không có chi phí cố định nên bán kg nào có lãi kg ấy." in page
    assert page.count('class="stairs"') == 2
    assert 'value="80k"' in page
    assert "đăng nhập thì lưu được" in page
    assert 'formmethod="post"' not in page
    piece = await client.get(f"{SIMULATOR}?{query}", headers=HTMX)
    assert piece.text.lstrip().startswith('<div id="net-result"')
    wrong = await client.get(f"{SIMULATOR}?price=80000&discount=hai+mươi")
    assert wrong.status_code == 422
    assert 'value="hai mươi"' in wrong.text
    assert 'id="f-discount-error"' in wrong.text


@pytest.mark.parametrize(
    "query",
    ["price=%00", "price=" + "9" * 500, "kg=10^400", "discount=1e999999", "place=%F0%9F%8D%9C&price=1", "price=1&kg=1e-400",
     "credit_days=-1", "product=..%2F..&price=5", "vat_included=perhaps&price=3", "load=0&price=9", "version=x&key=y&name=z"],
)  # fmt: skip
async def test_no_figure_breaks_the_simulator(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"{SIMULATOR}?{query}")).status_code in (200, 422)


async def test_a_supplier_begins_with_its_product_and_keeps_sheets(signed_in: SignedIn, session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session)
    await session.commit()
    browser = await signed_in(organisation_id=organisation)
    page = (await browser.get(SIMULATOR)).text
    assert 'name="price" value="80000"' in page
    assert f'<option value="{slug}" selected>' in page
    typed = {"product": slug, "price": "80000", "production": "45000", "name": "Đi Hà Nội", "key": _value(page, "key")}
    saved = await browser.post(SIMULATOR, data=typed)
    assert saved.status_code == 303
    address = saved.headers["location"]
    assert (await browser.post(SIMULATOR, data=typed)).headers["location"] == address
    kept = (await browser.get(address)).text
    assert "Đã lưu phiếu “Đi Hà Nội”." in kept
    again = {**typed, "discount": "25", "version": _value(kept, "version")}
    assert (await browser.post(address, data=again)).status_code == 303
    stale = await browser.post(address, data={**again, "discount": "30"})
    assert stale.status_code == 409
    assert 'name="discount" value="30"' in stale.text
    tried = (await browser.get(f"{address}?price=80000&discount=10&production=45000")).text
    assert 'name="discount" value="10"' in tried
    listed = (await browser.get(address)).text
    assert listed.count(f'href="{SIMULATOR}?product=') == 2  # Both versions can be calculated again.
    nameless = await browser.post(SIMULATOR, data={"price": "80000", "name": " "})
    assert nameless.status_code == 422
    assert "net-result" in nameless.text
    assert (await browser.post(f"{address}/xoa")).status_code == 303
    assert (await browser.get(address)).status_code == 404


async def test_net_prices_for_programs(client: httpx.AsyncClient, signed_in: SignedIn, session: AsyncSession) -> None:
    answer = (await client.post("/api/v1/net-price", json={"price": 80_000, "production": 45_000, "fixed": 10**6})).json()
    for city in answer["cities"]:
        assert 80_000 - sum(step["amount"] for step in city["steps"]) == city["net"]
        assert city["break_even_kg_a_month"] > 0
    for wrong in ({}, {"price": 0}, {"price": 1, "kg": 1e400}, {"price": 1, "discount": 101}, {"price": 1, "more": 1}):
        body = str(wrong).replace("'", '"').replace("inf", "1e400")
        assert (await client.post("/api/v1/net-price", content=body)).status_code == 422, wrong
    organisation = await market.supplier(session)
    await session.commit()
    browser = await signed_in(organisation_id=organisation)
    made = (await browser.post("/api/v1/net-price-sheets", json={"name": "Đi Nam", "price": 70_000, "kg": 12.3456})).json()
    assert (made["assumptions"]["kg"], made["version"]) == (12.346, 1)
    address = f"/api/v1/net-price-sheets/{made['id']}"
    assert (await browser.put(address, json={"name": "Đi Nam", "price": 71_000, "version": 9})).status_code == 409
    assert (await browser.put(address, json={"name": "Đi Nam", "price": 71_000, "version": 1})).json()["version"] == 2
    assert len((await browser.get("/api/v1/net-price-sheets")).json()["items"]) == 1
    assert (await browser.delete(address)).status_code == 204
    assert (await browser.get(address)).status_code == 404


# ------------------------------------------------------------------------------------------- checklists and weights
async def test_a_buyer_writes_what_it_wants_to_see(
    signed_in: SignedIn, session: AsyncSession, client: httpx.AsyncClient
) -> None:
    buyer = await market.buyer(session)
    request = await market.request(session, buyer)
    await session.commit()
    browser = await signed_in(organisation_id=buyer.organisation_id)
    page = (await browser.get("/mua-hang/dieu-kien")).text
    typed = {
        "version": _value(page, "version"), "stance_barcode": "gtin13", "stance_lead_time": "yes", "number_lead_time": "abc",
        "paper_VG": "yes", "stance_insurance": "no", "words": "Khay giấy\n\nGiao thứ ba", "note": "Hỏi chị <Hà>",
    }  # fmt: skip
    wrong = await browser.post("/mua-hang/dieu-kien", data=typed)
    assert wrong.status_code == 422
    assert 'id="f-number_lead_time-error"' in wrong.text
    assert 'value="abc"' in wrong.text
    assert '<option value="gtin13" selected>' in wrong.text
    assert (await browser.post("/mua-hang/dieu-kien", data={**typed, "number_lead_time": "7"})).status_code == 303
    assert (await browser.post("/mua-hang/dieu-kien", data={**typed, "number_lead_time": "8"})).status_code == 409
    shown = (await client.get(f"/tim-hang/{request.code}")).text
    for words in ("Mã vạch GTIN-13 trên túi", "Chuẩn bị hàng không quá 7 ngày", "Khay giấy", "Giao thứ ba",
                  "Không yêu cầu: bảo hiểm trách nhiệm sản phẩm", "Hỏi chị &lt;Hà&gt;"):  # fmt: skip
        assert words in shown, words
    json = (await client.get(f"/api/v1/requests/{request.code}/checklist")).json()
    assert [each["kind"] for each in json["items"]] == ["barcode", "lead_time", "insurance", "paper", "words", "words"]
    again = (await browser.get("/mua-hang/dieu-kien")).text
    assert '<option value="yes" selected>' in again
    assert "Khay giấy\nGiao thứ ba" in again
    # The form gives back what it was given: saved as it stands it changes nothing.
    kept = (await browser.get("/api/v1/checklist")).json()
    stands = {**typed, "number_lead_time": "7", "version": _value(again, "version"), "words": "Khay giấy\nGiao thứ ba"}
    await browser.post("/mua-hang/dieu-kien", data=stands)
    assert (await browser.get("/api/v1/checklist")).json() == kept


async def test_a_supplier_reads_its_gaps_and_answers(signed_in: SignedIn, session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session)
    other = await market.product(session, code="SP2", name="Miến khác")
    buyer = await market.buyer(session, "Siêu thị Hỏi")
    items = [{"kind": "barcode", "code": "gtin13"}, {"kind": "discount", "number": 15}]
    draft = matching.checklists.ChecklistDraft.model_validate({"items": items})
    await matching.checklists.save_checklist(session, SYSTEM, buyer.id, draft)
    await session.commit()
    browser = await signed_in(organisation_id=organisation)
    page = (await browser.get("/ban-hang/san-sang")).text
    assert "Thiếu mã vạch GTIN-13 trên túi" in page
    assert f'href="/ban-hang/san-pham/{slug}/quy-cach"' in page
    item = _value(page, "item")
    said = {"item": item, "product": slug, "words": "nếu trả ngay", "everywhere": "true", "back": "//evil.example"}
    assert (await browser.post("/ban-hang/san-sang/tra-loi", data=said)).status_code == 422  # Neither yes nor no.
    answered = await browser.post("/ban-hang/san-sang/tra-loi", data={**said, "accepts": "true"})
    assert answered.headers["location"] == "/ban-hang/san-sang"
    for narrowed in (f"?product={slug}", f"?product={other}&buyer=sieu-thi-hoi"):
        listed = (await browser.get(f"/ban-hang/san-sang{narrowed}")).text
        assert "đạt 1 trên 2" in listed
        assert listed.count("<article") == 1
    none = (await browser.get("/ban-hang/san-sang?product=none")).text
    assert "Không có gì khớp" in none
    for cursor in ("x", "WzFd", "%00", "a" * 500):
        assert (await browser.get(f"/ban-hang/san-sang?cursor={cursor}")).status_code == 422
    json = (await browser.get("/api/v1/readiness?limit=1")).json()
    assert (json["total"], len(json["items"]), json["next"] is not None) == (2, 1, True)
    assert json["items"][0]["gaps"][0]["part"] == "packs"
    refused = {"product": slug, "accepts": False}
    assert (await browser.put(f"/api/v1/checklist-items/{item}/answer", json=refused)).json() == {"products": 1}
    assert "Không nhận: chiết khấu 15%" in (await browser.get("/ban-hang/san-sang")).text
    assert (await browser.put(f"/api/v1/checklist-items/{slug}/answer", json=refused)).status_code == 422


async def test_weights_are_saved_from_the_request_s_page(signed_in: SignedIn, session: AsyncSession) -> None:
    await market.supplier(session)
    await market.product(session)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer)
    await session.commit()
    browser, address = await signed_in(organisation_id=buyer.organisation_id), f"/tim-hang/{request.code}"
    page = (await browser.get(address)).text
    assert "Lưu trọng số của tôi" in page
    moved = {f"weight_{name}": "0" for name in matching.FACTORS} | {"weight_price": "9"}
    data = {**moved, "request": request.code, "weights_version": _value(page, "weights_version")}
    assert (await browser.post("/mua-hang/trong-so", data=data)).headers["location"] == address
    assert (await browser.post("/mua-hang/trong-so", data={**data, "weight_price": "8"})).status_code == 409
    kept = (await browser.get(address)).text
    assert "Trọng số đã lưu của tổ chức bạn:" in kept
    assert 'name="weight_price" value="9"' in kept
    assert 'name="weight_price" value="4"' in (await browser.get(f"{address}?weight_quality=10")).text
    matches = (await browser.get(f"/api/v1/requests/{request.code}/matches")).json()
    assert (matches["weights_from"], matches["weights"]["price"]) == ("saved", 9)
    assert (await browser.get("/api/v1/weights")).json()["saved"] is True
    stranger = await signed_in("buyer")
    assert "Lưu trọng số của tôi" not in (await stranger.get(address)).text
    for wrong in ("nan", "-1", "11", "x"):
        assert (await browser.post("/mua-hang/trong-so", data={**data, "weight_price": wrong})).status_code == 422
    elsewhere = {**moved, "request": "//evil.example"}
    assert (await browser.post("/mua-hang/trong-so", data=elsewhere)).headers["location"] == "/tim-hang"
    await browser.post("/mua-hang/trong-so/xoa", data={"request": request.code})
    assert (await browser.get(f"/api/v1/requests/{request.code}/matches")).json()["weights_from"] == "market"


# ------------------------------------------------------------------------------------------------------- side by side
async def test_products_stand_side_by_side(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session)
    one = await market.product(session, name="Miến Một", shelf_life_days=365)
    two = await market.product(session, code="SP2", name="Miến Hai", tiers=((Decimal(100), 70_000),), lead_days=9)
    page = (await client.get(f"/so-sanh?sp={one}&sp={two}")).text
    assert "Khác nhau ở: giá sỉ mỗi kg, giao sau." in page
    assert "Chưa rõ, vì có bên chưa khai: hạn dùng." in page
    assert "thấp nhất" in page
    assert "nhanh nhất" in page
    assert page.count('<figure class="strip') == 2
    json = (await client.get(f"/api/v1/compare?product={two}&product={one}&product={two}")).json()
    assert [each["slug"] for each in json["products"]] == [two, one]
    assert json["products"][0]["months"][0]["free_kg"] == 500
    marked = {line["name"]: [cell["note"] for cell in line["cells"]] for line in json["lines"]}
    assert marked["wholesale"] == ["thấp nhất", ""]


async def test_the_last_comparison_is_remembered_without_a_script(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session)
    slugs = [await market.product(session, code=f"SP{n}", name=f"Miến số {n}") for n in range(6)]
    assert "Chưa có sản phẩm nào để so sánh" in (await client.get("/so-sanh")).text
    address = ""
    for n, slug in enumerate(slugs[:4], 1):
        assert f'href="/so-sanh?them={slug}"' in (await client.get(f"/san-pham/{slug}")).text
        address = (await client.get(f"/so-sanh?them={slug}")).headers["location"]
        assert address.count("sp=") == n
    page = (await client.get(address)).text
    assert page.count("Miến số") >= 4
    again = (await client.get(f"/so-sanh?them={slugs[0]}")).headers["location"]
    assert again == address
    full = (await client.get(f"/so-sanh?them={slugs[4]}")).headers["location"]
    beyond = (await client.get(full)).text
    assert "Chỉ so sánh được bốn sản phẩm" in beyond
    assert "Miến số 4" not in beyond
    instead = re.search(r'để nó thay:\s*<a href="([^"]+)"', beyond)
    assert instead
    swapped = (await client.get(instead[1].replace("&amp;", "&"))).text
    assert "Miến số 4" in swapped
    assert "Miến số 0" not in swapped
    without = re.search(r'<a href="(/so-sanh\?[^"]+)" aria-label="Bỏ Miến số 4"', swapped)
    assert without
    assert "Miến số 4" not in (await client.get(without[1].replace("&amp;", "&"))).text
    assert (await client.get("/so-sanh")).headers["location"].count("sp=") == 3
    client.cookies.set("so-sanh", "x" * 5000 + ".<script>." + slugs[0])
    assert (await client.get("/so-sanh")).status_code == 200


@pytest.mark.parametrize(
    "query", ["sp=%00", "sp=khong-co&sp=", "sp=" + "a" * 199, "sp=..%2F..", "them=%3Cscript%3E", "sp=a&sp=a"]
)
async def test_whatever_is_compared_is_answered_in_words(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/so-sanh?{query}", follow_redirects=True)
    assert answer.status_code == 200
    assert "Chưa có sản phẩm nào để so sánh" in answer.text


async def test_what_is_withdrawn_or_hidden_stays_so(database: Database, signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    async with database.transaction() as session:
        await market.supplier(session, wholesale_public=False)
        one = await market.product(session, name="Miến rút lui")
        two = await market.product(session, code="SP2", name="Miến còn lại", tiers=((Decimal(100), 71_234),))
    seen = await signed_in("buyer")
    for browser, sees in ((client, False), (seen, True), (await signed_in("supplier"), False)):
        page = (await browser.get(f"/so-sanh?sp={one}&sp={two}")).text
        assert ("71.234" in page) is sees
        assert ("chỉ nhà phân phối đã xác minh xem được" in page) is not sees
    async with database.transaction() as session:
        product_id = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :slug"), {"slug": one})
        await catalogue.withdraw(session, SYSTEM, product_id)
    page = (await client.get(f"/so-sanh?sp={one}&sp={two}")).text
    assert "Miến rút lui" not in page
    assert "Một sản phẩm trong địa chỉ này không có" in page
    assert (await client.get(f"/api/v1/compare?product={one}")).json()["missing"] == [one]


async def test_four_products_cost_what_two_do(session: AsyncSession) -> None:
    await market.supplier(session)
    buyer = await market.buyer(session)
    reader = market.acting(Role.BUYER, buyer.organisation_id)
    draft = matching.checklists.ChecklistDraft.model_validate({"items": [{"kind": "trace"}, {"kind": "credit", "number": 30}]})
    await matching.checklists.save_checklist(session, SYSTEM, buyer.id, draft)
    slugs = [await market.product(session, code=f"SP{n}") for n in range(4)]
    connection = (await session.connection()).sync_connection
    costs = []
    for count in (2, 4):
        said: list[str] = []

        def note(*told: Any, said: list[str] = said) -> None:
            said.append(told[2])

        event.listen(connection, "before_cursor_execute", note)
        found = await matching.compare(session, slugs[:count], reader)
        event.remove(connection, "before_cursor_execute", note)
        assert len(found.products) == count
        assert all(each.readiness is not None and each.readiness.required == 2 for each in found.products)
        costs.append(len(said) + 1)  # The products themselves are read by the driver, in one statement.
    assert costs == [2, 2]


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]
