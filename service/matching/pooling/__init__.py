"""Several small suppliers' free months combined into one lot that fills an order (M8), and their joint answer (M11).

A buyer asks for a *lot* for her request; the worker freezes the market as it is, looks for the best plan, and keeps it with
all that explains it. She steers (pins, requires, excludes, sets kilograms by hand) and asks again; earlier plans stay. When
she sends one, each supplier accepts or declines its *share* before a day; accepting holds the kilograms in the ledger. A
refusal or silence calls a stand-in, or the rest is dealt out anew with the fewest changes. When all have accepted, the *lead*
sends one quote for the whole lot.

Writing (each allowed by `rules`, told to the journal, safe to repeat, one after the other by the lot's row):
    ask_pool(session, actor, code, PoolWish(...), key=UUID) -> Pool            answered by the worker
    cancel_pool(session, actor, pool_id) -> Pool
    judge_by_hand(session, actor, pool_id, {product_id: (kg, …)}) -> Judged    nothing is kept
    keep_by_hand(session, actor, pool_id, {product_id: (kg, …)}, key=UUID) -> Pool
    send_pool(session, actor, pool_id, PoolSending(...)) -> Pool
    answer_share(session, actor, share_id, ShareAnswer(...)) -> PoolShare
    quote_pool(session, actor, share_id, PoolQuote(...), key=UUID) -> Quote    the lead's, for everybody
    settle_pool(session, actor, pool_id, version), dissolve_pool(session, actor, pool_id, PoolEnd(...)) -> Pool
Reading:
    pools_of(session, actor, code), pool_page(session, actor, pool_id)         the buyer's
    shares_for_supplier(session, actor), share_page(session, actor, share_id)  a supplier's own
    frozen_for(session, code) -> Frozen, plan_view(frozen, solution) -> PlanView   for the terminal

The solver itself is no part of this face: `solver` is loaded by the worker and the command line only.
"""

from __future__ import annotations

from service.matching.pooling import answer, sheet
from service.matching.pooling.asking import Judged, ask_pool, cancel_pool, judge_by_hand, keep_by_hand
from service.matching.pooling.frozen import Frozen
from service.matching.pooling.inputs import PoolEnd, PoolSending, PoolVersion, PoolWish, ShareAnswer, read_kg
from service.matching.pooling.models import Pool, PoolShare, PoolState, ShareState
from service.matching.pooling.problem import (
    Binding,
    KeptOut,
    Level,
    Plan,
    Problem,
    Reached,
    Relaxation,
    Remedy,
    Rule,
    Solution,
    StandIn,
    Supplier,
    Violation,
)
from service.matching.pooling.queries import (
    OwnShare,
    OwnShares,
    SharePage,
    pool_page,
    pools_of,
    share_page,
    shares_for_supplier,
)
from service.matching.pooling.quoting import PoolQuote, quote_pool
from service.matching.pooling.rules import may_dissolve, may_pool, may_see_pools, may_send
from service.matching.pooling.shares import answer_share, dissolve_pool, send_pool, settle_pool
from service.matching.pooling.views import PlanView, PoolLine, PoolPage, ShareView, plan_view
from service.matching.pooling.violations import better, binding, cost, filled, kept_out, room, short, violations, worth
from service.matching.pooling.words import broken_words
from service.matching.pooling.working import frozen_for, record, take_up

__all__ = [
    "Binding",
    "Frozen",
    "Judged",
    "KeptOut",
    "Level",
    "OwnShare",
    "OwnShares",
    "Plan",
    "PlanView",
    "Pool",
    "PoolEnd",
    "PoolLine",
    "PoolPage",
    "PoolQuote",
    "PoolSending",
    "PoolShare",
    "PoolState",
    "PoolVersion",
    "PoolWish",
    "Problem",
    "Reached",
    "Relaxation",
    "Remedy",
    "Rule",
    "ShareAnswer",
    "SharePage",
    "ShareState",
    "ShareView",
    "Solution",
    "StandIn",
    "Supplier",
    "Violation",
    "answer",
    "answer_share",
    "ask_pool",
    "better",
    "binding",
    "broken_words",
    "cancel_pool",
    "cost",
    "dissolve_pool",
    "filled",
    "frozen_for",
    "judge_by_hand",
    "keep_by_hand",
    "kept_out",
    "may_dissolve",
    "may_pool",
    "may_see_pools",
    "may_send",
    "plan_view",
    "pool_page",
    "pools_of",
    "quote_pool",
    "read_kg",
    "record",
    "room",
    "send_pool",
    "settle_pool",
    "share_page",
    "shares_for_supplier",
    "sheet",
    "short",
    "take_up",
    "violations",
    "worth",
]
