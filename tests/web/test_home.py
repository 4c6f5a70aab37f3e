"""The front page: the season of this month, the groups, who is looking, who came last; and the language switch."""

from __future__ import annotations

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from tests import market


async def test_an_empty_market_says_what_will_be_here(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert "Chưa có nhà cung cấp nào." in answer.text


async def test_what_is_there_is_shown(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session, "NALUA", name="Hợp tác xã Nà Lùa")
    await market.product(session, "NALUA")
    await market.supplier(session, "DRAFT", name="Hợp tác xã Bản nháp", state="draft")
    with clock.freeze(market.TODAY):
        page = (await client.get("/")).text
    assert "Hợp tác xã Nà Lùa" in page
    assert "Bản nháp" not in page
    assert "<b>1</b>" in page
    assert 'href="/san-pham?category=I.3.c"' in page
    assert "Đang mùa tháng 11" in page


async def test_the_market_is_read_once_a_minute(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await market.supplier(session, "MOT", name="Hợp tác xã Một")
    await market.product(session, "MOT")
    assert "Hợp tác xã Một" in (await client.get("/")).text
    await market.supplier(session, "HAI", name="Hợp tác xã Hai")
    assert "Hợp tác xã Hai" not in (await client.get("/")).text


async def test_the_language_switch_keeps_the_address(client: httpx.AsyncClient) -> None:
    page = (await client.get("/nha-cung-cap", params={"q": "dong & bột", "lang": "vi"})).text
    assert 'href="/nha-cung-cap?q=dong+%26+b%E1%BB%99t&amp;lang=en"' in page
    english = await client.get("/nha-cung-cap", params={"lang": "en"})
    assert '<html lang="en">' in english.text
    assert ">Suppliers</h1>" in english.text


async def test_nothing_in_the_search_box_or_the_address_becomes_markup(client: httpx.AsyncClient) -> None:
    hostile = '"><script>alert(1)</script>'
    for path in ("/san-pham", "/nha-cung-cap", "/tim-hang", "/dang-nhap"):
        page = (await client.get(path, params={"q": hostile, "next": hostile})).text
        assert "<script>alert" not in page
