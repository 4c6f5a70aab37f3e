"""Meetings for those who meet: wishes and requests before the fair, the agenda, attendance on a phone, what came of it.

/cuoc-gap                       meetings/mine.html     upcoming, past, due, coming (fairs), feed
/cuoc-gap/lich, …/lich/thu-hoi (POST)                  the calendar address
/cuoc-gap/{id}                  meetings/meeting.html  m, results, form
…/{id}/diem-danh, …/ket-qua, …/huy (POST)
/hoi-cho/{slug}/cuoc-gap        meetings/own.html      f, entry, wishes, asks, suggested, others
…/ghi-ten, …/rut, …/muon-gap, …/muon-gap/bo, …/goi-y, …/hen, …/hen/{id} (POST)
/hoi-cho/{slug}/lich-gap        meetings/agenda.html   f, lines; .pdf the same on paper
/lich-gap/{token}.ics           the calendar, without signing in
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid
from service.core.i18n import _, ngettext
from service.fairs import FairView
from service.web.deps import Acting, Page, PageMaker, Session, Signed, settings
from service.web.pages import agenda_papers, forms
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.render import here

meetings = fairs.meetings
router = APIRouter()
MINE = "/cuoc-gap"
FAIR = "/hoi-cho/{slug}/cuoc-gap"
AGENDA = "/hoi-cho/{slug}/lich-gap"
SHOWN_PAST = 100


# --- All fairs ----------------------------------------------------------------------------------------------------------


@router.get(MINE)
async def mine(request: Request, page: Page, me: Signed, session: Session) -> Response:
    """The reader's meetings over all fairs, what is to be answered, and her calendar address."""
    lines = await meetings.own_meetings(session, me)
    now = clock.now()
    ahead = [each for each in lines if each.ends_at >= now]
    past = [each for each in reversed(lines) if each.ends_at < now and each.state != "cancelled"][:SHOWN_PAST]
    results = await meetings.results_of(session, [each.id for each in past])
    due = [(each, months) for each in past if (months := _due(each, results.get(each.id, []))) is not None]
    lot = await meetings.own_feed(session, me)
    return page.show(
        "meetings/mine.html", ahead=ahead, past=past, results=results, due=due, feed=_feed(request, lot),
        coming=await meetings.fairs_to_meet_at(session, me), months_name=meetings.months_name,
        called_off_name=meetings.called_off_name, may=meetings.may_take_part(me),
    )  # fmt: skip


@router.post(f"{MINE}/lich")
async def make_feed(page: Page, me: Acting, session: Session) -> Response:
    """A calendar address, or a new one in place of the old."""
    await meetings.make_feed(session, me)
    return page.redirect(f"{MINE}#lich", _("Đã tạo địa chỉ lịch. Địa chỉ cũ, nếu có, không dùng được nữa."))


@router.post(f"{MINE}/lich/thu-hoi")
async def drop_feed(page: Page, me: Acting, session: Session) -> Response:
    """No calendar address any more."""
    await meetings.drop_feed(session, me)
    return page.redirect(f"{MINE}#lich", _("Đã thu hồi địa chỉ lịch."))


@router.get("/lich-gap/{token}.ics")
async def calendar(token: str, request: Request, session: Session) -> Response:
    """The calendar of whoever knows its secret address; the same meetings are the same bytes."""
    kept = settings(request)
    organisation_id = await meetings.feed_of(session, kept.secret, token)
    lines = await meetings.meetings_of(session, organisation_id)
    written = meetings.calendar_of(lines, name=_("Cuộc gặp – Chợ Phiên"), base=kept.address)
    tag = f'"{hashlib.sha256(written).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate", "X-Robots-Tag": "noindex"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="cuoc-gap.ics"'
    return Response(written, media_type="text/calendar; charset=utf-8", headers=headers)


# --- One meeting --------------------------------------------------------------------------------------------------------


@router.get(f"{MINE}/{{meeting_id}}")
async def one(
    meeting_id: UUID, page: Page, me: Signed, session: Session, months: Annotated[int, Query(ge=0, le=6)] = 0
) -> Response:
    """One meeting: where and when, whether it was held, what came of it."""
    return await _one(page, session, me, meeting_id, None, months)


@router.post(f"{MINE}/{{meeting_id}}/diem-danh")
async def attend(meeting_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Say whether it was held. Tapped twice it is said once."""
    form = await forms.read(request, meetings.Attended)
    if form.value is None:
        raise Invalid(_("Chọn “có gặp” hoặc “không diễn ra”."), form.errors)
    await meetings.say_attendance(session, me, meeting_id, form.value)
    line = await meetings.meeting_page(session, me, meeting_id)
    said = (
        _("Đã ghi: có gặp %(who)s. Ghi thêm kết quả ngay bên dưới.", who=line.other)
        if form.value.said == "held" else _("Đã ghi: cuộc gặp với %(who)s không diễn ra.", who=line.other)
    )  # fmt: skip
    return page.redirect(f"{MINE}/{meeting_id}", said)


@router.post(f"{MINE}/{{meeting_id}}/ket-qua")
async def tell(meeting_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Say what came of it."""
    form = await forms.read(request, meetings.ResultSaid)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: meetings.say_result(session, me, meeting_id, value))
        if refusal is None:
            return page.redirect(MINE, _("Đã ghi kết quả cuộc gặp. Cảm ơn bạn."))
        form.add(_errors(refusal))
    return await _one(page, session, me, meeting_id, form, 0, status=422)


