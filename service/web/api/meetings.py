"""Meetings at a fair: sessions, participants, wishes, timetables, attendance and results, each for the caller's own side."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from service import fairs
from service.accounts import Actor
from service.core.errors import Invalid
from service.core.i18n import _
from service.core.inputs import Text
from service.web.api import problems
from service.web.api.meeting_shapes import (
    AskedOut,
    AskOut,
    CountOut,
    Cursor,
    EntryOut,
    FeedOut,
    InviteIn,
    LevelOut,
    MeetingOut,
    MeetingsOut,
    MineOut,
    OneMeetingOut,
    OneTimetableOut,
    ParticipantOut,
    ParticipantsOut,
    PlannedOut,
    PublishIn,
    ResultOut,
    SessionOut,
    SessionsOut,
    SuggestionOut,
    TermsOut,
    TimetableOut,
    TimetablesOut,
    WishIn,
    WishOut,
)
from service.web.deps import Acting, Me, Session, Signed, settings

meetings = fairs.meetings
router = APIRouter(tags=["fairs"])
SCOPE = "fairs"
READS = problems.described(401, 403, 404)
WRITES = problems.described(401, 403, 404, 409)
AT = "/fairs/{slug}/meetings"
Slug = Annotated[Text, InPath(max_length=300)]
Number = Annotated[int, InPath(ge=1, le=2**31 - 1)]
Version = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


# --- The organiser ------------------------------------------------------------------------------------------------------


@router.get(f"{AT}/sessions", responses=problems.described(401, 404))
async def list_sessions(slug: Slug, me: Me, session: Session) -> SessionsOut:
    """What holds for the meetings of a fair, and its sessions with their slots."""
    fair = await fairs.head(session, slug, me)
    return await _sessions(session, fair.id)


@router.put(f"{AT}/terms", responses=WRITES)
async def set_terms(
    slug: Slug, me: Acting, session: Session, body: fairs.meetings.TermsDraft, version: Version = None
) -> SessionsOut:
    """Say what holds for all meetings of a fair."""
    row = await meetings.set_terms(session, me, slug, body, version=version)
    return await _sessions(session, row.fair_id)


@router.post(f"{AT}/sessions", status_code=201, responses=WRITES)
async def add_session(slug: Slug, me: Acting, session: Session, body: fairs.meetings.SessionDraft) -> SessionsOut:
    """Add a session."""
    row = await meetings.add_session(session, me, slug, body)
    return await _sessions(session, row.fair_id)


@router.put(f"{AT}/sessions/{{session_id}}", responses=WRITES)
async def revise_session(
    slug: Slug, session_id: UUID, me: Acting, session: Session, body: fairs.meetings.SessionDraft,
    version: Annotated[int, Query(ge=1, le=2**31 - 1)],
) -> SessionsOut:  # fmt: skip
    """Change a session; `version` is the one that was read."""
    row = await meetings.revise_session(session, me, slug, session_id, body, version=version)
    return await _sessions(session, row.fair_id)


@router.delete(f"{AT}/sessions/{{session_id}}", status_code=204, response_class=Response, responses=WRITES)
async def drop_session(slug: Slug, session_id: UUID, me: Acting, session: Session) -> Response:
    """Take a session away."""
    await meetings.drop_session(session, me, slug, session_id)
    return Response(status_code=204)


@router.get(f"{AT}/participants", responses=READS)
async def list_participants(slug: Slug, me: Signed, session: Session, asked: Annotated[Cursor, Query()]) -> ParticipantsOut:
    """Who takes part, and what each has entered, for the organiser."""
    found = await meetings.participant_list(session, me, slug, asked.cursor)
    items = [ParticipantOut.model_validate(each) for each in found.items]
    return ParticipantsOut(items=items, next=found.next, total=found.total)


@router.post(f"{AT}/participants", responses=WRITES)
async def invite(slug: Slug, me: Acting, session: Session, body: InviteIn) -> CountOut:
    """Let somebody take part, or everybody who may. Gives how many are new, or were named."""
    if body.slug is None:
        return CountOut(count=await meetings.invite_all(session, me, slug))
    if body.side is None:
        raise Invalid(_("Ghi rõ tổ chức ở bên nào."), {"side": _("Cần điền mục này.")})
    await meetings.invite_one(session, me, slug, meetings.Inviting(side=body.side.value, slug=body.slug))
    return CountOut(count=1)


@router.delete(f"{AT}/participants/{{participant_id}}", status_code=204, response_class=Response, responses=WRITES)
async def remove_participant(slug: Slug, participant_id: UUID, me: Acting, session: Session) -> Response:
    """Take a participant out."""
    await meetings.remove_part(session, me, slug, participant_id)
    return Response(status_code=204)


@router.post(f"{AT}/reminders", responses=WRITES)
async def remind(slug: Slug, me: Acting, session: Session) -> CountOut:
    """Remind those who have entered nothing, once a day at most."""
    return CountOut(count=await meetings.remind_silent(session, me, slug))


@router.get(f"{AT}/timetables", responses=READS)
async def list_timetables(slug: Slug, me: Signed, session: Session) -> TimetablesOut:
    """Every version of the timetable, the newest first."""
    found = await meetings.timetable_list(session, me, slug)
    return TimetablesOut(items=[_timetable(each) for each in found])


@router.post(f"{AT}/timetables", status_code=202, responses=WRITES)
async def ask_timetable(slug: Slug, me: Acting, session: Session, body: fairs.meetings.TimetableWish) -> OneTimetableOut:
    """Have the best timetable looked for; ask for it again to see how far it is."""
    row = await meetings.ask_timetable(session, me, slug, body)
    return await _one(session, me, slug, row.number)


@router.get(f"{AT}/timetables/{{number}}", responses=READS)
async def one_timetable(slug: Slug, number: Number, me: Signed, session: Session) -> OneTimetableOut:
    """One version with its meetings."""
    return await _one(session, me, slug, number)


@router.delete(f"{AT}/timetables/{{number}}/search", responses=WRITES)
async def stop_timetable(slug: Slug, number: Number, me: Acting, session: Session) -> OneTimetableOut:
    """Look no longer; the best so far is kept."""
    await meetings.stop_timetable(session, me, slug, number)
    return await _one(session, me, slug, number)


@router.post(f"{AT}/timetables/{{number}}/changes", responses=WRITES)
async def change_timetable(
    slug: Slug, number: Number, me: Acting, session: Session, body: fairs.meetings.HandChange, version: Version = None
) -> OneTimetableOut:
    """Change it by hand. What would break a rule is refused, with the rules in words."""
    judged = await meetings.judge_by_hand(session, me, slug, number, body)
    if judged.broken:
        called = meetings.names_in(judged.frozen)
        said = [meetings.violation(each, called, judged.frozen.slots) for each in judged.broken]
        raise Invalid(" ".join(said[:20]), {f"rules.{place}": line for place, line in enumerate(said[:20])})
    row = await meetings.change_by_hand(session, me, slug, number, body, version=version)
    return await _one(session, me, slug, row.number)


@router.put(f"{AT}/timetables/{{number}}/published", responses=WRITES)
async def publish(slug: Slug, number: Number, me: Acting, session: Session, body: PublishIn) -> OneTimetableOut:
    """Let it hold from now on; only those concerned are written to."""
    await meetings.publish(session, me, slug, number, version=body.version, over=body.over)
    return await _one(session, me, slug, number)


@router.get(AT, responses=READS)
async def list_meetings(slug: Slug, me: Signed, session: Session) -> MeetingsOut:
    """Every meeting of a fair with what both sides say of it, for the organiser."""
    found = await meetings.all_meetings(session, me, slug)
    return MeetingsOut(items=[MeetingOut.model_validate(each) for each in found])


# --- A participant ------------------------------------------------------------------------------------------------------


@router.get(f"{AT}/mine", responses=READS)
async def mine(slug: Slug, me: Signed, session: Session) -> MineOut:
    """What the caller's organisation has entered, its list, its requests, and whom it might want to meet."""
    fair = await fairs.head(session, slug, me)
    part = await meetings.part_of(session, fair.id, me.organisation_id)
    if part is None:
        return MineOut(entry=None, wishes=[], asks=[], suggestions=[])
    own = await meetings.own_head(session, me, part)
    wishes = await meetings.own_wishes(session, part.id)
    entry = await meetings.own_entry(session, part)
    offered = await meetings.suggested(session, me, own, but=[each.other.id for each in wishes])
    return MineOut(
        entry=EntryOut(id=entry.id, side=entry.side, most=entry.most, contact=entry.contact, away=sorted(entry.away)),
        wishes=[WishOut.model_validate(each) for each in wishes],
        asks=[AskOut.model_validate(each) for each in await meetings.own_asks(session, part.id)],
        suggestions=[SuggestionOut.model_validate(each) for each in offered],
    )


