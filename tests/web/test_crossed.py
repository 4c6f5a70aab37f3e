"""Two who wait for each other in a circle: whoever the database drops is told to try again, on a page and as a document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from service import accounts
from service.app import create_app
from service.core import clock
from service.core.db import Database, crossed, new_id
from service.core.settings import Settings
from service.matching.quotes import Quote
from tests.matching.quotes.market import MONTHS, TODAY, Stall, quoted, stall, version
from tests.web.conftest import BROWSER, PASSWORD

FORGOTTEN = (
    "matching_request", "matching_buyer", "catalogue_product", "catalogue_supplier", "accounts_session", "accounts_member",
    "accounts_person", "accounts_organisation", "core_limit", "core_journal",
)  # fmt: skip
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")


class Street:
    """A quote that waits, both of its sides at their browsers, and the database with real connections."""

    def __init__(self, database: Database, at: Stall, quote: Quote, read: int) -> None:
        self.database, self.at, self.quote, self.read = database, at, quote, read
        self.browsers: dict[str, httpx.AsyncClient] = {}


@pytest_asyncio.fixture(loop_scope="session")
async def street(real_database: Database, settings: Settings) -> AsyncIterator[Street]:
    app = create_app(settings, real_database)
    with clock.freeze(TODAY):
        async with real_database.transaction() as session:
            at = await stall(session, 1)
            quote = await quoted(session, at, at.sides[0])
            made = Street(real_database, at, quote, await version(session, at))
            for side, organisation_id in (("buyer", at.buyer.organisation_id), ("seller", at.sides[0].organisation_id)):
                assert organisation_id is not None
                person = await accounts.add_person(session, name="Người thử", email=f"{side}@vidu.vn", password=PASSWORD)
                await accounts.add_member(session, person.id, organisation_id, "owner")
        for side in ("buyer", "seller"):
            transport = httpx.ASGITransport(app)
            browser = httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER)
            signed = await browser.post("/dang-nhap", data={"email": f"{side}@vidu.vn", "password": PASSWORD, "next": "/"})
            assert signed.status_code == 303
            made.browsers[side] = browser
        yield made
    for browser in made.browsers.values():
        await browser.aclose()
    owner = Database(real_database.url, role=None)
    async with owner.transaction() as session:
        for table in FORGOTTEN:
            await session.execute(text(f"DELETE FROM {table}"))
    await owner.close()


async def _in_a_circle(street: Street, browser: str, address: str, **sent: object) -> httpx.Response:
    """Hold the quote until the browser's transaction, which holds the request, waits for it; then want the request."""
    row = {"quote": street.quote.id, "request": street.at.request_id}
    async with street.database.transaction() as session:
        await session.execute(text("SELECT 1 FROM matching_quote WHERE id = :quote FOR UPDATE"), row)
        asking = asyncio.create_task(street.browsers[browser].post(address, **sent))  # type: ignore[arg-type]
        while not await session.scalar(WAITING):
            assert not asking.done(), asking.result().text
            await asyncio.sleep(0.02)
        # The browser has waited longer, so it is the one that looks for a circle first, and is dropped.
        await session.execute(text("SELECT 1 FROM matching_request WHERE id = :request FOR UPDATE"), row)
    return await asking


async def test_a_page_says_that_the_same_again_may_go_through(street: Street) -> None:
    at = street.at
    address = f"/tim-hang/{at.code}/chao-gia/rut"
    answer = await _in_a_circle(street, "seller", address)
    assert answer.status_code == 409, answer.text
    assert "Có người vừa thay đổi trước bạn" in answer.text
    assert "Hãy thử lại" in answer.text
    again = await street.browsers["seller"].post(address)
    assert again.status_code == 303


async def test_a_program_gets_a_document(street: Street) -> None:
    at = street.at
    part = {"quote_id": str(street.quote.id), "product": at.sides[0].slug, "year": MONTHS[0].year, "month": MONTHS[0].month}
    body = {"parts": [part | {"kg": 100}], "version": street.read, "key": str(new_id())}
    answer = await _in_a_circle(street, "buyer", f"/api/v1/requests/{at.code}/awards", json=body)
    assert (answer.status_code, answer.json()["title"]) == (409, "Conflict")
    assert "Hãy thử lại" in answer.json()["detail"]
    again = await street.browsers["buyer"].post(f"/api/v1/requests/{at.code}/awards", json=body)
    assert again.status_code == 201, again.text


async def test_a_form_that_was_dropped_keeps_what_was_typed(street: Street) -> None:
    typed = {
        "q0": f"{street.quote.id}:1",
        "k0_0": "123",
        "version": str(street.read),
        "key": str(new_id()),
        "reason": "Giá tốt",
    }
    address = f"/tim-hang/{street.at.code}/chon"
    answer = await _in_a_circle(street, "buyer", address, data=typed)
    assert answer.status_code == 409
    assert "Hãy thử lại" in answer.text
    assert 'value="123"' in answer.text
    again = await street.browsers["buyer"].post(address, data=typed)
    assert again.status_code == 303, again.text


@pytest.mark.parametrize(
    ("fault", "lost"),
    [
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.SerializationFailure(), True),
        (OperationalError("", {}, psycopg.errors.DeadlockDetected()), True),
        (StaleDataError(), True),
        (OperationalError("", {}, psycopg.OperationalError("server closed the connection")), False),
        (IntegrityError("", {}, psycopg.errors.CheckViolation()), False),
        (psycopg.errors.UniqueViolation(), False),
        (ValueError(), False),
    ],
)
def test_only_what_others_have_caused_may_be_tried_again(fault: Exception, lost: bool) -> None:
    assert (crossed(fault) is not None) is lost
