"""The organiser's desk in the browser: from an empty form to a fair on the calendar, and a new one made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from service import accounts, fairs
from service.accounts import SYSTEM
from service.core import clock
from service.core.db import Database, new_id
from tests.market import TODAY
from tests.web.conftest import SignedIn

DESK = "/ban-to-chuc/hoi-cho"
FORM = {
    "name": "Hội chợ thử <b>", "kind": "fair", "starts_on": "10/12/2026", "ends_on": "12/12/2026", "province_code": "19",
    "hosts": "Sở Công Thương\nHội chè", "hall_name": ["Nhà A", ""], "hall_area": ["1.200", ""], "hall_about": ["", ""],
    "call_opens_on": "20/11/2026", "call_closes_on": "30/11/2026", "call_needs": "Giấy ATTP",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def prepared(organiser: httpx.AsyncClient, **said: object) -> str:
    answer = await organiser.post(f"{DESK}/moi", data={**FORM, "key": str(new_id()), **said})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_from_an_empty_form_to_the_calendar(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    organiser = await signed_in("organiser")
    empty = await organiser.get(DESK)
    assert "Lập hội chợ đầu tiên" in empty.text
    key = str(new_id())
    address = await prepared(organiser, key=key)
    assert await prepared(organiser, key=key) == address
    slug = address.rsplit("/", 1)[1]
    assert (await client.get(f"/hoi-cho/{slug}")).status_code == 404
    page = await organiser.get(address)
    assert page.status_code == 200
    assert "Hội chợ thử &lt;b&gt;" in page.text
    done = await organiser.post(f"{address}/cong-bo", data={"version": "1"})
    assert done.status_code == 303
    hours = {"opens.2026-12-10": "8h", "closes.2026-12-10": "21h30", "note.2026-12-10": "Khai mạc", "all": "1"}
    assert (await organiser.post(f"{address}/gio-mo-cua", data=hours)).status_code == 303
    public = await client.get(f"/hoi-cho/{slug}")
    for words in ("Nhận đăng ký tới hết ngày 30/11/2026", "Giấy ATTP", "08:00–21:30", "Đăng ký tham gia", "Nhà A", "Hội chè"):
        assert words in public.text, words
    assert public.text.count("08:00–21:30") == 3
    listed = await client.get("/hoi-cho")
    assert "nhận đăng ký tới 30/11/2026" in listed.text


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(signed_in: SignedIn) -> None:
    organiser = await signed_in("organiser")
    wrong = {**FORM, "starts_on": "31/02/2026", "hall_area": ["rộng lắm", ""], "key": str(new_id()), "description": "x\x00y"}
    answer = await organiser.post(f"{DESK}/moi", data=wrong)
    assert answer.status_code == 422
    for words in ("không có trong lịch", "rộng lắm", "Nhà A", "Giấy ATTP"):
        assert words in answer.text, words
    for bad in ({"starts_on": "9" * 400}, {"hall_name": ["A", "A"]}, {"kind": "circus"}, {"province_code": "zz"}, {"key": "x"}):
        again = await organiser.post(f"{DESK}/moi", data={**FORM, "key": str(new_id()), **bad})
        assert again.status_code == 422, bad


async def test_the_second_of_two_who_revise_gets_her_words_back(signed_in: SignedIn) -> None:
    organiser = await signed_in("organiser")
    address = await prepared(organiser)
    first = await organiser.post(f"{address}/sua", data={**FORM, "version": "1", "description": "Bản một"})
    assert first.status_code == 303
    second = await organiser.post(f"{address}/sua", data={**FORM, "version": "1", "description": "Bản hai"})
    assert second.status_code == 409
    assert "Bản hai" in second.text
    assert "Người khác vừa sửa" in second.text
    shown = re.search(r'name="version" value="(\d+)"', second.text)
    assert shown is not None
    third = await organiser.post(f"{address}/sua", data={**FORM, "version": shown[1], "description": "Bản hai"})
    assert third.status_code == 303


async def test_calling_off_asks_whether_she_is_sure(signed_in: SignedIn, client: httpx.AsyncClient) -> None:
    organiser = await signed_in("organiser")
    address = await prepared(organiser)
    await organiser.post(f"{address}/cong-bo", data={})
    assert (await organiser.post(f"{address}/huy", data={})).status_code == 422
    assert (await organiser.post(f"{address}/huy", data={"sure": "yes"})).status_code == 303
    assert "đã hủy" in (await client.get(address.replace("/ban-to-chuc", ""))).text


async def test_a_new_fair_is_made_from_an_earlier_one(signed_in: SignedIn) -> None:
    organiser = await signed_in("organiser")
    address = await prepared(organiser)
    form = await organiser.get(f"{address}/chep")
    assert "Ngày khai mạc mới" in form.text
    wish = {"name": "Hội chợ năm sau", "starts_on": "10/12/2027", "call": "true", "key": str(new_id())}
    made = await organiser.post(f"{address}/chep", data=wish)
    assert made.status_code == 303
    shown = await organiser.get(f"{made.headers['location']}/sua")
    for words in ("10/12/2027", "12/12/2027", "20/11/2027", "Giấy ATTP", "Nhà A"):
        assert words in shown.text, words
    bad = await organiser.post(f"{address}/chep", data={**wish, "starts_on": "mai"})
    assert bad.status_code == 422
    assert "mai" in bad.text


async def test_earlier_participants_are_shown_and_asked(signed_in: SignedIn, database: Database) -> None:
    organiser = await signed_in("organiser")
    earlier = await prepared(organiser)
    now = await prepared(organiser, name="Hội chợ sau")
    for address in (earlier, now):
        await organiser.post(f"{address}/cong-bo", data={})
    async with database.transaction() as session:
        from tests.market import supplier

        await supplier(session, "HTX9")
        supplier_id = await session.scalar(text("SELECT id FROM catalogue_supplier WHERE code = 'HTX9'"))
        slug = earlier.rsplit("/", 1)[1]
        row = fairs.applications.TypedIn(key=new_id(), supplier_id=supplier_id, exhibitor="HTX9", state="accepted")  # type: ignore[arg-type]
        await fairs.applications.put_applications(session, SYSTEM, slug, [row])
    source = f"fair:{earlier.rsplit('/', 1)[1]}"
    shown = await organiser.get(f"{now}/moi-lai", params={"source": source})
    assert "HTX HTX9" in shown.text
    kind, called = source.split(":")
    asked = {"kind": kind, "called": called, "every": "true", "key": str(new_id())}
    assert (await organiser.post(f"{now}/moi-lai", data=asked)).status_code == 303
    assert "đã mời" in (await organiser.get(f"{now}/moi-lai", params={"source": source})).text
    nobody = await organiser.post(f"{now}/moi-lai", data={"kind": kind, "called": called, "key": str(new_id())})
    assert nobody.status_code == 422
    for bad in ({"suppliers": "x"}, {"kind": "moon"}, {"called": "\x00"}, {"key": ""}):
        assert (await organiser.post(f"{now}/moi-lai", data={**asked, **bad})).status_code in (404, 422), bad


async def test_an_unverified_organiser_is_told_why_and_others_are_not_let_in(signed_in: SignedIn) -> None:
    waiting = await signed_in("organiser", verified=False)
    assert "chưa được xác minh" in (await waiting.get(DESK)).text
    assert (await waiting.get(f"{DESK}/moi")).status_code == 403
    supplier = await signed_in("supplier")
    assert (await supplier.get(DESK)).status_code == 403


async def test_an_officer_looks_after_fairs_without_an_organiser(signed_in: SignedIn) -> None:
    officer = await signed_in(accounts.OrganisationKind.OFFICE)
    address = await prepared(officer)
    assert "Hội chợ do cán bộ lập" in (await officer.get(DESK)).text
    organiser = await signed_in("organiser")
    assert (await organiser.get(address)).status_code == 404
