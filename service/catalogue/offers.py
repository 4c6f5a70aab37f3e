"""All that the catalogue says of a product as an offer: frozen rows for whoever matches products with needs or with fairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Date, SmallInteger, Text, Uuid

from service.accounts import Actor
from service.catalogue import rules
from service.catalogue.ledger.rules import free_in, spoken_for


@dataclass(frozen=True)
class OfferRow:
    """One published product with all that decides whether it fits a need. None means: nobody has said."""

    id: UUID
    slug: str
    name: str
    name_en: str | None
    supplier_id: UUID
    supplier_slug: str
    supplier_name: str
    organisation_id: UUID
    legal_form: str
    province_code: str | None
    commune_code: str | None
    verified_on: date | None
    illustrative: bool
    commodity_id: UUID | None
    category_code: str | None
    season_months: Sequence[int]
    shelf_life_days: int | None
    lead_days: int | None
    least_order_kg: float | None
    stock_kg: float | None
    stock_on: date | None
    retail_per_kg: int | None
    packs_g: Sequence[int]
    tiers_hidden: bool
    tier_from: Sequence[float]
    tier_price: Sequence[int]
    paper_kind: Sequence[str]
    paper_stars: Sequence[int | None]
    paper_from: Sequence[date | None]
    paper_to: Sequence[date | None]
    supply_month: Sequence[int]  # Year times 12 plus month less 1.
    supply_kg: Sequence[float]  # Less what the supplier keeps back.
    taken_month: Sequence[int]
    taken_kg: Sequence[float]  # Promised or delivered.
    marks: Sequence[str] = ()  # The protected names that its maker may use.

    @cached_property
    def capacity(self) -> dict[int, float]:
        """What may be promised by declared month (counted as year times 12 plus month less 1), whoever has it already."""
        return dict(zip(self.supply_month, self.supply_kg, strict=True))

    @cached_property
    def taken(self) -> dict[int, float]:
        """What is promised or delivered by month."""
        return dict(zip(self.taken_month, self.taken_kg, strict=True))

    def year_for(self, year: int) -> int | None:
        """The year whose declaration speaks for that year: its own, else the newest before it, else the oldest."""
        return spoken_for((month // 12 for month in self.supply_month), year)

    def free_in(self, months: Iterable[int]) -> dict[int, float]:
        """What is free in each of these months; empty when nothing was ever declared."""
        return free_in(self.capacity, months, self.taken)


_COLUMNS = """
SELECT p.id, p.slug, p.name, p.name_en, s.id AS supplier_id, s.slug AS supplier_slug, s.name AS supplier_name,
       s.organisation_id, s.legal_form, s.province_code, s.commune_code, s.verified_on,
       p.illustrative OR s.illustrative AS illustrative, p.commodity_id, p.category_code, p.season_months,
       p.shelf_life_days, p.lead_days, greatest(p.min_order_kg, s.min_order_kg)::float8 AS least_order_kg,
       p.stock_kg::float8 AS stock_kg, p.stock_on,
       k.retail_per_kg, coalesce(k.packs_g, '{}') AS packs_g,
       t.tier_from IS NOT NULL AND NOT sees AS tiers_hidden,
       CASE WHEN sees THEN coalesce(t.tier_from, '{}') ELSE '{}' END AS tier_from,
       CASE WHEN sees THEN coalesce(t.tier_price, '{}') ELSE '{}' END AS tier_price,
       coalesce(c.kind, '{}') AS paper_kind, coalesce(c.stars, '{}') AS paper_stars,
       coalesce(c.issued_on, '{}') AS paper_from, coalesce(c.valid_to, '{}') AS paper_to,
       coalesce(y.month, '{}') AS supply_month, coalesce(y.kg, '{}') AS supply_kg,
       coalesce(b.month, '{}') AS taken_month, coalesce(b.kg, '{}') AS taken_kg,
       ARRAY(SELECT m.slug FROM catalogue_mark_user w JOIN catalogue_mark m ON m.id = w.mark_id
              WHERE w.supplier_id = s.id AND (m.commune_codes = '{}' OR s.commune_code = ANY(m.commune_codes))) AS marks
  FROM chosen p
  JOIN catalogue_supplier s ON s.id = p.supplier_id
 CROSS JOIN LATERAL (SELECT s.wholesale_public OR :sees_all OR coalesce(s.organisation_id = :own, false) AS sees) v
  LEFT JOIN LATERAL (
       SELECT min((k.retail_price_vnd * 1000.0 / k.net_weight_g)::bigint) AS retail_per_kg,
              array_agg(k.net_weight_g ORDER BY k.position) FILTER (WHERE k.net_weight_g IS NOT NULL) AS packs_g
         FROM catalogue_pack k WHERE k.product_id = p.id) k ON true
  LEFT JOIN LATERAL (
       SELECT array_agg(t.from_kg::float8 ORDER BY t.from_kg) AS tier_from,
              array_agg(t.price_vnd_per_kg ORDER BY t.from_kg) AS tier_price
         FROM catalogue_price_tier t WHERE t.product_id = p.id) t ON true
  LEFT JOIN LATERAL (
       SELECT array_agg(c.kind ORDER BY c.id) AS kind, array_agg(c.stars ORDER BY c.id) AS stars,
              array_agg(c.issued_on ORDER BY c.id) AS issued_on, array_agg(c.valid_to ORDER BY c.id) AS valid_to
         FROM (SELECT c.* FROM catalogue_certificate c WHERE c.product_id = p.id AND c.state = 'checked'
               UNION ALL
               SELECT c.* FROM catalogue_certificate c WHERE c.supplier_id = p.supplier_id
                  AND c.product_id IS NULL AND c.state = 'checked') c
       ) c ON true
  LEFT JOIN LATERAL (
       SELECT array_agg(y.year::int * 12 + y.month - 1) AS month,
              array_agg(greatest(y.capacity_kg - p.reserve_kg, 0)::float8) AS kg
         FROM catalogue_supply y WHERE y.product_id = p.id) y ON true
  LEFT JOIN LATERAL (
       SELECT array_agg(b.year::int * 12 + b.month - 1) AS month, array_agg((b.promised_kg + b.delivered_kg)::float8) AS kg
         FROM catalogue_ledger_month b WHERE b.product_id = p.id) b ON true
