"""Searches that stand: kept as what they ask, and held against products that are new, many searches in one statement.

A standing search finds what its words say as they were typed, with the other names of the same goods, or without the words that
are only noise. It is never widened further, as the page is where nothing fits: nobody is there to see what was given up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Integer, Uuid

from service.catalogue.bulk import staging
from service.catalogue.search import facets, inputs, levels
from service.catalogue.search.engine import Reader, meant
from service.catalogue.search.sql import GROUPS, ahead
from service.core import clock
from service.core.errors import Invalid
from service.core.i18n import _

NOT_ASKED = ("cursor", "limit", "sort")


@dataclass(frozen=True, slots=True)
class StandingSearch:
    """A search as it is kept: its address without pages and order, the words it was typed with, and what it asks."""

    query: str
    words: str
    chosen: tuple[tuple[str, str], ...]
    asked: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """As much of a product or supplier as everybody may see in a list; `slug` leads to its page."""

    id: UUID
    slug: str
    name: str
    name_en: str | None
    supplier_slug: str
    supplier_name: str
    province_code: str | None
    commune_code: str | None
    stars: int | None = None
    price_vnd: int | None = None
    pack: str | None = None
    illustrative: bool = False


async def reader_of(session: AsyncSession) -> Reader:
    """The plain connection below a session, for searches within its transaction."""
    return await staging.connection(session)


async def standing_search(reader: Reader, pairs: Iterable[tuple[str, str]]) -> StandingSearch:
    """The parameters of a list of products as a search to be kept. Raises Invalid where something is wrong or nothing asked."""
    address = inputs.read((name, value) for name, value in pairs if name not in NOT_ASKED)
    address.errors.update(await facets.settle(reader, address.asked))
    if address.errors:
        raise Invalid(_("Tìm kiếm này có chỗ chưa đúng, nên chưa lưu được."), dict(address.errors))
    if not address.kept:
        raise Invalid(_("Hãy gõ tên hàng hoặc chọn một điều kiện trước khi lưu."))
    asked = address.asked
    meaning = meant(asked.q)
    kept: dict[str, Any] = {group: asked.filters[group] for group in GROUPS if asked.filters.get(group)}
    if meaning.full:
        ways = [levels.level(meaning, meaning.full).all, levels.level(meaning, meaning.core).all]
        kept["words"] = "|".join(f"({way})" for way in dict.fromkeys(ways) if way)
    elif asked.q.strip() and not meaning.figures:
        raise Invalid(_("Hãy gõ tên hàng hoặc chọn một điều kiện trước khi lưu."))
    kept |= {
        name: value for name, value in
        (("price_max", asked.price_max), ("kg", asked.kg), ("month", asked.month if asked.kg is not None else None),
         ("supplier", asked.supplier))
        if value is not None
    }  # fmt: skip
    pairs = sorted(address.kept, key=lambda pair: inputs.NAMES.index(pair[0]))
    return StandingSearch(urlencode(pairs), " ".join(asked.q.split()), tuple(pairs), kept)


_GROUP = " AND ".join(f"(a.{group} IS NULL OR f.facets {'@>' if group == 'k' else '&&'} a.{group})" for group in GROUPS)
_FITTING = text(
    f"""
WITH asked AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a(
    id uuid, words tsquery, {", ".join(f"{group} text[]" for group in GROUPS)}, price_max integer, kg real, month smallint,
    supplier text)),
fresh AS MATERIALIZED (
  SELECT s.product_id, s.tsv, s.price, z.slug,
         CASE WHEN s.facets_until < :day OR s.facets_from > :day
              THEN (SELECT f.facets FROM catalogue_search_facts(ARRAY[s.product_id], :day) f) ELSE s.facets END AS facets,
         u.most, u.free
    FROM catalogue_search s JOIN catalogue_supplier z ON z.id = s.supplier_id
   CROSS JOIN LATERAL (
         SELECT max(x.kg) AS most, array_agg(x.kg ORDER BY x.month) AS free
           FROM (SELECT w.month, coalesce((b.limit_kg - b.promised_kg - b.delivered_kg)::real, c.kg[w.slot]) AS kg
                   FROM unnest(:slots, :years, :months) AS w(slot, year, month)
                  CROSS JOIN (
                        SELECT CASE WHEN s.facets_until < :day OR s.facets_from > :day
                                    THEN (SELECT f.capacity FROM catalogue_search_facts(ARRAY[s.product_id], :day) f)
                                    ELSE s.capacity END) c(kg)
                   LEFT JOIN catalogue_ledger_month b
                     ON b.product_id = s.product_id AND b.year = w.year AND b.month = w.month) x) u
   WHERE s.live AND s.product_id = ANY(:products))
