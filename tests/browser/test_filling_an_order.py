"""The story of the market in a real browser: from an empty form to an awarded pooled lot, each side by its own pages.

The buyer sits at a desk with JavaScript, the cooperatives at phones without it, and the worker runs beside them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from service import accounts, demo
from service.core.db import Database
from tests.browser.conftest import ROOT, Market, OpenWindow

KG = 2500  # In each of two months; no maker of such packs has more than 900 kg.
MONTHS = ("01", "02")
SOLVED_WITHIN = 60_000  # Milliseconds; on a quiet machine it is one or two seconds.


@pytest.fixture
def worker(market: Market, tmp_path: Path) -> Iterator[None]:
    """The job process of this market, for as long as one test needs it."""
    settings = {
        "CHOPHIEN_DATABASE_URL": market.database_url,
        "CHOPHIEN_LOG_LEVEL": "WARNING",
        "CHOPHIEN_DATA_DIR": str(tmp_path),
    }
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "worker"], cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def somebody_of(market: Market, organisation_id: UUID) -> str:
    """The e-mail of a new person of that organisation, who can sign in with the demo's password."""
    email = f"{organisation_id.hex[-10:]}@chophien.example"

    async def add() -> None:
        database = Database(market.database_url, pool_size=1)
        async with database.transaction() as session:
            person = await accounts.add_person(session, name="Chủ nhiệm", email=email, password=demo.DEMO_PASSWORD)
            await accounts.add_member(session, person.id, organisation_id, accounts.MemberRole.OWNER)
        await database.close()

    with ThreadPoolExecutor(1) as elsewhere:  # The browser's own loop runs in this thread.
        elsewhere.submit(asyncio.run, add()).result()
    return email


def post_a_request(page: Page) -> str:
    """The buyer writes down what it needs and lands on its page; its address."""
    page.goto("/tim-hang/moi")
    page.locator("#f-commodity").select_option("mien-dong")
    for month in MONTHS:
        page.locator(f"#f-kg_{month}").fill(f"{KG}")
    page.locator("#f-ceiling_vnd_per_kg").fill("90k")
    page.locator("#f-pack_net_g").fill("400")
    page.locator("#f-delivery_province_code").select_option("01")
    page.locator("#f-title").fill("Miến dong gói 400 g, năm tấn sau Tết")
    page.locator("main form button[name=save][value=open]").click()
    page.wait_for_url("**/tim-hang/YC-*")
    return page.url


def ask_for_a_lot(page: Page) -> None:
    """It follows the market's own advice, asks for a lot, waits for the proof, and invites the cooperatives in it."""
    page.get_by_role("button", name="Lấp đầy đơn bằng lô ghép").click()
    page.wait_for_url("**/lo-ghep")
    page.locator("#f-most_suppliers").fill("6")
    page.get_by_role("button", name="Tìm phương án tốt nhất").click()
    expect(page.get_by_text("tối ưu, đã chứng minh")).to_be_visible(timeout=SOLVED_WITHIN)
    expect(page.get_by_text("không, đủ mọi tháng")).to_be_visible()
    page.get_by_role("button", name="Gửi lời mời ghép lô").click()
    expect(page.locator("#answers")).to_be_visible()


def test_from_an_empty_form_to_an_awarded_pooled_lot(
    market: Market, window: OpenWindow, people: dict[str, str], worker: None
) -> None:
    buyer = window(who=people["buyer"])
    address = post_a_request(buyer)
    code = address.rsplit("/", 1)[1]
    ask_for_a_lot(buyer)
    of_lot = (
        "FROM matching_pool_share h JOIN matching_pool p ON p.id = h.pool_id JOIN matching_request r ON r.id = p.request_id"
        f" JOIN catalogue_supplier s ON s.id = h.supplier_id WHERE r.code = '{code}'"
    )
    members: list[UUID] = market.one(f"SELECT array_agg(s.organisation_id ORDER BY h.lead) {of_lot}")
    assert 3 <= len(members) <= 6

    # Each reads its share on a phone and accepts; the lead comes last and, with everybody in, quotes for all of them.
    for organisation_id in members:
        phone = window(360, javascript=False, who=somebody_of(market, organisation_id))
        phone.goto("/ban-hang/lo-ghep")
        phone.locator("main table a").first.click()
        phone.get_by_role("button", name="Nhận phần này").click()
        assert phone.locator("#flash .flash").is_visible()
    phone.get_by_role("button", name="Gửi báo giá lô").click()
    assert phone.locator("#flash .flash").inner_text() == "Đã gửi báo giá cho cả lô."

    # The buyer finds the one quote, its kilograms filled in already, and takes all of it.
    buyer.goto(f"/tim-hang/{code}/bao-gia")
    buyer.get_by_role("button", name="Chọn và giữ năng lực").click()
    expect(buyer.locator("#flash .flash")).to_be_visible()
    buyer.goto(f"/tim-hang/{code}")
    expect(buyer.get_by_text("đã đóng").first).to_be_visible()

    # Every kilogram is promised once: to the award, and no more to the lot.
    promised = "FROM catalogue_promise m WHERE m.released_at IS NULL AND m.source_id IN"
    awards = f"(SELECT a.id FROM matching_award a JOIN matching_request r ON r.id = a.request_id WHERE r.code = '{code}')"
    lots = f"(SELECT p.id FROM matching_pool p JOIN matching_request r ON r.id = p.request_id WHERE r.code = '{code}')"
    assert market.one(f"SELECT sum(m.kg) {promised} {awards}") == KG * len(MONTHS)
    assert market.one(f"SELECT count(*) {promised} {lots}") == 0
    phone.goto("/ban-hang/nang-luc")
    assert phone.get_by_text(f"{code} ·").first.is_visible()
