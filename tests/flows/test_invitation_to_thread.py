"""From a ranking to a conversation: a buyer ticks two sources, one accepts and asks, one declines; the need changes; copies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from service.core import clock
from service.core.db import Database
from service.matching.invitations import mails, tasks
from tests import market
from tests.core.test_pictures import PDF
from tests.web.conftest import SignedIn, signed_in  # noqa: F401 - fixtures of the web tests.

START = datetime(2026, 11, 22, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(START):
        yield


def plain(written: str) -> str:
    """The text with ordinary spaces and without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", written.replace("\u00a0", " ")))


async def test_from_a_tick_to_a_conversation_about_a_changed_need(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    database: Database,
) -> None:
    makers = {}
    async with database.transaction() as session:
        for code in ("NHANLOI", "TUCHOI"):
            makers[code] = await market.supplier(session, code, name=f"HTX {code.title()}")
            await market.product(session, code)
    buyer = await signed_in("buyer")
    keen, shy = [await signed_in(organisation_id=makers[code]) for code in ("NHANLOI", "TUCHOI")]
    need = {
        "commodity": "mien-dong", "kg_12": "500", "kg_01": "500", "delivery_province_code": "01", "visibility": "public",
        "deadline": "20/12/2026", "save": "open",
    }  # fmt: skip
    address = (await buyer.post("/tim-hang/moi", data=need)).headers["location"]

    # She ticks both in the ranking and asks them in one go; again changes nothing.
    page = (await buyer.get(address)).text
    suppliers = re.findall(r'name="suppliers" value="([0-9a-f-]{36})" form="invite"', page)
    assert len(suppliers) == 2
    asking = {"suppliers": suppliers, "note": "Cần mẫu trước rằm", "answer_by": "30/11/2026"}
    for _twice in range(2):
        assert (await buyer.post(f"{address}/loi-moi", data=asking)).status_code == 303
    listed = plain((await buyer.get(f"{address}/loi-moi")).text)
    assert "đã gửi, chưa xem 2" in listed
    assert "Đã gửi" not in plain((await buyer.get(address)).text)
    too_late = await buyer.post(f"{address}/loi-moi", data={**asking, "answer_by": "25/12/2026"})
    assert too_late.status_code == 422
    assert "chọn ngày không muộn hơn" in too_late.text
    assert too_late.text.count("checked") == 2  # Nothing that was ticked or typed is lost.
    assert "Cần mẫu trước rằm" in too_late.text

    # The first one sees it on its desk, opens it, accepts, and asks back with a file.
    desk = (await keen.get("/ban-hang/loi-moi")).text
    (thread,) = set(re.findall(r"/trao-doi/[0-9a-f-]{36}", desk))
    opened = await keen.get(thread)
    assert "Cần mẫu trước rằm" in opened.text
    version = re.search(r'name="version" value="(\d+)"', opened.text)
    assert version is not None
    accepted = {"answer": "accept", "version": version[1]}
    for _twice in range(2):
        assert (await keen.post(f"{thread}/tra-loi", data=accepted)).status_code == 303
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', opened.text)
    assert key is not None
    for _twice in range(2):
        sent = await keen.post(
            thread,
            data={"text": "Gửi mẫu loại nào ạ?", "key": key[1]},
            files={"files": ("bảng giá.pdf", PDF, "application/pdf")},
        )
        assert sent.status_code == 303

    # The buyer has not read it after ten minutes: one mail. Then she reads, and the other side knows.
    with clock.freeze(START + timedelta(minutes=12)):
        async with database.transaction() as session:
            await tasks.tell_unread(session)
        read = (await buyer.get(thread)).text
    assert read.count("Gửi mẫu loại nào ạ?") == 1
    (file,) = set(re.findall(rf"{thread}/tep/[a-z2-7]{{26}}", read))
    download = await buyer.get(file)
    assert download.content == PDF
    assert download.headers["content-disposition"].startswith("attachment")
    assert (await shy.get(file)).status_code == 404
    assert "bên kia đã mở 22/11/2026 09:12" in plain((await keen.get(thread)).text)

    # The other one declines; without a reason it is asked for one and nothing is lost.
    other = next(iter(set(re.findall(r"/trao-doi/[0-9a-f-]{36}", (await shy.get("/ban-hang/loi-moi")).text))))
    assert (await shy.get(thread)).status_code == 404
    version = re.search(r'name="version" value="(\d+)"', (await shy.get(other)).text)
    assert version is not None
    bare = await shy.post(f"{other}/tra-loi", data={"answer": "decline", "version": version[1], "reason": " "})
    assert bare.status_code == 422
    assert "vì sao không nhận lời" in bare.text
    declined = {"answer": "decline", "version": version[1], "reason": "Hết hàng tháng 12"}
    assert (await shy.post(f"{other}/tra-loi", data=declined)).status_code == 303
    assert "Hết hàng tháng 12" in (await buyer.get(f"{address}/loi-moi")).text

    # She needs more: the version says old and new, the thread too, and only the one who still answers is told.
    form = (await buyer.get(f"{address}/sua")).text
    number = re.search(r'name="version" value="(\d+)"', form)
    assert number is not None
    more = {**need, "kg_12": "800", "version": number[1]}
    assert (await buyer.post(f"{address}/sua", data=more)).status_code == 303
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM core_mail"))
        await mails.tell_changed(session, await session.scalar(text("SELECT id FROM matching_request")))
        told = (await session.execute(text("SELECT to_address, body FROM core_mail"))).all()
    assert [address_of.split("-")[0] for address_of, _body in told] == [str(makers["NHANLOI"]).split("-", maxsplit=1)[0]]
    assert "500 kg T12–T1 → 800 kg T12, 500 kg T1" in plain(told[0][1])
    versions = plain((await keen.get(f"{address}/thay-doi")).text)
    assert "Bản 2" in versions
    assert "800 kg" in versions
    assert "800 kg" in plain((await keen.get(thread)).text)
    assert "800 kg" not in plain((await shy.get(other)).text).split("Tin nhắn")[1]

    # Next season: a draft with the months still to come; pressed twice, one copy.
    page = (await buyer.get(address)).text
    key = re.search(r'sao-chep"[^>]*><input type="hidden" name="key" value="([0-9a-f-]{36})"', page)
    assert key is not None
    with clock.freeze(datetime(2027, 1, 15, tzinfo=clock.ZONE)):
        async with database.transaction() as session:
            own = await session.scalar(text("SELECT organisation_id FROM matching_buyer"))
        later = await signed_in(organisation_id=own, role="member")  # Her session of November is over.
        places = {(await later.post(f"{address}/sao-chep", data={"key": key[1]})).headers["location"] for _twice in range(2)}
        (copy,) = places
    copied = text(
        "SELECT year, month FROM matching_request_month m JOIN matching_request r ON r.id = m.request_id"
        " WHERE r.copied_from IS NOT NULL ORDER BY 1, 2"
    )
    async with database.transaction() as session:
        months = (await session.execute(copied)).all()
    assert [tuple(each) for each in months] == [(2027, 1), (2027, 12)]
    assert copy.endswith("/sua")
