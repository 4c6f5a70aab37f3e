"""Applications that the organiser types in: from paper, one at a time, or a whole sheet.

/ban-to-chuc/hoi-cho/{slug}/don-dang-ky/nhap          applications/type_in.html   form, or a sheet (…/nhap/bang, POST)
/ban-to-chuc/hoi-cho/{slug}/don-dang-ky/{code}/sua    applications/type_in.html   correct what was typed in
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import ValidationInfo, field_validator
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import catalogue, fairs
from service.accounts import Actor
from service.core import formats, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import commune_fields, forms
from service.web.pages.desk_forms import attempt, stored_text

applications = fairs.applications
router = APIRouter()
BASE = "/ban-to-chuc/hoi-cho/{slug}/don-dang-ky"
LISTS = ("class_codes", "zone_codes")
EMPTY = {"booths": "1", "goods": "food", "power": "single", "state": "submitted"}


async def own_fair(session: Session, slug: str, me: Actor) -> fairs.FairView:
    """The fair, for the one who holds it."""
    fair = await fairs.head(session, slug, me)
    if not fairs.may_change(me, fair.organisation_id):
        raise NotAllowed(_("Chỉ ban tổ chức của hội chợ này mới làm được việc này."))
    return fair


@router.get(f"{BASE}/nhap")
async def new(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """Type in an application from paper, or a whole sheet."""
    fair = await own_fair(session, slug, me)
    return await _type_in(page, session, fair, forms.filled({**EMPTY, "key": new_id()}), None)


@router.post(f"{BASE}/nhap")
async def type_in(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep it."""
    fair = await own_fair(session, slug, me)
    form = await _read(request)
    if form.value is not None:
        row = form.value.row(form.value.key or new_id())
        refusal = await attempt(session, lambda: applications.put_applications(session, me, slug, [row]))
        if refusal is None:
            return page.redirect(BASE.format(slug=fair.slug), _("Đã nhập đơn của %(name)s.", name=row.exhibitor))
        found = refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message}
        form.add({name.removeprefix("1."): words for name, words in found.items()})
    return await _type_in(page, session, fair, form, None, status=422)


@router.post(f"{BASE}/nhap/bang")
async def import_sheet(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Type in every line of a sheet, all of them or none."""
    fair = await own_fair(session, slug, me)
    async with request.form(max_files=1, max_fields=5) as given:
        file = given.get("file")
        data = await file.read(catalogue.MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    try:
        rows = applications.sheet_rows(data, fair.id)
        ids = await applications.put_applications(session, me, slug, rows)
    except Invalid as refusal:
        wrong = {"file": refusal.message, **{_cell(name): words for name, words in refusal.errors.items()}}
        typed = forms.filled({**EMPTY, "key": new_id()})
        return await _type_in(page, session, fair, typed, None, sheet_errors=wrong, status=422)
    return page.redirect(BASE.format(slug=fair.slug), _("Bảng có %(n)s đơn; đơn đã nhập từ trước giữ nguyên.", n=len(ids)))


@router.get(f"{BASE}/{{code}}/sua")
async def edit(slug: str, code: str, page: Page, me: Signed, session: Session) -> Response:
    """Correct what was typed in."""
    fair = await own_fair(session, slug, me)
    view = await applications.application_page(session, slug, me, code)
    return await _type_in(page, session, fair, forms.filled(_typed(view)), view)


@router.post(f"{BASE}/{{code}}/sua")
async def revise(request: Request, slug: str, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the correction."""
    fair = await own_fair(session, slug, me)
    view = await applications.application_page(session, slug, me, code)
    form = await _read(request)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value.revision()
        refusal = await attempt(session, lambda: applications.revise_typed_in(session, me, slug, code, value))
        if refusal is None:
            return page.redirect(f"{BASE.format(slug=fair.slug)}/{view.code}", _("Đã lưu thay đổi."))
        form.add(refusal.errors if isinstance(refusal, Invalid) else {"form": refusal.message})
    return await _type_in(page, session, fair, form, view, status=409 if isinstance(refusal, Conflict) else 422)


async def _read(request: Request) -> forms.Form[fairs.applications.TypedInForm]:
    """The form; a place may be typed by its name."""
    return await forms.read(request, PlacedForm, lists=LISTS)


class PlacedForm(applications.TypedInForm):
    """The form of an application that is typed in, with its places by name."""

    @field_validator("province_code")
    @classmethod
    def _province(cls, value: str | None) -> str | None:
        code = places.code_meant(value[:100], "province") if value else None
        if value and code is None:
            raise ValueError(_("Không có nơi nào tên “%(name)s”, hoặc có nhiều nơi trùng tên.", name=value[:60]))
        return code

    @field_validator("commune_code")
    @classmethod
    def _by_name(cls, value: str | None, others: ValidationInfo) -> str | None:
        return commune_fields.read(value, others.data.get("province_code"))


async def _type_in(
    page: PageMaker, session: Session, fair: fairs.FairView, form: forms.Form[Any],
    view: applications.ApplicationView | None, *, sheet_errors: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    zones = [each for each in form.chosen.get("zone_codes", []) if each]
    form.chosen["zone_codes"] = zones + [""] * max(3 - len(zones), 1)
    return page.show(
        "applications/type_in.html", status=status, f=fair, form=form, a=view, base=BASE.format(slug=fair.slug),
        choices=await applications.form_choices(session, fair.id), sheet_errors=sheet_errors or {},
        powers=[(each.value, applications.power_name(each)) for each in applications.Power],
        kinds=[(each.value, applications.goods_name(each)) for each in applications.Goods],
        states=[(each, applications.state_name(each)) for each in ("submitted", "accepted", "waiting")],
        cities=[(each.code, each.full_name) for each in places.provinces()],
        headings=applications.sheet_headings(), communes=commune_fields.choices(form.typed.get("province_code")),
    )  # fmt: skip


def _typed(view: applications.ApplicationView) -> dict[str, Any]:
    plain = ("exhibitor", "contact", "goods_words", "booths", "least_m2", "pavilion_code", "district_code", "people", "vehicle",
             "equipment", "note", "version", "province_code")  # fmt: skip
    return {
        "commune_code": commune_fields.shown(view.commune_code),
        **{name: stored_text(getattr(view, name)) for name in plain}, "goods": view.goods.value, "power": view.power.value,
        **{name: "true" if getattr(view, name) else "" for name in ("smell", "takes_smell", "water", "cold")},
        "starts_on": formats.day(view.starts_on) if view.starts_on else "",
        "ends_on": formats.day(view.ends_on) if view.ends_on else "",
        "class_codes": view.class_codes, "zone_codes": view.zone_codes,
    }  # fmt: skip


def _cell(name: str) -> str:
    """Where in the sheet something is wrong, in words."""
    line, _dot, column = name.partition(".")
    return _("Dòng %(line)s, cột %(column)s", line=line, column=applications.sheet_headings().get(column, column))
