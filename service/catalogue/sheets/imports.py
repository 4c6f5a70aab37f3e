"""Sheets of suppliers and products (C13, C14): read, told every error of every row at once, and stored whole or not at all.

    report = await imports.check(session, "products", data, "hang.xlsx", actor=actor)
    if report.ok: await imports.save(session, actor, report)

`check` stores nothing: it even tries the writing, to count what would be new, changed and the same, and takes it back.
The key of a supplier is its code, that of a product its supplier's code and its own, so the same file twice changes nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM, Actor
from service.catalogue import rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.products import put_products
from service.catalogue.bulk.rows import Counts, ProductRow, SupplierRow
from service.catalogue.bulk.suppliers import put_suppliers
from service.catalogue.inputs import sentence
from service.catalogue.reference.commodities import commodity_keys, commodity_names
from service.catalogue.sheets.columns import COLUMNS, Column, SheetKind, by_key, key, recognised
from service.catalogue.sheets.importing import Known, Line, Problem, product_row, supplier_row
from service.catalogue.sheets.reading import Cell, Sheet, read
from service.core.errors import Invalid, NotAllowed, Refused
from service.core.i18n import _
from service.core.text import fold

MOST_SHOWN = 2_000
HEAD_LINES = 10
MOST_HEARD = 2_000
KEYS: dict[SheetKind, tuple[str, ...]] = {"suppliers": ("code",), "products": ("supplier_code", "code")}


@dataclass(slots=True)
class Report:
    """What a sheet would do. Nothing of it may be stored unless `ok`."""

    kind: SheetKind
    filename: str
    digest: str
    rows: list[Any] = field(default_factory=list)  # SupplierRow or ProductRow.
    errors: list[Problem] = field(default_factory=list)
    more_errors: int = 0  # How many beyond those that are listed.
    notes: list[str] = field(default_factory=list)
    counts: Counts | None = None
    keys: dict[tuple[str, ...], int] = field(default_factory=dict)  # What stands in which line, right or wrong.

    @property
    def ok(self) -> bool:
        """Whether the whole sheet is right."""
        return not self.errors

    def add(self, problem: Problem) -> None:
        """Take note of what is wrong."""
        if len(self.errors) < MOST_SHOWN:
            self.errors.append(problem)
        else:
            self.more_errors += 1


async def check(session: AsyncSession, kind: SheetKind, data: bytes, filename: str = "", *, actor: Actor = SYSTEM) -> Report:
    """Read a sheet and say all that is wrong with it, or what it would change. Nothing is stored."""
    return await import_file(session, kind, data, filename, actor=actor, dry_run=True)


async def save(session: AsyncSession, actor: Actor, report: Report) -> Counts:
    """Store a sheet that has been found right, in one piece."""
    permit(actor, report.kind)
    if not report.ok:
        raise Invalid(_("Bảng này còn lỗi nên chưa lưu gì cả."))
    report.counts = await put(session, actor, report)
    return report.counts


async def import_file(
    session: AsyncSession, kind: SheetKind, data: bytes, filename: str = "", *, actor: Actor = SYSTEM, dry_run: bool = False
) -> Report:
    """Check a sheet and, when all of it is right and this is no dry run, store it; the report says what came of it."""
    permit(actor, kind)
    known = await known_to(session, kind, actor)
    report = await asyncio.to_thread(understand, kind, data, filename, known)
    if report.ok:
        trial = await session.begin_nested()
        if dry_run:  # What is taken back need not be searchable meanwhile.
            await session.execute(select(func.set_config("app.search_later", "on", True)))
        try:
            report.counts = await put(session, actor, report)
        except Refused as refusal:
            report.add(Problem(None, None, None, refusal.message))
        if dry_run or not report.ok:
            await trial.rollback()
        else:
            await trial.commit()
    return report


def permit(actor: Actor, kind: SheetKind) -> None:
    """Refuse a sheet that the actor may not bring in."""
    if not (rules.may_import(actor) if kind == "suppliers" else rules.may_import_products(actor)):
        raise NotAllowed(
            _("Bạn không được nhập bảng này. Cán bộ nhập được mọi bảng; nhà cung cấp nhập được sản phẩm của mình.")
        )


async def put(session: AsyncSession, actor: Actor, report: Report) -> Counts:
    """Write the rows of a sheet that is right."""
    if report.kind == "suppliers":
        return await put_suppliers(session, actor, report.rows)
    return await put_products(session, actor, report.rows)


async def known_to(session: AsyncSession, kind: SheetKind, actor: Actor) -> Known:
    """What the market knows already, as far as the actor may write to it."""
    if kind == "suppliers":
        return Known()
    conn = await staging.connection(session)
    own = None if rules.may_import(actor) else actor.organisation_id
    found = await conn.execute(
        "SELECT code FROM catalogue_supplier WHERE %(own)s::uuid IS NULL OR organisation_id = %(own)s ORDER BY code",
        {"own": own},
    )
    suppliers = [row[0] for row in await found.fetchall()]
    found = await conn.execute("SELECT code, name FROM catalogue_category ORDER BY position")
    return Known(
        suppliers={fold(code): code for code in suppliers},
        exact=frozenset(suppliers),
        own=suppliers[0] if own is not None and suppliers else None,
        categories=dict(await found.fetchall()),
        commodities=await commodity_keys(conn),
        commodity_names=await commodity_names(conn),
    )


def understand(kind: SheetKind, data: bytes, filename: str, known: Known) -> Report:
    """The pure part: from the bytes of a file to rows or errors. It never raises, whatever the file is."""
    report = Report(kind, filename, hashlib.sha256(data).hexdigest())
    try:
        sheet = read(data)
    except Invalid as refusal:
        report.add(Problem(None, None, None, refusal.message))
        return report
    interpret(report, sheet, known)
    if any(row.files for row in report.rows):
        report.notes.append(_("Cột “Tệp” chỉ dùng khi gửi bảng trong một tệp .zip cùng ảnh và giấy tờ."))
    return report


def kind_of(sheet: Sheet, likely: SheetKind) -> SheetKind | None:
    """What a sheet holds, by its headings; where they fit both alike, what is likely; None where they are of neither."""
    best, most = None, 0.0
    for kind in COLUMNS:
        _at, places = _head(kind, sheet)
        fit = len(places or ()) + (0.5 if kind == likely and places else 0)
        if fit > most:
            best, most = kind, fit
    return best


def interpret(report: Report, sheet: Sheet, known: Known) -> None:
    """From the cells of a sheet to rows or errors."""
    kind = report.kind
    at, places = _head(kind, sheet)
    if places is None:
        wanted = ", ".join(column.heading for column in COLUMNS[kind] if column.required)
        report.add(
            Problem(sheet.first, None, None, _("Không thấy dòng tiêu đề. Cần ít nhất các cột: %(columns)s.", columns=wanted))
        )
        return
    if not _head_is_right(report, sheet, at, places, known):
        return
    _lines(report, sheet, at, places, known)
    if not report.rows and report.ok:
        report.add(Problem(None, None, None, _("Bảng này chỉ có tiêu đề, chưa có dòng nào.")))


def _head(kind: SheetKind, sheet: Sheet) -> tuple[int, dict[int, Column] | None]:
    """The line of headings: the one among the first lines that names most columns, at least one that is needed."""
    best, places = 0, None
    for number, line in enumerate(sheet.lines[:HEAD_LINES]):
        found = recognised(kind, line)
        if any(column.required for column in found.values()) and len(found) > len(places or ()):
            best, places = number, found
    return best, places


def _head_is_right(report: Report, sheet: Sheet, at: int, places: dict[int, Column], known: Known) -> bool:
    row = sheet.first + at
    there = {column.name for column in places.values()}
    for column in COLUMNS[report.kind]:
        if column.required and column.name not in there and not (column.name == "supplier_code" and known.own):
            report.add(Problem(row, column.heading, None, _("Thiếu cột này.")))
    unused = []
    for place, cell in enumerate(sheet.lines[at]):
        if cell is None or place in places:
            continue
        again = by_key(report.kind).get(key(str(cell)))
        if again is not None:
            report.add(Problem(row, str(cell)[:80], None, _("Cột này có hai lần.")))
            continue
        meant = _meant(report.kind, str(cell), there)
        if meant is not None:
            report.add(Problem(row, str(cell)[:80], None, _("Không có cột này. Có phải “%(column)s”?", column=meant)))
        else:
            unused.append(str(cell)[:80])
    if unused:
        report.notes.append(_("Cột không dùng đến: %(columns)s.", columns=", ".join(unused[:20])))
    return report.ok


def _meant(kind: SheetKind, heading: str, there: set[str]) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - only a strange heading needs it.

    known = by_key(kind)
    close = get_close_matches(key(heading), known, n=1, cutoff=0.86)
    return known[close[0]].heading if close and known[close[0]].name not in there else None


def _lines(report: Report, sheet: Sheet, at: int, places: dict[int, Column], known: Known) -> None:
    seen = report.keys
    headings = {column.name: str(sheet.lines[at][place])[:80] for place, column in places.items()}
    for number, cells in enumerate(sheet.lines[at + 1 :], sheet.first + at + 1):
        if all(cell is None for cell in cells):
            continue
        line = _read_line(report, Line(number, headings), cells, places, known)
        row: SupplierRow | ProductRow | None
        if report.kind == "suppliers":
            row = supplier_row(line, known)
        else:
            if known.own and "supplier_code" not in line.values:
                line.values["supplier_code"] = known.own
            row = product_row(line, known)
        pair = tuple(str(line.get(name)) for name in KEYS[report.kind])
        if line.get("code") is not None and seen.setdefault(pair, number) != number:
            line.problem("code", _("mã này đã có ở dòng %(row)s", row=seen[pair]))
            row = None
        for problem in line.problems:
            report.add(replace(problem, message=sentence(problem.message)))
        if row is not None:
            report.rows.append(row)
    if known.strange:
        listed = ", ".join(f"{name} ({count})" for name, count in list(known.strange.items())[:20])
        report.notes.append(_("Chưa có trong danh mục mặt hàng nên để trống: %(names)s.", names=listed))
    if known.doubtful:
        listed = ", ".join(known.doubtful[:20])
        report.notes.append(_("Mã số thuế có số kiểm tra không khớp, hãy xem lại: %(codes)s.", codes=listed))


def _read_line(report: Report, line: Line, cells: list[Cell], places: dict[int, Column], known: Known) -> Line:
    for place, column in places.items():
        cell = cells[place] if place < len(cells) else None
        if cell is None:
            continue
        line.typed[column.name] = cell
        # A column says the same few things over and over (50, I.3.c, 12 tháng): each is understood once per sheet.
        heard = known.heard.setdefault(column.name, {})
        same = heard.get((type(cell), cell), heard)
        if same is not heard:
            line.values[column.name] = same
            continue
        try:
            value = column.read(cell)
        except (ValueError, OverflowError, ArithmeticError) as error:
            line.problem(column.name, str(error) or _("giá trị này chưa đúng"))
            continue
        line.values[column.name] = value
        if len(heard) < MOST_HEARD:
            heard[(type(cell), cell)] = value
    for column in COLUMNS[report.kind]:
        if column.required and column.name in line.headings and column.name not in line.typed:
            line.problem(column.name, _("cần điền ô này"))
    return line
