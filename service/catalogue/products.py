"""Products are drafted, changed, shown to everyone and taken back. For now a supplier publishes what it has drafted itself.

Whatever belongs to a product (packs, prices, months, papers) moves its `version` too: of two people at one product, the second
is refused whichever part she changes, and what she typed is kept.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.bulk import staging
from service.catalogue.inputs import ProductDraft
from service.catalogue.models import Category, Commodity, Product, State, Supplier
from service.catalogue.suppliers import locked_supplier
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _

SAID = (
    "name", "name_en", "category_code", "commodity_id", "description", "ingredients", "origin", "storage", "season_months",
    "shelf_life_days", "lead_days", "min_order_kg",
)  # fmt: skip


async def draft(
    session: AsyncSession, actor: Actor, supplier_id: UUID, what: ProductDraft, *, key: UUID | None = None
) -> Product:
    """Enter a product of the supplier, as a draft. Without a code it gets the next free one.

    With a `key` that stays the same, the same form sent twice makes one product.
    """
    conn = await staging.connection(session)
    await staging.one_at_a_time(conn)
    supplier = await locked_supplier(session, actor, supplier_id)
    entered = await session.get(Product, key) if key is not None else None
    if entered is not None and entered.supplier_id == supplier_id:
        return entered
    code = what.code or await _next_code(session, supplier_id)
    product = Product(
        id=new_id() if entered or key is None else key,
        supplier_id=supplier_id,
        code=code,
        unit="kg",
        state=State.DRAFT,
        illustrative=False,
        season_months=[],
    )
    await _say(session, product, what)
    taken = await session.scalar(select(Product.id).where(Product.supplier_id == supplier_id, Product.code == code))
    if taken is not None:
        raise Invalid(_("Mã này đã dùng cho sản phẩm khác."), {"code": _("Mã này đã dùng cho sản phẩm khác.")})
    wishes = [product.name, f"{product.name} {supplier.name}", f"{product.name} {supplier.code} {code}"]
    product.slug = (await staging.free_slugs(conn, "catalogue_product", [(product.id, wishes)]))[0]
    session.add(product)
    await session.flush()
    await announce(session, events.ProductDrafted(product.id), actor=actor, new={"code": code, **said(product)})
    return product


async def revise(session: AsyncSession, actor: Actor, product_id: UUID, version: int, what: ProductDraft) -> Product:
    """Change what a product says of itself; the same words change nothing. Its code stays what it was."""
    product = await locked(session, actor, product_id, version)
    old = said(product)
    await _say(session, product, what)
    new = said(product)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        await session.flush()
        await announce(
            session, events.ProductRevised(product.id), actor=actor,
            old={name: old[name] for name in changed}, new={name: new[name] for name in changed},
        )  # fmt: skip
    return product


async def publish(session: AsyncSession, actor: Actor, product_id: UUID) -> Product:
    """Show a product to everyone. Doing it again changes nothing."""
    product = await locked(session, actor, product_id)
    if product.state != State.PUBLISHED:
        product.state = State.PUBLISHED
        await session.flush()
        await announce(session, events.ProductPublished(product.id), actor=actor)
    return product


async def withdraw(session: AsyncSession, actor: Actor, product_id: UUID) -> Product:
    """Take a product out of the public's sight; nothing of it is lost."""
    product = await locked(session, actor, product_id)
    if product.state == State.PUBLISHED:
        product.state = State.DRAFT
        await session.flush()
        await announce(session, events.ProductWithdrawn(product.id), actor=actor)
    return product


async def locked(session: AsyncSession, actor: Actor, product_id: UUID, version: int | None = None) -> Product:
    """The product, locked, if the actor may change it and has read its present state."""
    found = (
        await session.execute(
            select(Product, Supplier)
            .join(Supplier, Supplier.id == Product.supplier_id)
            .where(Product.id == product_id)
            .with_for_update(of=Product)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None or not rules.may_see(actor, found[1], found[0].state):
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    product: Product = found[0]
    if not rules.may_edit(actor, found[1].organisation_id):
        raise NotAllowed(_("Chỉ chủ và thành viên của nhà cung cấp này được sửa."))
    if version is not None and product.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    return product


async def moved(session: AsyncSession, product: Product) -> None:
    """Raise the version of a product of which a part has changed."""
    product.updated_at = clock.now()
    await session.flush()


def said(product: Product) -> dict[str, Any]:
    """What a product says of itself."""
    return {name: getattr(product, name) for name in SAID}


async def _say(session: AsyncSession, product: Product, what: ProductDraft) -> None:
    commodity_id = None
    if what.commodity is not None:
        commodity_id = await session.scalar(select(Commodity.id).where(Commodity.slug == what.commodity))
        if commodity_id is None:
            raise Invalid(_("Còn chỗ cần sửa."), {"commodity": _("Hãy chọn một trong các mục có sẵn.")})
    if what.category_code is not None and await session.get(Category, what.category_code) is None:
        raise Invalid(_("Còn chỗ cần sửa."), {"category_code": _("Hãy chọn một trong các mục có sẵn.")})
    for name in SAID:
        value = commodity_id if name == "commodity_id" else getattr(what, name)
        if getattr(product, name) != value:
            setattr(product, name, value)


async def _next_code(session: AsyncSession, supplier_id: UUID) -> str:
    codes = set((await session.scalars(select(Product.code).where(Product.supplier_id == supplier_id))).all())
    count = await session.scalar(select(func.count()).select_from(Product).where(Product.supplier_id == supplier_id))
    number = (count or 0) + 1
    while f"SP-{number:03d}" in codes:
        number += 1
    return f"SP-{number:03d}"
