"""The days of a fair for its organiser: the gate, passes, and what the booths sell.

/ban-to-chuc/hoi-cho/{slug}/tai-cho                            onsite/gate.html        ?ngay, khu, q, thieu, ma, cursor
…/tai-cho (POST), …/tai-cho/danh-sach (POST)                   check in; make the list and the passes
…/tai-cho/luot/{check_in_id}/huy (POST)                        undo
…/tai-cho/don-vi/{exhibitor_id}                                onsite/exhibitor.html   its passes and its sales
…/the (POST), …/tai-cho/the/{pass_id}/thu-hoi (POST)           one pass more, one less
…/ban-hang (POST), …/ban-hang/{sale_id}/bo (POST)              sales that the organiser types in from paper
…/tai-cho/ban-hang                                             onsite/sales.html       sums by booth and day
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs
from service.core import formats
from service.core.db import new_id
from service.core.errors import Invalid, Refused
from service.core.i18n import _
from service.core.inputs import Input
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.labels import qr
from service.web.pages.printed import house
from service.web.pages.render import here

onsite = fairs.onsite
router = APIRouter()
SHOWN = 30  # Exhibitors on a page of sums.
BASE = "/ban-to-chuc/hoi-cho/{slug}/tai-cho"


class Holder(Input):
    """Whose a pass is; nobody need say."""

    holder: str = ""


@router.get(BASE)
async def gate(
    request: Request, slug: str, page: Page, me: Signed, session: Session, ngay: Annotated[str, Query(max_length=20)] = "",
    khu: Annotated[str, Query(max_length=200)] = "", q: Annotated[str, Query(max_length=200)] = "",
    thieu: Annotated[str, Query(max_length=1)] = "", ma: Annotated[str, Query(max_length=400)] = "",
    cursor: Annotated[str, Query(max_length=800)] = "",
) -> Response:  # fmt: skip
    """Who is there and who is missing; a scanned pass leads here with its code in the form."""
    return await _gate(
        request, page, session, me, slug, forms.filled({"code": ma, "key": new_id()}), ngay, khu, q, thieu, cursor
    )


@router.post(BASE)
async def check_in(request: Request, slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Say that somebody has come; a phone without JavaScript does it by this form."""
    form = await forms.read(request, onsite.CheckInDraft)
    if form.value is not None:
        value, came = form.value, []

        async def write() -> None:
            came.append(await onsite.check_in(session, me, slug, value))

        refusal = await attempt(session, write)
        if refusal is None:
            return page.redirect(f"/ban-to-chuc/hoi-cho/{slug}/tai-cho", said(came[0]))
        form.add(told(refusal))
    return await _gate(request, page, session, me, slug, form, "", "", "", "", "", status=422)


