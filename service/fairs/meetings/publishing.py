"""Publishing a timetable: the meetings become what it says, and only those hear of it for whom something is new.

A meeting keeps its row, and so its id in every calendar, however often it is moved; `sequence` counts the changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, NotAllowed, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import rules as fair_rules
from service.fairs import standing
from service.fairs.meetings import frozen as frozen_words
from service.fairs.meetings import mails, rules
from service.fairs.meetings.events import MeetingCancelled, TimetablePublished
from service.fairs.meetings.frozen import Frozen
from service.fairs.meetings.models import (
    READY,
    AskState,
    FairMeeting,
    MeetingAsk,
    MeetingState,
    MeetingWish,
    Participant,
    TimetableRow,
    TimetableState,
)
from service.fairs.meetings.people import named
from service.fairs.meetings.slots import Slot
from service.fairs.meetings.timetables import version_of
from service.fairs.meetings.violations import violations
from service.fairs.models import Fair

NEW, MOVED, GONE = "new", "moved", "cancelled"


@dataclass(frozen=True, slots=True)
class Place:
    """When and where two meet, as a version says it."""

    slot: Slot
    table: int | None
    booth: str | None


async def publish(
    session: AsyncSession, actor: Actor, slug: str, number: int, *, version: int | None = None, over: int | None = None
) -> TimetableRow:
    """Let a version hold from now on. Doing it again changes nothing and tells nobody.

    `version` is that of the row that was read; `over` the number of the version that was published when the reader decided, 0
    for none: the second of two who publish at once is told.
    """
    fair = await standing.own(session, slug, actor, lock=True)
    row = await version_of(session, fair.id, number, lock=True)
    if row.state == TimetableState.PUBLISHED:
        return row
    if row.state not in READY:
        raise Conflict(_("Chỉ công bố được lịch đã xếp xong và chưa công bố lần nào."))
    if version is not None and row.version != version:
        raise Conflict(_("Người khác vừa sửa lịch này. Hãy xem lại bản mới rồi công bố."))
    before = await session.scalar(
        select(TimetableRow).where(TimetableRow.fair_id == fair.id, TimetableRow.state == TimetableState.PUBLISHED)
    )
    if over is not None and over != (before.number if before is not None else 0):
        raise Conflict(_("Vừa có lịch khác được công bố. Hãy xem lịch ấy trước rồi quyết định."))
    frozen = frozen_words.read(row.frozen)
    wanted = _wanted(frozen, row)
    meetings = await _meetings(session, fair.id)
    await _still_true(session, fair, frozen, row, wanted, meetings)
    changes = _change(session, fair, row, wanted, meetings)
    if before is not None:
        before.state = TimetableState.SUPERSEDED
        await session.flush()  # Only one is published at a time: the schema says so, row by row.
    row.state, row.published_at, row.published_by = TimetableState.PUBLISHED, clock.now(), actor.person_id
    row.result = row.result | {"changes": changes, "first": before is None}
    await session.flush()
    counts = {kind: sum(each[1] == kind for each in changes) for kind in (NEW, MOVED, GONE)}
    await announce(session, TimetablePublished(row.id, fair.id), actor=actor, new={"number": row.number, **counts})
    return row


async def tell_changes(session: AsyncSession, timetable_id: UUID) -> None:
    """Write to those for whom the published version has brought something new. Once, however often it is asked for."""
    row = await session.get(TimetableRow, timetable_id, with_for_update=True, populate_existing=True)
    if row is None or row.published_at is None or row.result.get("told"):
        return
    fair = await session.get_one(Fair, row.fair_id)
    changes = {UUID(each[0]): str(each[1]) for each in row.result.get("changes", [])}
    meetings = list(
        await session.scalars(
            select(FairMeeting).where(FairMeeting.id.in_(changes)).order_by(FairMeeting.starts_at, FairMeeting.id)
        )
    )
    people = await named(session, [side for each in meetings for side in (each.supplier_part_id, each.buyer_part_id)])
    lines: dict[UUID, list[mails.Line]] = {}
    for each in meetings:
        for own, other in ((each.supplier_part_id, each.buyer_part_id), (each.buyer_part_id, each.supplier_part_id)):
            line = mails.line(each, people[other], changes[each.id])
            lines.setdefault(people[own].organisation_id, []).append(line)
    await mails.changes(session, fair, lines, first=bool(row.result.get("first")))
    row.result = row.result | {"told": clock.now().isoformat()}
    await session.flush()


async def cancel_meeting(session: AsyncSession, actor: Actor, meeting_id: UUID) -> FairMeeting:
    """Call one meeting off: its two sides may, and the organiser. It is not planned again unless somebody does so by hand.

    The other side is written to. Again changes nothing.
    """
    found = (
        await session.execute(
            select(FairMeeting, Fair).join(Fair, Fair.id == FairMeeting.fair_id).where(FairMeeting.id == meeting_id)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(_("Không có cuộc gặp này."))
    # Locked in the order in which publishing locks: the fair, then the meeting.
    await session.refresh(found[1], with_for_update=True)
    await session.refresh(found[0], with_for_update=True)
    meeting, fair = found[0], found[1]
    sides = {each.id: each for each in await _sides(session, meeting)}
    own = next((each for each in sides.values() if rules.may_read_as(actor, each.organisation_id)), None)
    organiser = own is None and fair_rules.may_change(actor, fair.organisation_id)
    if own is None and not organiser:
        raise NotFound(_("Không có cuộc gặp này."))
    if own is not None and not rules.may_act_as(actor, own.organisation_id):
        raise NotAllowed(_("Bạn chỉ xem được; người khác của tổ chức mới báo hủy được."))
    if meeting.state == MeetingState.CANCELLED:
        return meeting
    if meeting.state != MeetingState.PLANNED or meeting.starts_at <= clock.now():
        raise Conflict(_("Cuộc gặp đã đến giờ nên không hủy được nữa. Hãy điểm danh “không diễn ra”."))
    meeting.state, meeting.changed_at, meeting.sequence = MeetingState.CANCELLED, clock.now(), meeting.sequence + 1
    meeting.called_off = "organiser" if own is None else "supplier" if own.supplier_id is not None else "buyer"
    if own is not None:
        await _let_go(session, actor, own.id, next(each for each in sides if each != own.id))
    await session.flush()
    told = {"state": meeting.state, "by": meeting.called_off}
    await announce(session, MeetingCancelled(meeting.id, fair.id), actor=actor, old={"state": "planned"}, new=told)
    people = await named(session, sides)
    lines = {
        people[each].organisation_id: [mails.line(meeting, people[next(other for other in sides if other != each)], GONE)]
        for each in sides if own is None or each != own.id
    }  # fmt: skip
    await mails.changes(session, fair, lines, first=False)
    return meeting


def _wanted(frozen: Frozen, row: TimetableRow) -> dict[tuple[UUID, UUID], Place]:
    found = {}
    for name, (number, table) in frozen_words.timetable(row.result).held.items():
        pair = frozen.by_pair[name]
        booth = frozen.by_person[pair.supplier].booth if pair.at_booth else None
        found[UUID(pair.supplier), UUID(pair.buyer)] = Place(frozen.by_slot[number], table, booth)
    return found


async def _meetings(session: AsyncSession, fair_id: UUID) -> dict[tuple[UUID, UUID], FairMeeting]:
    found = await session.scalars(
        select(FairMeeting)
        .where(FairMeeting.fair_id == fair_id)
        .order_by(FairMeeting.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(each.supplier_part_id, each.buyer_part_id): each for each in found}


async def _still_true(
    session: AsyncSession, fair: Fair, frozen: Frozen, row: TimetableRow, wanted: Iterable[tuple[UUID, UUID]],
    meetings: dict[tuple[UUID, UUID], FairMeeting],
) -> None:  # fmt: skip
    """Refuse a version whose question has been overtaken: somebody has left, or called a meeting off that it still holds."""
    if violations(frozen.problem(), frozen_words.timetable(row.result)):
        raise Conflict(_("Lịch này phá quy tắc nên không công bố được. Hãy xếp lại."))
    wanted = set(wanted)
    here = set(
        await session.scalars(select(Participant.id).where(Participant.fair_id == fair.id, Participant.left_at.is_(None)))
    )
    gone = {side for both in wanted for side in both} - here
    if gone:
        names = await named(session, gone)
        said = ", ".join(sorted(each.name for each in names.values()))
        raise Conflict(_("Đã rút tên sau khi xếp: %(names)s. Hãy xếp lại, các cuộc khác sẽ giữ chỗ.", names=said))
    off = [
        both for both in wanted if both in meetings and meetings[both].called_off and meetings[both].changed_at > row.created_at
    ]
    if off:
        names = await named(session, off[0])
        said = " – ".join(names[side].name for side in off[0])
        raise Conflict(_("Cuộc gặp %(names)s đã bị hủy sau khi xếp. Hãy xếp lại, các cuộc khác sẽ giữ chỗ.", names=said))


def _change(
    session: AsyncSession, fair: Fair, row: TimetableRow, wanted: dict[tuple[UUID, UUID], Place],
    meetings: dict[tuple[UUID, UUID], FairMeeting],
) -> list[list[str]]:  # fmt: skip
    changes, now = [], clock.now()
    for both, place in wanted.items():
        there = {
            "starts_at": place.slot.starts_at,
            "ends_at": place.slot.ends_at,
            "table_no": place.table,
            "booth": place.booth,
        }
        meeting = meetings.get(both)
        if meeting is None:
            meeting = FairMeeting(
                fair_id=fair.id, supplier_part_id=both[0], buyer_part_id=both[1], timetable_id=row.id,
                state=MeetingState.PLANNED, changed_at=now, sequence=0, **there,
            )  # fmt: skip
            session.add(meeting)
            changes.append([str(meeting.id), NEW])
            continue
        again = meeting.state == MeetingState.CANCELLED
        if meeting.state not in (MeetingState.PLANNED, MeetingState.CANCELLED):
            continue  # Its time has come: what both sides say of it counts, and no plan.
        if again or any(getattr(meeting, name) != value for name, value in there.items()):
            for name, value in there.items():
                setattr(meeting, name, value)
            meeting.state, meeting.called_off, meeting.timetable_id = MeetingState.PLANNED, None, row.id
            meeting.changed_at, meeting.sequence = now, meeting.sequence + 1
            changes.append([str(meeting.id), NEW if again else MOVED])
    for both, meeting in meetings.items():
        if both not in wanted and meeting.state == MeetingState.PLANNED and meeting.starts_at > now:
            meeting.state, meeting.timetable_id = MeetingState.CANCELLED, row.id
            meeting.changed_at, meeting.sequence = now, meeting.sequence + 1
            changes.append([str(meeting.id), GONE])
    return changes


async def _sides(session: AsyncSession, meeting: FairMeeting) -> list[Participant]:
    ids = (meeting.supplier_part_id, meeting.buyer_part_id)
    return list(await session.scalars(select(Participant).where(Participant.id.in_(ids))))


async def _let_go(session: AsyncSession, actor: Actor, own_id: UUID, other_id: UUID) -> None:
    """Whoever calls a meeting off wishes it no more."""
    await session.execute(delete(MeetingWish).where(MeetingWish.participant_id == own_id, MeetingWish.other_id == other_id))
    ended = {"answered_at": clock.now(), "answered_by": actor.person_id}
    for first, second, state in ((own_id, other_id, AskState.WITHDRAWN), (other_id, own_id, AskState.DECLINED)):
        await session.execute(
            update(MeetingAsk)
            .where(MeetingAsk.from_id == first, MeetingAsk.to_id == second)
            .where(MeetingAsk.state.in_((AskState.ASKED, AskState.ACCEPTED)))
            .values(state=state, **ended)
        )
