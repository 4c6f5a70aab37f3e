"""The capacity ledger on pages and for programs: what is free for everybody, to whom the rest goes for those who may know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, catalogue
from service.core.db import new_id
from tests import market

if TYPE_CHECKING:
    from tests.web.conftest import SignedIn

SYSTEM = accounts.SYSTEM
LABEL = "YC-7K2M9 · Siêu thị Phố Chàm"


@dataclass(frozen=True)
class Own:
    """A signed-in supplier with a product of 500 kg a month, of which 300 kg of this December are promised."""

    browser: httpx.AsyncClient
    slug: str
    id: UUID

    @property
    def base(self) -> str:
        """Its product on the desk."""
        return f"/ban-hang/san-pham/{self.slug}"


async def promise(session: AsyncSession, product: UUID, kg: int, label: str = LABEL) -> None:
    month = date(2026, 12, 1)
    await catalogue.ledger.promise(
        session, SYSTEM, [catalogue.ledger.Wish(product, month, Decimal(kg))],
        source=catalogue.ledger.Source("award", new_id(), label), reason="Được chọn ở YC-7K2M9",
    )  # fmt: skip


@pytest.fixture
async def own(signed_in: SignedIn, session: AsyncSession) -> Own:
    organisation_id = await market.supplier(session)
    browser = await signed_in("supplier", organisation_id=organisation_id)
    slug = await market.product(session)
    found = await session.scalar(text("SELECT id FROM catalogue_product WHERE slug = :slug"), {"slug": slug})
    assert isinstance(found, UUID)
    await promise(session, found, 300)
    return Own(browser, slug, found)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def test_the_desk_shows_months_and_to_whom_they_are_promised(own: Own) -> None:
    page = (await own.browser.get("/ban-hang/nang-luc")).text
    assert LABEL in page
    assert "2026: đúng mùa; năng lực 500\u00a0kg; đã hứa 300\u00a0kg; còn trống 200\u00a0kg" in page
    assert 'href="/ban-hang/nang-luc"' in (await own.browser.get("/ban-hang")).text
    assert f"/ban-hang/nang-luc#sp-{own.slug}" in (await own.browser.get(own.base)).text
    assert LABEL in (await own.browser.get(f"{own.base}/lich-su")).text


async def test_everybody_sees_what_is_free_and_nobody_else_to_whom_it_goes(own: Own, client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/san-pham/{own.slug}")).text
    assert "còn trống 200\u00a0kg" in page
    assert "Phố Chàm" not in page
    told = (await client.get(f"/api/v1/products/{own.slug}/supply")).json()
    december = next(month for month in told["months"] if (month["year"], month["month"]) == (2026, 12))
    assert (december["capacity_kg"], december["promised_kg"], december["free_kg"]) == (500, 300, 200)
    assert (told["promises"], told["reserve_kg"]) == (None, None)
    shown = (await client.get(f"/api/v1/products/{own.slug}")).json()
    assert next(month["free_kg"] for month in shown["months"] if month["month"] == 12) == 200
    mine = (await own.browser.get("/api/v1/supplies")).json()
    assert [(each["label"], each["kg"], each["owed_kg"]) for each in mine["items"][0]["promises"]] == [(LABEL, 300, 300)]


async def test_a_month_below_its_promises_is_refused_with_the_promises_and_what_was_typed(own: Own) -> None:
    form = (await own.browser.get(f"{own.base}/nang-luc")).text
    typed = {f"capacity_{month:02d}": "250" for month in range(1, 13)}
    answer = await own.browser.post(f"{own.base}/nang-luc", data={**typed, "year": "2026", "version": version(form)})
    assert answer.status_code == 422
    assert f"T12/2026 cần ít nhất 300\u00a0kg vì đã hứa: 300\u00a0kg cho {LABEL}." in answer.text
    assert "T12/2026: ít nhất 300\u00a0kg." in answer.text
    assert answer.text.count('value="250"') == 12
    again = await own.browser.post(
        f"{own.base}/nang-luc", data={**typed, "capacity_12": "300", "year": "2026", "version": version(answer.text)}
    )
    assert again.status_code == 303


async def test_what_is_kept_back_is_shown_changed_and_refused(own: Own, client: httpx.AsyncClient) -> None:
    form = (await own.browser.get(f"{own.base}/nang-luc")).text
    for typed, status in (("2 tạ", 303), ("201", 409), ("1e400", 422), ("\x00", 409), ("abc", 422)):
        answer = await own.browser.post(f"{own.base}/giu-lai", data={"reserve_kg": typed, "version": version(form)})
        assert answer.status_code == status, typed
    form = (await own.browser.get(f"{own.base}/nang-luc")).text
    refused = await own.browser.post(f"{own.base}/giu-lai", data={"reserve_kg": "201", "version": version(form)})
    assert refused.status_code == 422
    assert "T12/2026 cần ít nhất 501\u00a0kg" in refused.text
    assert 'value="201"' in refused.text
    told = (await client.get(f"/api/v1/products/{own.slug}/supply")).json()
    assert [month["free_kg"] for month in told["months"] if month["month"] in (12, 1)] == [0, 300]


async def test_programs_declare_and_keep_back(own: Own) -> None:
    address = f"/api/v1/products/{own.slug}"
    now = (await own.browser.get(f"{address}/supply")).json()["version"]
    declared: dict[str, Any] = {"year": 2026, "version": now} | {f"capacity_{month:02d}": 100 for month in range(1, 13)}
    refused = await own.browser.put(f"{address}/supply", json=declared)
    assert refused.status_code == 422
    assert "T12/2026" in refused.text
    kept = await own.browser.put(f"{address}/supply", json={**declared, "capacity_12": 400})
    assert kept.status_code == 200, kept.text
    assert [month["free_kg"] for month in kept.json()["months"] if month["month"] in (12, 1)] == [100, 100]
    stale = await own.browser.put(f"{address}/reserve", json={"reserve_kg": 10, "version": now})
    assert stale.status_code == 409
    done = await own.browser.put(f"{address}/reserve", json={"reserve_kg": 10, "version": kept.json()["version"]})
    assert (done.status_code, done.json()["reserve_kg"]) == (200, 10)


@pytest.mark.parametrize(
    "address", ["/ban-hang/nang-luc?cursor=x", "/ban-hang/nang-luc?cursor=%00", "/api/v1/supplies?cursor=W10"]
)
async def test_a_bad_place_in_the_list_is_no_accident(own: Own, address: str) -> None:
    assert (await own.browser.get(address)).status_code == 422


@pytest.mark.parametrize("slug", ["khong-co", "a%00b", "%F0%9F%8D%8A", "x" * 3000])
async def test_strange_products_are_not_there(own: Own, client: httpx.AsyncClient, slug: str) -> None:
    nothing = 400 if "%00" in slug else 404
    assert (await client.get(f"/api/v1/products/{slug}/supply")).status_code == nothing
    for part in ("nang-luc", "giu-lai"):
        answer = await own.browser.post(
            f"/ban-hang/san-pham/{slug}/{part}", data={"year": "2026", "reserve_kg": "1", "version": "1"}
        )
        assert answer.status_code == nothing


class Counting:
    """A reader that counts its statements."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.statements = raw, 0

    async def execute(self, *arguments: Any, **named: Any) -> Any:
        self.statements += 1
        return await self.raw.execute(*arguments, **named)


