"""What a buyer has written of a request, held against the market: known goods, papers and names, and days to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service import catalogue
from service.catalogue import CommodityTerms
from service.core import places
from service.core.errors import Invalid
from service.core.i18n import _
from service.matching.inputs import RequestDraft

FEWEST_LETTERS = 2


async def checked(
    session: AsyncSession, draft: RequestDraft, today: date, *, before: date | None = None, drafted: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The columns of a request, or `Invalid` with every field to look at again.

    `before`: the deadline so far; `drafted`: it stays a draft, of which not everything must be said yet; `extra`: as stored.
    """
    commodity = await catalogue.commodity_called(session, draft.commodity) if draft.commodity else None
    wrong = _wrong_goods(draft, commodity)
    unknown = [kind for kind in draft.certificates if kind not in catalogue.KINDS]
    if unknown:
        wrong["certificates"] = _("Không có loại giấy “%(kind)s”.", kind=unknown[0][:40])
    if places.province(draft.delivery_province_code) is None:
        wrong["delivery_province_code"] = _("Chọn tỉnh hoặc thành phố nhận hàng.")
    wrong |= _wrong_days(draft, today, before, drafted=drafted)
    if draft.mark_slug is not None and "commodity" not in wrong:
        wrong |= await _wrong_mark(session, draft.mark_slug, commodity.slug if commodity else None)
    if wrong:
        raise Invalid(_("Yêu cầu còn chỗ cần sửa."), wrong)
    title = draft.title or (commodity.name if commodity else draft.words) or ""
    return {
        "title": title[:1].upper() + title[1:],
        "commodity_id": commodity.id if commodity else None,
        "words": draft.words,
        "ceiling_vnd_per_kg": draft.ceiling_vnd_per_kg,
        "certificates": sorted(set(draft.certificates) - {catalogue.OCOP}),
        "min_stars": draft.min_stars or (3 if catalogue.OCOP in draft.certificates else None),
        "pack_net_g": draft.pack_net_g,
        "unverified_too": draft.unverified_too,
        "delivery_province_code": draft.delivery_province_code,
        "place": draft.place,
        "deadline": draft.deadline,
        "note": draft.note,
        "visibility": draft.visibility,
        "sealed": draft.sealed,
        "closes_at_quotes": draft.closes_at_quotes,
        "mark_slug": draft.mark_slug,
        "extra": dict(extra or {}) if draft.extra is None else draft.extra,
    }


def _wrong_goods(draft: RequestDraft, commodity: CommodityTerms | None) -> dict[str, str]:
    if draft.commodity:
        if commodity is None:
            return {"commodity": _("Chợ chưa có mặt hàng “%(name)s”. Hãy ghi vào ô mô tả.", name=draft.commodity[:60])}
    elif not draft.words:
        return {"commodity": _("Chọn một mặt hàng, hoặc tả món hàng bằng lời.")}
    elif sum(letter.isalpha() for letter in draft.words) < FEWEST_LETTERS:
        return {"words": _("Tả món hàng bằng chữ, ví dụ: mật ong rừng.")}
    return {}


def _wrong_days(draft: RequestDraft, today: date, before: date | None, *, drafted: bool) -> dict[str, str]:
    wrong = {}
    if draft.deadline is not None and draft.deadline < today and draft.deadline != before:
        wrong["deadline"] = _("Hạn trả lời đã qua.")
    if draft.sealed and draft.deadline is None and not drafted:
        wrong["deadline"] = _("Báo giá kín được mở khi hết hạn trả lời, nên cần ghi hạn.")
    if draft.months[-1][0] < today.replace(day=1):
        wrong["kg_01"] = _("Các tháng cần hàng đã qua.")
    return wrong


async def _wrong_mark(session: AsyncSession, slug: str, commodity: str | None) -> dict[str, str]:
    """What is wrong with a protected name for these goods: it must be known, and protect the goods asked for."""
    names = await catalogue.protected_names(await catalogue.reader_of(session))
    mark = next((each for each in names if each.slug == slug), None)
    if mark is None:
        return {"mark_slug": _("Hãy chọn một trong các mục có sẵn.")}
    if mark.commodity_slug is not None and commodity is not None and mark.commodity_slug != commodity:
        return {"mark_slug": _("“%(mark)s” chỉ bảo hộ %(goods)s.", mark=mark.name, goods=mark.commodity or mark.name)}
    return {}
