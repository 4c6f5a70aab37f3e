"""Who may use a protected name: an officer writes down that a supplier holds the right, or no longer does (V8)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events, rules
from service.catalogue.models import Mark, MarkUser, Supplier
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _


async def allow_mark(session: AsyncSession, actor: Actor, mark: str, supplier_id: UUID, since: date | None = None) -> None:
    """Write down that a supplier may use a mark. Doing it again changes nothing."""
    mark_id, supplier = await _both(session, actor, mark, supplier_id)
    if await session.get(MarkUser, (mark_id, supplier_id)) is not None:
        return
    session.add(MarkUser(mark_id=mark_id, supplier_id=supplier_id, since=since))
    supplier.updated_at = clock.now()
    await session.flush()
    await announce(session, events.SupplierRevised(supplier_id), actor=actor, old={"marks": []}, new={"marks": [mark]})


async def disallow_mark(session: AsyncSession, actor: Actor, mark: str, supplier_id: UUID) -> None:
    """Write down that a supplier may not use a mark any more."""
    mark_id, supplier = await _both(session, actor, mark, supplier_id)
    user = await session.get(MarkUser, (mark_id, supplier_id))
    if user is None:
        return
    await session.delete(user)
    supplier.updated_at = clock.now()
    await session.flush()
    await announce(session, events.SupplierRevised(supplier_id), actor=actor, old={"marks": [mark]}, new={"marks": []})


async def _both(session: AsyncSession, actor: Actor, mark: str, supplier_id: UUID) -> tuple[UUID, Supplier]:
    if not rules.may_import(actor):
        raise NotAllowed(_("Chỉ cán bộ được ghi quyền dùng chỉ dẫn địa lý và nhãn hiệu."))
    mark_id = await session.scalar(select(Mark.id).where(Mark.slug == mark))
    supplier = await session.scalar(select(Supplier).where(Supplier.id == supplier_id).with_for_update())
    if mark_id is None or supplier is None:
        raise NotFound(_("Không có nhãn hiệu hoặc nhà cung cấp này."))
    return mark_id, supplier
