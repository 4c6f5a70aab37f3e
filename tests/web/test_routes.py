"""Every address answers every kind of person without a fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import APIRouter

from service.app import APIS, PAGES

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn

KINDS = ("supplier", "buyer", "organiser", "office")
HOSTILE = [
    "0000000051234567890",
    "0." + "0" * 60 + "1",
    "WyJcdWQ4MDAiLDVd",
    "WyJcdWQ4MDAiLCIwIl0",
    "-1",
    "1e999",
    "%00",
    "..%2F..%2Fetc",
    "<script>",
    "a" * 3000,
    "%F0%9F%8D%9C",
    "'; DROP TABLE catalogue_product; --",
]


def _read_by(router: APIRouter, prefix: str) -> set[str]:
    found: set[str] = set()
    for route in router.routes:
        inner = getattr(route, "original_router", None)  # FastAPI keeps routers that were included whole.
        if inner is not None:
            found |= _read_by(inner, prefix + route.include_context.prefix)
        elif "GET" in route.methods:
            found.add(prefix + route.path)
    return found


def _addresses() -> list[str]:
    pages = set().union(*(_read_by(part.router, "") for part in PAGES))
    apis = set().union(*(_read_by(part.router, "/api/v1") for part in APIS))
    return sorted(pages | apis | {"/healthz", "/readyz", "/api/v1/openapi.json"})


ADDRESSES = _addresses()


def test_the_promised_addresses_are_served() -> None:
    promised = {
        "/",
        "/san-pham",
        "/san-pham/{slug}",
        "/nha-cung-cap",
        "/nha-cung-cap/{slug}",
        "/tim-hang",
        "/hoi-cho",
        "/hoi-cho/{slug}",
        "/ban-hang",
        "/dang-nhap",
        "/api/v1/products",
        "/api/v1/products/{slug}",
        "/api/v1/suppliers",
        "/api/v1/categories",
        "/api/v1/commodities",
        "/api/v1/suggest",
        "/api/v1/requests",
        "/api/v1/fairs",
        "/api/v1/products/{slug}/requests",
    }
    assert promised <= set(ADDRESSES)


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "{" not in address])
async def test_every_address_answers_nobody(client: httpx.AsyncClient, address: str) -> None:
    for language in ("vi", "en"):
        answer = await client.get(address, headers={"accept-language": language})
        # Who may what is said by tests/web/permissions.py; here every address answers, and says the same in both languages.
        assert answer.status_code in ((200, 401, 404, 422) if address.startswith("/api/") else (200, 303, 404)), address


@pytest.mark.parametrize("kind", KINDS)
async def test_every_address_answers_everybody(signed_in: SignedIn, kind: str) -> None:
    browser = await signed_in(kind)
    for address in ADDRESSES:
        if "{" not in address and address != "/dang-xuat":
            answer = await browser.get(address)
            assert answer.status_code in (200, 303, 403, 404, 422), (address, answer.status_code)


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "{" in address])
async def test_what_does_not_exist_is_not_found(client: httpx.AsyncClient, address: str) -> None:
    for name in ("khong-co", *HOSTILE):
        path = re.sub(r"\{[^}]+\}", name.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"), address)
        answer = await client.get(path)
        assert answer.status_code in (303, 400, 401, 404, 422), (path, answer.status_code)


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "{" not in address])
async def test_hostile_parameters_never_break_a_page(client: httpx.AsyncClient, address: str) -> None:
    for value in HOSTILE:
        for name in ("q", "cursor", "kg", "month", "limit", "lang", "page", "sort", "next"):
            answer = await client.get(f"{address}?{name}={value.replace(' ', '%20').replace('<', '%3C').replace('>', '%3E')}")
            assert answer.status_code < 500, (address, name, value)
