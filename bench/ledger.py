"""What a promise costs: 200 buyers who want one month at once, and many who want different months.

    python bench/ledger.py [--contenders 200] [--connections 8] [--products 2000] [--spread 2000]

Each acceptance is a transaction of its own through the very face that an award uses: the product held, the promise with its
source and reason, the fact in the journal, the balance. In the hot month half of the contenders find room; nobody may find more.
A time is counted from the moment an acceptance has its connection to the moment it is kept or refused. Human lines, then ONE JSON
object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import text

from bench import ground
from service import catalogue
from service.accounts import SYSTEM
from service.catalogue import ProductRow, SupplierRow, ledger
from service.core import clock
from service.core.db import Database, new_id
from service.core.errors import Conflict

NAME = "chophien_bench_ledger"
ROUNDS = 5
EACH = Decimal(10)
A_SUPPLIER = 40  # Products to one supplier.


async def stock(database: Database, products: int, yields: Decimal) -> list[UUID]:
    """Fill the market; every month of every product yields the same."""
    suppliers = [SupplierRow(code=f"B{n}", name=f"HTX Thử {n}", illustrative=True) for n in range(products // A_SUPPLIER + 1)]
    rows = [
        ProductRow(
            supplier_code=f"B{n // A_SUPPLIER}", code=f"SP{n}", name=f"Hàng thử {n}", illustrative=True,
            capacity=((clock.today().year, (yields,) * 12),),
        )
        for n in range(products)
    ]  # fmt: skip
    async with database.transaction() as session:
        await catalogue.put_suppliers(session, SYSTEM, suppliers)
        await catalogue.put_products(session, SYSTEM, rows)
    async with database.transaction() as session:
        return list(await session.scalars(text("SELECT id FROM catalogue_product ORDER BY id")))


async def accept(database: Database, product: UUID, month: date, number: int) -> tuple[bool, float]:
    """One acceptance: whether it was kept, and how long it took."""
    source = ledger.Source("award", new_id(), f"YC-{number} · Siêu thị Thử")
    begun = time.perf_counter()
    try:
        async with database.transaction() as session:
            begun = time.perf_counter()
            await ledger.promise(session, SYSTEM, [ledger.Wish(product, month, EACH)], source=source, reason="Chọn báo giá")
    except Conflict:
        return False, time.perf_counter() - begun
    return True, time.perf_counter() - begun


async def at_once(
    database: Database, wishes: list[tuple[UUID, date]], connections: int
) -> tuple[list[tuple[bool, float]], float]:
    """All of them, as many at a time as there are connections; with the time that all took together."""
    turn = asyncio.Semaphore(connections)

    async def one(number: int, product: UUID, month: date) -> tuple[bool, float]:
        async with turn:
            return await accept(database, product, month, number)

    begun = time.perf_counter()
    done = await asyncio.gather(*(one(n, product, month) for n, (product, month) in enumerate(wishes)))
    return list(done), time.perf_counter() - begun


def spread(times: list[float]) -> tuple[float, float]:
    """p50 and p95 in milliseconds."""
    ordered = sorted(times)
    return tuple(round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2) for share in (0.5, 0.95))


async def measure(url: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """The figures."""
    async with ground.database(url) as made:
        products = await stock(made, chosen.products, EACH * chosen.contenders / 2)
        await made.close()
    database = Database(url, pool_size=chosen.connections)
    this_month = clock.today().replace(day=1)
    months = [clock.add_months(this_month, ahead) for ahead in range(12)]
    await at_once(
        database, [(products[-1], months[n % 12]) for n in range(60)], chosen.connections
    )  # Warm connections and plans.
    kept, times, walls = 0, [], []
    for month in months[:ROUNDS]:
        done, wall = await at_once(database, [(products[0], month)] * chosen.contenders, chosen.connections)
        kept += sum(good for good, _time in done)
        times.extend(took for good, took in done if good)
        walls.append(wall / chosen.contenders * 1000)
    p50, p95 = spread(times)
    alone, _wall = await at_once(database, [(products[1], months[n % 12]) for n in range(100)], 1)
    alone_p50, _alone_p95 = spread([took for _good, took in alone])
    wishes = [(products[2 + n % (len(products) - 2)], months[n % 12]) for n in range(chosen.spread)]
    done, wall = await at_once(database, wishes, chosen.connections)
    spread_p50, spread_p95 = spread([took for _good, took in done])
    async with database.transaction() as session:
        oversold = await session.scalar(text(
            "SELECT count(*) FROM catalogue_ledger_month b WHERE b.promised_kg + b.delivered_kg > b.limit_kg OR b.promised_kg <>"
            " (SELECT sum(m.kg - m.released_kg - m.consumed_kg) FROM catalogue_promise m"
            "   WHERE (m.product_id, m.year, m.month) = (b.product_id, b.year, b.month))"
        ))  # fmt: skip
        full = await session.scalar(
            text("SELECT count(*) FROM catalogue_ledger_month WHERE product_id = :id AND promised_kg = limit_kg"),
            {"id": products[0]},
        )
    await database.close()
    if kept != chosen.contenders // 2 * ROUNDS or full != ROUNDS:
        raise SystemExit(f"the hot months were not filled exactly: {kept} kept, {full} full")
    print(f"one month, {chosen.contenders} at once on {chosen.connections} connections: p50 {p50} ms, p95 {p95} ms for those kept;"
          f" {sum(walls) / len(walls):.2f} ms of the wall clock each")  # fmt: skip
    print(f"one after another: p50 {alone_p50} ms")
    print(f"{len(wishes)} different months: {len(wishes) / wall:,.0f} a second, p50 {spread_p50} ms, p95 {spread_p95} ms")
    return {
        "hot_ms_p50": p50, "hot_ms_p95": p95, "hot_ms_each": round(sum(walls) / len(walls), 2), "alone_ms_p50": alone_p50,
        "spread_per_s": round(len(wishes) / wall), "spread_ms_p50": spread_p50, "spread_ms_p95": spread_p95,
        "contenders": chosen.contenders, "connections": chosen.connections, "oversold": oversold,
    }  # fmt: skip


def main() -> None:
    """Make the market, measure, tidy up."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--contenders", type=int, default=200)
    asked.add_argument("--connections", type=int, default=8)
    asked.add_argument("--products", type=int, default=2000)
    asked.add_argument("--spread", type=int, default=2000)
    chosen = asked.parse_args()
    try:
        print(json.dumps(asyncio.run(measure(ground.fresh(NAME), chosen))))
    finally:
        ground.drop(NAME)


if __name__ == "__main__":
    main()
