"""From an empty form to an awarded request: posted, found, quoted by two, compared, chosen in parts, one loser told why."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import worker
from service.core import clock, events
from service.core.db import Database
from service.core.mail import newest
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn, signed_in  # noqa: F401 - a fixture of the web tests.

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
TYPED = re.compile(r'name="((?:kg|price)\w*)"(?: type="text")? value="([^"]*)"')
BOX = re.compile(r'name="(k\d+_\d+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def plain(words: str) -> str:
    """What the page says, with ordinary spaces."""
    return html.unescape(words).replace("\u00a0", " ")


async def _quotes(browser: httpx.AsyncClient, address: str, **said: str) -> str:
    """Open the form as it comes, change what is said, work it out, send it; gives the address of the quote."""
    page = (await browser.get(f"{address}/chao-gia")).text
    product = re.search(r'<option value="([0-9a-f-]{36})" selected', page)
    assert product is not None
    form = dict(HIDDEN.findall(page)) | {name: html.unescape(value) for name, value in TYPED.findall(page)}
    form |= {"product": product[1], "valid_until": "31/01/2027", "delivery": "delivered", **said}
    assert "Người mua sẽ thấy" in plain((await browser.post(f"{address}/chao-gia", data=form | {"save": "check"})).text)
    sent = await browser.post(f"{address}/chao-gia", data=form | {"save": "send"})
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


async def _told(database: Database) -> list[str]:
    """What was written to whom, once the worker has given its answers to what has happened so far."""
    worker.load_tasks()
    async with database.transaction() as session:
        told = (await session.scalars(text("SELECT id FROM core_journal ORDER BY id"))).all()
        for entry_id in told:
            entry = await session.get(events.JournalEntry, entry_id)
            for fact, answers in list(events.answers.items()):
                if entry is not None and fact.__name__ == entry.fact and fact.__module__.startswith("service.matching.quotes"):
                    for answer in answers:
                        await answer(session, events.revive(fact, entry))
        return [mail.subject for mail in await newest(session, limit=60)]


async def test_a_request_is_posted_quoted_compared_and_awarded_in_parts(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    session: AsyncSession,
    database: Database,
) -> None:
    one, two, three = [await market.supplier(session, code) for code in ("NHAT", "NHI", "TAM")]
    for code in ("NHAT", "NHI", "TAM"):
        await market.product(session, code)
    await session.commit()
    buyer = await signed_in("buyer")
    sellers = [await signed_in(organisation_id=each) for each in (one, two, three)]
    async with database.transaction() as later:
        await later.execute(text("UPDATE accounts_person SET email_confirmed_at = now()"))

    # The buyer asks for more than any of them has, and until when it takes quotes.
    need = {
        "commodity": "mien-dong", "kg_12": "800", "kg_01": "300", "ceiling_vnd_per_kg": "90k", "min_stars": "3",
        "certificates": ["ATTP"], "delivery_province_code": "01", "visibility": "public", "deadline": "05/12/2026",
        "closes_at_quotes": "3", "save": "open",
    }  # fmt: skip
    address = (await buyer.post("/tim-hang/moi", data=need)).headers["location"]
    assert "Chưa có báo giá" in (await buyer.get(f"{address}/bao-gia")).text

    # Each supplier finds it on its desk, and quotes from what is free.
    assert address in (await sellers[0].get("/ban-hang/yeu-cau")).text
    assert f"{address}/chao-gia" in (await sellers[0].get(address)).text
    quotes = [
        await _quotes(sellers[0], address, price="80.000"),
        await _quotes(sellers[1], address, price="78.000", delivery="collected", freight_vnd_per_kg="1.000"),
        await _quotes(sellers[2], address, price="88.000", kg_01=""),
    ]
    assert "chờ trả lời" in (await sellers[0].get(quotes[0])).text

    code = address.rsplit("/", 1)[1]
    assert sum(f"báo giá cho {code}" in each for each in await _told(database)) == 3

    # Side by side, by what a kilogram costs in Hà Nội; the best way to fill both months stands in the boxes.
    page = (await buyer.get(f"{address}/bao-gia")).text
    assert page.index("79.000") < page.index("80.000") < page.index("88.000")
    boxes = {name: value for name, value in BOX.findall(page) if value}
    assert sorted(boxes.values()) == ["300", "300", "500"]
    form = dict(HIDDEN.findall(page[page.index("/chon") :])) | dict(BOX.findall(page))
    chosen = await buyer.post(f"{address}/chon", data=form | {"save": "choose", "reason": "Giá giao đến Hà Nội cao hơn"})
    assert chosen.status_code == 303, chosen.text

    # All of it is filled: the request is closed, two are chosen, the third reads why not.
    page = plain((await buyer.get(f"{address}/bao-gia")).text)
    assert "đã đóng" in page
    assert page.count("đang giữ năng lực") == 2
    assert "Giá giao đến Hà Nội cao hơn" in (await sellers[2].get(quotes[2])).text
    own = (await sellers[1].get(quotes[1])).text
    award = re.search(r'href="(/lan-chon/[0-9a-f-]{36})"', own)
    assert award is not None
    for side in (buyer, sellers[1]):
        frozen = plain((await side.get(award[1])).text)
        assert "800 kg" in frozen or "500 kg" in frozen
        assert "tại kho người bán, cước 1.000 đ/kg" in frozen
    assert (await sellers[0].get(award[1])).status_code == 404

    # What was promised is promised to nobody else: another request offers only what is left.
    again = (await buyer.post("/tim-hang/moi", data=need | {"deadline": "10/12/2026"})).headers["location"]
    left = dict(TYPED.findall((await sellers[1].get(f"{again}/chao-gia")).text))
    assert (left.get("kg_12"), left.get("kg_01")) == ("", "200")

    # And everybody is told by mail.
    subjects = await _told(database)
    assert sum("chọn báo giá của bạn" in each for each in subjects) == 2
    assert sum(each == f"Báo giá của bạn cho {code} không được chọn" for each in subjects) == 1
