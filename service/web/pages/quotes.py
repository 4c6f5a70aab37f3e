"""Quotes side by side, and choosing among them: the buyer's pages.

/tim-hang/{code}/bao-gia            matching/quotes.html   compared (matching.quotes.Comparison), form (what is typed in)
/tim-hang/{code}/bao-gia/bang.…     the same as a sheet
/tim-hang/{code}/bao-gia/ngay       POST: the day by which the buyer decides
/tim-hang/{code}/chon               POST: kilograms of each quote and month; `save=check` only adds them up
/lan-chon/{award_id}                matching/award.html    one award with its frozen terms, for both sides; …/huy POST: undo it
/tim-hang/{code}/chao-gia, /ban-hang/bao-gia …             see quote_desk.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import matching
from service.accounts import Actor
from service.core import clock, exports, formats
from service.core.db import new_id
from service.core.errors import Invalid, NotFound
from service.core.i18n import _
from service.core.inputs import Day, Input
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms, quote_desk
from service.web.pages.desk_forms import attempt

router = APIRouter()
router.include_router(quote_desk.router)
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BOX = re.compile(r"k(\d{1,3})_(\d{1,3})")
ORDERS = ("cost", "covers", "sent", "name")
ALL = 100_000  # A sheet holds every quote, however many lines they have.
Rate = Annotated[str, Query(max_length=20)]
From = Annotated[int, Query(alias="from", ge=0, le=10_000)]
Order = Annotated[str, Query(max_length=20)]


class DecisionDay(Input):
    """The day by which the buyer decides."""

    decide_by: Day


class Choosing(Input):
    """What goes with the kilograms: which version of the request was read, and what the others are told."""

    version: int = Field(ge=1, le=2**31 - 1)
    close: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """What is typed for one quote, added up with the reductions that its quantity earns."""

    supplier: str
    kg: Decimal
    amount: int


@router.get("/tim-hang/{code}/bao-gia")
async def compare(
    request: Request, code: str, page: Page, me: Signed, session: Session, rate: Rate = "", order: Order = "cost",
    start: From = 0,
) -> Response:  # fmt: skip
    """The quotes of a request over all its months and terms, each month's boxes filled with the best split."""
    compared = await matching.quotes.compare(session, me, code, rate=_rate(rate), order=_order(order), offset=start)
    return await _show(request, page, session, compared, forms.filled({"key": str(new_id())}), order=_order(order))


@router.get("/tim-hang/{code}/bao-gia/bang.{kind}")
async def sheet(code: str, kind: str, me: Signed, session: Session, rate: Rate = "") -> Response:
    """Every line of every quote as .xlsx or .csv."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    compared = await matching.quotes.compare(session, me, code, rate=_rate(rate), most_lines=ALL)
    headings = [
        _("Nhà cung cấp"), _("Trạng thái"), _("Sản phẩm"), _("Tháng"), _("Báo (kg)"), _("Cần (kg)"), _("Giá (đ/kg)"),
        _("Chiết khấu"), _("Cước"), _("Lãi trả chậm"), _("Lãi đặt cọc"), _("Giá giao đến nơi (đ/kg)"), _("Đã chọn (kg)"),
        _("Hiệu lực đến"),
        _("Điều khoản"), _("Còn thiếu"),
    ]  # fmt: skip
    lines = list(_lines(compared))
    name = _("Báo giá %(code)s", code=compared.request.code)
    data = exports.as_csv(headings, lines) if kind == "csv" else exports.as_xlsx([exports.Table(name, headings, lines)])
    called = f"bao-gia-{compared.request.code.lower()}-{clock.today():%Y%m%d}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


@router.post("/tim-hang/{code}/bao-gia/ngay")
async def move_decision(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Name the day by which the buyer decides."""
    form = await forms.read(request, DecisionDay)
    if form.value is not None:
        day = form.value.decide_by
        refusal = await attempt(session, lambda: matching.quotes.move_decision(session, me, code, day))
        if refusal is None:
            return page.redirect(f"/tim-hang/{code}/bao-gia", _("Bạn sẽ trả lời trước hết ngày %(day)s.", day=formats.day(day)))
        form.add({"decide_by": refusal.message})
    compared = await matching.quotes.compare(session, me, code)
    form.typed["key"] = str(new_id())
    return await _show(request, page, session, compared, form, status=422)


