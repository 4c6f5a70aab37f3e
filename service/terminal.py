"""What the command line prints: an import's errors and counts, a request's ranking. The same words as on the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from service import catalogue, fairs, matching
from service.accounts import SYSTEM
from service.core import formats
from service.core.db import Database
from service.core.files import FileStore
from service.core.i18n import _
from service.matching import CandidateView

console = Console()


async def import_file(
    database: Database, files: FileStore, kind: Literal["suppliers", "products"], file: Path, *, dry_run: bool
) -> bool:
    """Import a sheet or an archive and print what came of it; tells whether all of it was right."""
    with file.open("rb") as source:
        archive = catalogue.is_archive(source.read(4)) and not catalogue.is_workbook(file)
    if archive:
        return await _import_archive(database, files, file, dry_run=dry_run)
    return await _import_sheet(database, kind, file, dry_run=dry_run)


async def _import_archive(database: Database, files: FileStore, file: Path, *, dry_run: bool) -> bool:
    with Progress(console=console, transient=True) as shown:
        line = shown.add_task(_("Đang đọc %(file)s…", file=file.name), total=None)

        async def tell(stage: str, done: int, total: int) -> None:
            words = _("Đang lưu từng tệp") if stage == "storing" else _("Đang xem từng tệp")
            shown.update(line, description=words, completed=done, total=total)

        async with database.transaction() as session:
            report = await catalogue.import_archive(session, files, file, file.name, actor=SYSTEM, dry_run=dry_run, tell=tell)
    if not report.ok:
        _print_errors(report)
        console.print(_("Chưa lưu gì cả. Hãy sửa các ô trên rồi nhập lại."), style="red")
        return False
    names = {"suppliers": _("Nhà cung cấp"), "products": _("Sản phẩm"), "photos": _("Ảnh"), "papers": _("Bản quét giấy tờ")}
    done = _("Chỉ kiểm tra, chưa lưu") if dry_run else _("Đã lưu")
    for name, counts in catalogue.import_jobs.document(report)["counts"].items():
        new, changed, same = counts
        said = _("%(new)s mới, %(changed)s thay đổi, %(same)s giữ nguyên", new=new, changed=changed, same=same)
        console.print(f"{done}: {names[name]}: {said}.", style="green")
    return True


async def _import_sheet(database: Database, kind: Literal["suppliers", "products"], file: Path, *, dry_run: bool) -> bool:
    with console.status(_("Đang đọc %(file)s…", file=file.name)):
        # One byte more than is allowed is enough for the reader to say that the file is too large.
        with file.open("rb") as source:
            data = source.read(catalogue.MOST_BYTES + 1)
        async with database.transaction() as session:
            report = await catalogue.import_file(session, kind, data, file.name, actor=SYSTEM, dry_run=dry_run)
    for note in report.notes:
        console.print(note, markup=False)
    if not report.ok:
        _print_errors(report)
        console.print(_("Chưa lưu gì cả. Hãy sửa các ô trên rồi nhập lại."), style="red")
        return False
    counts = report.counts or catalogue.Counts()
    said = _("%(new)s mới, %(changed)s thay đổi, %(same)s giữ nguyên", new=counts.new, changed=counts.changed, same=counts.same)
    done = _("Chỉ kiểm tra, chưa lưu") if dry_run else _("Đã lưu")
    console.print(f"{done}: {said}.", style="green")
    return True


def redraw(file: Path) -> bool:
    """Draw again from a published list, and print who is drawn: a round of field checks, or the order of choice of a fair.

    Tells whether it was such a list, whole and unchanged.
    """
    try:
        drawn = _redrawn(file.read_text("utf-8"))
    except ValueError:
        console.print(_("Tệp này không phải danh sách của một đợt bốc thăm, hoặc đã bị sửa."), style="red")
        return False
    for place, (name, number) in enumerate(drawn, 1):
        console.print(f"{place}. {name} ({number})", markup=False, highlight=False)
    return True


def _redrawn(text: str) -> list[tuple[str, int]]:
    """Who is drawn, first to last, with the weight or the points of each."""
    if text.startswith(f"# recipe {fairs.applications.choice.RECIPE}\n"):
        return [(each.code, each.points) for each in fairs.applications.choice.redrawn(text)]
    seed, wanted, candidates = catalogue.drawing.read_document(text)
    return [(each.id, each.weight) for each in catalogue.drawing.draw(seed, candidates, wanted)]


def _print_errors(report: catalogue.Report | catalogue.ArchiveReport) -> None:
    table = Table(_("Tệp"), _("Dòng"), _("Cột"), _("Giá trị"), _("Cần sửa thế nào"), title=report.filename, show_lines=False)
    for problem in report.errors:
        row = "" if problem.row is None else str(problem.row)
        table.add_row(problem.file or "", row, problem.column or "", problem.value or "", problem.message)
    console.print(table)
    if report.more_errors:
        console.print(_("… và %(n)s lỗi nữa.", n=report.more_errors))


async def match(database: Database, code: str) -> bool:
    """Print the ranking for a request as a table; tells whether anything fits or nearly fits."""
    async with database.transaction() as session:
        found = await matching.ranked(session, code, actor=SYSTEM, limit=50)
    request = found.request
    console.print(f"\n[bold]{request.code}[/bold] {request.title}", highlight=False)
    whose = _("trọng số mà người mua đã lưu") if found.weights_from == "saved" else _("trọng số mặc định của chợ")
    weighed = " · ".join(f"{matching.factor_name(name)} {formats.number(value)}" for name, value in found.weights.named())
    console.print(_("Xếp theo %(whose)s: %(weights)s", whose=whose, weights=weighed), style="dim")
    _print_candidates(_("Nguồn phù hợp (%(n)s)", n=found.matches_total), found.matches, near=False)
    if found.near:
        _print_candidates(_("Suýt phù hợp (%(n)s)", n=found.near_total), found.near, near=True)
    console.print(
        _("%(out)s sản phẩm khác không phù hợp; %(left)s sản phẩm cùng nhóm chắc chắn kém hơn nên không xét.",
          out=found.out_total, left=found.left_out),
        style="dim",
    )  # fmt: skip
    return bool(found.matches or found.near)


def _print_candidates(title: str, candidates: list[CandidateView], *, near: bool) -> None:
    table = Table(title=title, title_justify="left", expand=True)
    table.add_column("#", justify="right")
    table.add_column(_("Điểm"), justify="right")
    table.add_column(_("Sản phẩm"), ratio=2)
    table.add_column(_("Nhà cung cấp"), ratio=2)
    table.add_column(_("Giao được"), justify="right")
    table.add_column(_("Giá/kg"), justify="right")
    table.add_column(_("Sẽ phù hợp nếu") if near else _("Vì sao"), ratio=4)
    for each in candidates:
        price = formats.vnd(each.price_vnd_per_kg)
        why = (each.change or "") if near else "\n".join([each.line, *each.unknowns])
        if each.readiness is not None and each.readiness.required:
            why += f"\n{each.readiness.line}"
        score = f"{each.score * 100:.0f}"
        table.add_row(str(each.position), score, each.product_name, each.supplier_name, formats.kg(each.given), price, why)
    console.print(table)
