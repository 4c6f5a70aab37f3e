"""A small conference for tests: an organiser, suppliers of miến dong, buyers that look for it, one session of six slots."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs, matching
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.core.db import new_id
from service.fairs.meetings import jobs
from tests import market
from tests.market import TODAY
from tests.matching.rounds import round as rounds_small

meetings = fairs.meetings
DAY = date(2026, 12, 10)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment of the conference's day."""
    return datetime.combine(day, time(hour, minute), clock.ZONE)


def sitting(**said: Any) -> fairs.meetings.SessionDraft:
    """From eight to ten, six slots of fifteen minutes with five between, one break."""
    values: dict[str, Any] = {
        "name": "Buổi sáng", "day": DAY, "starts": "8:00", "ends": "10h15", "slot_minutes": 15, "pause_minutes": 5,
        "breaks": "9:00–9:15", **said,
    }  # fmt: skip
    return meetings.SessionDraft(**values)


@dataclass
class Small:
    """The conference with its people by short names; `parts` are the ids of participants."""

    organiser: Actor
    slug: str
    fair_id: UUID
    people: dict[str, Actor] = field(default_factory=dict)
    parts: dict[str, UUID] = field(default_factory=dict)


async def conference(session: AsyncSession, **said: Any) -> Small:
    """An announced conference with one session, and nobody in it yet."""
    organiser = await rounds_small.organiser(session, f"Ban tổ chức {new_id().hex[-6:]}")
    values = {
        "name": f"Hội nghị {new_id().hex[-6:]}", "kind": "conference", "starts_on": DAY, "ends_on": date(2026, 12, 11),
        "place": "Nhà văn hóa", "province_code": "01", **said,
    }  # fmt: skip
    with clock.freeze(TODAY):
        fair = await fairs.announce_fair(session, organiser, fairs.FairDraft(**values))
        await meetings.add_session(session, organiser, fair.slug, sitting())
        await meetings.set_terms(session, organiser, fair.slug, meetings.TermsDraft(tables=2))
    return Small(organiser, fair.slug, fair.id)


async def with_people(session: AsyncSession, held: Small, *, suppliers: int = 2, buyers: int = 2) -> Small:
    """Suppliers A, B … that the organiser lets in, and buyers X, Y … that have said they will come; each with a request."""
    with clock.freeze(TODAY):
        for name in "ABCDEFGH"[:suppliers]:
            code = f"HTX{name}{new_id().hex[-5:]}"
            organisation = await market.supplier(session, code)
            await market.product(session, code)
            slug = await session.scalar(text("SELECT slug FROM catalogue_supplier WHERE code = :c"), {"c": code})
            held.people[name] = market.acting(Role.SUPPLIER, organisation)
            part = await meetings.invite_one(session, held.organiser, held.slug, meetings.Inviting(side="supplier", slug=slug))
            held.parts[name] = part.id
        for name in "XYZUVW"[:buyers]:
            buyer = await market.buyer(session, f"Siêu thị {name} {new_id().hex[-5:]}")
            expected = fairs.Expected(buyer_id=buyer.id, looking_for="miến dong", commodities=("mien-dong",))
            await fairs.expect_buyer(session, held.organiser, held.slug, expected)
            held.people[name] = market.acting(Role.BUYER, buyer.organisation_id)
        await meetings.invite_all(session, held.organiser, held.slug)
        for name in "XYZUVW"[:buyers]:
            part = await meetings.part_of(session, held.fair_id, held.people[name].organisation_id)
            assert part is not None
            held.parts[name] = part.id
    return held


async def wished(session: AsyncSession, held: Small, *pairs: str) -> None:
    """Wishes as `A3X`: supplier A very much wants to meet X."""
    with clock.freeze(TODAY):
        for pair in pairs:
            draft = meetings.WishDraft(other=held.parts[pair[2]], value=int(pair[1]))
            await meetings.wish(session, held.people[pair[0]], held.slug, draft)


async def solved(session: AsyncSession, held: Small, **said: Any) -> Any:
    """A timetable as the worker finds it."""
    row = await meetings.ask_timetable(session, held.organiser, held.slug, meetings.TimetableWish(key=new_id(), **said))
    await jobs.answer_in(session, row.id, seconds=4)
    await session.refresh(row)
    return row


async def published(session: AsyncSession, held: Small) -> Any:
    """A conference of four whose timetable is published: everybody wants to meet everybody."""
    await with_people(session, held)
    await wished(session, held, "A3X", "X3A", "A2Y", "Y2A", "B2X", "X1B", "B3Y", "Y3B")
    with clock.freeze(TODAY):
        row = await solved(session, held)
        await meetings.publish(session, held.organiser, held.slug, row.number)
    return row


async def person_of(session: AsyncSession, organisation_id: UUID | None) -> str:
    """Somebody with a mail address who is told for that organisation."""
    email = f"{new_id().hex[-8:]}@chophien.example"
    person = await accounts.add_person(session, name="Người nhận thư", email=email, password="mật khẩu để thử")
    await accounts.add_member(session, person.id, organisation_id, MemberRole.OWNER)
    return email


__all__ = [
    "DAY",
    "Small",
    "at",
    "conference",
    "matching",
    "person_of",
    "published",
    "sitting",
    "solved",
    "wished",
    "with_people",
]
