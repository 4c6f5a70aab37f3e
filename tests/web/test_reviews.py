"""The officers' desk in the browser: queues, one decision after the other, and buyers before they are verified."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue, matching
from service.core import clock
from tests import market
from tests.catalogue.conftest import product_row, supplier_row
from tests.reviewing import approve_everything, officer

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None, page
    return found[1]


async def address(browser: httpx.AsyncClient, name: str, **asked: str) -> str:
    queue = (await browser.get("/duyet", params=asked)).text
    found = re.search(rf'href="(/duyet/(?:ho-so|nha-phan-phoi)/[0-9a-f-]+)">{name}', queue)
    assert found is not None, queue
    return found[1]


async def test_a_product_is_returned_with_reasons_mended_and_approved(signed_in: SignedIn, session: AsyncSession) -> None:
    sheet = officer()
    await catalogue.put_suppliers(session, sheet, [supplier_row(phone="+84912345678")])
    await catalogue.put_products(session, sheet, [product_row()])
    await session.flush()
    lan = await signed_in("office", name="Cán bộ Lan")
    one = await address(lan, "Miến dong SP1", loai="product")
    page = await lan.get(one)
    assert "Lý do trả lại mục Thành phần" in page.text
    silent = await lan.post(one, data={"decision": "return", "seen": seen(page.text)})
    assert silent.status_code == 422
    assert "Hãy nói vì sao trả lại" in silent.text
    early = await lan.post(one, data={"decision": "approve", "seen": seen(page.text), "note": "Ghi chú dở"})
    assert early.status_code == 409
    assert "Hồ sơ nhà cung cấp chưa được duyệt" in early.text
    assert "Ghi chú dở" in early.text, "nothing typed is lost"
    why = {
        "decision": "return",
        "seen": seen(page.text),
        "reason_ingredients": "Ghi rõ <b>thành phần</b>",
        "note": "Sửa rồi gửi lại",
    }
    assert (await lan.post(one, data=why)).status_code == 303
    assert (await lan.post(one, data=why)).status_code == 303, "the same decision by the same person again changes nothing"

    organisation = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier"))
    coop = await signed_in(organisation_id=organisation)
    desk = (await coop.get("/ban-hang")).text
    assert "trả lại để sửa" in desk
    form = (await coop.get("/ban-hang/san-pham/mien-dong-sp1/thong-tin")).text
    assert 'id="f-ingredients-error"' in form
    assert "Ghi rõ &lt;b&gt;thành phần&lt;/b&gt;" in form
    assert (await coop.post("/ban-hang/san-pham/mien-dong-sp1/gui")).status_code == 303
    await approve_everything(session)
    product = await catalogue.product_page(await _reader(session), "mien-dong-sp1")
    assert product.state == "published"
    history = (await lan.get("/duyet/lich-su/san-pham/mien-dong-sp1")).text
    for words in ("Trả lại để sửa", "Gửi duyệt", "Cán bộ Lan", "Đăng sản phẩm"):
        assert words in history


async def test_a_change_of_published_goods_is_shown_side_by_side(signed_in: SignedIn, session: AsyncSession) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session, ingredients="Củ dong riềng")
    coop, lan = await signed_in(organisation_id=organisation), await signed_in("office")
    form = (await coop.get(f"/ban-hang/san-pham/{slug}/thong-tin")).text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    typed = {"name": "Miến dong HTX1 SP1", "commodity": "mien-dong", "category_code": "I.3.c",
             "ingredients": "Củ dong, bột sắn", "season_months": ["10"], "version": version[1]}  # fmt: skip
    kept = await coop.post(f"/ban-hang/san-pham/{slug}/thong-tin", data=typed)
    assert kept.status_code == 303, kept.text
    assert 'value="Củ dong, bột sắn"' not in (await coop.get(f"/san-pham/{slug}")).text
    again = (await coop.get(f"/ban-hang/san-pham/{slug}/thong-tin")).text
    assert "Củ dong, bột sắn" in again, "the form goes on from what waits"
    one = await address(lan, "Miến dong HTX1 SP1")
    page = (await lan.get(one)).text
    assert page.index("Củ dong riềng") < page.index("<ins>Củ dong, bột sắn</ins>")
    assert (await lan.post(one, data={"decision": "approve", "seen": seen(page)})).headers["location"] == "/duyet"
    assert "Củ dong, bột sắn" in (await lan.get(f"/san-pham/{slug}")).text


async def test_an_officer_is_told_why_she_may_not_decide(signed_in: SignedIn, session: AsyncSession) -> None:
    lan = await signed_in("office", name="Cán bộ Lan")
    sheet = "code,name,phone\nHTX7,HTX Bảy,0912345678\n".encode()
    preview = await lan.post("/duyet/nhap", data={"kind": "suppliers"}, files={"file": ("n.csv", sheet, "text/csv")})
    go = re.search(r'action="(/duyet/nhap/[0-9a-f-]+)"', preview.text)
    assert go is not None, preview.text
    assert (await lan.post(go[1])).status_code == 303
    one = await address(lan, "HTX Bảy")
    page = (await lan.get(one)).text
    assert "Bạn đã nhập hoặc gửi hồ sơ này" in page
    assert 'value="approve"' not in page
    assert "bạn nhập" in (await lan.get("/duyet")).text
    review = await session.scalar(text("SELECT id FROM catalogue_review WHERE kind = 'supplier'"))
    page_of = await catalogue.review_page(session, await _reader(session), officer(), review)
    refused = await lan.post(one, data={"decision": "approve", "seen": page_of.seen})
    assert refused.status_code == 403
    assert (await session.scalar(text("SELECT state FROM catalogue_supplier WHERE code = 'HTX7'"))) == "submitted"


async def test_the_desk_is_for_officers(signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession) -> None:
    await catalogue.put_suppliers(session, officer(), [supplier_row()])
    review = await session.scalar(text("SELECT id FROM catalogue_review"))
    for browser in [await signed_in(kind) for kind in ("supplier", "buyer", "organiser")]:
        assert (await browser.get("/duyet")).status_code == 403
        for path in (f"/duyet/ho-so/{review}", f"/duyet/nha-phan-phoi/{review}"):
            assert (await browser.get(path)).status_code == 404
            assert (await browser.post(path, data={"decision": "approve", "seen": "x"})).status_code == 404
    assert (await client.get("/duyet")).headers["location"].startswith("/dang-nhap")
    lan = await signed_in("office")
    for asked in (
        {"loai": "x"},
        {"vung": "x"},
        {"vung": "tat-ca"},
        {"loai": "buyer"},
        {"loai": "organiser"},
        {"vung": "02185"},
    ):
        assert (await lan.get("/duyet", params=asked)).status_code == 200, asked
    assert (await lan.get("/duyet", params={"cursor": "zzz"})).status_code == 422


async def test_the_queue_costs_as_many_statements_for_many_rows_as_for_one(signed_in: SignedIn, session: AsyncSession) -> None:
    from sqlalchemy import event

    connection = (await session.connection()).sync_connection
    counted: list[str] = []
    for number in range(3):
        await catalogue.put_suppliers(session, officer(), [supplier_row(f"Q{number}")])
        before = len(counted)
        event.listen(connection, "before_cursor_execute", note := (lambda *said: counted.append(said[2])))
        await matching.buyers_waiting(session, officer())
        queue = await catalogue.review_queue(await _reader(session), officer())
        event.remove(connection, "before_cursor_execute", note)
        assert (len(queue.items), len(counted) - before) == (number + 1, 2)


async def test_a_buyer_asks_in_public_once_it_is_verified(signed_in: SignedIn, session: AsyncSession) -> None:
    await market.supplier(session, wholesale_public=False)
    slug = await market.product(session)
    buyer, lan = await signed_in("buyer", verified=False), await signed_in("office")
    need = {"commodity": "mien-dong", "kg_12": "500", "delivery_province_code": "01", "visibility": "public", "save": "open"}
    with clock.freeze(market.TODAY):
        posted = await buyer.post("/tim-hang/moi", data=need)
    request = posted.headers["location"]
    assert (await lan.get(request)).status_code == 404, "a draft of its own, though the button said otherwise"
    assert "80.000" not in (await buyer.get(f"/san-pham/{slug}")).text
    assert "chưa được xác minh" in (await buyer.get("/tim-hang")).text
    bare = {"name": "Siêu thị Mới", "kind": "modern_trade", "then": "submit"}
    assert (await buyer.post("/mua-hang/ho-so", data=bare)).status_code == 422
    whole = {**bare, "province_code": "01", "website": "sieuthimoi.example"}
    assert (await buyer.post("/mua-hang/ho-so", data=whole)).status_code == 303
    assert "đang chờ xác minh" in (await buyer.get("/mua-hang/ho-so")).text
    one = await address(lan, "Siêu thị Mới", loai="buyer")
    page = (await lan.get(one)).text
    back = await lan.post(one, data={"decision": "return", "seen": seen(page), "reason_website": "Trang này không mở được."})
    assert back.status_code == 303
    mine = (await buyer.get("/mua-hang/ho-so")).text
    assert "Trang này không mở được." in mine
    assert (await buyer.post("/mua-hang/ho-so", data={**whole, "website": "https://khac.example"})).status_code == 303
    page = (await lan.get(one)).text
    assert (await lan.post(one, data={"decision": "approve", "seen": seen(page)})).status_code == 303
    assert "80.000" in (await buyer.get(f"/san-pham/{slug}")).text
    renamed = {**whole, "website": "https://khac.example", "name": "Siêu thị Tên Khác", "then": "keep"}
    assert (await buyer.post("/mua-hang/ho-so", data=renamed)).status_code == 303
    assert "80.000" not in (await buyer.get(f"/san-pham/{slug}")).text, "another name is another buyer"


async def test_an_organiser_announces_fairs_once_it_is_verified(signed_in: SignedIn, session: AsyncSession) -> None:
    organisation = await accounts.found_organisation(session, "organiser", "Ban Tổ Chức Mới")
    await session.flush()
    lan = await signed_in("office")
    assert "Ban Tổ Chức Mới" in (await lan.get("/duyet", params={"loai": "organiser"})).text
    stranger = await signed_in("buyer")
    assert (await stranger.post(f"/duyet/ban-to-chuc/{organisation.id}")).status_code == 403
    assert (await lan.post(f"/duyet/ban-to-chuc/{organisation.id}")).status_code == 303
    await session.refresh(organisation)
    assert organisation.verified_on == clock.today()


@pytest.mark.parametrize("website", ["javascript:alert(1)", "https://a b", "ftp://x"])
def test_a_website_is_one(website: str) -> None:
    with pytest.raises(ValueError, match="trang web"):
        matching.BuyerWords.model_validate({"name": "A", "kind": "hotel", "website": website})


async def _reader(session: AsyncSession) -> object:
    await session.flush()
    return (await (await session.connection()).get_raw_connection()).driver_connection


async def test_a_returned_paper_says_why_beside_its_field_and_a_removed_one_what_left(
    signed_in: SignedIn, session: AsyncSession
) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session, certificates=(catalogue.CertificateRow("ATTP", number="CŨ-1"),))
    coop, lan = await signed_in(organisation_id=organisation), await signed_in("office")
    base = f"/ban-hang/san-pham/{slug}/giay-to"
    assert (await coop.post(base, data={"kind": "VG", "number": "SAI-1"})).status_code == 303
    one = await address(lan, "VietGAP SAI-1")
    page = (await lan.get(one)).text
    why = {"decision": "return", "seen": seen(page), "reason_number": "Số này của trại khác."}
    assert (await lan.post(one, data=why)).status_code == 303
    papers = {row[1]: row[0] for row in await session.execute(text("SELECT id, number FROM catalogue_certificate"))}
    form = (await coop.get(f"{base}/{papers['SAI-1']}")).text
    assert 'id="f-number-error"' in form
    assert "Số này của trại khác." in form
    assert (await coop.post(f"{base}/{papers['CŨ-1']}/xoa")).status_code == 303
    assert "trở lại bản nháp: Miến dong HTX1 SP1" in (await coop.get(base)).text
