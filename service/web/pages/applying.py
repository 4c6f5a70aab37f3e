"""Applying for a fair: the supplier's side.

/ban-hang/hoi-cho              applications/own_list.html   own (OwnLines), calls (fairs whose call is open)
/ban-hang/hoi-cho/{slug}       applications/own.html        one's application in whole, its points and its share
/hoi-cho/{slug}/dang-ky        applications/form.html       the form; POST keeps it as a draft or hands it in
/hoi-cho/{slug}/dang-ky/rut    POST: withdraw
Sharing a booth is in booth_shares.py.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue, fairs
from service.accounts import Actor
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Reader, Session, Signed
from service.web.pages import booth_shares, forms
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.waiting import all_waiting

applications = fairs.applications
router = APIRouter()
router.include_router(booth_shares.router)
DESK = "/ban-hang/hoi-cho"
LISTS = ("products", "class_codes", "zone_codes", "near", "apart", "claims")
BLANKS = {"zone_codes": 3, "near": 3, "apart": 2}  # How many empty lines the form offers for each.


@router.get(DESK)
async def own_list(page: Page, me: Signed, session: Session) -> Response:
    """The supplier's fairs: what was handed in and what waits, and where it may apply."""
    own = await applications.own_applications(session, me)
    calls = await applications.open_calls(session, me)
    waits = await all_waiting(session, me)
    return page.show("applications/own_list.html", own=own, calls=calls, waits=waits, today=clock.today())


@router.get(f"{DESK}/{{slug}}")
async def own(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """One's own application in whole."""
    fair = await fairs.head(session, slug, me)
    view = await applications.own_application(session, slug, me)
    if view is None:
        raise NotFound(_("Bạn chưa có đơn đăng ký ở hội chợ này."))
    rule = (await applications.choice_rule(session, slug, me)).rule
    return page.show(
        "applications/own.html", f=fair, a=view,
        booths=await fairs.bookings.own_booths(session, me, fair.id),
        names=(await applications.form_choices(session, fair.id)).names,
        rule=rule, today=await applications.own_points(session, slug, me, view.id), may_revise=_may_revise(fair, view),
        fields=applications.field_names(), goods_name=applications.goods_name, power_name=applications.power_name,
        part_name=applications.part_name, claim_name=applications.claim_name,
        sharer_state_name=applications.sharer_state_name,
    )  # fmt: skip


@router.get("/hoi-cho/{slug}/dang-ky")
async def form(slug: str, page: Page, me: Signed, session: Session, reader: Reader) -> Response:
    """The form, empty or as it was kept."""
    _only_suppliers(me)
    fair = await fairs.head(session, slug, me)
    view = await applications.own_application(session, slug, me)
    if view is not None:
        return await _form(page, session, fair, me, forms.filled(_typed(view)), view)
    supplier = await catalogue.own_supplier(reader, me)
    typed = {"exhibitor": supplier.name if supplier is not None else "", "key": str(new_id()), "booths": "1",
             "power": "single", "goods": "food"}  # fmt: skip
    return await _form(page, session, fair, me, forms.filled(typed), None)


@router.post("/hoi-cho/{slug}/dang-ky")
async def keep(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the draft, or hand it in; nothing typed is lost when something is not right yet."""
    _only_suppliers(me)
    fair = await fairs.head(session, slug, me)
    typed = await forms.read(request, applications.ApplicationForm, lists=LISTS)
    refusal: Invalid | Conflict | None = None
    if typed.value is not None:
        value = typed.value
        submit = value.save == "submit"
        refusal = await attempt(
            session, lambda: applications.keep(session, me, slug, value.draft(), key=value.key, submit=submit)
        )
        if refusal is None:
            said = _("Đã nộp đơn. Ban tổ chức trả lời qua thư và ở trang này.") if submit else _("Đã lưu bản nháp, chưa nộp.")
            return page.redirect(f"{DESK}/{fair.slug}" if submit else f"{fair.href}/dang-ky", said)
        typed.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    view = await applications.own_application(session, slug, me)
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _form(page, session, fair, me, typed, view, status=status)


@router.post("/hoi-cho/{slug}/dang-ky/rut")
async def withdraw(slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Come no more."""
    _only_suppliers(me)
    await applications.withdraw(session, me, slug)
    return page.redirect(DESK, _("Đã rút đơn đăng ký."))


async def _form(
    page: PageMaker, session: Session, fair: fairs.FairView, me: Actor, form: forms.Form[Any],
    view: applications.ApplicationView | None, *, status: int = 200,
) -> Response:  # fmt: skip
    for name, most in BLANKS.items():
        said = [each for each in form.chosen.get(name, []) if each]
        form.chosen[name] = said + [""] * max(most - len(said), 1)
    open_now = fair.call is fairs.Call.OPEN if view is None else _may_revise(fair, view)
    goods = await applications.goods_for(session, fair.slug, me)
    rule = await applications.choice_rule(session, fair.slug, me)
    districts = applications.former_districts(view.commune_code) if view is not None else ()
    return page.show(
        "applications/form.html", status=status, f=fair, form=form, a=view, open_now=open_now and me.may_write,
        closed=None if open_now else _closed(fair, view), goods=goods,
        choices=await applications.form_choices(session, fair.id, view.id if view is not None else None),
        rule=rule.rule, claim_name=applications.claim_name, fields=applications.field_names(),
        districts=[(each.code, each.full_name) for each in districts] if len(districts) > 1 else [],
        powers=[(each.value, applications.power_name(each)) for each in applications.Power],
        kinds=[(each.value, applications.goods_name(each)) for each in applications.Goods],
        days=f"{formats.day(fair.starts_on)} – {formats.day(fair.ends_on)}",
    )  # fmt: skip


def _closed(fair: fairs.FairView, view: applications.ApplicationView | None) -> str:
    if view is not None and view.state in (applications.ApplicationState.ACCEPTED, applications.ApplicationState.WAITING,
                                           applications.ApplicationState.REJECTED):  # fmt: skip
        return _("Ban tổ chức đã trả lời đơn này nên không sửa được nữa. Nếu cần đổi, hãy gọi ban tổ chức, hoặc rút đơn.")
    return applications.why_closed(fair, clock.today())


def _may_revise(fair: fairs.FairView, view: applications.ApplicationView) -> bool:
    return applications.may_revise(fair, view.state, clock.today())


def _only_suppliers(me: Actor) -> None:
    if not applications.is_supplier(me):
        raise NotAllowed(_("Chỉ nhà cung cấp mới đăng ký gian hàng. Hãy đăng nhập bằng tổ chức bán hàng."))


def _typed(view: applications.ApplicationView) -> dict[str, Any]:
    """A kept application as it is typed."""
    plain = ("exhibitor", "contact", "goods_words", "booths", "least_m2", "pavilion_code", "district_code", "people", "vehicle",
             "equipment", "note", "key", "version")  # fmt: skip
    return {
        **{name: stored_text(getattr(view, name)) for name in plain},
        "goods": view.goods.value, "power": view.power.value,
        **{name: "true" if getattr(view, name) else "" for name in ("smell", "takes_smell", "water", "cold")},
        "consent": "true" if view.claims_consent_at is not None else "",
        "starts_on": formats.day(view.starts_on) if view.starts_on else "",
        "ends_on": formats.day(view.ends_on) if view.ends_on else "",
        "products": [slug for slug, _name in view.products], "class_codes": view.class_codes,
        "zone_codes": view.zone_codes, "near": view.near, "apart": view.apart, "claims": view.claims,
    }  # fmt: skip
