"""Which of a supplier's products may be brought to a fair, and of each other one why not, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock, formats
from service.core.i18n import _, locale

MOST = 500

# A paper counts for the product it is for, or, when it is the supplier's, for every product of it.
_GOODS = text(
    """
SELECT p.id, p.slug, p.name, p.name_en, p.state, s.state AS supplier_state, c.slug AS commodity, k.held, k.endless, k.until,
       k.ran_out, k.waiting, k.stars
  FROM catalogue_product p
  JOIN catalogue_supplier s ON s.id = p.supplier_id
  LEFT JOIN catalogue_commodity c ON c.id = p.commodity_id
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE h.state = 'checked' AND coalesce(h.valid_to >= :today, true)) > 0 AS held,
              coalesce(bool_or(h.state = 'checked' AND h.valid_to IS NULL), false) AS endless,
              max(h.valid_to) FILTER (WHERE h.state = 'checked' AND h.valid_to >= :today) AS until,
              max(h.valid_to) FILTER (WHERE h.state = 'checked' AND h.valid_to < :today) AS ran_out,
              coalesce(bool_or(h.state = 'submitted'), false) AS waiting,
              max(h.stars) FILTER (WHERE h.state = 'checked' AND coalesce(h.valid_to >= :today, true)) AS stars
         FROM catalogue_certificate h
        WHERE h.product_id = p.id OR h.supplier_id = p.supplier_id AND h.product_id IS NULL) k
 WHERE p.supplier_id = :supplier ORDER BY p.name, p.id LIMIT :most
"""
)


@dataclass(frozen=True, slots=True)
class GoodsView:
    """One product of the applicant. `why` is empty where it may be brought; `remedy` is where to do something about it."""

    id: UUID
    slug: str
    name: str
    commodity: str | None
    stars: int | None
    why: str | None = None
    remedy: str | None = None
    warning: str | None = None  # It may be brought, but a paper runs out before the fair ends.


async def own_goods(session: AsyncSession, supplier_id: UUID, last_day: date) -> list[GoodsView]:
    """Every product of a supplier, those that may be brought first. One statement."""
    asked = {"supplier": supplier_id, "today": clock.today(), "most": MOST}
    found = [_goods(row, last_day) for row in (await session.execute(_GOODS, asked)).all()]
    return sorted(found, key=lambda each: each.why is not None)


async def goods_named(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """The address and the name of products, whoever's they are."""
    statement = text("SELECT id, slug, CASE WHEN :english THEN coalesce(name_en, name) ELSE name END AS name"
                     " FROM catalogue_product WHERE id = ANY(:ids)")  # fmt: skip
    found = await session.execute(statement, {"ids": list(ids), "english": locale() == "en"})
    return {row.id: (row.slug, row.name) for row in found}


def _goods(row: Any, last_day: date) -> GoodsView:
    name = (row.name_en or row.name) if locale() == "en" else row.name
    why, remedy = _why_not(row)
    warning = None
    if why is None and not row.endless and row.until is not None and row.until < last_day:
        warning = _("Giấy hết hạn ngày %(day)s, trước khi hội chợ kết thúc: hãy gia hạn trước.", day=formats.day(row.until))
    return GoodsView(row.id, row.slug, name, row.commodity, row.stars, why, remedy, warning)


def _why_not(row: Any) -> tuple[str | None, str | None]:
    desk = f"/ban-hang/san-pham/{row.slug}"
    if row.supplier_state != "published":
        return _("Hồ sơ của bạn chưa được đăng."), "/ban-hang"
    unpublished = {
        "draft": _("Còn là bản nháp: hãy gửi duyệt."),
        "submitted": _("Đang chờ cán bộ duyệt."),
        "returned": _("Bị trả lại: hãy xem lý do, sửa rồi gửi lại."),
    }
    if row.state in unpublished:
        return unpublished[row.state], desk
    return (None, None) if row.held else (_no_paper(row), f"{desk}/giay-to")


def _no_paper(row: Any) -> str:
    if row.waiting:
        return _("Giấy chứng nhận đang chờ cán bộ kiểm tra.")
    if row.ran_out is not None:
        return _("Giấy chứng nhận đã hết hạn ngày %(day)s: hãy thêm giấy mới.", day=formats.day(row.ran_out))
    return _("Chưa có giấy chứng nhận nào còn hạn: hãy thêm giấy.")
