"""What is printed: every form on paper, and the letter with the code, is exactly one A4 page, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenWindow

A4 = (595, 842)  # Points.
SHEETS = ("dang-ky", "san-pham", "tim-hang")


def pages(window: Page) -> list[tuple[int, int]]:
    """The sizes of the pages that come out of the printer, in points."""
    printed = window.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    return [(round(float(wide)), round(float(high))) for wide, high in boxes]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_form_on_paper_is_one_page(window: OpenWindow, sheet: str, language: str) -> None:
    page = window(language=language)
    page.goto(f"/bieu-mau/{sheet}")
    assert page.locator(".blank").count() >= 12
    assert pages(page) == [A4]
    # It is filled to the foot: a form that shrank to half a page would waste the other half.
    page.emulate_media(media="print")
    high = page.evaluate("document.querySelector('.sheet').getBoundingClientRect().height")
    assert high > 650


def test_a_page_too_long_would_be_noticed(window: OpenWindow) -> None:
    page = window()
    page.goto("/bieu-mau/dang-ky")
    page.evaluate("document.querySelector('.blanks').append(...document.querySelector('.blanks').cloneNode(true).children)")
    assert len(pages(page)) == 2


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_letter_with_the_code_is_one_page(window: OpenWindow, people: dict[str, str], language: str) -> None:
    page = window(language=language, who=people["officer"])
    page.goto("/duyet/nhap-ho")
    page.locator("main .lines a").first.click()
    page.locator(".panel form button").click()
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4}", page.locator(".letter .code").inner_text())
    assert pages(page) == [A4]
