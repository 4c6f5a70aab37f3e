"""Signing in and out through the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from service import accounts
from service.web.pages.account import safe_next

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.web.conftest import SignedIn


@pytest.mark.parametrize(
    ("address", "goes_to"),
    [
        ("/tim-hang?x=1", "/tim-hang?x=1"), ("https://evil.example", "/ban-hang"), ("//evil.example", "/ban-hang"),
        ("/\\evil.example", "/ban-hang"), ("javascript:alert(1)", "/ban-hang"), ("/a\nb", "/ban-hang"), ("", "/ban-hang"),
    ],
)  # fmt: skip
def test_signing_in_leads_only_to_pages_of_ours(address: str, goes_to: str) -> None:
    assert safe_next(address) == goes_to


async def test_a_wrong_password_keeps_the_address_and_forgets_the_password(client: httpx.AsyncClient) -> None:
    answer = await client.post("/dang-nhap", data={"email": "lan@chophien.example", "password": "bí mật của Lan"})
    assert answer.status_code == 422
    assert "lan@chophien.example" in answer.text
    assert "bí mật của Lan" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_page_for_people_who_signed_in_leads_to_the_sign_in_and_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ban-hang")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/dang-nhap?next=%2Fban-hang"


async def test_signing_in_opens_a_session_and_signing_out_ends_it(signed_in: SignedIn, session: AsyncSession) -> None:
    browser = await signed_in("supplier")
    secret = browser.cookies["session"]
    assert await accounts.actor_of(session, secret) is not None
    assert (await browser.get("/dang-nhap")).status_code == 303
    answer = await browser.post("/dang-xuat")
    assert answer.status_code == 303
    assert await accounts.actor_of(session, secret) is None


async def test_each_sign_in_has_a_secret_of_its_own(signed_in: SignedIn) -> None:
    first = (await signed_in("buyer")).cookies["session"]
    second = (await signed_in("buyer")).cookies["session"]
    assert first != second


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "không-phải", "..%00"])
async def test_a_made_up_cookie_is_nobody(client: httpx.AsyncClient, cookie: str) -> None:
    answer = await client.get("/ban-hang", headers={"cookie": f"session={cookie}".encode()})
    assert answer.status_code == 303
