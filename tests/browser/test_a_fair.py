"""The story of a fair in a real browser: announced, drawn, applied for, allocated, published, seen by everybody.

The organiser sits at a desk with JavaScript, the cooperatives at phones without it, and the worker runs beside them.
"""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from service.core import clock, formats
from tests.browser.conftest import Market, OpenWindow
from tests.browser.test_filling_an_order import SOLVED_WITHIN, worker

__all__ = ["worker"]

NAME = "Hội chợ thử trên trình duyệt"
BOOTHS = 4
APPLICANTS = ("htx@chophien.example", "lienhiep@chophien.example")


def announce(page: Page) -> str:
    """The organiser writes down what is known, with a call that is open today, and tells everybody; the fair's desk."""
    today = clock.today()
    page.goto("/ban-to-chuc/hoi-cho/moi")
    page.locator("#f-name").fill(NAME)
    page.locator("#f-kind").select_option("fair")
    for field, day in (("starts_on", 40), ("ends_on", 42), ("call_opens_on", 0), ("call_closes_on", 20)):
        page.locator(f"#f-{field}").fill(formats.day(today + timedelta(days=day)))
    page.locator("#f-place").fill("Nhà văn hóa")
    page.locator("#f-province_code").select_option("01")
    page.locator("input[name=hall_name]").first.fill("Nhà 1")
    page.locator("main form.one-column button[type=submit]").last.click()
    page.wait_for_url("**/ban-to-chuc/hoi-cho/hoi-cho-thu-*")
    desk = page.url
    page.get_by_role("button", name="Công bố hội chợ").click()
    expect(page.locator("#flash .flash")).to_be_visible()
    return desk


def draw(page: Page, desk: str) -> None:
    """A hall of its size, a class of booths, and one row of them."""
    page.goto(f"{desk}/mat-bang")
    page.get_by_role("link", name="Sửa kích thước").click()
    hall = page.locator("#f-hall")
    hall.locator("[name=width]").fill("20")
    hall.locator("[name=depth]").fill("12")
    hall.get_by_role("button", name="Lưu sảnh").click()
    kind = page.locator('form[action$="/mat-bang/loai-gian"]').last
    kind.locator("[name=code]").fill("TC")
    kind.locator("[name=name]").fill("Gian tiêu chuẩn")
    kind.locator("[name=width]").fill("3")
    kind.locator("[name=depth]").fill("3")
    kind.locator("[name=price_vnd]").fill("2tr")
    kind.get_by_role("button", name="Lưu loại gian").click()
    page.goto(f"{desk}/mat-bang")
    page.get_by_role("link", name="Nhà 1", exact=True).first.click()
    for field, typed in (("day_count", str(BOOTHS)), ("day_x", "2"), ("day_y", "4"), ("day_prefix", "A"), ("day_first", "1")):
        page.locator(f"#f-{field}").fill(typed)
    page.get_by_role("button", name="Thêm dãy").click()
    expect(page.locator("tr#gian-A4")).to_be_visible()


def apply(page: Page, fair: str) -> None:
    """A cooperative hands its application in, with everything that the form offers ticked already."""
    page.goto(f"{fair}/dang-ky")
    for box in page.locator("input[name=products]").all():
        if box.is_enabled() and not box.is_checked():
            box.check()
    page.locator("#f-contact").fill("Chủ nhiệm, 0912 345 678")
    page.locator("button[name=save][value=submit]").click()
    assert page.locator("#flash .flash").is_visible(), page.locator("main").inner_text()[:2000]


def test_from_an_announcement_to_a_published_plan(market: Market, window: OpenWindow, worker: None) -> None:
    organiser = window(who="bantochuc@chophien.example")
    desk = announce(organiser)
    slug = desk.rsplit("/", 1)[1]
    draw(organiser, desk)
    for email in APPLICANTS:
        apply(window(360, javascript=False, who=email), f"/hoi-cho/{slug}")

    # All who have applied are ticked and accepted at once.
    organiser.goto(f"{desk}/don-dang-ky")
    for box in organiser.locator("input[name=chosen]").all():
        box.check()
    organiser.get_by_role("button", name="Nhận", exact=True).click()
    expect(organiser.locator("#flash .flash")).to_be_visible()

    # The computer gives out the booths, and says that no plan is better; the organiser publishes it.
    organiser.goto(f"{desk}/xep-gian")
    organiser.get_by_role("button", name="Giao máy xếp gian").click()
    expect(organiser.get_by_text("tối ưu, đã chứng minh").first).to_be_visible(timeout=SOLVED_WITHIN)
    organiser.get_by_role("button", name="Xem thay đổi và công bố").click()
    organiser.get_by_role("button", name="Công bố", exact=True).click()
    expect(organiser.locator("#flash .flash")).to_be_visible()

    # Everybody sees what the rows say, on a phone without JavaScript too; each exhibitor finds her booth.
    names = market.one(
        "SELECT array_agg(o.name) FROM fairs_occupancy o JOIN fairs_fair f ON f.id = o.fair_id"
        f" WHERE f.slug = '{slug}' AND o.state = 'taken'"
    )
    assert len(names) == len(APPLICANTS)
    anybody = window(360, javascript=False)
    for address in (f"/hoi-cho/{slug}/so-do", f"/hoi-cho/{slug}/don-vi"):
        anybody.goto(address)
        for name in names:
            assert name in anybody.content()
    exhibitor = window(360, javascript=False, who=APPLICANTS[0])
    exhibitor.goto(f"/ban-hang/hoi-cho/{slug}")
    expect(exhibitor.get_by_text("Gian của bạn").first).to_be_visible()
    assert re.search(r"\bA[1-4]\b", exhibitor.locator("section.panel").first.inner_text())
