"""Coming, signing in, forgetting and being sure who it is: through the pages and the API."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.app import create_app
from service.core import clock, mail
from service.core.db import Database, new_id
from service.core.settings import Settings
from service.web import guarding
from tests.web.conftest import BROWSER, SignedIn

PASSWORD, NEW = "nghệ vàng trâu đen thác bạc", "miến dong gà đồi hồ Ba Bể"
FORM = {"kind": "supplier", "organisation": "HTX Bản Mới", "name": "Nông Thị Thử", "password": PASSWORD, "agree": "1"}


@asynccontextmanager
async def browsing(
    settings: Settings, database: Database, scheme: str = "http", **headers: str
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own, on an application of its own."""
    transport = httpx.ASGITransport(create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://test", headers={**BROWSER, **headers}) as browser:
        yield browser


async def _person(session: AsyncSession, kind: str = "supplier", email: str = "lan@vidu.vn", **said: Any) -> UUID:
    organisation = await accounts.found_organisation(session, kind, f"Tổ chức {kind}")
    person = await accounts.add_person(session, name="Lan", email=email, password=PASSWORD, **said)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    return person.id


async def _sign_in(
    browser: httpx.AsyncClient, email: str = "lan@vidu.vn", password: str = PASSWORD, **said: str
) -> httpx.Response:
    return await browser.post("/dang-nhap", data={"email": email, "password": password, "next": "/toi/bao-mat", **said})


def _plain(answer: httpx.Response) -> tuple[int, str, str]:
    """What the visitor sees of an answer: without the number of the form and of the request."""
    return answer.status_code, answer.headers.get("location", ""), re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text)


# ------------------------------------------------------------------------------------------------ registration
async def test_a_cooperative_with_only_a_phone_is_let_in_at_once(client: httpx.AsyncClient, session: AsyncSession) -> None:
    answer = await client.post("/dang-ky", data={**FORM, "phone": "0912 000 777", "key": str(new_id())})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ban-hang/ho-so")
    desk = await client.get("/ban-hang")
    assert "Số điện thoại chưa xác nhận" in desk.text
    assert "HTX Bản Mới" in desk.text
    assert (await client.get("/toi/bao-mat")).status_code == 200
    assert await mail.newest(session) == []


async def test_nothing_is_ticked_before_anybody_ticks_it(client: httpx.AsyncClient) -> None:
    page = (await client.get("/dang-ky")).text
    assert page.count('type="checkbox"') == 2
    assert "checked" not in page
    refused = await client.post("/dang-ky", data={**FORM, "phone": "0912000777", "agree": ""})
    assert refused.status_code == 422
    assert "Cần bạn đồng ý" in refused.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Hãy điền số điện thoại hoặc e-mail"),
        ({"phone": "123"}, "Số điện thoại chưa đúng"),
        ({"email": "không"}, "Địa chỉ e-mail chưa đúng"),
        ({"phone": "0912000777", "password": "matkhau123"}, "dễ đoán"),
        ({"phone": "0912000777", "kind": "office"}, "Hãy chọn bạn đến chợ để làm gì"),
        ({"phone": "0912000777", "password": "ngắn"}, "Mật khẩu cần từ"),
    ],
)
async def test_what_is_wrong_stands_beside_what_was_typed(
    client: httpx.AsyncClient, said: dict[str, str], sentence: str
) -> None:
    answer = await client.post("/dang-ky", data={**FORM, **said})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "HTX Bản Mới" in answer.text
    assert PASSWORD not in answer.text
    assert "set-cookie" not in answer.headers


async def test_registering_does_not_tell_who_is_here(settings: Settings, database: Database, session: AsyncSession) -> None:
    await _person(session, email="co@vidu.vn", phone="+84912000888")
    seen = []
    for said in ({"email": "co@vidu.vn"}, {"email": "chua@vidu.vn"}, {"phone": "0912000888"}, {"phone": "0912000889"}):
        async with browsing(settings, database) as browser:
            asked = await browser.post("/dang-ky", data={**FORM, **said, "key": str(new_id())})
            seen.append((_plain(asked), _plain(await browser.get("/toi/bao-mat"))))
    hidden = [re.sub(r"chua@vidu.vn|co@vidu.vn|0912 000 88[89]|[\d/]+ [\d:]+", "", str(each)) for each in seen]
    assert hidden[0] == hidden[1]
    assert hidden[2] == hidden[3]


