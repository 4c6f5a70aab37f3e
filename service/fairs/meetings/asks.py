"""Asking for a meeting, and answering: each request is answered once, and of two sides only one can be asking at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from service.accounts import SYSTEM, Actor
from service.core import clock
from service.core.db import new_id
from service.core.errors import Conflict, Invalid, NotAllowed, NotFound
from service.core.events import announce, announce_all
from service.core.i18n import _
from service.fairs.meetings import mails, rules
from service.fairs.meetings.events import MeetingAnswered, MeetingAsked, MeetingAsksLapsed
from service.fairs.meetings.inputs import AskAnswer, AskDraft
from service.fairs.meetings.models import AskState, MeetingAsk, Participant
from service.fairs.meetings.participants import own_part, still_open
from service.fairs.meetings.sessions import terms_of
from service.fairs.meetings.wishes import other_side
from service.fairs.models import Fair

MOST_OPEN = 50  # Requests of one participant that wait for their answers.
OPEN = (AskState.ASKED, AskState.ACCEPTED)


async def ask(session: AsyncSession, actor: Actor, slug: str, draft: AskDraft) -> MeetingAsk:
    """Ask somebody of the other side for a meeting. The same `key` again, or a request that stands, is the same request.

    Who asks somebody that is asking her at that moment has said yes: her press accepts what stands.
    """
    own = await own_part(session, actor, slug, lock=True)
    await still_open(session, own.fair)
    other = await other_side(session, own, draft.other)
    key = draft.key or new_id()
    there = await session.scalar(select(MeetingAsk).where(MeetingAsk.key == key))
    if there is not None and there.from_id == own.part.id:
        return there
    standing = await _between(session, own.part.id, other.id)
    if standing is not None:
        return await _meet_halfway(session, actor, own.fair, standing, own.part.id)
    waiting = await session.scalar(
        select(func.count()).where(MeetingAsk.from_id == own.part.id, MeetingAsk.state == AskState.ASKED)
    )
    if int(waiting or 0) >= MOST_OPEN:
        raise Invalid(_("Đã có %(n)s lời hẹn chờ trả lời. Hãy chờ, hoặc rút bớt.", n=MOST_OPEN))
    terms = await terms_of(session, own.fair.id)
    last = min(terms.wishes_until or own.fair.ends_on, own.fair.ends_on)
    row = MeetingAsk(
        key=key if there is None else new_id(), from_id=own.part.id, to_id=other.id, state=AskState.ASKED, words=draft.words,
        answer_by=min(clock.today() + timedelta(days=terms.answer_days), last), asked_by=actor.person_id,
        asked_at=clock.now(),
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError as error:  # The other side was faster by a moment, or the other press of this button.
        standing = await _between(session, own.part.id, other.id)
        if standing is None:
            raise Conflict(_("Lời hẹn này vừa được gửi. Hãy tải lại trang.")) from error
        return await _meet_halfway(session, actor, own.fair, standing, own.part.id)
    told = {"to": other.id, "answer_by": row.answer_by, "words": row.words}
    await announce(session, MeetingAsked(own.fair.id, row.id), actor=actor, new=told)
    await mails.ask(session, own.fair, row, own.part, other)
    return row


async def answer_ask(session: AsyncSession, actor: Actor, slug: str, ask_id: UUID, draft: AskAnswer) -> MeetingAsk:
    """Accept, decline or withdraw a request. The same answer again changes nothing; another one after it is refused."""
    own = await own_part(session, actor, slug)
    row: MeetingAsk | None = await session.scalar(
        select(MeetingAsk)
        .where(MeetingAsk.id == ask_id, or_(MeetingAsk.from_id == own.part.id, MeetingAsk.to_id == own.part.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(_("Không có lời hẹn này."))
    mine = row.from_id == own.part.id
    wanted = {"accept": AskState.ACCEPTED, "decline": AskState.DECLINED, "withdraw": AskState.WITHDRAWN}[draft.answer]
    if mine != (wanted is AskState.WITHDRAWN):
        raise NotAllowed(_("Bên được hẹn thì nhận lời hoặc từ chối; bên đi hẹn thì rút lời."))
    if row.state == wanted:
        return row
    # A promise may be taken back by either side until wishes close: then the timetable is made.
    taken_back = row.state == AskState.ACCEPTED and wanted in (AskState.WITHDRAWN, AskState.DECLINED)
    if taken_back:
        await still_open(session, own.fair)
    elif row.state != AskState.ASKED:
        raise Conflict(_("Lời hẹn này đã được trả lời hoặc đã rút. Hãy tải lại trang."))
    elif wanted is not AskState.WITHDRAWN and not rules.may_answer(row.state, row.answer_by, clock.today()):
        raise Conflict(_("Lời hẹn này đã quá ngày trả lời."))
    await _answer(session, actor, own.fair, row, wanted, draft.words)
    return row


async def lapse(session: AsyncSession) -> int:
    """Let requests lapse whose day to answer is over. Gives how many."""
    found = (
        await session.execute(
            update(MeetingAsk)
            .where(MeetingAsk.state == AskState.ASKED, MeetingAsk.answer_by < clock.today())
            .values(state=AskState.LAPSED, answered_at=clock.now())
            .returning(MeetingAsk.from_id)
        )
    ).scalars()
    parts = set(found)
    if parts:
        fairs = set(await session.scalars(select(Participant.fair_id).where(Participant.id.in_(parts))))
        await announce_all(session, [(MeetingAsksLapsed(each), None, None) for each in sorted(fairs)], actor=SYSTEM)
    return len(parts)


async def _between(session: AsyncSession, one: UUID, other: UUID) -> MeetingAsk | None:
    """The request that stands between the two, whoever asked; locked."""
    found: MeetingAsk | None = await session.scalar(
        select(MeetingAsk)
        .where(func.least(MeetingAsk.from_id, MeetingAsk.to_id) == min(one, other))
        .where(func.greatest(MeetingAsk.from_id, MeetingAsk.to_id) == max(one, other))
        .where(MeetingAsk.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


async def _meet_halfway(session: AsyncSession, actor: Actor, fair: Fair, row: MeetingAsk, own_id: UUID) -> MeetingAsk:
    if row.to_id == own_id and row.state == AskState.ASKED:
        await _answer(session, actor, fair, row, AskState.ACCEPTED, None)
    return row


async def _answer(session: AsyncSession, actor: Actor, fair: Fair, row: MeetingAsk, state: AskState, words: str | None) -> None:
    old = {"state": row.state}
    row.state, row.answered_at, row.answered_by, row.answer_words = state, clock.now(), actor.person_id, words
    await session.flush()
    await announce(session, MeetingAnswered(fair.id, row.id), actor=actor, old=old, new={"state": state, "words": words})
    first, second = await session.get_one(Participant, row.from_id), await session.get_one(Participant, row.to_id)
    await mails.answer(session, fair, row, first, second)
