"""The application over its own ASGI door, on the test's connection, with browsers that are signed in as anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from service import accounts
from service.app import create_app
from service.core.db import Database
from service.core.settings import Settings

PASSWORD = "mật khẩu để thử"
# A browser names the site that a request comes from; a post with a session that names none is not let in.
BROWSER = {"accept-language": "vi", "sec-fetch-site": "same-origin"}
SignedIn = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture(loop_scope="session")
async def client(settings: Settings, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has signed in with; a fault inside the application is raised in the test."""
    transport = httpx.ASGITransport(create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER) as browser:
        yield browser


@pytest.fixture
def signed_in(settings: Settings, database: Database) -> SignedIn:
    """Open a browser signed in for an organisation: `await signed_in("supplier")`, or `signed_in(organisation_id=…)`."""

    async def open_browser(
        kind: str = "supplier", *, organisation_id: UUID | None = None, role: str = "owner", name: str = "Người thử"
    ) -> httpx.AsyncClient:
        async with database.transaction() as session:
            if organisation_id is None:
                organisation_id = (await accounts.found_organisation(session, kind, f"Tổ chức {kind}")).id
            email = f"{organisation_id}-{role}@chophien.example"
            person = await accounts.add_person(session, name=name, email=email, password=PASSWORD)
            await accounts.add_member(session, person.id, organisation_id, role)
        browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(settings, database)), base_url="http://test",
            headers=BROWSER,
        )  # fmt: skip
        answer = await browser.post("/dang-nhap", data={"email": email, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303, answer.text
        return browser

    return open_browser
