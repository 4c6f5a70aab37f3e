"""Drawing a hall by hand in Chromium: pull out a row, move it by the keyboard, undo; what is wrong is said beside the booth."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Market, OpenWindow

FAIR = "SELECT slug FROM fairs_fair WHERE slug LIKE 'ket-noi-cung-cau-vung-cao-tp-ho-chi-minh-%'"


def at(page: Page, code: str, fraction: tuple[float, float] = (0.5, 0.5)) -> tuple[float, float]:
    """Where on the screen a place of a booth is."""
    box = page.locator(f'.floor-box [data-code="{code}"] rect').first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * fraction[0], box["y"] + box["height"] * fraction[1]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def codes(page: Page) -> list[str]:
    return page.eval_on_selector_all(".floor-box .b[data-code]", "all => all.map(each => each.dataset.code)")


def test_a_row_is_pulled_out_moved_and_undone(market: Market, window: OpenWindow) -> None:
    page = window(who="bantochuc@chophien.example")
    page.goto(f"/ban-to-chuc/hoi-cho/{market.one(FAIR)}/mat-bang")
    page.get_by_role("link", name="Hành lang", exact=True).first.click()
    board = page.locator(".floor-box svg.floor")
    expect(board).to_have_class("floor edit")
    assert codes(page) == ["H101", "H102", "H103", "H104", "H105"]

    board.evaluate("each => each.scrollIntoView()")
    # The grip below a booth makes a row downwards: two more, with the next free numbers.
    page.mouse.click(*at(page, "H105"))
    grip = page.locator('.handle[data-way="down"] circle').bounding_box()
    assert grip is not None
    metre = (at(page, "H102")[0] - at(page, "H101")[0]) / 3
    start = (grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    drag(page, start, (start[0], start[1] + 6 * metre))
    expect(page.locator('.floor-box [data-code="H107"]')).to_be_visible()
    assert codes(page)[-2:] == ["H106", "H107"]

    # Onto another one: both say so at once, and the server says it beside their lines.
    drag(page, at(page, "H106"), (at(page, "H106")[0] - 3 * metre, at(page, "H101")[1]))
    expect(page.locator("#gian-H106 .error").first).to_contain_text("H104")
    expect(page.locator('.floor-box .rim[data-code="H104"]')).to_be_visible()

    # Several presses of a key are one step; Ctrl+Z takes back one step after the other.
    page.mouse.click(*at(page, "H107"))
    for _press in range(4):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#gian-H107")).to_contain_text("12; 6")
    page.keyboard.press("Control+z")
    expect(page.locator("#gian-H107")).to_contain_text("14; 6")
    page.keyboard.press("Control+z")
    expect(page.locator("#gian-H106 .error")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator('.floor-box [data-code="H107"]')).to_have_count(0)
    assert codes(page) == ["H101", "H102", "H103", "H104", "H105"]
