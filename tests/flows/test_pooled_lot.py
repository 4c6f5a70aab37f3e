"""From a need that nobody can fill alone to one quote for a pooled lot, through the pages that people use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import clock
from service.core.db import Database
from service.matching.pooling import jobs
from service.matching.pooling.events import PoolAsked, PoolShareRefused
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn, signed_in  # noqa: F401 - fixtures of the web tests.


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def plain(text: str) -> str:
    """The text with ordinary spaces, without marks of the template."""
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def share_in(page: str) -> str:
    """The address of the first share in a supplier's list."""
    found = re.search(r'href="(/ban-hang/lo-ghep/[0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


async def work(database: Database, fact: type[Any]) -> None:
    """What the worker does with the newest fact of that kind."""
    async with database.transaction() as session:
        row = (
            await session.execute(
                text("SELECT subject, data FROM core_journal WHERE fact = :fact ORDER BY id DESC LIMIT 1"),
                {"fact": fact.__name__},
            )
        ).one()
    known = {name: value if name == "silent" else UUID(value) for name, value in row[1].items()}
    answer = jobs.answer if fact is PoolAsked else jobs.mend
    await answer(database, fact(row[0], **known))


async def test_from_a_large_need_to_one_quote(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    session: AsyncSession,
    database: Database,
) -> None:
    makers = {}
    for place, (code, kg) in enumerate({"A": 500, "B": 500, "C": 300, "D": 400}.items()):
        makers[code] = await market.supplier(session, code)
        await market.product(
            session, code, capacity=((2026, (Decimal(kg),) * 12),), tiers=((Decimal(50), 70_000 + 1000 * place),)
        )
    own = await market.buyer(session)
    await accounts.verify_organisation(session, own.organisation_id, TODAY, actor=accounts.SYSTEM)
    months = tuple((day, Decimal(1200)) for day, _kg in market.WINTER)
    request = await market.request(session, by=own, months=months, deadline=TODAY.replace(day=30))
    await session.commit()
    buyer = await signed_in(organisation_id=own.organisation_id)
    desks = {code: await signed_in(organisation_id=organisation) for code, organisation in makers.items()}

    # The buyer opens the tab, presses the button, and sees that the computer is at work; without JavaScript she reloads.
    base = f"/tim-hang/{request.code}/lo-ghep"
    form = await buyer.get(base)
    assert "Chưa tìm phương án nào" in form.text
    assert f'<a href="{base}" aria-current="page">' in form.text
    wrong = await buyer.post(base, data={"most_suppliers": "0", "ceiling_vnd_per_kg": "95k", "key": str(uuid4())})
    assert wrong.status_code == 422
    assert 'value="95k"' in wrong.text
    asked = {"most_suppliers": "4", "ceiling_vnd_per_kg": "95k", "key": field(form.text, "key")}
    address = (await buyer.post(base, data=asked)).headers["location"]
    assert (await buyer.post(base, data=asked)).headers["location"] == address
    waiting = await buyer.get(address)
    assert 'hx-trigger="every 1s"' in waiting.text
    assert f'href="{address}"' in waiting.text
    await work(database, PoolAsked)

    # The plan: full, proven, with the price and what it is made of; nothing to wait for any more.
    page = plain((await buyer.get(address)).text)
    assert "3,6 tấn</b> / 3,6 tấn · 3 nguồn" in page
    assert "tối ưu, đã chứng minh" in page
    assert "hx-trigger" not in page.split('id="pool"')[1]
    assert "đứng đầu" in page

    # She leaves one out, looks again, and finds both plans in the list.
    products = re.findall(r'name="keep_([0-9a-f-]{36})"', page)
    steered = {"steer": "1", f"keep_{products[0]}": "exclude", "key": str(uuid4())}
    other = (await buyer.post(f"{address}/lai", data=steered)).headers["location"]
    await work(database, PoolAsked)
    assert "bạn đã loại" in plain((await buyer.get(other)).text)
    assert (await buyer.get(base)).text.count("/lo-ghep/") >= 2

    # By hand she asks too much of one, and is told beside the box, by the same rules.
    hand = await buyer.get(f"{address}/tay")
    boxes = dict(re.findall(r'name="(kg_[0-9a-f-]{36}_\d)"[^>]*value="([^"]*)"', hand.text))
    names = sorted({box.split("_")[1] for box in boxes})
    first = next(iter(boxes))
    typed = {**boxes, "name": names, "do": "judge", first: "501"}
    judged = plain((await buyer.post(f"{address}/tay", data=typed)).text)
    assert "Nhiều hơn 1 kg so với số còn trống" in judged
    assert 'value="501"' in judged
    kept = await buyer.post(f"{address}/tay", data={**typed, "do": "keep", "key": str(uuid4())})
    assert kept.status_code == 422

    # She asks the suppliers.
    version = field((await buyer.get(address)).text, "version")
    late = await buyer.post(f"{address}/gui", data={"answer_by": "01/01/2020", "version": version})
    assert late.status_code == 422
    sending = {"answer_by": "28/11/2026", "note": "Đủ tháng nào tốt tháng ấy", "version": version}
    sent = await buyer.post(f"{address}/gui", data=sending)
    assert sent.status_code == 303, plain(sent.text)
    shares = {}
    for code in ("A", "B", "C"):
        listed = await desks[code].get("/ban-hang/lo-ghep")
        shares[code] = share_in(listed.text)
        own_page = plain((await desks[code].get(shares[code])).text)
        assert "Đủ tháng nào tốt tháng ấy" in own_page
        for other_price in {"A": ("71.000",), "B": ("70.000",), "C": ("70.000", "71.000")}[code]:
            assert other_price not in own_page
    assert "Chưa ai mời bạn" in (await desks["D"].get("/ban-hang/lo-ghep")).text
    assert (await desks["D"].get(shares["A"])).status_code == 404

    # One declines, with a reason; its stand-in is asked at once and reads it on its desk.
    nothing = await desks["C"].post(shares["C"], data={"accept": "false"})
    assert nothing.status_code == 422
    assert (await desks["C"].post(shares["C"], data={"accept": "false", "reason": "Hết bột"})).status_code == 303
    await work(database, PoolShareRefused)  # The worker finds that a stand-in was asked, and does nothing.
    shares["D"] = share_in((await desks["D"].get("/ban-hang/lo-ghep")).text)
    told = plain((await buyer.get(address)).text)
    assert "Hết bột" in told
    assert "thay cho HTX C" in told

    # The others accept; the last one makes the lot complete, and the lead sends one quote.
    for code in ("A", "B", "D"):
        assert (await desks[code].post(shares[code], data={"accept": "true"})).status_code == 303
    pages = {code: (await desks[code].get(shares[code])).text for code in "ABD"}
    (leader,) = [code for code, shown in pages.items() if "Báo giá cho cả lô" in shown]
    lead_page = (await desks[leader].get(shares[leader])).text
    terms = {name: field(lead_page, name) for name in ("price_vnd_per_kg", "valid_until", "key")} | {
        "lead_days": "7", "delivered": "true",
    }  # fmt: skip
    assert terms["price_vnd_per_kg"] == "71.000"  # (500 × 70 + 500 × 71 + 200 × 73) / 1200, rounded up to a hundred.
    quoted = await desks[leader].post(f"{shares[leader]}/bao-gia", data=terms)
    assert quoted.status_code == 303, plain(quoted.text)
    assert (await desks[leader].post(f"{shares[leader]}/bao-gia", data=terms)).status_code == 303
    assert "đã gửi báo giá" in plain((await buyer.get(address)).text)
    async with database.transaction() as looking:
        lines = text("SELECT count(*), count(DISTINCT quote_id), sum(kg) FROM matching_quote_line")
        assert tuple((await looking.execute(lines)).one()) == (9, 1, 3600)
        mails = text("SELECT template FROM core_mail WHERE template LIKE 'pool%' ORDER BY id")
        assert list(await looking.scalars(mails)).count("pool_complete") == 2
