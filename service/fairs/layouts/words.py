"""The floor in words: kinds, sizes, what a booth is fed with. In the reader's language."""

from __future__ import annotations

from service.core import formats
from service.core.i18n import _
from service.fairs.layouts.floor import Spot


def kind_names() -> dict[str, str]:
    """Kinds of space."""
    return {
        "standard": _("gian tiêu chuẩn"),
        "corner": _("gian góc"),
        "raw": _("đất trống"),
        "outdoor": _("ngoài trời"),
    }


def power_names() -> dict[str, str]:
    """What a booth can be fed with."""
    return {"none": _("không có điện"), "single": _("điện 1 pha"), "three": _("điện 3 pha")}


def goods_names() -> dict[str, str]:
    """What may be sold in a zone."""
    return {"any": _("mọi hàng"), "food": _("thực phẩm"), "other": _("không phải thực phẩm")}


def zone_kind_names() -> dict[str, str]:
    """A zone or a pavilion."""
    return {"zone": _("khu theo hàng"), "pavilion": _("khu của tỉnh, chủ đề")}


def thing_names() -> dict[str, str]:
    """What stands or stays free between the booths."""
    return {
        "aisle": _("lối đi"),
        "entrance": _("cửa vào"),
        "pillar": _("cột"),
        "wall": _("vách"),
        "stage": _("sân khấu"),
    }


def tone_names() -> dict[str, str]:
    """What each filling of the picture means."""
    return {
        "free": _("còn trống"),
        "taken": _("đã có người"),
        "held": _("đang giữ"),
        "closed": _("không dùng"),
        "mine": _("gian của bạn"),
        "moved": _("vừa đổi"),
        "wish": _("nguyện vọng"),
    }


def size_words(booth: Spot) -> str:
    """3 × 3 m."""
    return f"{formats.number(booth.width)} × {formats.number(booth.depth)} m"


def equipment_words(booth: Spot) -> str:
    """Power, water and cold storage, as far as they are there."""
    words = [power_names()[booth.power]]
    words += [_("có nước")] if booth.water else []
    words += [_("có kho lạnh")] if booth.cold else []
    return ", ".join(words)


def booth_words(booth: Spot, state: str = "") -> str:
    """A booth in one line, for those who listen: A12, corner booth 3 × 3 m, one phase, free."""
    words = [booth.code, f"{kind_names()[booth.kind]} {size_words(booth)}", equipment_words(booth)]
    return ", ".join([*words, state] if state else words)
