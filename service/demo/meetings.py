"""Meetings at the invented fairs, each stage once: wishes being entered, a timetable, meetings of these days, outcomes.

Timetables are set by a plain walk through the pairs, the dearest first, before the same judge as any other: nobody waits for a
solver while the market is stocked. The organiser's page has one planned better at any time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.demo import people

meetings = fairs.meetings
_KEYS = uuid.UUID("0c9c6f4e-7a51-4a1b-8c34-6d0a8d1d5b70")
CONFERENCE = "ket-noi-cung-cau-vung-cao-tp-ho-chi-minh"
PAST = "ket-noi-cung-cau-quyt-va-cam-dau-vu"
RUNNING = "tuan-hang-dac-san-vung-cao-ha-noi"
TET = "hoi-cho-qua-tet-vung-cao-ha-noi"
ALWAYS = ("NALENG", "SONGNANG")  # Whoever tries the market signs in as one of these.

_FAIR = text(
    "SELECT id, slug, starts_on, ends_on FROM fairs_fair WHERE slug LIKE :slug AND illustrative AND state = 'announced'"
    " ORDER BY starts_on LIMIT 1"
)
# Suppliers of what the buyers of the fair look for, and those that whoever tries the market signs in as.
_SUPPLIERS = text(
    """
SELECT s.slug, s.organisation_id FROM catalogue_supplier s
 WHERE s.state = 'published' AND s.illustrative
   AND (s.code = ANY(:always) OR EXISTS (
       SELECT FROM fairs_buyer f JOIN catalogue_product p ON p.commodity_id = ANY(f.commodity_ids)
        WHERE f.fair_id = :fair AND p.supplier_id = s.id AND p.state = 'published'))
 ORDER BY s.code <> ALL(:always), s.code LIMIT :most
