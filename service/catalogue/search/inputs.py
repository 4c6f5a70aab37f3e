"""A search as it comes in an address: names of parameters, their values in people's words, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from service.catalogue.kinds import KINDS
from service.catalogue.search.engine import MOST, Asked, opened, place_filters
from service.catalogue.search.sql import SORTS
from service.core import formats
from service.core.errors import Invalid
from service.core.i18n import _

NAMES = (
    "q", "category", "commodity", "stars", "certificate", "province", "commune", "price_max", "month", "kg", "supplier", "sort",
    "cursor", "limit",
)  # fmt: skip
LISTS = {"category": "c", "commodity": "g", "stars": "s", "certificate": "k", "province": "p", "commune": "w"}
LONGEST_VALUE = 120
MOST_VALUES = 50
LONGEST_CURSOR = 600
MOST_KG = 1e9


@dataclass(slots=True)
class Address:
    """The parameters as they came (`kept`, for links), the search that they mean, and what is wrong, by name."""

    asked: Asked = field(default_factory=Asked)
    kept: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def chosen(self, name: str) -> list[str]:
        """The values given for a name."""
        return [value for key, value in self.kept if key == name]


def read(pairs: Iterable[tuple[str, str]]) -> Address:
    """Understand the parameters. What is wrong is left out of the search and named in `errors`; empty ones say nothing."""
    address = Address()
    for name, raw in pairs:
        value = raw.replace("\x00", "").strip() if name != "q" else raw.replace("\x00", "")
        if name not in NAMES or not value.strip():
            continue
        try:
            _take(address, name, value)
            if (name, value) not in address.kept:
                address.kept.append((name, value))
        except ValueError as error:
            address.errors[name] = str(error)
    _settle(address)
    return address


def _take(address: Address, name: str, value: str) -> None:
    asked = address.asked
    if name != "q" and len(value) > (LONGEST_CURSOR if name == "cursor" else LONGEST_VALUE):
        raise ValueError(_("Quá dài."))
    if name in LISTS:
        chosen = asked.filters.setdefault(LISTS[name], [])
        found = _facets(name, value)
        if len(chosen) >= MOST_VALUES:
            raise ValueError(_("Chọn nhiều nhất %(n)s mục.", n=MOST_VALUES))
        chosen.extend(facet for facet in found if facet not in chosen)
    elif name in FIGURES:
        setattr(asked, name, FIGURES[name](value))
    else:
        setattr(asked, name, value)


def _price(value: str) -> int:
    price = formats.parse_vnd(value)
    if price < 0:
        raise ValueError(_("Giá không thể nhỏ hơn 0."))
    return min(price, 2**31 - 1)


def _kilograms(value: str) -> float:
    kilograms = float(round(formats.parse_kg(value), 3))  # Grams; what is finer no capacity is told in.
    if not 0 <= kilograms <= MOST_KG:
        raise ValueError(_("Số kg không thể nhỏ hơn 0."))
    return kilograms


def _order(value: str) -> str:
    if value not in SORTS:
        raise ValueError(_("Chỉ xếp được theo: %(ways)s.", ways=", ".join(way for way in SORTS if way)))
    return value


FIGURES: dict[str, Callable[[str], object]] = {
    "price_max": _price,
    "kg": _kilograms,
    "sort": _order,
    "month": lambda value: _whole(value, 1, 12, _("Tháng là một số từ 1 đến 12.")),
    "limit": lambda value: _whole(value, 1, MOST, _("Mỗi trang có từ 1 đến %(n)s dòng.", n=MOST)),
}


def _whole(value: str, least: int, most: int, otherwise: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
        raise ValueError(otherwise)
    return int(value)


def _facets(name: str, value: str) -> list[str]:
    if name == "stars":
        return [f"s{_whole(value, 3, 5, _('Số sao OCOP là 3, 4 hoặc 5.'))}"]
    if name == "certificate":
        known = next((code for code in KINDS if code.lower() == value.lower()), None)
        if known is None:
            raise ValueError(_("Không có loại giấy chứng nhận “%(code)s”.", code=value[:40]))
        return [f"k{known}"]
    if name in ("province", "commune"):
        found = place_filters(value)
        if not found:
            raise ValueError(_("Chưa rõ “%(place)s” là nơi nào.", place=value[:40]))
        return found
    return [f"{LISTS[name]}{value}"]


def _settle(address: Address) -> None:
    asked = address.asked
    if asked.month is not None and asked.kg is None:
        # A month by itself is a season; with kilograms it is the month in which they must be there.
        asked.filters["m"] = [f"m{asked.month:02}"]
    if asked.cursor:
        try:
            opened(asked.cursor, asked.sort)
        except Invalid as refusal:
            address.errors["cursor"] = refusal.message
            asked.cursor = ""


__all__ = ["LISTS", "NAMES", "Address", "read"]
