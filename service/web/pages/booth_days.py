"""The days of a fair for an exhibitor, on a phone: what the booth sells, who asks for what, what was signed.

/ban-hang/hoi-cho/{slug}/tai-cho                         onsite/board.html    today's form, the days, the passes
…/ban-hang (POST), …/ban-hang/{sale_id}, …/bo (POST)     onsite/sale.html     a sale, its correction
…/khach, …/khach (POST)                                  onsite/leads.html    leads of the own booth, for its people only
…/khach/{lead_id}, …/xoa (POST), …/khach.{kind}          onsite/lead.html     one of them; forget her; the list as a sheet
…/bien-ban (POST), …/bien-ban/{paper_id}/bo (POST)       what was signed
…/hang-mang (POST)                                       goods brought and left, own costs
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import catalogue, fairs
from service.core import clock, exports, formats
from service.core.db import new_id
from service.core.errors import Conflict, NotFound, Refused
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.labels import qr
from service.web.pages.onsite import told
from service.web.pages.printed import house
from service.web.pages.render import here

onsite = fairs.onsite
router = APIRouter()
BASE = "/ban-hang/hoi-cho/{slug}/tai-cho"
MOST_EXPORTED = 2000
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@router.get(BASE)
async def board(request: Request, slug: str, page: Page, me: Signed, session: Session) -> Response:
    """The own stand: today's sales first, for that is what a phone is opened for."""
    return await _board(request, page, session, me, slug)


@router.post(f"{BASE}/ban-hang")
async def record(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A sale, or nothing sold today."""
    form = await forms.read(request, onsite.SaleDraft)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.record_sale(session, me, slug, value))
        if refusal is None:
            said = _("Đã ghi: hôm đó không bán được gì.") if value.nothing else _("Đã ghi %(vnd)s.", vnd=formats.vnd(value.vnd))
            return page.redirect(_at(slug), said)
        form.add(told(refusal))
    return await _board(request, page, session, me, slug, sale=form, status=422)


@router.get(f"{BASE}/ban-hang/{{sale_id}}")
async def sale(slug: str, sale_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """A sale, ready to be corrected."""
    found, line = await _sale(session, slug, me, sale_id)
    form = forms.filled(
        {"day": formats.day(line.day), "booth": line.booth, "nothing": "1" if line.nothing else "",
         "product": line.product_slug, "what": line.what, "kg": stored_text(line.kg), "vnd": line.vnd or "",
         "receipts": line.receipts, "version": line.version, "key": new_id()}
    )  # fmt: skip
    return page.show("onsite/sale.html", board=found, f=found.fair, sale=line, form=form, products=await _products(session, me))


@router.post(f"{BASE}/ban-hang/{{sale_id}}")
async def correct(request: Request, slug: str, sale_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Keep the correction; the second of two gets her figures back beside the new ones."""
    form = await forms.read(request, onsite.SaleDraft)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.correct_sale(session, me, slug, sale_id, value))
        if refusal is None:
            return page.redirect(_at(slug), _("Đã sửa dòng bán."))
        form.add(told(refusal))
    found, line = await _sale(session, slug, me, sale_id)
    form.typed["version"] = str(line.version)
    return page.show(
        "onsite/sale.html", status=409 if isinstance(refusal, Conflict) else 422, board=found, f=found.fair, sale=line,
        form=form, products=await _products(session, me),
    )  # fmt: skip


