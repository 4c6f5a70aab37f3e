"""The floor as a sheet.

/ban-to-chuc/hoi-cho/{slug}/mat-bang/bang.xlsx, .csv    the floor as it stands
…/mat-bang/bang                                         layouts/sheet.html    send one; what is wrong, or what it would do
…/mat-bang/bang/{sheet_id} (POST)                       go ahead
"""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import catalogue, fairs
from service.core import exports
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, Session, Signed
from service.web.pages.desk_forms import attempt
from service.web.pages.layout_forms import floor_page, home

router = APIRouter()
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SHOWN = 100


@router.get("/ban-to-chuc/hoi-cho/{slug}/mat-bang/bang.{kind}")
async def sheet(slug: str, kind: str, me: Signed, session: Session) -> Response:
    """The whole floor, ready to be changed and sent back."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    desk = await fairs.layouts.desk(session, slug, me)
    head, lines = fairs.layouts.headings(), fairs.layouts.lines(desk.draft)
    data = exports.as_csv(head, lines) if kind == "csv" else exports.as_xlsx([exports.Table(_("Mặt bằng"), head, lines)])
    named = {"content-disposition": f"attachment; filename*=UTF-8''{quote(f'mat-bang-{slug}.{kind}')}"}
    return Response(data, media_type=SHEETS[kind], headers={**named, "cache-control": "private, no-store"})


@router.get("/ban-to-chuc/hoi-cho/{slug}/mat-bang/bang")
async def form(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """Where a sheet is sent."""
    return await floor_page(page, session, me, slug, "layouts/sheet.html", preview=None, error="")


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/bang")
async def look(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Read the sheet and show what it would do; nothing is laid out yet."""
    async with request.form(max_files=1, max_fields=10) as sent:
        file = sent.get("file")
        name = (file.filename or "") if isinstance(file, UploadFile) else ""
        data = await file.read(catalogue.MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    if not name:
        said = _("Hãy chọn một tệp .xlsx hoặc .csv.")
        return await floor_page(page, session, me, slug, "layouts/sheet.html", status=422, preview=None, error=said)
    preview = await fairs.layouts.hold_sheet(session, me, slug, data, name)
    return await floor_page(
        page, session, me, slug, "layouts/sheet.html", status=422 if preview.wrong else 200, preview=preview, error="",
    )  # fmt: skip


@router.post("/ban-to-chuc/hoi-cho/{slug}/mat-bang/bang/{sheet_id}")
async def go_ahead(slug: str, sheet_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Lay the floor out as the sheet says."""
    refusal = await attempt(session, lambda: fairs.layouts.lay_sheet(session, me, slug, sheet_id))
    if refusal is not None:
        said = refusal.message
        return await floor_page(page, session, me, slug, "layouts/sheet.html", status=409, preview=None, error=said)
    return page.redirect(home(slug), _("Đã lưu mặt bằng theo bảng. Bấm “Hoàn tác” nếu nhầm."))
