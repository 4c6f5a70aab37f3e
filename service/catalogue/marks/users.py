"""Who may use a protected name: an officer writes down that a supplier holds the right, or no longer does (V8).

Whether a product may *show* the name is another question, asked of the list, the place and the goods (`mark_rules`).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue import events
from service.catalogue.checks import rules as check_rules
from service.catalogue.marks.inputs import MarkUserInput
from service.catalogue.models import Mark, MarkUser, Supplier
from service.core import clock
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _


async def allow_mark(
    session: AsyncSession, actor: Actor, mark: str, supplier_id: UUID, since: date | None = None, decision: str | None = None
) -> None:
    """Write down that a supplier may use a mark, since when and by which decision. The same again changes nothing."""
    mark_id, supplier = await _both(session, actor, mark, supplier_id)
    user = await session.get(MarkUser, (mark_id, supplier_id))
    new = {"since": since, "decision": decision}
    old = {"since": user.since, "decision": user.decision} if user is not None else None
    if user is None:
        session.add(MarkUser(mark_id=mark_id, supplier_id=supplier_id, **new))
    elif old == new:
        return
    else:
        user.since, user.decision = since, decision
    await _moved(session, actor, supplier, _words(mark, old), _words(mark, new))


async def allow_mark_by_name(session: AsyncSession, actor: Actor, mark: str, said: MarkUserInput) -> None:
    """The same for a supplier that is named by its code or by the address of its page."""
    _only_officers(actor)
    asked = or_(Supplier.code == said.supplier, Supplier.slug == said.supplier.rsplit("/", 1)[-1])
    supplier_id = await session.scalar(select(Supplier.id).where(asked))
    if supplier_id is None:
        message = _("Không có nhà cung cấp nào mang mã hay địa chỉ này.")
        raise Invalid(message, {"supplier": message})
    await allow_mark(session, actor, mark, supplier_id, said.since, said.decision)


async def disallow_mark(session: AsyncSession, actor: Actor, mark: str, supplier_id: UUID) -> None:
    """Write down that a supplier may not use a mark any more."""
    mark_id, supplier = await _both(session, actor, mark, supplier_id)
    user = await session.get(MarkUser, (mark_id, supplier_id))
    if user is None:
        return
    old = {"since": user.since, "decision": user.decision}
    await session.delete(user)
    await _moved(session, actor, supplier, _words(mark, old), [])


async def _moved(session: AsyncSession, actor: Actor, supplier: Supplier, old: list[Any], new: list[Any]) -> None:
    supplier.updated_at = clock.now()
    await session.flush()
    await announce(session, events.SupplierRevised(supplier.id), actor=actor, old={"marks": old}, new={"marks": new})


def _words(mark: str, said: dict[str, Any] | None) -> list[Any]:
    return [] if said is None else [mark, *(value for value in said.values() if value is not None)]


async def _both(session: AsyncSession, actor: Actor, mark: str, supplier_id: UUID) -> tuple[UUID, Supplier]:
    _only_officers(actor)
    mark_id = await session.scalar(select(Mark.id).where(Mark.slug == mark))
    supplier = await session.scalar(select(Supplier).where(Supplier.id == supplier_id).with_for_update())
    if mark_id is None or supplier is None:
        raise NotFound(_("Không có nhãn hiệu hoặc nhà cung cấp này."))
    if actor.belongs_to(supplier.organisation_id):
        raise NotAllowed(_("Bạn là người của nhà cung cấp này; hãy để cán bộ khác ghi."))
    return mark_id, supplier


def _only_officers(actor: Actor) -> None:
    if not check_rules.may_list_mark_users(actor):
        raise NotAllowed(_("Chỉ cán bộ được ghi quyền dùng chỉ dẫn địa lý và nhãn hiệu."))
