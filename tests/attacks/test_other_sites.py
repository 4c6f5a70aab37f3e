"""Another site, another name, another method, another cookie: what a browser can be made to send on somebody's behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from service import accounts
from service.app import create_app
from service.core.db import Database
from service.core.settings import Settings
from service.web import middleware
from service.web.pages.account import safe_next
from tests.web.asking import ask, letter
from tests.web.conftest import BROWSER, PASSWORD
from tests.web.permissions import row

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.web.conftest import SignedIn
    from tests.web.permission_market import Market

HTMX = {"hx-request": "true", "content-type": "application/x-www-form-urlencoded"}
# What the browser of somebody who is signed in sends when another site makes it post, with and without JavaScript.
FORGED = {
    "a form on another site": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "a form on a sister host": {"sec-fetch-site": "same-site", "origin": "http://evil.test"},
    "a script on another site": {"sec-fetch-site": "cross-site", "origin": "https://evil.example", **HTMX},
    "a script that pretends to be htmx without an origin": {"sec-fetch-site": "cross-site", **HTMX},
    "an old browser": {"origin": "https://evil.example"},
    "a sandboxed frame": {"origin": "null"},
    "our name inside another": {"origin": "http://test.evil.example"},
    "our name as a user": {"origin": "http://test@evil.example"},
    "our host on another port": {"origin": "http://test:8080"},
    "no word about where it comes from": {},
}
LIVE = "https://cho.example.vn"


@pytest.mark.parametrize("forged", FORGED)
async def test_no_other_site_writes_in_the_name_of_somebody(signed_in: SignedIn, session: AsyncSession, forged: str) -> None:
    browser = await signed_in("supplier")
    secret = browser.cookies["session"]
    headers = {"accept-language": "vi", "cookie": f"session={secret}", **FORGED[forged]}
    async with httpx.AsyncClient(transport=browser._transport, base_url="http://test") as forger:
        answer = await forger.post("/dang-xuat", content=b"", headers=headers)
    assert answer.status_code == 403, forged
    assert (await browser.get("/ban-hang")).status_code == 200


async def test_without_the_guard_another_site_signs_people_out(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same forged post, with the doorkeeper's question switched off, does its harm."""
    monkeypatch.setattr(middleware, "_refusal", lambda *_: None)
    browser = await signed_in("supplier")
    answer = await browser.post("/dang-xuat", headers=FORGED["a form on another site"])
    assert answer.status_code == 303
    assert (await browser.get("/ban-hang")).status_code == 303


async def test_a_program_without_a_cookie_needs_no_site(client: httpx.AsyncClient) -> None:
    del client.headers["sec-fetch-site"]
    assert (await client.post("/dang-nhap", data={"email": "a@vidu.vn", "password": "x"})).status_code == 422


@pytest.mark.parametrize(
    "override", [{"x-http-method-override": "POST"}, {"x-http-method": "DELETE"}, {"x-method-override": "PUT"}]
)
async def test_no_header_or_field_turns_a_read_into_a_write(signed_in: SignedIn, override: dict[str, str]) -> None:
    browser = await signed_in("supplier")
    assert (await browser.get("/dang-xuat", headers=override)).status_code == 405
    assert (await browser.get("/dang-xuat?_method=POST", headers=override)).status_code == 405
    assert (await browser.post("/san-pham", data={"_method": "DELETE"}, headers=override)).status_code == 405
    assert (await browser.get("/ban-hang")).status_code == 200


async def test_signing_in_over_a_planted_session_opens_another_one(signed_in: SignedIn, session: AsyncSession) -> None:
    """Session fixation: a cookie that somebody planted is never the one that signing in opens."""
    browser = await signed_in("supplier")
    planted = browser.cookies["session"]
    other = await accounts.found_organisation(session, "buyer", "Siêu thị")
    person = await accounts.add_person(session, name="Nạn nhân", email="nan-nhan@chophien.example", password=PASSWORD)
    await accounts.add_member(session, person.id, other.id, "owner")
    answer = await browser.post("/dang-nhap", data={"email": "nan-nhan@chophien.example", "password": PASSWORD, "next": "/"})
    assert answer.status_code == 303
    secret = browser.cookies["session"]
    assert secret != planted
    assert len(secret) >= 40
    actor = await accounts.actor_of(session, planted)
    assert actor is None or actor.person_id != person.id


def _live(settings: Settings) -> Settings:
    live = {"environment": "production", "base_url": LIVE, "secret": Settings(secret="x" * 40).secret}
    return settings.model_copy(update=live)


@pytest.mark.parametrize(
    ("host", "status"),
    [("cho.example.vn", 200), ("CHO.example.vn", 200), ("evil.example", 421), ("cho.example.vn.evil.example", 421),
     ("cho.example.vn:8080", 421), ("127.0.0.1", 421), ("", 421)],
)  # fmt: skip
async def test_in_production_nobody_is_answered_under_another_name(
    settings: Settings, database: Database, host: str, status: int
) -> None:
    transport = httpx.ASGITransport(create_app(_live(settings), database))
    async with httpx.AsyncClient(transport=transport, base_url=LIVE) as browser:
        answer = await browser.get("/dang-nhap", headers={"host": host})
        assert answer.status_code == status
        assert "evil" not in answer.text
        assert (await browser.get("/healthz", headers={"host": host})).status_code == 200


