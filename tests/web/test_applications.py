"""Pages and JSON of applications: flat in statements, kind to whatever is typed, and nothing private on public pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.core.db import new_id
from service.fairs.applications import Answer, ApplicationState, DrawDraft, PromiseDraft, RuleDraft
from tests.conftest import OneConnection
from tests.fairs.applications.small import TODAY, applications, applied, held, supplier, typed
from tests.web.conftest import SignedIn


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
        found = await held(session)
        who, product = await supplier(session)
        await applied(session, found, who, product)
        rows = [typed(many * 10 + n, claims=()) for n in range(many)]
        await applications.put_applications(session, found.organiser, found.slug, rows)
        await applications.set_rule(session, found.organiser, found.slug, RuleDraft(per_star=10))
        await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=new_id()))
        await applications.draw_order(session, found.organiser, found.slug, 1, DrawDraft())
        for _more in range(many - 1):
            other = await held(session)
            await applied(session, other, who, product)
        organiser = await signed_in(organisation_id=found.organiser.organisation_id)
        own = await signed_in(organisation_id=who.organisation_id)
        desk = f"/ban-to-chuc/hoi-cho/{found.slug}/don-dang-ky"
        await session.flush()
        counts.append(
            [await _statements(database, organiser, address) for address in (desk, f"{desk}/thu-tu", f"{desk}/bang.csv")]
            + [await _statements(database, own, address) for address in
               ("/ban-hang/hoi-cho", f"/ban-hang/hoi-cho/{found.slug}", f"/hoi-cho/{found.slug}/thu-tu")]
        )  # fmt: skip
    assert counts[0] == counts[1]


async def test_an_application_from_the_empty_form_to_the_answer(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await held(session)
    who, product = await supplier(session)
    own = await signed_in(organisation_id=who.organisation_id)
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    form = await own.get(f"/hoi-cho/{found.slug}/dang-ky")
    assert product in form.text
    said = {"exhibitor": "Miến Tài Hoan", "booths": "rất nhiều", "least_m2": "", "note": "Cạnh <cửa>", "save": "submit"}
    refused = await own.post(f"/hoi-cho/{found.slug}/dang-ky", data=said)
    assert refused.status_code == 422
    for words in ("rất nhiều", "Cạnh &lt;cửa&gt;", "Miến Tài Hoan"):
        assert words in refused.text
    key = str(new_id())
    said |= {"booths": "2", "products": product, "contact": "Chị Hoa", "key": key}
    for _press in range(2):
        sent = await own.post(f"/hoi-cho/{found.slug}/dang-ky", data=said)
        assert sent.headers["location"] == f"/ban-hang/hoi-cho/{found.slug}", sent.text
    listed = await organiser.get(f"/ban-to-chuc/hoi-cho/{found.slug}/don-dang-ky?q=tai%20hoan&state=submitted")
    view = await applications.own_application(session, found.slug, who)
    assert view is not None
    assert f"{view.code}:{view.version}" in listed.text
    one = f"/ban-to-chuc/hoi-cho/{found.slug}/don-dang-ky/{view.code}"
    assert "Chị Hoa" in (await organiser.get(one)).text
    empty = await organiser.post(f"{one}/tra-loi", data={"to": "rejected", "version": str(view.version)})
    assert empty.status_code == 422
    said = {"to": "returned", "fault_power": "Ghi rõ công suất", "version": str(view.version)}
    assert (await organiser.post(f"{one}/tra-loi", data=said)).status_code == 303
    late = await organiser.post(f"{one}/tra-loi", data={"to": "accepted", "reason": "Nhận nhé", "version": str(view.version)})
    assert late.status_code == 409
    assert "Nhận nhé" in late.text
    assert "Ghi rõ công suất" in (await own.get(f"/hoi-cho/{found.slug}/dang-ky")).text
    assert "sửa rồi nộp lại" in (await own.get("/ban-hang/hoi-cho")).text


@pytest.mark.parametrize("what", ["\0", "9" * 400, "1e400", "-1", "<b>", "🙂" * 50])
async def test_nothing_typed_breaks_a_page(session: AsyncSession, signed_in: SignedIn, what: str) -> None:
    found = await held(session)
    who, product = await supplier(session)
    sent = await applied(session, found, who, product)
    own = await signed_in(organisation_id=who.organisation_id)
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    desk = f"/ban-to-chuc/hoi-cho/{found.slug}/don-dang-ky"
    names = (
        "exhibitor", "booths", "least_m2", "starts_on", "people", "version", "key", "near", "zone_codes", "products", "state",
        "class_codes", "pavilion_code", "power", "goods", "district_code", "claims", "to", "reason", "code", "kind",
        "first_day", "last_day", "per_star", "claim_1_name", "claim_1_points", "called", "chosen", "province_code",
        "commune_code",
    )  # fmt: skip
    junk = dict.fromkeys(names, what)
    share = f"/ban-hang/hoi-cho/{found.slug}/gian-chung"
    for browser, addresses in (
        (own, (f"/hoi-cho/{found.slug}/dang-ky", share, f"{share}/moi", f"{share}/vao", f"{share}/roi")),
        (organiser, (f"{desk}/tra-loi", f"{desk}/nhap", f"{desk}/{sent.code}/tra-loi", f"{desk}/{sent.code}/uu-tien",
                     f"{desk}/thu-tu", f"{desk}/thu-tu/chot")),
    ):  # fmt: skip
        for address in addresses:
            answer = await browser.post(address, data=junk)
            assert answer.status_code in (303, 404, 409, 422), (address, answer.status_code)
    asked = {"state": what, "zone": what, "hang": what, "q": what}
    assert (await organiser.get(desk, params=asked)).status_code == 200
    assert (await organiser.get(desk, params={"cursor": what})).status_code == 422
    for code in ("%00", "9" * 300, "%F0%9F%99%82"):
        assert (await organiser.get(f"{desk}/{code}")).status_code in (400, 404)
        assert (await own.get(f"/hoi-cho/{found.slug}/thu-tu/{code}/danh-sach.txt")).status_code in (400, 404, 422)


async def test_long_lists_are_paged_whole_and_without_doubles(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await held(session)
    await applications.put_applications(session, found.organiser, found.slug, [typed(n) for n in range(120)])
    await applications.set_rule(session, found.organiser, found.slug, RuleDraft())
    await applications.promise_draw(session, found.organiser, found.slug, PromiseDraft(key=new_id()))
    await applications.draw_order(session, found.organiser, found.slug, 1, DrawDraft())
    late = [typed(n) for n in range(200, 203)]
    await applications.put_applications(session, found.organiser, found.slug, late)
    seen: list[str] = []
    cursor = None
    while True:
        search = applications.ListSearch(cursor=cursor, limit=50)
        page = await applications.application_list(session, found.slug, found.organiser, search)
        seen += [each.code for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 123
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    listed = await organiser.get(f"/api/v1/fairs/{found.slug}/applications")
    assert [each["place"] for each in listed.json()["items"]] == list(range(1, 51))
    assert listed.json()["counts"] == {"accepted": 123}


async def test_the_public_order_shows_codes_and_no_names(
    session: AsyncSession, client: httpx.AsyncClient, signed_in: SignedIn
) -> None:
    found = await held(session)
    row = typed(1, exhibitor="HTX Không Lộ", contact="09")
    await applications.put_applications(session, found.organiser, found.slug, [row])
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    desk = f"/ban-to-chuc/hoi-cho/{found.slug}/don-dang-ky/thu-tu"
    claim = {"claim_1_name": "Phụ nữ làm chủ", "claim_1_points": "4"}
    rule = {"per_star": "10", "per_year": "", "most_years": "5", "first_time": "3", **claim}
    assert (await organiser.post(desk, data=rule)).status_code == 303
    assert (await organiser.post(f"{desk}/chot", data={"key": str(new_id())})).status_code == 303
    assert (await client.get(f"/hoi-cho/{found.slug}/thu-tu/1/danh-sach.txt")).status_code == 404
    assert (await organiser.post(f"{desk}/1/boc", data={"called": "hoa mận"})).status_code == 303
    page = await client.get(f"/hoi-cho/{found.slug}/thu-tu")
    assert "Phụ nữ làm chủ" in page.text
    assert "HTX Không Lộ" not in page.text
    document = await client.get(f"/hoi-cho/{found.slug}/thu-tu/1/danh-sach.txt")
    order = applications.choice.redrawn(document.text)
    told = (await client.get(f"/api/v1/fairs/{found.slug}/choice")).json()
    assert [each["code"] for each in told["order"]] == [each.code for each in order]
    assert told["rule"]["claims"][0]["points"] == 4


async def test_a_sheet_goes_in_and_the_list_comes_out(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await held(session)
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    desk = f"/ban-to-chuc/hoi-cho/{found.slug}/don-dang-ky"
    sheet = "Tên biển hiệu,Số gian,Liên hệ\nHTX Lạ,2,Anh Minh\n".encode()
    sent = await organiser.post(f"{desk}/nhap/bang", files={"file": ("don.csv", sheet, "text/csv")})
    assert sent.status_code == 303
    await applications.put_applications(session, found.organiser, found.slug, [typed(1, exhibitor="=HTX Lạ")])
    out = await organiser.get(f"{desk}/bang.csv")
    assert "'=HTX Lạ" in out.text  # No spreadsheet runs it.
    assert "Anh Minh" in out.text
    assert (await organiser.get(f"{desk}/bang.xlsx")).content.startswith(b"PK")
    wrong = "Tên biển hiệu,Số gian\nHTX A,abc\n".encode()
    refused = await organiser.post(f"{desk}/nhap/bang", files={"file": ("don.csv", wrong, "text/csv")})
    assert refused.status_code == 422
    assert "Dòng 2, cột Số gian" in refused.text


async def test_json_applies_shares_and_answers_alike(session: AsyncSession, signed_in: SignedIn) -> None:
    found = await held(session)
    (one, product), (two, other) = await supplier(session), await supplier(session)
    first, second = [await signed_in(organisation_id=each.organisation_id) for each in (one, two)]
    api = f"/api/v1/fairs/{found.slug}/application"
    for browser, slug in ((first, product), (second, other)):
        body = {"exhibitor": f"Gian {slug}"[:60], "products": [slug], "submit": True, "key": str(new_id())}
        assert (await browser.put(api, json=body)).json()["state"] == "submitted"
    share = (await first.post(f"{api}/share", json={"kind": "side_by_side"})).json()["share"]
    assert (await second.put(f"{api}/share", json={"code": share["code"]})).json()["share"]["sharers"][1]["state"] == "asking"
    code = (await second.get(api)).json()["code"]
    agreed = await first.put(f"{api}/share/{code}", json={"agree": True})
    assert [each["state"] for each in agreed.json()["share"]["sharers"]] == ["agreed", "agreed"]
    assert (await second.delete(f"{api}/share")).status_code == 204
    organiser = await signed_in(organisation_id=found.organiser.organisation_id)
    answered = await organiser.put(f"/api/v1/fairs/{found.slug}/applications/{code}/answer", json={"to": "rejected"})
    assert answered.status_code == 422
    said = Answer(to=ApplicationState.REJECTED, reason="Hết chỗ").model_dump(mode="json", exclude={"version"})
    answered = await organiser.put(f"/api/v1/fairs/{found.slug}/applications/{code}/answer", json=said)
    assert (answered.json()["state"], answered.json()["reason"]) == ("rejected", "Hết chỗ")
    own = (await second.get("/api/v1/fair-applications")).json()
    assert own["items"][0]["fair"] == found.slug
