"""What the database function `fairs_book` answers when it books nothing, as a refusal in words."""

from __future__ import annotations

from datetime import datetime

from service.core import formats
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from service.core.i18n import _


def refusal(outcome: str, booth: str, until: datetime | None, detail: str | None) -> Refused:
    """Why nothing was booked, and what to do next. `until` is when a hold ends, or when the desk opens."""
    booth = booth[:20]
    if outcome == "taken":
        return _taken(booth, until)
    if outcome == "not_open":
        return _not_open(until)
    if outcome == "days":
        message = _("Ngày phải nằm trong những ngày hội chợ mở.")
        return Invalid(message, {"first_day": message})
    if outcome == "enough":
        return Conflict(_("Bạn đã có đủ %(n)s gian như trong đơn. Muốn đổi, hãy trả lại một gian trước.", n=detail or "1"))
    kind, words = {
        "no_fair": (NotFound, _("Không tìm thấy hội chợ này.")),
        "no_booth": (NotFound, _("Hội chợ không có gian %(booth)s.", booth=booth)),
        "key_used": (
            Conflict,
            _("Mã chống gửi trùng này đã dùng cho một lượt đặt khác. Hãy tải lại trang rồi đặt lại."),
        ),
        "no_application": (NotAllowed, _("Hãy nộp đơn đăng ký tham gia hội chợ này trước, rồi mới đặt gian.")),
        "not_accepted": (NotAllowed, _("Đơn của bạn chưa được ban tổ chức nhận, nên chưa đặt gian được.")),
        "shut": (Conflict, _("Đã hết hạn đặt gian. Hãy liên hệ ban tổ chức.")),
        "over": (Conflict, _("Hội chợ đã kết thúc hoặc bị hủy.")),
        "closed": (Conflict, _("Gian %(booth)s không dùng được. Hãy chọn gian khác.", booth=booth)),
        "not_first_come": (
            Conflict,
            _("Gian %(booth)s do ban tổ chức xếp, không đặt trước được. Hãy chọn gian khác.", booth=booth),
        ),
    }[outcome]
    return kind(words)


def _taken(booth: str, until: datetime | None) -> Refused:
    if until is None:
        return Conflict(_("Gian %(booth)s đã có người. Hãy chọn gian khác.", booth=booth))
    when = formats.moment(until)
    return Conflict(_("Gian %(booth)s đang có người giữ tới %(until)s. Hãy chọn gian khác.", booth=booth, until=when))


def _not_open(until: datetime | None) -> Refused:
    if until is None:
        return Conflict(_("Hội chợ này không nhận đặt gian trước."))
    return Conflict(_("Chưa tới giờ đặt gian: mở lúc %(when)s.", when=formats.moment(until)))
