"""Sheets come in: choose a file, see every error or all that it would change, then go ahead.

/duyet/nhap, /ban-hang/nhap  imports/upload.html    the form; after a post with errors: the same page with all of them
                             imports/preview.html   what the sheet would do
…/nhap/{id}                  POST: go ahead
/nhap/mau/{kind}.{form}      the empty sheet, .xlsx or .csv
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import catalogue
from service.accounts import Actor, Role
from service.core.errors import Invalid, NotAllowed, NotFound
from service.core.files import FileStore
from service.core.i18n import _
from service.web.deps import Acting, Files, Page, PageMaker, Reader, Session, Signed

router = APIRouter()
ROWS_SHOWN = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/nhap/mau/{name}")
async def template(name: str, reader: Reader) -> Response:
    """The empty sheet of a kind, as .xlsx or as .csv."""
    kind, _dot, form = name.partition(".")
    if kind not in ("suppliers", "products") or form not in ("xlsx", "csv"):
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    sheet = cast("catalogue.SheetKind", kind)
    if form == "csv":
        content, media = catalogue.import_templates.template_csv(sheet), "text/csv; charset=utf-8"
    else:
        categories = [(each.code, each.title) for each in await catalogue.categories(reader)]
        commodities = [each.name for each in await catalogue.commodities(reader)]
        content, media = catalogue.import_templates.template_xlsx(sheet, categories, commodities), XLSX
    headers = {"Content-Disposition": f'attachment; filename="chophien-{kind}.{form}"', "Vary": "Cookie, Accept-Language"}
    return Response(content, media_type=media, headers=headers)


@router.get("/duyet/nhap")
async def office_form(page: Page, me: Signed) -> Response:
    """The form for officers: suppliers or products of anyone."""
    return _form(page, me, "/duyet/nhap")


@router.post("/duyet/nhap")
async def office_check(request: Request, page: Page, me: Acting, session: Session, files: Files) -> Response:
    """Check an officer's sheet."""
    return await _check(request, page, me, session, files, "/duyet/nhap")


@router.post("/duyet/nhap/{upload_id}")
async def office_save(upload_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Go ahead with an officer's sheet."""
    return await _save(upload_id, page, me, session, "/duyet/nhap")


@router.get("/ban-hang/nhap")
async def own_form(page: Page, me: Signed) -> Response:
    """The form for suppliers: their own products."""
    return _form(page, me, "/ban-hang/nhap")


@router.post("/ban-hang/nhap")
async def own_check(request: Request, page: Page, me: Acting, session: Session, files: Files) -> Response:
    """Check a supplier's sheet of its own products."""
    return await _check(request, page, me, session, files, "/ban-hang/nhap")


@router.post("/ban-hang/nhap/{upload_id}")
async def own_save(upload_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Go ahead with a supplier's sheet of its own products."""
    return await _save(upload_id, page, me, session, "/ban-hang/nhap")


def _permit(me: Actor, base: str) -> None:
    allowed = (
        catalogue.may_import(me) if base == "/duyet/nhap" else me.role is Role.SUPPLIER and catalogue.may_import_products(me)
    )
    if not allowed:
        raise NotAllowed(
            _("Bạn không được nhập bảng này. Cán bộ nhập được mọi bảng; nhà cung cấp nhập được sản phẩm của mình.")
        )


def _kinds(base: str) -> list[tuple[str, str]]:
    everything = [("suppliers", _("Nhà cung cấp")), ("products", _("Sản phẩm"))]
    return everything if base == "/duyet/nhap" else everything[1:]


def _form(
    page: PageMaker,
    me: Actor,
    base: str,
    *,
    report: catalogue.Report | None = None,
    error: str = "",
    kind: str = "products",
    status: int = 200,
) -> Response:
    _permit(me, base)
    return page.show(
        "imports/upload.html",
        status=status,
        base=base,
        kinds=_kinds(base),
        kind=kind,
        report=report,
        error=error,
        rules=catalogue.import_templates.rules(),
    )


async def _check(request: Request, page: PageMaker, me: Actor, session: Session, files: FileStore, base: str) -> Response:
    _permit(me, base)
    async with request.form(max_files=1, max_fields=10) as form:
        file, kind = form.get("file"), str(form.get("kind") or "products")
        filename = (file.filename or "") if isinstance(file, UploadFile) else ""
        if isinstance(file, UploadFile) and catalogue.is_archive(await file.read(4)) and filename.lower().endswith(".zip"):
            return await _take_archive(page, me, session, files, base, file)
        if isinstance(file, UploadFile):
            await file.seek(0)
        data = await file.read(catalogue.MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    if kind not in dict(_kinds(base)):
        raise NotAllowed(
            _("Bạn không được nhập bảng này. Cán bộ nhập được mọi bảng; nhà cung cấp nhập được sản phẩm của mình.")
        )
    if not filename:
        return _form(page, me, base, error=_("Hãy chọn một tệp .xlsx, .csv hoặc .zip."), kind=kind, status=422)
    sheet = cast("catalogue.SheetKind", kind)
    report = await catalogue.imports.check(session, sheet, data, filename, actor=me)
    if not report.ok:
        return _form(page, me, base, report=report, kind=kind, status=422)
    upload_id = await catalogue.keep_upload(session, me, sheet, filename, data)
    return page.show(
        "imports/preview.html",
        base=base,
        report=report,
        rows=report.rows[:ROWS_SHOWN],
        more=max(0, len(report.rows) - ROWS_SHOWN),
        action=f"{base}/{upload_id}",
    )


async def _take_archive(
    page: PageMaker, me: Actor, session: Session, files: FileStore, base: str, file: UploadFile
) -> Response:
    """An archive goes a way of its own, which can be left and found again (import_jobs.py)."""
    await file.seek(0)
    try:
        row = await catalogue.import_jobs.receive(session, files, me, file.file, file.filename or "")
    except Invalid as refusal:
        return _form(page, me, base, error=refusal.message, status=422)
    return page.redirect(f"/nhap/{row.id}")


async def _save(upload_id: UUID, page: PageMaker, me: Actor, session: Session, base: str) -> Response:
    _permit(me, base)
    upload = await catalogue.waiting_upload(session, me, upload_id)
    kind = cast("catalogue.SheetKind", upload.kind)
    report = await catalogue.import_file(session, kind, upload.data, upload.filename, actor=me)
    if not report.ok:  # Something has changed since it was shown: a supplier has gone, another sheet came first.
        return _form(page, me, base, report=report, kind=kind, status=422)
    await catalogue.drop_upload(session, upload)
    counts = report.counts or catalogue.Counts()
    words = _(
        "Đã lưu: %(new)s mới, %(changed)s thay đổi, %(same)s giữ nguyên.",
        new=counts.new,
        changed=counts.changed,
        same=counts.same,
    )
    return page.redirect("/duyet" if base == "/duyet/nhap" else "/ban-hang", words)
