"""A glance at many products for one need: 20,000 are narrowed to those that could matter, in two statements.

They are the products of the same commodity, those without a commodity whose name says the same, and those of the same OCOP
sub-group that might stand in. A product that surely fails two plain limits of the need can be neither a match nor a near
miss: it is counted and left out. Nothing is judged here; the judge sits one floor up and sees the very same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue.bulk.staging import connection
from service.catalogue.offers import sight
from service.catalogue.reference.terms import CommodityTerms, commodities_in
from service.core.text import fold

MOST_STAND_INS = 100  # Products of the same sub-group but other goods, looked at for one need.


class Glance(NamedTuple):
    """As much of a product as decides whether it fits one need, and how well. None means: nobody has said."""

    id: UUID
    slug: str
    name: str
    same: bool  # It is filed under the very commodity of the need.
    commodity_id: UUID | None  # Another commodity that it is filed under.
    category_code: str | None
    mine: bool  # It belongs to the reader's own organisation.
    supplier_id: UUID
    place: str | None  # The code of its commune, else of its province.
    verified: bool
    lead_days: int | None
    least_order_kg: float | None
    papers: str  # "kind,stars,valid_to;…", see `papers_in`.
    retail_per_kg: int | None
    tiers_hidden: bool
    tier_price: int | None  # The lowest wholesale price that the largest order reaches.
    supply_from: int | None  # The first declared month.
    supply_month: Sequence[int] | None  # Empty where one whole year is declared: its months follow from the first.
    supply_kg: Sequence[float] | None  # Less what the supplier keeps back.
    taken_month: Sequence[int] | None  # From this month on.
    taken_kg: Sequence[float] | None  # Promised or delivered; nothing mostly.


@dataclass(frozen=True, slots=True)
class Need:
    """What is looked for, as far as the catalogue can narrow it."""

    today: date
    last_day: date
    largest_kg: float
    latest_days: int  # Days of preparation with which the last month can still be reached.
    commodity_id: UUID | None = None
    words: str = ""
    ceiling: int | None = None
    papers: tuple[str, ...] = ()
    min_stars: int | None = None
    unverified_too: bool = False


@dataclass(frozen=True, slots=True)
class Glances:
    """The products that could matter, how many more fail two limits or more, and how many were not looked at."""

    rows: tuple[Glance, ...]
    failed: int
    left_out: int


# One glance at many products. `chosen` brings the plain limits already judged; each further look is taken only at those that
# fail no more than allowed so far, and the limits are those of the judge or milder, never harder.
_GLANCE = """
, judged AS (
  SELECT p.id, p.slug, p.name, p.same, CASE WHEN NOT p.same THEN p.commodity_id END, p.category_code, p.mine,
         p.supplier_id, p.place, p.verified, p.lead_days,
         p.least::float8, coalesce(c.papers, ''), k.retail, t.any_tier AND NOT p.sees AS hidden,
         CASE WHEN p.sees THEN t.price END AS tier_price, y.first, y.month, y.kg, b.month AS taken_month, b.kg AS taken_kg
    FROM chosen p
    LEFT JOIN LATERAL (
         SELECT string_agg(concat_ws(',', c.kind, coalesce(c.stars, 0), c.valid_to), ';') AS papers,
                p.failed + cardinality(%(papers)s::text[])
                  - count(DISTINCT c.kind)
                    FILTER (WHERE c.kind = ANY(%(papers)s) AND coalesce(c.valid_to >= %(last_day)s, true))
                  + CASE WHEN %(min_stars)s::int IS NULL
                           OR coalesce(bool_or(c.stars >= %(min_stars)s AND coalesce(c.valid_to >= %(last_day)s, true)), false)
                         THEN 0 ELSE 1 END AS failed
           FROM (SELECT c.* FROM catalogue_certificate c WHERE c.product_id = p.id AND c.state = 'checked'
                 UNION ALL
                 SELECT c.* FROM catalogue_certificate c WHERE c.supplier_id = p.supplier_id
                    AND c.product_id IS NULL AND c.state = 'checked') c
          WHERE c.issued_on IS NULL OR c.issued_on <= %(today)s) c ON p.failed <= %(allowed)s
    LEFT JOIN LATERAL (
         SELECT min((k.retail_price_vnd * 1000.0 / k.net_weight_g)::bigint) AS retail
           FROM catalogue_pack k WHERE k.product_id = p.id) k ON c.failed <= %(allowed)s
    LEFT JOIN LATERAL (
         SELECT count(*) > 0 AS any_tier, min(t.price_vnd_per_kg) FILTER (WHERE t.from_kg <= %(largest)s) AS price
           FROM catalogue_price_tier t WHERE t.product_id = p.id) t ON c.failed <= %(allowed)s
   CROSS JOIN LATERAL (
         SELECT c.failed + CASE WHEN coalesce(CASE WHEN p.sees THEN t.price END, k.retail) > %(ceiling)s
                                     AND NOT (t.any_tier AND NOT p.sees) THEN 1 ELSE 0 END AS failed) f
    LEFT JOIN LATERAL (
         SELECT min(y.year::int * 12 + y.month - 1) AS first,
                CASE WHEN count(*) <> 12 OR min(y.year) <> max(y.year)
                     THEN array_agg(y.year::int * 12 + y.month - 1 ORDER BY y.year, y.month) END AS month,
                array_agg(CASE WHEN p.reserve = 0 THEN y.capacity_kg ELSE greatest(y.capacity_kg - p.reserve, 0) END::float8
                          ORDER BY y.year, y.month) AS kg
           FROM catalogue_supply y WHERE y.product_id = p.id) y ON f.failed <= %(allowed)s
    LEFT JOIN LATERAL (
         SELECT array_agg(b.year::int * 12 + b.month - 1) AS month, array_agg((b.promised_kg + b.delivered_kg)::float8) AS kg
           FROM catalogue_ledger_month b
          WHERE b.product_id = p.id AND (b.year, b.month) >= (%(year)s, %(month)s)) b ON f.failed <= %(allowed)s
   WHERE f.failed <= %(allowed)s)
