"""Meetings at a fair for its organiser: terms and sessions, who takes part, the day itself. Timetables are in timetables.py.

…/cuoc-gap                      meetings/desk.html          f, terms, sessions, counts, published
…/cuoc-gap/dieu-kien (POST), …/buoi (POST), …/buoi/{id} (GET, POST), …/buoi/{id}/bo
                                meetings/session.html       f, held (a SessionView), form
…/cuoc-gap/ben                  meetings/participants.html  f, lines (a Page of ParticipantLines), silent
…/cuoc-gap/ben/tat-ca, …/ben/nhac, …/ben/{id}/bo (POST)
…/cuoc-gap/ngay                 meetings/day.html           f, days, day, lines, counts
…/cuoc-gap/lich-gap.pdf         every agenda in one paper; ?day= the sheet of tables
…/cuoc-gap/gap/{id}/huy (POST)
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core import clock, formats
from service.core.errors import Conflict, Invalid
from service.core.i18n import _, ngettext
from service.fairs import FairView
from service.web.deps import Acting, Page, PageMaker, Session, Signed
from service.web.pages import agenda_papers, forms, timetables
from service.web.pages.desk_forms import attempt, stored_text
from service.web.pages.render import here

meetings = fairs.meetings
router = APIRouter()
router.include_router(timetables.router)
BASE = "/ban-to-chuc/hoi-cho/{slug}/cuoc-gap"


def home(slug: str, part: str = "") -> str:
    """The address of a part of one fair's meetings."""
    return BASE.format(slug=slug) + part


@router.get(BASE)
async def desk(slug: str, page: Page, me: Signed, session: Session) -> Response:
    """What holds, the sessions, and how far the preparation is."""
    fair = await fairs.own_head(session, slug, me)
    return await _desk(page, session, me, fair, None, None)


