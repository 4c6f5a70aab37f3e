"""An archive comes in (C15): sheets, photos and papers in one pass, every error of every line and file told, all or nothing.

    report = await import_archive(session, files, path, "hang.zip", actor=actor, dry_run=True)

The sheets are written first, inside a savepoint: then every photo and paper is looked for among the records as they will be.
With errors, or for a look only, the savepoint is given back and nothing has happened; nothing is put into the store before all
is known to be right.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM, Actor
from service.catalogue import rules
from service.catalogue.bulk import staging
from service.catalogue.bulk.attachments import Attachment, Plan, attach, plan
from service.catalogue.bulk.rows import Counts
from service.catalogue.sheets import archive, contents, imports, owners
from service.catalogue.sheets.archive import Archive, Entry
from service.catalogue.sheets.columns import SheetKind
from service.catalogue.sheets.contents import Contents, Hint, Sort
from service.catalogue.sheets.importing import Known, Problem
from service.catalogue.sheets.reading import MOST_BYTES, read
from service.core.errors import Invalid, NotAllowed, Refused
from service.core.files import FileStore
from service.core.i18n import _
from service.core.pictures import Kind, read_upload
from service.core.text import fold

MOST_SHOWN = 2_000
TOLD_EVERY = 200
ORDER: tuple[SheetKind, ...] = ("suppliers", "products")  # Products may name suppliers of the same archive.
Tell = Callable[[str, int, int], Awaitable[None]]


@dataclass(slots=True)
class ArchiveReport:
    """What an archive would do. Nothing of it may be stored unless `ok`."""

    filename: str
    digest: str = ""
    sheets: dict[SheetKind, imports.Report] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    more_errors: int = 0  # How many beyond those that are listed.
    notes: list[str] = field(default_factory=list)
    photos: Counts = field(default_factory=Counts)
    papers: Counts = field(default_factory=Counts)

    @property
    def ok(self) -> bool:
        """Whether all of the archive is right."""
        return not self.problems and all(sheet.ok for sheet in self.sheets.values())

    @property
    def errors(self) -> list[Problem]:
        """Everything that is wrong, sheet by sheet and file by file."""
        return [problem for sheet in self.sheets.values() for problem in sheet.errors] + self.problems

    def add(self, path: str | None, message: str, row: int | None = None) -> None:
        """Take note of what is wrong with a file."""
        if len(self.problems) < MOST_SHOWN:
            self.problems.append(Problem(row, None, None, message, archive.shown(path) if path else None))
        else:
            self.more_errors += 1


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file was found to be."""

    kind: Kind
    size: int
    sha256: bytes


async def import_archive(
    session: AsyncSession, files: FileStore, source: Path, filename: str = "", *, actor: Actor = SYSTEM,
    dry_run: bool = False, tell: Tell | None = None,
) -> ArchiveReport:  # fmt: skip
    """Check an archive and, when all of it is right and this is no dry run, store it; the report says what came of it."""
    if not rules.may_import_products(actor):
        raise NotAllowed(_("Bạn không được nhập tệp này. Cán bộ nhập được mọi thứ; nhà cung cấp nhập được hàng của mình."))
    report = ArchiveReport(filename)
    try:
        with archive.opened(source) as packed:
            await _take_in(session, files, packed, report, actor, dry_run=dry_run, tell=tell)
    except Invalid as refusal:
        report.add(None, refusal.message)
    return report


async def _take_in(
    session: AsyncSession, files: FileStore, packed: Archive, report: ArchiveReport, actor: Actor, *,
    dry_run: bool, tell: Tell | None,
) -> None:  # fmt: skip
    sorted_out = contents.sort_out(packed.entries)
    if not sorted_out.sheets and not sorted_out.hints:
        raise Invalid(_("Không thấy bảng tính, thư mục “anh” hay “giay” trong tệp nén."))
    trial = await session.begin_nested()
    if dry_run:  # What is taken back need not be searchable meanwhile.
        await session.execute(select(func.set_config("app.search_later", "on", True)))
    kept = False
    try:
        await _sheets(session, packed, sorted_out, report, actor)
        hints = _hinted(sorted_out, report)
        looked = await _look_over(packed, [hint.entry for hint in hints], report, tell)
        planned = await _resolve(session, actor, report, hints, looked)
        if report.ok and not dry_run:
            await _attach(session, files, actor, packed, planned, tell)
            kept = True
    finally:
        await (trial.commit() if kept else trial.rollback())


