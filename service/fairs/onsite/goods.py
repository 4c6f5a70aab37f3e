"""What a booth speaks of by its address: one of its own products, a buyer of the market."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text, Uuid

from service.core.i18n import _

_PRODUCT = text(
    "SELECT p.id, p.commodity_id FROM catalogue_product p WHERE p.supplier_id = :supplier AND p.slug = :slug"
).bindparams(bindparam("supplier", type_=Uuid), bindparam("slug", type_=Text))
_BUYER = text("SELECT b.id FROM matching_buyer b WHERE b.slug = :slug").bindparams(bindparam("slug", type_=Text))


@dataclass(frozen=True, slots=True)
class Named:
    """A product and what it is made of."""

    id: UUID
    commodity_id: UUID | None


async def own_product(session: AsyncSession, supplier_id: UUID | None, slug: str | None, wrong: dict[str, str]) -> Named | None:
    """The supplier's own product at this address; where there is none, `wrong` says so."""
    if slug is None:
        return None
    row = (await session.execute(_PRODUCT, {"supplier": supplier_id, "slug": slug[:200]})).one_or_none()
    if row is None:
        wrong["product"] = _("Chọn một sản phẩm của đơn vị, hoặc ghi bằng chữ.")
        return None
    return Named(*row)


async def buyer_named(session: AsyncSession, slug: str | None, wrong: dict[str, str]) -> UUID | None:
    """The buyer at this address; where there is none, `wrong` says so."""
    if slug is None:
        return None
    found: UUID | None = await session.scalar(_BUYER, {"slug": slug[:200]})
    if found is None:
        wrong["buyer"] = _("Chợ không có nhà phân phối này. Ghi tên ở mục đơn vị là đủ.")
    return found
