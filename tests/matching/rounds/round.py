"""A small round for tests: an organiser, two buyers that want miến dong, two suppliers that fit and one that does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, matching
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.core.db import Database, new_id
from service.matching import rounds
from service.matching.rounds import solver
from tests import market
from tests.market import TODAY

MONTHS = ((date(2026, 12, 1), Decimal(500)), (date(2027, 1, 1), Decimal(500)))


def draft(**said: Any) -> rounds.RoundDraft:
    """A conference in Hà Nội in December."""
    values: dict[str, Any] = {
        "name": "Hội nghị kết nối cuối năm", "place": "Nhà văn hóa", "province_code": "01", "starts_on": date(2026, 12, 10),
        "ends_on": date(2026, 12, 11), "requests_until": date(2026, 12, 5), "suppliers_until": date(2026, 12, 6), **said,
    }  # fmt: skip
    return rounds.RoundDraft(**values)


@dataclass
class Held:
    """A round with its people by short names."""

    organiser: Actor
    round: rounds.Round
    people: dict[str, Actor] = field(default_factory=dict)
    requests: dict[str, matching.SourcingRequest] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The round's code."""
        return self.round.code


async def organiser(session: AsyncSession, name: str = "Ban tổ chức thử") -> Actor:
    """Somebody of a verified organiser."""
    made = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, name)
    await accounts.verify_organisation(session, made.id, TODAY, actor=accounts.SYSTEM)
    return replace(market.acting(Role.ORGANISER, made.id), organisation_name=name)


async def held(session: AsyncSession, *, open_it: bool = True, **said: Any) -> Held:
    """A round that collects, with nobody in it yet."""
    who = await organiser(session, f"Ban tổ chức {new_id().hex[-6:]}")
    with clock.freeze(TODAY):
        made = await rounds.open_round(session, who, draft(**said), key=new_id())
        if open_it:
            await rounds.move_round(session, who, made.code, rounds.RoundState.COLLECTING)
    return Held(who, made)


async def with_people(session: AsyncSession, found: Held, *, kg: int = 500) -> Held:
    """Two buyers that want 500 kg a month each, two suppliers with `kg` each, one above everybody's ceiling."""
    with clock.freeze(TODAY):
        for name in ("A", "B"):
            buyer = await market.buyer(session, f"Siêu thị {name} {new_id().hex[-4:]}")
            found.people[name] = market.acting(Role.BUYER, buyer.organisation_id)
            found.requests[name] = await market.request(session, buyer, months=MONTHS)
            await rounds.bring_request(session, found.people[name], found.code, found.requests[name].code, {})
        for name, price in (("X", 70_000), ("Y", 85_000), ("Z", 500_000)):
            organisation = await market.supplier(session, f"HTX{name}{new_id().hex[-4:]}")
            code = await session.scalar(
                text("SELECT code FROM catalogue_supplier WHERE organisation_id = :id"), {"id": organisation}
            )
            found.people[name] = market.acting(Role.SUPPLIER, organisation)
            found.products[name] = await market.product(
                session, str(code), f"SP{name}", capacity=((2026, (Decimal(kg),) * 12),), tiers=((Decimal(100), price),)
            )
            await rounds.join(session, found.people[name], found.code, rounds.Joining(every=True))
    return found


async def cleared(database: Database, found: Held, fairness: str = "balanced") -> UUID:
    """Ask for a clearing and do the worker's work; the id of the clearing."""
    with clock.freeze(TODAY):
        async with database.transaction() as session:
            asked = await rounds.ask_clearing(session, found.organiser, found.code, rounds.ClearingWish(fairness=fairness))
        await rounds.work(database, asked.id, solver.solve_all)
    return asked.id


async def cleared_here(session: AsyncSession, who: Actor, code: str) -> None:
    """Ask for a clearing and do the worker's work, all in one transaction."""
    asked = await rounds.ask_clearing(session, who, code, rounds.ClearingWish())
    await rounds.clear_here(session, asked.id, solver.solve_all)


async def published(database: Database, found: Held) -> UUID:
    """The same, told to both sides."""
    clearing = await cleared(database, found)
    with clock.freeze(TODAY):
        async with database.transaction() as session:
            await rounds.publish_clearing(session, found.organiser, found.code, 1)
    return clearing


def viewer(of: Actor) -> Actor:
    """Somebody of the same organisation who only looks."""
    return replace(of, person_id=new_id(), member_role=MemberRole.VIEWER)