@router.post("/tim-hang/{code}/chon")
async def choose(
    request: Request, code: str, page: Page, me: Acting, session: Session, rate: Rate = "", order: Order = "cost",
    start: From = 0,
) -> Response:  # fmt: skip
    """Take what is typed: all of it, or nothing with the reason, and then every box is as it was typed."""
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    form = forms.understand(data, Choosing)
    compared = await matching.quotes.compare(session, me, code, rate=_rate(rate), order=_order(order), offset=start)
    parts = _parts(form, compared)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    if form.value is None or typed.get("save") == "check":
        status = 200 if form.value is not None and not form.errors else 422
        return await _show(
            request, page, session, compared, form, order=_order(order), parts=parts, status=status, checked=True
        )
    choosing, key = form.value, forms.key_of(form) or new_id()
    refusal = await attempt(session, lambda: _award(session, me, code, parts, choosing, key))
    if refusal is None:
        said = _("Đã chọn và giữ năng lực cho bạn; nhà cung cấp được báo ngay.") if parts else _("Đã trả lời các báo giá.")
        return page.redirect(f"/tim-hang/{compared.request.code}/bao-gia", said)
    form.add(dict(refusal.errors) if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message})
    # What has changed since is read again, so that the next attempt is made on what there is.
    compared = await matching.quotes.compare(session, me, code, rate=_rate(rate), order=_order(order), offset=start)
    form.typed["version"] = str(compared.version)
    status = 422 if isinstance(refusal, Invalid) else 409
    return await _show(request, page, session, compared, form, order=_order(order), parts=parts, status=status)


