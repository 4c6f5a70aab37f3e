"""Invitations, threads and requests as pages and as JSON: nothing typed is lost, and nothing bad ends in a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.db import Database, new_id
from tests import market
from tests.core.test_pictures import PDF
from tests.market import TODAY
from tests.web.conftest import SignedIn

NEED = {
    "commodity": "mien-dong", "months": [{"year": 2026, "month": 12, "kg": 500}], "delivery_province_code": "01",
    "deadline": "2026-12-20",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def _stand(session: AsyncSession, signed_in: SignedIn) -> tuple[httpx.AsyncClient, httpx.AsyncClient, str, str]:
    """A buyer and a supplier at their doors, an open request, and the supplier's id."""
    organisation = await market.supplier(session)
    await market.product(session)
    buyer = await market.buyer(session)
    code = (await market.request(session, buyer)).code
    supplier_id = str(await session.scalar(text("SELECT id FROM catalogue_supplier")))
    await session.commit()
    return (
        await signed_in(organisation_id=buyer.organisation_id),
        await signed_in(organisation_id=organisation),
        code,
        supplier_id,
    )


async def test_programs_ask_answer_and_write(session: AsyncSession, signed_in: SignedIn) -> None:
    buyer, maker, code, supplier_id = await _stand(session, signed_in)
    asked = await buyer.post(f"/api/v1/requests/{code}/invitations", json={"suppliers": [supplier_id], "note": "Chào\x00"})
    (one,) = asked.json()["items"]
    assert (one["state"], one["note"], one["answer_by"]) == ("sent", "Chào", "2026-11-29")
    address = f"/api/v1/invitations/{one['id']}"
    thread = (await maker.get(f"{address}/messages")).json()
    assert thread["invitation"]["state"] == "sent"  # A program that fetches it has read it for nobody.
    assert (await maker.put(f"{address}/read")).status_code == 204
    bare = await maker.put(f"{address}/answer", json={"answer": "decline", "version": 2})
    assert bare.status_code == 422
    accepted = await maker.put(f"{address}/answer", json={"answer": "accept", "version": 2})
    assert accepted.json()["state"] == "accepted"
    key = str(new_id())
    for _twice in range(2):
        sent = await maker.post(
            f"{address}/messages", data={"text": "Có mẫu", "key": key}, files={"attached": ("a.pdf", PDF, "application/pdf")}
        )
        assert sent.status_code == 200, sent.text
    (message,) = (await buyer.get(f"{address}/messages")).json()["messages"]
    assert (message["text"], message["mine"], message["read_at"]) == ("Có mẫu", False, None)
    file = await buyer.get(message["files"][0]["href"])
    assert file.content == PDF
    assert "sandbox" in file.headers["content-security-policy"]
    assert (await buyer.get("/api/v1/invitations")).status_code == 403  # A list of those who supply.
    assert (await maker.get("/api/v1/invitations")).json()["states"] == {"accepted": 1}
    assert (await buyer.delete(address)).status_code == 204
    assert (await maker.get(f"{address}/messages")).status_code == 404


async def test_programs_post_revise_close_and_copy_requests(session: AsyncSession, signed_in: SignedIn) -> None:
    buyer, maker, _code, _supplier = await _stand(session, signed_in)
    key = str(new_id())
    posted = {(await buyer.post("/api/v1/requests", json={**NEED, "key": key})).json()["code"] for _twice in range(2)}
    (code,) = posted
    sealed = await buyer.post("/api/v1/requests", json={**NEED, "sealed": True, "deadline": None})
    assert sealed.status_code == 422
    assert "deadline" in sealed.text
    assert (await maker.post("/api/v1/requests", json=NEED)).status_code == 403
    changed = {**NEED, "months": [{"year": 2026, "month": 12, "kg": 700}], "closes_at_quotes": 3, "version": 1}
    assert (await buyer.put(f"/api/v1/requests/{code}", json=changed)).json()["closes_at_quotes"] == 3
    assert (await buyer.put(f"/api/v1/requests/{code}", json=changed)).status_code == 409
    versions = (await maker.get(f"/api/v1/requests/{code}/versions")).json()["items"]
    assert [change["field"] for change in versions[0]["changes"]] == ["months", "closes_at_quotes"]
    copy = (await buyer.post(f"/api/v1/requests/{code}/copies", json={})).json()
    assert (copy["state"], copy["total_kg"]) == ("draft", 700)
    closed = await buyer.post(f"/api/v1/requests/{code}/closing", json={"version": 2, "reason": "filled"})
    assert closed.json()["state"] == "closed"