SELECT a.id, f.product_id
  FROM fresh f JOIN asked a
    ON (a.words IS NULL OR f.tsv @@ a.words) AND (a.price_max IS NULL OR f.price <= a.price_max)
   AND (a.kg IS NULL OR CASE WHEN a.month IS NULL THEN f.most ELSE f.free[a.month] END >= a.kg)
   AND (a.supplier IS NULL OR f.slug = a.supplier) AND {_GROUP}
"""  # noqa: S608 - the names of the groups are ours; every value is a parameter.
).bindparams(
    bindparam("products", type_=ARRAY(Uuid)), *(bindparam(name, type_=ARRAY(Integer)) for name in ("slots", "years", "months"))
)


async def fitting(
    session: AsyncSession, searches: Mapping[UUID, Mapping[str, Any]], products: Sequence[UUID]
) -> list[tuple[UUID, UUID]]:
    """Which of these products everybody can find now, and each search finds: (search, product), in one statement."""
    if not searches or not products:
        return []
    asked = json.dumps([{**kept, "id": str(search)} for search, kept in searches.items()])
    today = clock.today()
    found = await session.execute(_FITTING, {"asked": asked, "day": today, "products": list(products), **ahead(today, None)})
    return [(search, product) for search, product in found]


_GLIMPSES = text(
    """
SELECT s.product_id, CASE WHEN s.facets_until < :day OR s.facets_from > :day
         THEN (SELECT f.card FROM catalogue_search_facts(ARRAY[s.product_id], :day) f) ELSE c.card END
  FROM catalogue_search s JOIN catalogue_search_card c ON c.ord = s.ord WHERE s.live AND s.product_id = ANY(:ids)
"""
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_SUPPLIERS = text(
    """
SELECT s.id, s.slug, s.name, s.name_en, s.slug, s.name, s.province_code, s.commune_code, NULL::integer, NULL::integer,
       NULL::text, s.illustrative
  FROM catalogue_supplier s WHERE s.state = 'published' AND s.id = ANY(:ids)
"""
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_PRODUCT_CALLED = text(
    "SELECT p.id FROM catalogue_product p JOIN catalogue_supplier s ON s.id = p.supplier_id"
    " WHERE p.slug = :slug AND p.state = 'published' AND s.state = 'published'"
)
_SUPPLIER_CALLED = text("SELECT s.id FROM catalogue_supplier s WHERE s.slug = :slug AND s.state = 'published'")


async def glimpses(session: AsyncSession, products: Iterable[UUID], suppliers: Iterable[UUID] = ()) -> dict[UUID, Glimpse]:
    """What everybody may see of these products and suppliers today; who is not shown any more is missing."""
    found: dict[UUID, Glimpse] = {}
    wanted, makers = list(products), list(suppliers)
    if wanted:
        for product_id, card in await session.execute(_GLIMPSES, {"ids": wanted, "day": clock.today()}):
            maker = card["supplier"]
            found[product_id] = Glimpse(
                product_id, card["slug"], card["name"], card["name_en"], maker["slug"], maker["name"], maker["province"],
                maker["commune"], card["stars"], card["price_vnd"], card["pack"], card["illustrative"],
            )  # fmt: skip
    if makers:
        found.update((row[0], Glimpse(*row)) for row in await session.execute(_SUPPLIERS, {"ids": makers}))
    return found


async def shown_product(session: AsyncSession, slug: str) -> UUID | None:
    """The id of a product that everybody can find."""
    found: UUID | None = await session.scalar(_PRODUCT_CALLED, {"slug": slug.replace("\x00", "")})
    return found


async def shown_supplier(session: AsyncSession, slug: str) -> UUID | None:
    """The id of a supplier that everybody can find."""
    found: UUID | None = await session.scalar(_SUPPLIER_CALLED, {"slug": slug.replace("\x00", "")})
    return found


__all__ = [
    "Glimpse",
    "StandingSearch",
    "fitting",
    "glimpses",
    "reader_of",
    "shown_product",
    "shown_supplier",
    "standing_search",
]
