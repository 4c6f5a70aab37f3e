"""Rates and services of a fair, for its organiser; statements and orders are in fee_statements.py.

…/{slug}/bang-gia                 charges/rates.html     f, rates, terms, form, terms_form, classes, …
…/bang-gia/dieu-kien (POST)       the terms of payment
…/bang-gia/{rate_id}, …/bo        charges/rate.html      f, rate, form, …
…/{slug}/dich-vu                  charges/services.html  f, services, form, …
…/dich-vu/{service_id}            charges/service.html   f, service, form, …
…/dich-vu/tong-hop                charges/totals.html    f, halls; bang.xlsx and bang.csv of it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from service import catalogue, fairs
from service.core import exports, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import fee_statements, forms
from service.web.pages.desk_forms import attempt, stored_text

charges = fairs.charges
router = APIRouter()
router.include_router(fee_statements.router)
DESK = "/ban-to-chuc/hoi-cho/{slug}"
SEVERAL = ("legal_forms", "province_codes")


# --- Rates and terms of payment -----------------------------------------------------------------------------------------


@router.get(f"{DESK}/bang-gia")
async def rates(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """The rates, the terms of payment, and a new rate."""
    f = await fairs.own_head(session, slug, me)
    return await _rates(page, session, f)


@router.post(f"{DESK}/bang-gia")
async def add_rate(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Say one more rate."""
    f = await fairs.own_head(session, slug, me)
    form = await forms.read(request, charges.RateForm, lists=SEVERAL)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: charges.add_rate(session, me, slug, value.draft(), key=value.key or new_id()))
        if refusal is None:
            return page.redirect(f"{f.desk}/bang-gia", _("Đã thêm mức giá “%(name)s”.", name=value.name))
        form.add(errors_of(refusal))
    return await _rates(page, session, f, form=form, status=422)


