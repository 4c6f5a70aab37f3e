"""The supplier's desk: without JavaScript, nothing typed is lost, two people at once, and the sheet in the browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from tests import market
from tests.catalogue.conftest import count, product_row, supplier_row
from tests.reviewing import approve_everything

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn

PROFILE = {"name": "Hợp tác xã Nà Tu", "legal_form": "cooperative", "commune_code": "02185", "phone": "0912 345 678"}


async def enter(browser: httpx.AsyncClient, **facts: str) -> str:
    """A profile and a product, by the forms; gives the product's address on the desk."""
    assert (await browser.post("/ban-hang/ho-so", data=PROFILE)).status_code == 303
    answer = await browser.post("/ban-hang/san-pham/moi", data={"name": "Miến dong", **facts})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def hand_in(browser: httpx.AsyncClient, base: str) -> None:
    """What the product lacks, then profile and product handed in to be checked, by the forms."""
    pack = {"name_0": "Túi 500 g", "version": version((await browser.get(f"{base}/quy-cach")).text)}
    facts = (await browser.get(f"{base}/thong-tin")).text
    goods = {"name": "Miến dong", "commodity": "mien-dong", "season_months": "11", "version": version(facts)}
    assert (await browser.post(f"{base}/thong-tin", data=goods)).status_code == 303
    pack["version"] = version((await browser.get(f"{base}/quy-cach")).text)
    assert (await browser.post(f"{base}/quy-cach", data=pack)).status_code == 303
    paper = {"kind": "OCOP", "stars": "4", "number": "GỬI-1", "issued_on": "1/8/2025"}
    assert (await browser.post(f"{base}/giay-to", data=paper)).status_code == 303
    for move in ("/ban-hang/ho-so/gui", f"{base}/gui"):
        assert (await browser.post(move)).status_code == 303


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def test_a_new_supplier_is_led_from_profile_to_product(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    browser = await signed_in("supplier")
    assert "/ban-hang/ho-so" in (await browser.get("/ban-hang")).text
    assert (await browser.get("/ban-hang/san-pham/moi")).headers["location"] == "/ban-hang/ho-so"
    base = await enter(browser, season_months="11")
    desk = (await browser.get("/ban-hang")).text
    assert "chưa khai năng lực cung ứng theo tháng" in desk
    assert desk.index("chưa khai năng lực") < desk.index("chưa có quy cách")
    slug = base.rsplit("/", 1)[1]
    await browser.post(f"{base}/gui")
    page = (await browser.get(base)).text
    for lack in ("Chưa gửi duyệt được", "hồ sơ nhà cung cấp chưa gửi duyệt", "chưa có giấy chứng nhận còn hạn"):
        assert lack in page
    await hand_in(browser, base)
    assert "Đang chờ cán bộ kiểm tra" in (await browser.get(base)).text
    assert (await client.get(f"/san-pham/{slug}")).status_code == 404
    await approve_everything(session)
    assert (await client.get(f"/san-pham/{slug}")).status_code == 200
    assert "đang đăng" in (await browser.get(base)).text


@pytest.mark.parametrize(
    ("part", "typed", "shown"),
    [
        (
            "quy-cach",
            {
                "name_0": "Túi 500 g",
                "net_weight_g_0": "500",
                "retail_price_vnd_0": "45k",
                "name_3": "Hộp",
                "net_weight_g_3": "1,5 kg",
            },
            ("90.000", "Hộp"),
        ),
        (
            "gia-si",
            {"from_kg_0": "0", "price_vnd_per_kg_0": "80k", "from_kg_1": "1 tạ", "price_vnd_per_kg_1": "75.000"},
            ("80.000", "75.000"),
        ),
        ("nang-luc", {"year": "2026", "capacity_11": "1,5 tấn", "capacity_12": "500"}, ("1.500", "500")),
        ("ton-kho", {"stock_kg": "2 tạ", "stock_on": "1/11/2026"}, ("200", "01/11/2026")),
        ("thong-tin", {"name": "Miến dong ngon", "lead_days": "5 ngày", "season_months": "10"}, ("Miến dong ngon", "5 ngày")),
    ],
)
async def test_each_part_is_kept_and_read_back(
    signed_in: SignedIn, part: str, typed: dict[str, str], shown: tuple[str, ...]
) -> None:
    browser = await signed_in("supplier")
    base = await enter(browser)
    form = await browser.get(f"{base}/{part}")
    assert form.status_code == 200
    answer = await browser.post(f"{base}/{part}", data={**typed, "version": version(form.text)})
    assert answer.status_code == 303, answer.text
    page = (await browser.get(base)).text
    for words in shown:
        assert words in page


@pytest.mark.parametrize(
    ("part", "typed", "field"),
    [
        ("quy-cach", {"name_0": "Túi lạ", "retail_price_vnd_0": "chín mươi"}, "retail_price_vnd_0"),
        ("quy-cach", {"name_1": "Túi lạ", "gtin_1": "123"}, "gtin_0"),
        ("gia-si", {"from_kg_0": "0", "price_vnd_per_kg_0": "chín"}, "price_vnd_per_kg_0"),
        ("nang-luc", {"year": "2026", "capacity_03": "nhiều"}, "capacity_03"),
        ("ton-kho", {"stock_kg": "nhiều"}, "stock_kg"),
        ("thong-tin", {"name": "", "lead_days": "mai"}, "lead_days"),
        ("giay-to", {"kind": "ATTP", "issued_on": "hôm qua"}, "issued_on"),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    signed_in: SignedIn, part: str, typed: dict[str, str], field: str
) -> None:
    browser = await signed_in("supplier")
    base = await enter(browser)
    answer = await browser.post(f"{base}/{part}", data={**typed, "version": "1"})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert f'href="#f-{field}"' in answer.text
    for words in typed.values():
        assert words in answer.text


@pytest.mark.parametrize(
    ("part", "first", "second"),
    [
        ("thong-tin", {"name": "Bản của Mai"}, {"name": "Bản của Lan"}),
        ("quy-cach", {"name_0": "Bản của Mai"}, {"name_0": "Bản của Lan"}),
        ("gia-si", {"from_kg_0": "0", "price_vnd_per_kg_0": "81000"}, {"from_kg_0": "0", "price_vnd_per_kg_0": "82000"}),
        ("nang-luc", {"year": "2026", "capacity_11": "811"}, {"year": "2026", "capacity_11": "822"}),
        ("ton-kho", {"stock_kg": "811"}, {"stock_kg": "822"}),
    ],
)
async def test_the_second_of_two_people_sees_both_and_may_go_on(
    signed_in: SignedIn, part: str, first: dict[str, str], second: dict[str, str]
) -> None:
    browser = await signed_in("supplier")
    base = await enter(browser)
    seen = version((await browser.get(f"{base}/{part}")).text)
    assert (await browser.post(f"{base}/{part}", data={**first, "version": seen})).status_code == 303
    refused = await browser.post(f"{base}/{part}", data={**second, "version": seen})
    assert refused.status_code == 409
    for value in (*second.values(), *first.values()):
        assert value in refused.text
    again = await browser.post(f"{base}/{part}", data={**second, "version": version(refused.text)})
    assert again.status_code == 303, again.text


async def test_two_people_at_one_profile(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    await enter(browser)
    seen = version((await browser.get("/ban-hang/ho-so")).text)
    assert (await browser.post("/ban-hang/ho-so", data={**PROFILE, "members": "12", "version": seen})).status_code == 303
    refused = await browser.post("/ban-hang/ho-so", data={**PROFILE, "members": "99", "version": seen})
    assert refused.status_code == 409
    assert ("99" in refused.text, "12" in refused.text) == (True, True)


async def test_a_new_year_starts_from_the_newest_declared_one(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    base = await enter(browser)
    form = await browser.get(f"{base}/nang-luc")
    assert "được chép sang" not in form.text
    await browser.post(f"{base}/nang-luc", data={"year": "2026", "capacity_11": "811", "version": version(form.text)})
    page = (await browser.get(f"{base}/nang-luc", params={"nam": "2027"})).text
    assert 'value="811"' in page
    assert "Số của năm 2026 được chép sang" in page
    assert (await browser.get(f"{base}/nang-luc", params={"nam": "1"})).status_code == 422


async def test_papers_are_added_corrected_and_taken_away(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    base = await enter(browser)
    paper = {"kind": "OCOP", "stars": "4", "number": "12/QĐ", "issued_on": "1/8/2025"}
    assert (await browser.post(f"{base}/giay-to", data=paper)).status_code == 303
    page = (await browser.get(f"{base}/giay-to")).text
    assert "01/08/2028" in page
    address = re.search(rf'href="({base}/giay-to/[0-9a-f-]+)"', page)
    assert address is not None
    assert (await browser.post(address[1], data={**paper, "number": "13/QĐ"})).status_code == 303
    assert "13/QĐ" in (await browser.get(base)).text
    assert (await browser.post(f"{address[1]}/xoa")).status_code == 303
    assert "13/QĐ" not in (await browser.get(base)).text
    assert (await browser.post("/ban-hang/giay-to", data={"kind": "ATTP", "number": "A-1"})).status_code == 303
    assert (await browser.post("/ban-hang/giay-to", data=paper)).status_code == 422
    history = (await browser.get(f"{base}/lich-su")).text
    assert "Bỏ giấy tờ" in history
    assert "Người thử" in history


async def test_the_desk_is_the_suppliers_own(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    owner, stranger, buyer, office = [await signed_in(kind) for kind in ("supplier", "supplier", "buyer", "office")]
    base = await enter(owner)
    await stranger.post("/ban-hang/ho-so", data={**PROFILE, "name": "Hợp tác xã Khác"})
    for path in (base, f"{base}/thong-tin", f"{base}/quy-cach", f"{base}/giay-to", f"{base}/lich-su"):
        assert (await client.get(path)).status_code == 303
        assert (await stranger.get(path)).status_code == 404
        assert (await buyer.get(path)).status_code in (403, 404)
    for browser in (stranger, buyer, office):
        assert (await browser.post(f"{base}/quy-cach", data={"name_0": "X", "version": "1"})).status_code in (403, 404)
        assert (await browser.post(f"{base}/rut")).status_code in (403, 404)
    assert (await buyer.get("/ban-hang")).headers["location"] == "/tim-hang"
    assert (await office.get("/ban-hang")).headers["location"] == "/duyet"
    slug = base.rsplit("/", 1)[1]
    assert (await office.get(f"/duyet/lich-su/san-pham/{slug}")).status_code == 200
    assert (await stranger.get("/duyet")).status_code == 403


async def test_viewers_only_look(signed_in: SignedIn, session: AsyncSession) -> None:
    owner = await signed_in("supplier")
    base = await enter(owner)
    organisation = await session.scalar(
        text("SELECT organisation_id FROM catalogue_supplier WHERE name = :name"), {"name": PROFILE["name"]}
    )
    viewer = await signed_in("supplier", organisation_id=organisation, role="viewer")
    page = await viewer.get(base)
    assert page.status_code == 200
    assert "Sửa quy cách" not in page.text
    assert (await viewer.post(f"{base}/ton-kho", data={"stock_kg": "5", "version": "2"})).status_code == 403
    assert (await viewer.post(f"{base}/rut")).status_code == 403


async def test_withdrawn_goods_are_gone_and_come_back_once_they_are_checked_again(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    browser = await signed_in("supplier")
    base = await enter(browser)
    public = f"/san-pham/{base.rsplit('/', 1)[1]}"
    await hand_in(browser, base)
    await approve_everything(session)
    for record in (base, "/ban-hang/ho-so"):
        for move, status in (("rut", 404), ("gui", 404), ("thu", 404), ("gui", 404)):
            assert (await browser.post(f"{record}/{move}")).status_code == 303
            assert (await client.get(public)).status_code == status, move
        await approve_everything(session)
        assert (await client.get(public)).status_code == 200


GOOD = b"supplier_code,code,name,pack,retail_price_vnd\nHTX1,A,Tra xanh,Tui 100 g,30k\n"


async def upload(browser: httpx.AsyncClient, base: str, data: bytes, kind: str = "products") -> Any:
    return await browser.post(base, data={"kind": kind}, files={"file": ("hang.csv", data, "text/csv")})


async def test_an_officers_sheet_is_previewed_and_stored_only_when_agreed(signed_in: SignedIn, session: AsyncSession) -> None:
    office = await signed_in("office")
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row()])
    await session.flush()
    preview = await upload(office, "/duyet/nhap", GOOD)
    assert preview.status_code == 200
    assert "1 mới" in preview.text
    assert await count(session, "catalogue_product") == 0
    action = re.search(r'action="(/duyet/nhap/[0-9a-f-]+)"', preview.text)
    assert action is not None
    stranger = await signed_in("office", organisation_id=None, role="member")
    assert (await stranger.post(action[1])).status_code == 404
    assert (await office.post(action[1])).headers["location"] == "/duyet"
    assert await count(session, "catalogue_product") == 1
    assert (await office.post(action[1])).status_code == 404
    assert await count(session, "catalogue_upload") == 0
    assert "Tra xanh" in (await office.get("/duyet")).text
    for asked in ("tra xanh", "A", "HTX1", "htx số htx1"):
        assert "/duyet/lich-su/" in (await office.get("/duyet", params={"q": asked})).text.split("Vừa thay đổi")[0], asked
    assert "Không có hồ sơ" in (await office.get("/duyet", params={"q": "zzz"})).text
    assert (await office.get("/duyet", params={"q": "%\x00_"})).status_code == 200


async def test_a_wrong_sheet_shows_every_error_in_a_table(signed_in: SignedIn, session: AsyncSession) -> None:
    office = await signed_in("office")
    bad = b"supplier_code,code,name,stars\nHTX9,A,,7\n"
    page = await upload(office, "/duyet/nhap", bad)
    assert page.status_code == 422
    for words in ("HTX9", "stars", "3, 4 hoặc 5 sao", "<td"):
        assert words in page.text
    assert (await office.post("/duyet/nhap", data={"kind": "products"})).status_code == 422
    assert (await upload(office, "/duyet/nhap", b"\x89PNG\r\n\x1a\n")).status_code == 422
    assert await count(session, "catalogue_upload") == 0


async def test_a_supplier_brings_in_its_own_goods_by_sheet(signed_in: SignedIn, session: AsyncSession) -> None:
    browser = await signed_in("supplier")
    await browser.post("/ban-hang/ho-so", data=PROFILE)
    assert "suppliers.xlsx" not in (await browser.get("/ban-hang/nhap")).text
    preview = await upload(browser, "/ban-hang/nhap", b"code,name\nA,Tra\n")
    action = re.search(r'action="(/ban-hang/nhap/[0-9a-f-]+)"', preview.text)
    assert action is not None
    assert (await browser.post(action[1])).headers["location"] == "/ban-hang"
    assert "Tra" in (await browser.get("/ban-hang")).text
    await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row()])
    await session.flush()
    assert (await upload(browser, "/ban-hang/nhap", GOOD)).status_code == 422
    assert (await upload(browser, "/ban-hang/nhap", b"code,name\nA,B\n", kind="suppliers")).status_code == 403
    assert (await browser.get("/duyet/nhap")).status_code == 403
    assert (await upload(browser, "/duyet/nhap", GOOD)).status_code == 403


@pytest.mark.parametrize("name", ["suppliers.xlsx", "suppliers.csv", "products.xlsx", "products.csv"])
async def test_templates_are_there_to_download(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/nhap/mau/{name}")
    assert answer.status_code == 200
    assert name in answer.headers["content-disposition"]
    assert (await client.get("/nhap/mau/other.xlsx")).status_code == 404


async def test_words_of_others_are_never_markup(signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession) -> None:
    evil = '<script>alert("x")</script>'
    await catalogue.put_suppliers(
        session, accounts.SYSTEM, [supplier_row(name=f"HTX {evil}", story=evil, website="https://a.vn/'\"onclick=x")]
    )
    row = product_row(name=f"Trà {evil}", description=evil, packs=(catalogue.PackRow(evil, 500, 1000),))
    await catalogue.put_products(session, accounts.SYSTEM, [row])
    await session.flush()
    office = await signed_in("office")
    for browser, path in (
        (client, "/nha-cung-cap"),
        (client, "/nha-cung-cap/htx-script-alert-x-script"),
        (client, "/san-pham/tra-script-alert-x-script"),
        (office, "/duyet"),
        (office, "/duyet/lich-su/san-pham/tra-script-alert-x-script"),
    ):
        answer = await browser.get(path)
        assert answer.status_code == 200, path
        assert evil not in answer.text


async def test_a_form_that_is_sent_twice_makes_one_product_and_one_paper(signed_in: SignedIn, session: AsyncSession) -> None:
    organisation = await market.supplier(session, code="HAILAN")
    browser = await signed_in(organisation_id=organisation)

    async def key(address: str) -> str:
        found = re.search(r'name="key" value="([0-9a-f-]{36})"', (await browser.get(address)).text)
        assert found is not None
        return found[1]

    new = "/ban-hang/san-pham/moi"
    form = {"name": "Miến dong hai lần", "key": await key(new), "then": "draft"}
    first, second = [(await browser.post(new, data=form)).headers["location"] for _ in range(2)]
    assert first == second
    assert await session.scalar(text("SELECT count(*) FROM catalogue_product WHERE name = 'Miến dong hai lần'")) == 1
    papers = "/ban-hang/giay-to"
    paper = {"kind": "ATTP", "number": "HAI-LAN", "key": await key(papers)}
    for _ in range(2):
        assert (await browser.post(papers, data=paper)).status_code == 303
    assert await session.scalar(text("SELECT count(*) FROM catalogue_certificate WHERE number = 'HAI-LAN'")) == 1
    other = {**form, "key": await key(new)}
    assert (await browser.post(new, data=other)).headers["location"] != first
