"""When a product may show a protected name (V8). Pure: asks no database.

Three things must hold at once: its maker is on the list of users, the maker's place lies in the protected area, and the product
is of the goods that the name protects. A name whose area is not known by commune is kept by its list alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from service.core.i18n import _

NOT_LISTED = "not_listed"
OTHER_GOODS = "other_goods"
PLACE_UNKNOWN = "place_unknown"
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class MarkTerms:
    """What a protected name protects: goods of one commodity (None: of any), from these communes (empty: not known)."""

    commodity: str | None
    communes: Collection[str]


def obstacles_for_maker(terms: MarkTerms, *, listed: bool, commune: str | None) -> list[str]:
    """What keeps a maker from using the name, whatever it makes."""
    found = [] if listed else [NOT_LISTED]
    if terms.communes and commune not in terms.communes:
        found.append(PLACE_UNKNOWN if commune is None else OUTSIDE)
    return found


def mark_obstacles(terms: MarkTerms, *, listed: bool, commune: str | None, commodity: str | None) -> list[str]:
    """What keeps a product from showing the name: nothing, when it may."""
    found = obstacles_for_maker(terms, listed=listed, commune=commune)
    if terms.commodity is not None and commodity != terms.commodity:
        found.append(OTHER_GOODS)
    return found


def may_show_mark(terms: MarkTerms, *, listed: bool, commune: str | None, commodity: str | None) -> bool:
    """Whether a product may show the name."""
    return not mark_obstacles(terms, listed=listed, commune=commune, commodity=commodity)


def obstacle_name(obstacle: str) -> str:
    """What is in the way and what to do about it, in the reader's language."""
    return {
        NOT_LISTED: _("Bạn chưa có tên trong danh sách được dùng; hãy xin nơi quản lý cấp quyền rồi báo cán bộ ghi vào."),
        PLACE_UNKNOWN: _("Hồ sơ chưa ghi xã, phường nên chưa biết có trong vùng bảo hộ; hãy bổ sung vào hồ sơ."),
        OUTSIDE: _("Xã, phường trong hồ sơ nằm ngoài vùng bảo hộ."),
        OTHER_GOODS: _("Sản phẩm không thuộc mặt hàng được bảo hộ; nếu đúng là mặt hàng ấy, hãy chọn lại mặt hàng."),
    }[obstacle]
