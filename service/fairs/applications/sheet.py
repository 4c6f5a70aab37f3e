"""Applications from a sheet that the organiser keeps: one exhibitor a line, .xlsx or .csv, all of it or nothing.

The columns are those of the paper form, by their headings; an unknown heading is said rather than passed over. A line is known
again by the name of its exhibitor, so the same sheet handed in twice changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from service import catalogue
from service.core import formats, places
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.text import fold
from service.fairs.applications.inputs import MOST_ROWS, TypedIn

_KEYS = uuid.UUID("8f1f2f0a-45f3-4a31-9b0e-3f2f8f5d7a10")
MOST_SAID = 50  # So many wrong cells are shown; who has more has the wrong sheet.


def headings() -> dict[str, str]:
    """The columns of the sheet in the reader's language, in order."""
    return {
        "exhibitor": _("Tên biển hiệu"),
        "province_code": _("Tỉnh, thành phố"),
        "commune_code": _("Xã, phường"),
        "contact": _("Liên hệ"),
        "goods_words": _("Hàng hóa"),
        "goods": _("Loại hàng"),
        "booths": _("Số gian"),
        "class_codes": _("Hạng gian"),
        "zone_codes": _("Khu muốn đứng"),
        "power": _("Điện"),
        "water": _("Nước"),
        "cold": _("Tủ lạnh"),
        "starts_on": _("Từ ngày"),
        "ends_on": _("Đến ngày"),
        "people": _("Số người"),
        "note": _("Ghi chú"),
    }


def rows_in(data: bytes, fair_id: UUID) -> list[TypedIn]:
    """The applications of a sheet. Raises `Invalid` with each wrong cell by line and column ("3.booths")."""
    sheet = catalogue.read_sheet(data)
    if not sheet.lines:
        raise Invalid(_("Bảng này không có dòng nào."))
    columns = _columns(sheet.lines[0])
    wrong: dict[str, str] = {}
    rows = []
    for number, line in enumerate(sheet.lines[1:], sheet.first + 1):
        said = {name: line[place] for place, name in columns.items() if place < len(line) and _said(line[place])}
        if not said:
            continue
        row = _row(said, fair_id, number, wrong)
        if row is not None:
            rows.append(row)
    if len({row.key for row in rows}) != len(rows):
        raise Invalid(_("Có tên đơn vị đứng ở hai dòng. Mỗi đơn vị một dòng, số gian ghi ở cột Số gian."))
    if wrong:
        raise Invalid(_("Bảng còn chỗ cần sửa nên chưa nhập dòng nào."), dict(list(wrong.items())[:MOST_SAID]))
    if not rows:
        raise Invalid(_("Bảng này không có đơn nào: dưới dòng tiêu đề cần mỗi đơn vị một dòng."))
    if len(rows) > MOST_ROWS:
        raise Invalid(_("Mỗi lần nhập nhiều nhất %(n)s đơn.", n=MOST_ROWS))
    return rows


def _columns(line: Sequence[Any]) -> dict[int, str]:
    known = {fold(name): key for key, name in headings().items()} | {key: key for key in headings()}
    found = {}
    for place, cell in enumerate(line):
        heading = fold(str(cell or "")).strip()
        if not heading:
            continue
        if heading not in known:
            raise Invalid(_("Không có cột “%(name)s”. Hãy dùng đúng tiêu đề của bảng mẫu.", name=str(cell)[:60]))
        found[place] = known[heading]
    if "exhibitor" not in found.values():
        raise Invalid(_("Bảng thiếu cột “%(name)s”.", name=headings()["exhibitor"]))
    return found


def _row(said: Mapping[str, Any], fair_id: UUID, number: int, wrong: dict[str, str]) -> TypedIn | None:
    values: dict[str, Any] = {}
    for name, cell in said.items():
        try:
            values[name] = _READ[name](cell) if name in _READ else _text(cell)
        except ValueError as error:
            wrong[f"{number}.{name}"] = str(error)
    values["key"] = uuid.uuid5(_KEYS, f"{fair_id} {fold(str(values.get('exhibitor', number)))}")
    try:
        return TypedIn.model_validate(values)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            place = str(each["loc"][0]) if each["loc"] else "exhibitor"
            reason = (each.get("ctx") or {}).get("error")
            wrong.setdefault(f"{number}.{place}", str(reason) if reason else _("Giá trị này chưa đúng."))
        return None


def _said(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _text(cell: Any) -> str:
    return formats.plain_number(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else str(cell).strip()


def _province(cell: Any) -> str:
    code = places.code_meant(_text(cell)[:100], "province")
    if code is None:
        raise ValueError(_("Không có tỉnh, thành phố tên “%(name)s”.", name=_text(cell)[:60]))
    return code


def _commune(cell: Any) -> str:
    code = places.code_meant(_text(cell)[:100], "commune")
    if code is None:
        raise ValueError(_("Không có xã, phường tên “%(name)s”, hoặc có nhiều nơi trùng tên: hãy ghi cả tỉnh.",
                           name=_text(cell)[:60]))  # fmt: skip
    return code


def _goods(cell: Any) -> str:
    folded = fold(_text(cell))
    return "food" if folded in ("food", "thuc pham", "do an", "an uong") else "other"


def _power(cell: Any) -> str:
    folded = fold(_text(cell))
    if any(word in folded for word in ("3", "ba pha", "three")):
        return "three"
    return "none" if folded in ("khong", "no", "none", "0", "khong can") else "single"


def _yes(cell: Any) -> bool:
    return fold(_text(cell)) in ("co", "x", "yes", "1", "true", "can")


def _codes(cell: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in _text(cell).replace(";", ",").split(",") if part.strip())


def _day(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


_READ: dict[str, Callable[[Any], Any]] = {
    "province_code": _province, "commune_code": _commune, "goods": _goods, "power": _power, "water": _yes, "cold": _yes,
    "class_codes": _codes, "zone_codes": _codes, "starts_on": _day, "ends_on": _day,
}  # fmt: skip
