"""The organiser's fairs: announcing, revising, hours, copying, earlier participants."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service import fairs
from service.web.api import problems
from service.web.api.fair_shapes import (
    AskedOut,
    AskIn,
    CandidateOut,
    CandidatesOut,
    ChangedFairIn,
    CopyIn,
    Cursor,
    DeskListOut,
    FairIn,
    HoursIn,
    NewFairIn,
    OverviewOut,
    Slug,
    SourceParameters,
    VersionIn,
    checked,
)
from service.web.api.shapes import Parameters
from service.web.deps import Acting, Session, Signed

router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)


@router.get("/organiser/fairs", responses=problems.described(401, 403))
async def own_fairs(me: Signed, session: Session, asked: Annotated[Cursor, Query()]) -> DeskListOut:
    """The fairs that the caller looks after, with what waits at each."""
    return DeskListOut.model_validate(await fairs.desk.desk_list(session, me, cursor=asked.cursor))


@router.post("/organiser/fairs", status_code=201, responses=problems.described(401, 403, 409))
async def draft_fair(me: Acting, session: Session, body: NewFairIn) -> OverviewOut:
    """Prepare a fair, as a draft that its organiser alone sees."""
    made = await fairs.draft_fair(session, me, _draft(body, {"key"}), key=body.key)
    return await _one(session, made.slug, me)


@router.get("/organiser/fairs/{slug}", responses=READS)
async def own_fair(slug: Slug, me: Signed, session: Session, asked: Annotated[Parameters, Query()]) -> OverviewOut:  # noqa: ARG001 - it refuses unknown parameters.
    """One fair for its organiser."""
    return await _one(session, slug, me)


@router.put("/organiser/fairs/{slug}", responses=WRITES)
async def revise_fair(slug: Slug, me: Acting, session: Session, body: ChangedFairIn) -> OverviewOut:
    """Change what a fair says of itself."""
    await fairs.revise_fair(session, me, slug, _draft(body, {"version"}), version=body.version)
    return await _one(session, slug, me)


@router.put("/organiser/fairs/{slug}/hours", responses=WRITES)
async def set_hours(slug: Slug, me: Acting, session: Session, body: HoursIn) -> OverviewOut:
    """Say when the fair is open, day by day, in place of what was said before."""
    said = [checked(fairs.DayHours, each.model_dump()) for each in body.days]
    await fairs.set_hours(session, me, slug, said, version=body.version)
    return await _one(session, slug, me)


@router.post("/organiser/fairs/{slug}/announcement", responses=WRITES)
async def announce_fair(slug: Slug, me: Acting, session: Session, body: VersionIn) -> OverviewOut:
    """Put a prepared fair on the calendar; again changes nothing."""
    await fairs.publish_fair(session, me, slug, version=body.version)
    return await _one(session, slug, me)


@router.post("/organiser/fairs/{slug}/cancellation", responses=WRITES)
async def cancel_fair(slug: Slug, me: Acting, session: Session, body: VersionIn) -> OverviewOut:
    """Call a fair off; again changes nothing."""
    await fairs.cancel_fair(session, me, slug, version=body.version)
    return await _one(session, slug, me)


@router.post("/organiser/fairs/{slug}/copies", status_code=201, responses=WRITES)
async def copy_fair(slug: Slug, me: Acting, session: Session, body: CopyIn) -> OverviewOut:
    """Prepare a new fair from this one; the same key again is the same fair."""
    wish = checked(fairs.desk.CopyDraft, body.model_dump(exclude={"key"}))
    made = await fairs.desk.copy_fair(session, me, slug, wish, key=body.key)
    return await _one(session, made.slug, me)


@router.get("/organiser/fairs/{slug}/earlier-participants", responses=READS)
async def earlier_participants(
    slug: Slug, me: Signed, session: Session, asked: Annotated[SourceParameters, Query()]
) -> CandidatesOut:
    """Who took part in an earlier fair or matching round of the same organiser."""
    source = checked(fairs.desk.Source, asked.model_dump())
    found = await fairs.desk.candidates(session, me, slug, source)
    return CandidatesOut(items=[CandidateOut.model_validate(each) for each in found])


@router.post("/organiser/fairs/{slug}/earlier-participants", responses=WRITES)
async def ask(slug: Slug, me: Acting, session: Session, body: AskIn) -> AskedOut:
    """Invite them, and expect its buyers; again asks nobody twice."""
    suppliers, buyers = await fairs.desk.ask(session, me, slug, checked(fairs.desk.Asking, body.model_dump()))
    return AskedOut(suppliers=suppliers, buyers=buyers)


def _draft(body: FairIn, besides: set[str]) -> fairs.FairDraft:
    return checked(fairs.FairDraft, body.model_dump(exclude=besides))


async def _one(session: Session, slug: str, me: Signed) -> OverviewOut:
    return OverviewOut.model_validate(await fairs.desk.overview(session, slug, me))
