"""Rules of timetables in the reader's language. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from service.core.i18n import _
from service.fairs.meetings.problem import Level, Rule, Violation


def same(name: str) -> str:
    """Names as they are: in a file there are no others."""
    return f"“{name}”"


def broken(each: Violation, meeting: Callable[[str], str] = same, participant: Callable[[str], str] = same) -> str:
    """What is wrong with a timetable, in one sentence."""
    places = _places(each, meeting, participant)
    words = {
        Rule.UNKNOWN: _("Cuộc gặp %(meeting)s: không có cuộc gặp hoặc bên này."),
        Rule.MISSING: _("Cuộc gặp %(meeting)s phải có nhưng chưa có lượt."),
        Rule.SLOT: _("Cuộc gặp %(meeting)s không được ở lượt %(slot)s."),
        Rule.FIXED: _("Cuộc gặp %(meeting)s đã định ở lượt khác, không phải lượt %(slot)s."),
        Rule.UNAVAILABLE: _("%(participant)s không có mặt ở lượt %(slot)s."),
        Rule.BUSY: _("%(participant)s có hai cuộc gặp ở lượt %(slot)s: %(meeting)s và %(other)s."),
        Rule.TABLES: _("Lượt %(slot)s có nhiều cuộc gặp hơn số bàn."),
        Rule.BEFORE: _("Cuộc gặp %(meeting)s phải trước cuộc gặp %(other)s."),
        Rule.MOST: _("%(participant)s có nhiều cuộc gặp hơn mức muốn nhận."),
        Rule.GAP_DIFFERENCE: _("%(participant)s có nhiều khoảng trống hơn hẳn các bên khác."),
    }[each.rule]
    if each.rule is Rule.MOST and each.slot is not None:
        words = _("%(participant)s có nhiều cuộc gặp hơn mức muốn nhận trong phiên có lượt %(slot)s.")
    if each.rule is Rule.TABLES and each.meeting is not None:
        words = _("Cuộc gặp %(meeting)s, lượt %(slot)s: bàn này không có hoặc đã có người.")
    return words % places


def clash(each: Violation, meeting: Callable[[str], str] = same, participant: Callable[[str], str] = same) -> str:
    """A rule that cannot be kept together with the others that are named with it, in one sentence."""
    words = {
        Rule.UNKNOWN: _("Cuộc gặp %(meeting)s: bên %(participant)s không có trong danh sách."),
        Rule.MISSING: _("Cuộc gặp %(meeting)s phải được xếp."),
        Rule.SLOT: _("Cuộc gặp %(meeting)s chỉ được ở một số lượt."),
        Rule.FIXED: _("Cuộc gặp %(meeting)s định ở lượt %(slot)s."),
        Rule.UNAVAILABLE: _("%(participant)s vắng mặt ở một số lượt."),
        Rule.BUSY: _("%(participant)s mỗi lượt chỉ gặp được một bên."),
        Rule.TABLES: _("Mỗi lượt không có nhiều cuộc gặp hơn số bàn."),
        Rule.BEFORE: _("Cuộc gặp %(meeting)s phải trước cuộc gặp %(other)s."),
        Rule.MOST: _("%(participant)s chỉ nhận một số cuộc gặp."),
        Rule.GAP_DIFFERENCE: _("Số khoảng trống của hai bên bất kỳ chỉ được chênh nhau tới mức đã cho."),
    }[each.rule]
    return words % _places(each, meeting, participant)


def level_name(level: Level) -> str:
    """What a level counts."""
    return {
        Level.VALUE: _("giá trị các cuộc gặp"),
        Level.MOVED: _("cuộc gặp bị dời"),
        Level.GAPS: _("khoảng trống"),
        Level.DIFFERENCE: _("chênh lệch khoảng trống"),
        Level.TABLES: _("lần đổi bàn"),
        Level.WALKING: _("quãng đường đi"),
    }[level]


def _places(each: Violation, meeting: Callable[[str], str], participant: Callable[[str], str]) -> dict[str, str]:
    return {
        "meeting": "" if each.meeting is None else meeting(each.meeting),
        "other": "" if each.other is None else meeting(each.other),
        "participant": "" if each.participant is None else participant(each.participant),
        "slot": "" if each.slot is None else str(each.slot),
    }