@router.post(f"{BASE}/ban-hang/{{sale_id}}/bo")
async def drop(slug: str, sale_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """It was none."""
    await onsite.withdraw_sale(session, me, slug, sale_id)
    return page.redirect(_at(slug), _("Đã bỏ dòng bán."))


@router.get(f"{BASE}/khach")
async def leads(
    request: Request, slug: str, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """The leads, and a form for the next one."""
    return await _leads(request, page, session, me, slug, _empty_lead(), cursor)


@router.post(f"{BASE}/khach")
async def take(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """One more lead."""
    form = await forms.read(request, onsite.LeadDraft)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.take_lead(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/khach", _("Đã ghi khách."))
        form.add(told(refusal))
    return await _leads(request, page, session, me, slug, form, "", status=422)


@router.get(f"{BASE}/khach.{{kind}}")
async def sheet(slug: str, kind: str, me: Signed, session: Session) -> Response:
    """The own leads as a sheet, for the exhibitor's people only."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    found, _next = await onsite.leads(session, slug, me, limit=MOST_EXPORTED)
    headings = [
        _("Ngày"), _("Gian"), _("Người"), _("Đơn vị"), _("Điện thoại"), _("Muốn mua"), _("Sản phẩm"), _("Số lượng (kg)"),
        _("Mức quan tâm"), _("Ghi chú"), _("Nhà phân phối trên chợ"), _("Hẹn liên hệ lại"),
    ]  # fmt: skip
    lines: list[list[exports.Cell]] = [
        [each.day, each.booth, each.person, each.organisation, each.phone, each.wants, each.product, each.kg,
         onsite.rating_name(each.rating), each.notes, each.buyer, each.follow_up_on]
        for each in found
        if each.erased_at is None
    ]  # fmt: skip
    name = _("Khách hỏi hàng")
    data = exports.as_csv(headings, lines) if kind == "csv" else exports.as_xlsx([exports.Table(name, headings, lines)])
    called = f"khach-{slug}-{clock.today():%Y%m%d}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


@router.get(f"{BASE}/khach/{{lead_id}}")
async def lead(slug: str, lead_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One lead, ready to be changed."""
    one = await onsite.lead(session, slug, me, lead_id)
    form = forms.filled(
        {"day": formats.day(one.day), "booth": one.booth, "person": one.person, "organisation": one.organisation,
         "phone": formats.phone(one.phone) if one.phone else "", "consent": "1" if one.phone else "", "wants": one.wants,
         "product": one.product_slug, "kg": stored_text(one.kg), "rating": one.rating, "notes": one.notes,
         "buyer": one.buyer_slug, "follow_up_on": formats.day(one.follow_up_on) if one.follow_up_on else "",
         "version": one.version, "key": new_id()}
    )  # fmt: skip
    return await _lead(page, session, me, slug, one, form)


@router.post(f"{BASE}/khach/{{lead_id}}")
async def revise(request: Request, slug: str, lead_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change."""
    form = await forms.read(request, onsite.LeadDraft)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.revise_lead(session, me, slug, lead_id, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/khach", _("Đã lưu."))
        form.add(told(refusal))
    one = await onsite.lead(session, slug, me, lead_id)
    form.typed["version"] = str(one.version)
    return await _lead(page, session, me, slug, one, form, status=409 if isinstance(refusal, Conflict) else 422)


@router.post(f"{BASE}/khach/{{lead_id}}/xoa")
async def forget(slug: str, lead_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Forget the person."""
    await onsite.erase_lead(session, me, slug, lead_id)
    return page.redirect(f"{_at(slug)}/khach", _("Đã xóa mọi thông tin của khách này."))


@router.post(f"{BASE}/bien-ban")
async def sign(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A memorandum or a contract."""
    form = await forms.read(request, onsite.PaperDraft)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.sign_paper(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}#bien-ban", _("Đã ghi."))
        form.add(told(refusal))
    return await _board(request, page, session, me, slug, paper=form, status=422)


@router.post(f"{BASE}/bien-ban/{{paper_id}}/bo")
async def unsign(slug: str, paper_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """It was none."""
    await onsite.withdraw_paper(session, me, slug, paper_id)
    return page.redirect(f"{_at(slug)}#bien-ban", _("Đã bỏ."))


@router.post(f"{BASE}/hang-mang")
async def own_facts(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Goods brought and left, own costs, when to ask again."""
    form = await forms.read(request, onsite.OwnFacts)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.say_own_facts(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}#hang-mang", _("Đã lưu."))
        form.add(told(refusal))
    return await _board(request, page, session, me, slug, facts=form, status=409 if isinstance(refusal, Conflict) else 422)


def _at(slug: str) -> str:
    return f"/ban-hang/hoi-cho/{slug}/tai-cho"


def _empty_lead() -> forms.Form[Any]:
    return forms.filled({"key": new_id(), "rating": 2})


async def _products(session: Session, me: Signed) -> list[tuple[str, str]]:
    """The own products, to be chosen from; a phone shows no search there."""
    rows = await catalogue.offers_of(session, me.organisation_id, reader=me) if me.organisation_id else ()
    return [(row.slug, row.name) for row in rows]


async def _buyers(session: Session, slug: str, me: Signed) -> list[tuple[str, str]]:
    """The buyers who have said that they will be there."""
    return [(each.slug, each.name) for each in await fairs.advice.expected_buyers(session, slug, me)]


async def _sale(session: Session, slug: str, me: Signed, sale_id: UUID) -> tuple[fairs.onsite.Board, fairs.onsite.SaleView]:
    found = await onsite.board(session, slug, me)
    line = next((each for each in found.sales if each.id == sale_id), None)
    if line is None:
        raise NotFound(_("Không có dòng bán này."))
    return found, line


async def _board(
    request: Request, page: PageMaker, session: Session, me: Signed, slug: str, *, sale: forms.Form[Any] | None = None,
    paper: forms.Form[Any] | None = None, facts: forms.Form[Any] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = await onsite.board(session, slug, me)
    kept = found.facts
    stored = forms.filled(
        {"brought_kg": stored_text(kept.brought_kg), "left_kg": stored_text(kept.left_kg), "own_costs_vnd": kept.own_costs_vnd,
         "follow_up_on": formats.day(kept.follow_up_on) if kept.follow_up_on else "", "version": kept.version}
        if kept else {}
    )  # fmt: skip
    address = f"{house(request)}/ban-to-chuc/hoi-cho/{slug}/tai-cho?ma="
    if facts is not None and kept is not None:
        facts.typed["version"] = str(kept.version)
    return page.show(
        "onsite/board.html", status=status, board=found, f=found.fair,
        sale=sale or forms.filled({"key": new_id(), "day": formats.day(found.today)}),
        paper=paper or forms.filled({"key": new_id(), "kind": "memorandum"}), facts=facts or stored,
        products=await _products(session, me), kind_name=onsite.paper_kind_name,
        passes=[(each, onsite.codes.shown(each.code), qr(address + each.code)) for each in found.passes],
    )  # fmt: skip


async def _leads(
    request: Request, page: PageMaker, session: Session, me: Signed, slug: str, form: forms.Form[Any], cursor: str, *,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await onsite.board(session, slug, me)
    lines, after = await onsite.leads(session, slug, me, cursor=cursor or None)
    return page.show(
        "onsite/leads.html", status=status, board=found, f=found.fair, leads=lines, form=form, rating_name=onsite.rating_name,
        products=await _products(session, me), buyers=await _buyers(session, slug, me),
        next=here(request, cursor=after) if after else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


async def _lead(
    page: PageMaker, session: Session, me: Signed, slug: str, one: fairs.onsite.LeadView, form: forms.Form[Any], *,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await onsite.board(session, slug, me)
    return page.show(
        "onsite/lead.html", status=status, board=found, f=found.fair, lead=one, form=form, rating_name=onsite.rating_name,
        products=await _products(session, me), buyers=await _buyers(session, slug, me),
    )  # fmt: skip
