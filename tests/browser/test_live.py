"""With JavaScript: search answers while typing, the address holds the state, back works, weights move the ranking."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Market, OpenWindow

# The open request with the most matching goods of its commodity: where a ranking has something to move.
BUSIEST = """
SELECT r.code FROM matching_request r JOIN catalogue_product p ON p.commodity_id = r.commodity_id
 WHERE r.state = 'open' AND r.visibility = 'public' AND p.state = 'published'
 GROUP BY r.code, r.ceiling_vnd_per_kg ORDER BY count(*) DESC, r.ceiling_vnd_per_kg DESC NULLS LAST, r.code LIMIT 1
"""
ORDER = "[...document.querySelectorAll('.candidates h3 a')].map(a => a.textContent).join()"


def names(page: Page) -> list[str]:
    """The products in the order in which they are ranked."""
    return page.locator(".candidates h3 a").all_text_contents()


def test_search_answers_while_typing_and_back_works(window: OpenWindow) -> None:
    page = window()
    page.goto("/san-pham")
    everything = page.locator("h1").inner_text()
    page.locator("#find").press_sequentially("quyt", delay=40)
    page.wait_for_url("**/san-pham?q=quyt")
    expect(page.locator("h1")).not_to_have_text(everything)
    expect(page.locator("#find")).to_be_focused()
    found = page.locator("h1").inner_text()
    page.locator("#filters input[name=stars]").first.check()
    page.wait_for_url(re.compile(r"q=quyt&stars=\d"))
    expect(page.locator("h1")).not_to_have_text(found)
    page.go_back()
    page.wait_for_url("**/san-pham?q=quyt")
    expect(page.locator("h1")).to_have_text(found)
    expect(page.locator("#filters input[name=stars]").first).not_to_be_checked()
    other = window()
    other.goto(page.url.removeprefix(page.url.split("/san-pham")[0]))
    expect(other.locator("h1")).to_have_text(found)  # A shared link shows the same.


def test_filters_stay_open_on_a_phone_while_they_are_used(window: OpenWindow) -> None:
    page = window(360)
    page.goto("/san-pham?q=mien+dong")
    page.locator("details.fold > summary").click()
    page.locator("#filters input[name=stars]").first.check()
    page.wait_for_url("**stars=**")
    expect(page.locator("#filters input[name=stars]").first).to_be_visible()


def test_suggestions_while_typing_and_by_the_keyboard(window: OpenWindow) -> None:
    page = window(360)
    page.goto("/nha-cung-cap")
    page.locator("#find").press_sequentially("mien d", delay=40)
    expect(page.locator(".suggestions a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggestions a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_have_count(0)
    expect(page.locator("#find")).to_be_focused()


def test_moving_a_weight_moves_the_ranking_at_once(market: Market, window: OpenWindow) -> None:
    page = window()
    page.goto(f"/tim-hang/{market.one(BUSIEST)}")
    before = names(page)
    assert len(before) > 3
    for weight in ("coverage", "quality", "certificates", "relevance", "distance", "reliability"):
        page.locator(f"#w-{weight}").fill("0")
    page.locator("#w-price").fill("10")
    page.wait_for_url("**weight_price=10**")
    expect(page.locator("output[for=w-price]")).to_have_text("10")
    expect(page.locator(".candidates h3 a").first).to_be_visible()
    page.wait_for_function(f"was => {ORDER} !== was", arg=",".join(before))
    assert len(names(page)) > 3


def test_the_menu_of_who_is_signed_in(window: OpenWindow, people: dict[str, str]) -> None:
    page = window(360, who=people["supplier"])
    page.locator("details.me > summary").click()
    expect(page.locator(".menu a[href='/ban-hang']")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu a[href='/ban-hang']")).not_to_be_visible()
