"""What a shop asks of a product besides its offer: barcodes on the packs, photos, pages of its lots, a name in English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid


@dataclass(frozen=True, slots=True)
class ShelfFacts:
    """What anybody can see of a published product and its packs."""

    packs: int
    barcodes: Sequence[str]
    photos: int
    lots: int  # Lots with a page of their own that have not been recalled.
    in_english: bool


_FACTS = text(
    """
SELECT p.id,
       (SELECT count(*) FROM catalogue_pack k WHERE k.product_id = p.id),
       (SELECT coalesce(array_agg(k.gtin ORDER BY k.position, k.name), '{}')
          FROM catalogue_pack k WHERE k.product_id = p.id AND k.gtin IS NOT NULL),
       (SELECT count(*) FROM catalogue_photo f WHERE f.holder = 'product' AND f.holder_id = p.id AND f.width IS NOT NULL),
       (SELECT count(*) FROM catalogue_lot l WHERE l.product_id = p.id AND l.state IN ('open', 'closed')),
       coalesce(p.name_en, '') <> ''
  FROM catalogue_product p WHERE p.id = ANY(:ids)
"""
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


async def shelf_facts(session: AsyncSession, products: Iterable[UUID]) -> dict[UUID, ShelfFacts]:
    """The facts of these products, in one statement; for rows of which the reader knows that she may see them."""
    found = await session.execute(_FACTS, {"ids": list(products)})
    return {row[0]: ShelfFacts(*row[1:]) for row in found}
