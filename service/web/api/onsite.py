"""The days of a fair for programs, phones at the gate and at booths among them: what is sent twice with one key is once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from service import fairs
from service.web.api import problems
from service.web.api.onsite_shapes import (
    BoardOut,
    CameOut,
    ComparedListOut,
    ComplaintOut,
    FindingsOut,
    GateOut,
    LeadOut,
    LeadsOut,
    MoneyOut,
    PaperOut,
    PassOut,
    ReportOut,
    ReturnsOut,
    SaleOut,
    VisitorsOut,
    compared,
    figures,
)
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Session, Signed

onsite = fairs.onsite
router = APIRouter(tags=["fairs"], responses=problems.described(401, 403, 404, 409))
SCOPE = "fairs"


class GateParameters(Parameters):
    """What the gate may be asked."""

    day: date | None = None
    hall: str = Field(default="", max_length=200)
    q: str = Field(default="", max_length=200)
    missing: bool = False
    cursor: str | None = Field(default=None, max_length=800)


class PageParameters(Parameters):
    """Which page."""

    cursor: str | None = Field(default=None, max_length=400)


class RosterOut(Out):
    """How many exhibitors were new."""

    new: int


class StateOut(Out):
    """What a thing is called now."""

    id: UUID
    version: int | None = None


class OwnFactsOut(Out):
    """What an exhibitor says of its goods and costs."""

    brought_kg: Decimal | None
    left_kg: Decimal | None
    own_costs_vnd: int | None
    follow_up_on: date | None
    version: int


class UndoneOut(Out):
    """A check-in that was a mistake."""

    id: UUID
    undone_at: datetime | None


# --- The gate -----------------------------------------------------------------------------------------------------------


@router.get("/fairs/{slug}/check-ins")
async def gate(slug: str, asked: Annotated[GateParameters, Query()], me: Signed, session: Session) -> GateOut:
    """Who is there on a day, by hall, and a page of the list; for the fair's organiser."""
    found = await onsite.gate(
        session, slug, me, day=asked.day, hall=asked.hall, q=asked.q, missing=asked.missing, cursor=asked.cursor
    )
    return GateOut.model_validate(found)


@router.post("/fairs/{slug}/check-ins")
async def check_in(slug: str, what: fairs.onsite.CheckInDraft, me: Acting, session: Session) -> CameOut:
    """Say that somebody has come, by the code of a pass or by exhibitor. The same key again gives the same answer."""
    return CameOut.model_validate(await onsite.check_in(session, me, slug, what))


@router.post("/fairs/{slug}/check-ins/{check_in_id}/undo")
async def undo_check_in(slug: str, check_in_id: UUID, me: Acting, session: Session) -> UndoneOut:
    """It was a mistake."""
    return UndoneOut.model_validate(await onsite.undo_check_in(session, me, slug, check_in_id))


@router.post("/fairs/{slug}/roster")
async def make_roster(slug: str, me: Acting, session: Session) -> RosterOut:
    """Write down everybody who has a booth, each with a pass."""
    return RosterOut(new=await onsite.make_roster(session, me, slug))


@router.get("/fairs/{slug}/passes")
async def passes(slug: str, me: Signed, session: Session) -> list[PassOut]:
    """Every pass that holds, with its code; for the fair's organiser."""
    return [PassOut.model_validate(each) for each in await onsite.all_passes(session, slug, me)]


@router.post("/fairs/{slug}/passes", status_code=201)
async def add_pass(slug: str, what: fairs.onsite.PassDraft, me: Acting, session: Session) -> StateOut:
    """One more pass for an exhibitor."""
    return StateOut.model_validate(await onsite.add_pass(session, me, slug, what))


@router.post("/fairs/{slug}/passes/{pass_id}/revoke")
async def revoke_pass(slug: str, pass_id: UUID, me: Acting, session: Session) -> StateOut:
    """A lost pass opens nothing any more."""
    return StateOut.model_validate(await onsite.revoke_pass(session, me, slug, pass_id))


# --- The booth ----------------------------------------------------------------------------------------------------------


@router.get("/fairs/{slug}/stand")
async def stand(slug: str, me: Signed, session: Session) -> BoardOut:
    """The caller's own stand: days, sales, papers, what is said of its goods."""
    return BoardOut.model_validate(await onsite.board(session, slug, me))


@router.put("/fairs/{slug}/stand")
async def say_own_facts(slug: str, what: fairs.onsite.OwnFacts, me: Acting, session: Session) -> OwnFactsOut:
    """Goods brought and left, own costs, when to ask again."""
    return OwnFactsOut.model_validate(await onsite.say_own_facts(session, me, slug, what))


@router.post("/fairs/{slug}/sales")
async def record_sale(
    slug: str, what: fairs.onsite.SaleDraft, me: Acting, session: Session, exhibitor: UUID | None = None
) -> StateOut:
    """What a booth sold on a day, or that it sold nothing; `exhibitor`: the fair's organiser, from paper."""
    return StateOut.model_validate(await onsite.record_sale(session, me, slug, what, exhibitor_id=exhibitor))


@router.put("/fairs/{slug}/sales/{sale_id}")
async def correct_sale(
    slug: str, sale_id: UUID, what: fairs.onsite.SaleDraft, me: Acting, session: Session, exhibitor: UUID | None = None
) -> StateOut:
    """Write a sale right; it names the version that was read."""
    return StateOut.model_validate(await onsite.correct_sale(session, me, slug, sale_id, what, exhibitor_id=exhibitor))


