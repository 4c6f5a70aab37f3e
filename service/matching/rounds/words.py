"""Rounds, clearings and what stood in the way, in words. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.core import formats
from service.core.i18n import _, ngettext
from service.matching.evidence import paper_name
from service.matching.rounds.models import ClearingState, RoundState, Wish
from service.matching.terms import Condition


def need_reasons(asked: int, given: int, report: Mapping[str, Any]) -> list[str]:
    """Why a request did not get all that it asks for: nothing fits, nothing is free in a month, or others got it."""
    if given >= asked:
        return []
    if not report["fits"]:
        if not report["looked_at"]:
            return [_("Phiên chưa có ai bán mặt hàng này.")]
        return [_("Không nguồn nào hợp: %(rules)s.", rules=_of_products(report["every"]))]
    sentences = []
    none = [each for each in report["months"] if not each["fitting"]]
    if none:
        sentences.append(
            _("%(months)s: các nguồn hợp không còn hàng.", months=", ".join(_month(each["month"]) for each in none))
        )
    short = [each for each in report["months"] if each["fitting"] and each["given"] < each["asked"]]
    sentences.extend(_short(each) for each in short)
    if report["alone"]:
        sentences.append(_("Có nguồn chỉ vướng một điều: %(rules)s.", rules=_of_products(report["alone"])))
    return sentences


def _short(month: Mapping[str, Any]) -> str:
    """What binds in one month: all that fits was given, or others got a part of it."""
    said = {"month": _month(month["month"]), "missing": formats.kg(month["asked"] - month["given"]),
            "free": formats.kg(month["fitting"])}  # fmt: skip
    others = month["fitting"] - month["given"]
    if others <= 0:
        return _("%(month)s thiếu %(missing)s: mọi nguồn hợp cộng lại chỉ còn %(free)s, đã dành cả cho yêu cầu này.", **said)
    return _(
        "%(month)s thiếu %(missing)s: các nguồn hợp còn %(free)s, trong đó %(others)s chia cho yêu cầu khác.",
        **said, others=formats.kg(others),
    )  # fmt: skip


def supplier_reasons(given: int, free: int, report: Mapping[str, Any]) -> list[str]:
    """Why a supplier got nothing."""
    if given:
        return []
    if not report["looked_at"]:
        return [_("Phiên chưa có yêu cầu nào hỏi mặt hàng của bên này.")]
    if not report["fits"]:
        return [_("Chưa hợp yêu cầu nào: %(rules)s.", rules=_of_requests(report["every"]))]
    if not free:
        return [_("Không còn hàng trong các tháng được hỏi.")]
    return [_("Hợp %(n)s yêu cầu, nhưng các yêu cầu đó đã đủ từ nguồn hợp hơn.", n=report["fits"])]


def _of_products(counts: Mapping[str, int]) -> str:
    """What said no most often, with how many products: giá cao hơn trần (5 sản phẩm)."""
    return ", ".join(
        ngettext("%(rule)s (%(n)s sản phẩm)", "%(rule)s (%(n)s sản phẩm)", count, rule=rule_words(key))
        for key, count in _foremost(counts)
    )


def _of_requests(counts: Mapping[str, int]) -> str:
    """The same on a supplier's side, where each of its products was held against each request."""
    return ", ".join(
        ngettext("%(rule)s (%(n)s lượt so)", "%(rule)s (%(n)s lượt so)", count, rule=rule_words(key))
        for key, count in _foremost(counts)
    )


def _foremost(counts: Mapping[str, int], most: int = 3) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def rule_words(key: str) -> str:
    """A condition that says no, in words."""
    condition, _colon, kind = key.partition(":")
    if kind:
        return _("thiếu %(paper)s còn hạn", paper=paper_name(kind))
    return {
        Condition.COMMODITY.value: _("khác mặt hàng"),
        Condition.STARS.value: _("chưa đủ sao OCOP"),
        Condition.PRICE.value: _("giá cao hơn trần"),
        Condition.QUANTITY.value: _("không có hàng trong các tháng cần"),
        Condition.LEAST_ORDER.value: _("mức đặt tối thiểu cao hơn nhu cầu"),
        Condition.LEAD_TIME.value: _("không kịp chuẩn bị"),
        Condition.VERIFIED.value: _("nhà cung cấp chưa được xác minh"),
    }.get(condition, condition)


def unknown_words(condition: str) -> str:
    """A condition that nobody can judge yet, in words."""
    return {
        Condition.CERTIFICATE.value: _("giấy tờ chưa rõ hạn"),
        Condition.STARS.value: _("sao chưa rõ hạn"),
        Condition.PRICE.value: _("chưa rõ giá"),
        Condition.QUANTITY.value: _("chưa rõ năng lực"),
        Condition.LEAST_ORDER.value: _("chưa rõ mức đặt tối thiểu"),
        Condition.LEAD_TIME.value: _("chưa rõ thời gian chuẩn bị"),
    }.get(condition, "")


def _month(told: str) -> str:
    return formats.month(date.fromisoformat(told))


def state_name(state: str) -> str:
    """Where a round stands, in words."""
    return {
        RoundState.DRAFT.value: _("đang chuẩn bị"),
        RoundState.COLLECTING.value: _("đang nhận yêu cầu và ghi tên"),
        RoundState.CLEARING.value: _("đang xếp"),
        RoundState.CLEARED.value: _("đã xếp, chờ công bố"),
        RoundState.PUBLISHED.value: _("đã công bố"),
        RoundState.CLOSED.value: _("đã đóng"),
    }[str(state)]


def clearing_state_name(state: str) -> str:
    """Where a clearing stands, in words."""
    return {
        ClearingState.WAITING.value: _("đang chờ"),
        ClearingState.WORKING.value: _("đang chạy"),
        ClearingState.DONE.value: _("xong"),
        ClearingState.STOPPED.value: _("đã dừng"),
        ClearingState.FAILED.value: _("hỏng"),
    }[str(state)]


def stage_name(stage: str | None) -> str:
    """What a clearing is at, in words."""
    return {
        "reading": _("Đang đọc yêu cầu và năng lực"),
        "judging": _("Đang chấm độ hợp của từng yêu cầu"),
        "solving": _("Đang xếp và so các cách chia"),
        "storing": _("Đang ghi kết quả"),
    }.get(stage or "", _("Đang chờ máy xếp"))


def fairness_name(name: str) -> str:
    """A degree of fairness, in words."""
    return {
        "free": _("Chỉ theo độ hợp"),
        "light": _("Chia nhẹ"),
        "balanced": _("Cân bằng"),
        "even": _("Chia đều"),
        "most_even": _("Đều nhất"),
    }[name]


def wish_name(wish: str | None) -> str:
    """What one side has said to a proposal, in words."""
    return {Wish.MEET.value: _("muốn gặp"), Wish.NO.value: _("không"), None: _("chưa trả lời")}[wish and str(wish)]


def field_kind_name(kind: str) -> str:
    """What a question is answered with, in words."""
    return {"text": _("chữ"), "number": _("số"), "choice": _("chọn một"), "yes_no": _("có hoặc không"), "date": _("ngày")}[
        str(kind)
    ]
