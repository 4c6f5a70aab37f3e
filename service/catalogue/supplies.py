"""What a product can yield, month by month and year by year (C10), what of it is kept back, and what lies in store today (C12).

Nothing of this may go below what is promised (ledger/): whoever declares holds the product, and nobody promises meanwhile.
"""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, products
from service.catalogue.bulk import staging
from service.catalogue.inputs import CapacityInput, ReserveInput, StockInput
from service.catalogue.ledger import events as ledger_events
from service.catalogue.ledger.declaring import refuse_below
from service.catalogue.models import Supply
from service.core import clock
from service.core.events import announce


async def declare_capacity(
    session: AsyncSession, actor: Actor, product_id: UUID, version: int, capacity: CapacityInput
) -> None:
    """Say what a product can yield in the months of a year; an empty month is not declared any more."""
    product = await products.locked(session, actor, product_id, version)
    found = await session.execute(
        select(Supply.month, Supply.capacity_kg).where(Supply.product_id == product_id, Supply.year == capacity.year)
    )
    old = {month: kg for month, kg in found.all()}  # noqa: C416 - a Row is a tuple, and dict() wants pairs that mypy knows.
    new = {month: kg for month, kg in capacity.months.items() if kg is not None}
    if old == new:
        return
    gone = [month for month in old if month not in new]
    conn = await staging.connection(session)
    wished = {capacity.year * 12 + month - 1: kg for month, kg in capacity.months.items()}
    await refuse_below(conn, {product_id: wished})
    rows = [
        {"product_id": product_id, "year": capacity.year, "month": month, "capacity_kg": kg}
        for month, kg in new.items()
        if old.get(month) != kg
    ]
    if rows:
        fresh = insert(Supply).values(rows)
        await session.execute(
            fresh.on_conflict_do_update(
                index_elements=["product_id", "year", "month"], set_={"capacity_kg": fresh.excluded.capacity_kg}
            )
        )
    if gone:  # Last: the balances follow every statement, and in between the year must not look undeclared.
        await session.execute(
            delete(Supply).where(Supply.product_id == product_id, Supply.year == capacity.year, Supply.month.in_(gone))
        )
    await products.moved(session, product)
    await announce(session, events.CapacityDeclared(product_id, capacity.year), actor=actor, old=_named(old), new=_named(new))


def _named(months: dict[int, Decimal]) -> dict[str, Decimal]:
    return {str(month): kg for month, kg in months.items()}


async def keep_back(session: AsyncSession, actor: Actor, product_id: UUID, version: int, what: ReserveInput) -> None:
    """Say how much of every month the supplier keeps for itself; it is not free for anybody, and nothing of it is promised."""
    product = await products.locked(session, actor, product_id, version)
    old, new = product.reserve_kg, what.reserve_kg or Decimal(0)
    if old == new:
        return
    await refuse_below(await staging.connection(session), {product_id: {}}, reserve=new)
    product.reserve_kg = new
    await session.flush()
    fact = ledger_events.ReserveChanged(product_id)
    await announce(session, fact, actor=actor, old={"reserve_kg": old}, new={"reserve_kg": new})


async def count_stock(session: AsyncSession, actor: Actor, product_id: UUID, version: int, stock: StockInput) -> None:
    """Say what lies in store, as counted on a day (today when none is said)."""
    product = await products.locked(session, actor, product_id, version)
    on = (stock.stock_on or clock.today()) if stock.stock_kg is not None else None
    if (product.stock_kg, product.stock_on) == (stock.stock_kg, on):
        return
    old = {"stock_kg": product.stock_kg, "stock_on": product.stock_on}
    product.stock_kg, product.stock_on = stock.stock_kg, on
    await session.flush()
    new = {"stock_kg": stock.stock_kg, "stock_on": on}
    await announce(session, events.StockCounted(product_id), actor=actor, old=old, new=new)
