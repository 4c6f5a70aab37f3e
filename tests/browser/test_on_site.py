"""The gate and a booth on a phone whose line comes and goes: what waits is sent once, not lost and not doubled."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import Market, fulfil, sign_in

FAIR = "tuan-hang-dac-san-vung-cao-ha-noi-%"
_PLACED = """
INSERT INTO fairs_occupancy (id, fair_id, booth_id, days, origin, state, name, supplier_id, key)
SELECT gen_random_uuid(), f.id, b.id, daterange(f.starts_on, f.ends_on, '[]'), 'plan', 'taken', s.name, s.id, gen_random_uuid()
  FROM fairs_fair f, catalogue_supplier s,
       LATERAL (SELECT b.id FROM fairs_booth b WHERE b.fair_id = f.id AND b.part_of IS NULL AND NOT EXISTS (
                  SELECT 1 FROM fairs_occupancy o WHERE o.booth_id = b.id AND o.state <> 'released') ORDER BY b.code LIMIT 1) b
 WHERE f.slug LIKE %s AND s.code = 'NALENG' AND NOT EXISTS (
       SELECT 1 FROM fairs_occupancy o WHERE o.fair_id = f.id AND o.supplier_id = s.id AND o.state = 'taken')
"""


@pytest.fixture
def phone(browser: Browser, market: Market) -> Iterator[BrowserContext]:
    """A phone of its own: it complains about its line, and that is what is tested here."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, base_url=market.address, locale="vi-VN",
                                  reduced_motion="reduce")  # fmt: skip
    context.route(lambda url: not url.startswith(market.address), fulfil)
    yield context
    context.close()


@pytest.fixture
def slug(market: Market) -> str:
    """The fair that is running; the co-operative that signs in has a booth there."""
    with psycopg.connect(market.database_url) as connection:
        connection.execute(_PLACED, (FAIR,))
    return str(market.one("SELECT slug FROM fairs_fair WHERE slug LIKE 'tuan-hang-dac-san-vung-cao-ha-noi-%'"))


def _gate(phone: BrowserContext, slug: str) -> Page:
    page = phone.new_page()
    sign_in(page, "bantochuc@chophien.example")
    page.goto(f"/ban-to-chuc/hoi-cho/{slug}/tai-cho")
    button = page.get_by_role("button", name="Lập danh sách và thẻ")
    if button.count():
        button.click()
        page.wait_for_load_state()
    return page


def _fresh_pass(market: Market, slug: str) -> tuple[str, str]:
    """A pass with which nobody has come today, made for it: its code and its id."""
    with psycopg.connect(market.database_url) as connection:
        row = connection.execute(
            "INSERT INTO fairs_pass (id, fair_id, exhibitor_id, number, code) SELECT gen_random_uuid(), e.fair_id, e.id, 1 + ("
            " SELECT max(number) FROM fairs_pass p WHERE p.exhibitor_id = e.id), %s FROM fairs_exhibitor e"
            " JOIN fairs_fair f ON f.id = e.fair_id WHERE f.slug = %s ORDER BY e.name LIMIT 1 RETURNING code, id",
            (_code(), slug),
        ).fetchone()
    assert row is not None
    return str(row[0]), str(row[1])


def _code() -> str:
    from service.fairs.onsite import codes

    return codes.drawn()


def _count(market: Market, pass_id: str) -> int:
    return int(market.one(f"SELECT count(*) FROM fairs_check_in WHERE pass_id = '{pass_id}'"))


def _say(page: Page, code: str) -> None:
    page.locator("#f-code").fill(code)
    page.locator("#f-code").press("Enter")


def test_a_check_in_without_a_line_waits_and_goes_once(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    phone.set_offline(True)
    _say(page, code)
    waiting = page.locator("#queue")
    expect(waiting).to_be_visible()
    expect(waiting).to_contain_text(code)
    expect(waiting.locator(".said")).to_contain_text("Chưa có mạng")
    assert _count(market, pass_id) == 0
    phone.set_offline(False)
    expect(waiting.locator("li")).to_have_count(0)
    assert _count(market, pass_id) == 1


def test_an_answer_that_is_lost_after_the_commit_makes_no_second_row(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()  # The market has kept it; its answer never comes back.
        lost.append(route.request.post_data or "")
        route.abort("connectionreset")

    page.route("**/api/v1/fairs/*/check-ins", lose, times=1)
    _say(page, code)
    waiting = page.locator("#queue")
    expect(waiting.locator("li")).to_have_count(1)
    expect(waiting.locator(".said")).to_contain_text("Chưa có mạng")
    assert len(lost) == 1
    assert _count(market, pass_id) == 1
    with page.expect_response("**/api/v1/fairs/*/check-ins") as answered:
        waiting.locator(".retry").click()
    assert answered.value.ok
    assert answered.value.request.post_data == lost[0]
    expect(waiting.locator("li")).to_have_count(0)
    assert _count(market, pass_id) == 1


def test_what_is_refused_stays_with_the_reason_and_holds_up_nobody(phone: BrowserContext, market: Market, slug: str) -> None:
    page = _gate(phone, slug)
    code, pass_id = _fresh_pass(market, slug)
    phone.set_offline(True)
    _say(page, "KHONG-CO-THE")
    _say(page, code)
    expect(page.locator("#queue li")).to_have_count(2)
    phone.set_offline(False)
    expect(page.locator("#queue li")).to_have_count(1)
    expect(page.locator("#queue li")).to_contain_text("Mã thẻ chưa đúng")
    assert _count(market, pass_id) == 1
    page.locator("#queue li button").click()
    expect(page.locator("#queue")).to_be_hidden()


def test_a_booth_keeps_a_sale_and_a_lead_while_the_line_is_down(phone: BrowserContext, market: Market, slug: str) -> None:
    page = phone.new_page()
    sign_in(page, "htx@chophien.example")
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho")
    phone.set_offline(True)
    page.locator("form[data-queue] [name=what]").fill("Miến thử mất mạng")
    page.locator("form[data-queue] [name=vnd]").fill("850k")
    page.get_by_role("button", name="Ghi bán hàng").click()
    expect(page.locator("#queue li")).to_have_count(1)
    phone.set_offline(False)
    expect(page.locator("#queue li")).to_have_count(0)
    sold = "SELECT count(*) FROM fairs_sale WHERE what = 'Miến thử mất mạng' AND vnd = 850000"
    assert market.one(sold) == 1
    page.goto(f"/ban-hang/hoi-cho/{slug}/tai-cho/khach")
    phone.set_offline(True)
    page.locator("[name=person]").fill("Khách mất mạng")
    page.get_by_role("button", name="Ghi khách").click()
    expect(page.locator("#queue li")).to_have_count(1)
    phone.set_offline(False)
    expect(page.locator("#queue li")).to_have_count(0)
    assert market.one("SELECT count(*) FROM fairs_lead WHERE person = 'Khách mất mạng'") == 1