async def test_two_host_headers_are_none(settings: Settings, database: Database) -> None:
    transport = httpx.ASGITransport(create_app(_live(settings), database))
    async with httpx.AsyncClient(transport=transport, base_url=LIVE) as browser:
        twice = httpx.Request("GET", f"{LIVE}/dang-nhap", headers=[("host", "evil.example"), ("host", "cho.example.vn")])
        assert (await browser.send(twice)).status_code == 421


async def test_forwarded_names_change_no_address(client: httpx.AsyncClient) -> None:
    for name in ("x-forwarded-host", "x-host", "x-forwarded-server", "forwarded", "x-original-url", "x-rewrite-url"):
        value = "host=evil.example" if name == "forwarded" else "evil.example/ban-hang"
        answer = await client.get("/dang-nhap", headers={name: value})
        assert answer.status_code == 200
        assert "evil.example" not in answer.text


async def test_in_production_cookies_are_bound_to_this_host(
    settings: Settings, database: Database, session: AsyncSession
) -> None:
    coop = await accounts.found_organisation(session, "supplier", "HTX")
    person = await accounts.add_person(session, name="Lan", email="lan@chophien.example", password=PASSWORD)
    await accounts.add_member(session, person.id, coop.id, "owner")
    transport = httpx.ASGITransport(create_app(_live(settings), database))
    async with httpx.AsyncClient(transport=transport, base_url=LIVE, headers=BROWSER) as browser:
        answer = await browser.post("/dang-nhap?lang=en", data={"email": "lan@chophien.example", "password": PASSWORD})
        cookies = {each.partition("=")[0]: each.lower() for each in answer.headers.get_list("set-cookie")}
        assert {"__Host-session", "lang"} <= set(cookies)
        for each in cookies.values():
            assert "secure" in each
            assert "httponly" in each
            assert "samesite=lax" in each
            assert "domain=" not in each
        assert "path=/" in cookies["__Host-session"]
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        # A cookie without the prefix, which any neighbour under the same domain could set, opens nothing.
        browser.cookies.clear()
        browser.cookies.set("session", answer.cookies["__Host-session"])
        assert (await browser.get("/ban-hang")).status_code == 303


async def test_a_personal_page_is_kept_nowhere(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    browser = await signed_in("supplier")
    for address in ("/", "/ban-hang", "/khong-co-trang-nay", "/api/v1/suppliers"):
        assert (await browser.get(address)).headers["cache-control"] == "no-store", address
    # Nobody's pages may be kept, but never one with a cookie in it, and never one instead of another's.
    assert (await client.get("/?lang=en")).headers["cache-control"] == "no-store"
    for address in ("/", "/san-pham", "/tim-hang"):
        assert "Cookie" in (await client.get(address)).headers["vary"]


async def test_a_made_up_extension_is_no_page_of_ours(signed_in: SignedIn) -> None:
    """Cache deception: `/ban-hang/x.css` must not show the desk to a cache that keeps every .css."""
    browser = await signed_in("supplier")
    for address in ("/ban-hang/x.css", "/ban-hang.css", "/ban-hang/..%2fx.js", "/ban-hang;x.css", "/ban-hang%2fx.css"):
        answer = await browser.get(address)
        assert answer.status_code == 404, address
        assert answer.headers["cache-control"] == "no-store"


NEXTS = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "http:evil.example", "javascript:alert(1)", "data:text/html,x", "/%0d%0aset-cookie:x=1", "/\r\nx: y",
    "%2f%2fevil.example", "https:/evil.example", " //evil.example", "/.//evil.example", "/a/..//evil.example",
    "\x00//evil.example",
    "/@evil.example", "//evil.example@test", "/" + "a" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("target", NEXTS)
async def test_no_address_leads_away(signed_in: SignedIn, client: httpx.AsyncClient, target: str) -> None:
    browser = await signed_in("supplier")
    for name in ("next", "url", "return", "to", "back"):
        answer = await browser.get("/dang-nhap", params={name: target})
        went = httpx.URL("http://test/dang-nhap").join(answer.headers["location"])
        assert went.host == "test", went
    typed = {"email": "x@vidu.vn", "password": "x", "next": target}
    shown = await client.post("/dang-nhap", data=typed)
    assert shown.status_code == 422
    assert "set-cookie" not in shown.headers or "x=1" not in shown.headers["set-cookie"]


async def test_a_referrer_of_another_site_is_not_gone_back_to(client: httpx.AsyncClient) -> None:
    for referrer in (
        "https://evil.example/x",
        "http://test//evil.example/",
        "javascript:alert(1)",
        "http://test/\\evil.example",
    ):
        answer = await client.post("/ban-hang/ho-so", data={}, headers={"referer": referrer})
        assert answer.status_code == 303
        after = httpx.URL("http://test/dang-nhap").join(answer.headers["location"])
        assert after.host == "test"
        assert after.path == "/dang-nhap"
        back = httpx.URL("http://test/").join(after.params["next"])
        assert back.host in ("test", "evil.example")  # What is odd there is refused when it is used.
        assert httpx.URL("http://test/").join(safe_next(after.params["next"])).host == "test"


async def test_the_table_knows_a_refusal_by_its_letter(market: Market) -> None:
    answer = await ask(market.browsers["nobody"], "GET /ban-hang", row("oooooooooo"), market)
    assert letter(answer) == "?"
