"""Every text that the market stores is made hostile, and every page, document and sheet is read for what came through.

The payload breaks out of text, of an attribute and of a script, and begins like a formula. It is put into every text column of
every table (those that hold codes, keys and states excepted), because what a form refuses today another door may let in.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from service.core import clock
from service.core.exports import RUN
from service.web.pages import render
from tests.market import TODAY
from tests.web.asking import ask
from tests.web.permissions import TABLE

if TYPE_CHECKING:
    from tests.conftest import OneConnection
    from tests.web.permission_market import Market

PAYLOAD = "=1+1\"'></textarea></title></script><zqx onclick=alert(1)><img src=zqx onerror=alert(1)>{{7*7}}${7*7}"
# Columns by which something is found, checked or signed: a text of somebody's is never kept there.
KEPT = re.compile(
    r"(^|_)(slug|codes?|hash|key|keys|state|kind|role|unit|language|template|purpose|digest|type|prefix|scopes?|fact|number|gtin"
    r"|email|phone|version|visibility|reason|precision|form|status|at|on|seed|path|address|body|variant|token|finding|frequency)$"
)
READERS = ("nobody", "own owner", "buyer", "officer", "administrator")
READ = [key for key in TABLE if key.startswith("GET ") and not key.startswith("GET /static/")]


class Found(HTMLParser):
    """What a browser would run or load of a page that is not the house's own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "zqx" or any("zqx" in str(value) for name, value in attrs if name == "src"):
            self.wrong.append(f"<{tag}> of the payload")
        self.wrong += [f"{name} on <{tag}>" for name in said if name.startswith("on")]
        if tag == "script" and "src" not in said and said.get("type") != "application/ld+json":
            self.wrong.append("a script in the page")
        for name in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
            picture = name == "src" and tag == "img" and (said.get(name) or "").startswith("data:image/")  # Drawn, never run.
            if re.match(r"(?i)\s*(javascript|vbscript|data):", said.get(name) or "") and not picture:
                self.wrong.append(f"{name}={said[name]}")


def runs(answer: httpx.Response) -> list[str]:
    """What would be run by whoever reads this answer."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        page = Found()
        page.feed(answer.text)
        page.close()
        return page.wrong + (["a template in the template"] if "=1+1" in answer.text and "'>49" in answer.text else [])
    if kind == "text/csv":
        cells = [cell for line in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in line]
        return [f"formula {cell[:20]}" for cell in cells if cell.startswith(RUN) and not re.fullmatch(r"-?[\d.,]+", cell)]
    if kind.startswith("application/vnd.openxmlformats"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return [name for name in book.namelist() if name.startswith("xl/worksheets/") and b"<f>" in book.read(name)]
    harmless = ("application/", "text/plain", "image/webp", "image/png", "")
    return [] if kind.startswith(harmless) else [f"served as {kind}"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def poisoned(market: Market, one: OneConnection) -> AsyncIterator[int]:
    """The market with the payload in front of every text; how many columns took it."""
    columns = await one.connection.exec_driver_sql(
        "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c "
        "JOIN information_schema.tables t USING (table_schema, table_name) "
        "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' "
        "AND c.table_name ~ '^(accounts|catalogue|matching|fairs)_' "
        "AND c.table_name !~ '^catalogue_(search|vocabulary|synonym|facet)' "
        "AND c.data_type IN ('text', 'character varying', 'ARRAY') AND c.udt_name IN ('text', 'varchar', '_text', '_varchar')"
    )
    taken = 0
    for table, column, kind in columns.all():
        if KEPT.search(column):
            continue
        tried = await one.connection.begin_nested()
        try:
            more = "array_prepend($1, {0})" if kind == "ARRAY" else "$1 || {0}"
            statement = f'UPDATE "{table}" SET "{column}" = {more.format(column)} WHERE "{column}" IS NOT NULL'
            done = await one.connection.exec_driver_sql(statement.replace("$1", "%s"), (PAYLOAD,))
            taken += done.rowcount > 0
        except Exception:  # noqa: BLE001 - a column that refuses it is safe by itself.
            await tried.rollback()
        else:
            await tried.commit()
    with clock.freeze(TODAY):
        owner = market.browsers["own owner"]
        form = {
            "name": PAYLOAD, "description": PAYLOAD, "ingredients": PAYLOAD, "origin": PAYLOAD, "storage": PAYLOAD,
            "name_en": PAYLOAD, "commodity": "mien-dong", "category_code": "I.3.c", "key": "",
        }  # fmt: skip
        assert (await owner.post("/ban-hang/san-pham/moi", data=form)).status_code == 303
    yield taken


async def test_the_payload_is_nearly_everywhere(poisoned: int) -> None:
    assert poisoned >= 25


@pytest.mark.parametrize("key", READ)
async def test_nothing_that_is_stored_is_ever_run(key: str, market: Market, one: OneConnection, poisoned: int) -> None:
    for kind in READERS:
        browser = market.browsers[kind]
        kept = dict(browser.cookies)
        undone = await one.connection.begin_nested()
        answer = await ask(browser, key, TABLE[key], market)
        await undone.rollback()
        browser.cookies = httpx.Cookies(kept)
        assert answer.status_code < 500, (kind, answer.status_code)
        assert runs(answer) == [], (key, kind)


async def test_without_escaping_the_payload_would_run(
    market: Market, one: OneConnection, poisoned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with autoescape switched off, the very same page runs it."""
    monkeypatch.setattr(render.environment("vi"), "autoescape", False)
    render.environment("vi").cache.clear()  # type: ignore[union-attr]
    monkeypatch.setattr(render, "_drawn", {})
    try:
        answer = await market.browsers["own owner"].get("/ban-hang")
        assert "<zqx> of the payload" in runs(answer)
    finally:
        render.environment("vi").cache.clear()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", 'https://x"onclick=alert(1)', "//evil"]
)
async def test_a_website_is_an_address_of_the_web(market: Market, one: OneConnection, address: str) -> None:
    form = {"name": "HTX", "legal_form": "cooperative", "website": address, "version": market["supplier_version"]}
    undone = await one.connection.begin_nested()
    answer = await market.browsers["own owner"].post("/ban-hang/ho-so", data=form)
    await undone.rollback()
    assert answer.status_code == 422
    assert runs(answer) == []


@pytest.mark.parametrize("name", ["q", "cursor", "next", "lang", "kind", "buyer", "commodity", "city", "page", "sort"])
async def test_nothing_in_an_address_is_run(market: Market, name: str) -> None:
    for path in (
        "/",
        "/san-pham",
        "/san-pham/goi-y",
        "/nha-cung-cap",
        "/tim-hang",
        "/hoi-cho",
        "/dang-nhap",
        "/khong-co",
        "/nhan-hieu",
    ):
        for value in (PAYLOAD, "javascript:alert(1)", '"><zqx>'):
            answer = await market.browsers["nobody"].get(path, params={name: value})
            assert runs(answer) == [], path
            assert answer.status_code < 500
        answer = await market.browsers["nobody"].get(f"{path}/%22%3E%3Czqx%3E", headers={"hx-request": "true"})
        assert runs(answer) == []


async def test_a_script_would_be_seen() -> None:
    """What reads the pages sees what it looks for."""
    for page in ("<zqx>", "<img src=zqx>", "<b onclick=x>", "<script>x</script>", "<a href=' javascript:x'>x</a>"):
        assert runs(httpx.Response(200, html=page)) != [], page
    assert runs(httpx.Response(200, content=b"a,=1+1\n", headers={"content-type": "text/csv"})) == ["formula =1+1"]
