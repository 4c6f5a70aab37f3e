"""What booths sell on the days of a fair (F16). "Nothing sold today" is said too: a day that nobody speaks of is unknown.

Every write holds the exhibitor's row, so two phones of one booth take turns; a correction names the version that it read.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.onsite import rules
from service.fairs.onsite.events import SaleCorrected, SaleRecorded, SaleWithdrawn
from service.fairs.onsite.goods import own_product
from service.fairs.onsite.inputs import SaleDraft
from service.fairs.onsite.models import Sale
from service.fairs.onsite.roster import OwnStand, own_stand

MOST_A_DAY = 200
FIGURES = ("day", "booth", "nothing", "product_id", "what", "kg", "vnd", "receipts")


async def record_sale(
    session: AsyncSession, actor: Actor, slug: str, draft: SaleDraft, *, exhibitor_id: UUID | None = None
) -> Sale:
    """Write what a booth has sold; the same key again is the same sale. With `exhibitor_id`: the organiser, from paper."""
    stand = await _writable(session, actor, slug, exhibitor_id, draft.key)
    if isinstance(stand, Sale):
        return stand
    values = await _values(session, stand, draft)
    there = await _of_day(session, stand.exhibitor.id, values["booth"], values["day"])
    _refuse_contradiction(there, nothing=draft.nothing)
    if draft.nothing and there:
        return there[0]
    if len(there) >= MOST_A_DAY:
        raise Conflict(_("Ngày này đã có %(n)s dòng bán. Hãy gộp bớt.", n=MOST_A_DAY))
    for denied in there:
        if denied.nothing:  # Something was sold after all.
            await _withdraw(session, actor, denied)
    sale = Sale(
        fair_id=stand.fair.id, exhibitor_id=stand.exhibitor.id, key=draft.key, typed_by=actor.person_id, typed_at=clock.now(),
        **values,
    )  # fmt: skip
    session.add(sale)
    await session.flush()
    await announce(session, SaleRecorded(stand.fair.id, sale.id), actor=actor, new={name: values[name] for name in FIGURES})
    return sale


async def correct_sale(
    session: AsyncSession, actor: Actor, slug: str, sale_id: UUID, draft: SaleDraft, *, exhibitor_id: UUID | None = None
) -> Sale:
    """Write a sale right; of two who correct the same one, the second is told. Old and new figures stay in the journal."""
    stand = await _open_stand(session, actor, slug, exhibitor_id)
    sale = await _own(session, stand, sale_id)
    _check_version(sale, draft.version)
    values = await _values(session, stand, draft)
    old = {name: getattr(sale, name) for name in FIGURES}
    if {name: values[name] for name in FIGURES} == old:
        return sale
    others = [each for each in await _of_day(session, stand.exhibitor.id, values["booth"], values["day"]) if each.id != sale.id]
    _refuse_contradiction(others, nothing=draft.nothing)
    for denied in others:
        if denied.nothing:
            await _withdraw(session, actor, denied)
    for name, value in values.items():
        setattr(sale, name, value)
    await session.flush()
    fact = SaleCorrected(stand.fair.id, sale.id)
    await announce(session, fact, actor=actor, old=old, new={name: values[name] for name in FIGURES})
    return sale


async def withdraw_sale(
    session: AsyncSession, actor: Actor, slug: str, sale_id: UUID, *, version: int | None = None,
    exhibitor_id: UUID | None = None,
) -> Sale:  # fmt: skip
    """It was no sale; the row stays and counts no more. Again changes nothing."""
    stand = await _open_stand(session, actor, slug, exhibitor_id)
    sale = await _own(session, stand, sale_id, withdrawn_too=True)
    if sale.withdrawn_at is None:
        _check_version(sale, version)
        await _withdraw(session, actor, sale)
    return sale


async def _writable(session: AsyncSession, actor: Actor, slug: str, exhibitor_id: UUID | None, key: UUID) -> OwnStand | Sale:
    stand = await own_stand(session, slug, actor, exhibitor_id=exhibitor_id)
    before = await session.scalar(select(Sale).where(Sale.exhibitor_id == stand.exhibitor.id, Sale.key == key))
    if before is not None:
        return before
    _refuse_closed(stand)
    return stand


async def _open_stand(session: AsyncSession, actor: Actor, slug: str, exhibitor_id: UUID | None) -> OwnStand:
    stand = await own_stand(session, slug, actor, exhibitor_id=exhibitor_id)
    _refuse_closed(stand)
    return stand


def _refuse_closed(stand: OwnStand) -> None:
    reason = rules.why_not_write(stand.fair, stand.days, clock.today())
    if reason is not None:
        raise Conflict(reason)


def _check_version(sale: Sale, version: int | None) -> None:
    if version is not None and version != sale.version:
        raise Conflict(_("Người khác vừa sửa dòng bán này. Hãy xem số mới rồi sửa tiếp."))


def _refuse_contradiction(there: list[Sale], *, nothing: bool) -> None:
    if nothing and any(not each.nothing for each in there):
        raise Conflict(_("Ngày này đã ghi có bán hàng. Hãy bỏ các dòng đó trước khi ghi là không bán được gì."))


async def _values(session: AsyncSession, stand: OwnStand, draft: SaleDraft) -> dict[str, Any]:
    wrong: dict[str, str] = {}
    today = clock.today()
    day = draft.day or min(max(today, stand.days[0]), stand.days[-1])
    reason = rules.why_not_day(stand.days, day, today)
    if reason is not None:
        wrong["day"] = reason
    booth = stand.booth_on(day, draft.booth)
    if booth is None:
        wrong["booth"] = (
            _("Đơn vị không có gian “%(code)s”.", code=draft.booth[:40])
            if draft.booth
            else _("Chưa có gian nào để ghi bán hàng.")
        )
    product = None if draft.nothing else await own_product(session, stand.exhibitor.supplier_id, draft.product, wrong)
    if not draft.nothing:
        if draft.vnd is None:
            wrong["vnd"] = _("Ghi số tiền bán được, hoặc chọn “Hôm nay không bán được gì”.")
        if draft.product is None and draft.what is None:
            wrong["what"] = _("Ghi mặt hàng đã bán.")
    if wrong:
        raise Invalid(_("Dòng bán hàng còn chỗ cần sửa."), wrong)
    if draft.nothing:
        return {
            "day": day, "booth": booth, "nothing": True, "product_id": None, "commodity_id": None, "what": None, "kg": None,
            "vnd": 0, "receipts": None,
        }  # fmt: skip
    return {
        "day": day, "booth": booth, "nothing": False, "product_id": product.id if product else None,
        "commodity_id": product.commodity_id if product else None, "what": None if product else draft.what, "kg": draft.kg,
        "vnd": draft.vnd, "receipts": draft.receipts,
    }  # fmt: skip


async def _of_day(session: AsyncSession, exhibitor_id: UUID, booth: str, day: date) -> list[Sale]:
    found = await session.scalars(
        select(Sale)
        .where(Sale.exhibitor_id == exhibitor_id, Sale.booth == booth, Sale.day == day, Sale.withdrawn_at.is_(None))
        .order_by(Sale.id)
    )
    return list(found)


async def _own(session: AsyncSession, stand: OwnStand, sale_id: UUID, *, withdrawn_too: bool = False) -> Sale:
    sale = await session.scalar(
        select(Sale)
        .where(Sale.id == sale_id, Sale.exhibitor_id == stand.exhibitor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if sale is None or (sale.withdrawn_at is not None and not withdrawn_too):
        raise NotFound(_("Không có dòng bán này."))
    return sale


async def _withdraw(session: AsyncSession, actor: Actor, sale: Sale) -> None:
    sale.withdrawn_at = clock.now()
    await session.flush()
    old = {name: getattr(sale, name) for name in FIGURES}
    await announce(session, SaleWithdrawn(sale.fair_id, sale.id), actor=actor, old=old)
