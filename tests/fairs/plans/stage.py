"""A small fair for tests of stored allocations: a drawn hall, exhibitors whose applications were accepted, an organiser."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from service import accounts, fairs
from service.accounts import SYSTEM, Actor, Role
from service.fairs import FairDraft, FairKind
from service.fairs.applications import TypedIn
from service.fairs.plans import working
from service.fairs.plans.allocation import first_fit
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.models import FairPlan
from service.fairs.plans.problem import Reached, Solution
from service.fairs.plans.refusals import refusals
from service.fairs.plans.violations import worth
from tests import market as small
from tests.fairs.layouts.floors import draft, hall, island

STARTS, ENDS = date(2026, 12, 10), date(2026, 12, 14)
plans = fairs.plans


@dataclass(frozen=True)
class Stage:
    """The fair, its organiser, the applications by number, and the booths by code."""

    fair_id: UUID
    slug: str
    organiser: Actor
    applications: tuple[UUID, ...]
    suppliers: tuple[UUID, ...]  # Their organisations; only the first few are on the market.
    booths: dict[str, UUID]


async def stage(
    session: AsyncSession, *, length: int = 3, exhibitors: int = 4, on_market: int = 0, name: str = "Hội chợ Xếp gian",
    organisation_id: UUID | None = None, rows: tuple[dict[str, Any], ...] = (), organiser: Actor | None = None,
) -> Stage:  # fmt: skip
    """An island of two rows of `length` booths, and so many accepted exhibitors who need one booth each.

    `rows` says more of the first ones. The last of them waits where its row says so.
    """
    if organisation_id is None:
        organisation = await accounts.found_organisation(session, accounts.OrganisationKind.ORGANISER, f"Ban tổ chức {name}")
        await accounts.verify_organisation(session, organisation.id, date(2026, 1, 1), actor=SYSTEM)
        organisation_id = organisation.id
    actor = organiser or small.acting(Role.ORGANISER, organisation_id)
    said = FairDraft(name=name, kind=FairKind.FAIR, starts_on=STARTS, ends_on=ENDS, illustrative=True)
    fair = await fairs.announce_fair(session, SYSTEM, said, organisation_id=organisation_id)
    floor = await fairs.layouts.desk(session, fair.slug, actor)
    laid = draft(hall(*island(length), width=max(30, 3 * length + 6))).model_copy(update={"version": floor.version})
    await fairs.layouts.lay_out(session, actor, fair.slug, laid)
    organisations, ids = [], []
    for n in range(on_market):
        organisations.append(await small.supplier(session, f"{fair.slug[-4:].upper()}{n}"))
        found = await session.scalar(
            text("SELECT id FROM catalogue_supplier WHERE organisation_id = :id"), {"id": organisations[-1]}
        )
        ids.append(found)
    typed = [
        TypedIn(**{
            "key": uuid.uuid5(fair.id, str(n)), "exhibitor": f"HTX Số {n}", "supplier_id": ids[n] if n < on_market else None,
            "goods_words": "Chè", "province_code": "19", "state": "accepted", "illustrative": True,
            **(rows[n] if n < len(rows) else {}),
        })
        for n in range(exhibitors)
    ]  # fmt: skip
    made = await fairs.applications.put_applications(session, actor, fair.slug, typed)
    for place, application in enumerate(made, 1):
        await session.execute(
            text("UPDATE fairs_application SET place = :place WHERE id = :id"), {"place": place, "id": application}
        )
    codes = {spot.code: spot.id for spot in (await fairs.layouts.floor(session, fair.id)).booths}
    return Stage(fair.id, fair.slug, actor, tuple(made), tuple(organisations), codes)


def solved(frozen: Frozen, *, status: str = "optimal") -> Solution:
    """An answer without the solver: the constructive plan, with what it is worth."""
    plan = first_fit(frozen.problem)
    got = worth(frozen.problem, plan)
    levels = tuple(Reached(level, got[level], got[level], proven=True) for level in frozen.problem.asked)
    return Solution(status, plan, levels, refusals(frozen.problem, plan), seed=7, seconds=0.1)


async def found(session: AsyncSession, there: Stage, **wish: Any) -> FairPlan:
    """A version as the worker would have found it."""
    plan = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(**wish))
    frozen = await working.take_up(session, plan.id)
    assert frozen is not None
    await working.record(session, plan.id, frozen, solved(frozen))
    await session.refresh(plan)
    return plan


async def publish(session: AsyncSession, there: Stage, plan: FairPlan, **said: Any) -> FairPlan:
    """Publish it as it was read last."""
    await session.refresh(plan)
    return await plans.publish_plan(
        session, there.organiser, there.slug, plan.number, plans.PlanPublish(version=plan.version, **said)
    )


async def withdraw(session: AsyncSession, application: UUID) -> None:
    """An exhibitor takes its application back."""
    await session.execute(text("UPDATE fairs_application SET state = 'withdrawn' WHERE id = :id"), {"id": application})
