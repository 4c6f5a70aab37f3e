"""Freezing the question of a timetable: who can when, who wishes whom, what was promised, what stands already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.core import clock
from service.fairs import bookings, layouts
from service.fairs.meetings.frozen import Frozen, Pair, Person, pair_id, worth
from service.fairs.meetings.inputs import TimetableWish
from service.fairs.meetings.models import (
    AskState,
    Away,
    FairMeeting,
    MeetingAsk,
    MeetingSession,
    MeetingState,
    MeetingTerms,
    MeetingWish,
    Participant,
    Seats,
    Side,
)
from service.fairs.meetings.participants import side_of
from service.fairs.meetings.people import Someone, everyone
from service.fairs.meetings.sessions import sessions_of, terms_of
from service.fairs.meetings.slots import Slot, closed_to, slots_of

Scores = Mapping[tuple[UUID, UUID], float]  # Supplier, buyer -> how well they fit.
DECIMETRES = 10


async def freeze(session: AsyncSession, fair_id: UUID, wish: TimetableWish, scores: Scores) -> Frozen:
    """The question as it stands now. What has begun already stays where it is; the rest may only be in what is to come."""
    terms, sessions = await terms_of(session, fair_id), await sessions_of(session, fair_id)
    slots = slots_of(sessions)
    parts = list(
        await session.scalars(
            select(Participant).where(Participant.fair_id == fair_id, Participant.left_at.is_(None)).order_by(Participant.id)
        )
    )
    names = await everyone(session, fair_id)
    away = await _away(session, [each.id for each in parts])
    booths = await _booths(session, fair_id, parts) if terms.seats is Seats.BOOTHS else {}
    people = tuple(_person(each, names[each.id], terms, sessions, slots, away.get(each.id, ()), booths) for each in parts)
    meetings = list(await session.scalars(select(FairMeeting).where(FairMeeting.fair_id == fair_id).order_by(FairMeeting.id)))
    pairs = await _pairs(session, parts, wish, scores, {each.id for each in people if each.booth}, meetings)
    by_start = {each.starts_at: each.number for each in slots}
    ahead = tuple(each.number for each in slots if each.starts_at > clock.now())
    standing = [each for each in meetings if each.state is not MeetingState.CANCELLED]
    previous = {
        pair_id(each.supplier_part_id, each.buyer_part_id): (by_start[each.starts_at], each.table_no)
        for each in standing if each.starts_at in by_start
    }  # fmt: skip
    begun = {
        pair_id(each.supplier_part_id, each.buyer_part_id)
        for each in standing if each.starts_at <= clock.now() or each.state is not MeetingState.PLANNED
    }  # fmt: skip
    kept = tuple(_in_time(each, previous, begun, ahead, len(slots)) for each in pairs)
    own = {each.id: each.tables for each in sessions if each.tables is not None}
    return Frozen(
        slots, terms.tables, people, kept, previous if wish.keep_close or begun else {}, wish.max_gap_difference,
        {each.number: own[each.session_id] for each in slots if each.session_id in own},
    )  # fmt: skip


def _in_time(
    pair: Pair, previous: Mapping[str, tuple[int, int | None]], begun: set[str], ahead: tuple[int, ...], many: int
) -> Pair:
    values = {name: getattr(pair, name) for name in Pair.__dataclass_fields__}
    if pair.id in begun and pair.id in previous:
        return Pair(**values | {"required": True, "fixed": previous[pair.id][0], "slots": None})
    return pair if len(ahead) == many else Pair(**values | {"slots": ahead})


def _person(
    part: Participant, known: Someone, terms: MeetingTerms, sessions: Sequence[MeetingSession], slots: Sequence[Slot],
    away: Iterable[tuple[object, object]], booths: Mapping[UUID, tuple[str, tuple[str, int, int]]],
) -> Person:  # fmt: skip
    supplier = known.side is Side.SUPPLIER
    caps = [each for each in (part.most, terms.most_per_supplier if supplier else terms.most_per_buyer) if each is not None]
    in_session = tuple(
        (tuple(slot.number for slot in slots if slot.session_id == each.id), most)
        for each in sessions if (most := each.most_per_supplier if supplier else each.most_per_buyer) is not None
    )  # fmt: skip
    booth = booths.get(part.supplier_id) if part.supplier_id is not None else None
    return Person(
        str(part.id), known.side.value, known.name, tuple(sorted(closed_to(slots, away))),  # type: ignore[arg-type] # Pairs of times.
        min(caps) if caps else None, in_session, booth[1] if booth else None, booth[0] if booth else None,
    )  # fmt: skip


async def _away(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[tuple[object, object]]]:
    found: dict[UUID, list[tuple[object, object]]] = {}
    for row in await session.scalars(select(Away).where(Away.participant_id.in_(ids)).order_by(Away.starts_at)):
        found.setdefault(row.participant_id, []).append((row.starts_at, row.ends_at))
    return found


async def _booths(
    session: AsyncSession, fair_id: UUID, parts: Sequence[Participant]
) -> dict[UUID, tuple[str, tuple[str, int, int]]]:
    """Supplier -> the code of its booth and where that stands; of several the first one."""
    wanted = {each.supplier_id for each in parts if each.supplier_id is not None}
    floor = await layouts.floor(session, fair_id)
    found: dict[UUID, tuple[str, tuple[str, int, int]]] = {}
    for each in await bookings.occupied(session, fair_id):
        spot = floor.by_id.get(each.booth_id)
        if each.supplier_id in wanted and each.state == "taken" and spot is not None:
            middle = (spot.hall, round((spot.x + spot.width / 2) * DECIMETRES), round((spot.y + spot.depth / 2) * DECIMETRES))
            found.setdefault(each.supplier_id, (each.booth, middle))
    return found


async def _pairs(
    session: AsyncSession, parts: Sequence[Participant], wish: TimetableWish, scores: Scores, seated: set[str],
    meetings: Sequence[FairMeeting],
) -> list[Pair]:  # fmt: skip
    known = {each.id: each for each in parts}
    marks: dict[tuple[UUID, UUID], dict[Side, int]] = {}
    rows = await session.scalars(select(MeetingWish).where(MeetingWish.participant_id.in_(known)))
    for row in rows:
        if row.other_id in known:
            side = side_of(known[row.participant_id])
            both = _ordered(side, row.participant_id, row.other_id)
            marks.setdefault(both, {})[side] = row.value
    promised: set[tuple[UUID, UUID]] = set()
    refused: set[tuple[UUID, UUID]] = set()
    asks = await session.scalars(select(MeetingAsk).where(MeetingAsk.from_id.in_(known)).order_by(MeetingAsk.id))
    for ask in asks:
        if ask.to_id in known:
            both = _ordered(side_of(known[ask.from_id]), ask.from_id, ask.to_id)
            (promised.add if ask.state is AskState.ACCEPTED else promised.discard)(both)
            (refused.add if ask.state is AskState.DECLINED else refused.discard)(both)
    standing = {
        (each.supplier_part_id, each.buyer_part_id): each.state is not MeetingState.CANCELLED
        for each in meetings if each.state is not MeetingState.CANCELLED or each.called_off is not None
    }  # fmt: skip
    fits = {
        both: scores[sides] for both in _all_pairs(parts) if (sides := (_side(known[both[0]]), _side(known[both[1]]))) in scores
    }
    wanted = (
        set(marks)
        | promised
        | {both for both, stands in standing.items() if stands}
        | (set(fits) if wish.matched_too else set())
    )
    found = []
    for both in sorted(wanted):
        # What a side has called off is not planned again, unless one has asked the other anew and was told yes.
        again = standing.get(both) is False
        if (again and both not in promised) or both[0] not in known or both[1] not in known:
            continue
        said = marks.get(both, {})
        wishes = (said.get(Side.SUPPLIER, 0), said.get(Side.BUYER, 0))
        kept = both in promised or standing.get(both) is True
        if not kept and (both in refused or (wish.both_only and not all(wishes))):
            continue
        fit = fits.get(both, 0.0)
        found.append(
            Pair(
                pair_id(*both), str(both[0]), str(both[1]), max(1, worth(wishes, promised=both in promised, fit=fit)),
                required=wish.asked_must and both in promised, at_booth=str(both[0]) in seated, wishes=wishes,
                promised=both in promised, fit=round(fit * 100),
            )
        )  # fmt: skip
    return found


def _ordered(side: Side, one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if side is Side.SUPPLIER else (other, one)


def _side(part: Participant) -> UUID:
    found = part.supplier_id or part.buyer_id
    if found is None:
        raise ValueError(part.id)  # The table refuses it.
    return found


def _all_pairs(parts: Sequence[Participant]) -> Iterable[tuple[UUID, UUID]]:
    buyers = [each.id for each in parts if each.buyer_id is not None]
    return ((each.id, buyer) for each in parts if each.supplier_id is not None for buyer in buyers)
