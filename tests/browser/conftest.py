"""The market in a real browser: the real process, a real database with the demo in it, and no way out to the network.

Files of the CDN are answered with the very bytes of node_modules, so their integrity hashes are checked; any other outside
address fails the test. Chromium is Debian's (`CHROMIUM` names another).
"""

from __future__ import annotations

import json
import mimetypes
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from service import demo

ROOT = Path(__file__).parents[2]
NODE_MODULES = ROOT / "node_modules"
CDN_FILE = re.compile(r"^https://cdn\.jsdelivr\.net/npm/((?:@[^/]+/)?[^@/]+)@([^/]+)/(.+)$")
STARTS_WITHIN = 60


class Market:
    """The running market: its address, and its database for looking up what to open."""

    def __init__(self, address: str, database_url: str) -> None:
        self.address = address
        self.database_url = database_url

    def one(self, statement: str) -> Any:
        """The first value that the statement finds."""
        with psycopg.connect(self.database_url) as connection:
            row = connection.execute(statement).fetchone()  # type: ignore[arg-type] # The statements are the tests' own.
        assert row is not None, statement
        return row[0]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def market(make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    """The web process on a free port, over a database of its own that holds the demo."""
    url, port = make_database("browser"), free_port()
    settings = {
        "CHOPHIEN_DATABASE_URL": url, "CHOPHIEN_PORT": str(port), "CHOPHIEN_HOST": "127.0.0.1", "CHOPHIEN_LOG_LEVEL": "WARNING",
        "CHOPHIEN_DATA_DIR": str(tmp_path_factory.mktemp("data")),
    }  # fmt: skip
    environment = {**os.environ, **settings}
    subprocess.run([sys.executable, "-m", "service", "demo"], cwd=ROOT, env=environment, check=True, timeout=300)
    log = (tmp_path_factory.mktemp("log") / "web.log").open("wb")
    web = subprocess.Popen([sys.executable, "-m", "service", "web"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=2).close()  # noqa: S310 - our own loopback address.
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert web.poll() is None, Path(log.name).read_text("utf-8")
                assert time.monotonic() < deadline, Path(log.name).read_text("utf-8")
                time.sleep(0.2)
        yield Market(address, url)
    finally:
        web.terminate()
        web.wait(30)
        log.close()


OpenChromium = Callable[..., Browser]


@pytest.fixture(scope="session")
def chromium() -> Iterator[OpenChromium]:
    """Opens Chromium, with what a test wants of it besides."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:

        def opened(*wanted: str) -> Browser:
            return playwright.chromium.launch(
                executable_path=executable,
                args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                      "--disable-component-update", "--disable-sync", *wanted],
            )  # fmt: skip

        yield opened


@pytest.fixture(scope="session")
def browser(chromium: OpenChromium) -> Iterator[Browser]:
    """Chromium, once for all tests."""
    opened = chromium()
    yield opened
    opened.close()


def fulfil(route: Route) -> None:
    """Answer a CDN address with the file of node_modules, in exactly the version asked for; refuse everything else."""
    found = CDN_FILE.search(route.request.url)
    if not found:
        route.abort("blockedbyclient")
        return
    package, version, path = found.groups()
    file = (NODE_MODULES / package / path).resolve()
    manifest = NODE_MODULES / package / "package.json"
    if not file.is_relative_to(NODE_MODULES) or not file.is_file() or json.loads(manifest.read_bytes())["version"] != version:
        route.fulfill(status=404, body=f"not in node_modules: {package}@{version}/{path}")
        return
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    route.fulfill(body=file.read_bytes(), headers={"content-type": kind, "access-control-allow-origin": "*"})


OpenWindow = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, market: Market) -> Iterator[OpenWindow]:
    """Open a page: `window(width=360, language="en", scheme="dark", javascript=False, who="buyer@…")`.

    The test fails when any page asks for an outside address, breaks the content policy or throws in a script.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(complaint: str) -> None:
        # A page that answers 404 or 422 on purpose is no complaint.
        if not re.search(r"status of 4\d\d", complaint):
            complaints.append(complaint)

    def open_window(
        width: int = 1280, *, language: str = "vi", scheme: str = "light", javascript: bool = True, who: str | None = None
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, base_url=market.address, java_script_enabled=javascript,
            color_scheme=scheme, locale="en-GB" if language == "en" else "vi-VN", reduced_motion="reduce",  # type: ignore[arg-type]
        )  # fmt: skip
        contexts.append(context)
        context.route(lambda url: not url.startswith(market.address), fulfil)
        context.add_cookies([{"name": "lang", "value": language, "url": market.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda said: note(said.text) if said.type == "error" else None)
        page.on("requestfailed", lambda asked: note(f"failed: {asked.url}") if market.address not in asked.url else None)
        if who is not None:
            sign_in(page, who)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, email: str) -> None:
    """Sign in by hand, as people do."""
    page.goto("/dang-nhap?next=/")
    page.locator("#f-email").fill(email)
    page.locator("#f-password").fill(demo.DEMO_PASSWORD)
    page.locator("form.narrow button").click()
    page.wait_for_url("**/")


@pytest.fixture(scope="session")
def people() -> dict[str, str]:
    """The e-mail of one demo person for each role."""
    names = {"office": "officer", "operator": "administrator"}
    return {names.get(person.kind.value, person.kind.value): person.email for person in reversed(demo.sign_ins())}