@router.post(f"{MINE}/{{meeting_id}}/huy")
async def call_off(meeting_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Call it off; the other side is told."""
    held = await meetings.cancel_meeting(session, me, meeting_id)
    line = await meetings.meeting_page(session, me, held.id)
    return page.redirect(AGENDA.format(slug=line.fair_slug), _("Đã báo hủy cuộc gặp với %(who)s.", who=line.other))


# --- At one fair --------------------------------------------------------------------------------------------------------


@router.get(FAIR)
async def own(
    slug: str, request: Request, page: Page, me: Signed, session: Session,
    cursor: Annotated[str, Query(max_length=400)] = "",
) -> Response:  # fmt: skip
    """What the reader wishes of this fair: her times, her list, requests both ways, whom she could meet."""
    fair = await fairs.head(session, slug, me)
    return await _own(page, request, session, me, fair, None, cursor)


@router.post(f"{FAIR}/ghi-ten")
async def save(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Take part, and say when one can."""
    fair = await fairs.head(session, slug, me)
    form = await forms.read(request, meetings.ParticipantDraft, lists=["away"])
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        value = form.value
        refusal = await attempt(session, lambda: meetings.save_part(session, me, slug, value))
        if refusal is None:
            return page.redirect(FAIR.format(slug=slug), _("Đã lưu. Giờ chọn những bên bạn muốn gặp."))
        form.add(_errors(refusal))
    return await _own(page, request, session, me, fair, form, "", status=422)


@router.post(f"{FAIR}/rut")
async def leave(slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Take part no more."""
    await meetings.leave_meetings(session, me, slug)
    return page.redirect(FAIR.format(slug=slug), _("Đã rút tên khỏi các cuộc gặp của hội chợ này."))


@router.post(f"{FAIR}/muon-gap")
async def wish(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Put somebody on the list, or say otherwise how much."""
    form = await forms.read(request, meetings.WishDraft)
    if form.value is None:
        raise Invalid(_("Chưa rõ muốn gặp ai, hoặc mức mong muốn chưa đúng."), form.errors)
    await meetings.wish(session, me, slug, form.value)
    return page.redirect(FAIR.format(slug=slug) + "#muon-gap", _("Đã ghi vào danh sách muốn gặp."))


@router.post(f"{FAIR}/muon-gap/bo")
async def unwish(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Take somebody off the list."""
    form = await forms.read(request, meetings.Other)
    if form.value is None:
        raise Invalid(_("Chưa rõ bỏ ai khỏi danh sách."), form.errors)
    await meetings.unwish(session, me, slug, form.value.other)
    return page.redirect(FAIR.format(slug=slug) + "#muon-gap", _("Đã bỏ khỏi danh sách muốn gặp."))


@router.post(f"{FAIR}/goi-y")
async def take_over(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Take over suggestions, one or all, with one press."""
    form = await forms.read(request, meetings.Taking, lists=["others"])
    if form.value is None:
        raise Invalid(_("Chưa chọn gợi ý nào."), form.errors)
    part = await meetings.own_part(session, me, slug)
    new = await meetings.take_over(session, me, slug, part, form.value.others)
    said = ngettext("Đã thêm %(n)s bên vào danh sách muốn gặp.", "Đã thêm %(n)s bên vào danh sách muốn gặp.", new)
    return page.redirect(FAIR.format(slug=slug) + "#muon-gap", said if new else _("Các bên này đã có trong danh sách."))


@router.post(f"{FAIR}/hen")
async def ask(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Ask somebody for a meeting."""
    form = await forms.read(request, meetings.AskDraft)
    if form.value is None:
        raise Invalid(_("Chưa rõ hẹn ai, hoặc lời nhắn dài quá."), form.errors)
    made = await meetings.ask(session, me, slug, form.value)
    said = _("Hai bên cùng hẹn nhau: đã nhận lời.") if made.state == "accepted" else _("Đã gửi lời hẹn.")
    return page.redirect(FAIR.format(slug=slug) + "#loi-hen", said)


@router.post(f"{FAIR}/hen/{{ask_id}}")
async def answer(slug: str, ask_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Accept, decline or withdraw a request."""
    form = await forms.read(request, meetings.AskAnswer)
    if form.value is None:
        raise Invalid(_("Chọn nhận lời, từ chối hoặc rút lời."), form.errors)
    await meetings.answer_ask(session, me, slug, ask_id, form.value)
    said = {"accept": _("Đã nhận lời."), "decline": _("Đã từ chối."), "withdraw": _("Đã rút lời hẹn.")}[form.value.answer]
    return page.redirect(FAIR.format(slug=slug) + "#loi-hen", said)


@router.get(AGENDA)
async def agenda(slug: str, request: Request, page: Page, me: Signed, session: Session) -> Response:
    """The reader's agenda at one fair, to read and to print."""
    fair = await fairs.head(session, slug, me)
    lines = await meetings.own_meetings(session, me, fair.id)
    lot = await meetings.own_feed(session, me)
    return page.show(
        "meetings/agenda.html", f=fair, lines=lines, feed=_feed(request, lot), may=meetings.may_take_part(me),
        called_off_name=meetings.called_off_name,
    )  # fmt: skip


@router.get(f"{AGENDA}.pdf")
async def agenda_paper(slug: str, me: Signed, session: Session) -> Response:
    """The same on paper."""
    fair = await fairs.head(session, slug, me)
    lines = await meetings.own_meetings(session, me, fair.id)
    return await agenda_papers.own_agenda(fair, me.organisation_name, lines)


# --- Together -----------------------------------------------------------------------------------------------------------


async def _own(
    page: PageMaker, request: Request, session: Session, me: Actor, fair: FairView, form: forms.Form[Any] | None,
    cursor: str, *, status: int = 200,
) -> Response:  # fmt: skip
    terms, sessions = await meetings.terms_and_sessions(session, fair.id)
    part = await meetings.part_of(session, fair.id, me.organisation_id)
    shown: dict[str, Any] = {"entry": None, "wishes": [], "asks": [], "suggested": [], "others": None}
    if part is not None:
        own = await meetings.own_head(session, me, part)
        entry = await meetings.own_entry(session, part)
        wishes = await meetings.own_wishes(session, part.id)
        offered = await meetings.suggested(session, me, own, but=[each.other.id for each in wishes])
        shown = {
            "entry": entry, "wishes": wishes, "asks": await meetings.own_asks(session, part.id), "suggested": offered,
            "others": await meetings.others(session, own, cursor or None),
        }  # fmt: skip
        typed = {"most": stored_text(entry.most), "contact": entry.contact, "away": sorted(entry.away)}
    else:
        typed = {"most": "", "contact": "", "away": []}
    others = shown["others"]
    return page.show(
        "meetings/own.html", f=fair, terms=terms, sessions=sessions, form=form or forms.filled(typed), key=str(new_id()),
        may=meetings.may_take_part(me) and (part is not None or await meetings.may_join(session, fair.id, me)),
        open=meetings.takes_wishes(clock.today(), terms.wishes_until, fair.ends_on) and not fair.cancelled,
        next=here(request, cursor=others.next) if others is not None and others.next else None,
        first=here(request, cursor=None) if cursor else None, status=status, **shown,
    )  # fmt: skip


async def _one(
    page: PageMaker, session: Session, me: Actor, meeting_id: UUID, form: forms.Form[Any] | None, months: int, *,
    status: int = 200,
) -> Response:  # fmt: skip
    line = await meetings.meeting_page(session, me, meeting_id)
    results = (await meetings.results_of(session, [meeting_id])).get(meeting_id, [])
    asked = list(meetings.due_months(line.ends_at, clock.now()))
    own = {each.months: each for each in results if each.side == line.own and each.result is not None}
    chosen = months if months in asked else (asked[-1] if asked else 0)
    said = own.get(chosen)
    filled = forms.filled(
        {"months": chosen, "result": said.result if said else "", "kg": stored_text(said.kg) if said else "",
         "vnd": stored_text(said.vnd) if said else "", "words": said.words if said else ""}
    )  # fmt: skip
    return page.show(
        "meetings/meeting.html", m=line, results=[each for each in results if each.result is not None], asked=asked,
        chosen=chosen, form=form or filled, may=meetings.may_take_part(me),
        may_tell=meetings.may_tell(line.state, line.ends_at, clock.now()),
        choices=[(each.value, meetings.result_name(each)) for each in meetings.Result], months_name=meetings.months_name,
        called_off_name=meetings.called_off_name, status=status,
    )  # fmt: skip


def _due(line: fairs.meetings.MeetingLine, results: list[Any]) -> int | None:
    """After how many months the reader's side is to say what came of it now; None: nothing is open."""
    if not meetings.may_tell(line.state, line.ends_at, clock.now()):
        return None
    said = [each for each in results if each.side == line.own and each.result is not None]
    if any(each.result == "none" for each in said):
        return None
    latest = max((each.months for each in said), default=-1)
    open_now = [months for months in meetings.due_months(line.ends_at, clock.now()) if months > latest]
    return open_now[-1] if open_now else None


def _feed(request: Request, lot: str | None) -> str | None:
    if lot is None:
        return None
    kept = settings(request)
    return f"{kept.address}/lich-gap/{meetings.feed_token(kept.secret, lot)}.ics"


def _errors(refusal: Invalid | Conflict) -> dict[str, str]:
    found = refusal.errors if isinstance(refusal, Invalid) else {}
    return found or {"form": refusal.message}
