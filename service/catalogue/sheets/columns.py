"""The columns of the two sheets: their fixed English headings, the Vietnamese ones, other spellings, and how a cell is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from service.catalogue.sheets import cells
from service.catalogue.sheets.reading import Cell
from service.core import clock
from service.core.i18n import _, locale
from service.core.text import fold

SheetKind = Literal["suppliers", "products"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet."""

    name: str
    title: str
    read: Callable[[Cell], Any]
    help: Callable[[], str]
    example: str
    required: bool = False
    wanted: bool = True  # Whether the template shows it.

    @property
    def heading(self) -> str:
        """The heading in the template of the reader's language."""
        return self.name if locale() == "en" else self.title


# Other headings under which a month's capacity goes; the number of the month stands for {}.
MONTH_HEADINGS = (
    "năng lực tháng {}|năng lực t{}|sản lượng tháng {}|sản lượng t{}|tháng {}|t{}|capacity {}|capacity month {}|capacity kg {}"
    "|month {}|nl t{}|kg t{}|kg tháng {}"
)


def _month_help() -> str:
    return _("Số kg làm được trong tháng này của năm nay (hoặc của năm ở cột capacity_year).")


def _kg_column(month: int) -> Column:
    example = "500" if month in (10, 11, 12, 1) else ""
    return Column(f"capacity_kg_{month:02d}", f"Năng lực T{month} (kg)", cells.kilograms, _month_help, example)


def _long(cell: Cell) -> str:
    return cells.text(cell, 20_000)


def _short(cell: Cell) -> str:
    return cells.text(cell, 1_000)


def _cartons(cell: Cell) -> int:
    return cells.whole(cell, 1, 100_000)


def _year(cell: Cell) -> int:
    return cells.whole(cell, 2000, 2100)


def _founded(cell: Cell) -> int:
    return cells.whole(cell, 1900, clock.today().year)


def _count(cell: Cell) -> int:
    return cells.whole(cell, 0, 1_000_000, "người|thành viên|members?")


def _files_column() -> Column:
    return Column(
        "files",
        "Tệp",
        cells.file_names,
        lambda: _("Chỉ khi gửi kèm trong tệp .zip: tên ảnh và giấy tờ, cách nhau bằng dấu chấm phẩy, ví dụ 1.jpg; OCOP.pdf."),
        "",
        wanted=False,
    )


SUPPLIERS = (
    Column(
        "code",
        "Mã nhà cung cấp",
        cells.code,
        lambda: _("Mã do bạn đặt, không đổi: lần nhập sau có cùng mã là cùng một nhà cung cấp."),
        "HTX-001",
        required=True,
    ),
    Column(
        "name",
        "Tên nhà cung cấp",
        cells.name,
        lambda: _("Tên đầy đủ như trong giấy đăng ký."),
        "Hợp tác xã Ví Dụ",
        required=True,
    ),
    Column(
        "legal_form",
        "Loại hình",
        cells.legal_form,
        lambda: _("hợp tác xã, liên hiệp hợp tác xã, tổ hợp tác, hộ kinh doanh hoặc doanh nghiệp; để trống thì đoán theo tên."),
        "hợp tác xã",
    ),
    Column(
        "tax_code",
        "Mã số thuế",
        cells.tax_code,
        lambda: _("10 hoặc 13 chữ số; của hộ kinh doanh (12 chữ số) không bao giờ hiện ra ngoài."),
        "",
    ),
    Column(
        "province",
        "Tỉnh, thành phố",
        cells.name,
        lambda: _("Tên nay hoặc tên trước 1/7/2025, ví dụ Thái Nguyên hoặc Bắc Kạn."),
        "Thái Nguyên",
    ),
    Column(
        "commune",
        "Xã, phường",
        cells.name,
        lambda: _("Tên nay hoặc tên cũ, ví dụ Côn Minh hoặc Quang Phong, Na Rì."),
        "Côn Minh",
    ),
    Column("address", "Địa chỉ", _short, lambda: _("Thôn, xóm, số nhà; giữ nguyên như bạn viết."), "Thôn Chè Cọ"),
    Column("phone", "Điện thoại", cells.phone, lambda: _("Ví dụ 0912 345 678."), "0912 345 678"),
    Column("email", "Thư điện tử", cells.email, lambda: _("Ví dụ htx@vidu.vn."), "htx@vidu.vn"),
    Column("website", "Trang web", cells.website, lambda: _("Ví dụ https://htx.vn."), ""),
    Column("founded", "Năm thành lập", _founded, lambda: _("Bốn chữ số."), "2015"),
    Column("members", "Số thành viên", _count, lambda: _("Số người."), "12"),
    Column("story", "Câu chuyện", _long, lambda: _("Vài câu kể về mình."), ""),
    _files_column(),
)

