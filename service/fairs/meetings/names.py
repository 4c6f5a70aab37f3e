"""The words of meetings, in the reader's language."""

from __future__ import annotations

from service.core.i18n import _, ngettext
from service.fairs.meetings.models import AskState, MeetingState, Result, Said, Seats, Side, TimetableState


def seats_name(seats: Seats) -> str:
    """Where the two sit down."""
    return {
        Seats.TABLES: _("tại bàn gặp có đánh số"),
        Seats.BOOTHS: _("tại gian của nhà cung cấp (ai không có gian thì tại bàn)"),
    }[seats]


def side_name(side: Side) -> str:
    """A side of meetings."""
    return {Side.SUPPLIER: _("nhà cung cấp"), Side.BUYER: _("nhà phân phối")}[side]


def ask_state_name(state: AskState) -> str:
    """Where a request for a meeting stands."""
    return {
        AskState.ASKED: _("chờ trả lời"),
        AskState.ACCEPTED: _("đã nhận lời"),
        AskState.DECLINED: _("đã từ chối"),
        AskState.WITHDRAWN: _("đã rút"),
        AskState.LAPSED: _("quá hạn, không trả lời"),
    }[state]


def timetable_state_name(state: TimetableState) -> str:
    """Where a version stands."""
    return {
        TimetableState.ASKED: _("chờ máy"),
        TimetableState.SOLVING: _("đang xếp"),
        TimetableState.FOUND: _("xếp xong"),
        TimetableState.HAND: _("sửa tay"),
        TimetableState.PUBLISHED: _("đang công bố"),
        TimetableState.SUPERSEDED: _("đã thay bằng bản mới"),
        TimetableState.FAILED: _("không xếp được"),
        TimetableState.CANCELLED: _("đã dừng"),
    }[state]


def meeting_state_name(state: MeetingState, absent: Side | None = None) -> str:
    """Where a meeting stands."""
    if state is MeetingState.NO_SHOW and absent is Side.SUPPLIER:
        return _("nhà cung cấp vắng mặt")
    if state is MeetingState.NO_SHOW:
        return _("nhà phân phối vắng mặt")
    return {
        MeetingState.PLANNED: _("theo lịch"),
        MeetingState.HELD: _("đã gặp"),
        MeetingState.NOT_HELD: _("không diễn ra"),
        MeetingState.DISPUTED: _("hai bên nói khác nhau"),
        MeetingState.CANCELLED: _("đã hủy"),
    }[state]


def said_name(said: Said | None, *, late: bool = False) -> str:
    """What one side says of a meeting."""
    if said is None:
        return _("chưa điểm danh")
    if said is Said.HELD:
        return _("có gặp, trễ giờ") if late else _("có gặp")
    return _("không diễn ra")


def result_name(result: Result) -> str:
    """What came of a meeting."""
    return {
        Result.NONE: _("không đi đến đâu"),
        Result.TALKS: _("còn trao đổi tiếp"),
        Result.SAMPLE: _("gửi mẫu"),
        Result.QUOTE: _("hỏi hoặc gửi báo giá"),
        Result.MEMORANDUM: _("ký biên bản ghi nhớ"),
        Result.ORDER: _("có đơn hàng"),
    }[result]


def months_name(months: int) -> str:
    """When a question is asked."""
    return _("ngay sau cuộc gặp") if months == 0 else ngettext("sau %(n)s tháng", "sau %(n)s tháng", months)


def called_off_name(who: str) -> str:
    """Who has called a meeting off."""
    return {
        "supplier": _("nhà cung cấp báo hủy"), "buyer": _("nhà phân phối báo hủy"), "organiser": _("ban tổ chức hủy"),
    }.get(who, who)  # fmt: skip


def failure(reason: str | None) -> str:
    """Why a version failed, and what to do next."""
    return {
        "nothing": _("Chưa có cặp nào muốn gặp nhau, hoặc chưa có buổi gặp. Hãy nhắc hai bên ghi nguyện vọng, hoặc cho xếp cả cặp hợp nhau."),
        "impossible": _("Không có lịch nào giữ được mọi điều kiện bắt buộc."),
        "broken": _("Máy đưa ra một lịch phá quy tắc nên đã bỏ. Hãy xếp lại với số khởi đầu khác."),
        "late": _("Không có máy nào làm việc này trong nhiều phút. Hãy xếp lại."),
        "not_found": _("Hết giờ mà chưa tìm được lịch nào. Hãy cho máy thêm thời gian, hoặc thêm bàn, thêm lượt."),
    }.get(reason or "", _("Không xếp được. Hãy thử lại."))  # fmt: skip
