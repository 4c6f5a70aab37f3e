"""The buyer's forms: post a request, change it, close it. Nothing typed is ever lost.

/tim-hang/moi            matching/request_form.html   form, options; ?round=CODE chooses a matching round
/tim-hang/{code}/sua     matching/request_form.html   the same, filled; the address may carry a change to try
/tim-hang/{code}/thay-doi  matching/versions.html   what each change after publication has changed
/tim-hang/{code}/sao-chep  POST: a draft that asks for the same once more
/tim-hang/{code}/dong    POST: closed, with the reason
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator, ValidationError
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Actor, Role
from service.core import clock, formats, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed
from service.core.i18n import _, locale
from service.core.inputs import Input
from service.web.deps import Acting, Me, Page, PageMaker, Session, Signed
from service.web.pages import forms, request_rounds

router = APIRouter()


class Copying(Input):
    """The act of copying has a name, so that two presses make one copy."""

    key: Annotated[UUID | None, BeforeValidator(lambda value: value or None)] = None


LISTS = ("certificates",)
FIRST_CITIES = (places.HANOI, places.HO_CHI_MINH_CITY)
ASKED_PAPERS = ("ATTP", "VG", "GG", "HC", "HACCP", "ISO22000", "FSSC22000", "HALAL", "KN", "TCB", "GTIN", "GI", "TXTN")


@router.get("/tim-hang/moi")
async def new_request(
    page: Page, me: Signed, session: Session, chosen: Annotated[str, Query(alias="round", max_length=20)] = ""
) -> Response:
    """An empty form, for buyers; the questions of a chosen round stand in it."""
    _only_buyers(me)
    typed = {"delivery_province_code": places.HANOI, "visibility": "public", "key": str(new_id()), "round": chosen}
    return await _form_page(page, session, forms.filled(typed), None)


@router.post("/tim-hang/moi")
async def post_request(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Put the request on the market, or keep it as a draft; the same form sent twice makes one request."""
    buyer = await _buyer(session, me)
    form = await forms.read(request, matching.RequestForm, lists=LISTS)
    if form.value is not None:
        may_ask = matching.may_ask_publicly(me)
        keep = form.value.save == "draft" or not may_ask
        try:
            draft = form.value.draft(clock.today())
            async with session.begin_nested():
                posted = await matching.open_request(session, me, buyer, draft, key=form.value.key, keep_as_draft=keep)
                await request_rounds.bring(session, me, posted.code, form)
        except Invalid as wrong:
            form.add(wrong.errors)
        else:
            if not may_ask:
                said = _("Đã lưu bản nháp %(code)s. Yêu cầu đăng được khi tổ chức của bạn đã được xác minh.")
            else:
                said = _("Đã lưu bản nháp %(code)s.") if keep else _("Đã đăng yêu cầu %(code)s. Dưới đây là các nguồn phù hợp.")
            return page.redirect(f"/tim-hang/{posted.code}", flash=said % {"code": posted.code})
    return await _form_page(page, session, form, None, status=422)


@router.get("/tim-hang/{code}/sua")
async def change_request(request: Request, code: str, page: Page, me: Signed, session: Session) -> Response:
    """The request as it stands, ready to be changed; fields in the address are a change that somebody proposes to try."""
    view = await matching.request_page(session, code, me)
    _only_owner(me, view)
    typed = _typed(view) | await request_rounds.typed(session, view)
    proposed = {name: value for name, value in request.query_params.items() if name in matching.RequestForm.model_fields}
    proposed.pop("key", None)
    proposed.pop("version", None)
    form = forms.filled(typed | proposed)
    without = request.query_params.get("without")
    form.chosen["certificates"] = [kind for kind in view.certificates if kind != without]
    return await _form_page(page, session, form, view, proposed=bool(proposed or without))


