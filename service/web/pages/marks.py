"""Protected names (V8): what each protects and who may use it; officers keep the lists; suppliers read what is in the way.

/nhan-hieu                   marks/marks.html    every name
/nhan-hieu/{slug}            marks/mark.html     area, goods, list of users
/duyet/nhan-hieu/{slug}      marks/users.html    officers: enter and take off users
/ban-hang/nhan-hieu          marks/own.html      suppliers: which names their products show, and why not
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue
from service.accounts import Actor
from service.core.errors import NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Me, Page, PageMaker, Reader, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

router = APIRouter()
Cursor = Annotated[str, Query(max_length=400)]


@router.get("/nhan-hieu")
async def marks(page: Page, me: Me, reader: Reader) -> Response:
    """Every protected name."""
    officer = catalogue.may_list_mark_users(me)
    return page.show("marks/marks.html", marks=await catalogue.protected_names(reader), officer=officer)


@router.get("/nhan-hieu/{slug}")
async def mark(slug: str, request: Request, page: Page, me: Me, reader: Reader, cursor: Cursor = "") -> Response:
    """One protected name with its area and its users."""
    shown = await catalogue.protected_name(reader, slug)
    users, further = await catalogue.mark_users(reader, shown, cursor=cursor or None)
    return page.show(
        "marks/mark.html",
        mark=shown,
        users=users,
        officer=catalogue.may_list_mark_users(me),
        next=here(request, cursor=further) if further else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/duyet/nhan-hieu/{slug}")
async def users(slug: str, request: Request, page: Page, me: Signed, reader: Reader, cursor: Cursor = "") -> Response:
    """The list of a name, to be kept by officers."""
    return await _users(request, page, me, reader, slug, forms.filled({}), cursor)


@router.post("/duyet/nhan-hieu/{slug}")
async def allow(slug: str, request: Request, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Enter a supplier, or correct since when and by which decision it is on the list."""
    form = await forms.read(request, catalogue.MarkUserInput)
    value = form.value
    if value is not None:
        refusal = await attempt(session, lambda: catalogue.allow_mark_by_name(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"/duyet/nhan-hieu/{slug}", _("Đã ghi vào danh sách."))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _users(request, page, me, reader, slug, form, status=422)


@router.post("/duyet/nhan-hieu/{slug}/bo/{supplier_id}")
async def disallow(slug: str, supplier_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a supplier off the list; the journal keeps that it was on it."""
    await catalogue.disallow_mark(session, me, slug, supplier_id)
    return page.redirect(f"/duyet/nhan-hieu/{slug}", _("Đã bỏ khỏi danh sách. Lịch sử vẫn giữ lại."))


async def _users(
    request: Request, page: PageMaker, me: Actor, reader: Any, slug: str, form: forms.Form[Any], cursor: str = "",
    *, status: int = 200,
) -> Response:  # fmt: skip
    if not catalogue.may_list_mark_users(me):
        raise NotAllowed(_("Chỉ cán bộ được ghi quyền dùng chỉ dẫn địa lý và nhãn hiệu."))
    shown = await catalogue.protected_name(reader, slug)
    listed, further = await catalogue.mark_users(reader, shown, me, cursor=cursor or None)
    return page.show(
        "marks/users.html",
        status=status,
        mark=shown,
        users=listed,
        form=form,
        next=here(request, cursor=further) if further else None,
        first=here(request, cursor=None) if cursor else None,
    )


@router.get("/ban-hang/nhan-hieu")
async def own(page: Page, me: Signed, reader: Reader) -> Response:
    """The names that a supplier's own products show, and what is in the way of the others."""
    return page.show("marks/own.html", marks=await catalogue.own_marks(reader, me))
