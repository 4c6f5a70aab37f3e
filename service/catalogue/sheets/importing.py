"""From the cells of one line to a supplier or a product: what hangs together across cells, and did-you-mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from service import accounts
from service.catalogue import kinds
from service.catalogue.bulk.rows import CertificateRow, PackRow, ProductRow, SupplierRow
from service.catalogue.sheets import cells
from service.catalogue.sheets.reading import Cell
from service.core import clock, places
from service.core.i18n import _
from service.core.text import fold

BAC_KAN = "bac kan"
MOST_GUESSES = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what was written there, and what would be right."""

    row: int | None
    column: str | None
    value: str | None
    message: str
    file: str | None = None  # Of an archive: which of its files.


@dataclass(slots=True)
class Line:
    """One line of a sheet while it is being understood."""

    number: int
    headings: dict[str, str]
    typed: dict[str, Cell] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def heading(self, name: str) -> str:
        """The heading of a column, as it stands in the sheet."""
        return self.headings.get(name, name)

    def problem(self, name: str, message: str) -> None:
        """Take note that a cell is wrong."""
        cell = self.typed.get(name)
        written = None if cell is None else cells.text(cell, 10**9)[:120]
        self.problems.append(Problem(self.number, self.heading(name), written, message))

    def get(self, name: str) -> Any:
        """The value of a cell, or None."""
        return self.values.get(name)


@dataclass(slots=True)
class Known:
    """What the market knows already, to compare with; and what was met on the way that is strange but no error."""

    suppliers: Mapping[str, str] = field(default_factory=dict)  # Folded code → code.
    exact: frozenset[str] = frozenset()
    own: str | None = None  # The only supplier that the sender may write for.
    categories: Mapping[str, str] = field(default_factory=dict)
    commodities: Mapping[str, UUID] = field(default_factory=dict)
    commodity_names: Mapping[str, str] = field(default_factory=dict)
    strange: dict[str, int] = field(default_factory=dict)
    spelt: dict[str, str] = field(default_factory=dict)  # Folded code or name → code of a category.
    heard: dict[str, dict[tuple[type, Cell], Any]] = field(default_factory=dict)  # Column → what its cells were understood as.
    doubtful: list[str] = field(default_factory=list)
    guessed: int = 0  # How often a likely name was looked for: each look costs milliseconds.

    def nearest(self, typed: str, names: Mapping[str, str]) -> str | None:
        """The known name that is most like what was typed; after the first hundreds of such errors nobody is asked any more."""
        self.guessed += 1
        return cells.nearest(typed, names) if self.guessed <= MOST_GUESSES else None


def supplier_row(line: Line, known: Known | None = None) -> SupplierRow | None:
    """The supplier that a line tells of; None when the line is not right."""
    province_code, commune_code, address = _place(line)
    tax = line.get("tax_code")
    if known is not None and tax and not accounts.tax_code_adds_up(tax) and line.get("code"):
        known.doubtful.append(line.get("code"))
    if line.problems:
        return None
    said = {name: line.get(name) for name in ("legal_form", "phone", "email", "website", "founded", "members", "story")}
    return SupplierRow(
        code=line.get("code"),
        name=line.get("name"),
        tax_code=tax,
        province_code=province_code,
        commune_code=commune_code,
        address=address,
        files=line.get("files") or (),
        **said,
    )


def _place(line: Line) -> tuple[str | None, str | None, str | None]:
    """Province and commune by their names of today or before; a commune that is not in our table stays in the address."""
    province_typed, commune_typed, address = line.get("province"), line.get("commune"), line.get("address")
    province = _province(line, province_typed) if province_typed else None
    if not commune_typed:
        return (province.code if province else None), None, address
    meant = places.understand(", ".join(part for part in (commune_typed, province_typed) if part))
    if not meant.certain and province is not None and not meant.options:
        meant = places.understand(commune_typed)  # What stands in the other column contradicts it, or says nothing of it.
    # In a column of communes, "Na Rì" is the commune of that name, not the district.
    options = [option.commune for option in meant.options if option.former is None or option.former.kind == "commune"]
    found = [meant.commune] if meant.commune is not None else options or [option.commune for option in meant.options]
    if province is not None:
        found = [place for place in found if place.parent == province.code]
    if len(found) == 1:
        place = found[0]
        if address is None and fold(place.name) not in fold(commune_typed):
            address = ", ".join(part for part in (commune_typed, province_typed) if part)
        return place.parent, place.code, address
    if found:
        listed = "; ".join(places.where(place.parent, place.code) for place in found[:6])
        line.problem("commune", _("nay là nhiều xã: %(names)s; hãy ghi rõ xã", names=listed))
        return None, None, address
    if province is None and province_typed:
        return None, None, address  # The province has been told to be wrong already.
    if province is None or fold(province_typed or "").endswith(BAC_KAN):
        near = _near_commune(commune_typed, province)
        line.problem(
            "commune",
            _("không có xã này; có phải “%(name)s”?", name=near)
            if near
            else _("không thấy xã này; hãy ghi thêm tỉnh, hoặc xem lại tên"),
        )
        return None, None, address
    parts = [address] if address and fold(commune_typed) in fold(address) else [address, commune_typed]
    return province.code, None, ", ".join(part for part in parts if part)


def _province(line: Line, typed: str) -> places.Place | None:
    found = places.find(typed, "province")
    if not found:
        inside = places.find(typed, "commune")  # A former district or province written where the province belongs.
        found = [above for place in inside[:1] if (above := places.province(place.parent)) is not None]
    if found:
        return found[0]
    names = {fold(place.name): place.name for place in places.provinces()}
    for place in places.provinces():
        names.update({fold(name): name for name in places.former_names(place.code)})
    near = cells.nearest(typed, names)
    line.problem(
        "province",
        _("không có tỉnh này; có phải “%(name)s”?", name=near) if near else _("không có tỉnh, thành phố nào tên như vậy"),
    )
    return None


