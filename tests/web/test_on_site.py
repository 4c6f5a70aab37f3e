"""The days of a fair by plain forms and by JSON: typed words come back, and nothing that is typed breaks anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.core import clock
from service.core.db import Database, new_id
from tests.fairs.onsite.stands import SECOND, Stands, stands
from tests.web.conftest import SignedIn

STRANGE = ("\x00", "9" * 400, "1e400", "NaN", "-1", "<b>", "=1+1", "ế" * 5000)


@pytest.fixture(autouse=True)
def _second_day() -> Iterator[None]:
    with clock.freeze(SECOND):
        yield


async def _held(database: Database) -> Stands:
    async with database.transaction() as session:
        return await stands(session, exhibitors=1)


async def test_a_booth_is_kept_by_forms_without_a_script(database: Database, signed_in: SignedIn) -> None:
    held = await _held(database)
    base = f"/ban-hang/hoi-cho/{held.slug}/tai-cho"
    own = await signed_in(organisation_id=held.at.exhibitors[0].organisation_id)
    sale = {"key": str(new_id()), "what": "Miến", "vnd": "1tr2", "kg": "12,5", "day": "11/12/2026"}
    for _ in range(2):
        assert (await own.post(f"{base}/ban-hang", data=sale)).status_code == 303
    wrong = await own.post(f"{base}/ban-hang", data={**sale, "key": str(new_id()), "vnd": "nhiều lắm", "what": "Chè của tôi"})
    assert wrong.status_code == 422
    assert "Chè của tôi" in wrong.text
    assert "nhiều lắm" in wrong.text
    lead = {"key": str(new_id()), "person": "=Chị Lan", "rating": "3", "phone": "0912 345 678"}
    refused = await own.post(f"{base}/khach", data=lead)
    assert refused.status_code == 422
    assert "khách đồng ý" in refused.text
    assert (await own.post(f"{base}/khach", data={**lead, "consent": "1"})).status_code == 303
    sheet = await own.get(f"{base}/khach.csv")
    assert "'=Chị Lan" in sheet.text
    assert sheet.headers["cache-control"] == "private, no-store"
    shown = (await own.get(base)).text.replace("\u00a0", " ")
    assert shown.count("1.200.000 đ") >= 2
    assert "<h1>" in shown


async def test_the_gate_and_the_report_answer_by_forms_and_by_json(database: Database, signed_in: SignedIn) -> None:
    held = await _held(database)
    base = f"/ban-to-chuc/hoi-cho/{held.slug}"
    organiser = await signed_in("organiser", organisation_id=held.at.organiser.organisation_id)
    key = str(new_id())
    gate = (await organiser.get(f"/api/v1/fairs/{held.slug}/check-ins")).json()
    line = next(each for each in gate["lines"] if each["name"] == "HTX TC0")
    body = {"key": key, "exhibitor": line["id"], "at": "2026-12-11T08:00:00+07:00"}
    answers = [(await organiser.post(f"/api/v1/fairs/{held.slug}/check-ins", json=body)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert (await organiser.get(f"/api/v1/fairs/{held.slug}/check-ins")).json()["there"] == 1
    typed = await organiser.post(f"{base}/tai-cho", data={"code": "SAI-RỒI", "how": "typed", "key": str(new_id())})
    assert typed.status_code == 422
    assert "SAI-RỒI" in typed.text
    said = await organiser.post(f"{base}/ket-qua/so-sach/khach", data={"day": "11/12/2026", "people": "900"})
    assert said.status_code == 303
    for path in (
        "tai-cho",
        "tai-cho/ban-hang",
        "ket-qua",
        "ket-qua/so-sach",
        "ket-qua/bao-cao",
        "ket-qua/bao-cao.xlsx",
        "nen-moi",
    ):
        assert (await organiser.get(f"{base}/{path}")).status_code == 200, path
    assert (await organiser.get(f"{base}/ket-qua/bao-cao.doc")).status_code == 404


async def test_nothing_that_is_typed_breaks_anything(database: Database, signed_in: SignedIn) -> None:
    held = await _held(database)
    own = await signed_in(organisation_id=held.at.exhibitors[0].organisation_id)
    organiser = await signed_in("organiser", organisation_id=held.at.organiser.organisation_id)
    booth, gate = f"/ban-hang/hoi-cho/{held.slug}/tai-cho", f"/ban-to-chuc/hoi-cho/{held.slug}"
    for typed in STRANGE:
        key = str(new_id())
        posts = [
            (own, f"{booth}/ban-hang", ("day", "booth", "product", "what", "kg", "vnd", "receipts")),
            (own, f"{booth}/khach", ("person", "phone", "product", "buyer", "kg", "rating", "follow_up_on")),
            (own, f"{booth}/hang-mang", ("brought_kg", "left_kg", "own_costs_vnd", "version")),
            (organiser, f"{gate}/tai-cho", ("code",)),
            (organiser, f"{gate}/ket-qua/so-sach/khach", ("day", "people", "version")),
            (organiser, f"{gate}/ket-qua/so-sach/thu-chi", ("side", "source", "label", "vnd")),
        ]
        for browser, path, names in posts:
            answer = await browser.post(path, data={**dict.fromkeys(names, typed), "key": key})
            assert answer.status_code in (303, 409, 422), (path, typed[:20])
        for query in ({"ngay": typed[:10]}, {"q": typed[:150]}, {"cursor": typed[:300]}, {"ma": typed[:300]}):
            assert (await organiser.get(f"{gate}/tai-cho", params=query)).status_code == 200, query
