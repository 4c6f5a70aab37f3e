"""The capacity ledger: what of each month is promised, to whom, and what is still free (M15).

A supplier declares what a product can yield in a month, and may keep some of it back. What is agreed with buyers is a *promise*
of kilograms in a month, with its source (an award, a share of a pooled lot, an order) and its reason; what remains is *free*:
    free = capacity − kept back − promised − delivered
    promise(session, actor, [Wish(product, month, kg)], source=…, reason=…)   all of it or nothing; never a kilogram twice
    promise_all(session, actor, [Deal(source, wishes)…], reason=…)   several sources in one move: one transaction asks once
    release(session, actor, kind, id, reason=…)    let go what is still owed
    consume(session, actor, kind, id, product, month, kg, on=…)   a part has been delivered
What is declared, or kept back, may not go below what is promised (declaring.py).
Reading: free, kept; own_supplies and supply_of for pages, with the promises for those who may know of them;
free_by_commodity for sums over all goods.
"""

from service.catalogue.ledger.inputs import Deal, Source, Wish
from service.catalogue.ledger.models import SourceKind
from service.catalogue.ledger.promising import consume, promise, promise_all, release
from service.catalogue.ledger.queries import free, kept
from service.catalogue.ledger.rules import sees_promises
from service.catalogue.ledger.showing import Supply, SupplyList, own_supplies, supply_of
from service.catalogue.ledger.totals import free_by_commodity
from service.catalogue.ledger.views import Kept, Promise

__all__ = [
    "Deal",
    "Kept",
    "Promise",
    "Source",
    "SourceKind",
    "Supply",
    "SupplyList",
    "Wish",
    "consume",
    "free",
    "free_by_commodity",
    "kept",
    "own_supplies",
    "promise",
    "promise_all",
    "release",
    "sees_promises",
    "supply_of",
]
