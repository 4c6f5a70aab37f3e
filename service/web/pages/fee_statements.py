"""What exhibitors owe and order: for the organiser every statement, for an exhibitor her own.

…/{slug}/phi                      charges/statements.html  f, found (a charges StatementList), owing; bang.xlsx and bang.csv
…/phi/{code}                      charges/statement.html   f, s (a charges Statement), form; POST notes a payment
…/phi/{code}/tien/{id}/bo (POST)  strikes a payment out
…/phi/{code}/dich-vu              charges/order.html       the organiser orders for an exhibitor
/ban-hang/hoi-cho/{slug}/phi      charges/own_statement.html
/ban-hang/hoi-cho/{slug}/dich-vu  charges/order.html
The papers are …/phi/{code}/phieu.pdf and /ban-hang/hoi-cho/{slug}/phi/phieu.pdf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from service import fairs
from service.core import clock, exports, formats, pdf
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

charges = fairs.charges
router = APIRouter()
DESK = "/ban-to-chuc/hoi-cho/{slug}/phi"
OWN = "/ban-hang/hoi-cho/{slug}"
SHEETS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


# --- The organiser ------------------------------------------------------------------------------------------------------


@router.get(DESK)
async def statements(
    request: Request, slug: str, page: Page, me: Signed, session: Session,
    cursor: Annotated[str, Query(max_length=1000)] = "", owing: Annotated[str, Query(max_length=1)] = "",
) -> Response:  # fmt: skip
    """Everybody who owes or has paid, with the sums of the fair."""
    f = await fairs.own_head(session, slug, me)
    found = await charges.statements(session, me, slug, cursor=cursor or None, owing=bool(owing))
    return page.show(
        "charges/statements.html", f=f, found=found, owing=bool(owing),
        next=here(request, cursor=found.next) if found.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.get(f"{DESK}/bang.{{kind}}")
async def statements_sheet(slug: str, kind: str, me: Signed, session: Session) -> Response:
    """All statements as .xlsx or .csv, a line each."""
    every = await charges.every_statement(session, me, slug)
    headings = [_("Mã đơn"), _("Đơn vị"), _("Gian"), _("Phải nộp"), _("Được hỗ trợ"), _("Đã nộp"), _("Còn phải nộp")]
    lines: list[list[exports.Cell]] = [
        [each.code, each.exhibitor, ", ".join(each.booths), each.total_vnd, each.support_vnd, each.paid_vnd, each.due_vnd]
        for each in every
    ]
    return sheet(kind, f"phi-{slug}", _("Phí gian hàng"), headings, lines)


@router.get(f"{DESK}/{{code}}")
async def statement(slug: str, code: str, page: Page, me: Signed, session: Session) -> Response:
    """What one exhibitor owes, and a payment to be noted."""
    f = await fairs.own_head(session, slug, me)
    _fair, account = await charges.kept_account(session, me, slug, code)
    return await _statement(page, session, f, me, account, forms.filled({"key": str(new_id()), "paid_on": _today()}))


@router.post(f"{DESK}/{{code}}")
async def note_payment(request: Request, slug: str, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Note a payment."""
    f = await fairs.own_head(session, slug, me)
    _fair, account = await charges.kept_account(session, me, slug, code)
    form = await forms.read(request, charges.PaymentDraft)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: charges.note_payment(session, me, account.application_id, value))
        if refusal is None:
            said = _("Đã ghi %(vnd)s của %(name)s.", vnd=formats.vnd(value.amount_vnd), name=account.exhibitor)
            return page.redirect(f"{f.desk}/phi/{account.code}", said)
        form.add(errors_of(refusal))
    return await _statement(page, session, f, me, account, form, status=422)


@router.post(f"{DESK}/{{code}}/tien/{{payment_id}}/bo")
async def strike(
    request: Request, slug: str, code: str, payment_id: UUID, page: Page, me: Acting, session: Session
) -> Response:
    """Strike a payment out, with the reason."""
    f = await fairs.own_head(session, slug, me)
    _fair, account = await charges.kept_account(session, me, slug, code)
    form = await forms.read(request, charges.Striking)
    why = form.value.why if form.value is not None else None
    refusal = await attempt(session, lambda: charges.strike_payment(session, me, account.application_id, payment_id, why))
    if refusal is None:
        return page.redirect(f"{f.desk}/phi/{account.code}", _("Đã bỏ khoản tiền ghi nhầm."))
    empty = forms.filled({"key": str(new_id()), "paid_on": _today()})
    empty.errors = {"form": refusal.message}
    return await _statement(page, session, f, me, account, empty, status=422)


