"""A supplier hands its records in to be checked, takes them back, or takes them off the market.

POST /ban-hang/ho-so/{move}, /ban-hang/san-pham/{slug}/{move}
    gui   hand in to be checked
    thu   take back what waits: a draft again, or the published version stays as it is
    rut   out of the public's sight
"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from service import catalogue
from service.core.errors import NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, Reader, Session
from service.web.pages.desk_forms import attempt, only_suppliers, own_product

router = APIRouter(prefix="/ban-hang")
Move = Literal["gui", "thu", "rut"]


@router.post("/ho-so/{move}")
async def move_profile(move: Move, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Hand the profile in, take it back, or withdraw it with all its products."""
    only_suppliers(me)
    own = await catalogue.own_supplier(reader, me)
    if own is None:
        raise NotFound(_("Chưa có hồ sơ."))
    if move == "gui":
        refusal = await attempt(session, lambda: catalogue.submit_supplier(session, me, own.id))
        if refusal is not None:
            return page.redirect("/ban-hang", refusal.message)
        return page.redirect("/ban-hang", _("Đã gửi duyệt. Cán bộ kiểm tra xong thì hồ sơ hiện ra ở chợ."))
    if move == "thu":
        await catalogue.withdraw_submission(session, me, catalogue.ReviewKind.SUPPLIER, own.id)
        return page.redirect("/ban-hang", _("Đã rút lại, không chờ duyệt nữa."))
    await catalogue.withdraw_supplier(session, me, own.id)
    return page.redirect("/ban-hang", _("Hồ sơ và mọi sản phẩm không còn hiện ra ngoài. Muốn đăng lại thì gửi duyệt."))


@router.post("/san-pham/{slug}/{move}")
async def move_product(slug: str, move: Move, page: Page, me: Acting, session: Session, reader: Reader) -> Response:
    """Hand a product in, take it back, or withdraw it."""
    shown = await own_product(reader, me, slug)
    back = f"/ban-hang/san-pham/{slug}"
    if move == "gui":
        refusal = await attempt(session, lambda: catalogue.submit_product(session, me, shown.id))
        if refusal is not None:
            return page.redirect(back, refusal.message)
        return page.redirect(back, _("Đã gửi duyệt. Cán bộ kiểm tra xong thì sản phẩm hiện ra ở chợ."))
    if move == "thu":
        await catalogue.withdraw_submission(session, me, catalogue.ReviewKind.PRODUCT, shown.id)
        return page.redirect(back, _("Đã rút lại, không chờ duyệt nữa."))
    await catalogue.withdraw(session, me, shown.id)
    return page.redirect(back, _("Sản phẩm không còn hiện ra ngoài. Muốn đăng lại thì gửi duyệt."))
