"""What came of a fair: returns and the report of results, for its organiser; an exhibitor's own returns.

/ban-to-chuc/hoi-cho/{slug}/ket-qua                  onsite/results.html    returns: the whole, groups, exhibitors, other fairs
…/ket-qua/don-vi/{exhibitor_id}                      onsite/result.html     one exhibitor, with the rows behind its figures
…/ket-qua/so-sach, its forms (POST)                  onsite/books.html      visitors, costs and sources, complaints, words
…/ket-qua/bao-cao, …/bao-cao.xlsx, …/bao-cao.pdf     onsite/report.html     the report of results
/ban-hang/hoi-cho/ket-qua                            onsite/own_returns.html (in fair_advice.py's place before {slug})
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs
from service.core import clock, exports, formats, pdf
from service.core.db import new_id
from service.core.errors import Conflict, NotFound, Refused
from service.core.i18n import _
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms, report_tables
from service.web.pages.desk_forms import attempt
from service.web.pages.onsite import told
from service.web.pages.render import here

onsite = fairs.onsite
router = APIRouter()
BASE = "/ban-to-chuc/hoi-cho/{slug}/ket-qua"
SHOWN = 30  # Exhibitors on a page.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(BASE)
async def results(
    request: Request, slug: str, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """The returns of the fair, by one measure that makes it comparable with others."""
    found = await onsite.results(session, slug, me)
    compared = await onsite.comparison(session, me)
    lines = sorted(
        found.returns.lines,
        key=lambda line: (line.figures.per_booth_day is None, -(line.figures.per_booth_day or 0), line.name),
    )  # fmt: skip
    start = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 8 else 0
    more = start + SHOWN < len(lines)
    return page.show(
        "onsite/results.html", f=found.fair, found=found, whole=found.returns.whole, compared=compared,
        lines=lines[start : start + SHOWN], total=len(lines), most=_most(compared),
        next=here(request, cursor=str(start + SHOWN)) if more else None, first=here(request, cursor=None) if start else None,
    )  # fmt: skip


@router.get(f"{BASE}/don-vi/{{exhibitor_id}}")
async def result(slug: str, exhibitor_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One exhibitor: its figures, and the rows that they are made of."""
    found = await onsite.results(session, slug, me)
    line = next((each for each in found.returns.lines if each.exhibitor_id == exhibitor_id), None)
    if line is None:
        raise NotFound(_("Không có đơn vị này trong danh sách tại chợ."))
    _entry, sales = await onsite.sales_of(session, slug, me, exhibitor_id)
    return page.show("onsite/result.html", f=found.fair, line=line, figures=line.figures, sales=sales)