"""
)
_BUYERS = text(
    "SELECT b.organisation_id FROM fairs_buyer f JOIN matching_buyer b ON b.id = f.buyer_id"
    " WHERE f.fair_id = :fair ORDER BY b.name"
)
WORDS = (
    "Muốn xem mẫu và chốt lịch giao trước Tết.",
    "Cần quy cách nhỏ, có mã vạch.",
    "Hỏi khả năng giao đều mỗi tháng.",
    None,
)


@dataclass
class _Stage:
    """A fair with its organiser and both sides, in the order in which they were let in."""

    organiser: Actor
    id: UUID
    slug: str
    starts_on: date
    suppliers: list[tuple[UUID, Actor]] = field(default_factory=list)
    buyers: list[tuple[UUID, Actor]] = field(default_factory=list)


async def add_meetings(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """Put them on the market; `organisations` are those of buyers, organisers and offices by their keys."""
    organiser = Actor(
        None,
        people.ORGANISER,
        organisations[people.ORGANISER],
        people.ORGANISER,
        Role.ORGANISER,
        MemberRole.OWNER,
        verified=True,
    )
    await _conference(session, organiser, today)
    await _past(session, organiser, today)
    await _running(session, organiser, today)
    await _tet(session, organiser, organisations)


async def _conference(session: AsyncSession, organiser: Actor, today: date) -> None:
    """A conference to come: everybody has wished, the timetable is published, one meeting was called off since."""
    stage = await _stage(session, organiser, CONFERENCE)
    if stage is None:
        return
    day = stage.starts_on
    await _sittings(session, stage, [
        _sitting("Buổi sáng", day, "8:30", "11:45", breaks=((time(10, 0), time(10, 15)),), most_per_supplier=4),
        _sitting("Buổi chiều", day, "13:30", "16:30", tables=4),  # Two tables are needed for the signing by then.
    ], meetings.TermsDraft(tables=6, most_per_supplier=6, wishes_until=day - timedelta(days=7)))  # fmt: skip
    with clock.freeze(today - timedelta(days=3)):
        await _both_sides(session, stage, 12)
        await _wishes(session, stage)
        await _asked(session, stage)
    with clock.freeze(today - timedelta(days=1)):
        await _publish(session, stage)
    lines = await meetings.own_meetings(session, stage.suppliers[-1][1], stage.id)
    if lines:
        await meetings.cancel_meeting(session, stage.suppliers[-1][1], lines[-1].id)


async def _past(session: AsyncSession, organiser: Actor, today: date) -> None:
    """A conference that is over: most have met, one side did not come, and both sides have said what came of it."""
    stage = await _stage(session, organiser, PAST)
    if stage is None:
        return
    day = stage.starts_on
    with clock.freeze(day - timedelta(days=9)):
        await _sittings(session, stage, [_sitting("Cả buổi", day, "8:30", "11:30")], meetings.TermsDraft(tables=4))
        await _both_sides(session, stage, 8, always=())
        await _wishes(session, stage)
        await _publish(session, stage)
    await _attended(session, stage)
    outcomes = (
        ("order", 1200, 36_000_000, "Đặt hai chuyến cuối tháng 11."), ("quote", 3000, None, "Chờ giá theo cỡ quả."),
        ("sample", 20, None, None), ("talks", None, None, None), ("memorandum", 8000, 200_000_000, "Ký biên bản tại bàn."),
        ("none", None, None, "Khác cỡ quả cần mua."),
    )  # fmt: skip
    with clock.freeze(datetime.combine(day, time(19), clock.ZONE)):
        for number, (_part, actor) in enumerate(stage.buyers + stage.suppliers[:4]):
            for place, line in enumerate(await meetings.own_meetings(session, actor, stage.id)):
                if line.state == "held" and (number + place) % 3 < 2:
                    result, kg, vnd, words = outcomes[(number + place) % len(outcomes)]
                    said = meetings.ResultSaid.model_validate({"result": result, "kg": kg, "vnd": vnd, "words": words})
                    await meetings.say_result(session, actor, line.id, said)
    if clock.add_months(day, 1) <= today:
        _part, buyer = stage.buyers[0]
        held = [line for line in await meetings.own_meetings(session, buyer, stage.id) if line.state == "held"]
        for line in held[:1]:
            later = meetings.ResultSaid.model_validate({"months": 1, "result": "order", "kg": 2400, "vnd": 71_000_000})
            await meetings.say_result(session, buyer, line.id, later)


async def _running(session: AsyncSession, organiser: Actor, today: date) -> None:
    """Meetings of yesterday and today at the week that runs now: to be marked on a phone."""
    stage = await _stage(session, organiser, RUNNING)
    if stage is None or not stage.starts_on < today:
        return
    days = (today - timedelta(days=1), today)
    with clock.freeze(days[0] - timedelta(days=1)):
        sittings = [_sitting("Chiều hôm trước", days[0], "14:00", "16:00"), _sitting("Trong ngày", days[1], "9:00", "18:00")]
        await _sittings(session, stage, sittings, meetings.TermsDraft(tables=3))
        await _both_sides(session, stage, 5)
        await _wishes(session, stage)
        await _publish(session, stage)
    await _attended(session, stage)


async def _tet(session: AsyncSession, organiser: Actor, organisations: Mapping[str, UUID]) -> None:
    """The big fair, at the exhibitors' booths: wishes are being entered, requests wait for answers."""
    stage = await _stage(session, organiser, TET)
    if stage is None:
        return
    day = stage.starts_on + timedelta(days=1)
    sittings = [
        _sitting("Ngày thứ hai", day, "9:00", "11:30", most_per_supplier=4),
        _sitting("Ngày thứ ba", day + timedelta(days=1), "9:00", "11:30", most_per_supplier=4),
    ]
    terms = meetings.TermsDraft(seats=meetings.Seats.BOOTHS, tables=4, most_per_buyer=10, wishes_until=day - timedelta(days=10))
    await _sittings(session, stage, sittings, terms)
    await _both_sides(session, stage, 10)
    await _wishes(session, stage, every=3)
    by_organisation = {actor.organisation_id: (part, actor) for part, actor in stage.buyers}
    pho = by_organisation.get(organisations["PHOCHAM"])
    if pho is not None:
        draft = meetings.AskDraft(
            other=stage.suppliers[0][0], words="Muốn chốt miến cho hộp quà ngay tại gian.", key=_key("pho")
        )
        await meetings.ask(session, pho[1], stage.slug, draft)
    _part, union = stage.suppliers[1]
    draft = meetings.AskDraft(other=stage.buyers[0][0], words="Mang mẫu đến gian để xem.", key=_key("union"))
    made = await meetings.ask(session, union, stage.slug, draft)
    await meetings.answer_ask(session, stage.buyers[0][1], stage.slug, made.id, meetings.AskAnswer(answer="accept"))