@router.post("/tim-hang/{code}/sua")
async def keep_request(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change; the second of two people gets her words back beside a word about the first."""
    view = await matching.request_page(session, code, me)
    _only_owner(me, view)
    form = await forms.read(request, matching.RequestForm, lists=LISTS)
    if form.value is None:
        return await _form_page(page, session, form, view, status=422)
    try:
        draft = form.value.draft(clock.today(), {day.month: day.year for day, _kg in view.months})
        publish = form.value.save != "draft" and matching.may_ask_publicly(me)
        version = form.value.version or view.version
        async with session.begin_nested():
            await matching.revise_request(session, me, code, draft, version=version, publish=publish)
            await request_rounds.bring(session, me, view.code, form, view)
    except Invalid as wrong:
        form.add(wrong.errors)
        return await _form_page(page, session, form, view, status=422)
    except ValidationError as wrong:
        form.add(forms.words_for(wrong))
        return await _form_page(page, session, form, view, status=422)
    except Conflict as conflict:
        form.typed["version"] = str(view.version)
        form.add({"form": conflict.message})
        return await _form_page(page, session, form, view, status=409)
    return page.redirect(f"/tim-hang/{view.code}", flash=_("Đã lưu thay đổi."))


@router.get("/tim-hang/{code}/thay-doi")
async def versions(code: str, page: Page, me: Me, session: Session) -> Response:
    """What each change of a published request has changed, the newest first, for whoever may see the request."""
    view, found = await matching.version_pages(session, code, me)
    nav = await matching.request_tabs(session, view)
    return page.show("matching/versions.html", r=view, versions=found, nav=nav, tab="thay-doi")


@router.post("/tim-hang/{code}/sao-chep")
async def copy_request(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Ask for the same once more: a draft whose months are still to come."""
    form = await forms.read(request, Copying)
    copied = await matching.copy_request(session, me, code, key=form.value.key if form.value else None)
    said = _("Đã sao chép thành bản nháp %(code)s. Xem lại từng tháng rồi đăng.", code=copied.code)
    return page.redirect(f"/tim-hang/{copied.code}/sua", said)


@router.post("/tim-hang/{code}/dong")
async def close_request(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Take the request off the market."""
    form = await forms.read(request, matching.Closing)
    if form.value is None:
        raise Invalid(_("Chọn lý do đóng yêu cầu."), form.errors)
    closed = await matching.close_request(session, me, code, form.value)
    return page.redirect(f"/tim-hang/{closed.code}", flash=_("Đã đóng yêu cầu."))


def _only_buyers(me: Actor) -> UUID:
    if me.role is not Role.BUYER or me.organisation_id is None:
        raise NotAllowed(_("Chỉ nhà phân phối mới đăng được yêu cầu tìm hàng của mình."))
    return me.organisation_id


async def _buyer(session: Session, me: Actor) -> UUID:
    """The reader's own profile as a buyer; whoever buys and has none yet gets one with her organisation's name."""
    organisation_id = _only_buyers(me)
    buyer = await matching.buyer_of(session, organisation_id)
    if buyer is None:
        profile = matching.BuyerProfile(name=me.organisation_name, kind=matching.BuyerKind.MODERN_TRADE)
        buyer = await matching.found_buyer(session, me, organisation_id, profile)
    return buyer.id


def _only_owner(me: Actor, view: matching.RequestView) -> None:
    if not view.mine or not me.may_write:
        raise NotAllowed(_("Chỉ người đăng mới sửa hoặc đóng được yêu cầu này."))


def _typed(view: matching.RequestView) -> dict[str, Any]:
    """What is stored, as it would be typed."""
    typed: dict[str, Any] = {
        "title": view.title,
        "commodity": view.commodity.slug if view.commodity else "",
        "words": view.words,
        "ceiling_vnd_per_kg": formats.number(view.ceiling) if view.ceiling else "",
        "min_stars": view.min_stars,
        "pack_net_g": view.pack_g,
        "unverified_too": "true" if view.unverified_too else "",
        "delivery_province_code": view.province_code,
        "place": view.place,
        "deadline": formats.day(view.deadline) if view.deadline else "",
        "note": view.note,
        "visibility": view.visibility,
        "sealed": "true" if view.sealed else "",
        "closes_at_quotes": view.closes_at_quotes,
        "mark_slug": view.mark_slug,
        "version": view.version,
    }
    return typed | {f"kg_{day.month:02}": formats.number(kg) for day, kg in view.months}


async def _form_page(
    page: PageMaker,
    session: Session,
    form: forms.Form[Any],
    view: matching.RequestView | None,
    *,
    status: int = 200,
    proposed: bool = False,
) -> Response:
    terms = await catalogue.commodity_terms(session)
    marks = await catalogue.protected_names(await catalogue.reader_of(session))
    choice = await request_rounds.choice(session, form, view)
    cities = sorted(places.provinces(), key=lambda each: (each.code not in FIRST_CITIES, each.code))
    return page.show(
        "matching/request_form.html",
        status=status,
        form=form,
        view=view,
        proposed=proposed,
        choice=choice,
        months={month: form.typed.get(f"kg_{month:02}", "") for month in range(1, 13)},
        commodities=sorted(((each.slug, each.called(locale())) for each in terms), key=lambda each: each[1]),
        cities=[(each.code, each.full_name) for each in cities],
        papers=[(kind, catalogue.KINDS[kind].called(locale())) for kind in ASKED_PAPERS],
        marks=[(each.slug, each.name) for each in marks],
        visibilities=[(each.value, matching.visibility_name(each)) for each in matching.Visibility],
    )
