"""The gap sheet as a page, a picture, a sheet and JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.core import clock
from service.core.db import new_id
from tests import market
from tests.market import TODAY
from tests.matching.quotes import market as quoting
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def three(session: AsyncSession) -> quoting.Stall:
    """Requests of three buyers, one quote on the first, part of it awarded."""
    stalls = [await quoting.stall(session, 1 if n == 0 else 0) for n in range(3)]
    first = stalls[0]
    quote = await quoting.quoted(session, first, first.sides[0])
    version = await quoting.version(session, first)
    parts = [quoting.part(quote, first.sides[0], 150)]
    await matching.quotes.award(session, first.buyer, first.code, parts, version=version, key=new_id())
    return first


async def test_the_page_shows_a_picture_a_table_and_the_rows_behind(session: AsyncSession, client: httpx.AsyncClient) -> None:
    first = await three(session)
    await session.commit()
    page = plain((await client.get("/cung-cau")).text)
    assert "hỏi 4,5 tấn" in page
    assert 'role="img" aria-label="Cung cầu theo tháng: T12/2026: hỏi 1,5 tấn, chào 400 kg, chọn 150 kg' in page
    one = plain((await client.get("/cung-cau?commodity=mien-dong")).text)
    assert one.count('<rect class="asked"') == 3
    assert one.count('<rect class="awarded"') == 1
    assert one.count("<tr>") == 4  # The head, and the months in which something was asked for.
    assert len(one.encode()) < 50_000
    link = re.search(r'href="(/cung-cau/yeu-cau\?[^"]*month=2026-12[^"]*what=awarded)"', one)
    assert link
    rows = (await client.get(link[1].replace("&amp;", "&"))).text
    assert first.code in rows
    assert "chỉ bên mua biết" in rows
    assert 'href="/san-pham?commodity=mien-dong"' in one
    hidden = plain((await client.get("/cung-cau?commodity=mien-dong&city=Hà Nội")).text)
    assert "không hiện khi lọc thêm" in hidden
    assert "150 kg" not in hidden


async def test_a_buyer_reads_all_of_its_own(session: AsyncSession, signed_in: SignedIn) -> None:
    first = await three(session)
    await session.commit()
    browser = await signed_in(organisation_id=first.buyer.organisation_id)
    own = plain((await browser.get("/cung-cau?commodity=mien-dong&own=1")).text)
    assert "150 kg" in own
    assert "500 kg" in own
    rows = plain((await browser.get("/cung-cau/yeu-cau?commodity=mien-dong&own=1&what=awarded")).text)
    assert "1 dòng" in rows
    assert "150 kg" in rows


async def test_the_sheet_says_the_same(session: AsyncSession, client: httpx.AsyncClient) -> None:
    await three(session)
    lonely = await market.buyer(session)
    await market.request(session, lonely, commodity=None, words="=1+1 mật ong")
    await session.commit()
    answer = await client.get("/cung-cau/bang.csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    december = next(line for line in lines[1:] if (line[0].lower(), line[1]) == ("miến dong", "T12/2026"))
    asked, awarded, missed, still_open = (Decimal(december[place]) for place in (4, 7, 9, 10))
    assert (asked, awarded) == (1500, 150)
    assert asked == awarded + missed + still_open
    words = next(line for line in lines[1:] if line[0] == "hàng tả bằng lời")
    assert words[5:11] == [""] * 6
    assert "3" in words[12]
    assert (await client.get("/cung-cau/bang.xlsx")).content[:2] == b"PK"
    assert (await client.get("/cung-cau/bang.pdf")).status_code == 404


async def test_programs_read_the_same(session: AsyncSession, client: httpx.AsyncClient) -> None:
    await three(session)
    await session.commit()
    sheet = (await client.get("/api/v1/gaps?months=24&commodity=mien-dong")).json()
    cell = next(each for each in sheet["items"] if (each["year"], each["month"]) == (2026, 12))
    assert (cell["asked_kg"], cell["awarded_kg"], cell["requests"], cell["buyers"]) == (1500, 150, 3, 3)
    narrowed = (await client.get("/api/v1/gaps?city=01")).json()["items"][0]
    assert (narrowed["asked_kg"], narrowed["awarded_kg"]) == (1500, None)
    rows = (await client.get("/api/v1/gaps/requests?year=2026&month=12&limit=2")).json()
    assert (len(rows["items"]), rows["total"]) == (2, 3)
    more = (await client.get(f"/api/v1/gaps/requests?year=2026&month=12&limit=2&cursor={rows['next']}")).json()
    assert (len(more["items"]), more["next"]) == (1, None)
    assert all(each["awarded_kg"] is None for each in rows["items"])
    for wrong in ("months=13", "x=1", "start_year=1"):
        assert (await client.get(f"/api/v1/gaps?{wrong}")).status_code == 422
    assert (await client.get("/api/v1/gaps/requests?cursor=abc")).status_code == 422
    assert (await client.get("/api/v1/gaps?round=PKN-XXXXX")).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["months=99", "months=x", "start=9999-99", "start=0000-00", "start=9999-12", "start=1900-01", "commodity=%00", "city=%00x",
     "kind=x", "own=1", "commodity=-", "start=２０２６-12", "start=2026-１２"],
)  # fmt: skip
async def test_odd_filters_find_nothing_and_break_nothing(client: httpx.AsyncClient, query: str) -> None:
    for address in ("/cung-cau", "/cung-cau/yeu-cau", "/cung-cau/bang.csv"):
        assert (await client.get(f"{address}?{query}")).status_code == 200
    assert (await client.get("/cung-cau/yeu-cau?what=x&month=zz")).status_code == 200
    assert (await client.get("/cung-cau/yeu-cau?cursor=zz")).status_code == 422
    assert (await client.get("/cung-cau?round=zz")).status_code == 404
