"""The sizes that a product is sold in, each with its own retail price and barcode number (C5, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, products
from service.catalogue.inputs import PackInput
from service.catalogue.models import Pack
from service.core.errors import Invalid
from service.core.events import announce
from service.core.i18n import _

SAID = ("name", "net_weight_g", "retail_price_vnd", "per_carton", "gtin", "min_packs", "multiple_packs")


async def set_packs(session: AsyncSession, actor: Actor, product_id: UUID, version: int, given: Sequence[PackInput]) -> None:
    """Let a product be sold in exactly these sizes, the first shown first."""
    names = [pack.name.casefold() for pack in given]
    doubled = next((number for number, name in enumerate(names) if name in names[:number]), None)
    if doubled is not None:
        raise Invalid(_("Còn chỗ cần sửa."), {f"name_{doubled}": _("Quy cách này đã có ở trên.")})
    product = await products.locked(session, actor, product_id, version)
    stored = await _packs(session, product_id)
    old = [_said(pack) for pack in stored]
    new = [pack.model_dump() for pack in given]
    if old == [{name: pack[name] for name in SAID} for pack in new]:
        return
    by_name = {pack.name: pack for pack in stored}
    kept = {pack.name for pack in given}
    for pack in stored:
        if pack.name not in kept:
            await session.delete(pack)
    await session.flush()
    for position, pack_input in enumerate(given):
        pack = by_name.get(pack_input.name) or Pack(product_id=product_id, name=pack_input.name)
        pack.position = position
        for name in SAID:
            setattr(pack, name, getattr(pack_input, name))
        session.add(pack)
    await products.moved(session, product)
    await announce(session, events.PacksChanged(product_id), actor=actor, old={"packs": old}, new={"packs": new})


async def _packs(session: AsyncSession, product_id: UUID) -> list[Pack]:
    found = await session.scalars(select(Pack).where(Pack.product_id == product_id).order_by(Pack.position, Pack.name))
    return list(found)


def _said(pack: Pack) -> dict[str, Any]:
    return {name: getattr(pack, name) for name in SAID}