async def _attach(
    session: AsyncSession, files: FileStore, actor: Actor, packed: Archive, planned: Plan, tell: Tell | None
) -> None:
    entries = {entry.path: entry for entry in packed.entries}
    packed.again()

    async def told(done: int) -> None:
        if tell is not None:
            await tell("storing", done, len(planned.fresh))

    await attach(session, files, actor, planned, lambda path: packed.read(entries[path]), told)


async def _sheets(session: AsyncSession, packed: Archive, sorted_out: Contents, report: ArchiveReport, actor: Actor) -> None:
    """Read the sheets and, where one is right, write it: what follows is looked for among what it says."""
    found: dict[SheetKind, tuple[Entry, Any]] = {}
    for entry in sorted_out.sheets:
        data = await asyncio.to_thread(packed.read, entry)
        try:
            sheet = await asyncio.to_thread(read, data)
        except Invalid as refusal:
            report.add(entry.path, refusal.message)
            continue
        kind = imports.kind_of(sheet, _likely(entry, actor))
        if kind is None:
            report.add(entry.path, _("Không thấy dòng tiêu đề của bảng sản phẩm hay bảng nhà cung cấp. Hãy dùng bảng mẫu."))
        elif kind in found:
            report.add(entry.path, _("Đã có một bảng cùng loại là “%(name)s”. Hãy gộp lại.", name=found[kind][0].name))
        else:
            found[kind] = entry, sheet
    for kind in ORDER:
        if kind in found:
            entry, sheet = found[kind]
            report.sheets[kind] = await _sheet(session, entry, sheet, kind, report, actor)


def _likely(entry: Entry, actor: Actor) -> SheetKind:
    """What a sheet that has only a code and a name holds: suppliers bring in products, officers say it by the file's name."""
    name = fold(entry.name)
    of_products = not rules.may_import(actor) or any(word in name for word in ("san pham", "product", "hang"))
    return "products" if of_products else "suppliers"


async def _sheet(
    session: AsyncSession, entry: Entry, sheet: Any, kind: SheetKind, report: ArchiveReport, actor: Actor
) -> imports.Report:
    part = imports.Report(kind, entry.path, "")
    try:
        imports.permit(actor, kind)
    except NotAllowed as refusal:
        part.add(Problem(None, None, None, refusal.message, entry.path))
        return part
    known = await imports.known_to(session, kind, actor)
    if kind == "products" and "suppliers" in report.sheets and not report.sheets["suppliers"].ok:
        _also(known, (key[0] for key in report.sheets["suppliers"].keys))
    await asyncio.to_thread(imports.interpret, part, sheet, known)
    part.errors = [Problem(p.row, p.column, p.value, p.message, entry.path) for p in part.errors]
    if part.ok and all(sheet.ok for sheet in report.sheets.values()):
        try:
            part.counts = await imports.put(session, actor, part)
        except Refused as refusal:
            part.add(Problem(None, None, None, refusal.message, entry.path))
    return part


def _also(known: Known, codes: Iterable[str]) -> None:
    """Suppliers of a sheet that is not right yet are no reason to find fault with the products' sheet as well."""
    said = [code for code in codes if code != "None"]
    known.exact = known.exact | set(said)
    known.suppliers = {**known.suppliers, **{fold(code): code for code in said}}


def _hinted(sorted_out: Contents, report: ArchiveReport) -> list[Hint]:
    """Every photo and paper with what is known of whose it is: by its folder, or by the line that names it."""
    hints = list(sorted_out.hints)
    placed = {hint.entry.path for hint in hints}
    claimed: set[str] = set()
    for kind, part in report.sheets.items():
        for row in part.rows:
            for name in row.files:
                entry = sorted_out.by_path.get(contents.path_key(name))
                if entry is None:
                    report.add(part.filename, _("Không có tệp “%(file)s” trong tệp nén (cột Tệp, mã %(code)s).",
                                                file=archive.shown(name), code=row.code))  # fmt: skip
                    continue
                claimed.add(entry.path)
                if entry.path not in placed:
                    placed.add(entry.path)
                    supplier = row.supplier_code if kind == "products" else None
                    paper = entry.name.lower().endswith(".pdf") or contents.kind_named(entry.name) is not None
                    sort = Sort.PAPER if paper else Sort.PHOTO
                    hints.append(Hint(entry, sort, (row.code,), supplier, contents.kind_named(entry.name)))
    for path, entry in sorted_out.loose.items():
        if entry.path not in claimed:
            report.add(path, _("Không rõ tệp này của ai. Hãy đặt vào thư mục “anh” hay “giay”, hoặc ghi tên ở cột Tệp."))
    return hints


