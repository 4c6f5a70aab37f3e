"""Every address × every kind of person, as the table says (tests/web/permissions.py tells how to add a row)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from service.app import create_app
from service.core import clock
from service.core.settings import Settings
from tests.conftest import OneConnection
from tests.market import TODAY
from tests.web.asking import ask, careless, leaks, letter, served
from tests.web.permission_market import Market
from tests.web.permissions import DOCUMENT, KINDS, TABLE, document


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def test_every_route_has_its_row(settings: Settings) -> None:
    missing = sorted(served(create_app(settings)) - set(TABLE))
    assert missing == [], "add rows to tests/web/permissions.py; its docstring says how"


def test_every_row_has_its_route(settings: Settings) -> None:
    assert sorted(set(TABLE) - served(create_app(settings))) == []


async def _facts(one: OneConnection) -> int:
    counted = await one.connection.exec_driver_sql("SELECT count(*) FROM core_journal")
    return int(counted.scalar_one())


@pytest.mark.parametrize("key", TABLE)
async def test_everybody_is_answered_as_the_table_says(key: str, one: OneConnection, market: Market) -> None:
    each = TABLE[key]
    found, leaked, wrong = "", {}, {}
    for kind in KINDS:
        browser = market.browsers[kind]
        kept = dict(browser.cookies)
        undone = await one.connection.begin_nested()
        try:
            told = await _facts(one)
            answer = await ask(browser, key, each, market)
            # No link or picture on another site does anything in anybody's name: reading tells the journal nothing.
            assert not key.startswith("GET ") or answer.status_code >= 500 or await _facts(one) == told, (key, kind)
        finally:
            await undone.rollback()
        browser.cookies = httpx.Cookies(kept)
        given = letter(answer)
        found += "~" if each.expected(kind) == "~" and given == "o" else given
        if words := leaks(answer, kind, market, str(answer.url)):
            leaked[kind] = words
        if faults := careless(answer):
            wrong[kind] = faults
    assert found == each.policy, f"{key}, in the order {', '.join(KINDS)}"
    assert leaked == {}
    assert wrong == {}


def test_a_route_without_a_row_is_noticed(settings: Settings) -> None:
    app = create_app(settings)
    app.add_api_route("/them", lambda: None, methods=["POST"])
    assert served(app) - served(create_app(settings)) == {"POST /them"}


async def test_a_leak_is_noticed(market: Market) -> None:
    told = httpx.Response(404, text="Không có zqTênNhápzq ở đây")
    assert leaks(told, "other buyer", market) == ["zqTênNhápzq"]
    assert leaks(told, "own viewer", market) == []


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m tests.web.permissions"
