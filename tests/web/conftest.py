"""The application over its own ASGI door, on the test's connection, with browsers that are signed in as anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.datastructures import State

from service import accounts
from service.app import create_app
from service.core import clock
from service.core.db import Database
from service.core.files import open_store
from service.core.settings import Settings
from tests.conftest import OneConnection
from tests.market import TODAY
from tests.web import permission_market
from tests.web.permission_market import SEATS, Market, email_of
from tests.web.permissions import KINDS

PASSWORD = "mật khẩu để thử"
# A browser names the site that a request comes from; a post with a session that names none is not let in.
BROWSER = {"accept-language": "vi", "sec-fetch-site": "same-origin"}
SignedIn = Callable[..., Awaitable[httpx.AsyncClient]]


_APPS: dict[str, FastAPI] = {}


def app_for(settings: Settings, database: Database) -> FastAPI:
    """The application over this database. One is put together for all tests of a process: it first walks a thousand routes."""
    known = settings.model_dump_json()
    if known not in _APPS:
        _APPS[known] = create_app(settings, database)
    app = _APPS[known]
    app.state = State({"settings": settings, "database": database, "files": open_store(settings)})
    return app


@pytest_asyncio.fixture(loop_scope="session")
async def client(settings: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has signed in with; a fault inside the application is raised in the test."""
    transport = httpx.ASGITransport(app_for(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER) as browser:
        yield browser


@pytest.fixture
def signed_in(settings: Settings, database: Database) -> SignedIn:
    """Open a browser signed in for an organisation: `await signed_in("supplier")`, or `signed_in(organisation_id=…)`."""

    async def open_browser(
        kind: str = "supplier", *, organisation_id: UUID | None = None, role: str = "owner", name: str = "Người thử",
        verified: bool = True,
    ) -> httpx.AsyncClient:  # fmt: skip
        async with database.transaction() as session:
            if organisation_id is None:
                organisation_id = (await accounts.found_organisation(session, kind, f"Tổ chức {kind}")).id
                if verified and kind in ("buyer", "organiser"):
                    await accounts.verify_organisation(session, organisation_id, clock.today(), actor=accounts.SYSTEM)
            email = f"{organisation_id}-{role}@chophien.example"
            person = await accounts.add_person(session, name=name, email=email, password=PASSWORD)
            await accounts.add_member(session, person.id, organisation_id, role)
        browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(app_for(settings, database)), base_url="http://test",
            headers=BROWSER,
        )  # fmt: skip
        answer = await browser.post("/dang-nhap", data={"email": email, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303, answer.text
        return browser

    return open_browser


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
        # Thousands of requests in a minute are asked here; that too many are refused is test_identity_pages' to show.
        app = create_app(settings.model_copy(update={"searches_a_minute": 0}), one)
        for number, kind in enumerate(KINDS):
            transport = httpx.ASGITransport(app, client=(f"10.0.0.{number + 1}", 1000))
            browser = httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER)
            if kind in SEATS:
                answer = await browser.post("/dang-nhap", data={"email": email_of(kind), "password": PASSWORD, "next": "/"})
                assert answer.status_code == 303, (kind, answer.status_code)
                async with one.transaction() as session:
                    actor = await accounts.actor_of(session, browser.cookies["session"])
                assert actor is not None
                made.people[kind] = actor
            made.browsers[kind] = browser
    yield made
    for browser in made.browsers.values():
        await browser.aclose()
