"""The words of meetings, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.core import formats
from service.core.i18n import _, ngettext
from service.fairs.meetings.models import AskState, MeetingState, Result, Said, Seats, Side, TimetableState
from service.fairs.meetings.problem import Rule, Violation
from service.fairs.meetings.slots import Slot


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
    nothing = _("Chưa có cặp nào muốn gặp nhau, hoặc chưa có buổi gặp. Hãy nhắc hai bên, hoặc cho xếp cả cặp hợp nhau.")
    return {
        "nothing": nothing,
        "impossible": _("Không có lịch nào giữ được mọi điều kiện bắt buộc."),
        "broken": _("Máy đưa ra một lịch phá quy tắc nên đã bỏ. Hãy xếp lại với số khởi đầu khác."),
        "late": _("Không có máy nào làm việc này trong nhiều phút. Hãy xếp lại."),
        "not_found": _("Hết giờ mà chưa tìm được lịch nào. Hãy cho máy thêm thời gian, hoặc thêm bàn, thêm lượt."),
    }.get(reason or "", _("Không xếp được. Hãy thử lại."))


def level_name(level: str) -> str:
    """What a timetable is judged by, in the order in which it counts."""
    return {
        "value": _("Giá trị các cuộc gặp"),
        "moved": _("Cuộc gặp đổi giờ so với lịch đang công bố"),
        "gaps": _("Quãng ngồi chờ giữa hai cuộc gặp"),
        "difference": _("Chênh lệch chờ giữa người nhiều nhất và ít nhất"),
        "tables": _("Lần phải sang bàn khác"),
        "walking": _("Quãng đường đi giữa các gian"),
    }.get(level, level)


def level_value(level: str, value: int) -> str:
    """A figure of a level with its unit."""
    if level == "walking":  # In decimetres.
        return _("%(n)s m", n=formats.number(round(value / 10)))
    return formats.number(value)


def left_out_reason(reason: str) -> str:
    """Why a wished meeting is not held."""
    return {
        "no_common_slot": _("hai bên không có lượt nào cùng rảnh"),
        "supplier_full": _("nhà cung cấp đã đủ số cuộc gặp"),
        "buyer_full": _("nhà phân phối đã đủ số cuộc gặp"),
        "busy": _("mọi lượt hai bên cùng rảnh đều đã có cuộc gặp khác"),
        "tables": _("các lượt còn rảnh đã hết bàn"),
        "worth_less": _("nhường chỗ cho cuộc gặp được mong hơn"),
    }.get(reason, reason)


def violation(broken: Violation, called: Mapping[str, str], slots: Sequence[Slot]) -> str:
    """A rule that is broken, as a sentence with the names of those whom it concerns."""
    meeting, other = called.get(broken.meeting or "", ""), called.get(broken.other or "", "")
    who = called.get(broken.participant or "", "")
    at = next((each.clock for each in slots if each.number == broken.slot), "")
    return {
        Rule.UNKNOWN: _("Lịch này không có cuộc gặp hoặc người đó."),
        Rule.MISSING: _("%(meeting)s bắt buộc phải gặp mà chưa có giờ.", meeting=meeting),
        Rule.SLOT: _("%(meeting)s không gặp được lúc %(at)s.", meeting=meeting, at=at),
        Rule.FIXED: _("%(meeting)s đã bắt đầu hoặc đã chốt giờ nên không đổi được.", meeting=meeting),
        Rule.UNAVAILABLE: _("%(who)s đã báo không gặp được lúc %(at)s.", who=who, at=at),
        Rule.BUSY: _(
            "%(who)s lúc %(at)s có hai cuộc gặp: %(meeting)s và %(other)s.", who=who, at=at, meeting=meeting, other=other
        ),
        Rule.TABLES: _("Lúc %(at)s hết bàn, hoặc bàn đó đã có cuộc gặp khác.", at=at),
        Rule.BEFORE: _("%(meeting)s phải trước %(other)s.", meeting=meeting, other=other),
        Rule.MOST: _("%(who)s có nhiều cuộc gặp hơn mức cho phép.", who=who),
        Rule.GAP_DIFFERENCE: _("%(who)s phải chờ nhiều hơn hẳn %(other)s.", who=who, other=other),
    }[broken.rule]
