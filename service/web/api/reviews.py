"""What waits to be checked, for the programs of officers: the queue, one submission with all its words, and the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from service import catalogue
from service.core.errors import NotAllowed
from service.core.i18n import _
from service.web.api import problems
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Reader, Session, Signed, below

SCOPE = "review"
router = APIRouter(tags=["review"], responses=problems.described(401, 403))


class WaitingOut(Out):
    """One submission in the queue."""

    id: UUID
    kind: str = Field(description="supplier, product or certificate.")
    name: str
    supplier: str
    supplier_slug: str
    product_slug: str | None
    is_revision: bool = Field(description="A change of what is published, which stays up meanwhile.")
    submitted_at: datetime
    days: int = Field(description="For how many days it has waited.")


class QueueOut(Out):
    """A page of the queue, the longest wait first."""

    items: list[WaitingOut]
    counts: dict[str, int]
    next: str | None


class ReviewOut(Out):
    """One submission. `seen` has to be handed back with the decision."""

    id: UUID
    kind: str
    state: str = Field(description="waiting, approved, returned or withdrawn.")
    name: str
    supplier_slug: str
    is_revision: bool
    submitted_at: datetime
    seen: str
    said: dict[str, Any] = Field(description="What the record says now, in words.")
    proposed: dict[str, Any] = Field(description="What is wished instead; empty for a whole record.")
    may_decide: bool
    why_not: str


class QueueParameters(Parameters):
    """What the queue may be asked."""

    kind: Literal["supplier", "product", "certificate"] | None = None
    area: list[Annotated[str, Field(max_length=10, pattern=r"^\d+$")]] = Field(
        default_factory=list, max_length=50, description="Codes of provinces or communes; your own area of duty when empty."
    )
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=20, ge=1, le=100)


@router.get("/reviews")
async def queue(asked: Annotated[QueueParameters, Query()], me: Signed, reader: Reader) -> QueueOut:
    """What waits to be checked, the longest wait first."""
    found = await catalogue.review_queue(
        reader, me, kind=asked.kind, area=asked.area or me.duty, cursor=asked.cursor, limit=asked.limit
    )
    return QueueOut.model_validate(found)


@router.get("/reviews/{review_id}")
async def review(review_id: UUID, me: Signed, session: Session, reader: Reader) -> ReviewOut:
    """One submission with all its words."""
    return _out(await catalogue.review_page(session, reader, me, review_id))


@router.post("/reviews/{review_id}/decision", responses=problems.described(409))
async def decide(review_id: UUID, decision: catalogue.Decision, me: Acting, session: Session) -> ReviewOut:
    """Approve a submission, or return it with reasons. The same decision again changes nothing."""
    if not catalogue.may_review(me) and catalogue.may_see_reviews(me):
        raise NotAllowed(_("Chỉ cán bộ được giao quyền ghi mới duyệt hoặc trả lại được hồ sơ."))
    await catalogue.decide(session, me, review_id, decision)
    return _out(await catalogue.review_page(session, await below(session), me, review_id))


def _out(page: catalogue.ReviewPage) -> ReviewOut:
    names = [name for name in ReviewOut.model_fields if name != "supplier_slug"]
    return ReviewOut(supplier_slug=page.supplier.slug, **{name: getattr(page, name) for name in names})
