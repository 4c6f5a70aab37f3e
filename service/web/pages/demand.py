"""Pages of joint orders: buyers who put their needs together.

/gom-don                     demand/orders.html   found, own, chosen, the choices of the filters
/gom-don/moi                 demand/form.html     form, steps (from which quantities bulk prices begin)
/gom-don/{code}              demand/order.html    shown (matching.demand.OrderPage); ?moi=… is the word of an invitation
/gom-don/{code}/{step}       POST: tham-gia, roi, xac-nhan, gia-han, hoi-xac-nhan, bo, dang
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue, matching
from service.accounts import Actor, Role
from service.core import clock, formats, places
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.i18n import _, locale
from service.web.deps import Acting, Me, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.render import here

router = APIRouter()
demand = matching.demand

LORRIES = ("1.500", "2.500", "5.000", "8.000", "10.000", "15.000")
FIRST_CITIES = (places.HANOI, places.HO_CHI_MINH_CITY)
ASKED_PAPERS = ("ATTP", "VG", "HC", "HACCP", "ISO22000", "KN", "GI", "TXTN")
USUAL_DAYS = 14


@router.get("/gom-don")
async def order_list(
    request: Request,
    page: Page,
    me: Me,
    session: Session,
    commodity: Annotated[str, Query(max_length=100)] = "",
    city: Annotated[str, Query(max_length=100)] = "",
    ended: Annotated[str, Query(max_length=1)] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The listed joint orders, newest first."""
    province = (places.code_meant(city, "province") or "00") if city.strip() else None
    search = demand.OrderSearch(commodity or None, province, ended == "1", cursor or None)
    found = await demand.joint_orders(session, search, me)
    own = await demand.own_orders(session, me) if me is not None and me.role is Role.BUYER else []
    return page.show(
        "demand/orders.html",
        found=found,
        own=own,
        chosen={"commodity": commodity, "city": province or "", "ended": ended},
        commodities=[(each.slug, f"{each.called(locale())} ({count})") for each, count in found.commodities],
        cities=[(code, f"{_called(code)} ({count})") for code, count in found.cities],
        next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
        may_open=me is None or me.role is Role.BUYER,
        unverified=me is not None and me.role is Role.BUYER and not me.verified,
    )


