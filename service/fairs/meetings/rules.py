"""Who may do what with meetings at a fair. Pure: asks no database. The organiser's rules are those of the fair itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from service.accounts import Actor, Role
from service.fairs.meetings.models import AskState, MeetingState, Said, Side

BEFORE = timedelta(minutes=5)  # So long before its time a meeting may be marked: people are early.


def may_take_part(actor: Actor | None) -> bool:
    """Whether the actor acts for an organisation that meets others: suppliers and buyers, viewers excepted."""
    return (
        actor is not None
        and actor.role in (Role.SUPPLIER, Role.BUYER)
        and actor.may_write
        and actor.organisation_id is not None
    )


def may_read_as(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor reads what a participant reads: the people of that organisation, viewers too."""
    return actor is not None and actor.organisation_id == organisation_id and actor.role in (Role.SUPPLIER, Role.BUYER)


def may_act_as(actor: Actor | None, organisation_id: UUID) -> bool:
    """Whether the actor acts for a participant: the people of that organisation, viewers excepted."""
    return may_take_part(actor) and may_read_as(actor, organisation_id)


def takes_wishes(today: date, until: date | None, last_day: date) -> bool:
    """Whether wishes, times and requests may still be entered."""
    return today <= min(until or last_day, last_day)


def may_answer(state: AskState, answer_by: date, today: date) -> bool:
    """Whether a request for a meeting still waits for its answer."""
    return state is AskState.ASKED and today <= answer_by


def may_mark(state: MeetingState, starts_at: datetime, now: datetime, last_day: date, today: date) -> bool:
    """Whether it may be said now whether a meeting was held: from shortly before its time to the end of the fair."""
    return state is not MeetingState.CANCELLED and now >= starts_at - BEFORE and today <= last_day


def may_tell(state: MeetingState, ends_at: datetime, now: datetime) -> bool:
    """Whether it may be said what came of a meeting: after it was held, or is not known not to have been."""
    return now >= ends_at and state in (MeetingState.HELD, MeetingState.PLANNED, MeetingState.DISPUTED)


def standing(said: dict[Side, Said]) -> tuple[MeetingState, Side | None]:
    """Where a meeting stands by the words of both sides, and which side did not come.

    One side alone that says it did not happen says that the other did not come. Both: it was not held, nobody is blamed.
    One against the other is for the organiser to look into; nobody is written down as absent for it.
    """
    supplier, buyer = said.get(Side.SUPPLIER), said.get(Side.BUYER)
    if {supplier, buyer} == {Said.HELD, Said.NOT_HELD}:
        return MeetingState.DISPUTED, None
    if supplier is Said.NOT_HELD and buyer is Said.NOT_HELD:
        return MeetingState.NOT_HELD, None
    if supplier is Said.NOT_HELD:
        return MeetingState.NO_SHOW, Side.BUYER
    if buyer is Said.NOT_HELD:
        return MeetingState.NO_SHOW, Side.SUPPLIER
    return (MeetingState.HELD if Said.HELD in (supplier, buyer) else MeetingState.PLANNED), None
