"""Archives through the pages and the API: looked through, approved, stored; followed, left and found again."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from service import accounts, catalogue
from service.catalogue import tasks
from service.catalogue.sheets import events as import_events
from service.catalogue.sheets import jobs
from service.core.db import Database, new_id
from service.web import middleware
from tests.catalogue.conftest import supplier_row
from tests.catalogue.test_archives import GOOD, picture
from tests.web.conftest import SignedIn

OWN = {"sp.csv": b"code,name,pack,retail_price_vnd\nP1,Mi\xe1\xba\xbfn dong,T\xc3\xbai 500 g,65k\n", "anh/P1/1.jpg": picture()}


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for path, data in files.items():
            made.writestr(path, data)
    return out.getvalue()


@pytest_asyncio.fixture(loop_scope="session")
async def organisation_id(database: Database) -> UUID:
    """A supplier on the market."""
    async with database.transaction() as session:
        await catalogue.put_suppliers(session, accounts.SYSTEM, [supplier_row()])
        found: UUID = await session.scalar(text("SELECT organisation_id FROM catalogue_supplier WHERE code = 'HTX1'"))
        return found


async def send(browser: httpx.AsyncClient, base: str, data: bytes, name: str = "hàng.zip") -> httpx.Response:
    return await browser.post(base, files={"file": (name, data, "application/zip")})


async def total(database: Database, what: str) -> int:
    async with database.transaction() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {what}")) or 0)


async def test_a_suppliers_archive_is_shown_before_it_is_stored(
    signed_in: SignedIn, organisation_id: UUID, database: Database
) -> None:
    desk = await signed_in(organisation_id=organisation_id)
    sent = await send(desk, "/ban-hang/nhap", packed(OWN))
    assert sent.status_code == 303, sent.text
    address = sent.headers["location"]
    page = await desk.get(address)
    assert "Đồng ý, lưu cả tệp" in page.text
    assert "hàng.zip" in page.text
    assert await total(database, "catalogue_product") == 0
    assert (await desk.post(f"{address}/luu")).headers["location"] == address
    assert await total(database, "catalogue_product") == await total(database, "catalogue_photo") == 1
    assert (await desk.post(f"{address}/luu")).status_code == 303  # Again changes nothing.
    assert await total(database, "catalogue_product") == 1
    saved = (await desk.get(address)).text
    assert "Đã lưu ngày" in saved
    assert "hx-trigger" not in saved.split('id="job"')[1]
    assert address in (await desk.get("/nhap")).text
    assert await total(database, "core_file WHERE dropped_at IS NULL AND name = 'hàng.zip'") == 0
    again = await send(desk, "/ban-hang/nhap", packed(OWN))
    assert (await desk.post(f"{again.headers['location']}/luu")).status_code == 303
    assert await total(database, "catalogue_photo") == 1


async def test_errors_are_told_and_nothing_can_be_gone_ahead_with(
    signed_in: SignedIn, organisation_id: UUID, database: Database
) -> None:
    desk = await signed_in(organisation_id=organisation_id)
    sent = await send(desk, "/ban-hang/nhap", packed({**OWN, "anh/P9/1.jpg": picture(2), "anh/P1/x.jpg": b"<b>"}))
    page = await desk.get(sent.headers["location"])
    assert "anh/P9/1.jpg" in page.text
    assert "anh/P1/x.jpg" in page.text
    assert "Đồng ý" not in page.text
    assert (await desk.post(f"{sent.headers['location']}/luu")).status_code == 409
    assert await total(database, "catalogue_product") == 0
    hostile = await send(desk, "/ban-hang/nhap", packed({"../x.csv": b"x"}))
    assert "đường dẫn lạ" in (await desk.get(hostile.headers["location"])).text


async def test_a_file_may_be_let_go(signed_in: SignedIn, organisation_id: UUID, database: Database) -> None:
    desk = await signed_in(organisation_id=organisation_id)
    address = (await send(desk, "/ban-hang/nhap", packed(OWN))).headers["location"]
    assert (await desk.post(f"{address}/bo")).headers["location"] == "/nhap"
    assert (await desk.post(f"{address}/luu")).status_code == 409
    assert await total(database, "core_file WHERE dropped_at IS NULL") == 0


async def test_nobody_else_sees_or_moves_an_import(
    signed_in: SignedIn, organisation_id: UUID, client: httpx.AsyncClient
) -> None:
    desk = await signed_in(organisation_id=organisation_id)
    address = (await send(desk, "/ban-hang/nhap", packed(OWN))).headers["location"]
    for other in (await signed_in(), await signed_in("office")):
        assert (await other.get(address)).status_code == 404
        assert (await other.post(f"{address}/luu")).status_code == 404
        assert (await other.get(f"/api/v1{address.replace('nhap', 'imports')}")).status_code == 404
        assert address not in (await other.get("/nhap")).text
    assert (await client.get(address)).status_code == 303
    buyer = await signed_in("buyer")
    assert (await buyer.get("/nhap")).status_code == 403
    assert (await send(buyer, "/duyet/nhap", packed(OWN))).status_code == 403


async def test_a_large_file_is_worked_at_by_the_worker(
    signed_in: SignedIn, organisation_id: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 100)
    desk = await signed_in(organisation_id=organisation_id)
    address = (await send(desk, "/ban-hang/nhap", packed(OWN))).headers["location"]
    import_id = UUID(address.rsplit("/", 1)[-1])
    page = (await desk.get(address)).text
    assert 'hx-trigger="every 2s"' in page
    assert "<progress" in page
    piece = await desk.get(address, headers={"hx-request": "true"})
    assert piece.text.startswith('<div id="job"')
    async with database.transaction() as session:
        await tasks.look_through_file(session, import_events.FileCameIn(import_id, "en"))
    ready = await desk.get(address)
    assert "Đồng ý, lưu cả tệp" in ready.text
    await desk.post(f"{address}/luu")
    assert await total(database, "catalogue_product") == 0
    for _time in range(2):  # A worker may die after its work and before its note of it.
        async with database.transaction() as session:
            await tasks.store_import(session, import_events.ImportApproved(import_id, "vi"))
    assert await total(database, "catalogue_product") == 1
    assert "Đã lưu ngày" in (await desk.get(address)).text


async def test_who_has_left_meanwhile_stores_nothing(
    signed_in: SignedIn, organisation_id: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 100)
    desk = await signed_in(organisation_id=organisation_id)
    address = (await send(desk, "/ban-hang/nhap", packed(OWN))).headers["location"]
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM accounts_member WHERE organisation_id = :id"), {"id": organisation_id})
        await tasks.look_through_file(session, import_events.FileCameIn(UUID(address.rsplit("/", 1)[-1]), "vi"))
        assert await session.scalar(text("SELECT state FROM catalogue_import")) == "failed"


async def test_the_worker_makes_the_pictures_a_few_at_a_time(
    signed_in: SignedIn, organisation_id: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    from service.catalogue.bulk import pictures

    monkeypatch.setattr(pictures, "AT_ONCE", 2)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    many = {f"anh/P1/m{number}.jpg": out.getvalue() + bytes([number]) for number in range(3)}
    desk = await signed_in(organisation_id=organisation_id)
    address = (await send(desk, "/ban-hang/nhap", packed({**OWN, **many}))).headers["location"]
    await desk.post(f"{address}/luu")
    told = "core_journal WHERE fact = 'PicturesCameIn'"
    assert await total(database, told) == 1
    async with database.transaction() as session:
        await tasks.make_sizes_of_many(session, import_events.PicturesCameIn(uuid4()))
    assert await total(database, told) == 2
    for _time in range(3):
        async with database.transaction() as session:
            await tasks.make_sizes_of_many(session, import_events.PicturesCameIn(uuid4()))
    assert await total(database, "catalogue_photo WHERE width IS NOT NULL") == 3
    assert await total(database, "catalogue_photo WHERE trouble IS NOT NULL") == 1  # The one that is only called a picture.


async def test_programs_send_follow_and_approve(signed_in: SignedIn, database: Database) -> None:
    office = await signed_in("office")
    asked = {"file": ("hang.zip", packed(GOOD), "application/zip")}
    look = await office.post("/api/v1/imports", files=asked, data={"dry_run": "true"})
    assert look.status_code == 201, look.text
    seen = look.json()
    assert (seen["state"], seen["kind"], seen["errors"]) == ("ready", "archive", [])
    assert seen["counts"]["products"] == {"new": 2, "changed": 0, "same": 0}
    assert await total(database, "catalogue_product") == 0
    done = await office.post(f"/api/v1/imports/{seen['id']}/approve")
    assert (done.status_code, done.json()["state"]) == (200, "saved")
    assert await total(database, "catalogue_photo") == 5
    key = str(new_id())
    sheet = {"file": ("ncc.csv", "code,name\nHTX9,HTX Chín\n".encode(), "text/csv")}
    for _time in range(2):
        sent = await office.post("/api/v1/imports", files=sheet, data={"kind": "suppliers", "key": key})
        assert (sent.status_code, sent.json()["state"]) == (201, "saved"), sent.text
    assert len((await office.get("/api/v1/imports")).json()["items"]) == 2
    wrong = await office.post("/api/v1/imports", files={"file": ("sp.csv", b"code,name\nX,\n", "text/csv")})
    assert (wrong.json()["state"], wrong.json()["errors"][0]["row"]) == ("wrong", 1)
    assert (await office.post("/api/v1/imports", files={"file": ("x.csv", b"", "text/csv")})).status_code == 422
    assert (await office.get(f"/api/v1/imports/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "headers", "most"),
    [("/ban-hang/nhap", {b"cookie": b"x"}, 201), ("/api/v1/imports", {b"authorization": b"x"}, 201), ("/ban-hang/nhap", {}, 12),
     ("/ban-hang/lo/moi", {b"cookie": b"x"}, 12)],
)  # fmt: skip
def test_only_archives_may_be_large(path: str, headers: dict[bytes, bytes], most: int) -> None:
    scope: Any = {"path": path}
    assert middleware._most(scope, headers) == most * 1024 * 1024