async def _look_over(packed: Archive, entries: Sequence[Entry], report: ArchiveReport, tell: Tell | None) -> dict[str, Looked]:
    """Read every file once: what it is by its content, how much, and its digest. What is wrong is told file by file."""
    found: dict[str, Looked] = {}
    digest = hashlib.sha256()
    for start in range(0, len(entries), TOLD_EVERY):
        if tell is not None:
            await tell("reading", start, len(entries))
        some = entries[start : start + TOLD_EVERY]
        for entry, looked in zip(some, await asyncio.to_thread(_look_at, packed, some), strict=True):
            if isinstance(looked, str):
                report.add(entry.path, looked)
            else:
                found[entry.path] = looked
                digest.update(looked.sha256)
    return found


def _look_at(packed: Archive, entries: Sequence[Entry]) -> list[Looked | str]:
    out: list[Looked | str] = []
    for entry in entries:
        if entry.info.file_size > MOST_BYTES:  # It says so itself, and is told so beside the others.
            out.append(_("Tệp nặng quá 10 MB. Hãy chụp lại với chất lượng thấp hơn, hoặc lưu lại bản nhỏ hơn."))
            continue
        data = packed.read(entry)  # An archive that breaks here is refused as a whole.
        try:
            out.append(Looked(read_upload(data), len(data), hashlib.sha256(data).digest()))
        except Invalid as refusal:
            out.append(refusal.message)
    return out


async def _resolve(
    session: AsyncSession, actor: Actor, report: ArchiveReport, hints: Sequence[Hint], looked: dict[str, Looked]
) -> Plan:
    """Whose every photo and paper is, as records; what would be added to them."""
    conn = await staging.connection(session)
    known = await owners.known(conn, actor, report.sheets, hints)
    meant = []
    for hint in hints:
        found = known.meant(hint) if hint.entry.path in looked else None
        if isinstance(found, str):
            report.add(hint.entry.path, found)
        elif found is not None and hint.sort is Sort.PHOTO and looked[hint.entry.path].kind is Kind.PDF:
            report.add(hint.entry.path, _("Đây là tệp PDF. Ở đây cần một ảnh: JPEG, PNG hoặc HEIC."))
        elif found is not None:
            meant.append((hint, found))
    certificates = await owners.certificates(session, conn, actor, meant) if report.ok else {}
    attachments = []
    for hint, owner in meant:
        paper = certificates.get((owner.holder_id, hint.kind or "")) if hint.sort is Sort.PAPER else None
        if hint.sort is Sort.PAPER and paper is None:
            if report.ok or certificates:
                report.add(hint.entry.path, owners.without_certificate(hint))
            continue
        what = looked[hint.entry.path]
        attachments.append(
            Attachment(
                hint.entry.path, hint.entry.name, what.size, what.sha256, what.kind, owner.supplier_id, owner.organisation_id,
                owner.product_id, paper,
            )
        )  # fmt: skip
    planned = await plan(conn, attachments)
    for each in planned.excess:
        report.add(each.path, _("Nhiều tệp quá ở cùng một chỗ: sản phẩm có tối đa 8 ảnh, mỗi giấy tối đa 6 tệp."))
    report.photos, report.papers = _counted(attachments, planned)
    return planned


def _counted(attachments: Sequence[Attachment], planned: Plan) -> tuple[Counts, Counts]:
    papers = sum(each.certificate_id is not None for each in planned.fresh)
    photos = len(planned.fresh) - papers
    every = sum(each.certificate_id is not None for each in attachments)
    return Counts(new=photos, same=len(attachments) - every - photos), Counts(new=papers, same=every - papers)


__all__ = ["MOST_BYTES", "ArchiveReport", "import_archive"]
