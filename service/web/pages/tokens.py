"""API tokens of my organisation: issue, show once, revoke."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import accounts
from service.accounts import Actor, Role
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.organisation import own_id

router = APIRouter(prefix="/to-chuc/khoa-api")
# What each role has use for; the rest of the scopes would open nothing for it.
USEFUL = {
    Role.SUPPLIER: ("catalogue", "import", "lots", "marks", "checks", "requests", "fairs", "accounts"),
    Role.BUYER: ("catalogue", "requests", "lists", "lots", "fairs", "accounts"),
    Role.ORGANISER: ("catalogue", "requests", "fairs", "accounts"),
    Role.OFFICER: ("catalogue", "review", "import", "lots", "marks", "checks", "requests", "fairs", "accounts"),
}


def area_names() -> dict[str, str]:
    """What each part of the API is about."""
    return {
        "accounts": _("tổ chức và người"),
        "catalogue": _("hồ sơ, sản phẩm, giá, giấy tờ"),
        "checks": _("kiểm tra thực tế"),
        "fairs": _("các hội chợ"),
        "import": _("nhập hàng loạt"),
        "lists": _("danh sách chọn và tìm kiếm đã lưu"),
        "lots": _("lô hàng"),
        "marks": _("nhãn hiệu, chỉ dẫn địa lý"),
        "requests": _("yêu cầu tìm hàng"),
        "review": _("duyệt hồ sơ"),
    }


@router.get("")
async def tokens(page: Page, me: Signed, session: Session) -> Response:
    """The organisation's tokens and a form for another."""
    return await _show(page, me, session, forms.filled({"key": new_id(), "name": "", "scopes": []}))


@router.post("")
async def issue(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Issue a token and show it, once."""
    form = await forms.read(request, accounts.TokenDraft, lists=("scopes",))
    ours = own_id(me)
    if form.value is None:
        return await _show(page, me, session, form, 422)
    try:
        async with session.begin_nested():
            issued = await accounts.issue_token(session, me, ours, form.value, key=forms.key_of(form))
    except (Invalid, Conflict) as refusal:
        form.add(getattr(refusal, "errors", None) or {"form": refusal.message})
        return await _show(page, me, session, form, 422)
    answer = page.show("organisation/token.html", issued=issued)
    answer.headers["cache-control"] = "no-store"
    return answer


@router.post("/{token_id}/thu-hoi")
async def revoke(page: Page, me: Acting, session: Session, token_id: UUID) -> Response:
    """Let a token open nothing from now on."""
    await accounts.revoke_token(session, me, own_id(me), token_id)
    return page.redirect("/to-chuc/khoa-api", _("Đã thu hồi khóa. Phần mềm dùng khóa này bị từ chối ngay từ giờ."))


async def _show(page: PageMaker, me: Actor, session: Session, form: forms.Form[Any], status: int = 200) -> Response:
    names = area_names()
    useful = USEFUL.get(me.role, tuple(names))
    if "scopes" in form.errors or any(key.startswith("scopes.") for key in form.errors):
        form.errors = {key: value for key, value in form.errors.items() if not key.startswith("scopes")}
        form.errors["scopes"] = _("Hãy chọn ít nhất một quyền.")
    return page.show(
        "organisation/tokens.html",
        status=status,
        tokens=await accounts.tokens_of(session, me, own_id(me)),
        form=form,
        areas=[(area, names[area]) for area in useful],
    )
