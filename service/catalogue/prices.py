"""Wholesale prices of a product: đồng per kilogram from a quantity upwards (C6). Retail prices belong to the packs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, products
from service.catalogue.inputs import TierInput
from service.catalogue.models import PriceTier
from service.core.errors import Invalid
from service.core.events import announce
from service.core.i18n import _


async def set_prices(session: AsyncSession, actor: Actor, product_id: UUID, version: int, given: Sequence[TierInput]) -> None:
    """Let a product have exactly these wholesale prices. Whoever takes more never pays more for a kilogram."""
    tiers = sorted(given, key=lambda tier: tier.from_kg)
    for less, more in pairwise(tiers):
        at = given.index(more)
        if less.from_kg == more.from_kg:
            raise Invalid(_("Còn chỗ cần sửa."), {f"from_kg_{at}": _("Mức này đã có một giá khác.")})
        if more.price_vnd_per_kg > less.price_vnd_per_kg:
            raise Invalid(_("Còn chỗ cần sửa."), {f"price_vnd_per_kg_{at}": _("Mua nhiều hơn thì giá không cao hơn mức dưới.")})
    product = await products.locked(session, actor, product_id, version)
    found = await session.execute(
        select(PriceTier.from_kg, PriceTier.price_vnd_per_kg)
        .where(PriceTier.product_id == product_id)
        .order_by(PriceTier.from_kg)
    )
    old = [(from_kg, price) for from_kg, price in found.all()]
    new = [(tier.from_kg, tier.price_vnd_per_kg) for tier in tiers]
    if old == new:
        return
    await session.execute(delete(PriceTier).where(PriceTier.product_id == product_id))
    if new:
        rows = [{"product_id": product_id, "from_kg": from_kg, "price_vnd_per_kg": price} for from_kg, price in new]
        await session.execute(insert(PriceTier), rows)
    await products.moved(session, product)
    await announce(session, events.PricesChanged(product_id), actor=actor, old={"tiers": old}, new={"tiers": new})
