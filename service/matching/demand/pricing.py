"""Which bulk prices a joint order reaches, and what a kilogram comes to, as far as one reader may see prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, Numeric, SmallInteger, Text, Uuid

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.i18n import locale
from service.matching.demand import costs
from service.matching.demand.costs import Lorry, Tier
from service.matching.demand.models import JointOrder
from service.matching.demand.views import MonthCost, OrderLine, SupplierTier
from service.matching.terms import number

MOST_SHOWN = 8

# The goods of a commodity that would meet the specification, with every bulk price of theirs; those that cost least at the
# target come first. A supplier of which the reader may not see prices is only counted.
_TIERS = text(
    """
WITH goods AS MATERIALIZED (
  SELECT p.id, p.slug, p.name, p.name_en, s.id AS supplier_id, s.name AS supplier,
         s.wholesale_public OR :sees_all OR coalesce(s.organisation_id = :own, false) AS sees
    FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id AND s.state = 'published'
   WHERE p.commodity_id = :commodity AND p.state = 'published'
     AND EXISTS (SELECT 1 FROM catalogue_price_tier t WHERE t.product_id = p.id)
     AND (CAST(:stars AS smallint) IS NULL OR EXISTS (
          SELECT 1 FROM catalogue_certificate c WHERE c.product_id = p.id AND c.kind = 'OCOP' AND c.state = 'checked'
             AND c.stars >= :stars AND (c.valid_to IS NULL OR c.valid_to >= :day)))
     AND NOT EXISTS (SELECT 1 FROM unnest(CAST(:papers AS text[])) AS wanted (kind) WHERE NOT EXISTS (
          SELECT 1 FROM catalogue_certificate c
           WHERE (c.product_id = p.id OR (c.supplier_id = p.supplier_id AND c.product_id IS NULL))
             AND c.kind = wanted.kind AND c.state = 'checked' AND (c.valid_to IS NULL OR c.valid_to >= :day)))
), best AS (
  SELECT g.*, b.at_target FROM goods g
   CROSS JOIN LATERAL (SELECT min(t.price_vnd_per_kg) FILTER (WHERE t.from_kg <= :target) AS at_target,
                              min(t.price_vnd_per_kg) AS lowest
                         FROM catalogue_price_tier t WHERE t.product_id = g.id) b
   WHERE g.sees ORDER BY b.at_target NULLS LAST, b.lowest, g.id LIMIT 20
)
SELECT b.id, b.slug, b.name, b.name_en, b.supplier, t.from_kg, t.price_vnd_per_kg,
       (SELECT count(DISTINCT g.supplier_id) FROM goods g WHERE NOT g.sees) AS hidden
  FROM best b JOIN catalogue_price_tier t ON t.product_id = b.id
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, (SELECT count(DISTINCT g.supplier_id) FROM goods g WHERE NOT g.sees)
 ORDER BY 7 NULLS LAST, 2
"""
).bindparams(
    bindparam("own", type_=Uuid), bindparam("commodity", type_=Uuid), bindparam("stars", type_=SmallInteger),
    bindparam("papers", type_=ARRAY(Text)), bindparam("target", type_=Numeric), bindparam("day", type_=Date),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tiers:
    """Bulk prices for the table; those for the reckoning, whose suppliers have so much left; and how many suppliers' prices are
    not for this reader.
    """

    shown: tuple[SupplierTier, ...]
    every: tuple[Tier, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class BulkStep:
    """A quantity from which some bulk price of a commodity begins."""

    from_kg: Decimal
    lowest: int
    suppliers: int


async def tiers(session: AsyncSession, order: JointOrder, line: OrderLine, reader: Actor | None) -> Tiers:
    """The bulk prices of goods that meet the order's specification; the smallest month decides what is reached so far."""
    found = await session.execute(
        _TIERS,
        {
            "sees_all": catalogue.sees_all_wholesale(reader), "own": reader.organisation_id if reader else None,
            "commodity": order.commodity_id, "stars": order.min_stars, "papers": list(order.certificates),
            "target": order.target_kg, "day": clock.today(),
        },
    )  # fmt: skip
    rows = found.all()
    hidden = max((row.hidden for row in rows), default=0)
    priced = [row for row in rows if row.id is not None]
    now = min((line.total.get(month, Decimal(0)) for month in line.months), default=Decimal(0))
    by_product: dict[UUID, list[tuple[Decimal, int]]] = {}
    for row in priced:
        by_product.setdefault(row.id, []).append((row.from_kg, row.price_vnd_per_kg))
    free = await _weakest(session, list(by_product), line, reader)
    chosen = [
        row for row in priced if _is_best(row.from_kg, row.price_vnd_per_kg, by_product[row.id], order.target_kg, free[row.id])
    ]
    chosen.sort(key=lambda row: (row.from_kg > _most(order.target_kg, free[row.id]), row.price_vnd_per_kg, row.slug))
    chosen = chosen[:MOST_SHOWN]
    english = locale() == "en"
    shown = tuple(
        SupplierTier(
            row.slug, (row.name_en or row.name) if english else row.name, row.supplier, row.from_kg, row.price_vnd_per_kg,
            row.from_kg <= now, row.from_kg <= order.target_kg, row.from_kg <= _most(row.from_kg, free[row.id]), free[row.id],
        )
        for row in chosen
    )  # fmt: skip
    every = tuple(
        Tier(row.from_kg, row.price_vnd_per_kg, row.supplier)
        for row in priced
        if row.from_kg <= _most(row.from_kg, free[row.id])
    )
    return Tiers(shown, every, hidden)


