"""Posting, changing, closing and copying requests, for programs; and what each change has changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, ValidationError

from service import matching
from service.core.errors import Invalid, NotAllowed
from service.core.i18n import _
from service.web.api import problems
from service.web.api.request_shapes import RequestOut, request_out
from service.web.api.shapes import Out, Parameters
from service.web.deps import Acting, Me, Session
from service.web.pages.forms import words_for

router = APIRouter()
WRITES = problems.described(401, 403, 409)


class ChangedOut(Out):
    """One field before and after, in words."""

    field: str
    label: str
    before: str
    after: str


class VersionOut(Out):
    """One version of a published request; 1 is what was published."""

    number: int
    version: int = Field(description="The request's own count, as its `version` says.")
    at: datetime
    changes: list[ChangedOut]


class VersionsOut(Out):
    """Every version after the first, the newest first."""

    request: str
    items: list[VersionOut]


class MonthIn(Parameters):
    """So many kilograms in one month."""

    year: int = Field(ge=2000, le=2100)
    month: int = Field(ge=1, le=12)
    kg: Decimal = Field(gt=0, le=10_000_000, max_digits=12, decimal_places=3)


class RequestIn(Parameters):
    """What a buyer looks for."""

    months: list[MonthIn] = Field(min_length=1, max_length=12)
    delivery_province_code: str = Field(max_length=10)
    title: str | None = Field(default=None, max_length=120)
    commodity: str | None = Field(default=None, max_length=100, description="Slug, name or synonym.")
    words: str | None = Field(default=None, max_length=200)
    ceiling_vnd_per_kg: int | None = Field(default=None, gt=0, le=100_000_000)
    certificates: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=30)
    min_stars: int | None = Field(default=None, ge=3, le=5)
    pack_net_g: int | None = Field(default=None, gt=0, le=1_000_000)
    unverified_too: bool = False
    place: str | None = Field(default=None, max_length=200)
    deadline: date | None = None
    note: str | None = Field(default=None, max_length=2000)
    visibility: matching.Visibility = matching.Visibility.PUBLIC
    sealed: bool = Field(default=False, description="Nobody reads a quote before the deadline is over; needs a deadline.")
    closes_at_quotes: int | None = Field(default=None, ge=1, le=100)
    mark: str | None = Field(default=None, max_length=100, description="The protected name under which the goods will be sold.")
    draft: bool = Field(default=False, description="Keep it to oneself.")
    key: UUID | None = Field(default=None, description="The same key again is the same request.")

    def as_draft(self) -> matching.RequestDraft:
        """The same as the module takes it; what is wrong with it is told field by field."""
        said = self.model_dump(include=set(matching.RequestDraft.model_fields) - {"months"})
        months = tuple((date(each.year, each.month, 1), each.kg) for each in self.months)
        try:
            return matching.RequestDraft(**said, mark_slug=self.mark, months=months)
        except ValidationError as wrong:
            raise Invalid(_("Yêu cầu còn chỗ cần sửa."), words_for(wrong)) from wrong


class RevisionIn(RequestIn):
    """The whole request anew, and which version of it the caller has read."""

    version: int = Field(ge=1, le=2**31 - 1)


class ClosingIn(Parameters):
    """Why a request is closed."""

    reason: matching.CloseReason = matching.CloseReason.NO_LONGER_NEEDED
    version: int = Field(ge=1, le=2**31 - 1)


class CopyIn(Parameters):
    """The act of copying."""

    key: UUID | None = Field(default=None, description="The same key again is the same copy.")


@router.get("/requests/{code}/versions")
async def versions(code: str, asked: Annotated[Parameters, Query()], me: Me, session: Session) -> VersionsOut:  # noqa: ARG001 - it refuses unknown parameters.
    """What each change after publication has changed, the newest first."""
    view, found = await matching.version_pages(session, code, me)
    return VersionsOut(
        request=view.code,
        items=[
            VersionOut(
                number=each.number, version=each.version, at=each.at,
                changes=[ChangedOut.model_validate(change) for change in each.changes],
            )
            for each in found
        ],
    )  # fmt: skip


@router.post("/requests", responses=WRITES)
async def post_request(body: RequestIn, me: Acting, session: Session) -> RequestOut:
    """Put a request on the market, or keep it as a draft; the same key again is the same request."""
    buyer = await matching.buyer_of(session, me.organisation_id)
    if buyer is None:
        raise NotAllowed(_("Chỉ nhà phân phối mới đăng được yêu cầu tìm hàng của mình."))
    posted = await matching.open_request(session, me, buyer.id, body.as_draft(), key=body.key, keep_as_draft=body.draft)
    return request_out(await matching.request_page(session, posted.code, me))


@router.put("/requests/{code}", responses=WRITES)
async def revise_request(code: str, body: RevisionIn, me: Acting, session: Session) -> RequestOut:
    """Change what a request asks for; everyone who was invited or has quoted is told what has changed."""
    code = code.strip().upper()[:20].replace("\0", "")
    await matching.revise_request(session, me, code, body.as_draft(), version=body.version, publish=not body.draft)
    return request_out(await matching.request_page(session, code, me))


@router.post("/requests/{code}/closing", responses=WRITES)
async def close_request(code: str, body: ClosingIn, me: Acting, session: Session) -> RequestOut:
    """Take a request off the market."""
    code = code.strip().upper()[:20].replace("\0", "")
    await matching.close_request(session, me, code, matching.Closing(reason=body.reason, version=body.version))
    return request_out(await matching.request_page(session, code, me))


@router.post("/requests/{code}/copies", responses=WRITES)
async def copy_request(code: str, body: CopyIn, me: Acting, session: Session) -> RequestOut:
    """A draft that asks for the same, its months those of the coming year where they are over."""
    copied = await matching.copy_request(session, me, code, key=body.key)
    return request_out(await matching.request_page(session, copied.code, me))