"""
_PUBLISHED = (
    "p.state = 'published' AND EXISTS (SELECT 1 FROM catalogue_supplier s WHERE s.id = p.supplier_id AND s.state = 'published')"
)

_OF_SUPPLIER = text(
    f"""
WITH chosen AS MATERIALIZED (
  SELECT p.* FROM catalogue_product p
   WHERE p.state = 'published' AND p.supplier_id IN (SELECT s.id FROM catalogue_supplier s
                                WHERE s.organisation_id = :organisation AND s.state = 'published'))
{_COLUMNS}
 ORDER BY p.slug
"""  # noqa: S608 - only our own constants are put in.
).bindparams(bindparam("organisation", type_=Uuid), bindparam("own", type_=Uuid))

_NAMED = text(
    f"""
WITH chosen AS MATERIALIZED (SELECT p.* FROM catalogue_product p WHERE {_PUBLISHED} AND p.id = ANY(:ids))
{_COLUMNS}
"""  # noqa: S608 - only our own constants are put in.
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("own", type_=Uuid))

_OF_SLUG = text(
    f"""
WITH chosen AS MATERIALIZED (SELECT p.* FROM catalogue_product p WHERE {_PUBLISHED} AND p.slug = :slug)
{_COLUMNS}
"""  # noqa: S608 - only our own constants are put in.
).bindparams(bindparam("slug", type_=Text), bindparam("own", type_=Uuid))

# For a fair: what is in season, in stock or makeable around its days; the commodities that its buyers want come first.
_FOR_DAYS = text(
    f"""
WITH chosen AS MATERIALIZED (
  SELECT p.* FROM catalogue_product p
   WHERE {_PUBLISHED}
     AND (p.season_months && :months OR p.stock_kg > 0 OR p.commodity_id = ANY(:wanted))
   ORDER BY coalesce(p.commodity_id = ANY(:wanted), false) DESC, (p.stock_on >= :since AND p.stock_kg > 0) DESC NULLS LAST,
            (p.season_months && :months) DESC, p.id
   LIMIT :most)
{_COLUMNS}
"""  # noqa: S608 - only our own constants are put in.
).bindparams(
    bindparam("months", type_=ARRAY(SmallInteger)), bindparam("wanted", type_=ARRAY(Uuid)), bindparam("since", type_=Date),
    bindparam("own", type_=Uuid),
)  # fmt: skip


async def offers_named(session: AsyncSession, ids: Iterable[UUID], *, reader: Actor | None) -> dict[UUID, OfferRow]:
    """All about these products."""
    found = await session.execute(_NAMED, {**sight(reader), "ids": list(ids)})
    return {row.id: row for row in _rows(found)}


async def offers_of(session: AsyncSession, organisation_id: UUID, *, reader: Actor | None) -> tuple[OfferRow, ...]:
    """Everything that one supplier has published."""
    found = await session.execute(_OF_SUPPLIER, {**sight(reader), "organisation": organisation_id})
    return tuple(_rows(found))


async def offer_called(session: AsyncSession, slug: str, *, reader: Actor | None) -> OfferRow | None:
    """One published product."""
    rows = _rows(await session.execute(_OF_SLUG, {**sight(reader), "slug": slug.replace("\0", "")}))
    return rows[0] if rows else None


async def offers_around(
    session: AsyncSession, months: Iterable[int], wanted: Iterable[UUID], *, since: date, most: int, reader: Actor | None
) -> tuple[OfferRow, ...]:
    """Published products that could be sold in these months: in season, in stock, or of the wanted commodities."""
    found = await session.execute(
        _FOR_DAYS, {**sight(reader), "months": list(months), "wanted": list(wanted), "since": since, "most": most}
    )
    return tuple(_rows(found))


def sight(reader: Actor | None) -> dict[str, Any]:
    """Whose wholesale prices a reader may see: everyone's, or those shown to all and her own (C6)."""
    return {"sees_all": rules.sees_all_wholesale(reader), "own": reader.organisation_id if reader else None}


def _rows(found: Any) -> list[OfferRow]:
    return [OfferRow(*row) for row in found.all()]
