"""What every answer carries, and what is not let in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from service.web.middleware import LARGEST_BODY, Doorkeeper, logged

FORM = {"email": "ai@chophien.example", "password": "không quan trọng", "next": "/"}


@pytest.mark.parametrize("path", ["/", "/san-pham", "/dang-nhap", "/healthz", "/api/v1/categories", "/khong-co-trang-nay"])
async def test_every_answer_carries_the_policy_and_a_request_id(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.headers["x-request-id"]) >= 8


async def test_a_given_request_id_is_kept_only_when_it_is_harmless(client: httpx.AsyncClient) -> None:
    kept = await client.get("/healthz", headers={"x-request-id": "abc-123-def-456"})
    assert kept.headers["x-request-id"] == "abc-123-def-456"
    changed = await client.get("/healthz", headers={"x-request-id": "<script>alert(1)</script>"})
    assert "<" not in changed.headers["x-request-id"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"sec-fetch-site": "same-origin"}, 422),
        ({"sec-fetch-site": "none"}, 422),
        ({"origin": "http://test"}, 422),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://test"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_posts_from_other_sites_are_refused(client: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    del client.headers["sec-fetch-site"]
    answer = await client.post("/dang-nhap", data=FORM, headers=headers)
    assert answer.status_code == status


async def test_a_body_beyond_the_limit_is_not_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/dang-nhap", headers={"content-length": str(10**10)}, content=b"x")
    assert answer.status_code == 413


async def test_a_body_that_does_not_say_its_length_is_counted() -> None:
    taken = 0

    async def reads_everything(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal taken
        request = Request(scope, receive)
        async for piece in request.stream():
            taken += len(piece)
        await Response("all of it")(scope, receive, send)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(60):
            yield b"x" * 1024 * 1024

    door = Doorkeeper(reads_everything, production=False, broken=lambda *_: Response("broken", 500))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://test") as browser:
        answer = await browser.post("/", content=endless())
    assert answer.status_code == 413
    assert taken <= LARGEST_BODY


async def test_a_form_takes_no_file_where_none_is_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.post("/dang-nhap", files={"email": ("x.txt", b"abc")})
    assert answer.status_code in (400, 422)


async def test_the_language_is_chosen_by_address_then_kept_in_a_cookie(client: httpx.AsyncClient) -> None:
    assert '<html lang="vi"' in (await client.get("/")).text
    chosen = await client.get("/?lang=en")
    assert '<html lang="en"' in chosen.text
    assert "lang=en" in chosen.headers["set-cookie"]
    assert '<html lang="en"' in (await client.get("/")).text
    assert '<html lang="vi"' in (await client.get("/?lang=vi")).text
    assert '<html lang="vi"' in (await client.get("/?lang=xx")).text


async def test_an_unknown_page_is_a_page_and_an_unknown_address_of_the_api_a_problem(client: httpx.AsyncClient) -> None:
    page = await client.get("/khong-co")
    assert page.status_code == 404
    assert "Chợ Phiên" in page.text
    problem = await client.get("/api/v1/khong-co")
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"


async def test_health_and_readiness(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).text == "ok"
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True


@pytest.mark.parametrize(
    ("path", "kept"),
    [("/dat-lai-mat-khau/abc", "/dat-lai-mat-khau/…"), ("/xac-nhan/abc/x", "/xac-nhan/…"), ("/loi-moi/ABCD", "/loi-moi/…"),
     ("/loi-moi", "/loi-moi"), ("/san-pham/mien", "/san-pham/mien")],
)  # fmt: skip
def test_the_log_learns_no_link_that_opens_something(path: str, kept: str) -> None:
    assert logged(path) == kept
