"""Clearing a matching round, and what came out of it.

…/xep                  rounds/clearings.html   every clearing; POST asks for one (rounds/_progress.html moves by itself)
…/xep/{number}         rounds/clearing.html    one clearing: trade-offs, months, who got what and why not more
…/xep/{number}/dung    POST: call it off       …/xep/{number}/cong-bo  POST: tell both sides
…/ket-qua              rounds/results.html     the proposals of the reader's own side, or all of them
…/ket-qua/{id}         POST: want to meet, or not
…/ket-qua/bang.{kind}  the same as a sheet     …/moi-gap               POST: invite the suppliers
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from service import matching
from service.core import clock, exports, formats
from service.core.errors import Conflict, Invalid, NotFound
from service.core.i18n import _
from service.core.inputs import Input, OptionalWhole
from service.web.deps import Acting, Page, Session, Signed
from service.web.pages import forms
from service.web.pages.desk_forms import attempt
from service.web.pages.render import here

rounds = matching.rounds
router = APIRouter()
BASE = "/phien-ket-noi"
SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]


class Publishing(Input):
    """Which version of the round the organiser has read, and whether a clearing that is out of date will do."""

    version: OptionalWhole = None
    although_old: bool = False


@router.get(f"{BASE}/{{code}}/xep")
async def clearings(code: str, page: Page, me: Signed, session: Session) -> Response:
    """Every clearing of a round, and how to ask for one."""
    view = await rounds.round_to_run(session, code, me)
    found = await rounds.clearing_list(session, view)
    return page.show(
        "rounds/clearings.html", fragment="rounds/_progress.html", round=view, clearings=found, form=forms.filled({}),
        running=next((each for each in found if each.working), None),
        degrees=[(name, rounds.fairness_name(name), each) for name, each in rounds.FAIRNESS.items()], usual=rounds.USUAL,
    )  # fmt: skip


@router.post(f"{BASE}/{{code}}/xep")
async def ask(request: Request, code: str, page: Page, me: Acting, session: Session) -> Response:
    """Have the round cleared."""
    form = await forms.read(request, rounds.ClearingWish)
    if form.value is None:
        raise Invalid(_("Chọn cách chia."), form.errors)
    made = await rounds.ask_clearing(session, me, code, form.value)
    if made.state is rounds.ClearingState.DONE:
        said = _("Từ lần xếp %(n)s chưa có gì đổi, nên kết quả vẫn là của lần đó.", n=made.number)
        return page.redirect(f"{BASE}/{code.upper()}/xep/{made.number}", said)
    return page.redirect(f"{BASE}/{code.upper()}/xep", _("Đã giao máy xếp. Trang này tự cập nhật."))


@router.get(f"{BASE}/{{code}}/xep/{{number}}")
async def clearing(
    request: Request, code: str, number: Number, page: Page, me: Signed, session: Session,
    cursor: Annotated[str, Query(max_length=200)] = "", side: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """One clearing."""
    view = await rounds.round_to_run(session, code, me)
    found = await rounds.clearing_page(session, view, number)
    side = "nha-cung-cap" if side == "nha-cung-cap" else "yeu-cau"
    read = rounds.clearing_suppliers if side == "nha-cung-cap" else rounds.clearing_needs
    lines = await read(session, found, cursor or None)
    return page.show(
        "rounds/clearing.html", round=view, clearing=found, side=side, lines=lines,
        may_publish=view.may_run and rounds.RoundState.PUBLISHED in rounds.MOVES[view.state] and found.report is not None,
        next=here(request, cursor=lines.next) if lines.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.post(f"{BASE}/{{code}}/xep/{{number}}/dung")
async def stop(code: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Call a clearing off."""
    row = await rounds.stop_clearing(session, me, code, number)
    words = _("Đã dừng.") if row.state is rounds.ClearingState.STOPPED else _("Máy sẽ dừng trong giây lát.")
    return page.redirect(f"{BASE}/{code.upper()}/xep", None if row.state is rounds.ClearingState.DONE else words)


