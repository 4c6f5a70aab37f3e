"""A small market in which lots are pooled: three cooperatives that together fill a winter's request, and one stand-in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, matching
from service.accounts import Actor, Role
from service.core import clock
from service.core.db import new_id
from service.matching import pooling
from service.matching.pooling import jobs
from tests import market
from tests.market import TODAY, acting


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(TODAY):
        yield


@dataclass
class Lot:
    """A request with its buyer and the suppliers that can fill it."""

    request: matching.SourcingRequest
    buyer: Actor
    suppliers: dict[str, Actor]
    products: dict[str, UUID]

    def name(self, code: str) -> str:
        return str(self.products[code])


async def lot(session: AsyncSession, capacity: Mapping[str, int] | None = None, *, kg: int = 1200, **asked: object) -> Lot:
    """1.2 tonnes a month from December to February; A and B have 500 kg, C has 300, D 400 at a higher price."""
    capacity = capacity or {"A": 500, "B": 500, "C": 300, "D": 400}
    suppliers, products = {}, {}
    for place, (code, free) in enumerate(capacity.items()):
        organisation = await market.supplier(session, code, min_order_kg=Decimal(50))
        await market.product(
            session, code, capacity=((2026, (Decimal(free),) * 12),), tiers=((Decimal(50), 70_000 + place * 1000),)
        )
        suppliers[code] = acting(Role.SUPPLIER, organisation)
        products[code] = (
            await session.execute(
                text(
                    "SELECT p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
                    " WHERE s.code = :code"
                ),
                {"code": code},
            )
        ).scalar_one()
    buyer = await market.buyer(session, f"Siêu thị {new_id().hex[-6:]}")
    months = tuple((day, Decimal(kg)) for day, _kg in market.WINTER)
    request = await market.request(session, by=buyer, months=months, **asked)
    # A person of the buyer's, so that the worker can see the prices that she may see.
    person = await accounts.add_person(
        session, name="Thu mua", email=f"{new_id().hex}@chophien.example", password="mật khẩu để thử"
    )
    await accounts.add_member(session, person.id, buyer.organisation_id, "owner")
    await accounts.verify_organisation(session, buyer.organisation_id, TODAY, actor=accounts.SYSTEM)
    actor = await accounts.actor_for(session, person.id, buyer.organisation_id)
    assert actor is not None
    return Lot(request, actor, suppliers, products)


async def solved(session: AsyncSession, lot: Lot, **wish: object) -> pooling.Pool:
    """A lot asked for and found, by the worker's own steps."""
    pool = await pooling.ask_pool(session, lot.buyer, lot.request.code, pooling.PoolWish(**wish))
    frozen = await pooling.take_up(session, pool.id)
    if frozen is not None:
        await pooling.record(session, pool.id, frozen, jobs.solve(frozen))
    return pool