@router.get(f"{DESK}/{{code}}/phieu.pdf")
async def paper(slug: str, code: str, me: Signed, session: Session) -> Response:
    """The statement as a paper."""
    f = await fairs.own_head(session, slug, me)
    _fair, account = await charges.kept_account(session, me, slug, code)
    return await _paper(f, await charges.statement(session, me, account.application_id))


@router.get(f"{DESK}/{{code}}/dich-vu")
async def order_for(slug: str, code: str, page: Page, me: Signed, session: Session) -> Response:
    """The services of an exhibitor, who may be somebody that is not on the market."""
    f = await fairs.own_head(session, slug, me)
    _fair, account = await charges.kept_account(session, me, slug, code)
    return await _order(page, session, f, me, account, None, f"{f.desk}/phi/{account.code}")


@router.post(f"{DESK}/{{code}}/dich-vu")
async def keep_order_for(request: Request, slug: str, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the order."""
    f = await fairs.own_head(session, slug, me)
    _fair, account = await charges.kept_account(session, me, slug, code)
    return await _keep_order(request, page, session, f, me, account, f"{f.desk}/phi/{account.code}")


# --- The exhibitor ------------------------------------------------------------------------------------------------------


@router.get(f"{OWN}/phi")
async def own_statement(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What she owes, and what has come in."""
    account = await charges.own_account(session, me, slug)
    f = await fairs.head(session, slug, me)
    found = await charges.statement(session, me, account.application_id)
    return page.show("charges/own_statement.html", f=f, s=found, today=clock.today())


@router.get(f"{OWN}/phi/phieu.pdf")
async def own_paper(slug: str, me: Signed, session: Session) -> Response:
    """The same as a paper."""
    account = await charges.own_account(session, me, slug)
    return await _paper(await fairs.head(session, slug, me), await charges.statement(session, me, account.application_id))


@router.get(f"{OWN}/dich-vu")
async def own_order(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What she has ordered and may order."""
    account = await charges.own_account(session, me, slug)
    f = await fairs.head(session, slug, me)
    return await _order(page, session, f, me, account, None, f"/ban-hang/hoi-cho/{slug}/phi")


@router.post(f"{OWN}/dich-vu")
async def keep_own_order(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Keep the order."""
    account = await charges.own_account(session, me, slug)
    f = await fairs.head(session, slug, me)
    return await _keep_order(request, page, session, f, me, account, f"/ban-hang/hoi-cho/{slug}/phi")


# --- What the pages are made of -----------------------------------------------------------------------------------------


def errors_of(refusal: Invalid | Conflict) -> dict[str, str]:
    """What stands beside the fields, else above the form."""
    return (refusal.errors if isinstance(refusal, Invalid) else {}) or {"form": refusal.message}


def sheet(kind: str, name: str, tab: str, headings: Sequence[str], lines: Iterable[Sequence[exports.Cell]]) -> Response:
    """A table as .xlsx or .csv; another ending is no page of ours."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    data = exports.as_csv(headings, lines) if kind == "csv" else exports.as_xlsx([exports.Table(tab, headings, lines)])
    called = f"{name}-{clock.today():%Y%m%d}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


def _today() -> str:
    return formats.day(clock.today())


async def _statement(
    page: PageMaker, session: Session, f: fairs.FairView, me: Signed, account: charges.Account, form: forms.Form[Any], *,
    status: int = 200,
) -> Response:  # fmt: skip
    found = await charges.statement(session, me, account.application_id)
    return page.show("charges/statement.html", status=status, f=f, s=found, form=form, today=clock.today())


async def _paper(f: fairs.FairView, found: charges.Statement) -> Response:
    data = {
        "title": _("Bảng kê phí gian hàng"), "fair": f.name, "when": f.when, "where": f.where, "hosts": list(f.hosts),
        "exhibitor": found.exhibitor, "code": found.code, "booths": ", ".join(found.booths) or _("chưa xếp"),
        "lines": [[each.words, each.detail, each.source or "", formats.vnd(each.amount_vnd)] for each in found.lines],
        "total": formats.vnd(found.total_vnd), "paid": formats.vnd(found.paid_vnd), "due": formats.vnd(found.due_vnd),
        "support": formats.vnd(found.support_vnd) if found.support_vnd else "", "estimated": found.estimated,
        "instalments": [
            [_("Đặt cọc khi đăng ký") if each.deposit else _("Phần còn lại"), formats.vnd(each.amount_vnd),
             formats.day(each.due_on), formats.vnd(each.open_vnd)]
            for each in found.instalments
        ],
        "payments": [[formats.day(each.paid_on), each.reference or "", formats.vnd(each.amount_vnd)]
                     for each in found.payments if not each.struck],
        "pay_to": found.terms.pay_to or "", "made": _today(), "illustrative": found.illustrative,
        "words": {
            "for": _("Đơn vị"), "code": _("Mã đơn"), "booths": _("Gian"), "item": _("Khoản"), "detail": _("Chi tiết"),
            "source": _("Nguồn hỗ trợ"), "amount": _("Số tiền"), "total": _("Phải nộp"), "paid": _("Đã nộp"),
            "due": _("Còn phải nộp"), "support": _("Được hỗ trợ"), "part": _("Đợt"), "until": _("Hạn"), "open": _("Còn thiếu"),
            "payments": _("Tiền đã nhận"), "day": _("Ngày"), "reference": _("Chứng từ"), "pay_to": _("Nộp vào"),
            "made": _("Lập ngày"), "estimate": _("Tạm tính: chưa xếp gian."), "fair": _("Hội chợ"),
            "illustrative": _("dữ liệu minh họa"),
        },
    }  # fmt: skip
    made = await pdf.made("fee_statement", data)
    headers = {"content-disposition": f"inline; filename*=UTF-8''{quote(f'phi-{found.code}.pdf')}",
               "cache-control": "private, no-store"}  # fmt: skip
    return Response(made, media_type="application/pdf", headers=headers)


async def _order(
    page: PageMaker, session: Session, f: fairs.FairView, me: Signed, account: charges.Account, form: forms.Form[Any] | None,
    back: str, *, status: int = 200,
) -> Response:  # fmt: skip
    _account, services, seen = await charges.order_form(session, me, account.application_id)
    if form is None:
        typed = {f"quantity.{each.id}": each.mine or "" for each in services}
        form = forms.filled({**typed, **{f"note.{each.id}": each.note for each in services}, "seen": seen})
    keeps = fairs.may_change(me, f.organisation_id)
    open_ = {each.id: keeps or charges.takes_orders(each.order_by, f.starts_on, clock.today()) for each in services}
    return page.show(
        "charges/order.html", status=status, f=f, account=account, services=services, form=form,
        seen=form.typed.get("seen", seen), open=open_, back=back, keeps=keeps, may_write=me.may_write,
        mine_vnd=sum(each.mine_vnd for each in services),
    )  # fmt: skip


async def _keep_order(
    request: Request, page: PageMaker, session: Session, f: fairs.FairView, me: Acting, account: charges.Account, back: str
) -> Response:
    data = await request.form(max_fields=forms.MOST_FIELDS, max_files=0)
    typed = {key: value for key, value in data.items() if not isinstance(value, UploadFile)}
    form: forms.Form[Any] = forms.Form(typed=typed)
    wanted = []
    for key, amount in typed.items():
        name, _dot, service = key.partition(".")
        if name != "quantity":
            continue
        values = {"service_id": service, "quantity": amount, "note": typed.get(f"note.{service}")}
        try:
            wanted.append(charges.Wanted.model_validate(values))
        except ValidationError as error:
            words = forms.words_for(error)
            form.errors |= {f"{field if field == 'note' else 'quantity'}.{service[:40]}": why for field, why in words.items()}
    refusal: Invalid | Conflict | None = None
    if not form.errors:
        seen = typed.get("seen") or None
        refusal = await attempt(session, lambda: charges.order(session, me, account.application_id, wanted, seen=seen))
        if refusal is None:
            return page.redirect(back, _("Đã lưu phần đặt dịch vụ."))
        form.add(errors_of(refusal))
        form.typed.pop("seen", None)
    status = 409 if isinstance(refusal, Conflict) else 422
    return await _order(page, session, f, me, account, form, back, status=status)
