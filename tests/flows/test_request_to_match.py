"""From need to match: a buyer posts, a supplier sees it, the ranking says who fits, the buyer takes the smallest change."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
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


async def test_a_near_miss_becomes_a_match_when_the_buyer_raises_the_ceiling(
    signed_in: SignedIn,  # noqa: F811 - the fixture.
    client: httpx.AsyncClient,  # noqa: F811 - the fixture.
    session: AsyncSession,
) -> None:
    dear = await market.supplier(session, "DEAR")
    await market.product(session, "DEAR", tiers=((100, 93_000),))
    await market.supplier(session, "FAIR")
    await market.product(session, "FAIR")
    await session.commit()
    buyer, supplier = await signed_in("buyer"), await signed_in(organisation_id=dear)

    # The buyer writes as people write, and lands on the ranking.
    need = {
        "commodity": "mien-dong", "kg_12": "5 tạ", "kg_01": "500", "kg_02": "0,5 tấn", "ceiling_vnd_per_kg": "90k",
        "min_stars": "3",
        "certificates": ["ATTP"], "delivery_province_code": "01", "visibility": "public", "save": "open",
    }  # fmt: skip
    address = (await buyer.post("/tim-hang/moi", data=need)).headers["location"]
    page = plain((await buyer.get(address)).text)
    assert "1 nguồn phù hợp, 1 nguồn suýt phù hợp" in page
    assert "cao hơn trần 3.000 đ/kg" in page

    # The supplier finds it on its desk, sees why not, and by how little.
    desk = plain((await supplier.get("/ban-hang/yeu-cau")).text)
    assert address in desk
    assert "nâng trần giá 3.000 đ/kg" in desk
    own = plain((await supplier.get(address)).text)
    assert "vì sao chưa phù hợp" in own
    assert "/sua?" not in own

    # The buyer follows the change, looks at the filled form, and saves it.
    change = re.search(r'href="(/tim-hang/[^"]+/sua\?ceiling_vnd_per_kg=93000)"', page)
    assert change is not None
    form = await buyer.get(change[1])
    version = re.search(r'name="version" value="(\d+)"', form.text)
    assert version is not None
    saved = await buyer.post(f"{address}/sua", data={**need, "ceiling_vnd_per_kg": "93000", "version": version[1]})
    assert saved.headers["location"] == address

    # Now it fits, for everybody: on the page, on the supplier's desk, in the JSON.
    assert "2 nguồn phù hợp, 0 nguồn suýt phù hợp" in plain((await client.get(address)).text)
    assert "hạng 2 trong 2 nguồn phù hợp" in plain((await supplier.get(address)).text)
    matches = (await client.get(f"/api/v1/requests/{address.rsplit('/', 1)[1]}/matches")).json()
    assert [each["supplier"]["name"] for each in matches["items"]] == ["HTX FAIR", "HTX DEAR"]
    assert matches["near"] == []
