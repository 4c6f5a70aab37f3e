"""The worker's part with the real solver: no transaction is held while it thinks, and the same seed gives the same plan."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service import fairs
from service.core import clock, events, searching
from service.core.db import Database
from service.fairs.plans import solver, working
from service.fairs.plans.asking import placings
from service.fairs.plans.events import PlanAsked
from service.fairs.plans.frozen import Frozen
from service.fairs.plans.models import PlanState
from service.fairs.plans.problem import Problem, Solution
from service.fairs.plans.tasks import give_out_booths
from tests.fairs.plans.stage import publish, stage, withdraw

plans = fairs.plans


@pytest.fixture(autouse=True)
def today():  # type: ignore[no-untyped-def]
    with clock.freeze(date(2026, 11, 28)):
        yield


async def _work(database: Database) -> None:
    async with database.transaction() as session:
        told = await session.scalars(select(events.JournalEntry).where(events.JournalEntry.fact == "PlanAsked"))
        facts = [events.revive(PlanAsked, each) for each in told]
    for fact in facts:
        await give_out_booths(database, fact)


async def test_the_worker_answers_once_and_the_same_seed_gives_the_same_plan(session: AsyncSession, database: Database) -> None:
    there = await stage(session, length=4, exhibitors=7, rows=tuple({"commodity": "mien-dong"} for _ in range(4)))
    made = [await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(seed=5, seconds=10)) for _ in range(2)]
    await session.flush()
    await _work(database)
    await _work(database)
    for plan in made:
        await session.refresh(plan)
        assert plan.state is PlanState.FOUND
        assert plan.result["status"] == "optimal"
        assert plan.result["seed"] == 5
    assert await placings(session, made[0].id) == await placings(session, made[1].id)


async def test_after_a_withdrawal_and_a_lost_booth_the_fewest_move_and_that_is_proven(
    session: AsyncSession, database: Database
) -> None:
    there = await stage(session, length=3, exhibitors=6)
    first = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(seconds=10))
    await session.flush()
    await _work(database)
    await publish(session, there, first)
    await withdraw(session, there.applications[0])
    page = await plans.plan_page(session, there.slug, there.organiser, first.number)
    lost = next(line for line in page.parties if line.id == str(there.applications[3])).booths[0]
    floor = await fairs.layouts.desk(session, there.slug, there.organiser)
    await _close(session, lost, there.slug)
    assert floor is not None
    page = await plans.plan_page(session, there.slug, there.organiser, first.number)
    assert (page.since.withdrawn, page.since.lost) == (("HTX Số 0",), (lost,))
    again = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(seconds=10))
    await session.flush()
    await _work(database)
    await session.refresh(again)
    page = await plans.plan_page(session, there.slug, there.organiser, again.number)
    assert page.line.proven, (page.line.state, page.line.reason, page.line.status)
    assert {line.name: line.kind for line in page.moving} == {"HTX Số 3": "moved"}
    assert "ít hơn thì không thể, đã chứng minh" in plans.views.fewest_words(page.reached)


async def test_what_is_being_solved_can_be_stopped_and_tells_how_it_goes(
    session: AsyncSession, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await stage(session, length=2, exhibitors=3)
    plan = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(seconds=10))
    await session.flush()
    seen: list[dict[str, object]] = []
    real_tell, real_solve = working.tell, solver.solve

    async def tell(asked: AsyncSession, plan_id: object, progress: dict[str, object]) -> bool:
        seen.append(progress)
        if len(seen) == 2:
            await plans.stop_plan(asked, there.organiser, there.slug, plan.number)
        return await real_tell(asked, plan_id, progress)  # type: ignore[arg-type]

    def slowly(problem: Problem, **said: object) -> Solution:
        import time

        said["progress"](solver.Progress(plans.Level.PLACED, 3, 5, 0.1))  # type: ignore[operator]
        while not said["cancelled"]():  # type: ignore[operator]
            time.sleep(0.01)
        found = real_solve(problem, seconds=5)
        return Solution("stopped", found.plan, found.levels, found.refusals)

    monkeypatch.setattr(searching, "EVERY", 0.05)
    monkeypatch.setattr(working, "tell", tell)
    monkeypatch.setattr(solver, "solve", slowly)
    await _work(database)
    await session.refresh(plan)
    assert plan.state is PlanState.FOUND
    assert plan.result["status"] == "stopped"
    assert seen[0] == {"level": "placed", "value": 3, "bound": 5, "seconds": 0.1}


async def test_a_question_is_written_down_and_read_again_whole(session: AsyncSession) -> None:
    there = await stage(session, exhibitors=3, rows=({"smell": True, "booths": 2}, {"least_m2": "9"}))
    plan = await plans.ask_plan(session, there.organiser, there.slug, plans.PlanWish(quota_by="province", quota_booths=2))
    frozen = await working.take_up(session, plan.id)
    assert frozen is not None
    again = fairs_read(frozen)
    assert again == frozen
    assert again.facts() == frozen.facts()
    assert frozen.problem.quotas == {"19": 2}


def fairs_read(frozen: Frozen) -> Frozen:
    import json

    from service.fairs.plans import frozen as written

    return written.read(json.loads(json.dumps(frozen.document())))


async def _close(session: AsyncSession, code: str, slug: str) -> None:
    from sqlalchemy import text

    asked = (
        "UPDATE fairs_booth SET closed = 'Vỡ ống nước' WHERE code = :code"
        " AND fair_id = (SELECT id FROM fairs_fair WHERE slug = :slug)"
    )
    await session.execute(text(asked), {"code": code, "slug": slug})
