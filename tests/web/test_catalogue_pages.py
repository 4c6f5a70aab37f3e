"""The catalogue for everyone, as pages and as JSON: statements, ETags, strict parameters, nothing private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from tests.catalogue.conftest import product_row, supplier_row

SYSTEM = accounts.SYSTEM
PERSONAL = ("012345678901", "912345678", "0912 345 678", "lan@vidu.vn", "Nà Bưa", "Bà Lan")


@pytest_asyncio.fixture(loop_scope="session")
async def market(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    await catalogue.put_suppliers(
        session,
        SYSTEM,
        [
            supplier_row(),
            supplier_row("HTX2", name="Ăn Sạch", commune_code=None, province_code="01"),
            supplier_row(
                "HKD",
                name="Hộ kinh doanh Lan",
                legal_form="household",
                tax_code="012345678901",
                phone="+84912345678",
                email="lan@vidu.vn",
                address="Thôn Nà Bưa",
                people="Bà Lan",
            ),
            supplier_row("NHAP", name="HTX Nháp", state="draft"),
        ],
    )
    rows = [
        product_row(),
        product_row("H1", supplier_code="HKD", name="Măng khô"),
        product_row("D1", name="Bí mật", state="draft"),
    ]
    await catalogue.put_products(session, SYSTEM, rows)
    await session.flush()
    yield session


async def test_a_product_has_its_page_and_its_twin(market: AsyncSession, client: httpx.AsyncClient) -> None:
    page = await client.get("/san-pham/mien-dong-sp1")
    assert page.status_code == 200
    assert "Miến dong SP1" in page.text
    assert "45.000" in page.text
    assert "80.000\u00a0đ" not in page.text.split("Giá sỉ")[-1].split("Nhà cung cấp")[0]  # Wholesale is for buyers.
    twin = (await client.get("/api/v1/products/mien-dong-sp1")).json()
    assert twin["supplier"] == {
        "slug": "htx-so-htx1",
        "name": "HTX Số HTX1",
        "legal_form": "cooperative",
        "verified_on": None,
        "place": {"province_code": "19", "commune_code": "02185", "text": "Xã Côn Minh, tỉnh Thái Nguyên"},
    }
    assert (twin["stars"], twin["wholesale"], twin["packs"][0]["price_per_kg"], len(twin["months"])) == (4, None, 90_000, 12)
    assert twin["certificates"][0]["valid_to"] == "2028-08-01"


async def test_an_answer_that_has_not_changed_is_not_sent_again(market: AsyncSession, client: httpx.AsyncClient) -> None:
    for address in ("/api/v1/products/mien-dong-sp1", "/api/v1/suppliers/htx-so-htx1"):
        first = await client.get(address)
        again = await client.get(address, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.get(address, headers={"if-none-match": '"other"'})).status_code == 200
    await catalogue.put_products(market, SYSTEM, [product_row(lead_days=30)])
    await market.flush()
    first = await client.get("/api/v1/products/mien-dong-sp1", headers={"if-none-match": '"other"'})
    assert first.json()["lead_days"] == 30


async def test_suppliers_stand_in_dictionary_order_page_by_page(market: AsyncSession, client: httpx.AsyncClient) -> None:
    names, cursor = [], None
    for _page in range(5):
        asked = {"limit": "1", **({"cursor": cursor} if cursor else {})}
        found = (await client.get("/api/v1/suppliers", params=asked)).json()
        names += [item["name"] for item in found["items"]]
        assert found["total"] == 3
        cursor = found["next"]
        if cursor is None:
            break
    assert names == ["Ăn Sạch", "Hộ kinh doanh Lan", "HTX Số HTX1"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"q": "an sach"}, ["Ăn Sạch"]),
        ({"q": "con minh"}, ["Hộ kinh doanh Lan", "HTX Số HTX1"]),
        ({"q": "Na Rì"}, ["Hộ kinh doanh Lan", "HTX Số HTX1"]),
        ({"legal_form": "household"}, ["Hộ kinh doanh Lan"]),
        ({"province": "01"}, ["Ăn Sạch"]),
        ({"province": "Bắc Kạn"}, ["Hộ kinh doanh Lan", "HTX Số HTX1"]),
        ({"commune": "Quang Phong, Na Rì"}, ["Hộ kinh doanh Lan", "HTX Số HTX1"]),
        ({"q": "bưa"}, []),
        ({"q": "%_\\'\""}, ["Ăn Sạch", "Hộ kinh doanh Lan", "HTX Số HTX1"]),
    ],
)
async def test_suppliers_are_found_by_name_form_and_place(
    market: AsyncSession, client: httpx.AsyncClient, asked: dict[str, str], names: list[str]
) -> None:
    found = (await client.get("/api/v1/suppliers", params=asked)).json()
    assert [item["name"] for item in found["items"]] == names
    page = await client.get("/nha-cung-cap", params=asked)
    assert page.status_code == 200
    assert all(name in page.text for name in names)


async def test_a_supplier_without_products_is_found_too(market: AsyncSession, client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/suppliers", params={"q": "Ăn Sạch"})).json()
    assert found["items"][0]["products"] == 0
    assert (await client.get("/nha-cung-cap/an-sach")).status_code == 200


async def test_nothing_of_a_households_person_leaves_the_house(market: AsyncSession, client: httpx.AsyncClient) -> None:
    for address in (
        "/nha-cung-cap",
        "/nha-cung-cap/ho-kinh-doanh-lan",
        "/san-pham/mang-kho",
        "/san-pham?q=mang",
        "/api/v1/suppliers",
        "/api/v1/suppliers/ho-kinh-doanh-lan",
        "/api/v1/products/mang-kho",
        "/api/v1/products?q=mang",
        "/api/v1/suggest?q=lan",
    ):
        answer = await client.get(address)
        assert answer.status_code == 200, address
        assert not [secret for secret in PERSONAL if secret in answer.text], address
    assert (await client.get("/api/v1/suppliers", params={"q": "012345678901"})).json()["total"] == 0


async def test_drafts_are_nobodys_business(market: AsyncSession, client: httpx.AsyncClient) -> None:
    for address in ("/san-pham/bi-mat", "/api/v1/products/bi-mat", "/nha-cung-cap/htx-nhap", "/api/v1/suppliers/htx-nhap"):
        assert (await client.get(address)).status_code == 404
    assert "Bí mật" not in (await client.get("/nha-cung-cap/htx-so-htx1")).text


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/suppliers?limit=0",
        "/api/v1/suppliers?limit=101",
        "/api/v1/suppliers?legal_form=x",
        "/api/v1/suppliers?cursor=x",
        "/api/v1/suppliers?nothing=1",
        "/api/v1/suppliers?province=Atlantis",
        "/api/v1/categories?x=1",
        "/api/v1/commodities?x=1",
        "/api/v1/suppliers?cursor=WzEsMl0",
    ],
)
async def test_parameters_are_strict(client: httpx.AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


async def test_reference_data_has_its_counts(market: AsyncSession, client: httpx.AsyncClient) -> None:
    categories = (await client.get("/api/v1/categories")).json()
    assert categories["total"] == 26
    assert {item["code"]: item["products"] for item in categories["items"]}["I.3.c"] == 2
    commodities = (await client.get("/api/v1/commodities")).json()
    assert {item["slug"]: item["products"] for item in commodities["items"]}["mien-dong"] == 2


class Raw:
    """A reader that counts its statements."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.statements = raw, 0

    async def execute(self, *arguments: Any) -> Any:
        self.statements += 1
        return await self.raw.execute(*arguments)


async def test_a_page_asks_as_much_for_one_row_as_for_three(market: AsyncSession) -> None:
    await market.flush()
    conn = (await (await market.connection()).get_raw_connection()).driver_connection
    asked = []
    for count in (1, 3):
        await catalogue.put_products(
            market, SYSTEM, [product_row(f"X{n}", packs=(catalogue.PackRow(f"Túi {n}", 500, 1000),)) for n in range(count)]
        )
        raw: Any = Raw(conn)
        await catalogue.product_page(raw, "mien-dong-sp1")
        product = raw.statements
        await catalogue.supplier_page(raw, "htx-so-htx1")
        await catalogue.suppliers(raw, catalogue.SupplierSearch(limit=count))
        asked.append((product, raw.statements))
    assert asked == [(1, 4), (1, 4)]
