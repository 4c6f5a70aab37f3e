"""A buyer's own profile: saved by its people, handed in to be verified, and returned with reasons (V6).

/mua-hang/ho-so        matching/buyer_form.html   the form; POST saves it, and hands it in with `then=submit`
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import matching
from service.accounts import Actor, Role
from service.core import places
from service.core.errors import NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt

router = APIRouter()
ADDRESS = "/mua-hang/ho-so"


@router.get(ADDRESS)
async def profile(page: Page, me: Signed, session: Session) -> Response:
    """The profile as it is stored, with where it stands and why it was returned."""
    _only_buyers(me)
    own = await matching.own_profile(session, me)
    said = own.said if own is not None else {"name": me.organisation_name, "kind": matching.BuyerKind.MODERN_TRADE}
    form = forms.filled({name: value for name, value in said.items() if value is not None})
    if own is not None and own.state == matching.BuyerState.RETURNED:
        form.errors = dict(own.reasons)
        if own.note:
            form.errors.setdefault("form", own.note)
    return _form_page(page, me, form, own)


@router.post(ADDRESS)
async def keep_profile(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Keep the profile; with `then=submit` it waits to be verified from now on."""
    organisation_id = _only_buyers(me)
    form = await forms.read(request, matching.BuyerWords)
    own = await matching.own_profile(session, me)
    if form.value is None:
        return _form_page(page, me, form, own, status=422)
    value = form.value.profile()

    async def keep() -> None:
        buyer = await matching.found_buyer(session, me, organisation_id, value)
        if form.typed.get("then") == "submit":
            await matching.submit_buyer(session, me, buyer.id)

    refusal = await attempt(session, keep)
    if refusal is not None:
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
        return _form_page(page, me, form, own, status=422)
    now = await matching.own_profile(session, me)
    if now is not None and now.state == matching.BuyerState.SUBMITTED:
        return page.redirect(ADDRESS, _("Đã lưu và gửi xác minh. Có kết quả thì bạn được báo qua thư."))
    return page.redirect(ADDRESS, _("Đã lưu hồ sơ."))


def _only_buyers(me: Actor) -> UUID:
    if me.role is not Role.BUYER or me.organisation_id is None:
        raise NotAllowed(_("Trang này dành cho nhà phân phối."))
    return me.organisation_id


def _form_page(page: PageMaker, me: Actor, form: forms.Form[Any], own: Any, *, status: int = 200) -> Response:
    return page.show(
        "matching/buyer_form.html",
        status=status,
        form=form,
        own=own,
        may_edit=me.may_write,
        kinds=[(each.value, matching.buyer_kind_name(each)) for each in matching.BuyerKind],
        provinces=[(each.code, each.full_name) for each in places.provinces()],
    )