async def test_a_long_list_goes_on_and_costs_no_more_for_more_products(own: Own, session: AsyncSession) -> None:
    owner = market.acting(accounts.Role.SUPPLIER, await _owner(session, own.id))
    asked = []
    for count in (0, 2, 25):
        rows = [
            catalogue.ProductRow("HTX1", f"N{n:02d}", f"Hàng {n:02d}", capacity=((2026, (Decimal(10),) * 12),))
            for n in range(count)
        ]
        await catalogue.put_products(session, SYSTEM, rows)
        reader = Counting((await (await session.connection()).get_raw_connection()).driver_connection)
        await catalogue.ledger.own_supplies(reader, owner)  # type: ignore[arg-type] # It counts and hands on.
        asked.append(reader.statements)
    assert asked == [2, 2, 2]
    first = (await own.browser.get("/api/v1/supplies")).json()
    rest = (await own.browser.get("/api/v1/supplies", params={"cursor": first["next"]})).json()
    names = [each["name"] for each in (*first["items"], *rest["items"])]
    assert len(names) == len(set(names)) == 26
    assert rest["next"] is None
    assert "Trang sau" in (await own.browser.get("/ban-hang/nang-luc")).text


async def _owner(session: AsyncSession, product: UUID) -> UUID:
    found = await session.scalar(
        text(
            "SELECT s.organisation_id FROM catalogue_product p"
            " JOIN catalogue_supplier s ON s.id = p.supplier_id WHERE p.id = :id"
        ),
        {"id": product},
    )
    assert isinstance(found, UUID)
    return found
