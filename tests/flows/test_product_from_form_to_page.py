"""A product, from form to page: a cooperative enters it, an officer checks it, everyone finds it, the history remembers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import clock

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn


async def test_a_product_from_form_to_page(signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession) -> None:
    coop = await signed_in("supplier", name="Kế toán Mai")
    profile = {
        "name": "Hợp tác xã Phja Đén",
        "legal_form": "cooperative",
        "commune_code": "02185",
        "phone": "0912 345 678",
        "story": "Miến phơi trên sườn núi.",
    }
    assert (await coop.post("/ban-hang/ho-so", data=profile)).status_code == 303

    wrong = await coop.post("/ban-hang/san-pham/moi", data={"name": "", "description": "Sợi dai, trong."})
    assert wrong.status_code == 422
    assert "Sợi dai, trong." in wrong.text

    facts = {"name": "Miến dong Phja Đén", "description": "Sợi dai, trong.", "commodity": "mien-dong", "category_code": "I.3.c",
             "season_months": ["10", "11", "12"], "lead_days": "7"}  # fmt: skip
    entered = await coop.post("/ban-hang/san-pham/moi", data=facts)
    desk, slug = entered.headers["location"], "mien-dong-phja-den"
    assert desk == f"/ban-hang/san-pham/{slug}"
    assert (await client.get(f"/san-pham/{slug}")).status_code == 404  # A draft.

    for part, typed in (
        ("quy-cach", {"name_0": "Túi 500 g", "net_weight_g_0": "500", "retail_price_vnd_0": "45k"}),
        ("gia-si", {"from_kg_0": "100", "price_vnd_per_kg_0": "78.000"}),
        ("nang-luc", {"year": "2026", "capacity_11": "1,5 tấn", "capacity_12": "2 tấn"}),
        ("giay-to", {"kind": "OCOP", "stars": "4", "number": "1893/QĐ-UBND", "issued_on": "1/8/2025"}),
    ):
        form = await coop.get(f"{desk}/{part}")
        found = re.search(r'name="version" value="(\d+)"', form.text)
        kept = await coop.post(f"{desk}/{part}", data={**typed, "version": found[1] if found else ""})
        assert kept.status_code == 303, kept.text
    for record in ("/ban-hang/ho-so", desk):
        assert (await coop.post(f"{record}/gui")).status_code == 303
    assert (await client.get(f"/san-pham/{slug}")).status_code == 404  # It waits for the officer.

    officer = await signed_in("office", name="Cán bộ Lan")
    for kind, name in (("certificate", "1893/QĐ-UBND"), ("supplier", "Hợp tác xã Phja Đén"), ("product", "Miến dong Phja Đén")):
        queue = (await officer.get("/duyet", params={"loai": kind})).text
        address = re.search(r'href="(/duyet/ho-so/[0-9a-f-]+)">[^<]*' + name, queue)
        assert address is not None, queue
        shown = (await officer.get(address[1])).text
        seen = re.search(r'name="seen" value="([0-9a-f]+)"', shown)
        assert seen is not None
        decided = await officer.post(address[1], data={"decision": "approve", "seen": seen[1]})
        assert decided.status_code == 303, decided.text

    page = (await client.get(f"/san-pham/{slug}")).text
    for words in ("Miến dong Phja Đén", "Hợp tác xã Phja Đén", "45.000", "90.000", "1893/QĐ-UBND", "Xã Côn Minh"):
        assert words in page
    assert "78.000" not in page  # Wholesale prices are for distributors.
    market = await accounts.found_organisation(session, "buyer", "Siêu thị thử")
    buyer = await signed_in("buyer", organisation_id=market.id)
    assert "78.000" not in (await buyer.get(f"/san-pham/{slug}")).text
    await accounts.verify_organisation(session, market.id, clock.today(), actor=accounts.SYSTEM)
    await session.flush()
    assert "78.000" in (await buyer.get(f"/san-pham/{slug}")).text

    twin = (await client.get(f"/api/v1/products/{slug}")).json()
    assert (twin["stars"], twin["packs"][0]["retail_price_vnd"], twin["months"][0]["in_season"]) == (4, 45_000, True)
    found_by_search = (await client.get("/api/v1/products", params={"q": "mien dong phja den"})).json()
    assert [item["slug"] for item in found_by_search["items"]] == [slug]
    assert "Miến dong Phja Đén" in (await client.get("/nha-cung-cap/hop-tac-xa-phja-den")).text

    history = (await coop.get(f"{desk}/lich-su")).text
    told = ["Đăng sản phẩm", "Giấy đã kiểm tra", "Thêm giấy tờ", "Khai năng lực", "Sửa giá sỉ", "Sửa quy cách", "Tạo sản phẩm"]
    assert [history.index(fact) for fact in told] == sorted(history.index(fact) for fact in told)
    assert "Kế toán Mai" in history
    assert "Cán bộ Lan" in history
