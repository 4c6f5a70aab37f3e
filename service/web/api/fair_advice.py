"""Which fair for which product, and for whom, for programs (M20); and asking suppliers to come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service import fairs
from service.web.api import problems
from service.web.api.fairs import FairOut, SuitOut, suit_out
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Session, Signed

router = APIRouter(tags=["fairs"], responses=problems.described(401, 403, 404, 409))
SCOPE = "fairs"


class ChanceOut(Out):
    """A coming fair for the caller's supplier."""

    fair: FairOut
    score: float
    invited: bool
    applied: str | None = Field(description="Where its application stands.")
    products: list[SuitOut] = Field(description="Those of its products that suit best.")


class CandidateOut(Out):
    """A supplier that suits a fair."""

    supplier_id: UUID
    products: int
    best: SuitOut


class CandidatesOut(Out):
    """A page of them, best first."""

    items: list[CandidateOut]
    total: int
    next: str | None


class InvitationOut(Out):
    """One that was asked."""

    id: UUID
    supplier_id: UUID
    state: str = Field(description="sent or declined.")
    reason: str | None
    invited_at: datetime


class PageParameters(Parameters):
    """Which page."""

    cursor: str | None = Field(default=None, max_length=400)


@router.get("/suggested-fairs")
async def fairs_to_go_to(me: Signed, session: Session) -> list[ChanceOut]:
    """The coming fairs with the caller's own products that suit each best, the most promising first."""
    return [
        ChanceOut(
            fair=FairOut.model_validate(each.fair), score=round(each.score, 6), invited=each.invited is not None,
            applied=each.applied, products=[suit_out(one) for one in each.best],
        )
        for each in await fairs.advice.fairs_to_go_to(session, me)
    ]  # fmt: skip


@router.get("/fairs/{slug}/suggested-suppliers")
async def whom_to_invite(slug: str, asked: Annotated[PageParameters, Query()], me: Signed, session: Session) -> CandidatesOut:
    """Suppliers that suit a fair and have neither applied nor been asked, best first; for its organiser."""
    found = await fairs.advice.whom_to_invite(session, slug, me, asked.cursor)
    items = [
        CandidateOut(supplier_id=each.supplier_id, products=each.products, best=suit_out(each.best)) for each in found.items
    ]
    return CandidatesOut(items=items, total=found.total, next=found.next)


@router.get("/fairs/{slug}/invitations")
async def invited(slug: str, me: Signed, session: Session) -> list[InvitationOut]:
    """Everybody who was asked to a fair; for its organiser."""
    return [InvitationOut.model_validate(each) for each in await fairs.advice.invited(session, slug, me)]


@router.post("/fairs/{slug}/invitations")
async def invite(slug: str, what: fairs.advice.Inviting, me: Acting, session: Session) -> list[InvitationOut]:
    """Ask suppliers to come; gives back those who are asked by this key."""
    made = await fairs.advice.invite_exhibitors(session, me, slug, what.suppliers, words=what.words, key=what.key)
    return [InvitationOut.model_validate(each) for each in made]


@router.post("/fair-invitations/{invitation_id}/decline")
async def decline(invitation_id: UUID, what: fairs.advice.Declining, me: Acting, session: Session) -> InvitationOut:
    """Say for the own supplier that it does not come."""
    return InvitationOut.model_validate(await fairs.advice.decline(session, me, invitation_id, what))
