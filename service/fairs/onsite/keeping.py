"""What a fair's organiser writes down itself: visitors, costs and who paid them, complaints, and its words for the report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, Invalid, NotFound
from service.core.events import announce
from service.core.i18n import _
from service.fairs import standing
from service.fairs.models import Fair
from service.fairs.onsite import rules
from service.fairs.onsite.events import (
    ComplaintNoted,
    ComplaintSettled,
    FindingsSaid,
    MoneyLineKept,
    MoneyLineRemoved,
    VisitorsSaid,
)
from service.fairs.onsite.inputs import ComplaintDraft, FindingsDraft, MoneyDraft, Settling, VisitorsDraft
from service.fairs.onsite.models import FairComplaint, Findings, MoneyLine, Side, Visitors
from service.fairs.onsite.roster import exhibitor_in

MOST_LINES = 200


async def say_visitors(session: AsyncSession, actor: Actor, slug: str, draft: VisitorsDraft) -> Visitors:
    """Say how many came on a day, in place of what was said before."""
    fair = await _own(session, actor, slug)
    reason = rules.why_not_day(standing.days(fair), draft.day, clock.today())
    if reason is not None:
        raise Invalid(reason, {"day": reason})
    row = await session.get(Visitors, (fair.id, draft.day))
    said = {"people": draft.people, "counted": draft.counted}
    if row is None:
        row = Visitors(fair_id=fair.id, day=draft.day, said_by=actor.person_id, said_at=clock.now(), **said)
        session.add(row)
        old = None
    else:
        _check(row.version, draft.version)
        old = {"people": row.people, "counted": row.counted}
        if old == said:
            return row
        row.people, row.counted, row.said_by, row.said_at = draft.people, draft.counted, actor.person_id, clock.now()
    await session.flush()
    await announce(session, VisitorsSaid(fair.id), actor=actor, old=old, new={"day": draft.day, **said})
    return row


async def keep_money(session: AsyncSession, actor: Actor, slug: str, draft: MoneyDraft) -> MoneyLine:
    """Write a line of costs or sources; the same key again is the same line."""
    fair = await _own(session, actor, slug)
    before = await session.scalar(select(MoneyLine).where(MoneyLine.fair_id == fair.id, MoneyLine.key == draft.key))
    if before is not None:
        return before
    count = await session.scalar(select(func.count()).where(MoneyLine.fair_id == fair.id))
    if (count or 0) >= MOST_LINES:
        raise Conflict(_("Đã có %(n)s dòng thu chi. Hãy gộp bớt.", n=MOST_LINES))
    line = MoneyLine(
        fair_id=fair.id, key=draft.key, side=draft.side, source=draft.source if draft.side is Side.SOURCE else None,
        label=draft.label, vnd=draft.vnd, typed_by=actor.person_id, typed_at=clock.now(),
    )  # fmt: skip
    session.add(line)
    await session.flush()
    await announce(session, MoneyLineKept(fair.id, line.id), actor=actor, new=_line(line))
    return line


async def remove_money(session: AsyncSession, actor: Actor, slug: str, line_id: UUID) -> None:
    """Take a line away; one that is gone already stays gone."""
    fair = await _own(session, actor, slug)
    line = await session.scalar(select(MoneyLine).where(MoneyLine.id == line_id, MoneyLine.fair_id == fair.id))
    if line is not None:
        await session.delete(line)
        await session.flush()
        await announce(session, MoneyLineRemoved(fair.id, line_id), actor=actor, old=_line(line))


async def note_complaint(session: AsyncSession, actor: Actor, slug: str, draft: ComplaintDraft) -> FairComplaint:
    """Write down a complaint; the same key again is the same one."""
    fair = await _own(session, actor, slug)
    before = await session.scalar(select(FairComplaint).where(FairComplaint.fair_id == fair.id, FairComplaint.key == draft.key))
    if before is not None:
        return before
    days = standing.days(fair)
    day = draft.day or min(max(clock.today(), days[0]), days[-1])
    reason = rules.why_not_day(days, day, clock.today())
    if reason is not None:
        raise Invalid(reason, {"day": reason})
    if draft.exhibitor is not None:
        await exhibitor_in(session, fair.id, draft.exhibitor)
    made = FairComplaint(
        fair_id=fair.id, exhibitor_id=draft.exhibitor, key=draft.key, day=day, about=draft.about, typed_by=actor.person_id,
        typed_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    await session.flush()
    await announce(session, ComplaintNoted(fair.id, made.id), actor=actor, new={"day": day, "exhibitor": draft.exhibitor})
    return made


async def settle_complaint(session: AsyncSession, actor: Actor, slug: str, complaint_id: UUID, what: Settling) -> FairComplaint:
    """Say what became of it, in place of what was said before."""
    fair = await _own(session, actor, slug)
    found = await session.scalar(
        select(FairComplaint).where(FairComplaint.id == complaint_id, FairComplaint.fair_id == fair.id)
    )
    if found is None:
        raise NotFound(_("Không có phản ánh này."))
    if found.outcome == what.outcome:
        return found
    _check(found.version, what.version)
    old = {"outcome": found.outcome}
    found.outcome, found.settled_on = what.outcome, clock.today()
    await session.flush()
    await announce(session, ComplaintSettled(fair.id, found.id), actor=actor, old=old, new={"outcome": what.outcome})
    return found


async def say_findings(session: AsyncSession, actor: Actor, slug: str, draft: FindingsDraft) -> Findings:
    """Write the words of the report, in place of those before."""
    fair = await _own(session, actor, slug)
    said = draft.model_dump(exclude={"version"})
    row = await session.get(Findings, fair.id)
    old: dict[str, Any] | None = None
    if row is None:
        row = Findings(fair_id=fair.id, said_by=actor.person_id, said_at=clock.now(), **said)
        session.add(row)
    else:
        old = {name: getattr(row, name) for name in said}
        if old == said:
            return row
        _check(row.version, draft.version)
        for name, value in said.items():
            setattr(row, name, value)
        row.said_by, row.said_at = actor.person_id, clock.now()
    await session.flush()
    await announce(session, FindingsSaid(fair.id), actor=actor, old=old, new=said)
    return row


async def _own(session: AsyncSession, actor: Actor, slug: str) -> Fair:
    """The fair, its row locked: its organiser's people take turns. Raises Conflict where there is nothing to write yet."""
    fair = await standing.own(session, slug, actor, lock=True)
    days = standing.days(fair)
    # The organiser's own papers are closed later than the booths': the report goes out after their figures have come in.
    if not days or clock.today() < days[0]:
        raise Conflict(_("Hội chợ chưa diễn ra nên chưa có kết quả để ghi."))
    return fair


def _check(version: int, read: int | None) -> None:
    if read is not None and read != version:
        raise Conflict(_("Người khác vừa sửa phần này. Hãy xem lại bản mới rồi sửa tiếp."))


def _line(line: MoneyLine) -> dict[str, Any]:
    return {"side": line.side, "source": line.source, "label": line.label, "vnd": line.vnd}
