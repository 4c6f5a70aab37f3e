"""A sheet may not leave less of a month than is promised (M15): it is refused as a whole, naming the promises."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from service.catalogue.bulk import staging
from service.catalogue.ledger.declaring import refuse_below


async def keep_promises(conn: staging.Connection) -> None:
    """Look at the staged capacities that differ from what is stored."""
    found = await conn.execute(
        "SELECT s.product_id, s.year * 12 + s.month - 1, s.capacity_kg FROM said_supply s"
        "  LEFT JOIN catalogue_supply k USING (product_id, year, month) WHERE k.capacity_kg IS DISTINCT FROM s.capacity_kg"
    )
    wished: dict[UUID, dict[int, Decimal | None]] = {}
    for product_id, month, kg in await found.fetchall():
        wished.setdefault(product_id, {})[month] = kg
    if wished:
        await refuse_below(conn, wished)
