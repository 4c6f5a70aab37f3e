"""Three distributors put a lorry together: one opens, two come by her link, one changes her mind, all confirm, one request."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service import matching
from service.core import clock
from service.core.db import Database
from service.matching.demand import tasks as joint_tasks
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


async def test_three_buyers_fill_a_lorry_and_become_one_request(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    client: httpx.AsyncClient,  # noqa: F811 - the fixture.
    session: AsyncSession,
    database: Database,
) -> None:
    await market.supplier(session)
    await market.product(session, tiers=((100, 80_000), (1000, 74_000)), capacity=((2026, (1500,) * 12),))
    buyers = [await market.buyer(session, name) for name in ("Siêu thị Một", "Siêu thị Hai", "Siêu thị Ba")]
    await session.commit()
    one, two, three = [await signed_in(organisation_id=each.organisation_id) for each in buyers]

    # One opens: a tonne a month, not listed, so that only whom she invites will see it.
    form = {
        "commodity": "mien-dong", "target_kind": "lorry", "target_kg": "1 tấn", "kg_12": "400", "kg_01": "4 tạ",
        "delivery_province_code": "01", "join_by": "30/11/2026", "confirm_days": "3", "consent": "true", "name_shown": "true",
    }  # fmt: skip
    address = (await one.post("/gom-don/moi", data=form)).headers["location"]
    page = plain((await one.get(address)).text)
    link = re.search(r'href="(/gom-don/[^"]+\?moi=[^"]+)"', page)
    assert link
    assert "thêm 600 kg: giá 74.000 đ/kg" in page
    assert (await client.get(address)).status_code == 404

    # Two others come by the link. What the second does not say, nobody reads.
    invited = plain((await two.get(link[1])).text)
    assert "1 nhà phân phối, 800 kg trên 2 tấn" in invited
    assert "Siêu thị Một" not in invited
    moi = link[1].partition("moi=")[2]
    part = {"kg_12": "300", "kg_01": "300", "consent": "true", "invite": moi}
    assert (await two.post(f"{address}/tham-gia", data=part)).headers["location"] == address
    assert "Siêu thị Một" in (await two.get(address)).text
    assert "Siêu thị Hai" not in (await one.get(address)).text
    refused = await three.post(f"{address}/tham-gia", data={**part, "kg_12": "301"})
    assert "T12/2026 chỉ còn chỗ cho 300 kg" in plain(refused.text)
    await three.post(f"{address}/tham-gia", data=part)

    # It is full: everybody is asked. The third says no, so the first two are asked again about a smaller order.
    assert "Tổ chức bạn có lấy đúng số kg này không?" in (await one.get(address)).text
    assert (await two.post(f"{address}/roi")).status_code == 409
    for browser, agree in ((one, "true"), (two, "true"), (three, "false")):
        assert (await browser.post(f"{address}/xac-nhan", data={"agree": agree, "round": "1"})).status_code == 303
    again = plain((await two.get(address)).text)
    assert "số liệu nhỏ hơn lần trước" in again
    assert "2 nhà phân phối, 1,4 tấn trên 2 tấn" in again
    assert (await one.post(f"{address}/xac-nhan", data={"agree": "true", "round": "2"})).status_code == 303
    # The clock comes by on a day that is not over yet, and nothing happens.
    async with database.transaction() as own:
        await joint_tasks.settle_due_orders(own)
    assert (await two.post(f"{address}/xac-nhan", data={"agree": "true", "round": "2"})).status_code == 303
    page = (await one.get(address)).text
    assert "Đăng một yêu cầu chung" in page
    version = re.search(rf'action="{address}/dang".*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version
    posting = {"version": version[1], "ceiling_vnd_per_kg": "85k", "deadline": "20/12/2026", "visibility": "anonymous"}
    posted = (await one.post(f"{address}/dang", data=posting)).headers["location"]

    # A stranger reads one request for the sum, and nobody's name; a supplier finds it as any other.
    seen = plain((await client.get(posted)).text)
    assert "1,4 tấn" in seen
    assert "Đơn gom" in seen
    assert "Siêu thị" not in seen
    assert posted.rsplit("/", 1)[1] in (await two.get(address)).text
    async with database.transaction() as own:
        ranked = await matching.ranked(own, posted.rsplit("/", 1)[1])
        assert ranked.request.total == 1400
    assert "đã thành yêu cầu tìm hàng" in (await two.get(address)).text