# --- What they have in common ------------------------------------------------------------------------------------------


def _sitting(name: str, day: date, starts: str, ends: str, **said: object) -> fairs.meetings.SessionDraft:
    values = {"name": name, "day": day, "starts": starts, "ends": ends, "slot_minutes": 20, "pause_minutes": 5, **said}
    return meetings.SessionDraft.model_validate(values)


async def _stage(session: AsyncSession, organiser: Actor, slug: str) -> _Stage | None:
    row = (await session.execute(_FAIR, {"slug": f"{slug}%"})).one_or_none()
    return _Stage(organiser, row.id, row.slug, row.starts_on) if row is not None else None


async def _sittings(
    session: AsyncSession, stage: _Stage, sittings: Sequence[fairs.meetings.SessionDraft], terms: fairs.meetings.TermsDraft
) -> None:
    for each in sittings:
        await meetings.add_session(session, stage.organiser, stage.slug, each)
    await meetings.set_terms(session, stage.organiser, stage.slug, terms)


async def _both_sides(session: AsyncSession, stage: _Stage, suppliers: int, always: Sequence[str] = ALWAYS) -> None:
    """Let so many suppliers in, and every buyer that comes; each says a little of itself."""
    asked = {"fair": stage.id, "always": list(always), "most": suppliers}
    for row in (await session.execute(_SUPPLIERS, asked)).all():
        inviting = meetings.Inviting(side="supplier", slug=row.slug)
        part = await meetings.invite_one(session, stage.organiser, stage.slug, inviting)
        stage.suppliers.append((part.id, _acting(Role.SUPPLIER, row.organisation_id)))
    await meetings.invite_all(session, stage.organiser, stage.slug)
    for organisation_id in await session.scalars(_BUYERS, {"fair": stage.id}):
        found = await meetings.part_of(session, stage.id, organisation_id)
        if found is not None:
            stage.buyers.append((found.id, _acting(Role.BUYER, organisation_id)))
    slots = await meetings.slots_at(session, stage.id)
    for number, (_part, actor) in enumerate([*stage.suppliers[1::3], *stage.buyers[:2]]):
        away = tuple(each.code for each in slots[number % 3 : number % 3 + 2])
        contact = f"Người gặp số {number + 1}, gọi trước mười phút"
        await meetings.save_part(session, actor, stage.slug, meetings.ParticipantDraft(away=away, contact=contact))


async def _wishes(session: AsyncSession, stage: _Stage, every: int = 1) -> None:
    """Each side wants to meet some of the other, some of them both ways; with `every` only each so-manieth has said so."""
    for row, (supplier, actor) in enumerate(stage.suppliers):
        for column, (buyer, other) in enumerate(stage.buyers):
            turn = row * 2 + column * 3
            if (row + column) % every:
                continue
            if turn % 4 != 1:
                draft = meetings.WishDraft(other=buyer, value=1 + turn % 3, words=WORDS[turn % len(WORDS)])
                await meetings.wish(session, actor, stage.slug, draft)
            if turn % 5 < 3:
                await meetings.wish(session, other, stage.slug, meetings.WishDraft(other=supplier, value=3 - turn % 3))