@router.put(f"{AT}/mine", responses=WRITES)
async def save(slug: Slug, me: Acting, session: Session, body: fairs.meetings.ParticipantDraft) -> MineOut:
    """Take part, and say when one cannot."""
    await meetings.save_part(session, me, slug, body)
    return await mine(slug, me, session)


@router.delete(f"{AT}/mine", status_code=204, response_class=Response, responses=WRITES)
async def leave(slug: Slug, me: Acting, session: Session) -> Response:
    """Take part no more."""
    await meetings.leave_meetings(session, me, slug)
    return Response(status_code=204)


@router.put(f"{AT}/wishes/{{other}}", status_code=204, response_class=Response, responses=WRITES)
async def wish(slug: Slug, other: UUID, me: Acting, session: Session, body: WishIn) -> Response:
    """Put somebody of the other side on the caller's list."""
    await meetings.wish(session, me, slug, meetings.WishDraft(other=other, **body.model_dump()))
    return Response(status_code=204)


@router.delete(f"{AT}/wishes/{{other}}", status_code=204, response_class=Response, responses=WRITES)
async def unwish(slug: Slug, other: UUID, me: Acting, session: Session) -> Response:
    """Take somebody off the caller's list."""
    await meetings.unwish(session, me, slug, other)
    return Response(status_code=204)


