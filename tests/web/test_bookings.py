"""Booking booths on pages and as JSON."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.core import clock
from service.core.db import Database, new_id
from tests.fairs.bookings.grounds import NOW, Grounds, grounds
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def at(session: AsyncSession) -> AsyncIterator[Grounds]:
    """The fair, stored."""
    made = await grounds(session, booths=4)
    await session.commit()
    yield made


async def _exhibitor(signed_in: SignedIn, at: Grounds, number: int = 0) -> httpx.AsyncClient:
    return await signed_in(organisation_id=at.exhibitors[number].organisation_id)


def _address(at: Grounds) -> str:
    return f"/hoi-cho/{at.slug}/dat-gian"


def _key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


async def test_a_booth_is_chosen_held_confirmed_and_given_back(at: Grounds, signed_in: SignedIn) -> None:
    browser = await _exhibitor(signed_in, at)
    page = (await browser.get(_address(at))).text
    assert f"{_address(at)}?gian=A002#dat" in page
    chosen = (await browser.get(f"{_address(at)}?gian=A002")).text
    wish = {"booth": "A002", "first_day": "10/12/2026", "last_day": "14/12/2026", "key": _key(chosen)}
    for _press in range(2):
        held = await browser.post(_address(at), data=wish)
        assert (held.status_code, held.headers["location"]) == (303, _address(at))
    page = (await browser.get(_address(at))).text
    assert "giữ tới 28/11/2026 09:15" in page
    confirm = re.search(r'action="([^"]+/xac-nhan)"', page)
    assert confirm is not None
    assert (await browser.post(confirm[1])).status_code == 303
    page = (await browser.get(_address(at))).text
    assert "đã nhận" in page
    assert '/xac-nhan"><button' not in page
    give_back = re.search(r'action="([^"]+/tra)"', page)
    assert give_back is not None
    await browser.post(give_back[1])
    assert "Trả gian" not in (await browser.get(_address(at))).text


async def test_who_comes_second_keeps_what_she_typed_and_hears_why(at: Grounds, signed_in: SignedIn) -> None:
    first, second = await _exhibitor(signed_in, at), await _exhibitor(signed_in, at, 1)
    await first.post(_address(at), data={"booth": "A001", "key": str(uuid4())})
    refused = await second.post(_address(at), data={"booth": "A001", "first_day": "11/12/2026", "key": str(uuid4())})
    assert refused.status_code == 409
    assert "Gian A001 đang có người giữ tới 28/11/2026 09:15" in refused.text
    assert 'value="11/12/2026"' in refused.text
    outside = await second.post(_address(at), data={"booth": "A002", "first_day": "1/1/2030", "key": str(uuid4())})
    assert outside.status_code == 422
    assert "những ngày hội chợ mở" in outside.text


@pytest.mark.parametrize(
    "typed", [{}, {"booth": ""}, {"booth": "Z" * 500}, {"booth": "A\0001"}, {"booth": "A001", "first_day": "hôm nao"}]
)
async def test_odd_input_is_answered_in_words(at: Grounds, signed_in: SignedIn, typed: dict[str, str]) -> None:
    browser = await _exhibitor(signed_in, at)
    assert (await browser.post(_address(at), data=typed)).status_code in (404, 422)


async def test_the_organiser_keeps_extends_gives_and_frees(at: Grounds, signed_in: SignedIn) -> None:
    browser = await signed_in(organisation_id=at.organiser.organisation_id)
    desk = f"/ban-to-chuc/hoi-cho/{at.slug}/dat-gian"
    page = (await browser.get(desk)).text
    kept = {"booth": "A003", "name": "Đơn vị hẹn trước", "until": "01/12/2026", "key": _key(page)}
    for _press in range(2):
        assert (await browser.post(f"{desk}/giu", data=kept)).status_code == 303
    page = (await browser.get(desk)).text
    assert page.count("Đơn vị hẹn trước</td>") == 1
    for act, typed, shown in (
        ("gia-han", {"until": "03/12/2026"}, "giữ tới 03/12/2026"), ("giao", {}, "đã nhận"), ("bo", {}, "Chưa ai có gian"),
    ):  # fmt: skip
        action = re.search(rf'action="([^"]+/{act})"', (await browser.get(desk)).text)
        assert action is not None, act
        assert (await browser.post(action[1], data=typed)).status_code == 303
        assert shown in (await browser.get(desk)).text
    wrong = await browser.post(f"{desk}/giu", data={"booth": "Z1", "name": "Ai đó", "until": "01/12/2026", "key": str(uuid4())})
    assert wrong.status_code == 422
    assert 'value="Ai đó"' in wrong.text
    hours = {"opens_on": "29/11/2026", "opens_time": "07:30", "hold_minutes": "30", "version": "1"}
    assert (await browser.post(f"{desk}/gio", data=hours)).status_code == 303
    assert 'value="07:30"' in (await browser.get(desk)).text
    stale = await browser.post(f"{desk}/gio", data={**hours, "hold_minutes": "45"})
    assert stale.status_code == 409


async def _token(database: Database, at: Grounds, number: int) -> str:
    async with database.transaction() as session:
        return await _issued(session, at, number)


async def _issued(session: AsyncSession, at: Grounds, number: int) -> str:
    organisation_id = at.exhibitors[number].organisation_id
    assert organisation_id is not None
    person = await accounts.add_person(session, name="Máy", email=f"may{number}@chophien.example", password=str(uuid4()))
    await accounts.add_member(session, person.id, organisation_id, "owner")
    actor = accounts.Actor(person.id, "Máy", organisation_id, "", accounts.Role.SUPPLIER, accounts.MemberRole.OWNER)
    draft = accounts.TokenDraft(name="máy", scopes=("fairs:read", "fairs:write"))
    return (await accounts.issue_token(session, actor, organisation_id, draft)).secret


async def test_a_program_books_with_a_key(database: Database, at: Grounds, client: httpx.AsyncClient) -> None:
    address, auth = f"/api/v1/fairs/{at.slug}/bookings", {"authorization": f"Bearer {await _token(database, at, 0)}"}
    free = (await client.get(f"/api/v1/fairs/{at.slug}/bookable-booths")).json()
    assert [each["booth"] for each in free["items"]] == ["A001", "A002", "A003", "A004"]
    headers = {**auth, "idempotency-key": str(new_id())}
    answers = [await client.post(address, json={"booth": "A002"}, headers=headers) for _ in range(3)]
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    booking = answers[0].json()["id"]
    for key, status in ((None, 422), ("nonsense", 422), (str(new_id()), 409)):
        told = await client.post(address, json={"booth": "A002"}, headers={**auth, **({"idempotency-key": key} if key else {})})
        assert told.status_code == status
        assert told.headers["content-type"] == "application/problem+json"
    assert (await client.post(f"{address}/{booking}/confirm", headers=auth)).json()["state"] == "taken"
    assert [each["booth"] for each in (await client.get(address, headers=auth)).json()["items"]] == ["A002"]
    assert (await client.delete(f"{address}/{booking}", headers=auth)).json()["state"] == "released"
    assert (await client.post(address, json={"booth": "A002"})).status_code == 401
    assert (await client.post(address, json={"booth": 7, "x": 1}, headers=headers)).status_code == 422


async def test_a_token_that_may_only_read_books_nothing(database: Database, at: Grounds, client: httpx.AsyncClient) -> None:
    secret = await _token(database, at, 1)
    async with database.transaction() as session:
        await session.execute(text("UPDATE accounts_token SET scopes = '{fairs:read}'"))
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": str(new_id())}
    refused = await client.post(f"/api/v1/fairs/{at.slug}/bookings", json={"booth": "A002"}, headers=headers)
    assert refused.status_code == 403
    async with database.transaction() as session:
        assert await fairs.bookings.occupied(session, at.fair_id) == []