def _near_commune(typed: str, province: places.Place | None) -> str | None:
    """The commune that is most like what was typed: in the province that was named, else where our suppliers are at home."""
    near = places.communes(places.BAC_KAN_BEFORE_2025 if province is None else province.code)
    names = {fold(place.name): place.name for place in near}
    for place in near:
        for old in places.former(place.code):
            names.setdefault(fold(old.name), f"{old.name} → {place.name}")
    bare = fold(typed)
    for word in ("xa ", "phuong ", "thi tran ", "tt "):
        bare = bare.removeprefix(word)
    return cells.nearest(bare, names)


def product_row(line: Line, known: Known) -> ProductRow | None:
    """The product that a line tells of; None when the line is not right."""
    supplier_code = _supplier(line, known)
    category = _category(line, known)
    commodity = _commodity(line, known)
    certificates = _certificates(line)
    pack = _pack(line)
    year = line.get("capacity_year") or clock.today().year
    months = tuple(line.get(f"capacity_kg_{month:02d}") for month in range(1, 13))
    price = line.get("wholesale_price_vnd")
    if price is not None and pack is not None and pack.net_weight_g:
        price = max(1, round(price * 1000 / pack.net_weight_g))
        if price > cells.MOST_DONG:
            line.problem("wholesale_price_vnd", _("giá lớn quá mức có thể"))
    if line.problems:
        return None
    said = {
        name: line.get(name)
        for name in (
            "name_en",
            "description",
            "ingredients",
            "origin",
            "storage",
            "shelf_life_days",
            "season_months",
            "lead_days",
            "min_order_kg",
            "stock_kg",
        )
    }
    return ProductRow(
        supplier_code=supplier_code or "",
        code=line.get("code"),
        name=line.get("name"),
        category_code=category,
        commodity=commodity,
        packs=(pack,) if pack is not None else (),
        tiers=((Decimal(0), price),) if price is not None else (),
        capacity=((year, months),) if any(kg is not None for kg in months) else (),
        certificates=certificates,
        files=line.get("files") or (),
        stock_on=clock.today() if line.get("stock_kg") is not None else None,
        **said,
    )


def _supplier(line: Line, known: Known) -> str | None:
    typed = line.get("supplier_code")
    if typed is None or typed in known.exact:
        return str(typed) if typed is not None else None
    same = known.suppliers.get(fold(typed))
    if same is not None:
        return same
    near = known.nearest(typed, known.suppliers)
    if known.own:
        line.problem("supplier_code", _("bạn chỉ nhập được cho mã của mình: %(code)s", code=known.own))
    elif near:
        line.problem("supplier_code", _("chưa có nhà cung cấp mang mã này; có phải “%(code)s”?", code=near))
    else:
        line.problem("supplier_code", _("chưa có nhà cung cấp mang mã này; hãy nhập bảng nhà cung cấp trước"))
    return None


def _category(line: Line, known: Known) -> str | None:
    typed = line.get("category")
    if not typed:
        return None
    if typed in known.categories:
        return str(typed)
    if not known.spelt:
        known.spelt.update({fold(name): code for code, name in known.categories.items()})
        known.spelt.update({fold(code): code for code in known.categories})
    code = known.spelt.get(fold(typed)) or known.spelt.get(fold(typed.split(" ")[0].rstrip(".:-–")))
    if code is None:
        near = cells.nearest(typed, {fold(code): f"{code} {name}" for code, name in known.categories.items()}, 0.6)
        near = near or cells.nearest(typed, {fold(name): f"{code} {name}" for code, name in known.categories.items()}, 0.6)
        line.problem(
            "category",
            _("không có phân nhóm OCOP này; có phải “%(name)s”?", name=near)
            if near
            else _("không có phân nhóm OCOP này; cần mã như I.3.c, hoặc để trống"),
        )
    return code


def _commodity(line: Line, known: Known) -> str | None:
    typed = line.get("commodity")
    if not typed:
        return None
    if fold(typed) in known.commodities:
        return str(typed)
    near = cells.nearest(typed, dict(known.commodity_names), 0.86)
    if near:
        line.problem("commodity", _("không có mặt hàng này; có phải “%(name)s”? Để trống nếu không phải", name=near))
    else:
        # A commodity that nobody has listed yet is no fault of the sender: the product is found by its own name.
        known.strange[typed] = known.strange.get(typed, 0) + 1
    return None


def _certificates(line: Line) -> tuple[CertificateRow, ...]:
    stars, number, decided = line.get("stars"), line.get("decision_number"), line.get("decision_date")
    if stars is None:
        if (number or decided) and not any(problem.column == line.heading("stars") for problem in line.problems):
            line.problem("stars", _("có quyết định thì cần số sao (3, 4 hoặc 5)"))
        return ()
    return (CertificateRow(kinds.OCOP, stars, number, issued_on=decided),)


def _pack(line: Line) -> PackRow | None:
    name, weight, retail = line.get("pack"), line.get("net_weight_g"), line.get("retail_price_vnd")
    said = cells.grams_in(name) if name else None
    if weight is None:
        weight = said
    if name is None and weight is None and retail is None and not line.get("gtin"):
        return None
    if name is None:  # A name of the goods, not of the page: it does not change with the reader's language.
        name = "Gói" if weight is None else f"Gói {weight // 1000} kg" if weight % 1000 == 0 else f"Gói {weight} g"
    return PackRow(name, weight, retail, line.get("per_carton"), line.get("gtin"))