@router.post(f"{BASE}/dieu-kien")
async def set_terms(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Say what holds for all meetings."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, meetings.TermsForm)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        draft = meetings.TermsDraft(**form.value.model_dump(exclude={"version"}))
        version = form.value.version
        refusal = await attempt(session, lambda: meetings.set_terms(session, me, slug, draft, version=version))
        if refusal is None:
            return page.redirect(home(slug), _("Đã lưu điều kiện gặp."))
        form.add(_errors(refusal))
    return await _desk(page, session, me, fair, form, None, status=_status(refusal))


@router.post(f"{BASE}/buoi")
async def add_session(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Add a session."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, meetings.SessionForm)
    refusal: Invalid | Conflict | None = None
    if form.value is not None:
        draft = _session(form.value)
        refusal = await attempt(session, lambda: meetings.add_session(session, me, slug, draft))
        if refusal is None:
            return page.redirect(home(slug), _("Đã thêm buổi gặp %(name)s.", name=draft.name))
        form.add(_errors(refusal))
    return await _desk(page, session, me, fair, None, form, status=_status(refusal))


@router.get(f"{BASE}/buoi/{{session_id}}")
async def session_page(slug: str, session_id: UUID, page: Page, me: Signed, session: Session) -> Response:
    """One session, ready to be changed."""
    fair = await fairs.own_head(session, slug, me)
    held = await meetings.session_page(session, fair.id, session_id)
    return await _session_page(page, session, fair, held, forms.filled(_typed(held)))


@router.post(f"{BASE}/buoi/{{session_id}}")
async def revise_session(slug: str, session_id: UUID, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Keep the change; the second of two gets her words back."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, meetings.SessionForm)
    refusal: Invalid | Conflict | None = None
    held = await meetings.session_page(session, fair.id, session_id)
    if form.value is not None:
        draft, version = _session(form.value), form.value.version or held.version
        refusal = await attempt(session, lambda: meetings.revise_session(session, me, slug, session_id, draft, version=version))
        if refusal is None:
            return page.redirect(home(slug), _("Đã lưu buổi gặp. Lịch đang công bố giữ nguyên đến lần xếp sau."))
        form.add(_errors(refusal))
        form.typed["version"] = str(held.version)
    return await _session_page(page, session, fair, held, form, status=_status(refusal))


@router.post(f"{BASE}/buoi/{{session_id}}/bo")
async def drop_session(slug: str, session_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a session away."""
    await meetings.drop_session(session, me, slug, session_id)
    return page.redirect(home(slug), _("Đã bỏ buổi gặp."))


# --- Who takes part -----------------------------------------------------------------------------------------------------


@router.get(f"{BASE}/ben")
async def participants(
    slug: str, request: Request, page: Page, me: Signed, session: Session,
    cursor: Annotated[str, Query(max_length=400)] = "", silent: bool = False,
) -> Response:  # fmt: skip
    """Who takes part, and what each has entered."""
    fair = await fairs.own_head(session, slug, me)
    return await _participants(page, session, me, fair, request, cursor, forms.filled({"side": "supplier"}), silent=silent)


@router.post(f"{BASE}/ben")
async def invite(slug: str, request: Request, page: Page, me: Acting, session: Session) -> Response:
    """Let one more take part, whoever it is."""
    fair = await fairs.own_head(session, slug, me)
    form = await forms.read(request, meetings.Inviting)
    if form.value is not None:
        draft = form.value
        refusal = await attempt(session, lambda: meetings.invite_one(session, me, slug, draft))
        if refusal is None:
            return page.redirect(home(slug, "/ben"), _("Đã thêm vào các cuộc gặp."))
        form.add(_errors(refusal))
    return await _participants(page, session, me, fair, request, "", form, status=422)


@router.post(f"{BASE}/ben/tat-ca")
async def invite_all(slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Let everybody take part who may."""
    new = await meetings.invite_all(session, me, slug)
    said = ngettext("Đã thêm %(n)s bên.", "Đã thêm %(n)s bên.", new) if new else _("Mọi bên đủ điều kiện đã có tên.")
    return page.redirect(home(slug, "/ben"), said)


@router.post(f"{BASE}/ben/nhac")
async def remind(slug: str, page: Page, me: Acting, session: Session) -> Response:
    """Remind those who have entered nothing."""
    told = await meetings.remind_silent(session, me, slug)
    said = (
        ngettext("Đã gửi thư nhắc %(n)s bên.", "Đã gửi thư nhắc %(n)s bên.", told)
        if told else _("Không có bên nào cần nhắc, hoặc đã nhắc trong hôm nay.")
    )  # fmt: skip
    return page.redirect(home(slug, "/ben"), said)


@router.post(f"{BASE}/ben/{{participant_id}}/bo")
async def remove(slug: str, participant_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Take a participant out."""
    await meetings.remove_part(session, me, slug, participant_id)
    return page.redirect(home(slug, "/ben"), _("Đã rút khỏi các cuộc gặp. Lịch đang công bố giữ nguyên đến lần xếp sau."))


# --- The day itself -----------------------------------------------------------------------------------------------------


@router.get(f"{BASE}/ngay")
async def day(slug: str, page: Page, me: Signed, session: Session, day: Annotated[str, Query(max_length=10)] = "") -> Response:
    """The meetings of a day by time and table, with what both sides say of them; read anew by itself."""
    fair = await fairs.own_head(session, slug, me)
    every = await meetings.all_meetings(session, me, slug)
    days = sorted({each.day for each in every})
    chosen = _chosen(day, days)
    lines = [each for each in every if each.day == chosen]
    return page.show(
        "meetings/day.html", fragment="meetings/_day.html", f=fair, days=days, day=chosen, lines=lines,
        counts=await meetings.counts(session, fair.id), called_off_name=meetings.called_off_name,
        absent=[each for each in every if each.state in ("no_show", "disputed")],
    )  # fmt: skip


@router.get(f"{BASE}/lich-gap.pdf")
async def papers(slug: str, me: Signed, session: Session, day: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Every agenda in one paper, or the sheet of tables of one day."""
    fair = await fairs.own_head(session, slug, me)
    every = await meetings.all_meetings(session, me, slug)
    if day:
        days = sorted({each.day for each in every})
        chosen = _chosen(day, days)
        return await agenda_papers.day_sheet(fair, chosen, [each for each in every if each.day == chosen])
    return await agenda_papers.every_agenda(fair, every)


@router.post(f"{BASE}/gap/{{meeting_id}}/huy")
async def call_off(slug: str, meeting_id: UUID, page: Page, me: Acting, session: Session) -> Response:
    """Call one meeting off."""
    await fairs.own_head(session, slug, me)
    await meetings.cancel_meeting(session, me, meeting_id)
    return page.redirect(
        home(slug, "/ngay"), _("Đã hủy cuộc gặp và báo cho hai bên. Xếp lại lịch thì ít cuộc nào phải đổi giờ.")
    )


# --- Together -----------------------------------------------------------------------------------------------------------


async def _desk(
    page: PageMaker, session: Session, me: Actor, fair: FairView, terms_form: forms.Form[Any] | None,
    session_form: forms.Form[Any] | None, *, status: int = 200,
) -> Response:  # fmt: skip
    terms, sessions = await meetings.terms_and_sessions(session, fair.id)
    first = fair.starts_on if fair.date_precision == "day" else None
    said = {name: stored_text(getattr(terms, name)) for name in meetings.TermsDraft.model_fields}
    usual = {
        "name": _("Buổi sáng") if not sessions else "", "day": formats.day(first) if first else "", "starts": "08:00",
        "ends": "11:30", "slot_minutes": "20", "pause_minutes": "5",
    }  # fmt: skip
    versions = await meetings.timetable_list(session, me, fair.slug)
    return page.show(
        "meetings/desk.html", f=fair, terms=terms, sessions=sessions, counts=await meetings.counts(session, fair.id),
        terms_form=terms_form or forms.filled({**said, "version": terms.version or ""}),
        session_form=session_form or forms.filled(usual), versions=versions[:3], status=status,
        published=meetings.published_number(versions),
        seats=[(each.value, meetings.seats_name(each)) for each in meetings.Seats],
    )  # fmt: skip


async def _participants(
    page: PageMaker, session: Session, me: Actor, fair: FairView, request: Request, cursor: str, form: forms.Form[Any], *,
    silent: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    lines = await meetings.participant_list(session, me, fair.slug, cursor or None, silent=silent)
    return page.show(
        "meetings/participants.html", f=fair, lines=lines, counts=await meetings.counts(session, fair.id), form=form,
        silent=silent, side_name=meetings.side_name, next=here(request, cursor=lines.next) if lines.next else None,
        first=here(request, cursor=None) if cursor else None, status=status,
    )  # fmt: skip


async def _session_page(
    page: PageMaker, session: Session, fair: FairView, held: fairs.meetings.SessionView, form: forms.Form[Any], *,
    status: int = 200,
) -> Response:  # fmt: skip
    terms, _sessions = await meetings.terms_and_sessions(session, fair.id)
    return page.show("meetings/session.html", f=fair, held=held, terms=terms, form=form, status=status)


def _session(form: fairs.meetings.SessionForm) -> fairs.meetings.SessionDraft:
    return meetings.SessionDraft(**form.model_dump(exclude={"version"}))


def _typed(held: fairs.meetings.SessionView) -> dict[str, Any]:
    return {
        "name": held.name, "day": formats.day(held.day), "starts": f"{held.starts:%H:%M}", "ends": f"{held.ends:%H:%M}",
        "slot_minutes": held.slot_minutes, "pause_minutes": held.pause_minutes, "breaks": held.breaks_said,
        "most_per_supplier": held.most_per_supplier, "most_per_buyer": held.most_per_buyer, "version": held.version,
        "tables": held.tables if held.tables is not None else "",
    }  # fmt: skip


def _chosen(day: str, days: list[date]) -> date | None:
    """The day that is asked for where there is one; else today, the next one, or the last."""
    for each in days:
        if day == each.isoformat():
            return each
    ahead = [each for each in days if each >= clock.today()]
    return ahead[0] if ahead else days[-1] if days else None


def _errors(refusal: Invalid | Conflict) -> dict[str, str]:
    found = refusal.errors if isinstance(refusal, Invalid) else {}
    return found or {"form": refusal.message}


def _status(refusal: Invalid | Conflict | None) -> int:
    return 409 if isinstance(refusal, Conflict) else 422
