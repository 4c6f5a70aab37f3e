"""The drawing board over the web: by forms alone, by sheet, by JSON; light, flat in statements, kind to whatever is typed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import Actor, Role
from service.core import clock
from service.demo.floors import floors
from service.fairs import layouts
from tests.conftest import OneConnection
from tests.fairs.layouts.floors import booth, draft, hall, island, thing
from tests.market import TODAY, acting
from tests.web.conftest import SignedIn

BASE = "/ban-to-chuc/hoi-cho/hoi-cho-thu/mat-bang"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


@pytest.fixture
async def organiser(session: AsyncSession) -> Actor:
    """An organiser with an announced fair."""
    organisation = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, "Ban tổ chức thử")
    await accounts.verify_organisation(session, organisation.id, TODAY, actor=accounts.SYSTEM)
    actor = acting(Role.ORGANISER, organisation.id)
    said = fairs.FairDraft(
        slug="hoi-cho-thu", name="Hội chợ thử", kind="fair", starts_on=date(2027, 1, 10), ends_on=date(2027, 1, 12)
    )
    await fairs.announce_fair(session, accounts.SYSTEM, said, organisation_id=organisation.id)
    await session.flush()
    return actor


async def laid_out(session: AsyncSession, floor: fairs.layouts.FloorDraft) -> fairs.layouts.FloorDesk:
    session.expire_all()
    await layouts.lay_out(session, accounts.SYSTEM, "hoi-cho-thu", floor)
    return await now(session)


async def now(session: AsyncSession) -> fairs.layouts.FloorDesk:
    """The floor as it stands, whatever this session has read before."""
    session.expire_all()
    return await layouts.desk(session, "hoi-cho-thu", accounts.SYSTEM)


async def board(session: AsyncSession) -> tuple[fairs.layouts.FloorDesk, str]:
    desk = await now(session)
    return desk, f"{BASE}/sanh/{desk.draft.halls[0].id}"


def codes(desk: fairs.layouts.FloorDesk) -> list[str]:
    return [each.code for each in desk.draft.booths]


async def test_a_floor_is_drawn_by_forms_alone_and_undone(session: AsyncSession, organiser: Actor, signed_in: SignedIn) -> None:
    browser = await signed_in(organisation_id=organiser.organisation_id)

    async def send(address: str, **said: str) -> httpx.Response:
        version = (await now(session)).version
        answer = await browser.post(address, data={"version": str(version), **said})
        assert answer.status_code == 303, re.findall(r'class="errors".*?</ul>', answer.text, re.DOTALL)
        return answer

    assert "Chưa có sảnh nào" in (await browser.get(BASE)).text
    await send(f"{BASE}/sanh", name="Sảnh A", width="30 m", depth="12,5", outdoor="no", id="")
    await send(f"{BASE}/loai-gian", code="TC", name="Tiêu chuẩn", kind="standard", width="3", depth="3", price_vnd="5tr", id="")
    await send(f"{BASE}/loai-gian", code="GOC", name="Góc", kind="corner", width="3", depth="3", price_vnd="6.000.000", id="")
    await send(f"{BASE}/khu", code="TP", name="Thực phẩm", kind="zone", goods="food", smell="no", id="")
    _desk, address = await board(session)
    row = {"day_class_code": "TC", "day_end_class": "GOC", "day_x": "3", "day_y": "3", "day_count": "4", "day_prefix": "A"}
    await send(f"{address}/day", **row, day_rows="2", day_prefix_2="B", day_zone="TP", day_power="three", day_water="yes")
    await send(f"{address}/vat", vat_kind="entrance", vat_x="13", vat_y="11,5", vat_width="4", vat_depth="1", vat_id="")
    await send(f"{address}/sua", codes="A1-A4", sua_water="no", sua_price_vnd="7tr", sua_closed="")
    await send(f"{address}/doi-cho", codes="B4", doi_dx="3,5")
    await send(f"{address}/ghep", codes="A1-A2")
    await send(f"{address}/so", codes="B1-B4", so_prefix="C", so_first="10")
    await send(f"{address}/chep", codes="C10", chep_dx="15", chep_prefix="D", chep_first="1")
    await send(f"{address}/xoa", codes="C11")
    desk, _address = await board(session)
    assert codes(desk) == ["A1", "A1-A2", "A2", "A3", "A4", "C10", "C12", "C13", "D1"]
    whole = next(each for each in desk.draft.booths if each.code == "A1-A2")
    assert (whole.price_vnd, whole.water, whole.power, whole.zone) == (14_000_000, False, "three", "TP")
    shown = (await browser.get(address)).text
    assert "ghép từ A1, A2" in shown
    assert "7.000.000" in shown
    for _step in range(8):
        await send(f"{BASE}/hoan-tac", hall=str(desk.draft.halls[0].id))
    assert codes((await board(session))[0]) == []
    await send(f"{BASE}/lam-lai")
    assert codes((await board(session))[0]) == ["A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4"]


async def test_nothing_typed_is_lost_and_nothing_typed_breaks_anything(
    session: AsyncSession, organiser: Actor, signed_in: SignedIn
) -> None:
    await laid_out(session, draft())
    _desk, address = await board(session)
    browser = await signed_in(organisation_id=organiser.organisation_id)
    row = {"version": "1", "day_class_code": "TC", "day_x": "0", "day_y": "9", "day_count": "2", "day_prefix": "Khó quên"}
    for move, wrong in (
        ("day", {"day_x": "x"}), ("day", {"day_x": "-1"}), ("day", {"day_count": "0"}), ("day", {"day_count": "9" * 400}),
        ("day", {"day_x": "1e400"}), ("day", {"day_class_code": "\x00"}), ("day", {"day_prefix": "a/b"}),
        ("day", {"day_prefix": "A", "day_first": "1"}),
        ("day", {"day_zone": "KHÔNG CÓ"}), ("day", {"day_way": "lên"}), ("day", {"day_rows": "7"}),
        ("sua", {"codes": "Z1"}), ("sua", {"codes": "A1"}), ("sua", {"chosen": "không phải id"}), ("sua", {"sua_zone": "\x00"}),
        ("doi-cho", {"codes": "A1", "doi_dx": "-99"}), ("doi-cho", {"codes": "A1", "doi_dx": "nan"}),
        ("ghep", {"codes": "A1,A3"}),
        ("tach", {"codes": "A1", "tach_pieces": "12"}), ("kich-thuoc", {"codes": "A1", "co_width": "0,01"}),
        ("so", {"codes": "A1", "so_prefix": "A", "so_first": "2"}), ("vat", {"vat_kind": "ghế", "vat_x": "1"}),
    ):  # fmt: skip
        answer = await browser.post(f"{address}/{move}", data={**row, **wrong})
        assert answer.status_code == 422, (move, wrong, answer.status_code)
        assert 'id="errors"' in answer.text
        if move == "day" and "day_prefix" not in wrong:
            assert 'value="Khó quên"' in answer.text
    for other in ("khong-co", "sua/them"):
        assert (await browser.post(f"{address}/{other}", data=row)).status_code in (404, 405)
    assert (await browser.get(f"{BASE}/sanh/{organiser.organisation_id}")).status_code == 404
    assert (await browser.get(f"{BASE}/sanh/abc")).status_code in (404, 422)
    assert codes((await board(session))[0]) == codes(await laid_out(session, draft()))


async def test_the_second_of_two_is_told_what_the_other_changed(
    session: AsyncSession, organiser: Actor, signed_in: SignedIn
) -> None:
    await laid_out(session, draft())
    _desk, address = await board(session)
    browser = await signed_in(organisation_id=organiser.organisation_id)
    first = await browser.post(f"{address}/doi-cho", data={"version": "1", "codes": "A1", "doi_dy": "6"})
    assert first.status_code == 303
    second = await browser.post(f"{address}/doi-cho", data={"version": "1", "codes": "A2", "doi_dy": "6"})
    assert second.status_code == 409
    assert "Chuyển chỗ gian A1" in second.text
    assert 'value="A2"' in second.text
    assert 'name="version" value="2"' in second.text


async def test_what_is_wrong_stands_beside_the_booth(session: AsyncSession, organiser: Actor, signed_in: SignedIn) -> None:
    await laid_out(session, draft(hall(booth("A1", 3, 3), booth("A2", 5, 3), things=(thing("entrance", 13, 11, 4, 1),))))
    _desk, address = await board(session)
    browser = await signed_in(organisation_id=organiser.organisation_id)
    shown = (await browser.get(address)).text
    assert re.search(r'<tr id="gian-A1".*?Gian A1 chồng lên gian A2', shown)
    assert "Gian A1 chồng lên gian A2" in (await browser.get(BASE)).text
    picture = re.search(r"<svg class=\"floor.*?</svg>", shown, re.DOTALL)
    assert picture is not None
    assert picture[0].count("rim") == 2


async def test_a_sheet_is_looked_at_first_and_then_laid_out_once(
    session: AsyncSession, organiser: Actor, signed_in: SignedIn
) -> None:
    await laid_out(session, draft())
    browser = await signed_in(organisation_id=organiser.organisation_id)
    out = (await browser.get(f"{BASE}/bang.csv")).content.decode("utf-8-sig")
    changed = out.replace(",A1,", ",K1,").encode()
    assert (await browser.get(f"{BASE}/bang.xlsx")).content.startswith(b"PK")
    shown = await browser.post(f"{BASE}/bang", files={"file": ("moi.csv", changed, "text/csv")})
    assert shown.status_code == 200
    assert "Thêm 1 gian" in shown.text
    assert "Xóa 1 gian" in shown.text
    assert "A1" in codes((await board(session))[0])
    action = re.search(rf'action="({BASE}/bang/[^"]+)"', shown.text)
    assert action is not None
    assert (await browser.post(action[1])).status_code == 303
    assert "K1" in codes((await board(session))[0])
    assert (await browser.post(action[1])).status_code == 409
    for wrong in (b"", b"\x00" * 50, b"x,y\n1,2", "Dòng này là,Sảnh\nghế,A\n".encode(), b"PK\x03\x04"):
        answer = await browser.post(f"{BASE}/bang", files={"file": ("moi.csv", wrong, "text/csv")})
        assert answer.status_code == 422
        assert 'id="errors"' in answer.text
    assert (await browser.post(f"{BASE}/bang", data={"file": "không phải tệp"})).status_code == 422


async def test_a_sheet_held_against_another_floor_is_not_laid_out(
    session: AsyncSession, organiser: Actor, signed_in: SignedIn
) -> None:
    await laid_out(session, draft())
    browser = await signed_in(organisation_id=organiser.organisation_id)
    out = (await browser.get(f"{BASE}/bang.csv")).content
    shown = await browser.post(f"{BASE}/bang", files={"file": ("moi.csv", out, "text/csv")})
    await laid_out(session, draft(hall(*island(2))))
    action = re.search(rf'action="({BASE}/bang/[^"]+)"', shown.text)
    assert action is not None
    assert (await browser.post(action[1])).status_code == 409
    assert len(codes((await board(session))[0])) == 4


async def test_programs_read_the_floor_and_hand_it_in_again(
    session: AsyncSession, organiser: Actor, signed_in: SignedIn
) -> None:
    await laid_out(session, draft())
    browser = await signed_in(organisation_id=organiser.organisation_id)
    address = "/api/v1/fairs/hoi-cho-thu/floor"
    floor = (await browser.get(address)).json()
    assert floor["version"] == 1
    assert [each["kind"] for each in floor["faults"]] == ["no_door"]
    del floor["faults"]
    assert (await browser.put(address, json=floor)).json()["version"] == 1
    floor["halls"][0]["booths"][0]["x"] = 12.34
    changed = await browser.put(address, json=floor)
    assert changed.json()["version"] == 2
    assert changed.json()["halls"][0]["booths"][0]["x"] == 12.34
    late = await browser.put(address, json=floor)
    assert late.status_code == 409
    assert "errors" in late.json()
    for wrong in (
        {"x": "1" * 400},
        {"x": -1},
        {"code": "a\x00/"},
        {"id": "x"},
        {"price_vnd": 10**300},
        {"power": "5"},
        {"width": 1e300},
    ):
        body = {
            "halls": [
                {"name": "S", "width": 9, "depth": 9, "booths": [{"code": "A", "class_code": "TC", "x": 0, "y": 0, **wrong}]}
            ]
        }
        assert (await browser.put(address, json=body)).status_code == 422, wrong


async def _costs(database: OneConnection, browser: httpx.AsyncClient, address: str) -> tuple[int, int]:
    said: list[str] = []

    def note(*told: Any) -> None:
        said.append(told[2])

    event.listen(database.connection.sync_connection, "before_cursor_execute", note)
    answer = await browser.get(address)
    event.remove(database.connection.sync_connection, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    assert "style=" not in answer.text
    return len(said), len(gzip.compress(answer.content, 4))


async def test_a_hall_of_340_booths_is_light_and_costs_what_one_booth_costs(
    database: OneConnection, session: AsyncSession, organiser: Actor, signed_in: SignedIn
) -> None:
    browser = await signed_in(organisation_id=organiser.organisation_id)
    await laid_out(session, draft(hall(booth("A1", 3, 3))))
    desk, address = await board(session)
    few = [await _costs(database, browser, each) for each in (BASE, address, f"{address}/in", f"{BASE}/bang.csv")]
    big = floors()["hoi-cho-qua-tet-vung-cao-ha-noi"]
    booths = [
        each.model_copy(update={"y": each.y + 60 * n, "code": f"{n}{each.code}"})
        for n in range(3)
        for each in big.halls[0].booths
        if each.part_of is None
    ]
    large = big.halls[0].model_copy(
        update={"id": desk.draft.halls[0].id, "depth": 180, "booths": tuple(booths[:340]), "name": "Sảnh A"}
    )
    await laid_out(session, big.model_copy(update={"halls": (large,)}))
    many = [await _costs(database, browser, each) for each in (BASE, address, f"{address}/in", f"{BASE}/bang.csv")]
    assert [statements for statements, _bytes in many] == [statements for statements, _bytes in few]
    assert max(statements for statements, _bytes in many) <= 16
    assert max(size for _statements, size in many) <= 50_000
