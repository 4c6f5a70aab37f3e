"""From a buyer's conditions to a product that meets them all, with what is left of its price on the way (M18, M19, S10)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.core import clock
from service.core.db import Database
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn, client, signed_in  # noqa: F401 - fixtures of the web tests.

GTIN = "8936012345674"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ")


async def test_a_supplier_closes_its_gaps_one_by_one(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    client: httpx.AsyncClient,  # noqa: F811 - the fixture.
    session: AsyncSession,
    database: Database,
) -> None:
    organisation = await market.supplier(session)
    slug = await market.product(session)
    await market.supplier(session, "HTX2")
    rival = await market.product(session, "HTX2", lead_days=20)
    shop = await market.buyer(session, "Siêu thị Có Điều Kiện")
    await session.commit()
    buyer, supplier = await signed_in(organisation_id=shop.organisation_id), await signed_in(organisation_id=organisation)

    # The buyer writes down what it wants to see, and posts a request.
    asked = {
        "version": "0", "stance_barcode": "gtin13", "stance_invoice": "yes", "stance_stars": "yes", "number_stars": "4",
        "stance_lead_time": "yes", "number_lead_time": "10", "stance_discount": "yes", "number_discount": "20",
        "stance_english": "no",
    }  # fmt: skip
    assert (await buyer.post("/mua-hang/dieu-kien", data=asked)).status_code == 303
    need = {
        "commodity": "mien-dong", "kg_12": "500", "ceiling_vnd_per_kg": "90k", "delivery_province_code": "01",
        "visibility": "public", "save": "open",
    }  # fmt: skip
    address = (await buyer.post("/tim-hang/moi", data=need)).headers["location"]
    page = plain((await buyer.get(address)).text)
    assert "Đạt 3 trên 5 điều kiện vào hàng: thiếu mã vạch GTIN-13 trên túi; chưa trả lời: chiết khấu 20%." in page
    assert "cần chuẩn bị hàng không quá 10 ngày, đang là 20 ngày" in page
    # A stranger sees what she could find out herself, and how many terms stay between the two.
    assert "Đạt 3 trên 4 điều kiện vào hàng" in plain((await client.get(address)).text)

    # Before it agrees to the discount the supplier looks at what would be left.
    simulator = f"/ban-hang/gia-thuc-nhan?product={slug}&discount=20&production=45000&fixed=1000000&kg=500"
    left = plain((await supplier.get(simulator)).text)
    assert "Chịu được chiết khấu nhiều nhất" in left
    kept = {"product": slug, "price": "80000", "discount": "20", "production": "45000", "name": "Chiết khấu 20%"}
    assert (await supplier.post("/ban-hang/gia-thuc-nhan", data=kept)).status_code == 303

    # It reads its gaps, answers the one that only it can answer, and puts the barcode on the pack.
    gaps = plain((await supplier.get("/ban-hang/san-sang")).text)
    assert "đạt 3 trên 5" in gaps
    item = re.search(r'name="item" value="([^"]+)"', gaps)
    assert item
    said = {"item": item[1], "product": slug, "accepts": "true", "words": "từ 300 kg"}
    assert (await supplier.post("/ban-hang/san-sang/tra-loi", data=said)).status_code == 303
    assert "đạt 4 trên 5" in (await supplier.get("/ban-hang/san-sang")).text
    async with database.transaction() as later:
        await market.product(later, packs=(catalogue.PackRow("gói 500 g", 500, 55_000, gtin=GTIN),))
    assert "đủ điều kiện" in (await supplier.get("/ban-hang/san-sang")).text
    assert "Đạt 5 trên 5 điều kiện vào hàng." in plain((await buyer.get(address)).text)

    # The buyer holds it against the other one: its own conditions stand among the lines.
    await buyer.get(f"/so-sanh?them={slug}")
    beside = (await buyer.get((await buyer.get(f"/so-sanh?them={rival}")).headers["location"])).text
    assert "gần đủ nhất" in beside
    assert "Đạt 5 trên 5 điều kiện vào hàng." in plain(beside)

    # A paper that runs out takes its point away by itself, at the end of its last day.
    with clock.freeze(date(2029, 3, 2)):
        member = await signed_in(organisation_id=organisation, role="member")
        assert "Sao OCOP: đã hết hạn ngày 01/03/2029" in plain((await member.get("/ban-hang/san-sang")).text)