@router.get("/gom-don/moi")
async def new_order(
    page: Page,
    me: Signed,
    session: Session,
    commodity: Annotated[str, Query(max_length=100)] = "",
    target_kind: Annotated[str, Query(max_length=10)] = "lorry",
    target_kg: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """An empty form, for buyers; a commodity in the address shows from which quantities its bulk prices begin."""
    _only_buyers(me)
    last = clock.today().fromordinal(clock.today().toordinal() + USUAL_DAYS)
    typed = {
        "commodity": commodity, "target_kind": target_kind, "target_kg": target_kg or LORRIES[2], "listed": "true",
        "delivery_province_code": places.HANOI, "join_by": formats.day(last), "confirm_days": "3", "key": str(new_id()),
    }  # fmt: skip
    return await _form_page(page, session, me, forms.filled(typed))


@router.post("/gom-don/moi")
async def open_order(request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Open a joint order; the same form sent twice opens one."""
    buyer_id = await _buyer(session, me)
    form = await forms.read(request, demand.OrderForm, lists=("certificates",))
    if form.value is not None:
        value, made = form.value, []

        async def write() -> None:
            made.append(await demand.open_order(session, me, buyer_id, value.draft(clock.today()), key=value.key))

        refusal = await attempt(session, write)
        if refusal is None:
            said = _("Đã mở đơn gom %(code)s. Gửi liên kết mời cho các bên khác để cùng đủ hàng.", code=made[0].code)
            return page.redirect(f"/gom-don/{made[0].code}", said)
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
    return await _form_page(page, session, me, form, status=422)


@router.get("/gom-don/{code}")
async def order(
    request: Request, code: str, page: Page, me: Me, session: Session, moi: Annotated[str, Query(max_length=80)] = ""
) -> Response:
    """One joint order. Assumptions about the lorry in the address are tried and not kept."""
    asked = {name: request.query_params[name] for name in demand.Freight.model_fields if request.query_params.get(name)}
    tried = forms.checked(asked, demand.Freight) if asked else None
    shown = await demand.joint_order(session, code, me, invite=moi or None, freight=tried.value if tried is not None else None)
    return _page(page, shown, me, invite=moi, tried=asked, freight_errors=tried.errors if tried is not None else {})


@router.post("/gom-don/{code}/tham-gia")
async def take_part(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Join, or change what one takes."""
    buyer_id = await _buyer(session, me)
    form = await forms.read(request, demand.PartForm)
    invite = form.typed.get("invite", "")[:80]
    shown = await demand.joint_order(session, code, me, invite=invite or None)
    if form.value is None:
        return _page(page, shown, me, invite=invite, form=form, status=422)
    value = form.value
    years = {month.month: month.year for month in shown.line.months}

    async def write() -> None:
        await demand.take_part(session, me, code, buyer_id, value.draft(years, clock.today()))

    refusal = await attempt(session, write)
    if refusal is not None:
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
        status = 409 if isinstance(refusal, Conflict) else 422
        shown = await demand.joint_order(session, code, me, invite=invite or None)
        if shown.own_version is not None:
            form.typed["version"] = str(shown.own_version)
        return _page(page, shown, me, invite=invite, form=form, status=status)
    now = await demand.joint_order(session, code, me)
    said = _("Đã ghi số kg của bạn.")
    if now.line.state != "open":
        said = _("Số kg của bạn làm đầy đơn. Mọi bên, cả bạn, được hỏi xác nhận.")
    return page.redirect(now.line.href, said)


@router.post("/gom-don/{code}/roi")
async def leave(code: str, page: Page, me: Acting, session: Session) -> Response:
    """Leave an order that is still open."""
    await demand.leave(session, me, code, await _buyer(session, me))
    return page.redirect("/gom-don", _("Đã rút khỏi đơn gom."))


@router.post("/gom-don/{code}/xac-nhan")
async def answer(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Stand by one's figures, or not."""
    said = await _value(request, demand.Answer)
    await demand.answer(session, me, code, await _buyer(session, me), said)
    kept = _("Đã ghi: tổ chức bạn lấy đúng số kg này.") if said.agree else _("Đã ghi: tổ chức bạn không lấy nữa.")
    return page.redirect(f"/gom-don/{quote(code)}", kept)


@router.post("/gom-don/{code}/gia-han")
async def extend(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Give more time for joining."""
    extension = await _value(request, demand.Extension)
    done = await demand.extend(session, me, code, extension)
    return page.redirect(f"/gom-don/{done.code}", _("Đã gia hạn đến %(day)s.", day=formats.day(done.join_by)))


@router.post("/gom-don/{code}/hoi-xac-nhan")
async def ask_to_confirm(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Go on with what there is."""
    return await _move(request, code, page, demand.ask_to_confirm, me, session, _("Đã hỏi mọi bên xác nhận."))


@router.post("/gom-don/{code}/bo")
async def call_off(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """End the order."""
    return await _move(request, code, page, demand.call_off, me, session, _("Đã bỏ đơn gom. Các bên được báo qua thư."))


@router.post("/gom-don/{code}/dang")
async def post_request(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Put the one request on the market."""
    buyer_id = await _buyer(session, me)
    form = await forms.read(request, demand.Posting)
    posted: list[Any] = []
    status = 422
    if form.value is not None:
        value = form.value

        async def write() -> None:
            posted.append(await demand.post_request(session, me, code, buyer_id, value))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"/tim-hang/{posted[0].code}", _("Đã đăng yêu cầu chung %(code)s.", code=posted[0].code))
        form.add(getattr(refusal, "errors", {}) or {"form": refusal.message})
        status = 409 if isinstance(refusal, Conflict) else 422
    shown = await demand.joint_order(session, code, me)
    return _page(page, shown, me, posting=form, status=status)


async def _move(
    request: Request, code: str, page: PageMaker, step: Callable[..., Awaitable[Any]], me: Actor, session: Session, said: str
) -> Response:
    done = await step(session, me, code, await _value(request, demand.Move))
    return page.redirect(f"/gom-don/{done.code}", said)


async def _value(request: Request, model: type[Any]) -> Any:
    """What a form of one button says; what is wrong with it is told on a page of its own."""
    form = await forms.read(request, model)
    if form.value is None:
        raise Invalid(next(iter(form.errors.values())), form.errors)
    return form.value


def _only_buyers(me: Actor) -> UUID:
    if me.role is not Role.BUYER or me.organisation_id is None:
        raise NotAllowed(_("Gom đơn dành cho nhà phân phối. Nhà cung cấp thấy yêu cầu chung khi đơn đã đủ."))
    return me.organisation_id


async def _buyer(session: Session, me: Actor) -> UUID:
    """The reader's own profile as a buyer; whoever buys and has none yet gets one with her organisation's name."""
    organisation_id = _only_buyers(me)
    buyer = await matching.buyer_of(session, organisation_id)
    if buyer is None:
        if not me.may_write:
            raise NotFound(_("Tổ chức của bạn chưa có hồ sơ nhà phân phối."))
        profile = matching.BuyerProfile(name=me.organisation_name, kind=matching.BuyerKind.MODERN_TRADE)
        buyer = await matching.found_buyer(session, me, organisation_id, profile)
    return buyer.id


def _page(
    page: PageMaker,
    shown: matching.demand.OrderPage,
    me: Actor | None,
    *,
    invite: str = "",
    form: forms.Form[Any] | None = None,
    posting: forms.Form[Any] | None = None,
    tried: dict[str, str] | None = None,
    freight_errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The order with its forms: what was typed, else what is stored."""
    if form is None:
        own = shown.own
        share = own.share if own is not None else {}
        known = places.commune(shown.own_commune)
        form = forms.filled(
            {
                "commune": known.full_name if known else "", "place": shown.own_place or "",
                "name_shown": "true" if shown.own_name_shown else "", "version": shown.own_version or "", "invite": invite,
                "consent": "true" if share else "",
            }
            | {f"kg_{month.month:02}": stored_text(kg) for month, kg in share.items()}
        )  # fmt: skip
    tried = tried or {}
    return page.show(
        "demand/order.html",
        status=status,
        shown=shown,
        form=form,
        posting=posting or forms.filled({"visibility": "public"}),
        boxes=[(month, form.typed.get(f"kg_{month.month:02}", "")) for month in shown.line.months],
        invite_address=f"{shown.line.href}?moi={shown.invite}" if shown.invite else None,
        freight={
            "lorry_kg": tried.get("lorry_kg", stored_text(shown.lorry.load_kg)),
            "vnd_per_km": tried.get("vnd_per_km", formats.number(shown.lorry.vnd_per_km)),
            "from_code": tried.get("from_code", shown.from_place),
        },
        freight_errors=freight_errors or {},
        tried=bool(tried),
        invite=invite,
        visibilities=[
            (each.value, matching.visibility_name(each))
            for each in (matching.Visibility.PUBLIC, matching.Visibility.MATCHED, matching.Visibility.ANONYMOUS)
        ],
        target_kind_name=demand.target_kind_name(shown.line.target_kind),
        signed=me is not None,
        is_buyer=me is not None and me.role is Role.BUYER,
    )


async def _form_page(page: PageMaker, session: Session, me: Actor, form: forms.Form[Any], *, status: int = 200) -> Response:
    terms = await catalogue.commodity_terms(session)
    chosen = next((each for each in terms if each.slug == form.typed.get("commodity")), None)
    cities = sorted(places.provinces(), key=lambda each: (each.code not in FIRST_CITIES, each.code))
    return page.show(
        "demand/form.html",
        status=status,
        form=form,
        months={month: form.typed.get(f"kg_{month:02}", "") for month in range(1, 13)},
        commodities=sorted(((each.slug, each.called(locale())) for each in terms), key=lambda each: each[1]),
        goods=chosen.called(locale()) if chosen else None,
        slug=chosen.slug if chosen else "",
        steps=await demand.bulk_steps(session, chosen.id, me) if chosen else [],
        cities=[(each.code, each.full_name) for each in cities],
        papers=[(kind, catalogue.KINDS[kind].called(locale())) for kind in ASKED_PAPERS if kind in catalogue.KINDS],
        kinds=[(each.value, demand.target_kind_name(each)) for each in demand.TargetKind],
        lorries=LORRIES,
        unverified=not me.verified,
    )


def _called(code: str) -> str:
    known = places.province(code)
    return known.full_name if known else code
