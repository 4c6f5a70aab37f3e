"""Assisted entry in a browser: the officer types, the supplier reads, corrects, agrees, and signs in as the owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from sqlalchemy import text

from service.core import clock
from service.core.db import Database, new_id
from tests.web.conftest import SignedIn

PASSWORD = "ruộng bậc thang tháng chín"
TYPED = {
    "source": "paper", "name": "Tổ hợp tác Nà Thử", "legal_form": "group", "commune_code": "02185", "phone": "0912 345 678",
    "members": "14", "note": "Mẫu giấy ngày 20/11",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.freeze(date(2026, 11, 24)):
        yield


async def typed(officer: httpx.AsyncClient) -> str:
    """The address of an entry with a product and a paper."""
    entered = await officer.post("/duyet/nhap-ho", data={**TYPED, "key": str(new_id())})
    assert entered.status_code == 303, entered.text
    address = entered.headers["location"]
    product = {"name": "Miến dong Nà Thử", "commodity": "mien-dong", "pack_name": "gói 500 g", "net_weight_g": "500",
               "season_months": ["11", "12"], "key": str(new_id()), "then": "more"}  # fmt: skip
    saved = await officer.post(f"{address}/san-pham", data=product)
    assert saved.headers["location"] == f"{address}/san-pham"
    paper = {"kind": "ATTP", "issued_on": "1/1/2026", "valid_to": "1/1/2029", "key": str(new_id())}
    assert (await officer.post(f"{address}/giay-to", data=paper)).status_code == 303
    return address


def code_on(letter: str) -> str:
    found = re.search(r'class="code">([^<]+)<', letter)
    assert found is not None
    return found[1]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


async def test_from_the_officer_s_form_to_the_owner_s_desk(
    client: httpx.AsyncClient, signed_in: SignedIn, database: Database
) -> None:
    officer = await signed_in("office", name="Cán bộ Thử")
    address = await typed(officer)
    shown = (await officer.get(address)).text
    for words in ("Tổ hợp tác Nà Thử", "Miến dong Nà Thử", "gói 500 g · 500", "có hiệu lực đến 01/01/2029", "T11, T12"):
        assert words in shown
    assert (await client.get("/nha-cung-cap/to-hop-tac-na-thu")).status_code == 404
    letter = await officer.post(f"{address}/ma", data={})
    assert letter.status_code == 200
    code = code_on(letter.text)
    assert code not in (await officer.get(address)).text
    record = await client.post("/xac-nhan", data={"code": code.lower()})
    assert record.status_code == 200
    assert record.headers["cache-control"] == "no-store"
    for words in ("Tổ hợp tác Nà Thử", "Miến dong Nà Thử", "14"):
        assert words in record.text
    form = await client.post("/xac-nhan-ho-so/sua", data={"code": code})
    fields = {name: hidden(form.text, name) for name in ("version",)}
    wrong = await client.post("/xac-nhan-ho-so/luu", data={**TYPED, **fields, "code": code, "members": "nhiều"})
    assert wrong.status_code == 422
    assert 'value="nhiều"' in wrong.text
    mended = await client.post("/xac-nhan-ho-so/luu", data={**TYPED, **fields, "code": code, "members": "15"})
    assert mended.status_code == 200
    assert "Đã sửa." in mended.text
    old = hidden(record.text, "digest")
    agreement = {
        "code": code,
        "name": "Nông Thị Thử",
        "phone": "0912 345 678",
        "password": PASSWORD,
        "agree": "on",
        "read": "on",
    }
    stale = await client.post("/xac-nhan-ho-so/dong-y", data={**agreement, "digest": old})
    assert stale.status_code == 409
    assert "Hồ sơ vừa đổi" in stale.text
    assert 'value="Nông Thị Thử"' in stale.text
    new = hidden(stale.text, "digest")
    unread = await client.post("/xac-nhan-ho-so/dong-y", data={**agreement, "digest": new, "read": ""})
    assert unread.status_code == 422
    agreed = await client.post("/xac-nhan-ho-so/dong-y", data={**agreement, "digest": new})
    assert agreed.status_code == 303, agreed.text
    again = await client.post("/xac-nhan-ho-so/dong-y", data={**agreement, "digest": new})
    assert again.status_code == 422
    entered = await client.post("/dang-nhap", data={"email": "0912345678", "password": PASSWORD, "next": "/ban-hang"})
    assert entered.status_code == 303, entered.text
    desk = await client.get("/ban-hang")
    assert "Tổ hợp tác Nà Thử" in desk.text
    history = (await client.get("/ban-hang/ho-so/lich-su")).text
    assert "Cán bộ Thử" in history
    assert "Nông Thị Thử" in history
    listed = (await officer.get("/duyet/nhap-ho/da-dong-y")).text
    assert "Nông Thị Thử" in listed
    assert (await officer.post(f"{address}/ma", data={})).status_code == 409
    async with database.transaction() as session:
        states = await session.execute(
            text("SELECT state FROM catalogue_supplier UNION ALL SELECT state FROM catalogue_product")
        )
        assert set(states.scalars()) == {"submitted"}


async def test_a_product_and_a_paper_are_put_right_by_code(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    officer = await signed_in("office")
    address = await typed(officer)
    code = code_on((await officer.post(f"{address}/ma", data={})).text)
    record = (await client.post("/xac-nhan", data={"code": code})).text
    product = re.search(r"/xac-nhan-ho-so/san-pham/([0-9a-f-]+)/sua", record)
    paper = re.search(r"/xac-nhan-ho-so/bo-giay/([0-9a-f-]+)", record)
    assert product is not None
    assert paper is not None
    form = await client.post(f"/xac-nhan-ho-so/san-pham/{product[1]}/sua", data={"code": code})
    said = {"code_": code, "version": hidden(form.text, "version"), "name": "Miến dong tên đúng", "commodity": "mien-dong"}
    kept = await client.post(f"/xac-nhan-ho-so/san-pham/{product[1]}/luu", data=said)
    assert kept.status_code == 200
    assert "Miến dong tên đúng" in kept.text
    stale = await client.post(f"/xac-nhan-ho-so/san-pham/{product[1]}/luu", data={**said, "name": "Khác"})
    assert stale.status_code == 409
    gone = await client.post(f"/xac-nhan-ho-so/bo-giay/{paper[1]}", data={"code": code})
    assert "ATTP" not in gone.text
    assert (await client.post(f"/xac-nhan-ho-so/san-pham/{new_id()}/sua", data={"code": code})).status_code == 404


async def test_somebody_signed_in_agrees_as_herself_but_not_the_typist(signed_in: SignedIn) -> None:
    officer = await signed_in("office")
    address = await typed(officer)
    code = code_on((await officer.post(f"{address}/ma", data={})).text)
    digest = hidden((await officer.post("/xac-nhan", data={"code": code})).text, "digest")
    refused = await officer.post("/xac-nhan-ho-so/dong-y", data={"code": code, "digest": digest, "read": "on"})
    assert refused.status_code == 403
    other = await signed_in("supplier", name="Chủ nhiệm")
    agreed = await other.post("/xac-nhan-ho-so/dong-y", data={"code": code, "digest": digest, "read": "on"})
    assert agreed.status_code == 303, agreed.text
    assert "Chủ nhiệm" in (await officer.get("/duyet/nhap-ho/da-dong-y")).text


async def test_wrong_codes_are_refused_and_counted(client: httpx.AsyncClient, signed_in: SignedIn, database: Database) -> None:
    officer = await signed_in("office")
    address = await typed(officer)
    code = code_on((await officer.post(f"{address}/ma", data={})).text).replace(" ", "")
    assert (await client.post("/xac-nhan", data={"code": "ngắn"})).status_code == 422
    wrong = code[:3] + ("22222" if code[3:] != "22222" else "33333")
    for _try in range(3):
        refused = await client.post("/xac-nhan", data={"code": wrong})
        assert refused.status_code == 422
        assert f'value="{wrong}"' in refused.text
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT tries FROM catalogue_assisted_entry")) == 3
    for path in ("sua", "luu", "dong-y", f"bo-giay/{new_id()}", f"san-pham/{new_id()}/sua", f"san-pham/{new_id()}/luu"):
        assert (await client.post(f"/xac-nhan-ho-so/{path}", data={"code": wrong, "code_": wrong})).status_code == 422


@pytest.mark.parametrize("kind", ["supplier", "buyer", "organiser"])
async def test_only_officers_type_for_others(signed_in: SignedIn, kind: str) -> None:
    officer, other = await signed_in("office"), await signed_in(kind)
    address = await typed(officer)
    for path in ("/duyet/nhap-ho", "/duyet/nhap-ho/da-dong-y", "/duyet/nhap-ho/moi", address, f"{address}/sua",
                 f"{address}/san-pham", f"{address}/giay-to"):  # fmt: skip
        assert (await other.get(path)).status_code == 403, path
    for path in ("/duyet/nhap-ho", f"{address}/sua", f"{address}/san-pham", f"{address}/giay-to", f"{address}/ma"):
        assert (await other.post(path, data=TYPED)).status_code == 403, path


async def test_the_forms_on_paper_have_the_officer_s_order(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    assert "CP-01" in (await client.get("/bieu-mau")).text
    assert (await client.get("/bieu-mau/khong-co")).status_code == 404
    officer = await signed_in("office")
    address = await typed(officer)
    for sheet, form in (("dang-ky", "/duyet/nhap-ho/moi"), ("san-pham", f"{address}/san-pham")):
        printed = re.findall(r"<dt>([^<]+?)(?: <small>[^<]*</small>)?</dt>", (await client.get(f"/bieu-mau/{sheet}")).text)
        page = (await officer.get(form)).text
        page = page[page.index('<form method="post" action="/duyet/nhap-ho') :].partition("</form>")[0]
        words = re.sub(r"<[^>]+>", "\n", page)
        asked = [line.strip() for line in words.splitlines() if line.strip()]
        plain = [label.split(" (")[0] for label in printed]
        both = [label for label in plain if label in asked]
        assert len(both) >= 12
        assert [label for label in asked if label in both and asked.count(label) == 1] == [
            label for label in both if asked.count(label) == 1
        ]


async def test_an_office_hands_in_its_forms_as_json(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    officer = await signed_in("office", name="Cán bộ Thử")
    said = {
        "name": "Tổ hợp tác Máy Thử", "legal_form": "group", "source": "call", "commune_code": "02185", "area_ha": "3,5",
        "products": [{"name": "Miến dong", "commodity": "mien-dong", "pack_name": "gói 500 g", "net_weight_g": "500"}],
        "certificates": [{"kind": "ATTP", "issued_on": "2026-01-01", "valid_to": "2029-01-01"}],
    }  # fmt: skip
    key = str(new_id())
    for _twice in range(2):
        entered = await officer.post(f"/api/v1/assisted-entries?key={key}", json=said)
        assert entered.status_code == 201, entered.text
    entry = entered.json()
    assert (entry["standing"], entry["typed_by"], entry["agreed_by"]) == ("none", "Cán bộ Thử", None)
    code = (await officer.post(f"/api/v1/assisted-entries/{entry['id']}/code")).json()["code"]
    record = (await client.post("/xac-nhan", data={"code": code})).text
    for words in ("Tổ hợp tác Máy Thử", "gói 500 g", "3,5", "có hiệu lực đến 01/01/2029"):
        assert words in record
    (listed,) = (await officer.get("/api/v1/assisted-entries")).json()["items"]
    assert listed["standing"] == "waiting"
    wrong = await officer.post("/api/v1/assisted-entries", json={**said, "products": [{"name": "x", "commodity": "khong-co"}]})
    assert wrong.status_code == 422
    assert "products.0.commodity" in wrong.json()["errors"]
    assert len((await officer.get("/api/v1/assisted-entries")).json()["items"]) == 1
    buyer = await signed_in("buyer")
    assert (await buyer.get("/api/v1/assisted-entries")).status_code == 403
    assert (await buyer.post("/api/v1/assisted-entries", json=said)).status_code == 403
    assert (await buyer.post(f"/api/v1/assisted-entries/{entry['id']}/code")).status_code == 403
    assert (await client.post("/api/v1/assisted-entries", json=said)).status_code == 401
    assert (await officer.post(f"/api/v1/assisted-entries/{new_id()}/code")).status_code == 404


async def test_a_household_s_number_is_nowhere_to_be_read(
    client: httpx.AsyncClient, signed_in: SignedIn, database: Database
) -> None:
    officer = await signed_in("office")
    said = {**TYPED, "name": "Hộ Thử", "legal_form": "household", "tax_code": "001099123456", "key": str(new_id())}
    address = (await officer.post("/duyet/nhap-ho", data=said)).headers["location"]
    code = code_on((await officer.post(f"{address}/ma", data={})).text)
    record = (await client.post("/xac-nhan", data={"code": code})).text
    form = (await client.post("/xac-nhan-ho-so/sua", data={"code": code})).text
    for page in (record, form, (await officer.get(address)).text, (await officer.get(f"{address}/sua")).text):
        assert "001099123456" not in page
        assert "sealed:" not in page
        assert "•••••••••456" in page
    untouched = {**said, "tax_code": "•••••••••456", "code": code, "version": hidden(form, "version"), "members": "3"}
    assert (await client.post("/xac-nhan-ho-so/luu", data=untouched)).status_code == 200
    async with database.transaction() as session:
        kept = await session.scalar(text("SELECT tax_code FROM catalogue_supplier WHERE name = 'Hộ Thử'"))
    assert str(kept).startswith("sealed:456:")
