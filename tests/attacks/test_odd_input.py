"""Odd input: files and paths that climb, names that look like others, bytes that no database holds, kinds that are not said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from service import accounts
from tests.web.conftest import PASSWORD
from tests.web.permissions import TABLE

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.web.permission_market import Market

CLIMBING = [
    "../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/pyproject.toml", "..%5c..%5cpyproject.toml",
    "....//pyproject.toml",
    "%2fetc%2fpasswd", "file:%2f%2f%2fetc%2fpasswd", "..%00.webp", "a%0d%0aset-cookie:%20x=1", "~root", "con", "%c0%ae%c0%ae/x",
]  # fmt: skip


@pytest.mark.parametrize("climbing", CLIMBING)
async def test_no_address_of_a_file_climbs_out_of_its_folder(market: Market, climbing: str) -> None:
    for base in ("/static/", "/anh/", "/tep/", "/anh/x/", "/nhap/mau/"):
        for kind in ("nobody", "own owner", "officer"):
            answer = await market.browsers[kind].get(base + climbing)
            assert answer.status_code in (303, 400, 401, 403, 404, 422), (base, answer.status_code)
            assert "root:" not in answer.text
            assert "[project]" not in answer.text
            assert "x=1" not in str(answer.headers.get("set-cookie", ""))


@pytest.mark.parametrize(
    "value", ["a\x00b", "\x00", "a\r\nset-cookie: x=1", "\ud83d", "\u202egnp.exe", "\ufeff", "ｍien", "ﷺ" * 50]
)
async def test_odd_characters_break_nothing_and_split_nothing(market: Market, value: str) -> None:
    sent = value.encode("utf-8", "surrogatepass")
    browser = market.browsers["own owner"]
    for path in ("/san-pham", "/tim-hang", "/nha-cung-cap", "/dang-nhap"):
        query = "".join(f"%{byte:02x}" for byte in sent)
        for name in ("q", "next", "buyer", "cursor"):
            answer = await browser.get(f"{path}?{name}={query}")
            assert answer.status_code < 500
            assert "x=1" not in str(answer.headers)
    body = b"name=" + b"".join(b"%%%02x" % byte for byte in sent)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/ban-hang/san-pham/moi", content=body, headers=headers)
    assert answer.status_code in (303, 400, 422)
    assert "\n" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "email",
    ["LAN@chophien.example", " lan@chophien.example ", "lan@chophien.example\x00", "ｌan@chophien.example",
     "lan@chophien.example\n", "lán@chophien.example", "lan@chophıen.example", "lan+x@chophien.example",
     "lan%40chophien.example", "lan@chophien.example,x@x.vn"],
)  # fmt: skip
async def test_an_address_that_looks_like_another_is_nobody_elses(
    client: httpx.AsyncClient, session: AsyncSession, email: str
) -> None:
    """Only what is the same letters, however large and with blanks around, is the same address."""
    coop = await accounts.found_organisation(session, "supplier", "HTX")
    lan = await accounts.add_person(session, name="Lan", email="lan@chophien.example", password=PASSWORD)
    await accounts.add_member(session, lan.id, coop.id, "owner")
    answer = await client.post("/dang-nhap", data={"email": email, "password": PASSWORD, "next": "/"})
    plain = email.strip().lower().replace("\x00", "") == "lan@chophien.example"
    assert answer.status_code == (303 if plain else 422)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", ""]
)
async def test_a_document_is_read_only_when_it_says_that_it_is_one(market: Market, kind: str) -> None:
    """What a form of another site can send is no JSON: a write of the API wants application/json."""
    writes = [key for key, each in TABLE.items() if key.startswith("POST /api/") and each.json is not None]
    for key in writes:
        path = key.partition(" ")[2]
        if "{" not in path:
            headers = {"content-type": kind} if kind else {}
            answer = await market.browsers["own owner"].post(path, content=b"{}", headers=headers)
            assert answer.status_code in (400, 401, 403, 404, 415, 422), (key, answer.status_code)


async def test_half_of_a_character_in_a_document_is_told_as_such(market: Market) -> None:
    """JSON can write half of a pair of surrogates; a reader of ours that quotes it back stumbles where no text can hold it."""
    floor = b'{"classes": [{"code": "A", "name": "A", "width": "\\ud83d", "price_vnd": 1}]}'
    for kind in ("organiser", "own owner"):
        path = f"/api/v1/fairs/{market.names['fair']}/floor"
        answer = await market.browsers[kind].put(path, content=floor, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_parameter_that_comes_twice_is_taken_once(market: Market) -> None:
    browser = market.browsers["own owner"]
    answer = await browser.get("/san-pham?q=zzzz&q=mien&sort=price&sort=x&cursor=&cursor=x")
    assert answer.status_code < 500
    twice = b"email=a@vidu.vn&email=own-owner@chophien.example&password=x&next=/&next=//evil.example"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await market.browsers["nobody"].post("/dang-nhap", content=twice, headers=headers)
    assert answer.status_code == 422


async def test_a_form_with_too_many_fields_is_refused(market: Market) -> None:
    many = {f"f{n}": "x" for n in range(5000)}
    answer = await market.browsers["own owner"].post("/ban-hang/ho-so", data=many)
    assert answer.status_code == 400


@pytest.mark.parametrize("given", ["x" * 300, "a\r\nb: c", "<script>", "../../x", "ünïcode12", "short"])
async def test_a_request_id_splits_no_header_and_no_log(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/healthz", headers={"x-request-id": given.encode().replace(b"\r\n", b"\t")})
    assert answer.headers["x-request-id"] != given
    assert answer.headers["x-request-id"].replace("-", "").isalnum()


async def test_a_flash_that_is_not_ours_is_not_shown(client: httpx.AsyncClient) -> None:
    for made_up in ("xin-chao", "PHNjcmlwdD4.AAAA", "a.b", "", "." * 4000):
        client.cookies.set("flash", made_up)
        answer = await client.get("/dang-nhap")
        assert answer.status_code == 200
        assert '<p class="flash">' not in answer.text
        client.cookies.clear()
