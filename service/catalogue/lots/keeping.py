"""Lots are written down, corrected, shown, closed and called back (V7).

Once a lot has been open its code stays what it was and its page never goes away, because both are printed on packs; a lot that
is called back says so. Names of members are shown only while the supplier says that they agree, and are in no journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.catalogue.lots import events, rules
from service.catalogue.lots.inputs import DeliveryInput, LotCheckInput, LotDraft, LotLists, Recall, SourceInput
from service.catalogue.lots.models import Lot, LotCheck, LotDelivery, LotSource, LotState
from service.catalogue.models import Product, Supplier
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import Event, announce
from service.core.i18n import _

# Two lots of one supplier at once must not take the same code; the lock is given back with the transaction.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 7311))")
SAID = ("harvested_on", "made_on", "best_before", "quantity_kg", "note")


async def make_lot(
    session: AsyncSession,
    actor: Actor,
    product_id: UUID,
    what: LotDraft,
    *,
    key: UUID | None = None,
    illustrative: bool = False,
) -> Lot:
    """Write down a lot of a product, as a draft; without a code it gets one of the day. The same `key` twice makes one."""
    found = (
        await session.execute(
            select(Product, Supplier).join(Supplier, Supplier.id == Product.supplier_id).where(Product.id == product_id)
        )
    ).one_or_none()
    if found is None or not rules.may_keep_lots(actor, found[1].organisation_id):
        raise NotFound(_("Không có sản phẩm này trên bàn của bạn."))
    supplier_id = found[0].supplier_id
    await session.execute(LOCK, {"who": str(supplier_id)})
    made = await session.get(Lot, key) if key is not None else None
    if made is not None and made.supplier_id == supplier_id:
        return made
    row_id = new_id() if made or key is None else key
    lot = Lot(
        id=row_id, supplier_id=supplier_id, product_id=product_id, state=LotState.DRAFT, illustrative=illustrative,
        code=what.code or await _next_code(session, supplier_id),
    )  # fmt: skip
    await _refuse_taken(session, lot)
    _say(lot, what)
    session.add(lot)
    await session.flush()
    await _put_parts(session, lot.id, what)
    await announce(session, events.LotMade(lot.id), actor=actor, new={"code": lot.code, **_said(lot), **_listed(what)})
    return lot


async def correct_lot(session: AsyncSession, actor: Actor, lot_id: UUID, version: int, what: LotDraft) -> Lot:
    """Change what is said of a lot; the same words change nothing. Its code changes only before it has been shown."""
    lot = await _locked(session, actor, lot_id, rules.may_keep_lots)
    if not rules.may_correct(lot.state):
        raise Conflict(_("Lô này đã khép hoặc đã thu hồi nên không sửa được nữa."))
    if lot.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    before = await _parts(session, lot.id)
    old = {"code": lot.code, **_said(lot), **_listed(before)}
    if what.code is not None and what.code != lot.code:
        if lot.state != LotState.DRAFT:
            message = _("Mã của lô đã mở không đổi được, vì đã in trên bao bì.")
            raise Invalid(message, {"code": message})
        await session.execute(LOCK, {"who": str(lot.supplier_id)})
        lot.code = what.code
        await _refuse_taken(session, lot)
    agreed = lot.names_agreed_at
    _say(lot, what)
    new = {"code": lot.code, **_said(lot), **_listed(what)}
    renamed = [source.name for source in before.sources] != [source.name for source in what.sources]
    changed = [name for name in new if new[name] != old[name]]
    if not changed and not renamed and agreed == lot.names_agreed_at:
        return lot
    if any(name in changed for name in ("sources", "checks", "deliveries")) or renamed:
        await _put_parts(session, lot.id, what)
    lot.updated_at = clock.now()
    await session.flush()
    await announce(
        session, events.LotCorrected(lot.id), actor=actor,
        old={name: old[name] for name in changed}, new={name: new[name] for name in changed},
    )  # fmt: skip
    return lot


async def open_lot(session: AsyncSession, actor: Actor, lot_id: UUID) -> Lot:
    """Let everybody read the page of a lot; a closed one may be opened again. Doing it again changes nothing."""
    lot = await _locked(session, actor, lot_id, rules.may_keep_lots)
    states = (
        await session.execute(
            select(Product.state, Supplier.state)
            .join(Supplier, Supplier.id == Product.supplier_id)
            .where(Product.id == lot.product_id)
        )
    ).one()
    if lot.state == LotState.DRAFT and not rules.may_open(*states):
        raise Conflict(_("Sản phẩm hoặc hồ sơ chưa đăng nên chưa mở trang của lô được. Hãy đăng rồi mở lại."))
    return await _move(session, actor, lot, LotState.OPEN, events.LotOpened(lot.id))


async def close_lot(session: AsyncSession, actor: Actor, lot_id: UUID) -> Lot:
    """Say that all of a lot has gone out. Doing it again changes nothing."""
    lot = await _locked(session, actor, lot_id, rules.may_keep_lots)
    return await _move(session, actor, lot, LotState.CLOSED, events.LotClosed(lot.id))


async def recall_lot(session: AsyncSession, actor: Actor, lot_id: UUID, recall: Recall) -> Lot:
    """Call a lot back, for good: its page says so and why. Doing it again changes nothing."""
    lot = await _locked(session, actor, lot_id, rules.may_recall)
    if lot.state == LotState.RECALLED:
        return lot
    if rules.may_move(lot.state, LotState.RECALLED):
        lot.recall_reason, lot.recalled_at = recall.reason, clock.now()
    return await _move(session, actor, lot, LotState.RECALLED, events.LotRecalled(lot.id), {"reason": recall.reason})


async def _move(
    session: AsyncSession, actor: Actor, lot: Lot, to: LotState, fact: Event, more: dict[str, Any] | None = None
) -> Lot:
    if lot.state == to:
        return lot
    if not rules.may_move(lot.state, to):
        raise Conflict(_("Lô này đang ở trạng thái khác nên không làm được việc đó. Hãy tải lại trang."))
    was, lot.state = lot.state, to
    await session.flush()
    await announce(session, fact, actor=actor, old={"state": was}, new={"state": to, **(more or {})})
    return lot


async def _locked(session: AsyncSession, actor: Actor, lot_id: UUID, allowed: Any) -> Lot:
    found = (
        await session.execute(
            select(Lot, Supplier.organisation_id)
            .join(Supplier, Supplier.id == Lot.supplier_id)
            .where(Lot.id == lot_id)
            .with_for_update(of=Lot)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if found is None or not rules.may_see_lot(actor, found[1], found[0].state):
        raise NotFound(_("Không có lô hàng này."))
    if not allowed(actor, found[1]):
        raise NotAllowed(_("Chỉ chủ và thành viên của nhà cung cấp này được sửa."))
    lot: Lot = found[0]
    return lot


async def _next_code(session: AsyncSession, supplier_id: UUID) -> str:
    day = f"L{clock.today():%y%m%d}-"
    taken = set((await session.scalars(select(Lot.code).where(Lot.supplier_id == supplier_id, Lot.code.startswith(day)))).all())
    number = 1
    while f"{day}{number}" in taken:
        number += 1
    return f"{day}{number}"


async def _refuse_taken(session: AsyncSession, lot: Lot) -> None:
    with session.no_autoflush:
        taken = await session.scalar(
            select(Lot.id).where(Lot.supplier_id == lot.supplier_id, Lot.code == lot.code, Lot.id != lot.id)
        )
    if taken is not None:
        message = _("Mã lô này đã dùng cho một lô khác của bạn.")
        raise Invalid(message, {"code": message})


def _say(lot: Lot, what: LotDraft) -> None:
    for name in SAID:
        if getattr(lot, name, None) != getattr(what, name):
            setattr(lot, name, getattr(what, name))
    if what.names_agreed != (lot.names_agreed_at is not None):
        lot.names_agreed_at = clock.now() if what.names_agreed else None


def _said(lot: Lot) -> dict[str, Any]:
    return {name: getattr(lot, name) for name in SAID} | {"names_agreed": lot.names_agreed_at is not None}


def _listed(what: LotLists) -> dict[str, Any]:
    """The lists for the journal: everything but the names of people."""
    return {
        "sources": [source.model_dump(exclude={"name"}) for source in what.sources],
        "checks": [check.model_dump() for check in what.checks],
        "deliveries": [delivery.model_dump() for delivery in what.deliveries],
    }


async def _put_parts(session: AsyncSession, lot_id: UUID, what: LotDraft) -> None:
    for table in (LotSource, LotCheck, LotDelivery):
        await session.execute(delete(table).where(table.lot_id == lot_id))
    for place, source in enumerate(what.sources):
        session.add(LotSource(lot_id=lot_id, position=place, **source.model_dump()))
    for place, check in enumerate(what.checks):
        session.add(LotCheck(lot_id=lot_id, position=place, **check.model_dump()))
    for place, each in enumerate(what.deliveries):
        line = LotDelivery(lot_id=lot_id, position=place, place=each.place, delivered_on=each.delivered_on)
        line.kg = each.delivered_kg
        session.add(line)
    await session.flush()


async def _parts(session: AsyncSession, lot_id: UUID) -> LotLists:
    """The stored lists, in the form in which they are handed in; whatever is stored has been found right before."""

    async def lines(table: Any) -> Sequence[Any]:
        return (await session.scalars(select(table).where(table.lot_id == lot_id).order_by(table.position))).all()

    def source(row: Any) -> SourceInput:
        return SourceInput.model_construct(
            name=row.name, kind=row.kind, commune_code=row.commune_code, area_ha=row.area_ha, kg=row.kg
        )

    return LotLists.model_construct(
        sources=tuple(source(row) for row in await lines(LotSource)),
        checks=tuple(
            LotCheckInput.model_construct(words=row.words, checked_on=row.checked_on, checked_by=row.checked_by)
            for row in await lines(LotCheck)
        ),
        deliveries=tuple(
            DeliveryInput.model_construct(place=row.place, delivered_on=row.delivered_on, delivered_kg=row.kg)
            for row in await lines(LotDelivery)
        ),
    )
