"""Pages and JSON of matching rounds: flat in statements, kind to whatever is typed, and the same in both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.db import new_id
from service.matching import rounds
from tests import market
from tests.conftest import OneConnection
from tests.market import TODAY
from tests.matching.rounds import round as small
from tests.web.conftest import SignedIn

TRUNK = "/phien-ket-noi"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def _statements(database: OneConnection, browser: httpx.AsyncClient, address: str) -> int:
    """How many statements a page costs; it is small and holds no style of its own."""
    said: list[str] = []

    def note(*told: Any) -> None:
        said.append(told[2])

    event.listen(database.connection.sync_connection, "before_cursor_execute", note)
    answer = await browser.get(address)
    event.remove(database.connection.sync_connection, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) < 50_000
    assert "style=" not in answer.text
    return len(said)


async def test_every_list_costs_the_same_for_one_row_as_for_three(
    database: OneConnection, session: AsyncSession, signed_in: SignedIn
) -> None:
    counts: list[list[int]] = []
    for many in (1, 3):
        found = await small.held(session)
        organiser = await signed_in(organisation_id=found.organiser.organisation_id)
        for _each in range(many):
            await small.with_people(session, found)
        await small.cleared_here(session, found.organiser, found.code)
        await rounds.publish_clearing(session, found.organiser, found.code, 1)
        addresses = ("", "/yeu-cau", "/nha-cung-cap", "/xep", "/xep/1", "/xep/1?side=nha-cung-cap", "/ket-qua")
        counts.append([await _statements(database, organiser, f"{TRUNK}/{found.code}{address}") for address in addresses])
        await organiser.aclose()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14


async def test_nothing_typed_is_lost_and_nothing_typed_breaks_anything(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await small.held(session)
    asked = rounds.FieldDraft(label_vi="Số gian", kind="number")
    await rounds.add_field(session, found.organiser, found.code, asked)
    buyer = await market.buyer(session)
    request = await market.request(session, buyer)
    await session.commit()
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    wants = await signed_in(organisation_id=buyer.organisation_id)
    base = f"{TRUNK}/{found.code}"
    good = {"name": "Phiên giữ lại chữ", "starts_on": "10/12/2026", "ends_on": "11/12/2026", "requests_until": "5/12/2026",
            "suppliers_until": "5/12/2026"}  # fmt: skip
    for wrong in (
        {"starts_on": "31/02/2026"}, {"ends_on": "1/1/2026"}, {"requests_until": "30/12/2026"}, {"name": "\x00"},
        {"ends_on": "11/12/9999"}, {"province_code": "zz"}, {"fair_id": "không"}, {"name": "x" * 500},
        {"fair_id": "00000000-0000-7000-8000-000000000000"},
    ):  # fmt: skip
        answer = await organiser.post(f"{TRUNK}/moi", data={**good, "about": "Lời giới thiệu", **wrong})
        assert answer.status_code == 422, wrong
        assert "Lời giới thiệu" in answer.text
    for wrong in (
        {"kind": "choice", "choices": "một"},
        {"kind": "?"},
        {"label_vi": ""},
        {"choices": "x\n" * 40, "kind": "choice"},
    ):
        answer = await organiser.post(f"{base}/truong", data={"label_vi": "Câu hỏi giữ lại", "kind": "text", **wrong})
        assert answer.status_code == 422, wrong
    for number in ("1" + "0" * 400, "nhiều", "\x00", "-" * 50, "1e999999"):
        answer = await wants.post(f"{base}/yeu-cau", data={"request": request.code, "x_so-gian": number})
        assert answer.status_code in (422, 303), number
    for wrong in ({"fairness": "?"}, {"seed": "-1"}, {"seed": "9" * 400}, {"seed": "1,5"}):
        assert (await organiser.post(f"{base}/xep", data={"fairness": "even", **wrong})).status_code == 422, wrong
    for address in ("/xep/0", "/xep/99", "/xep/" + "9" * 30, "/ket-qua/abc", "/ket-qua", "/ket-qua/bang.exe", "/xep/một"):
        assert (await organiser.get(base + address)).status_code in (404, 405, 422), address
    for cursor in ("x", "%00", "WyJhIl0", "W10", "e30"):
        for address in ("/yeu-cau", "/nha-cung-cap"):
            assert (await organiser.get(f"{base}{address}?cursor={cursor}")).status_code == 422, cursor
        assert (await organiser.get(f"{TRUNK}?cursor={cursor}")).status_code == 422
    for code in ("PK-00000", "%00", "x" * 200, "%E1%BA%BF"):
        assert (await organiser.get(f"{TRUNK}/{code}")).status_code in (400, 404)
    assert (await organiser.post(f"{base}/chuyen", data={"to": "published"})).status_code == 403
    assert (await organiser.post(f"{base}/chuyen", data={"to": "?"})).status_code == 422


NEED = {
    "commodity": "Miến dong",
    "kg_12": "500",
    "delivery_province_code": "01",
    "visibility": "public",
    "note": "Chữ phải còn",
}


async def _asking(session: AsyncSession) -> small.Held:
    """A round that asks one thing that must be answered, and one that need not."""
    found = await small.held(session)
    for asked in (
        rounds.FieldDraft(label_vi="Số gian", kind="number", required=True),
        rounds.FieldDraft(label_vi="Nhận mẫu", kind="yes_no"),
    ):
        await rounds.add_field(session, found.organiser, found.code, asked)
    await session.flush()
    return found


async def _brought(session: AsyncSession, code: str) -> tuple[Any, ...]:
    asked = "SELECT x.code, r.state, r.extra FROM matching_request r LEFT JOIN matching_round x ON x.id = r.round_id"
    return tuple((await session.execute(text(f"{asked} WHERE r.code = :code"), {"code": code})).one())


async def test_a_buyer_posts_a_request_for_a_round_and_answers_it(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await _asking(session)
    wants = await signed_in("buyer")
    form = await wants.get("/tim-hang/moi")
    assert found.round.name in form.text
    assert "x_so-gian" not in form.text
    form = await wants.get(f"/tim-hang/moi?round={found.code}")
    assert 'name="x_so-gian"' in form.text
    typed = {**NEED, "key": str(new_id()), "round": found.code}
    # Without JavaScript the first press brings the questions: nothing is kept of the request, and nothing typed is lost.
    first = await wants.post("/tim-hang/moi", data=typed)
    assert first.status_code == 422
    assert 'id="f-round-error"' in first.text
    assert 'name="x_so-gian"' in first.text
    assert "Chữ phải còn" in first.text
    wrong = {"asked_round": found.code, "x_so-gian": "vài gian", "x_nhan-mau": "no"}
    second = await wants.post("/tim-hang/moi", data={**typed, **wrong})
    assert second.status_code == 422
    assert 'id="f-x_so-gian-error"' in second.text
    assert "vài gian" in second.text
    assert await session.scalar(text("SELECT count(*) FROM matching_request")) == 0
    for _press in range(2):
        third = await wants.post("/tim-hang/moi", data={**typed, **wrong, "x_so-gian": "12"})
        assert third.status_code == 303
    code = third.headers["location"].rsplit("/", 1)[1]
    assert await _brought(session, code) == (found.code, "open", {"so-gian": 12, "nhan-mau": False})
    # The form of a stored request shows the round and the answers; another answer, and then no round at all.
    form = await wants.get(f"/tim-hang/{code}/sua")
    assert 'value="12"' in form.text
    again = {**typed, **wrong, "x_so-gian": "15", "version": ""}
    assert (await wants.post(f"/tim-hang/{code}/sua", data=again)).status_code == 303
    assert (await _brought(session, code))[2] == {"so-gian": 15, "nhan-mau": False}
    assert (await wants.post(f"/tim-hang/{code}/sua", data={**NEED, "note": "Khác"})).status_code == 303
    assert (await _brought(session, code))[0] == found.code  # A form without the select leaves it.
    assert (await wants.post(f"/tim-hang/{code}/sua", data={**again, "round": ""})).status_code == 303
    assert await _brought(session, code) == (None, "open", {})


async def test_a_round_leads_to_its_own_gap_sheet(session: AsyncSession, client: httpx.AsyncClient) -> None:
    found = await small.with_people(session, await small.held(session))
    await market.request(session, commodity=None, words="mật ong rừng")
    await session.flush()
    page = (await client.get(f"{TRUNK}/{found.code}")).text
    assert f'href="/cung-cau?round={found.code}"' in page
    for code in (found.code, found.code.lower()):
        sheet = (await client.get(f"/cung-cau?round={code}")).text
        assert f'<option value="{found.code}" selected>' in sheet
        assert sheet.count("<tr>") == 2  # The head, and miến dong alone.
    assert (await client.get("/cung-cau")).text.count("<tr>") == 3
    assert (await client.get("/cung-cau?round=PK-NONE2")).status_code == 404


async def test_a_round_that_takes_no_more_requests_is_said_beside_the_select(
    session: AsyncSession, signed_in: SignedIn
) -> None:
    found = await _asking(session)
    wants = await signed_in("buyer")
    typed = {**NEED, "key": str(new_id()), "asked_round": found.code, "x_so-gian": "1"}
    for code in ("PK-NONE2", "\x00", "x" * 500):
        answer = await wants.post("/tim-hang/moi", data={**typed, "round": code})
        assert answer.status_code == (303 if code == "\x00" else 422), code
    with clock.freeze(date(2026, 12, 6)):
        wants = await signed_in("buyer")
        late = await wants.post("/tim-hang/moi", data={**typed, "key": str(new_id()), "round": found.code})
        assert late.status_code == 422
        assert 'name="round"' not in late.text  # Nothing is left to choose, and what was wrong is said above the form.
        assert "Phiên này không nhận yêu cầu nữa" in late.text


async def test_a_draft_keeps_its_round_and_comes_too_late_where_it_waits_for_too_long(
    session: AsyncSession, signed_in: SignedIn
) -> None:
    found = await _asking(session)
    buyer = await market.buyer(session)
    await session.flush()
    wants = await signed_in(organisation_id=buyer.organisation_id)
    for late in (False, True):
        answers = {"round": found.code, "asked_round": found.code, "x_so-gian": "7"}
        kept = await wants.post("/tim-hang/moi", data={**NEED, **answers, "key": str(new_id()), "save": "draft"})
        assert kept.status_code == 303, kept.text
        code = kept.headers["location"].rsplit("/", 1)[1]
        assert await _brought(session, code) == (found.code, "draft", {"so-gian": 7})
        view = await rounds.round_page(session, found.code, found.organiser)
        assert view.requests == 0
        assert (await rounds.round_requests(session, view, found.organiser)).items == []
        with clock.freeze(date(2026, 12, 6) if late else TODAY):
            # As a program, or a form without the select, posts it.
            browser = await signed_in(organisation_id=buyer.organisation_id, role="member") if late else wants
            assert (await browser.post(f"/tim-hang/{code}/sua", data=NEED)).status_code == 303
        if late:
            assert await _brought(session, code) == (None, "open", {})
        else:
            assert await _brought(session, code) == (found.code, "open", {"so-gian": 7})
            await session.execute(text("DELETE FROM matching_request"))
            await session.flush()


async def test_the_second_of_two_editors_keeps_her_words(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await small.held(session)
    await session.commit()
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    form = {"starts_on": "10/12/2026", "ends_on": "11/12/2026", "requests_until": "5/12/2026", "suppliers_until": "5/12/2026",
            "version": str(found.round.version)}  # fmt: skip
    assert (await organiser.post(f"{TRUNK}/{found.code}/sua", data={**form, "name": "Tên thứ nhất"})).status_code == 303
    second = await organiser.post(f"{TRUNK}/{found.code}/sua", data={**form, "name": "Tên thứ hai"})
    assert second.status_code == 409
    assert "Tên thứ hai" in second.text
    assert "Người khác vừa sửa phiên này" in second.text


async def test_programs_read_what_the_pages_say(session: AsyncSession, signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    found = await small.with_people(session, await small.held(session), kg=300)
    await small.cleared_here(session, found.organiser, found.code)
    await session.commit()
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    base = f"/api/v1/rounds/{found.code}"
    one = (await client.get(base)).json()
    assert (one["state"], one["requests"], one["suppliers"]) == ("cleared", 2, 3)
    clearing = (await organiser.get(f"{base}/clearings/1")).json()
    assert clearing["report"]["status"] == "optimal"
    assert clearing["report"]["worth"]["kg"] == 1200
    assert [each["name"] for each in clearing["tradeoffs"] if each["chosen"]] == ["balanced"]
    shares = (await organiser.get(f"{base}/clearings/1/suppliers")).json()
    assert "giá cao hơn trần" in shares["items"][0]["reasons"][0]
    needs = (await organiser.get(f"{base}/clearings/1/requests")).json()
    assert sum(each["given_kg"] for each in needs["items"]) == 1200
    assert (await organiser.put(f"{base}/published", json={"number": 1})).status_code == 200
    every = (await organiser.get(f"{base}/proposals")).json()
    assert every["kg"] == 1200
    buyer = await signed_in(organisation_id=found.people["A"].organisation_id)
    own = (await buyer.get(f"{base}/proposals")).json()
    assert {each["request"] for each in own["items"]} == {found.requests["A"].code}
    said = await buyer.put(f"{base}/proposals/{own['items'][0]['id']}/wish", json={"wish": "meet"})
    assert said.json()["buyer_wish"] == "meet"
    assert (await client.get(f"{base}/proposals")).status_code == 401
    assert (await organiser.post(f"{base}/clearings", json={"fairness": "?"})).status_code == 422
    assert (await organiser.put(base, json={"name": "x"})).status_code == 422