SELECT j.*, (SELECT count(*) FROM chosen) FROM judged j
"""
_GLANCE_AT_KIN = _GLANCE.replace(
    "(SELECT count(*) FROM chosen)",
    "(SELECT count(*) FROM catalogue_product p WHERE p.state = 'published' AND p.category_code = %(category)s"
    " AND p.commodity_id IS DISTINCT FROM %(commodity)s)",
)
_LIMITS = """
SELECT p.id, p.slug, p.name, coalesce(p.commodity_id = %(commodity)s, false) AS same, p.commodity_id, p.category_code,
       p.supplier_id, p.lead_days, p.reserve_kg AS reserve, coalesce(s.organisation_id = %(own)s, false) AS mine,
       coalesce(s.commune_code, s.province_code) AS place, s.verified_on IS NOT NULL AS verified,
       greatest(p.min_order_kg, s.min_order_kg) AS least,
       s.wholesale_public OR %(sees_all)s OR coalesce(s.organisation_id = %(own)s, false) AS sees,
       CASE WHEN s.organisation_id = %(own)s THEN -99 ELSE 0 END  -- A supplier is told about its own, whatever they fail.
       + CASE WHEN s.verified_on IS NOT NULL OR %(unverified_too)s THEN 0 ELSE 1 END
       + CASE WHEN greatest(p.min_order_kg, s.min_order_kg) > %(largest)s THEN 1 ELSE 0 END
       + CASE WHEN p.lead_days > %(latest_days)s THEN 1 ELSE 0 END AS failed
  FROM catalogue_product p
  JOIN catalogue_supplier s ON s.id = p.supplier_id AND s.state = 'published'
 WHERE p.state = 'published'
"""
# The same goods: their near misses must not be lost. Those that nobody has filed under a commodity are found by their name.
_SAME_GOODS = f"""
WITH chosen AS MATERIALIZED ({_LIMITS}
     AND (p.commodity_id = ANY(%(commodities)s)
          OR (p.commodity_id IS NULL AND p.name_folded LIKE ANY(%(patterns)s)))){_GLANCE}"""
_IN_WORDS = f"""
WITH chosen AS MATERIALIZED ({_LIMITS}
     AND (p.commodity_id = ANY(%(commodities)s) OR p.name_folded LIKE ALL(%(patterns)s))){_GLANCE}"""
# Other goods of the same sub-group: they lack the commodity already, so whoever lacks anything else is out. The first of them
# in the order of their ids are looked at (ix_catalogue_product_kin_sql); the others are counted.
_STAND_INS = f"""
WITH chosen AS MATERIALIZED (
  SELECT * FROM ({_LIMITS} AND p.category_code = %(category)s AND p.commodity_id IS DISTINCT FROM %(commodity)s) p
   WHERE p.failed <= 0 ORDER BY p.id LIMIT {MOST_STAND_INS}){_GLANCE_AT_KIN}
"""  # noqa: S608 - only our own constants are put in.


async def glances(session: AsyncSession, need: Need, terms: Sequence[CommodityTerms], *, reader: Actor | None) -> Glances:
    """Everything published that could matter for the need; wholesale prices only where this reader may see them."""
    goods = next((each for each in terms if each.id == need.commodity_id), None)
    spoken = (goods,) if goods else commodities_in(terms, need.words)
    if goods is not None:
        patterns = [f"% {fold(term)} %" for term in goods.proper_terms]
    else:
        patterns = [f"% {word} %" for word in fold(need.words).split()]
    limits = {
        **sight(reader),
        "today": need.today,
        "year": need.today.year,
        "month": need.today.month,
        "last_day": need.last_day,
        "largest": need.largest_kg,
        "latest_days": need.latest_days,
        "ceiling": need.ceiling,
        "papers": list(need.papers),
        "min_stars": need.min_stars,
        "unverified_too": need.unverified_too,
        "commodity": goods.id if goods else None,
    }
    conn = await connection(session)
    found = await conn.execute(
        _IN_WORDS if goods is None else _SAME_GOODS,
        {**limits, "allowed": 1, "commodities": [each.id for each in spoken], "patterns": patterns},
        binary=True,
    )
    same = await found.fetchall()
    kin: list[Any] = []
    if goods is not None and goods.category_code is not None:
        asked = {**limits, "allowed": 0, "category": goods.category_code}
        kin = await (await conn.execute(_STAND_INS, asked, binary=True)).fetchall()
    there = {row[0] for row in same}
    rows = [Glance._make(row[:-1]) for row in same]
    rows.extend(Glance._make(row[:-1]) for row in kin if row[0] not in there)
    return Glances(
        tuple(rows),
        failed=same[0][-1] - len(same) if same else 0,
        left_out=kin[0][-1] - len(kin) if kin else 0,
    )
