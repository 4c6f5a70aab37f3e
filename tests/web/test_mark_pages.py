"""The pages and the JSON of protected names."""

from __future__ import annotations

import httpx
import pytest

from service.core.db import Database, new_id
from tests import market
from tests.web.conftest import SignedIn

MARK = "mien-dong-bac-kan"


async def test_an_officer_keeps_the_list_and_the_product_shows_the_name(
    client: httpx.AsyncClient, signed_in: SignedIn, database: Database
) -> None:
    async with database.transaction() as session:
        organisation = await market.supplier(session)
        slug = await market.product(session)
    own = await signed_in(organisation_id=organisation)
    assert "chưa có tên trong danh sách" in (await own.get("/ban-hang/nhan-hieu")).text
    officer = await signed_in("office")
    wrong = await officer.post(f"/duyet/nhan-hieu/{MARK}", data={"supplier": "HTX1", "since": "1/1/2099"})
    assert wrong.status_code == 422
    assert "Ngày này chưa tới." in wrong.text
    listed = await officer.post(f"/duyet/nhan-hieu/{MARK}", data={"supplier": "HTX1", "since": "1/2/2026", "decision": "QĐ 15"})
    assert listed.status_code == 303
    for shown in (f"/nhan-hieu/{MARK}", f"/san-pham/{slug}"):
        answer = await client.get(shown)
        assert "Miến dong Bắc Kạn" in answer.text
    assert "QĐ 15" in (await client.get(f"/nhan-hieu/{MARK}")).text
    assert "đang mang tên" in (await own.get("/ban-hang/nhan-hieu")).text
    (product,) = [(await client.get(f"/api/v1/products/{slug}")).json()["marks"]]
    assert [mark["slug"] for mark in product] == [MARK]
    (user,) = (await client.get(f"/api/v1/marks/{MARK}/users")).json()["items"]
    assert (user["name"], user["since"], user["in_area"]) == ("HTX HTX1", "2026-02-01", True)
    found = await database_id(database)
    assert (await officer.post(f"/duyet/nhan-hieu/{MARK}/bo/{found}")).status_code == 303
    assert (await client.get(f"/api/v1/products/{slug}")).json()["marks"] == []


async def database_id(database: Database) -> str:
    from sqlalchemy import text

    async with database.transaction() as session:
        return str(await session.scalar(text("SELECT id FROM catalogue_supplier WHERE code = 'HTX1'")))


async def test_what_everybody_may_read(client: httpx.AsyncClient) -> None:
    assert "Quýt Bắc Kạn" in (await client.get("/nhan-hieu")).text
    assert (await client.get("/nhan-hieu/khong-co")).status_code == 404
    every = (await client.get("/api/v1/marks")).json()
    assert every["total"] == len(every["items"]) == 6
    assert (await client.get("/api/v1/marks/quyt-bac-kan")).json()["commodity"] == "quyt"
    assert (await client.get("/api/v1/marks/quyt-bac-kan/users?cursor=%25")).status_code == 422


@pytest.mark.parametrize("kind", ["supplier", "buyer", "organiser"])
async def test_nobody_else_keeps_a_list(signed_in: SignedIn, kind: str) -> None:
    other = await signed_in(kind)
    assert (await other.get(f"/duyet/nhan-hieu/{MARK}")).status_code == 403
    assert (await other.post(f"/duyet/nhan-hieu/{MARK}", data={"supplier": "HTX1"})).status_code == 403
    assert (await other.post(f"/duyet/nhan-hieu/{MARK}/bo/{new_id()}")).status_code == 403
    assert (await other.post(f"/api/v1/marks/{MARK}/users", json={"supplier": "HTX1"})).status_code == 403
    if kind != "supplier":
        assert (await other.get("/ban-hang/nhan-hieu")).status_code == 403
