"""The supplier's pages of quotes.

/tim-hang/{code}/chao-gia       matching/quote_form.html   bench (matching.quotes.Bench), form; POST `save`: send, keep or check
/tim-hang/{code}/chao-gia/rut   POST: the quote is withdrawn
/ban-hang/bao-gia               matching/own_quotes.html   every own quote, the most urgent first
/ban-hang/bao-gia/{quote_id}    matching/own_quote.html    one of them, with its revisions and what was taken of it
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import matching
from service.core import clock, formats
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, TooOften
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import stored_text
from service.web.pages.render import here, wants_fragment
from service.web.pages.waiting import all_waiting

router = APIRouter()
VALID_DAYS = 30  # How long after the last day for answers a quote holds, unless its supplier says otherwise.
WRITTEN = {"kg": formats.plain_number, "vnd": formats.number, "day": formats.day}


@router.get("/tim-hang/{code}/chao-gia")
async def quote_form(
    code: str, page: Page, me: Signed, session: Session, product: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """The form: what was kept or sent, else what is free of the product that gives most, at its usual price."""
    bench = await matching.quotes.bench(session, me, code)
    form = forms.filled(_start(bench, product))
    return _show(page, bench, form, draft=_added_up(bench, form))


@router.post("/tim-hang/{code}/chao-gia")
async def send(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Send the quote, keep what is typed, or only add it up; whatever is refused comes back as it was typed."""
    form = await forms.read(request, matching.quotes.QuoteForm)
    save = form.typed.get("save", "send")
    bench = await matching.quotes.bench(session, me, code)
    if save == "keep":
        typed = {name: form.typed[name] for name in matching.quotes.QuoteForm.model_fields if form.typed.get(name)}
        await matching.quotes.keep_draft(session, me, code, typed)
        return page.redirect(f"/tim-hang/{bench.request.code}/chao-gia", _("Đã giữ bản nháp; chưa gửi cho người mua."))
    draft = None
    if form.value is not None:
        try:
            draft = form.value.draft([day for day, _kg in bench.months])
            draft = matching.quotes.with_others(draft, () if form.value.alone else _others(bench, form.value.product))
        except Invalid as wrong:
            form.add(wrong.errors)
    if save == "check" or draft is None:
        status = 200 if save == "check" else 422
        return _show(page, bench, form, draft=draft, status=status, fragment=save == "check" and wants_fragment(request))
    version, key = form.value.version if form.value else None, forms.key_of(form) or new_id()
    trial = await session.begin_nested()
    try:
        sent = await matching.quotes.send(session, me, code, draft, key=key, read_version=version)
    except (Invalid, Conflict, TooOften) as refusal:
        await trial.rollback()
        form.add(_beside(refusal))
        form.typed["version"] = str(bench.request.version)
        status = 422 if isinstance(refusal, Invalid) else 429 if isinstance(refusal, TooOften) else 409
        return _show(page, bench, form, draft=draft, status=status)
    await trial.commit()
    said = _("Đã gửi báo giá.") if sent.revision == 1 else _("Đã gửi bản sửa %(n)s của báo giá.", n=sent.revision)
    return page.redirect(f"/ban-hang/bao-gia/{sent.id}", said)


@router.post("/tim-hang/{code}/chao-gia/rut")
async def withdraw(code: str, page: Page, me: Acting, session: Session) -> Response:
    """Take the quote back."""
    gone = await matching.quotes.withdraw(session, me, code)
    return page.redirect(f"/ban-hang/bao-gia/{gone.id}", _("Đã rút báo giá. Còn hạn thì bạn gửi lại được."))


