"""Which exhibitor gets which booths: computed, changed by hand, published (F10 F11 F13).

Every answer is a *version* with a number. The worker looks for the best one on the fair as it is, in the organiser's order of
what matters; a person changes one by hand and keeps it as a new version; one of them is published, and the booths are occupied
by it from that moment. A version whose fair has changed is out of date and says what has changed.

Writing (each allowed by `rules`, told to the journal, safe to repeat, one after the other by the fair's row):
    ask_plan(session, actor, slug, PlanWish(...), key=UUID) -> FairPlan        answered by the worker
    stop_plan(session, actor, slug, number) -> FairPlan                        the best so far is kept
    judge_by_hand(session, actor, slug, number, steps) -> Judged               nothing is kept
    keep_by_hand(session, actor, slug, number, HandKeep(...), key=UUID) -> FairPlan
    publish_plan(session, actor, slug, number, PlanPublish(...)) -> FairPlan
Reading, for the organiser:
    plan_list(session, slug, actor), plan_page(session, slug, actor, number), before_publishing(session, slug, actor, number)
For everybody, out of who has which booth now and nothing else:
    exhibitors(session, slug, actor, ExhibitorSearch(...)) -> ExhibitorList
    public_plan(session, slug, actor), public_booth(session, slug, actor, code)
    published(session, fair_id) -> PublishedPlan | None
Pure: violations(problem, plan), first_fit(problem) -> Plan, difference(before, now), and the words for all of it in `words`.

The solver itself is no part of this face: the worker and the command line load it.
"""

from __future__ import annotations

from service.fairs.plans import moves, views, words
from service.fairs.plans.allocation import first_fit
from service.fairs.plans.asking import USUAL_SEED, ask_plan, stop_plan
from service.fairs.plans.comparing import difference, successors, waiting
from service.fairs.plans.exhibitors import (
    Exhibitor,
    ExhibitorList,
    ExhibitorSearch,
    PublicBooth,
    PublicPlan,
    all_exhibitors,
    commodities,
    every_exhibitor,
    exhibitors,
    matches,
    public_booth,
    public_plan,
)
from service.fairs.plans.freezing import past_luck
from service.fairs.plans.frozen import Frozen, Since
from service.fairs.plans.hand import Judged, judge_by_hand, keep_by_hand
from service.fairs.plans.inputs import MOST_STEPS, SECONDS, USUAL_ORDER, HandKeep, HandMove, HandSteps, PlanPublish, PlanWish
from service.fairs.plans.models import FairPlan, FairPlanPlacing, PlanState
from service.fairs.plans.problem import Booth, Change, Level, Party, Plan, Problem, Reached, Refusal, Rule, Solution, Violation
from service.fairs.plans.publishing import Before, before_publishing, publish_plan
from service.fairs.plans.queries import PlanList, PlanPage, PublishedPlan, Stand, plan_line, plan_list, plan_page, published
from service.fairs.plans.refusals import refusals
from service.fairs.plans.rules import may_plan, may_publish
from service.fairs.plans.views import LevelLine, PartyLine, PlanLine
from service.fairs.plans.violations import violations, worth
from service.fairs.plans.working import record, take_up

__all__ = [
    "MOST_STEPS",
    "SECONDS",
    "USUAL_ORDER",
    "USUAL_SEED",
    "Before",
    "Booth",
    "Change",
    "Exhibitor",
    "ExhibitorList",
    "ExhibitorSearch",
    "FairPlan",
    "FairPlanPlacing",
    "Frozen",
    "HandKeep",
    "HandMove",
    "HandSteps",
    "Judged",
    "Level",
    "LevelLine",
    "Party",
    "PartyLine",
    "Plan",
    "PlanLine",
    "PlanList",
    "PlanPage",
    "PlanPublish",
    "PlanState",
    "PlanWish",
    "Problem",
    "PublicBooth",
    "PublicPlan",
    "PublishedPlan",
    "Reached",
    "Refusal",
    "Rule",
    "Since",
    "Solution",
    "Stand",
    "Violation",
    "all_exhibitors",
    "ask_plan",
    "before_publishing",
    "commodities",
    "difference",
    "every_exhibitor",
    "exhibitors",
    "first_fit",
    "judge_by_hand",
    "keep_by_hand",
    "matches",
    "may_plan",
    "may_publish",
    "moves",
    "past_luck",
    "plan_line",
    "plan_list",
    "plan_page",
    "public_booth",
    "public_plan",
    "publish_plan",
    "published",
    "record",
    "refusals",
    "stop_plan",
    "successors",
    "take_up",
    "views",
    "violations",
    "waiting",
    "words",
    "worth",
]