_STEPS = text(
    """
SELECT t.from_kg, min(t.price_vnd_per_kg) AS lowest, count(DISTINCT s.id) AS suppliers
  FROM catalogue_product p
  JOIN catalogue_supplier s ON s.id = p.supplier_id AND s.state = 'published'
  JOIN catalogue_price_tier t ON t.product_id = p.id
 WHERE p.commodity_id = :commodity AND p.state = 'published' AND t.from_kg >= 50
   AND (s.wholesale_public OR :sees_all OR coalesce(s.organisation_id = :own, false))
 GROUP BY t.from_kg ORDER BY count(DISTINCT s.id) DESC, t.from_kg LIMIT 8
"""
).bindparams(bindparam("own", type_=Uuid), bindparam("commodity", type_=Uuid))


async def bulk_steps(session: AsyncSession, commodity_id: UUID, reader: Actor | None) -> list[BulkStep]:
    """From which quantities bulk prices of a commodity begin, as far as this reader may see: for a new order's form."""
    found = await session.execute(
        _STEPS,
        {
            "sees_all": catalogue.sees_all_wholesale(reader), "own": reader.organisation_id if reader else None,
            "commodity": commodity_id,
        },
    )  # fmt: skip
    return sorted((BulkStep(*row) for row in found), key=lambda step: step.from_kg)


def costs_by_month(
    line: OrderLine, every: tuple[Tier, ...], lorry: Lorry, own: Mapping[date, Decimal], most: Decimal | None
) -> tuple[MonthCost, ...]:
    """What one kilogram costs in each month, what is missing, and what the next step would save."""
    missing = line.missing
    found = []
    for month in line.months:
        kg = line.total.get(month, Decimal(0))
        own_kg = own.get(month, Decimal(0))
        found.append(
            MonthCost(
                month, kg, missing.get(month, Decimal(0)), costs.cost(kg, every, lorry),
                costs.next_step(kg, every, lorry, most), own_kg, costs.cost(own_kg, every, lorry),
            )
        )  # fmt: skip
    return tuple(found)


def _most(kg: Decimal, free: float | None) -> Decimal:
    """So many kilograms, or what a supplier could still give if that is less and it has said so."""
    return kg if free is None else min(kg, Decimal(str(free)))


def _is_best(from_kg: Decimal, price: int, tiers_of: list[tuple[Decimal, int]], target: Decimal, free: float | None) -> bool:
    """Whether this is the price that the target reaches with a product, as far as its supplier has so much left; where it
    reaches none, the product's first one.
    """
    most = _most(target, free)
    reached = [each for each in tiers_of if each[0] <= most]
    best = min(reached, key=lambda each: (each[1], each[0])) if reached else min(tiers_of)
    return best == (from_kg, price)


async def _weakest(
    session: AsyncSession, products: list[UUID], line: OrderLine, reader: Actor | None
) -> dict[UUID, float | None]:
    """What each of these products could still give in its weakest month of the order; None where nobody has said."""
    if not products:
        return {}
    offers = await catalogue.offers_named(session, products, reader=reader)
    asked = [number(month) for month in line.months]
    found: dict[UUID, float | None] = {}
    for each in products:
        free = catalogue.free_in(offers[each].capacity, asked) if each in offers else {}
        found[each] = min(free.values()) if free else None
    return found
