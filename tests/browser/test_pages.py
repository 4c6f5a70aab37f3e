"""Every page that links lead to, for everybody who uses the market: it can be used by all, fits a phone, and speaks right."""

from __future__ import annotations

import gzip
from functools import cache

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import walking
from tests.browser.conftest import CDN_FILE, NODE_MODULES, Market, OpenWindow

CONTRAST = {"type": "rule", "values": ["color-contrast"]}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROLES = ["supplier", "buyer", "organiser", "officer", "administrator"]
NARROW = 360
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OUTSIDE = """[...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + '.' + e.className).slice(0, 5)"""
# What the market itself says on a page; names of goods, people and places (also those only read aloud) stay as they are.
# What is marked as a name in a heading or a head of a column is one too.
SAID = "main h2:not(.name), main button, main th[scope=col]:not(.name), dt, legend, .legend span, .main-nav a, summary b"
LETTERS = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ"
NAMES = r"“.*?”|Chợ Phiên|TP. Hồ Chí Minh|(TP. )?Hà Nội|\(đ(\/kg)?\)|\(minh họa\)"
VIETNAMESE = f"""[...document.querySelectorAll('{SAID}')]
    .map(e => {{ const said = e.cloneNode(true); said.querySelectorAll('.vh').forEach(name => name.remove()); return said; }})
    .map(e => e.textContent.trim()).filter(t => /[{LETTERS}]/i.test(t.replace(/{NAMES}/g, '')))
    .slice(0, 5)"""


@cache
def reachable(address: str, who: str | None) -> list[str]:
    """The pages of this person; of somebody signed in those that others do not see, and the front page."""
    mine = walking.pages(address, who)
    if who is None:
        return mine
    public = {walking.kind_of(each) for each in reachable(address, None)}
    return ["/", *(each for each in mine if walking.kind_of(each) not in public)]


def broken_rules(page: Page, rules: list[str] | dict[str, object]) -> list[str]:
    """The rules of accessibility that the page breaks, each with the first places where."""
    found = []
    for broken in Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]:
        spots = [f"{node['target']} {node['html'][:120]} {node['failureSummary'][:200]}" for node in broken["nodes"][:3]]
        found.append(f"{broken['id']}: {'; '.join(spots)}")
    return found


def faults(page: Page, address: str, language: str, *, rules: bool = True, night: bool = False) -> list[str]:
    """What is wrong with one page, in words; with `rules` those of accessibility, with `night` its contrast in the dark too."""
    answer = page.goto(address)
    assert answer is not None
    found = []
    if answer.status >= 500:
        found.append(f"answers {answer.status}")
    if page.locator("html").get_attribute("lang") != language:
        found.append("speaks another language")
    if page.locator("h1").count() != 1:
        found.append(f"has {page.locator('h1').count()} main headings")
    if language == "en" and (left := page.evaluate(VIETNAMESE)):
        found.append(f"still says in Vietnamese: {left}")
    if page.locator("[style]").count():
        found.append("has inline style")
    if page.evaluate(WIDER) > 0:
        found.append(f"scrolls sideways because of {page.evaluate(OUTSIDE)}")
    wide = page.viewport_size
    if language == "en" and wide is not None and wide["width"] > NARROW:
        # English is longer in places: the same page, made as narrow as a phone.
        page.set_viewport_size({"width": NARROW, "height": wide["height"]})
        if page.evaluate(WIDER) > 0:
            found.append(f"scrolls sideways on a phone because of {page.evaluate(OUTSIDE)}")
        page.set_viewport_size(wide)
    found += broken_rules(page, RULES) if rules else []
    if night:
        page.emulate_media(color_scheme="dark")
        found += [f"at night, {each}" for each in broken_rules(page, CONTRAST)]
        page.emulate_media(color_scheme="light")
    return [f"{address}: {each}" for each in found]


@pytest.mark.parametrize(("width", "language"), [(360, "vi"), (1280, "en")])
def test_everybody_can_use_every_page(market: Market, window: OpenWindow, width: int, language: str) -> None:
    page = window(width, language=language)
    found = [
        fault for address in reachable(market.address, None) for fault in faults(page, address, language, night=width == 1280)
    ]
    assert found == []


# What a role may reach is walked once, so both widths of a role stay with one worker.
@pytest.mark.parametrize("role", [pytest.param(role, marks=pytest.mark.xdist_group(role)) for role in ROLES])
@pytest.mark.parametrize(("width", "language"), [(360, "vi"), (1280, "en")])
def test_everybody_can_use_the_pages_of_a_role(
    market: Market, window: OpenWindow, people: dict[str, str], role: str, width: int, language: str
) -> None:
    page = window(width, language=language, who=people[role])
    own = reachable(market.address, people[role])
    # Most rules of accessibility ask for names and sizes; of the same page in two widths they are asked at the narrow one.
    found = [fault for address in own for fault in faults(page, address, language, rules=width == 360)]
    assert found == []


def wire_size(address: str) -> int:
    """How many bytes travel for one address: gzip where we or the CDN compress, and the heads of request and answer."""
    if found := CDN_FILE.search(address):
        package, _version, path = found.groups()
        return len(gzip.compress((NODE_MODULES / package / path).read_bytes(), 9))
    with httpx.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        return head + sum(len(piece) for piece in answer.iter_raw())


@pytest.mark.parametrize("address", ["/", "/san-pham?q=mien+dong", "/nha-cung-cap", "/tim-hang", "/hoi-cho"])
def test_the_first_view_is_small(window: OpenWindow, address: str) -> None:
    """On a 3G line: the page, our files and the CDN's files travel in 50 KB together (X2)."""
    page = window(360)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    sizes = {each: wire_size(each) for each in asked if not each.startswith("data:")}
    assert len([each for each in sizes if CDN_FILE.search(each)]) == 2
    assert sum(sizes.values()) <= 50_000, sizes
