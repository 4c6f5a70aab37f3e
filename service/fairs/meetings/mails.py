"""What people are told by mail of meetings: who asks, who answers, what is new in their agenda, to say what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts
from service.core import clock, formats, mail
from service.fairs.meetings.models import AskState, FairMeeting, MeetingAsk, Participant
from service.fairs.meetings.people import Someone, named
from service.fairs.models import Fair


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting of an agenda as a mail says it."""

    other: str
    day: str
    clock: str
    place: str
    change: str  # new, moved, cancelled


async def remind(session: AsyncSession, fair: Fair, organisation_ids: Sequence[UUID], until: date | None) -> None:
    """Remind organisations that have entered nothing."""
    values = {"fair": fair.name, "until": until, "address": own_page(fair.slug)}
    await _each(session, dict.fromkeys(organisation_ids, values), "meetings_reminder")


async def ask(session: AsyncSession, fair: Fair, row: MeetingAsk, sender: Participant, asked: Participant) -> None:
    """Tell a participant that somebody wants to meet it."""
    names = await named(session, [sender.id])
    values = {
        "fair": fair.name, "who": names[sender.id].name, "words": row.words, "until": row.answer_by,
        "address": own_page(fair.slug) + "#loi-hen",
    }  # fmt: skip
    await _each(session, {asked.organisation_id: values}, "meeting_asked")


async def answer(session: AsyncSession, fair: Fair, row: MeetingAsk, sender: Participant, asked: Participant) -> None:
    """Tell the one who waits for it how a request was answered, or the asked one that it was withdrawn."""
    withdrawn = row.state == AskState.WITHDRAWN
    actor, told = (sender, asked) if withdrawn else (asked, sender)
    names = await named(session, [actor.id])
    values = {
        "fair": fair.name, "who": names[actor.id].name, "state": row.state.value, "words": row.answer_words,
        "address": own_page(fair.slug),
    }  # fmt: skip
    await _each(session, {told.organisation_id: values}, "meeting_answered")


async def changes(session: AsyncSession, fair: Fair, lines: Mapping[UUID, Sequence[Line]], *, first: bool) -> None:
    """Tell each organisation what is new in its agenda, and nothing else."""
    values = {
        organisation: {"fair": fair.name, "lines": list(found), "first": first, "address": f"/hoi-cho/{fair.slug}/lich-gap"}
        for organisation, found in lines.items()
    }
    await _each(session, values, "meetings_published")


async def results_due(session: AsyncSession, organisation_id: UUID, asked: Sequence[tuple[str, str, int]]) -> None:
    """Ask an organisation what came of its meetings: the other side's name, the fair's, and after how many months."""
    lines = [{"other": other, "fair": fair, "months": months} for other, fair, months in asked]
    await _each(session, {organisation_id: {"lines": lines, "address": "/cuoc-gap"}}, "meeting_results_due")


def line(meeting: FairMeeting, other: Someone, change: str) -> Line:
    """One meeting as a mail says it."""
    return Line(other.name, formats.day(_local(meeting.starts_at)), _span(meeting), seat(meeting), change)


def seat(meeting: FairMeeting) -> str:
    """Where they meet, as a short word: the number of the table, or the code of the booth."""
    return meeting.booth or (str(meeting.table_no) if meeting.table_no is not None else "")


def own_page(slug: str) -> str:
    """Where a participant enters what it wishes."""
    return f"/hoi-cho/{slug}/cuoc-gap"


def _local(moment: datetime) -> datetime:
    return moment.astimezone(clock.ZONE)


def _span(meeting: FairMeeting) -> str:
    return f"{_local(meeting.starts_at):%H:%M}–{_local(meeting.ends_at):%H:%M}"


async def _each(session: AsyncSession, values: Mapping[UUID, Mapping[str, Any]], template: str) -> None:
    people = await accounts.people_of(session, sorted(values))
    for organisation, persons in people.items():
        for person in persons:
            if person.email:
                await mail.send(session, person.email, template, person.language, **values[organisation])