@router.get("/ban-hang/bao-gia")
async def own_quotes(
    request: Request, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=400)] = ""
) -> Response:
    """Every quote of the reader's own organisation, what waits first."""
    found = await matching.quotes.own_quotes(session, me, cursor or None)
    return page.show(
        "matching/own_quotes.html", found=found, waits=await all_waiting(session, me), may_write=me.may_write,
        next=here(request, cursor=found.next) if found.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get("/ban-hang/bao-gia/{quote_id}")
async def own_quote(quote_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One of them."""
    quote = await matching.quotes.own_quote(session, me, quote_id)
    terms = matching.quotes.terms_lines(quote.terms) if quote.terms else []
    return page.show("matching/own_quote.html", quote=quote, terms=terms, may_write=me.may_write)


def _start(bench: matching.quotes.Bench, product: str) -> dict[str, Any]:
    """What stands in the form at first."""
    common: dict[str, Any] = {"key": str(new_id()), "version": bench.request.version}
    goods = next((each for each in bench.goods if product in (each.slug, str(each.id))), None)
    if bench.kept and not product:
        return common | dict(bench.kept) | {"version": bench.request.version}
    sent = _own_terms(bench)
    if sent is not None and (
        goods is None or (_others(bench, goods.id) and goods.id in {each.product_id for each in sent.lines})
    ):
        return common | matching.quotes.as_typed(sent, WRITTEN, goods.id if goods else None)
    goods = goods or next(iter(bench.goods), None)
    after = max(bench.request.deadline or clock.today(), clock.today())
    typed = common | {
        "product": str(goods.id) if goods else "", "price": formats.number(goods.price) if goods and goods.price else "",
        "lead_days": goods.lead_days if goods else "", "pack_net_g": _pack(bench, goods), "delivery": "delivered",
        "valid_until": formats.day(date.fromordinal(after.toordinal() + VALID_DAYS)),
    }  # fmt: skip
    for day, kg in bench.months:
        free = goods.free.get(day) if goods else None
        if free:
            typed[f"kg_{day.month:02}"] = stored_text(min(kg, free))
    return typed


def _added_up(bench: matching.quotes.Bench, form: forms.Form[Any]) -> matching.quotes.QuoteDraft | None:
    """What stands in the form as a quote, to be added up before anybody has typed; None where it is none yet."""
    known = {name: typed for name, typed in form.typed.items() if name in matching.quotes.QuoteForm.model_fields}
    read = forms.checked(known, matching.quotes.QuoteForm)
    if read.value is None:
        return None
    try:
        draft = read.value.draft([day for day, _kg in bench.months])
        return matching.quotes.with_others(draft, () if read.value.alone else _others(bench, read.value.product))
    except Invalid:
        return None


def _others(bench: matching.quotes.Bench, product_id: UUID | None) -> tuple[matching.quotes.QuoteLine, ...]:
    """What the quote as it was sent says of other products than the one in the form."""
    return matching.quotes.others_of(_own_terms(bench), product_id)


def _own_terms(bench: matching.quotes.Bench) -> matching.quotes.QuoteDraft | None:
    """The quote as it was sent, of the supplier's own goods: what it has said for a lot is no beginning for one of its own."""
    return bench.quote.terms if bench.quote is not None and bench.quote.pool_id is None else None


def _pack(bench: matching.quotes.Bench, goods: matching.quotes.GoodsView | None) -> Any:
    """The pack that is asked for where the product comes in it, else its first one."""
    if goods is None or not goods.packs_g:
        return ""
    return bench.request.pack_g if bench.request.pack_g in goods.packs_g else goods.packs_g[0]


def _beside(refusal: Invalid | Conflict | TooOften) -> Mapping[str, str]:
    if not isinstance(refusal, Invalid) or not refusal.errors:
        return {"form": refusal.message}
    names = {"lines": "form", "product_id": "product"}
    return {names.get(name, name): words for name, words in refusal.errors.items()}


def _show(
    page: PageMaker, bench: matching.quotes.Bench, form: forms.Form[Any], *, draft: matching.quotes.QuoteDraft | None = None,
    status: int = 200, fragment: bool = False,
) -> Response:  # fmt: skip
    chosen = next((each for each in bench.goods if str(each.id) == form.typed.get("product")), None)
    total, amount, costs = Decimal(0), Decimal(0), []
    if draft is not None:
        total, conditions = draft.total, matching.quotes.conditions_of(draft)
        for line in draft.lines:
            amount += line.kg * matching.quotes.price_at(draft, line.price_vnd_per_kg, total)
            costs.append(matching.quotes.landed(line.price_vnd_per_kg, conditions).total)
    context: dict[str, Any] = {
        "draft": draft, "total": total, "costs": (min(costs), max(costs)) if costs else None,
        "amount": round(amount), "over": _over(bench, draft), "asked": dict(bench.months),
    }  # fmt: skip
    if fragment:
        return page.show("matching/_quote_total.html", fragment="matching/_quote_total.html", **context)
    goods = [(str(each.id), each.name) for each in bench.goods]
    return page.show(
        "matching/quote_form.html", status=status, bench=bench, form=form, chosen=chosen, product_choices=goods,
        others=_others_told(bench, chosen.id if chosen else None), **context,
    )  # fmt: skip


def _others_told(bench: matching.quotes.Bench, product_id: UUID | None) -> list[tuple[str, str, list[str]]]:
    """The products that stay in the quote as they are: name, address of the form that edits it, and its lines in words."""
    names = {each.product_id: each.product_name for each in bench.quote.lines} if bench.quote is not None else {}
    found: dict[UUID, list[str]] = {}
    for line in _others(bench, product_id):
        at = {"month": formats.month(line.month), "kg": formats.kg(line.kg), "vnd": formats.vnd(line.price_vnd_per_kg)}
        found.setdefault(line.product_id, []).append(_("%(month)s: %(kg)s, %(vnd)s/kg", **at))
    address = f"{bench.request.href}/chao-gia?product="
    return [(names.get(each) or _("Sản phẩm không còn được đăng"), f"{address}{each}", said) for each, said in found.items()]


def _over(bench: matching.quotes.Bench, draft: matching.quotes.QuoteDraft | None) -> str:
    """The months in which more is offered than is free, in words; it may be sent, but could not be promised today."""
    free = {each.id: each.free for each in bench.goods}
    found = []
    for line in draft.lines if draft else ():
        left = free.get(line.product_id, {}).get(line.month)
        if left is not None and line.kg > left:
            found.append(_("%(month)s còn %(kg)s", month=formats.month(line.month), kg=formats.kg(left)))
    return ", ".join(found)
