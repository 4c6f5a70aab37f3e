"""Exactly what somebody agrees to: a supplier with its products and papers as they are stored, and the digest of all of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue import products, suppliers
from service.catalogue.models import Certificate, Commodity, Pack, Product, Supplier
from service.catalogue.papers import certificates
from service.core.events import plain


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product that is agreed to."""

    id: UUID
    version: int
    said: dict[str, Any]
    packs: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper that is agreed to."""

    id: UUID
    product: str | None
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A supplier with all that is agreed to, and the digest of it."""

    supplier_id: UUID
    version: int
    said: dict[str, Any]
    products: list[ShownProduct]
    papers: list[ShownPaper]

    @property
    def digest(self) -> str:
        """SHA-256 of everything that is shown, in an order of its own, whatever the reader's language."""
        everything = {
            "supplier": self.said,
            "products": [{"id": each.id, **each.said, "packs": each.packs} for each in self.products],
            "papers": [{"id": each.id, "product": each.product, **each.said} for each in self.papers],
        }
        return hashlib.sha256(json.dumps(plain(everything), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


async def shown_record(session: AsyncSession, supplier: Supplier) -> Shown:
    """The supplier as it is stored now. Four statements, however many products there are."""
    found = await session.scalars(select(Product).where(Product.supplier_id == supplier.id).order_by(Product.code, Product.id))
    goods = found.all()
    ids = [each.id for each in goods]
    named = await session.execute(
        select(Commodity.id, Commodity.slug).where(Commodity.id.in_([each.commodity_id for each in goods if each.commodity_id]))
    )
    slugs = {row.id: row.slug for row in named}
    sizes: dict[UUID, list[dict[str, Any]]] = {each: [] for each in ids}
    for pack in await session.scalars(select(Pack).where(Pack.product_id.in_(ids)).order_by(Pack.position, Pack.name)):
        said = {name: getattr(pack, name) for name in ("name", "net_weight_g", "retail_price_vnd")}
        sizes[pack.product_id].append(said)
    papers = await session.scalars(select(Certificate).where(Certificate.supplier_id == supplier.id).order_by(Certificate.id))
    names = {each.id: each.name for each in goods}
    shown = [ShownProduct(each.id, each.version, _product(each, slugs), sizes[each.id]) for each in goods]
    held = [ShownPaper(each.id, names.get(each.product_id or each.id), certificates.said(each)) for each in papers]
    return Shown(supplier.id, supplier.version, suppliers.supplier_said(supplier), shown, held)


def _product(product: Product, slugs: dict[UUID, str]) -> dict[str, Any]:
    said = {"code": product.code, **products.said(product)}
    commodity = said.pop("commodity_id")
    return {**said, "commodity": slugs.get(commodity) if commodity else None}