@router.get(f"{BASE}/so-sach")
async def books(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What the organiser writes down itself for the report."""
    return await _books(page, session, me, slug)


@router.post(f"{BASE}/so-sach/khach")
async def visitors(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """How many came on a day."""
    form = await forms.read(request, onsite.VisitorsDraft)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.say_visitors(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/so-sach#khach", _("Đã ghi số khách."))
        form.add(told(refusal))
    return await _books(page, session, me, slug, visitors=form, refusal=refusal)


@router.post(f"{BASE}/so-sach/thu-chi")
async def money(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A line of costs or sources."""
    form = await forms.read(request, onsite.MoneyDraft)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.keep_money(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/so-sach#thu-chi", _("Đã ghi."))
        form.add(told(refusal))
    return await _books(page, session, me, slug, money=form, refusal=refusal)


@router.post(f"{BASE}/so-sach/thu-chi/{{line_id}}/bo")
async def drop_money(slug: str, line_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a line away."""
    await onsite.remove_money(session, me, slug, line_id)
    return page.redirect(f"{_at(slug)}/so-sach#thu-chi", _("Đã bỏ dòng thu chi."))


@router.post(f"{BASE}/so-sach/phan-anh")
async def complain(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """A complaint."""
    form = await forms.read(request, onsite.ComplaintDraft)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.note_complaint(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/so-sach#phan-anh", _("Đã ghi phản ánh."))
        form.add(told(refusal))
    return await _books(page, session, me, slug, complaint=form, refusal=refusal)


@router.post(f"{BASE}/so-sach/phan-anh/{{complaint_id}}")
async def settle(request: Request, slug: str, complaint_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """What became of it."""
    form = await forms.read(request, onsite.Settling)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.settle_complaint(session, me, slug, complaint_id, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/so-sach#phan-anh", _("Đã ghi cách giải quyết."))
        form.add(told(refusal))
    form.typed["id"] = str(complaint_id)
    return await _books(page, session, me, slug, settling=form, refusal=refusal)


@router.post(f"{BASE}/so-sach/nhan-xet")
async def findings(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """The words of the report."""
    form = await forms.read(request, onsite.FindingsDraft)
    refusal: Refused | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.say_findings(session, me, slug, value))
        if refusal is None:
            return page.redirect(f"{_at(slug)}/bao-cao", _("Đã lưu nhận xét."))
        form.add(told(refusal))
    return await _books(page, session, me, slug, words=form, refusal=refusal)


@router.get(f"{BASE}/bao-cao")
async def report(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """The report of results: every figure counted, the words the organiser's own."""
    found = await onsite.report(session, slug, me)
    return page.show(
        "onsite/report.html", f=found.results.fair, report=found, whole=found.results.returns.whole,
        source_name=onsite.source_name, facts=report_tables.facts(found), result_name=fairs.meetings.result_name,
        begun=found.results.fair.starts_on <= clock.today(),
    )  # fmt: skip


@router.get(f"{BASE}/bao-cao.{{kind}}")
async def paper(slug: str, kind: str, me: Signed, session: Session) -> Response:
    """The same as a workbook or a paper."""
    if kind not in ("xlsx", "pdf"):
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    found = await onsite.report(session, slug, me)
    if kind == "pdf":
        data, media = await pdf.made("fair_report", report_tables.paper(found)), "application/pdf"
    else:
        data, media = exports.as_xlsx(report_tables.tables(found)), XLSX
    called = quote(f"bao-cao-{slug}-{clock.today():%Y%m%d}.{kind}")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{called}", "cache-control": "private, no-store"}
    return Response(data, media_type=media, headers=headers)


def _at(slug: str) -> str:
    return f"/ban-to-chuc/hoi-cho/{slug}/ket-qua"


def _most(compared: list[fairs.onsite.Compared]) -> float:
    """The largest figure of the comparison, for its bars."""
    return max((float(each.figures.per_booth_day) for each in compared if each.figures.per_booth_day), default=0.0)


async def _books(
    page: PageMaker, session: Session, me: Signed, slug: str, *, refusal: Refused | None = None, **said: forms.Form[Any]
) -> Response:
    found = await onsite.books(session, slug, me)
    stored = found.findings
    words = (
        {name: getattr(stored, name) for name in ("theme", "went_well", "lessons", "proposals", "version")} if stored else {}
    )
    empty = {
        "visitors": forms.filled({"day": formats.day(found.today)}),
        "money": forms.filled({"key": new_id(), "side": "cost"}),
        "complaint": forms.filled({"key": new_id(), "day": formats.day(found.today)}),
        "settling": forms.filled({}),
        "words": forms.filled(words),
    }
    if "words" in said and stored is not None:
        said["words"].typed["version"] = str(stored.version)
    status = 200 if not said else 409 if isinstance(refusal, Conflict) else 422
    return page.show(
        "onsite/books.html", status=status, f=found.fair, books=found, forms={**empty, **said},
        sides=[(each.value, onsite.side_name(each.value)) for each in onsite.Side], side_name=onsite.side_name,
        sources=[(each.value, onsite.source_name(each.value)) for each in onsite.Source], source_name=onsite.source_name,
    )  # fmt: skip
