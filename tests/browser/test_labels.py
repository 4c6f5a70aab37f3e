"""Labels are printed as they are drawn: one sheet is one page of A4, whatever its grid, and nothing else is on it."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Market, OpenWindow

A4 = ["594.95996", "841.91998"]


def pages(pdf: bytes) -> list[list[str]]:
    """Width and height of every page, in points."""
    return [found.decode().split() for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+ [\d.]+)\]", pdf)]


@pytest.mark.parametrize("grid", [24, 40, 65])
def test_one_sheet_is_one_page(window: OpenWindow, market: Market, people: dict[str, str], grid: int) -> None:
    code = market.one("SELECT code FROM catalogue_lot WHERE state = 'open'")
    page = window(who=people["supplier"])
    page.goto(f"/ban-hang/lo/{code}/nhan?kho={grid}")
    assert len(pages(page.pdf(prefer_css_page_size=True))) == 1
    page.goto(f"/ban-hang/lo/{code}/nhan?kho={grid}&tu=2&so={2 * grid}")
    printed = pages(page.pdf(prefer_css_page_size=True))
    assert len(printed) == 3
    assert all(abs(float(side) - float(a4)) < 1 for size in printed for side, a4 in zip(size, A4, strict=True))
    page.emulate_media(media="print")
    assert page.locator("h1").is_hidden()
    assert page.locator(".masthead").is_hidden()


@pytest.mark.parametrize("grid", [24, 40, 65])
def test_every_label_holds_what_stands_on_it(window: OpenWindow, market: Market, people: dict[str, str], grid: int) -> None:
    code = market.one("SELECT code FROM catalogue_lot WHERE state = 'open'")
    page = window(who=people["supplier"])
    page.goto(f"/ban-hang/lo/{code}/nhan?kho={grid}")
    page.emulate_media(media="print")
    cut = page.locator(".labels li").evaluate_all(
        "them => them.filter(it => it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth + 1).length"
    )
    assert cut == 0