@router.post(f"{BASE}/{{code}}/xep/{{number}}/cong-bo")
async def publish(request: Request, code: str, number: Number, page: Page, me: Acting, session: Session) -> Response:
    """Tell both sides what is proposed to them."""
    form = await forms.read(request, Publishing)
    wish = form.value or Publishing()
    refusal = await attempt(
        session,
        lambda: rounds.publish_clearing(session, me, code, number, version=wish.version, although_old=wish.although_old),
    )
    if refusal is not None:
        if isinstance(refusal, Conflict):
            return page.redirect(f"{BASE}/{code.upper()}/xep/{number}", refusal.message)
        raise refusal
    return page.redirect(f"{BASE}/{code.upper()}/ket-qua", _("Đã công bố. Mỗi bên xem được đề xuất của mình và nhận thư."))


@router.get(f"{BASE}/{{code}}/ket-qua")
async def results(
    request: Request, code: str, page: Page, me: Signed, session: Session, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """What is proposed to the reader's side; all of it for the organiser and officers."""
    view = await rounds.round_page(session, code, me)
    found = await rounds.proposal_list(session, view, me, cursor or None)
    needs, got = ([], []) if cursor or view.reads_all else await rounds.own_lines(session, view, me)
    return page.show(
        "rounds/results.html", round=view, found=found, needs=needs, got=got, wish_name=rounds.wish_name,
        open=view.state is rounds.RoundState.PUBLISHED,
        next=here(request, cursor=found.next) if found.next else None, first=here(request, cursor=None) if cursor else None,
    )  # fmt: skip


@router.post(f"{BASE}/{{code}}/ket-qua/{{proposal_id}}")
async def say(request: Request, code: str, proposal_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Say whether one wants to meet."""
    view = await rounds.round_page(session, code, me)
    form = await forms.read(request, rounds.Saying)
    if form.value is None:
        raise Invalid(_("Chọn muốn gặp hay không."), form.errors)
    await rounds.say_wish(session, me, proposal_id, form.value.wish)
    said = {"meet": _("Đã ghi: muốn gặp."), "no": _("Đã ghi: không.")}[form.value.wish]
    return page.redirect(f"{view.href}/ket-qua#de-xuat-{proposal_id}", said)


@router.post(f"{BASE}/{{code}}/moi-gap")
async def invite(code: str, page: Page, me: Acting, session: Session) -> Response:
    """Invite the suppliers of the proposals to answer the requests."""
    sent, passed = await rounds.send_invitations(session, me, code)
    said = _("Đã gửi %(n)s lời mời báo giá.", n=sent)
    if passed:
        said += " " + _("%(n)s yêu cầu không nhận thêm lời mời.", n=passed)
    return page.redirect(f"{BASE}/{code.upper()}/ket-qua", said)


@router.get(f"{BASE}/{{code}}/ket-qua/bang.{{kind}}")
async def sheet(
    code: str, kind: str, me: Signed, session: Session, only: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """The proposals with the wishes of both sides as .xlsx or .csv; `only=gap`: those whom both sides want to meet."""
    if kind not in SHEETS:
        raise NotFound(_("Không có trang này ở Chợ Phiên."))
    view = await rounds.round_page(session, code, me)
    every = await rounds.every_proposal(session, view, me)
    chosen = (each for each in every if each.mutual) if only == "gap" else every
    headings = [
        _("Yêu cầu"), _("Món hàng"), _("Nhà phân phối"), _("Nhà cung cấp"), _("Sản phẩm"), _("Tổng kg"), _("Theo tháng"),
        _("Giá (đ/kg)"), _("Mức phù hợp"), _("Người mua"), _("Người bán"),
    ]  # fmt: skip
    lines = _lines(chosen)
    data = exports.as_csv(headings, lines) if kind == "csv" else exports.as_xlsx([exports.Table(view.code, headings, lines)])
    called = f"{view.code}-{'muon-gap' if only == 'gap' else 'de-xuat'}-{clock.today():%Y%m%d}.{kind}"
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(called)}", "cache-control": "private, no-store"}
    return Response(data, media_type=SHEETS[kind], headers=headers)


def _lines(found: Iterable[matching.rounds.ProposalView]) -> Iterator[list[exports.Cell]]:
    for each in found:
        months = "; ".join(f"{formats.month(day)}: {formats.kg(kg)}" for day, kg in each.months)
        yield [
            each.request_code, each.request_title, each.buyer or _("không nêu tên"), each.supplier, each.product, each.total_kg,
            months, each.price, round(each.fit, 3), rounds.wish_name(each.buyer_wish), rounds.wish_name(each.supplier_wish),
        ]  # fmt: skip
