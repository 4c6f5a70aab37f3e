"""What a clearing is made of, read at one moment: the requests of a round, the products brought to it, and a name of both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import SYSTEM
from service.catalogue import CommodityTerms, OfferRow
from service.matching.queries import ANSWERABLE, Stored
from service.matching.record import Record
from service.matching.records import records_of
from service.matching.rounds.scoring import Asked
from service.matching.terms import number

# What is still open of every month: what has been awarded is not shared out once more, nor what is less than a kilogram.
_OPEN = """
SELECT m.request_id, m.year, m.month, m.kg - t.kg AS kg
  FROM matching_request_month m
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(l.kg), 0) AS kg FROM matching_award a JOIN matching_award_line l ON l.award_id = a.id
        WHERE a.request_id = m.request_id AND a.state = 'standing' AND l.year = m.year AND l.month = m.month) t
 WHERE m.kg - t.kg >= 1"""
# Those that still take answers count in a round, and products that are on the market with their suppliers.
_REQUESTS = text(
    f"""
SELECT r.*, (SELECT k.name FROM catalogue_mark k WHERE k.slug = r.mark_slug) AS mark_name, b.organisation_id, m.months, m.kg
  FROM matching_request r
  JOIN matching_buyer b ON b.id = r.buyer_id
 CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(make_date(m.year, m.month, 1) ORDER BY m.year, m.month), '{{}}') AS months,
              coalesce(array_agg(m.kg ORDER BY m.year, m.month), '{{}}') AS kg
         FROM ({_OPEN} AND m.request_id = r.id) m) m
 WHERE r.round_id = :round AND {ANSWERABLE}
 ORDER BY r.id
"""  # noqa: S608 - our own constant.
)
_PRODUCTS = text("SELECT product_id FROM matching_round_product WHERE round_id = :round ORDER BY product_id")
# Sums of fingerprints: the same rows in whatever order give the same name, and any change of one gives another.
_FINGERPRINT = text(
    f"""
WITH asked AS (
  SELECT r.id, r.version FROM matching_request r WHERE r.round_id = :round AND {ANSWERABLE}
), brought AS (
  SELECT p.id, p.version, p.reserve_kg, p.supplier_id, s.version AS supplier_version
    FROM matching_round_product x
    JOIN catalogue_product p ON p.id = x.product_id AND p.state = 'published'
    JOIN catalogue_supplier s ON s.id = p.supplier_id AND s.state = 'published'
   WHERE x.round_id = :round
), rows (told) AS (
  SELECT concat_ws('|', 'r', id, version) FROM asked
  UNION ALL
  SELECT concat_ws('|', 'm', m.request_id, m.year, m.month, m.kg)
    FROM ({_OPEN}) m JOIN asked ON asked.id = m.request_id
  UNION ALL
  SELECT concat_ws('|', 'p', id, version, reserve_kg, supplier_version) FROM brought
  UNION ALL
  SELECT concat_ws('|', 'y', y.product_id, y.year, y.month, y.capacity_kg)
    FROM catalogue_supply y JOIN brought ON brought.id = y.product_id
  UNION ALL
  SELECT concat_ws('|', 'l', l.product_id, l.year, l.month, l.promised_kg + l.delivered_kg)
    FROM catalogue_ledger_month l JOIN brought ON brought.id = l.product_id WHERE l.promised_kg + l.delivered_kg > 0
  UNION ALL
  SELECT concat_ws('|', 't', t.product_id, t.from_kg, t.price_vnd_per_kg)
    FROM catalogue_price_tier t JOIN brought ON brought.id = t.product_id
  UNION ALL
  SELECT concat_ws('|', 'k', k.product_id, k.net_weight_g, k.retail_price_vnd)
    FROM catalogue_pack k JOIN brought ON brought.id = k.product_id
  UNION ALL
  SELECT concat_ws('|', 'c', c.id, c.kind, c.stars, c.issued_on, c.valid_to) FROM catalogue_certificate c
   WHERE c.state = 'checked' AND (c.product_id IN (SELECT id FROM brought)
      OR (c.product_id IS NULL AND c.supplier_id IN (SELECT supplier_id FROM brought)))
)
SELECT count(*), coalesce(sum(hashtextextended(told, 1)::numeric), 0), coalesce(sum(hashtextextended(told, 2)::numeric), 0)
  FROM rows
"""  # noqa: S608 - our own constant.
)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a clearing looks at."""

    asked: tuple[Asked, ...]
    rows: tuple[RowMapping, ...]  # The requests as they are stored, in the same order.
    offered: tuple[OfferRow, ...]
    terms: tuple[CommodityTerms, ...]
    today: date
    inputs: str
    records: Mapping[UUID, Record] = field(default_factory=dict)  # By supplier; of whom nothing is known is missing.


async def material(session: AsyncSession, round_id: UUID, today: date) -> Material:
    """The open requests of a round that still want something from this month on, and the products on the market."""
    found = (await session.execute(_REQUESTS, {"round": round_id, "today": today})).mappings().all()
    ahead = [row for row in found if row["months"] and number(row["months"][-1]) >= number(today)]
    products = list(await session.scalars(_PRODUCTS, {"round": round_id}))
    # A clearing knows every wholesale price; who may read it is decided where it is shown.
    offers = await catalogue.offers_named(session, products, reader=SYSTEM)
    return Material(
        asked=tuple(Asked(row["id"], Stored(row, row["organisation_id"]).in_terms(today)) for row in ahead),
        rows=tuple(ahead),
        offered=tuple(offers[each] for each in products if each in offers),
        terms=tuple(await catalogue.commodity_terms(session)),
        today=today,
        inputs=await inputs_of(session, round_id, today),
        records=await records_of(session, {each.supplier_id for each in offers.values()}),
    )


async def inputs_of(session: AsyncSession, round_id: UUID, today: date) -> str:
    """A name for the state of everything that decides who fits and what is there to share out.

    Track records are not in it: they move with every answer anywhere, and weigh as they were at the moment of the clearing.
    """
    told = (await session.execute(_FINGERPRINT, {"round": round_id, "today": today})).one()
    return hashlib.sha256("|".join(str(each) for each in told).encode()).hexdigest()


def digest_of(inputs: str, fairness: str, seed: int, today: date) -> str:
    """A name for a clearing: what is cleared, how, and on which day, because papers and lead times are those of the day."""
    return hashlib.sha256(f"{inputs}|{fairness}|{seed}|{today.isoformat()}".encode()).hexdigest()
