"""On the day: each side says of a meeting whether it was held; what both say decides where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs.meetings import rules
from service.fairs.meetings.events import AttendanceSaid
from service.fairs.meetings.inputs import Attended
from service.fairs.meetings.models import Attendance, FairMeeting, Participant, Side
from service.fairs.meetings.participants import side_of
from service.fairs.models import Fair


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    """A meeting with its fair and the reader's own part in it."""

    meeting: FairMeeting
    fair: Fair
    part: Participant

    @property
    def side(self) -> Side:
        """The reader's side."""
        return side_of(self.part)


async def own_meeting(session: AsyncSession, actor: Actor, meeting_id: UUID, *, lock: bool = False) -> OwnMeeting:
    """A meeting of the reader's own organisation; it is not there for anybody else."""
    query = (
        select(FairMeeting, Fair, Participant)
        .join(Fair, Fair.id == FairMeeting.fair_id)
        .join(Participant, Participant.id.in_((FairMeeting.supplier_part_id, FairMeeting.buyer_part_id)))
        .where(FairMeeting.id == meeting_id, Participant.organisation_id == actor.organisation_id)
    )
    if lock:
        query = query.with_for_update(of=FairMeeting).execution_options(populate_existing=True)
    found = (await session.execute(query)).one_or_none()
    if found is None or not rules.may_read_as(actor, found[2].organisation_id):
        raise NotFound(_("Không có cuộc gặp này."))
    return OwnMeeting(*found)


async def say_attendance(session: AsyncSession, actor: Actor, meeting_id: UUID, draft: Attended) -> FairMeeting:
    """Say whether a meeting was held; it may be corrected until the fair is over. The same again changes nothing.

    The meeting's row is locked, so that of two sides who speak at once each one's word is counted with the other's.
    """
    own = await own_meeting(session, actor, meeting_id, lock=True)
    if not rules.may_act_as(actor, own.part.organisation_id):
        raise NotAllowed(_("Bạn chỉ xem được; người khác của tổ chức điểm danh."))
    meeting = own.meeting
    if not rules.may_mark(meeting.state, meeting.starts_at, clock.now(), own.fair.ends_on, clock.today()):
        if clock.today() > own.fair.ends_on:
            raise NotAllowed(_("Hội chợ đã kết thúc nên không sửa điểm danh được nữa."))
        raise NotAllowed(_("Chưa đến giờ gặp, hoặc cuộc gặp đã hủy, nên chưa điểm danh được."))
    row = await session.get(Attendance, (meeting.id, own.side), populate_existing=True)
    new = {"said": draft.said, "late": draft.late and draft.said == "held"}
    if row is None:
        row = Attendance(meeting_id=meeting.id, side=own.side, **new)
        session.add(row)
        old = None
    else:
        old = {"said": row.said, "late": row.late}
        if old == new:
            return meeting
        row.said, row.late = draft.said, bool(new["late"])
    row.said_by, row.said_at = actor.person_id, clock.now()
    await session.flush()
    said = {
        each.side: each.said for each in await session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    meeting.state, meeting.absent = rules.standing(said)
    await session.flush()
    await announce(
        session, AttendanceSaid(meeting.id, own.side.value), actor=actor, old=old, new=new | {"state": meeting.state}
    )
    return meeting
