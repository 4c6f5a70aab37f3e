"""Quotes in words: where they stand, on which terms, what a revision has changed, and how their price is reckoned."""

from __future__ import annotations

from decimal import Decimal

from service.core import formats
from service.core.i18n import _
from service.matching.quotes.comparing import RATE, Conditions
from service.matching.quotes.inputs import QuoteDraft
from service.matching.quotes.models import QuoteState


def state_name(state: str) -> str:
    """Where a quote stands, in words."""
    return {
        QuoteState.DRAFT.value: _("bản nháp"),
        QuoteState.SENT.value: _("chờ trả lời"),
        QuoteState.WITHDRAWN.value: _("đã rút"),
        QuoteState.AWARDED.value: _("được chọn"),
        QuoteState.LOST.value: _("không được chọn"),
        QuoteState.EXPIRED.value: _("đã hết hiệu lực"),
    }[str(state)]


def conditions_of(draft: QuoteDraft) -> Conditions:
    """The terms that change what a kilogram costs."""
    return Conditions(
        delivered=draft.delivered, freight=draft.freight_vnd_per_kg or 0, credit_days=draft.credit_days or 0,
        deposit_percent=draft.deposit_percent, discount_percent=draft.discount_percent, lead_days=draft.lead_days or 0,
    )  # fmt: skip


def assumptions(rate: Decimal = RATE, city: str = "") -> list[str]:
    """How the price for a kilogram delivered is reckoned, in words."""
    percent = formats.number(rate)
    return [
        _("Giá giao đến %(city)s, tính cho một kg: giá báo trừ chiết khấu, cộng cước nếu giao tại kho người bán.", city=city),
        _("Trả chậm có lợi cho bạn: trừ lãi %(rate)s %%/năm trên phần chưa trả, theo số ngày được nợ.", rate=percent),
        _("Đặt cọc làm bạn tốn lãi: cộng lãi %(rate)s %%/năm trên tiền cọc, theo số ngày chờ hàng.", rate=percent),
        _("Phần bớt theo lượng chưa tính vào, vì còn tùy bạn lấy bao nhiêu; khi chọn thì được tính."),
        _("Thuế và bốc xếp không tính, vì như nhau ở mọi báo giá."),
    ]


def terms_lines(draft: QuoteDraft) -> list[tuple[str, str]]:
    """The terms of a quote as pairs of what and how."""
    road = _("giao tận nơi")
    if not draft.delivered:
        road = _("tại kho người bán, cước %(vnd)s/kg", vnd=formats.vnd(draft.freight_vnd_per_kg or 0))
    pay = [_("trả chậm %(n)s ngày", n=draft.credit_days)] if draft.credit_days else [_("trả khi nhận hàng")]
    if draft.deposit_percent:
        pay.append(_("đặt cọc %(n)s %%", n=formats.number(draft.deposit_percent)))
    if draft.discount_percent:
        pay.append(_("chiết khấu %(n)s %%", n=formats.number(draft.discount_percent)))
    pairs = [
        (_("Giao hàng"), road),
        (_("Thanh toán"), ", ".join(pay)),
        (_("Quy cách"), formats.grams(draft.pack_net_g) if draft.pack_net_g else _("chưa ghi")),
        (_("Chuẩn bị hàng"), _("%(n)s ngày", n=draft.lead_days) if draft.lead_days is not None else _("chưa ghi")),
        (_("Hiệu lực đến"), formats.day(draft.valid_until)),
        (_("Hàng mẫu"), _("gửi được") if draft.sample else _("không")),
    ]
    if draft.tiers:
        steps = [
            _("từ %(kg)s bớt %(vnd)s/kg", kg=formats.kg(each.from_kg), vnd=formats.vnd(each.less_vnd_per_kg))
            for each in draft.tiers
        ]
        pairs.append((_("Mua nhiều"), "; ".join(steps)))
    return pairs


def changes(before: QuoteDraft | None, after: QuoteDraft | None) -> list[str]:
    """What one revision changed against the one before it, in words."""
    if after is None:
        return []
    if before is None:
        return [_("Bản đầu: %(kg)s.", kg=formats.kg(after.total))]
    found = []
    if before.total != after.total:
        found.append(_("Tổng lượng: %(old)s → %(new)s", old=formats.kg(before.total), new=formats.kg(after.total)))
    old, new = ({(each.product_id, each.month): each for each in draft.lines} for draft in (before, after))
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[1], key[0])):
        was, now = old.get(key), new.get(key)
        month = formats.month(key[1])
        if was is None and now is not None:
            found.append(_("%(month)s: thêm %(kg)s", month=month, kg=formats.kg(now.kg)))
        elif now is None and was is not None:
            found.append(_("%(month)s: bỏ %(kg)s", month=month, kg=formats.kg(was.kg)))
        elif was is not None and now is not None and was != now:
            found.append(
                _("%(month)s: %(old)s × %(was)s → %(new)s × %(now)s", month=month, old=formats.kg(was.kg),
                  new=formats.kg(now.kg), was=formats.vnd(was.price_vnd_per_kg), now=formats.vnd(now.price_vnd_per_kg))
            )  # fmt: skip
    earlier = dict(terms_lines(before))
    now_said = terms_lines(after)
    found.extend(f"{label}: {earlier.get(label, '–')} → {said}" for label, said in now_said if earlier.get(label) != said)
    if before.note != after.note:
        found.append(_("Ghi chú đã sửa"))
    return found
