"""Several buyers' needs put together to reach a lorry load or a bulk price (M9).

A verified buyer opens a *joint order*: one commodity with its specification, one delivery area, some months, and a *target*
for each month (a full lorry, or the quantity at which a bulk price begins). Others join with their own kilograms by month.
Everybody sees how full it is ("3 nhà phân phối, 6,4 / 10 tấn"); members see one another's kilograms, and names where the
named have agreed. When every month has reached the target, or the lead decides after the last day for joining, each member
confirms its figures by a date. Who says no or nothing drops out; if the rest is less than the target, the rest are asked
again. Then the lead posts one request for the sums, and what is awarded is shared out in proportion, exact to the gram.

Writing (each is allowed by `rules`, told to the journal, safe to repeat, and safe when two come at once):
    open_order(session, actor, buyer_id, OrderDraft(...), key=UUID) -> JointOrder
    take_part(session, actor, code, buyer_id, PartDraft(...)) -> OrderMember      joins, or changes what one takes
    leave(session, actor, code, buyer_id)
    answer(session, actor, code, buyer_id, Answer(agree=..., round=n)) -> OrderMember
    extend(session, actor, code, Extension(...)), ask_to_confirm(...), call_off(session, actor, code, Move(version=n))
    post_request(session, actor, code, buyer_id, Posting(...)) -> SourcingRequest
    settle_due(session) -> int                                                   what the clock asks for
Reading (each for one reader):
    joint_orders(session, OrderSearch(...), actor) -> OrderList
    own_orders(session, actor) -> list[OrderLine]
    joint_order(session, code, actor, invite=None, freight=None) -> OrderPage
    bulk_steps(session, commodity_id, actor) -> list[BulkStep]
"""

from service.matching.demand.costs import ASSUMED_VND_PER_KM, Cost, Lorry, NextStep, Tier
from service.matching.demand.inputs import (
    Answer,
    Extension,
    Freight,
    Move,
    OrderDraft,
    OrderForm,
    PartDraft,
    PartForm,
    Posting,
    Step,
)
from service.matching.demand.models import EndReason, JointOrder, MemberState, OrderMember, OrderState, TargetKind
from service.matching.demand.orders import ask_to_confirm, call_off, extend, open_order
from service.matching.demand.posting import post_request
from service.matching.demand.pricing import BulkStep, bulk_steps
from service.matching.demand.queries import OrderList, OrderSearch, joint_order, joint_orders, own_orders
from service.matching.demand.rules import may_open
from service.matching.demand.settling import settle_due
from service.matching.demand.splitting import Split, split, split_lines
from service.matching.demand.taking_part import answer, leave, take_part
from service.matching.demand.views import (
    Awarded,
    MemberView,
    MonthCost,
    OrderLine,
    OrderPage,
    SupplierTier,
    target_kind_name,
)

__all__ = [
    "ASSUMED_VND_PER_KM",
    "Answer",
    "Awarded",
    "BulkStep",
    "Cost",
    "EndReason",
    "Extension",
    "Freight",
    "JointOrder",
    "Lorry",
    "MemberState",
    "MemberView",
    "MonthCost",
    "Move",
    "NextStep",
    "OrderDraft",
    "OrderForm",
    "OrderLine",
    "OrderList",
    "OrderMember",
    "OrderPage",
    "OrderSearch",
    "OrderState",
    "PartDraft",
    "PartForm",
    "Posting",
    "Split",
    "Step",
    "SupplierTier",
    "TargetKind",
    "Tier",
    "answer",
    "ask_to_confirm",
    "bulk_steps",
    "call_off",
    "extend",
    "joint_order",
    "joint_orders",
    "leave",
    "may_open",
    "open_order",
    "own_orders",
    "post_request",
    "settle_due",
    "split",
    "split_lines",
    "take_part",
    "target_kind_name",
]