@router.get("/lan-chon/{award_id}")
async def award(award_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """What was agreed, frozen on the day: for the buyer and for the supplier."""
    return await _award_page(page, me, session, award_id, forms.filled({}))


@router.post("/lan-chon/{award_id}/huy")
async def undo(request: Request, award_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take an award back with the reason, before anything was delivered."""
    form = await forms.read(request, matching.quotes.Undoing)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: matching.quotes.undo_award(session, me, award_id, value))
        if refusal is None:
            return page.redirect(f"/lan-chon/{award_id}", _("Đã hủy; năng lực được trả lại và hai bên được báo."))
        form.add({"reason": refusal.message})
    return await _award_page(page, me, session, award_id, form, status=422)


async def _award(
    session: Session, me: Actor, code: str, parts: Sequence[matching.quotes.Part], choosing: Choosing, key: UUID
) -> None:
    await matching.quotes.award(
        session, me, code, parts, version=choosing.version, key=key, close=choosing.close, reason_for_losers=choosing.reason
    )


async def _award_page(
    page: PageMaker, me: Actor, session: Session, award_id: UUID, form: forms.Form[Any], status: int = 200
) -> Response:  # fmt: skip
    found = await matching.quotes.award_page(session, me, award_id)
    terms = matching.quotes.terms_lines(found.terms)
    may_undo = found.mine and found.stands and me.may_write
    view = await matching.request_page(session, found.code, me) if found.mine and not found.stands else None
    return page.show("matching/award.html", status=status, award=found, r=view, terms=terms, form=form, may_undo=may_undo)


async def _show(
    request: Request, page: PageMaker, session: Session, compared: matching.quotes.Comparison, form: forms.Form[Any], *,
    order: str = "cost", parts: Sequence[matching.quotes.Part] | None = None, status: int = 200, checked: bool = False,
) -> Response:  # fmt: skip
    form.typed.setdefault("key", str(new_id()))
    code = compared.request.code
    return page.show(
        "matching/quotes.html", status=status, compared=compared, form=form, order=order,
        nav=await matching.request_tabs(session, compared.request),
        boxes=_boxes(compared, form, parts), sums=_sums(compared, parts) if checked and parts else [], checked=checked,
        orders=[(each, _order_name(each), _at(request, code, order=each, start=None)) for each in ORDERS],
        terms_of=matching.quotes.terms_lines,
        next=_at(request, code, start=str(compared.next)) if compared.next is not None else None,
        first=_at(request, code, start=None) if request.query_params.get("from") else None,
        query=f"?{request.url.query}" if request.url.query else "",
    )  # fmt: skip


def _boxes(
    compared: matching.quotes.Comparison, form: forms.Form[Any], parts: Sequence[matching.quotes.Part] | None
) -> dict[tuple[UUID, UUID, Any], tuple[str, str]]:
    """The box of each line: its name, which is its place on this page, and what stands in it."""
    found = {}
    posted = _posted(form)
    for at, each in enumerate(compared.quotes):
        for place, line in enumerate(each.lines):
            typed = posted.get((each.id, place))
            if typed is None:
                typed = formats.plain_number(line.wished) if parts is None and line.wished else ""
            found[each.id, line.product_id, line.month] = (f"k{at}_{place}", typed)
    return found


def _posted(form: forms.Form[Any]) -> dict[tuple[UUID, int], str]:
    """What was typed, by quote and place of the line, wherever the quote stands on the page now."""
    quotes: dict[str, UUID] = {}
    for key, value in form.typed.items():
        if re.fullmatch(r"q\d{1,3}", key):
            try:
                quotes[key[1:]] = UUID(value.partition(":")[0])
            except ValueError:
                continue
    found = {}
    for key, value in form.typed.items():
        box = BOX.fullmatch(key)
        if box is not None and box[1] in quotes:
            found[quotes[box[1]], int(box[2])] = value
    return found


def _parts(form: forms.Form[Any], compared: matching.quotes.Comparison) -> list[matching.quotes.Part]:
    """The boxes with something in them as parts of quotes; what cannot be read is said beside its box."""
    quotes = {each.id: each for each in compared.quotes}
    heads = [value.partition(":") for key, value in form.typed.items() if re.fullmatch(r"q\d{1,3}", key)]
    read = {quote_id: revision for quote_id, _colon, revision in heads}
    parts: list[matching.quotes.Part] = []
    for (quote_id, place), typed in _posted(form).items():
        if not typed.strip() or typed.strip() == "0":
            continue
        found = quotes.get(quote_id)
        if found is None or place >= len(found.lines):
            form.add({"form": _("Báo giá bạn chọn đã đổi. Hãy xem lại bản mới rồi chọn tiếp.")})
            continue
        line, revision = found.lines[place], read.get(str(quote_id), "")
        try:
            kg = formats.parse_kg(typed)
            parts.append(
                matching.quotes.Part(
                    quote_id=quote_id, product_id=line.product_id, month=line.month, kg=kg,
                    revision=int(revision) if revision.isdecimal() and len(revision) < 9 else None,
                )
            )  # fmt: skip
        except ValidationError as error:
            form.add({line.field(quote_id): next(iter(forms.words_for(error).values()))})
        except (ValueError, InvalidOperation) as error:
            form.add({line.field(quote_id): str(error)})
    return parts


def _sums(compared: matching.quotes.Comparison, parts: Sequence[matching.quotes.Part] | None) -> list[Sum]:
    sums = []
    for each in compared.quotes:
        chosen = {(part.product_id, part.month): part.kg for part in parts or () if part.quote_id == each.id}
        if not chosen or each.terms is None:
            continue
        total = sum(chosen.values(), sum((line.taken for line in each.lines), Decimal(0)))
        amount = sum(
            kg * matching.quotes.price_at(each.terms, line.price, total)
            for line in each.lines
            if (kg := chosen.get((line.product_id, line.month)))
        )
        sums.append(Sum(each.supplier_name, sum(chosen.values(), Decimal(0)), round(amount)))
    return sums


def _lines(compared: matching.quotes.Comparison) -> Iterator[list[exports.Cell]]:
    asked: Mapping[Any, Decimal] = dict(compared.months)
    for each in compared.quotes:
        if each.terms is None:
            continue
        said = "; ".join(f"{label}: {value}" for label, value in matching.quotes.terms_lines(each.terms))
        for line in each.lines:
            cost = line.landed
            yield [
                each.supplier_name, each.state_name, line.product_name, line.month, line.kg, asked.get(line.month), line.price,
                -cost.discount, cost.freight, -cost.credit, cost.deposit, cost.total, line.taken, each.terms.valid_until, said,
                "; ".join(each.lacks),
            ]  # fmt: skip


def _at(request: Request, code: str, *, order: str | None = None, start: str | None) -> str:
    """The address of the comparison as it is shown, in another order or further on; also after a choice was refused."""
    kept = {name: value for name, value in request.query_params.items() if name in ("rate", "order", "lang")}
    kept |= {name: value for name, value in (("order", order), ("from", start)) if value is not None}
    return f"/tim-hang/{code}/bao-gia" + (f"?{urlencode(kept)}" if kept else "")


def _rate(typed: str) -> Decimal:
    """The cost of money in per cent a year; what cannot be one is the usual one."""
    try:
        rate = formats.parse_number(typed.replace("%", "").strip()) if typed.strip() else matching.quotes.RATE
    except ValueError:
        return matching.quotes.RATE
    return rate if 0 <= rate <= matching.quotes.HIGHEST_RATE else matching.quotes.RATE


def _order(typed: str) -> str:
    return typed if typed in ORDERS else "cost"


def _order_name(order: str) -> str:
    return {
        "cost": _("giá giao đến nơi"), "covers": _("đủ hàng nhất"), "sent": _("gửi sớm nhất"), "name": _("tên nhà cung cấp"),
    }[order]  # fmt: skip
