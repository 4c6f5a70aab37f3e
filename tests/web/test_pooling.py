"""Odd input at the doors of pooled lots is told apart from faults, and programs get what the pages show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import clock
from service.core.db import Database
from service.matching.pooling import jobs
from service.matching.pooling.events import PoolAsked
from tests import market
from tests.market import TODAY
from tests.web.conftest import SignedIn


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


async def test_programs_ask_read_and_set_by_hand(session: AsyncSession, signed_in: SignedIn, database: Database) -> None:
    await market.supplier(session)
    await market.product(session)
    own = await market.buyer(session)
    await accounts.verify_organisation(session, own.organisation_id, TODAY, actor=accounts.SYSTEM)
    request = await market.request(session, by=own)
    await session.commit()
    buyer = await signed_in(organisation_id=own.organisation_id)
    base = f"/api/v1/requests/{request.code}/pools"
    asked = (await buyer.post(base, json={"most_suppliers": 3})).json()
    assert asked["state"] == "asked"
    await jobs.answer(database, PoolAsked(asked["id"], request.id))
    found = (await buyer.get(f"/api/v1/pools/{asked['id']}")).json()
    assert (found["state"], found["plan"]["covered_kg"], found["plan"]["status"]) == ("found", 1500, "optimal")
    (part,) = found["plan"]["parts"]
    assert part["kg"] == [500, 500, 500]
    hand = {"shares": [{"product_id": part["product_id"], "kg": [501, 20, 0]}]}
    broken = await buyer.post(f"/api/v1/pools/{asked['id']}/by-hand", json=hand)
    assert broken.status_code == 422
    assert set(broken.json()["errors"]) == {f"{part['product_id']}.0", f"{part['product_id']}.1", "plan.0"}
    hand["shares"][0]["kg"] = [400, 0, 0]
    kept = await buyer.post(f"/api/v1/pools/{asked['id']}/by-hand", json=hand)
    assert kept.status_code == 201
    assert kept.json()["plan"]["by_hand"]
    assert [each["by_hand"] for each in (await buyer.get(base)).json()["items"]] == [True, False]
    for body in (
        {"most_suppliers": 10**400}, {"most_suppliers": 0}, {"gather_at": "99999"}, {"pinned": {"x": [1]}},
        {"pinned": {str(uuid4()): [10**30]}}, {"ceiling_vnd_per_kg": -1}, {"min_stars": 9}, {"without": ["\x00" * 30]},
        {"required": [part["product_id"]], "excluded": [part["product_id"]]}, {"nobody": 1},
    ):  # fmt: skip
        answer = await buyer.post(base, json=body)
        assert answer.status_code == 422, (body, answer.text)


async def test_odd_forms_come_back_with_what_was_typed(session: AsyncSession, signed_in: SignedIn, database: Database) -> None:
    await market.supplier(session)
    await market.product(session)
    own = await market.buyer(session)
    request, other = await market.request(session, by=own), await market.request(session, by=own)
    await session.commit()
    buyer = await signed_in(organisation_id=own.organisation_id)
    base = f"/tim-hang/{request.code}/lo-ghep"
    for typed in (
        {"most_suppliers": "nhiều"}, {"least_share_kg": "1" + "0" * 400}, {"ceiling_vnd_per_kg": "\x00"},
        {"gather_at": "Hà Nội"}, {"least_share_kg": "1,5"}, {"min_stars": "ba"},
    ):  # fmt: skip
        answer = await buyer.post(base, data=typed)
        assert answer.status_code in (303, 422), typed
    address = (await buyer.post(base, data={"most_suppliers": "3"})).headers["location"]
    await jobs.answer(database, PoolAsked(address.rsplit("/", 1)[1], request.id))
    assert (await buyer.get(f"{base}/khong-phai-ma")).status_code in (404, 422)
    assert (await buyer.get(f"{base}/{uuid4()}")).status_code == 404
    assert (await buyer.get(address.replace(request.code, other.code))).status_code == 404
    hand = await buyer.post(f"{address}/tay", data={"name": ["x", str(uuid4())], "do": "keep", "add": "y"})
    assert hand.status_code == 422
    name = str(uuid4())
    boxes = {f"kg_{name}_0": "1e400", f"kg_{name}_1": "-5"}
    odd = await buyer.post(f"{address}/tay", data={"name": name, **boxes, "do": "judge"})
    assert odd.status_code == 200
    assert odd.text.count("Số kg chia phần là số nguyên") >= 1
    for act in ("gui", "chot", "giai-tan", "lai"):
        answer = await buyer.post(f"{address}/{act}", data={"version": "9" * 60, "answer_by": "\x00", "most_suppliers": "-4"})
        assert answer.status_code in (403, 409, 422), act


async def test_the_tabs_of_a_request_count_the_same_on_every_page(
    session: AsyncSession, signed_in: SignedIn, database: Database
) -> None:
    await market.supplier(session)
    await market.product(session)
    own = await market.buyer(session)
    await accounts.verify_organisation(session, own.organisation_id, TODAY, actor=accounts.SYSTEM)
    request = await market.request(session, by=own)
    await session.commit()
    buyer = await signed_in(organisation_id=own.organisation_id)
    base = f"/tim-hang/{request.code}"
    asked = [await buyer.post(f"{base}/lo-ghep", data={"most_suppliers": most}) for most in ("3", "4")]
    found = [each.headers["location"] for each in asked]
    await jobs.answer(database, PoolAsked(UUID(found[-1].rpartition("/")[2]), request.id))
    for address in (
        base,
        *(f"{base}/{each}" for each in ("loi-moi", "bao-gia", "lo-ghep", "thay-doi")),
        *found,
        f"{found[-1]}/tay",
    ):
        page = await buyer.get(address)
        assert page.status_code == 200, address
        tabs = re.search(r'<nav class="tabs.*?</nav>', page.text, re.DOTALL)
        assert tabs is not None, address
        counts = {name: int(number) for name, number in re.findall(r"/([a-z-]+)\"[^>]*>[^<]+ <b>(\d+)</b>", tabs[0])}
        assert counts == {"loi-moi": 0, "bao-gia": 0, "lo-ghep": 2, "thay-doi": counts["thay-doi"]}, address
