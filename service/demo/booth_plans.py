"""Allocations of the invented fairs: two are published, one of them changed by hand; the worker has the big one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.accounts import Actor, MemberRole, Role
from service.core import clock
from service.demo import people
from service.fairs.plans import solver

plans = fairs.plans
_KEYS = uuid.UUID("5c1f6f0e-0d0c-4c2e-8f6b-0a8f4f7a1d26")
BIG = "hoi-cho-qua-tet-vung-cao-ha-noi"
PUBLISHED = ("hoi-cho-mien-dong-va-do-kho", "tuan-hang-dac-san-vung-cao-ha-noi")
CHANGED = "tuan-hang-dac-san-vung-cao-ha-noi"
FIRST, SECOND = timedelta(days=12), timedelta(days=5)  # So long before the first day a version was published.
SECONDS, SMALL_SECONDS = 60, 5.0
_FAIR = text(
    "SELECT id, slug, starts_on FROM fairs_fair WHERE slug LIKE :slug AND illustrative ORDER BY starts_on DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class _Fair:
    id: UUID
    slug: str
    starts_on: date
    organiser: Actor


async def add_booth_plans(session: AsyncSession, organisations: Mapping[str, UUID], today: date) -> None:
    """Publish those that are over or running as of the days before them; the worker gives out the booths of the big one."""
    organiser = Actor(None, "", organisations[people.ORGANISER], "", Role.ORGANISER, MemberRole.OWNER, verified=True)
    for name in PUBLISHED:
        fair = await _fair(session, name, organiser)
        if fair is None:
            continue
        with clock.freeze(min(today, fair.starts_on - FIRST)):
            plan = await _published(session, fair)
        if plan is not None and name == CHANGED:
            with clock.freeze(min(today, fair.starts_on - SECOND)):
                await _changed(session, fair, plan)
    big = await _fair(session, BIG, organiser)
    if big is not None:
        wish = plans.PlanWish(groups="spread", seconds=SECONDS)
        await plans.ask_plan(session, organiser, big.slug, wish, key=uuid.uuid5(_KEYS, BIG))


async def _fair(session: AsyncSession, name: str, organiser: Actor) -> _Fair | None:
    """The fair, where somebody is to be placed there."""
    row = (await session.execute(_FAIR, {"slug": f"{name}%"})).one_or_none()
    if row is None or not await fairs.applications.parties(session, row.id):
        return None
    return _Fair(row.id, row.slug, row.starts_on, organiser)


async def _published(session: AsyncSession, fair: _Fair) -> plans.FairPlan | None:
    """The first version; None where there is nothing to give out."""
    asked = await plans.ask_plan(session, fair.organiser, fair.slug, plans.PlanWish(), key=uuid.uuid5(_KEYS, fair.slug))
    frozen = await plans.take_up(session, asked.id)
    if frozen is None:
        return None
    await plans.record(session, asked.id, frozen, solver.solve(frozen.problem, seconds=SMALL_SECONDS))
    await session.refresh(asked)
    said = plans.PlanPublish(version=asked.version)
    return await plans.publish_plan(session, fair.organiser, fair.slug, asked.number, said)


async def _changed(session: AsyncSession, fair: _Fair, before: plans.FairPlan) -> None:
    """A second version: two who fit in each other's places have swapped, and both are told."""
    steps = await _swap(session, fair, before)
    if steps is None:
        return
    kept = plans.HandKeep(steps=steps, newest=before.number)
    key = uuid.uuid5(_KEYS, f"{fair.slug} 2")
    hand = await plans.keep_by_hand(session, fair.organiser, fair.slug, before.number, kept, key=key)
    said = plans.PlanPublish(version=hand.version)
    await plans.publish_plan(session, fair.organiser, fair.slug, hand.number, said)


async def _swap(session: AsyncSession, fair: _Fair, before: plans.FairPlan) -> tuple[str, ...] | None:
    """The first exchange that breaks no rule, the last one of the order of choice with somebody before it."""
    page = await plans.plan_page(session, fair.slug, fair.organiser, before.number)
    placed = [line for line in page.placed if len(line.booths) == 1]
    for later in reversed(placed[1:]):
        for earlier in placed[: placed.index(later)]:
            step = f"swap|{earlier.code}|{later.code}"
            judged = await plans.judge_by_hand(session, fair.organiser, fair.slug, before.number, [step])
            if not judged.broken:
                return (step, f"lock|{earlier.code}")
    return None