async def test_bad_requests_are_told_field_by_field(session: AsyncSession, signed_in: SignedIn) -> None:
    buyer, _maker, _code, _supplier = await _stand(session, signed_in)
    one = {"year": 2026, "month": 12, "kg": 1}
    for wrong in (
        {"months": []}, {"months": [{**one, "month": 13}]}, {"months": [one, one]}, {"closes_at_quotes": 0}, {"extra": 1},
        {"mark": "khong-co"}, {"delivery_province_code": "\x00"}, {"words": "x" * 300},
    ):  # fmt: skip
        answer = await buyer.post("/api/v1/requests", json={**NEED, **wrong})
        assert answer.status_code == 422, (wrong, answer.text)
    huge = '{"commodity": "mien-dong", "delivery_province_code": "01", "months": [{"year": 2026, "month": 12, "kg": 1e400}]}'
    answer = await buyer.post("/api/v1/requests", content=huge, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text


async def test_bad_input_never_ends_in_a_fault(session: AsyncSession, signed_in: SignedIn) -> None:
    buyer, maker, code, supplier_id = await _stand(session, signed_in)
    for data in (
        {"suppliers": "khong-phai-uuid"}, {"suppliers": supplier_id, "answer_by": "32/13/2026"}, {"suppliers": ""},
        {"suppliers": str(new_id())}, {"suppliers": supplier_id, "note": "x" * 1001}, {"answer_by": "9" * 400},
        {"suppliers": supplier_id, "answer_by": "01/01/0001"}, {"suppliers": supplier_id, "answer_by": "31/12/9999"},
    ):  # fmt: skip
        answer = await buyer.post(f"/tim-hang/{code}/loi-moi", data=data)
        assert answer.status_code in (404, 422), (data, answer.status_code)
    for address in ("/trao-doi/x", f"/trao-doi/{new_id()}", f"/trao-doi/{new_id()}/tep/aaaa", "/tim-hang/%00/loi-moi"):
        assert (await maker.get(address)).status_code in (400, 404, 422), address
    for cursor in ("x", "W10", "WzEsMl0", "W1swLDFlNDAwXSwgIngiXQ"):
        assert (await maker.get("/ban-hang/loi-moi", params={"cursor": cursor})).status_code == 422, cursor


async def test_what_is_drawn_by_another_site_has_been_read_by_nobody(
    session: AsyncSession, signed_in: SignedIn, database: Database
) -> None:
    buyer, maker, code, supplier_id = await _stand(session, signed_in)
    await buyer.post(f"/tim-hang/{code}/loi-moi", data={"suppliers": supplier_id})
    thread = re.findall(r"/trao-doi/[0-9a-f-]{36}", (await maker.get("/ban-hang")).text)[0]  # It waits on the desk.
    state = text("SELECT state FROM matching_invitation")
    for headers in (
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-purpose": "prefetch"}, {"sec-fetch-dest": "iframe"},
    ):  # fmt: skip
        await maker.get(thread, headers=headers)
        async with database.transaction() as fresh:
            assert await fresh.scalar(state) == "sent", headers
    from_mail = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    await maker.get(thread, headers=from_mail)
    async with database.transaction() as fresh:
        assert await fresh.scalar(state) == "seen"


async def test_tabs_are_the_owners_and_the_next_step_is_the_suppliers(session: AsyncSession, signed_in: SignedIn) -> None:
    buyer, maker, code, supplier_id = await _stand(session, signed_in)
    await buyer.post(f"/tim-hang/{code}/loi-moi", data={"suppliers": supplier_id})
    own, theirs = (await buyer.get(f"/tim-hang/{code}")).text, (await maker.get(f"/tim-hang/{code}")).text
    assert f'href="/tim-hang/{code}/loi-moi"' in own
    assert f'href="/tim-hang/{code}/loi-moi"' not in theirs
    assert f'href="/tim-hang/{code}/chao-gia"' in theirs
    assert "Bạn được mời báo giá" in theirs
    listed = (await maker.get("/ban-hang/yeu-cau")).text
    assert "bạn được mời" in listed
    assert f'href="/tim-hang/{code}/chao-gia"' in listed
