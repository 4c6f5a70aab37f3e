"""Every address × every kind of person, as the table says (tests/web/permissions.py tells how to add a row)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.routing import Mount

from service import accounts
from service.app import create_app
from service.core import clock
from service.core.db import Database
from service.core.files import open_store
from service.core.settings import Settings
from tests.conftest import OneConnection
from tests.market import TODAY
from tests.web import permission_market
from tests.web.conftest import BROWSER
from tests.web.permission_market import PASSWORD, SEATS, Market, email_of
from tests.web.permissions import KINDS, TABLE, Row

LET_IN = {400, 409, 422}


def served(app: FastAPI) -> set[str]:
    """Every method and path that the application answers, the hot ones and the mounts included."""
    return {f"{method} {path}" for method, path in _walk(app.router.routes, "")}


def _walk(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for route in routes:
        inner = getattr(route, "original_router", None)  # FastAPI keeps routers that were included whole.
        if inner is not None:
            yield from _walk(inner.routes, prefix + route.include_context.prefix)
        elif isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/{{path}}"
        else:
            yield from ((method, prefix + route.path) for method in route.methods if method not in ("HEAD", "OPTIONS"))


def filled(value: Any, names: dict[str, str]) -> Any:
    """What is sent, with the market's names in it."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], value)
    if isinstance(value, dict):
        return {key: filled(item, names) for key, item in value.items()}
    return [filled(item, names) for item in value] if isinstance(value, list) else value


def address(key: str, each: Row, names: dict[str, str]) -> tuple[str, str]:
    """The method, and the path with the things of the market in it."""
    method, path = key.split(" ", 1)

    def thing(found: re.Match[str]) -> str:
        name = each.path.get(found[1])
        assert name is not None, f"{key}: say what stands for {{{found[1]}}}"
        return filled(name, names) if "{" in name else names.get(name, name)

    return method, re.sub(r"\{(\w+)(?::\w+)?\}", thing, path) + (f"?{each.query}" if each.query else "")


async def ask(browser: httpx.AsyncClient, key: str, each: Row, market: Market) -> httpx.Response:
    """The row's request, as sent by that browser."""
    names = {**market.names, "key": str(uuid4())}
    method, path = address(key, each, names)
    return await browser.request(
        method, path, data=filled(each.form, names), json=filled(each.json, names), files=each.files, headers=each.headers
    )


def letter(answer: httpx.Response) -> str:
    """The answer in the letters of the table."""
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/dang-nhap?"):
        return "?"
    if answer.status_code < 400:
        return "o"
    return {403: "x", 404: "-"}.get(answer.status_code, "~" if answer.status_code in LET_IN else str(answer.status_code))


def leaks(answer: httpx.Response, kind: str, market: Market, asked: str = "") -> list[str]:
    """The planted words in the answer that are not for this kind, but for those in the address that was asked for."""
    said = answer.text + str(answer.headers)
    return [word for word, readers in market.words.items() if kind not in readers and word in said and word not in asked]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def one(real_database: Database, settings: Settings) -> AsyncIterator[OneConnection]:
    """One connection for the whole module, undone at its end."""
    async with real_database.engine.connect() as connection:
        outer = await connection.begin()
        door = OneConnection.__new__(OneConnection)
        door.url, door.engine, door.connection = real_database.url, real_database.engine, connection
        door.info = {"files": open_store(settings)}
        yield door
        await outer.rollback()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def market(one: OneConnection, settings: Settings) -> AsyncIterator[Market]:
    """The small market with somebody of every kind at its door; each comes from an address of her own."""
    made = Market()
    with clock.freeze(TODAY):
        async with one.transaction() as session:
            await permission_market.found(session, made)
        app = create_app(settings, one)
        for number, kind in enumerate(KINDS):
            transport = httpx.ASGITransport(app, client=(f"10.0.0.{number + 1}", 1000))
            browser = httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER)
            if kind in SEATS:
                answer = await browser.post("/dang-nhap", data={"email": email_of(kind), "password": PASSWORD, "next": "/"})
                assert "session" in browser.cookies, (kind, answer.status_code, answer.text)
                async with one.transaction() as session:
                    actor = await accounts.actor_of(session, browser.cookies["session"])
                assert actor is not None
                made.people[kind] = actor
            made.browsers[kind] = browser
    yield made
    for browser in made.browsers.values():
        await browser.aclose()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def test_every_route_has_its_row(settings: Settings) -> None:
    missing = sorted(served(create_app(settings)) - set(TABLE))
    assert missing == [], "add rows to tests/web/permissions.py; its docstring says how"


def test_every_row_has_its_route(settings: Settings) -> None:
    assert sorted(set(TABLE) - served(create_app(settings))) == []


@pytest.mark.parametrize("key", TABLE)
async def test_everybody_is_answered_as_the_table_says(key: str, one: OneConnection, market: Market) -> None:
    each = TABLE[key]
    found, leaked = "", {}
    for kind in KINDS:
        browser = market.browsers[kind]
        kept = dict(browser.cookies)
        undone = await one.connection.begin_nested()
        try:
            answer = await ask(browser, key, each, market)
        finally:
            await undone.rollback()
        browser.cookies = httpx.Cookies(kept)
        given = letter(answer)
        found += "~" if each.expected(kind) == "~" and given == "o" else given
        if words := leaks(answer, kind, market, str(answer.url)):
            leaked[kind] = words
    assert found == each.policy, f"{key}, in the order {', '.join(KINDS)}"
    assert leaked == {}


def test_a_route_without_a_row_is_noticed(settings: Settings) -> None:
    app = create_app(settings)
    app.add_api_route("/them", lambda: None, methods=["POST"])
    assert served(app) - served(create_app(settings)) == {"POST /them"}


async def test_a_leak_is_noticed(market: Market) -> None:
    told = httpx.Response(404, text="Không có zqTênNhápzq ở đây")
    assert leaks(told, "other buyer", market) == ["zqTênNhápzq"]
    assert leaks(told, "own viewer", market) == []
