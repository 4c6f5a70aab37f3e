"""Reads of allocations for the organiser: the versions of a fair, one version in full, and which one is published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from service.accounts import Actor
from service.core import clock
from service.core.errors import Conflict, NotFound
from service.core.i18n import _
from service.fairs import standing
from service.fairs.layouts.floor import Floor
from service.fairs.models import Fair
from service.fairs.plans import frozen as frozen_plans
from service.fairs.plans import rules
from service.fairs.plans.asking import compared_with, placings, published_version, version
from service.fairs.plans.comparing import difference, successors
from service.fairs.plans.freezing import Material, material, translate
from service.fairs.plans.frozen import Frozen, Since
from service.fairs.plans.inputs import PlanWish
from service.fairs.plans.models import KEPT, PlanState
from service.fairs.plans.problem import Change, Level, Plan, Reached, Solution
from service.fairs.plans.views import LevelLine, PartyLine, PlanLine, level_lines, party_lines
from service.fairs.plans.working import solution_of

A_PAGE = 20

_LINES = """
SELECT p.id, p.number, p.state, b.number AS based_on, p.settings, p.seed, p.seconds, p.result ->> 'status' AS status,
       p.result -> 'levels' AS levels, p.progress, p.stop_asked, p.reason, p.version, p.created_at, p.found_at, p.published_at,
       p.facts, jsonb_array_length(coalesce(p.frozen #> '{problem,parties}', '[]'::jsonb)) AS parties,
       (SELECT count(DISTINCT g.party_id) FROM fairs_plan_placing g WHERE g.plan_id = p.id) AS placed
  FROM fairs_plan p LEFT JOIN fairs_plan b ON b.id = p.based_on
"""
_OF_FAIR = text(
    f"{_LINES} WHERE p.fair_id = :fair AND (CAST(:before AS int) IS NULL OR p.number < :before)"
    " ORDER BY p.number DESC LIMIT :limit"
).bindparams(bindparam("fair", type_=Uuid))
_ONE = text(f"{_LINES} WHERE p.fair_id = :fair AND p.number = :number").bindparams(bindparam("fair", type_=Uuid))
_PUBLISHED = text(
    "SELECT p.id, p.number, p.published_at FROM fairs_plan p WHERE p.fair_id = :fair AND p.state = 'published'"
).bindparams(bindparam("fair", type_=Uuid))
_STANDS = text(
    "SELECT g.party_id, g.booth_id, g.first_day, g.last_day FROM fairs_plan_placing g WHERE g.plan_id = :plan"
    " ORDER BY g.party_id, g.booth_id"
).bindparams(bindparam("plan", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a published plan puts a party, by the id of its first application."""

    party_id: UUID
    booth_id: UUID
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    """The version that everybody sees."""

    id: UUID
    number: int
    published_at: datetime
    stands: tuple[Stand, ...]


@dataclass(frozen=True)
class PlanList:
    """The versions of a fair, the newest first; `published` whether or not it is on this page."""

    lines: tuple[PlanLine, ...]
    published: PlanLine | None
    since: Since | None  # What has changed since the published version was made.
    parties: int
    waiting: int
    booths: int
    may_plan: bool
    newest: int
    next: int | None  # The number that the next page begins below.

    @property
    def running(self) -> PlanLine | None:
        """The version at which a worker works, or which waits for one."""
        return next((line for line in self.lines if line.working), None)


@dataclass(frozen=True)
class PlanPage:
    """One version in full."""

    line: PlanLine
    frozen: Frozen | None
    floor: Floor
    levels: tuple[LevelLine, ...]
    reached: tuple[Reached, ...]
    parties: tuple[PartyLine, ...]
    changes: tuple[Change, ...]
    published: int | None  # The number of the version that it is compared with (`compared_with`).
    since: Since
    broken: tuple[Any, ...]
    newest: int
    holders: Mapping[str, str]  # Booth -> party.
    held: frozenset[str]  # Booths kept or booked for others.
    locked: frozenset[str]
    may_plan: bool
    may_publish: bool

    @property
    def placed(self) -> list[PartyLine]:
        """Who has booths."""
        return [line for line in self.parties if line.booths]

    @property
    def refused(self) -> list[PartyLine]:
        """Who has none, in the order of choice."""
        return [line for line in self.parties if not line.booths]

    @property
    def unmet(self) -> list[PartyLine]:
        """Who has a booth and not all that it wished."""
        return [line for line in self.parties if line.unmet]

    @property
    def moving(self) -> list[PartyLine]:
        """For whom something changes, compared with the published plan."""
        return [line for line in self.parties if line.kind in ("new", "moved", "out")]


async def plan_list(session: AsyncSession, slug: str, actor: Actor, *, before: int | None = None) -> PlanList:
    """The versions of a fair for its organiser; the statements are as many for one version as for twenty."""
    fair = await standing.own(session, slug, actor)
    found = (await session.execute(_OF_FAIR, {"fair": fair.id, "before": before, "limit": A_PAGE + 1})).all()
    now = await _material(session, fair)
    facts = _facts(now)
    lines = tuple(_line(row, facts) for row in found[:A_PAGE])
    public = await published_version(session, fair.id)
    since, published = None, None
    if public is not None:
        row = (await session.execute(_ONE, {"fair": fair.id, "number": public.number})).one()
        published = _line(row, facts)
        if now is not None:
            asked = PlanWish.model_validate(public.settings)
            since = frozen_plans.since(frozen_plans.read(public.frozen), translate(now, asked, {}, {}))
    newest = await session.scalar(
        text("SELECT coalesce(max(number), 0) FROM fairs_plan WHERE fair_id = :fair"), {"fair": fair.id}
    )
    states = [party.state for party in now.parties] if now is not None else []
    return PlanList(
        lines=lines, published=published, since=since, parties=states.count("accepted"), waiting=states.count("waiting"),
        booths=sum(not spot.first_come and spot.closed is None for spot in now.floor.booths) if now is not None else 0,
        may_plan=_may(actor, fair), newest=newest or 0, next=found[A_PAGE - 1].number if len(found) > A_PAGE else None,
    )  # fmt: skip


async def plan_page(session: AsyncSession, slug: str, actor: Actor, number: int) -> PlanPage:
    """One version with all that explains it, and what has happened since. Raises NotFound."""
    fair = await standing.own(session, slug, actor)
    row = (await session.execute(_ONE, {"fair": fair.id, "number": number})).one_or_none()
    plan = await version(session, fair.id, number)
    if row is None or plan is None:
        raise NotFound(_("Không có phương án này."))
    now = await _material(session, fair)
    if now is None:
        raise Conflict(_("Hội chợ chưa có ngày chính xác. Ghi ngày mở và ngày đóng rồi xếp gian."))
    line = _line(row, _facts(now))
    newest = await session.scalar(text("SELECT max(number) FROM fairs_plan WHERE fair_id = :fair"), {"fair": fair.id})
    frozen = frozen_plans.read(plan.frozen) if plan.frozen else None
    booths, locked = await placings(session, plan.id)
    public = await compared_with(session, plan)
    before = (await placings(session, public.id))[0] if public is not None else {}
    changes = difference(before, booths) if plan.state in KEPT else ()
    solution = solution_of(plan.result, Plan(booths)) if plan.result else Solution("", Plan(booths), (), ())
    fresh = translate(now, PlanWish.model_validate(plan.settings), {}, {})
    since = frozen_plans.since(frozen, fresh) if frozen is not None else Since()
    unkept = [party for party, those in fresh.problem.kept.items() if set(booths.get(party, ())) != set(those)]
    if plan.state in KEPT and unkept:
        since, line = replace(since, kept=tuple(sorted(map(fresh.name, unkept)))), replace(line, stale=True)
    parties = party_lines(frozen, booths, locked, solution, changes, before) if frozen is not None else []
    if plan.state == PlanState.PUBLISHED and frozen is not None:
        parties = _followed(parties, frozen, now, booths)
    return PlanPage(
        line=line, frozen=frozen, floor=now.floor,
        levels=tuple(level_lines(solution.levels, frozen.problem, by_hand=line.by_hand)) if frozen is not None else (),
        reached=solution.levels, parties=tuple(parties), changes=changes,
        published=public.number if public is not None else None, since=since,
        broken=solution.violations, newest=newest or number,
        holders={booth: party for party, those in booths.items() for booth in those},
        held=frozenset(str(each.booth_id) for each in now.occupied if each.origin != "plan"), locked=locked,
        may_plan=_may(actor, fair),
        may_publish=rules.may_publish(actor, fair.organisation_id, fair.state, fair.ends_on, clock.today(), plan.state),
    )  # fmt: skip


async def plan_line(session: AsyncSession, slug: str, actor: Actor, number: int) -> PlanLine:
    """A version as it stands in the list: cheap enough to be asked for every second. Raises NotFound."""
    fair = await standing.own(session, slug, actor)
    row = (await session.execute(_ONE, {"fair": fair.id, "number": number})).one_or_none()
    if row is None:
        raise NotFound(_("Không có phương án này."))
    return _line(row, None)


async def published(session: AsyncSession, fair_id: UUID) -> PublishedPlan | None:
    """The version of a fair that everybody sees; None before the first one."""
    row = (await session.execute(_PUBLISHED, {"fair": fair_id})).one_or_none()
    if row is None:
        return None
    stands = (await session.execute(_STANDS, {"plan": row.id})).all()
    return PublishedPlan(row.id, row.number, row.published_at, tuple(Stand(*each) for each in stands))


def _facts(now: Material | None) -> Callable[[bool], str] | None:
    """The name of the fair as it is now, with or without those who wait; worked out once for all versions of a page."""
    return cache(lambda waiting: translate(now, PlanWish(waiting_too=waiting), {}, {}).facts()) if now is not None else None


async def _material(session: AsyncSession, fair: Fair) -> Material | None:
    return await material(session, fair) if standing.days(fair) else None


def _may(actor: Actor, fair: Fair) -> bool:
    return rules.may_plan(actor, fair.organisation_id, fair.state, fair.ends_on, clock.today())


def _line(row: Any, facts: Callable[[bool], str] | None) -> PlanLine:
    settings = PlanWish.model_validate(row.settings)
    stale = None
    if row.state in KEPT and row.state != PlanState.SUPERSEDED and facts is not None:
        stale = row.facts != facts(settings.waiting_too)
    levels = [Reached(**{**each, "level": Level(each["level"])}) for each in row.levels or ()]
    return PlanLine(
        id=row.id, number=row.number, state=row.state, based_on=row.based_on, settings=settings, seed=row.seed,
        seconds=row.seconds, status=row.status or "", levels=tuple(levels), placed=row.placed, parties=row.parties,
        progress=row.progress, stop_asked=row.stop_asked, reason=row.reason, version=row.version, created_at=row.created_at,
        found_at=row.found_at, published_at=row.published_at, stale=stale,
    )  # fmt: skip


def _followed(
    parties: Sequence[PartyLine], frozen: Frozen, now: Material, booths: Mapping[str, tuple[str, ...]]
) -> list[PartyLine]:
    """Who of those who wait is next for each booth, should its holder leave; whoever has left has made room already."""
    wish = PlanWish(waiting_too=True)
    fresh = translate(now, wish, {}, {})
    left = [party for party in frozen.problem.parties if party.id in booths and party.id not in fresh.parties]
    floor = {booth.id for booth in fresh.problem.booths}
    standing_now = {party: those for party, those in booths.items() if floor.issuperset(those)}
    problem = replace(fresh.problem, parties=(*fresh.problem.parties, *left))
    next_in_line = {each.leaving: each for each in successors(problem, Plan(standing_now))}
    return [
        replace(line, successor=fresh.name(next_in_line[line.id].party)) if line.id in next_in_line else line
        for line in parties
    ]