@router.delete("/fairs/{slug}/sales/{sale_id}", status_code=204)
async def withdraw_sale(slug: str, sale_id: UUID, me: Acting, session: Session, exhibitor: UUID | None = None) -> Response:
    """It was no sale."""
    await onsite.withdraw_sale(session, me, slug, sale_id, exhibitor_id=exhibitor)
    return Response(status_code=204)


@router.get("/fairs/{slug}/exhibitors/{exhibitor_id}/sales")
async def sales_of(slug: str, exhibitor_id: UUID, me: Signed, session: Session) -> list[SaleOut]:
    """What one exhibitor has sold, line by line; for the fair's organiser."""
    _entry, lines = await onsite.sales_of(session, slug, me, exhibitor_id)
    return [SaleOut.model_validate(each) for each in lines]


@router.get("/fairs/{slug}/leads")
async def leads(slug: str, asked: Annotated[PageParameters, Query()], me: Signed, session: Session) -> LeadsOut:
    """The leads of the caller's own stand, the newest first."""
    found, after = await onsite.leads(session, slug, me, cursor=asked.cursor)
    return LeadsOut(items=[LeadOut.model_validate(each) for each in found], next=after)


@router.post("/fairs/{slug}/leads")
async def take_lead(slug: str, what: fairs.onsite.LeadDraft, me: Acting, session: Session) -> StateOut:
    """One more lead of the own stand; a phone number only with its owner's consent."""
    return StateOut.model_validate(await onsite.take_lead(session, me, slug, what))


@router.put("/fairs/{slug}/leads/{lead_id}")
async def revise_lead(slug: str, lead_id: UUID, what: fairs.onsite.LeadDraft, me: Acting, session: Session) -> StateOut:
    """Say it better."""
    return StateOut.model_validate(await onsite.revise_lead(session, me, slug, lead_id, what))


@router.delete("/fairs/{slug}/leads/{lead_id}", status_code=204)
async def erase_lead(slug: str, lead_id: UUID, me: Acting, session: Session) -> Response:
    """Forget the person; the count stays."""
    await onsite.erase_lead(session, me, slug, lead_id)
    return Response(status_code=204)


@router.post("/fairs/{slug}/signed-papers")
async def sign_paper(
    slug: str, what: fairs.onsite.PaperDraft, me: Acting, session: Session, exhibitor: UUID | None = None
) -> PaperOut:
    """A memorandum or a contract signed at the booth; it is no sale."""
    return PaperOut.model_validate(await onsite.sign_paper(session, me, slug, what, exhibitor_id=exhibitor))


@router.delete("/fairs/{slug}/signed-papers/{paper_id}", status_code=204)
async def withdraw_paper(slug: str, paper_id: UUID, me: Acting, session: Session, exhibitor: UUID | None = None) -> Response:
    """It was none."""
    await onsite.withdraw_paper(session, me, slug, paper_id, exhibitor_id=exhibitor)
    return Response(status_code=204)


# --- What came of it ----------------------------------------------------------------------------------------------------


@router.get("/fairs/{slug}/returns")
async def returns(slug: str, me: Signed, session: Session) -> ReturnsOut:
    """Everybody at a fair with what it brought back, and the whole; for its organiser."""
    return ReturnsOut.of(await onsite.results(session, slug, me))


@router.get("/fair-returns")
async def comparison(me: Signed, session: Session) -> ComparedListOut:
    """The organiser's own fairs, or those at which the caller's supplier stood, by one measure."""
    if me.role == "supplier":
        own = await onsite.own_returns(session, me)
        return ComparedListOut(items=[compared(each.fair, own=figures(each.line.figures)) for each in own])
    return ComparedListOut(items=[compared(each) for each in await onsite.comparison(session, me)])


@router.get("/fairs/{slug}/report")
async def report(slug: str, me: Signed, session: Session) -> ReportOut:
    """Every figure of the report of results; for the fair's organiser."""
    return ReportOut.of(await onsite.report(session, slug, me))


@router.put("/fairs/{slug}/visitors")
async def say_visitors(slug: str, what: fairs.onsite.VisitorsDraft, me: Acting, session: Session) -> VisitorsOut:
    """How many came on a day."""
    return VisitorsOut.model_validate(await onsite.say_visitors(session, me, slug, what))


@router.post("/fairs/{slug}/money-lines")
async def keep_money(slug: str, what: fairs.onsite.MoneyDraft, me: Acting, session: Session) -> MoneyOut:
    """A line of what the fair cost, or of who paid."""
    return MoneyOut.model_validate(await onsite.keep_money(session, me, slug, what))


@router.delete("/fairs/{slug}/money-lines/{line_id}", status_code=204)
async def remove_money(slug: str, line_id: UUID, me: Acting, session: Session) -> Response:
    """Take it away."""
    await onsite.remove_money(session, me, slug, line_id)
    return Response(status_code=204)


@router.post("/fairs/{slug}/complaints")
async def note_complaint(slug: str, what: fairs.onsite.ComplaintDraft, me: Acting, session: Session) -> ComplaintOut:
    """A complaint; nothing of the person."""
    return ComplaintOut.model_validate(await onsite.note_complaint(session, me, slug, what))


@router.put("/fairs/{slug}/complaints/{complaint_id}")
async def settle_complaint(
    slug: str, complaint_id: UUID, what: fairs.onsite.Settling, me: Acting, session: Session
) -> ComplaintOut:
    """What became of it."""
    return ComplaintOut.model_validate(await onsite.settle_complaint(session, me, slug, complaint_id, what))


@router.put("/fairs/{slug}/findings")
async def say_findings(slug: str, what: fairs.onsite.FindingsDraft, me: Acting, session: Session) -> FindingsOut:
    """The organiser's words for the report."""
    return FindingsOut.model_validate(await onsite.say_findings(session, me, slug, what))