async def _asked(session: AsyncSession, stage: _Stage) -> None:
    """One has asked and was accepted, one was declined."""
    for number, answer in enumerate(("accept", "decline")):
        supplier, actor = stage.suppliers[number + 2]
        _part, other = stage.buyers[number % len(stage.buyers)]
        draft = meetings.AskDraft(other=supplier, words=WORDS[number], key=_key(f"{stage.slug} {number}"))
        made = await meetings.ask(session, other, stage.slug, draft)
        said = meetings.AskAnswer.model_validate({"answer": answer, "words": "Đợt này chưa có hàng." if number else None})
        await meetings.answer_ask(session, actor, stage.slug, made.id, said)


async def _publish(session: AsyncSession, stage: _Stage) -> None:
    frozen = await meetings.freeze(session, stage.id, meetings.TimetableWish(), {})
    key = _key(f"{stage.slug} timetable")
    row = await meetings.keep_whole(session, stage.organiser, stage.slug, frozen, _walked(frozen), key=key)
    await meetings.publish(session, stage.organiser, stage.slug, row.number)


def _walked(frozen: fairs.meetings.Frozen) -> fairs.meetings.Timetable:
    """The dearest pairs first, each in the first slot in which both can and a table is free."""
    held: dict[str, tuple[int, int | None]] = {}
    busy: dict[str, set[int]] = {each.id: set() for each in frozen.people}
    for number, pair in enumerate(sorted(frozen.pairs, key=lambda one: (-one.value, one.id))):
        later = number * 2 % len(frozen.slots)  # Not everybody in the first slots.
        sides = [frozen.by_person[pair.supplier], frozen.by_person[pair.buyer]]
        for slot in (each.number for each in (*frozen.slots[later:], *frozen.slots[:later])):
            taken = {table for at, table in held.values() if at == slot}
            free = next((table for table in range(1, frozen.tables_of(slot) + 1) if table not in taken), None)
            if free is not None and all(_can(each, busy[each.id], slot) for each in sides):
                held[pair.id] = (slot, free)
                for each in sides:
                    busy[each.id].add(slot)
                break
    return meetings.Timetable(held)


def _can(person: fairs.meetings.Person, busy: set[int], slot: int) -> bool:
    """Whether somebody who is busy then may meet in this slot as well."""
    if slot in busy or slot in person.unavailable or (person.most is not None and len(busy) >= person.most):
        return False
    return all(slot not in slots or len(busy.intersection(slots)) < most for slots, most in person.caps)


async def _attended(session: AsyncSession, stage: _Stage) -> None:
    """Both sides have marked what is over by now: most have met, one side did not come, two disagree."""
    now, lines = clock.now(), await meetings.all_meetings(session, stage.organiser, stage.slug)
    by_part = dict(stage.suppliers + stage.buyers)
    for number, line in enumerate(line for line in lines if line.ends_at < now):
        supplier, buyer = by_part[line.supplier_part_id], by_part[line.buyer_part_id]
        with clock.freeze(line.ends_at):
            if number == 2:
                await meetings.say_attendance(session, supplier, line.id, meetings.Attended(said=meetings.Said.NOT_HELD))
                continue
            late = meetings.Attended(said=meetings.Said.HELD, late=number == 1)
            await meetings.say_attendance(session, buyer, line.id, late)
            if number == 4:
                await meetings.say_attendance(session, supplier, line.id, meetings.Attended(said=meetings.Said.NOT_HELD))
            elif number % 2:
                await meetings.say_attendance(session, supplier, line.id, meetings.Attended(said=meetings.Said.HELD))


def _acting(role: Role, organisation_id: UUID) -> Actor:
    return Actor(None, "", organisation_id, "", role, MemberRole.OWNER)


def _key(name: str) -> UUID:
    return uuid.uuid5(_KEYS, name)
