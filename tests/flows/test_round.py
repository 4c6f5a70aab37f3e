"""A matching round from its opening to invitations: an organiser, a buyer and suppliers in browsers, the worker in between."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.accounts import Role
from service.core import clock, events
from service.core.db import Database
from service.matching.rounds.events import RoundClearingAsked
from service.matching.rounds.tasks import clear_round
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn, client, signed_in  # noqa: F401 - fixtures of the web tests.


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


def plain(text: str) -> str:
    """The text with ordinary spaces."""
    return text.replace("\u00a0", " ")


async def _work(database: Database) -> None:
    """What the worker does with the facts that wait for it."""
    async with database.transaction() as session:
        told = await session.scalars(select(events.JournalEntry).where(events.JournalEntry.fact == "RoundClearingAsked"))
        facts = [events.revive(RoundClearingAsked, each) for each in told]
    for fact in facts:
        await clear_round(database, fact)


async def test_a_conference_is_opened_collected_cleared_published_and_answered(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    client: httpx.AsyncClient,  # noqa: F811 - the fixture.
    session: AsyncSession,
    database: Database,
) -> None:
    near = await market.supplier(session, "GAN")
    await market.product(session, "GAN")
    dear = await market.supplier(session, "DAT")
    await market.product(session, "DAT", tiers=((100, 500_000),))
    asker = await market.buyer(session, "Siêu thị Phiên")
    wanted = await market.request(session, asker)
    await session.commit()
    organiser, buyer = await signed_in("organiser"), await signed_in(organisation_id=asker.organisation_id)
    seller, other = await signed_in(organisation_id=near), await signed_in(organisation_id=dear)

    # The organiser prepares it, asks one thing besides, and opens it; before that nobody else knows of it.
    form = {
        "name": "Hội nghị kết nối miến dong", "starts_on": "10/12/2026", "ends_on": "11/12/2026", "place": "Nhà văn hóa",
        "requests_until": "05/12/2026", "suppliers_until": "06/12/2026", "province_code": "01",
        "key": "01935b4e-7d2f-7000-8000-00000000beef",
    }  # fmt: skip
    wrong = await organiser.post("/phien-ket-noi/moi", data={**form, "ends_on": "01/12/2026"})
    assert wrong.status_code == 422
    assert "Hội nghị kết nối miến dong" in wrong.text
    address = (await organiser.post("/phien-ket-noi/moi", data=form)).headers["location"]
    assert (await organiser.post("/phien-ket-noi/moi", data=form)).headers["location"] == address
    assert (await client.get(address)).status_code == 404
    asked = {"label_vi": "Nhận hàng mẫu", "kind": "yes_no", "required": "true"}
    assert (await organiser.post(f"{address}/truong", data=asked)).status_code == 303
    await organiser.post(f"{address}/chuyen", data={"to": "collecting"})
    assert "Nhận hàng mẫu" in (await client.get(address)).text

    # Both sides come.
    assert "Nhận hàng mẫu" in (await buyer.get(f"{address}/yeu-cau")).text
    missing = await buyer.post(f"{address}/yeu-cau", data={"request": wanted.code})
    assert missing.status_code == 422
    assert "Cần điền mục này." in missing.text
    brought = await buyer.post(f"{address}/yeu-cau", data={"request": wanted.code, "x_nhan-hang-mau": "yes"})
    assert brought.status_code == 303, brought.text
    told = (await client.get(f"/tim-hang/{wanted.code}")).text
    assert "<dt>Nhận hàng mẫu</dt><dd>có</dd>" in told
    for one in (seller, other):
        assert (await one.post(f"{address}/tham-gia", data={"every": "true"})).status_code == 303
    assert "Nhận hàng mẫu: có" in plain((await organiser.get(f"{address}/yeu-cau")).text)
    assert "HTX GAN" in (await organiser.get(f"{address}/nha-cung-cap")).text

    # The worker clears it; the organiser sees the proof, the trade-offs and who was kept out by what.
    await organiser.post(f"{address}/xep", data={"fairness": "balanced"})
    waiting = await organiser.get(f"{address}/xep")
    assert 'hx-trigger="every 2s"' in waiting.text
    piece = await organiser.get(f"{address}/xep", headers={"hx-request": "true"})
    assert piece.text.lstrip().startswith('<div id="clearing"')
    await _work(database)
    assert "tối ưu, đã chứng minh" in (await organiser.get(f"{address}/xep")).text
    page = plain((await organiser.get(f"{address}/xep/1")).text)
    assert "So các cách chia" in page
    assert "Đều nhất" in page
    assert "giá cao hơn trần" in plain((await organiser.get(f"{address}/xep/1?side=nha-cung-cap")).text)
    assert (await buyer.get(f"{address}/ket-qua")).status_code == 404

    # Published: each side reads its own list and says what it wishes.
    await organiser.post(f"{address}/xep/1/cong-bo", data={})
    shown = plain((await seller.get(f"{address}/ket-qua")).text)
    assert wanted.code in shown
    assert "Chưa có đề xuất nào cho bạn" in (await other.get(f"{address}/ket-qua")).text
    proposal = re.search(r'id="de-xuat-([0-9a-f-]+)"', shown)
    assert proposal is not None
    for one in (buyer, seller):
        said = await one.post(f"{address}/ket-qua/{proposal[1]}", data={"wish": "meet"})
        assert said.status_code == 303
    assert (await other.post(f"{address}/ket-qua/{proposal[1]}", data={"wish": "meet"})).status_code == 404
    sheet = (await organiser.get(f"{address}/ket-qua/bang.csv?only=gap")).text
    assert wanted.code in sheet
    assert "muốn gặp" in sheet
    assert (await organiser.get(f"{address}/ket-qua/bang.xlsx")).content[:2] == b"PK"

    # The suppliers are invited to quote, once.
    again = []
    for _press in range(2):
        answer = await organiser.post(f"{address}/moi-gap")
        again.append(answer.headers["location"])
    assert again == [f"{address}/ket-qua"] * 2
    async with database.transaction() as looking:
        view = await matching.rounds.round_page(looking, address.rpartition("/")[2], market.acting(Role.OFFICER, None))
        every = [each async for each in _invited(looking, wanted.id)]
    assert view.told
    assert every == ["round"]


async def _invited(session: AsyncSession, request_id: object):
    for origin in await session.scalars(
        select(matching.invitations.Invitation.origin).where(matching.invitations.Invitation.request_id == request_id)
    ):
        yield origin