@router.post(f"{DESK}/bang-gia/dieu-kien")
async def keep_terms(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Say how the fair is paid for."""
    f = await fairs.own_head(session, slug, me)
    form = await forms.read(request, charges.TermsForm)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: charges.keep_terms(session, me, slug, value.draft(), version=value.version))
        if refusal is None:
            return page.redirect(f"{f.desk}/bang-gia", _("Đã lưu điều kiện thanh toán."))
        form.add(errors_of(refusal))
        form.typed["version"] = str((await charges.terms(session, f.id)).version)
    return await _rates(page, session, f, terms_form=form, status=409 if isinstance(refusal, Conflict) else 422)


@router.get(f"{DESK}/bang-gia/{{rate_id}}")
async def rate(slug: str, rate_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One rate, ready to be changed."""
    f, found = await _one_rate(session, slug, me, rate_id)
    numbers = ("percent_off", "until_day")
    plain = ("kind", "position", "name_en", "class_code", "price_vnd", "quota", "quota_per", "source", "seen", *SEVERAL)
    typed = {"name": found.title, **{name: getattr(found, name) for name in plain},
             "quota_places": charges.quota_places.typed(found.quota_places, found.quota_per),
             **{name: stored_text(getattr(found, name)) for name in numbers}}  # fmt: skip
    return await _rate_page(page, session, f, found, forms.filled(typed))


@router.post(f"{DESK}/bang-gia/{{rate_id}}")
async def change_rate(request: Request, slug: str, rate_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change; the second of two gets her words back."""
    f, found = await _one_rate(session, slug, me, rate_id)
    form = await forms.read(request, charges.RateForm, lists=SEVERAL)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(
            session, lambda: charges.change_rate(session, me, slug, rate_id, value.draft(), seen=value.seen)
        )
        if refusal is None:
            return page.redirect(f"{f.desk}/bang-gia", _("Đã lưu thay đổi."))
        form.add(errors_of(refusal))
        form.typed["seen"] = found.seen
    return await _rate_page(page, session, f, found, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{DESK}/bang-gia/{{rate_id}}/bo")
async def remove_rate(slug: str, rate_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a rate away."""
    await charges.remove_rate(session, me, slug, rate_id)
    return page.redirect(f"/ban-to-chuc/hoi-cho/{slug}/bang-gia", _("Đã bỏ mức giá."))


# --- Services -----------------------------------------------------------------------------------------------------------


@router.get(f"{DESK}/dich-vu")
async def services(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What exhibitors can order, and a new service."""
    f = await fairs.own_head(session, slug, me)
    return await _services(page, session, f, forms.filled({"kind": "power", "offered": "true", "phase": "three"}))


@router.post(f"{DESK}/dich-vu")
async def add_service(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Offer one more."""
    f = await fairs.own_head(session, slug, me)
    form = await _read_service(request)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: charges.add_service(session, me, slug, value.draft()))
        if refusal is None:
            return page.redirect(f"{f.desk}/dich-vu", _("Đã thêm dịch vụ “%(name)s”.", name=value.name))
        form.add(errors_of(refusal))
    return await _services(page, session, f, form, status=422)


@router.get(f"{DESK}/dich-vu/tong-hop")
async def totals(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What the contractor brings into each hall, with the load of the power; prints on A4."""
    f = await fairs.own_head(session, slug, me)
    return page.show("charges/totals.html", f=f, halls=await charges.totals(session, me, slug))


@router.get(f"{DESK}/dich-vu/tong-hop/bang.{{kind}}")
async def totals_sheet(slug: str, kind: str, me: Signed, session: Session) -> Response:
    """The same as .xlsx or .csv, a line for each booth."""
    found = await charges.totals(session, me, slug)
    headings = [_("Khu"), _("Gian"), _("Đơn vị"), _("Loại"), _("Dịch vụ"), _("Số lượng"), _("Đơn vị tính"), _("Ghi chú")]
    return sheet(kind, f"dich-vu-{slug}", _("Dịch vụ"), headings, _total_lines(found))


@router.get(f"{DESK}/dich-vu/{{service_id}}")
async def service(slug: str, service_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One service, ready to be changed."""
    f, found = await _one_service(session, slug, me, service_id)
    plain = ("kind", "position", "name_en", "about", "unit", "price_vnd", "stock", "phase", "seen")
    typed = {"name": found.title, **{name: getattr(found, name) for name in plain}, "kw": stored_text(found.kw),
             "order_by": stored_text(found.order_by), "offered": "true" if found.offered else None}  # fmt: skip
    return _service_page(page, f, found, forms.filled(typed))


@router.post(f"{DESK}/dich-vu/{{service_id}}")
async def change_service(request: Request, slug: str, service_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change."""
    f, found = await _one_service(session, slug, me, service_id)
    form = await _read_service(request)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(
            session, lambda: charges.change_service(session, me, slug, service_id, value.draft(), seen=value.seen)
        )
        if refusal is None:
            return page.redirect(f"{f.desk}/dich-vu", _("Đã lưu thay đổi."))
        form.add(errors_of(refusal))
        form.typed["seen"] = found.seen
    return _service_page(page, f, found, form, status=409 if isinstance(refusal, Conflict) else 422)


# --- What the pages are made of -----------------------------------------------------------------------------------------


errors_of, sheet = fee_statements.errors_of, fee_statements.sheet


async def _rates(
    page: PageMaker, session: Session, f: fairs.FairView, *, form: forms.Form[Any] | None = None,
    terms_form: forms.Form[Any] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    terms = await charges.terms(session, f.id)
    stored = {"vat_percent": stored_text(terms.vat_percent), "deposit_percent": terms.deposit_percent,
              "rest_days": terms.rest_days, "pay_to": terms.pay_to, "version": terms.version}  # fmt: skip
    return page.show(
        "charges/rates.html", status=status, f=f, rates=await charges.rates(session, f.id), terms=terms,
        form=form or forms.filled({"key": str(new_id()), "kind": "early"}), terms_form=terms_form or forms.filled(stored),
        **await _rate_choices(session, f),
    )  # fmt: skip


async def _rate_choices(session: Session, f: fairs.FairView) -> dict[str, Any]:
    return {
        "classes": (await fairs.applications.form_choices(session, f.id)).classes,
        "kinds": [(each.value, charges.rate_kind_name(each).capitalize()) for each in charges.RateKind],
        "pers": [(each.value, charges.quota_per_name(each)) for each in charges.QuotaPer],
        "legal_forms": [(each.value, catalogue.legal_form_name(each)) for each in catalogue.LegalForm],
        "provinces": [(each.code, each.full_name) for each in places.provinces()],
        "province_name": _province_name,
        "legal_form_name": catalogue.legal_form_name,
    }


def _province_name(code: str) -> str:
    found = places.province(code)
    return found.name if found is not None else code


async def _one_rate(session: Session, slug: str, me: Signed, rate_id: UUID) -> tuple[fairs.FairView, Any]:
    f = await fairs.own_head(session, slug, me)
    found = next((each for each in await charges.rates(session, f.id) if each.id == rate_id), None)
    if found is None:
        raise NotFound(_("Không tìm thấy mức giá này."))
    return f, found


async def _rate_page(
    page: PageMaker, session: Session, f: fairs.FairView, found: Any, form: forms.Form[Any], *, status: int = 200
) -> Response:
    choices = await _rate_choices(session, f)
    return page.show("charges/rate.html", status=status, f=f, rate=found, form=form, **choices)


async def _read_service(request: Request) -> forms.Form[Any]:
    """A box that is not ticked is not sent at all, which here means that the service is offered no more."""
    form = await forms.read(request, charges.ServiceForm)
    if form.value is not None and "offered" not in form.typed:
        form.value = form.value.model_copy(update={"offered": False})
    if "form" in form.errors:  # The one rule that spans two fields is about the load.
        form.errors = {**{name: why for name, why in form.errors.items() if name != "form"}, "kw": form.errors["form"]}
    return form


async def _services(
    page: PageMaker, session: Session, f: fairs.FairView, form: forms.Form[Any], *, status: int = 200
) -> Response:
    return page.show(
        "charges/services.html", status=status, f=f, form=form, services=await charges.services(session, f.id), **_kinds()
    )


def _service_page(page: PageMaker, f: fairs.FairView, found: Any, form: forms.Form[Any], *, status: int = 200) -> Response:
    return page.show("charges/service.html", status=status, f=f, service=found, form=form, **_kinds())


def _kinds() -> dict[str, Any]:
    return {
        "kinds": [(each.value, charges.service_kind_name(each).capitalize()) for each in charges.ServiceKind],
        "phases": [(each.value, charges.phase_name(each)) for each in charges.Phase],
    }


async def _one_service(session: Session, slug: str, me: Signed, service_id: UUID) -> tuple[fairs.FairView, Any]:
    f = await fairs.own_head(session, slug, me)
    found = next((each for each in await charges.services(session, f.id) if each.id == service_id), None)
    if found is None:
        raise NotFound(_("Không tìm thấy dịch vụ này."))
    return f, found


def _total_lines(found: Sequence[charges.HallTotals]) -> Iterator[list[exports.Cell]]:
    for hall in found:
        for line in hall.lines:
            for each in line.portions:
                kind = charges.service_kind_name(line.kind)
                yield [hall.hall or _("chưa có gian"), each.booth, each.exhibitor, kind, line.name, each.quantity, line.unit,
                       each.notes or None]  # fmt: skip
