"""Products are drafted, changed and taken back; they are shown to everyone once somebody who may has checked them (reviews.py).

What a check vouches for (`rules.CERTIFIED`) stays as it is on a published product until a change of it has been checked too;
everything else changes at once. A product that nobody sees takes every change at once.
Whatever belongs to a product (packs, prices, months, papers) moves its `version` too: of two people at one product, the second
is refused whichever part she changes, and what she typed is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.bulk import staging
from service.catalogue.inputs import ProductDraft
from service.catalogue.models import Category, Commodity, Product, State, Supplier
from service.catalogue.reviews import submissions
from service.catalogue.reviews.models import ReviewKind
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
        typed_by=actor.person_id,
        illustrative=False,
        season_months=[],
    )
    say(product, await _wished(session, what))
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
    """Change what a product says of itself; the same words change nothing. Its code stays what it was.

    The certified words of a published product wait for a check: saving what is published takes an earlier wish back.
    """
    product = await locked(session, actor, product_id, version)
    old, wished = said(product), await _wished(session, what)
    held = rules.held_back("product", product.state, old, wished)
    changed = [name for name in wished if wished[name] != old[name] and name not in held]
    proposed = product.state == State.PUBLISHED and await submissions.propose(
        session, actor, ReviewKind.PRODUCT, product.id, product.supplier_id, product.id, old, held
    )
    say(product, {name: wished[name] for name in changed})
    if changed or proposed:
        await moved(session, product)
    if changed:
        await announce(
            session, events.ProductRevised(product.id), actor=actor,
            old={name: old[name] for name in changed}, new={name: wished[name] for name in changed},
        )  # fmt: skip
    return product


async def publish(session: AsyncSession, actor: Actor, product_id: UUID) -> Product:
    """Show a product to everyone without a check: for the system only. Doing it again changes nothing."""
    product = await locked(session, actor, product_id)
    if not rules.may_publish(actor):
        raise NotAllowed(_("Sản phẩm được đăng sau khi cán bộ kiểm tra. Hãy bấm “Gửi duyệt”."))
    await show(session, actor, product)
    return product


async def show(session: AsyncSession, actor: Actor, product: Product) -> None:
    """Let a locked product be seen by everyone; whoever calls has asked whether it may be."""
    if product.state != State.PUBLISHED:
        product.state = State.PUBLISHED
        await session.flush()
        await announce(session, events.ProductPublished(product.id), actor=actor)


async def withdraw(session: AsyncSession, actor: Actor, product_id: UUID) -> Product:
    """Take a product out of the public's sight, or back from the check; nothing of it is lost."""
    product = await locked(session, actor, product_id)
    if product.state != State.DRAFT:
        await hide(session, actor, product)
    return product


async def hide(session: AsyncSession, actor: Actor, product: Product, *, why: str | None = None) -> None:
    """Make a draft of a locked product again. A change that waited is its own from now on: nobody sees it any more."""
    was_public = product.state == State.PUBLISHED
    product.state = State.DRAFT
    review = await submissions.waiting(session, product.id)
    if review is not None:
        wished, old = submissions.revived(review.proposed), said(product)
        say(product, wished)
        await submissions.take_back(session, actor, review, product.id)
        if wished:
            await announce(
                session, events.ProductRevised(product.id), actor=actor, old={name: old[name] for name in wished}, new=wished
            )
    await moved(session, product)
    if was_public:
        told = {"reason": why} if why else None
        await announce(session, events.ProductWithdrawn(product.id), actor=actor, new=told)


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
    if found is None or not (rules.may_see(actor, found[1], found[0].state) or rules.may_publish(actor)):
        raise NotFound(_("Không có sản phẩm này, hoặc sản phẩm chưa được đăng."))
    product: Product = found[0]
    if not rules.may_change(actor, found[1].organisation_id):
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


async def _wished(session: AsyncSession, what: ProductDraft) -> dict[str, Any]:
    """What the form says, by the names of the columns."""
    commodity_id = None
    if what.commodity is not None:
        commodity_id = await session.scalar(select(Commodity.id).where(Commodity.slug == what.commodity))
        if commodity_id is None:
            raise Invalid(_("Còn chỗ cần sửa."), {"commodity": _("Hãy chọn một trong các mục có sẵn.")})
    if what.category_code is not None and await session.get(Category, what.category_code) is None:
        raise Invalid(_("Còn chỗ cần sửa."), {"category_code": _("Hãy chọn một trong các mục có sẵn.")})
    return {name: commodity_id if name == "commodity_id" else getattr(what, name) for name in SAID}


def say(product: Product, values: Mapping[str, Any]) -> None:
    """Let a locked product say this of itself."""
    for name, value in values.items():
        if getattr(product, name) != value:
            setattr(product, name, value)


async def _next_code(session: AsyncSession, supplier_id: UUID) -> str:
    codes = set((await session.scalars(select(Product.code).where(Product.supplier_id == supplier_id))).all())
    count = await session.scalar(select(func.count()).select_from(Product).where(Product.supplier_id == supplier_id))
    number = (count or 0) + 1
    while f"SP-{number:03d}" in codes:
        number += 1
    return f"SP-{number:03d}"
