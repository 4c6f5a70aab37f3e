"""Keeping, changing and throwing away net-price sheets: each is its supplier's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, plain
from service.core.i18n import _
from service.matching.netprice import rules
from service.matching.netprice.events import NetPriceChanged, NetPriceDropped, NetPriceSaved
from service.matching.netprice.inputs import NetPriceKept
from service.matching.netprice.models import NetPriceSheet


async def save_sheet(session: AsyncSession, actor: Actor, what: NetPriceKept, *, key: UUID | None = None) -> NetPriceSheet:
    """Keep the assumptions under a name of their own. `key` names the act: the same form twice keeps one sheet."""
    organisation_id = _organisation(actor)
    key = key or new_id()
    there = await _kept(session, organisation_id, NetPriceSheet.key == key)
    if there is not None:
        return there
    values = await _values(session, actor, what)
    if await _kept(session, organisation_id, NetPriceSheet.name == what.name) is not None:
        raise Invalid(_("Chưa lưu được phiếu."), {"name": _("Đã có phiếu tên này. Hãy chọn tên khác.")})
    count = await session.scalar(
        select(func.count()).select_from(NetPriceSheet).where(NetPriceSheet.organisation_id == organisation_id)
    )
    if (count or 0) >= rules.MOST_SHEETS:
        raise Conflict(_("Đã có %(n)s phiếu. Hãy xóa bớt phiếu cũ trước.", n=rules.MOST_SHEETS))
    sheet = NetPriceSheet(organisation_id=organisation_id, key=key, saved_by=actor.person_id, **values)
    sheet.created_at = sheet.updated_at = clock.now()
    try:
        async with session.begin_nested():
            session.add(sheet)
    except IntegrityError:  # The other press of the same button, or somebody of the same house, was a moment faster.
        there = await _kept(session, organisation_id, NetPriceSheet.key == key)
        if there is None:
            raise Invalid(_("Chưa lưu được phiếu."), {"name": _("Đã có phiếu tên này. Hãy chọn tên khác.")}) from None
        return there
    await announce(session, NetPriceSaved(sheet.id), actor=actor, new=_told(values))
    return sheet


async def change_sheet(
    session: AsyncSession, actor: Actor, sheet_id: UUID, what: NetPriceKept, *, version: int | None = None
) -> NetPriceSheet:
    """Let a sheet assume something else; the same again changes nothing. What it assumed before stays in its history."""
    sheet = await _locked(session, actor, sheet_id)
    if version is not None and sheet.version != version:
        raise Conflict(_("Trong lúc bạn sửa, người khác đã lưu một bản mới. Những gì bạn gõ vẫn còn nguyên bên dưới."))
    values = await _values(session, actor, what)
    old = {name: getattr(sheet, name) for name in values}
    if values == old:
        return sheet
    taken = await _kept(session, sheet.organisation_id, NetPriceSheet.name == what.name)
    if taken is not None and taken.id != sheet.id:
        raise Invalid(_("Chưa lưu được phiếu."), {"name": _("Đã có phiếu tên này. Hãy chọn tên khác.")})
    for name, value in values.items():
        setattr(sheet, name, value)
    sheet.saved_by, sheet.updated_at = actor.person_id, clock.now()
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError:
        raise Invalid(_("Chưa lưu được phiếu."), {"name": _("Đã có phiếu tên này. Hãy chọn tên khác.")}) from None
    await announce(session, NetPriceChanged(sheet.id), actor=actor, old=_told(old), new=_told(values))
    return sheet


async def drop_sheet(session: AsyncSession, actor: Actor, sheet_id: UUID) -> None:
    """Throw a sheet away."""
    sheet = await _locked(session, actor, sheet_id)
    await session.delete(sheet)
    await session.flush()
    await announce(session, NetPriceDropped(sheet_id), actor=actor, old={"name": sheet.name})


async def _values(session: AsyncSession, actor: Actor, what: NetPriceKept) -> dict[str, Any]:
    words = what.words()
    product_id = None
    if words.product is not None:
        row = await catalogue.offer_called(session, words.product, reader=actor)
        if row is None or row.organisation_id != actor.organisation_id:
            raise Invalid(_("Chưa lưu được phiếu."), {"product": _("Chọn một sản phẩm đang đăng của bạn.")})
        product_id = row.id
    if words.price is None:
        raise Invalid(_("Chưa lưu được phiếu."), {"price": _("Cần điền mục này.")})
    return {"name": what.name, "product_id": product_id, "assumptions": plain(words.model_dump())}


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {"name": values["name"], "assumptions": values["assumptions"]}


def _organisation(actor: Actor) -> UUID:
    if not rules.may_keep_sheets(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Phiếu giá thực nhận dành cho nhà cung cấp."))
    if not rules.may_write_sheet(actor, actor.organisation_id):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    return actor.organisation_id


async def _kept(session: AsyncSession, organisation_id: UUID, which: Any) -> NetPriceSheet | None:
    found: NetPriceSheet | None = await session.scalar(
        select(NetPriceSheet).where(NetPriceSheet.organisation_id == organisation_id, which)
    )
    return found


async def _locked(session: AsyncSession, actor: Actor, sheet_id: UUID) -> NetPriceSheet:
    """The sheet, locked. A sheet of somebody else's is not there."""
    sheet = await session.scalar(
        select(NetPriceSheet).where(NetPriceSheet.id == sheet_id).with_for_update().execution_options(populate_existing=True)
    )
    if sheet is None or not rules.may_read_sheet(actor, sheet.organisation_id):
        raise NotFound(_("Không có phiếu giá thực nhận này."))
    if not rules.may_write_sheet(actor, sheet.organisation_id):
        raise NotAllowed(_("Bạn chỉ có quyền xem trong tổ chức này. Hãy nhờ chủ tổ chức cấp quyền thành viên."))
    return sheet
