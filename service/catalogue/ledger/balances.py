"""The balances of months: opened with what may be promised, moved by every promise, and never below nothing.

A balance is written in one statement that adds to what stands there once its lock is held; where there is no room nothing is
written, and the check of the table would refuse it as well. Locks are taken by product, year and month, and kept until the
transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from service.catalogue.bulk import staging
from service.catalogue.ledger.inputs import Key, first_day
from service.core import formats
from service.core.errors import Conflict
from service.core.i18n import _

NAMED_IN_REFUSAL = 3  # So many months that are short are named; more would not be read.

WISHES = "unnest(%(products)s::uuid[], %(years)s::int[], %(months)s::int[])"
OPEN = f"""
INSERT INTO catalogue_ledger_month (product_id, year, month, limit_kg)
SELECT w.product_id, w.year, w.month, n.kg
  FROM {WISHES} AS w(product_id, year, month)
 CROSS JOIN LATERAL (SELECT catalogue_ledger_limit(w.product_id, w.year, w.month) AS kg) n
 WHERE n.kg IS NOT NULL ORDER BY w.product_id, w.year, w.month ON CONFLICT DO NOTHING
"""  # noqa: S608 - only our own constants are put in.
# What is added is added to the balance as it is once the lock is held; where it does not fit, nothing is written.
MOVE = """
WITH w AS MATERIALIZED (
  SELECT * FROM unnest(%(products)s::uuid[], %(years)s::int[], %(months)s::int[], %(promised)s::numeric[],
                       %(delivered)s::numeric[]) AS w(product_id, year, month, promised, delivered)),
held AS MATERIALIZED (
  SELECT b.product_id, b.year, b.month FROM catalogue_ledger_month b JOIN w USING (product_id, year, month)
   ORDER BY b.product_id, b.year, b.month FOR NO KEY UPDATE OF b)
UPDATE catalogue_ledger_month b
   SET promised_kg = b.promised_kg + w.promised, delivered_kg = b.delivered_kg + w.delivered
  FROM held h JOIN w USING (product_id, year, month)
 WHERE b.product_id = h.product_id AND b.year = h.year AND b.month = h.month
   AND b.promised_kg + b.delivered_kg + w.promised + w.delivered <= b.limit_kg
RETURNING b.product_id, b.year * 12 + b.month - 1
"""


async def open_months(conn: staging.Connection, months: Iterable[Key]) -> None:
    """Write down what may be promised in these months, where nobody has yet; a product that has declared nothing gets none."""
    await conn.execute(OPEN, keys_of(months))


async def move(
    conn: staging.Connection,
    promised: Mapping[Key, Decimal],
    names: Mapping[UUID, str],
    made: Mapping[Key, Decimal],
    delivered: Mapping[Key, Decimal] | None = None,
) -> None:
    """Add to the balances; refuses the whole where one of them has no room."""
    moved = {key: kg for key, kg in sorted(promised.items()) if kg or delivered}
    if not moved:
        return
    more = [(delivered or {}).get(key, Decimal(0)) for key in moved]
    try:
        found = await conn.execute(MOVE, {**keys_of(moved), "promised": list(moved.values()), "delivered": more})
    except psycopg.errors.DeadlockDetected as error:  # Whoever calls has promised twice in one transaction, in another order.
        raise _lost() from error
    done = {(product_id, month) for product_id, month in await found.fetchall()}
    if len(done) < len(moved):
        short = {key: made[key] for key in moved if key not in done and key in made}
        await refuse(conn, names, short, {key: kg - moved[key] for key, kg in short.items()})
        raise _lost()


def _lost() -> Conflict:
    return Conflict(_("Hàng của tháng này vừa được hứa cho người khác. Hãy thử lại."))


async def refuse(
    conn: staging.Connection, names: Mapping[UUID, str], asked: Mapping[Key, Decimal], back: Mapping[Key, Decimal] | None = None
) -> None:
    """Say which months are short and what is free of them, `back` included; nothing is said where all is free by now."""
    found = await conn.execute(
        f"SELECT w.product_id, w.year * 12 + w.month - 1, b.limit_kg - b.promised_kg - b.delivered_kg"  # noqa: S608 - our own constants.
        f"  FROM {WISHES} AS w(product_id, year, month) LEFT JOIN catalogue_ledger_month b USING (product_id, year, month)",
        keys_of(asked),
    )
    short = []
    for product_id, month, left in sorted(await found.fetchall(), key=lambda row: row[:2]):
        kg = asked[(product_id, month)]
        free = None if left is None else left + (back or {}).get((product_id, month), Decimal(0))
        at = {"product": names[product_id], "month": formats.month(first_day(month)), "kg": formats.kg(kg)}
        if free is None:
            short.append(_("%(product)s chưa khai năng lực cho %(month)s", **at))
        elif free < kg:
            short.append(_("%(product)s trong %(month)s chỉ còn %(free)s, không đủ %(kg)s", free=formats.kg(free), **at))
    if short:
        more = _(" và %(n)s tháng nữa", n=len(short) - NAMED_IN_REFUSAL) if len(short) > NAMED_IN_REFUSAL else ""
        raise Conflict("; ".join(short[:NAMED_IN_REFUSAL]) + more + ".")


def keys_of(asked: Iterable[Key]) -> dict[str, list[Any]]:
    """Products, years and months as three lists, the way the statements take them."""
    keys = list(asked)
    return {
        "products": [product_id for product_id, _month in keys],
        "years": [month // 12 for _product, month in keys],
        "months": [month % 12 + 1 for _product, month in keys],
    }