@router.post(f"{BASE}/danh-sach")
async def make_roster(slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Write down everybody who has a booth, each with a pass."""
    new = await onsite.make_roster(session, me, slug)
    told = _("Đã thêm %(n)s đơn vị vào danh sách.", n=new) if new else _("Danh sách đã đủ, không có đơn vị mới.")
    return page.redirect(f"/ban-to-chuc/hoi-cho/{slug}/tai-cho", told)


@router.post(f"{BASE}/luot/{{check_in_id}}/huy")
async def undo(slug: str, check_in_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """It was a mistake."""
    await onsite.undo_check_in(session, me, slug, check_in_id)
    return page.redirect(f"/ban-to-chuc/hoi-cho/{slug}/tai-cho", _("Đã hủy lượt điểm danh."))


@router.get(f"{BASE}/ban-hang")
async def sales(
    request: Request, slug: str, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """What each booth has sold on each day: sums only, and of leads only how many."""
    found = await onsite.results(session, slug, me)
    lines = sorted(found.returns.lines, key=lambda line: (line.hall, line.booths, line.name))
    daily = [_by_day(line) for line in lines]
    start = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 8 else 0
    shown, more = lines[start : start + SHOWN], start + SHOWN < len(lines)
    days = sorted({stand.day for line in lines for stand in line.record.stands})
    return page.show(
        "onsite/sales.html", f=found.fair, lines=[(line, _by_day(line)) for line in shown], days=days,
        sums=[sum(each.get(day, 0) for each in daily) if any(day in each for each in daily) else None for day in days],
        whole=found.returns.whole, sold=found.sold, total=len(lines),
        next=here(request, cursor=str(start + SHOWN)) if more else None,
        first=here(request, cursor=None) if start else None,
    )  # fmt: skip


@router.get(f"{BASE}/don-vi/{{exhibitor_id}}")
async def exhibitor(slug: str, exhibitor_id: UUID, request: Request, page: Page, me: Signed, session: Session) -> Response:
    """One exhibitor: its passes, with their codes to be scanned, and what it has sold."""
    return await _exhibitor(request, page, session, me, slug, exhibitor_id, _empty_sale())


@router.post(f"{BASE}/don-vi/{{exhibitor_id}}/the")
async def add_pass(slug: str, exhibitor_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """One more pass."""
    holder = (await forms.read(request, Holder)).typed.get("holder", "")
    draft = forms.checked({"exhibitor": exhibitor_id, "holder": holder}, onsite.PassDraft)
    if draft.value is None:
        raise Invalid(_("Tên người mang thẻ chưa đúng."), draft.errors)
    made = await onsite.add_pass(session, me, slug, draft.value)
    return page.redirect(_at(slug, exhibitor_id), _("Đã làm thẻ số %(n)s.", n=made.number))


@router.post(f"{BASE}/the/{{pass_id}}/thu-hoi")
async def revoke(slug: str, pass_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """A lost pass opens nothing any more."""
    revoked = await onsite.revoke_pass(session, me, slug, pass_id)
    return page.redirect(_at(slug, revoked.exhibitor_id), _("Đã thu hồi thẻ số %(n)s.", n=revoked.number))


@router.post(f"{BASE}/don-vi/{{exhibitor_id}}/ban-hang")
async def type_sale(slug: str, exhibitor_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """A sale from paper."""
    form = await forms.read(request, onsite.SaleDraft)
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: onsite.record_sale(session, me, slug, value, exhibitor_id=exhibitor_id))
        if refusal is None:
            return page.redirect(_at(slug, exhibitor_id) + "#ban-hang", _("Đã ghi."))
        form.add(told(refusal))
    return await _exhibitor(request, page, session, me, slug, exhibitor_id, form, status=422)


@router.post(f"{BASE}/don-vi/{{exhibitor_id}}/ban-hang/{{sale_id}}/bo")
async def drop_sale(slug: str, exhibitor_id: UUID, sale_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """It was none."""
    await onsite.withdraw_sale(session, me, slug, sale_id, exhibitor_id=exhibitor_id)
    return page.redirect(_at(slug, exhibitor_id) + "#ban-hang", _("Đã bỏ dòng bán."))


def said(came: fairs.onsite.Came) -> str:
    """What the gate is told, in one sentence."""
    if came.undone:
        return _("Lượt điểm danh này của %(name)s đã bị hủy. Quét lại để điểm danh.", name=came.name)
    if came.already:
        return _("%(name)s đã điểm danh từ %(at)s.", name=came.name, at=formats.moment(came.at))
    return _("Đã điểm danh %(name)s.", name=came.name)


def told(refusal: Refused) -> dict[str, str]:
    """Why something was refused: beside its fields where it has any, else for the whole form."""
    return dict(refusal.errors) if isinstance(refusal, Invalid) and refusal.errors else {"form": refusal.message}


def _by_day(line: fairs.onsite.Line) -> dict[date, int]:
    found: dict[date, int] = {}
    for (_booth, day), vnd in line.record.sold.items():
        found[day] = found.get(day, 0) + vnd
    return found


def _at(slug: str, exhibitor_id: UUID) -> str:
    return f"/ban-to-chuc/hoi-cho/{slug}/tai-cho/don-vi/{exhibitor_id}"


def _empty_sale() -> forms.Form[Any]:
    return forms.filled({"key": new_id()})


async def _gate(
    request: Request, page: PageMaker, session: Session, me: Signed, slug: str, form: forms.Form[Any], ngay: str, khu: str,
    q: str, thieu: str, cursor: str, *, status: int = 200,
) -> Response:  # fmt: skip
    try:
        day = formats.parse_day(ngay) if ngay.strip() else None
    except ValueError:
        day = None
    found = await onsite.gate(session, slug, me, day=day, hall=khu, q=q, missing=bool(thieu), cursor=cursor or None)
    form.typed["key"] = str(new_id()) if status == 200 else form.typed.get("key") or str(new_id())
    return page.show(
        "onsite/gate.html", status=status, gate=found, f=found.fair, form=form, chosen={"khu": khu, "q": q, "thieu": thieu},
        how_name=onsite.how_name, next=here(request, cursor=found.next) if found.next else None,
        first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


async def _exhibitor(
    request: Request, page: PageMaker, session: Session, me: Signed, slug: str, exhibitor_id: UUID, form: forms.Form[Any], *,
    status: int = 200,
) -> Response:  # fmt: skip
    fair = await fairs.own_head(session, slug, me)
    entry, lines = await onsite.sales_of(session, slug, me, exhibitor_id)
    _name, passes = await onsite.exhibitor_passes(session, slug, me, exhibitor_id)
    address = f"{house(request)}/ban-to-chuc/hoi-cho/{slug}/tai-cho?ma="
    return page.show(
        "onsite/exhibitor.html", status=status, f=fair, entry=entry, sales=lines, form=form, id=exhibitor_id,
        passes=[(each, onsite.codes.shown(each.code), qr(address + each.code)) for each in passes],
    )  # fmt: skip