PRODUCTS = (
    Column(
        "supplier_code",
        "Mã nhà cung cấp",
        cells.code,
        lambda: _("Mã của nhà cung cấp đã có trên chợ."),
        "HTX-001",
        required=True,
    ),
    Column(
        "code",
        "Mã sản phẩm",
        cells.code,
        lambda: _("Mã do bạn đặt, không đổi: cùng mã nhà cung cấp và mã này là cùng một sản phẩm."),
        "MD-500",
        required=True,
    ),
    Column("name", "Tên sản phẩm", cells.name, lambda: _("Tên như trên nhãn."), "Miến dong", required=True),
    Column("name_en", "Tên tiếng Anh", cells.name, lambda: _("Nếu có."), "Canna vermicelli"),
    Column(
        "category",
        "Nhóm OCOP",
        cells.name,
        lambda: _("Mã phân nhóm theo Quyết định 148/QĐ-TTg, ví dụ I.3.c; xem trang “Trợ giúp”."),
        "I.3.c",
    ),
    Column("commodity", "Mặt hàng", cells.name, lambda: _("Tên mặt hàng chung, ví dụ miến dong, quýt."), "miến dong"),
    Column("stars", "Số sao OCOP", cells.stars, lambda: _("3, 4 hoặc 5."), "4"),
    Column("decision_number", "Số quyết định", _short, lambda: _("Quyết định công nhận OCOP."), ""),
    Column("decision_date", "Ngày quyết định", cells.past_day, lambda: _("Giấy OCOP có hiệu lực 36 tháng từ ngày này."), ""),
    Column("pack", "Quy cách", cells.name, lambda: _("Ví dụ Túi 500 g."), "Túi 500 g"),
    Column(
        "net_weight_g",
        "Khối lượng tịnh (g)",
        cells.grams,
        lambda: _("Số gam của một gói; bỏ trống được nếu quy cách đã nói rõ."),
        "500",
    ),
    Column(
        "retail_price_vnd", "Giá bán lẻ (đ)", cells.dong, lambda: _("Giá một gói, tính bằng đồng; 85k cũng được."), "65.000"
    ),
    Column(
        "wholesale_price_vnd",
        "Giá sỉ (đ)",
        cells.dong,
        lambda: _("Giá sỉ một gói, được đổi ra đ/kg theo khối lượng tịnh; khi không rõ khối lượng thì hiểu là giá một kg."),
        "52.000",
    ),
    Column(
        "min_order_kg", "Đặt ít nhất (kg)", cells.kilograms, lambda: _("Đơn hàng nhỏ nhất, tính bằng kg; 1 tạ cũng được."), "50"
    ),
    Column("lead_days", "Số ngày chuẩn bị", cells.lead_days, lambda: _("Từ lúc đặt đến lúc có hàng."), "7"),
    Column(
        "season_months",
        "Tháng có hàng",
        cells.months,
        lambda: _("Ví dụ 11,12,1 hoặc T10–T1 hoặc quanh năm; trong .xlsx hãy để ô dạng chữ."),
        "10,11,12,1",
    ),
    Column("shelf_life_days", "Hạn dùng (ngày)", cells.shelf_life, lambda: _("Số ngày; 12 tháng cũng được."), "365"),
    *(_kg_column(month) for month in range(1, 13)),
    Column("description", "Mô tả", _long, lambda: _("Vài câu về sản phẩm."), ""),
    Column(
        "capacity_year", "Năm của năng lực", _year, lambda: _("Năm của 12 cột năng lực; để trống là năm nay."), "", wanted=False
    ),
    Column("ingredients", "Thành phần", _short, lambda: _("Như trên nhãn."), "", wanted=False),
    Column("origin", "Xuất xứ", _short, lambda: _("Nơi làm ra."), "", wanted=False),
    Column("storage", "Bảo quản", _short, lambda: _("Ví dụ nơi khô ráo."), "", wanted=False),
    Column("per_carton", "Số gói mỗi thùng", _cartons, lambda: _("Số gói trong một thùng."), "", wanted=False),
    Column("gtin", "Mã vạch", cells.gtin, lambda: _("8, 12, 13 hoặc 14 chữ số, có số kiểm tra."), "", wanted=False),
    Column("stock_kg", "Tồn kho (kg)", cells.kilograms, lambda: _("Số kg đang có sẵn hôm nay."), "", wanted=False),
    _files_column(),
)

COLUMNS: dict[SheetKind, tuple[Column, ...]] = {"suppliers": SUPPLIERS, "products": PRODUCTS}


def key(heading: str) -> str:
    """What two spellings of a heading have in common; units in brackets and marks of duty fall away."""
    return fold(re.sub(r"\([^)]*\)|\*", " ", heading)) or fold(heading)


@cache
def by_key(kind: SheetKind) -> dict[str, Column]:
    """Every heading that is understood, folded, with its column."""
    known: dict[str, Column] = {}
    for column in COLUMNS[kind]:
        for heading in (column.name, column.title):
            known.setdefault(key(heading), column)
    others = _other_headings()
    for column in COLUMNS[kind]:
        for heading in others.get((kind, column.name), ()):
            known.setdefault(key(heading), column)
    for month in range(1, 13) if kind == "products" else ():
        column = known[key(f"capacity_kg_{month:02d}")]
        for heading in MONTH_HEADINGS.split("|"):
            for number in (str(month), f"{month:02d}"):
                known.setdefault(key(heading.format(number)), column)
    return known


def _other_headings() -> dict[tuple[str, str], list[str]]:
    path = resources.files("service.catalogue") / "data" / "headings.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return {(kind, name): headings.split("|") for kind, name, headings in (line.split("\t") for line in lines)}


def recognised(kind: SheetKind, line: Sequence[Cell]) -> dict[int, Column]:
    """Which places of a line are headings of which columns; the first of two alike counts."""
    known = by_key(kind)
    found: dict[int, Column] = {}
    for place, cell in enumerate(line):
        column = known.get(key(cell)) if isinstance(cell, str) else None
        if column is not None and column not in found.values():
            found[place] = column
    return found
