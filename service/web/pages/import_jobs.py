"""Files on their way in, as their senders follow them: what a file would do or has done, how far it is, and what came before.

/nhap             imports/list.html    what I and my organisation have brought in
/nhap/{id}        imports/job.html     one file: progress, every error, or what it would do (imports/_job.html)
/nhap/{id}/luu    POST: go ahead       /nhap/{id}/bo  POST: let it go

The moving part asks for itself again every two seconds while work goes on; without JavaScript a link does.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue
from service.accounts import Role
from service.core.errors import NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Files, Page, PageMaker, Reader, Session, Signed
from service.web.pages.render import here

router = APIRouter()
BASES = {Role.OFFICER: "/duyet/nhap", Role.SUPPLIER: "/ban-hang/nhap"}


@router.get("/nhap")
async def imports(
    request: Request, page: Page, me: Signed, reader: Reader, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """What came in, the newest first."""
    if me.role not in BASES:
        raise NotAllowed(_("Chỉ nhà cung cấp và cán bộ nhập hàng từ tệp."))
    found = await catalogue.imports_of(reader, me, cursor=cursor or None)
    return page.show(
        "imports/list.html",
        imports=[(each, catalogue.import_state_name(each.state)) for each in found.items],
        names=count_names(),
        base=BASES[me.role],
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/nhap/{import_id}")
async def job(import_id: UUID, page: Page, me: Signed, reader: Reader) -> Response:
    """One file on its way."""
    return _show(page, me.role, await catalogue.import_page(reader, me, import_id), me.person_id)


@router.post("/nhap/{import_id}/luu")
async def go_ahead(import_id: UUID, page: Page, me: Acting, session: Session, files: Files) -> Response:
    """Go ahead with a file."""
    row = await catalogue.import_jobs.approve(session, files, me, import_id)
    words = {"saved": _("Đã lưu cả tệp."), "wrong": _("Trong lúc chờ, dữ liệu trên chợ đã đổi nên tệp có chỗ phải sửa.")}
    return page.redirect(f"/nhap/{import_id}", words.get(row.state))


@router.post("/nhap/{import_id}/bo")
async def let_go(import_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Let a file go that has not been stored."""
    await catalogue.import_jobs.drop(session, me, import_id)
    return page.redirect("/nhap", _("Đã bỏ tệp này. Chưa lưu gì cả."))


def count_names() -> dict[str, str]:
    """What is counted, in words."""
    return {
        "suppliers": _("Nhà cung cấp"),
        "products": _("Sản phẩm"),
        "photos": _("Ảnh"),
        "papers": _("Bản quét giấy tờ"),
    }


def _show(page: PageMaker, role: Role, view: catalogue.ImportView, me: UUID | None) -> Response:
    stages = {"reading": _("Đang xem từng tệp"), "storing": _("Đang lưu từng tệp")}
    return page.show(
        "imports/job.html",
        fragment="imports/_job.html",
        job=view,
        state=catalogue.import_state_name(view.state),
        stage=stages.get(view.stage or "", _("Đang đọc bảng tính")),
        names=count_names(),
        base=BASES.get(role, "/"),
        mine=view.person_id == me,
    )