@router.post(f"{AT}/asks", status_code=201, responses=WRITES)
async def ask(slug: Slug, me: Acting, session: Session, body: fairs.meetings.AskDraft) -> AskedOut:
    """Ask somebody for a meeting; who is being asked by that very one accepts."""
    return AskedOut.model_validate(await meetings.ask(session, me, slug, body))


@router.put(f"{AT}/asks/{{ask_id}}", responses=WRITES)
async def answer(slug: Slug, ask_id: UUID, me: Acting, session: Session, body: fairs.meetings.AskAnswer) -> AskedOut:
    """Accept, decline or withdraw a request."""
    return AskedOut.model_validate(await meetings.answer_ask(session, me, slug, ask_id, body))


@router.get("/meetings", responses=problems.described(401))
async def own_meetings(me: Signed, session: Session) -> MeetingsOut:
    """The caller's meetings over all fairs."""
    found = await meetings.own_meetings(session, me)
    return MeetingsOut(items=[MeetingOut.model_validate(each) for each in found])


@router.get("/meetings/{meeting_id}", responses=READS)
async def one_meeting(meeting_id: UUID, me: Signed, session: Session) -> OneMeetingOut:
    """One meeting of the caller's with what both sides say came of it."""
    return await _meeting(session, me, meeting_id)


@router.put("/meetings/{meeting_id}/attendance", responses=WRITES)
async def attend(meeting_id: UUID, me: Acting, session: Session, body: fairs.meetings.Attended) -> OneMeetingOut:
    """Say whether a meeting was held."""
    await meetings.say_attendance(session, me, meeting_id, body)
    return await _meeting(session, me, meeting_id)


@router.put("/meetings/{meeting_id}/result", responses=WRITES)
async def tell(meeting_id: UUID, me: Acting, session: Session, body: fairs.meetings.ResultSaid) -> OneMeetingOut:
    """Say what came of a meeting, at once or after one, three or six months."""
    await meetings.say_result(session, me, meeting_id, body)
    return await _meeting(session, me, meeting_id)


@router.delete("/meetings/{meeting_id}", status_code=204, response_class=Response, responses=WRITES)
async def call_off(meeting_id: UUID, me: Acting, session: Session) -> Response:
    """Call a meeting off: either side, or the organiser."""
    await meetings.cancel_meeting(session, me, meeting_id)
    return Response(status_code=204)


@router.post("/meeting-feed", responses=problems.described(401, 403))
async def make_feed(request: Request, me: Acting, session: Session) -> FeedOut:
    """A secret calendar address, in place of the one before."""
    kept = settings(request)
    lot = await meetings.make_feed(session, me)
    return FeedOut(address=f"{kept.address}/lich-gap/{meetings.feed_token(kept.secret, lot)}.ics")


@router.delete("/meeting-feed", status_code=204, response_class=Response, responses=problems.described(401, 403))
async def drop_feed(me: Acting, session: Session) -> Response:
    """No calendar address any more."""
    await meetings.drop_feed(session, me)
    return Response(status_code=204)


# --- Together -----------------------------------------------------------------------------------------------------------


async def _sessions(session: Session, fair_id: UUID) -> SessionsOut:
    terms, found = await meetings.terms_and_sessions(session, fair_id)
    return SessionsOut(terms=TermsOut.model_validate(terms), sessions=[SessionOut.model_validate(each) for each in found])


def _timetable(view: fairs.meetings.TimetableView, **more: Any) -> Any:
    names = [name for name in TimetableOut.model_fields if name != "levels"]
    said = {name: getattr(view, name) for name in names} | {
        "levels": [LevelOut.model_validate(each) for each in view.levels], "progress": dict(view.progress),
    }  # fmt: skip
    return OneTimetableOut(**said, **more) if more else TimetableOut(**said)


async def _one(session: Session, me: Actor, slug: str, number: int) -> OneTimetableOut:
    found = await meetings.timetable_page(session, me, slug, number)
    planned = [
        PlannedOut(
            id=each.id, slot=each.slot.number, starts_at=each.slot.starts_at, table=each.table, booth=each.booth,
            supplier=each.supplier, buyer=each.buyer, value=each.value,
        )
        for each in found.planned
    ]  # fmt: skip
    made: OneTimetableOut = _timetable(found.head, planned=planned)
    return made


async def _meeting(session: Session, me: Actor, meeting_id: UUID) -> OneMeetingOut:
    line = await meetings.meeting_page(session, me, meeting_id)
    results = (await meetings.results_of(session, [meeting_id])).get(meeting_id, [])
    plain = MeetingOut.model_validate(line)
    said = {alias.validation_alias or name: getattr(plain, name) for name, alias in MeetingOut.model_fields.items()}
    return OneMeetingOut.model_validate({**said, "results": [ResultOut.model_validate(each) for each in results]})
