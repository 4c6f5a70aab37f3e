"""The organisation's pages: people, invitations, switching, acting on behalf; and tokens at the API's door."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event, text

from service import accounts
from service.accounts import SYSTEM, Actor, MemberRole, Role
from service.app import APIS
from service.core import clock
from service.core.db import new_id
from service.web.pages.tokens import area_names
from tests import market

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from service.core.db import Database
    from tests.web.conftest import SignedIn

INVITE = {"email": "", "phone": "", "role": "member"}


async def _of(session: AsyncSession, browser: httpx.AsyncClient) -> Actor:
    actor = await accounts.actor_of(session, browser.cookies["session"])
    assert actor is not None
    return actor


async def _code(owner: httpx.AsyncClient, **said: str) -> str:
    answer = await owner.post("/to-chuc/loi-moi", data={**INVITE, **said, "key": str(new_id())})
    assert answer.status_code == 200, answer.text
    found = re.search(r"<code>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>", answer.text)
    assert found is not None
    return found[1]


async def test_an_owner_gives_a_code_and_a_guest_sees_agrees_and_works_there(
    signed_in: SignedIn, session: AsyncSession
) -> None:
    owner, guest = await signed_in("supplier", name="Chủ nhà"), await signed_in("buyer", name="Khách")
    code = await _code(owner, role="viewer", phone="0912345678")
    found = await guest.get("/loi-moi", params={"ma": code.lower()})
    assert found.headers["location"] == f"/loi-moi/{code.lower().replace('-', '')}"
    shown = await guest.get(found.headers["location"])
    assert "Tổ chức supplier" in shown.text
    assert "Chủ nhà" in shown.text
    assert "người xem" in shown.text
    answer = await guest.post(f"/loi-moi/{code}")
    assert answer.headers["location"] == "/ban-hang"
    actor = await _of(session, guest)
    assert (actor.organisation_name, actor.member_role, len(actor.memberships)) == ("Tổ chức supplier", MemberRole.VIEWER, 2)
    people = (await owner.get("/to-chuc")).text
    assert "Khách" in people
    assert re.search(r"\b0912", people) is None  # Who has come is known by name; the note to remember her by is gone.


NEWCOMER = {"name": "Lý Thị Mới", "phone": "0912 345 678", "email": "", "password": "sương sớm trên đèo Giàng", "agree": "1"}


async def test_a_newcomer_registers_into_the_organisation_that_has_invited_her(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    owner = await signed_in("supplier")
    code = await _code(owner, role="viewer")
    shown = (await client.get(f"/loi-moi/{code}")).text
    assert f"/loi-moi/{code}/dang-ky" in shown
    assert f"/dang-nhap?next=/loi-moi/{code}" in shown
    assert (await client.post(f"/loi-moi/{code}")).status_code == 303
    assert "Tổ chức supplier" in (await client.get(f"/loi-moi/{code}/dang-ky")).text
    for wrong, words in (({"agree": ""}, "Cần bạn đồng ý"), ({"password": "1234567890"}, "f-password-error"),
                         ({"phone": ""}, "f-phone-error"), ({"name": ""}, "f-name-error")):  # fmt: skip
        answer = await client.post(f"/loi-moi/{code}/dang-ky", data={**NEWCOMER, **wrong})
        assert answer.status_code == 422
        assert words in answer.text
        assert NEWCOMER["password"] not in answer.text
    for _press in range(2):
        answer = await client.post(f"/loi-moi/{code}/dang-ky", data=NEWCOMER)
        assert answer.headers["location"] == "/ban-hang"
        actor = await _of(session, client)
        assert (actor.name, actor.organisation_name, actor.member_role) == ("Lý Thị Mới", "Tổ chức supplier", MemberRole.VIEWER)
    assert (await accounts.members_of(session, await _of(session, owner), actor.organisation_id)).total == 2  # type: ignore[arg-type]
    client.cookies.clear()
    answer = await client.post(f"/loi-moi/{code}/dang-ky", data={**NEWCOMER, "password": "một mật khẩu khác hẳn"})
    assert answer.status_code == 404
    assert "session" not in client.cookies


async def test_codes_are_not_walked_through(client: httpx.AsyncClient) -> None:
    answers = [(await client.get(f"/loi-moi/AAAA-BBBB-{n:04}")).status_code for n in range(61)]
    assert answers == [404] * 60 + [429]


@pytest.mark.parametrize("code", ["x", "K7QM-2XPA-9RST", "%27%3B--", "a" * 500, "đúng"])
async def test_a_made_up_code_opens_nothing(client: httpx.AsyncClient, code: str) -> None:
    answer = await client.get(f"/loi-moi/{code}")
    assert answer.status_code == 404
    assert "không còn dùng được" in answer.text
    assert (await client.get("/loi-moi", params={"ma": "//evil.example"})).headers["location"] == "/loi-moi/evilexample"


async def test_a_wrong_invitation_keeps_what_was_typed(signed_in: SignedIn) -> None:
    owner = await signed_in("supplier")
    answer = await owner.post("/to-chuc/loi-moi", data={**INVITE, "email": "không phải thư"})
    assert answer.status_code == 422
    assert "không phải thư" in answer.text
    mailed = await owner.post("/to-chuc/loi-moi", data={**INVITE, "email": "binh@chophien.example", "key": str(new_id())})
    assert mailed.status_code == 303
    assert "binh@chophien.example" in (await owner.get("/to-chuc")).text


@pytest.mark.parametrize("role", ["member", "viewer"])
async def test_members_see_who_is_there_and_change_nothing(signed_in: SignedIn, session: AsyncSession, role: str) -> None:
    owner = await signed_in("supplier")
    boss = await _of(session, owner)
    other = await signed_in(organisation_id=boss.organisation_id, role=role, name="Người kia")
    shown = await other.get("/to-chuc")
    assert shown.status_code == 200
    assert "Mời thêm người" not in shown.text
    assert (await other.get("/to-chuc/khoa-api")).status_code == 404
    for address, data in (
        ("/to-chuc/loi-moi", INVITE), (f"/to-chuc/thanh-vien/{boss.person_id}/vai", {"role": "viewer"}),
        (f"/to-chuc/thanh-vien/{boss.person_id}/bo", {}), ("/to-chuc/khoa-api", {"name": "x", "scopes": "lots:read"}),
        ("/to-chuc/lam-thay", {"office_id": str(new_id()), "valid_to": clock.today().isoformat()}),
    ):  # fmt: skip
        assert (await other.post(address, data=data)).status_code in (403, 422), address
    assert (await _of(session, owner)).owns


async def test_the_last_owner_is_told_to_hand_over_first(signed_in: SignedIn, session: AsyncSession) -> None:
    owner = await signed_in("supplier")
    boss = await _of(session, owner)
    other = await signed_in(organisation_id=boss.organisation_id, role="member", name="Người kia")
    heir = await _of(session, other)
    answer = await owner.post("/to-chuc/roi")
    assert answer.status_code == 409
    assert "bàn giao" in answer.text
    assert (await owner.post(f"/to-chuc/thanh-vien/{heir.person_id}/ban-giao")).status_code == 303
    assert (await owner.post("/to-chuc/roi")).headers["location"] == "/to-chuc/moi"
    assert (await _of(session, other)).owns
    gone = await _of(session, owner)
    assert (gone.organisation_id, gone.role) == (None, Role.NOBODY)
    assert (await owner.get("/ban-hang")).headers["location"] == "/to-chuc/moi"
    assert (await owner.get("/to-chuc")).headers["location"] == "/to-chuc/moi"
    assert (await owner.get("/to-chuc/moi")).status_code == 200


async def test_a_person_without_an_organisation_founds_one(signed_in: SignedIn, session: AsyncSession) -> None:
    browser = await signed_in("supplier")
    first = await _of(session, browser)
    await accounts.add_member(session, await _second_owner(session), first.organisation_id, "owner")  # type: ignore[arg-type]
    await browser.post("/to-chuc/roi")
    assert (await browser.post("/to-chuc/moi", data={"name": "", "kind": "office"})).status_code == 422
    data = {"name": "HTX Mới Lập", "kind": "supplier", "key": str(new_id())}
    answer = await browser.post("/to-chuc/moi", data=data)
    assert answer.headers["location"] == "/ban-hang/ho-so"
    await browser.post("/to-chuc/moi", data=data)
    actor = await _of(session, browser)
    assert (actor.organisation_name, actor.owns, len(actor.memberships)) == ("HTX Mới Lập", True, 1)


async def _second_owner(session: AsyncSession) -> UUID:
    person = await accounts.add_person(session, name="Hai", email=f"{new_id()}@chophien.example", password="mật khẩu để thử")
    return person.id


async def test_one_click_switches_and_every_page_offers_it(signed_in: SignedIn, session: AsyncSession) -> None:
    browser = await signed_in("supplier")
    actor = await _of(session, browser)
    second = await accounts.found_organisation(session, "buyer", "Siêu thị Thứ Hai")
    assert actor.person_id is not None
    await accounts.add_member(session, actor.person_id, second.id, "member")
    assert f'name="organisation_id" value="{second.id}"' in (await browser.get("/")).text
    answer = await browser.post("/to-chuc/doi", data={"organisation_id": str(second.id)})
    assert answer.headers["location"] == "/tim-hang"
    assert (await _of(session, browser)).organisation_id == second.id
    for wrong in (str(new_id()), "", "x", str(actor.person_id)):
        assert (await browser.post("/to-chuc/doi", data={"organisation_id": wrong})).status_code == 404
    assert (await _of(session, browser)).organisation_id == second.id


async def test_acting_on_behalf_is_let_seen_logged_and_taken_back(signed_in: SignedIn, session: AsyncSession) -> None:
    owner, officer = await signed_in("supplier"), await signed_in("office")
    boss, clerk = await _of(session, owner), await _of(session, officer)
    ends = clock.today() + timedelta(days=30)
    given = await owner.post(
        "/to-chuc/lam-thay", data={"office_id": str(clerk.organisation_id), "valid_to": f"{ends:%d/%m/%Y}"}
    )
    assert given.status_code == 303
    assert "Tổ chức office" in (await owner.get("/to-chuc")).text
    menu = (await officer.get("/")).text
    assert str(boss.organisation_id) in menu
    assert "thay mặt" in menu
    assert (await officer.post("/to-chuc/doi", data={"organisation_id": str(boss.organisation_id)})).status_code == 303
    assert "đang làm thay mặt Tổ chức supplier" in (await officer.get("/nha-cung-cap")).text
    assert (await officer.get("/to-chuc")).status_code == 403
    assert (await officer.post("/to-chuc/roi")).status_code == 403
    profile = {"name": "HTX Được Giúp", "legal_form": "cooperative", "province_code": "19"}
    assert (await officer.post("/ban-hang/ho-so", data=profile)).status_code == 303
    statement = text(
        "SELECT person_id, organisation_id, on_behalf_of FROM core_journal WHERE fact = 'SupplierRegistered' "
        "AND organisation_id = :organisation"
    )
    told = (await session.execute(statement, {"organisation": boss.organisation_id})).one()
    assert tuple(told) == (clerk.person_id, boss.organisation_id, clerk.organisation_id)
    assert "Tổ chức office" in (await owner.get("/ban-hang/ho-so/lich-su")).text
    assert (await owner.post(f"/to-chuc/lam-thay/{clerk.organisation_id}/dung")).status_code == 303
    assert (await _of(session, officer)).organisation_id is None
    assert (await officer.get("/ban-hang")).headers["location"] == "/to-chuc/moi"


async def _token(owner: httpx.AsyncClient, *scopes: str) -> dict[str, str]:
    answer = await owner.post("/to-chuc/khoa-api", data={"name": "Kho", "scopes": list(scopes), "key": str(new_id())})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r"<code>(cp_[\w-]{43})</code>", answer.text)
    assert found is not None
    return {"authorization": f"Bearer {found[1]}"}


async def test_a_token_is_shown_once_recognised_and_revoked(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    owner = await signed_in("supplier")
    bearer = await _token(owner, "catalogue:read")
    listed = (await owner.get("/to-chuc/khoa-api")).text
    secret = bearer["authorization"].removeprefix("Bearer ")
    assert secret not in listed
    assert secret[:9] in listed
    assert (await client.get("/api/v1/products", headers=bearer)).status_code == 200
    found = re.search(r"/to-chuc/khoa-api/([0-9a-f-]+)/thu-hoi", listed)
    assert found is not None
    assert (await owner.post(found[0])).status_code == 303
    for address in ("/api/v1/products", "/api/v1/suggest?q=mi", "/api/v1/suppliers", "/api/v1/requests"):
        refused = await client.get(address, headers=bearer)
        assert refused.status_code == 401, address
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["www-authenticate"] == 'Bearer realm="chophien", error="invalid_token"'


@pytest.mark.parametrize("given", ["Bearer ", "Bearer x", "Bearer cp_wrong", "bearer " + "x" * 500, "Bearer không"])
async def test_a_bad_token_is_refused_even_where_nobody_needs_one(client: httpx.AsyncClient, given: str) -> None:
    for address in ("/api/v1/products", "/api/v1/suppliers"):
        assert (await client.get(address, headers=[(b"authorization", given.encode())])).status_code == 401
    assert (await client.get("/san-pham", headers=[(b"authorization", given.encode())])).status_code == 200


async def test_pages_know_no_tokens(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    bearer = await _token(await signed_in("supplier"), "catalogue:write", "accounts:write")
    assert (await client.get("/ban-hang", headers=bearer)).status_code == 303
    assert (await client.get("/to-chuc", headers=bearer)).headers["location"].startswith("/dang-nhap")


async def test_a_token_reaches_no_further_than_its_scopes(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    owner = await signed_in("supplier")
    reads = await _token(owner, "lots:read")
    assert (await client.get("/api/v1/lots", headers=reads)).status_code == 200
    beyond = await client.post("/api/v1/lots", headers=reads, json={})
    assert (beyond.status_code, "lots:write" in beyond.json()["detail"]) == (403, True)
    for address in ("/api/v1/products", "/api/v1/suppliers", "/api/v1/fairs"):
        assert (await client.get(address, headers=reads)).status_code == 403, address
    writes = await _token(owner, "lots:write")
    assert (await client.post("/api/v1/lots", headers=writes, json={})).status_code == 422
    assert (await client.get("/api/v1/lots", headers=writes)).status_code == 200
    assert (await owner.post("/api/v1/lots", json={})).status_code == 422  # A cookie is not limited by scopes.


async def test_a_token_acts_for_its_organisation(signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession) -> None:
    organisation_id = await market.supplier(session, "HTX1", wholesale_public=False)
    slug = await market.product(session)
    owner = await signed_in(organisation_id=organisation_id)
    bearer = await _token(owner, "catalogue:read")
    mine, anybodys = [
        (await client.get(f"/api/v1/products/{slug}", headers=headers)).json()["wholesale"] for headers in (bearer, {})
    ]
    assert mine
    assert anybodys != mine
    assert (await client.get(f"/api/v1/products/{slug}", headers=bearer)).status_code == 200
    assert SYSTEM.scopes is None


def test_every_part_of_the_api_has_a_scope_that_a_token_can_carry() -> None:
    areas = {scope.partition(":")[0] for scope in accounts.SCOPES}
    assert {part.SCOPE for part in APIS} <= areas
    assert set(area_names()) == areas


async def test_the_page_costs_as_many_statements_for_many_people_as_for_one(
    signed_in: SignedIn, session: AsyncSession, database: Database
) -> None:
    owner = await signed_in("supplier")
    boss = await _of(session, owner)
    assert boss.organisation_id is not None
    assert boss.person_id is not None

    async def statements() -> int:
        said: list[str] = []
        connection = database.connection.sync_connection  # type: ignore[attr-defined] # The test's one connection.
        event.listen(connection, "before_cursor_execute", note := (lambda *told: said.append(told[2])))
        assert (await owner.get("/to-chuc")).status_code == 200
        event.remove(connection, "before_cursor_execute", note)
        return len(said)

    few = await statements()
    for _each in range(3):
        await accounts.add_member(session, await _second_owner(session), boss.organisation_id, "viewer")
        other = await accounts.found_organisation(session, "buyer", "Thêm")
        await accounts.add_member(session, boss.person_id, other.id, "viewer")
        await accounts.invite(session, boss, boss.organisation_id, accounts.InvitationDraft(), "/loi-moi")
    assert await statements() == few


async def test_an_account_without_an_organisation_signs_in_and_is_led_to_found_or_join(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await accounts.add_person(session, name="Lẻ Loi", email="le@chophien.example", password="mật khẩu để thử")
    answer = await client.post("/dang-nhap", data={"email": "le@chophien.example", "password": "mật khẩu để thử", "next": "/"})
    assert answer.status_code == 303
    assert (await client.get("/ban-hang")).headers["location"] == "/to-chuc/moi"
    shown = await client.get("/to-chuc/moi")
    assert "Lẻ Loi" in shown.text
    assert "Bạn chưa thuộc tổ chức nào" in shown.text
    for address in ("/san-pham", "/tim-hang", "/hoi-cho", "/toi/du-lieu", "/toi/bao-mat", "/api/v1/organisation"):
        assert (await client.get(address)).status_code == 200, address
    for address in ("/ban-hang/san-pham/moi", "/duyet", "/to-chuc/khoa-api", "/tim-hang/moi", "/api/v1/organisation/members"):
        assert (await client.get(address)).status_code in (303, 403, 404), address
