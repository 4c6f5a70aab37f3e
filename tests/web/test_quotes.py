"""Quotes as pages: the supplier's form, the buyer's comparison, choosing in parts, and what comes back as it was typed."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue, matching
from service.core import clock
from service.core.db import Database, new_id
from service.core.mail import newest
from service.matching.quotes import mails
from tests import market
from tests.matching.quotes.market import AFTER, DEADLINE, MONTHS, TODAY, Stall, quoted, stall
from tests.web.asking import is_told
from tests.web.conftest import SignedIn

FIELD = re.compile(r'name="((?:kg|price)\w*|key|version)"(?: type="text")? value="([^"]*)"')
BOX = re.compile(r'name="(k\d+_\d+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def _fields(page: str) -> dict[str, str]:
    """What a browser would send of the form that chooses: hidden fields and boxes."""
    part = page[page.index("/chon") :]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', part))
    return {name: html.unescape(value) for name, value in (found | dict(BOX.findall(part))).items()}


async def _seller(signed_in: SignedIn, at: Stall, place: int = 0) -> httpx.AsyncClient:
    return await signed_in(organisation_id=at.sides[place].organisation_id)


async def _buyer(signed_in: SignedIn, at: Stall) -> httpx.AsyncClient:
    return await signed_in(organisation_id=at.buyer.organisation_id)


async def test_the_form_is_filled_with_what_is_free_and_sent_as_it_stands(session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 1)
    side = at.sides[0]
    wish = [catalogue.ledger.Wish(side.product_id, MONTHS[1], Decimal(120))]
    source = catalogue.ledger.Source("award", at.request_id, "x")
    await catalogue.ledger.promise(session, at.buyer, wish, source=source, reason="x")
    await session.commit()
    browser = await _seller(signed_in, at)
    address = f"/tim-hang/{at.code}/chao-gia"
    page = (await browser.get(address)).text
    typed = {name: html.unescape(value) for name, value in FIELD.findall(page)}
    assert (typed["kg_12"], typed["kg_01"], typed["kg_02"], typed["price"]) == ("500", "380", "500", "80.000")
    typed |= {"product": str(side.product_id), "valid_until": "15/01/2027", "save": "check"}
    checked = await browser.post(address, data=typed)
    assert checked.status_code == 200
    assert "1,38\u00a0tấn" in html.unescape(checked.text)
    piece = await browser.post(address, data=typed, headers={"hx-request": "true"})
    assert piece.text.lstrip().startswith('<div id="quote-total"')
    for _time in range(2):
        sent = await browser.post(address, data=typed | {"save": "send"})
        assert sent.status_code == 303, sent.text
    own = (await browser.get(sent.headers["location"])).text
    assert "Bản 1, gửi" in own
    assert "Bản 2" not in own
    listed = (await browser.get("/ban-hang/bao-gia")).text
    assert at.code in listed
    assert "chờ trả lời" in listed


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    session: AsyncSession, signed_in: SignedIn
) -> None:
    at = await stall(session, 1)
    await session.commit()
    browser = await _seller(signed_in, at)
    address = f"/tim-hang/{at.code}/chao-gia"
    good = {"product": str(at.sides[0].product_id), "price": "80k", "kg_12": "100", "valid_until": "15/01/2027"}
    for wrong, words in (
        ({"kg_12": "nhiều lắm"}, "chưa rõ là bao nhiêu"), ({"kg_12": "9" * 400}, "Số quá lớn"), ({"price": "-5"}, "Giá phải"),
        ({"valid_until": "31/02/2027"}, "không có trong lịch"), ({"valid_until": "01/12/2026"}, "còn hiệu lực ít nhất"),
        ({"kg_12": ""}, "ít nhất một tháng"), ({"kg_07": "5"}, "không cần hàng tháng này"), ({"delivery": "collected"}, "cước"),
        ({"tier_from_1": "100"}, "Ghi cả lượng"), ({"product": "x"}, "chưa đúng"), ({"discount_percent": "101"}, "Tỷ lệ"),
        ({"note": "\x00" * 3 + "a" * 1001}, "Dài quá"),
    ):  # fmt: skip
        answer = await browser.post(address, data=good | {"note": "Giữ lời này"} | wrong)
        assert answer.status_code == 422, wrong
        assert words in html.unescape(answer.text), wrong
        assert "Giữ lời này" in answer.text or "note" in wrong


async def test_a_draft_is_kept_whatever_it_is_worth(session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 1)
    await session.commit()
    browser = await _seller(signed_in, at)
    address = f"/tim-hang/{at.code}/chao-gia"
    kept = await browser.post(address, data={"price": "chưa biết", "kg_12": "12,5", "save": "keep"})
    assert kept.status_code == 303
    page = (await browser.get(address)).text
    assert "chưa biết" in page
    assert 'name="kg_12" value="12,5"' in page
    assert "bản nháp" in (await browser.get("/ban-hang/bao-gia")).text


async def test_the_buyer_compares_orders_and_takes_the_sheet_away(session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 3)
    far = {"delivered": False, "freight_vnd_per_kg": 9_000}
    for one, price, said in zip(at.sides, (80_000, 75_000, 82_000), ({}, far, {"note": "=1+1"}), strict=True):
        await quoted(session, at, one, price, 400, **said)
    await session.commit()
    browser = await _buyer(signed_in, at)
    address = f"/tim-hang/{at.code}/bao-gia"
    page = (await browser.get(address)).text
    names = [f"HTX {code}" for code in re.findall(r"HTX (S\w+)</a>", page)]
    assert len(names) == 3
    # 80.000 delivered is less than 75.000 and 9.000 for the road.
    assert page.index("80.000") < page.index("84.000")
    assert page.count("rẻ nhất</span>") == 3
    assert len(page.encode()) < 50_000
    boxes = dict(BOX.findall(page))
    assert sorted(boxes.values()) == ["", "", "", "100", "100", "100", "400", "400", "400"]
    for order in ("covers", "sent", "name", "nothing"):
        assert (await browser.get(f"{address}?order={order}&rate=12")).status_code == 200
    assert (await browser.get(f"{address}?rate={'9' * 20}")).status_code == 200
    rows = list(csv.reader(io.StringIO((await browser.get(f"{address}/bang.csv")).content.decode("utf-8-sig"))))
    assert len(rows) == 10
    assert (await browser.get(f"{address}/bang.xlsx")).content[:2] == b"PK"
    assert (await browser.get(f"{address}/bang.pdf")).status_code == 404


async def test_the_buyer_chooses_in_parts_and_the_rest_is_told_why(session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 2)
    for one, price in zip(at.sides, (80_000, 82_000), strict=True):
        await quoted(session, at, one, price)
    await session.commit()
    browser = await _buyer(signed_in, at)
    address = f"/tim-hang/{at.code}/bao-gia"
    typed = _fields((await browser.get(address)).text)
    tried = await browser.post(f"/tim-hang/{at.code}/chon", data=typed | {"save": "check"})
    assert tried.status_code == 200
    assert "120.600.000" in tried.text
    chosen = await browser.post(f"/tim-hang/{at.code}/chon", data=typed | {"save": "choose", "reason": "Không kịp Tết"})
    assert chosen.status_code == 303, chosen.text
    again = await browser.post(f"/tim-hang/{at.code}/chon", data=typed | {"save": "choose"})
    assert again.status_code == 303
    page = (await browser.get(address)).text
    awards = re.findall(r'href="(/lan-chon/[0-9a-f-]{36})"', page)
    assert len(awards) == 2
    frozen = (await browser.get(awards[0])).text
    assert "đang giữ năng lực" in frozen
    seller = await _seller(signed_in, at)
    seen = [(await seller.get(each)).status_code for each in awards]
    assert sorted(seen) == [200, 404]
    assert (await browser.post(f"{awards[0]}/huy", data={"reason": "x"})).status_code == 422
    assert (await browser.post(f"{awards[0]}/huy", data={"reason": "Bếp tạm dừng"})).status_code == 303
    undone = (await browser.get(awards[0])).text
    assert "Bếp tạm dừng" in undone
    assert "Yêu cầu đang mở và còn thiếu phần hàng này." in undone
    assert f'href="/tim-hang/{at.code}/bao-gia"' in undone


async def test_a_refused_choice_gives_every_box_back(database: Database, session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 2)
    one, two = at.sides
    first = await quoted(session, at, one, 80_000)
    await quoted(session, at, two, 82_000)
    await session.commit()
    browser = await _buyer(signed_in, at)
    address, choose = f"/tim-hang/{at.code}/bao-gia", f"/tim-hang/{at.code}/chon"
    typed = _fields((await browser.get(address)).text)
    cheap = next(name for name, value in typed.items() if name.startswith("k") and value == "400")
    for value, words in (("401", "chỉ còn 400"), ("x", "chưa rõ"), ("-1", "lớn hơn 0"), ("9" * 30, "quá lớn")):
        answer = await browser.post(choose, data=typed | {cheap: value})
        assert answer.status_code == 422, value
        assert words in html.unescape(answer.text).replace("\u00a0", " "), value
        assert f'value="{value}"' in answer.text
    wish = [catalogue.ledger.Wish(one.product_id, MONTHS[0], Decimal(480))]
    source = catalogue.ledger.Source("award", at.request_id, "x")
    async with database.transaction() as later:
        await catalogue.ledger.promise(later, at.buyer, wish, source=source, reason="x")
    refused = await browser.post(choose, data=typed | {"reason": "Lời đã gõ"})
    assert refused.status_code == 409
    assert "T12/2026 chỉ còn 20\u00a0kg" in html.unescape(refused.text)
    assert dict(BOX.findall(refused.text))[cheap] == "400"
    assert "Lời đã gõ" in refused.text
    async with database.transaction() as later:
        await quoted(later, at, one, 79_000)
    moved = await browser.post(choose, data=typed)
    assert moved.status_code == 409
    assert "vừa sửa" in moved.text
    assert first.revision == 1


async def test_a_sealed_tender_shows_its_number_until_the_day_and_all_of_it_after(
    session: AsyncSession, signed_in: SignedIn
) -> None:
    at = await stall(session, 2, sealed=True)
    await quoted(session, at, at.sides[0], 77_431, note="Lời kín")
    await session.commit()
    browser, seller = await _buyer(signed_in, at), await _seller(signed_in, at)
    for address in (f"/tim-hang/{at.code}/bao-gia", f"/tim-hang/{at.code}/bao-gia/bang.csv", f"/tim-hang/{at.code}"):
        read = (await browser.get(address)).text
        assert "77.431" not in read
        assert not is_told("77431", read)
        assert "Lời kín" not in read
    page = (await browser.get(f"/tim-hang/{at.code}/bao-gia")).text
    assert "00:00" in page
    assert "Báo giá đang được niêm phong" in page
    own = (await seller.get("/ban-hang/bao-gia")).text
    quote = re.search(r'href="(/ban-hang/bao-gia/[0-9a-f-]{36})"', own)
    assert quote
    assert "Lời kín" in (await seller.get(quote[1])).text
    with clock.freeze(AFTER):
        browser = await signed_in(organisation_id=at.buyer.organisation_id, role="member")
        opened = (await browser.get(f"/tim-hang/{at.code}/bao-gia")).text
        assert "77.431" in opened
        assert "đã mở thầu lúc 06/12/2026" in opened


async def test_the_buyer_names_the_day_by_which_it_answers(session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 1)
    await quoted(session, at, at.sides[0])
    await session.commit()
    browser = await _buyer(signed_in, at)
    address = f"/tim-hang/{at.code}/bao-gia"
    assert f"{DEADLINE + timedelta(days=14):%d/%m/%Y}" in (await browser.get(address)).text
    wrong = await browser.post(f"{address}/ngay", data={"decide_by": "01/01/2020"})
    assert wrong.status_code == 422
    assert "01/01/2020" in wrong.text
    assert (await browser.post(f"{address}/ngay", data={"decide_by": "24/12/2026"})).status_code == 303
    assert "24/12/2026" in (await browser.get(address)).text


async def test_three_quotes_cost_as_many_statements_as_one(
    database: Database, session: AsyncSession, signed_in: SignedIn
) -> None:
    few, many = await stall(session, 1), await stall(session, 3)
    for at in (few, many):
        for one in at.sides:
            await quoted(session, at, one)
    third = [await stall(session, 0) for _n in range(2)]
    for at in third:
        await quoted(session, at, many.sides[0])
    await session.commit()
    counts = {}
    for name, at, address in (
        ("one", few, f"/tim-hang/{few.code}/bao-gia"), ("three", many, f"/tim-hang/{many.code}/bao-gia"),
    ):  # fmt: skip
        counts[name] = await _statements(database, await _buyer(signed_in, at), address)
    assert counts["one"] == counts["three"]
    of_one = await _statements(database, await _seller(signed_in, few), "/ban-hang/bao-gia")
    of_three = await _statements(database, await _seller(signed_in, many), "/ban-hang/bao-gia")
    assert of_one == of_three


async def _statements(database: Database, browser: httpx.AsyncClient, address: str) -> int:
    said: list[str] = []

    def listen(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    await browser.get(address)
    event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
    try:
        assert (await browser.get(address)).status_code == 200
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
    return len([each for each in said if "SAVEPOINT" not in each])


async def test_a_mail_says_of_a_sealed_quote_only_that_it_is_there(
    database: Database, session: AsyncSession, signed_in: SignedIn
) -> None:
    stalls = [await stall(session, 1), await stall(session, 1, sealed=True)]
    await session.commit()
    for at in stalls:
        await _buyer(signed_in, at)
    async with database.transaction() as later:
        await later.execute(text("UPDATE accounts_person SET email_confirmed_at = now()"))
        for at in stalls:
            quote = await quoted(later, at, at.sides[0], 77_431)
            await mails.tell_received(later, quote.id, 1)
        sealed, plain = await newest(later, limit=2)
    assert "77.431" in str(plain.body)
    assert "77.431" not in str(sealed.body)
    assert "HTX" not in f"{sealed.subject} {sealed.body}"
    assert "1 báo giá niêm phong" in sealed.subject


async def test_programs_quote_compare_award_and_undo(session: AsyncSession, signed_in: SignedIn) -> None:
    at = await stall(session, 1)
    side = at.sides[0]
    await session.commit()
    seller, browser = await _seller(signed_in, at), await _buyer(signed_in, at)
    line = {"product": side.slug, "year": 2026, "month": 12, "kg": 300, "price_vnd_per_kg": 80_000}
    body = {"lines": [line], "valid_until": "2027-01-15", "key": str(at.request_id), "discount_percent": 2.5}
    address = f"/api/v1/requests/{at.code}"
    for _time in range(2):
        sent = await seller.put(f"{address}/quote", json=body)
        assert sent.status_code == 200, sent.text
        assert (sent.json()["revision"], sent.json()["lines"][0]["delivered_vnd_per_kg"]) == (1, 78_000)
    for wrong in ({"kg": 10**400}, {"kg": "NaN"}, {"kg": -1}, {"month": 13}, {"product": "khong-co"}, {"price_vnd_per_kg": 0}):
        refused = await seller.put(f"{address}/quote", json=body | {"lines": [line | wrong]})
        assert refused.status_code in (400, 422), wrong
    assert [each["id"] for each in (await seller.get("/api/v1/quotes")).json()["items"]] == [sent.json()["id"]]
    compared = (await browser.get(f"{address}/quotes?rate=0")).json()
    assert compared["items"][0]["lines"][0]["wished_kg"] == 300
    part = {"quote_id": sent.json()["id"], "product": side.slug, "year": 2026, "month": 12, "kg": 120, "revision": 1}
    chosen = await browser.post(
        f"{address}/awards", json={"parts": [part], "version": compared["version"], "key": str(at.buyer_id)}
    )
    assert chosen.status_code == 201, chosen.text
    award = chosen.json()["items"][0]
    assert (award["lines"][0]["kg"], award["state"]) == (120, "standing")
    assert (await seller.get(f"/api/v1/awards/{award['id']}")).json()["terms"]["discount_percent"] == 2.5
    undone = await browser.post(f"/api/v1/awards/{award['id']}/undo", json={"reason": "Đổi kế hoạch"})
    assert undone.json()["state"] == "undone"
    assert (await seller.delete(f"{address}/quote")).json()["state"] == "withdrawn"


async def test_a_quote_of_several_products_is_edited_one_at_a_time_and_loses_none(
    session: AsyncSession, signed_in: SignedIn
) -> None:
    at = await stall(session, 1)
    side = at.sides[0]
    code = await session.scalar(text("SELECT code FROM catalogue_supplier WHERE id = :id"), {"id": side.supplier_id})
    slug = await market.product(session, str(code), "SP2")
    second = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :slug"), {"slug": slug})
    lines = tuple(
        matching.quotes.QuoteLine(product_id=product, month=MONTHS[0], kg=Decimal(kg), price_vnd_per_kg=price)
        for product, kg, price in ((side.product_id, 300, 80_000), (second, 70, 90_000))
    )
    draft = matching.quotes.QuoteDraft(lines=lines, valid_until=date(2027, 1, 15))
    quote_id = (await matching.quotes.send(session, side.actor, at.code, draft, key=new_id())).id
    await session.commit()
    browser = await _seller(signed_in, at)
    address = f"/tim-hang/{at.code}/chao-gia"

    async def stands() -> dict[str, tuple[int, int]]:
        quoted = await browser.get(f"/api/v1/quotes/{quote_id}")
        return {each["product"]: (int(each["kg"]), each["price_vnd_per_kg"]) for each in quoted.json()["lines"]}

    for product, kg, other in ((second, "70", "300"), (side.product_id, "300", "70")):
        page = html.unescape((await browser.get(f"{address}?product={product}")).text)
        typed = dict(FIELD.findall(page))
        assert typed["kg_12"] == kg
        assert "còn 1 sản phẩm khác, giữ nguyên" in page
        assert f": {other}\u00a0kg" in page
    typed |= {"product": str(side.product_id), "valid_until": "15/01/2027", "kg_12": "250"}
    checked = html.unescape((await browser.post(address, data=typed | {"save": "check"})).text)
    assert "Tổng 320\u00a0kg" in checked
    assert (await browser.post(address, data=typed)).status_code == 303
    assert await stands() == {side.slug: (250, 80_000), slug: (70, 90_000)}
    assert (await browser.post(address, data=typed | {"alone": "true", "key": str(new_id())})).status_code == 303
    assert await stands() == {side.slug: (250, 80_000)}
