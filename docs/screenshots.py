"""Takes the screenshots of the README from a running market with the demo in it.

    make run                                   # in one window
    .venv/bin/python docs/screenshots.py       # in another; or with the address of the market

CDN files come from node_modules, so it works without the internet. Every picture is a WebP below 150 KB.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import os
import re
import shutil
import sys
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).parent / "screenshots"
CDN_FILE = re.compile(r"^https://cdn\.jsdelivr\.net/npm/((?:@[^/]+/)?[^@/]+)@([^/]+)/(.+)$")
LARGEST = 150_000
ORGANISER, PASSWORD = "bantochuc@chophien.example", "cho-phien-minh-hoa"  # Of the demo, as the market tells everybody.


def ask(address: str) -> Any:
    """What the JSON interface answers."""
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the address of the market on the command line.
        return json.load(answer)


def telling_request(market: str) -> str:
    """The open request that shows most on one page: a few matches and a few near misses."""
    found = ask(f"{market}/api/v1/requests?limit=100")["items"]

    def telling(code: str) -> tuple[int, int]:
        ranked = ask(f"{market}/api/v1/requests/{code}/matches")
        fits, near = len(ranked["items"]), len(ranked["near"])
        return min(fits, 3) * min(near, 3), -fits - near

    return max((each["code"] for each in found), key=telling)


def fair_of(market: str, name: str) -> str:
    """The address of the fair of the demo with these words in its name."""
    found = ask(f"{market}/api/v1/fairs?limit=100")["items"]
    return f"/hoi-cho/{next(each['slug'] for each in found if name in each['name'])}"


def fulfil(route: Route) -> None:
    """Answer for the CDN with the files of node_modules."""
    found = CDN_FILE.search(route.request.url)
    if not found:
        route.abort()
        return
    file = ROOT / "node_modules" / found[1] / found[3]
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    route.fulfill(body=file.read_bytes(), headers={"content-type": kind, "access-control-allow-origin": "*"})


def take(page: Page, name: str) -> None:
    """Store what the window shows."""
    session = page.context.new_cdp_session(page)
    for quality in (90, 75, 60, 45):
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(shot["data"])
        if len(picture) <= LARGEST:
            break
    (PICTURES / f"{name}.webp").write_bytes(picture)
    print(f"{name}.webp {len(picture) // 1000} KB")


def shoot(
    browser: Browser, market: str, name: str, path: str, *, phone: bool = False, dark: bool = False, height: int = 760,
    who: str | None = None,
) -> None:  # fmt: skip
    """One picture of one page."""
    context = browser.new_context(
        base_url=market, viewport={"width": 360 if phone else 1280, "height": height}, locale="vi-VN",
        device_scale_factor=2 if phone else 1, color_scheme="dark" if dark else "light", reduced_motion="reduce",
    )  # fmt: skip
    context.route(lambda url: not url.startswith(market), fulfil)
    page = context.new_page()
    if who is not None:
        page.goto("/dang-nhap?next=/")
        page.locator("#f-email").fill(who)
        page.locator("#f-password").fill(PASSWORD)
        page.locator("form.narrow button").click()
        page.wait_for_url("**/")
    where, _, spot = path.partition("#")
    page.goto(where, wait_until="networkidle")
    if spot:
        page.locator(f"#{spot}").scroll_into_view_if_needed()
        page.evaluate(f"document.getElementById('{spot}').scrollIntoView()")
    take(page, name)
    context.close()


def main() -> None:
    """All pictures of the README."""
    market = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    PICTURES.mkdir(exist_ok=True)
    found = ask(f"{market}/api/v1/products?q=mien+dong&limit=1")["items"]
    product = f"/san-pham/{found[0]['slug']}"
    request = f"/tim-hang/{telling_request(market)}"
    fair = f"/hoi-cho/{ask(f'{market}/api/v1/fairs')['items'][0]['slug']}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        shoot(browser, market, "home", "/", height=1000)
        shoot(browser, market, "search", "/san-pham?q=mien+dong", height=1000)
        shoot(browser, market, "product", product, height=1000)
        shoot(browser, market, "request", request, height=1900)
        shoot(browser, market, "near-misses", f"{request}#near", height=760)
        shoot(browser, market, "fair", fair, height=1000)
        big, running = (fair_of(market, name) for name in ("Hội chợ Quà Tết", "Tuần hàng Đặc sản"))
        shoot(browser, market, "plan", f"{running}/so-do", height=900)
        shoot(browser, market, "allocation", f"/ban-to-chuc{big}/xep-gian/1", who=ORGANISER, height=1250)
        shoot(browser, market, "phone-gate", f"/ban-to-chuc{running}/tai-cho", who=ORGANISER, phone=True, height=1000)
        shoot(browser, market, "phone-search", "/san-pham?q=mien+dong", phone=True)
        shoot(browser, market, "phone-match", f"{request}#candidates", phone=True)
        shoot(browser, market, "dark", request, dark=True, height=1000)
        browser.close()


if __name__ == "__main__":
    main()
