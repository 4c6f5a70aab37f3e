"""My data through pages and the API, and the organisation through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from service import accounts
from service.core.db import new_id
from tests.web.conftest import PASSWORD

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from tests.web.conftest import SignedIn


async def test_the_page_and_the_file_show_what_is_held(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier", name="Hoàng Xuân")
    shown = await browser.get("/toi/du-lieu")
    assert shown.status_code == 200
    for words in ("Hoàng Xuân", "Tổ chức supplier", "Đăng nhập <small"):
        assert words in shown.text
    file = await browser.get("/toi/du-lieu.json")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["cache-control"] == "no-store"
    assert file.json()["person"]["name"] == "Hoàng Xuân"
    assert (await browser.get("/api/v1/me/data")).json()["person"] == file.json()["person"]


async def test_nobody_has_no_data(client: httpx.AsyncClient) -> None:
    assert (await client.get("/toi/du-lieu")).status_code == 303
    assert (await client.get("/toi/du-lieu.json")).status_code == 303
    refused = await client.get("/api/v1/me/data")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="chophien"')


async def test_words_are_corrected_and_wrong_ones_kept_in_the_form(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    answer = await browser.post("/toi/du-lieu/sua", data={"name": "", "phone": "khoảng chín số"})
    assert answer.status_code == 422
    assert "khoảng chín số" in answer.text
    assert (await browser.post("/toi/du-lieu/sua", data={"name": "Tên Mới", "phone": "0912 345 678"})).status_code == 303
    assert "Tên Mới" in (await browser.get("/toi/du-lieu")).text
    assert (await browser.put("/api/v1/me/data", json={"name": "Tên Nữa", "phone": None})).status_code == 204
    assert (await browser.get("/api/v1/me")).json()["name"] == "Tên Nữa"
    mass = await browser.put("/api/v1/me/data", json={"name": "A", "email": "x@y.vn", "password_hash": "x"})
    assert mass.status_code == 422


async def test_consents_are_given_and_taken_back(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    assert (await browser.post("/toi/du-lieu/dong-y/news")).status_code == 303
    assert "/toi/du-lieu/dong-y/news/rut" in (await browser.get("/toi/du-lieu")).text
    assert (await browser.post("/toi/du-lieu/dong-y/news/rut")).status_code == 303
    assert "/toi/du-lieu/dong-y/news/rut" not in (await browser.get("/toi/du-lieu")).text
    assert (await browser.put("/api/v1/me/consents/news")).status_code == 204
    assert (await browser.delete("/api/v1/me/consents/news")).status_code == 204
    for wrong in ("khac", "NEWS", "%00"):
        assert (await browser.post(f"/toi/du-lieu/dong-y/{wrong}")).status_code in (400, 404)
    assert (await browser.delete("/api/v1/me/consents/account")).status_code == 422


async def test_erasing_asks_twice_and_ends_everything(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier", name="Người Sắp Đi")
    other = await signed_in("supplier", name="Người Ở Lại")
    for data, words in (({"password": PASSWORD}, "đánh dấu ô này"), ({"password": "sai", "sure": "1"}, "Mật khẩu chưa đúng")):
        answer = await browser.post("/toi/du-lieu/xoa", data=data)
        assert answer.status_code == 422
        assert words in answer.text
        assert PASSWORD not in answer.text
    answer = await browser.post("/toi/du-lieu/xoa", data={"password": PASSWORD, "sure": "1"})
    assert answer.headers["location"] == "/"
    assert (await browser.get("/toi/du-lieu")).status_code == 303
    assert (await other.get("/toi/du-lieu")).status_code == 200


async def test_passwords_are_not_guessed_through_erasing(signed_in: SignedIn) -> None:
    browser = await signed_in("supplier")
    wrong = {"password": "sai", "sure": "1"}
    tries = [(await browser.post("/toi/du-lieu/xoa", data=wrong)).status_code for _each in range(11)]
    assert tries == [422] * 10 + [429]


async def test_a_token_opens_nobodys_personal_data(
    signed_in: SignedIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    owner = await signed_in("supplier")
    actor = await accounts.actor_of(session, owner.cookies["session"])
    assert actor is not None
    assert actor.organisation_id is not None
    draft = accounts.TokenDraft(name="Kho", scopes=("accounts:write",))
    issued = await accounts.issue_token(session, actor, actor.organisation_id, draft)
    bearer = {"authorization": f"Bearer {issued.secret}"}
    assert (await client.get("/api/v1/me/data", headers=bearer)).status_code == 403
    erasing = await client.post("/api/v1/me/data/erasure", headers=bearer, json={"password": PASSWORD})
    assert erasing.status_code == 403
    assert (await client.put("/api/v1/me/consents/news", headers=bearer)).status_code == 403
    assert (await client.get("/api/v1/organisation", headers=bearer)).json()["member_role"] == "owner"
    assert (await client.get("/api/v1/organisation/members", headers=bearer)).json()["total"] == 1


async def test_an_organisation_through_the_api(signed_in: SignedIn, session: AsyncSession) -> None:
    owner, guest, office = await signed_in("supplier"), await signed_in("buyer", name="Khách"), await signed_in("office")
    key = str(new_id())
    made = await owner.post("/api/v1/organisation/invitations", json={"key": key, "role": "viewer"})
    assert made.status_code == 201
    assert made.json()["id"] == key
    assert (await owner.post("/api/v1/organisation/invitations", json={"key": key, "role": "viewer"})).status_code == 409
    assert (await owner.post("/api/v1/organisation/invitations", json={"email": "x"})).status_code == 422
    await guest.post(f"/loi-moi/{made.json()['code']}")
    people = (await owner.get("/api/v1/organisation/members")).json()["items"]
    person = next(one["person_id"] for one in people if one["name"] == "Khách")
    assert (await owner.put(f"/api/v1/organisation/members/{person}", json={"role": "member"})).status_code == 204
    assert (await guest.delete(f"/api/v1/organisation/members/{people[0]['person_id']}")).status_code == 403
    assert (await owner.post(f"/api/v1/organisation/owner/{person}")).status_code == 204
    assert (await owner.post("/api/v1/organisation/invitations", json={})).status_code == 403
    assert (await guest.delete(f"/api/v1/organisation/members/{person}")).status_code == 409
    clerk = await accounts.actor_of(session, office.cookies["session"])
    assert clerk is not None
    ends = {"valid_to": "2027-01-01"}
    assert (await guest.put(f"/api/v1/organisation/grants/{new_id()}", json=ends)).status_code == 422
    assert (await guest.put(f"/api/v1/organisation/grants/{clerk.organisation_id}", json=ends)).status_code == 204
    assert len((await guest.get("/api/v1/organisation/grants")).json()["items"]) == 1
    assert (await guest.delete(f"/api/v1/organisation/grants/{clerk.organisation_id}")).status_code == 204
    assert (await guest.get("/api/v1/organisation/invitations")).json() == {"items": []}


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIxIl0", "%F0%9F", "a" * 399])
async def test_a_made_up_cursor_is_told(signed_in: SignedIn, cursor: str) -> None:
    owner = await signed_in("supplier")
    assert (await owner.get("/api/v1/organisation/members", params={"cursor": cursor})).status_code == 422
    assert (await owner.get("/to-chuc", params={"cursor": cursor})).status_code == 422
