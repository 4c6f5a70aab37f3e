"""The list of products as a page, as a fragment and as JSON."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from service import accounts, catalogue
from service.catalogue import CertificateRow, PackRow, ProductRow, SupplierRow
from service.core import clock
from service.core.db import Database


def in_december(kilograms: int) -> tuple[Decimal | None, ...]:
    """The capacity of a year that has one month only."""
    return (*(None,) * 11, Decimal(kilograms))


@pytest_asyncio.fixture(loop_scope="session")
async def market(database: Database) -> Database:
    """Five products of three suppliers, one of whom has none."""
    async with database.transaction() as session:
        await catalogue.put_suppliers(session, accounts.SYSTEM, [
            SupplierRow("A", "HTX Suối Trong", province_code="19", commune_code="02185"),
            SupplierRow("B", "HTX Bản Giữa", province_code="19", commune_code="02014"),
            SupplierRow("C", "Tổ hợp tác Núi Hoa", province_code="19"),
        ])  # fmt: skip
        await catalogue.put_products(session, accounts.SYSTEM, [
            ProductRow("A", "1", "Miến dong sợi nhỏ", category_code="I.3.c", commodity="Miến dong", season_months=(11, 12, 1),
                       packs=(PackRow("gói 500 g", 500, 45_000), PackRow("gói 1 kg", 1000, 85_000)),
                       capacity=((2026, in_december(800)), (2025, in_december(5000))),
                       certificates=(CertificateRow("OCOP", 4, issued_on=date(2025, 1, 10)),)),
            ProductRow("A", "2", "Miến dong thô", category_code="I.3.c", capacity=((2026, in_december(200)),)),
            ProductRow("B", "1", "Quýt vàng", category_code="I.1.a", packs=(PackRow("thùng 10 kg", 10_000, 250_000),)),
            ProductRow("B", "2", "Nước ép dứa", description="Ép lạnh từ dứa chín cây."),
            ProductRow("B", "3", "Nước cốt dừa"),
        ])  # fmt: skip
    return database


async def ask(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    """The JSON list."""
    answer = await client.get("/api/v1/products", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(found: dict[str, Any]) -> list[str]:
    """The names in order."""
    return [item["name"] for item in found["items"]]


async def test_the_page_shows_what_the_json_says(market: Database, client: httpx.AsyncClient) -> None:
    found = await ask(client, q="mien dong")
    assert names(found) == ["Miến dong sợi nhỏ", "Miến dong thô"]
    assert found["total"] == 2
    assert found["items"][0]["supplier"]["name"] == "HTX Suối Trong"
    assert found["items"][0]["stars"] == 4
    assert found["facets"]["stars"] == [{"value": "4", "name": "4 sao", "count": 1}]
    page = await client.get("/san-pham", params={"q": "mien dong"})
    assert page.status_code == 200
    assert "2 sản phẩm" in page.text
    assert page.text.count('class="entry"') == 2
    assert "<html" in page.text


async def test_the_fragment_is_a_piece_of_the_page(market: Database, client: httpx.AsyncClient) -> None:
    piece = await client.get(
        "/san-pham", params={"q": "miến", "stars": "4"}, headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert piece.status_code == 200
    assert "<html" not in piece.text
    assert piece.headers["HX-Push-Url"] == "/san-pham?q=mi%E1%BA%BFn&stars=4"
    page = await client.get("/san-pham", params={"q": "miến", "stars": "4"})
    assert piece.text.strip() in page.text
    assert 'value="4" checked' in page.text


async def test_marks_are_respected_and_forgiven(market: Database, client: httpx.AsyncClient) -> None:
    assert names(await ask(client, q="dứa")) == ["Nước ép dứa"]
    assert names(await ask(client, q="dừa")) == ["Nước cốt dừa"]
    assert sorted(names(await ask(client, q="dua"))) == ["Nước cốt dừa", "Nước ép dứa"]
    wrong = await ask(client, q="miên dong")
    assert wrong["fallback"] == "folded"
    assert wrong["total"] == 2
    slip = await ask(client, q="mien dogn")
    assert (slip["fallback"], slip["searched_for"], slip["total"]) == ("corrected", "miến dong", 2)


async def test_filters_and_their_counts(market: Database, client: httpx.AsyncClient) -> None:
    everything = await ask(client)
    assert everything["total"] == 5
    assert {one["value"]: one["count"] for one in everything["facets"]["category"]} == {"I.3.c": 2, "I.1.a": 1}
    chosen = await ask(client, category="I.3.c")
    assert chosen["total"] == 2
    # A group counts what its own values would give; the others count what is left.
    assert {one["value"]: one["count"] for one in chosen["facets"]["category"]} == {"I.3.c": 2, "I.1.a": 1}
    assert {one["value"]: one["count"] for one in chosen["facets"]["province"]} == {"19": 2}
    assert (await ask(client, category=["I.3.c", "I.1.a"]))["total"] == 3
    assert (await ask(client, category="I"))["total"] == 3
    assert names(await ask(client, commodity="miến dong")) == ["Miến dong sợi nhỏ"]
    assert names(await ask(client, month=12, kg=500)) == ["Miến dong sợi nhỏ"]
    assert (await ask(client, month=12, kg="0,9 tấn"))["total"] == 0
    assert names(await ask(client, month=1)) == ["Miến dong sợi nhỏ"]
    assert names(await ask(client, price_max="50k")) == ["Miến dong sợi nhỏ"]
    assert (await ask(client, supplier="htx-ban-giua"))["total"] == 3


async def test_old_and_new_places_find_the_same(market: Database, client: httpx.AsyncClient) -> None:
    for commune in ("02185", "Côn Minh", "xã Côn Minh", "Na Rì"):
        assert (await ask(client, commune=commune))["total"] == 2, commune
    assert (await ask(client, province="19"))["total"] == (await ask(client, province="Bắc Kạn"))["total"] == 5
    assert names(await ask(client, q="quýt bạch thông")) == ["Quýt vàng"]


async def test_a_paper_counts_only_while_it_holds(market: Database, client: httpx.AsyncClient) -> None:
    async with market.transaction() as session:
        await session.execute(text("SELECT catalogue_search_seal()"))
    assert (await ask(client, stars=4))["total"] == 1
    for day, holds in ((date(2028, 1, 10), 1), (date(2028, 1, 11), 0), (date(2025, 1, 9), 0)):
        with clock.freeze(day):
            found = await ask(client, stars=4)
            assert found["total"] == len(found["items"]) == holds, day
            everything = await ask(client)
            assert [one["count"] for one in everything["facets"].get("stars", [])] == [1] * holds
            assert {item["stars"] for item in everything["items"]} == ({4, None} if holds else {None})


async def test_a_change_is_found_in_the_same_transaction(market: Database, client: httpx.AsyncClient) -> None:
    async with market.transaction() as session:
        await session.execute(text("UPDATE catalogue_product SET name = 'Bún ngô xanhxao' WHERE name = 'Quýt vàng'"))
    assert (await ask(client, q="quýt"))["total"] == 0
    assert names(await ask(client, q="xanhxoa")) == ["Bún ngô xanhxao"]
    async with market.transaction() as session:
        await session.execute(text("UPDATE catalogue_supplier SET state = 'draft' WHERE name = 'HTX Bản Giữa'"))
    assert (await ask(client))["total"] == 2
    assert (await ask(client, q="bản giữa"))["suppliers"] == []


async def test_suppliers_without_products_and_commodities_are_found(market: Database, client: httpx.AsyncClient) -> None:
    found = await ask(client, q="nui hoa")
    assert found["total"] == 0
    assert [one["name"] for one in found["suppliers"]] == ["Tổ hợp tác Núi Hoa"]
    assert "Tổ hợp tác Núi Hoa" in (await client.get("/san-pham", params={"q": "núi hoa"})).text
    assert "mien-dong" in [one["slug"] for one in (await ask(client, q="bún tàu"))["commodities"]]


async def test_counts_are_the_same_before_and_after_sealing(market: Database, client: httpx.AsyncClient) -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"category": "I.3.c"},
        {"q": "mien", "stars": 4},
        {"province": "19", "commune": "02014"},
        {"certificate": "OCOP"},
    ]
    before = [await ask(client, **one) for one in asked]
    async with market.transaction() as session:
        assert (await session.scalar(text("SELECT catalogue_search_seal()"))) == 5
        assert (await session.scalar(text("SELECT count(*) FROM catalogue_search_loose"))) == 0
    assert [await ask(client, **one) for one in asked] == before


@pytest.mark.parametrize("sort", ["", "price", "-price", "name", "new"])
async def test_pages_follow_each_other_without_gap_or_repeat(market: Database, client: httpx.AsyncClient, sort: str) -> None:
    for q in ("", "nuoc", "mien dong"):
        whole = names(await ask(client, q=q, sort=sort))
        seen, cursor = [], ""
        while True:
            part = await ask(client, q=q, sort=sort, limit=2, cursor=cursor)
            seen.extend(names(part))
            assert part["total"] == len(whole)
            if part["next"] is None:
                break
            cursor = part["next"]
        assert seen == whole
        page = await client.get("/san-pham", params={"q": q, "sort": sort, "limit": 2})
        assert ("Trang sau" in page.text) == (len(whole) > 2)


async def test_names_are_in_dictionary_order(market: Database, client: httpx.AsyncClient) -> None:
    assert names(await ask(client, sort="name")) == [
        "Miến dong sợi nhỏ",
        "Miến dong thô",
        "Nước cốt dừa",
        "Nước ép dứa",
        "Quýt vàng",
    ]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"month": "13"}, "month"), ({"month": "một"}, "month"), ({"kg": "-1"}, "kg"), ({"kg": "nhiều"}, "kg"),
        ({"limit": "0"}, "limit"), ({"limit": "100000"}, "limit"), ({"stars": "6"}, "stars"),
        ({"certificate": "XYZ"}, "certificate"), ({"province": "Atlantis"}, "province"), ({"category": "IX.9"}, "category"),
        ({"commodity": "thuốc tiên"}, "commodity"), ({"price_max": "rẻ"}, "price_max"), ({"sort": "random"}, "sort"),
        ({"cursor": "!!"}, "cursor"), ({"cursor": "WyJ4IiwxXQ"}, "cursor"), ({"cursor": "é"}, "cursor"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
async def test_wrong_values_are_named_in_words(client: httpx.AsyncClient, params: dict[str, str], field: str) -> None:
    answer = await client.get("/api/v1/products", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][field]
    page = await client.get("/san-pham", params=params)
    assert page.status_code == (200 if field == "colour" else 422)


HOSTILE = [
    "\x00", "a\x00b", "x" * 10_000, "miến " * 3000, "' | & ! <-> :* \\", "%s %(q)s {0}", "<script>alert(1)</script>",
    "🐷" * 50, "a'b\"c", "-", "()", "\u0301\u0301", "ﷺ", "０", "İ", "z" * 59, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
async def test_nothing_typed_breaks_it(market: Database, client: httpx.AsyncClient, typed: str) -> None:
    for address in ("/san-pham", "/api/v1/products", "/api/v1/suggest", "/san-pham/goi-y"):
        answer = await client.get(address, params={"q": typed})
        assert answer.status_code == 200, (address, answer.text[:200])
        assert "<script>alert" not in answer.text


async def test_suggestions(market: Database, client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/suggest", params={"q": "mien do"})).json()["items"]
    assert {"commodity", "product"} <= {one["kind"] for one in found}
    assert found[0]["slug"] == "mien-dong"
    assert (await client.get("/api/v1/suggest")).json() == {"items": []}
    assert "Miến dong" in (await client.get("/san-pham/goi-y", params={"q": "miến d"})).text


async def test_a_list_costs_the_same_for_one_row_and_for_five(market: Database, client: httpx.AsyncClient) -> None:
    connection = market.connection  # type: ignore[attr-defined] - the test's own database has one.
    raw = (await connection.get_raw_connection()).driver_connection
    await ask(client)  # Names of categories are read once.
    counts = []
    for params in ({"q": "quýt"}, {}, {"q": "nuoc"}):
        asked: list[str] = []
        original = raw.execute

        async def counting(query: Any, *args: Any, _asked: list[str] = asked, _original: Any = original, **kwargs: Any) -> Any:
            _asked.append(str(query))
            return await _original(query, *args, **kwargs)

        raw.execute = counting
        try:
            await client.get("/san-pham", params=params)
        finally:
            raw.execute = original
        counts.append(len(asked))
    assert counts == [1, 1, 1]


async def test_chips_take_one_thing_away(market: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/san-pham", params={"q": "miến", "stars": "4", "month": "12"})).text
    links = re.findall(r'<li><a href="([^"]+)" aria-label="Bỏ', page)
    assert sorted(links) == [
        "/san-pham?q=mi%E1%BA%BFn&amp;month=12",
        "/san-pham?q=mi%E1%BA%BFn&amp;stars=4",
        "/san-pham?stars=4&amp;month=12",
    ]


async def test_quantities_in_words_are_offered_as_a_filter(market: Database, client: httpx.AsyncClient) -> None:
    page = (await client.get("/san-pham", params={"q": "cần mua 500 kg miến dong tháng 12"})).text
    assert "2 sản phẩm" in page
    assert "kg=500&amp;month=12" in page


async def test_english_pages_speak_english(market: Database, client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/products", params={"lang": "en"})
    assert answer.status_code == 200