async def test_an_address_is_confirmed_by_a_button_and_not_by_looking(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await client.post("/dang-ky", data={**FORM, "email": "moi@vidu.vn", "key": str(new_id())})
    assert "chưa xác nhận" in (await client.get("/ban-hang")).text
    (letter,) = await mail.newest(session)
    link = mail.complete(str(letter.body), "").partition("/xac-nhan/")[2].split()[0]
    for _ in range(2):
        assert "moi@vidu.vn" in (await client.get(f"/xac-nhan/{link}")).text
    assert "chưa xác nhận" in (await client.get("/ban-hang")).text
    assert (await client.post(f"/xac-nhan/{link}")).status_code == 303
    assert "chưa xác nhận" not in (await client.get("/ban-hang")).text
    assert (await client.get(f"/xac-nhan/{link}")).status_code == 404


async def test_a_form_sent_twice_makes_one_account(client: httpx.AsyncClient, session: AsyncSession) -> None:
    data = {**FORM, "phone": "0912000777", "key": str(new_id())}
    assert [(await client.post("/dang-ky", data=data)).status_code for _ in range(2)] == [303, 303]
    assert await session.scalar(text("SELECT count(*) FROM accounts_person WHERE phone = '+84912000777'")) == 1


async def test_registering_is_limited_for_one_visitor(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/dang-ky", data={**FORM, "phone": "0912000777", "password": "aaaaaaaaaa"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600


# ------------------------------------------------------------------------------------------------ the door
async def test_a_session_that_somebody_else_has_planted_is_not_the_one_that_opens(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await _person(session)
    planted = "kẻ-gian-biết-bí-mật-này".encode().hex()
    client.cookies.set("session", planted, domain="test.local")
    answer = await _sign_in(client)
    secret = re.match(r"session=([^;]+)", answer.headers["set-cookie"])
    assert secret is not None
    assert secret[1] != planted
    assert await accounts.actor_of(session, planted) is None
    assert await accounts.actor_of(session, secret[1]) is not None


async def test_signing_in_again_leaves_an_older_secret_unknown_to_the_browser(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await _person(session)
    first = (await _sign_in(client)).cookies["session"]
    second = (await _sign_in(client)).cookies["session"]
    assert first != second


@pytest.mark.parametrize(("keep", "days"), [("", None), ("1", 30)])
async def test_the_cookie_lives_as_long_as_was_asked_for(
    client: httpx.AsyncClient, session: AsyncSession, keep: str, days: int | None
) -> None:
    await _person(session)
    cookie = (await _sign_in(client, keep=keep)).headers["set-cookie"]
    assert ("Max-Age" in cookie) == (days is not None)
    assert days is None or f"Max-Age={days * 86400};" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_ten_failures_are_the_most_and_the_refusal_says_when_to_come_again(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await _person(session)
    for _ in range(3):
        assert (await _sign_in(client)).status_code == 303  # What succeeds is not counted.
    for _ in range(10):
        assert (await _sign_in(client, password="sai mật khẩu rồi")).status_code == 422
    refused = await _sign_in(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert "Hãy thử lại sau" in refused.text


@pytest.mark.parametrize("typed", ["lan@vidu.vn", " LAN@VIDU.VN "])
async def test_one_person_is_guarded_against_many_visitors(
    settings: Settings, database: Database, session: AsyncSession, typed: str
) -> None:
    await _person(session)
    for number in range(11):
        transport = httpx.ASGITransport(create_app(settings, database), client=(f"203.0.113.{number}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER) as browser:
            last = await _sign_in(browser, typed if number % 2 else "lan@vidu.vn", "sai mật khẩu rồi")
    assert last.status_code == 429


async def test_nobody_becomes_another_visitor_by_saying_so(client: httpx.AsyncClient) -> None:
    for number in range(11):
        headers = {"x-forwarded-for": f"198.51.100.{number}", "forwarded": f"for=198.51.100.{number}"}
        data = {"email": f"ai{number}@vidu.vn", "password": "sai mật khẩu rồi"}
        last = await client.post("/dang-nhap", data=data, headers=headers)
    assert last.status_code == 429


async def test_the_count_holds_for_two_processes(settings: Settings, real_database: Database) -> None:
    other = Database(real_database.url, pool_size=2)
    visitor = ("203.0.113.99", 1)
    statuses = []
    for number in range(12):
        transport = httpx.ASGITransport(create_app(settings, (real_database, other)[number % 2]), client=visitor)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=BROWSER) as browser:
            statuses.append((await _sign_in(browser, f"ai{number}@vidu.vn", "sai")).status_code)
    await other.close()
    async with real_database.transaction() as session:
        await session.execute(text("DELETE FROM core_limit"))
    assert statuses == [422] * 10 + [429] * 2


async def test_a_known_and_an_unknown_address_are_answered_alike(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await _person(session, email="co@vidu.vn")
    known, unknown = [await _sign_in(client, email, "sai mật khẩu rồi") for email in ("co@vidu.vn", "ko@vidu.vn")]
    assert _plain(known)[2].replace("co@vidu.vn", "") == _plain(unknown)[2].replace("ko@vidu.vn", "")


# ------------------------------------------------------------------------------------------------ a forgotten password
async def test_asking_for_a_link_tells_nobody_who_is_here(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await _person(session, email="co@vidu.vn")
    known, unknown = [await client.post("/quen-mat-khau", data={"email": email}) for email in ("co@vidu.vn", "ko@vidu.vn")]
    assert _plain(known) == _plain(unknown)
    (letter,) = await mail.newest(session)
    link = str(letter.body).partition("/dat-lai-mat-khau/")[2].split()[0]
    assert (await client.get(f"/dat-lai-mat-khau/{link}")).status_code == 200
    assert (await client.post(f"/dat-lai-mat-khau/{link}", data={"password": "matkhau123"})).status_code == 422
    assert (await client.post(f"/dat-lai-mat-khau/{link}", data={"password": NEW})).status_code == 303
    assert (await client.post(f"/dat-lai-mat-khau/{link}", data={"password": NEW})).status_code == 404
    assert (await _sign_in(client, "co@vidu.vn", NEW)).status_code == 303


async def test_asking_is_limited_for_a_visitor_and_a_person(client: httpx.AsyncClient) -> None:
    statuses = [(await client.post("/quen-mat-khau", data={"email": "co@vidu.vn"})).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


async def test_a_code_that_was_read_out_opens_by_the_page(client: httpx.AsyncClient, session: AsyncSession) -> None:
    person_id = await _person(session, email="", phone="+84912000333")
    code = await accounts.issue_reset_code(session, accounts.SYSTEM, person_id)
    wrong = await client.post("/quen-mat-khau/ma", data={"email": "0912000333", "code": "sai", "password": NEW})
    assert wrong.status_code == 422
    assert NEW not in wrong.text
    right = await client.post("/quen-mat-khau/ma", data={"email": "0912 000 333", "code": code.lower(), "password": NEW})
    assert right.status_code == 303
    assert (await _sign_in(client, "0912000333", NEW)).status_code == 303


async def test_codes_cannot_be_guessed_for_long(client: httpx.AsyncClient) -> None:
    data = {"email": "0912000333", "code": "AAAAA-AAAAA", "password": NEW}
    statuses = [(await client.post("/quen-mat-khau/ma", data=data)).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


# ------------------------------------------------------------------------------------------------ the second step
async def _turn_on(browser: httpx.AsyncClient) -> tuple[pyotp.TOTP, list[str]]:
    page = (await browser.get("/toi/bao-mat/hai-buoc")).text
    assert 'src="data:image/svg+xml' in page
    typed = re.search(r'<code class="secret-key">([A-Z2-7 ]+)</code>', page)
    assert typed is not None
    totp = pyotp.TOTP(typed[1].replace(" ", ""))
    wrong = await browser.post("/toi/bao-mat/hai-buoc", data={"code": "000000"})
    assert wrong.status_code == 422
    right = await browser.post("/toi/bao-mat/hai-buoc", data={"code": totp.at(int(clock.now().timestamp()) - 30)})
    assert right.status_code == 200
    return totp, re.findall(r"<li><code>([^<]+)</code></li>", right.text)


async def test_an_officer_without_a_second_factor_reaches_only_where_it_is_set_up(
    settings: Settings, database: Database, session: AsyncSession
) -> None:
    strict = settings.model_copy(update={"second_factor": "required"})
    await _person(session, "office", "cb@vidu.vn")
    async with browsing(strict, database) as browser:
        await _sign_in(browser, "cb@vidu.vn")
        for address in ("/duyet", "/duyet/nhap", "/toi/bao-mat", "/toi/bao-mat/mat-khau"):
            answer = await browser.get(address)
            assert (answer.status_code, answer.headers["location"]) == (303, "/toi/bao-mat/hai-buoc"), address
        assert (await browser.get("/api/v1/me")).status_code == 403
        assert 'class="me"' not in (await browser.get("/san-pham")).text  # To every page she is nobody.
        _totp, codes = await _turn_on(browser)
        assert len(codes) == 10
        assert (await browser.get("/duyet")).status_code == 200
        assert (await browser.get("/api/v1/me")).json()["second_factor"] is True


async def test_a_supplier_needs_none_and_in_development_an_officer_is_only_reminded(
    signed_in: SignedIn, settings: Settings
) -> None:
    assert not settings.second_factor_required
    officer = await signed_in("office")
    page = await officer.get("/duyet")
    assert page.status_code == 200
    assert "/toi/bao-mat/hai-buoc" in page.text


async def test_signing_in_asks_for_the_second_step(settings: Settings, database: Database, session: AsyncSession) -> None:
    await _person(session, "office", "cb@vidu.vn")
    async with browsing(settings, database) as browser:
        await _sign_in(browser, "cb@vidu.vn")
        totp, codes = await _turn_on(browser)
    async with browsing(settings, database) as browser:
        assert (await browser.get("/dang-nhap/buoc-hai")).status_code == 303
        half = await _sign_in(browser, "cb@vidu.vn")
        assert half.headers["location"].startswith("/dang-nhap/buoc-hai?next=")
        assert "session" not in browser.cookies
        assert (await browser.get("/toi/bao-mat")).status_code == 303
        assert (await browser.post("/dang-nhap/buoc-hai", data={"code": "000000"})).status_code == 422
        done = await browser.post("/dang-nhap/buoc-hai", data={"code": totp.at(int(clock.now().timestamp())), "next": "/duyet"})
        assert (done.status_code, done.headers["location"]) == (303, "/duyet")
        assert (await browser.get("/duyet")).status_code == 200
        shown = await browser.get("/toi/bao-mat")
        assert "đúng mật khẩu, sai mã" in shown.text
        assert codes[0] not in shown.text
    async with browsing(settings, database) as browser:
        await _sign_in(browser, "cb@vidu.vn")
        assert (await browser.post("/dang-nhap/buoc-hai", data={"code": codes[0]})).status_code == 303


async def test_the_second_step_cannot_be_guessed_for_long(
    settings: Settings, database: Database, session: AsyncSession
) -> None:
    await _person(session, "office", "cb@vidu.vn")
    async with browsing(settings, database) as browser:
        await _sign_in(browser, "cb@vidu.vn")
        await _turn_on(browser)  # Two tries of ten are used.
    async with browsing(settings, database) as browser:
        await _sign_in(browser, "cb@vidu.vn")
        statuses = [(await browser.post("/dang-nhap/buoc-hai", data={"code": "000000"})).status_code for _ in range(9)]
    assert statuses == [422] * 8 + [429]


@pytest.mark.parametrize("cookie", ["", "x", "a.b", "MDEyMw.AAAA", "x" * 3000])
async def test_a_made_up_first_step_is_none(client: httpx.AsyncClient, cookie: str) -> None:
    answer = await client.post("/dang-nhap/buoc-hai", data={"code": "000000"}, headers={"cookie": f"step={cookie}"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap")


# ------------------------------------------------------------------------------------------------ one's own account
async def test_sessions_are_ended_by_their_owner_alone(settings: Settings, database: Database, session: AsyncSession) -> None:
    await _person(session)
    await _person(session, "buyer", "hoa@vidu.vn")
    async with (
        browsing(settings, database) as here,
        browsing(settings, database) as there,
        browsing(settings, database) as hers,
    ):
        for browser, email in ((here, "lan@vidu.vn"), (there, "lan@vidu.vn"), (hers, "hoa@vidu.vn")):
            await _sign_in(browser, email)
        other = next(each["id"] for each in (await here.get("/api/v1/me/sessions")).json()["items"] if not each["current"])
        stranger = await hers.post(f"/toi/bao-mat/phien/{other}/ket-thuc")
        assert stranger.status_code == 303
        assert (await there.get("/toi/bao-mat")).status_code == 200
        assert other in (await here.get("/toi/bao-mat")).text
        await here.post(f"/toi/bao-mat/phien/{other}/ket-thuc")
        assert (await there.get("/toi/bao-mat")).status_code == 303
        await _sign_in(there)
        await here.post("/toi/bao-mat/phien/khac")
        assert (await there.get("/toi/bao-mat")).status_code == 303
        assert (await here.get("/toi/bao-mat")).status_code == 200
        assert (await hers.get("/toi/bao-mat")).status_code == 200


async def test_sessions_are_ended_by_the_api_too(settings: Settings, database: Database, session: AsyncSession) -> None:
    await _person(session)
    async with browsing(settings, database) as here, browsing(settings, database) as there:
        for browser in (here, there):
            await _sign_in(browser)
        assert (await here.delete("/api/v1/me/sessions")).status_code == 204
        assert (await there.get("/api/v1/me")).status_code == 401
        assert (await here.get("/api/v1/me")).json()["email"] == "lan@vidu.vn"
        own = (await here.get("/api/v1/me/sessions")).json()["items"][0]["id"]
        assert (await here.delete(f"/api/v1/me/sessions/{own}")).status_code == 204
        assert (await here.get("/api/v1/me")).status_code == 401


async def test_the_password_is_changed_knowing_the_present_one(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await _person(session)
    await _sign_in(client)
    wrong = await client.post("/toi/bao-mat/mat-khau", data={"current": "sai mật khẩu rồi", "password": NEW})
    assert wrong.status_code == 422
    assert "chưa đúng" in wrong.text
    assert (await client.post("/toi/bao-mat/mat-khau", data={"current": PASSWORD, "password": NEW})).status_code == 303
    assert (await client.get("/toi/bao-mat")).status_code == 200
    assert (await _sign_in(client, password=NEW)).status_code == 303


async def test_the_language_of_mails_and_another_address_are_chosen(client: httpx.AsyncClient, session: AsyncSession) -> None:
    await _person(session)
    await _sign_in(client)
    await client.post("/toi/bao-mat/ngon-ngu", data={"language": "en"})
    await client.post("/toi/bao-mat/ngon-ngu", data={"language": "xx"})
    assert (await client.get("/api/v1/me")).json()["language"] == "en"
    assert (await client.post("/toi/bao-mat/email", data={"email": "không", "password": PASSWORD})).status_code == 422
    assert (await client.post("/toi/bao-mat/email", data={"email": "moi@vidu.vn", "password": PASSWORD})).status_code == 303
    (letter,) = await mail.newest(session)
    assert (letter.to_address, letter.subject) == ("moi@vidu.vn", "Confirm your e-mail address at Chợ Phiên")


# ------------------------------------------------------------------------------------------------ helping
async def test_an_officer_sees_who_waits_confirms_a_number_and_reads_out_a_code(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await client.post("/dang-ky", data={**FORM, "phone": "0912000777", "key": str(new_id())})
    person_id = await session.scalar(text("SELECT id FROM accounts_person WHERE phone = '+84912000777'"))
    officer = await signed_in("office")
    page = (await officer.get("/duyet/nguoi-dung")).text
    assert "Nông Thị Thử" in page
    assert "HTX Bản Mới" in page
    assert "Nông Thị Thử" not in (await officer.get("/duyet/nguoi-dung?q=0912")).text  # No looking around by pieces.
    assert "Nông Thị Thử" in (await officer.get("/duyet/nguoi-dung?q=0912 000 777")).text
    assert (await officer.post(f"/duyet/nguoi-dung/{person_id}/xac-nhan-so")).status_code == 303
    assert "Nông Thị Thử" not in (await officer.get("/duyet/nguoi-dung")).text
    shown = await officer.post(f"/duyet/nguoi-dung/{person_id}/ma")
    code = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", shown.text)
    assert code is not None
    data = {"email": "0912000777", "code": code[0], "password": NEW}
    assert (await client.post("/quen-mat-khau/ma", data=data)).status_code == 303
    for browser in (client, await signed_in("supplier")):
        assert (await browser.get("/duyet/nguoi-dung")).status_code in (303, 404)


async def test_the_list_of_those_who_wait_is_paged_and_leaves_officers_out(signed_in: SignedIn, session: AsyncSession) -> None:
    for number in range(31):
        await accounts.add_person(
            session, name=f"Chờ {number:02}.", phone=f"+849120{number:05}", password=PASSWORD, confirmed=False
        )
    office = await accounts.found_organisation(session, "office", "Văn phòng khác")
    colleague = await accounts.add_person(session, name="Đồng nghiệp", phone="+84913000111", password=PASSWORD, confirmed=False)
    await accounts.add_member(session, colleague.id, office.id, "member")
    officer = await signed_in("office")
    first = (await officer.get("/duyet/nguoi-dung")).text
    following = re.search(r'href="(/duyet/nguoi-dung\?cursor=[^"]+)"', first)
    assert following is not None
    second = (await officer.get(following[1].replace("&amp;", "&"))).text
    assert [first.count("Chờ 00."), second.count("Chờ 30.")] == [3, 3]  # The row and its two buttons.
    assert "Đồng nghiệp" not in first + second
    assert (await officer.post(f"/duyet/nguoi-dung/{colleague.id}/ma")).status_code == 403


# ------------------------------------------------------------------------------------------------ searches, mails, production
async def test_searching_is_limited_for_one_visitor_and_said_to_people_and_programs(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarding, "MINUTE", guarding.HOUR)  # So that a slow machine gets no search back meanwhile.
    few = settings.model_copy(update={"searches_a_minute": 20})
    async with browsing(few, database) as browser:
        statuses = [(await browser.get("/san-pham?q=mien")).status_code for _ in range(20)]
        assert statuses == [200] * 20
        page, problem = await browser.get("/san-pham"), await browser.get("/api/v1/products")
        fairs = await browser.get("/api/v1/fairs")
    assert (page.status_code, problem.status_code, fairs.status_code) == (429, 429, 429)
    assert "Hãy thử lại sau" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert int(problem.headers["retry-after"]) >= 1


async def test_the_outbox_shows_mails_in_development_only(
    settings: Settings, database: Database, session: AsyncSession
) -> None:
    await mail.send(session, "a@vidu.vn", "confirm_email", token="<b>abc</b>", hours=24)
    async with browsing(settings, database) as browser:
        page = (await browser.get("/hop-thu-di")).text
        assert "http://test/xac-nhan/&lt;b&gt;abc" in page
        assert "<b>abc" not in page
    production = settings.model_copy(update={"environment": "production", "base_url": "https://test"})
    async with browsing(production, database, "https") as browser:
        assert (await browser.get("/hop-thu-di")).status_code == 404


async def test_in_production_the_session_is_bound_to_https_and_demo_passwords_open_nothing(
    settings: Settings, database: Database, session: AsyncSession
) -> None:
    await _person(session)
    organisation = await accounts.found_organisation(session, "supplier", "HTX Cũ")
    person = await accounts.add_person(session, name="Cũ", email="cu@vidu.vn", password=accounts.TRIAL_PASSWORD)
    await accounts.add_member(session, person.id, organisation.id, "owner")
    production = settings.model_copy(update={"environment": "production", "base_url": "https://test"})
    async with browsing(production, database, "https") as browser:
        cookie = (await _sign_in(browser)).headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "Secure" in cookie
        refused = await _sign_in(browser, "cu@vidu.vn", accounts.TRIAL_PASSWORD)
        assert refused.status_code == 422
        assert "ai cũng biết" in refused.text


async def test_a_start_in_production_with_the_demos_password_is_refused(
    settings: Settings, database: Database, session: AsyncSession
) -> None:
    production = create_app(settings.model_copy(update={"environment": "production", "base_url": "https://test"}), database)
    async with production.router.lifespan_context(production):
        pass
    person = await accounts.add_person(
        session, name="Thử", email="htx@chophien.example", password=accounts.TRIAL_PASSWORD
    )  # fmt: skip
    with pytest.raises(RuntimeError, match=r"htx@chophien\.example"):
        async with production.router.lifespan_context(production):
            pass
    await accounts.reset_with_code(
        session, "htx@chophien.example", await accounts.issue_reset_code(session, accounts.SYSTEM, person.id), NEW
    )
    async with production.router.lifespan_context(production):
        pass
