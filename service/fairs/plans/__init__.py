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
Pure, on plain values (`Problem`, `Plan`): `violations` is the judge of every plan, computed or made by hand; `worth` says how
good one is at each level; `refusals` say why somebody has no booth, or not what was wished; `difference` and `successors`
compare; `first_fit` makes a plan without a solver; `words` say all of it.

The solver itself is no part of this face: the worker and the command line load it.
"""

from __future__ import annotations

from service.fairs.plans import holdings as _holdings  # noqa: F401 - it tells accounts what names a person here.
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
from service.fairs.plans.problem import (
    LEVELS,
    Booth,
    Change,
    Level,
    Party,
    Plan,
    Problem,
    Reached,
    Refusal,
    Rule,
    Solution,
    Successor,
    Violation,
    Why,
    Wish,
    Zone,
)
from service.fairs.plans.publishing import Before, before_publishing, publish_plan
from service.fairs.plans.queries import PlanList, PlanPage, PublishedPlan, Stand, plan_line, plan_list, plan_page, published
from service.fairs.plans.refusals import refusals
from service.fairs.plans.rules import may_plan, may_publish
from service.fairs.plans.views import LevelLine, PartyLine, PlanLine
from service.fairs.plans.violations import better, violations, worth
from service.fairs.plans.working import record, take_up, valued

__all__ = [
    "LEVELS",
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
    "Successor",
    "Violation",
    "Why",
    "Wish",
    "Zone",
    "all_exhibitors",
    "ask_plan",
    "before_publishing",
    "better",
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
    "valued",
    "views",
    "violations",
    "waiting",
    "words",
    "worth",
]
