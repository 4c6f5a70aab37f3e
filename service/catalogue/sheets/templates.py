"""The empty sheets that people download: one example line, and beside it what every column wants. Both forms say the same."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from service.catalogue.sheets.columns import COLUMNS, SheetKind
from service.core import exports
from service.core.i18n import _


def template_csv(kind: SheetKind) -> bytes:
    """The empty sheet as .csv in UTF-8 with the mark that spreadsheets need to show Vietnamese."""
    columns = [column for column in COLUMNS[kind] if column.wanted]
    return exports.as_csv([column.heading for column in columns], [[column.example for column in columns]])


def template_xlsx(kind: SheetKind, categories: Iterable[tuple[str, str]] = (), commodities: Sequence[str] = ()) -> bytes:
    """The empty sheet as .xlsx, every cell kept as text so that codes, phones and months stay as typed, with a help sheet."""
    out = io.BytesIO()
    with exports.workbook(out) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#27408B", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
        )
        needed = book.add_format(
            {"bold": True, "bg_color": "#C2410C", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
        )
        text, wrap = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "valign": "top"})
        columns = [column for column in COLUMNS[kind] if column.wanted]
        sheet: Any = book.add_worksheet(_("Dữ liệu"))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, max(12, min(32, len(column.heading) + 4)), text)
            sheet.write_string(0, place, column.heading, needed if column.required else head)
            if column.example:
                sheet.write_string(1, place, column.example, text)
        sheet.freeze_panes(1, 2)
        guide: Any = book.add_worksheet(_("Trợ giúp"))
        guide.set_column(0, 1, 24, wrap)
        guide.set_column(2, 2, 80, wrap)
        lines = [(column.title, column.name, _help(column.help(), required=column.required)) for column in COLUMNS[kind]]
        _write(guide, 0, [(_("Cột"), _("Tên tiếng Anh"), _("Cách điền"))], head)
        at = _write(guide, 1, lines, wrap)
        at = _write(guide, at + 1, [("", "", rule) for rule in rules()], wrap)
        if kind == "products":
            at = _write(guide, at + 1, [(_("Nhóm OCOP"), "", "")], head)
            at = _write(guide, at, [(code, "", name) for code, name in categories], wrap)
            at = _write(guide, at + 1, [(_("Mặt hàng"), "", "")], head)
            _write(guide, at, [(name, "", "") for name in commodities], wrap)
    return out.getvalue()


def rules() -> list[str]:
    """What holds for every sheet, in whole sentences."""
    return [
        _("Dòng đầu là tiêu đề, tiếng Việt hay tiếng Anh; thứ tự cột, chữ hoa hay thường, có dấu hay không dấu đều được."),
        _("Dòng ví dụ chỉ để xem: hãy xóa trước khi gửi."),
        _("Ô trống giữ nguyên điều đã lưu. Gửi lại cùng một tệp không đổi gì."),
        _("Chỉ lưu khi cả bảng đúng; nếu sai, mọi chỗ sai được kể ra cùng một lúc."),
        _("Nhiều nhất 20.000 dòng và 10 MB. Không dùng công thức."),
    ]


def _help(words: str, *, required: bool) -> str:
    return _("Bắt buộc. %(help)s", help=words) if required else words


def _write(sheet: Any, at: int, lines: Iterable[Sequence[str]], style: Any) -> int:
    for line in lines:
        for place, text in enumerate(line):
            sheet.write_string(at, place, text, style)
        at += 1
    return at
